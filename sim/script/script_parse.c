/* A script from its first character to its last: the head, and one event after
 * the other. */
#define _GNU_SOURCE /* memmem() */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "script/script_inside.h"

enum { SCRIPT_LEN_MAX = 64 << 20 };

/* ---- the head ---- */

/* --define=NAME=value. */
static bool read_definition(struct script_reader *r, struct token name)
{
	struct definition *d = &r->definitions[r->definition_count];

	if (!script_want_mark(r, '=', "= and the value of the definition"))
		return false;
	switch (r->token.kind) {
	case TOKEN_WORD:
	case TOKEN_NUMBER:
	case TOKEN_STRING:
	case TOKEN_COMMAND: break;
	default: return script_expected(r, "a word, a number, \"a string\" or `a command`");
	}
	*d = (struct definition){.name = name.text, .len = name.len, .value = r->token};
	r->definition_count++;
	return true;
}

/* The value as one text, the token being its last. */
static void keep_value(struct script_reader *r, struct script_option *option, size_t begin)
{
	option->value = script_memory_copy(r->memory, r->text + begin, r->token.end - begin);
}

static bool read_value(struct script_reader *r, struct script_option *option)
{
	struct token name;
	size_t begin = r->token.begin;

	if (r->token.kind == TOKEN_STRING || r->token.kind == TOKEN_COMMAND) {
		option->value = script_copy(r);
		script_next(r);
		return true;
	}
	if (strcmp(option->name, "define") == 0) {
		if (r->token.kind != TOKEN_WORD)
			return script_expected(r, "the name of the definition");
		name = r->token;
		script_next(r);
		if (!read_definition(r, name))
			return false;
		keep_value(r, option, begin);
		script_next(r);
		return true;
	}
	/* Addresses, lists of words: whatever stands there. */
	script_run(r, "\"`");
	if (r->token.begin != begin || r->token.kind != TOKEN_WORD)
		return script_expected(r, "the value of the option");
	keep_value(r, option, begin);
	script_next(r);
	return true;
}

/* What who runs Linux's suite defines for all of it: its scripts take that for granted. What the
 * head defines comes before. */
static void define_usual(struct script_reader *r, const struct script *script)
{
	static const struct {
		const char *name;
		const char *value;
		const char *of_ipv6;
	} usual[DEFINITIONS_MAX - OPTIONS_MAX] = {
		{"CMSG_LEVEL_IP", "SOL_IP", "SOL_IPV6"},
		{"CMSG_TYPE_RECVERR", "IP_RECVERR", "IPV6_RECVERR"},
		{"TFO_COOKIE", "3021b9d889017eeb", "c1d1e9742a47a9bc"},
		{"TFO_COOKIE_ZERO", "b7c12350a90dc8f5", "82af1a8f9a205c34"},
	};
	bool ipv6 = false;

	for (uint32_t i = 0; i < script->option_count; i++)
		if (strcmp(script->options[i].name, "ip_version") == 0)
			ipv6 = script->options[i].value &&
			       strcmp(script->options[i].value, "ipv6") == 0;
	for (size_t i = 0; i < sizeof usual / sizeof *usual; i++) {
		const char *value = ipv6 ? usual[i].of_ipv6 : usual[i].value;

		r->definitions[r->definition_count++] = (struct definition){
			.name = usual[i].name,
			.len = strlen(usual[i].name),
			.value = {.kind = TOKEN_WORD, .text = value, .len = strlen(value)}};
	}
}

static bool read_options(struct script_reader *r, struct script *script)
{
	r->definitions = script_memory_take(r->memory, DEFINITIONS_MAX * sizeof *r->definitions);
	while (r->token.kind == TOKEN_OPTION) {
		struct script_option *option = &script->options[script->option_count];

		if (script->option_count == OPTIONS_MAX)
			return script_refuse(r, r->token.place, "more than %d options in the head",
					     OPTIONS_MAX);
		option->place = r->token.place;
		option->name = script_copy(r);
		script->option_count++;
		script_next(r);
		if (!script_take_mark(r, '=')) {
			if (strcmp(option->name, "define") == 0)
				return script_expected(r, "=NAME=value behind --define");
			continue;
		}
		if (!read_value(r, option))
			return false;
	}
	return !r->failed;
}

