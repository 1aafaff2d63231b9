#include "source/player.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Room for the largest datagram that a host sends: 64 KiB and headers. */
enum { DATAGRAM_MAX = 65536 + 256 };

/* A larger piece of text than any host hands out at once is a hole in the
 * capture, too large to be made up for. */
enum { TEXT_MAX = 1 << 20 };

/* ---- what it sends ---- */

static void transmit(void *link, nanos now, struct parcel *parcel)
{
	struct player *p = link;
	struct packet packet;
	const uint8_t *text;
	size_t text_len;
	enum packet_problem problem =
		packet_parse(&packet, parcel->bytes, parcel->len, parcel->len, 0, &text, &text_len);

	assert(problem == PACKET_OK);
	sent_add(&p->sent, now, 0, &packet.tcp);
	p->numbers =
		memory_grow(p->numbers, &p->numbers_capacity, p->sent.count, sizeof *p->numbers);
	p->numbers[p->sent.count - 1] = parcel->packet;
	parcel_give_back(&p->pool, parcel);
	if (p->sent_one != NULL)
		p->sent_one(p->who, now, p->sent.count - 1);
}

/* ---- the clock of the captured end ---- */

/* The other end echoes timestamps of the captured host's clock. Where that
 * ticks in milliseconds, as ours does, the two are a constant apart. */
static void learn_echo(struct player *p)
{
	const struct captured *captured = &p->replay->captured;
	const struct steps *steps = &p->replay->steps;
	uint32_t first_val = 0;
	uint32_t last_val = 0;
	nanos first = -1;
	nanos last = 0;
	int64_t ticks;
	int64_t ms;

	for (uint32_t i = 0; i < steps->count; i++) {
		const struct step *step = &steps->all[i];
		struct packet packet;

		if (step->kind != STEP_SEND || step->packet >= captured->count ||
		    replay_side(p->replay, step->packet) != p->side)
			continue;
		replay_packet(p->replay, step->packet, &packet);
		if ((packet.tcp.options.has & HAS_TIMESTAMPS) == 0)
			continue;
		last = step->time;
		last_val = packet.tcp.options.ts_val;
		if (first < 0) {
			first = last;
			first_val = last_val;
		}
	}
	if (first < 0)
		return;
	ticks = (int64_t)(last_val - first_val);
	ms = (last - first) / nanos_from_ms(1);
	p->echo = (uint32_t)(first / nanos_from_ms(1)) - first_val;
	p->echo_known = ticks - ms <= 10 + ms / 50 && ms - ticks <= 10 + ms / 50;
}

/* Timestamps that cannot be translated are no measurement: 0. */
static void translate_echo(const struct player *p, struct options *o)
{
	struct options translated = {.len = 0};
	uint32_t echo = p->echo_known && o->ts_ecr != 0 ? o->ts_ecr + p->echo : 0;

	if ((o->has & HAS_TIMESTAMPS) == 0)
		return;
	for (size_t at = 0; at < o->len;) {
		uint8_t kind = o->bytes[at];
		uint8_t len = at + 1 < o->len ? o->bytes[at + 1] : 0;

		if (kind == OPTION_TIMESTAMPS && len == 10 && at + 10 <= o->len) {
			o->bytes[at + 6] = (uint8_t)(echo >> 24);
			o->bytes[at + 7] = (uint8_t)(echo >> 16);
			o->bytes[at + 8] = (uint8_t)(echo >> 8);
			o->bytes[at + 9] = (uint8_t)echo;
			break;
		}
		if (kind == OPTION_EOL || (kind != OPTION_NOP && len < 2))
			break;
		at += kind == OPTION_NOP ? 1 : len;
	}
	options_parse(&translated, o->bytes, o->len);
	*o = translated;
}

/* ---- beginning and end ---- */

uint32_t player_buffer(const struct replay *replay, enum side side)
{
	const struct captured_profile *captured = &replay->profiles[side];

	return captured->largest_window > captured->profile.receive_buffer
		       ? captured->largest_window
		       : captured->profile.receive_buffer;
}

static struct profile profile_of(const struct replay *r, enum side side, uint32_t buffer)
{
	struct profile profile = r->profiles[side].profile;
	struct packet syn;

	profile.receive_buffer = buffer;
	if (replay_find_syn(r, side, &syn))
		profile.isn = syn.tcp.seq.v;
	return profile;
}

