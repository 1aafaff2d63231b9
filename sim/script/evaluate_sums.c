/* evaluate_sums.c — what the signs between two values do.
 *
 * Numbers have 63 bits and a sign. A result that does not fit is trouble. */
#include "script/evaluate_inside.h"

#include <inttypes.h>
#include <string.h>

static bool reads(const struct word *sign, const char *text)
{
	return strlen(text) == sign->len && memcmp(sign->text, text, sign->len) == 0;
}

static struct value does_not_fit(struct reading *r, struct place place)
{
	trouble(r, EVALUATION_UNSUPPORTED, place,
		"the result does not fit into 63 bits and a sign, which is not supported");
	return number_value(0);
}

static bool is_a_number(struct reading *r, struct place place, const char *sign, size_t len,
			const struct value *value)
{
	if (is_number(value))
		return true;
	trouble(r, EVALUATION_FAILED, place, "\"%.*s\" needs numbers", (int)len, sign);
	return false;
}

struct value negated(struct reading *r, struct place place, const struct value *a)
{
	if (!is_a_number(r, place, "-", 1, a))
		return number_value(0);
	return a->number == INT64_MIN ? does_not_fit(r, place) : number_value(-a->number);
}

struct value inverted(struct reading *r, struct place place, const struct value *a)
{
	if (!is_a_number(r, place, "~", 1, a))
		return number_value(0);
	return number_value(~a->number);
}

static struct value shifted(struct reading *r, const struct word *sign, int64_t a, int64_t count)
{
	int64_t result;

	if (count < 0) {
		trouble(r, EVALUATION_FAILED, sign->place, "a shift by %" PRId64, count);
		return number_value(0);
	}
	if (reads(sign, ">>")) {
		if (count > 63)
			return number_value(a < 0 ? -1 : 0);
		return number_value(a < 0 ? ~(~a >> count) : a >> count);
	}
	if (a == 0)
		return number_value(0);
	if (count > 62 || __builtin_mul_overflow(a, INT64_C(1) << count, &result))
		return does_not_fit(r, sign->place);
	return number_value(result);
}

/* Towards minus infinity, and a remainder with the sign of the divisor. */
static struct value divided(struct reading *r, const struct word *sign, int64_t a, int64_t b)
{
	int64_t quotient;
	int64_t rest;

	if (b == 0) {
		trouble(r, EVALUATION_FAILED, sign->place, "a division by 0");
		return number_value(0);
	}
	if (a == INT64_MIN && b == -1)
		return reads(sign, "%") ? number_value(0) : does_not_fit(r, sign->place);
	quotient = a / b;
	rest = a % b;
	if (rest != 0 && (rest < 0) != (b < 0)) {
		quotient--;
		rest += b;
	}
	return number_value(reads(sign, "%") ? rest : quotient);
}

static struct value joined(struct reading *r, const char *a, const char *b)
{
	size_t len = strlen(a);
	char *both = keep(r->e, len + strlen(b) + 1);

	memcpy(both, a, len);
	memcpy(both + len, b, strlen(b));
	return string_value(both);
}

struct value calculated(struct reading *r, const struct word *sign, const struct value *a,
			const struct value *b)
{
	int64_t x = a->number;
	int64_t y = b->number;
	int64_t result = 0;
	bool overflow = false;

	if (r->skipping > 0 || r->outcome != EVALUATION_OK)
		return number_value(0);
	if (a->kind == VALUE_STRING && reads(sign, "%"))
		return formatted(r, sign->place, a->string, b);
	if (a->kind == VALUE_STRING && b->kind == VALUE_STRING && reads(sign, "+"))
		return joined(r, a->string, b->string);
	if (!is_a_number(r, sign->place, sign->text, sign->len, a) ||
	    !is_a_number(r, sign->place, sign->text, sign->len, b))
		return number_value(0);
	if (reads(sign, "<<") || reads(sign, ">>"))
		return shifted(r, sign, x, y);
	if (reads(sign, "//") || reads(sign, "%"))
		return divided(r, sign, x, y);
	switch (*sign->text) {
	case '|': result = x | y; break;
	case '^': result = x ^ y; break;
	case '&': result = x & y; break;
	case '+': overflow = __builtin_add_overflow(x, y, &result); break;
	case '-': overflow = __builtin_sub_overflow(x, y, &result); break;
	default: overflow = __builtin_mul_overflow(x, y, &result); break;
	}
	return overflow ? does_not_fit(r, sign->place) : number_value(result);
}

/* −1, 0 or 1. */
static int order_of(const struct value *a, const struct value *b)
{
	int order;

	if (a->kind == VALUE_STRING) {
		order = strcmp(a->string, b->string);
		return (order > 0) - (order < 0);
	}
	return (a->number > b->number) - (a->number < b->number);
}

bool compared(struct reading *r, const struct word *sign, const struct value *a,
	      const struct value *b)
{
	bool alike = (is_number(a) && is_number(b)) ||
		     (a->kind == VALUE_STRING && b->kind == VALUE_STRING);
	int order;

	if (r->skipping > 0 || r->outcome != EVALUATION_OK)
		return false;
	if (a->kind == VALUE_TUPLE || b->kind == VALUE_TUPLE) {
		trouble(r, EVALUATION_UNSUPPORTED, sign->place,
			"\"%.*s\" between lists is not supported", (int)sign->len, sign->text);
		return false;
	}
	if (!alike) {
		if (!reads(sign, "==") && !reads(sign, "!="))
			trouble(r, EVALUATION_FAILED, sign->place,
				"\"%.*s\" between a number and a string", (int)sign->len,
				sign->text);
		return reads(sign, "!=") != (a->kind == VALUE_NONE && b->kind == VALUE_NONE);
	}
	order = order_of(a, b);
	if (reads(sign, "=="))
		return order == 0;
	if (reads(sign, "!="))
		return order != 0;
	if (reads(sign, "<"))
		return order < 0;
	if (reads(sign, "<="))
		return order <= 0;
	return reads(sign, ">") ? order > 0 : order >= 0;
}
