/* A recording as a packetdrill script, which is read again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "drill/export_script.h"
#include "script/notation.h"
#include "drill/run.h"
#include "script/script.h"
#include "record/export.h"
#include "source/replay.h"
#include "source/scenario.h"
#include "wire/line.h"

/* ---- the story ---- */

#define HOSTS(client, server)                                                                      \
	"\"hosts\":{\"client\":{\"address\":\"10.0.0.1\",\"profile\":\"plain\",\"tcp\":{" client   \
	"}},\"server\":{\"address\":\"10.0.0.2\",\"profile\":\"plain\",\"tcp\":{" server           \
	"}}},\"links\":[{\"between\":[\"client\",\"server\"],\"delay_ms\":50"
#define STORY(client, server, link, apps)                                                          \
	"{\"title\":\"A story\"," HOSTS(client, server) link "}],\"applications\":{" apps "}}"

static struct scenario *scenario;
static struct recording *recording;

static void tell(const char *json)
{
	struct error err;

	if (!scenario_parse("story", json, strlen(json), NULL, &scenario, &err))
		fail_msg("%s", err.text);
	recording = scenario_recording(scenario);
	scenario_run(scenario, recording);
}

static void forget(void)
{
	recording_free(recording);
	scenario_free(scenario);
}

static char *script_of(uint32_t number, enum side side)
{
	struct script_end end;
	struct error err;
	uint32_t conn;
	bool several;
	char *text;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	assert_non_null(out);
	if (!export_script_find(recording, number, side, &conn, &several, &err))
		fail_msg("%s", err.text);
	assert_true(scenario_host_setup(scenario, recording_conn(recording, conn)->host,
					&end.profile, &end.seed, &end.mtu));
	if (!export_script(recording, conn, &end, out, &err))
		fail_msg("%s", err.text);
	fclose(out);
	return text;
}

static void has(const char *text, const char *words)
{
	if (strstr(text, words) == NULL)
		fail_msg("\"%s\" is not in\n%s", words, text);
}

static void has_not(const char *text, const char *words)
{
	if (strstr(text, words) != NULL)
		fail_msg("\"%s\" is in\n%s", words, text);
}

static const char transfer[] =
	STORY("\"mss\":1000,\"isn\":100", "\"mss\":1000,\"isn\":300",
	      ",\"faults\":[{\"lose\":\"the second segment with data from client\"}]",
	      "\"server\":[{\"at_ms\":0,\"listen\":80},{\"on\":\"closing\",\"close\":true}],"
	      "\"client\":[{\"at_ms\":0,\"connect\":\"server:80\"},{\"on\":\"connected\","
	      "\"send\":3000},{\"at_ms\":3000,\"close\":true}]");

/* ---- tests ---- */

static void the_sender_knows_what_it_sent_and_not_what_was_lost(void **state)
{
	char *text;

	(void)state;
	tell(transfer);
	text = script_of(1, CLIENT);
	has(text, "0\tsocket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n");
	has(text, "+0\tconnect(3, ..., ...) = -1 EINPROGRESS (Operation now in progress)\n"
		  "+0\t> S 0:0(0) win 65535 <mss 1000>\n"
		  "+0.1\t< S. 0:0(0) ack 1 win 65535 <mss 1000>\n"
		  "+0\t> . 1:1(0) ack 1 win 65535\n"
		  "+0\twrite(3, ..., 3000) = 3000\n"
		  "+0\t> . 1:1001(1000) ack 1 win 65535\n"
		  "+0\t> . 1001:2001(1000) ack 1 win 65535\n"
		  "+0\t> P. 2001:3001(1000) ack 1 win 65535\n");
	has(text, "shutdown(3, SHUT_WR) = 0\n+0\t> F. 3001:3001(0) ack 1");
	free(text);
	forget();
}

