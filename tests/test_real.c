/* Hosts of a scenario that are real: what came from them is read, written, and
 * does again what it did. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "source/scenario_real.h"
#include "wire/packet.h"

static const char network[] =
	"{\"title\": \"t\", \"duration_ms\": 5000,"
	" \"hosts\": {\"client\": {\"address\": \"10.0.0.1\"%s},"
	"             \"server\": {\"address\": \"10.0.0.2\"}},"
	" \"links\": [{\"between\": [\"client\", \"server\"], \"delay_ms\": 10, \"faults\":"
	"   [{\"lose\": \"the second segment with data from server\"}]}],"
	" \"applications\": {%s\"server\": [{\"listen\": 80}, {\"on\": \"connected\","
	"   \"send\": 5000}, {\"close\": true}]}%s}";
static const char call[] = "\"client\": [{\"connect\": \"server:80\"}, {\"on\": \"closing\", "
			   "\"close\": true}], ";

static bool parse(struct scenario **out, bool real, const char *inputs, struct error *err)
{
	char *text = malloc(sizeof network + strlen(inputs) + sizeof call + 20);
	bool fine;

	sprintf(text, network, real ? ", \"real\": true" : "", real ? "" : call, inputs);
	fine = scenario_parse("case", text, strlen(text), NULL, out, err);
	free(text);
	return fine;
}

static struct recording *run(bool real, const char *inputs)
{
	struct scenario *s;
	struct recording *r;
	struct error err;

	if (!parse(&s, real, inputs, &err))
		fail_msg("%s", err.text);
	r = scenario_recording(s);
	scenario_run(s, r);
	scenario_free(s);
	return r;
}

/* What a host sent, in its order. */
static unsigned packets_of(const struct recording *r, uint8_t host, struct packet_record *out,
			   unsigned most)
{
	unsigned count = 0;

	for (uint32_t i = 0; i < recording_packets(r); i++) {
		struct packet_record packet;

		recording_packet(r, i, &packet);
		if (packet.host == host && count < most)
			out[count++] = packet;
	}
	return count;
}

/* As a list of inputs, after `first`. The client sends no text. */
static char *inputs_of(const struct recording *r, const char *first)
{
	struct packet_record packets[60];
	unsigned count = packets_of(r, 0, packets, 60);
	size_t size;
	char *text;
	FILE *out = open_memstream(&text, &size);

	fprintf(out, ", \"inputs\": [%s", first);
	for (unsigned i = 0; i < count; i++) {
		uint8_t bytes[200];
		size_t len = packet_emit(&packets[i].packet, NULL, bytes, sizeof bytes);
		nanos time = recording_event(r, packets[i].sent).time;

		fprintf(out, "%s{\"at_ns\": %lld, \"from\": \"client\", \"datagram\": \"",
			i > 0 || first[0] != '\0' ? "," : "", (long long)time);
		for (size_t k = 0; k < len; k++)
			fprintf(out, "%02x", bytes[k]);
		fputs("\"}", out);
	}
	fputs("]", out);
	fclose(out);
	return text;
}

static void who_gets_the_same_at_the_same_time_does_the_same(void **state)
{
	struct recording *ours = run(false, "");
	char *inputs = inputs_of(ours, "");
	struct recording *theirs = run(true, inputs);
	struct packet_record a[60];
	struct packet_record b[60];
	unsigned count = packets_of(ours, 1, a, 60);

	(void)state;
	assert_true(count > 5);
	assert_int_equal(packets_of(theirs, 1, b, 60), count);
	for (unsigned i = 0; i < count; i++) {
		assert_memory_equal(&a[i].packet, &b[i].packet, sizeof a[i].packet);
		assert_int_equal(recording_event(ours, a[i].sent).time,
				 recording_event(theirs, b[i].sent).time);
	}
	recording_free(ours);
	recording_free(theirs);
	free(inputs);
}

static void what_a_real_host_remembers_is_inferred(void **state)
{
	struct recording *ours = run(false, "");
	char *inputs = inputs_of(ours, "");
	struct recording *theirs = run(true, inputs);
	struct tcb tcb;
	unsigned inferred = 0;

	(void)state;
	for (uint32_t i = 0; i < recording_conns(theirs); i++) {
		const struct conn_record *conn = recording_conn(theirs, i);

		assert_int_equal(conn->inferred, conn->host == 0);
		inferred += conn->inferred;
		if (conn->inferred) {
			assert_true(recording_tcb(theirs, i, recording_events(theirs) - 1, &tcb));
			assert_int_equal(tcb.state, CLOSED);
		}
	}
	assert_int_equal(inferred, 1);
	recording_free(ours);
	recording_free(theirs);
	free(inputs);
}

