#include "live/narrator.h"

#include <stdlib.h>
#include <string.h>

#include "source/peer.h"
#include "record/memory.h"

/* So long the story waits for a first answer, which tells how far away the peer is. */
#define PATIENCE nanos_from_ms(300)
/* And so long beyond the flight of a datagram, for the answer that tells what became of it. */
#define ANSWERED_AFTER nanos_from_ms(50)

enum { ANSWERS_READ = 64 };

struct narrator {
	struct inputs *inputs;
	struct recording *recording;
	struct actor actor;
	struct peers peers;
	uint32_t next;     /* input for our host */
	uint32_t sighted;  /* datagrams before this one have left their peer */
	uint32_t answers;  /* the first input that may answer what arrives next at the peer */
	uint32_t *numbers; /* of datagrams `next` … `sighted`−1 in the recording: a ring */
	uint32_t numbers_size;
	uint32_t sent; /* datagrams by our host */
	nanos now;     /* of the recording */
	nanos flight;  /* that datagrams take; −1: nobody knows yet */
	bool agrees;
};

/* ---- our host sends ---- */

static void sends(void *who, nanos now, const uint8_t *datagram, size_t len, uint32_t number)
{
	struct narrator *n = who;
	struct packet packet;
	struct peer *peer;

	n->agrees = n->agrees && inputs_agree(n->inputs, n->sent, datagram, len);
	n->sent++;
	if (!packet_read(&packet, datagram, len))
		return;
	peer = peers_of(&n->peers, &packet, true);
	if (!peer->speaks)
		peer->sent_at = now;
	peer_will_get(&n->peers, peer, now, &packet, number);
}

/* ---- how far away the peer is ---- */

/* An answer came `trip` after what it answers. */
static void measure(struct narrator *n, nanos trip)
{
	if (n->flight < 0 || trip / 2 < n->flight)
		n->flight = trip / 2;
}

/* The newest of ours that the packet acknowledges left so long before it came. */
static void measure_ack(struct narrator *n, const struct peer *peer, const struct segment *seg,
			nanos now)
{
	for (uint32_t i = n->peers.queued; i-- > n->peers.first && (seg->flags & ACK);) {
		const struct under_way *which = &n->peers.queue[i];

		if (which->to != peer || which->packet.kind != PACKET_TCP ||
		    seq_gt(segment_end(&which->packet.tcp), seg->ack))
			continue;
		if (segment_len(&which->packet.tcp) > 0 && !which->arrived)
			measure(n, now - which->left);
		return;
	}
}

/* The first answer, before it is told: our host has sent by now, and the answer
 * is among the inputs. */
static void look_ahead(struct narrator *n)
{
	uint32_t count = inputs_count(n->inputs);

	for (uint32_t i = n->next; i < count && n->flight < 0; i++) {
		struct input input;
		struct packet packet;
		struct peer *peer;

		inputs_at(n->inputs, i, &input);
		if (input.kind != INPUT_DATAGRAM ||
		    !packet_read(&packet, input.octets, input.len) || packet.kind != PACKET_TCP)
			continue;
		peer = peers_of(&n->peers, &packet, false);
		if (peer->sent_at >= 0 && input.time > peer->sent_at)
			measure(n, input.time - peer->sent_at);
	}
}

/* ---- what becomes of our datagrams ---- */

/* What a segment of the peer's says about one of ours. */
enum said { SAID_NOTHING, SAID_ARRIVED, SAID_MISSING };

static enum said said_by(const struct segment *answer, const struct segment *ours)
{
	struct seq end = segment_end(ours);
	enum said said = SAID_NOTHING;

