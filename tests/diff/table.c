#include "tests/diff/table.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record/memory.h"

enum { TABLE_MAX = 1 << 18 };

static bool read_row(struct table *table, char *line, unsigned number, const char *path,
		     struct error *err)
{
	struct row *row = &table->rows[table->count];
	char **columns[] = {&row->name, &row->situation, &row->kernel, &row->ours,
			    &row->then, &row->verdict,   &row->reason};

	if (table->count == TABLE_ROWS_MAX)
		return error_set(err, "%s:%u: more than %d rows", path, number, TABLE_ROWS_MAX);
	for (unsigned i = 0; i < 7; i++) {
		*columns[i] = strsep(&line, "\t");
		if (*columns[i] == NULL || **columns[i] == '\0')
			return error_set(err,
					 "%s:%u: a row has seven columns, with tabs between them",
					 path, number);
	}
	if (line != NULL)
		return error_set(err, "%s:%u: an eighth column", path, number);
	row->goes_on = strcmp(row->then, "on") == 0;
	if (!row->goes_on && strcmp(row->then, "end") != 0)
		return error_set(err, "%s:%u: neither \"on\" nor \"end\", but %s", path, number,
				 row->then);
	row->met = 0;
	row->ended = 0;
	table->count++;
	return true;
}

bool table_read(struct table *table, const char *path, struct error *err)
{
	FILE *f = fopen(path, "r");
	char *rest;
	char *line;
	size_t len;

	*table = (struct table){.text = memory_get(TABLE_MAX)};
	if (f == NULL)
		return error_set(err, "%s: %s", path, strerror(errno));
	len = fread(table->text, 1, TABLE_MAX - 1, f);
	fclose(f);
	table->text[len] = '\0';
	rest = table->text;
	for (unsigned number = 1; (line = strsep(&rest, "\n")) != NULL; number++) {
		if (*line == '\0' || *line == '#')
			continue;
		if (!read_row(table, line, number, path, err))
			return false;
	}
	return true;
}

void table_free(struct table *table)
{
	free(table->text);
}

/* Of several patterns with " or " between them one fits. */
static bool fits(const char *patterns, const char *text)
{
	char pattern[1000];
	const char *end;

	for (;; patterns = end + 4) {
		end = strstr(patterns, " or ");
		snprintf(pattern, sizeof pattern, "%.*s",
			 end != NULL ? (int)(end - patterns) : (int)strlen(patterns), patterns);
		if (fnmatch(pattern, text, 0) == 0)
			return true;
		if (end == NULL)
			return false;
	}
}

struct row *table_row(struct table *table, const char *situation, const char *kernel,
		      const char *ours, bool same_state)
{
	for (unsigned i = 0; i < table->count; i++) {
		struct row *row = &table->rows[i];

		if (row->goes_on && !same_state)
			continue;
		if (fits(row->situation, situation) && fits(row->kernel, kernel) &&
		    fits(row->ours, ours))
			return row;
	}
	return NULL;
}
