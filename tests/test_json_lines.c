/* JSON Lines: valid whatever comes in, complete, and every key is documented. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <cmocka.h>

#include "record/export.h"
#include "record/plain.h"
#include "tests/story.h"

static char *lines_of(const struct run *run)
{
	char *text;
	size_t len;
	FILE *out = open_memstream(&text, &len);
	struct error err;

	assert_true(export_json_lines(run->r, out, &err));
	fclose(out);
	assert_int_equal(strlen(text), len);
	return text;
}

static cJSON *parse(const char *line)
{
	cJSON *json = cJSON_ParseWithOpts(line, NULL, true);

	if (json == NULL)
		fail_msg("not JSON: %s", line);
	return json;
}

/* The parsed lines, ended by NULL. The caller deletes and frees them. */
static cJSON **parsed(const struct run *run, unsigned *count)
{
	char *text = lines_of(run);
	char *rest = text;
	cJSON **all = calloc(recording_events(run->r) + 2, sizeof(cJSON *));

	*count = 0;
	for (char *line; (line = strsep(&rest, "\n")) != NULL && *line != '\0';)
		all[(*count)++] = parse(line);
	free(text);
	return all;
}

static void delete_all(cJSON **all)
{
	for (unsigned i = 0; all[i] != NULL; i++)
		cJSON_Delete(all[i]);
	free(all);
}

static const char *string_at(const cJSON *object, const char *key)
{
	const char *value = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, key));

	assert_non_null(value);
	return value;
}

static int64_t number_at(const cJSON *object, const char *key)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);

	assert_true(cJSON_IsNumber(item));
	return (int64_t)item->valuedouble;
}

static bool has(const cJSON *object, const char *key)
{
	return cJSON_GetObjectItemCaseSensitive(object, key) != NULL;
}

static void the_first_line_names_hosts_and_connections(void **state)
{
	struct run run = story();
	unsigned count;
	cJSON **all = parsed(&run, &count);
	const cJSON *hosts = cJSON_GetObjectItemCaseSensitive(all[0], "hosts");
	const cJSON *conns = cJSON_GetObjectItemCaseSensitive(all[0], "conns");

	(void)state;
	assert_int_equal(count, recording_events(run.r) + 1);
	assert_int_equal(number_at(all[0], "tcplab"), 1);
	assert_string_equal(string_at(all[0], "title"), "A title");
	assert_int_equal(number_at(all[0], "seed"), 7);
	assert_int_equal(cJSON_GetArraySize(hosts), 3);
	assert_string_equal(string_at(cJSON_GetArrayItem(hosts, 1), "name"), "B");
	assert_string_equal(string_at(cJSON_GetArrayItem(conns, 0), "local"), "10.0.0.1:1000");
	assert_string_equal(string_at(cJSON_GetArrayItem(conns, 0), "remote"), "10.0.0.2:80");
	assert_int_equal(number_at(cJSON_GetArrayItem(conns, 0), "peer"), 1);
	delete_all(all);
	recording_free(run.r);
}

static void every_event_says_what_it_is(void **state)
{
	struct run run = story();
	unsigned count;
	cJSON **all = parsed(&run, &count);

	(void)state;
	for (uint32_t n = 0; n < count - 1; n++) {
		struct event event = recording_event(run.r, n);
		const cJSON *json = all[n + 1];

		assert_int_equal(number_at(json, "n"), n);
		assert_int_equal(number_at(json, "t_ns"), event.time);
		assert_int_equal(number_at(json, "turn"), event.turn);
		assert_int_equal(has(json, "cause"), event.cause != EVENT_NONE);
		assert_int_equal(has(json, "conn"), event.conn != EVENT_NONE);
		assert_int_equal(has(json, "packet"), event.packet != EVENT_NONE);
		assert_int_equal(has(json, "rule"), event.rule != RULE_NONE);
		assert_int_equal(has(json, "segment") + has(json, "icmp"),
				 event.packet != EVENT_NONE);
	}
	delete_all(all);
	recording_free(run.r);
}

static const cJSON *first_of(cJSON **all, const char *kind)
{
	for (unsigned i = 1; all[i] != NULL; i++) {
		if (strcmp(string_at(all[i], "kind"), kind) == 0)
			return all[i];
	}
	fail_msg("no event of kind %s", kind);
	return NULL;
}

