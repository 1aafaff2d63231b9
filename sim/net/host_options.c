/* host_options.c — what an application may choose for one connection below TCP's own
 * calls. RFC 9293 §3.7.4 (Nagle), §3.9.1.8 (errors), §3.9.1.9 (DS field), §3.9.2 (TTL). */
#include "net/host_inside.h"

static struct connection *living(const struct host *host, uint32_t conn)
{
	struct connection *c = connections_get(&host->connections, conn);

	return c != NULL && !c->dead ? c : NULL;
}

enum call_answer host_set_nagle(struct host *host, nanos now, uint32_t conn, bool on)
{
	struct connection *c = living(host, conn);
	enum call_answer answer;
	struct turn turn;

	if (c == NULL)
		return CALL_NO_CONNECTION;
	turn_begin(&turn, host, c, now);
	answer = tcp_set_nagle(&turn.tcp, on);
	turn_settle(&turn);
	turn_end(&turn); /* what was held back may go */
	return answer;
}

enum { DS_SHIFT = 2 }; /* RFC 2474 §3: above the two bits of ECN */

enum call_answer host_set_ds(struct host *host, uint32_t conn, uint8_t ds)
{
	struct connection *c = living(host, conn);

	if (c == NULL)
		return CALL_NO_CONNECTION;
	c->ds = (uint8_t)(ds << DS_SHIFT);
	return CALL_OK;
}

enum call_answer host_get_ds(const struct host *host, uint32_t conn, uint8_t *arrived)
{
	const struct connection *c = living(host, conn);

	if (c == NULL)
		return CALL_NO_CONNECTION;
	*arrived = c->ds_arrived >> DS_SHIFT;
	return CALL_OK;
}

enum call_answer host_set_hop_limit(struct host *host, uint32_t conn, uint8_t hops)
{
	struct connection *c = living(host, conn);

	if (c == NULL)
		return CALL_NO_CONNECTION;
	c->hop_limit = hops;
	return CALL_OK;
}

enum call_answer host_mute_errors(struct host *host, uint32_t conn, bool muted)
{
	struct connection *c = living(host, conn);

	if (c == NULL)
		return CALL_NO_CONNECTION;
	c->errors_muted = muted;
	return CALL_OK;
}
