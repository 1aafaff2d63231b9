#include "wire/source_route.h"

#include <assert.h>
#include <string.h>

#include "base/bytes.h"
#include "wire/checksum.h"

enum ip_option {
	IP_OPTION_END = 0,
	IP_OPTION_NOP = 1,
	IP_OPTION_LOOSE_ROUTE = 131,
	IP_OPTION_STRICT_ROUTE = 137,
};

/* A route option: type, length, pointer (from 1) to the next stop, addresses. */
enum {
	ROUTE_LENGTH = 1,
	ROUTE_POINTER = 2,
	ROUTE_HEADER = 3,
	ROUTE_POINTER_FIRST = 4,
};

bool source_route_add(struct source_route *route, const struct address *stop)
{
	if (stop->version != 4 || address_is_unusable(stop) || route->count == ROUTE_STOPS_MAX)
		return false;
	memcpy(route->stops[route->count++], stop->bytes, 4);
	return true;
}

bool source_route_eq(const struct source_route *a, const struct source_route *b)
{
	return memcmp(a, b, sizeof *a) == 0;
}

/* ---- the sender ---- */

size_t source_route_len(const struct source_route *route)
{
	return route->count == 0 ? 0 : ROUTE_HEADER + 4u * route->count + 1;
}

void source_route_emit(const struct source_route *route, const struct address *destination,
		       uint8_t *options)
{
	size_t before = 4u * (route->count - 1u);

	assert(route->count > 0 && route->count <= ROUTE_STOPS_MAX && destination->version == 4);
	options[0] = route->strict ? IP_OPTION_STRICT_ROUTE : IP_OPTION_LOOSE_ROUTE;
	options[ROUTE_LENGTH] = (uint8_t)(ROUTE_HEADER + before + 4);
	options[ROUTE_POINTER] = ROUTE_POINTER_FIRST;
	memcpy(options + ROUTE_HEADER, route->stops[1], before);
	memcpy(options + ROUTE_HEADER + before, destination->bytes, 4);
	options[ROUTE_HEADER + before + 4] = IP_OPTION_END;
}

/* ---- looking for routes ---- */

/* The first route option at or behind `from` whose length can be, or NULL. */
static const uint8_t *find_route(const uint8_t *from, const uint8_t *end)
{
	size_t size;

	for (const uint8_t *at = from; at < end && *at != IP_OPTION_END; at += size) {
		size = 1;
		if (*at == IP_OPTION_NOP)
			continue;
		if (end - at < 2)
			return NULL;
		size = at[ROUTE_LENGTH];
		if (size < 2 || size > (size_t)(end - at))
			return NULL;
		if (*at != IP_OPTION_LOOSE_ROUTE && *at != IP_OPTION_STRICT_ROUTE)
			continue;
		if (size >= ROUTE_HEADER + 4 && (size - ROUTE_HEADER) % 4 == 0)
			return at;
	}
	return NULL;
}

static bool goes_on(const uint8_t *route)
{
	return route[ROUTE_POINTER] <= route[ROUTE_LENGTH];
}

/* The first that goes on, or does not. */
static const uint8_t *find(const uint8_t *options, size_t len, bool going_on)
{
	const uint8_t *end = options + len;
	const uint8_t *route = find_route(options, end);

	while (route != NULL && goes_on(route) != going_on)
		route = find_route(route + route[ROUTE_LENGTH], end);
	return route;
}

const uint8_t *source_route_end(const uint8_t *options, size_t len)
{
	const uint8_t *route = find(options, len, true);

	return route != NULL ? route + route[ROUTE_LENGTH] - 4 : NULL;
}

/* ---- who answers ---- */

/* RFC 1122 §3.2.1.8: a sender that wrote itself into the list is no stop. */
bool source_route_back(struct source_route *back, const uint8_t *options, size_t len,
		       const struct address *peer)
{
	const uint8_t *route = find(options, len, false);

	memset(back, 0, sizeof *back);
	if (route == NULL || find(options, len, true) != NULL)
		return false;
	for (size_t left = (route[ROUTE_LENGTH] - ROUTE_HEADER) / 4u; left > 0; left--) {
		struct address stop = {.version = 4};

		memcpy(stop.bytes, route + ROUTE_HEADER + 4 * (left - 1), 4);
		if (left == 1 && address_eq(&stop, peer))
			break;
		if (!source_route_add(back, &stop)) {
			memset(back, 0, sizeof *back);
			return false;
		}
	}
	back->strict = back->count > 0 && route[0] == IP_OPTION_STRICT_ROUTE;
	return back->count > 0;
}

/* ---- routers ---- */

bool source_route_advance(uint8_t *datagram, size_t len, const struct address *router, bool *strict)
{
	size_t header_len = 4u * (datagram[0] & 0xf);
	const uint8_t *found;
	uint8_t *route;
	uint8_t *stop;

	if (datagram[0] >> 4 != 4 || header_len < 20 || header_len > len)
		return false;
	found = find(datagram + 20, header_len - 20, true);
	if (found == NULL || found[ROUTE_POINTER] < ROUTE_POINTER_FIRST ||
	    found[ROUTE_POINTER] % 4 != 0)
		return false;
	route = datagram + (found - datagram);
	stop = route + route[ROUTE_POINTER] - 1;
	memcpy(datagram + 16, stop, 4);
	memcpy(stop, router->bytes, 4);
	route[ROUTE_POINTER] = (uint8_t)(route[ROUTE_POINTER] + 4);
	*strict = route[0] == IP_OPTION_STRICT_ROUTE;
	put_be16(datagram + 10, 0);
	put_be16(datagram + 10, checksum_fold(checksum_add(0, datagram, header_len)));
	return true;
}
