/* host_calls.c — what an application asks a host for. RFC 9293 §3.10.1–3.10.5, in that order. */
#include "net/host_inside.h"

#include <assert.h>

enum {
	PORT_FIRST_USER = 1024, /* RFC 6335 §6 */
};

struct connection *host_living(const struct host *host, uint32_t conn)
{
	struct connection *c = connections_get(&host->connections, conn);

	return c != NULL && !c->dead ? c : NULL;
}

/* The address of ours that speaks the version of `remote`. */
static struct address address_towards(const struct host *host, const struct endpoint *remote)
{
	for (int i = 0; i < 2; i++) {
		if (host->addresses[i].version == remote->address.version)
			return host->addresses[i];
	}
	return (struct address){0};
}

/* Sets local->port to the next one that makes a connection of its own. */
static bool find_port(struct host *host, struct endpoint *local, const struct endpoint *remote)
{
	for (uint32_t tries = PORT_FIRST_USER; tries <= UINT16_MAX; tries++) {
		local->port = host->port;
		host->port =
			host->port == UINT16_MAX ? PORT_FIRST_USER : (uint16_t)(host->port + 1);
		if (connections_find(&host->connections, local, remote) == NULL &&
		    connections_listener(&host->connections, local) == NULL)
			return true;
	}
	return false;
}

/* ---- calls ---- */

/* `conn` is its number in the recording; what was not granted says why. */
static void record_call(const struct host *host, nanos now, uint32_t conn, enum call call,
			int64_t value, enum call_answer answer)
{
	struct event event = event_at(now, host->recorded_as, EVENT_CALL);

	if (host->recording == NULL)
		return;
	event.call = (uint8_t)call;
	event.value = value;
	event.cause = host->because;
	event.conn = conn;
	if (answer != CALL_OK)
		event.text = recording_add_text(host->recording, call_answer_text(answer));
	recording_add(host->recording, &event);
}

static enum call_answer refused(const struct host *host, nanos now, enum call call,
				enum call_answer answer)
{
	record_call(host, now, EVENT_NONE, call, 0, answer);
	return answer;
}

bool call_begin(struct turn *turn, struct host *host, nanos now, uint32_t conn)
{
	struct connection *c = host_living(host, conn);

	if (c == NULL)
		return false;
	turn_begin(turn, host, c, now);
	return true;
}

enum call_answer call_end(struct turn *turn, enum call call, int64_t value, enum call_answer answer)
{
	record_call(turn->host, turn->tcp.now, turn->c->recorded, call, value, answer);
	turn_settle(turn);
	turn_end(turn);
	return answer;
}

static void add_to_stream(struct host *host, struct connection *c, const void *text, int64_t len)
{
	struct stream *stream = host->recording != NULL
					? recording_stream(host->recording, c->recorded)
					: &c->stream;

	if (len == 0)
		return;
	if (host->forgetful && host->recording == NULL) /* which keeps all of it */
		stream_forget(stream, c->tcb.snd.una_offset);
	if (text != NULL)
		stream_add_text(stream, text, (size_t)len);
	else
		stream_add_pattern(stream, len);
}

/* The SEND of host_send_all(), in a turn that has begun. */
static enum call_answer queue_all(struct turn *turn, const void *text, int64_t len, unsigned flags)
{
	struct connection *c = turn->c;
	enum call_answer answer = CALL_OK;
	uint32_t taken = 0;

	if (c->unqueued == 0) {
		answer = tcp_send(&turn->tcp, len < INT32_MAX ? (uint32_t)len : INT32_MAX, flags,
				  &taken);
		answer = answer == CALL_NO_ROOM ? CALL_OK : answer;
	}
	if (answer == CALL_OK) {
		add_to_stream(turn->host, c, text, len);
		c->unqueued += len - taken;
		c->send_flags = (uint8_t)flags;
		c->wants_room = c->unqueued > 0;
	}
	record_call(turn->host, turn->tcp.now, c->recorded, CALL_SEND, len, answer);
	turn_settle(turn);
	return answer;
}

/* The end of an OPEN. */
static enum call_answer opened(struct turn *turn, enum call call, const struct endpoint *local,
			       const struct endpoint *remote, enum call_answer answer,
			       const struct host_open *how, uint32_t *conn)
{
	struct connection *c = turn->c;

	if (answer != CALL_OK) {
		host_remove(turn->host, c);
		return refused(turn->host, turn->tcp.now, call, answer);
	}
	if (how->route != NULL)
		tcp_use_source_route(&turn->tcp, how->route);
	*conn = c->number;
	host_record_conn(turn->host, c, local, remote);
	record_call(turn->host, turn->tcp.now, c->recorded, call, 0, answer);
	turn_settle(turn);
	connections_index(&turn->host->connections, c);
	if (how->fast) {
		tcp_open_fast(&turn->tcp);
		queue_all(turn, how->text, how->len, SEND_PUSH);
	}
	turn_end(turn);
	return answer;
}

