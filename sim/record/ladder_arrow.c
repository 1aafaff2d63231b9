/* ladder_arrow.c — packets as arrows: solid for text, thin for an ACK alone,
 * dashed for what is sent again, double for a link's copy, with ✕ where they
 * are lost and a hollow head where a later one came before. */
#include <inttypes.h>
#include <string.h>

#include "record/label.h"
#include "record/ladder.h"
#include "record/plain.h"

enum { STUB = 2, LABEL_MAX = 256 };

struct arrow {
	const char *shaft;
	const char *head;
	char label[LABEL_MAX]; /* with the spaces around it */
	char fate[LABEL_MAX];  /* behind a ✕ */
	char router[64];       /* between the lifelines, where the arrow begins there */
	unsigned before;       /* blank columns before the shaft */
	bool leftward;
};

enum mark ladder_count(struct ladder *l, const struct packet_record *packet, bool is_damaged)
{
	enum mark mark = packet->copy_of != EVENT_NONE    ? MARK_COPY
			 : packet->again_of != EVENT_NONE ? MARK_AGAIN
			 : label_is_more_than_ack(packet) ? MARK_TEXT
							  : MARK_ACK;

	l->drawn[mark]++;
	l->drawn[MARK_LOST] += packet->ended != EVENT_NONE;
	l->drawn[MARK_OVERTAKEN] += packet->overtaken;
	l->drawn[MARK_DAMAGED] += is_damaged;
	l->drawn[MARK_FRAME] += recording_frame(l->r, packet) > 0;
	l->packets += mark != MARK_COPY;
	return mark;
}

void ladder_add_tags(const struct ladder *l, uint32_t number, const struct packet_record *packet,
		     enum mark mark, struct text *out)
{
	if (mark == MARK_AGAIN)
		text_add(out, " again");
	if (mark == MARK_COPY)
		text_add(out, " copy");
	if (l->is_damaged[number])
		text_add(out, " damaged");
	if (l->is_marked[number])
		text_add(out, " marked");
	if (packet->overtaken)
		text_add(out, " overtaken");
}

static void set_label(const struct ladder *l, struct arrow *arrow,
		      const struct packet_record *packet, const char *end)
{
	struct text text = text_in(arrow->label, sizeof arrow->label);

	unsigned reserved = arrow->before + 2 * STUB + 2 + 1 + plain_width(end) +
			    (*arrow->fate != '\0' ? plain_width(arrow->fate) + 2 : 0);

	ladder_tag(l, packet->conn, &text);
	reserved += plain_width(arrow->label);
	text = text_in(arrow->label, sizeof arrow->label);
	text_add(&text, " ");
	ladder_tag(l, packet->conn, &text);
	label_add(&text, l->r, packet, l->page.lane > reserved ? l->page.lane - reserved : 0);
	text_addf(&text, "%s ", end);
}

static void add_fate(const struct ladder *l, const struct packet_record *packet, struct text *out)
{
	struct event event;

	if (packet->ended == EVENT_NONE)
		return;
	event = recording_event(l->r, packet->ended);
	if (event.text != EVENT_NONE)
		plain_add(out, recording_text(l->r, event.text));
	else
		text_add(out, "lost");
}

/* The lane, from the sender's side to the receiver's. */
static void draw(const struct ladder *l, const struct arrow *arrow, struct text *out)
{
	unsigned label = plain_width(arrow->label);
	unsigned fate = *arrow->fate != '\0' ? plain_width(arrow->fate) + 2 : 0;
	unsigned fixed = arrow->before + plain_width(arrow->router) + STUB + label + 1 + fate;
	unsigned rest = l->page.lane > fixed ? l->page.lane - fixed : 0;

	if (arrow->leftward) {
		if (fate > 0)
			text_addf(out, " %s ", arrow->fate);
		text_add(out, arrow->head);
		page_repeat(out, arrow->shaft, rest);
		text_add(out, arrow->label);
		page_repeat(out, arrow->shaft, STUB);
		text_add(out, arrow->router);
	} else {
		page_repeat(out, " ", arrow->before);
		text_add(out, arrow->router);
		page_repeat(out, arrow->shaft, STUB);
		text_add(out, arrow->label);
		page_repeat(out, arrow->shaft, rest);
		text_add(out, arrow->head);
		if (fate > 0)
			text_addf(out, " %s ", arrow->fate);
	}
}

static const char *head_of(const struct packet_record *packet, bool leftward)
{
	if (packet->ended != EVENT_NONE)
		return "✕";
	if (packet->arrived == EVENT_NONE)
		return "…";
	if (packet->overtaken)
		return leftward ? "◁" : "▷";
	return leftward ? "◀" : "▶";
}

