#include "wire/address.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

/* The texts of both versions, and none longer. */
_Static_assert(ADDRESS_TEXT_MAX >= INET6_ADDRSTRLEN, "an IPv6 address fits");
_Static_assert(ENDPOINT_TEXT_MAX >= INET6_ADDRSTRLEN + sizeof "[]:65535" - 1, "and its port");

bool address_eq(const struct address *a, const struct address *b)
{
	return memcmp(a, b, sizeof *a) == 0;
}

bool endpoint_eq(const struct endpoint *a, const struct endpoint *b)
{
	return address_eq(&a->address, &b->address) && a->port == b->port;
}

bool address_parse(struct address *out, const char *text)
{
	struct address a = {0};

	if (inet_pton(AF_INET, text, a.bytes) == 1)
		a.version = 4;
	else if (inet_pton(AF_INET6, text, a.bytes) == 1)
		a.version = 6;
	else
		return false;
	*out = a;
	return true;
}

void address_format(const struct address *a, char out[ADDRESS_TEXT_MAX])
{
	if (a->version == 0)
		snprintf(out, ADDRESS_TEXT_MAX, "*");
	else
		inet_ntop(a->version == 4 ? AF_INET : AF_INET6, a->bytes, out, ADDRESS_TEXT_MAX);
}

void endpoint_format(const struct endpoint *e, char out[ENDPOINT_TEXT_MAX])
{
	char address[ADDRESS_TEXT_MAX];

	address_format(&e->address, address);
	snprintf(out, ENDPOINT_TEXT_MAX, e->address.version == 6 ? "[%s]:%u" : "%s:%u", address,
		 (unsigned)e->port);
}

bool address_is_multicast(const struct address *a)
{
	if (a->version == 4)
		return a->bytes[0] >> 4 == 0xe; /* 224.0.0.0/4, RFC 5771 */
	return a->version == 6 && a->bytes[0] == 0xff;
}

static bool all_bytes_are(const struct address *a, uint8_t value)
{
	for (size_t i = 0; i < (a->version == 4 ? 4 : 16); i++) {
		if (a->bytes[i] != value)
			return false;
	}
	return true;
}

bool address_is_unusable(const struct address *a)
{
	if (all_bytes_are(a, 0) || address_is_multicast(a))
		return true;
	return a->version == 4 && all_bytes_are(a, 0xff);
}
