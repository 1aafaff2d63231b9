/* test_flows.c — connections are told apart, and counted as tshark counts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <stdio.h>

#include "source/flows.h"
#include "talk.h"

struct found {
	struct trace *trace;
	struct flows flows;
};

static struct found find_in(struct trace *trace)
{
	struct found found = {.trace = trace};
	struct error err;

	if (!flows_find(&found.flows, trace, &err))
		fail_msg("%s", err.text);
	return found;
}

static struct found find_in_talk(const struct talk *talk)
{
	struct trace *trace;
	struct error err;

	if (!trace_open_memory(&trace, talk->bytes, talk->len, &err))
		fail_msg("%s", err.text);
	return find_in(trace);
}

/* A capture of this project. */
static struct found find_in_file(const char *name)
{
	const char *top = getenv("TOP");
	char path[4096];
	struct trace *trace;
	struct error err;

	snprintf(path, sizeof path, "%s/traces/%s", top != NULL ? top : ".", name);
	if (!trace_open(&trace, path, &err))
		fail_msg("%s", err.text);
	return find_in(trace);
}

static void end(struct found *found)
{
	flows_free(&found->flows);
	trace_close(found->trace);
}

static const struct flow *only(const struct found *found)
{
	assert_int_equal(found->flows.count, 1);
	return &found->flows.all[0];
}

static const char *ending(const struct flow *flow)
{
	static char buf[80];
	struct text text = text_in(buf, sizeof buf);

	flow_ending(flow, &text);
	return buf;
}

/* ---- captures of a real TCP; the numbers are tshark's ---- */

static const struct expected {
	const char *file;
	uint64_t packets;
	uint64_t text[SIDES];
	uint32_t again[SIDES];
	const char *ending;
} expected[] = {
	{"fetch.pcapng", 10, {89, 98}, {0, 0}, "closed"},
	{"ipv6.pcapng", 14, {89, 4182}, {0, 0}, "closed"},
	{"refused.pcap", 2, {0, 0}, {0, 0}, "refused"},
	{"reset.pcap", 12, {89, 3200}, {0, 0}, "reset by server"},
	{"half-close.pcap", 18, {15, 15}, {0, 0}, "closed"},
	{"simultaneous-open.pcap", 14, {10, 14}, {0, 0}, "closed"},
	{"transfer.pcap", 197, {19, 150400}, {0, 2}, "closed"},
	{"transfer-receiver.pcap", 195, {19, 150400}, {0, 2}, "closed"},
	{"reordered.pcap", 214, {19, 150400}, {0, 1}, "closed"},
	{"rto.pcap", 28, {89, 11520}, {0, 4}, "closed"},
	{"zero-window.pcap", 52, {89, 32000}, {0, 0}, "closed"},
	{"loopback.pcap", 13, {19, 100000}, {0, 0}, "closed"},
};

static void captures_are_summed_up_as_their_page_says(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
		const struct expected *e = &expected[i];
		struct found found = find_in_file(e->file);
		const struct flow *c = only(&found);

		print_message("%s\n", e->file);
		assert_int_equal(c->ways[CLIENT].packets + c->ways[SERVER].packets, e->packets);
		for (enum side side = CLIENT; side < SIDES; side++) {
			assert_int_equal(flow_text(c, side), e->text[side]);
			assert_int_equal(c->ways[side].again, e->again[side]);
		}
		assert_string_equal(ending(c), e->ending);
		end(&found);
	}
}

static void forty_connections_are_told_apart(void **state)
{
	struct found found = find_in_file("many.pcap");
	const struct flows *all = &found.flows;
	unsigned refused = 0;
	unsigned reset = 0;

	(void)state;
	assert_int_equal(all->count, 40);
	for (uint32_t i = 0; i < all->count; i++) {
		refused += strcmp(ending(&all->all[i]), "refused") == 0;
		reset += strncmp(ending(&all->all[i]), "reset", 5) == 0;
	}
	assert_int_equal(refused, 4);
	assert_int_equal(reset, 4);
	assert_int_equal(all->all[33].older, 4); /* port 40004, used twice */
	assert_int_equal(all->all[4].older, FLOW_NONE);
	end(&found);
}

