#include "record/explain.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "record/plain.h"
#include "record/subject.h"
#include "tcp/rule.h"
#include "wire/line.h"

static void find_packet(struct subject *s)
{
	uint32_t packet = s->event.packet;
	uint32_t first;
	uint32_t count;

	if (packet == EVENT_NONE) {
		recording_turn(s->r, s->event.turn, &first, &count);
		packet = recording_event(s->r, first).packet;
	}
	s->has_packet = packet != EVENT_NONE;
	if (s->has_packet)
		recording_packet(s->r, packet, &s->packet);
}

static struct subject subject_of(const struct recording *r, uint32_t n)
{
	struct subject s = {.r = r, .event = recording_event(r, n), .n = n};

	find_packet(&s);
	return s;
}

bool subject_tcb(const struct subject *s, struct tcb *out)
{
	return s->event.conn != EVENT_NONE && recording_tcb_settled(s->r, s->event.conn, s->n, out);
}

/* ---- who ---- */

void subject_add_host(const struct subject *s, uint32_t host, struct text *out)
{
	plain_add(out, recording_host(s->r, host)->name);
}

static bool add_host_with(const struct subject *s, const struct address *address, struct text *out)
{
	for (uint32_t i = 0; i < recording_hosts(s->r); i++) {
		const struct host_record *host = recording_host(s->r, i);

		for (int k = 0; k < 2; k++) {
			if (address->version != 0 && address_eq(&host->addresses[k], address)) {
				subject_add_host(s, i, out);
				return true;
			}
		}
	}
	return false;
}

static void add_peer(const struct subject *s, struct text *out)
{
	char address[ADDRESS_TEXT_MAX];
	const struct address *remote = NULL;

	if (s->event.conn != EVENT_NONE) {
		const struct conn_record *conn = recording_conn(s->r, s->event.conn);

		if (conn->peer != EVENT_NONE) {
			subject_add_host(s, recording_conn(s->r, conn->peer)->host, out);
			return;
		}
		remote = &conn->remote.address;
	}
	if (s->has_packet && (remote == NULL || remote->version == 0)) {
		if (s->packet.host != s->event.host) {
			subject_add_host(s, s->packet.host, out);
			return;
		}
		remote = &s->packet.packet.dst;
	}
	if (remote == NULL || remote->version == 0) {
		text_add(out, "the peer");
	} else if (!add_host_with(s, remote, out)) {
		address_format(remote, address);
		text_add(out, address);
	}
}

/* ---- values ---- */

void subject_add_time(nanos time, struct text *out)
{
	if (time != 0 && time < nanos_from_ms(1)) {
		text_addf(out, "%" PRId64 " µs", time / 1000);
	} else {
		bool coarse = time % nanos_from_ms(1) == 0 || time >= nanos_from_s(1);

		text_add_seconds(out, time, coarse ? 3 : 6);
		text_add(out, " s");
	}
}

void explain_value(const struct variable *variable, const struct tcb *tcb, struct text *out)
{
	int64_t value = tcb_value(tcb, variable);

	switch (variable->kind) {
	case VARIABLE_NANOS: subject_add_time(value, out); break;
	case VARIABLE_DEADLINE:
		if (value == NANOS_NEVER)
			text_add(out, "stopped");
		else
			subject_add_time(value, out);
		break;
	case VARIABLE_BOOL: text_add(out, value != 0 ? "yes" : "no"); break;
	case VARIABLE_STATE: text_add(out, state_name((enum tcp_state)value)); break;
	case VARIABLE_OCTETS:
		if (value == UINT32_MAX) {
			text_add(out, "unlimited"); /* ssthresh, before the first loss */
			break;
		} /* fall through */
	default: text_addf(out, "%" PRId64, value); break;
	}
}

/* ---- placeholders ---- */

static void add_seq(const struct subject *s, struct text *out)
{
	text_addf(out, "%" PRIu32, s->packet.packet.tcp.seq.v);
}

static void add_ack(const struct subject *s, struct text *out)
{
	text_addf(out, "%" PRIu32, s->packet.packet.tcp.ack.v);
}

static void add_len(const struct subject *s, struct text *out)
{
	text_addf(out, "%" PRIu32, s->packet.packet.tcp.len);
}

static void add_flags(const struct subject *s, struct text *out)
{
	flags_add(out, s->packet.packet.tcp.flags);
}

static void add_event_host(const struct subject *s, struct text *out)
{
	subject_add_host(s, s->event.host, out);
}

