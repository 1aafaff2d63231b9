/* Events in words: what happened, and why. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "record/explain.h"
#include "record/plain.h"
#include "tcp/rule.h"
#include "tests/recorder.h"

static char words[1024];

static const char *what(const struct run *run, uint32_t n)
{
	struct text text = text_in(words, sizeof words);

	explain_what(run->r, n, &text);
	return words;
}

static const char *why(const struct run *run, uint32_t n)
{
	struct text text = text_in(words, sizeof words);

	explain_why(run->r, n, &text);
	return words;
}

static uint32_t note(const struct run *run, int ms, uint8_t host, enum rule rule)
{
	struct event event = run_event(ms, host, EVENT_NOTE);

	event.conn = run->conn[host];
	event.rule = (uint16_t)rule;
	return recording_add(run->r, &event);
}

/* ---- rules ---- */

static void check_placeholders(const char *sentence)
{
	for (const char *at = sentence; (at = strchr(at, '{')) != NULL;) {
		char name[64] = "";
		size_t len = strcspn(++at, "{}");

		assert_int_equal(at[len], '}');
		assert_in_range(len, 1, sizeof name - 1);
		memcpy(name, at, len);
		if (!explain_knows(name))
			fail_msg("{%s} is not known, in: %s", name, sentence);
		at += len;
	}
}

static void every_placeholder_of_every_rule_is_known(void **state)
{
	(void)state;
	for (unsigned rule = 0; rule < RULE_COUNT; rule++) {
		check_placeholders(rule_info((enum rule)rule)->what);
		check_placeholders(rule_info((enum rule)rule)->why);
	}
	assert_true(explain_knows("host"));
	assert_true(explain_knows("SND.NXT"));
	assert_false(explain_knows("SND"));
	assert_false(explain_knows(""));
}

static void every_rule_makes_a_sentence_with_nothing_left_open(void **state)
{
	struct run run = run_begin();
	struct tcb tcb = {.state = ESTABLISHED};
	uint32_t packet = run_send(&run, 0, B, 300, 100, ACK);

	(void)state;
	for (unsigned rule = 1; rule < RULE_COUNT; rule++) {
		run_add_about(&run, (int)rule, A, EVENT_ARRIVE, packet);

		uint32_t n = note(&run, (int)rule, A, (enum rule)rule);

		recording_set_tcb(run.r, run.conn[A], &tcb, NULL);
		assert_null(strpbrk(what(&run, n), "{}?"));
		assert_in_range(words[0], '0', 'Z'); /* begins with a capital, or a number */
		assert_non_null(strchr(".!", words[strlen(words) - 1]));
		assert_null(strpbrk(why(&run, n), "{}?"));
		assert_true(strncmp(words, "RFC ", 4) == 0 || strncmp(words, "draft-", 6) == 0);
		assert_non_null(strstr(words, ": "));
	}
	recording_free(run.r);
}

static void numbers_are_those_after_the_engines_call(void **state)
{
	struct run run = run_begin();
	struct tcb tcb = {.state = SYN_RECEIVED, .rtt.rto = nanos_from_s(1)};

	(void)state;
	run_add(&run, 0, B, EVENT_CALL);
	recording_set_tcb(run.r, run.conn[B], &tcb, NULL);
	run_add(&run, 1050, B, EVENT_TIMER);

	uint32_t n = note(&run, 1050, B, RULE_RTO_FIRED);

	run_add(&run, 1050, B, EVENT_TIMER_STARTED);
	tcb.rtt.rto = nanos_from_s(2);
	recording_set_tcb(run.r, run.conn[B], &tcb, NULL);
	assert_non_null(strstr(what(&run, n), "RTO is now 2.000 s."));
	assert_memory_equal(words, "B's retransmission timer fired", 30);
	assert_memory_equal(why(&run, n), "RFC 6298 §5.4: ", strlen("RFC 6298 §5.4: "));
	recording_free(run.r);
}

