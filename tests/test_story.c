/* A turn's story: its headline, and what else is worth telling of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/recorder.h"

static void the_heaviest_rule_is_the_headline(void **state)
{
	struct run run = run_begin();
	static const enum rule rules[] = {RULE_RTO_STARTED, RULE_KARN, RULE_FAST_RETRANSMIT,
					  RULE_OPEN_ACTIVE};

	(void)state;
	run_add(&run, 0, A, EVENT_CALL);
	for (int i = 0; i < 4; i++) {
		struct event event = run_event(0, A, EVENT_NOTE);

		event.rule = (uint16_t)rules[i];
		recording_add(run.r, &event);
		/* Quiet ones give way to the input; of two strong ones the first counts. */
		assert_int_equal(recording_headline(run.r, 0), i < 2 ? 0 : 3);
	}
	recording_free(run.r);
}

static uint32_t noted(const struct run *run, int ms, enum event_kind kind, enum rule rule)
{
	struct event event = run_event(ms, A, kind);

	event.conn = run->conn[A];
	event.rule = (uint16_t)rule;
	return recording_add(run->r, &event);
}

static void check_story(const struct run *run, uint32_t turn, const uint32_t *expected,
			unsigned count)
{
	uint32_t story[STORY_MAX];

	assert_int_equal(recording_story(run->r, turn, story), count);
	for (unsigned i = 0; i < count; i++)
		assert_int_equal(story[i], expected[i]);
	assert_int_equal(recording_headline(run->r, turn), expected[0]);
}

static void of_equal_weights_a_change_of_state_goes_first(void **state)
{
	struct run run = run_begin();

	(void)state;
	run_add(&run, 0, A, EVENT_CALL);

	uint32_t first = noted(&run, 0, EVENT_NOTE, RULE_FAST_RETRANSMIT);

	noted(&run, 0, EVENT_NOTE, RULE_FAST_RETRANSMIT); /* says nothing else */
	noted(&run, 0, EVENT_TRANSITION, RULE_SEND_TEXT); /* weighs less */

	uint32_t moves = noted(&run, 0, EVENT_TRANSITION, RULE_OPEN_ACTIVE);
	uint32_t third = noted(&run, 0, EVENT_NOTE, RULE_RTO_FIRED);

	noted(&run, 0, EVENT_NOTE, RULE_R1_REACHED); /* a fourth is too many */
	check_story(&run, 0, (uint32_t[]){moves, first, third}, 3);
	recording_free(run.r);
}

static void a_loss_is_part_of_the_story(void **state)
{
	struct run run = run_begin();

	(void)state;
	run_add(&run, 0, A, EVENT_TIMER);

	uint32_t sends = noted(&run, 0, EVENT_NOTE, RULE_SEND_TEXT);
	uint32_t packet = run_send(&run, 0, A, 100, 10, ACK);
	uint32_t lost = run_add_about(&run, 0, A, EVENT_LOST, packet);

	check_story(&run, 0, (uint32_t[]){lost, sends}, 2);

	uint32_t fires = noted(&run, 0, EVENT_NOTE, RULE_RTO_FIRED);

	assert_int_equal(run_turn(&run, fires), 0);
	check_story(&run, 0, (uint32_t[]){lost, fires, sends}, 3);
	run_add(&run, 1, A, EVENT_CALL);
	check_story(&run, 1, (uint32_t[]){fires + 1}, 1);
	recording_free(run.r);
}

static void an_ack_that_lets_cwnd_grow_says_so(void **state)
{
	struct run run = run_begin();
	struct tcb tcb = {.state = ESTABLISHED, .cc.cwnd = 1000};

	(void)state;
	run_add(&run, 0, A, EVENT_CALL);
	recording_set_tcb(run.r, run.conn[A], &tcb, NULL);
	for (int ms = 1; ms <= 2; ms++) {
		uint32_t first = run_add(&run, ms, A, EVENT_CALL);
		uint32_t advances = noted(&run, ms, EVENT_NOTE, RULE_ACK_ADVANCES);
		uint32_t grows = noted(&run, ms, EVENT_NOTE, RULE_SLOW_START);
		uint32_t karn = noted(&run, ms, EVENT_NOTE, RULE_KARN);

		noted(&run, ms, EVENT_NOTE, RULE_RTO_RESTARTED);
		tcb.cc.cwnd = 2000; /* the second time it stays what it was */
		recording_set_tcb(run.r, run.conn[A], &tcb, NULL);
		assert_int_equal(advances, first + 1);
		check_story(&run, (uint32_t)ms,
			    ms == 1 ? (uint32_t[]){advances, grows, karn}
				    : (uint32_t[]){advances, karn, 0},
			    ms == 1 ? 3 : 2);
	}
	recording_free(run.r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_heaviest_rule_is_the_headline),
		cmocka_unit_test(of_equal_weights_a_change_of_state_goes_first),
		cmocka_unit_test(a_loss_is_part_of_the_story),
		cmocka_unit_test(an_ack_that_lets_cwnd_grow_says_so),
	};

	return cmocka_run_group_tests_name("story", tests, NULL, NULL);
}
