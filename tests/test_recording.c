/* Recordings: turns and causes; hash and size. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/recorder.h"
/* ---- turns and causes ---- */

static void an_input_and_what_it_leads_to_are_a_turn(void **state)
{
	struct run run = run_begin();
	uint32_t first;
	uint32_t count;

	(void)state;

	uint32_t call = run_add(&run, 0, A, EVENT_CALL);
	uint32_t note = run_add(&run, 0, A, EVENT_NOTE);
	uint32_t transition = run_add(&run, 0, A, EVENT_TRANSITION);
	uint32_t packet = run_send(&run, 0, A, 100, 0, SYN);
	uint32_t send = run_packet_at(&run, packet).sent;
	uint32_t timer = run_add(&run, 0, A, EVENT_TIMER_STARTED);
	uint32_t other_call = run_add(&run, 0, B, EVENT_CALL);
	uint32_t arrive = run_add_about(&run, 50, B, EVENT_ARRIVE, packet);

	assert_int_equal(recording_turns(run.r), 3);
	recording_turn(run.r, 0, &first, &count);
	assert_int_equal(first, call);
	assert_int_equal(count, 5);
	assert_int_equal(run_turn(&run, timer), 0);
	recording_turn(run.r, 1, &first, &count);
	assert_int_equal(first, other_call);
	assert_int_equal(count, 1);
	recording_turn(run.r, 2, &first, &count);
	assert_int_equal(first, arrive);
	assert_int_equal(count, 1);

	assert_int_equal(run_cause(&run, call), EVENT_NONE);
	assert_int_equal(run_cause(&run, note), call);
	assert_int_equal(run_cause(&run, transition), call);
	assert_int_equal(run_cause(&run, send), call);
	assert_int_equal(run_cause(&run, timer), call);
	assert_int_equal(run_cause(&run, arrive), send);
	recording_free(run.r);
}

static void every_chain_of_causes_ends_at_an_input(void **state)
{
	struct run run = run_begin();

	(void)state;

	uint32_t call = run_add(&run, 0, A, EVENT_CALL);
	uint32_t packet = run_send(&run, 0, A, 100, 0, SYN);
	uint32_t armed = run_add(&run, 0, A, EVENT_TIMER_STARTED);
	uint32_t lost = run_add_about(&run, 20, A, EVENT_LOST, packet);
	uint32_t fired = run_add(&run, 1000, A, EVENT_TIMER);
	uint32_t again = run_packet_at(&run, run_send(&run, 1000, A, 100, 0, SYN)).sent;

	assert_int_equal(run_cause(&run, lost), run_packet_at(&run, packet).sent);
	assert_int_equal(run_cause(&run, again), fired);
	assert_int_equal(run_cause(&run, fired), armed);
	assert_int_equal(run_cause(&run, armed), call);
	assert_int_equal(run_cause(&run, call), EVENT_NONE);
	recording_free(run.r);
}

static void a_timer_that_fires_goes_back_to_what_armed_it_last(void **state)
{
	struct run run = run_begin();
	struct event event = run_event(0, A, EVENT_TIMER_STARTED);

	(void)state;
	event.conn = run.conn[A];
	event.timer = TIMER_PERSIST;
	recording_add(run.r, &event);
	event.time++;

	uint32_t armed = recording_add(run.r, &event);

	run_add(&run, 1, A, EVENT_TIMER_STARTED); /* another timer */

	struct event fires = run_event(1, A, EVENT_TIMER);

	fires.conn = run.conn[A];
	fires.timer = TIMER_PERSIST;
	assert_int_equal(run_cause(&run, recording_add(run.r, &fires)), armed);
	recording_free(run.r);
}

static void a_cause_that_is_named_is_kept(void **state)
{
	struct run run = run_begin();
	struct event event = run_event(5, B, EVENT_CALL);

	(void)state;
	run_add(&run, 5, B, EVENT_CALL);
	event.cause = run_add(&run, 5, B, EVENT_NOTICE);
	assert_int_equal(run_cause(&run, recording_add(run.r, &event)), 1);
	recording_free(run.r);
}