void player_begin(struct player *p, const struct replay *replay, enum side side, uint32_t buffer,
		  const struct player_calls *calls, struct recording *recording)
{
	struct address address = replay->captured.flow.ends[side].address;
	struct host_setup setup = {
		.name = side_name(side),
		.profile = profile_of(replay, side, buffer),
		.recording = recording,
		.mtu = UINT16_MAX,
		.recorded_as = replay->hosts[side],
		.known_to_recording = recording != NULL,
		.unverified = true, /* what arrives is emitted here */
	};
	struct host_link link = {.link = p, .transmit = transmit, .pool = &p->pool};

	setup.addresses[address.version == 6] = address;
	*p = (struct player){.replay = replay,
			     .calls = calls,
			     .recording = recording,
			     .pool = parcel_pool_of(DATAGRAM_MAX),
			     .conn = EVENT_NONE,
			     .side = (uint8_t)side};
	p->host = host_new(&setup);
	host_set_link(p->host, &link);
	learn_echo(p);
}

void player_end(struct player *p)
{
	host_free(p->host);
	parcel_pool_free(&p->pool);
	free(p->numbers);
	free(p->datagram);
	p->host = NULL;
	p->numbers = NULL;
	p->datagram = NULL;
}

/* ---- what happens to it ---- */

nanos player_deadline(struct player *p)
{
	return host_next_deadline(p->host);
}

void player_waits(struct player *p, nanos now)
{
	nanos deadline;

	while ((deadline = player_deadline(p)) <= now)
		host_timeouts(p->host, deadline);
}

static void open_one(struct player *p, nanos now, bool active)
{
	const struct endpoint *ends = p->replay->captured.flow.ends;
	const struct endpoint *local = &ends[p->side];
	const struct endpoint *remote = &ends[other_side((enum side)p->side)];

	if (active)
		host_open_active(p->host, now, local->port, remote, &p->conn);
	else
		host_open_passive(p->host, now, local, LISTEN_ONCE, &p->conn);
	if (p->conn != EVENT_NONE && p->recording != NULL)
		recording_set_inferred(p->recording, host_recorded_conn(p->host, p->conn), false);
}

static void make_call(struct player *p, nanos now, const struct player_call *call)
{
	uint32_t octets = (uint32_t)call->value;
	uint32_t taken;

	if (call->call == CALL_OPEN_ACTIVE || call->call == CALL_OPEN_PASSIVE) {
		open_one(p, now, call->call == CALL_OPEN_ACTIVE);
		return;
	}
	if (p->conn == EVENT_NONE || host_tcb(p->host, p->conn) == NULL)
		return; /* it has ended: the application gets no answer either */
	switch ((enum call)call->call) {
	case CALL_SEND: host_send(p->host, now, p->conn, NULL, octets, call->flags, &taken); break;
	case CALL_RECEIVE: host_receive(p->host, now, p->conn, NULL, octets, &taken); break;
	case CALL_CLOSE: host_close(p->host, now, p->conn); break;
	case CALL_ABORT: host_abort(p->host, now, p->conn); break;
	default: break;
	}
}

void player_calls_before(struct player *p, nanos now, uint32_t step)
{
	while (p->next_call < p->calls->count && p->calls->all[p->next_call].step <= step)
		make_call(p, now, &p->calls->all[p->next_call++]);
}

void player_gets(struct player *p, nanos now, uint32_t packet)
{
	const struct replay *r = p->replay;
	struct packet arriving;
	size_t headers;
	size_t len;

	replay_packet(r, packet, &arriving);
	if (arriving.kind != PACKET_TCP || arriving.tcp.len > TEXT_MAX)
		return;
	translate_echo(p, &arriving.tcp.options);
	headers = packet_ip_len(&arriving) + segment_header_len(&arriving.tcp);
	len = headers + arriving.tcp.len;
	if (len > p->datagram_size) {
		/* The text was not kept: octets of any value stand for it. */
		p->datagram = memory_resize(p->datagram, len);
		p->datagram_size = len;
		memset(p->datagram, 0, len);
	}
	len = packet_emit(&arriving, p->datagram + headers, p->datagram, len);
	assert(len > 0);
	host_arrives(p->host, now, p->datagram, len,
		     p->recording != NULL ? r->recorded[packet] : EVENT_NONE);
}