/* As its application wants it. */
static struct connection *add_connection(struct host *host, const struct host_open *how)
{
	struct connection *c = host_add(host);

	c->tag = how->tag;
	c->ds = (uint8_t)(how->ds << DS_SHIFT);
	c->hop_limit = how->hop_limit;
	connection_use_profile(c, how->profile);
	return c;
}

enum call_answer host_open_passive(struct host *host, nanos now, const struct endpoint *local,
				   unsigned flags, uint32_t *conn)
{
	const struct host_open nothing = {.fast = false};

	return host_open_passive_as(host, now, local, flags, &nothing, conn);
}

enum call_answer host_open_passive_as(struct host *host, nanos now, const struct endpoint *local,
				      unsigned flags, const struct host_open *how, uint32_t *conn)
{
	struct endpoint nobody = {0};
	struct turn turn;

	*conn = EVENT_NONE;
	if (connections_find(&host->connections, local, &nobody) != NULL)
		return refused(host, now, CALL_OPEN_PASSIVE, CALL_EXISTS);
	turn_begin(&turn, host, add_connection(host, how), now);
	turn.c->once = (flags & LISTEN_ONCE) != 0;
	backlog_new(host, turn.c, flags);
	return opened(&turn, CALL_OPEN_PASSIVE, local, &nobody, tcp_open_passive(&turn.tcp, local),
		      how, conn);
}

enum call_answer host_open_active_as(struct host *host, nanos now, const struct endpoint *from,
				     const struct endpoint *remote, const struct host_open *how,
				     uint32_t *conn)
{
	struct endpoint local = *from;
	struct turn turn;

	*conn = EVENT_NONE;
	if (remote->address.version == 0)
		return refused(host, now, CALL_OPEN_ACTIVE, CALL_REMOTE_UNSPECIFIED);
	if (local.address.version == 0)
		local.address = address_towards(host, remote);
	if (local.address.version != remote->address.version || !host_has(host, &local.address))
		return refused(host, now, CALL_OPEN_ACTIVE, CALL_BAD_ADDRESS);
	if (local.port == 0 && !find_port(host, &local, remote))
		return refused(host, now, CALL_OPEN_ACTIVE, CALL_NO_ROOM);
	if (connections_find(&host->connections, &local, remote) != NULL)
		return refused(host, now, CALL_OPEN_ACTIVE, CALL_EXISTS);
	turn_begin(&turn, host, add_connection(host, how), now);
	turn_speaks_to(&turn, &remote->address);
	return opened(&turn, CALL_OPEN_ACTIVE, &local, remote,
		      tcp_open_active(&turn.tcp, &local, remote), how, conn);
}

enum call_answer host_open_active(struct host *host, nanos now, uint16_t local_port,
				  const struct endpoint *remote, uint32_t *conn)
{
	return host_open_active_from(host, now, &(struct endpoint){.port = local_port}, remote,
				     conn);
}

enum call_answer host_open_active_from(struct host *host, nanos now, const struct endpoint *local,
				       const struct endpoint *remote, uint32_t *conn)
{
	const struct host_open nothing = {.fast = false};

	return host_open_active_as(host, now, local, remote, &nothing, conn);
}

enum call_answer host_open_active_via(struct host *host, nanos now, uint16_t local_port,
				      const struct endpoint *remote,
				      const struct source_route *route, uint32_t *conn)
{
	const struct host_open how = {.route = route};

	*conn = EVENT_NONE;
	if (remote->address.version == 6 || route->count == 0 || route->count > ROUTE_STOPS_MAX)
		return refused(host, now, CALL_OPEN_ACTIVE, CALL_BAD_ADDRESS);
	return host_open_active_as(host, now, &(struct endpoint){.port = local_port}, remote, &how,
				   conn);
}

enum call_answer host_open_fast(struct host *host, nanos now, uint16_t local_port,
				const struct endpoint *remote, const void *text, int64_t len,
				uint32_t *conn)
{
	const struct host_open how = {.text = text, .len = len, .fast = true};

	return host_open_active_as(host, now, &(struct endpoint){.port = local_port}, remote, &how,
				   conn);
}