static void a_link_that_loses_at_once_does_not_cut_the_turn(void **state)
{
	struct run run = run_begin();

	(void)state;

	uint32_t call = run_add(&run, 0, A, EVENT_CALL);
	uint32_t first = run_send(&run, 0, A, 101, 1000, ACK);
	uint32_t lost = run_add_about(&run, 0, A, EVENT_LOST, first);
	uint32_t second = run_packet_at(&run, run_send(&run, 0, A, 1101, 1000, ACK)).sent;

	assert_int_equal(recording_turns(run.r), 1);
	assert_int_equal(run_cause(&run, lost), run_packet_at(&run, first).sent);
	assert_int_equal(run_cause(&run, second), call);
	assert_int_equal(run_packet_at(&run, first).ended, lost);
	recording_free(run.r);
}

static void a_link_that_loses_what_another_turn_sent_begins_its_own(void **state)
{
	struct run run = run_begin();

	(void)state;
	run_add(&run, 0, A, EVENT_CALL);

	uint32_t packet = run_send(&run, 0, A, 101, 1000, ACK);

	run_add(&run, 0, A, EVENT_CALL);
	assert_int_equal(run_turn(&run, run_add_about(&run, 0, A, EVENT_LOST, packet)), 2);
	recording_free(run.r);
}

static void what_a_link_does_later_is_a_turn(void **state)
{
	struct run run = run_begin();

	(void)state;
	run_add(&run, 0, A, EVENT_CALL);

	uint32_t packet = run_send(&run, 0, A, 101, 1000, ACK);
	uint32_t held = run_add_about(&run, 1, A, EVENT_DELAYED, packet);
	uint32_t changed = run_add_about(&run, 2, A, EVENT_CORRUPTED, packet);

	assert_int_equal(run_turn(&run, held), 1);
	assert_int_equal(run_turn(&run, changed), 2);
	assert_int_equal(run_cause(&run, changed), run_packet_at(&run, packet).sent);
	/* Nor does a host's doing belong to a link's. */
	assert_int_equal(run_turn(&run, run_add(&run, 2, A, EVENT_NOTE)), 3);
	recording_free(run.r);
}

static void a_segment_without_known_reason_is_a_turn(void **state)
{
	struct run run = run_begin();

	(void)state;

	uint32_t a = run_packet_at(&run, run_send(&run, 0, A, 100, 0, SYN)).sent;
	uint32_t b = run_packet_at(&run, run_send(&run, 0, B, 300, 0, SYN)).sent;
	uint32_t later = run_packet_at(&run, run_send(&run, 1, B, 300, 0, SYN)).sent;
	uint32_t note = run_add(&run, 1, B, EVENT_NOTE);

	assert_int_equal(recording_turns(run.r), 3);
	assert_int_equal(run_cause(&run, a), EVENT_NONE);
	assert_int_equal(run_cause(&run, b), EVENT_NONE);
	assert_int_equal(run_cause(&run, later), EVENT_NONE);
	assert_int_equal(run_cause(&run, note), later);
	recording_free(run.r);
}

static void a_journal_becomes_events(void **state)
{
	struct run run = run_begin();
	struct journal journal = {
		.count = 4,
		.notes = {
			{.kind = NOTE_TRANSITION,
			 .rule = RULE_OPEN_ACTIVE,
			 .from = CLOSED,
			 .to = SYN_SENT},
			{.kind = NOTE_DECISION, .rule = RULE_KARN},
			{.kind = NOTE_TIMER_STARTED, .from = TIMER_PERSIST, .when = 12345},
			{.kind = NOTE_TIMER_STOPPED, .from = TIMER_DELAYED_ACK},
		}};

	(void)state;
	run_add(&run, 3, A, EVENT_CALL);
	recording_add_journal(run.r, nanos_from_ms(3), A, run.conn[A], &journal);
	assert_int_equal(journal.count, 0);
	assert_int_equal(recording_events(run.r), 5);
	assert_int_equal(recording_turns(run.r), 1);

	struct event transition = recording_event(run.r, 1);
	struct event decision = recording_event(run.r, 2);
	struct event started = recording_event(run.r, 3);
	struct event stopped = recording_event(run.r, 4);

	assert_int_equal(transition.kind, EVENT_TRANSITION);
	assert_int_equal(transition.rule, RULE_OPEN_ACTIVE);
	assert_int_equal(transition.from, CLOSED);
	assert_int_equal(transition.to, SYN_SENT);
	assert_int_equal(transition.conn, run.conn[A]);
	assert_int_equal(decision.kind, EVENT_NOTE);
	assert_int_equal(decision.rule, RULE_KARN);
	assert_int_equal(started.kind, EVENT_TIMER_STARTED);
	assert_int_equal(started.timer, TIMER_PERSIST);
	assert_int_equal(started.value, 12345);
	assert_int_equal(stopped.kind, EVENT_TIMER_STOPPED);
	assert_int_equal(stopped.timer, TIMER_DELAYED_ACK);
	recording_free(run.r);
}

