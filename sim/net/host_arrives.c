/* host_arrives.c — what comes to a host from outside: datagrams, time, and its own end. */
#include "net/host_inside.h"

#include <assert.h>
#include <string.h>

#include "base/random.h"
#include "base/text.h"

/* ---- datagrams ---- */

static void record_arrival(const struct host *host, nanos now, uint32_t conn, uint32_t packet,
			   const char *refused)
{
	struct event event;
	char buf[120];
	struct text text;

	if (host->recording == NULL)
		return;
	event = event_at(now, host->recorded_as, EVENT_ARRIVE);
	event.conn = conn;
	event.packet = packet;
	if (refused != NULL) {
		text = text_in(buf, sizeof buf);
		text_addf(&text, "dropped by %s: %s", host->name, refused);
		event.text = recording_add_text(host->recording, buf);
	}
	recording_add(host->recording, &event);
}

/* A decision about no connection. */
static void record_reason(const struct host *host, nanos now, enum rule rule)
{
	struct event note;

	if (host->recording == NULL)
		return;
	note = event_at(now, host->recorded_as, EVENT_NOTE);
	note.rule = (uint16_t)rule;
	recording_add(host->recording, &note);
}

/* Whose connection is at the other end, the packet's record tells. */
static void meet_the_peer(const struct host *host, struct connection *c, uint32_t packet)
{
	struct packet_record record;

	if (c->peer_known || host->recording == NULL || packet == EVENT_NONE)
		return;
	recording_packet(host->recording, packet, &record);
	/* One that listens may answer many, and is none's peer. */
	if (record.conn == EVENT_NONE || c->tcb.state == LISTEN ||
	    recording_conn(host->recording, record.conn)->remote.address.version == 0)
		return;
	c->peer_known = true;
	recording_set_remote(host->recording, c->recorded, &c->tcb.remote, record.conn);
	recording_set_remote(host->recording, record.conn, &c->tcb.local, c->recorded);
}

static void take_over_listening(const struct turn *turn, struct connection *listener)
{
	struct turn other;

	turn_begin(&other, turn->host, listener, turn->tcp.now);
	tcp_listens_again(&other.tcp);
	turn_settle(&other);
	connections_schedule(&turn->host->connections, listener, tcp_next_deadline(&listener->tcb));
}

/* The connection in LISTEN goes on as the one that was opened; a new one, in
 * the state that the first had before, takes over the listening. */
static void leave_listener_behind(struct turn *turn, const struct tcb *before)
{
	struct host *host = turn->host;
	struct connection *c = turn->c;
	struct connection *listener = NULL;
	const struct endpoint nobody = {0};

	connections_index(&host->connections, c);
	if (!c->once) {
		listener = host_add(host);
		listener->tcb = *before;
		listener->tag = c->tag;
		listener->receiving = c->receiving;
		listener->ds = c->ds;
		listener->hop_limit = c->hop_limit;
		listener->errors_muted = c->errors_muted;
		connection_use_profile(listener, c->profile);
		host_record_conn(host, listener, &before->local, &nobody);
		connections_index(&host->connections, listener);
		backlog_share(host, c, listener);
		take_over_listening(turn, listener);
	}
	if (host->user.accepted != NULL && !c->untaken)
		host->user.accepted(host->user.user, turn->tcp.now, c->number, c->tag,
				    listener != NULL ? listener->number : EVENT_NONE);
}

/* A standing RECEIVE takes at once what comes next. */
static void keep_text(struct turn *turn, const uint8_t *text, size_t text_len)
{
	struct connection *c = turn->c;

	for (unsigned i = 0; i < turn->tcp.part_count; i++) {
		const struct text_part *part = &turn->tcp.parts[i];

		assert(part->skip + part->len <= text_len);
		if (c->receiving && turn->tcp.part_count == 1 && part->offset == c->store.taken)
			store_lend(&c->store, text + part->skip, part->len);
		else
			store_put(&c->store, part->offset, text + part->skip, part->len);
	}
}

