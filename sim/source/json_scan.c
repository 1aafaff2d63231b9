#include "source/json_inside.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "record/memory.h"

/* Line and column of an offset, from 1. */
static void place_of(const struct json_scan *scan, size_t at, unsigned *line, unsigned *column)
{
	size_t start = 0;

	*line = 1;
	for (size_t i = 0; i < at && i < scan->len; i++) {
		if (scan->bytes[i] == '\n') {
			++*line;
			start = i + 1;
		}
	}
	*column = (unsigned)(at - start + 1);
}

static bool refuse(const struct json_scan *scan, size_t at, struct error *err, const char *format,
		   ...) __attribute__((format(printf, 4, 5)));

static bool refuse(const struct json_scan *scan, size_t at, struct error *err, const char *format,
		   ...)
{
	char sentence[512];
	unsigned line;
	unsigned column;
	va_list args;

	va_start(args, format);
	vsnprintf(sentence, sizeof sentence, format, args);
	va_end(args);
	place_of(scan, at, &line, &column);
	return error_set(err, "%s:%u:%u: %s%s%s", scan->name, line, column, scan->path,
			 scan->path_len > 0 ? ": " : "", sentence);
}

/* ---- characters ---- */

static int here(const struct json_scan *scan)
{
	return scan->at < scan->len ? (unsigned char)scan->bytes[scan->at] : -1;
}

static bool is_digit(int c)
{
	return c >= '0' && c <= '9';
}

static void skip_space(struct json_scan *scan)
{
	while (here(scan) == ' ' || here(scan) == '\t' || here(scan) == '\n' || here(scan) == '\r')
		scan->at++;
}

/* The character at the scan's place, for a sentence. */
static const char *shown(const struct json_scan *scan, char out[24])
{
	int c = here(scan);

	if (c < 0)
		snprintf(out, 24, "the end");
	else if (c > 32 && c < 127)
		snprintf(out, 24, "'%c'", c);
	else
		snprintf(out, 24, "octet 0x%02x", (unsigned)c);
	return out;
}

static bool expected(const struct json_scan *scan, struct error *err, const char *what)
{
	char seen[24];

	return refuse(scan, scan->at, err, "%s is expected here, not %s", what, shown(scan, seen));
}

/* Length of the UTF-8 character at the scan's place; 0: it is none (RFC 3629:
 * shortest form, no surrogates, nothing above U+10FFFF). */
static size_t utf8_len(const struct json_scan *scan)
{
	const unsigned char *p = (const unsigned char *)scan->bytes + scan->at;
	size_t left = scan->len - scan->at;
	size_t len = p[0] < 0x80 ? 1 : p[0] < 0xc2 ? 0 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;

	if (len == 0 || p[0] > 0xf4 || left < len)
		return 0;
	for (size_t i = 1; i < len; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	}
	if ((p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] > 0x9f) ||
	    (p[0] == 0xf0 && p[1] < 0x90) || (p[0] == 0xf4 && p[1] > 0x8f))
		return 0;
	return len;
}

/* ---- strings ---- */

static bool scan_hex(struct json_scan *scan, unsigned *code, struct error *err)
{
	*code = 0;
	for (int i = 0; i < 4; i++) {
		int c = here(scan);
		const char *digits = "0123456789abcdef";
		const char *digit = c > 0 ? strchr(digits, c | 0x20) : NULL;

		if (digit == NULL || (c < '0'))
			return expected(scan, err, "a hexadecimal digit");
		*code = *code << 4 | (unsigned)(digit - digits);
		scan->at++;
	}
	return true;
}

/* Behind "\u". */
static bool scan_unicode(struct json_scan *scan, struct error *err)
{
	size_t start = scan->at - 2;
	unsigned code;
	unsigned low;

	if (!scan_hex(scan, &code, err))
		return false;
	if (code == 0)
		return refuse(scan, start, err, "the character U+0000 cannot be in a text");
	if (code < 0xd800 || code > 0xdfff)
		return true;
	if (code > 0xdbff || scan->len - scan->at < 2 ||
	    memcmp(scan->bytes + scan->at, "\\u", 2) != 0)
		return refuse(scan, start, err, "half of a surrogate pair stands alone");
	scan->at += 2;
	if (!scan_hex(scan, &low, err))
		return false;
	if (low < 0xdc00 || low > 0xdfff)
		return refuse(scan, start, err, "half of a surrogate pair stands alone");
	return true;
}

