/* address.h — IPv4 and IPv6 addresses as plain values.
 *
 * All bytes are always set (the unused ones are 0), so that two addresses
 * can be compared and hashed as memory. */
#ifndef TCPLAB_WIRE_ADDRESS_H
#define TCPLAB_WIRE_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct address {
	uint8_t bytes[16]; /* network order; IPv4 uses the first 4 */
	uint8_t version;   /* 4, 6, or 0 for "not given" */
};

struct endpoint {
	struct address address;
	uint8_t zero; /* keeps the struct free of padding */
	uint16_t port;
};

enum { ADDRESS_TEXT_MAX = 48, ENDPOINT_TEXT_MAX = 56 };

bool address_eq(const struct address *a, const struct address *b);
bool endpoint_eq(const struct endpoint *a, const struct endpoint *b);

/* "10.0.0.1" or "2001:db8::1" (RFC 5952). False on anything else: no names,
 * no octal, no missing parts, no zone. */
bool address_parse(struct address *out, const char *text);
void address_format(const struct address *a, char out[ADDRESS_TEXT_MAX]); /* "*": not given */

/* "10.0.0.1:80", "[2001:db8::1]:80", "*:80". */
void endpoint_format(const struct endpoint *e, char out[ENDPOINT_TEXT_MAX]);

bool address_is_multicast(const struct address *a);

/* Broadcast (255.255.255.255), multicast or unspecified: TCP never talks to
 * these, RFC 9293 §3.9.2.3 (MUST-46, 57, 63). */
bool address_is_unusable(const struct address *a);

#endif