static void listener_hears(struct turn *turn, const struct packet *packet, const uint8_t *text,
			   size_t text_len)
{
	const struct endpoint from = {.address = packet->src, .port = packet->tcp.src_port};
	const struct endpoint to = {.address = packet->dst, .port = packet->tcp.dst_port};
	const struct tcb before = turn->c->tcb;

	tcp_arrives_in_listen(&turn->tcp, &packet->tcp, &from, &to);
	room_keep_held(turn);
	keep_text(turn, text, text_len);
	turn_settle(turn);
	if (turn->c->tcb.state != LISTEN)
		leave_listener_behind(turn, &before);
}

/* Out of TIME-WAIT, without a listener (MAY-2): for the application the old connection is over,
 * and this is another one. Or it was none, and TIME-WAIT goes on. */
static void meet_reopening(struct turn *turn, enum tcp_state before)
{
	struct host *host = turn->host;
	struct connection *c = turn->c;

	if (before == SYN_RECEIVED && c->tcb.state == TIME_WAIT)
		c->untaken = false;
	if (before != TIME_WAIT || c->tcb.state != SYN_RECEIVED)
		return;
	backlog_join(host, c);
	if (c->untaken)
		host_tell_end(host, c);
	else if (host->user.accepted != NULL)
		host->user.accepted(host->user.user, turn->tcp.now, c->number, c->tag, EVENT_NONE);
}

static void arrives_at(struct host *host, nanos now, struct connection *c,
		       const struct packet *packet, uint32_t number, const uint8_t *text,
		       size_t text_len)
{
	const enum tcp_state before = (enum tcp_state)c->tcb.state;
	struct source_route back;
	struct turn turn;

	record_arrival(host, now, c->recorded, number, NULL);
	turn_begin(&turn, host, c, now);
	if (packet->ip_options_len > 0 &&
	    source_route_back(&back, packet->ip_options, packet->ip_options_len, &packet->src))
		turn.tcp.route_back = &back;
	turn.tcp.ecn_arrived = packet->traffic_class & ECN_MASK;
	c->ds_arrived = packet->traffic_class & (uint8_t)~ECN_MASK;
	if (c->listens)
		turn_speaks_to(&turn, &packet->src);
	signature_verify(&host->keys, &c->tcb, packet, text, &turn.tcp.signing);
	if (c->listens) {
		listener_hears(&turn, packet, text, text_len);
	} else {
		tcp_arrives(&turn.tcp, &packet->tcp);
		room_keep_held(&turn);
		keep_text(&turn, text, text_len);
		turn_settle(&turn);
		meet_reopening(&turn, before);
	}
	meet_the_peer(host, c, number);
	turn_end(&turn);
}

static void arrives_at_nobody(struct host *host, nanos now, const struct packet *packet,
			      uint32_t number)
{
	struct segment reply;
	enum rule rule;
	bool answer = tcp_arrives_in_closed(&packet->tcp, &reply, &rule);

	record_arrival(host, now, EVENT_NONE, number, NULL);
	record_reason(host, now, rule);
	if (answer)
		host_answer(host, now, &packet->dst, &packet->src, &reply, rule);
}

/* RFC 9293 §3.9.2.2: to the connection whose datagram is quoted (MUST-54). */
static void icmp_arrives(struct host *host, nanos now, const struct icmp_error *icmp,
			 uint32_t number)
{
	struct connection *c =
		connections_find(&host->connections, &icmp->quoted_src, &icmp->quoted_dst);
	struct turn turn;

	record_arrival(host, now, c != NULL ? c->recorded : EVENT_NONE, number, NULL);
	if (c == NULL) {
		record_reason(host, now, RULE_ICMP_NO_CONNECTION);
		return;
	}
	turn_begin(&turn, host, c, now);
	tcp_icmp(&turn.tcp, icmp);
	turn_settle(&turn);
	turn_end(&turn);
}

static void refuse(struct host *host, nanos now, uint32_t number, const char *why)
{
	host->counts.refused++;
	record_arrival(host, now, EVENT_NONE, number, why);
}

