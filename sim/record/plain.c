#include "record/plain.h"

#include <stddef.h>
#include <string.h>

struct span {
	uint32_t first;
	uint32_t last;
};

static bool is_in(uint32_t c, const struct span *spans, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (c >= spans[i].first && c <= spans[i].last)
			return true;
	}
	return false;
}

uint32_t plain_next(const char **at)
{
	const unsigned char *s = (const unsigned char *)*at;
	unsigned more = s[0] >= 0xf0 ? 3 : s[0] >= 0xe0 ? 2 : 1;
	static const uint32_t smallest[] = {0, 0x80, 0x800, 0x10000};

	++*at;
	if (s[0] < 0x80)
		return s[0];
	if (s[0] < 0xc2 || s[0] > 0xf4)
		return 0xdc00u + s[0];

	uint32_t c = s[0] & (0x3fu >> more);

	for (unsigned i = 1; i <= more; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0xdc00u + s[0];
		c = c << 6 | (s[i] & 0x3fu);
	}
	if (c < smallest[more] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return 0xdc00u + s[0];
	*at += more;
	return c;
}

bool plain_is_harmless(uint32_t c)
{
	static const struct span harmful[] = {
		{0x0000, 0x001f},    /* C0 controls */
		{0x007f, 0x009f},    /* DEL, C1 controls */
		{0x00ad, 0x00ad},    /* soft hyphen */
		{0x061c, 0x061c},    /* Arabic letter mark */
		{0x180e, 0x180e},    /* Mongolian vowel separator */
		{0x200b, 0x200f},    /* zero width, direction marks */
		{0x2028, 0x202e},    /* line separators, direction overrides */
		{0x2060, 0x206f},    /* invisible operators, direction isolates */
		{0xd800, 0xdfff},    /* not characters: bytes that are not UTF-8 */
		{0xe000, 0xf8ff},    /* private use */
		{0xfe00, 0xfe0f},    /* variation selectors */
		{0xfeff, 0xfeff},    /* byte order mark */
		{0xfff9, 0xfffb},    /* interlinear annotation */
		{0xe0000, 0x10ffff}, /* tags, selectors, private use */
	};

	if (c >= ' ' && c <= '~')
		return true;
	return !is_in(c, harmful, sizeof harmful / sizeof harmful[0]);
}

void plain_add(struct text *t, const char *s)
{
	while (*s != '\0') {
		const char *from = s;
		uint32_t c = plain_next(&s);
		char bytes[5] = "";

		if (c == '\t' || c == '\n' || c == '\r')
			text_add(t, " ");
		else if (plain_is_harmless(c))
			text_add(t, memcpy(bytes, from, (size_t)(s - from)));
		else if (c >= 0xdc00 && c <= 0xdfff)
			text_addf(t, "\\x%02x", (unsigned)(c - 0xdc00));
		else if (c < 0x100)
			text_addf(t, "\\x%02x", (unsigned)c);
		else
			text_addf(t, "\\u%04x", (unsigned)c);
	}
}

unsigned plain_width(const char *s)
{
	static const struct span combining[] = {
		{0x0300, 0x036f}, {0x0483, 0x0489}, {0x0591, 0x05bd}, {0x064b, 0x065f},
		{0x0900, 0x0902}, {0x093c, 0x093c}, {0x0941, 0x0948}, {0x0e31, 0x0e31},
		{0x0e34, 0x0e3a}, {0x0e47, 0x0e4e}, {0x1ab0, 0x1aff}, {0x1dc0, 0x1dff},
		{0x20d0, 0x20ff}, {0x302a, 0x302d}, {0x3099, 0x309a}, {0xfe20, 0xfe2f},
	};
	static const struct span wide[] = {
		{0x1100, 0x115f},   {0x2e80, 0x303e},   {0x3041, 0xa4cf},   {0xa960, 0xa97c},
		{0xac00, 0xd7a3},   {0xf900, 0xfaff},   {0xfe30, 0xfe6f},   {0xff01, 0xff60},
		{0xffe0, 0xffe6},   {0x1f300, 0x1f64f}, {0x1f680, 0x1f6ff}, {0x1f900, 0x1faff},
		{0x20000, 0x3fffd},
	};
	unsigned width = 0;

	while (*s != '\0') {
		uint32_t c = plain_next(&s);

		if (c < combining[0].first)
			width++;
		else if (!is_in(c, combining, sizeof combining / sizeof combining[0]))
			width += is_in(c, wide, sizeof wide / sizeof wide[0]) ? 2 : 1;
	}
	return width;
}
