/* export_ladder.c — a recording as a ladder on a terminal.
 *
 * Goes through the turns. A turn gets rows where there is something to see:
 * a call, a change of state, a decision that weighs something, a packet. The
 * reason for a decision is written in full the first time, and after that
 * only by its section. */
#include "record/export.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "record/ladder.h"
#include "record/memory.h"
#include "record/pairs.h"
#include "record/plain.h"
#include "record/story.h"

enum { WIDTH_DEFAULT = 100, SIDE = 14, SIDE_TAGGED = 17 };

/* ---- what is said ---- */

static bool is_said(struct said *said, uint16_t rule)
{
	for (unsigned i = 0; i < said->count; i++) {
		if (said->rules[i] == rule)
			return true;
	}
	if (said->count < SAID_MAX)
		said->rules[said->count++] = rule;
	return false;
}

/* Calls stand beside the lifeline: only a refused one needs words. */
static bool plain_event_is_told(const struct ladder *l, const struct event *event)
{
	switch (event->kind) {
	case EVENT_CALL: return event->text != EVENT_NONE || event->call == CALL_REBOOT;
	case EVENT_TIMER: return !l->style->why;
	case EVENT_COMPARED:
	case EVENT_CORRUPTED:
	case EVENT_DELAYED:
	case EVENT_MARKED: return true;
	default: return false;
	}
}

/* Most of what is not strong is told once; but each time that cwnd grows, to what. */
static bool rule_is_told(const struct ladder *l, uint32_t n, bool told)
{
	enum rule rule = (enum rule)recording_event(l->r, n).rule;
	enum story_weight weight = story_weight(l->r, n);

	if (told && weight < STORY_STRONG && !story_is_growth(rule))
		return false;
	return weight != STORY_NOTHING;
}

bool ladder_says(struct ladder *l, struct said *said, uint32_t n, struct text *what,
		 struct text *why)
{
	struct event event = recording_event(l->r, n);
	bool told = l->told[event.rule];

	if (event.rule == RULE_NONE) {
		if (!plain_event_is_told(l, &event))
			return false;
		explain_what(l->r, n, what);
		if (l->style->why && event.kind == EVENT_CALL && event.call == CALL_REBOOT)
			explain_why(l->r, n, why);
		return true;
	}
	if (!l->style->why || !rule_is_told(l, n, told) || is_said(said, event.rule))
		return false;
	explain_what(l->r, n, what);
	if (told && strcmp(what->at, l->last) == 0)
		return false;
	snprintf(l->last, sizeof l->last, "%s", what->at);
	if (!told) {
		explain_why(l->r, n, why);
	} else if (!story_is_growth((enum rule)event.rule)) {
		text_add(what, " ");
		explain_source(l->r, n, what);
	}
	l->told[event.rule] = true;
	return true;
}

/* ---- rows ---- */

int ladder_side(const struct ladder *l, uint8_t host)
{
	return host == l->hosts[1];
}

void ladder_tag(const struct ladder *l, uint32_t conn, struct text *out)
{
	if (l->conn_tags != NULL && conn != EVENT_NONE && l->conn_tags[conn] > 0)
		text_addf(out, "#%" PRIu32 " ", l->conn_tags[conn]);
}

static void tell_of_silence(struct ladder *l, nanos time)
{
	nanos from = nanos_max(l->shown, l->quiet_from);
	char text[128];
	char lane[ROW_TEXT_MAX];
	struct text words = text_in(text, sizeof text);
	struct text centred = text_in(lane, sizeof lane);
	struct row row = page_row();

	if (l->shown < 0 || time - from < l->gap)
		return;
	text_add(&words, "… ");
	text_add_seconds(&words, time - from, 3);
	text_add(&words, " s with no segments …");
	if (plain_width(text) < l->page.lane)
		page_repeat(&centred, " ", (l->page.lane - plain_width(text)) / 2);
	text_add(&centred, text);
	row.left_mark = row.right_mark = "┊";
	row.lane = lane;
	row.lane_tint = TINT_DIM;
	page_print(&l->page, &row);
}