static const struct placeholder {
	const char *name;
	bool of_packet;
	void (*add)(const struct subject *s, struct text *out);
} placeholders[] = {
	{"host", false, add_event_host}, {"peer", false, add_peer}, {"seq", true, add_seq},
	{"ack", true, add_ack},          {"len", true, add_len},    {"flags", true, add_flags},
};

static const struct placeholder *placeholder_named(const char *name)
{
	for (size_t i = 0; i < sizeof placeholders / sizeof placeholders[0]; i++) {
		if (strcmp(placeholders[i].name, name) == 0)
			return &placeholders[i];
	}
	return NULL;
}

bool explain_knows(const char *name)
{
	return placeholder_named(name) != NULL || tcb_variable(name) != NULL;
}

/* What is not known (a variable of a connection that is gone) is written "?". */
static void add_placeholder(const struct subject *s, const char *name, struct text *out)
{
	const struct placeholder *placeholder = placeholder_named(name);
	const struct variable *variable = tcb_variable(name);
	struct tcb tcb;

	assert(placeholder != NULL || variable != NULL);
	if (placeholder != NULL && (s->has_packet || !placeholder->of_packet))
		placeholder->add(s, out);
	else if (variable != NULL && subject_tcb(s, &tcb))
		explain_value(variable, &tcb, out);
	else
		text_add(out, "?");
}

/* The name of a host may begin a sentence. */
static void capitalise(struct text *t, size_t start)
{
	if (start < t->len && t->at[start] >= 'a' && t->at[start] <= 'z')
		t->at[start] = (char)(t->at[start] - 'a' + 'A');
}

/* "{len} octets arrive" of one octet: "1 octet arrives". Returns what is left of the sentence
 * behind the words that had to change, which stand right after the number. */
static const char *add_singular(const char *rest, struct text *out)
{
	static const struct {
		const char *many;
		const char *one;
	} forms[] = {
		{" octets arrive ", " octet arrives "},
		{" octets are ", " octet is "},
		{" octets", " octet"},
	};

	for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
		if (strncmp(rest, forms[i].many, strlen(forms[i].many)) == 0) {
			text_add(out, forms[i].one);
			return rest + strlen(forms[i].many);
		}
	}
	return rest;
}

static void fill_in(const struct subject *s, const char *sentence, struct text *out)
{
	bool begins_with_name = *sentence == '{';
	size_t start = out->len;

	enum { NAME_MAX_LEN = 32 };

	while (*sentence != '\0') {
		size_t len = strcspn(sentence, "{");

		text_addf(out, "%.*s", (int)len, sentence);
		sentence += len;
		if (*sentence == '\0')
			break;

		char name[NAME_MAX_LEN] = "";

		len = strcspn(++sentence, "}");
		assert(sentence[len] == '}' && len < sizeof name);
		memcpy(name, sentence, len);

		size_t value = out->len;

		add_placeholder(s, name, out);
		sentence += len + 1;
		if (strcmp(out->at + value, "1") == 0)
			sentence = add_singular(sentence, out);
	}
	if (begins_with_name)
		capitalise(out, start);
}

/* ---- what and why ---- */

void explain_what(const struct recording *r, uint32_t n, struct text *out)
{
	struct subject s = subject_of(r, n);
	size_t start = out->len;

	if (s.event.rule != RULE_NONE) {
		fill_in(&s, rule_info((enum rule)s.event.rule)->what, out);
	} else {
		sentence_what(&s, out);
		if (s.event.kind != EVENT_CAPTION && s.event.kind != EVENT_COMPARED)
			capitalise(out, start); /* those two are the author's words */
	}
}

void explain_source(const struct recording *r, uint32_t n, struct text *out)
{
	const struct rule_info *rule = rule_info((enum rule)recording_event(r, n).rule);
	bool numbered = rule->section[0] >= '0' && rule->section[0] <= '9';

	if (rule->rfc != 0)
		text_addf(out, "RFC %u %s%s", rule->rfc, numbered ? "§" : "", rule->section);
	else
		text_add(out, rule->section); /* of what is no RFC */
}

void explain_fill(const struct recording *r, uint32_t n, const char *sentence, struct text *out)
{
	struct subject s = subject_of(r, n);

	fill_in(&s, sentence, out);
}

void explain_reason(const struct recording *r, uint32_t n, struct text *out)
{
	explain_fill(r, n, rule_info((enum rule)recording_event(r, n).rule)->why, out);
}

void explain_why(const struct recording *r, uint32_t n, struct text *out)
{
	struct subject s = subject_of(r, n);

	if (s.event.rule == RULE_NONE) {
		sentence_why(&s, out);
		return;
	}
	explain_source(r, n, out);
	text_add(out, ": ");
	explain_reason(r, n, out);
}