/* ---- events ---- */

static bool read_action(struct script_reader *r, struct script_event *event)
{
	event->text_place = r->token.place;
	switch (r->token.kind) {
	case TOKEN_CODE:
		event->kind = EVENT_CODE;
		event->text_place.column += 2;
		break;
	case TOKEN_COMMAND:
		event->kind = EVENT_COMMAND;
		event->text_place.column += 1;
		break;
	case TOKEN_WORD:
	case TOKEN_ELLIPSIS:
		event->kind = EVENT_SYSTEM_CALL;
		event->call = script_read_call(r);
		return event->call != NULL;
	default:
		if (!script_is_mark(r, '<') && !script_is_mark(r, '>'))
			return script_expected(r, "what happens then: a packet (< or >), a system "
						  "call, %{ code }% or `a command`");
		event->kind = EVENT_PACKET;
		event->packet = script_read_packet(r);
		return event->packet != NULL;
	}
	event->text = script_copy(r);
	script_next(r);
	return true;
}

static bool check_time(struct script_reader *r, const struct script_event *event)
{
	bool outbound = event->kind == EVENT_PACKET && event->packet->outbound;
	bool one_time = event->time_kind == TIME_ABSOLUTE || event->time_kind == TIME_RELATIVE;

	if (event->kind == EVENT_SYSTEM_CALL && event->call->blocks &&
	    event->time_kind == TIME_ABSOLUTE && event->call->until < event->time)
		return script_refuse(r, event->place, "the call ends before it begins");
	if (one_time || outbound)
		return true;
	return script_refuse(r, event->place,
			     "only a packet that is expected (>) can have %s: give this event one "
			     "time",
			     event->time_kind == TIME_ANY ? "any time (*)" : "a range of times");
}

static bool read_event(struct script_reader *r, struct script_event *event)
{
	size_t begin = r->token.begin;

	if (r->token.kind == TOKEN_OPTION)
		return script_refuse(r, r->token.place,
				     "an option belongs into the head: write it before the first "
				     "event");
	if (!script_read_time(r, event) || !read_action(r, event) || r->failed ||
	    !check_time(r, event))
		return false;
	event->source = script_memory_copy(r->memory, r->text + begin, r->last_end - begin);
	return true;
}

/* Events grow in memory of their own, and are the script's at the end. */
static bool read_events(struct script_reader *r, struct script *script)
{
	struct script_event *events = NULL;
	size_t room = 0;
	bool ok = true;

	while (ok && r->token.kind != TOKEN_END && r->token.kind != TOKEN_COMMAND) {
		if (script->event_count == room) {
			room = room ? 2 * room : 64;
			events = realloc(events, room * sizeof *events);
			if (!events) {
				fputs("tcplab: out of memory\n", stderr);
				exit(1);
			}
		}
		events[script->event_count] = (struct script_event){0};
		ok = read_event(r, &events[script->event_count]);
		script->event_count++;
	}
	ok = ok && !r->failed;
	if (!ok && r->beyond != NULL) /* the one that is read in part */
		script->event_count--;
	if ((ok || r->beyond != NULL) && script->event_count > 0) {
		script->events =
			script_memory_take(r->memory, script->event_count * sizeof *events);
		memcpy(script->events, events, script->event_count * sizeof *events);
	}
	free(events);
	return ok;
}

/* A command without a time: before the first event, and behind the last. */
static void read_bare_command(struct script_reader *r, const char **text, struct place *place)
{
	if (r->token.kind != TOKEN_COMMAND)
		return;
	*place = r->token.place;
	place->column++;
	*text = script_copy(r);
	script_next(r);
}