static void checksums_that_nobody_computed_are_counted_and_no_more(void **state)
{
	struct found found = find_in_file("loopback.pcap");
	const struct flow *c = only(&found);

	(void)state;
	assert_int_equal(c->ways[CLIENT].unverified, c->ways[CLIENT].packets);
	assert_int_equal(c->ways[SERVER].unverified, c->ways[SERVER].packets);
	end(&found);
}

/* ---- where one connection ends and the next begins ---- */

static void a_syn_with_a_new_isn_begins_another_connection(void **state)
{
	struct talk talk = talk_begin();
	struct found found;

	(void)state;
	talk_says(&talk, 0, "> S 100:100(0) win 64240");
	talk_says(&talk, 1, "< S. 300:300(0) ack 101 win 65535");
	talk_says(&talk, 2, "> S 900:900(0) win 64240");
	talk_says(&talk, 3, "< . 301:301(0) ack 101 win 65535");
	found = find_in_talk(&talk);
	assert_int_equal(found.flows.count, 2);
	assert_int_equal(found.flows.all[0].last_packet, 2);
	assert_int_equal(found.flows.all[1].first_packet, 3);
	assert_int_equal(found.flows.all[1].last_packet, 4);
	assert_true(found.flows.all[0].answered);
	assert_false(found.flows.all[1].answered);
	end(&found);
	talk_end(&talk);
}

static void a_syn_sent_again_is_the_same_connection(void **state)
{
	struct talk talk = talk_begin();
	struct found found;

	(void)state;
	talk_says(&talk, 0, "> S 100:100(0) win 64240");
	talk_says(&talk, 1000000, "> S 100:100(0) win 64240");
	talk_says(&talk, 1000010, "< S. 300:300(0) ack 101 win 65535");
	talk_says(&talk, 1000020, "< S. 300:300(0) ack 101 win 65535");
	found = find_in_talk(&talk);
	assert_int_equal(only(&found)->ways[CLIENT].again, 1);
	assert_int_equal(only(&found)->ways[SERVER].again, 1);
	end(&found);
	talk_end(&talk);
}

static void the_same_isn_after_a_reset_begins_another_connection(void **state)
{
	struct talk talk = talk_begin();
	struct found found;

	(void)state;
	talk_says(&talk, 0, "> S 100:100(0) win 64240");
	talk_says(&talk, 1, "< R. 0:0(0) ack 101 win 0");
	talk_says(&talk, 500000, "> S 100:100(0) win 64240");
	talk_says(&talk, 500001, "< R. 0:0(0) ack 101 win 0");
	found = find_in_talk(&talk);
	assert_int_equal(found.flows.count, 2);
	assert_string_equal(ending(&found.flows.all[0]), "refused");
	assert_string_equal(ending(&found.flows.all[1]), "refused");
	end(&found);
	talk_end(&talk);
}

static void two_syns_that_cross_are_one_connection(void **state)
{
	struct talk talk = talk_begin();
	struct found found;

	(void)state;
	talk_says(&talk, 0, "> S 100:100(0) win 64240");
	talk_says(&talk, 1, "< S 300:300(0) win 64240");
	talk_says(&talk, 2, "> S. 100:100(0) ack 301 win 64240");
	talk_says(&talk, 3, "< S. 300:300(0) ack 101 win 64240");
	found = find_in_talk(&talk);
	assert_true(only(&found)->answered);
	assert_int_equal(only(&found)->ways[CLIENT].again, 0);
	assert_int_equal(only(&found)->ways[SERVER].again, 0);
	end(&found);
	talk_end(&talk);
}

/* ---- captures that begin late, or see half ---- */