void ladder_row(struct ladder *l, struct telling *t, nanos time, struct row *row)
{
	const char *label = "";

	char seconds[32];
	struct text when = text_in(seconds, sizeof seconds);

	if (time != l->shown) {
		tell_of_silence(l, time);
		text_add_seconds(&when, time, l->page.places);
		row->time = seconds;
		l->shown = time;
	}
	if (t->side >= 0 && t->written < t->labels)
		label = t->label[t->written++];
	if (t->side == 0 && *label != '\0') {
		row->left = label;
		row->left_tint = TINT_LEFT;
	} else if (t->side == 1 && *label != '\0') {
		row->right = label;
		row->right_tint = TINT_RIGHT;
	}
	if (t->side == 0 && !t->marked)
		row->left_mark = "●";
	else if (t->side == 1 && !t->marked)
		row->right_mark = "●";
	t->marked = true;
	page_print(&l->page, row);
}

/* A paragraph in the lane, on the side of the host that it is about. */
static void tell(struct ladder *l, struct telling *t, nanos time, const char *text, enum tint tint)
{
	unsigned aside = l->page.lane / 7; /* left free on the other host's side */
	unsigned indent = t->side == 1 ? aside : t->side == 0 ? 1 : aside / 2;
	unsigned columns = l->page.lane - aside - 1;
	char line[ROW_TEXT_MAX];

	while (page_wrap(&text, columns, line)) {
		char lane[2 * ROW_TEXT_MAX];
		struct text indented = text_in(lane, sizeof lane);
		struct row row = page_row();

		page_repeat(&indented, " ", indent);
		text_add(&indented, line);
		row.lane = lane;
		row.lane_tint = tint;
		ladder_row(l, t, time, &row);
	}
}

/* ---- turns ---- */

static void add_label(struct telling *t, const char *text)
{
	if (t->labels < sizeof t->label / sizeof t->label[0])
		snprintf(t->label[t->labels++], sizeof t->label[0], "%s", text);
}

/* The application stands outside: its call points at the lifeline. */
static void label_call(struct telling *t, const struct event *event)
{
	static const char *const calls[] = {
		[CALL_OPEN_PASSIVE] = "OPEN passive",
		[CALL_OPEN_ACTIVE] = "OPEN active",
		[CALL_SEND] = "SEND",
		[CALL_RECEIVE] = "RECEIVE",
		[CALL_CLOSE] = "CLOSE",
		[CALL_ABORT] = "ABORT",
		[CALL_USER_TIMEOUT] = "user timeout",
		[CALL_KEEPALIVE] = "keep-alive",
		[CALL_RECEIVE_BUFFER] = "receive buffer",
		[CALL_SEND_BUFFER] = "send buffer",
		[CALL_NAGLE] = "Nagle",
		[CALL_CORK] = "cork",
		[CALL_REBOOT] = "reboot",
	};
	char words[64];
	struct text text = text_in(words, sizeof words);

	assert(event->call < sizeof calls / sizeof calls[0]);
	if (t->side == 1)
		text_add(&text, "◂ ");
	text_add(&text, calls[event->call]);
	if (event->call == CALL_SEND || event->call == CALL_RECEIVE)
		text_addf(&text, " %" PRId64, event->value);
	if (t->side == 0)
		text_add(&text, " ▸");
	add_label(t, words);
}

static void label_state(const struct ladder *l, struct telling *t, const struct event *event)
{
	bool inferred = event->conn != EVENT_NONE && recording_conn(l->r, event->conn)->inferred;
	const char *name = state_name((enum tcp_state)event->to);
	char words[64];
	struct text text = text_in(words, sizeof words);

	ladder_tag(l, event->conn, &text);
	text_addf(&text, inferred ? "(%s)" : "%s", name);
	add_label(t, words);
}

