/* defines.h — names in a script that stand for something else: -D NAME=VALUE.
 *
 * Each is replaced where it stands as a whole word, in strings and code too, as upstream
 * does; not in comments. */
#ifndef TCPLAB_SCRIPT_DEFINES_H
#define TCPLAB_SCRIPT_DEFINES_H

#include <stdbool.h>
#include <stddef.h>

/* NAME=VALUE, of which NAME is a word. */
bool define_is_one(const char *define);

/* The text with all of it replaced, *len octets of it, and a 0 behind; the caller's to free.
 * Of two with one name the last holds. */
char *defines_replace(const char *text, size_t *len, const char *const *defines, size_t count);

#endif