void host_arrives(struct host *host, nanos now, const uint8_t *bytes, size_t len, uint32_t number)
{
	struct packet packet;
	struct connection *c;
	const uint8_t *text;
	size_t text_len;
	struct endpoint from;
	struct endpoint to;
	enum packet_problem problem = packet_parse(
		&packet, bytes, len, len, host->unverified ? 0 : PACKET_VERIFY, &text, &text_len);

	if (problem != PACKET_OK) {
		refuse(host, now, number, packet_problem_text(problem));
		if (problem == PACKET_BAD_TCP_CHECKSUM) /* MUST-3 */
			record_reason(host, now, RULE_CHECKSUM_WRONG);
		return;
	}
	if (!host_has(host, &packet.dst)) {
		refuse(host, now, number, "it is addressed to another host");
		return;
	}
	if (packet.kind == PACKET_ICMP_ERROR) {
		icmp_arrives(host, now, &packet.icmp, number);
		return;
	}
	host->counts.segments_in++;
	from = (struct endpoint){.address = packet.src, .port = packet.tcp.src_port};
	to = (struct endpoint){.address = packet.dst, .port = packet.tcp.dst_port};
	c = connections_find(&host->connections, &to, &from);
	if (c == NULL)
		c = connections_listener(&host->connections, &to);
	if (c != NULL)
		arrives_at(host, now, c, &packet, number, text, text_len);
	else
		arrives_at_nobody(host, now, &packet, number);
}

/* ---- time ---- */

static enum timer first_due(const struct tcb *tcb)
{
	enum timer first = 0;

	for (int i = 1; i < TIMER_COUNT; i++) {
		if (tcb->timers[i] < tcb->timers[first])
			first = (enum timer)i;
	}
	return first;
}

static void times_out(struct host *host, nanos now, struct connection *c)
{
	struct event event = event_at(now, host->recorded_as, EVENT_TIMER);
	struct turn turn;

	turn_begin(&turn, host, c, now);
	if (host->recording != NULL) {
		event.conn = c->recorded;
		event.timer = (uint8_t)first_due(&c->tcb);
		recording_add(host->recording, &event);
	}
	tcp_timeout(&turn.tcp);
	turn_settle(&turn);
	turn_end(&turn);
}

/* Takes the first entry of the heap off. Where it is no longer its connection's
 * deadline it is put where it belongs, and the answer is NULL. */
static struct connection *take_first(struct host *host)
{
	nanos first = connections_next(&host->connections);
	struct connection *c = connections_due(&host->connections);
	nanos deadline;

	if (c == NULL)
		return NULL;
	deadline = c->dead ? NANOS_NEVER : tcp_next_deadline(&c->tcb);
	if (deadline == first)
		return c;
	connections_schedule(&host->connections, c, deadline);
	return NULL;
}

nanos host_next_deadline(struct host *host)
{
	while (connections_next(&host->connections) != NANOS_NEVER) {
		nanos first = connections_next(&host->connections);
		struct connection *c = take_first(host);

		if (c == NULL)
			continue;
		connections_schedule(&host->connections, c, first);
		return first;
	}
	return NANOS_NEVER;
}

void host_timeouts(struct host *host, nanos now)
{
	while (connections_next(&host->connections) <= now) {
		struct connection *c = take_first(host);

		if (c != NULL)
			times_out(host, now, c);
	}
	host->announced = NANOS_NEVER;
	host_announce(host, host_next_deadline(host));
}

/* ---- the end ---- */

void host_reboot(struct host *host, nanos now)
{
	struct event event = event_at(now, host->recorded_as, EVENT_CALL);
	struct random chance = random_seeded(host->secret.key[0], 1);

	if (host->recording != NULL) {
		event.call = CALL_REBOOT;
		event.cause = host->because;
		recording_add(host->recording, &event);
	}
	for (uint32_t i = 0; i < host->connections.count; i++) {
		struct connection *c = connections_get(&host->connections, i);

		if (c == NULL)
			continue;
		if (host->recording != NULL)
			recording_drop_tcb(host->recording, c->recorded);
		host_remove(host, c);
	}
	for (uint32_t i = 0; i < host->pending_count; i++)
		host->pending[i].number = EVENT_NONE;
	host->dead = EVENT_NONE;
	memset(&host->sharing, 0, sizeof host->sharing);
	host->fast_open = (struct fast_open_cache){.serial = 0};
	host->secret.key[0] = random_next(&chance);
	host->secret.key[1] = random_next(&chance);
}