/* No event says of each connection that it is gone with the memory it lived in. */
static void label_reboot(const struct ladder *l, struct telling *t, uint32_t n)
{
	struct event reboot = recording_event(l->r, n);
	struct tcb tcb;

	for (uint32_t conn = 0; n > 0 && conn < recording_conns(l->r); conn++) {
		if (recording_conn(l->r, conn)->host == reboot.host &&
		    recording_tcb(l->r, conn, n - 1, &tcb) && !recording_tcb(l->r, conn, n, &tcb)) {
			add_label(t, state_name(CLOSED));
			return;
		}
	}
}

static void tell_caption(struct ladder *l, const struct event *event)
{
	struct telling nobody = {.side = -1};
	char words[ROW_TEXT_MAX];
	struct text text = text_in(words, sizeof words);

	text_add(&text, "“");
	plain_add(&text, recording_text(l->r, event->text));
	text_add(&text, "”");
	tell(l, &nobody, event->time, words, TINT_STRONG);
}

static void tell_event(struct ladder *l, struct telling *t, struct said *said, uint32_t n)
{
	struct event event = recording_event(l->r, n);
	char whats[ROW_TEXT_MAX];
	char whys[ROW_TEXT_MAX];
	struct text what = text_in(whats, sizeof whats);
	struct text why = text_in(whys, sizeof whys);

	if (ladder_says(l, said, n, &what, &why)) {
		tell(l, t, event.time, whats, TINT_NONE);
		tell(l, t, event.time, whys, TINT_DIM);
	}
	if (event.kind == EVENT_SEND || event.kind == EVENT_DUPLICATED)
		ladder_arrow(l, t, event.packet);
}

/* Between the hosts, on the way: a link's, or a router's. */
static bool is_on_the_way(const struct event *event)
{
	return event->kind == EVENT_LOST || event->kind == EVENT_DUPLICATED ||
	       event->kind == EVENT_CORRUPTED || event->kind == EVENT_DELAYED ||
	       event->kind == EVENT_MARKED || event->rule == RULE_ROUTER_REPORTS;
}

static void tell_turn(struct ladder *l, uint32_t turn)
{
	struct telling t = {.side = 0};
	struct said said = {.count = 0};
	uint32_t first;
	uint32_t count;

	recording_turn(l->r, turn, &first, &count);

	struct event input = recording_event(l->r, first);

	if (input.kind == EVENT_CAPTION) {
		tell_caption(l, &input);
		return;
	}
	t.side = is_on_the_way(&input) ? -1 : ladder_side(l, input.host);
	if (input.kind == EVENT_CALL && (input.call != CALL_RECEIVE || !l->style->why))
		label_call(&t, &input);
	if (input.kind == EVENT_CALL && input.call == CALL_REBOOT)
		label_reboot(l, &t, first);
	for (uint32_t n = first; n < first + count; n++) {
		struct event event = recording_event(l->r, n);

		if (event.kind == EVENT_TRANSITION)
			label_state(l, &t, &event);
	}
	for (uint32_t n = first; n < first + count; n++)
		tell_event(l, &t, &said, n);
	while (t.written < t.labels) {
		struct row row = page_row();

		ladder_row(l, &t, input.time, &row);
	}
}

/* ---- measures taken before the first row ---- */

/* The two hosts between which all packets go; false where there are more. */
static bool find_hosts(struct ladder *l)
{
	uint8_t seen[2] = {UINT8_MAX, UINT8_MAX};
	unsigned count = 0;

	for (uint32_t n = 0; n < recording_events(l->r); n++) {
		uint8_t host = recording_event(l->r, n).host;

		if (recording_event(l->r, n).kind == EVENT_CAPTION || host == seen[0] ||
		    host == seen[1])
			continue;
		if (count == 2)
			return false;
		seen[count++] = host;
	}
	for (uint8_t host = 0; count < 2 && host < recording_hosts(l->r); host++) {
		if (host != seen[0])
			seen[count++] = host;
	}
	l->hosts[0] = seen[0] < seen[1] ? seen[0] : seen[1];
	l->hosts[1] = seen[0] < seen[1] ? seen[1] : seen[0];
	return true;
}

/* A single pair of ends needs no numbers. */
static void number_connections(struct ladder *l)
{
	uint32_t count;

	l->conn_tags = pairs_number(l->r, &count);
	if (count <= 1) {
		free(l->conn_tags);
		l->conn_tags = NULL;
	}
}

