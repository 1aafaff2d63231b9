#include "viz/ladder_layout.h"

#include <math.h>
#include <stdlib.h>

#include "base/text.h"
#include "viz/ladder_build.h"

/* Where the cursor stands in a ladder that is longer than its rectangle. */
static const double cursor_share = 0.6;

/* How much a short recording is stretched. */
static const double most_stretch = 1.6;

static const double lead_out = 1.6; /* pitches below the last row */

bool ladder_is_in_step(const struct scene *s, uint32_t event)
{
	return scene_has_happened(s, event) &&
	       recording_event(s->recording, event).turn == cursor_turn(s->recording, s->cursor);
}

/* ---- columns ---- */

/* Where there is room for few letters, a name takes two lines. */
static const char *const broken_names[STATE_COUNT][2] = {
	[CLOSED] = {"CLOSED", ""},        [LISTEN] = {"LISTEN", ""},
	[SYN_SENT] = {"SYN", "SENT"},     [SYN_RECEIVED] = {"SYN", "RCVD"},
	[ESTABLISHED] = {"ESTAB", ""},    [FIN_WAIT_1] = {"FIN", "WAIT-1"},
	[FIN_WAIT_2] = {"FIN", "WAIT-2"}, [CLOSE_WAIT] = {"CLOSE", "WAIT"},
	[CLOSING] = {"CLOSING", ""},      [LAST_ACK] = {"LAST", "ACK"},
	[TIME_WAIT] = {"TIME", "WAIT"},
};

unsigned ladder_state_name(const struct theme *t, enum tcp_state state, const char *lines[2])
{
	lines[0] = t->projector ? broken_names[state][0] : state_name(state);
	lines[1] = t->projector ? broken_names[state][1] : "";
	return lines[1][0] != '\0' ? 2 : 1;
}

static double names_width(const struct theme *t, const struct canvas *c)
{
	struct font font = t->font[TYPE_STRONG];
	double widest = 0;

	font.weight = WEIGHT_BOLD; /* as in the step that enters the state */
	for (int i = 0; i < STATE_COUNT; i++) {
		const char *lines[2];
		unsigned count = ladder_state_name(t, (enum tcp_state)i, lines);

		for (unsigned k = 0; k < count; k++)
			widest = fmax(widest, canvas_measure(c, &font, lines[k]).width);
	}
	return ceil(widest);
}

int ladder_time_places(const struct scene *s)
{
	bool fine =
		recording_info(s->recording)->inferred || ladder_flight_time(s) < nanos_from_ms(2);

	return fine ? 6 : 3;
}

void ladder_add_duration(struct text *out, nanos length)
{
	bool whole = length >= nanos_from_s(10) && length % nanos_from_s(1) == 0;
	long long us = (long long)length / 1000;

	if (us < 1000)
		text_addf(out, "%lld µs", us);
	else if (us < 10000)
		text_addf(out, "%lld.%02lld ms", us / 1000, us % 1000 / 10);
	else {
		text_add_seconds(out, length, whole ? 0 : 3);
		text_add(out, " s");
	}
}

/* Of the latest time there is, and not less than that of "time, s". */
static double times_width(const struct scene *s, const struct theme *t, const struct canvas *c)
{
	struct cursor end = cursor_end(s->recording);
	char buf[32];
	struct text text = text_in(buf, sizeof buf);

	text_add_seconds(&text, cursor_time(s->recording, end), ladder_time_places(s));
	return fmax(canvas_measure(c, &t->font[TYPE_NUMBER_SMALL], buf).width,
		    canvas_measure(c, &t->font[TYPE_NUMBER_SMALL], "00.000").width);
}

static struct ladder_columns columns_of(const struct scene *s, const struct theme *t,
					const struct canvas *c, struct rect area)
{
	struct rect rest = rect_inset(area, t->pad, 0);
	double names = names_width(t, c);
	double beside = t->lifeline / 2 + t->gap * 3; /* from a lifeline to the names */
	struct ladder_columns col = {0};

	cut_top(&rest, t->pad);
	col.header = cut_top(&rest, t->button + t->gap);
	cut_bottom(&rest, t->gap);
	col.body = box(area.x, rest.y, area.w, rest.h);
	if (!t->projector) {
		col.time = right_of(cut_left(&rest, times_width(s, t, c)));
		cut_left(&rest, t->gap * 2);
	}
	col.names[CLIENT] = cut_left(&rest, names);
	col.names[SERVER] = cut_right(&rest, names);
	col.life[CLIENT] = right_of(col.names[CLIENT]) + beside;
	col.life[SERVER] = col.names[SERVER].x - beside;
	col.bracket[CLIENT] = right_of(col.names[CLIENT]) + t->gap * 1.5;
	col.bracket[SERVER] = col.names[SERVER].x - t->gap * 1.5;
	col.lane = box(col.life[CLIENT] + t->lifeline / 2 + t->gap / 2, rest.y, 0, rest.h);
	col.lane.w = fmax(0, col.life[SERVER] - t->lifeline / 2 - t->gap / 2 - col.lane.x);
	return col;
}

/* ---- heights ---- */

/* Of all rows, with what stands above and below them. */
static double total_height(const struct ladder_rows *rows, double pitch)
{
	return ladder_rows_bottom(rows) - rows->rows[0].y + (LADDER_LEAD_IN + lead_out) * pitch;
}

