/* sockets_queue.c — text that was written and is not acknowledged, as Linux keeps it.
 *
 * Linux keeps text in buffers, each of as many whole segments as its network card may get at
 * once, but of no more than half of the largest window that the peer offered. A buffer costs
 * more than its text, and the send buffer (SO_SNDBUF) counts both. Whether there is room is asked
 * where another buffer is needed: then all of it may be filled. What was sent of one becomes
 * buffers of their own, one for each burst (tcp/bursts.c).
 *
 * A send buffer whose size nobody chose grows: to room for two windows, of which there are at least
 * ten segments, when the connection is established; and again, where somebody found
 * it full, whenever an ACK comes and cwnd is not full, or was not before the last burst.
 *
 * The last buffer of a write has PSH, as has one after which half of the window was written
 * since the last PSH. One that begins a record, or follows a full one, is not joined with what
 * lies before it. */
#include "machine/sockets_inside.h"

#include <stdlib.h>
#include <string.h>

#include "record/memory.h"

enum {
	OVERHEAD = 832, /* struct sk_buff, room for headers, struct skb_shared_info: Linux 6.18 */
	CARD_MOST = QUEUE_MORE - 321, /* GSO_MAX_SIZE less headers */
	SMALL_WINDOW = 536,           /* one that is not halved */
	SEGMENT_ROOM = 576,  /* of OVERHEAD, what makes one piece of memory with a segment … */
	SEGMENT_APART = 256, /* … and struct sk_buff, which does not */
};

/* ---- what is there ---- */

static int64_t una_of(const struct tcb *tcb)
{
	return tcb->snd.una_offset > 0 ? tcb->snd.una_offset : 0;
}

static int64_t nxt_of(const struct tcb *tcb)
{
	struct seq first = tcb_send_first(tcb);

	return seq_gt(tcb->snd.nxt, first) ? tcb_send_offset(tcb, tcb->snd.nxt) : una_of(tcb);
}

static int64_t end_of(const struct tcb *tcb)
{
	return una_of(tcb) + tcb_queued(tcb);
}

static uint32_t find(const struct socket *s, int64_t offset)
{
	uint32_t i = 0;

	while (i < s->chunk_count && s->chunks[i].end <= offset)
		i++;
	return i;
}

static struct chunk *add(struct socket *s, uint32_t i, int64_t end)
{
	s->chunks =
		memory_grow(s->chunks, &s->chunk_capacity, s->chunk_count + 1, sizeof *s->chunks);
	memmove(&s->chunks[i + 1], &s->chunks[i], (s->chunk_count - i) * sizeof *s->chunks);
	s->chunk_count++;
	s->chunks[i] = (struct chunk){.end = end};
	return &s->chunks[i];
}

/* What has been sent is cut where bursts ended. */
static void cut_at(struct socket *s, int64_t una, int64_t at)
{
	uint32_t i = find(s, at);

	if (i < s->chunk_count && at > (i > 0 ? s->chunks[i - 1].end : una))
		add(s, i, at);
}

static void cut_what_was_sent(struct socket *s, const struct tcb *tcb)
{
	int64_t una = una_of(tcb);
	int64_t nxt = nxt_of(tcb);
	int64_t burst = (int64_t)tcb->burst_end * mss_now(tcb);

	if (s->cut < una)
		s->cut = una;
	if (burst > 0)
		for (int64_t at = s->cut + burst; at < nxt; at += burst)
			cut_at(s, una, at);
	if (s->cut < nxt)
		s->cut = nxt;
	cut_at(s, una, nxt);
}

static void look(struct socket *s, const struct tcb *tcb)
{
	uint32_t gone = find(s, una_of(tcb));

	if (tcb->snd.wnd > s->widest)
		s->widest = tcb->snd.wnd;
	s->chunk_count -= gone;
	if (gone > 0)
		memmove(s->chunks, &s->chunks[gone], s->chunk_count * sizeof *s->chunks);
	cut_what_was_sent(s, tcb);
}

