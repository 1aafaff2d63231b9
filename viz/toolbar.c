#include "viz/toolbar.h"

#include <math.h>

#include "viz/live_mark.h"

/* A button, and how it stands in the line. */
struct place {
	struct button button;
	const char *other; /* label that it takes turns with, or NULL */
	bool apart;        /* from the one before it */
};

enum { PLACES = 20 };

static unsigned list_speeds(const struct app *app, struct place out[])
{
	unsigned n = 0;

	out[n++] = (struct place){
		.button = {.id = "slower", .label = "–", .disabled = app->speed == 0},
		.apart = true};
	out[n++] = (struct place){.button = {.id = "normal-speed", .label = app_speed(app)},
				  .other = "0.25x"};
	out[n++] = (struct place){.button = {.id = "faster",
					     .label = "+",
					     .disabled = app->speed + 1 == SPEED_COUNT}};
	return n;
}

/* Where a network runs, in the place of the speeds: what is done to it by hand. */
static unsigned list_hands(struct place out[])
{
	static const struct {
		const char *id;
		const char *label;
		bool apart;
	} hands[] = {
		{"lose-left", "← lose", true},   {"lose-right", "lose →", false},
		{"less-delay", "– delay", true}, {"more-delay", "+", false},
		{"less-loss", "– loss", true},   {"more-loss", "+", false},
	};
	enum { HANDS = sizeof hands / sizeof hands[0] };

	for (unsigned i = 0; i < HANDS; i++)
		out[i] = (struct place){.button = {.id = hands[i].id, .label = hands[i].label},
					.apart = hands[i].apart};
	return HANDS;
}

static unsigned list_buttons(const struct app *app, struct place out[PLACES])
{
	const struct recording *r = app->scene.recording;
	bool at_start = cursor_is_at_start(app->scene.cursor);
	bool at_end = cursor_is_at_end(r, app->scene.cursor);
	bool dark = app->palette == PALETTE_DARK;
	unsigned n = 0;

	out[n++] =
		(struct place){.button = {.id = "start", .icon = ICON_START, .disabled = at_start}};
	out[n++] =
		(struct place){.button = {.id = "back", .icon = ICON_BACK, .disabled = at_start}};
	out[n++] = (struct place){.button = {.id = "play",
					     .icon = app->playing ? ICON_PAUSE : ICON_PLAY,
					     .label = app->playing ? "Pause" : "Play",
					     .disabled = recording_turns(r) == 0},
				  .other = app->playing ? "Play" : "Pause"};
	out[n++] = (struct place){
		.button = {.id = "forward", .icon = ICON_FORWARD, .disabled = at_end}};
	out[n++] = (struct place){.button = {.id = "end", .icon = ICON_END, .disabled = at_end}};
	n += app->by_hand.on ? list_hands(out + n) : list_speeds(app, out + n);
	if (app->choices.flows != NULL)
		out[n++] = (struct place){.button = {.id = "connections", .label = "List"},
					  .apart = true};
	out[n++] = (struct place){.button = {.id = "search", .icon = ICON_SEARCH, .label = "Find"},
				  .apart = true};
	out[n++] = (struct place){.button = {.id = "export", .label = "Export"}};
	out[n++] = (struct place){.button = {.id = "theme", .label = dark ? "Light" : "Dark"},
				  .other = dark ? "Dark" : "Light"};
	out[n++] = (struct place){.button = {.id = "projector", .label = "Projector"}};
	out[n++] = (struct place){.button = {.id = "help", .label = "?"}};
	return n;
}

/* A button keeps its width when its label changes. */
static double place_width(const struct ui *ui, const struct place *p)
{
	struct button other = p->button;

	if (p->other == NULL)
		return button_width(ui, &p->button);
	other.label = p->other;
	return fmax(button_width(ui, &p->button), button_width(ui, &other));
}

static double gap_before(const struct ui *ui, const struct place *p)
{
	return p->apart ? ui->theme->pad * 2 : ui->theme->gap;
}

/* From the right; what is left of the line is the title's. */
static void draw_buttons(const struct ui *ui, const struct app *app, struct rect *rest)
{
	struct place places[PLACES];
	double height = ui->theme->button;
	double total = 0;
	unsigned count;
	struct rect line;

	count = list_buttons(app, places);
	for (unsigned i = 0; i < count; i++)
		total += place_width(ui, &places[i]) + gap_before(ui, &places[i]);
	line = cut_right(rest, total);
	cut_right(rest, ui->theme->pad);
	line = box(line.x, line.y + floor((line.h - height) / 2), line.w, height);
	for (unsigned i = 0; i < count; i++) {
		cut_left(&line, gap_before(ui, &places[i]));
		ui_button(ui, cut_left(&line, place_width(ui, &places[i])), &places[i].button);
	}
}

static void draw_title(const struct ui *ui, const struct app *app, struct rect rest)
{
	const struct recording_info *info = recording_info(app->scene.recording);
	const struct theme *t = ui->theme;
	struct text_style name = text_style(t->font[TYPE_TITLE], t->color[ROLE_TEXT]);
	struct text_style title = text_style(t->font[TYPE_BODY], t->color[ROLE_DIM]);
	double width = canvas_measure(ui->canvas, &name.font, "tcplab").width;
	char buf[256];
	struct text text = text_in(buf, sizeof buf);

	canvas_text_in(ui->canvas, cut_left(&rest, ceil(width) + 1), "tcplab", &name);
	cut_left(&rest, t->pad * 2);
	live_mark_draw(ui, app, &rest);
	if (app->file_count > 1)
		text_addf(&text, "%u/%u  ", app->file + 1, app->file_count);
	if (app->choices.shown > 0 && app->choices.flows != NULL)
		text_addf(&text, "%u/%u  ", app->choices.shown, app->choices.flows->numbered);
	if (app->what_ifs > 0)
		text_addf(&text, "What if %u more %s lost?  ", app->what_ifs,
			  app->what_ifs == 1 ? "segment is" : "segments are");
	text_add(&text, info->title[0] != '\0' ? info->title : info->source);
	canvas_text_cut(ui->canvas, rest, buf, &title);
}

void toolbar_draw(const struct ui *ui, const struct app *app, struct rect area)
{
	struct rect rest = area;

	canvas_begin_box(ui->canvas, area, "toolbar");
	if (app->toolbar)
		draw_buttons(ui, app, &rest);
	draw_title(ui, app, rest);
	canvas_end(ui->canvas);
}
