/* test_replay.c — both ends of captured connections: states, calls, octets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "replayed.h"
#include "source/trace.h"

static void assert_says(const char *text, const char *words)
{
	if (strstr(text, words) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", text, words);
}

/* ---- captures of a real TCP ---- */

static void states_are_those_of_figure_5_packet_by_packet(void **state)
{
	static const struct {
		int64_t packet;
		const char *states; /* client, server */
	} expected[] = {
		{3, "SYN-SENT SYN-RECEIVED"},    /* SYN */
		{4, "ESTABLISHED SYN-RECEIVED"}, /* SYN,ACK */
		{5, "ESTABLISHED ESTABLISHED"},  /* ACK */
		{8, "ESTABLISHED ESTABLISHED"},  /* the answer */
		{10, "CLOSE-WAIT FIN-WAIT-1"},   /* the server's FIN,ACK */
		{11, "LAST-ACK TIME-WAIT"},      /* the client's ACK and FIN in one */
		{12, "CLOSED TIME-WAIT"},        /* the last ACK */
	};
	struct replayed fetch = replayed_file("fetch.pcapng", REPLAY_BOTH);

	(void)state;
	for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++)
		assert_string_equal(replayed_states_after(&fetch, expected[i].packet),
				    expected[i].states);
	replayed_end(&fetch);
}

#define OPENS_AS_CLIENT "SYN-SENT ESTABLISHED "
#define OPENS_AS_SERVER "LISTEN SYN-RECEIVED ESTABLISHED "
#define CLOSES_FIRST    "FIN-WAIT-1 FIN-WAIT-2 TIME-WAIT"
#define CLOSES_SECOND   "CLOSE-WAIT LAST-ACK CLOSED"
#define BOTH_AT_ONCE    "SYN-SENT SYN-RECEIVED ESTABLISHED FIN-WAIT-1 CLOSING TIME-WAIT"

static void every_capture_goes_through_the_states_that_its_page_tells(void **state)
{
	static const struct {
		const char *file;
		const char *client;
		const char *server;
	} expected[] = {
		{"fetch.pcapng", OPENS_AS_CLIENT CLOSES_SECOND, OPENS_AS_SERVER CLOSES_FIRST},
		{"ipv6.pcapng", OPENS_AS_CLIENT CLOSES_SECOND, OPENS_AS_SERVER CLOSES_FIRST},
		{"refused.pcap", "SYN-SENT CLOSED", ""},
		{"reset.pcap", OPENS_AS_CLIENT "CLOSED", OPENS_AS_SERVER "CLOSED"},
		{"half-close.pcap", OPENS_AS_CLIENT CLOSES_FIRST, OPENS_AS_SERVER CLOSES_SECOND},
		{"simultaneous-open.pcap", BOTH_AT_ONCE, BOTH_AT_ONCE},
		{"transfer.pcap", OPENS_AS_CLIENT CLOSES_SECOND, OPENS_AS_SERVER CLOSES_FIRST},
		{"transfer-receiver.pcap", OPENS_AS_CLIENT CLOSES_SECOND,
		 OPENS_AS_SERVER CLOSES_FIRST},
		{"reordered.pcap", OPENS_AS_CLIENT CLOSES_SECOND, OPENS_AS_SERVER CLOSES_FIRST},
		{"rto.pcap", OPENS_AS_CLIENT CLOSES_SECOND, OPENS_AS_SERVER CLOSES_FIRST},
		{"zero-window.pcap", OPENS_AS_CLIENT CLOSES_SECOND, OPENS_AS_SERVER CLOSES_FIRST},
		{"cooked.pcap", OPENS_AS_CLIENT CLOSES_SECOND, OPENS_AS_SERVER CLOSES_FIRST},
		{"loopback.pcap", OPENS_AS_CLIENT CLOSES_SECOND, OPENS_AS_SERVER CLOSES_FIRST},
	};

	(void)state;
	for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
		struct replayed both = replayed_file(expected[i].file, REPLAY_BOTH);

		print_message("%s\n", expected[i].file);
		assert_string_equal(replayed_states(&both, CLIENT_HOST), expected[i].client);
		assert_string_equal(replayed_states(&both, SERVER_HOST), expected[i].server);
		replayed_end(&both);
	}
}

