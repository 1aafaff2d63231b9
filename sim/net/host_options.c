/* host_options.c — what an application may choose for one connection: of TCP, where the
 * choice is a call with its place in the recording, and of IP below it. RFC 9293 §3.7.4
 * (Nagle), §3.8.4 (keep-alives), §3.9.1.1 (user timeout), §3.9.1.8 (errors), §3.9.1.9 (DS
 * field), §3.9.2 (TTL). */
#include "net/host_inside.h"

#include <stdlib.h>

#include "record/memory.h"

void host_set_profile(struct host *host, const struct profile *profile)
{
	host->profile = *profile;
}

void connection_use_profile(struct connection *c, const struct profile *profile)
{
	if (profile == NULL) {
		free(c->profile);
		c->profile = NULL;
		return;
	}
	if (c->profile == NULL)
		c->profile = memory_get(sizeof *c->profile);
	*c->profile = *profile;
}

enum call_answer host_use_profile(struct host *host, uint32_t conn, const struct profile *profile)
{
	struct connection *c = host_living(host, conn);

	if (c == NULL)
		return CALL_NO_CONNECTION;
	connection_use_profile(c, profile);
	return CALL_OK;
}

enum call_answer host_set_send_buffer(struct host *host, nanos now, uint32_t conn, uint32_t octets)
{
	struct turn turn;

	if (!call_begin(&turn, host, now, conn))
		return CALL_NO_CONNECTION;
	return call_end(&turn, CALL_SEND_BUFFER, octets, tcp_set_send_buffer(&turn.tcp, octets));
}

enum call_answer host_set_user_timeout(struct host *host, nanos now, uint32_t conn, nanos length)
{
	struct turn turn;

	if (!call_begin(&turn, host, now, conn))
		return CALL_NO_CONNECTION;
	return call_end(&turn, CALL_USER_TIMEOUT, length / nanos_from_ms(1),
			tcp_set_user_timeout(&turn.tcp, length));
}

enum call_answer host_set_keepalive(struct host *host, nanos now, uint32_t conn, bool on)
{
	struct turn turn;

	if (!call_begin(&turn, host, now, conn))
		return CALL_NO_CONNECTION;
	return call_end(&turn, CALL_KEEPALIVE, on, tcp_set_keepalive(&turn.tcp, on));
}

enum call_answer host_set_receive_buffer(struct host *host, nanos now, uint32_t conn,
					 uint32_t octets)
{
	struct turn turn;

	if (!call_begin(&turn, host, now, conn))
		return CALL_NO_CONNECTION;
	return call_end(&turn, CALL_RECEIVE_BUFFER, octets,
			tcp_set_receive_buffer(&turn.tcp, octets));
}

enum call_answer host_set_nagle(struct host *host, nanos now, uint32_t conn, bool on)
{
	struct turn turn;

	if (!call_begin(&turn, host, now, conn))
		return CALL_NO_CONNECTION;
	return call_end(&turn, CALL_NAGLE, on, tcp_set_nagle(&turn.tcp, on));
}

enum call_answer host_set_cork(struct host *host, nanos now, uint32_t conn, bool on)
{
	struct turn turn;

	if (!call_begin(&turn, host, now, conn))
		return CALL_NO_CONNECTION;
	return call_end(&turn, CALL_CORK, on, tcp_set_cork(&turn.tcp, on));
}

enum call_answer host_set_ds(struct host *host, uint32_t conn, uint8_t ds)
{
	struct connection *c = host_living(host, conn);

	if (c == NULL)
		return CALL_NO_CONNECTION;
	c->ds = (uint8_t)(ds << DS_SHIFT);
	return CALL_OK;
}

enum call_answer host_get_ds(const struct host *host, uint32_t conn, uint8_t *arrived)
{
	const struct connection *c = host_living(host, conn);

	if (c == NULL)
		return CALL_NO_CONNECTION;
	*arrived = c->ds_arrived >> DS_SHIFT;
	return CALL_OK;
}

enum call_answer host_set_hop_limit(struct host *host, uint32_t conn, uint8_t hops)
{
	struct connection *c = host_living(host, conn);

	if (c == NULL)
		return CALL_NO_CONNECTION;
	c->hop_limit = hops;
	return CALL_OK;
}

enum call_answer host_mute_errors(struct host *host, uint32_t conn, bool muted)
{
	struct connection *c = host_living(host, conn);

	if (c == NULL)
		return CALL_NO_CONNECTION;
	c->errors_muted = muted;
	return CALL_OK;
}
