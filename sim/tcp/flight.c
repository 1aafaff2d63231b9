#include "tcp/flight.h"

#include <assert.h>
#include <string.h>

#include "tcp/turn.h"

static uint32_t octets_of(const struct sent_record *record)
{
	return (uint32_t)seq_diff(record->right, record->left);
}

/* How many segments so many octets at one end of a record are; part of one counts. */
static uint32_t segments_of(const struct sent_record *record, uint32_t octets)
{
	uint32_t all = octets_of(record);

	return (uint32_t)(((uint64_t)record->segments * octets + all - 1) / all);
}

void flight_clear(struct tcb *tcb)
{
	struct flight_variables *flight = &tcb->flight;

	flight->first = 0;
	flight->count = 0;
	flight->sacked = 0;
	flight->lost = 0;
	flight->lost_from = tcb->snd.una;
	flight->high_sacked = tcb->snd.una;
	flight->stretches = 0;
	flight->segments = 0;
}

/* ---- the array ---- */

static bool has_room(const struct tcp *t)
{
	return t->tcb->flight.first + t->tcb->flight.count < t->record_room;
}

/* Those acknowledged have left room in front. */
static RARE void move_to_the_front(struct tcp *t)
{
	struct flight_variables *flight = &t->tcb->flight;

	memmove(&t->records[0], &t->records[flight->first], flight->count * sizeof t->records[0]);
	flight->first = 0;
}

/* Makes room for another behind the last, if it can. */
static bool make_room(struct tcp *t)
{
	if (!has_room(t) && t->tcb->flight.first > 0)
		move_to_the_front(t);
	return has_room(t);
}

