/* replay_one.c — our engine takes the place of one end of a captured connection.
 *
 * First a follower of that end infers what its application called. Then the
 * engine rehearses: it gets these calls and what the other end sent, and what
 * it sends is compared with what the captured host sent. Then it performs: the
 * same again, recorded, with the verdicts beside its segments. Behind our
 * segments the other end's follower goes on as it did in the capture: it gets
 * what the captured host sent, shown as the segment of ours that matches. */
#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>

#include "source/play.h"

enum {
	TOLD_MAX = 20, /* differences that the report names */
	BUFFERS_TRIED = 4,
	BUFFER_MAX = 1 << 30,
};

/* ---- what the application called ---- */

static void add_call(struct play *play, const struct event *event, uint32_t step)
{
	const struct step *at = &play->replay->steps.all[step];
	struct player_calls *calls = &play->calls;
	struct packet packet;
	uint8_t flags = 0;

	if (event->call == CALL_SEND) {
		replay_packet(play->replay, at->packet, &packet);
		flags |= (packet.tcp.flags & PSH) != 0 ? SEND_PUSH : 0;
		flags |= (packet.tcp.flags & URG) != 0 ? SEND_URGENT : 0;
	}
	calls->all =
		memory_grow(calls->all, &calls->capacity, calls->count + 1, sizeof *calls->all);
	calls->all[calls->count++] = (struct player_call){
		.step = step, .call = event->call, .flags = flags, .value = event->value};
}

/* A step was followed: the calls among its events are what explains it. */
static void find_calls(void *who, uint32_t step)
{
	struct play *play = who;
	const struct recording *r = play->replay->recording;
	uint32_t count = recording_events(r);

	for (; play->events_before < count; play->events_before++) {
		struct event event = recording_event(r, play->events_before);

		if (event.kind == EVENT_CALL && event.host == play->replay->hosts[play->side])
			add_call(play, &event, step);
	}
}

/* Follows both ends, in a recording that nobody sees. */
static void infer_calls(struct play *play)
{
	struct replay *r = play->replay;
	struct recording *shown = r->recording;
	struct recording_info info = {.inferred = true};
	struct host_record host = {.name = "unseen"};

	r->recording = recording_new(&info);
	for (enum side side = CLIENT; side < SIDES; side++) {
		uint8_t number = recording_add_host(r->recording, &host);

		assert(number == r->hosts[side]);
	}
	replay_both(r, find_calls, play);
	recording_free(r->recording);
	r->recording = shown;
}

/* ---- what the captured host sent ---- */

static void list_theirs(struct play *play)
{
	const struct replay *r = play->replay;
	struct packet packet;

	play->their_of = memory_get(replay_packets(r) * sizeof *play->their_of);
	play->packet_of = memory_get(replay_packets(r) * sizeof *play->packet_of);
	for (uint32_t i = 0; i < replay_packets(r); i++)
		play->their_of[i] = SENT_NONE;
	for (uint32_t i = 0; i < r->steps.count; i++) {
		const struct step *step = &r->steps.all[i];
		bool seen = step->packet < r->captured.count;

		if (step->kind != STEP_SEND || replay_side(r, step->packet) != play->side)
			continue;
		replay_packet(r, step->packet, &packet);
		if (packet.kind != PACKET_TCP)
			continue;
		play->their_of[step->packet] = play->theirs.count;
		play->packet_of[play->theirs.count] = step->packet;
		sent_add(&play->theirs, step->time,
			 seen ? (int64_t)captured_at(&r->captured, step->packet)->number : 0,
			 &packet.tcp);
	}
}

/* ---- rehearsal ---- */

static struct sent_list rehearse_with(const struct play *play, uint32_t buffer)
{
	const struct replay *r = play->replay;
	struct player p;

	player_begin(&p, r, play->side, buffer, &play->calls, NULL);
	for (uint32_t i = 0; i < r->steps.count; i++) {
		const struct step *step = &r->steps.all[i];

		player_waits(&p, step->time);
		player_calls_before(&p, step->time, i);
		if (play_arrives_at_us(play, step))
			player_gets(&p, step->time, step->packet);
	}
	player_waits(&p, play_end(play));
	player_end(&p);
	return p.sent;
}

/* After the highest octet that is acknowledged; false where none is. */
static bool newest_ack(const struct sent_list *list, struct seq *out)
{
	bool any = false;

	for (uint32_t i = 0; i < list->count; i++) {
		const struct sent_segment *s = &list->all[i];

		if ((s->flags & (ACK | RST)) != ACK)
			continue;
		*out = any ? seq_max(*out, s->ack) : s->ack;
		any = true;
	}
	return any;
}

static bool took_all(const struct play *play, const struct sent_list *ours)
{
	struct seq our;
	struct seq their;

	if (!newest_ack(&play->theirs, &their))
		return true;
	return newest_ack(ours, &our) && seq_ge(our, their);
}

/* The other end sends what the captured host's ACKs allowed. Ours come at other
 * times, so that our window may be too small for it just then, and nobody would
 * repeat what we refuse. If more room helps, we take more. */
