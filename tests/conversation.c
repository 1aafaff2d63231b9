#include "tests/conversation.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void use_profile(struct dialogue *d, const char *name)
{
	struct profile profile = d->profile;

	if (!profile_named(name, &d->profile))
		fail_msg("there is no profile %s", name);
	d->profile.mss = profile.mss;
	d->profile.isn_fixed = profile.isn_fixed;
	d->profile.isn = profile.isn;
}

static void set_field(struct dialogue *d, const char *setting)
{
	unsigned count;
	const struct profile_field *fields = profile_fields(&count);
	char name[40];
	long value;

	if (sscanf(setting, "%39s %ld", name, &value) != 2)
		fail_msg("set what? %s", setting);
	for (unsigned i = 0; i < count; i++) {
		if (strcmp(fields[i].name, name) == 0) {
			profile_set(&d->profile, &fields[i], value);
			return;
		}
	}
	fail_msg("there is no field %s", name);
}

static enum call_answer send_one(struct tcp *t)
{
	uint32_t taken;

	return tcp_send(t, 1, SEND_PUSH, &taken);
}

static void establish(struct dialogue *d)
{
	app_connect(d);
	out_any(d);
	in(d, d->profile.timestamps ? "S. 0:0(0) ack 1 win 65535 <mss 1000,sackOK,TS val 70 ecr 0>"
				    : "S. 0:0(0) ack 1 win 65535 <mss 1000,nop,nop,sackOK>");
	out_any(d);
}

static void must_be_in(struct dialogue *d, const char *name)
{
	enum tcp_state state;

	if (!state_from_name(name, &state))
		fail_msg("there is no state %s", name);
	in_state(d, state);
}

static void leave_gaps(struct dialogue *d, unsigned count)
{
	for (unsigned i = 1; i <= count; i++) {
		char line[60];

		snprintf(line, sizeof line, ". %u:%u(1) ack 1 win 65535", 2 * i, 2 * i + 1);
		in(d, line);
		out_any(d);
	}
}

static void sign(struct dialogue *d, const char *kind)
{
	bool md5 = strcmp(kind, "md5") == 0;

	if (!md5 && strcmp(kind, "ao") != 0)
		fail_msg("nobody signs with %s", kind);
	d->signing.kind = md5 ? SIGNATURE_MD5 : SIGNATURE_AO;
	d->signing.send_id = 61;
	d->signing.receive_id = 84;
}

static void find(struct dialogue *d, const char *what)
{
	static const char *const findings[] = {
		[SIGNATURE_UNSEEN] = "unseen",           [SIGNATURE_MATCHES] = "matches",
		[SIGNATURE_DIFFERS] = "differs",         [SIGNATURE_LACKING] = "lacking",
		[SIGNATURE_KEY_UNKNOWN] = "key unknown",
	};
	unsigned i = 0;

	while (strcmp(findings[i], what) != 0)
		assert_true(++i < sizeof findings / sizeof findings[0]);
	d->signing.finding = (uint8_t)i;
	d->signing.next_is_ours = true;
}

static void take_syns(struct dialogue *d, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		d->peer.port++;
		in(d, "S 0:0(0) win 9");
		out_any(d);
	}
}

/* "icmp 3 4 1400 1": type, code, MTU, and the sequence number that is quoted. */
static void complain(struct dialogue *d, const char *rest)
{
	unsigned type;
	unsigned code;
	uint32_t mtu;
	uint32_t seq;

	if (sscanf(rest, "%u %u %" SCNu32 " %" SCNu32, &type, &code, &mtu, &seq) != 4)
		fail_msg("icmp about what? %s", rest);
	icmp(d, (uint8_t)type, (uint8_t)code, mtu, seq);
}

/* Words with nothing behind them. */
static bool step_alone(struct dialogue *d, const char *word)
{
	static const struct {
		const char *word;
		void (*step)(struct dialogue *d);
	} steps[] = {
		{"listen", app_listen}, {"connect", app_connect},       {"established", establish},
		{"close", app_close},   {"close_both", app_close_both}, {"abort", app_abort},
	};

	for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
		if (strcmp(word, steps[i].word) != 0)
			continue;
		steps[i].step(d);
		return true;
	}
	return false;
}

/* With text behind them. */
static bool step_with_text(struct dialogue *d, const char *word, const char *rest)
{
	static const struct {
		const char *word;
		void (*step)(struct dialogue *d, const char *rest);
	} steps[] = {
		{"<", in},
		{">", out},
		{"profile", use_profile},
		{"set", set_field},
		{"route", app_use_route},
		{"by", comes_by},
		{"icmp", complain},
		{"sign", sign},
		{"found", find},
		{"state", must_be_in},
	};

	for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
		if (strcmp(word, steps[i].word) != 0)
			continue;
		steps[i].step(d, rest);
		return true;
	}
	if (strcmp(word, "ce") == 0)
		in_as(d, CE, rest);
	else if (strcmp(word, "ect1") == 0)
		in_as(d, ECT1, rest);
	else if (strcmp(word, "ect0") == 0)
		in_as(d, ECT0, rest);
	else if (strcmp(word, "from") == 0)
		assert_true(address_parse(&d->peer.address, rest));
	else
		return false;
	return true;
}

/* With a number. */
static bool step_with_number(struct dialogue *d, const char *word, uint32_t number)
{
	if (strcmp(word, "more") == 0)
		app_send_as(d, number, SEND_MORE);
	else if (strcmp(word, "cork") == 0)
		app_cork(d, number != 0);
	else if (strcmp(word, "send") == 0)
		app_send(d, number);
	else if (strcmp(word, "urgent") == 0)
		app_send_urgent(d, number);
	else if (strcmp(word, "receive") == 0)
		app_receive(d, number);
	else if (strcmp(word, "user_timeout") == 0)
		app_user_timeout(d, number);
	else if (strcmp(word, "keepalive") == 0)
		app_keepalive(d, number != 0);
	else if (strcmp(word, "receive_buffer") == 0)
		app_receive_buffer(d, number);
	else if (strcmp(word, "full") == 0)
		app_refused(d, CALL_NO_ROOM, send_one);
	else if (strcmp(word, "fast") == 0)
		app_connect_fast(d, number);
	else if (strcmp(word, "half_open") == 0)
		d->listener.half_open = number;
	else if (strcmp(word, "pending") == 0)
		d->listener.fast_open_pending = number;
	else if (strcmp(word, "untaken") == 0)
		d->listener.untaken = number;
	else if (strcmp(word, "syns") == 0)
		take_syns(d, number);
	else if (strcmp(word, "gaps") == 0)
		leave_gaps(d, number);
	else if (strcmp(word, "pass") == 0)
		pass_ms(d, number);
	else
		return false;
	return true;
}

/* `rest` is what follows the first word. */
static bool step(struct dialogue *d, const char *word, const char *rest)
{
	return step_alone(d, word) || step_with_text(d, word, rest) ||
	       step_with_number(d, word, (uint32_t)strtoul(rest, NULL, 10));
}

struct dialogue converse(const char *text)
{
	struct dialogue d = dialogue_new();

	while (*text != '\0') {
		size_t len = strcspn(text, "\n");
		char line[200];
		char *rest;

		assert_true(len < sizeof line);
		memcpy(line, text, len);
		line[len] = '\0';
		text += len + (text[len] == '\n');
		rest = line + strcspn(line, " ");
		if (*rest == ' ')
			*rest++ = '\0';
		if (strcmp(line, "drain") == 0)
			out_rest(&d);
		else if (!step(&d, line, rest))
			fail_msg("no step is called %s", line);
	}
	out_rest(&d);
	return d;
}