	if (!(answer->flags & ACK))
		return SAID_NOTHING;
	if (seq_ge(answer->ack, end))
		return SAID_ARRIVED;
	for (unsigned i = 0; i < answer->options.sack_count; i++) {
		struct seq left = answer->options.sack[i].left;
		struct seq right = answer->options.sack[i].right;

		if (seq_le(left, ours->seq) && seq_ge(right, end))
			return SAID_ARRIVED;
		if (seq_gt(right, end) && seq_gt(left, answer->ack))
			said = SAID_MISSING;
	}
	return said;
}

/* The first that can be an answer came a round trip after it left. */
static bool is_missing(struct narrator *n, const struct under_way *which)
{
	uint32_t count = inputs_count(n->inputs);
	nanos from = which->left + 2 * nanos_max(n->flight, 0);

	if (which->packet.kind != PACKET_TCP || segment_len(&which->packet.tcp) == 0)
		return false;
	if (n->answers < n->next)
		n->answers = n->next;
	for (uint32_t i = n->answers; i < count && i - n->answers < ANSWERS_READ; i++) {
		struct input input;
		struct packet packet;
		enum said said;

		inputs_at(n->inputs, i, &input);
		if (input.time < from && i == n->answers)
			n->answers++;
		if (input.time < from || input.kind != INPUT_DATAGRAM ||
		    !packet_read(&packet, input.octets, input.len) || packet.kind != PACKET_TCP ||
		    peers_of(&n->peers, &packet, false) != which->to)
			continue;
		said = said_by(&packet.tcp, &which->packet.tcp);
		if (said != SAID_NOTHING)
			return said == SAID_MISSING;
	}
	return false;
}

static void reach_peer(struct narrator *n, struct under_way *which)
{
	if (is_missing(n, which))
		peer_misses(&n->peers, which, n->now);
	else
		peer_gets(&n->peers, which, n->now);
}

/* ---- what happens next ---- */

enum step { STEP_NONE, STEP_PEER_SENDS, STEP_PEER_GETS, STEP_TIMER, STEP_INPUT };

struct next {
	enum step step;
	nanos time;
	struct under_way *datagram;
};

static void consider(struct next *next, enum step step, nanos time)
{
	if (next->step == STEP_NONE || time < next->time)
		*next = (struct next){.step = step, .time = time};
}

static void consider_input(struct narrator *n, struct next *next)
{
	struct input input;

	if (n->next == inputs_count(n->inputs))
		return;
	inputs_at(n->inputs, n->next, &input);
	consider(next, STEP_INPUT, input.time);
}

/* It acknowledges what our host has yet to send in this story. */
static bool comes_too_early(struct narrator *n, const struct packet *packet)
{
	struct endpoint theirs = {.address = packet->src, .port = packet->tcp.src_port};
	struct endpoint ours = {.address = packet->dst, .port = packet->tcp.dst_port};
	const struct tcb *tcb = host_tcb(n->actor.host, host_find(n->actor.host, &ours, &theirs));

	return packet->kind == PACKET_TCP && (packet->tcp.flags & ACK) && tcb != NULL &&
	       seq_gt(packet->tcp.ack, tcb->snd.nxt);
}

/* The next datagram that has yet to leave its peer. */
static void consider_sighting(struct narrator *n, struct next *next)
{
	uint32_t count = inputs_count(n->inputs);
	struct input input;
	struct packet packet;
	nanos left;

	while (n->sighted < count) {
		inputs_at(n->inputs, n->sighted, &input);
		if (input.kind != INPUT_DATAGRAM) {
			n->sighted++;
			continue;
		}
		left = input.time - nanos_max(n->flight, 0);
		if (packet_read(&packet, input.octets, input.len) && comes_too_early(n, &packet))
			left = input.time;
		consider(next, STEP_PEER_SENDS, nanos_max(left, n->now));
		return;
	}
}

static struct next next_step(struct narrator *n)
{
	struct next next = {.step = STEP_NONE, .time = NANOS_NEVER};
	nanos deadline = host_next_deadline(n->actor.host);
	struct under_way *arriving = peers_next(&n->peers);

