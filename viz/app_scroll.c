/* app_scroll.c — scrolling and zooming the ladder. */
#include "viz/app_input.h"

#include <math.h>

#include "viz/app_draw.h"
#include "viz/commands.h"
#include "viz/hit.h"
#include "viz/ladder_layout.h"

static const double zoom_least = 0.05;
static const double zoom_most = 8;

void app_scroll(struct app *app, double share)
{
	struct theme t;
	struct rect area;

	if (app->picture == NULL || !canvas_find(app->picture, "ladder", &area))
		return;
	t = app_theme(app, app->picture->width, app->picture->height);
	app->scene = ladder_scrolled(&app->scene, &t, app->picture, area, share * area.h);
	app->changed = true;
}

/* The height of the row of `event`, or with EVENT_NONE of the row nearest to
 * `y`, whose event is then put into *event. */
static double height_of_row(const struct app *app, struct rect area, uint32_t *event, double y)
{
	struct theme t = app_theme(app, app->picture->width, app->picture->height);
	struct ladder_layout l = {0};
	const struct ladder_row *row = NULL;
	double height = y;

	ladder_layout_build(&l, &app->scene, &t, app->picture, area);
	if (*event != EVENT_NONE)
		row = ladder_row_of(&l.rows, *event);
	for (uint32_t i = 0; *event == EVENT_NONE && i < l.rows.count; i++)
		if (row == NULL || fabs(l.rows.rows[i].y - y) < fabs(row->y - y))
			row = &l.rows.rows[i];
	if (row != NULL) {
		*event = row->event;
		height = row->y;
	}
	ladder_layout_free(&l);
	return height;
}

void app_zoom(struct app *app, double by, double y)
{
	uint32_t event = EVENT_NONE;
	struct rect area;
	double before;
	double after;

	if (app->picture == NULL || !canvas_find(app->picture, "ladder", &area))
		return;
	before = height_of_row(app, area, &event, y);
	app->scene.zoom = fmin(zoom_most, fmax(zoom_least, app->scene.zoom * by));
	after = height_of_row(app, area, &event, y);
	app_scroll(app, (after - before) / area.h);
	app->changed = true;
}
