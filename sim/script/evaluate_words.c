/* evaluate_words.c — the words of the code in a script. */
#include "script/evaluate_inside.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void trouble(struct reading *r, enum evaluation outcome, struct place place, const char *format,
	     ...)
{
	char sentence[ERROR_TEXT_MAX - 32];
	va_list arguments;

	if (r->outcome != EVALUATION_OK)
		return;
	va_start(arguments, format);
	vsnprintf(sentence, sizeof sentence, format, arguments);
	va_end(arguments);
	error_set(r->why, "%u:%u: %s", place.line, place.column, sentence);
	r->outcome = outcome;
	r->word.kind = WORD_END;
}

/* ---- characters ---- */

static void step(struct reading *r)
{
	if (*r->at == '\n') {
		r->place.line++;
		r->place.column = 1;
	} else {
		r->place.column++;
	}
	r->at++;
}

static void steps(struct reading *r, size_t count)
{
	while (count-- > 0 && *r->at != '\0')
		step(r);
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\f';
}

/* Also a line's end, where the line goes on: in brackets, and after a backslash. */
static void skip_blanks(struct reading *r)
{
	for (;;) {
		if (is_blank(*r->at) || (*r->at == '\n' && r->open > 0)) {
			step(r);
		} else if (*r->at == '#') {
			while (*r->at != '\0' && *r->at != '\n')
				step(r);
		} else if (r->at[0] == '\\' && r->at[1] == '\n') {
			steps(r, 2);
		} else if (r->at[0] == '\\' && r->at[1] == '\r' && r->at[2] == '\n') {
			steps(r, 3);
		} else {
			return;
		}
	}
}

/* Where nothing is worked out, nobody minds. */
static void unsupported_word(struct reading *r, const char *what, const char *text, size_t len)
{
	if (r->skipping == 0)
		trouble(r, EVALUATION_UNSUPPORTED, r->word.place, "%s%.*s is not supported", what,
			(int)(len < 40 ? len : 40), text);
}

/* ---- numbers ---- */

static int digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)tolower((unsigned char)c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 99;
}

static void take_number(struct reading *r)
{
	const char *p = r->at;
	int base = 10;
	bool too_large = false;
	int64_t number = 0;

	if (p[0] == '0' && (p[1] == 'x' || p[1] == 'X')) {
		base = 16;
		p += 2;
	}
	for (; digit_of(*p) < base; p++) {
		too_large |= __builtin_mul_overflow(number, base, &number);
		too_large |= __builtin_add_overflow(number, digit_of(*p), &number);
	}
	r->word.kind = WORD_NUMBER;
	r->word.number = number;
	if (isalnum((unsigned char)*p) || *p == '.' || *p == '_') {
		while (isalnum((unsigned char)*p) || *p == '.' || *p == '_')
			p++;
		unsupported_word(r, "the number ", r->at, (size_t)(p - r->at));
	} else if (too_large) {
		unsupported_word(r, "the large number ", r->at, (size_t)(p - r->at));
	}
	r->word.len = (size_t)(p - r->at);
	steps(r, r->word.len);
}

/* ---- strings ---- */

static void take_string(struct reading *r)
{
	char quote = *r->at;
	struct place begin = r->place;

	if (r->at[1] == quote && r->at[2] == quote)
		unsupported_word(r, "", r->at, 3);
	step(r);
	r->word.kind = WORD_STRING;
	r->word.text = r->at;
	while (*r->at != quote && *r->at != '\0' && *r->at != '\n')
		steps(r, r->at[0] == '\\' && r->at[1] != '\0' ? 2 : 1);
	r->word.len = (size_t)(r->at - r->word.text);
	if (*r->at == quote)
		step(r);
	else
		trouble(r, EVALUATION_FAILED, begin, "the string has no end");
}

/* ---- the rest ---- */

static void take_name(struct reading *r)
{
	while (isalnum((unsigned char)*r->at) || *r->at == '_')
		step(r);
	r->word.kind = WORD_NAME;
	r->word.len = (size_t)(r->at - r->word.text);
	if ((*r->at == '\'' || *r->at == '"') && r->word.len <= 2)
		unsupported_word(r, "a string that begins ", r->word.text, r->word.len + 1);
}

static const char *const signs[] = {
	"<<=", ">>=", "//=", "**=", "==", "!=", "<=", ">=", "<>", "<<", ">>", "//",
	"**",  "+=",  "-=",  "*=",  "&=", "|=", "^=", "%=", "/=", ":=", "->", NULL};

static void take_sign(struct reading *r)
{
	r->word.kind = WORD_SIGN;
	r->word.len = 1;
	for (unsigned i = 0; signs[i] != NULL; i++) {
		if (strncmp(r->at, signs[i], strlen(signs[i])) == 0) {
			r->word.len = strlen(signs[i]);
			break;
		}
	}
	if (*r->at == '(' || *r->at == '[' || *r->at == '{')
		r->open++;
	else if ((*r->at == ')' || *r->at == ']' || *r->at == '}') && r->open > 0)
		r->open--;
	steps(r, r->word.len);
}

void next_word(struct reading *r)
{
	if (r->outcome != EVALUATION_OK)
		return;
	r->before = r->at;
	skip_blanks(r);
	r->word = (struct word){.place = r->place, .text = r->at};
	if (*r->at == '\0') {
		r->word.kind = WORD_END;
	} else if (*r->at == '\n' || *r->at == ';') {
		r->word.kind = WORD_LINE;
		r->word.len = 1;
		step(r);
	} else if (isdigit((unsigned char)*r->at)) {
		take_number(r);
	} else if (isalpha((unsigned char)*r->at) || *r->at == '_') {
		take_name(r);
	} else if (*r->at == '\'' || *r->at == '"') {
		take_string(r);
	} else {
		take_sign(r);
	}
	if (r->outcome != EVALUATION_OK)
		r->word.kind = WORD_END;
}

/* ---- asking ---- */

static bool reads(const struct reading *r, enum word_kind kind, const char *text)
{
	return r->word.kind == kind && strlen(text) == r->word.len &&
	       memcmp(r->word.text, text, r->word.len) == 0;
}

bool is_sign(const struct reading *r, const char *sign)
{
	return reads(r, WORD_SIGN, sign);
}

bool is_name(const struct reading *r, const char *name)
{
	return reads(r, WORD_NAME, name);
}

bool takes_sign(struct reading *r, const char *sign)
{
	if (!is_sign(r, sign))
		return false;
	next_word(r);
	return true;
}

bool needs_sign(struct reading *r, const char *sign)
{
	char told[WORD_TOLD_MAX];

	if (takes_sign(r, sign))
		return true;
	trouble(r, EVALUATION_FAILED, r->word.place, "\"%s\" is missing before %s", sign,
		told_word(&r->word, told));
	return false;
}

const char *told_word(const struct word *word, char out[WORD_TOLD_MAX])
{
	struct text t = text_in(out, WORD_TOLD_MAX);

	switch ((enum word_kind)word->kind) {
	case WORD_END: text_add(&t, "the end"); break;
	case WORD_LINE: text_add(&t, "the end of the line"); break;
	case WORD_STRING: text_add(&t, "a string"); break;
	default:
		if (*word->text < ' ' || *word->text > '~') {
			text_addf(&t, "the octet %u", (unsigned char)*word->text);
			break;
		}
		text_addf(&t, "\"%.*s\"", (int)(word->len < 40 ? word->len : 40), word->text);
		break;
	}
	return out;
}
