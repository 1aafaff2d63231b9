#include "viz/utf8.h"

#include <stdlib.h>
#include <string.h>

#include "record/memory.h"
#include "viz/commands.h"

/* Marks that turn the direction of what follows: U+200E, U+200F, U+202A … U+202E,
 * U+2066 … U+2069. A name could show itself as another. */
static bool turns_direction(const unsigned char *s)
{
	return s[0] == 0xe2 &&
	       ((s[1] == 0x80 && ((s[2] >= 0xaa && s[2] <= 0xae) || (s[2] & 0xfe) == 0x8e)) ||
		(s[1] == 0x81 && s[2] >= 0xa6 && s[2] <= 0xa9));
}

/* Overlong forms, surrogates, beyond U+10FFFF, U+FFFE and U+FFFF, and the
 * control characters U+0080 … U+009F. */
static bool is_forbidden(const unsigned char *s)
{
	return (s[0] == 0xc2 && s[1] < 0xa0) || (s[0] == 0xe0 && s[1] < 0xa0) ||
	       (s[0] == 0xed && s[1] > 0x9f) || (s[0] == 0xef && s[1] == 0xbf && s[2] > 0xbd) ||
	       (s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f);
}

size_t utf8_drawable(const char *text)
{
	const unsigned char *s = (const unsigned char *)text;
	size_t len = s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : 4;

	if (s[0] < 0x80)
		return s[0] >= ' ' && s[0] != 0x7f;
	if (s[0] < 0xc2 || s[0] > 0xf4)
		return 0;
	for (size_t i = 1; i < len; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	return is_forbidden(s) || turns_direction(s) ? 0 : len;
}

/* Of the character at `text`, which has `left` bytes; the end cuts it off. */
static size_t drawable_within(const char *text, size_t left, bool with_newlines)
{
	size_t len = text[0] == '\n' && with_newlines ? 1 : utf8_drawable(text);

	return len <= left ? len : 0;
}

bool utf8_is_clean(const char *text, size_t len, bool with_newlines)
{
	for (size_t i = 0; i < len;) {
		size_t taken = drawable_within(text + i, len - i, with_newlines);

		if (taken == 0)
			return false;
		i += taken;
	}
	return true;
}

char *utf8_cleaned(const char *text, size_t len, bool with_newlines)
{
	static const char replacement[] = UTF8_REPLACEMENT;
	char *clean = memory_get(len * (sizeof replacement - 1) + 1);
	size_t out = 0;

	for (size_t i = 0; i < len;) {
		size_t taken = drawable_within(text + i, len - i, with_newlines);

		if (taken > 0) {
			memcpy(clean + out, text + i, taken);
			out += taken;
			i += taken;
		} else {
			memcpy(clean + out, replacement, sizeof replacement - 1);
			out += sizeof replacement - 1;
			i++;
		}
	}
	clean[out] = '\0';
	return clean;
}