unsigned flight_find(const struct tcp *t, struct seq s)
{
	unsigned low = 0;
	unsigned high = t->tcb->flight.count;

	while (low < high) {
		unsigned middle = low + (high - low) / 2;

		if (seq_gt(flight_at(t, middle)->right, s))
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

static bool is_sacked(const struct tcp *t, unsigned i)
{
	return i < t->tcb->flight.count && flight_at(t, i)->fate == FLIGHT_SACKED;
}

void flight_split(struct tcp *t, struct seq s)
{
	unsigned i = flight_find(t, s);
	struct sent_record *record;
	uint32_t first;

	if (i == t->tcb->flight.count || seq_ge(flight_at(t, i)->left, s) || is_sacked(t, i) ||
	    !make_room(t))
		return;
	record = flight_at(t, i);
	first = segments_of(record, (uint32_t)seq_diff(s, record->left));
	memmove(record + 1, record, (t->tcb->flight.count - i) * sizeof *record);
	t->tcb->flight.count++;
	record[1].segments = segments_of(record, (uint32_t)seq_diff(record->right, s));
	record[1].place = (uint8_t)flight_place(record, record->segments - record[1].segments);
	record[0].segments = first;
	record[0].right = s;
	record[1].left = s;
}

static bool have_one_length(const struct sent_record *a, const struct sent_record *b)
{
	return (uint64_t)octets_of(a) * b->segments == (uint64_t)octets_of(b) * a->segments;
}

static bool share_everything(const struct sent_record *a, const struct sent_record *b)
{
	if (a->fate != b->fate)
		return false;
	return a->fate == FLIGHT_SACKED ||
	       (a->sent_at == b->sent_at && a->repeated == b->repeated &&
		a->delivered == b->delivered && a->app_limited == b->app_limited &&
		a->first_sent_at == b->first_sent_at && have_one_length(a, b) &&
		a->burst == b->burst && flight_place(a, a->segments) == b->place);
}

/* Joins record `i` and the one behind it, if nothing tells them apart. */
static bool join(struct tcp *t, unsigned i)
{
	struct flight_variables *flight = &t->tcb->flight;
	struct sent_record *record = flight_at(t, i);

	if (i + 1 >= flight->count || !share_everything(record, record + 1))
		return false;
	flight->stretches -= record->fate == FLIGHT_SACKED;
	record->right = record[1].right;
	record->segments += record[1].segments;
	record->tx_in_flight = record[1].tx_in_flight;
	flight->count--;
	if (i + 1 < flight->count)
		memmove(record + 1, record + 2, (flight->count - i - 1) * sizeof *record);
	return true;
}

/* ---- fates ---- */

static void count_fate(struct flight_variables *flight, const struct sent_record *record, bool in)
{
	uint32_t octets = in ? octets_of(record) : 0 - octets_of(record);

	if (record->fate == FLIGHT_SACKED) {
		flight->sacked += octets;
		if (octets > 0)
			flight->stretches += in ? 1 : -1u;
		flight->segments += in ? record->segments : 0 - record->segments;
	}
	if (record->fate == FLIGHT_LOST)
		flight->lost += octets;
}

void flight_set_fate(struct tcp *t, unsigned i, enum flight_fate fate)
{
	struct flight_variables *flight = &t->tcb->flight;
	struct sent_record *record = flight_at(t, i);

	if (fate == FLIGHT_LOST && record->fate != FLIGHT_LOST) {
		t->ack.lost += octets_of(record);
		flight->lost_ever += octets_of(record);
		congestion_lost(t, record);
		flight->lost_from = seq_min(flight->lost_from, record->left);
	}
	count_fate(flight, record, false);
	record->fate = (uint8_t)fate;
	count_fate(flight, record, true);
}

bool flight_first_lost(struct tcp *t, struct seq *left, struct seq *right)
{
	struct flight_variables *flight = &t->tcb->flight;

	if (flight->lost == 0)
		return false;
	for (unsigned i = flight_find(t, flight->lost_from); i < flight->count; i++) {
		const struct sent_record *record = flight_at(t, i);

		if (record->fate != FLIGHT_LOST)
			continue;
		*left = record->left;
		*right = record->right;
		while (++i < flight->count && flight_at(t, i)->fate == FLIGHT_LOST)
			*right = flight_at(t, i)->right;
		flight->lost_from = *left;
		return true;
	}
	return false;
}

void flight_forget_sacks(struct tcp *t)
{
	for (unsigned i = 0; i < t->tcb->flight.count; i++) {
		if (flight_at(t, i)->fate == FLIGHT_SACKED)
			flight_set_fate(t, i, FLIGHT_UNKNOWN);
	}
	t->tcb->flight.high_sacked = t->tcb->snd.una;
}

/* ---- sending ---- */

static void stamp(struct tcp *t, struct sent_record *record)
{
	const struct flight_variables *flight = &t->tcb->flight;

	record->sent_at = t->now;
	record->delivered = flight->delivered;
	record->delivered_at = flight->delivered_at;
	record->first_sent_at = flight->first_sent_at;
	record->app_limited = flight->app_limited > 0;
	record->lost = (uint32_t)flight->lost_ever;
	record->tx_in_flight = flight_pipe(t->tcb); /* before SND.NXT moves */
}

static void append(struct tcp *t, struct seq left, struct seq right)
{
	struct flight_variables *flight = &t->tcb->flight;
	struct sent_record *record;

	if (flight->count == 0) {
		flight->first = 0;
		flight->delivered_at = t->now;
		flight->first_sent_at = t->now;
	}
	if (!make_room(t)) {
		assert(flight->count > 0);
		flight_at(t, flight->count - 1)->right = right;
		flight_at(t, flight->count - 1)->segments++;
		return;
	}
	record = flight_at(t, flight->count++);
	*record = (struct sent_record){.left = left,
				       .right = right,
				       .segments = 1,
				       .burst = t->burst,
				       .place = t->burst_place};
	stamp(t, record);
	record->tx_in_flight += octets_of(record);
	if (flight->count > 1)
		join(t, flight->count - 2);
}

static RARE void sent_again(struct tcp *t, struct seq left, struct seq right)
{
	unsigned i;

	flight_split(t, left);
	flight_split(t, right);
	for (i = flight_find(t, left); i < t->tcb->flight.count; i++) {
		struct sent_record *record = flight_at(t, i);

		if (seq_ge(record->left, right))
			break;
		if (record->fate == FLIGHT_SACKED)
			continue;
		flight_set_fate(t, i, FLIGHT_UNKNOWN);
		record->repeated = true;
		record->segments = 1;
		stamp(t, record);
	}
	for (i = flight_find(t, left); i < t->tcb->flight.count; i++) {
		if (seq_ge(flight_at(t, i)->left, right))
			break;
		while (join(t, i))
			;
	}
}

void flight_sent(struct tcp *t, struct seq left, struct seq right)
{
	struct seq nxt;

	if (t->records == NULL)
		return;
	nxt = t->tcb->flight.count > 0 ? flight_at(t, t->tcb->flight.count - 1)->right : left;
	if (seq_lt(left, nxt))
		sent_again(t, left, seq_min(right, nxt));
	if (seq_gt(right, nxt))
		append(t, seq_max(left, nxt), right);
}

/* ---- what arrived ---- */

/* Octets of `record` have arrived. The sample describes the one sent last. */
static void deliver(struct tcp *t, const struct sent_record *record, uint32_t octets)
{
	struct flight_variables *flight = &t->tcb->flight;
	struct ack_sample *ack = &t->ack;

	flight->delivered += octets;
	flight->delivered_at = t->now;
	if (flight->app_limited > 0 && flight->delivered > flight->app_limited)
		flight->app_limited = 0;
	ack->delivered += octets;
	if (!record->repeated && seq_le(record->right, t->tcb->cc.recover))
		ack->originals += octets;
	rack_delivered(t, record);
	if (ack->measured &&
	    (record->sent_at < ack->sent_at ||
	     (record->sent_at == ack->sent_at && seq_lt(record->right, ack->right))))
		return;
	ack->measured = true;
	ack->sent_at = record->sent_at;
	ack->right = record->right;
	ack->rtt = t->now - record->sent_at;
	ack->repeated = record->repeated;
	ack->app_limited = record->app_limited;
	ack->prior_delivered = record->delivered;
	ack->prior_lost = record->lost;
	ack->tx_in_flight = record->tx_in_flight;
	ack->prior_at = record->delivered_at;
	ack->send_elapsed = record->sent_at - record->first_sent_at;
	flight->first_sent_at = record->sent_at;
}

static void drop_front(struct sent_record *record, struct seq left)
{
	uint32_t rest = (uint32_t)seq_diff(record->right, left);

	uint32_t segments = rest > 0 ? segments_of(record, rest) : 0;

	record->place = (uint8_t)flight_place(record, record->segments - segments);
	record->segments = segments;
	record->left = left;
}

void flight_acked(struct tcp *t)
{
	struct flight_variables *flight = &t->tcb->flight;
	struct seq una = t->tcb->snd.una;

	if (t->records == NULL)
		return;
	while (flight->count > 0 && seq_lt(flight_at(t, 0)->left, una)) {
		struct sent_record *record = flight_at(t, 0);
		struct sent_record gone = *record;

		gone.right = seq_min(gone.right, una);
		if (record->fate != FLIGHT_SACKED)
			deliver(t, &gone, octets_of(&gone));
		count_fate(flight, record, false);
		drop_front(record, gone.right);
		count_fate(flight, record, true);
		if (seq_eq(record->left, record->right)) {
			flight->first++;
			flight->count--;
		}
	}
	flight->lost_from = seq_max(flight->lost_from, una);
	flight->high_sacked = seq_max(flight->high_sacked, una);
	if (flight->count == 0)
		flight->first = 0;
}

bool flight_is_too_ragged(const struct tcp *t, struct seq left, struct seq right)
{
	/* A block whose ends touch nothing that is SACKED stands alone. */
	return t->tcb->flight.stretches >= FLIGHT_STRETCHES_MAX &&
	       !is_sacked(t, flight_find(t, seq_sub(left, 1))) &&
	       !is_sacked(t, flight_find(t, left)) &&
	       !is_sacked(t, flight_find(t, seq_sub(right, 1))) &&
	       !is_sacked(t, flight_find(t, right));
}

/* Records from … to−1 have all arrived: they become one. */
static void merge(struct tcp *t, unsigned from, unsigned to)
{
	struct flight_variables *flight = &t->tcb->flight;
	struct sent_record *record = flight_at(t, from);
	const struct sent_record *last = flight_at(t, to - 1);
	unsigned gone = to - from - 1;

	for (unsigned i = from + 1; i < to; i++)
		record->segments += flight_at(t, i)->segments;
	record->right = last->right;
	record->tx_in_flight = last->tx_in_flight;
	memmove(record + 1, last + 1, (flight->count - to) * sizeof *record);
	flight->count -= gone;
	flight->stretches -= gone;
}

/* Where the segment begins (or ends, `up`) that has `s` inside. */
static RARE struct seq whole(const struct tcp *t, struct seq s, bool up)
{
	unsigned i = flight_find(t, s);
	const struct sent_record *record;
	uint32_t len;
	uint32_t in;

	if (i == t->tcb->flight.count || seq_ge(flight_at(t, i)->left, s) || is_sacked(t, i))
		return s;
	record = flight_at(t, i);
	len = (octets_of(record) + record->segments - 1) / record->segments;
	in = (uint32_t)seq_diff(s, record->left);
	return seq_min(seq_add(record->left, (in + (up ? len - 1 : 0)) / len * len), record->right);
}

uint32_t flight_sacked(struct tcp *t, struct seq left, struct seq right)
{
	uint32_t before = t->ack.delivered;
	unsigned from;
	unsigned to;

	if (t->profile->sack_whole) {
		left = whole(t, left, true);
		right = whole(t, right, false);
		if (seq_ge(left, right))
			return 0;
	}

	flight_split(t, left);
	flight_split(t, right);
	from = flight_find(t, left);
	/* Part of one that could not be split says nothing. */
	if (from < t->tcb->flight.count && seq_lt(flight_at(t, from)->left, left))
		from++;
	for (to = from; to < t->tcb->flight.count; to++) {
		const struct sent_record *record = flight_at(t, to);

		if (seq_gt(record->right, right))
			break;
		if (record->fate == FLIGHT_SACKED)
			continue;
		deliver(t, record, octets_of(record));
		flight_set_fate(t, to, FLIGHT_SACKED);
	}
	if (to > from)
		merge(t, from > 0 && is_sacked(t, from - 1) ? from - 1 : from,
		      is_sacked(t, to) ? to + 1 : to);
	if (t->ack.delivered > before)
		t->tcb->flight.high_sacked = seq_max(t->tcb->flight.high_sacked, right);
	return t->ack.delivered - before;
}

/* ---- what holds ---- */

void flight_check(const struct tcp *t)
{
	const struct tcb *tcb = t->tcb;
	struct flight_variables counted = {0};
	struct seq next = tcb->snd.una;

	if (t->records == NULL || tcb->state == CLOSED || tcb->state == LISTEN)
		return;
	for (unsigned i = 0; i < tcb->flight.count; i++) {
		const struct sent_record *record = flight_at(t, i);

		assert(seq_eq(record->left, next));
		assert(seq_lt(record->left, record->right));
		assert(record->segments > 0);
		assert(record->fate != FLIGHT_LOST || seq_ge(record->left, tcb->flight.lost_from));
		assert(record->sent_at <= t->now);
		count_fate(&counted, record, true);
		next = record->right;
	}
	assert(seq_eq(next, tcb->snd.nxt));
	assert(counted.sacked == tcb->flight.sacked);
	assert(counted.lost == tcb->flight.lost);
	assert(counted.stretches == tcb->flight.stretches);
	assert(counted.segments == tcb->flight.segments);
}
