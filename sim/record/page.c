#include "record/page.h"

#include <assert.h>
#include <string.h>

#include "record/plain.h"

enum { LANE_MIN = 22, LANE_MAX = 78 };

struct page page_of(FILE *out, unsigned width, bool colour, unsigned side, nanos last, int places)
{
	char time[32];
	struct text text = text_in(time, sizeof time);
	struct page p = {.out = out, .colour = colour, .side = side, .places = places};

	text_add_seconds(&text, last, places);
	p.time = text.len > 7 ? (unsigned)text.len : 7;

	/* Time, two spaces, a side, a space, the lifeline, the lane, and back. */
	unsigned rest = p.time + 2 + 2 * (side + 2);

	p.lane = width > rest + LANE_MIN ? width - rest : LANE_MIN;
	if (p.lane > LANE_MAX)
		p.lane = LANE_MAX;
	p.width = rest + p.lane;
	return p;
}

void page_repeat(struct text *out, const char *character, unsigned times)
{
	for (unsigned i = 0; i < times; i++)
		text_add(out, character);
}

/* The longest start of `text` that takes `columns` or fewer. */
static size_t bytes_within(const char *text, unsigned columns)
{
	const char *at = text;

	while (*at != '\0') {
		const char *next = at;
		char one[5] = "";

		plain_next(&next);
		memcpy(one, at, (size_t)(next - at));

		unsigned width = plain_width(one);

		if (width > columns)
			break;
		columns -= width;
		at = next;
	}
	return (size_t)(at - text);
}

/* A line may end before text[at], which is not a space: but not between a number and its
 * unit, nor between "RFC" and its number. */
static bool may_break(const char *text, size_t at)
{
	bool number = at >= 2 && text[at - 2] >= '0' && text[at - 2] <= '9';
	size_t word = strcspn(text + at, " .,:;)");

	if (at == 0 || text[at - 1] != ' ' || (at >= 4 && strncmp(text + at - 4, "RFC ", 4) == 0))
		return false;
	return !number ||
	       !(strncmp(text + at, "s", word) == 0 || strncmp(text + at, "µs", word) == 0);
}

bool page_wrap(const char **text, unsigned columns, char line[ROW_TEXT_MAX])
{
	size_t len = bytes_within(*text, columns);

	assert(columns >= 2);
	if (**text == '\0')
		return false;
	if (len >= ROW_TEXT_MAX)
		len = ROW_TEXT_MAX - 1;
	if ((*text)[len] != '\0') {
		size_t word = (*text)[len] == ' ' ? len + 1 : len;

		while (word > 0 && !may_break(*text, word))
			word--;
		if (word > 0)
			len = word;
	}
	memcpy(line, *text, len);
	line[len] = '\0';
	*text += len;
	*text += strspn(*text, " ");
	while (len > 0 && line[len - 1] == ' ')
		line[--len] = '\0';
	return true;
}

static const char *code_of(enum tint tint)
{
	static const char *const codes[] = {
		[TINT_NONE] = "",          [TINT_LEFT] = "\x1b[34m",
		[TINT_RIGHT] = "\x1b[33m", [TINT_ALERT] = "\x1b[1;31m",
		[TINT_STRONG] = "\x1b[1m", [TINT_DIM] = "\x1b[2m",
	};

	return codes[tint];
}

static void add_tinted(const struct page *p, struct text *out, enum tint tint, const char *text)
{
	bool tinted = p->colour && tint != TINT_NONE && text[strspn(text, " ")] != '\0';

	text_addf(out, "%s%s%s", tinted ? code_of(tint) : "", text, tinted ? "\x1b[0m" : "");
}

/* `text` in `columns`, cut with "…" where it is longer. */
static void add_cell(const struct page *p, struct text *out, enum tint tint, const char *text,
		     unsigned columns, bool flush_right)
{
	char cut[ROW_TEXT_MAX];
	struct text cell = text_in(cut, sizeof cut);

	if (plain_width(text) > columns)
		text_addf(&cell, "%.*s…", (int)bytes_within(text, columns - 1), text);
	else
		text_add(&cell, text);

	unsigned space = columns - plain_width(cut);

	if (flush_right)
		page_repeat(out, " ", space);
	add_tinted(p, out, tint, cut);
	if (!flush_right)
		page_repeat(out, " ", space);
}

static void print(const struct page *p, struct text *line)
{
	while (line->len > 0 && line->at[line->len - 1] == ' ')
		line->len--;
	line->at[line->len] = '\0';
	fprintf(p->out, "%s\n", line->at);
}

struct row page_row(void)
{
	return (struct row){.time = "",
			    .left = "",
			    .left_mark = "│",
			    .lane = "",
			    .right_mark = "│",
			    .right = ""};
}

void page_print(const struct page *p, const struct row *row)
{
	char line[4 * ROW_TEXT_MAX];
	struct text text = text_in(line, sizeof line);

	add_cell(p, &text, TINT_DIM, row->time, p->time, true);
	text_add(&text, "  ");
	add_cell(p, &text, row->left_tint, row->left, p->side, true);
	text_add(&text, " ");
	add_tinted(p, &text, TINT_LEFT, row->left_mark);
	add_cell(p, &text, row->lane_tint, row->lane, p->lane, false);
	add_tinted(p, &text, TINT_RIGHT, row->right_mark);
	text_add(&text, " ");
	add_cell(p, &text, row->right_tint, row->right, p->side, false);
	print(p, &text);
}

void page_line(const struct page *p, enum tint tint, const char *text)
{
	char line[ROW_TEXT_MAX];
	char tinted[ROW_TEXT_MAX + 16];
	bool any = false;

	while (page_wrap(&text, p->width, line)) {
		struct text out = text_in(tinted, sizeof tinted);

		add_tinted(p, &out, tint, line);
		print(p, &out);
		any = true;
	}
	if (!any)
		fputc('\n', p->out);
}
