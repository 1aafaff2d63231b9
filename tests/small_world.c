#include "tests/small_world.h"

#include <string.h>

#include "base/text.h"
#include "wire/line.h"

static const struct isn_secret secret = {{3, 4}};

const char *const small_names[2] = {"client", "server"};

/* Text passes where the numbers wrap, and where their sign changes. */
static const uint32_t isns[2] = {UINT32_MAX - 3, INT32_MAX - 2};

enum { NOW = 1000000000, BUFFER = 40, OLD_SYN = 5000, FOREIGN = 255, SAID_MAX = 20 };

static struct profile profile_of(const struct small_scene *scene, int who)
{
	struct profile p;

	profile_named("plain", &p);
	p.isn_fixed = true;
	p.isn = isns[who];
	p.mss = scene->mss;
	p.receive_buffer = scene->buffer ? scene->buffer : BUFFER;
	p.nagle = false;
	p.user_timeout = 0;
	p.dup_ack_threshold = 100; /* without time no three duplicates mean a loss */
	p.congestion_off = true;
	p.challenge_limit = 1000000;
	if (!scene->delayed_ack)
		p.delayed_ack = 0;
	return p;
}

static struct tcp turn(struct small_world *world, int who, const struct profile *profile)
{
	return (struct tcp){.tcb = &world->ends[who].tcb,
			    .profile = profile,
			    .secret = &secret,
			    .now = NOW,
			    .held = &world->ends[who].held};
}

static struct endpoint address_of(int who)
{
	return (struct endpoint){.address = {.version = 4, .bytes = {10, 0, 0, (uint8_t)(who + 1)}},
				 .port = (uint16_t)(80 + who)};
}

uint8_t small_octet(int who, int64_t offset)
{
	return (uint8_t)(1 + offset + 100 * who);
}

uint32_t small_total(const struct small_scene *scene, int who)
{
	uint32_t sum = 0;

	for (int i = 0; i < SMALL_CHUNKS; i++)
		sum += scene->chunks[who][i];
	return sum;
}

/* ---- the network ---- */

static void tell(FILE *told, const char *before, int from, const struct segment *segment)
{
	char line[LINE_TEXT_MAX];
	struct text text = text_in(line, sizeof line);
	struct segment seg = *segment;

	if (told == NULL)
		return;
	seg.seq = seq_sub(seg.seq, isns[from]);
	if (seg.flags & ACK)
		seg.ack = seq_sub(seg.ack, isns[1 - from]);
	seg.options = (struct options){.len = 0};
	line_add(&text, &seg);
	fprintf(told, "%s %s\n", before, line);
}

static struct segment unfold(const struct small_segment *s)
{
	struct segment seg = {.src_port = address_of(1 - s->to).port,
			      .dst_port = address_of(s->to).port,
			      .seq = seq_of(s->seq),
			      .ack = seq_of(s->ack),
			      .flags = s->flags,
			      .wnd = s->wnd,
			      .len = s->len};

	if (s->flags & SYN)
		options_put_mss(&seg.options, 1000);
	return seg;
}

static void add(const struct small_scene *scene, struct small_world *world, int from,
		const struct segment *seg, int64_t offset)
{
	struct small_segment s = {.seq = seg->seq.v,
				  .ack = seg->ack.v,
				  .offset = (int32_t)offset,
				  .flags = seg->flags,
				  .wnd = seg->wnd,
				  .len = (uint16_t)seg->len,
				  .to = (uint16_t)(1 - from)};
	unsigned at = world->under_way;

	if (world->under_way == scene->capacity)
		return;
	while (at > 0 && memcmp(&world->net[at - 1], &s, sizeof s) > 0) {
		world->net[at] = world->net[at - 1];
		at--;
	}
	world->net[at] = s;
	world->under_way++;
}

static void take_away(struct small_world *world, unsigned index)
{
	world->under_way--;
	memmove(&world->net[index], &world->net[index + 1],
		(world->under_way - index) * sizeof world->net[0]);
	memset(&world->net[world->under_way], 0, sizeof world->net[0]);
}

/* ---- one end ---- */

static void read_all(struct tcp *t)
{
	uint32_t taken;

	if (t->tcb->rcv.unread > 0)
		tcp_receive(t, t->tcb->rcv.unread, &taken);
}

