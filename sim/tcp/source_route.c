/* source_route.c — whose choice the way of our segments is. RFC 9293 §3.9.2.1.
 *
 * A source route that our application gave stays for as long as the
 * connection lasts. Without one, a connection that came from a passive OPEN
 * answers on the way that its peer's segments came, turned round; when the
 * peer takes another, so do we. What arrives in a segment that no check has
 * passed yet changes nothing: otherwise anybody could lead our text where he
 * likes. */
#include "tcp/turn.h"

#include <assert.h>

void tcp_use_source_route(struct tcp *t, const struct source_route *route)
{
	struct tcb *tcb = t->tcb;

	assert(tcb->local.address.version == 4 && route->count > 0);
	tcb->route.way = *route;
	tcb->route.ours = true;
	note(t, RULE_ROUTE_GIVEN);
}

void route_arrives(struct tcp *t)
{
	struct route_variables *route = &t->tcb->route;

	if (t->route_back == NULL || source_route_eq(t->route_back, &route->way))
		return;
	if (route->ours) {
		note(t, RULE_ROUTE_OURS_STAYS);
		return;
	}
	if (!t->tcb->passive) {
		note(t, RULE_ROUTE_NOT_ASKED);
		return;
	}
	note(t, route->way.count == 0 ? RULE_ROUTE_SAVED : RULE_ROUTE_REPLACED);
	route->way = *t->route_back;
}

uint32_t route_len(const struct tcb *tcb)
{
	return (uint32_t)source_route_len(&tcb->route.way);
}