static void details_are_there(void **state)
{
	static const char *const kinds[] = {
		"call",       "arrive",  "timer",         "send",          "lost",
		"duplicated", "delayed", "timer_started", "timer_stopped", "corrupted",
		"transition", "note",    "notice",        "caption",       "compared",
	};
	struct run run = story();
	unsigned count;
	cJSON **all = parsed(&run, &count);
	const cJSON *send;
	const cJSON *segment;

	(void)state;
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		first_of(all, kinds[i]);
	/* And "marked", test_marks.c. */
	assert_int_equal(sizeof kinds / sizeof kinds[0] + 1, EVENT_KIND_COUNT);
	send = first_of(all, "send");
	segment = cJSON_GetObjectItemCaseSensitive(send, "segment");
	assert_string_equal(string_at(send, "host"), "A");
	assert_string_equal(string_at(segment, "src"), "10.0.0.1");
	assert_int_equal(number_at(segment, "sport"), 1000);
	assert_string_equal(string_at(segment, "flags"), "SYN");
	assert_int_equal(number_at(segment, "seq"), 100);
	assert_int_equal(number_at(segment, "win"), 64240);
	assert_string_equal(string_at(segment, "options"), "mss 1460");
	assert_false(has(segment, "ack"));
	assert_string_equal(string_at(first_of(all, "transition"), "to"), "LISTEN");
	assert_string_equal(string_at(first_of(all, "timer_started"), "timer"), "retransmission");
	assert_int_equal(number_at(first_of(all, "timer_started"), "deadline_ns"), 1050000000);
	assert_string_equal(string_at(first_of(all, "lost"), "text"), "lost by rule 1");
	assert_string_equal(string_at(first_of(all, "call"), "call"), "open_passive");
	assert_string_equal(string_at(first_of(all, "notice"), "notice"), "text");
	delete_all(all);
	recording_free(run.r);
}

/* The value that a reader of the lines has for a variable. */
static void check_value(const cJSON *item, const struct variable *variable, const struct tcb *tcb)
{
	int64_t value = tcb_value(tcb, variable);

	switch (variable->kind) {
	case VARIABLE_BOOL: assert_int_equal(cJSON_IsTrue(item), value != 0); break;
	case VARIABLE_STATE:
		assert_string_equal(cJSON_GetStringValue(item), state_name((enum tcp_state)value));
		break;
	case VARIABLE_DEADLINE:
		if (value == NANOS_NEVER) {
			assert_true(cJSON_IsNull(item));
			break;
		} /* fall through */
	default: assert_true(cJSON_IsNumber(item) && (int64_t)item->valuedouble == value); break;
	}
}

static void apply(cJSON **known, const cJSON *changes)
{
	if (cJSON_IsNull(changes)) {
		cJSON_Delete(*known);
		*known = NULL;
		return;
	}
	if (*known == NULL)
		*known = cJSON_CreateObject();
	for (const cJSON *item = changes->child; item != NULL; item = item->next) {
		cJSON_DeleteItemFromObjectCaseSensitive(*known, item->string);
		cJSON_AddItemToObject(*known, item->string, cJSON_Duplicate(item, true));
	}
}

static void applying_the_changes_gives_every_tcb(void **state)
{
	struct run run = story();
	unsigned count;
	unsigned variable_count;
	const struct variable *variables = tcb_variables(&variable_count);
	cJSON **all = parsed(&run, &count);
	cJSON *known[2] = {NULL, NULL};
	unsigned gone = 0;

	(void)state;
	for (uint32_t n = 0; n < count - 1; n++) {
		const cJSON *json = all[n + 1];
		const cJSON *others = cJSON_GetObjectItemCaseSensitive(json, "others");

		if (has(json, "tcb"))
			apply(&known[number_at(json, "conn")],
			      cJSON_GetObjectItemCaseSensitive(json, "tcb"));
		for (int i = 0; i < cJSON_GetArraySize(others); i++) {
			const cJSON *other = cJSON_GetArrayItem(others, i);

			apply(&known[number_at(other, "conn")],
			      cJSON_GetObjectItemCaseSensitive(other, "tcb"));
			gone++;
		}
		for (uint32_t conn = 0; conn < 2; conn++) {
			struct tcb tcb;

			assert_int_equal(recording_tcb(run.r, conn, n, &tcb), known[conn] != NULL);
			for (unsigned i = 0; i < variable_count && known[conn] != NULL; i++)
				check_value(cJSON_GetObjectItemCaseSensitive(known[conn],
									     variables[i].name),
					    &variables[i], &tcb);
		}
	}
	assert_int_equal(gone, 1); /* the reboot */
	cJSON_Delete(known[0]);
	delete_all(all);
	recording_free(run.r);
}

static void what_comes_in_comes_out_as_valid_utf8(void **state)
{
	struct run run = story();
	char *text = lines_of(&run);
	unsigned count;
	cJSON **all = parsed(&run, &count);

	(void)state;
	for (const char *at = text; *at != '\0';) {
		uint32_t c = plain_next(&at);

		assert_true(c == '\n' || plain_is_harmless(c));
	}
	assert_string_equal(string_at(first_of(all, "caption"), "text"),
			    "Now \x1b[2J \"comes\" text: 日本 \xef\xbf\xbd");
	delete_all(all);
	free(text);
	recording_free(run.r);
}