static void the_receiver_knows_only_what_arrived(void **state)
{
	char *text;

	(void)state;
	tell(transfer);
	text = script_of(1, SERVER);
	has(text, "// As server saw it, at 10.0.0.2:80, with 10.0.0.1:49152.\n");
	has(text, "listen(3, 1000) = 0\n+0.05\t< S 0:0(0) win 65535 <mss 1000>\n");
	has(text, "accept(3, ..., ...) = 4\n+0\t< . 1:1001(1000) ack 1 win 65535\n");
	has(text, "< P. 2001:3001(1000) ack 1 win 65535\n+0\t> . 1:1(0) ack 1001");
	has(text, "read(4, ..., 2000) = 2000\n");
	has(text, "read(4, ..., 1000) = 1000\n");
	has_not(text, "read(4, ..., 1) = 1"); /* the FIN is nothing to be read */
	free(text);
	forget();
}

static void the_head_says_how_the_tcp_is_configured(void **state)
{
	struct error err;
	struct script *script;
	char *text;
	bool profile = false;
	bool mss = false;
	bool standing = false;

	(void)state;
	tell(transfer);
	text = script_of(1, CLIENT);
	script = script_parse("story.pkt", text, strlen(text), &err);
	if (script == NULL)
		fail_msg("%s\n%s", err.text, text);
	for (uint32_t i = 0; i < script->option_count; i++) {
		const struct script_option *o = &script->options[i];

		profile |= strcmp(o->name, "tcplab:profile") == 0 && strcmp(o->value, "plain") == 0;
		mss |= strcmp(o->name, "tcplab:mss") == 0 && strcmp(o->value, "1000") == 0;
		standing |= strcmp(o->name, "tcplab:standing_read") == 0 && o->value == NULL;
	}
	assert_true(profile && mss);
	assert_false(standing); /* nothing came that could be read */
	script_free(script);
	free(text);
	forget();
}

static void what_links_do_to_packets_is_seen_at_the_receiver(void **state)
{
	static const char marked[] = STORY(
		"\"mss\":1000,\"ecn\":\"classic\"", "\"mss\":1000,\"ecn\":\"classic\"",
		",\"faults\":[{\"mark\":\"the second segment with data from client\"},"
		"{\"corrupt\":\"the third segment with data from client\"}]",
		"\"server\":[{\"at_ms\":0,\"listen\":80}],\"client\":[{\"at_ms\":0,\"connect\":"
		"\"server:80\"},{\"on\":\"connected\",\"send\":3000}]");
	char *text;

	(void)state;
	tell(marked);
	text = script_of(1, SERVER);
	has(text, "< [noecn] SEW 0:0(0)");
	has(text, "> [noecn] SE. 0:0(0) ack 1");
	has(text, "< [ect0] . 1:1001(1000)");
	has(text, "< [ce] . 1001:2001(1000)");
	has(text, "// A segment arrives damaged");
	free(text);
	text = script_of(1, CLIENT);
	has(text, "> [ect0] . 1001:2001(1000)");
	has_not(text, "[ce]");
	free(text);
	forget();
}

static void calls_become_those_that_sockets_have(void **state)
{
	static const char aborted[] =
		STORY("\"mss\":1000", "\"mss\":1000", "",
		      "\"server\":[{\"at_ms\":0,\"listen\":80}],\"client\":[{\"at_ms\":0,"
		      "\"connect\":\"server:80\"},{\"on\":\"connected\",\"send\":10,"
		      "\"urgent\":true},{\"at_ms\":400,\"abort\":true}]");
	char *text;

	(void)state;
	tell(aborted);
	text = script_of(1, CLIENT);
	has(text, "send(3, ..., 10, MSG_OOB) = 10\n+0\t> PU. 1:11(10) ack 1 win 65535 urg 10\n");
	has(text, "setsockopt(3, SOL_SOCKET, SO_LINGER, {onoff=1, linger=0}, 8) = 0\n"
		  "+0\tclose(3) = 0\n+0\t> R");
	free(text);
	forget();
}

static void there_is_a_sentence_where_there_is_no_script(void **state)
{
	static const char refused[] = STORY("\"mss\":1000", "\"mss\":1000", "",
					    "\"client\":[{\"at_ms\":0,\"connect\":\"server:81\"}]");
	struct error err;
	uint32_t conn;
	bool several;

	(void)state;
	tell(refused);
	assert_false(export_script_find(recording, 2, CLIENT, &conn, &several, &err));
	has(err.text, "there is no connection 2");
	assert_false(export_script_find(recording, 1, SERVER, &conn, &several, &err));
	has(err.text, "--side client");
	assert_false(several);
	forget();
}