/* The numbers are tshark's. A FIN counts as an octet of RCV.NXT. */
static void all_octets_are_delivered_and_acknowledged(void **state)
{
	static const struct {
		const char *file;
		int64_t to_server;
		int64_t to_client;
	} expected[] = {
		{"fetch.pcapng", 89, 98},        {"ipv6.pcapng", 89, 4182},
		{"half-close.pcap", 15, 15},     {"simultaneous-open.pcap", 10, 14},
		{"transfer.pcap", 19, 150400},   {"transfer-receiver.pcap", 19, 150400},
		{"reordered.pcap", 19, 150400},  {"rto.pcap", 89, 11520},
		{"zero-window.pcap", 89, 32000}, {"loopback.pcap", 19, 100000},
	};

	(void)state;
	for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
		struct replayed both = replayed_file(expected[i].file, REPLAY_BOTH);
		struct tcb client = replayed_tcb(&both, CLIENT_HOST);
		struct tcb server = replayed_tcb(&both, SERVER_HOST);

		print_message("%s\n", expected[i].file);
		assert_int_equal(server.rcv.nxt_offset - 1, expected[i].to_server);
		assert_int_equal(client.rcv.nxt_offset - 1, expected[i].to_client);
		assert_true(seq_eq(server.rcv.nxt, client.snd.nxt));
		assert_true(seq_eq(client.rcv.nxt, server.snd.nxt));
		assert_true(seq_eq(server.snd.una, server.snd.nxt));
		assert_true(seq_eq(client.snd.una, client.snd.nxt));
		assert_int_equal(client.rcv.held_count, 0);
		replayed_end(&both);
	}
}

static void calls_explain_what_was_sent(void **state)
{
	struct replayed fetch = replayed_file("fetch.pcapng", REPLAY_BOTH);
	struct replayed refused = replayed_file("refused.pcap", REPLAY_BOTH);
	struct replayed reset = replayed_file("reset.pcap", REPLAY_BOTH);

	(void)state;
	assert_string_equal(replayed_calls(&fetch, CLIENT_HOST), "OPEN SEND 89 CLOSE");
	assert_string_equal(replayed_calls(&fetch, SERVER_HOST), "LISTEN SEND 98 CLOSE");
	assert_string_equal(replayed_calls(&refused, CLIENT_HOST), "OPEN");
	assert_string_equal(replayed_calls(&refused, SERVER_HOST), "");
	assert_string_equal(replayed_calls(&reset, SERVER_HOST),
			    "LISTEN SEND 1448 SEND 1448 SEND 304 ABORT");
	replayed_end(&fetch);
	replayed_end(&refused);
	replayed_end(&reset);
}

static void a_reader_who_does_not_read_is_seen_to_read_later(void **state)
{
	struct replayed both = replayed_file("zero-window.pcap", REPLAY_BOTH);

	(void)state;
	assert_string_equal(replayed_calls(&both, CLIENT_HOST), "OPEN SEND 89 RECEIVE 8688 CLOSE");
	replayed_end(&both);
}

static void losses_are_in_the_recording_and_said_to_be_inferred(void **state)
{
	struct replayed both = replayed_file("rto.pcap", REPLAY_BOTH);
	uint32_t first = replayed_first(&both, SERVER_HOST, EVENT_LOST);

	(void)state;
	assert_int_equal(replayed_count(&both, SERVER_HOST, EVENT_LOST), 4);
	assert_int_equal(replayed_count(&both, CLIENT_HOST, EVENT_LOST), 0);
	assert_says(replayed_text(&both, first), "inferred");
	assert_says(both.summary.report, "inferred: packets 13, 21, 22, 23.");
	replayed_end(&both);
}

static void what_passed_before_the_capture_is_put_back(void **state)
{
	struct replayed both = replayed_file("transfer-receiver.pcap", REPLAY_BOTH);
	struct packet_record record;
	uint32_t lost = replayed_first(&both, SERVER_HOST, EVENT_LOST);

	(void)state;
	assert_int_equal(recording_packets(both.r), 195 + 2);
	recording_packet(both.r, recording_event(both.r, lost).packet, &record);
	assert_int_equal(record.packet.tcp.len, 1448);
	assert_int_equal(record.offset, 28960);
	assert_int_equal(recording_event(both.r, record.sent).value, 0);
	assert_says(replayed_text(&both, record.sent), "not in the capture");
	replayed_end(&both);
}

static void three_duplicates_bring_the_same_retransmission_as_in_the_capture(void **state)
{
	struct replayed both = replayed_file("transfer.pcap", REPLAY_BOTH);
	struct packet_record record;

	(void)state;
	for (uint32_t n = 0; n < recording_packets(both.r); n++) {
		recording_packet(both.r, n, &record);
		if (record.again_of == EVENT_NONE)
			continue;
		assert_int_equal(recording_event(both.r, record.sent).value, 81);
		assert_int_equal(recording_event(both.r, record.sent).rule, RULE_FAST_RETRANSMIT);
		break;
	}
	replayed_end(&both);
}

static void a_recording_of_a_capture_says_that_it_is_inferred(void **state)
{
	struct replayed both = replayed_file("fetch.pcapng", REPLAY_BOTH);
	const struct recording_info *info = recording_info(both.r);

	(void)state;
	assert_true(info->inferred);
	assert_true(recording_conn(both.r, 0)->inferred);
	assert_true(recording_conn(both.r, 1)->inferred);
	assert_int_equal(recording_conn(both.r, 0)->peer, 1);
	assert_string_equal(info->title, "fetch.pcapng: 10.0.0.1:40000 to 10.0.0.2:80");
	assert_string_equal(info->source, replayed_path("fetch.pcapng"));
	assert_says(info->look_for, "Captured at the client");
	assert_true(info->epoch > 0);
	replayed_end(&both);
}