static void rehearse(struct play *play)
{
	uint32_t buffer = player_buffer(play->replay, play->side);

	play->buffer = buffer;
	play->ours = rehearse_with(play, buffer);
	for (unsigned i = 0; i < BUFFERS_TRIED && !took_all(play, &play->ours); i++) {
		struct sent_list other;

		buffer = buffer < BUFFER_MAX / 2 ? 2 * buffer : BUFFER_MAX;
		other = rehearse_with(play, buffer);
		if (!took_all(play, &other)) {
			sent_free(&other);
			continue;
		}
		sent_free(&play->ours);
		play->ours = other;
		play->buffer = buffer;
	}
}

/* ---- the report ---- */

static void report_counts(const struct play *play, const struct sent_counts *ours,
			  const struct sent_counts *theirs, FILE *out)
{
	fprintf(out,
		"Our engine as the %s. Segments with text or control bits: %" PRIu32
		" the same, %" PRIu32 " different, %" PRIu32 " cut differently (from %" PRIu32
		"), %" PRIu32 " sent only by us, %" PRIu32 " only in the capture.\n",
		side_name(play->side), ours->same, ours->different, ours->cut, theirs->cut,
		ours->alone, theirs->alone);
	fprintf(out,
		"ACKs alone: %" PRIu32 " of ours are in the capture, %" PRIu32 " are not; %" PRIu32
		" of the capture's we did not send.\n",
		ours->acks_same, ours->acks_alone, theirs->acks_alone);
	fprintf(out,
		"Told, but not counted as different: another window in %" PRIu32
		", PSH in only one in %" PRIu32 ". What timestamps say is not compared.\n",
		ours->windows, ours->pushes);
	if (play->buffer != player_buffer(play->replay, play->side))
		fprintf(out,
			"Its receive buffer is %" PRIu32 " octets: with %" PRIu32
			", the largest window of the captured host, it would have refused text "
			"that "
			"the captured host took.\n",
			play->buffer, player_buffer(play->replay, play->side));
	if (play->side != play->replay->fates.vantage.near)
		fprintf(out,
			"The %s is the far end: when it got and sent each segment is inferred, and "
			"differences may come from that.\n",
			side_name(play->side));
}

static bool is_worth_naming(const struct sent_segment *s)
{
	return !sent_is_ack(s) && s->verdict != VERDICT_SAME;
}

/* The next one that is, from `at` on. */
static uint32_t next_difference(const struct sent_list *list, uint32_t at, bool ours)
{
	while (at < list->count && (!is_worth_naming(&list->all[at]) ||
				    (!ours && list->all[at].verdict != VERDICT_ALONE)))
		at++;
	return at;
}

/* The first ones, in the order of time: what follows may be their fault. */
static void report_differences(const struct play *play, FILE *out)
{
	const struct sent_list *ours = &play->ours;
	const struct sent_list *theirs = &play->theirs;
	uint32_t our = next_difference(ours, 0, true);
	uint32_t their = next_difference(theirs, 0, false);

	for (unsigned told = 0; our < ours->count || their < theirs->count; told++) {
		char buf[PLAY_TEXT_MAX];
		struct text text = text_in(buf, sizeof buf);
		bool is_ours =
			their == theirs->count ||
			(our < ours->count && ours->all[our].time <= theirs->all[their].time);

		if (told == TOLD_MAX) {
			fputs("  and so on.\n", out);
			return;
		}
		text_add_seconds(&text, is_ours ? ours->all[our].time : theirs->all[their].time, 6);
		text_add(&text, "  ");
		if (is_ours)
			compare_tell(ours, theirs, our, &text);
		else
			compare_tell_missing(&theirs->all[their], &text);
		fprintf(out, "  %s\n", buf);
		if (is_ours)
			our = next_difference(ours, our + 1, true);
		else
			their = next_difference(theirs, their + 1, false);
	}
}

static void sum_up(const struct play *play, struct replay_summary *summary, FILE *report)
{
	struct sent_counts ours = sent_count(&play->ours);
	struct sent_counts theirs = sent_count(&play->theirs);

	report_counts(play, &ours, &theirs, report);
	report_differences(play, report);
	summary->same = ours.same;
	summary->different = ours.different;
	summary->cut = ours.cut;
	summary->missing = theirs.alone;
	summary->extra = ours.alone;
}

/* ---- all of it ---- */

void replay_one(struct replay *r, enum side side, struct replay_summary *summary, FILE *report)
{
	struct play *play = memory_get(sizeof *play);
	struct packet syn;
	bool begins = replay_find_syn(r, side, &syn);

	*play = (struct play){.replay = r, .side = side};
	infer_calls(play);
	list_theirs(play);
	rehearse(play);
	compare(&play->ours, &play->theirs, begins ? syn.tcp.seq : seq_of(0));
	play_perform(play);
	sum_up(play, summary, report);
	sent_free(&play->ours);
	sent_free(&play->theirs);
	free(play->calls.all);
	free(play->their_of);
	free(play->packet_of);
	free(play);
}