/* A host that is only seen from outside: nobody knows what its journal answers. */
static void a_journal_without_an_input_is_caused_by_its_first_note(void **state)
{
	struct run run = run_begin();
	struct journal journal = {
		.count = 3,
		.notes = {
			{.kind = NOTE_TIMER_STARTED, .from = TIMER_PERSIST, .when = 12345},
			{.kind = NOTE_TRANSITION, .from = LISTEN, .to = SYN_RECEIVED},
			{.kind = NOTE_DECISION, .rule = RULE_KARN},
		}};

	(void)state;
	recording_add_journal(run.r, 0, A, run.conn[A], &journal);
	assert_int_equal(run_cause(&run, 0), EVENT_NONE);
	assert_int_equal(run_cause(&run, 1), 0);
	assert_int_equal(run_cause(&run, 2), 0);
	assert_int_equal(recording_event(run.r, 1).value, 0);
	assert_int_equal(recording_event(run.r, 1).timer, 0);
	assert_int_equal(recording_event(run.r, 2).from, 0);
	assert_int_equal(recording_event(run.r, 2).to, 0);

	struct event fires = run_event(1, A, EVENT_TIMER);

	fires.conn = run.conn[A];
	fires.timer = TIMER_PERSIST;
	assert_int_equal(run_cause(&run, recording_add(run.r, &fires)), 0);

	struct journal second = {
		.count = 2,
		.notes = {
			{.kind = NOTE_DECISION, .rule = RULE_KARN},
			{.kind = NOTE_TIMER_STARTED, .from = TIMER_PERSIST, .when = 23456},
		}};

	recording_add_journal(run.r, nanos_from_ms(1), A, run.conn[A], &second);
	assert_int_equal(run_cause(&run, recording_add(run.r, &fires)), 5);
	recording_free(run.r);
}

static void a_syn_ack_is_not_the_syn_again(void **state)
{
	struct run run = run_begin();
	uint32_t syn = run_send(&run, 0, A, 100, 0, SYN);
	uint32_t answer = run_send(&run, 50, A, 100, 0, SYN | ACK);
	uint32_t repeated = run_send(&run, 1050, A, 100, 0, SYN | ACK);
	uint32_t text = run_send(&run, 1060, A, 101, 10, ACK);

	(void)state;
	assert_int_equal(run_packet_at(&run, syn).again_of, EVENT_NONE);
	assert_int_equal(run_packet_at(&run, answer).again_of, EVENT_NONE);
	assert_int_equal(run_packet_at(&run, repeated).again_of, answer);
	assert_int_equal(run_packet_at(&run, text).again_of, EVENT_NONE);
	recording_free(run.r);
}

/* ---- hash, size, strings ---- */

static struct run scripted(int change)
{
	struct run run = run_begin();
	struct tcb tcb = {.state = change == 1 ? LISTEN : SYN_SENT};

	stream_add_text(recording_stream(run.r, run.conn[A]), change == 2 ? "hellO" : "hello", 5);
	run_add(&run, 0, A, EVENT_CALL);
	recording_set_tcb(run.r, run.conn[A], &tcb, NULL);
	run_send(&run, change == 3, A, 100, change == 4, SYN);
	recording_add_text(run.r, change == 5 ? "a" : "b");
	return run;
}

static void equal_inputs_have_equal_hashes_and_others_not(void **state)
{
	uint64_t hashes[6];

	(void)state;
	for (int i = 0; i < 6; i++) {
		struct run run = scripted(i);
		struct run twin = scripted(i);

		hashes[i] = recording_hash(run.r);
		assert_true(hashes[i] == recording_hash(twin.r));
		for (int k = 0; k < i; k++)
			assert_true(hashes[k] != hashes[i]);
		recording_free(run.r);
		recording_free(twin.r);
	}
}