/* After each turn: what is to be said is under way. */
static void pull(const struct small_scene *scene, struct small_world *world, int who,
		 const struct profile *profile, FILE *told)
{
	struct small_end *end = &world->ends[who];
	struct tcp t = turn(world, who, profile);
	unsigned count = 0;
	enum notice notice;
	struct segment seg;
	int64_t offset;
	enum rule rule;

	if (!scene->slow_reader)
		read_all(&t);
	while (count++ < SAID_MAX && tcp_next_segment(&t, &seg, &offset, &rule)) {
		tell(told, who ? "                                             <" : "    >", who,
		     &seg);
		add(scene, world, who, &seg, offset);
	}
	while ((notice = tcp_next_notice(&end->tcb)) != 0) {
		if (notice == NOTICE_CLOSING)
			end->heard_fin = true;
	}
	end->babbles = count > SAID_MAX;
	tcp_check(&end->tcb, profile, NOW);
	held_check(&t);
}

/* What the engine wants to be kept of a segment, octet by octet. */
static const char *hear(struct small_end *end, int who, const struct tcp *t,
			const struct small_segment *s)
{
	for (unsigned i = 0; i < t->part_count; i++) {
		for (uint32_t n = 0; n < t->parts[i].len; n++) {
			int64_t at = t->parts[i].offset + n;
			int64_t from = s->offset + t->parts[i].skip + n;
			uint8_t is = s->offset < 0 ? FOREIGN : small_octet(1 - who, from);

			if (at < 0 || at >= SMALL_TEXT)
				return "an octet is kept at a place that no stream has";
			if (end->heard[at] != 0)
				return "an octet is kept twice";
			if (is != small_octet(1 - who, at))
				return is == FOREIGN ? "an octet of the attacker's is kept"
						     : "an octet is kept at another's place";
			end->heard[at] = is;
		}
	}
	return NULL;
}

static const char *arrive(const struct small_scene *scene, struct small_world *world, int who,
			  const struct small_segment *s, FILE *told)
{
	struct small_end *end = &world->ends[who];
	struct profile profile = profile_of(scene, who);
	struct tcp t = turn(world, who, &profile);
	struct segment seg = unfold(s);
	struct endpoint from = address_of(1 - who);
	struct endpoint to = address_of(who);
	const char *wrong;
	enum rule rule;

	if (end->tcb.state == CLOSED) {
		struct segment reply;

		if (tcp_arrives_in_closed(&seg, &reply, &rule)) {
			tell(told, "    CLOSED answers", who, &reply);
			add(scene, world, who, &reply, -1);
		}
		return NULL;
	}
	if (end->tcb.state == LISTEN)
		tcp_arrives_in_listen(&t, &seg, &from, &to);
	else
		tcp_arrives(&t, &seg);
	wrong = hear(end, who, &t, s);
	pull(scene, world, who, &profile, told);
	return wrong;
}

/* ---- the attacker ---- */

/* Who sees nothing of a connection but has guessed into the window: RFC 5961
 * §1.2. None of these may do any harm. */
static const struct {
	uint16_t flags;
	int32_t seq; /* from RCV.NXT; EDGE: the last octet of the window */
	int32_t ack; /* from SND.NXT */
	uint16_t len;
} attacks[] = {
	{RST, 1, 0, 0},       {RST, INT16_MAX, 0, 0}, {SYN, 1, 0, 0}, {SYN | ACK, 0, 0, 0},
	{ACK, 0, 1, 2},       {ACK, 0, -100000, 2},   {0, 0, 0, 2},   {FIN, 0, 0, 0},
	{FIN | ACK, 0, 1, 1}, {RST | ACK, 2, 0, 1},
};

enum { ATTACKS = sizeof attacks / sizeof attacks[0] };

/* In SYN-RECEIVED an ACK of something else is answered by a RST with the number
 * that the attacker chose (§3.5.2): there that is no defence. */
static bool may_be_attacked(const struct small_world *world, int who, unsigned which)
{
	const struct tcb *tcb = &world->ends[who].tcb;
	bool harmless = tcb->state != SYN_RECEIVED || !(attacks[which].flags & ACK);

	return tcb->state >= SYN_RECEIVED && tcb->state != TIME_WAIT && tcb->rcv.wnd > 4 &&
	       harmless;
}

