/* table.h — the differences that were looked at: tests/diff/differences.tsv.
 *
 * A line has seven columns: a name; the situation, what the kernel does and
 * what we do, each a pattern for fnmatch(3), or several with " or " between
 * them; "on" where the sequence goes on, the two being in the same state, and
 * "end"; the verdict; and the reason, which names the RFC's section. What
 * either does is a text as
 *
 *     answers: A 1 ack+0 ts | state: ESTABLISHED | call: nothing
 *
 * of which only the parts that differ are there, and "-" stands for silence. */
#ifndef TCPLAB_TESTS_DIFF_TABLE_H
#define TCPLAB_TESTS_DIFF_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

enum { TABLE_ROWS_MAX = 100 };

struct row {
	char *name;
	char *situation;
	char *kernel;
	char *ours;
	char *then;
	char *verdict;
	char *reason;
	bool goes_on;
	uint64_t met;   /* on the way */
	uint64_t ended; /* sequences */
};

struct table {
	unsigned count;
	struct row rows[TABLE_ROWS_MAX];
	char *text;
};

bool table_read(struct table *table, const char *path, struct error *err);
void table_free(struct table *table);

/* The first row that says so, or NULL. Only in the same state does anything go on. */
struct row *table_row(struct table *table, const char *situation, const char *kernel,
		      const char *ours, bool same_state);

#endif