static bool keeps_as_linux(const struct sockets *all)
{
	return all->profile.push_marks && !all->setup.settings->standing_read;
}

static int64_t charge(const struct socket *s, const struct tcb *tcb)
{
	return tcb_queued(tcb) + (int64_t)s->chunk_count * OVERHEAD;
}

/* ---- how much may be there ---- */

enum { SEGMENTS_LEAST = 10 };

/* tcp_sndbuf_expand() */
static void grow(const struct sockets *all, struct socket *s, const struct tcb *tcb)
{
	int64_t mss = mss_now(tcb);
	int64_t segments = tcb->cc.cwnd / mss;
	int64_t least =
		tcb->cc.reordering + 1 > SEGMENTS_LEAST ? tcb->cc.reordering + 1 : SEGMENTS_LEAST;
	int64_t most = all->profile.send_buffer;
	int64_t piece = 1;
	int64_t wanted;

	while (piece < tcb->snd.mss + SEGMENT_ROOM)
		piece *= 2;
	wanted = 2 * (segments > least ? segments : least) * (piece + SEGMENT_APART);
	if (s->grown == 0)
		s->grown = all->setup.settings->send_buffer_first;
	if (s->grown < wanted)
		s->grown = wanted < most ? wanted : most;
}

int64_t queue_limit(const struct sockets *all, struct socket *s)
{
	const struct tcb *tcb = socket_tcb(all, s);

	if (s->option_set[OPTION_SO_SNDBUF])
		return s->option[OPTION_SO_SNDBUF];
	if (s->grown == 0 && tcb != NULL && tcb->state >= ESTABLISHED)
		grow(all, s, tcb);
	return s->grown > 0 ? s->grown : all->setup.settings->send_buffer_first;
}

/* tcp_should_expand_sndbuf(), which is asked after each burst. */
static bool may_grow(const struct socket *s, const struct tcb *tcb)
{
	uint32_t mss = mss_now(tcb);
	uint32_t burst = tcb->burst_end * mss;

	return flight_pipe(tcb) / mss < tcb->cc.cwnd / mss ||
	       seq_gt(tcb->snd.nxt, seq_add(s->limit_nxt, burst));
}

/* TCP_NOTSENT_LOWAT */
static bool too_much_waits(const struct sockets *all, const struct socket *s, const struct tcb *tcb,
			   int64_t times)
{
	int64_t low = s->option[OPTION_TCP_NOTSENT_LOWAT];

	if (low == 0 && !all->profile.bsd_options)
		low = all->setup.settings->notsent_lowat;
	return low > 0 && times * (end_of(tcb) - nxt_of(tcb)) >= low;
}

bool queue_is_writable(const struct sockets *all, struct socket *s)
{
	const struct tcb *tcb = socket_tcb(all, s);
	int64_t used;

	if (tcb == NULL || s->ended)
		return true;
	if (!keeps_as_linux(all))
		return socket_room(all, s) >= tcb_queued(tcb) / 2 && socket_room(all, s) > 0 &&
		       !too_much_waits(all, s, tcb, 1);
	look(s, tcb);
	used = charge(s, tcb);
	return queue_limit(all, s) - used >= used / 2 && !too_much_waits(all, s, tcb, 2);
}

/* ---- text comes ---- */

static int64_t goal(const struct socket *s, const struct tcb *tcb)
{
	int64_t half = s->widest > SMALL_WINDOW ? s->widest / 2 : s->widest;
	int64_t most = half > 0 && half < CARD_MOST ? half : CARD_MOST;
	int64_t mss = mss_now(tcb);

	return most > mss ? most / mss * mss : mss;
}

/* Octets of 0, for scripts say how many there are and not which. */
static uint32_t put(struct sockets *all, nanos now, struct socket *s, uint32_t len, unsigned how)
{
	uint8_t *text = memory_get(len);
	uint32_t taken = len;

	memset(text, 0, len);
	if (all->setup.settings->standing_read)
		host_send_all(all->host, now, s->conn, text, len, how);
	else
		host_send(all->host, now, s->conn, text, len, how, &taken);
	free(text);
	return taken;
}

