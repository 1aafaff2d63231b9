/* The state machine against a second reading of RFC 9293 §3.10.7: in every
 * situation, every class of segments, each on a copy of the TCB. What the
 * engine does must be what tests/oracle.h says, cell by cell.
 *
 * Where the engine means to do other than the text, a row in tests/departures.c
 * says so, with the reason; a row that is never used fails. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "tests/departures.h"
#include "tests/oracle.h"
#include "tests/situations.h"
#include "wire/line.h"

static const struct isn_secret secret = {{1, 2}};

/* ---- the engine's side ---- */

struct outcome {
	struct tcb tcb;
	struct held held;
	struct segment reply; /* flags 0: none */
	unsigned replies;
	unsigned signals;
	bool accepted[ORACLE_TEXT];
};

static void put_places(struct oracle *o, const struct receive_variables *rcv,
		       const struct held *held)
{
	for (unsigned i = 0; i < rcv->held_count; i++) {
		for (uint32_t n = held->ranges[i].left.v; n != held->ranges[i].right.v; n++)
			o->place[n - rcv->nxt.v] = PLACE_TEXT;
	}
	if (rcv->fin_seen && oracle_beyond(rcv->nxt.v, rcv->fin.v) >= 0)
		o->place[rcv->fin.v - rcv->nxt.v] = PLACE_FIN;
}

/* What the oracle must know of a TCB. */
static struct oracle abstract(const struct dialogue *d)
{
	const struct tcb *tcb = &d->tcb;
	const struct profile *profile = &d->profile;
	struct oracle o;

	memset(&o, 0, sizeof o);
	while (strcmp(oracle_state_name(o.state), state_name((enum tcp_state)tcb->state)) != 0)
		o.state++;
	o.rfc5961 = profile->rfc5961;
	o.rfc1337 = profile->rfc1337;
	o.stamps = profile->timestamps;
	o.buffer = profile->receive_buffer;
	o.passive = tcb->passive;
	o.stamped = tcb->ts.on;
	o.fin_sent = tcb->snd.fin_queued && tcb->snd.nxt.v == tcb->snd.end.v + 1;
	o.iss = tcb->snd.iss.v;
	o.una = tcb->snd.una.v;
	o.nxt = tcb->snd.nxt.v;
	o.wnd = tcb->snd.wnd;
	o.max_wnd = tcb->snd.max_wnd;
	o.wl1 = tcb->snd.wl1.v;
	o.wl2 = tcb->snd.wl2.v;
	o.rcv_nxt = tcb->rcv.nxt.v;
	o.rcv_wnd = tcb->rcv.wnd;
	o.unread = tcb->rcv.unread;
	o.fin_received = tcb->rcv.fin_seen && oracle_beyond(tcb->rcv.fin.v, tcb->rcv.nxt.v) > 0;
	o.urgent = tcb->rcv.urgent;
	o.rcv_up = tcb->rcv.up.v;
	o.ts_recent = tcb->ts.recent;
	o.last_ack_sent = tcb->ts.last_ack_sent.v;
	put_places(&o, &tcb->rcv, &d->held);
	return o;
}

static unsigned signals_of(const struct tcb *tcb)
{
	unsigned signals = 0;

	if (tcb->notices & NOTICE_CONNECTED)
		signals |= SIGNAL_CONNECTED;
	if (tcb->notices & NOTICE_TEXT)
		signals |= SIGNAL_TEXT;
	if (tcb->notices & NOTICE_CLOSING)
		signals |= SIGNAL_CLOSING;
	if (tcb->notices & NOTICE_URGENT)
		signals |= SIGNAL_URGENT;
	if (!(tcb->notices & NOTICE_ENDED))
		return signals;
	switch ((enum ending)tcb->ending) {
	case ENDING_CLOSED: return signals | SIGNAL_OVER;
	case ENDING_RESET: return signals | SIGNAL_RESET;
	case ENDING_REFUSED: return signals | SIGNAL_REFUSED;
	default: fail_msg("ended: %s", ending_name((enum ending)tcb->ending)); return 0;
	}
}