static void a_segment_is_the_events_own_or_the_one_that_arrived(void **state)
{
	struct run run = run_begin();
	struct packet_record packet = run_packet(&run, A, 101, 1000, PSH | ACK);
	struct event send = run_event(0, A, EVENT_SEND);

	(void)state;
	send.conn = run.conn[A];
	send.rule = RULE_SEND_TEXT;

	uint32_t number = recording_add_packet(run.r, &packet, &send);

	assert_string_equal(what(&run, 0), "A sends 1000 octets from 101.");
	run_add_about(&run, 50, B, EVENT_ARRIVE, number);

	uint32_t n = note(&run, 50, B, RULE_TEXT_IN_ORDER);

	assert_memory_equal(what(&run, n), "1000 octets arrive", 18);
	recording_free(run.r);
}

static const char *filled(const struct run *run, uint32_t n, const char *sentence)
{
	struct text text = text_in(words, sizeof words);

	explain_fill(run->r, n, sentence, &text);
	return words;
}

static void the_peer_is_whoever_is_at_the_other_end(void **state)
{
	struct run run = run_begin();
	struct packet_record packet = run_packet(&run, A, 7, 1, SYN);
	struct event event = run_event(0, A, EVENT_SEND);
	struct endpoint nobody = {0};
	struct endpoint stranger = run_endpoint(8, 5);
	struct endpoint b = run_endpoint(B, 80);

	(void)state;
	packet.conn = EVENT_NONE;

	uint32_t number = recording_add_packet(run.r, &packet, &event);
	uint32_t arrives = run_add_about(&run, 1, B, EVENT_ARRIVE, number);

	assert_string_equal(filled(&run, 0, "{host} to {peer}: {flags} {seq} {len} {ack}"),
			    "A to B: SYN 7 1 0");
	assert_string_equal(filled(&run, arrives, "from {peer} to {host}"), "from A to B");
	assert_string_equal(filled(&run, run_add(&run, 2, A, EVENT_CALL), "to {peer}"), "to B");

	event = run_event(3, A, EVENT_CALL);
	event.conn = recording_add_conn(run.r, A, &b, &stranger);
	assert_string_equal(filled(&run, recording_add(run.r, &event), "{peer}"), "10.0.0.9");
	event.conn = recording_add_conn(run.r, A, &b, &nobody);
	assert_string_equal(filled(&run, recording_add(run.r, &event), "{peer}"), "The peer");
	recording_set_remote(run.r, event.conn, &stranger, run.conn[B]);
	assert_string_equal(filled(&run, recording_add(run.r, &event), "{peer} {cwnd}"), "B ?");
	recording_free(run.r);
}

/* ---- events without a rule ---- */

static void events_without_a_rule_have_plain_sentences(void **state)
{
	struct run run = run_begin();
	struct event event = run_event(0, A, EVENT_CALL);

	(void)state;
	event.conn = run.conn[A];
	event.call = CALL_OPEN_ACTIVE;
	assert_string_equal(what(&run, recording_add(run.r, &event)),
			    "A's application calls OPEN, active, to 10.0.0.2:80.");
	event.call = CALL_SEND;
	event.value = 500;
	assert_string_equal(what(&run, recording_add(run.r, &event)),
			    "A's application calls SEND with 500 octets.");
	event.text = recording_add_text(run.r, "connection closing");
	assert_string_equal(
		what(&run, recording_add(run.r, &event)),
		"A's application calls SEND with 500 octets; the answer: connection closing.");

	event = run_event(0, A, EVENT_CALL);
	event.call = CALL_USER_TIMEOUT;
	event.value = 5000;
	assert_string_equal(what(&run, recording_add(run.r, &event)),
			    "A's application sets its user timeout to 5000 ms.");
	event.call = CALL_KEEPALIVE;
	assert_string_equal(what(&run, recording_add(run.r, &event)),
			    "A's application switches keep-alives on.");

	event.call = CALL_NAGLE;
	event.value = false;
	assert_string_equal(what(&run, recording_add(run.r, &event)),
			    "A's application switches Nagle's algorithm off.");

	event = run_event(1, A, EVENT_TRANSITION);
	event.from = SYN_SENT;
	event.to = ESTABLISHED;
	assert_string_equal(what(&run, recording_add(run.r, &event)),
			    "A goes from SYN-SENT to ESTABLISHED.");

	event = run_event(1, A, EVENT_TIMER_STARTED);
	event.conn = run.conn[A];
	event.timer = TIMER_PERSIST;
	event.value = event.time + nanos_from_ms(1500);
	assert_string_equal(what(&run, recording_add(run.r, &event)),
			    "A starts its persist timer, to fire in 1.500 s.");
	assert_string_equal(what(&run, run_add(&run, 2, A, EVENT_TIMER)),
			    "A's retransmission timer fires.");

	event = run_event(2, A, EVENT_NOTICE);
	event.value = NOTICE_CLOSING;
	assert_string_equal(what(&run, recording_add(run.r, &event)),
			    "A's application is told: the peer sends no more.");
	recording_free(run.r);
}

