/* evaluate.h — the code between %{ and }% in a script, without an interpreter of
 * a whole language: assertions, prints and assignments over numbers.
 *
 *     assert tcpi_snd_cwnd == 10, 'cwnd is %d' % tcpi_snd_cwnd
 *     print(tcpi_rtt); old = tcpi_unacked
 *
 * It is evaluated when its event comes. What was assigned stays for the code
 * that follows. Anything beyond is unsupported, and said to be. */
#ifndef TCPLAB_SCRIPT_EVALUATE_H
#define TCPLAB_SCRIPT_EVALUATE_H

#include "base/text.h"
#include "script/script.h"

enum evaluation { EVALUATION_OK, EVALUATION_FAILED, EVALUATION_UNSUPPORTED };

struct evaluator;

/* `look_up` knows the machine's names: tcpi_…; it may be asked several times. */
struct evaluator *evaluator_new(bool (*look_up)(void *who, const char *name, int64_t *value),
				void *who);
void evaluator_free(struct evaluator *e); /* NULL: nothing */

/* What is printed is added to `printed`. Otherwise `why` is a sentence without the file's name:
 * "12:8: assert tcpi_snd_cwnd == 10 does not hold: tcpi_snd_cwnd is 4". `at`: where text begins. */
enum evaluation evaluate(struct evaluator *e, const char *text, struct place at,
			 struct text *printed, struct error *why);

#endif