static void a_change_by_hand_is_an_input(void **state)
{
	struct recording *ours = run(false, "");
	char *inputs = inputs_of(ours, "{\"at_ns\": 0, \"from\": \"server\", \"lose_next\": true}");
	struct recording *theirs = run(true, inputs);
	unsigned lost = 0;
	unsigned captions = 0;

	(void)state;
	for (uint32_t i = 0; i < recording_events(theirs); i++) {
		struct event event = recording_event(theirs, i);

		lost += event.kind == EVENT_LOST &&
			strstr(recording_text(theirs, event.text), "by hand") != NULL;
		captions += event.kind == EVENT_CAPTION;
	}
	assert_int_equal(lost, 1);
	assert_int_equal(captions, 1);
	recording_free(ours);
	recording_free(theirs);
	free(inputs);
}

static void what_is_written_is_what_was_read(void **state)
{
	static const char *const cases[] = {
		"{\"at_ns\": 5, \"from\": \"client\", \"link\": 0, \"lose_next\": true}",
		"{\"at_ns\": 6, \"from\": \"server\", \"link\": 0, \"set_delay_ms\": 1.000005}",
		"{\"at_ns\": 7, \"from\": \"server\", \"link\": 0, \"set_loss_percent\": 12.0500}",
	};
	const struct outside what[] = {
		{.time = 5, .from = 0, .kind = OUTSIDE_LOSE_NEXT},
		{.time = 6, .from = 1, .kind = OUTSIDE_DELAY, .value = 1000005},
		{.time = 7, .from = 1, .kind = OUTSIDE_LOSS, .value = 120500},
	};
	struct scenario *s;
	struct error err;
	char inputs[300];

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		char *text;
		size_t len;
		FILE *out = open_memstream(&text, &len);

		snprintf(inputs, sizeof inputs, ", \"inputs\": [%s]", cases[i]);
		assert_true(parse(&s, true, inputs, &err));
		scenario_write_outside(s, &what[i], out);
		fclose(out);
		assert_string_equal(text, cases[i]);
		free(text);
		scenario_free(s);
	}
}

static void what_cannot_be_meant_is_refused_with_a_sentence(void **state)
{
	static const struct {
		const char *inputs;
		const char *words;
	} cases[] = {
		{"", "tcplab live tun"},
		{"{\"at_ns\": 1, \"from\": \"client\", \"datagram\": \"45\"}", "no IP datagram"},
		{"{\"at_ns\": 1, \"from\": \"client\", \"datagram\": \"4 \"}", "pairs"},
		{"{\"at_ns\": 1, \"from\": \"client\", \"datagram\": \"450\"}", "pairs"},
		{"{\"at_ns\": 1, \"from\": \"server\", \"datagram\": \"45\"}", "no real host"},
		{"{\"at_ns\": 1, \"from\": \"clint\", \"lose_next\": true}", "\"client\""},
		{"{\"at_ns\": 1, \"from\": \"client\", \"link\": 1, \"lose_next\": true}",
		 "1 link"},
		{"{\"at_ns\": 1, \"from\": \"client\"}", "datagram"},
		{"{\"at_ns\": 2, \"from\": \"client\", \"lose_next\": true},"
		 "{\"at_ns\": 1, \"from\": \"client\", \"lose_next\": true}",
		 "came later"},
	};
	struct scenario *s;
	struct error err;
	char inputs[300];

	(void)state;
	for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		snprintf(inputs, sizeof inputs, ", \"inputs\": [%s]", cases[i].inputs);
		if (parse(&s, true, i == 0 ? "" : inputs, &err))
			fail_msg("it was read: %s", inputs);
		if (strstr(err.text, cases[i].words) == NULL)
			fail_msg("\"%s\" does not say \"%s\"", err.text, cases[i].words);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_gets_the_same_at_the_same_time_does_the_same),
		cmocka_unit_test(what_a_real_host_remembers_is_inferred),
		cmocka_unit_test(a_change_by_hand_is_an_input),
		cmocka_unit_test(what_is_written_is_what_was_read),
		cmocka_unit_test(what_cannot_be_meant_is_refused_with_a_sentence),
	};

	return cmocka_run_group_tests_name("real", tests, NULL, NULL);
}