static struct outcome engine_arrives(const struct dialogue *d, const struct segment *seg)
{
	struct outcome o = {.tcb = d->tcb, .held = d->held};
	struct endpoint us = {.address = {.version = 4, .bytes = {10, 0, 0, 1}}, .port = 4000};
	struct journal journal = {.count = 0};
	struct tcp t = {.tcb = &o.tcb,
			.profile = &d->profile,
			.secret = &secret,
			.journal = &journal,
			.now = d->now};
	struct sent_record records[DIALOGUE_RECORDS];
	struct segment more;
	int64_t offset;
	enum rule rule;

	memcpy(records, d->records,
	       (d->tcb.flight.first + d->tcb.flight.count) * sizeof records[0]);
	t.records = records;
	t.held = &o.held;
	t.record_room = DIALOGUE_RECORDS;
	if (o.tcb.state == CLOSED) {
		o.replies = tcp_arrives_in_closed(seg, &o.reply, &rule);
		return o;
	}
	if (o.tcb.state == LISTEN)
		tcp_arrives_in_listen(&t, seg, &d->peer, &us);
	else
		tcp_arrives(&t, seg);
	for (unsigned i = 0; i < t.part_count; i++) {
		for (uint32_t n = 0; n < t.parts[i].len; n++)
			o.accepted[t.parts[i].skip + n] = true;
	}
	journal.count = 0;
	while (tcp_next_segment(&t, o.replies ? &more : &o.reply, &offset, &rule)) {
		o.replies++;
		journal.count = 0;
	}
	tcp_check(&o.tcb, &d->profile, d->now);
	held_check(&t);
	o.signals = signals_of(&o.tcb);
	return o;
}

/* ---- the comparison ---- */

static bool replies_agree(const struct oracle_answer *want, const struct outcome *got,
			  const struct oracle *before)
{
	bool syn = want->reply == REPLY_SYN_ACK;
	uint32_t seq = want->seq;

	if (got->replies != (want->reply != REPLY_NONE))
		return false;
	if (want->reply == REPLY_NONE)
		return true;
	if (syn && want->new_connection) {
		seq = got->tcb.snd.iss.v;
		/* MAY-2 (1): "larger than the largest sequence number it used". */
		if (before->state == IN_TIME_WAIT && oracle_beyond(before->nxt, seq) <= 0)
			return false;
	}
	return got->reply.flags == want->flags && got->reply.seq.v == seq && got->reply.len == 0 &&
	       got->reply.ack.v == want->ack;
}

static bool variables_agree(const struct oracle_answer *want, const struct outcome *outcome)
{
	const struct tcb *got = &outcome->tcb;
	const struct oracle *o = &want->tcb;
	struct oracle after = {.state = o->state};

	if (o->state == IN_CLOSED || o->state == IN_LISTEN)
		return true;
	if (!want->new_connection && got->snd.una.v != o->una)
		return false;
	if (o->state == IN_SYN_SENT)
		return true;
	put_places(&after, &got->rcv, &outcome->held);
	return memcmp(after.place, o->place, sizeof o->place) == 0 && got->snd.wnd == o->wnd &&
	       got->rcv.nxt.v == o->rcv_nxt && (!o->stamped || got->ts.recent == o->ts_recent);
}

static bool wait_agrees(const struct oracle_answer *want, const struct outcome *got,
			const struct dialogue *d)
{
	nanos is = got->tcb.timers[TIMER_TIME_WAIT];

	if (want->tcb.state != IN_TIME_WAIT)
		return is == NANOS_NEVER;
	if (d->tcb.last.time_wait != 0) /* back in the wait that had begun */
		return is == d->tcb.last.time_wait;
	return is ==
	       (want->wait_restarts ? d->now + 2 * d->profile.msl : d->tcb.timers[TIMER_TIME_WAIT]);
}

