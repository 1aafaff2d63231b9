/* nearest.h — the name that was probably meant, for errors about unknown
 * ones. */
#ifndef TCPLAB_BASE_NEAREST_H
#define TCPLAB_BASE_NEAREST_H

#include <stddef.h>

/* The one of `names` that takes the fewest slips of the finger (a letter
 * more, less or wrong, or two swapped; case does not count) to become
 * `wrong`, or that begins with it. The first of equals; NULL where none is
 * near enough to be worth saying. */
const char *nearest(const char *wrong, const char *const *names, size_t count);

/* The `most` (at most `count`) of `names` that are nearest all the same, in that order: first
 * those that share most of the words of `wrong`, which are parted by hyphens. */
void nearest_few(const char *wrong, const char *const *names, size_t count, const char **out,
		 size_t most);

#endif