static bool read_script(struct script_reader *r, struct script *script)
{
	script->options = script_memory_take(r->memory, OPTIONS_MAX * sizeof *script->options);
	r->head = script;
	script_next(r);
	if (!read_options(r, script))
		return false;
	define_usual(r, script);
	read_bare_command(r, &script->initial, &script->initial_place);
	r->head = NULL;
	if (!read_events(r, script))
		return false;
	if (script->event_count == 0)
		return script_expected(r, "an event: a script has at least one, such as \"0 "
					  "socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\"");
	read_bare_command(r, &script->final, &script->final_place);
	if (r->token.kind != TOKEN_END)
		return script_refuse(r, r->token.place,
				     "a command without a time is only known before the first "
				     "event and behind the last: give the one before this a time");
	return !r->failed;
}

/* Texts end with an octet of 0 here, so none can stand within one. */
static bool check_octets(struct script_reader *r)
{
	const char *zero = r->len > 0 ? memchr(r->text, '\0', r->len) : NULL;
	struct script_reader at = *r;

	if (!zero)
		return true;
	while (r->text + at.at < zero)
		script_step(&at);
	return script_refuse(r, script_here(&at), "an octet of 0: this file is no text");
}

/* For FreeBSD, where it speaks of FreeBSD's switches. */
static const char *system_of(const char *text, size_t len)
{
	static const char switches[] = "net.inet.";

	return memmem(text, len, switches, sizeof switches - 1) != NULL ? "FreeBSD" : "Linux";
}

struct script *script_parse(const char *name, const char *text, size_t len, struct error *err)
{
	struct script_reader r = {.text = text, .len = len, .line = 1, .err = err};
	struct script *script;

	if (len > SCRIPT_LEN_MAX) {
		error_set(err, "%s:1:1: the script is larger than %d MiB", name,
			  SCRIPT_LEN_MAX >> 20);
		return NULL;
	}
	r.memory = script_memory_new();
	script = script_memory_take(r.memory, sizeof *script);
	script->memory = r.memory;
	script->name = script_memory_copy(r.memory, name, strlen(name));
	script->heading = "";
	r.name = script->name;
	r.system = system_of(text, len);
	if (check_octets(&r) && read_script(&r, script))
		return script;
	if (r.beyond != NULL) {
		script->beyond = r.beyond;
		script->beyond_place = r.beyond_place;
		return script;
	}
	script_free(script);
	return NULL;
}

void script_free(struct script *script)
{
	if (script)
		script_memory_free(script->memory);
}

/* ---- files ---- */

static bool read_file(const char *path, FILE *in, char **text, size_t *len, struct error *err)
{
	size_t room = 0;

	*text = NULL;
	*len = 0;
	while (!feof(in) && !ferror(in) && *len <= SCRIPT_LEN_MAX) {
		if (*len == room) {
			room = room ? 2 * room : 65536;
			*text = realloc(*text, room);
			if (!*text) {
				fputs("tcplab: out of memory\n", stderr);
				exit(1);
			}
		}
		*len += fread(*text + *len, 1, room - *len, in);
	}
	if (ferror(in))
		return error_set(err, "%s: %s: name a file that can be read", path,
				 strerror(errno));
	return true;
}

bool script_text(const char *path, char **text, size_t *len, struct error *err)
{
	FILE *in = fopen(path, "rb");
	bool fine;

	*text = NULL;
	if (!in)
		return error_set(err, "%s: %s: name a file that can be read", path,
				 strerror(errno));
	fine = read_file(path, in, text, len, err);
	fclose(in);
	if (fine)
		return true;
	free(*text);
	*text = NULL;
	return false;
}

struct script *script_read(const char *path, struct error *err)
{
	struct script *script;
	char *text;
	size_t len;

	if (!script_text(path, &text, &len, err))
		return NULL;
	script = script_parse(path, text, len, err);
	free(text);
	return script;
}
