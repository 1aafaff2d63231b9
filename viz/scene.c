#include "viz/scene.h"

struct scene scene_of(const struct recording *r)
{
	return (struct scene){
		.recording = r,
		.focus = focus_of_recording(r),
		.cursor = cursor_start(),
		.moment = -1,
		.selected = EVENT_NONE,
		.hovered = EVENT_NONE,
		.look_at = EVENT_NONE,
		.zoom = 1,
	};
}

nanos scene_moment(const struct scene *s)
{
	return s->moment >= 0 ? s->moment : cursor_time(s->recording, s->cursor);
}

bool scene_has_happened(const struct scene *s, uint32_t event)
{
	return event != EVENT_NONE && !cursor_is_at_start(s->cursor) && event <= s->cursor.event;
}

struct color side_color(const struct theme *t, enum side side)
{
	return t->color[side == CLIENT ? ROLE_CLIENT : ROLE_SERVER];
}

struct origin scene_origin(const struct scene *s, uint32_t conn, uint32_t event)
{
	struct origin none = {seq_of(0), seq_of(0)};
	struct tcb tcb;

	if (!s->relative || conn == EVENT_NONE || event == EVENT_NONE)
		return none;
	if (!recording_tcb(s->recording, conn, event, &tcb))
		return none;
	return (struct origin){tcb.snd.iss, tcb.rcv.irs};
}
