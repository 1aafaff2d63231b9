#include "record/events.h"

#include <string.h>

_Static_assert(sizeof(struct event_turn) == 24, "no padding");
_Static_assert(sizeof(struct event_row) == 12, "no padding");
_Static_assert(STATE_COUNT <= 16 && TIMER_COUNT <= 16, "each fits into half a byte");

/* What `more` and `less` of a row are, by the kind of the event. */
enum more { MORE_NOTHING, MORE_PACKET, MORE_TEXT, MORE_VALUE, MORE_DEADLINE };
enum less { LESS_NOTHING, LESS_CALL, LESS_TIMER, LESS_STATES };

enum { HALF = 16 };

static const struct {
	uint8_t more;
	uint8_t less;
} rows[EVENT_KIND_COUNT] = {
	[EVENT_CALL] = {MORE_VALUE, LESS_CALL},
	[EVENT_ARRIVE] = {MORE_PACKET, LESS_NOTHING},
	[EVENT_TIMER] = {MORE_NOTHING, LESS_TIMER},
	[EVENT_SEND] = {MORE_PACKET, LESS_NOTHING},
	[EVENT_LOST] = {MORE_PACKET, LESS_NOTHING},
	[EVENT_DUPLICATED] = {MORE_PACKET, LESS_NOTHING},
	[EVENT_CORRUPTED] = {MORE_PACKET, LESS_NOTHING},
	[EVENT_DELAYED] = {MORE_PACKET, LESS_NOTHING},
	[EVENT_MARKED] = {MORE_PACKET, LESS_NOTHING},
	[EVENT_TRANSITION] = {MORE_NOTHING, LESS_STATES},
	[EVENT_NOTE] = {MORE_NOTHING, LESS_NOTHING},
	[EVENT_TIMER_STARTED] = {MORE_DEADLINE, LESS_TIMER},
	[EVENT_TIMER_STOPPED] = {MORE_NOTHING, LESS_TIMER},
	[EVENT_NOTICE] = {MORE_VALUE, LESS_NOTHING},
	[EVENT_CAPTION] = {MORE_TEXT, LESS_NOTHING},
	[EVENT_COMPARED] = {MORE_TEXT, LESS_NOTHING},
};

struct events events_new(void)
{
	return (struct events){
		.rows = pile_of(sizeof(struct event_row), 12),
		.turns = pile_of(sizeof(struct event_turn), 10),
		.whole = pile_of(sizeof(struct event), 4),
	};
}

void events_free(struct events *e)
{
	pile_free(&e->rows);
	pile_free(&e->turns);
	pile_free(&e->whole);
}

/* ---- reading ---- */

static uint32_t cause_in(const struct event_turn *turn, uint32_t n)
{
	return n == turn->first ? turn->cause : turn->first;
}

/* A timer runs for 4 s, or for longer if the nanoseconds end in zeros, as those of minutes do. */
static uint32_t put_length(nanos length, uint8_t *less)
{
	uint64_t more = (uint64_t)length;

	for (; more > UINT32_MAX && *less < 256 - HALF; more /= 2)
		*less += HALF;
	return (uint32_t)more;
}

static nanos get_length(const struct event_row *row)
{
	return (nanos)((uint64_t)row->more << row->less / HALF);
}

static void read_more(struct event *event, const struct event_row *row)
{
	switch ((enum more)rows[event->kind].more) {
	case MORE_NOTHING: break;
	case MORE_PACKET: event->packet = row->more; break;
	case MORE_TEXT: event->text = row->more; break;
	case MORE_VALUE: event->value = row->more; break;
	case MORE_DEADLINE: event->value = event->time + get_length(row); break;
	}
}

static void read_less(struct event *event, uint8_t less)
{
	switch ((enum less)rows[event->kind].less) {
	case LESS_NOTHING: break;
	case LESS_CALL: event->call = less; break;
	case LESS_TIMER: event->timer = less % HALF; break;
	case LESS_STATES:
		event->from = less % HALF;
		event->to = less / HALF;
		break;
	}
}

struct event events_at(const struct events *e, uint32_t n)
{
	const struct event_row *row = event_row(e, n);
	const struct event_turn *turn = event_turn(e, row->turn);
	struct event event;