/* NULL where they agree, else about what they do not. */
static const char *difference(const struct oracle_answer *want, const struct outcome *got,
			      const struct cell *c)
{
	if (strcmp(state_name((enum tcp_state)got->tcb.state),
		   oracle_state_name(want->tcb.state)) != 0)
		return "state";
	if (!replies_agree(want, got, c->before))
		return "reply";
	if (memcmp(want->accepted, got->accepted, sizeof want->accepted) != 0)
		return "accepted octets";
	if (want->signals != got->signals)
		return "signals";
	if (!variables_agree(want, got))
		return "variables";
	if (c->before->state != IN_CLOSED && !wait_agrees(want, got, c->d))
		return "2 MSL";
	return NULL;
}

static void tell(const char *what, const char *situation, const char *setup, const struct cell *c,
		 const struct outcome *got)
{
	char line[LINE_TEXT_MAX];
	char reply[LINE_TEXT_MAX] = "nothing";
	struct text text = text_in(line, sizeof line);
	struct text answer = text_in(reply, sizeof reply);
	struct segment seg = *c->seg;
	struct segment sent = got->reply;

	seg.seq.v -= c->d->peer_isn;
	seg.ack.v -= seg.flags & ACK ? c->d->profile.isn : 0;
	sent.seq.v -= c->d->profile.isn;
	sent.ack.v -= sent.flags & ACK ? c->d->peer_isn : 0;
	line_add(&text, &seg);
	if (got->replies > 0)
		line_add(&answer, &sent);
	print_error("%s (%s): < %s\n", situation, setup, line);
	print_error("  %s differ: the engine is in %s, says %s, signals %x, SND.UNA %u, SND.WND "
		    "%u, RCV.NXT %u\n",
		    what, state_name((enum tcp_state)got->tcb.state), reply, got->signals,
		    got->tcb.snd.una.v - c->d->profile.isn, got->tcb.snd.wnd,
		    got->tcb.rcv.nxt.v - c->d->peer_isn);
	print_error("  the RFC: %s, reply %d (flags %x SEQ %u ACK %u), signals %x, SND.UNA %u, "
		    "SND.WND %u, RCV.NXT %u\n",
		    oracle_state_name(c->answer->tcb.state), (int)c->answer->reply,
		    c->answer->flags, c->answer->seq - c->d->profile.isn,
		    c->answer->ack - c->d->peer_isn, c->answer->signals,
		    c->answer->tcb.una - c->d->profile.isn, c->answer->tcb.wnd,
		    c->answer->tcb.rcv_nxt - c->d->peer_isn);
}

/* ---- arrows ---- */

/* Seen from outside: where one call, segment or time-out leads. */
static bool taken[STATE_COUNT][STATE_COUNT];

static const struct {
	enum tcp_state from;
	enum tcp_state to;
} arrows[] = {
	{CLOSED, LISTEN},           {LISTEN, CLOSED},          {CLOSED, SYN_SENT},
	{SYN_SENT, CLOSED},         {LISTEN, SYN_SENT},        {LISTEN, SYN_RECEIVED},
	{SYN_RECEIVED, LISTEN}, /* note 1 */
	{SYN_SENT, SYN_RECEIVED},   {SYN_SENT, ESTABLISHED},   {SYN_RECEIVED, ESTABLISHED},
	{SYN_RECEIVED, FIN_WAIT_1}, {ESTABLISHED, FIN_WAIT_1}, {ESTABLISHED, CLOSE_WAIT},
	{FIN_WAIT_1, FIN_WAIT_2},   {FIN_WAIT_1, CLOSING},     {FIN_WAIT_2, TIME_WAIT},
	{CLOSING, TIME_WAIT},       {CLOSE_WAIT, LAST_ACK},    {LAST_ACK, CLOSED},
	{TIME_WAIT, CLOSED},        {FIN_WAIT_1, TIME_WAIT}, /* note 2: the twenty-first */
	{TIME_WAIT, SYN_RECEIVED},                           /* MAY-2 */
};

