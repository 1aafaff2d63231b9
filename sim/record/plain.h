/* plain.h — text from outside, made harmless and measured.
 *
 * Names and captions come from files that anyone may have written. What a
 * terminal or a reader could take for something else than a letter (control
 * characters, direction overrides, invisible marks, bytes that are not
 * UTF-8) is written as \x1b or \u202e. */
#ifndef TCPLAB_RECORD_PLAIN_H
#define TCPLAB_RECORD_PLAIN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

/* Reads one character of UTF-8 and moves *at behind it. A byte that begins none (also an
 * overlong, surrogate or cut one) is itself moved over and returned as 0xdc00 + byte. *at must
 * not stand at the final NUL. */
uint32_t plain_next(const char **at);

/* False for what plain_add() escapes. */
bool plain_is_harmless(uint32_t character);

/* Adds `s`, escaped; tabs and ends of lines become spaces. */
void plain_add(struct text *t, const char *s);

/* How many columns of a terminal a string takes: 2 for each East Asian wide character, 0 for
 * combining marks. */
unsigned plain_width(const char *s);

#endif