static void a_choice_is_told_with_what_was_chosen(void **state)
{
	static const struct {
		enum call call;
		int64_t value;
		const char *key;
	} choices[] = {
		{CALL_USER_TIMEOUT, 5000, "ms"},   {CALL_RECEIVE_BUFFER, 3000, "bytes"},
		{CALL_SEND_BUFFER, 4000, "bytes"}, {CALL_KEEPALIVE, true, "on"},
		{CALL_NAGLE, false, "on"},
	};
	enum { CHOICES = sizeof choices / sizeof choices[0] };
	struct run run = story();
	unsigned count;
	cJSON **all;

	(void)state;
	for (unsigned i = 0; i < CHOICES; i++) {
		struct event event = run_event(3000, A, EVENT_CALL);

		event.call = (uint8_t)choices[i].call;
		event.value = choices[i].value;
		recording_add(run.r, &event);
	}
	all = parsed(&run, &count);
	for (unsigned i = 0; i < CHOICES; i++) {
		const cJSON *told =
			cJSON_GetObjectItemCaseSensitive(all[count - CHOICES + i], choices[i].key);

		assert_non_null(told);
		if (strcmp(choices[i].key, "on") == 0)
			assert_int_equal(cJSON_IsTrue(told), choices[i].value);
		else
			assert_int_equal(told->valueint, choices[i].value);
	}
	delete_all(all);
	recording_free(run.r);
}

/* ---- docs/json-lines.md ---- */

static char *documentation(void)
{
	static char text[1 << 16];
	char path[4096];
	const char *top = getenv("TOP");
	FILE *in;

	snprintf(path, sizeof path, "%s/docs/json-lines.md", top != NULL ? top : ".");
	in = fopen(path, "r");
	if (in == NULL)
		fail_msg("%s cannot be read: say TOP=… or run in the project's directory", path);
	text[fread(text, 1, sizeof text - 1, in)] = '\0';
	fclose(in);
	return text;
}

static void check_documented(const char *docs, const char *word)
{
	char quoted[128];

	snprintf(quoted, sizeof quoted, "`%s`", word);
	if (strstr(docs, quoted) == NULL)
		fail_msg("docs/json-lines.md does not name %s", quoted);
}

/* Names of variables are those of the window; the page gives examples. */
static void check_keys(const char *docs, const cJSON *json)
{
	for (const cJSON *item = json->child; item != NULL; item = item->next) {
		if (item->string != NULL)
			check_documented(docs, item->string);
		if (item->string == NULL || strcmp(item->string, "tcb") != 0)
			check_keys(docs, item);
	}
}

static void every_key_is_documented(void **state)
{
	struct run run = story();
	unsigned count;
	cJSON **all = parsed(&run, &count);
	const char *docs = documentation();

	(void)state;
	for (unsigned i = 0; i < count; i++)
		check_keys(docs, all[i]);
	for (unsigned i = 1; i < count; i++) {
		check_documented(docs, string_at(all[i], "kind"));
		if (has(all[i], "call"))
			check_documented(docs, string_at(all[i], "call"));
	}
	delete_all(all);
	recording_free(run.r);
}

static void a_captured_packet_has_its_number_in_the_capture(void **state)
{
	struct run run = run_begin();
	struct packet_record packet = run_packet(&run, A, 1, 0, SYN);
	struct event event = run_event(0, A, EVENT_SEND);
	unsigned count;

	(void)state;
	packet.captured = true;
	event.value = 17;
	recording_add_packet(run.r, &packet, &event);
	run_add_about(&run, 1, B, EVENT_ARRIVE, 0);
	run_send(&run, 2, B, 2, 0, SYN | ACK);

	cJSON **all = parsed(&run, &count);

	assert_int_equal(number_at(all[1], "frame"), 17);
	assert_int_equal(number_at(all[2], "frame"), 17);
	assert_false(has(all[3], "frame"));
	delete_all(all);
	recording_free(run.r);
}

static void a_full_disk_is_an_error(void **state)
{
	struct run run = story();
	FILE *out = fopen("/dev/full", "w");
	struct error err = {""};

	(void)state;
	assert_false(export_json_lines(run.r, out, &err));
	assert_non_null(strstr(err.text, "could not be written"));
	fclose(out);
	recording_free(run.r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_line_names_hosts_and_connections),
		cmocka_unit_test(every_event_says_what_it_is),
		cmocka_unit_test(details_are_there),
		cmocka_unit_test(applying_the_changes_gives_every_tcb),
		cmocka_unit_test(what_comes_in_comes_out_as_valid_utf8),
		cmocka_unit_test(a_choice_is_told_with_what_was_chosen),
		cmocka_unit_test(every_key_is_documented),
		cmocka_unit_test(a_captured_packet_has_its_number_in_the_capture),
		cmocka_unit_test(a_full_disk_is_an_error),
	};

	return cmocka_run_group_tests_name("json lines", tests, NULL, NULL);
}
