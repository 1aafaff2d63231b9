#include "base/nearest.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum { NAME_MAX_LEN = 63 }; /* longer ones have no neighbours */

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* The restricted Damerau–Levenshtein distance, a row of its table at a time. */
static size_t slips(const char *a, size_t a_len, const char *b, size_t b_len)
{
	uint8_t rows[3][NAME_MAX_LEN + 1];
	uint8_t *two_above = rows[0];
	uint8_t *above = rows[1];
	uint8_t *row = rows[2];

	for (size_t j = 0; j <= b_len; j++)
		above[j] = (uint8_t)j;
	for (size_t i = 1; i <= a_len; i++) {
		uint8_t *oldest = two_above;

		row[0] = (uint8_t)i;
		for (size_t j = 1; j <= b_len; j++) {
			bool same = lower(a[i - 1]) == lower(b[j - 1]);
			size_t best = least(above[j - 1] + !same, least(above[j], row[j - 1]) + 1u);

			if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) &&
			    lower(a[i - 2]) == lower(b[j - 1]))
				best = least(best, two_above[j - 2] + 1u);
			row[j] = (uint8_t)best;
		}
		two_above = above;
		above = row;
		row = oldest;
	}
	return above[b_len];
}

/* `name` ends with NUL, and so the comparison ends there too. */
static bool begins_with(const char *name, const char *start, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (lower(name[i]) != lower(start[i]))
			return false;
	return true;
}

const char *nearest(const char *wrong, const char *const *names, size_t count)
{
	size_t len = strlen(wrong);
	size_t fewest = len / 3 + 1; /* a slip in three letters; one in a short word */
	const char *found = NULL;

	if (len == 0 || len > NAME_MAX_LEN)
		return NULL;
	for (size_t i = 0; i < count; i++) {
		size_t name_len = strlen(names[i]);
		size_t distance;

		if (name_len > NAME_MAX_LEN)
			continue;
		distance = slips(wrong, len, names[i], name_len);
		/* A word cut short was rather abbreviated than misspelt. */
		if (len >= 2 && begins_with(names[i], wrong, len))
			distance = least(distance, 1);
		/* A word that shares no letter is not near, however short it is. */
		if (distance > fewest || distance >= name_len || (found && distance == fewest))
			continue;
		fewest = distance;
		found = names[i];
	}
	return found;
}

static bool contains(const char *name, const char *part, size_t len)
{
	for (; *name != '\0'; name++) {
		if (begins_with(name, part, len))
			return true;
	}
	return false;
}

/* How many words of `wrong`, of three letters or more, are part of `name`. */
static size_t shared_words(const char *wrong, const char *name)
{
	size_t shared = 0;

	while (*wrong != '\0') {
		size_t len = strcspn(wrong, "-_ ");

		shared += len >= 3 && contains(name, wrong, len);
		wrong += len;
		wrong += strspn(wrong, "-_ ");
	}
	return shared;
}

/* The smaller, the nearer. */
static size_t remoteness(const char *wrong, size_t len, const char *name)
{
	size_t name_len = strlen(name);
	size_t far = NAME_MAX_LEN + 1u;
	size_t shared = least(shared_words(wrong, name), far - 1);

	if (len > NAME_MAX_LEN || name_len > NAME_MAX_LEN)
		return (far - shared) * far;
	return (far - shared) * far + slips(wrong, len, name, name_len);
}

void nearest_few(const char *wrong, const char *const *names, size_t count, const char **out,
		 size_t most)
{
	size_t len = strlen(wrong);
	size_t found = 0;

	for (size_t i = 0; i < count; i++) {
		size_t place = found;
		size_t away = remoteness(wrong, len, names[i]);

		while (place > 0 && remoteness(wrong, len, out[place - 1]) > away)
			place--;
		if (place == most)
			continue;
		found += found < most;
		for (size_t j = found - 1; j > place; j--)
			out[j] = out[j - 1];
		out[place] = names[i];
	}
}