static void the_same_capture_makes_the_same_recording(void **state)
{
	(void)state;
	for (enum replay_play play = REPLAY_BOTH; play <= REPLAY_PLAY_SERVER; play++) {
		struct replayed once = replayed_file("transfer.pcap", play);
		struct replayed again = replayed_file("transfer.pcap", play);

		assert_true(recording_hash(once.r) == recording_hash(again.r));
		assert_string_equal(once.summary.report, again.summary.report);
		replayed_end(&once);
		replayed_end(&again);
	}
}

/* ---- choosing ---- */

static void connections_are_chosen_by_their_number(void **state)
{
	struct replay_options options = {.connection = 6};
	struct recording *r;
	struct error err;

	(void)state;
	assert_true(replay_run(replayed_path("many.pcap"), &options, &r, NULL, &err));
	assert_string_equal(recording_info(r)->title, "many.pcap: 10.0.0.1:40005 to 10.0.0.2:81");
	recording_free(r);
	options.connection = 41;
	assert_false(replay_run(replayed_path("many.pcap"), &options, &r, NULL, &err));
	assert_says(err.text, "there is no connection 41: the capture holds 40");
}

static void the_list_names_what_is_wrong_with_a_capture(void **state)
{
	char *listed;
	size_t len;
	FILE *out = open_memstream(&listed, &len);
	struct error err;

	(void)state;
	assert_true(replay_list(replayed_path("fetch.pcapng"), out, &err));
	fclose(out);
	assert_says(listed, "10.0.0.1:40000  10.0.0.2:80");
	free(listed);
	assert_false(replay_list("/no/such/file", stdout, &err));
	assert_says(err.text, "/no/such/file: cannot be opened");
}

/* tcpdump -s 68 on Ethernet: timestamps are there, but not all options of a SYN. */
static void a_capture_that_cuts_options_off_is_followed_and_says_so_once(void **state)
{
	struct talk talk = talk_begin();
	struct replayed both;
	const char *said;

	(void)state;
	talk.snap = 54;
	talk_says(&talk, 0,
		  "> S 100:100(0) win 64240 <mss 1460,sackOK,TS val 1 ecr 0,nop,wscale 7>");
	talk_says(
		&talk, 20000,
		"< S. 300:300(0) ack 101 win 65160 <mss 1400,sackOK,TS val 9 ecr 1,nop,wscale 7>");
	talk_says(&talk, 20010, "> . 101:101(0) ack 301 win 502 <nop,nop,TS val 2 ecr 9>");
	talk_says(&talk, 30000, "> P. 101:1101(1000) ack 301 win 502 <nop,nop,TS val 3 ecr 9>");
	talk_says(&talk, 50000, "< . 301:301(0) ack 1101 win 509 <nop,nop,TS val 10 ecr 3>");
	talk_says(&talk, 60000, "> F. 1101:1101(0) ack 301 win 502 <nop,nop,TS val 4 ecr 10>");
	talk_says(&talk, 80000, "< F. 301:301(0) ack 1102 win 509 <nop,nop,TS val 11 ecr 4>");
	talk_says(&talk, 80010, "> . 1102:1102(0) ack 302 win 502 <nop,nop,TS val 5 ecr 11>");
	both = replayed_talk(&talk, REPLAY_BOTH);
	assert_string_equal(replayed_states(&both, CLIENT_HOST), OPENS_AS_CLIENT CLOSES_FIRST);
	assert_string_equal(replayed_states(&both, SERVER_HOST), OPENS_AS_SERVER CLOSES_SECOND);
	assert_string_equal(replayed_calls(&both, CLIENT_HOST), "OPEN SEND 1000 CLOSE");
	said = strstr(both.summary.report, "options the capture cuts off: 2;");
	assert_non_null(said);
	assert_null(strstr(strchr(said, ';'), "cuts off"));
	replayed_end(&both);
	talk_end(&talk);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(states_are_those_of_figure_5_packet_by_packet),
		cmocka_unit_test(every_capture_goes_through_the_states_that_its_page_tells),
		cmocka_unit_test(all_octets_are_delivered_and_acknowledged),
		cmocka_unit_test(calls_explain_what_was_sent),
		cmocka_unit_test(a_reader_who_does_not_read_is_seen_to_read_later),
		cmocka_unit_test(losses_are_in_the_recording_and_said_to_be_inferred),
		cmocka_unit_test(what_passed_before_the_capture_is_put_back),
		cmocka_unit_test(three_duplicates_bring_the_same_retransmission_as_in_the_capture),
		cmocka_unit_test(a_recording_of_a_capture_says_that_it_is_inferred),
		cmocka_unit_test(the_same_capture_makes_the_same_recording),
		cmocka_unit_test(connections_are_chosen_by_their_number),
		cmocka_unit_test(the_list_names_what_is_wrong_with_a_capture),
		cmocka_unit_test(a_capture_that_cuts_options_off_is_followed_and_says_so_once),
	};

	return cmocka_run_group_tests_name("replay", tests, NULL, NULL);
}
