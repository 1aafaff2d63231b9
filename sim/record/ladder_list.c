/* ladder_list.c — more than two hosts: one line after the other. */
#include <inttypes.h>

#include "record/label.h"
#include "record/ladder.h"
#include "record/plain.h"

enum { WHO = 26 };

static void line(struct ladder *l, nanos time, const char *who, const char *text, enum tint tint)
{
	char seconds[32];
	struct text when = text_in(seconds, sizeof seconds);
	struct row row = page_row();

	if (time != l->shown)
		text_add_seconds(&when, time, l->page.places);
	row.time = seconds;
	row.left = who;
	row.left_mark = " ";
	row.right_mark = " ";
	row.left_tint = TINT_STRONG;
	row.lane = text;
	row.lane_tint = tint;
	page_print(&l->page, &row);
	l->shown = time;
}

static void tell(struct ladder *l, nanos time, const char *who, const char *text, enum tint tint)
{
	char words[ROW_TEXT_MAX];

	while (page_wrap(&text, l->page.lane, words)) {
		line(l, time, who, words, tint);
		who = "";
	}
}

static void add_name(const struct ladder *l, uint8_t host, struct text *out)
{
	plain_add(out, recording_host(l->r, host)->name);
}

static void add_receiver(const struct ladder *l, const struct packet_record *packet,
			 struct text *out)
{
	char address[ADDRESS_TEXT_MAX];

	for (uint32_t i = 0; i < recording_hosts(l->r); i++) {
		const struct host_record *host = recording_host(l->r, i);

		for (int k = 0; k < 2; k++) {
			if (address_eq(&host->addresses[k], &packet->packet.dst)) {
				add_name(l, (uint8_t)i, out);
				return;
			}
		}
	}
	address_format(&packet->packet.dst, address);
	text_add(out, address);
}

static void add_fate(const struct ladder *l, const struct packet_record *packet, struct text *out)
{
	struct event event;

	if (packet->ended != EVENT_NONE) {
		event = recording_event(l->r, packet->ended);
		text_add(out, "  ✕ ");
		if (event.text != EVENT_NONE)
			plain_add(out, recording_text(l->r, event.text));
		else
			text_add(out, "lost");
	} else if (packet->arrived != EVENT_NONE) {
		text_add(out, "  arrives ");
		text_add_seconds(out, recording_event(l->r, packet->arrived).time, l->page.places);
	}
}

static void tell_packet(struct ladder *l, const struct event *event)
{
	char who[128];
	char words[ROW_TEXT_MAX];
	struct text names = text_in(who, sizeof who);
	struct text text = text_in(words, sizeof words);
	struct packet_record packet;
	const char *router;

	recording_packet(l->r, event->packet, &packet);
	router = label_router(l->r, &packet);
	if (router != NULL)
		plain_add(&names, router);
	else
		add_name(l, packet.host, &names);
	text_add(&names, " > ");
	add_receiver(l, &packet, &names);
	ladder_tag(l, packet.conn, &text);
	label_add(&text, l->r, &packet, l->page.lane - l->page.time - 20);

	enum mark mark = ladder_count(l, &packet, l->is_damaged[event->packet]);

	ladder_add_tags(l, event->packet, &packet, mark, &text);
	add_fate(l, &packet, &text);
	if (recording_frame(l->r, &packet) > 0)
		text_addf(&text, "  frame %" PRId64, recording_frame(l->r, &packet));
	tell(l, event->time, who, words, packet.ended != EVENT_NONE ? TINT_ALERT : TINT_NONE);
}

static void tell_transition(struct ladder *l, const struct event *event)
{
	char who[64];
	char words[ROW_TEXT_MAX];
	struct text name = text_in(who, sizeof who);
	struct text text = text_in(words, sizeof words);

	add_name(l, event->host, &name);
	ladder_tag(l, event->conn, &text);
	text_addf(&text, "%s → %s", state_name((enum tcp_state)event->from),
		  state_name((enum tcp_state)event->to));
	tell(l, event->time, who, words, TINT_STRONG);
}

static void tell_words(struct ladder *l, struct said *said, uint32_t n)
{
	struct event event = recording_event(l->r, n);
	char who[64];
	char whats[ROW_TEXT_MAX];
	char whys[ROW_TEXT_MAX];
	struct text name = text_in(who, sizeof who);
	struct text what = text_in(whats, sizeof whats);
	struct text why = text_in(whys, sizeof whys);

	if (!ladder_says(l, said, n, &what, &why)) {
		if (event.kind != EVENT_CALL && event.kind != EVENT_CAPTION)
			return;
		explain_what(l->r, n, &what);
	}
	if (event.kind != EVENT_CAPTION)
		add_name(l, event.host, &name);
	tell(l, event.time, who, whats, event.kind == EVENT_CAPTION ? TINT_STRONG : TINT_NONE);
	tell(l, event.time, "", whys, TINT_DIM);
}

void ladder_list(struct ladder *l)
{
	struct said said = {.count = 0};

	/* All between the sides, which hold "who > whom". */
	l->page.lane += l->page.side - WHO + l->page.side;
	l->page.side = WHO;
	for (uint32_t n = 0; n < recording_events(l->r); n++) {
		struct event event = recording_event(l->r, n);

		if (n > 0 && event.turn != recording_event(l->r, n - 1).turn)
			said.count = 0;
		tell_words(l, &said, n);
		if (event.kind == EVENT_TRANSITION)
			tell_transition(l, &event);
		if (event.kind == EVENT_SEND || event.kind == EVENT_DUPLICATED)
			tell_packet(l, &event);
	}
}
