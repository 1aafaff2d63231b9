#include "record/events.h"

#include <string.h>

_Static_assert(sizeof(struct event_turn) == 24, "no padding");
_Static_assert(sizeof(struct event_row) == 12, "no padding");
_Static_assert(STATE_COUNT <= 16, "two states fit into a byte");

/* What `more` and `less` of a row are, by the kind of the event. */
enum more { MORE_NOTHING, MORE_PACKET, MORE_TEXT, MORE_VALUE, MORE_DEADLINE };
enum less { LESS_NOTHING, LESS_CALL, LESS_TIMER, LESS_STATES };

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

static void read_more(struct event *event, uint32_t more)
{
	switch ((enum more)rows[event->kind].more) {
	case MORE_NOTHING: break;
	case MORE_PACKET: event->packet = more; break;
	case MORE_TEXT: event->text = more; break;
	case MORE_VALUE: event->value = more; break;
	case MORE_DEADLINE: event->value = event->time + more; break;
	}
}

static void read_less(struct event *event, uint8_t less)
{
	switch ((enum less)rows[event->kind].less) {
	case LESS_NOTHING: break;
	case LESS_CALL: event->call = less; break;
	case LESS_TIMER: event->timer = less; break;
	case LESS_STATES:
		event->from = less >> 4;
		event->to = less & 0xf;
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
	event.cause = n == turn->first ? turn->cause : turn->first;
	event.conn = turn->conn;
	event.rule = row->rule;
	read_more(&event, row->more);
	read_less(&event, row->less);
	return event;
}

/* ---- writing ---- */

static uint32_t more_of(const struct event *event)
{
	switch ((enum more)rows[event->kind].more) {
	case MORE_PACKET: return event->packet;
	case MORE_TEXT: return event->text;
	case MORE_VALUE: return (uint32_t)event->value;
	case MORE_DEADLINE: return (uint32_t)(event->value - event->time);
	default: return 0;
	}
}

static uint8_t less_of(const struct event *event)
{
	switch ((enum less)rows[event->kind].less) {
	case LESS_CALL: return event->call;
	case LESS_TIMER: return event->timer;
	case LESS_STATES: return (uint8_t)(event->from << 4 | event->to);
	default: return 0;
	}
}

static void keep_whole(struct events *e, struct pool *pool, struct event_row *row,
		       const struct event *event)
{
	row->kind |= EVENT_IS_WHOLE;
	row->more = e->whole.count;
	memcpy(pile_add(&e->whole, pool), event, sizeof *event);
}

/* Whatever a row cannot say, or a turn has not in common, shows when it is read again. */
void events_add(struct events *e, struct pool *pool, const struct event *event)
{
	uint32_t number = e->rows.count;
	struct event_row *row = pile_add(&e->rows, pool);
	struct event again;

	if (event->turn == e->turns.count)
		*(struct event_turn *)pile_add(&e->turns, pool) =
			(struct event_turn){.time = event->time,
					    .first = number,
					    .cause = event->cause,
					    .conn = event->conn,
					    .host = event->host};
	*row = (struct event_row){.turn = event->turn,
				  .more = more_of(event),
				  .rule = event->rule,
				  .kind = event->kind,
				  .less = less_of(event)};
	again = events_at(e, number);
	if (memcmp(&again, event, sizeof again) != 0)
		keep_whole(e, pool, row, event);
}

bool events_add_note(struct events *e, struct pool *pool, const struct note *note)
{
	uint32_t turn = e->turns.count - 1;
	struct event_row row = {.turn = turn, .rule = note->rule, .less = note->from};

	switch ((enum note_kind)note->kind) {
	case NOTE_DECISION: row.kind = EVENT_NOTE; break;
	case NOTE_TRANSITION:
		row.kind = EVENT_TRANSITION;
		row.less = (uint8_t)(note->from << 4 | note->to);
		break;
	case NOTE_TIMER_STARTED:
		row.kind = EVENT_TIMER_STARTED;
		row.more = (uint32_t)(note->when - event_turn(e, turn)->time);
		if (event_turn(e, turn)->time + row.more != note->when)
			return false;
		break;
	case NOTE_TIMER_STOPPED: row.kind = EVENT_TIMER_STOPPED; break;
	}
	*(struct event_row *)pile_add(&e->rows, pool) = row;
	return true;
}