static void without_a_syn_the_lower_port_is_the_server(void **state)
{
	struct talk talk = talk_begin();
	struct found found;

	(void)state;
	talk_says(&talk, 0, "< P. 5000:5100(100) ack 700 win 501");
	talk_says(&talk, 1, "> . 700:700(0) ack 5100 win 501");
	found = find_in_talk(&talk);
	assert_int_equal(only(&found)->ends[SERVER].port, 80);
	assert_int_equal(flow_text(only(&found), SERVER), 100);
	assert_string_equal(ending(only(&found)), "open, beginning not captured");
	end(&found);
	talk_end(&talk);
}

static void one_direction_is_said_to_be_one(void **state)
{
	struct talk talk = talk_begin();
	struct found found;

	(void)state;
	talk_says(&talk, 0, "< P. 5000:5100(100) ack 700 win 501");
	found = find_in_talk(&talk);
	assert_string_equal(ending(only(&found)),
			    "open, beginning not captured, one direction only");
	end(&found);
	talk_end(&talk);
}

static void text_is_counted_across_the_wrap_of_sequence_numbers(void **state)
{
	struct talk talk = talk_begin();
	struct found found;

	(void)state;
	talk_says(&talk, 0, "> S 4294967290:4294967290(0) win 64240");
	talk_says(&talk, 1, "< S. 300:300(0) ack 4294967291 win 65535");
	talk_says(&talk, 2, "> P. 4294967291:95(100) ack 301 win 64240");
	talk_says(&talk, 3, "> F. 95:95(0) ack 301 win 64240");
	found = find_in_talk(&talk);
	assert_int_equal(flow_text(only(&found), CLIENT), 100);
	assert_int_equal(only(&found)->ways[CLIENT].again, 0);
	end(&found);
	talk_end(&talk);
}

/* ---- late segments ---- */

/* Three segments in order, a gap, and then one that fills it. */
static uint32_t again_when_late_has(uint16_t id, const char *late)
{
	struct talk talk = talk_begin();
	struct found found;
	uint32_t again;

	talk_says_with_id(&talk, 0, 10, "> . 1:101(100) ack 1 win 500 <TS val 70 ecr 1>");
	talk_says_with_id(&talk, 1, 11, "> . 101:201(100) ack 1 win 500 <TS val 70 ecr 1>");
	talk_says_with_id(&talk, 1, 12, "> . 201:301(100) ack 1 win 500 <TS val 70 ecr 1>");
	talk_says_with_id(&talk, 1, 13, "> . 301:401(100) ack 1 win 500 <TS val 70 ecr 1>");
	talk_says_with_id(&talk, 2, 15, "> . 501:601(100) ack 1 win 500 <TS val 71 ecr 1>");
	talk_says_with_id(&talk, 3, id, late);
	found = find_in_talk(&talk);
	again = only(&found)->ways[CLIENT].again;
	end(&found);
	talk_end(&talk);
	return again;
}

static void an_older_identification_means_overtaken_not_sent_again(void **state)
{
	const char *late = "> . 401:501(100) ack 1 win 500 <TS val 71 ecr 1>";

	(void)state;
	assert_int_equal(again_when_late_has(14, late), 0);
	assert_int_equal(again_when_late_has(16, late), 1);
}

static void without_identifications_timestamps_tell(void **state)
{
	struct talk talk = talk_begin();
	struct found found;

	(void)state;
	for (int i = 0; i < 8; i++)
		talk_says_with_id(&talk, i, 0, "> . 1:1(0) ack 1 win 500 <TS val 70 ecr 1>");
	talk_says_with_id(&talk, 10, 0, "> . 101:201(100) ack 1 win 500 <TS val 71 ecr 1>");
	talk_says_with_id(&talk, 11, 0, "> . 1:51(50) ack 1 win 500 <TS val 70 ecr 1>");
	talk_says_with_id(&talk, 12, 0, "> . 51:101(50) ack 1 win 500 <TS val 72 ecr 1>");
	found = find_in_talk(&talk);
	assert_int_equal(only(&found)->ways[CLIENT].again, 1);
	end(&found);
	talk_end(&talk);
}