static bool scan_escape(struct json_scan *scan, struct error *err)
{
	int c;

	scan->at++;
	c = here(scan);
	if (c < 0 || strchr("\"\\/bfnrtu", c) == NULL)
		return expected(scan, err, "one of \" \\ / b f n r t u after a backslash");
	scan->at++;
	return c != 'u' || scan_unicode(scan, err);
}

static bool scan_string(struct json_scan *scan, struct error *err)
{
	size_t start = scan->at++;

	for (;;) {
		int c = here(scan);
		size_t len;

		if (c < 0)
			return refuse(scan, start, err, "the text that begins here does not end");
		if (c == '"') {
			scan->at++;
			return true;
		}
		if (c == '\n' || c == '\r')
			return refuse(scan, scan->at, err,
				      "a text cannot go over the end of the line; write \\n");
		if (c < 0x20)
			return refuse(scan, scan->at, err,
				      "control character 0x%02x in a text; write \\u%04x",
				      (unsigned)c, (unsigned)c);
		if (c == '\\') {
			if (!scan_escape(scan, err))
				return false;
			continue;
		}
		len = utf8_len(scan);
		if (len == 0)
			return refuse(scan, scan->at, err, "octet 0x%02x is not UTF-8",
				      (unsigned)c);
		scan->at += len;
	}
}

/* ---- numbers ---- */

static void skip_digits(struct json_scan *scan)
{
	while (is_digit(here(scan)))
		scan->at++;
}

static bool is_kept_exactly(const char *text)
{
	unsigned digits = 0; /* from the first that is not 0 to the last */
	unsigned zeros = 0;
	struct json number = {.kind = JSON_NUMBER, .text = text};
	int64_t value;

	for (const char *p = text; *p != '\0' && *p != 'e' && *p != 'E'; p++) {
		if (!is_digit(*p))
			continue;
		if (*p == '0') {
			zeros += digits > 0;
			continue;
		}
		digits += zeros + 1;
		zeros = 0;
	}
	if (digits == 0)
		return true;
	if (json_decimal(&number, 0, &value))
		return value >= -JSON_INTEGER_MAX && value <= JSON_INTEGER_MAX;
	/* A fraction: fifteen digits survive any reader. */
	for (unsigned places = 1; digits <= 15 && places <= 18; places++) {
		if (json_decimal(&number, places, &value))
			return true;
	}
	return false;
}

static bool check_number(const struct json_scan *scan, size_t start, struct error *err)
{
	char text[64];
	size_t len = scan->at - start;

	if (len < sizeof text) {
		memcpy(text, scan->bytes + start, len);
		text[len] = '\0';
		if (is_kept_exactly(text))
			return true;
	}
	return refuse(
		scan, start, err,
		"the number %.*s%s is not kept exactly by readers of JSON; at most 15 digits, "
		"or an integer up to 9007199254740991",
		len < 40 ? (int)len : 40, scan->bytes + start, len < 40 ? "" : "...");
}

static bool scan_number(struct json_scan *scan, struct error *err)
{
	size_t start = scan->at;
	size_t first;

	if (here(scan) == '-')
		scan->at++;
	first = scan->at;
	if (!is_digit(here(scan)))
		return expected(scan, err, "a digit");
	skip_digits(scan);
	if (scan->bytes[first] == '0' && scan->at > first + 1)
		return refuse(scan, first, err, "a number cannot begin with 0: write %.*s",
			      (int)(scan->at - first - 1 < 40 ? scan->at - first - 1 : 40),
			      scan->bytes + first + 1);
	if (here(scan) == '.') {
		scan->at++;
		if (!is_digit(here(scan)))
			return expected(scan, err, "a digit after the point");
		skip_digits(scan);
	}
	if (here(scan) == 'e' || here(scan) == 'E') {
		scan->at++;
		if (here(scan) == '+' || here(scan) == '-')
			scan->at++;
		if (!is_digit(here(scan)))
			return expected(scan, err, "a digit of the exponent");
		skip_digits(scan);
	}
	return check_number(scan, start, err);
}

/* ---- values ---- */

static bool scan_word(struct json_scan *scan, const char *word, struct error *err)
{
	size_t len = strlen(word);

	if (scan->len - scan->at < len || memcmp(scan->bytes + scan->at, word, len) != 0)
		return expected(scan, err, "a value");
	scan->at += len;
	return true;
}

