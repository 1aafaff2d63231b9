/* Ladders on a terminal: what is told, and that columns stand straight. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "record/export.h"
#include "record/page.h"
#include "record/plain.h"
#include "tests/ladder_text.h"
#include "tests/story.h"

static void a_lost_syn_ack_is_told_without_further_help(void **state)
{
	char *text = ladder_text(story_of_a_handshake(), (struct ladder_style){.width = 88});

	(void)state;
	assert_string_equal(
		text,
		"A title\n"
		"\n"
		"                      A                                                   B\n"
		"time, s        10.0.0.1                                                   "
		"10.0.0.2\n"
		"  0.000                 │                                               ● ◂ OPEN "
		"passive\n"
		"                        │                                               │ LISTEN\n"
		"          OPEN active ▸ ●━━ SYN seq=100 win=64240 mss=1460 ━━━━━━━━━━━━▶│ 0.050\n"
		"               SYN-SENT │                                               │\n"
		"  0.050                 │ lost by rule 1 ✕━━━ SYN,ACK seq=300 ack=101 ━━● "
		"SYN-RECEIVED\n"
		"                        ┊         … 1.000 s with no segments …          ┊\n"
		"  1.050                 │      B's retransmission timer fires.          ●\n"
		"                  1.100 │◀╌╌╌ SYN,ACK seq=300 ack=101 win=64240 again ╌╌┤\n"
		"  1.100     ESTABLISHED ●── ACK seq=101 ack=301 win=64240 ─────────────▶│ 1.150\n"
		"  1.150                 │                                               ● "
		"ESTABLISHED\n"
		"\n"
		"4 segments · 1 sent again · 1 lost\n"
		"━ text or control bits   ─ an ACK alone   ╌ sent again   ✕ lost\n");
	free(text);
}

static int column_of(const char *line, const char *at)
{
	char before[1024] = "";

	memcpy(before, line, (size_t)(at - line));
	return (int)plain_width(before);
}

/* The column of the first (or last) of the characters that a lifeline can be made of. */
static int lifeline(const char *line, bool last)
{
	static const char *const marks[] = {"│", "●", "├", "┤", "┊"};
	int found = -1;

	for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
		for (const char *at = line; (at = strstr(at, marks[i])) != NULL;
		     at += strlen(marks[i])) {
			int column = column_of(line, at);

			if (found < 0 || (last ? column > found : column < found))
				found = column;
		}
	}
	return found;
}

static void columns_stand_straight_at_every_width(void **state)
{
	(void)state;
	for (unsigned width = 60; width <= 140; width++) {
		char *text =
			ladder_text(story(), (struct ladder_style){.width = width, .why = true});
		char *rest = text;
		unsigned most = width < 80 ? 80 : width;
		int left = -1;
		int right = -1;
		unsigned rows = 0;

		for (char *line; (line = strsep(&rest, "\n")) != NULL;) {
			int from = lifeline(line, false);
			int to = lifeline(line, true);

			assert_in_range(plain_width(line), 0, most);
			if (from < 0)
				continue;
			if (rows++ == 0) {
				left = from;
				right = to;
			}
			if (from != left || to != right)
				fail_msg("at width %u this row is askew:\n%s", width, line);
		}
		assert_in_range(rows, 30, 300);
		free(text);
	}
}

static void nothing_from_outside_reaches_the_terminal_raw(void **state)
{
	char *text = ladder_text(story(), (struct ladder_style){.why = true});

	(void)state;
	for (const char *at = text; *at != '\0';) {
		uint32_t c = plain_next(&at);

		assert_true(c == '\n' || plain_is_harmless(c));
	}
	assert_non_null(strstr(text, "“Now \\x1b[2J \"comes\" text: 日本 \\xff”"));
	free(text);
}

static void colour_adds_nothing_but_colour(void **state)
{
	char *plain = ladder_text(story(), (struct ladder_style){.why = true});
	char *coloured = ladder_text(story(), (struct ladder_style){.why = true, .colour = true});
	char *out = coloured;
	unsigned codes = 0;

	(void)state;
	for (const char *in = coloured; *in != '\0';) {
		if (*in == '\x1b') {
			in += strcspn(in, "m") + 1;
			codes++;
		} else {
			*out++ = *in++;
		}
	}
	*out = '\0';
	assert_string_equal(plain, coloured);
	assert_in_range(codes, 100, 10000);
	free(plain);
	free(coloured);
}

