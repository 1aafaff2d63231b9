/* trace_file.h — the bytes of a capture, before anybody reads packets in them.
 *
 * Reading a capture takes more than one pass, so what cannot be read twice (a
 * pipe, standard input) is first copied into a nameless temporary file. What
 * is no capture is refused here with a sentence that says what it is instead,
 * before the copying begins: an endless device ends quickly. */
#ifndef TCPLAB_SOURCE_TRACE_FILE_H
#define TCPLAB_SOURCE_TRACE_FILE_H

#include <stdbool.h>

#include "base/error.h"

/* Opens `path` ("-": standard input) for reading from any position. On true
 * *fd is the caller's to close. */
bool trace_file_open(const char *path, int *fd, struct error *err);

/* How errors name it: the path, or "standard input". */
const char *trace_file_name(const char *path);

#endif
