/* scenario_moments.c — something that happens, and the sentences that an
 * author hangs on it. */
#include "source/scenario_inside.h"

#include <string.h>

#include "source/scenario_shapes.h"
#include "tcp/rule.h"

uint16_t scenario_rule(const char *id)
{
	uint16_t rule = 1;

	while (strcmp(rule_info((enum rule)rule)->id, id) != 0)
		rule++;
	return rule;
}

static bool moment_read(const struct scenario *s, const struct json *value, struct moment *out,
			struct error *err)
{
	const char *state = member_text(value, "state");
	const char *sends = member_text(value, "sends");
	enum packet_class what = PACKETS_ALL;
	enum tcp_state to = CLOSED;

	if (!scenario_host_in(s, value, "host", &out->host, err))
		return false;
	out->nth = (uint32_t)member_number(value, "nth", 0, 1);
	if (state != NULL) {
		state_from_name(state, &to);
		out->kind = MOMENT_STATE;
		out->what = (uint8_t)to;
	} else if (sends != NULL) {
		packet_class_named(sends, &what);
		out->kind = MOMENT_SENDS;
		out->what = (uint8_t)what;
	} else {
		out->kind = MOMENT_RULE;
		out->rule = scenario_rule(member_text(value, "rule"));
	}
	return true;
}

/* One decision may be several events of a turn: the first of them counts. */
static bool is_first_of_turn(const struct recording *r, uint32_t n, uint16_t rule)
{
	struct event event = recording_event(r, n);

	while (n-- > 0) {
		struct event before = recording_event(r, n);

		if (before.turn != event.turn)
			return true;
		if (before.rule == rule && before.host == event.host)
			return false;
	}
	return true;
}

bool moment_is(const struct moment *moment, const struct recording *r, uint32_t n)
{
	struct event event = recording_event(r, n);
	struct packet_record packet;

	if (event.host != moment->host)
		return false;
	switch ((enum moment_kind)moment->kind) {
	case MOMENT_STATE: return event.kind == EVENT_TRANSITION && event.to == moment->what;
	case MOMENT_RULE: return event.rule == moment->rule && is_first_of_turn(r, n, moment->rule);
	case MOMENT_SENDS:
		if (event.kind != EVENT_SEND)
			return false;
		recording_packet(r, event.packet, &packet);
		return packet_class_holds((enum packet_class)moment->what, packet.packet.tcp.flags,
					  packet.packet.tcp.len);
	case MOMENT_TIME: break;
	}
	return false;
}

static bool build_caption(struct scenario *s, const struct json *json,
			  struct scenario_caption *caption, struct error *err)
{
	const struct json *at = json_member(json, "at_ms");

	caption->text = member_text(json, "text");
	if (at == NULL)
		return moment_read(s, json_member(json, "on"), &caption->moment, err);
	caption->moment.kind = MOMENT_TIME;
	caption->moment.time = member_number(json, "at_ms", MS_PLACES, 0);
	if (caption->moment.time > s->duration)
		return json_error(err, at, "%s is after the end of the run", at->text);
	return true;
}

bool scenario_build_captions(struct scenario *s, struct error *err)
{
	const struct json *list = json_member(s->doc.root, "captions");

	if (list == NULL)
		return true;
	s->captions = scenario_get(s, list->count, sizeof *s->captions);
	for (const struct json *one = list->child; one != NULL; one = one->next) {
		if (!build_caption(s, one, &s->captions[s->caption_count++], err))
			return false;
	}
	return true;
}