	if (row->kind & EVENT_IS_WHOLE)
		return *(const struct event *)pile_at(&e->whole, row->more);
	event = event_at(turn->time, turn->host, (enum event_kind)row->kind);
	event.turn = row->turn;
	event.cause = cause_in(turn, n);
	event.conn = turn->conn;
	event.rule = row->rule;
	read_more(&event, row);
	read_less(&event, row->less);
	return event;
}

/* ---- writing ---- */

static uint8_t less_of(const struct event *event)
{
	switch ((enum less)rows[event->kind].less) {
	case LESS_CALL: return event->call;
	case LESS_TIMER: return event->timer;
	case LESS_STATES: return (uint8_t)(event->from + event->to * HALF);
	default: return 0;
	}
}

static uint32_t more_of(const struct event *event, uint8_t *less)
{
	switch ((enum more)rows[event->kind].more) {
	case MORE_PACKET: return event->packet;
	case MORE_TEXT: return event->text;
	case MORE_VALUE: return (uint32_t)event->value;
	case MORE_DEADLINE: return put_length(event->value - event->time, less);
	default: return 0;
	}
}

/* Neither the turn nor the row leaves out anything of the event. */
static bool is_told(const struct event_turn *turn, const struct event_row *row,
		    const struct event *event)
{
	enum more more = (enum more)rows[event->kind].more;
	enum less less = (enum less)rows[event->kind].less;
	int64_t value = more == MORE_VALUE      ? row->more
			: more == MORE_DEADLINE ? event->time + get_length(row)
						: 0;

	return event->time == turn->time && event->host == turn->host &&
	       event->conn == turn->conn && event->value == value &&
	       (event->packet == EVENT_NONE || more == MORE_PACKET) &&
	       (event->text == EVENT_NONE || more == MORE_TEXT) &&
	       (event->call == 0 || less == LESS_CALL) &&
	       (event->timer == 0 || less == LESS_TIMER) &&
	       ((event->from | event->to) == 0 || less == LESS_STATES);
}

static void keep_whole(struct events *e, struct pool *pool, const struct event *event,
		       uint32_t turn, uint32_t cause)
{
	struct event *whole = pile_add(&e->whole, pool);

	*whole = *event;
	whole->turn = turn;
	whole->cause = cause;
	whole->unused = 0;
}

void events_add(struct events *e, struct pool *pool, const struct event *event, uint32_t turn,
		uint32_t cause)
{
	uint32_t number = e->rows.count;
	struct event_row *row = pile_add(&e->rows, pool);
	const struct event_turn *kept;

	if (turn == e->turns.count)
		*(struct event_turn *)pile_add(&e->turns, pool) =
			(struct event_turn){.time = event->time,
					    .first = number,
					    .cause = cause,
					    .conn = event->conn,
					    .host = event->host};
	*row = (struct event_row){
		.turn = turn, .rule = event->rule, .kind = event->kind, .less = less_of(event)};
	row->more = more_of(event, &row->less);
	kept = event_turn(e, turn);
	if (cause != cause_in(kept, number) || !is_told(kept, row, event)) {
		row->kind |= EVENT_IS_WHOLE;
		row->more = e->whole.count;
		keep_whole(e, pool, event, turn, cause);
	}
}

bool events_add_note(struct events *e, struct pool *pool, const struct note *note)
{
	uint32_t turn = e->turns.count - 1;
	struct event_row row = {.turn = turn, .rule = note->rule, .less = note->from};

	switch ((enum note_kind)note->kind) {
	case NOTE_DECISION: row.kind = EVENT_NOTE; break;
	case NOTE_TRANSITION:
		row.kind = EVENT_TRANSITION;
		row.less = (uint8_t)(note->from + note->to * HALF);
		break;
	case NOTE_TIMER_STARTED: {
		nanos length = note->when - event_turn(e, turn)->time;

		row.kind = EVENT_TIMER_STARTED;
		row.more = put_length(length, &row.less);
		if (get_length(&row) != length)
			return false;
		break;
	}
	case NOTE_TIMER_STOPPED: row.kind = EVENT_TIMER_STOPPED; break;
	}
	*(struct event_row *)pile_add(&e->rows, pool) = row;
	return true;
}