/* The arrows that are taken by calls and by time; the others are by segments. */
static const struct situation by_calls[] = {
	{"CLOSE in LISTEN", "listen\nclose\n"},
	{"CLOSE in SYN-SENT", "connect\nclose\n"},
	{"active OPEN in LISTEN", "listen\nconnect\n"},
	{"2 MSL",
	 "listen\n< S 0:0(0) win 100 <mss 1000>\n> S. 0:0(0) ack 1\n< . 1:1(0) ack 1 win 100\n"
	 "close\n> F. 1:1(0) ack 1\n< F. 1:1(0) ack 2 win 100\n> . 2:2(0) ack 2\npass 240000\n"},
};

static void follow(const struct situation *situation)
{
	uint8_t from = CLOSED;

	for (unsigned line = 1; line <= situation_lines(situation); line++) {
		struct dialogue d = situation_reached(situation, &setups[0], line);

		taken[from][d.tcb.state] = true;
		from = d.tcb.state;
	}
}

static void every_arrow_of_figure_5_is_taken(void **state)
{
	unsigned count = 0;

	(void)state;
	for (unsigned i = 0; i < situation_count; i++)
		follow(&situations[i]);
	for (unsigned i = 0; i < sizeof by_calls / sizeof by_calls[0]; i++)
		follow(&by_calls[i]);
	for (unsigned i = 0; i < sizeof arrows / sizeof arrows[0]; i++) {
		if (!taken[arrows[i].from][arrows[i].to])
			print_error("%s to %s was not taken\n", state_name(arrows[i].from),
				    state_name(arrows[i].to));
		count += taken[arrows[i].from][arrows[i].to];
	}
	assert_int_equal(count, sizeof arrows / sizeof arrows[0]);
}

/* ---- all cells ---- */

enum {
	TOLD_MAX = 10,
	PLACES = 5, /* of the sequence space, at which DIALOGUE_RUN runs this */
};

static unsigned place;
static unsigned mismatches;

/* Every class is compared at one of the places; at each place every fifth. Of
 * those with timestamps, which are four times as many, some. */
static unsigned compare_all(const struct situation *situation, const struct setup *setup)
{
	struct dialogue d = situation_reached(situation, setup, UINT32_MAX);
	struct oracle before = abstract(&d);
	unsigned stride = setup->stamps ? 7 * PLACES : PLACES;
	struct segment seg;
	unsigned cells = 0;

	if (setup->only_time_wait && d.tcb.state != TIME_WAIT)
		return 0;
	d.now++; /* so that a timer that begins anew can be told */
	for (unsigned n = place; situation_segment(&d.tcb, setup, n, &seg); n += stride) {
		struct oracle_answer answer = oracle_arrives(&before, &seg);
		struct cell cell = {&d, &before, &seg, &answer};
		struct outcome got = engine_arrives(&d, &seg);
		const char *differs;

		for (unsigned i = 0; i < departure_count; i++)
			departures[i].cells += departures[i].applies(&cell);
		differs = difference(&answer, &got, &cell);
		taken[d.tcb.state][got.tcb.state] = true;
		if (differs != NULL && mismatches++ < TOLD_MAX)
			tell(differs, situation->name, setup->name, &cell, &got);
		cells++;
	}
	return cells;
}

static void every_cell_is_as_the_text_says(void **state)
{
	unsigned cells = 0;

	(void)state;
	mismatches = 0;
	for (unsigned i = 0; i < departure_count; i++)
		departures[i].cells = 0;
	for (unsigned p = 0; p < setup_count; p++) {
		for (unsigned s = 0; s < situation_count; s++)
			cells += compare_all(&situations[s], &setups[p]);
	}
	place = (place + 1) % PLACES;
	print_message("%u cells: %u situations in 11 states, %u setups; %u mismatches\n", cells,
		      situation_count, setup_count, mismatches);
	for (unsigned i = 0; i < departure_count; i++)
		print_message("  %6u of them: %s\n", departures[i].cells, departures[i].what);
	assert_int_equal(mismatches, 0);
	assert_true(cells >= 11 * 300);
	for (unsigned i = 0; i < departure_count; i++)
		assert_true(departures[i].cells > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_cell_is_as_the_text_says),
		cmocka_unit_test(every_arrow_of_figure_5_is_taken),
	};

	return DIALOGUE_RUN("oracle", tests);
}
