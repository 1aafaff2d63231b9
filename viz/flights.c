#include "viz/flights.h"

#include "viz/app_draw.h"
#include "viz/commands.h"
#include "viz/hit.h"
#include "viz/ladder_layout.h"

static nanos time_of(const struct recording *r, uint32_t event)
{
	return recording_event(r, event)->time;
}

/* The share of its way that a packet has gone at `now`. */
static double gone(const struct recording *r, const struct packet_record *p, nanos now)
{
	uint32_t end = p->arrived != EVENT_NONE ? p->arrived : p->ended;
	nanos sent = time_of(r, p->sent);
	nanos ended = end != EVENT_NONE ? time_of(r, end) : sent;

	if (ended <= sent || now <= sent)
		return 0;
	return now >= ended ? 1 : (double)(now - sent) / (double)(ended - sent);
}

static struct point along(const struct ladder_arrow *a, double share)
{
	return at(a->from.x + (a->to.x - a->from.x) * share,
		  a->from.y + (a->to.y - a->from.y) * share);
}

static void add_flights(struct flights *out, const struct app *app, const struct theme *t,
			const struct ladder_layout *l)
{
	const struct recording *r = app->scene.recording;
	nanos before = cursor_time(r, app->motion.from);
	nanos now = cursor_time(r, app->scene.cursor);

	for (uint32_t i = 0; i < l->arrow_count && out->count < FLIGHTS_MAX; i++) {
		const struct ladder_arrow *a = &l->arrows[i];
		double from = gone(r, &a->record, before);
		double to = gone(r, &a->record, now);

		if (to > from)
			out->all[out->count++] = (struct flight){along(a, from), along(a, to),
								 side_color(t, a->side)};
	}
}

void flights_find(struct flights *out, const struct app *app)
{
	struct ladder_layout l = {0};
	struct theme t;
	struct rect area;

	out->count = 0;
	if (!app->motion.on || app->blank || app->overlay != OVERLAY_NONE || app->picture == NULL ||
	    !canvas_find(app->picture, "ladder", &area))
		return;
	t = app_theme(app, app->picture->width, app->picture->height);
	ladder_layout_build(&l, &app->scene, &t, app->picture, area);
	out->area = l.columns.body;
	out->radius = t.head * 0.45;
	add_flights(out, app, &t, &l);
	ladder_layout_free(&l);
}

struct point flight_at(const struct flight *flight, double share)
{
	return at(flight->from.x + (flight->to.x - flight->from.x) * share,
		  flight->from.y + (flight->to.y - flight->from.y) * share);
}
