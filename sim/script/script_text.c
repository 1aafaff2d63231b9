/* The characters of a script as tokens. Blanks and comments, to the end of the
 * line or between slashes and stars, stand between any two. */
#include <ctype.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "script/script_inside.h"

/* What called this finds nothing more, and returns. */
static bool end_reading(struct script_reader *r)
{
	r->failed = true;
	r->token.kind = TOKEN_END;
	r->at = r->len;
	return false;
}

bool script_refuse(struct script_reader *r, struct place place, const char *format, ...)
{
	char sentence[512];
	va_list args;

	if (r->failed)
		return false;
	va_start(args, format);
	vsnprintf(sentence, sizeof sentence, format, args);
	va_end(args);
	error_set(r->err, "%s:%" PRIu32 ":%" PRIu32 ": %s", r->name, place.line, place.column,
		  sentence);
	return end_reading(r);
}

bool script_beyond_us(struct script_reader *r, struct place place, const char *format, ...)
{
	char sentence[512];
	va_list args;

	if (r->failed)
		return false;
	va_start(args, format);
	vsnprintf(sentence, sizeof sentence, format, args);
	va_end(args);
	r->beyond = script_memory_copy(r->memory, sentence, strlen(sentence));
	r->beyond_place = place;
	return end_reading(r);
}

/* What the token is, for a sentence; no more of it than fits, and no byte that a terminal
 * would not show. */
static void tell_token(const struct script_reader *r, struct text *out)
{
	const struct token *token = &r->token;
	size_t len = token->end - token->begin;

	if (token->kind == TOKEN_END) {
		text_add(out, "the end of the script");
		return;
	}
	text_add(out, "\"");
	for (size_t i = 0; i < len && i < 24; i++) {
		unsigned char c = (unsigned char)r->text[token->begin + i];

		if (c < ' ' || c > '~')
			text_addf(out, "\\x%02x", c);
		else
			text_addf(out, "%c", c);
	}
	text_add(out, len > 24 ? "…\"" : "\"");
}

bool script_expected(struct script_reader *r, const char *what)
{
	char found[160];
	struct text text = text_in(found, sizeof found);

	tell_token(r, &text);
	return script_refuse(r, r->token.place, "expected %s, found %s%s", what, found,
			     script_is_mark(r, '#') ? ": a comment begins with //" : "");
}

/* ---- characters ---- */

static bool is_word(int c)
{
	return c != -1 && c < 0x80 && (isalnum(c) || c == '_');
}

static bool is_digit(int c)
{
	return c >= '0' && c <= '9';
}

/* ---- tokens ---- */

/* What ends with one or two characters: "…", `…`, %{ … }%. The text is what is between. */
static void read_between(struct script_reader *r, enum token_kind kind, size_t open,
			 const char *close)
{
	struct token *token = &r->token;
	size_t close_len = strlen(close);
	bool escapes = kind != TOKEN_CODE;

	for (size_t i = 0; i < open; i++)
		script_step(r);
	token->kind = (uint8_t)kind;
	token->text = r->text + r->at;
	while (r->at < r->len &&
	       (r->len - r->at < close_len || memcmp(r->text + r->at, close, close_len) != 0)) {
		if (escapes && script_peek(r, 0) == '\\' && r->at + 1 < r->len)
			script_step(r);
		script_step(r);
	}
	if (r->at == r->len) {
		script_refuse(r, token->place, "what begins here has no end: expected %s", close);
		return;
	}
	token->len = (size_t)(r->text + r->at - token->text);
	for (size_t i = 0; i < close_len; i++)
		script_step(r);
}

static void number_of(struct token *token, const char *digits, size_t len, unsigned base,
		      bool minus)
{
	uint64_t value = 0;

	token->kind = TOKEN_NUMBER;
	token->hex = base == 16;
	for (size_t i = 0; i < len; i++) {
		int c = tolower((unsigned char)digits[i]);
		unsigned digit = (unsigned)(is_digit(c) ? c - '0' : c - 'a' + 10);

		if (value > ((uint64_t)INT64_MAX - digit) / base) {
			token->too_large = true;
			return;
		}
		value = value * base + digit;
	}
	token->value = minus ? -(int64_t)value : (int64_t)value;
}

