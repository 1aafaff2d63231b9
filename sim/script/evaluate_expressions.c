/* evaluate_expressions.c — expressions of the code in a script, from the loosest
 * sign to the tightest:
 *
 *     or    and    not    == != < <= > >=, which may be chained
 *     |    ^    &    << >>    + -    * // %    - + ~ before a value */
#include "script/evaluate_inside.h"

#include <string.h>

#include "script/symbols.h"

static struct value either_of(struct reading *r);

/* Of a script that is nothing but brackets. */
static bool goes_deeper(struct reading *r)
{
	if (++r->nested < NESTED_MAX)
		return true;
	trouble(r, EVALUATION_UNSUPPORTED, r->word.place,
		"more than %d expressions in each other are not supported", NESTED_MAX);
	return false;
}

struct value expression_of(struct reading *r)
{
	struct value value = number_value(0);

	if (goes_deeper(r))
		value = either_of(r);
	r->nested--;
	return value;
}

/* ---- names ---- */

struct variable *variable_named(const struct evaluator *e, const char *name)
{
	struct variable *v = e->variables;

	while (v != NULL && strcmp(v->name, name) != 0)
		v = v->next;
	return v;
}

static void remember_use(struct reading *r, const char *name, const struct value *value)
{
	for (unsigned i = 0; i < r->used_count; i++)
		if (strcmp(r->used[i].name, name) == 0)
			return;
	if (r->used_count < NAMES_USED_MAX)
		r->used[r->used_count++] = (struct name_used){.name = name, .value = *value};
}

static void unknown(struct reading *r, const struct word *word, const char *name)
{
	const char *why = symbol_refused(name);

	if (why != NULL)
		trouble(r, EVALUATION_UNSUPPORTED, word->place, "%s is not told: %s", name, why);
	else
		trouble(r, EVALUATION_UNSUPPORTED, word->place,
			"nothing is known that has the name \"%.100s\"", name);
}

static struct value value_of_name(struct reading *r, const struct word *word)
{
	struct value value = number_value(0);
	const struct variable *variable;
	const char *name;

	if (r->skipping > 0 || r->outcome != EVALUATION_OK)
		return value;
	name = keep_text(r->e, word->text, word->len);
	variable = variable_named(r->e, name);
	if (variable != NULL)
		value = variable->value;
	else if (!r->e->look_up(r->e->who, name, &value.number) &&
		 !symbol_value(name, &value.number))
		unknown(r, word, name);
	remember_use(r, name, &value);
	return value;
}

/* ---- functions ---- */

static unsigned arguments_of(struct reading *r, struct value out[TUPLE_MAX], bool *commas)
{
	unsigned count = 0;

	*commas = false;
	next_word(r); /* the bracket */
	while (!is_sign(r, ")") && r->outcome == EVALUATION_OK) {
		if (count == TUPLE_MAX) {
			trouble(r, EVALUATION_UNSUPPORTED, r->word.place,
				"more than %d values in brackets are not supported", TUPLE_MAX);
			break;
		}
		out[count++] = expression_of(r);
		if (is_sign(r, ")"))
			break;
		needs_sign(r, ",");
		*commas = true;
	}
	needs_sign(r, ")");
	return count;
}

static struct value extreme_of(struct reading *r, const struct word *name,
			       const struct value *values, unsigned count)
{
	struct value result = values[0];

	for (unsigned i = 0; i < count; i++) {
		if (!is_number(&values[i]))
			trouble(r, EVALUATION_UNSUPPORTED, name->place,
				"%.*s() of anything but numbers is not supported", (int)name->len,
				name->text);
		if (name->text[1] == 'i' ? values[i].number < result.number
					 : values[i].number > result.number)
			result = values[i];
	}
	return result;
}

/* min() max() abs() int() bool() str() */
static struct value function_of(struct reading *r, const struct word *name)
{
	static const char *const known[] = {"min", "max", "abs", "int", "bool", "str"};
	struct value values[TUPLE_MAX] = {{0}};
	char told[512];
	struct text t = text_in(told, sizeof told);
	unsigned which = 0;
	unsigned count;
	bool commas;

