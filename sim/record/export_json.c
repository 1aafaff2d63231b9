/* export_json.c — a recording as JSON Lines. docs/json-lines.md names every
 * key; a test reads both. */
#include "record/export.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "record/lines.h"
#include "record/lines_tcbs.h"
#include "tcp/rule.h"
#include "wire/ecn.h"
#include "wire/line.h"

enum { FORMAT = 1, TEXT_MAX = 1024 };

struct writer {
	const struct recording *r;
	struct lines lines;
	struct lines_tcbs tcbs;
};

/* ---- names ---- */

static const char *const kind_names[EVENT_KIND_COUNT] = {
	[EVENT_CALL] = "call",
	[EVENT_ARRIVE] = "arrive",
	[EVENT_TIMER] = "timer",
	[EVENT_SEND] = "send",
	[EVENT_LOST] = "lost",
	[EVENT_DUPLICATED] = "duplicated",
	[EVENT_CORRUPTED] = "corrupted",
	[EVENT_DELAYED] = "delayed",
	[EVENT_MARKED] = "marked",
	[EVENT_TRANSITION] = "transition",
	[EVENT_NOTE] = "note",
	[EVENT_TIMER_STARTED] = "timer_started",
	[EVENT_TIMER_STOPPED] = "timer_stopped",
	[EVENT_NOTICE] = "notice",
	[EVENT_CAPTION] = "caption",
	[EVENT_COMPARED] = "compared",
};

static const char *const call_names[] = {
	[CALL_OPEN_PASSIVE] = "open_passive",
	[CALL_OPEN_ACTIVE] = "open_active",
	[CALL_SEND] = "send",
	[CALL_RECEIVE] = "receive",
	[CALL_CLOSE] = "close",
	[CALL_ABORT] = "abort",
	[CALL_USER_TIMEOUT] = "user_timeout",
	[CALL_KEEPALIVE] = "keepalive",
	[CALL_RECEIVE_BUFFER] = "receive_buffer",
	[CALL_SEND_BUFFER] = "send_buffer",
	[CALL_NAGLE] = "nagle",
	[CALL_CORK] = "cork",
	[CALL_REBOOT] = "reboot",
};

static const char *notice_name(int64_t notice)
{
	switch (notice) {
	case NOTICE_CONNECTED: return "connected";
	case NOTICE_TEXT: return "text";
	case NOTICE_CLOSING: return "closing";
	case NOTICE_ENDED: return "ended";
	case NOTICE_URGENT: return "urgent";
	case NOTICE_ROOM: return "room";
	case NOTICE_R1: return "r1";
	case NOTICE_SOFT_ERROR: return "soft error";
	default: return "unknown";
	}
}

/* ---- the first line ---- */

static void put_endpoint(struct lines *l, const char *key, const struct endpoint *endpoint)
{
	char text[ENDPOINT_TEXT_MAX];

	if (endpoint->address.version == 0)
		return;
	endpoint_format(endpoint, text);
	lines_string(l, key, text);
}

static void put_host(struct lines *l, const struct host_record *host)
{
	char address[ADDRESS_TEXT_MAX];

	lines_begin(l, NULL, '{');
	lines_string(l, "name", host->name);
	lines_begin(l, "addresses", '[');
	for (int i = 0; i < 2; i++) {
		if (host->addresses[i].version == 0)
			continue;
		address_format(&host->addresses[i], address);
		lines_string(l, NULL, address);
	}
	lines_end(l, ']');
	lines_end(l, '}');
}

static void put_conn(const struct recording *r, struct lines *l, const struct conn_record *conn)
{
	lines_begin(l, NULL, '{');
	lines_string(l, "host", recording_host(r, conn->host)->name);
	put_endpoint(l, "local", &conn->local);
	put_endpoint(l, "remote", &conn->remote);
	if (conn->peer != EVENT_NONE)
		lines_unsigned(l, "peer", conn->peer);
	lines_bool(l, "inferred", conn->inferred);
	lines_end(l, '}');
}

