/* lines.h — JSON Lines being written: an object a line.
 *
 * Whole numbers only, so nothing is rounded. Strings come out as valid UTF-8
 * whatever went in: bytes that are not become U+FFFD, and characters that
 * could fool a terminal are written as \u202e. A key is NULL inside an array. */
#ifndef TCPLAB_RECORD_LINES_H
#define TCPLAB_RECORD_LINES_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct lines {
	FILE *out;
	bool comma; /* something stands before the next item */
};

/* An object or an array: lines_begin(l, key, '{') … lines_end(l, '}'). */
void lines_begin(struct lines *l, const char *key, char bracket);
void lines_end(struct lines *l, char bracket);
void lines_end_line(struct lines *l); /* after the outermost object */

void lines_string(struct lines *l, const char *key, const char *value);
void lines_number(struct lines *l, const char *key, int64_t value);
void lines_unsigned(struct lines *l, const char *key, uint64_t value);
void lines_bool(struct lines *l, const char *key, bool value);
void lines_null(struct lines *l, const char *key);

#endif