/* What a host of ours sent and got, as a capture beside it holds it: its script passes. */
static void passes_as_captured_at(int host, enum side side)
{
	char name[] = "/tmp/tcplab-export-XXXXXX";
	FILE *file = fdopen(mkstemp(name), "wb");
	struct replay_summary summary;
	struct drill_settings settings;
	struct drill_result result;
	struct recording *captured;
	struct script_end end = {.seed = 1};
	struct script *script;
	struct error err;
	bool several;
	uint32_t conn;
	char *text;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	assert_true(export_pcapng(recording, host, file, &err));
	fclose(file);
	if (!replay_run(name, &(struct replay_options){0}, &captured, &summary, &err))
		fail_msg("%s", err.text);
	unlink(name);
	assert_true(profile_named("plain", &end.profile));
	end.profile.mss = summary.profiles[side].mss;
	assert_true(export_script_find(captured, 1, side, &conn, &several, &err));
	assert_true(export_script(captured, conn, &end, out, &err));
	fclose(out);
	script = script_parse("captured.pkt", text, len, &err);
	if (script == NULL)
		fail_msg("%s\n%s", err.text, text);
	settings_default(&settings);
	drill_run(script, &settings, NULL, NULL, &result);
	if (result.verdict != DRILL_PASSED)
		fail_msg("%s\n%s", result.sentence.text, text);
	assert_true(result.events > 10);
	script_free(script);
	recording_free(captured);
	free(summary.report);
	free(text);
}

static void a_capture_of_ours_passes_from_where_it_was_taken(void **state)
{
	(void)state;
	tell(transfer);
	passes_as_captured_at(0, CLIENT);
	passes_as_captured_at(1, SERVER);
	forget();
}

/* Whatever options there are, they are read as they were written. */
static void options_are_written_as_they_are_read(void **state)
{
	static const char *const options[] = {
		"<mss 1460,sackOK,TS val 1 ecr 0,nop,wscale 7>",
		"<nop,nop,sack 101:201 301:401>",
		"<FO 0011aabb,nop,nop>",
		"<mss 100,FO,nop,nop>",
		"<uto 90s>",
		"<ECN e0b 1 ceb 2 e1b 3,nop>",
		"<ECN e1b 3,nop,nop,nop>",
		"<md5 00112233445566778899aabbccddeeff,nop,nop>",
		"<unknown-99 0102>",
		"<unknown-99,nop,nop>",
		"<nop,nop,nop,malformed 08>",
		"<nop,nop,eol,eol>",
	};

	(void)state;
	for (size_t i = 0; i < sizeof options / sizeof options[0]; i++) {
		char source[200];
		char again[LINE_TEXT_MAX];
		struct text text = text_in(again, sizeof again);
		struct script *script;
		struct error err;

		snprintf(source, sizeof source, "0 > P. 1:11(10) ack 1 win 5 %s\n", options[i]);
		script = script_parse("options.pkt", source, strlen(source), &err);
		if (script == NULL)
			fail_msg("%s", err.text);
		notation_add_segment(&text, &script->events[0].packet->tcp);
		has(again, "P. 1:11(10) ack 1 win 5 <");
		if (strncmp(options[i], "<uto", 4) == 0)
			has(again, "<unknown-28 005a>");
		else
			has(again, options[i]);
		script_free(script);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_sender_knows_what_it_sent_and_not_what_was_lost),
		cmocka_unit_test(the_receiver_knows_only_what_arrived),
		cmocka_unit_test(the_head_says_how_the_tcp_is_configured),
		cmocka_unit_test(what_links_do_to_packets_is_seen_at_the_receiver),
		cmocka_unit_test(calls_become_those_that_sockets_have),
		cmocka_unit_test(there_is_a_sentence_where_there_is_no_script),
		cmocka_unit_test(a_capture_of_ours_passes_from_where_it_was_taken),
		cmocka_unit_test(options_are_written_as_they_are_read),
	};

	return cmocka_run_group_tests_name("export_script", tests, NULL, NULL);
}