static void put_heading(struct writer *w)
{
	const struct recording_info *info = recording_info(w->r);
	struct lines *l = &w->lines;

	lines_begin(l, NULL, '{');
	lines_number(l, "tcplab", FORMAT);
	lines_string(l, "title", info->title);
	lines_string(l, "look_for", info->look_for);
	lines_unsigned(l, "seed", info->seed);
	lines_number(l, "epoch_ns", info->epoch);
	lines_bool(l, "inferred", info->inferred);
	lines_begin(l, "hosts", '[');
	for (uint32_t i = 0; i < recording_hosts(w->r); i++)
		put_host(l, recording_host(w->r, i));
	lines_end(l, ']');
	lines_begin(l, "conns", '[');
	for (uint32_t i = 0; i < recording_conns(w->r); i++)
		put_conn(w->r, l, recording_conn(w->r, i));
	lines_end(l, ']');
	lines_end(l, '}');
	lines_end_line(l);
}

/* ---- packets ---- */

/* The options as line_add() writes them, without < and >. */
static void put_options(struct lines *l, const struct segment *seg)
{
	char line[TEXT_MAX];
	struct text text = text_in(line, sizeof line);

	line_add(&text, seg);

	char *options = strchr(line, '<');
	char *end = strrchr(line, '>');

	if (options == NULL || end == NULL)
		return;
	*end = '\0';
	lines_string(l, "options", options + 1);
}

static void put_segment(struct lines *l, const struct packet *packet)
{
	const struct segment *seg = &packet->tcp;
	enum ecn_codepoint codepoint = packet->traffic_class & ECN_MASK;
	char address[ADDRESS_TEXT_MAX];
	char flags[TEXT_MAX];
	struct text text = text_in(flags, sizeof flags);

	lines_begin(l, "segment", '{');
	address_format(&packet->src, address);
	lines_string(l, "src", address);
	lines_unsigned(l, "sport", seg->src_port);
	address_format(&packet->dst, address);
	lines_string(l, "dst", address);
	lines_unsigned(l, "dport", seg->dst_port);
	lines_unsigned(l, "seq", seg->seq.v);
	if (seg->flags & ACK)
		lines_unsigned(l, "ack", seg->ack.v);
	flags_add(&text, seg->flags);
	lines_string(l, "flags", flags);
	lines_unsigned(l, "len", seg->len);
	lines_unsigned(l, "win", seg->wnd);
	if (codepoint != NOT_ECT)
		lines_string(l, "ecn", ecn_codepoint_name(codepoint));
	if (seg->flags & URG)
		lines_unsigned(l, "up", seg->up);
	put_options(l, seg);
	lines_end(l, '}');
}

static void put_icmp(struct lines *l, const struct packet *packet)
{
	char address[ADDRESS_TEXT_MAX];

	lines_begin(l, "icmp", '{');
	address_format(&packet->src, address);
	lines_string(l, "src", address);
	address_format(&packet->dst, address);
	lines_string(l, "dst", address);
	lines_unsigned(l, "type", packet->icmp.type);
	lines_unsigned(l, "code", packet->icmp.code);
	if (packet->icmp.mtu > 0)
		lines_unsigned(l, "mtu", packet->icmp.mtu);
	put_endpoint(l, "about_src", &packet->icmp.quoted_src);
	put_endpoint(l, "about_dst", &packet->icmp.quoted_dst);
	lines_unsigned(l, "about_seq", packet->icmp.quoted_seq.v);
	lines_end(l, '}');
}

static void put_packet(struct writer *w, const struct event *event)
{
	struct packet_record packet;
	struct lines *l = &w->lines;

	recording_packet(w->r, event->packet, &packet);
	lines_unsigned(l, "packet", event->packet);
	if (recording_frame(w->r, &packet) > 0)
		lines_number(l, "frame", recording_frame(w->r, &packet));
	if (packet.packet.kind == PACKET_ICMP_ERROR)
		put_icmp(l, &packet.packet);
	else
		put_segment(l, &packet.packet);
	if (packet.again_of != EVENT_NONE)
		lines_unsigned(l, "again_of", packet.again_of);
	if (packet.copy_of != EVENT_NONE)
		lines_unsigned(l, "copy_of", packet.copy_of);
	if (event->kind == EVENT_ARRIVE && packet.overtaken)
		lines_bool(l, "overtaken", true);
}

