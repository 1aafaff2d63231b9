/* evaluate_values.c — numbers and strings of the code in a script, and how they are
 * printed. */
#include "script/evaluate_inside.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

void *keep(struct evaluator *e, size_t size)
{
	return memset(pool_get(&e->pool, size), 0, size);
}

const char *keep_text(struct evaluator *e, const char *text, size_t len)
{
	char *copy = keep(e, len + 1);

	memcpy(copy, text, len);
	return copy;
}

struct value number_value(int64_t number)
{
	return (struct value){.kind = VALUE_NUMBER, .number = number};
}

struct value truth_value(bool truth)
{
	return (struct value){.kind = VALUE_TRUTH, .number = truth};
}

struct value string_value(const char *string)
{
	return (struct value){.kind = VALUE_STRING, .string = string};
}

bool is_true(const struct value *value)
{
	switch ((enum value_kind)value->kind) {
	case VALUE_STRING: return value->string[0] != '\0';
	case VALUE_NONE: return false;
	default: return value->number != 0;
	}
}

bool is_number(const struct value *value)
{
	return value->kind == VALUE_NUMBER || value->kind == VALUE_TRUTH;
}

void tell_value(const struct value *value, bool quoted, struct text *out)
{
	switch ((enum value_kind)value->kind) {
	case VALUE_NUMBER: text_addf(out, "%" PRId64, value->number); break;
	case VALUE_TRUTH: text_add(out, value->number ? "True" : "False"); break;
	case VALUE_STRING: text_addf(out, quoted ? "'%s'" : "%s", value->string); break;
	case VALUE_NONE: text_add(out, "None"); break;
	case VALUE_TUPLE:
		text_add(out, "(");
		for (int64_t i = 0; i < value->number; i++) {
			text_add(out, i > 0 ? ", " : "");
			tell_value(&value->parts[i], true, out);
		}
		text_add(out, value->number == 1 ? ",)" : ")");
		break;
	}
}

/* ---- '…' % (…) ---- */

enum { FORMATTED_MAX = 1024, SPECIFIER_MAX = 16, WIDTH_MAX = 99 };

struct formatting {
	struct reading *r;
	struct place place;
	const struct value *what;
	int64_t next; /* of what */
	struct text out;
};

static const struct value *next_part(struct formatting *f)
{
	const struct value *what = f->what;
	int64_t count = what->kind == VALUE_TUPLE ? what->number : 1;
	int64_t i = f->next++;

	if (i >= count) {
		trouble(f->r, EVALUATION_FAILED, f->place,
			"the string has more %%s than there are values");
		return NULL;
	}
	return what->kind == VALUE_TUPLE ? &what->parts[i] : what;
}

/* Flags, width and precision, as far as printf() should see them. NULL: there are none such. */
static const char *take_specifier(const char *p, char specifier[SPECIFIER_MAX])
{
	size_t len = 1;
	int width[2] = {0, 0};

	specifier[0] = '%';
	while (*p != '\0' && strchr("-+ #0", *p) != NULL && len < 6)
		specifier[len++] = *p++;
	for (int i = 0; i < 2; i++) {
		for (; isdigit((unsigned char)*p); p++) {
			width[i] = width[i] * 10 + (*p - '0');
			if (width[i] > WIDTH_MAX)
				return NULL;
			specifier[len++] = *p;
			if (len > SPECIFIER_MAX - 6)
				return NULL;
		}
		if (i == 0 && *p != '.')
			break;
		if (i == 0)
			specifier[len++] = *p++;
	}
	specifier[len] = '\0';
	return p;
}

