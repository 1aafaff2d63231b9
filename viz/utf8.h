/* utf8.h — text that may hold anything, made fit to be drawn.
 *
 * Names and payloads come from captures and scenarios of others. What cannot
 * be drawn (bytes that are no UTF-8, control characters) becomes U+FFFD, the
 * replacement character, before it reaches a font or a file. */
#ifndef TCPLAB_VIZ_UTF8_H
#define TCPLAB_VIZ_UTF8_H

#include <stdbool.h>
#include <stddef.h>

#define UTF8_REPLACEMENT "\xef\xbf\xbd"

/* Bytes of the well-formed character at `s`, 0 where there is none or it may
 * not be drawn. `s` ends with NUL. */
size_t utf8_drawable(const char *s);

/* A copy of `len` bytes in which everything is drawable; newlines stay where
 * `with_newlines`. The caller frees. */
char *utf8_cleaned(const char *text, size_t len, bool with_newlines);
bool utf8_is_clean(const char *text, size_t len, bool with_newlines);

#endif
