/* match_compare.c — what is expected of a segment, and what it is. */
#include "drill/match_inside.h"

#include <inttypes.h>
#include <string.h>

#include "script/notation.h"

enum { ACE_SHIFT = 6, ACE_BITS = ECE | CWR | AE };

/* As in a line: "P.", "SEW", "-"; or with the counter: "P.5". */
static void add_flags(struct text *t, uint16_t flags, bool ace)
{
	struct segment seg = {.flags = ace ? flags & (uint16_t)~ACE_BITS : flags};
	char line[80];
	struct text text = text_in(line, sizeof line);

	notation_add_segment(&text, &seg);
	text_addf(t, "%.*s", (int)strcspn(line, " "), line);
	if (ace)
		text_addf(t, "%d", (flags & ACE_BITS) >> ACE_SHIFT);
}

static void add_options(struct text *t, const struct options *o)
{
	text_add(t, "<");
	notation_add_options(t, o);
	text_add(t, ">");
}

static bool compare_flags(const struct match *m, const struct packet_spec *spec, uint16_t flags,
			  struct error *why)
{
	uint16_t ignored = m->settings->lax_push ? PSH : 0;
	char words[80];
	struct text t = text_in(words, sizeof words);

	if (((flags ^ spec->tcp.flags) & ~ignored) == 0)
		return true;
	text_add(&t, "the flags are ");
	add_flags(&t, flags, spec->ace_said);
	text_add(&t, "; the script expects ");
	add_flags(&t, spec->tcp.flags, spec->ace_said);
	return error_set(why, "%s", words);
}

static bool compare_number(const char *name, uint32_t is, uint32_t expected, struct error *why)
{
	return is == expected ||
	       error_set(why, "%s is %" PRIu32 "; the script expects %" PRIu32, name, is, expected);
}

/* ---- options ---- */

/* The value of a timestamp may be off by as many ticks as fit into the tolerance. */
static bool stamp_fits(const struct match *m, const struct packet_spec *spec,
		       const struct options *expected, const struct options *is, struct error *why)
{
	const struct drill_settings *s = m->settings;
	int64_t off = (int32_t)(is->ts_val - expected->ts_val);

	if (s->ts_tick > 0 && !spec->any_ts_val &&
	    (off < 0 ? -off : off) * s->ts_tick > s->tolerance)
		return error_set(why,
				 "the timestamp is %" PRIu32 "; the script expects %" PRIu32
				 ", and a tick is %" PRId64 " us",
				 is->ts_val, expected->ts_val, s->ts_tick / 1000);
	if ((s->strict || spec->absolute_ts_ecr) && is->ts_ecr != expected->ts_ecr)
		return error_set(why,
				 "the timestamp that is echoed is %" PRIu32
				 "; the script expects %" PRIu32,
				 is->ts_ecr, expected->ts_ecr);
	return true;
}

/* The same kinds of the same length in the same order, and but for timestamps with the
 * same in them. */
static bool options_are_alike(const struct options *a, const struct options *b)
{
	if (a->len != b->len)
		return false;
	for (unsigned at = 0, size; at < a->len; at += size) {
		size = options_size_at(a, at);
		if (size == 0)
			size = a->len - at;
		if (memcmp(a->bytes + at, b->bytes + at,
			   a->bytes[at] == OPTION_TIMESTAMPS && size > 2 ? 2 : size) != 0)
			return false;
	}
	return true;
}

static bool compare_options(const struct match *m, const struct packet_spec *spec,
			    const struct options *is, struct error *why)
{
	struct options expected;
	char words[ERROR_TEXT_MAX];
	struct text t = text_in(words, sizeof words);

	if (spec->any_options)
		return true;
	/* What a script leaves out at the end is padding, which is 0. */
	options_parse(&expected, spec->tcp.options.bytes, (spec->tcp.options.len + 3u) & ~3u);
	if (spec->any_wscale && (is->has & HAS_WINDOW_SCALE) && (expected.has & HAS_WINDOW_SCALE))
		expected.bytes[options_find(&expected, OPTION_WINDOW_SCALE) + 2] = is->window_scale;
	if (!options_are_alike(&expected, is)) {
		text_add(&t, "the options are ");
		add_options(&t, is);
		text_add(&t, "; the script expects ");
		add_options(&t, &expected);
		return error_set(why, "%s", words);
	}
	return !(is->has & HAS_TIMESTAMPS) || stamp_fits(m, spec, &expected, is, why);
}

/* ---- all of it ---- */

bool compare_segment(const struct match *m, const struct packet_spec *spec,
		     const struct segment *seg, struct error *why)
{
	const struct segment *expected = &spec->tcp;

	if (!compare_flags(m, spec, seg->flags, why) ||
	    (!spec->any_seq &&
	     !compare_number("the sequence number", seg->seq.v, expected->seq.v, why)) ||
	    !compare_number("the length", seg->len, expected->len, why))
		return false;
	if ((expected->flags & ACK) && !compare_number("ack", seg->ack.v, expected->ack.v, why))
		return false;
	if (!spec->no_window && !compare_number("the window", seg->wnd, expected->wnd, why))
		return false;
	return compare_number("the urgent pointer", seg->up, expected->up, why) &&
	       compare_options(m, spec, &seg->options, why);
}

static bool compare_ecn(const struct packet_spec *spec, const struct packet *p, struct error *why)
{
	enum ecn_codepoint is = p->traffic_class & ECN_MASK;

	if (spec->mark != MARK_ECN)
		return is == ECT0 || is == ECT1 ||
		       error_set(why, "it is marked %s; the script expects ECT(0) or ECT(1)",
				 ecn_codepoint_name(is));
	return is == spec->ecn || error_set(why, "it is marked %s; the script expects %s",
					    ecn_codepoint_name(is), ecn_codepoint_name(spec->ecn));
}

/* The script's numbers are names: the same name is the same label. */
static bool compare_label(uint32_t expected, uint32_t is, struct mapping *map, struct error *why)
{
	bool same = expected == map->label_script;

	if (is == 0)
		return error_set(why, "it has no flow label");
	if (map->label_script != 0 && same && is != map->label_wire)
		return error_set(why, "the flow label is 0x%x; it was 0x%x before", is,
				 map->label_wire);
	if (map->label_script != 0 && !same && is == map->label_wire)
		return error_set(why, "the flow label is 0x%x still; the script expects another",
				 is);
	map->label_script = expected;
	map->label_wire = is;
	return true;
}

bool compare_marks(const struct packet_spec *spec, const struct packet *p, struct mapping *map,
		   struct error *why)
{
	uint8_t compared = 0;

	if (spec->mark == MARK_TOS)
		compared = 0xff;
	else if (spec->mark == MARK_DSCP || spec->mark == MARK_DSCP_ECT01)
		compared = (uint8_t)~ECN_MASK;
	else if (spec->mark != MARK_NONE && !compare_ecn(spec, p, why))
		return false;
	if (spec->mark == MARK_DSCP_ECT01 && !compare_ecn(spec, p, why))
		return false;
	if (((p->traffic_class ^ spec->traffic_class) & compared) != 0)
		return error_set(why, "the type of service is 0x%02x; the script expects 0x%02x",
				 p->traffic_class, spec->traffic_class);
	if (spec->ttl != 0 && p->ttl != spec->ttl)
		return error_set(why, "the TTL is %u; the script expects %u", p->ttl, spec->ttl);
	if (spec->flow_label_said && spec->flow_label != 0 && p->src.version == 6 && map != NULL)
		return compare_label(spec->flow_label, p->flow_label, map, why);
	return true;
}
