#include "record/lines.h"

#include <inttypes.h>

#include "record/plain.h"

enum { REPLACEMENT = 0xfffd };

static void put_character(FILE *out, const char *from, const char *to, uint32_t c)
{
	if (c >= 0xdc00 && c <= 0xdfff) /* a byte that is not UTF-8 */
		fprintf(out, "\\u%04x", (unsigned)REPLACEMENT);
	else if (c == '"' || c == '\\')
		fprintf(out, "\\%c", (char)c);
	else if (c == '\n')
		fputs("\\n", out);
	else if (plain_is_harmless(c))
		fwrite(from, 1, (size_t)(to - from), out);
	else if (c < 0x10000)
		fprintf(out, "\\u%04x", (unsigned)c);
	else
		fprintf(out, "\\u%04x\\u%04x", (unsigned)(0xd7c0 + (c >> 10)),
			(unsigned)(0xdc00 + (c & 0x3ff)));
}

static bool stands_for_itself(char c)
{
	return c >= ' ' && c <= '~' && c != '"' && c != '\\';
}

static void put_string(FILE *out, const char *s)
{
	fputc('"', out);
	while (*s != '\0') {
		const char *from = s;

		while (stands_for_itself(*s))
			s++;
		fwrite(from, 1, (size_t)(s - from), out);
		if (*s == '\0')
			break;
		from = s;

		uint32_t c = plain_next(&s);

		put_character(out, from, s, c);
	}
	fputc('"', out);
}

static void put_key(struct lines *l, const char *key)
{
	if (l->comma)
		fputc(',', l->out);
	l->comma = true;
	if (key != NULL) {
		put_string(l->out, key);
		fputc(':', l->out);
	}
}

void lines_begin(struct lines *l, const char *key, char bracket)
{
	put_key(l, key);
	fputc(bracket, l->out);
	l->comma = false;
}

void lines_end(struct lines *l, char bracket)
{
	fputc(bracket, l->out);
	l->comma = true;
}

void lines_end_line(struct lines *l)
{
	fputc('\n', l->out);
	l->comma = false;
}

void lines_string(struct lines *l, const char *key, const char *value)
{
	put_key(l, key);
	put_string(l->out, value);
}

void lines_number(struct lines *l, const char *key, int64_t value)
{
	put_key(l, key);
	fprintf(l->out, "%" PRId64, value);
}

void lines_unsigned(struct lines *l, const char *key, uint64_t value)
{
	put_key(l, key);
	fprintf(l->out, "%" PRIu64, value);
}

void lines_bool(struct lines *l, const char *key, bool value)
{
	put_key(l, key);
	fputs(value ? "true" : "false", l->out);
}

void lines_null(struct lines *l, const char *key)
{
	put_key(l, key);
	fputs("null", l->out);
}