/* ---- what kinds of events have ---- */

static void put_call(struct lines *l, const struct event *event)
{
	assert(event->call < sizeof call_names / sizeof call_names[0]);
	lines_string(l, "call", call_names[event->call]);
	switch (event->call) {
	case CALL_SEND:
	case CALL_RECEIVE:
	case CALL_RECEIVE_BUFFER:
	case CALL_SEND_BUFFER: lines_number(l, "bytes", event->value); break;
	case CALL_USER_TIMEOUT: lines_number(l, "ms", event->value); break;
	case CALL_KEEPALIVE:
	case CALL_CORK:
	case CALL_NAGLE: lines_bool(l, "on", event->value != 0); break;
	default: break;
	}
}

static void put_details(struct writer *w, const struct event *event)
{
	struct lines *l = &w->lines;

	switch (event->kind) {
	case EVENT_CALL: put_call(l, event); break;
	case EVENT_TIMER_STARTED: lines_number(l, "deadline_ns", event->value); /* fall through */
	case EVENT_TIMER_STOPPED:
	case EVENT_TIMER: lines_string(l, "timer", timer_name((enum timer)event->timer)); break;
	case EVENT_TRANSITION:
		lines_string(l, "from", state_name((enum tcp_state)event->from));
		lines_string(l, "to", state_name((enum tcp_state)event->to));
		break;
	case EVENT_NOTICE: lines_string(l, "notice", notice_name(event->value)); break;
	default: break;
	}
}

static void put_rule(struct writer *w, uint32_t n)
{
	const struct rule_info *rule = rule_info((enum rule)recording_event(w->r, n).rule);
	struct lines *l = &w->lines;
	char words[TEXT_MAX];
	struct text text = text_in(words, sizeof words);

	lines_begin(l, "rule", '{');
	lines_string(l, "id", rule->id);
	lines_unsigned(l, "rfc", rule->rfc);
	lines_string(l, "section", rule->section);
	if (rule->tag[0] != '\0')
		lines_string(l, "tag", rule->tag);
	explain_what(w->r, n, &text);
	lines_string(l, "text", words);
	text = text_in(words, sizeof words);
	explain_reason(w->r, n, &text);
	lines_string(l, "why", words);
	lines_end(l, '}');
}

/* ---- all lines ---- */

static void put_event(struct writer *w, uint32_t n)
{
	struct event event = recording_event(w->r, n);
	struct lines *l = &w->lines;

	lines_begin(l, NULL, '{');
	lines_unsigned(l, "n", n);
	lines_number(l, "t_ns", event.time);
	lines_string(l, "kind", kind_names[event.kind]);
	lines_unsigned(l, "turn", event.turn);
	if (event.cause != EVENT_NONE)
		lines_unsigned(l, "cause", event.cause);
	if (event.kind != EVENT_CAPTION)
		lines_string(l, "host", recording_host(w->r, event.host)->name);
	if (event.conn != EVENT_NONE)
		lines_unsigned(l, "conn", event.conn);
	put_details(w, &event);
	if (event.packet != EVENT_NONE)
		put_packet(w, &event);
	if (event.text != EVENT_NONE)
		lines_string(l, "text", recording_text(w->r, event.text));
	if (event.rule != RULE_NONE)
		put_rule(w, n);
	lines_tcbs_put(&w->tcbs, l, n);
	lines_end(l, '}');
	lines_end_line(l);
}

bool export_json_lines(const struct recording *r, FILE *out, struct error *err)
{
	struct writer w = {.r = r, .lines = {.out = out}};

	lines_tcbs_start(&w.tcbs, r);
	put_heading(&w);
	for (uint32_t n = 0; n < recording_events(r); n++)
		put_event(&w, n);
	lines_tcbs_free(&w.tcbs);
	if (fflush(out) == 0 && !ferror(out))
		return true;
	return error_set(err, "the JSON lines could not be written: %s", strerror(errno));
}
