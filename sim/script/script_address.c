/* script_address.c — addresses as scripts write them:
 *
 *     {sa_family = AF_INET, sin_port = htons(8080), sin_addr = inet_addr("192.0.2.1")}
 *     AF_UNSPEC
 *     {sin6_family=AF_INET6, sin6_port=htons(80), inet_pton(AF_INET6, "2001:db8::1", &sin6_addr)}
 */
#include "script/script.h"

#include <string.h>

#include "script/symbols.h"

static bool is_any(const struct expression *e)
{
	return e == NULL || e->kind == EXPRESSION_ANY;
}

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
static bool take_address(const struct expression *e, struct address *out, struct error *why)
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
		if (!address_parse(out, text->text))
			return error_set(why, "\"%s\" is no address", text->text);
	} else if (expression_number(e, &number)) {
		out->version = 4;
		for (int i = 0; i < 4; i++)
			out->bytes[i] = (uint8_t)(number >> (24 - 8 * i));
	} else {
		return error_set(why, "this kind of address is not supported");
	}
	if (memcmp(out->bytes, nothing, sizeof nothing) == 0)
		out->version = 0;
	unmap(out);
	return true;
}

static const struct expression *either(const struct expression *e, const char *one,
				       const char *other, unsigned place)
{
	const struct expression *part = expression_part(e, one, place);

	return part != NULL ? part : expression_part(e, other, NO_PLACE);
}

bool expression_endpoint(const struct expression *e, const struct endpoint *any,
			 struct endpoint *out, bool *unspecified, struct error *why)
{
	const struct expression *family = either(e, "sa_family", "sin6_family", 0);
	const struct expression *port = either(e, "sin_port", "sin6_port", 1);
	const struct expression *address = either(e, "sin_addr", "sin6_addr", 2);
	int64_t number;

	*out = *any;
	*unspecified = false;
	if (family == NULL)
		family = expression_part(e, "sin_family", NO_PLACE);
	if (is_any(e))
		return true;
	if (e->kind == EXPRESSION_NUMBER && e->value == DRILL_AF_UNSPEC && e->text != NULL) {
		*unspecified = true;
		return true;
	}
	if (e->kind != EXPRESSION_STRUCT)
		return error_set(why, "this kind of address is not supported");
	if (!is_any(family)) {
		if (!expression_number(family, &number))
			return error_set(why, "the family of an address is not known here");
		*unspecified = number == DRILL_AF_UNSPEC;
	}
	if (!is_any(port)) {
		if (!expression_number(port, &number))
			return error_set(why, "the port of an address is no number");
		out->port = (uint16_t)number;
	}
	return is_any(address) || take_address(address, &out->address, why);
}

bool endpoint_is_expected(const struct expression *e, const struct endpoint *value,
			  const char *what, struct error *why)
{
	struct endpoint expected;
	char ours[ADDRESS_TEXT_MAX];
	char theirs[ADDRESS_TEXT_MAX];
	bool unspecified;

	if (is_any(e))
		return true;
	if (!expression_endpoint(e, value, &expected, &unspecified, why))
		return false;
	if (expected.port != value->port)
		return error_set(why, "%s has port %u, and the script expects %u", what,
				 value->port, expected.port);
	if (expected.address.version == 0 || address_eq(&expected.address, &value->address))
		return true;
	address_format(&value->address, ours);
	address_format(&expected.address, theirs);
	return error_set(why, "%s is %s, and the script expects %s", what, ours, theirs);
}
