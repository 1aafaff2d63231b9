/* A listener that waits for text: Linux's TCP_DEFER_ACCEPT. */
#include "tests/dialogue.h"

static struct dialogue waits_for_text(uint32_t tries)
{
	struct dialogue d = listening();

	d.profile.defer_accept = tries;
	in(&d, "S 0:0(0) win 3000 <mss 1000>");
	out(&d, "S. 0:0(0) ack 1");
	return d;
}

static void bare_ack_leaves_it_half_open(void **state)
{
	struct dialogue d = waits_for_text(3);

	(void)state;
	in(&d, ". 1:1(0) ack 1 win 3000");
	fired(&d, RULE_ACCEPT_DEFERRED);
	in_state(&d, SYN_RECEIVED);
	silent(&d);
	assert_false(d.tcb.snd.syn_acked);
}

static void text_establishes_it(void **state)
{
	struct dialogue d = waits_for_text(3);

	(void)state;
	in(&d, ". 1:1(0) ack 1 win 3000");
	in(&d, "P. 1:11(10) ack 1 win 3000");
	in_state(&d, ESTABLISHED);
	assert_int_equal(d.tcb.rcv.unread, 10);
}

static void fin_establishes_it_too(void **state)
{
	struct dialogue d = waits_for_text(3);

	(void)state;
	in(&d, "F. 1:1(0) ack 1 win 3000");
	in_state(&d, CLOSE_WAIT);
}

/* 1 + 2 s: the first time-out is silent, the second sends it again. */
static void syn_ack_goes_again_only_the_last_time(void **state)
{
	struct dialogue d = waits_for_text(2);

	(void)state;
	in(&d, ". 1:1(0) ack 1 win 3000");
	pass_ms(&d, 1000);
	fired(&d, RULE_SYN_ACK_SPARED);
	silent(&d);
	in(&d, ". 1:1(0) ack 1 win 3000");
	in_state(&d, SYN_RECEIVED);
	pass_ms(&d, 2000);
	out(&d, "S. 0:0(0) ack 1");
	in(&d, ". 1:1(0) ack 1 win 3000");
	in_state(&d, ESTABLISHED);
	fired(&d, RULE_SYN_RECEIVED_ESTABLISHED);
}

static void syn_ack_that_nobody_acknowledged_is_not_spared(void **state)
{
	struct dialogue d = waits_for_text(3);

	(void)state;
	pass_ms(&d, 1000);
	out(&d, "S. 0:0(0) ack 1");
}

/* The peer of an active OPEN decides nothing here. */
static void who_opens_waits_for_nothing(void **state)
{
	struct dialogue d = dialogue_new();

	(void)state;
	d.profile.defer_accept = 3;
	app_connect(&d);
	out(&d, "S 0:0(0)");
	in(&d, "S 0:0(0) win 3000 <mss 1000>");
	out(&d, "S. 0:0(0) ack 1");
	in(&d, ". 1:1(0) ack 1 win 3000");
	in_state(&d, ESTABLISHED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bare_ack_leaves_it_half_open),
		cmocka_unit_test(text_establishes_it),
		cmocka_unit_test(fin_establishes_it_too),
		cmocka_unit_test(syn_ack_goes_again_only_the_last_time),
		cmocka_unit_test(syn_ack_that_nobody_acknowledged_is_not_spared),
		cmocka_unit_test(who_opens_waits_for_nothing),
	};

	return DIALOGUE_RUN("defer accept", tests);
}
