#include "tests/script_equal.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static bool texts_equal(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static bool expressions_equal(const struct expression *a, const struct expression *b);

/* All of a row. */
static bool rows_equal(const struct expression *a, const struct expression *b)
{
	for (; a && b; a = a->next, b = b->next)
		if (!expressions_equal(a, b))
			return false;
	return a == b;
}

static bool expressions_equal(const struct expression *a, const struct expression *b)
{
	bool same_text =
		a->kind == EXPRESSION_STRING
			? a->length == b->length && memcmp(a->text, b->text, a->length) == 0
			: texts_equal(a->text, b->text);

	return a->kind == b->kind && a->value == b->value && same_text && a->open == b->open &&
	       texts_equal(a->name, b->name) && rows_equal(a->first, b->first) &&
	       rows_equal(a->name_argument, b->name_argument);
}

static bool calls_equal(const struct system_call *a, const struct system_call *b)
{
	return texts_equal(a->name, b->name) && a->argument_count == b->argument_count &&
	       rows_equal(a->arguments, b->arguments) && rows_equal(a->result, b->result) &&
	       texts_equal(a->error, b->error) && texts_equal(a->note, b->note) &&
	       a->blocks == b->blocks && a->until == b->until;
}

static bool segments_equal(const struct segment *a, const struct segment *b)
{
	return a->src_port == b->src_port && a->dst_port == b->dst_port && a->seq.v == b->seq.v &&
	       a->ack.v == b->ack.v && a->flags == b->flags && a->wnd == b->wnd && a->up == b->up &&
	       a->len == b->len && memcmp(&a->options, &b->options, sizeof a->options) == 0;
}

static bool packets_equal(const struct packet_spec *a, const struct packet_spec *b)
{
	return a->kind == b->kind && a->outbound == b->outbound && a->mark == b->mark &&
	       a->ecn == b->ecn && a->traffic_class == b->traffic_class && a->ttl == b->ttl &&
	       a->flow_label_said == b->flow_label_said && a->flow_label == b->flow_label &&
	       segments_equal(&a->tcp, &b->tcp) && a->any_options == b->any_options &&
	       a->any_seq == b->any_seq && a->absolute_seq == b->absolute_seq &&
	       a->any_ts_val == b->any_ts_val && a->any_wscale == b->any_wscale &&
	       a->absolute_ts_ecr == b->absolute_ts_ecr && a->no_window == b->no_window &&
	       a->ace_said == b->ace_said &&
	       a->fast_open_experimental == b->fast_open_experimental && a->udp_len == b->udp_len &&
	       texts_equal(a->icmp_type, b->icmp_type) && texts_equal(a->icmp_code, b->icmp_code) &&
	       a->icmp_mtu == b->icmp_mtu && a->icmp_id == b->icmp_id && a->quoted == b->quoted &&
	       a->quotes == b->quotes && texts_equal(a->encapsulation, b->encapsulation);
}

bool script_events_equal(const struct script_event *a, const struct script_event *b)
{
	if (a->kind != b->kind || a->time_kind != b->time_kind || a->time != b->time ||
	    a->time_end != b->time_end)
		return false;
	switch (a->kind) {
	case EVENT_PACKET: return packets_equal(a->packet, b->packet);
	case EVENT_SYSTEM_CALL: return calls_equal(a->call, b->call);
	default: return texts_equal(a->text, b->text);
	}
}

/* Into a buffer that grows until the event fits. */
static void add_event(const struct script_event *event, char **all, size_t *len, size_t *room)
{
	for (;;) {
		struct text text;

		if (*room - *len > 1) {
			text = text_in(*all + *len, *room - *len - 1);
			script_tell(event, &text);
			if (!text.cut) {
				*len += text.len;
				(*all)[(*len)++] = '\n';
				(*all)[*len] = '\0';
				return;
			}
		}
		*room = 2 * *room + 4096;
		*all = realloc(*all, *room);
		assert(*all);
	}
}

char *script_written(const struct script *script, size_t *len)
{
	char *all = NULL;
	size_t room = 0;

	*len = 0;
	for (uint32_t i = 0; i < script->event_count; i++)
		add_event(&script->events[i], &all, len, &room);
	return all;
}
