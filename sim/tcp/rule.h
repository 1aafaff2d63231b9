/* rule.h — the reasons: why the engine did what it did.
 *
 * One list (rules.def) for the window, the text log and the tests. `what`
 * says what happened, with {host}, {peer} and variables such as {RTO} in
 * braces for whoever shows it to fill in; `why` is the RFC's reason in a
 * sentence for a student. */
#ifndef TCPLAB_TCP_RULE_H
#define TCPLAB_TCP_RULE_H

#include <stdint.h>

enum rule {
	RULE_NONE,
#define RULE(name, id, weight, rfc, section, tag, what, why) RULE_##name,
#include "tcp/rules.def"
#undef RULE
	RULE_COUNT,
};

/* How much of a step's story a rule tells: the heaviest is its headline. */
enum rule_weight {
	WEIGHT_QUIET, /* book-keeping: a timer restarted, a window noted */
	WEIGHT_NORMAL,
	WEIGHT_STRONG, /* what a teacher would stop at */
};

struct rule_info {
	const char *id;      /* "rto-fired": stable, for JSON and tests */
	const char *section; /* "5.4" */
	const char *tag;     /* "MUST-18", or "" */
	const char *what;
	const char *why;
	uint16_t rfc;
	uint8_t weight;
};

const struct rule_info *rule_info(enum rule rule); /* `rule` in 0 … RULE_COUNT−1 */

#endif
