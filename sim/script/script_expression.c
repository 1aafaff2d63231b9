/* Arguments and results of system calls. */
#include <string.h>

#include "script/script_inside.h"
#include "script/symbols.h"

/* Depth is counted by hand: a script cannot make the stack overflow. */
static struct expression *read_nested(struct script_reader *r, unsigned depth);
static struct expression *read_element(struct script_reader *r, unsigned depth);

static struct expression *expression_new(struct script_reader *r, enum expression_kind kind)
{
	struct expression *e = script_memory_take(r->memory, sizeof *e);

	e->kind = (uint8_t)kind;
	e->place = r->token.place;
	return e;
}

/* ---- strings ---- */

static unsigned hex_digit(char c)
{
	return (unsigned)(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
}

static bool is_hex(char c)
{
	return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
}

/* One character behind a backslash, as C knows them; others stand for themselves. */
static size_t unescape(const char *at, size_t len, char *out)
{
	static const char names[] = "abfnrtv";
	static const char values[] = "\a\b\f\n\r\t\v";
	const char *name = memchr(names, at[0], sizeof names - 1);
	size_t used = 1;
	unsigned value = 0;

	if (at[0] == 'x' && len > 1 && is_hex(at[1])) {
		for (; used < 3 && used < len && is_hex(at[used]); used++)
			value = value * 16 + hex_digit(at[used]);
		*out = (char)value;
		return used;
	}
	if (at[0] >= '0' && at[0] <= '7') {
		for (used = 0; used < 3 && used < len && at[used] >= '0' && at[used] <= '7'; used++)
			value = value * 8 + (unsigned)(at[used] - '0');
		*out = (char)value;
		return used;
	}
	*out = name ? values[name - names] : at[0];
	return 1;
}

static size_t resolve(const struct token *token, char *out)
{
	size_t len = 0;

	for (size_t i = 0; i < token->len;) {
		if (token->text[i] == '\\' && i + 1 < token->len) {
			i++;
			i += unescape(token->text + i, token->len - i, &out[len]);
		} else {
			out[len] = token->text[i++];
		}
		len++;
	}
	return len;
}

/* "abc" "def" are one string; "abc"... is one of which more may follow. */
static struct expression *read_string(struct script_reader *r)
{
	struct expression *e = expression_new(r, EXPRESSION_STRING);
	size_t room = 0;
	char *text = NULL;

	for (; r->token.kind == TOKEN_STRING; script_next(r)) {
		if (!text || room - e->length < r->token.len) {
			const char *before = text;

			room = text ? 2 * (e->length + r->token.len) : r->token.len;
			text = script_memory_take(r->memory, room + 1);
			if (before)
				memcpy(text, before, e->length);
		}
		e->length += resolve(&r->token, text + e->length);
	}
	e->text = text;
	if (r->token.kind == TOKEN_ELLIPSIS) {
		e->open = true;
		script_next(r);
	}
	return e;
}

/* ---- lists ---- */

static bool read_parts(struct script_reader *r, char end, unsigned depth, struct expression **first,
		       uint32_t *count)
{
	struct expression **next = first;

	*first = NULL;
	*count = 0;
	if (script_take_mark(r, end))
		return true;
	do {
		*next = read_element(r, depth);
		if (!*next)
			return false;
		next = &(*next)->next;
		++*count;
	} while (script_take_mark(r, ','));
	if (script_take_mark(r, end))
		return true;
	return script_expected(r, end == ')'   ? "a comma or )"
				  : end == ']' ? "a comma or ]"
					       : "a comma or }");
}

static struct expression *read_bracketed(struct script_reader *r, enum expression_kind kind,
					 char end, unsigned depth)
{
	struct expression *e = expression_new(r, kind);
	uint32_t count;

	script_next(r);
	return read_parts(r, end, depth + 1, &e->first, &count) ? e : NULL;
}

bool script_read_list(struct script_reader *r, char end, struct expression **first, uint32_t *count)
{
	return read_parts(r, end, 0, first, count);
}

/* ---- single ones ---- */

static struct expression *read_number(struct script_reader *r)
{
	struct expression *e = expression_new(r, EXPRESSION_NUMBER);

	if (r->token.too_large) {
		script_refuse(r, r->token.place, "the number does not fit into 64 bits");
		return NULL;
	}
	e->value = r->token.value;
	script_next(r);
	return e;
}

/* AF_INET, NULL, htons(8080). */
static struct expression *read_word(struct script_reader *r, unsigned depth)
{
	struct expression *e = expression_new(r, EXPRESSION_NAME);
	uint32_t count;

	e->text = script_copy(r);
	script_next(r);
	if (script_take_mark(r, '(')) {
		e->kind = EXPRESSION_FUNCTION;
		return read_parts(r, ')', depth + 1, &e->first, &count) ? e : NULL;
	}
	if (symbol_value(e->text, &e->value))
		e->kind = EXPRESSION_NUMBER;
	return e;
}

static struct expression *read_not(struct script_reader *r, unsigned depth)
{
	struct expression *e = expression_new(r, EXPRESSION_NOT);

	e->value = r->token.mark;
	script_next(r);
	e->first = read_nested(r, depth + 1);
	return e->first ? e : NULL;
}

/* ~a, a, and what is in brackets. */
static struct expression *read_single(struct script_reader *r, unsigned depth)
{
	struct expression *e;

	if (depth > EXPRESSION_DEPTH_MAX) {
		script_refuse(r, r->token.place,
			      "brackets are nested deeper than %d: nothing needs that",
			      EXPRESSION_DEPTH_MAX);
		return NULL;
	}
	switch (r->token.kind) {
	case TOKEN_ELLIPSIS:
		e = expression_new(r, EXPRESSION_ANY);
		script_next(r);
		return e;
	case TOKEN_NUMBER: return read_number(r);
	case TOKEN_STRING: return read_string(r);
	case TOKEN_WORD: return read_word(r, depth);
	default: break;
	}
	if (script_is_mark(r, '['))
		return read_bracketed(r, EXPRESSION_LIST, ']', depth);
	if (script_is_mark(r, '{'))
		return read_bracketed(r, EXPRESSION_STRUCT, '}', depth);
	if (script_is_mark(r, '~') || script_is_mark(r, '!'))
		return read_not(r, depth);
	if (script_take_mark(r, '(')) {
		e = read_nested(r, depth + 1);
		return e && script_want_mark(r, ')', "a ) for the ( before it") ? e : NULL;
	}
	script_expected(r, "a value: a number, a name, \"a string\", ..., [a list] or {a struct}");
	return NULL;
}

/* a | b | c */
static struct expression *read_or(struct script_reader *r, struct expression *first, unsigned depth)
{
	struct expression *e = expression_new(r, EXPRESSION_OR);
	struct expression **next = &first->next;

	e->place = first->place;
	e->first = first;
	while (script_take_mark(r, '|')) {
		*next = read_single(r, depth);
		if (!*next)
			return NULL;
		next = &(*next)->next;
	}
	return e;
}

static struct expression *read_range(struct script_reader *r, struct expression *from,
				     unsigned depth)
{
	struct expression *e = expression_new(r, EXPRESSION_RANGE);

	script_next(r);
	e->place = from->place;
	e->first = from;
	from->next = read_single(r, depth);
	if (!from->next)
		return NULL;
	if (from->kind == EXPRESSION_NUMBER && from->next->kind == EXPRESSION_NUMBER &&
	    from->next->value < from->value) {
		script_refuse(r, e->place,
			      "the range ends before it begins: write the smaller number first");
		return NULL;
	}
	return e;
}

static struct expression *read_rest(struct script_reader *r, struct expression *e, unsigned depth)
{
	if (e && script_is_mark(r, '|'))
		e = read_or(r, e, depth);
	if (e && script_is_mark(r, '~'))
		e = read_range(r, e, depth);
	return e;
}

static struct expression *read_nested(struct script_reader *r, unsigned depth)
{
	return read_rest(r, read_single(r, depth), depth);
}

/* "onoff=1", "msg_iov(2)=[…]": a value that is called something. */
static struct expression *read_element(struct script_reader *r, unsigned depth)
{
	bool word = r->token.kind == TOKEN_WORD;
	struct expression *e = read_single(r, depth);
	struct expression *named;

	if (!e || !word || !script_is_mark(r, '='))
		return read_rest(r, e, depth);
	if (e->kind == EXPRESSION_FUNCTION && (!e->first || e->first->next)) {
		script_refuse(r, e->place, "a member takes one number: msg_iov(2)=");
		return NULL;
	}
	script_next(r);
	named = read_nested(r, depth + 1);
	if (!named)
		return NULL;
	named->name = e->text;
	if (e->kind == EXPRESSION_FUNCTION)
		named->name_argument = e->first;
	return named;
}

struct expression *script_read_expression(struct script_reader *r)
{
	return read_nested(r, 0);
}