enum call_answer host_send(struct host *host, nanos now, uint32_t conn, const void *text,
			   uint32_t len, unsigned flags, uint32_t *taken)
{
	struct connection *c = host_living(host, conn);
	enum call_answer answer;
	struct turn turn;

	*taken = 0;
	if (c == NULL)
		return CALL_NO_CONNECTION;
	if (c->unqueued > 0) /* an earlier SEND comes first */
		return CALL_NO_ROOM;
	turn_begin(&turn, host, c, now);
	answer = tcp_send(&turn.tcp, len, flags, taken);
	add_to_stream(host, c, text, *taken);
	if (*taken < len && (answer == CALL_OK || answer == CALL_NO_ROOM))
		c->wants_room = true;
	return call_end(&turn, CALL_SEND, len, answer);
}

enum call_answer host_send_all(struct host *host, nanos now, uint32_t conn, const void *text,
			       int64_t len, unsigned flags)
{
	enum call_answer answer;
	struct turn turn;

	if (!call_begin(&turn, host, now, conn))
		return CALL_NO_CONNECTION;
	answer = queue_all(&turn, text, len, flags);
	turn_end(&turn);
	return answer;
}

enum call_answer host_receive(struct host *host, nanos now, uint32_t conn, uint8_t *out,
			      uint32_t max, uint32_t *taken)
{
	enum call_answer answer;
	struct turn turn;

	*taken = 0;
	if (!call_begin(&turn, host, now, conn))
		return CALL_NO_CONNECTION;
	answer = turn_receive(&turn, out, max, taken);
	return call_end(&turn, CALL_RECEIVE, *taken, answer);
}

void host_take_rest(struct host *host, nanos now, uint32_t conn)
{
	struct connection *c = connections_get(&host->connections, conn);

	if (c == NULL || !c->dead || c->tcb.ending != ENDING_CLOSED)
		return;
	turn_hand_over(host, c, now, NULL, c->tcb.rcv.unread);
	c->tcb.rcv.unread = 0;
}

enum call_answer host_receive_all(struct host *host, nanos now, uint32_t conn, bool on)
{
	struct connection *c = host_living(host, conn);
	uint32_t taken;

	if (c == NULL)
		return CALL_NO_CONNECTION;
	if (on && c->tcb.rcv.unread > 0)
		host_receive(host, now, conn, NULL, c->tcb.rcv.unread, &taken);
	c->receiving = on;
	return CALL_OK;
}

/* A listener that goes leaves nobody waiting. */
static void turn_away(struct host *host, nanos now, uint32_t conn)
{
	const struct connection *c = host_living(host, conn);

	if (c != NULL)
		backlog_turn_away(host, now, c);
}

static enum call_answer close_by(enum call_answer (*call)(struct tcp *), struct host *host,
				 nanos now, uint32_t conn)
{
	struct turn turn;

	turn_away(host, now, conn);
	if (!call_begin(&turn, host, now, conn))
		return CALL_NO_CONNECTION;
	return call_end(&turn, CALL_CLOSE, 0, call(&turn.tcp));
}

enum call_answer host_close(struct host *host, nanos now, uint32_t conn)
{
	return close_by(tcp_close, host, now, conn);
}

enum call_answer host_close_both(struct host *host, nanos now, uint32_t conn)
{
	return close_by(tcp_close_both, host, now, conn);
}

enum call_answer host_abort(struct host *host, nanos now, uint32_t conn)
{
	struct turn turn;

	turn_away(host, now, conn);
	if (!call_begin(&turn, host, now, conn))
		return CALL_NO_CONNECTION;
	return call_end(&turn, CALL_ABORT, 0, tcp_abort(&turn.tcp));
}

void host_forge(struct host *host, nanos now, const struct endpoint *from,
		const struct endpoint *to, const struct segment *seg)
{
	struct segment forged = *seg;

	forged.src_port = from->port;
	forged.dst_port = to->port;
	assert(forged.len <= FORGED_TEXT_MAX);
	host_answer(host, now, &from->address, &to->address, &forged, RULE_SEGMENT_FORGED);
}

void host_forge_icmp(struct host *host, nanos now, const struct endpoint *from,
		     const struct endpoint *to, const struct icmp_error *icmp)
{
	struct icmp_error forged = *icmp;

	forged.quoted_src = *to;
	forged.quoted_dst = *from;
	host_complain(host, now, &from->address, &to->address, &forged);
}
