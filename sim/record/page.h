/* page.h — rows of a ladder on a terminal.
 *
 * A row is: time, what stands left of the left lifeline, the lane between
 * the lifelines, what stands right of the right one. Columns are aligned by
 * the width that characters have on a terminal; what is too long is cut
 * with "…". Colour is added last, so that without it nothing is missing. */
#ifndef TCPLAB_RECORD_PAGE_H
#define TCPLAB_RECORD_PAGE_H

#include <stdbool.h>
#include <stdio.h>

#include "base/nanos.h"
#include "base/text.h"

enum tint {
	TINT_NONE,
	TINT_LEFT, /* what the left host does */
	TINT_RIGHT,
	TINT_ALERT, /* lost */
	TINT_STRONG,
	TINT_DIM,
};

struct page {
	FILE *out;
	bool colour;
	unsigned width; /* of a row */
	unsigned time;  /* columns of the time */
	unsigned side;  /* columns beside a lifeline */
	unsigned lane;  /* columns between the lifelines */
	int places;     /* of a second */
};

enum { ROW_TEXT_MAX = 1024 };

struct row {
	const char *time;
	const char *left;
	const char *left_mark;
	const char *lane;
	const char *right_mark;
	const char *right;
	enum tint left_tint;
	enum tint lane_tint;
	enum tint right_tint;
};

/* Columns for times up to `last`, of hosts whose names and states take `side` columns. */
struct page page_of(FILE *out, unsigned width, bool colour, unsigned side, nanos last, int places);

/* A row with nothing but its lifelines. */
struct row page_row(void);
void page_print(const struct page *p, const struct row *row);

/* A line across all columns. */
void page_line(const struct page *p, enum tint tint, const char *text);

/* The longest start of `text` that takes up to `columns` and ends between words (or in one
 * that is longer by itself). Copies it to `line`, moves *text behind it and the spaces that
 * follow; false where nothing is left. */
bool page_wrap(const char **text, unsigned columns, char line[ROW_TEXT_MAX]);

/* `times` times the same character. */
void page_repeat(struct text *out, const char *character, unsigned times);

#endif
