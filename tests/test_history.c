/* The TCBs of a recording: at every event what was stored there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/random.h"
#include "tests/recorder.h"
struct kept {
	struct tcb tcb;
	struct held held; /* behind those that the TCB counts all 0 */
	bool exists;
};

static void change_something(struct tcb *tcb, struct random *random)
{
	uint8_t *bytes = (uint8_t *)tcb;
	uint64_t much = random_below(random, 100);
	uint64_t words = much == 0 ? sizeof *tcb / 4 : random_below(random, 12);

	for (uint64_t i = 0; i < words; i++)
		bytes[random_below(random, sizeof *tcb)] = (uint8_t)random_next(random);
	tcb->rcv.held_count = 0;
}

/* Most connections hold nothing, most of the time. */
static void hold_something(struct kept *kept, struct random *random)
{
	struct held_range *ranges = kept->held.ranges;
	unsigned count = (unsigned)random_below(random, HELD_MAX + 1);

	if (random_below(random, 4) > 0)
		count = 0;
	kept->tcb.rcv.held_count = (uint8_t)count;
	for (unsigned i = 0; i < count; i++)
		ranges[random_below(random, count)].right.v = (uint32_t)random_next(random);
	memset(&ranges[count], 0, (HELD_MAX - count) * sizeof ranges[0]);
}

static void store(struct run *run, int i, struct kept *now, struct random *random)
{
	bool holds;

	change_something(&now->tcb, random);
	hold_something(now, random);
	holds = now->tcb.rcv.held_count > 0;
	recording_set_tcb(run->r, run->conn[i], &now->tcb, holds ? &now->held : NULL);
	now->exists = true;
}

static void a_tcb_at_any_event_is_what_was_stored(void **state)
{
	enum { EVENTS = 4000 };
	struct kept *kept[2];
	struct random random = random_seeded(3, 4);
	struct kept now[2] = {{.exists = false}, {.exists = false}};
	struct run run = run_begin();
	struct held_range held[HELD_MAX];
	struct tcb out;

	(void)state;
	for (int i = 0; i < 2; i++)
		kept[i] = calloc(EVENTS, sizeof *kept[i]);
	for (uint32_t n = 0; n < EVENTS; n++) {
		run_add(&run, (int)n, A, EVENT_CALL);
		for (int i = 0; i < 2; i++) {
			uint64_t what = random_below(&random, 100);

			if (what < 60)
				store(&run, i, &now[i], &random);
			if (what < 10) /* a second time at the same event */
				store(&run, i, &now[i], &random);
			if (what == 99) {
				recording_drop_tcb(run.r, run.conn[i]);
				now[i] = (struct kept){.exists = false};
			}
			kept[i][n] = now[i];
		}
	}
	for (uint32_t i = 0; i < 4 * EVENTS; i++) {
		uint32_t n = (uint32_t)random_below(&random, EVENTS);
		int which = (int)random_below(&random, 2);

		assert_int_equal(recording_tcb(run.r, run.conn[which], n, &out),
				 kept[which][n].exists);
		if (!kept[which][n].exists)
			continue;
		recording_held(run.r, run.conn[which], n, held);
		assert_memory_equal(&out, &kept[which][n].tcb, sizeof out);
		assert_memory_equal(held, kept[which][n].held.ranges, sizeof held);
	}
	for (int i = 0; i < 2; i++) {
		struct tcb_walk walk;
		uint32_t from = 0;

		tcb_walk_start(&walk, run.r, run.conn[i]);
		while (tcb_walk_next(&walk)) {
			uint32_t next = tcb_walk_peek(&walk);

			assert_in_range(walk.event, from, EVENTS - 1);
			if (next == walk.event)
				continue; /* the last one at an event counts */
			for (from = walk.event; from < next && from < EVENTS; from++) {
				assert_int_equal(kept[i][from].exists, walk.exists);
				if (walk.exists)
					assert_memory_equal(&kept[i][from].tcb, &walk.now.tcb,
							    sizeof walk.now.tcb);
			}
		}
		assert_int_equal(from, EVENTS);
		free(kept[i]);
	}
	recording_free(run.r);
}

/* Or it would take long to find one. */
static void a_page_holds_so_many_entries_and_no_more(void **state)
{
	struct history history = {0};
	struct pool pool = {0};
	struct tcb tcb = {.state = LISTEN};

	(void)state;
	for (uint32_t n = 0; n < 10 * HISTORY_PAGE_ENTRIES; n++) {
		tcb.cc.cwnd = n;
		history_set(&history, &pool, n, &tcb, NULL);
		assert_int_equal(history.page_count, n / HISTORY_PAGE_ENTRIES + 1);
	}
	history_free(&history);
	pool_free(&pool);
}

