/* sockets_arguments.c — reading what a script says, and holding what a call hands
 * back against it. */
#include "machine/sockets_inside.h"

#include <inttypes.h>
#include <string.h>

const struct expression *argument(const struct attempt *a, unsigned i)
{
	const struct expression *e = a->call->arguments;

	while (e != NULL && i-- > 0)
		e = e->next;
	return e;
}

bool is_any(const struct expression *e)
{
	return e == NULL || e->kind == EXPRESSION_ANY;
}

bool has_no_buffer(struct attempt *a, unsigned i)
{
	const struct expression *e = argument(a, i);

	if (e == NULL || e->kind != EXPRESSION_NUMBER || e->value != 0)
		return false;
	fails(a, DRILL_EFAULT);
	return true;
}

/* ---- numbers ---- */

static bool number_of_parts(struct attempt *a, const struct expression *e, int64_t *value)
{
	*value = 0;
	for (const struct expression *part = e->first; part != NULL; part = part->next) {
		int64_t one;

		if (!number_of(a, part, &one))
			return false;
		*value |= one;
	}
	return true;
}

/* The order of octets is none of ours: htons(80) is port 80. */
static bool number_of_function(struct attempt *a, const struct expression *e, int64_t *value)
{
	static const char *const orders[] = {"htons", "htonl", "ntohs", "ntohl"};

	for (size_t i = 0; i < sizeof orders / sizeof orders[0]; i++) {
		if (strcmp(e->text, orders[i]) == 0 && e->first != NULL)
			return number_of(a, e->first, value);
	}
	unsupported(a, "the function %s() is not supported", e->text);
	return false;
}

bool number_of(struct attempt *a, const struct expression *e, int64_t *value)
{
	*value = 0;
	switch (e != NULL ? (enum expression_kind)e->kind : EXPRESSION_ANY) {
	case EXPRESSION_NUMBER: *value = e->value; return true;
	case EXPRESSION_OR: return number_of_parts(a, e, value);
	case EXPRESSION_NOT:
		if (!number_of(a, e->first, value))
			return false;
		*value = ~*value;
		return true;
	case EXPRESSION_FUNCTION: return number_of_function(a, e, value);
	case EXPRESSION_NAME:
		unsupported(a, "%s is not a constant that is known here", e->text);
		return false;
	default: wrong(a, "%s() needs a number here", a->call->name); return false;
	}
}

bool number_argument(struct attempt *a, unsigned i, int64_t *value)
{
	return number_of(a, argument(a, i), value);
}

bool number_or(struct attempt *a, unsigned i, int64_t any, int64_t *value)
{
	*value = any;
	return is_any(argument(a, i)) || number_argument(a, i, value);
}

/* ---- lists and structs ---- */

const struct expression *inside_list(const struct expression *e)
{
	return e != NULL && e->kind == EXPRESSION_LIST ? e->first : e;
}

void hands_back(struct attempt *a, const struct expression *e, const char *what, int64_t value)
{
	int64_t expected;

	e = inside_list(e);
	if (is_any(e))
		return;
	if (e->kind == EXPRESSION_RANGE) {
		int64_t last;

		if (!number_of(a, e->first, &expected) || !number_of(a, e->first->next, &last))
			return;
		if (value < expected || value > last)
			wrong(a, "%s is %" PRId64 ", and the script expects %" PRId64 "~%" PRId64,
			      what, value, expected, last);
		return;
	}
	if (number_of(a, e, &expected) && expected != value)
		wrong(a, "%s is %" PRId64 ", and the script expects %" PRId64, what, value,
		      expected);
}

/* ---- addresses ---- */

bool address_argument(struct attempt *a, unsigned i, const struct endpoint *any,
		      struct endpoint *out, bool *unspecified)
{
	return address_of(a, argument(a, i), any, out, unspecified);
}

bool address_of(struct attempt *a, const struct expression *e, const struct endpoint *any,
		struct endpoint *out, bool *unspecified)
{
	struct error why;

	if (expression_endpoint(e, any, out, unspecified, &why))
		return true;
	unsupported(a, "%s", why.text);
	return false;
}

void hands_back_address(struct attempt *a, const struct expression *e, const char *what,
			const struct endpoint *value)
{
	struct error why;

	if (!endpoint_is_expected(e, value, what, &why))
		wrong(a, "%s", why.text);
}
