/* output.h — files that are written, and standard output: every failure has
 * a sentence, a full disk and a closed pipe too. */
#ifndef TCPLAB_VIZ_OUTPUT_H
#define TCPLAB_VIZ_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/error.h"

/* To be called first in main(): file descriptors 0, 1 and 2 that are closed
 * become ones that fail, so that no file opened later takes their place; and
 * a reader that goes away is an error, no signal. */
void output_prepare(void);

/* Opens `path` for writing ("-": standard output). NULL with a sentence. */
FILE *output_open(const char *path, struct error *err);

/* Flushes and closes (standard output stays open). False with a sentence
 * where anything that was written to it got lost. */
bool output_close(FILE *out, const char *path, struct error *err);

/* The same for a writer that says whether it is `fine`, and where it is not
 * left a sentence, which gets the name of the file put before it. */
bool output_finish(FILE *out, const char *path, bool fine, struct error *err);

/* True where both names lead to the same file: writing one would destroy the
 * other. Devices and pipes are never the same. */
bool output_is_input(const char *output, const char *input);

/* "DIR/BASE.ENDING", or "BASE-2.ENDING" and so on where that exists: a name
 * under which nothing is overwritten. */
void output_free_name(char *out, size_t size, const char *base, const char *ending);

/* Writes text that may come from outside, names of files too; what a terminal
 * would obey is made harmless. */
void print_harmless(FILE *out, const char *text);

/* Prints "tcplab: sentence" on stderr; what a terminal would obey is made
 * harmless. Always returns `status`. */
int complain(int status, const char *sentence);

#endif
