/* overlay_connections.c — the list of connections, to choose one. */
#include "viz/overlays.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { COLUMNS = 8, CELL_MAX = 80 };

static const struct column {
	const char *title;
	double share; /* of the width */
	enum align align;
} columns[COLUMNS] = {
	{"#", 0.05, ALIGN_RIGHT},          {"client", 0.22, ALIGN_LEFT},
	{"server", 0.22, ALIGN_LEFT},      {"packets", 0.08, ALIGN_RIGHT},
	{"octets sent", 0.1, ALIGN_RIGHT}, {"received", 0.1, ALIGN_RIGHT},
	{"sent again", 0.09, ALIGN_RIGHT}, {"state", 0.14, ALIGN_LEFT},
};

static void fill_cells(char cells[COLUMNS][CELL_MAX], const struct flow *flow)
{
	struct text ending = text_in(cells[7], CELL_MAX);

	snprintf(cells[0], CELL_MAX, "%" PRIu32, flow->number);
	endpoint_format(&flow->ends[CLIENT], cells[1]);
	endpoint_format(&flow->ends[SERVER], cells[2]);
	snprintf(cells[3], CELL_MAX, "%" PRIu64,
		 flow->ways[CLIENT].packets + flow->ways[SERVER].packets);
	snprintf(cells[4], CELL_MAX, "%" PRIu64, flow_text(flow, CLIENT));
	snprintf(cells[5], CELL_MAX, "%" PRIu64, flow_text(flow, SERVER));
	snprintf(cells[6], CELL_MAX, "%" PRIu32,
		 flow->ways[CLIENT].again + flow->ways[SERVER].again);
	flow_ending(flow, &ending);
}

static void draw_cell(struct canvas *c, const struct theme *t, struct rect *row, double width,
		      unsigned column, const char *text, struct text_style style)
{
	struct rect cell = cut_left(row, floor(width * columns[column].share));

	cut_right(&cell, 2 * t->pad);
	style.align = columns[column].align;
	canvas_text_cut(c, cell, text, &style);
}

static void draw_titles(struct canvas *c, const struct theme *t, struct rect row)
{
	struct text_style style = text_style(t->font[TYPE_SMALL], t->color[ROLE_DIM]);
	double width = row.w;

	for (unsigned i = 0; i < COLUMNS; i++)
		draw_cell(c, t, &row, width, i, columns[i].title, style);
}

/* The marked row has a frame, and the one on the page a ground: colour is
 * never alone. */
static void draw_row(const struct ui *ui, const struct choices *choices, uint32_t n,
		     struct rect row)
{
	const struct theme *t = ui->theme;
	const struct flow *flow = &choices->flows->all[n];
	bool shown = flow->number == choices->shown;
	bool marked = n == choices_row(choices);
	struct text_style number = text_style(t->font[TYPE_NUMBER_SMALL], t->color[ROLE_TEXT]);
	struct text_style words = text_style(t->font[TYPE_LABEL], t->color[ROLE_TEXT]);
	char cells[COLUMNS][CELL_MAX];
	double width = row.w;
	char id[ID_MAX];

	snprintf(id, sizeof id, "choice-%" PRIu32, n);
	canvas_begin_box(ui->canvas, row, "%s", id);
	canvas_round_rect(ui->canvas, row, t->radius,
			  t->color[shown ? ROLE_CURRENT_TINT : ROLE_BOX],
			  marked || strcmp(ui->hovered, id) == 0 || strcmp(ui->focused, id) == 0
				  ? stroke(marked ? t->line : t->hair, t->color[ROLE_TEXT])
				  : NO_STROKE);
	fill_cells(cells, flow);
	for (unsigned i = 0; i < COLUMNS; i++)
		draw_cell(ui->canvas, t, &row, width, i, cells[i],
			  columns[i].align == ALIGN_RIGHT || i < 3 ? number : words);
	canvas_end(ui->canvas);
}

/* The marked one stays in the middle, as far as there are rows around it. */
static uint32_t first_row(const struct choices *choices, uint32_t rows)
{
	uint32_t count = choices->flows->count;
	uint32_t row = choices_row(choices);

	if (count <= rows || row < rows / 2)
		return 0;
	return row - rows / 2 > count - rows ? count - rows : row - rows / 2;
}

static void draw_rows(const struct ui *ui, const struct choices *choices, struct rect area)
{
	uint32_t rows = (uint32_t)(area.h / ui->theme->row);
	uint32_t first = first_row(choices, rows);

	for (uint32_t n = first; n < choices->flows->count && n < first + rows; n++)
		draw_row(ui, choices, n, cut_top(&area, ui->theme->row));
}

void connections_draw(const struct ui *ui, const struct choices *choices, struct rect picture)
{
	struct canvas *c = ui->canvas;
	const struct theme *t = ui->theme;
	struct text_style title = text_style(t->font[TYPE_HEADING], t->color[ROLE_TEXT]);
	struct text_style hint = text_style(t->font[TYPE_SMALL], t->color[ROLE_DIM]);
	struct text_style words = text_style(t->font[TYPE_LABEL], t->color[ROLE_TEXT]);
	double pad = t->pad * 2;
	double above = t->row * 3 + t->pad;
	double below = t->row + t->pad;
	double most = picture.h * 0.8 - above - below - 2 * pad;
	double rows = fmax(3, fmin(choices->flows->count, floor(most / t->row)));
	double width = fmin(picture.w - 2 * pad, t->font[TYPE_NUMBER_SMALL].size * 92);
	double height = ceil(above + rows * t->row + below + 2 * pad);
	struct rect r =
		box(floor((picture.w - width) / 2), floor((picture.h - height) / 2), width, height);
	struct rect rest = rect_inset(r, pad, pad);

	overlay_begin(c, t, r, "connections");
	canvas_text_in(c, cut_top(&rest, t->row), "Connections", &title);
	canvas_text_cut(c, cut_top(&rest, t->row), choices->words, &words);
	cut_top(&rest, t->pad);
	draw_titles(c, t, cut_top(&rest, t->row));
	canvas_text_cut(c, cut_bottom(&rest, t->row),
			"j, k: down, up     Enter: show it     Esc: close", &hint);
	cut_bottom(&rest, t->pad);
	draw_rows(ui, choices, rest);
	canvas_end(c);
}
