/* The end of a connection: where the FIN lies, who waits in TIME-WAIT and
 * for how long, and what may begin there anew. RFC 9293 §3.6, §3.10.7.4. */
#include "tests/dialogue.h"

#include <stdio.h>

/* A receive buffer of `octets` octets. */
static struct dialogue with_room_for(uint32_t octets)
{
	struct profile profile;

	assert_true(profile_named("plain", &profile));
	profile.receive_buffer = octets;
	return established_with(&profile);
}

/* Both have closed, we first: TIME-WAIT. RCV.NXT is 2, SND.NXT is 2. */
__attribute__((unused)) static struct dialogue in_time_wait(void)
{
	struct dialogue d = established();

	app_close(&d);
	out(&d, "F. 1:1(0) ack 1");
	in(&d, "F. 1:1(0) ack 2 win 65535");
	out(&d, ". 2:2(0) ack 2");
	in_state(&d, TIME_WAIT);
	return d;
}

static void fin_before_text_that_is_held_is_ignored(void **state)
{
	struct dialogue d = established();

	(void)state;
	in(&d, ". 1001:2001(1000) ack 1 win 65535");
	out(&d, ". 1:1(0) ack 1");
	in(&d, "F. 1501:1501(0) ack 1 win 65535");
	fired(&d, RULE_FIN_BEFORE_TEXT);
	silent(&d);
	in(&d, ". 1:1001(1000) ack 1 win 65535");
	out(&d, ". 1:1(0) ack 2001");
	in_state(&d, ESTABLISHED);
	in(&d, "F. 2001:2001(0) ack 1 win 65535");
	out(&d, ". 1:1(0) ack 2002");
	in_state(&d, CLOSE_WAIT);
}

static void text_behind_a_fin_is_not_taken(void **state)
{
	struct dialogue d = established();

	(void)state;
	in(&d, "F. 1001:1001(0) ack 1 win 65535");
	out(&d, ". 1:1(0) ack 1");
	in(&d, "P. 1002:1502(500) ack 1 win 65535");
	fired(&d, RULE_TEXT_LATE);
	out(&d, ". 1:1(0) ack 1");
	in(&d, "P. 1:1201(1200) ack 1 win 65535");
	out(&d, ". 1:1(0) ack 1002");
	in_state(&d, CLOSE_WAIT);
	assert_int_equal(d.delivered, 1000);
}

/* The FIN is the octet after the text: where the window ends at the text, it
 * lies outside and is cut off. */
static void fin_is_taken_only_inside_the_window(void **state)
{
	(void)state;
	for (unsigned len = 997; len <= 1002; len++) {
		struct dialogue d = with_room_for(1000);
		unsigned taken = len < 1000 ? len : 1000;
		bool fits = len < 1000;
		char line[80];

		snprintf(line, sizeof line, "FP. 1:%u(%u) ack 1 win 65535", 1 + len, len);
		in(&d, line);
		in_state(&d, fits ? CLOSE_WAIT : ESTABLISHED);
		snprintf(line, sizeof line, ". 1:1(0) ack %u", 1 + taken + fits);
		out(&d, line);
		assert_int_equal(d.delivered, taken);
	}
}

static void fin_that_was_cut_off_is_taken_when_it_comes_again(void **state)
{
	struct dialogue d = with_room_for(1000);

	(void)state;
	in(&d, "FP. 1:1001(1000) ack 1 win 65535");
	out(&d, ". 1:1(0) ack 1001 win 0");
	fired(&d, RULE_TEXT_CUT);
	in(&d, "F. 1001:1001(0) ack 1 win 65535");
	out(&d, ". 1:1(0) ack 1001 win 0");
	app_receive(&d, 1000);
	out(&d, ". 1:1(0) ack 1001 win 1000");
	in(&d, "F. 1001:1001(0) ack 1 win 65535");
	out(&d, ". 1:1(0) ack 1002");
	in_state(&d, CLOSE_WAIT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fin_before_text_that_is_held_is_ignored),
		cmocka_unit_test(text_behind_a_fin_is_not_taken),
		cmocka_unit_test(fin_is_taken_only_inside_the_window),
		cmocka_unit_test(fin_that_was_cut_off_is_taken_when_it_comes_again),
	};

	return DIALOGUE_RUN("closing", tests);
}