static void a_reboot_says_that_the_peer_is_not_told(void **state)
{
	struct run run = run_begin();
	struct event event = run_event(0, B, EVENT_CALL);

	(void)state;
	event.call = CALL_REBOOT;

	uint32_t n = recording_add(run.r, &event);

	assert_string_equal(what(&run, n), "B restarts: all its connections are forgotten.");
	assert_memory_equal(why(&run, n), "RFC 9293 §3.5.1: ", strlen("RFC 9293 §3.5.1: "));
	assert_non_null(strstr(words, "the peer is not told."));
	recording_free(run.r);
}

static void one_octet_is_not_octets(void **state)
{
	struct run run = run_begin();
	struct packet_record packet = run_packet(&run, A, 101, 1, PSH | ACK);
	struct event event = run_event(0, A, EVENT_SEND);
	struct event call = run_event(2, A, EVENT_CALL);

	(void)state;
	event.conn = run.conn[A];
	event.rule = RULE_SEND_TEXT;

	uint32_t number = recording_add_packet(run.r, &packet, &event);

	assert_string_equal(what(&run, 0), "A sends 1 octet from 101.");
	run_add_about(&run, 1, B, EVENT_ARRIVE, number);
	assert_memory_equal(what(&run, note(&run, 1, B, RULE_TEXT_IN_ORDER)),
			    "1 octet arrives in order", 24);
	assert_string_equal(what(&run, 1), "A's segment of 1 octet arrives at B.");
	call.call = CALL_SEND;
	call.value = 1;
	assert_string_equal(what(&run, recording_add(run.r, &call)),
			    "A's application calls SEND with 1 octet.");
	recording_free(run.r);
}

static void what_a_link_does_is_told_with_its_reason(void **state)
{
	struct run run = run_begin();
	uint32_t syn = run_send(&run, 0, A, 100, 0, SYN);
	uint32_t text = run_send(&run, 0, A, 101, 12, ACK);
	struct event event = run_event(1, A, EVENT_LOST);

	(void)state;
	event.packet = syn;
	assert_string_equal(what(&run, recording_add(run.r, &event)),
			    "A's SYN is lost on the way.");
	assert_memory_equal(why(&run, 2), "RFC 9293 ", 9);
	event.text = recording_add_text(run.r, "lost by rule 1");
	assert_string_equal(what(&run, recording_add(run.r, &event)), "A's SYN is lost by rule 1.");
	event.kind = EVENT_CORRUPTED;
	event.packet = text;
	event.text = recording_add_text(run.r, "one octet changed by rule 2");
	assert_string_equal(what(&run, recording_add(run.r, &event)),
			    "A's segment of 12 octets: one octet changed by rule 2.");
	assert_string_equal(what(&run, run_add_about(&run, 2, B, EVENT_ARRIVE, syn)),
			    "A's SYN arrives at B.");
	recording_free(run.r);
}