static bool scan_value(struct json_scan *scan, struct error *err);

/* Adds a piece to the path while its value is scanned; long paths are cut. */
static size_t enter(struct json_scan *scan, const char *piece, size_t len)
{
	size_t before = scan->path_len;
	size_t room = sizeof scan->path - 1 - before;
	int n = snprintf(scan->path + before, room + 1, "%s%.*s", before > 0 ? "." : "",
			 len < 60 ? (int)len : 60, piece);

	scan->path_len += (size_t)n < room ? (size_t)n : room;
	return before;
}

static void leave(struct json_scan *scan, size_t before)
{
	scan->path_len = before;
	scan->path[before] = '\0';
}

static bool scan_member(struct json_scan *scan, struct error *err)
{
	size_t key = scan->at + 1;
	size_t before;
	bool ok;

	if (here(scan) != '"')
		return expected(scan, err, "a key in quotes");
	if (!scan_string(scan, err))
		return false;
	before = enter(scan, scan->bytes + key, scan->at - 1 - key);
	skip_space(scan);
	if (here(scan) != ':')
		return expected(scan, err, "a ':' after the key");
	scan->at++;
	ok = scan_value(scan, err);
	leave(scan, before);
	return ok;
}

static bool scan_element(struct json_scan *scan, unsigned n, struct error *err)
{
	char number[16];
	size_t before = enter(scan, number, (size_t)snprintf(number, sizeof number, "%u", n));
	bool ok = scan_value(scan, err);

	leave(scan, before);
	return ok;
}

static bool scan_many(struct json_scan *scan, char close, struct error *err)
{
	bool object = close == '}';

	scan->at++;
	skip_space(scan);
	if (here(scan) == close) {
		scan->at++;
		return true;
	}
	for (unsigned n = 0;; n++) {
		if (!(object ? scan_member(scan, err) : scan_element(scan, n, err)))
			return false;
		skip_space(scan);
		if (here(scan) == close) {
			scan->at++;
			return true;
		}
		if (here(scan) != ',')
			return expected(scan, err, object ? "',' or '}'" : "',' or ']'");
		scan->at++;
		skip_space(scan);
		if (here(scan) == close)
			return refuse(scan, scan->at, err, "the ',' before '%c' is one too many",
				      close);
	}
}

static bool scan_value(struct json_scan *scan, struct error *err)
{
	bool ok;

	skip_space(scan);
	if (scan->count == JSON_VALUES_MAX)
		return refuse(scan, scan->at, err, "more than %d values", (int)JSON_VALUES_MAX);
	if (++scan->depth > JSON_DEPTH_MAX)
		return refuse(scan, scan->at, err, "nested deeper than %d", (int)JSON_DEPTH_MAX);
	scan->starts =
		memory_grow(scan->starts, &scan->capacity, scan->count + 1, sizeof *scan->starts);
	scan->starts[scan->count++] = (uint32_t)scan->at;
	switch (here(scan)) {
	case '{': ok = scan_many(scan, '}', err); break;
	case '[': ok = scan_many(scan, ']', err); break;
	case '"': ok = scan_string(scan, err); break;
	case 't': ok = scan_word(scan, "true", err); break;
	case 'f': ok = scan_word(scan, "false", err); break;
	case 'n': ok = scan_word(scan, "null", err); break;
	default:
		ok = is_digit(here(scan)) || here(scan) == '-' ? scan_number(scan, err)
							       : expected(scan, err, "a value");
	}
	scan->depth--;
	return ok;
}

bool json_scan_all(struct json_scan *scan, struct error *err)
{
	if (scan->len > JSON_SIZE_MAX)
		return error_set(err, "%s: %zu octets are too long, at most %d", scan->name,
				 scan->len, (int)JSON_SIZE_MAX);
	if (scan->len >= 3 && memcmp(scan->bytes, "\xef\xbb\xbf", 3) == 0)
		return refuse(scan, 0, err,
			      "a byte order mark; save the file as UTF-8 without one");
	skip_space(scan);
	if (scan->at == scan->len)
		return error_set(err, "%s: the file is empty; a scenario begins with {",
				 scan->name);
	if (!scan_value(scan, err))
		return false;
	skip_space(scan);
	if (scan->at < scan->len)
		return expected(scan, err, "nothing more");
	return true;
}