static void all_that_befalls_a_packet_is_shown(void **state)
{
	static const char *const expected[] = {
		"▷│ 1.560",                    /* overtaken: a hollow head */
		"ACK seq=101 ack=301 len=100", /* … of this one */
		"overtaken",
		"══ ACK seq=201", /* a copy */
		"again ╌",
		"lost by rule 1 ✕━",
		"ICMP datagram too big mtu=1400 about seq=101",
		"is held back by rule 2.",
		"one octet changed by rule 3.",
		"the captured ACK came 2 ms later",
		"╌…│ under way", /* the last one never arrives */
		"◂ reboot",
		"RFC 6298 §5.4: ",
		" damaged ━",
		("2 sent again · 1 lost · 1 damaged by a link · 1 overtaken · 1 duplicated by a "
		 "link"),
	};
	char *text = ladder_text(story(), (struct ladder_style){.why = true, .width = 120});

	(void)state;
	for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
		if (strstr(text, expected[i]) == NULL)
			fail_msg("\"%s\" is missing in:\n%s", expected[i], text);
	}
	free(text);
}

static unsigned count_of(const char *text, const char *words)
{
	unsigned count = 0;

	for (; (text = strstr(text, words)) != NULL; text++)
		count++;
	return count;
}

/* A timer that fires five times; its RTO doubles, or (nobody knows why) stays the same. */
static char *ladder_of_timeouts(bool doubles)
{
	struct run run = run_begin();
	struct tcb tcb = {.rtt.rto = nanos_from_s(1)};

	for (int ms = 0; ms < 5; ms++) {
		struct event event = run_event(ms, A, EVENT_NOTE);

		run_add(&run, ms, A, EVENT_TIMER);
		event.conn = run.conn[A];
		event.rule = RULE_RTO_FIRED;
		recording_add(run.r, &event);
		tcb.rtt.rto *= doubles ? 2 : 1;
		recording_set_tcb(run.r, run.conn[A], &tcb, NULL);
	}
	return ladder_text(run, (struct ladder_style){.why = true});
}

static void a_reason_is_written_in_full_only_once(void **state)
{
	char *text = ladder_of_timeouts(true);

	(void)state;
	assert_int_equal(count_of(text, "timer fired"), 5);
	assert_int_equal(count_of(text, "RFC 6298 §5.4"), 5);
	assert_int_equal(count_of(text, "Send the earliest"), 1);
	free(text);
}

static void a_sentence_is_not_said_twice_in_a_row(void **state)
{
	char *text = ladder_of_timeouts(false);

	(void)state;
	assert_int_equal(count_of(text, "timer fired"), 1);
	free(text);
}

static void each_growth_of_cwnd_is_told(void **state)
{
	struct run run = run_begin();
	struct tcb tcb = {.state = ESTABLISHED, .cc.cwnd = 1000};

	(void)state;
	for (int ms = 0; ms < 5; ms++) {
		struct event event = run_event(ms, A, EVENT_NOTE);

		run_add(&run, ms, A, EVENT_TIMER);
		event.conn = run.conn[A];
		event.rule = RULE_SLOW_START;
		recording_add(run.r, &event);
		tcb.cc.cwnd = ms < 3 ? 1000 + 1000 * (uint32_t)ms : 3000;
		recording_set_tcb(run.r, run.conn[A], &tcb, NULL);
	}

	char *text = ladder_text(run, (struct ladder_style){.why = true});

	assert_int_equal(count_of(text, "cwnd grows to"), 2);
	assert_non_null(strstr(text, "Slow start: A's cwnd grows to 2000."));
	assert_non_null(strstr(text, "Slow start: A's cwnd grows to 3000."));
	assert_int_equal(count_of(text, "RFC 5681 §3.1: "), 1);
	free(text);
}

static void windows_are_in_octets(void **state)
{
	struct run run = run_begin();
	struct tcb tcb = {.state = ESTABLISHED, .rcv.shift = 7};
	struct packet_record packet = run_packet(&run, A, 1, 0, ACK);
	struct event event = run_event(0, A, EVENT_SEND);

	(void)state;
	packet.packet.tcp.wnd = 502;
	recording_add_packet(run.r, &packet, &event);
	recording_set_tcb(run.r, run.conn[A], &tcb, NULL);
	packet.packet.tcp.flags = SYN; /* never scaled */
	recording_add_packet(run.r, &packet, &event);

	char *text = ladder_text(run, (struct ladder_style){.why = false});

	assert_non_null(strstr(text, "ACK seq=1 ack=0 win=64256"));
	assert_non_null(strstr(text, "SYN seq=1 win=502"));
	free(text);
}