/* ---- values ---- */

static void values_are_written_for_people(void **state)
{
	static const struct {
		const char *name;
		const char *value;
	} expected[] = {
		{"RTO", "1.000 s"},
		{"SRTT", "0.050123 s"},
		{"RTTVAR", "250 µs"},
		{"SND.NXT", "4294967295"},
		{"cwnd", "14600"},
		{"ssthresh", "unlimited"},
		{"state", "FIN-WAIT-1"},
		{"SACK", "yes"},
		{"fin_queued", "no"},
		{"persist", "stopped"},
		{"retransmission", "2.050 s"},
	};
	struct tcb tcb = {.state = FIN_WAIT_1, .sack_on = true};

	(void)state;
	tcb.rtt.rto = nanos_from_s(1);
	tcb.rtt.srtt = 50123456;
	tcb.rtt.rttvar = 250999;
	tcb.snd.nxt = seq_of(UINT32_MAX);
	tcb.cc.cwnd = 14600;
	tcb.cc.ssthresh = UINT32_MAX;
	tcb.timers[TIMER_PERSIST] = NANOS_NEVER;
	tcb.timers[TIMER_RETRANSMISSION] = nanos_from_ms(2050);
	for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
		struct text text = text_in(words, sizeof words);

		explain_value(tcb_variable(expected[i].name), &tcb, &text);
		assert_string_equal(words, expected[i].value);
	}
}

/* ---- text from outside ---- */

static void what_could_fool_a_terminal_is_escaped(void **state)
{
	static const struct {
		const char *in;
		const char *out;
	} expected[] = {
		{"plain, Grüße, 日本, 🙂", "plain, Grüße, 日本, 🙂"},
		{"\x1b[31mred", "\\x1b[31mred"},
		{"a\tb\nc", "a b c"},
		{"\x7f\xc2\x9b", "\\x7f\\x9b"},
		{"\xe2\x80\xae", "\\u202e"},
		{"cut \xe2\x80", "cut \\xe2\\x80"},
		{"\xc0\x80 \xed\xa0\x80 \xff", "\\xc0\\x80 \\xed\\xa0\\x80 \\xff"},
		{"\xe0\x80\x80\xf0\x80\x80\x80", "\\xe0\\x80\\x80\\xf0\\x80\\x80\\x80"},
		{"\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"},
		{"\xf3\xa0\x80\x81", "\\ue0001"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
		struct text text = text_in(words, sizeof words);

		plain_add(&text, expected[i].in);
		assert_string_equal(words, expected[i].out);
	}
}

static void width_counts_columns_and_not_bytes(void **state)
{
	(void)state;
	assert_int_equal(plain_width("abc"), 3);
	assert_int_equal(plain_width("Grüße ▶"), 7);
	assert_int_equal(plain_width("日本"), 4);
	assert_int_equal(plain_width("e\xcc\x81"), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_placeholder_of_every_rule_is_known),
		cmocka_unit_test(every_rule_makes_a_sentence_with_nothing_left_open),
		cmocka_unit_test(numbers_are_those_after_the_engines_call),
		cmocka_unit_test(a_segment_is_the_events_own_or_the_one_that_arrived),
		cmocka_unit_test(the_peer_is_whoever_is_at_the_other_end),
		cmocka_unit_test(events_without_a_rule_have_plain_sentences),
		cmocka_unit_test(a_reboot_says_that_the_peer_is_not_told),
		cmocka_unit_test(one_octet_is_not_octets),
		cmocka_unit_test(what_a_link_does_is_told_with_its_reason),
		cmocka_unit_test(values_are_written_for_people),
		cmocka_unit_test(what_could_fool_a_terminal_is_escaped),
		cmocka_unit_test(width_counts_columns_and_not_bytes),
	};

	return cmocka_run_group_tests_name("explain", tests, NULL, NULL);
}
