#include <inttypes.h>
#include <string.h>

#include "source/flows.h"

static void say_who(struct text *out, const char *what, bool client, bool server)
{
	text_addf(out, "%s by %s", what,
		  client && server ? "both" : side_name(client ? CLIENT : SERVER));
}

static void ending_proper(const struct flow *c, struct text *out)
{
	const struct way *client = &c->ways[CLIENT];
	const struct way *server = &c->ways[SERVER];

	if (server->rst_seen && client->syn_seen && !server->syn_seen && client->packets > 0)
		text_add(out, "refused");
	else if (client->rst_seen || server->rst_seen)
		say_who(out, "reset", client->rst_seen, server->rst_seen);
	else if (client->fin_seen && server->fin_seen)
		text_add(out, "closed");
	else if (client->fin_seen || server->fin_seen)
		say_who(out, "half-closed", client->fin_seen, server->fin_seen);
	else if (client->syn_seen && server->packets == 0)
		text_add(out, "no answer");
	else
		text_add(out, "open");
}

void flow_ending(const struct flow *c, struct text *out)
{
	const struct way *client = &c->ways[CLIENT];
	const struct way *server = &c->ways[SERVER];

	ending_proper(c, out);
	if (!client->syn_seen && !server->syn_seen)
		text_add(out, ", beginning not captured");
	if ((client->packets == 0 || server->packets == 0) && !client->syn_seen)
		text_add(out, ", one direction only");
}

/* ---- the table ---- */

enum { CELL_MAX = 80, COLUMNS = 9 };

struct row {
	char cells[COLUMNS][CELL_MAX];
};

static const struct column {
	const char *title;
	bool left; /* aligned to the left */
} columns[COLUMNS] = {
	{"#", false},          {"client", true},       {"server", true},
	{"packets", false},    {"octets sent", false}, {"received", false},
	{"sent again", false}, {"began", false},       {"lasted", false},
};

static struct text cell(struct row *row, unsigned column)
{
	return text_in(row->cells[column], CELL_MAX);
}

static void fill_row(struct row *row, const struct flows *all, uint32_t number)
{
	const struct flow *c = &all->all[number];
	struct text out;

	out = cell(row, 0);
	text_addf(&out, "%" PRIu32, c->number);
	endpoint_format(&c->ends[CLIENT], row->cells[1]);
	endpoint_format(&c->ends[SERVER], row->cells[2]);
	out = cell(row, 3);
	text_addf(&out, "%" PRIu64, c->ways[CLIENT].packets + c->ways[SERVER].packets);
	out = cell(row, 4);
	text_addf(&out, "%" PRIu64, flow_text(c, CLIENT));
	out = cell(row, 5);
	text_addf(&out, "%" PRIu64, flow_text(c, SERVER));
	out = cell(row, 6);
	text_addf(&out, "%" PRIu32, c->ways[CLIENT].again + c->ways[SERVER].again);
	out = cell(row, 7);
	text_add_seconds(&out, c->began - all->all[0].began, 6);
	out = cell(row, 8);
	text_add_seconds(&out, c->ended - c->began, 6);
}

static void print_row(const struct row *row, const int widths[COLUMNS], const char *last, FILE *out)
{
	for (unsigned i = 0; i < COLUMNS; i++)
		fprintf(out, "%*s  ", columns[i].left ? -widths[i] : widths[i], row->cells[i]);
	fprintf(out, "%s\n", last);
}

static void widen(int widths[COLUMNS], const struct row *row)
{
	for (unsigned i = 0; i < COLUMNS; i++) {
		int len = (int)strlen(row->cells[i]);

		if (len > widths[i])
			widths[i] = len;
	}
}

void flows_print(const struct flows *all, FILE *out)
{
	int widths[COLUMNS] = {0};
	struct row titles;
	struct row row;

	for (unsigned i = 0; i < COLUMNS; i++) {
		struct text title = cell(&titles, i);

		text_add(&title, columns[i].title);
	}
	widen(widths, &titles);
	for (uint32_t i = 0; i < all->count; i++) {
		fill_row(&row, all, i);
		widen(widths, &row);
	}
	print_row(&titles, widths, "ended", out);
	for (uint32_t i = 0; i < all->count; i++) {
		char ending[CELL_MAX];
		struct text text = text_in(ending, sizeof ending);

		fill_row(&row, all, i);
		flow_ending(&all->all[i], &text);
		print_row(&row, widths, ending, out);
	}
}

/* ---- what was left out ---- */

bool flows_complaint(const struct flows *all, unsigned index, struct error *sentence)
{
	const struct left_out *left = &all->left_out;

	if (left->fragments > 0 && index-- == 0) {
		error_set(sentence,
			  "Fragments of IP datagrams, which are not put together: %" PRIu64
			  ". Text in them shows as a gap.",
			  left->fragments);
		return true;
	}
	if (left->damaged > 0 && index-- == 0) {
		error_set(
			sentence,
			"Packets left out because their headers are cut off or impossible: %" PRIu64
			".",
			left->damaged);
		return true;
	}
	return false;
}