	while (which < 6 && (strlen(known[which]) != name->len ||
			     memcmp(known[which], name->text, name->len) != 0))
		which++;
	if (which == 6) {
		trouble(r, EVALUATION_UNSUPPORTED, name->place,
			"the function %.*s() is not supported",
			(int)(name->len < 40 ? name->len : 40), name->text);
		return number_value(0);
	}
	count = arguments_of(r, values, &commas);
	if (r->skipping > 0 || r->outcome != EVALUATION_OK)
		return number_value(0);
	if (count == 0 || (which >= 2 && count > 1)) {
		trouble(r, EVALUATION_FAILED, name->place, "%s() has %s", known[which],
			count == 0 ? "no value" : "more than one value");
		return number_value(0);
	}
	if (which < 2)
		return extreme_of(r, name, values, count);
	if (which == 4)
		return truth_value(is_true(&values[0]));
	if (which == 5) {
		tell_value(&values[0], false, &t);
		return string_value(keep_text(r->e, told, strlen(told)));
	}
	if (!is_number(&values[0])) {
		trouble(r, EVALUATION_UNSUPPORTED, name->place,
			"%s() of anything but a number is not supported", known[which]);
		return number_value(0);
	}
	if (which == 2 && values[0].number < 0)
		return negated(r, name->place, &values[0]);
	return number_value(values[0].number);
}

/* ---- values ---- */

/* Where no such word may stand for a value. */
static const char *const reserved[] = {"if",   "else",   "elif",  "for",  "while",  "in",
				       "is",   "def",    "class", "from", "import", "try",
				       "with", "lambda", "yield", "del",  "raise",  "return",
				       "pass", "break",  NULL};

static bool is_reserved(const struct word *word)
{
	for (unsigned i = 0; reserved[i] != NULL; i++)
		if (strlen(reserved[i]) == word->len &&
		    memcmp(reserved[i], word->text, word->len) == 0)
			return true;
	return false;
}

static struct value name_or_function(struct reading *r)
{
	struct word name = r->word;

	if (is_reserved(&name)) {
		trouble(r, EVALUATION_UNSUPPORTED, name.place, "\"%.*s\" is not supported",
			(int)name.len, name.text);
		return number_value(0);
	}
	next_word(r);
	if (is_sign(r, "("))
		return function_of(r, &name);
	if (is_sign(r, "[") || is_sign(r, ".")) {
		trouble(r, EVALUATION_UNSUPPORTED, r->word.place, "\"%.*s%c\" is not supported",
			(int)(name.len < 40 ? name.len : 40), name.text, *r->word.text);
		return number_value(0);
	}
	if (name.len == 4 && memcmp(name.text, "True", 4) == 0)
		return truth_value(true);
	if (name.len == 5 && memcmp(name.text, "False", 5) == 0)
		return truth_value(false);
	if (name.len == 4 && memcmp(name.text, "None", 4) == 0)
		return (struct value){.kind = VALUE_NONE};
	return value_of_name(r, &name);
}

static char escaped(struct reading *r, char c)
{
	static const char from[] = "nrt\\'\"0";
	static const char to[] = "\n\r\t\\'\"";
	const char *at = strchr(from, c);

	if (at == NULL || *at == '\0' || c == '0')
		trouble(r, EVALUATION_UNSUPPORTED, r->word.place,
			"\"\\%c\" in a string is not supported", c);
	return at == NULL ? c : to[at - from];
}

/* "…".format(…) is the only one. */
static struct value method_of(struct reading *r, const char *string)
{
	struct value values[TUPLE_MAX] = {{0}};
	struct place place = r->word.place;
	unsigned count;
	bool commas;

	next_word(r);
	if (!is_name(r, "format"))
		trouble(r, EVALUATION_UNSUPPORTED, place, "\".\" is not supported here");
	next_word(r);
	if (!is_sign(r, "("))
		needs_sign(r, "(");
	count = arguments_of(r, values, &commas);
	if (r->skipping > 0 || r->outcome != EVALUATION_OK)
		return string_value("");
	return filled_in(r, place, string, values, count);
}

/* Strings side by side are one. */
static struct value string_of(struct reading *r)
{
	struct value all = string_value("");

	while (r->word.kind == WORD_STRING) {
		size_t old = strlen(all.string);
		char *text = keep(r->e, old + r->word.len + 1);
		size_t len = old;

		memcpy(text, all.string, old);
		for (size_t i = 0; i < r->word.len; i++) {
			bool escape = r->word.text[i] == '\\' && i + 1 < r->word.len;

			text[len++] = escape ? escaped(r, r->word.text[i + 1]) : r->word.text[i];
			i += escape;
		}
		all.string = text;
		next_word(r);
	}
	return is_sign(r, ".") ? method_of(r, all.string) : all;
}

