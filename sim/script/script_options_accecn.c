/* The AccECN options of a script: which counter comes first says which of the two
 * kinds it is. RFC 9768 §3.2.3. */
#include "base/bytes.h"
#include "script/script_options_inside.h"

enum { EXPERIMENT_ACCECN0 = 0xacc0, EXPERIMENT_ACCECN1 = 0xacc1 };

enum { COUNTERS = 3 };

static const char *const counters[COUNTERS][2] = {
	{"e0b", "EE0B"}, {"ceb", "ECEB"}, {"e1b", "EE1B"}};

/* Which counter the word is; COUNTERS: none. */
static unsigned counter_at(const struct script_reader *r)
{
	unsigned i;

	for (i = 0; i < COUNTERS; i++)
		if (script_is_word(r, counters[i][0]) || script_is_word(r, counters[i][1]))
			break;
	return i;
}

/* `order`: 0 and 1, or −1 where the first counter tells. */
static bool read_counters(struct script_reader *r, int *order, uint8_t *data, unsigned *len)
{
	*len = 0;
	for (unsigned i = 0; i < COUNTERS; i++) {
		unsigned counter = counter_at(r);
		int64_t value;

		if (counter == COUNTERS)
			break;
		if (*order < 0)
			*order = counter == 2;
		if (counter != (*order ? COUNTERS - 1 - i : i))
			return script_refuse(r, r->token.place,
					     "the counters come in the order %s, and only the last "
					     "of them can be left out",
					     *order ? "e1b ceb e0b" : "e0b ceb e1b");
		script_next(r);
		if (!script_want_number(r, "the counter", 0, 0xffffff, &value))
			return false;
		put_be24(data + *len, (uint32_t)value);
		*len += 3;
	}
	if (*order < 0)
		*order = 0;
	return true;
}

bool script_read_accecn(struct script_reader *r, struct option_bytes *o, int order, bool experiment)
{
	uint8_t data[9];
	unsigned len;

	if (!read_counters(r, &order, data, &len))
		return false;
	if (experiment)
		return script_put_experiment(r, o, order ? EXPERIMENT_ACCECN1 : EXPERIMENT_ACCECN0,
					     data, len);
	return script_put_option(r, o, order ? OPTION_ACCECN1 : OPTION_ACCECN0, data, len);
}
