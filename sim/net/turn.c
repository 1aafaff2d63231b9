/* turn.c — one turn of a host: what the engine decided is recorded, sent, and told. */
#include "net/host_inside.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "record/memory.h"

enum { TTL_DEFAULT = 64 };

void turn_begin(struct turn *turn, struct host *host, struct connection *c, nanos now)
{
	turn->host = host;
	turn->c = c;
	turn->tcp.tcb = &c->tcb;
	turn->tcp.profile = profile_of(host, c);
	turn->tcp.secret = &host->secret;
	turn->tcp.sharing = &host->sharing;
	turn->tcp.journal = host->recording != NULL ? &turn->journal : NULL;
	turn->tcp.now = now;
	turn->tcp.mtu = host->mtu;
	turn->tcp.ecn_arrived = NOT_ECT;
	turn->tcp.ecn_to_send = NOT_ECT;
	turn->tcp.goes_again = false;
	turn->tcp.part_count = 0;
	turn->tcp.route_back = NULL;
	turn->tcp.untaken = c->untaken;
	backlog_hand_in(turn);
	turn->tcp.fast_open_cache = &host->fast_open;
	turn->journal.count = 0;
	if (host->checked)
		turn->before = c->tcb;
	room_hand_in(turn);
	if (c->tcb.state == LISTEN) /* an ACK with a cookie: its SYN,ACK counts as sent now */
		room_for_records(turn);
	turn_speaks_to(turn, &c->tcb.remote.address);
}

void turn_speaks_to(struct turn *turn, const struct address *peer)
{
	turn->tcp.signing = signing_with(&turn->host->keys, peer, turn->tcp.now);
}

void turn_record(struct turn *turn)
{
	struct host *host = turn->host;

	recording_add_journal(host->recording, turn->tcp.now, host->recorded_as, turn->c->recorded,
			      &turn->journal);
	recording_set_tcb(host->recording, turn->c->recorded, &turn->c->tcb, turn->tcp.held);
}

/* ---- sending ---- */

static const struct stream *stream_of(const struct host *host, const struct connection *c)
{
	return host->recording != NULL ? recording_stream(host->recording, c->recorded)
				       : &c->stream;
}

/* A packet is made in its record, because to copy all its headers takes as long as to keep them. */
static uint32_t record_packet(const struct host *host, nanos now, struct packet_record *record,
			      uint32_t conn, int64_t offset, enum rule rule)
{
	struct event sent;

	if (host->recording == NULL)
		return EVENT_NONE;
	record->offset = record->packet.tcp.len > 0 ? offset : -1;
	record->conn = conn;
	record->copy_of = EVENT_NONE;
	record->host = host->recorded_as;
	record->captured = false;
	sent = event_at(now, host->recorded_as, EVENT_SEND);
	sent.conn = conn;
	sent.rule = (uint16_t)rule;
	return recording_add_packet(host->recording, record, &sent);
}

/* Where the text of a packet lies in its parcel. */
static uint8_t *text_in_parcel(struct parcel *parcel, const struct packet *packet)
{
	return parcel->bytes + packet_ip_len(packet) + segment_header_len(&packet->tcp);
}

/* The packet's text from `stream`. */
static void load(const struct host *host, struct parcel *parcel, uint8_t *text, uint32_t len,
		 const struct stream *stream, int64_t offset)
{
	assert(text + len <= parcel->bytes + host->link.pool->size);
	if (offset >= 0)
		stream_read(stream, offset, text, len);
	else
		memset(text, 0, len); /* garbage */
}

/* Emits the packet before its text, which is in its place, and hands it to the link. */
static void transmit(struct host *host, nanos now, const struct packet *packet, uint32_t number,
		     struct parcel *parcel, const uint8_t *text)
{
	parcel->len = (uint32_t)packet_emit(packet, text, parcel->bytes, host->link.pool->size);
	assert(parcel->len > 0);
	parcel->packet = number;
	host->counts.segments_out++;
	host->link.transmit(host->link.link, now, parcel);
}

