#include "tests/soak/life.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void lives_begin(struct lives *lives, struct world *w, bool patterned)
{
	lives->world = w;
	lives->count = 0;
	lives->patterned = patterned;
	lives->wrong[0] = '\0';
	memset(lives->of, 0xff, sizeof lives->of);
}

void lives_wrong(struct lives *lives, const struct life *life, const char *format, ...)
{
	va_list arguments;
	int len = 0;

	if (lives->wrong[0] != '\0')
		return;
	if (life != NULL)
		len = snprintf(lives->wrong, sizeof lives->wrong,
			       "h%u:%u to port %u, %s: ", life->host, life->local.port,
			       life->remote.port, state_name((enum tcp_state)life->state));
	va_start(arguments, format);
	vsnprintf(lives->wrong + len, sizeof lives->wrong - (size_t)len, format, arguments);
	va_end(arguments);
	world_stop(lives->world);
}

bool endpoint_same(const struct endpoint *a, const struct endpoint *b)
{
	return a->port == b->port && address_eq(&a->address, &b->address);
}

/* How well `other` fits: an old duplicate of a SYN makes a connection with the
 * numbers of one that has been, but nobody ever acknowledges it. */
static int fits(const struct life *life, const struct life *other)
{
	if (!life->has_irs || !seq_eq(other->iss, life->irs) ||
	    !endpoint_same(&other->local, &life->remote) ||
	    !endpoint_same(&other->remote, &life->local))
		return 0;
	if (!other->has_irs || !seq_eq(other->irs, life->iss))
		return 1;
	if (!other->synchronized)
		return 2;
	return other->gone ? 3 : 4;
}

struct life *life_peer(struct lives *lives, const struct life *life)
{
	struct life *best = NULL;

	for (uint32_t i = lives->count; i-- > 0;) {
		struct life *other = &lives->all[i];

		if (fits(life, other) > (best != NULL ? fits(life, best) : 0))
			best = other;
	}
	return best;
}

bool life_is_unlike_others(const struct lives *lives, const struct life *life)
{
	for (uint32_t i = 0; i < lives->count; i++) {
		const struct life *other = &lives->all[i];

		if (other != life && seq_eq(other->iss, life->iss) &&
		    endpoint_same(&other->local, &life->local) &&
		    endpoint_same(&other->remote, &life->remote))
			return false;
	}
	return true;
}

static struct life *begin(struct lives *lives, unsigned host, uint32_t conn, const struct tcb *tcb)
{
	struct life *life = &lives->all[lives->count];

	assert(lives->count < LIVES_MAX);
	lives->of[host][conn] = lives->count++;
	*life = (struct life){.local = tcb->local,
			      .remote = tcb->remote,
			      .iss = tcb->snd.iss,
			      .una = tcb->snd.una,
			      .host = (uint8_t)host,
			      .conn = conn,
			      .send_base = tcb_send_offset(tcb, seq_add(tcb->snd.iss, 1))};
	return life;
}

/* Numbers only move forward. */
static void take_numbers(struct lives *lives, struct life *life, const struct tcb *tcb)
{
	if (seq_lt(tcb->snd.una, life->una))
		lives_wrong(lives, life, "SND.UNA moved back");
	life->una = tcb->snd.una;
	if (tcb->state == SYN_SENT)
		return;
	if (!life->has_irs) {
		life->has_irs = true;
		life->irs = tcb->rcv.irs;
		life->rcv_nxt = tcb->rcv.nxt;
		life->read_base = tcb_receive_offset(tcb, seq_add(tcb->rcv.irs, 1));
	}
	if (seq_lt(tcb->rcv.nxt, life->rcv_nxt))
		lives_wrong(lives, life, "RCV.NXT moved back");
	life->rcv_nxt = tcb->rcv.nxt;
	life->synchronized = life->synchronized || tcb->state >= ESTABLISHED;
	life->waited = tcb->state == TIME_WAIT;
	life->reads_no_more = tcb->reads_no_more;
}

