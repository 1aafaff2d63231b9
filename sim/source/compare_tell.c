/* compare_tell.c — what a comparison found, in words. */
#include <inttypes.h>
#include <stdlib.h>

#include "source/compare.h"
#include "wire/line.h"

/* Earlier or later by less than this is not worth a word. */
#define WORTH_TELLING nanos_from_ms(1)

static const char *has_it(const struct sent_segment *s, uint16_t option)
{
	return (s->has & option) != 0 ? "yes" : "no";
}

/* One difference: "the acknowledgment is 101 here and 501 there". */
struct difference {
	uint16_t bit;
	const char *what;
	void (*values)(const struct sent_segment *s, struct text *out);
};

static void add_flags(const struct sent_segment *s, struct text *out)
{
	flags_add(out, s->flags);
}

static void add_ack(const struct sent_segment *s, struct text *out)
{
	text_addf(out, "%" PRIu32, s->ack.v);
}

static void add_seq(const struct sent_segment *s, struct text *out)
{
	text_addf(out, "%" PRIu32, s->seq.v);
}

static void add_mss(const struct sent_segment *s, struct text *out)
{
	if ((s->has & HAS_MSS) == 0)
		text_add(out, "missing");
	else
		text_addf(out, "%u", s->mss);
}

static void add_scale(const struct sent_segment *s, struct text *out)
{
	if ((s->has & HAS_WINDOW_SCALE) == 0)
		text_add(out, "missing");
	else
		text_addf(out, "%u", s->window_scale);
}

static void add_sack_permitted(const struct sent_segment *s, struct text *out)
{
	text_add(out, has_it(s, HAS_SACK_PERMITTED));
}

static void add_sack(const struct sent_segment *s, struct text *out)
{
	text_add(out, has_it(s, HAS_SACK));
}

static void add_timestamps(const struct sent_segment *s, struct text *out)
{
	text_add(out, has_it(s, HAS_TIMESTAMPS));
}

static void add_window(const struct sent_segment *s, struct text *out)
{
	text_addf(out, "%u", s->wnd);
}

static void add_psh(const struct sent_segment *s, struct text *out)
{
	text_add(out, (s->flags & PSH) != 0 ? "yes" : "no");
}

static const struct difference all_differences[] = {
	{DIFFERS_FLAGS, "control bits", add_flags},
	{DIFFERS_SEQ, "sequence number", add_seq},
	{DIFFERS_ACK, "acknowledgment", add_ack},
	{DIFFERS_MSS, "MSS", add_mss},
	{DIFFERS_WINDOW_SCALE, "window scale", add_scale},
	{DIFFERS_SACK_PERMITTED, "SACK permitted", add_sack_permitted},
	{DIFFERS_SACK, "SACK blocks", add_sack},
	{DIFFERS_TIMESTAMPS, "timestamps", add_timestamps},
	{DIFFERS_WINDOW, "window (not counted)", add_window},
	{DIFFERS_PSH, "PSH (not counted)", add_psh},
};

static void tell_differences(const struct sent_segment *our, const struct sent_segment *their,
			     struct text *out)
{
	const char *before = ", but for: ";

	for (size_t i = 0; i < sizeof all_differences / sizeof all_differences[0]; i++) {
		const struct difference *d = &all_differences[i];

		if ((our->differs & d->bit) == 0)
			continue;
		text_addf(out, "%s%s ", before, d->what);
		d->values(our, out);
		text_add(out, ", there ");
		d->values(their, out);
		before = "; ";
	}
}

static void tell_time(const struct sent_segment *our, const struct sent_segment *their,
		      struct text *out)
{
	nanos later = our->time - their->time;

	if (later < WORTH_TELLING && later > -WORTH_TELLING)
		return;
	text_add(out, ", ");
	text_add_seconds(out, later > 0 ? later : -later, 3);
	text_add(out, later > 0 ? " s later" : " s earlier");
}

/* "Packet 12 of the capture", or what stands for one that it missed. */
static void tell_number(const struct sent_segment *their, struct text *out)
{
	if (their->number > 0)
		text_addf(out, "packet %" PRId64 " of the capture", their->number);
	else
		text_add(out, "a packet that the capture missed");
}

void compare_tell(const struct sent_list *ours, const struct sent_list *theirs, uint32_t our,
		  struct text *out)
{
	const struct sent_segment *a = &ours->all[our];
	const struct sent_segment *b;

	if (a->match == SENT_NONE) {
		text_add(out, "Sent by our engine only: the capture holds no such segment.");
		return;
	}
	b = &theirs->all[a->match];
	if (a->verdict == VERDICT_CUT) {
		text_add(out, "Octets of ");
		tell_number(b, out);
		text_addf(out, ", cut differently: %" PRIu32 " here, there %" PRIu32, a->len,
			  b->len);
	} else {
		text_add(out, a->verdict == VERDICT_SAME ? "Same as " : "Like ");
		tell_number(b, out);
		tell_differences(a, b, out);
	}
	tell_time(a, b, out);
	text_add(out, ".");
}

void compare_tell_missing(const struct sent_segment *their, struct text *out)
{
	text_add(out, "Not sent by our engine: ");
	tell_number(their, out);
	text_add(out, ", ");
	flags_add(out, their->flags);
	text_addf(out, ", seq %" PRIu32, their->seq.v);
	if ((their->flags & ACK) != 0)
		text_addf(out, ", ack %" PRIu32, their->ack.v);
	if (their->len > 0)
		text_addf(out, ", %" PRIu32 " octets", their->len);
	text_add(out, ".");
}