static void add_number(struct formatting *f, const char *specifier, char conversion,
		       const struct value *part)
{
	char format[SPECIFIER_MAX + 8];
	int64_t number = part->number;

	if (!is_number(part)) {
		trouble(f->r, EVALUATION_FAILED, f->place, "%%%c needs a number", conversion);
		return;
	}
	if (conversion == 'd' || number >= 0) {
		snprintf(format, sizeof format, "%s%s", specifier,
			 conversion == 'd'   ? PRId64
			 : conversion == 'x' ? PRIx64
			 : conversion == 'X' ? PRIX64
					     : PRIo64);
		text_addf(&f->out, format, number);
		return;
	}
	trouble(f->r, EVALUATION_UNSUPPORTED, f->place,
		"%%%c of a negative number is not supported", conversion);
}

static void add_string(struct formatting *f, const char *specifier, bool quoted,
		       const struct value *part)
{
	char told[FORMATTED_MAX];
	char format[SPECIFIER_MAX + 8];
	struct text t = text_in(told, sizeof told);

	tell_value(part, quoted, &t);
	if (strpbrk(specifier, "+ #0") != NULL && strspn(specifier + 1, "+ #0") > 0)
		specifier = "%"; /* flags that mean nothing for a string */
	snprintf(format, sizeof format, "%ss", specifier);
	text_addf(&f->out, format, told);
}

static const char *add_part(struct formatting *f, const char *p)
{
	char specifier[SPECIFIER_MAX];
	const char *conversion = take_specifier(p, specifier);
	const struct value *part;

	if (conversion == NULL || *conversion == '\0' || strchr("diuxXosr%", *conversion) == NULL) {
		trouble(f->r, EVALUATION_UNSUPPORTED, f->place,
			"%%%.8s in a string is not supported", p);
		return NULL;
	}
	if (*conversion == '%') {
		text_add(&f->out, "%");
		return conversion + 1;
	}
	part = next_part(f);
	if (part == NULL)
		return NULL;
	if (*conversion == 's' || *conversion == 'r')
		add_string(f, specifier, *conversion == 'r', part);
	else
		add_number(f, specifier,
			   *conversion == 'i' || *conversion == 'u' ? 'd' : *conversion, part);
	return conversion + 1;
}

struct value formatted(struct reading *r, struct place place, const char *format,
		       const struct value *what)
{
	char buffer[FORMATTED_MAX];
	struct formatting f = {
		.r = r, .place = place, .what = what, .out = text_in(buffer, sizeof buffer)};
	char one[2] = {0, 0};

	for (const char *p = format; p != NULL && *p != '\0';) {
		if (*p == '%') {
			p = add_part(&f, p + 1);
		} else {
			one[0] = *p++;
			text_add(&f.out, one);
		}
	}
	if (r->outcome == EVALUATION_OK && f.next < (what->kind == VALUE_TUPLE ? what->number : 1))
		trouble(r, EVALUATION_FAILED, place,
			"there are more values than %%s in the string");
	return string_value(keep_text(r->e, buffer, strlen(buffer)));
}

/* {} one after the other, {0} by number; {{ and }} are braces. */
struct value filled_in(struct reading *r, struct place place, const char *format,
		       const struct value *values, unsigned count)
{
	char buffer[FORMATTED_MAX];
	struct text out = text_in(buffer, sizeof buffer);
	unsigned next = 0;

	for (const char *p = format; *p != '\0'; p++) {
		unsigned which = next;

		if (*p != '{' && *p != '}') {
			text_addf(&out, "%c", *p);
			continue;
		}
		if (p[0] == p[1]) {
			text_addf(&out, "%c", *p++);
			continue;
		}
		if (isdigit((unsigned char)p[1]))
			which = (unsigned)(*++p - '0');
		else
			next++;
		if (p[1] != '}' || *p == '}') {
			trouble(r, EVALUATION_UNSUPPORTED, place,
				"anything but {} in a format is not supported");
			break;
		}
		p++;
		if (which >= count) {
			trouble(r, EVALUATION_FAILED, place,
				"the string has more {} than there are values");
			break;
		}
		tell_value(&values[which], false, &out);
	}
	return string_value(keep_text(r->e, buffer, strlen(buffer)));
}