static const char *attack(const struct small_scene *scene, struct small_world *world, int who,
			  unsigned which, FILE *told)
{
	const struct tcb *tcb = &world->ends[who].tcb;
	int32_t seq =
		attacks[which].seq == INT16_MAX ? (int32_t)tcb->rcv.wnd - 1 : attacks[which].seq;
	struct small_segment s = {.seq = tcb->rcv.nxt.v + (uint32_t)seq,
				  .flags = attacks[which].flags,
				  .wnd = 3,
				  .len = attacks[which].len,
				  .offset = -1,
				  .to = (uint16_t)who};
	struct segment seg;

	if (s.flags & ACK)
		s.ack = tcb->snd.nxt.v + (uint32_t)attacks[which].ack;
	seg = unfold(&s);
	tell(told, "  the attacker sends", 1 - who, &seg);
	return arrive(scene, world, who, &s, told);
}

/* ---- what may happen ---- */

static bool may_send(const struct small_scene *scene, const struct small_end *end, int who)
{
	return (end->tcb.state == ESTABLISHED || end->tcb.state == CLOSE_WAIT) && !end->closed &&
	       end->sent < SMALL_CHUNKS && scene->chunks[who][end->sent] > 0;
}

static bool may_close(const struct small_scene *scene, const struct small_end *end, int who)
{
	bool all_sent = end->sent == SMALL_CHUNKS || scene->chunks[who][end->sent] == 0;
	bool stands = end->tcb.state == ESTABLISHED || end->tcb.state == CLOSE_WAIT;

	if (end->closed || !all_sent || (scene->closes_last[who] && !end->heard_fin))
		return false;
	/* Who closes before the handshake is done may have closed the wrong one. */
	return stands || (end->tcb.state == SYN_RECEIVED && end->sent == 0 && !scene->old_syn);
}

static bool timer_may_fire(const struct small_world *world, int who, int timer)
{
	const struct small_end *end = &world->ends[who];

	if (end->tcb.state == CLOSED || end->tcb.timers[timer] == NANOS_NEVER)
		return false;
	if (timer == TIMER_TIME_WAIT)
		return world->under_way == 0;
	return timer == TIMER_DELAYED_ACK || end->timeouts > 0;
}

struct list {
	struct small_event *events;
	unsigned count;
};

static void offer(struct list *list, enum small_kind kind, int who, unsigned index)
{
	list->events[list->count++] = (struct small_event){
		.kind = (uint8_t)kind, .who = (uint8_t)who, .index = (uint8_t)index};
}

static void offer_those_of(const struct small_scene *scene, const struct small_world *world,
			   int who, struct list *list)
{
	const struct small_end *end = &world->ends[who];

	for (int timer = 0; timer < TIMER_COUNT; timer++) {
		if (timer_may_fire(world, who, timer))
			offer(list, SMALL_TIMER, who, (unsigned)timer);
	}
	if (may_send(scene, end, who))
		offer(list, SMALL_SEND, who, 0);
	if (scene->slow_reader && end->tcb.rcv.unread > 0 && end->tcb.state != CLOSED)
		offer(list, SMALL_READ, who, 0);
	if (may_close(scene, end, who))
		offer(list, SMALL_CLOSE, who, 0);
	for (unsigned i = 0; i < ATTACKS; i++) {
		if (world->attacks > 0 && may_be_attacked(world, who, i))
			offer(list, SMALL_ATTACK, who, i);
	}
}

unsigned small_events(const struct small_scene *scene, const struct small_world *world,
		      struct small_event events[SMALL_EVENTS])
{
	struct list list = {.events = events};

	for (unsigned i = 0; i < world->under_way; i++) {
		/* Of two that are alike, either. */
		if (i > 0 && memcmp(&world->net[i], &world->net[i - 1], sizeof world->net[0]) == 0)
			continue;
		offer(&list, SMALL_ARRIVES, world->net[i].to, i);
		if (world->losses > 0)
			offer(&list, SMALL_LOST, world->net[i].to, i);
		if (world->copies > 0)
			offer(&list, SMALL_DOUBLED, world->net[i].to, i);
	}
	for (int who = 0; who < 2; who++)
		offer_those_of(scene, world, who, &list);
	return list.count;
}