static int compare_nanos(const void *a, const void *b)
{
	nanos x = *(const nanos *)a;
	nanos y = *(const nanos *)b;

	return (x > y) - (x < y);
}

/* Three times the usual flight of a packet. A capture does not tell it. */
static nanos shortest_gap(const struct recording *r)
{
	enum { FLIGHTS_MAX = 1000 };
	nanos *flights = memory_get(FLIGHTS_MAX * sizeof *flights);
	nanos gap = nanos_from_ms(200);
	size_t count = 0;

	for (uint32_t n = 0; n < recording_packets(r) && count < FLIGHTS_MAX; n++) {
		struct packet_record packet;

		recording_packet(r, n, &packet);
		if (packet.arrived != EVENT_NONE && !packet.captured)
			flights[count++] = recording_event(r, packet.arrived).time -
					   recording_event(r, packet.sent).time;
	}
	qsort(flights, count, sizeof *flights, compare_nanos);
	if (count > 0)
		gap = nanos_max(nanos_from_ms(10), 3 * flights[count / 2]);
	free(flights);
	return gap;
}

/* Known before an arrow is drawn: what befalls a packet comes after its sending. */
static void find_damaged(struct ladder *l)
{
	size_t size = recording_packets(l->r) * sizeof *l->is_damaged;

	l->is_damaged = memory_get(size);
	memset(l->is_damaged, 0, size);
	l->is_marked = memory_get(size);
	memset(l->is_marked, 0, size);
	for (uint32_t n = 0; n < recording_events(l->r); n++) {
		struct event event = recording_event(l->r, n);

		if (event.kind == EVENT_CORRUPTED)
			l->is_damaged[event.packet] = true;
		if (event.kind == EVENT_MARKED)
			l->is_marked[event.packet] = true;
	}
}

/* Columns beside a lifeline. A packet of a capture has its number there, behind the time. */
static unsigned side_for(const struct ladder *l, nanos last, int places)
{
	char words[64];
	struct text text = text_in(words, sizeof words);
	unsigned side = l->conn_tags != NULL ? SIDE_TAGGED : SIDE;

	for (uint32_t n = recording_packets(l->r); n > 0 && text.len == 0; n--) {
		struct packet_record packet;

		recording_packet(l->r, n - 1, &packet);
		ladder_add_frame(l, &packet, &text);
	}
	if (text.len > 0) {
		text_add(&text, " ");
		text_add_seconds(&text, last, places);
	}
	return text.len > side ? (unsigned)text.len : side;
}

/* Milliseconds where they are exact, otherwise microseconds. */
static int places_for(const struct recording *r)
{
	for (uint32_t n = 0; n < recording_events(r); n++) {
		if (recording_event(r, n).time % nanos_from_ms(1) != 0)
			return 6;
	}
	return 3;
}

bool export_ladder(const struct recording *r, const struct ladder_style *style, FILE *out,
		   struct error *err)
{
	uint32_t events = recording_events(r);
	struct ladder *l = memory_get(sizeof *l);
	nanos last = events > 0 ? recording_event(r, events - 1).time : 0;
	int places = places_for(r);

	*l = (struct ladder){.r = r, .style = style, .shown = -1, .gap = shortest_gap(r)};
	l->is_list = !find_hosts(l);
	number_connections(l);
	find_damaged(l);
	l->page = page_of(out, style->width > 0 ? style->width : WIDTH_DEFAULT, style->colour,
			  side_for(l, last, places), last, places);
	ladder_heading(l);
	if (l->is_list) {
		ladder_list(l);
	} else {
		ladder_names(l);
		for (uint32_t turn = 0; turn < recording_turns(r); turn++)
			tell_turn(l, turn);
	}
	ladder_ending(l);
	free(l->conn_tags);
	free(l->is_damaged);
	free(l->is_marked);
	free(l);
	if (fflush(out) == 0 && !ferror(out))
		return true;
	return error_set(err, "the ladder could not be written: %s", strerror(errno));
}