static bool is_same(const struct life *life, const struct tcb *tcb)
{
	return seq_eq(life->iss, tcb->snd.iss) && endpoint_same(&life->remote, &tcb->remote) &&
	       endpoint_same(&life->local, &tcb->local);
}

void lives_look_at(struct lives *lives, unsigned host, uint32_t conn)
{
	struct host *h = world_host(lives->world, host);
	const struct tcb *tcb = host_tcb(h, conn);
	uint32_t *of = &lives->of[host][conn];
	struct life *life = *of == LIFE_NONE ? NULL : &lives->all[*of];

	if (tcb == NULL || tcb->state == LISTEN ||
	    (life != NULL && !is_same(life, tcb) && tcb->state != CLOSED)) {
		if (life != NULL)
			life->gone = true;
		life = NULL;
		*of = LIFE_NONE;
	}
	if (tcb == NULL || tcb->state == LISTEN || (life == NULL && tcb->state == CLOSED))
		return;
	if (life == NULL)
		life = begin(lives, host, conn, tcb);
	life->sent = host_stream(h, conn)->len - life->send_base;
	life->state = tcb->state;
	if (tcb->state != CLOSED) {
		take_numbers(lives, life, tcb);
		return;
	}
	life->over = true;
	life->ending = tcb->ending;
}

void lives_look(struct lives *lives)
{
	for (unsigned host = 0; host < world_nodes(lives->world); host++) {
		const struct host *h = world_host(lives->world, host);
		uint32_t count = h != NULL ? host_connections(h) : 0;

		assert(count <= LIFE_CONNS_MAX);
		for (uint32_t conn = 0; conn < LIFE_CONNS_MAX && conn < count; conn++)
			lives_look_at(lives, host, conn);
	}
}

/* ---- text ---- */

static void compare(struct lives *lives, const struct life *life, const struct life *peer,
		    const uint8_t *octets, uint32_t len)
{
	int64_t at = peer->send_base + life->read;
	uint8_t expected[512];

	while (len > 0) {
		uint32_t part = len < sizeof expected ? len : (uint32_t)sizeof expected;

		if (!peer->gone)
			stream_read(host_stream(world_host(lives->world, peer->host), peer->conn),
				    at, expected, part);
		else
			for (uint32_t i = 0; i < part; i++)
				expected[i] = lives->patterned ? stream_pattern(at + i) : octets[i];
		if (memcmp(expected, octets, part) != 0)
			lives_wrong(lives, life, "text at %lld is not what was sent",
				    (long long)(at - peer->send_base));
		at += part;
		octets += part;
		len -= part;
	}
}

void lives_delivered(struct lives *lives, unsigned host, uint32_t conn, int64_t offset,
		     const uint8_t *octets, uint32_t len)
{
	struct life *life;
	struct life *peer;

	lives_look_at(lives, host, conn);
	if (lives->of[host][conn] == LIFE_NONE) {
		lives_wrong(lives, NULL, "h%u: text on a connection that is not there", host);
		return;
	}
	life = &lives->all[lives->of[host][conn]];
	peer = life_peer(lives, life);
	if (peer == NULL) {
		lives_wrong(lives, life, "text that nobody has sent");
		return;
	}
	if (!peer->gone)
		lives_look_at(lives, peer->host, peer->conn);
	if (offset != life->read_base + life->read)
		lives_wrong(lives, life, "octet %lld was expected, %lld came",
			    (long long)life->read, (long long)(offset - life->read_base));
	else if (!life_is_unlike_others(lives, peer))
		; /* whose text it is cannot be told */
	else if (life->read + len > peer->sent)
		lives_wrong(lives, life, "%lld octets came, %lld were sent",
			    (long long)life->read + len, (long long)peer->sent);
	else
		compare(lives, life, peer, octets, len);
	life->read += len;
}