/* A word of which all characters are digits is a number, 0x1f too. */
static void classify(struct token *token)
{
	const char *text = token->text;
	size_t digits = 0;
	bool hex = token->len > 2 && text[0] == '0' && text[1] == 'x';

	for (size_t i = hex ? 2 : 0; i < token->len; i++)
		digits += hex ? isxdigit((unsigned char)text[i]) != 0 : is_digit(text[i]);
	token->kind = TOKEN_WORD;
	if (hex && digits == token->len - 2)
		number_of(token, text + 2, digits, 16, false);
	else if (!hex && digits == token->len)
		number_of(token, text, digits, 10, false);
}

static void replace_by_definition(struct script_reader *r)
{
	struct token *token = &r->token;

	for (unsigned i = 0; i < r->definition_count; i++) {
		const struct definition *d = &r->definitions[i];

		if (d->len == token->len && memcmp(d->name, token->text, d->len) == 0) {
			struct token old = *token;

			*token = d->value;
			token->place = old.place;
			token->begin = old.begin;
			token->end = old.end;
			return;
		}
	}
}

static void read_word(struct script_reader *r)
{
	struct token *token = &r->token;

	token->text = r->text + r->at;
	while (is_word(script_peek(r, 0)))
		script_step(r);
	token->len = (size_t)(r->text + r->at - token->text);
	classify(token);
	/* 1.5, but neither 1.x nor 1... */
	if (token->kind == TOKEN_NUMBER && !token->hex && script_peek(r, 0) == '.' &&
	    is_digit(script_peek(r, 1))) {
		script_step(r);
		while (is_digit(script_peek(r, 0)))
			script_step(r);
		token->kind = TOKEN_DECIMAL;
		token->len = (size_t)(r->text + r->at - token->text);
	}
}

static void read_decimal(struct script_reader *r)
{
	struct token *token = &r->token;

	token->kind = TOKEN_DECIMAL;
	token->text = r->text + r->at;
	script_step(r);
	while (is_digit(script_peek(r, 0)))
		script_step(r);
	token->len = (size_t)(r->text + r->at - token->text);
}

static void read_negative(struct script_reader *r)
{
	struct token *token = &r->token;

	script_step(r);
	read_word(r);
	token->text--;
	token->len++;
	if (token->kind == TOKEN_NUMBER && !token->hex)
		number_of(token, token->text + 1, token->len - 1, 10, true);
	else if (token->kind != TOKEN_DECIMAL)
		script_refuse(r, token->place, "a minus is only known before a decimal number");
}

static void read_option(struct script_reader *r)
{
	struct token *token = &r->token;

	script_step(r);
	script_step(r);
	token->kind = TOKEN_OPTION;
	token->text = r->text + r->at;
	while (is_word(script_peek(r, 0)))
		script_step(r);
	token->len = (size_t)(r->text + r->at - token->text);
}

static void read_mark(struct script_reader *r)
{
	int c = script_peek(r, 0);

	r->token.kind = TOKEN_MARK;
	r->token.mark = (char)c;
	r->token.text = r->text + r->at;
	r->token.len = 1;
	if (c < ' ' || c > '~')
		script_refuse(r, r->token.place,
			      "the octet 0x%02x has no place in a script outside of strings and "
			      "comments: remove it",
			      (unsigned)c);
	else
		script_step(r);
}

static void read_token(struct script_reader *r)
{
	int c = script_peek(r, 0);
	int next = script_peek(r, 1);

	if (c == -1)
		r->token.kind = TOKEN_END;
	else if (c == '"')
		read_between(r, TOKEN_STRING, 1, "\"");
	else if (c == '`')
		read_between(r, TOKEN_COMMAND, 1, "`");
	else if (c == '%' && next == '{')
		read_between(r, TOKEN_CODE, 2, "}%");
	else if (c == '.' && next == '.' && script_peek(r, 2) == '.') {
		r->token.kind = TOKEN_ELLIPSIS;
		script_step(r);
		script_step(r);
		script_step(r);
	} else if (c == '.' && is_digit(next))
		read_decimal(r);
	else if (c == '-' && next == '-' && is_word(script_peek(r, 2)))
		read_option(r);
	else if (c == '-' && is_digit(next))
		read_negative(r);
	else if (is_word(c))
		read_word(r);
	else
		read_mark(r);
}