static void strings_of_any_length_are_kept(void **state)
{
	enum { LONG = 200000 };
	struct run run = run_begin();
	char *longest = malloc(LONG + 1);
	uint32_t texts[3];

	(void)state;
	memset(longest, 'x', LONG);
	longest[LONG] = '\0';
	texts[0] = recording_add_text(run.r, "first");
	texts[1] = recording_add_text(run.r, longest);
	texts[2] = recording_add_text(run.r, "last");
	for (int i = 0; i < 20000; i++)
		recording_add_text(run.r, "");
	assert_string_equal(recording_text(run.r, texts[0]), "first");
	assert_string_equal(recording_text(run.r, texts[1]), longest);
	assert_string_equal(recording_text(run.r, texts[2]), "last");
	free(longest);
	recording_free(run.r);
}

/* Bulk transfer: for every segment SEND and ARRIVE, and a TCB after each. */
static void a_million_events_take_less_than_150_megabytes(void **state)
{
	enum { EVENTS = 1000000, MSS = 1448 };
	struct run run = run_begin();
	struct tcb tcb[2] = {{.state = ESTABLISHED}, {.state = ESTABLISHED}};
	nanos now = 0;

	(void)state;
	for (uint32_t i = 0; i < EVENTS / 2; i++) {
		uint8_t from = i % 2;
		struct tcb *sender = &tcb[from];
		struct tcb *receiver = &tcb[!from];
		uint32_t len = from == A ? MSS : 0;
		struct packet_record packet = run_packet(&run, from, sender->snd.nxt.v, len, ACK);
		struct event event = event_at(now += 110001, from, EVENT_SEND);

		event.conn = run.conn[from];
		options_put_nop(&packet.packet.tcp.options);
		options_put_nop(&packet.packet.tcp.options);
		options_put_timestamps(&packet.packet.tcp.options, i, i);

		uint32_t number = recording_add_packet(run.r, &packet, &event);

		sender->snd.nxt = seq_add(sender->snd.nxt, len);
		sender->ts.last_ack_sent = sender->rcv.nxt;
		sender->cc.last_sent = now;
		sender->timers[TIMER_DELAYED_ACK] = NANOS_NEVER;
		recording_set_tcb(run.r, run.conn[from], sender, NULL);

		event = event_at(now += 9999, !from, EVENT_ARRIVE);
		event.conn = run.conn[!from];
		event.packet = number;
		recording_add(run.r, &event);
		receiver->rcv.nxt = receiver->rcv.edge = seq_add(receiver->rcv.nxt, len);
		receiver->rcv.nxt_offset += len;
		receiver->timers[TIMER_DELAYED_ACK] = now + 40000000;
		receiver->snd.una = receiver->snd.nxt;
		receiver->snd.una_offset += from == B ? MSS : 0;
		receiver->snd.wl1 = packet.packet.tcp.seq;
		receiver->snd.wl2 = receiver->snd.una;
		receiver->rtt.srtt += 77;
		receiver->rtt.rttvar += 7;
		receiver->cc.cwnd += 3;
		receiver->timers[TIMER_RETRANSMISSION] = now + 200000000;
		receiver->ts.recent = i;
		receiver->ts.recent_age = now;
		recording_set_tcb(run.r, run.conn[!from], receiver, NULL);
	}
	assert_int_equal(recording_events(run.r), EVENTS);
	assert_in_range(recording_size(run.r), 1, 150000000);
	recording_free(run.r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_input_and_what_it_leads_to_are_a_turn),
		cmocka_unit_test(every_chain_of_causes_ends_at_an_input),
		cmocka_unit_test(a_timer_that_fires_goes_back_to_what_armed_it_last),
		cmocka_unit_test(a_cause_that_is_named_is_kept),
		cmocka_unit_test(a_link_that_loses_at_once_does_not_cut_the_turn),
		cmocka_unit_test(a_link_that_loses_what_another_turn_sent_begins_its_own),
		cmocka_unit_test(what_a_link_does_later_is_a_turn),
		cmocka_unit_test(a_segment_without_known_reason_is_a_turn),
		cmocka_unit_test(a_journal_becomes_events),
		cmocka_unit_test(a_journal_without_an_input_is_caused_by_its_first_note),
		cmocka_unit_test(a_syn_ack_is_not_the_syn_again),
		cmocka_unit_test(equal_inputs_have_equal_hashes_and_others_not),
		cmocka_unit_test(strings_of_any_length_are_kept),
		cmocka_unit_test(a_million_events_take_less_than_150_megabytes),
	};

	return cmocka_run_group_tests_name("recording", tests, NULL, NULL);
}