static void address_packet(struct host *host, struct packet *packet, const struct address *from,
			   const struct address *to)
{
	packet->src = *from;
	packet->dst = *to;
	packet->kind = PACKET_TCP;
	packet->traffic_class = 0;
	packet->ttl = TTL_DEFAULT;
	packet->dont_fragment = from->version == 4;
	packet->id = from->version == 4 ? host->ip_id : 0;
	host->ip_id++;
	packet->flow_label = 0;
	packet->ip_options_len = 0;
	memset(packet->ip_options, 0, sizeof packet->ip_options);
	memset(packet->via, 0, sizeof packet->via);
}

static void put_source_route(struct packet *packet, const struct source_route *route)
{
	packet->ip_options_len = (uint32_t)source_route_len(route);
	source_route_emit(route, &packet->dst, packet->ip_options);
	memcpy(packet->via, route->stops[0], sizeof packet->via);
}

static bool next_segment(struct turn *turn, struct segment *seg, int64_t *offset, enum rule *rule)
{
	room_for_records(turn);
	return tcp_next_segment(&turn->tcp, seg, offset, rule);
}

static void send_what_may_be_sent(struct turn *turn)
{
	struct host *host = turn->host;
	struct connection *c = turn->c;
	struct packet_record record;
	struct packet *packet = &record.packet;
	int64_t offset;
	enum rule rule;

	while (next_segment(turn, &packet->tcp, &offset, &rule)) {
		struct parcel *parcel = parcel_take(host->link.pool);
		uint32_t number;
		uint8_t *text;

		address_packet(host, packet, &c->tcb.local.address, &c->tcb.remote.address);
		if (c->tcb.route.way.count > 0)
			put_source_route(packet, &c->tcb.route.way);
		packet->traffic_class = c->ds | turn->tcp.ecn_to_send;
		if (c->hop_limit > 0)
			packet->ttl = c->hop_limit;
		text = text_in_parcel(parcel, packet);
		if (packet->tcp.len > 0)
			load(host, parcel, text, packet->tcp.len, stream_of(host, c), offset);
		if (host->keys.count > 0)
			signature_write(&host->keys, &c->tcb, packet, text);
		number = record_packet(host, turn->tcp.now, &record, c->recorded, offset, rule);
		turn_settle(turn);
		transmit(host, turn->tcp.now, packet, number, parcel, text);
	}
	turn_settle(turn); /* why nothing more is sent */
}

/* A packet of no connection. What text it may have is nobody's: garbage. */
static void send_alone(struct host *host, nanos now, struct packet_record *record, enum rule rule)
{
	uint32_t number = record_packet(host, now, record, EVENT_NONE, -1, rule);
	struct parcel *parcel = parcel_take(host->link.pool);
	uint8_t *text = text_in_parcel(parcel, &record->packet);

	load(host, parcel, text, record->packet.tcp.len, NULL, -1);
	transmit(host, now, &record->packet, number, parcel, text);
}

void host_answer(struct host *host, nanos now, const struct address *from, const struct address *to,
		 const struct segment *seg, enum rule rule)
{
	struct packet_record record = {.packet.tcp = *seg};

	address_packet(host, &record.packet, from, to);
	send_alone(host, now, &record, rule);
}

void host_complain(struct host *host, nanos now, const struct address *from,
		   const struct address *to, const struct icmp_error *icmp)
{
	struct packet_record record = {.packet.icmp = *icmp};

	address_packet(host, &record.packet, from, to);
	record.packet.kind = PACKET_ICMP_ERROR;
	record.packet.dont_fragment = false;
	send_alone(host, now, &record, RULE_ICMP_FORGED);
}

/* ---- receiving ---- */

