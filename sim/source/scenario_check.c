/* scenario_check.c — expectations held against a run. */
#include "source/scenario_inside.h"

#include <inttypes.h>
#include <string.h>

#include "tcp/rule.h"

/* What is being checked, and what is seen instead. */
struct check {
	const struct scenario *s;
	const struct recording *r;
	const struct expectation *e;
	struct text wanted;
	struct text seen;
};

static const char *host_of(const struct check *c)
{
	return c->s->hosts[c->e->host].name;
}

/* " 1 time", " 2 times" */
static void add_times(struct text *out, int64_t count)
{
	text_add(out, count == 1 ? " time" : " times");
}

/* ---- looking things up ---- */

/* The host's nth connection, or EVENT_NONE. */
static uint32_t find_conn(const struct check *c)
{
	uint32_t left = c->e->connection;

	for (uint32_t i = 0; i < recording_conns(c->r); i++) {
		if (recording_conn(c->r, i)->host == c->e->host && left-- == 0)
			return i;
	}
	return EVENT_NONE;
}

/* The last event at `time` or before; EVENT_NONE: there is none. */
static uint32_t last_event_at(const struct recording *r, nanos time)
{
	uint32_t low = 0;
	uint32_t high = recording_events(r);

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (recording_event(r, middle).time <= time)
			low = middle + 1;
		else
			high = middle;
	}
	return low > 0 ? low - 1 : EVENT_NONE;
}

static void add_value(const struct variable *variable, int64_t value, struct text *out)
{
	switch ((enum variable_kind)variable->kind) {
	case VARIABLE_NANOS:
	case VARIABLE_DEADLINE:
		if (value == NANOS_NEVER)
			text_add(out, "stopped");
		else
			text_addf(out, "%" PRId64 ".%06" PRId64 " ms", value / 1000000,
				  value % 1000000);
		break;
	case VARIABLE_STATE: text_add(out, state_name((enum tcp_state)value)); break;
	case VARIABLE_BOOL: text_add(out, value ? "true" : "false"); break;
	default: text_addf(out, "%" PRId64, value);
	}
}

static void add_bounds(struct check *c, const struct variable *variable)
{
	const struct expectation *e = c->e;

	if (e->has_least && e->has_most && e->least == e->most) {
		text_add(&c->wanted, variable != NULL ? " is " : " ");
		add_value(variable != NULL ? variable : &(struct variable){.kind = VARIABLE_COUNT},
			  e->least, &c->wanted);
		return;
	}
	for (int most = 0; most < 2; most++) {
		if (!(most ? e->has_most : e->has_least))
			continue;
		text_add(&c->wanted, most ? " at most " : " at least ");
		add_value(variable != NULL ? variable : &(struct variable){.kind = VARIABLE_COUNT},
			  most ? e->most : e->least, &c->wanted);
	}
}

static bool is_within(const struct expectation *e, int64_t value)
{
	return (!e->has_least || value >= e->least) && (!e->has_most || value <= e->most);
}

static bool no_connection(struct check *c)
{
	text_addf(&c->seen, "it had no such connection");
	return false;
}

/* ---- one kind each ---- */

static bool check_states(struct check *c)
{
	uint32_t conn = find_conn(c);
	const struct json *next = c->e->states->child;
	bool ok = true;
	bool first = true;

	text_addf(&c->wanted, "%s goes through", host_of(c));
	for (const struct json *state = next; state != NULL; state = state->next)
		text_addf(&c->wanted, "%s %s", state != next ? "," : "", state->text);
	if (conn == EVENT_NONE)
		return no_connection(c);
	text_add(&c->seen, "it went through");
	for (uint32_t n = 0; n < recording_events(c->r); n++) {
		struct event event = recording_event(c->r, n);

		if (event.kind != EVENT_TRANSITION || event.conn != conn)
			continue;
		for (int i = first ? 0 : 1; i < 2; i++) {
			const char *name = state_name((enum tcp_state)(i ? event.to : event.from));

			text_addf(&c->seen, "%s %s", first && i == 0 ? "" : ",", name);
			ok = ok && next != NULL && strcmp(next->text, name) == 0;
			next = next != NULL ? next->next : NULL;
		}
		first = false;
	}
	if (first)
		text_add(&c->seen, " nothing");
	return ok && next == NULL && !first;
}

