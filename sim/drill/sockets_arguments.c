/* sockets_arguments.c — reading what a script says, and holding what a call hands
 * back against it. */
#include "drill/sockets_inside.h"

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

const struct expression *part_of(const struct expression *e, const char *name, unsigned place)
{
	const struct expression *part;

	if (e == NULL || e->kind != EXPRESSION_STRUCT)
		return NULL;
	for (part = e->first; part != NULL; part = part->next) {
		if (part->name != NULL && strcmp(part->name, name) == 0)
			return part;
	}
	for (part = e->first; part != NULL; part = part->next) {
		if (part->name != NULL)
			return NULL;
		if (place-- == 0)
			return part;
	}
	return NULL;
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

/* ::ffff:192.0.2.1 is 192.0.2.1: sockets of IPv6 may speak IPv4. */
static void unmap(struct address *address)
{
	static const uint8_t prefix[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
	struct address inner = {.version = 4};

	if (address->version != 6 || memcmp(address->bytes, prefix, sizeof prefix) != 0)
		return;
	memcpy(inner.bytes, address->bytes + sizeof prefix, 4);
	*address = inner;
}

/* Unspecified is as if none were given. */
static bool take_address(struct attempt *a, const struct expression *e, struct address *out)
{
	const struct expression *text = e;
	static const uint8_t nothing[16];
	int64_t number;

	*out = (struct address){.version = 0};
	if (is_any(e))
		return true;
	if (e->kind == EXPRESSION_FUNCTION) {
		text = e->first;
		while (text != NULL && text->kind != EXPRESSION_STRING)
			text = text->next;
	}
	if (text != NULL && text->kind == EXPRESSION_STRING) {
		if (!address_parse(out, text->text)) {
			wrong(a, "\"%s\" is no address", text->text);
			return false;
		}
	} else if (number_of(a, e, &number)) {
		out->version = 4;
		for (int i = 0; i < 4; i++)
			out->bytes[i] = (uint8_t)(number >> (24 - 8 * i));
	} else {
		return false;
	}
	if (memcmp(out->bytes, nothing, sizeof nothing) == 0)
		out->version = 0;
	unmap(out);
	return true;
}

static const struct expression *either(const struct expression *e, const char *one,
				       const char *other, unsigned place)
{
	const struct expression *part = part_of(e, one, place);

	return part != NULL ? part : part_of(e, other, UINT32_MAX);
}

bool address_argument(struct attempt *a, unsigned i, const struct endpoint *any,
		      struct endpoint *out, bool *unspecified)
{
	return address_of(a, argument(a, i), any, out, unspecified);
}

bool address_of(struct attempt *a, const struct expression *e, const struct endpoint *any,
		struct endpoint *out, bool *unspecified)
{
	const struct expression *family = either(e, "sa_family", "sin6_family", 0);
	const struct expression *port = either(e, "sin_port", "sin6_port", 1);
	const struct expression *address = either(e, "sin_addr", "sin6_addr", 2);
	int64_t number;

	*out = *any;
	*unspecified = false;
	if (family == NULL)
		family = part_of(e, "sin_family", UINT32_MAX);
	if (is_any(e))
		return true;
	if (e->kind != EXPRESSION_STRUCT) {
		unsupported(a, "this kind of address is not supported");
		return false;
	}
	if (!is_any(family)) {
		if (!number_of(a, family, &number))
			return false;
		*unspecified = number == DRILL_AF_UNSPEC;
	}
	if (!is_any(port)) {
		if (!number_of(a, port, &number))
			return false;
		out->port = (uint16_t)number;
	}
	return is_any(address) || take_address(a, address, &out->address);
}

void hands_back_address(struct attempt *a, const struct expression *e, const char *what,
			const struct endpoint *value)
{
	const struct expression *port = either(e, "sin_port", "sin6_port", 1);
	const struct expression *address = either(e, "sin_addr", "sin6_addr", 2);
	char ours[ADDRESS_TEXT_MAX];
	char theirs[ADDRESS_TEXT_MAX];
	struct address expected;

	if (is_any(e))
		return;
	if (e->kind != EXPRESSION_STRUCT) {
		unsupported(a, "this kind of address is not supported");
		return;
	}
	hands_back(a, port, what, value->port);
	if (is_any(address) || !take_address(a, address, &expected) ||
	    address_eq(&expected, &value->address))
		return;
	address_format(&value->address, ours);
	address_format(&expected, theirs);
	wrong(a, "%s is %s, and the script expects %s", what, ours, theirs);
}
