/* overlay_small.c — the search field, notices, and the segment under the
 * pointer. */
#include "viz/overlays.h"

#include <math.h>

#include "wire/line.h"

/* A rectangle of that size in the middle, below the toolbar. */
static struct rect under_the_toolbar(const struct theme *t, struct rect picture, double width,
				     double height)
{
	width = fmin(width, picture.w - 2 * t->pad);
	return box(floor((picture.w - width) / 2), t->button + 4 * t->gap, ceil(width),
		   ceil(height));
}

/* ---- search ---- */

void search_draw(const struct ui *ui, const struct app *app, struct rect picture)
{
	const struct theme *t = ui->theme;
	struct ui typing = *ui;
	struct text_style hint = text_style(t->font[TYPE_SMALL], t->color[ROLE_DIM]);
	double width = t->font[TYPE_BODY].size * 36;
	struct rect r = under_the_toolbar(t, picture, width, t->button + t->row + t->pad * 2);
	struct rect rest = rect_inset(r, t->pad, t->pad);

	overlay_begin(ui->canvas, t, r, "search");
	typing.focused = "search-field";
	ui_text_field(&typing, cut_top(&rest, t->button), "search-field", app->search,
		      "Find a step by its words");
	canvas_text_cut(ui->canvas, rest,
			"a state, flag or number, lost, again, any word of the reason; "
			"then Enter, n, N",
			&hint);
	canvas_end(ui->canvas);
}

/* ---- notices ---- */

void notice_draw(struct canvas *c, const struct theme *t, const struct app *app,
		 struct rect picture)
{
	struct text_style style = text_style(t->font[TYPE_BODY], t->color[ROLE_TEXT]);
	double width;
	double height;
	struct rect r;

	if (app->notice[0] == '\0')
		return;
	width = fmin(canvas_measure(c, &style.font, app->notice).width + 1, picture.w * 0.7);
	height = canvas_paragraph_height(c, width, app->notice, &style.font);
	r = under_the_toolbar(t, picture, width + 4 * t->pad, height + 2 * t->pad);
	overlay_begin(c, t, r, "notice");
	canvas_paragraph(c, at(r.x + 2 * t->pad, r.y + t->pad), width, app->notice, &style);
	canvas_end(c);
}

/* ---- under the pointer ---- */

static void add_moment(struct text *out, const struct recording *r, const char *what,
		       uint32_t event)
{
	if (event == EVENT_NONE)
		return;
	text_addf(out, "  %s ", what);
	text_add_seconds(out, recording_event(r, event).time, 6);
	text_add(out, " s");
}

static void describe(const struct app *app, struct text *line, struct text *fate)
{
	const struct recording *r = app->scene.recording;
	struct packet_record p;

	recording_packet(r, app->scene.hovered, &p);
	if (p.packet.kind == PACKET_TCP)
		line_add(line, &p.packet.tcp);
	else
		text_add(line, "ICMP");
	text_addf(fate, "from %s", recording_host(r, p.host)->name);
	add_moment(fate, r, "sent", p.sent);
	add_moment(fate, r, "arrived", p.arrived);
	add_moment(fate, r, "lost", p.ended);
	if (p.again_of != EVENT_NONE)
		text_add(fate, "  sent before");
}

/* To the right of the pointer and below it, or wherever there is room. */
void hover_draw(struct canvas *c, const struct theme *t, const struct app *app, struct rect picture)
{
	struct text_style number = text_style(t->font[TYPE_NUMBER_SMALL], t->color[ROLE_TEXT]);
	struct text_style words = text_style(t->font[TYPE_SMALL], t->color[ROLE_DIM]);
	char line_text[LINE_TEXT_MAX];
	char fate_text[160];
	struct text line = text_in(line_text, sizeof line_text);
	struct text fate = text_in(fate_text, sizeof fate_text);
	struct rect r = {0, 0, 0, t->row * 2 + 2 * t->gap};

	if (app->scene.hovered == EVENT_NONE || app->overlay != OVERLAY_NONE || app->dragging)
		return;
	describe(app, &line, &fate);
	r.w = fmax(canvas_measure(c, &number.font, line_text).width,
		   canvas_measure(c, &words.font, fate_text).width);
	r.w = fmin(ceil(r.w) + 2 * t->pad + 1, picture.w - 2 * t->pad);
	r.x = fmax(t->pad, fmin(app->pointer.x + 2 * t->pad, right_of(picture) - t->pad - r.w));
	r.y = app->pointer.y + 2 * t->pad;
	if (bottom_of(r) > bottom_of(picture) - t->pad)
		r.y = app->pointer.y - 2 * t->pad - r.h;
	overlay_begin(c, t, r, "hover");
	r = rect_inset(r, t->pad, t->gap);
	canvas_text_cut(c, cut_top(&r, t->row), line_text, &number);
	canvas_text_cut(c, r, fate_text, &words);
	canvas_end(c);
}