/* (a), (a, b) */
static struct value in_brackets(struct reading *r)
{
	struct value values[TUPLE_MAX] = {{0}};
	struct value *parts;
	bool commas;
	unsigned count = arguments_of(r, values, &commas);

	if (count == 1 && !commas)
		return values[0];
	parts = keep(r->e, sizeof values);
	memcpy(parts, values, sizeof values);
	return (struct value){.kind = VALUE_TUPLE, .number = count, .parts = parts};
}

static struct value value_of(struct reading *r)
{
	struct value value = number_value(r->word.number);
	char told[WORD_TOLD_MAX];

	switch ((enum word_kind)r->word.kind) {
	case WORD_NUMBER: next_word(r); return value;
	case WORD_NAME: return name_or_function(r);
	case WORD_STRING: return string_of(r);
	default: break;
	}
	if (is_sign(r, "("))
		return in_brackets(r);
	if (r->word.kind == WORD_SIGN)
		trouble(r, EVALUATION_UNSUPPORTED, r->word.place, "%s is not supported here",
			told_word(&r->word, told));
	else
		trouble(r, EVALUATION_FAILED, r->word.place, "a value is missing before %s",
			told_word(&r->word, told));
	return number_value(0);
}

/* ---- signs ---- */

static struct value signed_value(struct reading *r)
{
	struct word sign = r->word;
	struct value value;

	if (!is_sign(r, "-") && !is_sign(r, "+") && !is_sign(r, "~"))
		return value_of(r);
	next_word(r);
	if (!goes_deeper(r))
		return number_value(0);
	value = signed_value(r);
	r->nested--;
	if (r->skipping > 0 || r->outcome != EVALUATION_OK || *sign.text == '+')
		return value;
	return *sign.text == '-' ? negated(r, sign.place, &value) : inverted(r, sign.place, &value);
}

enum { TIGHTNESS = 6 };
static const char *const tightness[TIGHTNESS][4] = {{"|"},        {"^"},      {"&"},
						    {"<<", ">>"}, {"+", "-"}, {"*", "//", "%"}};

static bool is_one_of(const struct reading *r, const char *const *list)
{
	for (unsigned i = 0; i < 4 && list[i] != NULL; i++)
		if (is_sign(r, list[i]))
			return true;
	return false;
}

static struct value sum_of(struct reading *r, unsigned level)
{
	struct value a;

	if (level == TIGHTNESS)
		return signed_value(r);
	a = sum_of(r, level + 1);
	while (is_one_of(r, tightness[level])) {
		struct word sign = r->word;
		struct value b;

		next_word(r);
		b = sum_of(r, level + 1);
		a = calculated(r, &sign, &a, &b);
	}
	return a;
}

static bool is_comparison(const struct reading *r)
{
	static const char *const signs[] = {"==", "!=", "<", "<=", ">", ">=", NULL};

	for (unsigned i = 0; signs[i] != NULL; i++)
		if (is_sign(r, signs[i]))
			return true;
	return false;
}

/* a < b < c is a < b and b < c. */
static struct value comparison_of(struct reading *r)
{
	struct value a = sum_of(r, 0);
	bool compares = is_comparison(r);
	bool truth = true;

	while (is_comparison(r)) {
		struct word sign = r->word;
		struct value b;

		next_word(r);
		r->skipping += !truth;
		b = sum_of(r, 0);
		r->skipping -= !truth;
		truth = truth && compared(r, &sign, &a, &b);
		a = b;
	}
	return compares ? truth_value(truth) : a;
}

static struct value opposite_of(struct reading *r)
{
	struct value value;

	if (!is_name(r, "not"))
		return comparison_of(r);
	next_word(r);
	if (!goes_deeper(r))
		return number_value(0);
	value = opposite_of(r);
	r->nested--;
	return truth_value(!is_true(&value));
}

static struct value both_of(struct reading *r)
{
	struct value a = opposite_of(r);

	while (is_name(r, "and")) {
		bool decided = !is_true(&a);
		struct value b;

		next_word(r);
		r->skipping += decided;
		b = opposite_of(r);
		r->skipping -= decided;
		a = decided ? a : b;
	}
	return a;
}

static struct value either_of(struct reading *r)
{
	struct value a = both_of(r);

	while (is_name(r, "or")) {
		bool decided = is_true(&a);
		struct value b;

		next_word(r);
		r->skipping += decided;
		b = both_of(r);
		r->skipping -= decided;
		a = decided ? a : b;
	}
	return a;
}