void turn_hand_over(struct host *host, struct connection *c, nanos now, uint8_t *out,
		    uint32_t count)
{
	host->counts.octets_delivered += count;
	while (count > 0) {
		uint32_t len;
		const uint8_t *octets = store_peek(&c->store, count, &len);

		if (host->user.delivered != NULL)
			host->user.delivered(host->user.user, now, c->number, c->tag,
					     c->store.taken, octets, len);
		if (out != NULL) {
			memcpy(out, octets, len);
			out += len;
		}
		store_take(&c->store, len);
		count -= len;
	}
}

enum call_answer turn_receive(struct turn *turn, uint8_t *out, uint32_t max, uint32_t *taken)
{
	enum call_answer answer = tcp_receive(&turn->tcp, max, taken);

	turn_hand_over(turn->host, turn->c, turn->tcp.now, out, *taken);
	return answer;
}

/* Without notes there is no new event: the TCB waits for the one that comes next. */
static void settle_notes(struct turn *turn)
{
	if (turn->journal.count > 0)
		turn_settle(turn);
}

/* True where there was something. */
static bool hear(struct turn *turn)
{
	uint16_t heard = tcp_take_notices(&turn->c->tcb);

	turn->c->unheard |= heard;
	return heard != 0;
}

/* Calls that stand: the RECEIVE takes what has come, the SEND queues what now fits. */
static void go_on(struct turn *turn)
{
	struct connection *c = turn->c;
	uint32_t taken;

	if (c->receiving && !c->untaken && c->tcb.rcv.unread > 0) {
		turn_receive(turn, NULL, c->tcb.rcv.unread, &taken);
		settle_notes(turn);
	}
	store_keep(&c->store);
	if (c->unqueued > 0 && (c->tcb.notices & NOTICE_ROOM)) {
		tcp_send(&turn->tcp, c->unqueued < INT32_MAX ? (uint32_t)c->unqueued : INT32_MAX,
			 c->send_flags, &taken);
		c->unqueued -= taken;
		settle_notes(turn);
	}
	hear(turn);
}

/* ---- telling the application ---- */

/* A standing RECEIVE has been answered already, and room is no news to one
 * who does not wait for it. */
static bool is_news(struct connection *c, enum notice notice)
{
	if (notice == NOTICE_ROOM) {
		bool wanted = c->wants_room && c->unqueued == 0;

		c->wants_room = c->wants_room && !wanted;
		return wanted;
	}
	return !c->errors_muted || (notice != NOTICE_SOFT_ERROR && notice != NOTICE_R1);
}

static void tell(struct host *host, const struct connection *c, uint32_t event, enum notice notice)
{
	if (host->user.notice == NULL)
		return;
	host->pending = memory_grow(host->pending, &host->pending_capacity, ++host->pending_count,
				    sizeof *host->pending);
	host->pending[host->pending_count - 1] = (struct pending){c->number, event, notice};
}

static enum notice lowest(uint16_t notices)
{
	return (enum notice)(notices & -notices);
}

/* One that nobody has taken yet keeps its news for whoever does. */
static void collect_notices(struct turn *turn)
{
	struct host *host = turn->host;
	struct connection *c = turn->c;
	bool changed = hear(turn);
	enum notice notice;

	while (!c->untaken && (notice = lowest(c->unheard)) != 0) {
		struct event event = event_at(turn->tcp.now, host->recorded_as, EVENT_NOTICE);
		uint32_t number = EVENT_NONE;

		c->unheard &= (uint16_t)~notice;
		if (!is_news(c, notice))
			continue;
		event.conn = c->recorded;
		event.value = notice;
		if (host->recording != NULL && !(notice == NOTICE_TEXT && c->receiving))
			number = recording_add(host->recording, &event);
		changed |= number != EVENT_NONE;
		tell(host, c, number, notice);
	}
	if (changed && host->recording != NULL)
		recording_set_tcb(host->recording, c->recorded, &c->tcb, turn->tcp.held);
}

static void bury_the_dead(struct host *host)
{
	while (host->dead != EVENT_NONE) {
		struct connection *c = connections_get(&host->connections, host->dead);

		host->dead = c->next;
		host_remove(host, c);
	}
}