void ladder_add_frame(const struct ladder *l, const struct packet_record *packet, struct text *out)
{
	int64_t frame = recording_frame(l->r, packet);

	if (frame > 0)
		text_addf(out, "%s#%" PRId64, out->len > 0 ? " " : "", frame);
}

/* On the far side: when it arrives, and which packet of the capture it is. */
static void add_arrival(const struct ladder *l, const struct packet_record *packet, nanos sent,
			struct text *out)
{
	if (packet->arrived == EVENT_NONE)
		text_add(out, packet->ended == EVENT_NONE ? "under way" : "");
	else if (recording_event(l->r, packet->arrived).time != sent)
		text_add_seconds(out, recording_event(l->r, packet->arrived).time, l->page.places);
	ladder_add_frame(l, packet, out);
}

/* "Router left", or "left" where the packet leaves no more room. */
static void add_router(const struct ladder *l, const struct packet_record *packet,
		       struct arrow *arrow)
{
	static const char kind[] = "Router ";
	const char *router = label_router(l->r, packet);
	unsigned used = STUB + 2 + plain_width(arrow->label);
	struct text text = text_in(arrow->router, sizeof arrow->router);

	if (router == NULL)
		return;
	if (used + 2 + plain_width(router) > l->page.lane &&
	    strncmp(router, kind, strlen(kind)) == 0)
		router += strlen(kind);
	text_add(&text, " ");
	plain_add(&text, router);
	text_add(&text, " ");
}

/* A reason that leaves no room for the label has rows of its own, at the far side. */
static void tell_fate(struct ladder *l, struct telling *t, nanos sent, const char *fate,
		      bool leftward)
{
	char line[ROW_TEXT_MAX];

	while (page_wrap(&fate, l->page.lane - 2, line)) {
		char lane[2 * ROW_TEXT_MAX];
		struct text text = text_in(lane, sizeof lane);
		struct row row = page_row();

		page_repeat(&text, " ", leftward ? 1 : l->page.lane - 1 - plain_width(line));
		text_add(&text, line);
		row.lane = lane;
		row.lane_tint = TINT_ALERT;
		ladder_row(l, t, sent, &row);
	}
}

void ladder_arrow(struct ladder *l, struct telling *t, uint32_t number)
{
	static const char *const shafts[] = {
		[MARK_TEXT] = "━", [MARK_ACK] = "─", [MARK_AGAIN] = "╌", [MARK_COPY] = "═"};
	char lane[ROW_TEXT_MAX];
	char arrival[32];
	char why_lost[LABEL_MAX];
	char end[48];
	struct text tags = text_in(end, sizeof end);
	struct text fate = text_in(why_lost, sizeof why_lost);
	struct text drawn = text_in(lane, sizeof lane);
	struct text when = text_in(arrival, sizeof arrival);
	struct packet_record packet;
	struct row row = page_row();

	recording_packet(l->r, number, &packet);

	nanos sent = recording_event(l->r, packet.sent).time;
	enum mark mark = ladder_count(l, &packet, l->is_damaged[number]);
	struct arrow arrow = {
		.shaft = shafts[mark],
		.leftward = ladder_side(l, packet.host) == 1,
		.before = mark == MARK_COPY ? l->page.lane / 4 : 0,
	};

	arrow.head = head_of(&packet, arrow.leftward);
	add_fate(l, &packet, &fate);

	bool has_room = plain_width(why_lost) <= l->page.lane / 3;

	snprintf(arrow.fate, sizeof arrow.fate, "%s", has_room ? why_lost : "lost");
	ladder_add_tags(l, number, &packet, mark, &tags);
	set_label(l, &arrow, &packet, end);
	add_router(l, &packet, &arrow);
	draw(l, &arrow, &drawn);
	add_arrival(l, &packet, sent, &when);

	bool starts_aside = mark == MARK_COPY || arrow.router[0] != '\0';

	row.lane = lane;
	row.lane_tint = packet.ended != EVENT_NONE ? TINT_ALERT
			: arrow.leftward           ? TINT_RIGHT
						   : TINT_LEFT;
	if (arrow.leftward) {
		row.left = arrival;
		row.left_tint = TINT_DIM;
		row.right_mark = starts_aside ? "│" : "┤";
	} else {
		row.right = arrival;
		row.right_tint = TINT_DIM;
		row.left_mark = starts_aside ? "│" : "├";
	}
	ladder_row(l, t, sent, &row);
	if (!has_room)
		tell_fate(l, t, sent, why_lost, arrow.leftward);
	if (packet.arrived != EVENT_NONE)
		l->quiet_from =
			nanos_max(l->quiet_from, recording_event(l->r, packet.arrived).time);
}