static void a_keep_alive_is_not_text_sent_again(void **state)
{
	struct talk talk = talk_begin();
	struct found found;

	(void)state;
	talk_says(&talk, 0, "> P. 1:101(100) ack 1 win 500");
	talk_says(&talk, 1, "< . 1:1(0) ack 101 win 500");
	talk_says(&talk, 7200000000, "> . 100:101(1) ack 1 win 500");
	found = find_in_talk(&talk);
	assert_int_equal(only(&found)->ways[CLIENT].again, 0);
	end(&found);
	talk_end(&talk);
}

/* ---- choosing and printing ---- */

static void the_first_handshake_is_shown_where_nobody_chose(void **state)
{
	struct talk talk = talk_begin();
	struct found found;

	(void)state;
	talk_says(&talk, 0, "> P. 1:101(100) ack 1 win 500");
	talk.client_port = 40001;
	talk_says(&talk, 1, "> S 100:100(0) win 64240");
	talk.client_port = 40002;
	talk_says(&talk, 2, "> S 100:100(0) win 64240");
	talk_says(&talk, 3, "< S. 300:300(0) ack 101 win 65535");
	found = find_in_talk(&talk);
	assert_int_equal(flows_default(&found.flows), 2);
	end(&found);
	talk_end(&talk);
}

static void the_list_is_a_table_with_aligned_columns(void **state)
{
	struct found found = find_in_file("many.pcap");
	char *printed;
	size_t len;
	FILE *out = open_memstream(&printed, &len);
	unsigned lines = 0;
	size_t column = 0;

	(void)state;
	flows_print(&found.flows, out);
	fclose(out);
	for (char *line = strtok(printed, "\n"); line != NULL; line = strtok(NULL, "\n")) {
		if (lines++ == 0)
			column = (size_t)(strstr(line, "ended") - line);
		assert_true(strlen(line) > column);
		assert_true(line[column - 1] == ' ' && line[column] != ' ');
	}
	assert_int_equal(lines, 41);
	free(printed);
	end(&found);
}

static void a_capture_without_tcp_says_so(void **state)
{
	struct talk talk = talk_begin();
	struct flows flows;
	struct trace *trace;
	struct error err;

	(void)state;
	talk_adds(&talk, 0, 0, "not IP", 6, 6);
	assert_true(trace_open_memory(&trace, talk.bytes, talk.len, &err));
	assert_false(flows_find(&flows, trace, &err));
	assert_non_null(strstr(
		err.text, "no TCP connection in it. Packets: 1; headers cut off or impossible: 1"));
	trace_close(trace);
	talk_end(&talk);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(captures_are_summed_up_as_their_page_says),
		cmocka_unit_test(forty_connections_are_told_apart),
		cmocka_unit_test(checksums_that_nobody_computed_are_counted_and_no_more),
		cmocka_unit_test(a_syn_with_a_new_isn_begins_another_connection),
		cmocka_unit_test(a_syn_sent_again_is_the_same_connection),
		cmocka_unit_test(the_same_isn_after_a_reset_begins_another_connection),
		cmocka_unit_test(two_syns_that_cross_are_one_connection),
		cmocka_unit_test(without_a_syn_the_lower_port_is_the_server),
		cmocka_unit_test(one_direction_is_said_to_be_one),
		cmocka_unit_test(text_is_counted_across_the_wrap_of_sequence_numbers),
		cmocka_unit_test(an_older_identification_means_overtaken_not_sent_again),
		cmocka_unit_test(without_identifications_timestamps_tell),
		cmocka_unit_test(a_keep_alive_is_not_text_sent_again),
		cmocka_unit_test(the_first_handshake_is_shown_where_nobody_chose),
		cmocka_unit_test(the_list_is_a_table_with_aligned_columns),
		cmocka_unit_test(a_capture_without_tcp_says_so),
	};

	return cmocka_run_group_tests_name("flows", tests, NULL, NULL);
}
