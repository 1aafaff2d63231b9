/* Timestamps on what arrives: RFC 7323 §3.2, and §5, PAWS. */
#include "tests/dialogue.h"

static void timestamps_are_echoed_and_leave_less_room_for_text(void **state)
{
	struct dialogue d = established_with_timestamps();

	(void)state;
	app_send(&d, 1000);
	out(&d, ". 1:989(988) ack 1 <nop,nop,TS val 1000 ecr 70>");
	in(&d, ". 1:1(0) ack 989 win 65535 <nop,nop,TS val 80 ecr 1000>");
	out(&d, "P. 989:1001(12) ack 1 <nop,nop,TS val 1000 ecr 80>");
}

static void paws_drops_an_older_timestamp(void **state)
{
	struct dialogue d = established_with_timestamps();

	(void)state;
	in(&d, ". 1:11(10) ack 1 win 65535 <nop,nop,TS val 69 ecr 1000>");
	out(&d, ". 1:1(0) ack 1");
	fired(&d, RULE_PAWS);
	assert_int_equal(d.delivered, 0);
	in(&d, "R 1:1(0) win 0 <nop,nop,TS val 3 ecr 0>");
	in_state(&d, CLOSED); /* a RST is exempt */
}

static void paws_forgets_after_24_days(void **state)
{
	struct dialogue d = established_with_timestamps();

	(void)state;
	pass_ms(&d, 25LL * 86400 * 1000);
	in(&d, ". 1:11(10) ack 1 win 65535 <nop,nop,TS val 5 ecr 1000>");
	assert_int_equal(d.delivered, 10);
	assert_int_equal(d.tcb.ts.recent, 5);
}

/* The days count from the last segment that set TS.Recent. */
static void paws_remembers_while_the_peer_speaks(void **state)
{
	struct dialogue d = established_with_timestamps();

	(void)state;
	pass_ms(&d, 20LL * 86400 * 1000);
	in(&d, ". 1:11(10) ack 1 win 65535 <nop,nop,TS val 80 ecr 1000>");
	pass_ms(&d, 200);
	out_any(&d);
	pass_ms(&d, 20LL * 86400 * 1000);
	in(&d, ". 11:21(10) ack 1 win 65535 <nop,nop,TS val 5 ecr 1000>");
	out_any(&d);
	fired(&d, RULE_PAWS);
	assert_int_equal(d.delivered, 10);
}

static void segment_that_lacks_agreed_timestamps_is_dropped(void **state)
{
	struct dialogue d = established_with_timestamps();

	(void)state;
	in(&d, ". 1:11(10) ack 1 win 65535");
	silent(&d);
	fired(&d, RULE_TS_MISSING);
}

/* As Linux has it: RFC 7323 §3.2 only says SHOULD. */
static void unless_the_host_lets_them_be_missing(void **state)
{
	struct dialogue d = established_with_timestamps();

	(void)state;
	d.profile.ts_may_miss = true;
	in(&d, ". 1:11(10) ack 1 win 65535");
	not_fired(&d, RULE_TS_MISSING);
	assert_int_equal(d.delivered, 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(timestamps_are_echoed_and_leave_less_room_for_text),
		cmocka_unit_test(paws_drops_an_older_timestamp),
		cmocka_unit_test(paws_forgets_after_24_days),
		cmocka_unit_test(paws_remembers_while_the_peer_speaks),
		cmocka_unit_test(segment_that_lacks_agreed_timestamps_is_dropped),
		cmocka_unit_test(unless_the_host_lets_them_be_missing),
	};

	return DIALOGUE_RUN("timestamps", tests);
}