static void a_reboot_closes_what_there_was(void **state)
{
	struct run run = run_begin();
	struct event reboot = run_event(1000, B, EVENT_CALL);
	struct tcb tcb = {.state = ESTABLISHED};

	(void)state;
	run_send(&run, 0, B, 1, 0, ACK);
	recording_set_tcb(run.r, run.conn[A], &tcb, NULL);
	recording_set_tcb(run.r, run.conn[B], &tcb, NULL);
	reboot.call = CALL_REBOOT;

	uint32_t n = recording_add(run.r, &reboot);

	recording_drop_tcb(run.r, run.conn[B]);
	assert_true(recording_tcb(run.r, run.conn[B], n - 1, &tcb));
	assert_false(recording_tcb(run.r, run.conn[B], n, &tcb));
	assert_true(recording_tcb(run.r, run.conn[A], n, &tcb));
	reboot.time += nanos_from_s(1); /* there is nothing left to close */
	recording_add(run.r, &reboot);

	char *text = ladder_text(run, (struct ladder_style){.why = true});

	assert_non_null(strstr(text, "B restarts: all its connections are"));
	assert_non_null(strstr(text, "RFC 9293 §3.5.1: "));
	assert_non_null(strstr(text, "CLOSED"));
	assert_null(strstr(strstr(text, "CLOSED") + 1, "CLOSED"));
	free(text);
}

/* Hours in microseconds, and numbers in front of the states: the most that can stand aside. */
static void eighty_columns_are_enough_for_hours(void **state)
{
	struct run run = run_begin();
	struct endpoint a = run_endpoint(A, 1001);
	struct endpoint b = run_endpoint(B, 80);
	struct packet_record packet = run_packet(&run, A, 5, 0, SYN);
	struct event event = run_event(0, A, EVENT_SEND);
	unsigned widest = 0;

	(void)state;
	run_send(&run, 0, A, 1, 0, SYN);
	packet.conn = recording_add_conn(run.r, A, &a, &b);
	packet.packet.tcp.src_port = 1001;
	event.time = nanos_from_s(36000) + 1000;
	recording_add_packet(run.r, &packet, &event);

	char *text = ladder_text(run, (struct ladder_style){.width = 80});
	char *rest = text;

	assert_non_null(strstr(text, "36000.000001"));
	assert_non_null(strstr(text, "#2 SYN"));
	for (char *line; (line = strsep(&rest, "\n")) != NULL;)
		widest = plain_width(line) > widest ? plain_width(line) : widest;
	assert_in_range(widest, 70, 80);
	free(text);
}

static void an_empty_recording_is_an_empty_ladder(void **state)
{
	char *text = ladder_text(run_begin(), (struct ladder_style){.why = true});

	(void)state;
	assert_non_null(strstr(text, "\n0 segments\n"));
	free(text);
}

static void wrapping_keeps_numbers_with_their_units(void **state)
{
	const char *text = "it doubles to 2.000 s. See RFC 6298 now";
	char line[ROW_TEXT_MAX];

	(void)state;
	assert_true(page_wrap(&text, 20, line));
	assert_string_equal(line, "it doubles to");
	assert_true(page_wrap(&text, 16, line));
	assert_string_equal(line, "2.000 s. See");
	assert_true(page_wrap(&text, 100, line));
	assert_string_equal(line, "RFC 6298 now");
	assert_false(page_wrap(&text, 20, line));
	text = "unbreakable日本";
	assert_true(page_wrap(&text, 12, line));
	assert_string_equal(line, "unbreakable");
	assert_true(page_wrap(&text, 3, line));
	assert_string_equal(line, "日");
}

static void a_full_disk_is_an_error(void **state)
{
	struct run run = story();
	struct ladder_style style = {.why = true};
	FILE *out = fopen("/dev/full", "w");
	struct error err = {""};

	(void)state;
	assert_false(export_ladder(run.r, &style, out, &err));
	assert_non_null(strstr(err.text, "could not be written"));
	fclose(out);
	recording_free(run.r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_lost_syn_ack_is_told_without_further_help),
		cmocka_unit_test(columns_stand_straight_at_every_width),
		cmocka_unit_test(nothing_from_outside_reaches_the_terminal_raw),
		cmocka_unit_test(colour_adds_nothing_but_colour),
		cmocka_unit_test(all_that_befalls_a_packet_is_shown),
		cmocka_unit_test(a_reason_is_written_in_full_only_once),
		cmocka_unit_test(a_sentence_is_not_said_twice_in_a_row),
		cmocka_unit_test(each_growth_of_cwnd_is_told),
		cmocka_unit_test(windows_are_in_octets),
		cmocka_unit_test(a_reboot_closes_what_there_was),
		cmocka_unit_test(eighty_columns_are_enough_for_hours),
		cmocka_unit_test(an_empty_recording_is_an_empty_ladder),
		cmocka_unit_test(wrapping_keeps_numbers_with_their_units),
		cmocka_unit_test(a_full_disk_is_an_error),
	};

	return cmocka_run_group_tests_name("ladder", tests, NULL, NULL);
}