static void there_is_no_tcb_before_the_first(void **state)
{
	struct run run = run_begin();
	struct tcb tcb = {.state = LISTEN};
	struct tcb out;

	(void)state;
	run_add(&run, 0, A, EVENT_CALL);
	run_add(&run, 1, A, EVENT_CALL);
	recording_set_tcb(run.r, run.conn[A], &tcb, NULL);
	assert_false(recording_tcb(run.r, run.conn[A], 0, &out));
	assert_true(recording_tcb(run.r, run.conn[A], 1, &out));
	assert_false(recording_tcb(run.r, run.conn[B], 1, &out));
	assert_false(recording_tcb_settled(run.r, run.conn[B], 1, &out));
	recording_free(run.r);
}

/* Two calls of the engine in a turn: each event sees the numbers of its own. */
static void settled_is_after_the_engines_call(void **state)
{
	struct run run = run_begin();
	struct tcb tcb = {.state = ESTABLISHED};
	struct tcb out;

	(void)state;

	uint32_t call = run_add(&run, 0, A, EVENT_CALL);

	recording_set_tcb(run.r, run.conn[A], &tcb, NULL);

	uint32_t input = run_add(&run, 1, A, EVENT_TIMER);
	uint32_t note = run_add(&run, 1, A, EVENT_NOTE);

	run_add(&run, 1, A, EVENT_TRANSITION);
	tcb.rtt.rto = 2;
	recording_set_tcb(run.r, run.conn[A], &tcb, NULL);
	run_add(&run, 1, A, EVENT_NOTE); /* a second call, which changes nothing */
	recording_set_tcb(run.r, run.conn[A], &tcb, NULL);
	run_add(&run, 1, A, EVENT_SEND);

	uint32_t started = run_add(&run, 1, A, EVENT_TIMER_STARTED);

	tcb.rtt.rto = 3;
	recording_set_tcb(run.r, run.conn[A], &tcb, NULL);

	uint32_t other = run_add(&run, 1, B, EVENT_CALL);

	tcb.rtt.rto = 4;
	recording_set_tcb(run.r, run.conn[A], &tcb, NULL);

	/* Nothing is stored in this turn: what counts is what was before. */
	uint32_t silent = run_add(&run, 2, A, EVENT_CALL);

	run_add(&run, 3, A, EVENT_CALL);
	tcb.rtt.rto = 5;
	recording_set_tcb(run.r, run.conn[A], &tcb, NULL);

	static const int64_t expected[] = {0, 2, 2, 2, 2, 3, 3, 4, 4, 5};

	assert_int_equal(input, 1);
	assert_int_equal(note, 2);
	assert_int_equal(started, 6);
	assert_int_equal(other, 7);
	assert_int_equal(silent, 8);
	for (uint32_t n = call; n <= silent + 1; n++) {
		assert_true(recording_tcb_settled(run.r, run.conn[A], n, &out));
		assert_int_equal(out.rtt.rto, expected[n]);
	}
	recording_free(run.r);
}

static void the_newest_connection_towards_a_host_is_found(void **state)
{
	struct run run = run_begin();
	struct endpoint b = run_endpoint(B, 80);
	struct endpoint a = run_endpoint(A, 1001);
	struct endpoint nobody = {0};
	struct tcb tcb = {.state = LISTEN, .local = b};

	(void)state;
	run_add(&run, 0, B, EVENT_CALL);

	uint32_t listener = recording_add_conn(run.r, B, &b, &nobody);

	run_add(&run, 1, B, EVENT_CALL);
	recording_set_tcb(run.r, listener, &tcb, NULL);

	uint32_t child = recording_add_conn(run.r, B, &b, &a);

	run_add(&run, 2, B, EVENT_CALL);
	tcb.state = SYN_RECEIVED;
	tcb.remote = a;
	recording_set_tcb(run.r, child, &tcb, NULL);
	run_add(&run, 3, B, EVENT_CALL);
	recording_drop_tcb(run.r, child);

	struct endpoint other_port = run_endpoint(B, 81);
	uint32_t second = recording_add_conn(run.r, B, &other_port, &nobody);
	struct tcb listens = {.state = LISTEN, .local = other_port};

	run_add(&run, 4, B, EVENT_CALL);
	recording_set_tcb(run.r, second, &listens, NULL);

	assert_int_equal(recording_conn_at(run.r, B, A, 0), EVENT_NONE);
	assert_int_equal(recording_conn_at(run.r, B, A, 1), listener);
	assert_int_equal(recording_conn_at(run.r, B, A, 2), child);
	assert_int_equal(recording_conn_at(run.r, B, A, 3), listener);
	assert_int_equal(recording_conn_at(run.r, B, A, 4), second);
	assert_int_equal(recording_conn_at(run.r, B, C, 2), listener);
	assert_int_equal(recording_conn_at(run.r, A, B, 3), EVENT_NONE);
	assert_int_equal(recording_conn_at(run.r, C, B, 3), EVENT_NONE);
	recording_free(run.r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_tcb_at_any_event_is_what_was_stored),
		cmocka_unit_test(a_page_holds_so_many_entries_and_no_more),
		cmocka_unit_test(there_is_no_tcb_before_the_first),
		cmocka_unit_test(settled_is_after_the_engines_call),
		cmocka_unit_test(the_newest_connection_towards_a_host_is_found),
	};

	return cmocka_run_group_tests_name("history", tests, NULL, NULL);
}