/* The text that was to come is the beginning of what the peer sent; that what
 * was read is what was sent, the run itself has made sure of. */
static bool is_what_was_sent(const struct check *c, uint32_t conn)
{
	uint32_t peer = recording_conn(c->r, conn)->peer;
	const struct stream *sent = peer != EVENT_NONE ? &recording_conn(c->r, peer)->sent : NULL;
	const char *text = c->e->text;

	if (sent == NULL || sent->len < c->e->least)
		return false;
	for (int64_t i = 0; i < c->e->least; i++) {
		uint8_t octet;

		stream_read(sent, i, &octet, 1);
		if (octet != (uint8_t)text[i])
			return false;
	}
	return true;
}

static bool check_receives(struct check *c)
{
	uint32_t conn = find_conn(c);
	int64_t octets = 0;

	text_addf(&c->wanted, "%s reads %" PRId64 " octets%s", host_of(c), c->e->least,
		  c->e->text != NULL ? ", the text that is expected" : "");
	if (conn == EVENT_NONE)
		return no_connection(c);
	for (uint32_t i = 0; i < c->s->read_count; i++) {
		const struct script_outcome *read = &c->s->reads[i];

		if (read->recorded != conn)
			continue;
		octets += read->octets;
		if (read->wrong_at >= 0) {
			text_addf(&c->seen, "octet %" PRId64 " is not what was sent",
				  read->wrong_at);
			return false;
		}
	}
	text_addf(&c->seen, "it read %" PRId64, octets);
	if (octets != c->e->least)
		return false;
	if (c->e->text == NULL || is_what_was_sent(c, conn))
		return true;
	text_add(&c->seen, ", but another text");
	return false;
}

static bool check_variable(struct check *c)
{
	const struct expectation *e = c->e;
	uint32_t conn = find_conn(c);
	uint32_t n = last_event_at(c->r, e->time);
	struct tcb tcb;
	int64_t value;

	text_addf(&c->wanted, "%s's %s", host_of(c), e->variable->name);
	add_bounds(c, e->variable);
	if (e->time != NANOS_NEVER) {
		text_add(&c->wanted, " at ");
		text_add_seconds(&c->wanted, e->time, 3);
	}
	if (conn == EVENT_NONE || n == EVENT_NONE || !recording_tcb(c->r, conn, n, &tcb))
		return no_connection(c);
	value = tcb_value(&tcb, e->variable);
	text_add(&c->seen, "it is ");
	add_value(e->variable, value, &c->seen);
	return is_within(e, value);
}

static bool check_sends(struct check *c)
{
	const struct expectation *e = c->e;
	struct moment moment = {.kind = MOMENT_SENDS, .what = e->what, .host = e->host};
	int64_t count = 0;
	nanos when = NANOS_NEVER;

	for (uint32_t n = 0; n < recording_events(c->r); n++) {
		struct packet_record packet;

		if (!moment_is(&moment, c->r, n))
			continue;
		recording_packet(c->r, recording_event(c->r, n).packet, &packet);
		if (e->again && packet.again_of == EVENT_NONE)
			continue;
		if (++count == e->nth)
			when = recording_event(c->r, n).time;
	}
	text_addf(&c->wanted, "%s sends%s", host_of(c), e->again ? " again" : "");
	if (e->nth == 0) {
		add_bounds(c, NULL);
		text_addf(&c->wanted, " x %s", packet_class_name((enum packet_class)e->what));
		text_addf(&c->seen, "it sent %" PRId64, count);
		return is_within(e, count);
	}
	text_addf(&c->wanted, " %s number %u at ", packet_class_name((enum packet_class)e->what),
		  (unsigned)e->nth);
	text_add_seconds(&c->wanted, e->time, 6);
	if (when == NANOS_NEVER) {
		text_addf(&c->seen, "it sent only %" PRId64, count);
	} else {
		text_add(&c->seen, "that was at ");
		text_add_seconds(&c->seen, when, 6);
	}
	return when == e->time;
}