/* Applications answer with calls, which are turns of their own and may bring
 * more notices: these wait in line here, so that nothing is called deeper
 * and deeper. */
static void tell_the_application(struct host *host, nanos now)
{
	if (host->delivering || (host->pending_count == 0 && host->dead == EVENT_NONE))
		return;
	host->delivering = true;
	for (uint32_t i = 0; i < host->pending_count; i++) {
		struct pending told = host->pending[i];
		struct connection *c = connections_get(&host->connections, told.number);

		if (c == NULL)
			continue;
		host->because = told.event;
		host->user.notice(host->user.user, now, told.number, c->tag, told.notice);
		host->because = EVENT_NONE;
	}
	host->pending_count = 0;
	host->delivering = false;
	bury_the_dead(host);
}

/* What was queued for the peer that left is nothing for the next one. Where
 * text was recorded, what follows is recorded as another connection. */
static void forget_the_text(struct host *host, struct connection *c)
{
	const struct endpoint nobody = {0};

	c->unqueued = 0;
	c->wants_room = false;
	store_free(&c->store);
	stream_free(&c->stream);
	if (host->recording == NULL || recording_stream(host->recording, c->recorded)->len == 0)
		return;
	recording_drop_tcb(host->recording, c->recorded);
	host_record_conn(host, c, &c->tcb.local, &nobody);
	recording_set_tcb(host->recording, c->recorded, &c->tcb, c->held);
	c->peer_known = false;
}

void host_tell_end(struct host *host, struct connection *c)
{
	c->unheard = 0;
	tell(host, c, EVENT_NONE, NOTICE_ENDED);
}

/* A passive connection that was reset listens again (MUST-11). Another took
 * over the listening meanwhile: that one is no longer needed. */
static void listen_again(struct host *host, struct connection *c)
{
	struct connection *other;

	connections_unindex(&host->connections, c); /* its endpoints have changed */
	c->untaken = false;
	other = connections_listener(&host->connections, &c->tcb.local);
	if (other != NULL) {
		c->receiving = other->receiving;
		if (host->recording != NULL && other->recorded != EVENT_NONE)
			recording_drop_tcb(host->recording, other->recorded);
		host_remove(host, other);
	}
	forget_the_text(host, c);
	host_tell_end(host, c);
}

void host_announce(struct host *host, nanos deadline)
{
	if (host->link.wake == NULL || deadline >= host->announced)
		return;
	host->announced = deadline;
	host->link.wake(host->link.link, deadline);
}

void turn_end(struct turn *turn)
{
	struct host *host = turn->host;
	struct connection *c = turn->c;

	go_on(turn);
	send_what_may_be_sent(turn);
	backlog_get_in_line(turn);
	if (c->tcb.notices != 0 || c->unheard != 0)
		collect_notices(turn);
	if (host->checked) {
		tcp_check(&c->tcb, turn->tcp.profile, turn->tcp.now);
		tcp_check_step(&turn->before, &c->tcb);
		flight_check(&turn->tcp);
		held_check(&turn->tcp);
	}
	room_give_back(turn);
	if (c->tcb.state == CLOSED && backlog_keeps(host, c)) {
		connections_index(&host->connections, c);
	} else if (c->tcb.state == CLOSED && !c->dead) {
		c->dead = true;
		c->next = host->dead;
		host->dead = c->number;
		connections_index(&host->connections, c);
	} else if (c->indexed && c->listens != (c->tcb.state == LISTEN)) {
		if (c->tcb.state == LISTEN)
			listen_again(host, c);
		connections_index(&host->connections, c);
	}
	if (c->tcb.state == TIME_WAIT && c->tcb.rcv.unread == 0)
		store_shrink(&c->store); /* it lasts for minutes, and nothing more will come */
	connections_schedule(&host->connections, c, tcp_next_deadline(&c->tcb));
	host_announce(host, connections_next(&host->connections));
	if (host->link.turned != NULL)
		host->link.turned(host->link.link, turn->tcp.now);
	tell_the_application(host, turn->tcp.now);
}