/* ---- letting it happen ---- */

static void fire(const struct small_scene *scene, struct small_world *world, int who,
		 unsigned timer, FILE *told)
{
	struct profile profile = profile_of(scene, who);
	struct small_end *end = &world->ends[who];
	struct tcp t = turn(world, who, &profile);

	if (told != NULL)
		fprintf(told, "  %s: the %s timer fires\n", small_names[who],
			timer_name((enum timer)timer));
	if (timer != TIMER_TIME_WAIT && timer != TIMER_DELAYED_ACK && end->timeouts > 0)
		end->timeouts--;
	end->tcb.timers[timer] = NOW;
	tcp_timeout(&t);
	pull(scene, world, who, &profile, told);
}

static void call(const struct small_scene *scene, struct small_world *world, int who,
		 enum small_kind kind, FILE *told)
{
	struct profile profile = profile_of(scene, who);
	struct small_end *end = &world->ends[who];
	struct tcp t = turn(world, who, &profile);
	uint32_t taken;

	switch (kind) {
	case SMALL_SEND:
		if (told != NULL)
			fprintf(told, "  %s: SEND %u\n", small_names[who],
				scene->chunks[who][end->sent]);
		tcp_send(&t, scene->chunks[who][end->sent++], SEND_PUSH, &taken);
		break;
	case SMALL_READ:
		if (told != NULL)
			fprintf(told, "  %s: RECEIVE\n", small_names[who]);
		read_all(&t);
		break;
	default:
		if (told != NULL)
			fprintf(told, "  %s: CLOSE\n", small_names[who]);
		tcp_close(&t);
		end->closed = true;
		break;
	}
	pull(scene, world, who, &profile, told);
}

static const char *happen(const struct small_scene *scene, struct small_world *world,
			  struct small_event event, FILE *told)
{
	static const char *const said[] = {"arrives:", "is lost:", "arrives, and will again:"};
	struct small_segment s = world->net[event.index % SMALL_NET];
	struct segment seg = unfold(&s);
	char before[60];

	switch ((enum small_kind)event.kind) {
	case SMALL_ARRIVES:
	case SMALL_LOST:
	case SMALL_DOUBLED:
		snprintf(before, sizeof before, "  to the %s %s", small_names[s.to],
			 said[event.kind]);
		tell(told, before, 1 - s.to, &seg);
		if (event.kind == SMALL_DOUBLED)
			world->copies--;
		else
			take_away(world, event.index);
		if (event.kind != SMALL_LOST)
			return arrive(scene, world, s.to, &s, told);
		world->losses--;
		return NULL;
	case SMALL_TIMER: fire(scene, world, event.who, event.index, told); return NULL;
	case SMALL_ATTACK:
		world->attacks--;
		return attack(scene, world, event.who, event.index, told);
	default: call(scene, world, event.who, (enum small_kind)event.kind, told); return NULL;
	}
}

/* ---- beginning, and going on ---- */

const char *small_step(const struct small_scene *scene, struct small_world *world,
		       struct small_event event, FILE *told)
{
	struct small_world before = *world;
	const char *wrong = happen(scene, world, event, told);

	return wrong != NULL ? wrong : small_wrong(scene, &before, world);
}

void small_begin(const struct small_scene *scene, struct small_world *world)
{
	memset(world, 0, sizeof *world);
	world->losses = scene->losses;
	world->copies = scene->copies;
	world->attacks = scene->attacks;
	for (int who = 1; who >= 0; who--) {
		struct profile profile = profile_of(scene, who);
		struct tcp t = turn(world, who, &profile);
		struct endpoint local = address_of(who);
		struct endpoint remote = address_of(1 - who);

		world->ends[who].timeouts = scene->timeouts;
		if (who == 1 && !scene->simultaneous)
			tcp_open_passive(&t, &local);
		else
			tcp_open_active(&t, &local, &remote);
		pull(scene, world, who, &profile, NULL);
	}
	while (scene->established && world->under_way > 0)
		happen(scene, world, (struct small_event){.kind = SMALL_ARRIVES}, NULL);
	if (scene->old_syn) {
		struct segment syn = {.seq = seq_of(isns[0] - OLD_SYN), .flags = SYN, .wnd = 7};

		add(scene, world, 0, &syn, -1);
	}
}