/* What the last buffer still takes, if it waits to be sent. */
static int64_t left_in_last(const struct socket *s, const struct tcb *tcb)
{
	uint32_t count = s->chunk_count;
	int64_t begin = count > 1 ? s->chunks[count - 2].end : una_of(tcb);

	if (count == 0 || s->chunks[count - 1].record || s->chunks[count - 1].end <= nxt_of(tcb))
		return 0;
	return goal(s, tcb) - (s->chunks[count - 1].end - begin);
}

/* Half of the largest window was written since the last PSH. */
static bool is_long(struct socket *s, int64_t end)
{
	if (end <= s->pushed + s->widest / 2)
		return false;
	s->pushed = end;
	return true;
}

/* PSH, where it belongs. */
static unsigned pushes(struct socket *s, const struct tcb *tcb, unsigned how, uint32_t part,
		       bool full)
{
	int64_t end = end_of(tcb) + part;

	if ((how & SEND_PUSH) != 0)
		s->pushed = end;
	else if ((full || (how & SEND_MORE)) && is_long(s, end))
		how |= SEND_PUSH;
	return how;
}

/* A part of a write; 0: there is no room. */
static uint32_t put_part(struct sockets *all, nanos now, struct socket *s, uint32_t len,
			 unsigned how)
{
	const struct tcb *tcb = socket_tcb(all, s);
	int64_t end = end_of(tcb);
	int64_t room;
	uint32_t part;
	bool apart;

	look(s, tcb);
	room = left_in_last(s, tcb);
	apart = room <= 0;
	if (apart && (charge(s, tcb) >= queue_limit(all, s) || too_much_waits(all, s, tcb, 1)))
		return 0;
	room = apart ? goal(s, tcb) : room;
	part = len < room ? len : (uint32_t)room;
	how = pushes(s, tcb, part < len ? how & SEND_URGENT : how, part, part == room);
	part = put(all, now, s, part, apart && tcb_queued(tcb) > 0 ? how | SEND_APART : how);
	if (part == 0)
		return 0;
	if (apart)
		add(s, s->chunk_count, end + part);
	s->chunks[s->chunk_count - 1u].end = end + part;
	s->chunks[s->chunk_count - 1u].record = (how & SEND_RECORD) != 0;
	return part;
}

/* A write that finds no more room pushes what there was room for. */
static void push_what_waits(struct sockets *all, nanos now, struct socket *s)
{
	const struct tcb *tcb = socket_tcb(all, s);
	uint32_t taken;

	if (tcb == NULL || end_of(tcb) <= nxt_of(tcb))
		return;
	s->pushed = end_of(tcb);
	host_send(all->host, now, s->conn, "", 0, SEND_PUSH, &taken);
}

uint32_t queue_put(struct sockets *all, nanos now, struct socket *s, uint32_t len, unsigned how)
{
	uint32_t done = 0;
	uint32_t part = 1;

	if (!keeps_as_linux(all)) {
		part = all->setup.settings->standing_read ? len : socket_room(all, s);
		part = part < len ? part : len;
		part = part > 0 ? put(all, now, s, part, how) : 0;
		s->no_space = part < len;
		return part;
	}
	while (done < len && part > 0 && !s->ended && s->conn != EVENT_NONE) {
		part = put_part(all, now, s, len - done, how);
		done += part;
	}
	if (done > 0 && done < len && !s->ended)
		push_what_waits(all, now, s);
	s->no_space = done < len;
	return done;
}

void queue_heard(struct sockets *all, struct socket *s)
{
	const struct tcb *tcb = s->kind == SOCKET_STREAM && !s->ended ? socket_tcb(all, s) : NULL;

	if (tcb != NULL && keeps_as_linux(all))
		queue_limit(all, s); /* the handshake may be done */
	if (s->no_space && s->grown > 0 && tcb != NULL && may_grow(s, tcb))
		grow(all, s, tcb);
	if (!s->no_space || !queue_is_writable(all, s))
		return;
	s->no_space = false;
	s->spaces++;
}
