#include "viz/app_draw.h"

#include "viz/commands.h"
#include "viz/hit.h"
#include "viz/live_mark.h"
#include "viz/overlays.h"
#include "viz/page_lesson.h"
#include "viz/page_projector.h"
#include "viz/toolbar.h"
#include "viz/view_ladder.h"

struct theme app_theme(const struct app *app, double width, double height)
{
	struct theme t;

	theme_init(&t, app->palette, app->projector, width, height);
	return t;
}

/* What the widgets know of the pointer. Clicks go another way: app_press(). */
static struct ui app_ui(const struct app *app, struct canvas *c, const struct theme *t)
{
	return (struct ui){c, t, app->hovered, app->pressed, app->focused};
}

static struct scene moving_scene(const struct app *app)
{
	struct scene scene = app->scene;

	scene.moment = app_moment(app);
	if (app->toolbar)
		scene.hint = "→ goes a step forward, ← back, Space plays; ? shows all keys.";
	return scene;
}

static void draw_page(struct canvas *c, const struct theme *t, const struct app *app,
		      struct rect area)
{
	struct scene scene = moving_scene(app);
	struct ui ui = app_ui(app, c, t);

	if (app->projector) {
		struct page_projector page = page_projector_layout(t, area);

		live_mark_draw(&ui, app, &page.timeline);
		page_projector_draw(c, t, &scene, &page);
	} else {
		struct page_lesson page = page_lesson_layout(t, area);

		toolbar_draw(&ui, app, page.header);
		page_lesson_draw(c, t, &scene, &page);
	}
}

/* Help and lists of buttons are read from near, by whoever holds the mouse:
 * even over the projector's page they keep the window's type. */
static void draw_overlays(struct canvas *c, const struct theme *t, const struct app *app,
			  struct rect area)
{
	struct ui ui = app_ui(app, c, t);
	struct theme near;

	theme_init(&near, app->palette, false, area.w, area.h);
	hover_draw(c, &near, app, area);
	switch (app->overlay) {
	case OVERLAY_NONE: break;
	case OVERLAY_HELP: help_draw(c, &near, area); break;
	case OVERLAY_SEARCH: search_draw(&ui, app, area); break;
	case OVERLAY_EXPORT:
		ui.theme = &near;
		export_draw(&ui, app, area);
		break;
	case OVERLAY_CONNECTIONS:
		ui.theme = &near;
		connections_draw(&ui, &app->choices, area);
		break;
	}
	notice_draw(c, t, app, area);
}

void app_draw(struct canvas *c, struct app *app, double width, double height)
{
	struct theme t = app_theme(app, width, height);
	struct rect area = box(0, 0, width, height);

	app->picture = c;
	app->changed = false;
	if (app->blank) {
		canvas_reset(c, width, height, rgb(0x000000));
		return;
	}
	canvas_reset(c, width, height, t.color[ROLE_BACKGROUND]);
	draw_page(c, &t, app, area);
	draw_overlays(c, &t, app, area);
}

void app_draw_motion(struct canvas *c, const struct app *app)
{
	struct theme t = app_theme(app, app->picture->width, app->picture->height);
	struct scene scene = moving_scene(app);
	struct rect area;

	canvas_reset(c, app->picture->width, app->picture->height, NO_FILL);
	if (canvas_find(app->picture, "ladder", &area))
		view_ladder_draw(c, &t, &scene, area);
}
