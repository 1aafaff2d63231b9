/* ladder_frame.c — what stands above and below a ladder. */
#include <inttypes.h>

#include "record/ladder.h"
#include "record/plain.h"

void ladder_names(const struct ladder *l)
{
	char names[2][64];
	char addresses[2][ADDRESS_TEXT_MAX] = {"", ""};
	struct row row = page_row();

	for (int side = 0; side < 2; side++) {
		struct text name = text_in(names[side], sizeof names[side]);

		if (l->hosts[side] >= recording_hosts(l->r))
			continue;

		const struct host_record *host = recording_host(l->r, l->hosts[side]);
		int which = host->addresses[0].version == 0;

		plain_add(&name, host->name);
		if (host->addresses[which].version != 0)
			address_format(&host->addresses[which], addresses[side]);
	}
	row.left_mark = row.right_mark = " ";
	row.left_tint = row.right_tint = TINT_STRONG;
	row.left = names[0];
	row.right = names[1];
	page_print(&l->page, &row);
	row.left_tint = row.right_tint = TINT_DIM;
	row.time = "time, s";
	row.left = addresses[0];
	row.right = addresses[1];
	page_print(&l->page, &row);
}

void ladder_heading(const struct ladder *l)
{
	const struct recording_info *info = recording_info(l->r);
	char line[ROW_TEXT_MAX];
	struct text text = text_in(line, sizeof line);

	plain_add(&text, info->title);
	if (text.len > 0)
		page_line(&l->page, TINT_STRONG, line);
	text = text_in(line, sizeof line);
	plain_add(&text, info->look_for);
	if (text.len > 0)
		page_line(&l->page, TINT_NONE, line);
	if (info->inferred)
		page_line(&l->page, TINT_DIM,
			  "From a capture: (STATES) in brackets and reasons are inferred, not "
			  "observed.");
	fputc('\n', l->page.out);
}

static void add_count(struct text *out, uint32_t count, const char *what)
{
	if (count > 0)
		text_addf(out, " · %" PRIu32 " %s", count, what);
}

void ladder_ending(const struct ladder *l)
{
	static const struct {
		enum mark mark;
		const char *meaning;
	} legend[] = {
		{MARK_TEXT, "━ text or control bits"},
		{MARK_ACK, "─ an ACK alone"},
		{MARK_AGAIN, "╌ sent again"},
		{MARK_COPY, "═ a copy made by the link"},
		{MARK_OVERTAKEN, "▷ overtaken by a later one"},
		{MARK_LOST, "✕ lost"},
		{MARK_FRAME, "#7 frame 7 of the capture"},
	};
	char line[ROW_TEXT_MAX];
	struct text text = text_in(line, sizeof line);

	fputc('\n', l->page.out);
	text_addf(&text, "%" PRIu32 " segment%s", l->packets, l->packets == 1 ? "" : "s");
	add_count(&text, l->drawn[MARK_AGAIN], "sent again");
	add_count(&text, l->drawn[MARK_LOST], "lost");
	add_count(&text, l->drawn[MARK_DAMAGED], "damaged by a link");
	add_count(&text, l->drawn[MARK_OVERTAKEN], "overtaken");
	add_count(&text, l->drawn[MARK_COPY], "duplicated by a link");
	page_line(&l->page, TINT_NONE, line);
	if (l->is_list)
		return;
	text = text_in(line, sizeof line);
	for (size_t i = 0; i < sizeof legend / sizeof legend[0]; i++) {
		if (l->drawn[legend[i].mark] == 0)
			continue;
		if (plain_width(line) + 3 + plain_width(legend[i].meaning) > l->page.width) {
			page_line(&l->page, TINT_DIM, line);
			text = text_in(line, sizeof line);
		}
		text_addf(&text, "%s%s", text.len > 0 ? "   " : "", legend[i].meaning);
	}
	page_line(&l->page, TINT_DIM, line);
}