void script_next(struct script_reader *r)
{
	r->last_end = r->token.end;
	r->token = (struct token){0};
	if (!r->failed)
		script_skip_blanks(r);
	r->token.place = script_here(r);
	r->token.begin = r->at;
	if (!r->failed)
		read_token(r);
	r->token.end = r->at;
	if (r->token.kind == TOKEN_WORD)
		replace_by_definition(r);
}

/* Back to the token's first character. */
static void read_again(struct script_reader *r)
{
	if (r->failed)
		return;
	r->at = r->token.begin;
	r->line = r->token.place.line;
	r->line_begin = r->at - (r->token.place.column - 1);
}

void script_run(struct script_reader *r, const char *others)
{
	read_again(r);
	r->token = (struct token){.kind = TOKEN_WORD, .place = script_here(r), .begin = r->at};
	r->token.text = r->text + r->at;
	while (r->at < r->len && !script_is_blank(script_peek(r, 0)) && !script_at_comment(r) &&
	       !strchr(others, script_peek(r, 0)))
		script_step(r);
	r->token.len = (size_t)(r->text + r->at - r->token.text);
	r->token.end = r->at;
	if (r->token.len == 0 || r->failed) /* nothing of the kind: as it was */
		script_next(r);
}

bool script_want_text_until(struct script_reader *r, char end, const char *what)
{
	struct place begin = r->token.place;

	if (r->failed)
		return false;
	r->token = (struct token){.kind = TOKEN_WORD, .place = script_here(r), .begin = r->at};
	r->token.text = r->text + r->at;
	while (r->at < r->len && script_peek(r, 0) != end && script_peek(r, 0) != '\n')
		script_step(r);
	r->token.len = (size_t)(r->text + r->at - r->token.text);
	r->token.end = r->at;
	return script_peek(r, 0) == end ||
	       script_refuse(r, begin, "%s has no end: expected %c on the same line", what, end);
}

/* ---- what a token is ---- */

bool script_token_equals(const struct token *token, const char *text)
{
	return strlen(text) == token->len && memcmp(text, token->text, token->len) == 0;
}

bool script_is_mark(const struct script_reader *r, char mark)
{
	return r->token.kind == TOKEN_MARK && r->token.mark == mark;
}

bool script_is_word(const struct script_reader *r, const char *word)
{
	return r->token.kind == TOKEN_WORD && script_token_equals(&r->token, word);
}

bool script_take_mark(struct script_reader *r, char mark)
{
	bool is = script_is_mark(r, mark);

	if (is)
		script_next(r);
	return is;
}

bool script_take_word(struct script_reader *r, const char *word)
{
	bool is = script_is_word(r, word);

	if (is)
		script_next(r);
	return is;
}

bool script_want_mark(struct script_reader *r, char mark, const char *what)
{
	return script_take_mark(r, mark) || script_expected(r, what);
}

bool script_want_number(struct script_reader *r, const char *what, int64_t min, int64_t max,
			int64_t *value)
{
	char expected[128];

	if (r->token.kind != TOKEN_NUMBER) {
		snprintf(expected, sizeof expected, "%s, a number", what);
		return script_expected(r, expected);
	}
	if (r->token.too_large || r->token.value < min || r->token.value > max)
		return script_refuse(r, r->token.place,
				     "%s must be from %" PRId64 " to %" PRId64 ", not %.*s%s", what,
				     min, max, (int)(r->token.len > 24 ? 24 : r->token.len),
				     r->token.text, r->token.len > 24 ? "…" : "");
	*value = r->token.value;
	script_next(r);
	return true;
}

char *script_copy(struct script_reader *r)
{
	return script_memory_copy(r->memory, r->token.text ? r->token.text : "", r->token.len);
}