static bool check_rule(struct check *c)
{
	const struct expectation *e = c->e;
	struct moment moment = {.kind = MOMENT_RULE, .rule = e->rule, .host = e->host};
	int64_t count = 0;

	for (uint32_t n = 0; n < recording_events(c->r); n++)
		count += moment_is(&moment, c->r, n);
	text_addf(&c->wanted, "%s follows the rule %s", host_of(c),
		  rule_info((enum rule)e->rule)->id);
	add_bounds(c, NULL);
	add_times(&c->wanted, e->has_most ? e->most : e->least);
	text_addf(&c->seen, "it did %" PRId64, count);
	add_times(&c->seen, count);
	return is_within(e, count);
}

static bool check_ends(struct check *c)
{
	const struct expectation *e = c->e;
	uint32_t conn = find_conn(c);
	uint32_t closed = EVENT_NONE;
	struct tcb tcb;

	text_addf(&c->wanted, "%s's connection ends: %s", host_of(c),
		  ending_name((enum ending)e->what));
	if (e->time != NANOS_NEVER) {
		text_add(&c->wanted, ", by ");
		text_add_seconds(&c->wanted, e->time, 3);
	}
	if (conn == EVENT_NONE)
		return no_connection(c);
	for (uint32_t n = 0; n < recording_events(c->r); n++) {
		struct event event = recording_event(c->r, n);

		if (event.kind == EVENT_TRANSITION && event.conn == conn && event.to == CLOSED)
			closed = n;
	}
	if (closed == EVENT_NONE || !recording_tcb_settled(c->r, conn, closed, &tcb)) {
		text_add(&c->seen, "it has not ended");
		return false;
	}
	text_addf(&c->seen, "it ended: %s, at ", ending_name((enum ending)tcb.ending));
	text_add_seconds(&c->seen, recording_event(c->r, closed).time, 3);
	return tcb.ending == e->what && recording_event(c->r, closed).time <= e->time;
}

static bool check_lost(struct check *c)
{
	int64_t count = 0;

	for (uint32_t n = 0; n < recording_events(c->r); n++)
		count += recording_event(c->r, n).kind == EVENT_LOST;
	text_addf(&c->wanted, "%" PRId64 " packet%s lost", c->e->least,
		  c->e->least == 1 ? " is" : "s are");
	text_addf(&c->seen, "%" PRId64 " %s", count, count == 1 ? "was" : "were");
	return count == c->e->least;
}

static bool check_one(struct check *c)
{
	switch ((enum expectation_kind)c->e->kind) {
	case EXPECT_STATES: return check_states(c);
	case EXPECT_RECEIVES: return check_receives(c);
	case EXPECT_VARIABLE: return check_variable(c);
	case EXPECT_SENDS: return check_sends(c);
	case EXPECT_RULE: return check_rule(c);
	case EXPECT_ENDS: return check_ends(c);
	case EXPECT_LOST: break;
	}
	return check_lost(c);
}

unsigned scenario_check(const struct scenario *s, const struct recording *r, FILE *report)
{
	unsigned failed = 0;

	for (unsigned i = 0; i < s->expectation_count; i++) {
		char wanted[600];
		char seen[600];
		struct check c = {.s = s,
				  .r = r,
				  .e = &s->expectations[i],
				  .wanted = text_in(wanted, sizeof wanted),
				  .seen = text_in(seen, sizeof seen)};
		bool ok = check_one(&c);

		failed += !ok;
		if (report == NULL)
			continue;
		if (ok)
			fprintf(report, "ok      expect.%u: %s\n", i, wanted);
		else
			fprintf(report, "FAILED  expect.%u, line %u: %s; %s\n", i,
				s->expectations[i].json->line, wanted, seen);
	}
	return failed;
}
