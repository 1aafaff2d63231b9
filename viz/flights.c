#include "viz/flights.h"

#include <math.h>

#include "viz/app_draw.h"
#include "viz/commands.h"
#include "viz/hit.h"
#include "viz/ladder_layout.h"

static nanos time_of(const struct recording *r, uint32_t event)
{
	return recording_event(r, event).time;
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

static void add_flights(struct flights *out, const struct app *app, const struct ladder_layout *l)
{
	const struct recording *r = app->scene.recording;
	nanos before = cursor_time(r, app->motion.from);
	nanos now = cursor_time(r, app->scene.cursor);

	for (uint32_t i = 0; i < l->arrow_count && out->count < FLIGHTS_MAX; i++) {
		const struct ladder_arrow *a = &l->arrows[i];
		double from = gone(r, &a->record, before);
		double to = gone(r, &a->record, now);

		if (to > from)
			out->all[out->count++] = (struct flight){along(a, from), along(a, to)};
	}
}

void flights_find(struct flights *out, const struct app *app)
{
	struct ladder_layout l = {0};
	struct theme t;
	struct rect area;

	out->count = 0;
	if (!app->motion.on || app->blank || app->overlay != OVERLAY_NONE ||
	    app->notice[0] != '\0' || app->scene.hovered != EVENT_NONE || app->picture == NULL ||
	    !canvas_find(app->picture, "ladder", &area))
		return;
	t = app_theme(app, app->picture->width, app->picture->height);
	ladder_layout_build(&l, &app->scene, &t, app->picture, area);
	out->area = l.columns.body;
	out->radius = t.font[TYPE_NUMBER].size;
	add_flights(out, app, &l);
	ladder_layout_free(&l);
}

struct rect flight_passes(const struct flights *flights, unsigned flight, double from, double to)
{
	const struct flight *f = &flights->all[flight];
	double x = f->to.x - f->from.x;
	double y = f->to.y - f->from.y;
	struct point a = at(f->from.x + x * from, f->from.y + y * from);
	struct point b = at(f->from.x + x * to, f->from.y + y * to);
	struct rect r = box(fmin(a.x, b.x), fmin(a.y, b.y), fabs(b.x - a.x), fabs(b.y - a.y));

	return rect_meet(flights->area, box(r.x - flights->radius, r.y - flights->radius,
					    r.w + 2 * flights->radius, r.h + 2 * flights->radius));
}
