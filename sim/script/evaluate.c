/* evaluate.c — statements of the code in a script: assert, print, and what is
 * assigned. */
#include "script/evaluate_inside.h"

#include <stdlib.h>
#include <string.h>

struct evaluator *evaluator_new(bool (*look_up)(void *who, const char *name, int64_t *value),
				void *who)
{
	struct evaluator *e = memory_get(sizeof *e);

	*e = (struct evaluator){.look_up = look_up, .who = who};
	return e;
}

void evaluator_free(struct evaluator *e)
{
	if (e != NULL)
		pool_free(&e->pool);
	free(e);
}

/* ---- assert ---- */

/* The stretch of text as one line. */
static void add_source(struct text *out, const char *from, const char *to)
{
	bool blank = false;

	while (to > from && strchr(" \t\r\n\\", to[-1]) != NULL)
		to--;
	for (; from < to && out->len < 300; from++) {
		if (strchr(" \t\r\n\\", *from) != NULL) {
			blank = true;
			continue;
		}
		text_addf(out, "%s%c", blank ? " " : "", *from);
		blank = false;
	}
}

/* "; tcpi_unacked is 3 and x is 4" */
static void add_names(struct text *out, const struct reading *r, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		const char *between = i == 0 ? ": " : i + 1 == count ? " and " : ", ";

		text_addf(out, "%s%s is ", between, r->used[i].name);
		tell_value(&r->used[i].value, true, out);
	}
}

/* What is behind the comma is of use only where the assertion does not hold; nothing in it
 * is trouble. */
static void skip_statement(struct reading *r)
{
	r->skipping++;
	while (r->word.kind != WORD_END && r->word.kind != WORD_LINE)
		next_word(r);
	r->skipping--;
}

static void add_message(struct text *out, struct reading *r)
{
	struct error ignored;
	struct error *why = r->why;
	struct value message;

	r->why = &ignored;
	next_word(r);
	message = expression_of(r);
	r->why = why;
	if (r->outcome == EVALUATION_OK) {
		text_add(out, "; it says: ");
		tell_value(&message, false, out);
	}
	r->outcome = EVALUATION_OK;
}

static void do_assert(struct reading *r)
{
	struct place place = r->word.place;
	const char *begin = r->word.text;
	char sentence[ERROR_TEXT_MAX];
	struct text t = text_in(sentence, sizeof sentence);
	struct value condition;
	unsigned used;

	next_word(r);
	r->used_count = 0;
	condition = expression_of(r);
	if (condition.kind == VALUE_TUPLE)
		trouble(r, EVALUATION_UNSUPPORTED, place,
			"assert of several values in brackets is not supported: it would always "
			"hold");
	if (r->outcome != EVALUATION_OK)
		return;
	if (is_true(&condition)) {
		if (is_sign(r, ","))
			skip_statement(r);
		return;
	}
	used = r->used_count;
	add_source(&t, begin, r->before);
	text_add(&t, " does not hold");
	add_names(&t, r, used);
	if (is_sign(r, ","))
		add_message(&t, r);
	trouble(r, EVALUATION_FAILED, place, "%s", sentence);
}

/* ---- print ---- */

/* print(a, b), and print a, b as it once was. */
static void do_print(struct reading *r)
{
	bool brackets;
	const char *between = "";
	struct value value;

	next_word(r);
	brackets = is_sign(r, "(");
	if (r->word.kind != WORD_END && r->word.kind != WORD_LINE) {
		value = expression_of(r);
		if (brackets && value.kind == VALUE_TUPLE) {
			for (int64_t i = 0; i < value.number && r->outcome == EVALUATION_OK; i++) {
				text_add(r->printed, between);
				tell_value(&value.parts[i], false, r->printed);
				between = " ";
			}
		} else if (r->outcome == EVALUATION_OK) {
			tell_value(&value, false, r->printed);
		}
	}
	while (takes_sign(r, ",")) {
		value = expression_of(r);
		if (r->outcome != EVALUATION_OK)
			return;
		text_add(r->printed, " ");
		tell_value(&value, false, r->printed);
	}
	if (r->outcome == EVALUATION_OK)
		text_add(r->printed, "\n");
}

/* ---- assignments ---- */

static void assign(struct reading *r, const struct word *name, struct value value)
{
	const char *text = keep_text(r->e, name->text, name->len);
	struct variable *variable = variable_named(r->e, text);

	if (r->outcome != EVALUATION_OK)
		return;
	if (variable == NULL) {
		variable = keep(r->e, sizeof *variable);
		variable->name = text;
		variable->next = r->e->variables;
		r->e->variables = variable;
	}
	variable->value = value;
}

/* x += 1 and the like: what it was, with the sign before the =. */
static bool add_to_name(struct reading *r, const struct word *name)
{
	static const char *const signs[] = {
		"+=", "-=", "*=", "%=", "&=", "|=", "^=", "//=", "<<=", ">>=", NULL};
	struct word sign = r->word;
	const char *text = keep_text(r->e, name->text, name->len);
	const struct variable *variable = variable_named(r->e, text);
	struct value was;
	struct value more;
	unsigned i = 0;

	while (signs[i] != NULL && !is_sign(r, signs[i]))
		i++;
	if (signs[i] == NULL)
		return false;
	next_word(r);
	more = expression_of(r);
	if (variable == NULL) {
		trouble(r, EVALUATION_FAILED, name->place, "\"%.100s\" has no value yet", text);
		return true;
	}
	was = variable->value;
	sign.len--;
	assign(r, name, calculated(r, &sign, &was, &more));
	return true;
}

/* a = b = 3 */
static struct value do_assign(struct reading *r, const struct word *name)
{
	struct reading before;
	struct word next;
	struct value value = number_value(0);

	next_word(r); /* the = */
	before = *r;
	next = r->word;
	if (next.kind == WORD_NAME) {
		next_word(r);
		if (is_sign(r, "=") && ++r->nested < NESTED_MAX) {
			value = do_assign(r, &next);
			r->nested--;
			assign(r, name, value);
			return value;
		}
		if (r->outcome == EVALUATION_OK)
			*r = before;
	}
	value = expression_of(r);
	assign(r, name, value);
	return value;
}

static void name_or_expression(struct reading *r)
{
	struct reading before = *r;
	struct word name = r->word;

	if (name.kind == WORD_NAME) {
		next_word(r);
		if (is_sign(r, "=")) {
			do_assign(r, &name);
			return;
		}
		if (add_to_name(r, &name))
			return;
		if (r->outcome == EVALUATION_OK)
			*r = before;
	}
	expression_of(r);
}

/* ---- statements ---- */

static void do_statement(struct reading *r)
{
	char told[WORD_TOLD_MAX];

	if (is_name(r, "assert"))
		do_assert(r);
	else if (is_name(r, "print"))
		do_print(r);
	else if (is_name(r, "pass"))
		next_word(r);
	else
		name_or_expression(r);
	if (r->word.kind != WORD_END && r->word.kind != WORD_LINE)
		trouble(r, EVALUATION_UNSUPPORTED, r->word.place, "%s is not supported here",
			told_word(&r->word, told));
}

enum evaluation evaluate(struct evaluator *e, const char *text, struct place at,
			 struct text *printed, struct error *why)
{
	struct reading r = {.e = e, .printed = printed, .why = why, .at = text, .place = at};

	next_word(&r);
	while (r.word.kind != WORD_END) {
		if (r.word.kind != WORD_LINE)
			do_statement(&r);
		else
			next_word(&r);
	}
	return r.outcome;
}