/* A recording that is shorter than the rectangle fills it, up to a point. All
 * heights grow alike, so one look tells by how much. */
static double stretch_of(const struct scene *s, const struct ladder_scale *scale, double height)
{
	enum { SHORT = 2000 }; /* more events have no chance to fit */
	struct ladder_rows rows = {0};
	double stretch = 1;

	if (recording_events(s->recording) > SHORT)
		return 1;
	ladder_rows_build(&rows, s, scale, height, height);
	if (rows.from_start && rows.to_end && rows.count > 0)
		stretch = fmax(1, fmin(most_stretch, height / total_height(&rows, scale->pitch)));
	ladder_rows_free(&rows);
	return stretch;
}

static struct ladder_scale scale_of(const struct scene *s, const struct theme *t, double height)
{
	double pitch = ceil(t->font[TYPE_NUMBER].size * (t->projector ? 1.4 : 1.55));
	struct ladder_scale scale = {
		.pitch = pitch,
		.flight = fmin(fmax(height / 8, pitch * 2.4), pitch * 5.5),
		.flight_time = ladder_flight_time(s),
	};
	double factor = s->zoom * stretch_of(s, &scale, height);

	scale.pitch *= factor;
	scale.flight *= factor;
	return scale;
}

/* From the heights of the rows to the canvas: the cursor in its place, but
 * nothing blank above the beginning or below the end. */
static double shift_of(const struct ladder_rows *rows, const struct ladder_scale *scale,
		       struct rect body, double scroll)
{
	double shift = body.y + body.h * cursor_share - scroll;
	double first;
	double last;

	if (rows->count == 0)
		return body.y;
	first = rows->rows[0].y - LADDER_LEAD_IN * scale->pitch;
	last = ladder_rows_bottom(rows) + lead_out * scale->pitch;
	if (rows->to_end)
		shift = fmax(shift, bottom_of(body) - last);
	if (rows->from_start)
		shift = fmin(shift, body.y - first);
	return shift;
}

static void build_rows(struct ladder_layout *l, const struct scene *s)
{
	struct rect body = l->columns.body;
	struct ladder_rows *rows = &l->rows;

	/* Arrows that begin above or end below need their rows as well. */
	ladder_rows_build(rows, s, &l->scale, body.h * 1.5 + fmax(0, -s->scroll),
			  body.h * 1.5 + fmax(0, s->scroll));
	l->shift = shift_of(rows, &l->scale, body, s->scroll);
	for (uint32_t i = 0; i < rows->count; i++)
		rows->rows[i].y += l->shift;
	for (uint32_t i = 0; i < rows->gap_count; i++) {
		rows->gaps[i].top += l->shift;
		rows->gaps[i].bottom += l->shift;
	}
}

double ladder_height_of(const struct ladder_layout *l, uint32_t event)
{
	const struct ladder_row *row = ladder_row_of(&l->rows, event);

	return row ? row->y : l->columns.body.y - l->columns.body.h;
}

/* ---- the step at the cursor ---- */

static void find_band(struct ladder_layout *l, const struct scene *s)
{
	uint32_t first;
	uint32_t count;
	const struct ladder_row *row;
	const struct ladder_row *end = l->rows.rows + l->rows.count;

	l->now = l->columns.body.y;
	l->band_top = l->band_bottom = l->now;
	if (cursor_is_at_start(s->cursor) || l->rows.count == 0)
		return;
	l->now = ladder_height_of(l, s->cursor.event);
	l->band_top = l->band_bottom = l->now;
	recording_turn(s->recording, cursor_turn(s->recording, s->cursor), &first, &count);
	row = ladder_row_of(&l->rows, first);
	if (!row || row->event != first)
		return;
	l->band_top = l->band_bottom = row->y;
	for (; row < end && row->event < first + count; row++)
		l->band_bottom = fmax(l->band_bottom, row->y);
	l->band_top -= l->scale.pitch * 0.7;
	l->band_bottom += l->scale.pitch * 0.7;
}

/* ---- all ---- */

void ladder_layout_build(struct ladder_layout *l, const struct scene *s, const struct theme *t,
			 const struct canvas *c, struct rect area)
{
	l->columns = columns_of(s, t, c, area);
	l->scale = scale_of(s, t, l->columns.body.h);
	build_rows(l, s);
	find_band(l, s);
	ladder_find_guests(l, s);
	ladder_find_arrows(l, s);
	ladder_find_tracks(l, s);
	ladder_find_brackets(l, s);
}

void ladder_layout_free(struct ladder_layout *l)
{
	ladder_rows_free(&l->rows);
	free(l->arrows);
	free(l->tracks);
	free(l->brackets);
	*l = (struct ladder_layout){0};
}

struct scene ladder_scrolled(const struct scene *s, const struct theme *t, const struct canvas *c,
			     struct rect area, double by)
{
	struct scene moved = *s;
	struct ladder_layout l = {0};
	double stands;

	moved.scroll += by;
	ladder_layout_build(&l, &moved, t, c, area);
	stands = l.columns.body.y + l.columns.body.h * cursor_share;
	for (uint32_t i = 0; i < l.rows.count; i++) {
		/* The row that stands where the cursor would: it holds the place. */
		if (i > 0 && l.rows.rows[i].y > stands)
			break;
		moved.look_at = l.rows.rows[i].event;
		moved.scroll = stands - l.rows.rows[i].y;
	}
	ladder_layout_free(&l);
	return moved;
}
