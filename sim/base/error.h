/* error.h — a sentence for the user about what the outside world did wrong.
 *
 * Says what, where, and what to do. Functions that can fail for such a
 * reason take a `struct error *` and return false after error_set(). Our
 * own mistakes are asserts; a peer's are values and notes. */
#ifndef TCPLAB_BASE_ERROR_H
#define TCPLAB_BASE_ERROR_H

#include <stdbool.h>

enum { ERROR_TEXT_MAX = 1024 };

struct error {
	char text[ERROR_TEXT_MAX]; /* UTF-8, cut where it would not fit */
};

/* Writes the sentence; always returns false. */
bool error_set(struct error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