	consider_sighting(n, &next);
	if (arriving != NULL)
		consider(&next, STEP_PEER_GETS,
			 nanos_max(arriving->left + nanos_max(n->flight, 0), n->now));
	if (deadline != NANOS_NEVER)
		consider(&next, STEP_TIMER, deadline);
	consider_input(n, &next);
	next.datagram = arriving;
	return next;
}

/* ---- telling it ---- */

static uint32_t *number_of(struct narrator *n, uint32_t input)
{
	if (n->sighted - n->next >= n->numbers_size) {
		uint32_t size = n->numbers_size > 0 ? 2 * n->numbers_size : 64;
		uint32_t *numbers = memory_get(size * sizeof *numbers);

		for (uint32_t i = n->next; i < n->sighted; i++)
			numbers[i % size] = n->numbers[i % n->numbers_size];
		free(n->numbers);
		n->numbers = numbers;
		n->numbers_size = size;
	}
	return &n->numbers[input % n->numbers_size];
}

static void peer_is_sighted(struct narrator *n)
{
	uint32_t *number = number_of(n, n->sighted);
	struct input input;
	struct packet packet;
	struct peer *peer;

	inputs_at(n->inputs, n->sighted++, &input);
	*number = EVENT_NONE;
	if (!packet_read(&packet, input.octets, input.len))
		return;
	peer = peers_of(&n->peers, &packet, false);
	if (packet.kind == PACKET_TCP)
		measure_ack(n, peer, &packet.tcp, input.time);
	*number = peer_sends(&n->peers, peer, n->now, &packet);
}

static void tell_input(struct narrator *n)
{
	uint32_t number = EVENT_NONE;
	struct input input;

	inputs_at(n->inputs, n->next, &input);
	if (input.kind == INPUT_DATAGRAM)
		number = *number_of(n, n->next);
	n->next++;
	if (n->sighted < n->next)
		n->sighted = n->next;
	actor_takes(&n->actor, &input, number, NULL);
}

static void tell(struct narrator *n, const struct next *next)
{
	n->now = nanos_max(n->now, next->time);
	switch (next->step) {
	case STEP_NONE: break;
	case STEP_PEER_SENDS: peer_is_sighted(n); break;
	case STEP_PEER_GETS: reach_peer(n, next->datagram); break;
	case STEP_TIMER: actor_waits(&n->actor, next->time); break;
	case STEP_INPUT: tell_input(n); break;
	}
}

bool narrator_goes_on(struct narrator *n, bool over)
{
	nanos horizon = inputs_horizon(n->inputs);
	bool news = false;

	for (;;) {
		struct next next;
		nanos patience;

		if (n->flight < 0)
			look_ahead(n);
		next = next_step(n);
		patience = n->flight < 0 ? PATIENCE : n->flight + ANSWERED_AFTER;
		patience = over ? 0 : patience;
		if (next.step == STEP_NONE || next.time > horizon - patience)
			return news;
		tell(n, &next);
		news = true;
	}
}

/* ---- beginning and end ---- */

struct narrator *narrator_new(const struct actor_setup *setup, struct inputs *inputs,
			      struct recording *recording)
{
	struct narrator *n = memory_get(sizeof *n);

	*n = (struct narrator){.inputs = inputs,
			       .recording = recording,
			       .peers = {.recording = recording},
			       .flight = -1,
			       .agrees = true};
	actor_begin(&n->actor, setup, recording);
	n->actor.sends = sends;
	n->actor.who = n;
	return n;
}

void narrator_free(struct narrator *n)
{
	if (n == NULL)
		return;
	actor_end(&n->actor);
	peers_free(&n->peers);
	free(n->numbers);
	free(n);
}

bool narrator_agrees(const struct narrator *n)
{
	return n->agrees;
}

bool narrator_agrees_to_the_end(const struct narrator *n)
{
	return n->agrees && n->sent == inputs_sent(n->inputs);
}
