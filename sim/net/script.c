/* script.c — when the steps of a script happen. What they do is in script_*.c. */
#include "net/script_inside.h"

#include <assert.h>
#include <stdlib.h>

#include "record/memory.h"

/* A host keeps with each connection the number of its session or, while it
 * listens, of the step that made it listen. */
static const uint64_t listener_tag = UINT64_C(1) << 63;

typedef void action_function(struct script *script, struct session *s, uint32_t step, nanos now);

static action_function *const actions[SCRIPT_ACTION_COUNT] = {
	[SCRIPT_LISTEN] = script_listen, [SCRIPT_CONNECT] = script_connect,
	[SCRIPT_SEND] = script_send,     [SCRIPT_READ] = script_take,
	[SCRIPT_ECHO] = script_echo,     [SCRIPT_CLOSE] = script_close,
	[SCRIPT_ABORT] = script_abort,   [SCRIPT_REBOOT] = script_reboot,
	[SCRIPT_FORGE] = script_forge,   [SCRIPT_BUFFER] = script_buffer,
};

static bool makes_connections(const struct script_step *step)
{
	return step->action == SCRIPT_LISTEN || step->action == SCRIPT_CONNECT;
}

/* ---- steps ---- */

static void act(struct script *script, struct session *s, uint32_t step, nanos now)
{
	actions[script->steps[step].action](script, s, step, now);
}

static void act_for_session(void *who, nanos now, uint64_t step)
{
	struct session *s = who;

	act(s->script, s, (uint32_t)step, now);
}

static void act_for_host(void *who, nanos now, uint64_t step)
{
	act(who, NULL, (uint32_t)step, now);
}

/* Its trigger has come. */
static void fire(struct script *script, struct session *s, uint32_t step, nanos now)
{
	nanos after = script->steps[step].after;

	if (s != NULL)
		s->fired |= UINT64_C(1) << step;
	if (after == 0)
		act(script, s, step, now);
	else if (s != NULL)
		world_at(script->world, now + after, act_for_session, s, step);
	else
		world_at(script->world, now + after, act_for_host, script, step);
}

void step_done(struct script *script, struct session *s, uint32_t step, nanos now)
{
	uint32_t next = step + 1;

	if (next < script->count && script->steps[next].trigger == SCRIPT_FOLLOWS)
		fire(script, s, next, now);
}

/* ---- sessions ---- */

static struct session *session_new(struct script *script, uint32_t head, uint32_t conn)
{
	struct session *s = memory_get(sizeof *s);

	*s = (struct session){.script = script,
			      .number = script->session_count,
			      .conn = conn,
			      .head = head,
			      .recorded = host_recorded_conn(script->host, conn),
			      .wrong_at = -1};
	script->sessions = memory_grow(script->sessions, &script->session_capacity,
				       script->session_count + 1, sizeof(struct session *));
	script->sessions[script->session_count++] = s;
	host_set_tag(script->host, conn, s->number);
	return s;
}

/* The steps of a session end at the next step that makes connections; that
 * one still belongs to it where something in this session triggers it. */
static bool next_of_session(const struct session *s, uint32_t *step)
{
	const struct script *script = s->script;

	if (*step != s->head && makes_connections(&script->steps[*step]))
		return false;
	return ++*step < script->count && !(makes_connections(&script->steps[*step]) &&
					    script->steps[*step].trigger == SCRIPT_AT);
}

static void arm(struct session *s, nanos now)
{
	const struct script *script = s->script;

	for (uint32_t step = s->head; next_of_session(s, &step);) {
		if (script->steps[step].trigger == SCRIPT_AT &&
		    !script_is_of_host(script->steps[step].action))
			world_at(script->world, nanos_max(now, script->steps[step].at),
				 act_for_session, s, step);
	}
}

void session_trigger(struct session *s, enum script_trigger trigger, nanos now)
{
	for (uint32_t step = s->head; next_of_session(s, &step);) {
		const struct script_step *this = &s->script->steps[step];

		if (this->trigger != trigger || (s->fired >> step & 1))
			continue;
		if (trigger == SCRIPT_RECEIVED && s->octets < this->received)
			continue;
		fire(s->script, s, step, now);
	}
}

/* ---- what the host tells ---- */

static void begin_accepted(void *who, nanos now, uint64_t arg)
{
	struct session *s = who;

	(void)arg;
	step_done(s->script, s, s->head, now);
}

static void accepted(void *user, nanos now, uint32_t conn, uint64_t tag, uint32_t listener)
{
	struct script *script = user;
	bool again = !(tag & listener_tag); /* it was reset, and listened once more */
	uint32_t head = again ? script->sessions[tag]->head : (uint32_t)(tag & ~listener_tag);
	struct session *s;

	if (again)
		script->sessions[tag]->conn = EVENT_NONE;
	if (listener != EVENT_NONE)
		host_set_tag(script->host, listener, listener_tag | head);
	s = session_new(script, head, conn);
	s->slow = script->steps[head].reading == SCRIPT_READ_SLOWLY;
	s->slow_octets = script->steps[head].octets;
	s->slow_every = script->steps[head].every;
	s->slow_start = now;
	arm(s, now);
	/* The host is in the middle of a turn: calls come after it. */
	world_at(script->world, now, begin_accepted, s, 0);
}

/* An application that is slow to take its connections: one at a time, for as
 * long as any waits. */
static void accept_one(void *who, nanos now, uint64_t step)
{
	struct script *script = who;
	const struct script_step *this = &script->steps[step];
	uint32_t conn;

	if (host_accept(script->host, now, this->port, &conn) == CALL_OK)
		world_at(script->world, now + this->accept_every, accept_one, script, step);
	else
		script->accepting &= ~(UINT64_C(1) << step);
}

static void in_line(void *user, nanos now, uint16_t port, uint64_t tag)
{
	struct script *script = user;
	uint32_t step = (uint32_t)(tag & ~listener_tag);

	(void)port;
	if (script->accepting >> step & 1)
		return;
	script->accepting |= UINT64_C(1) << step;
	world_at(script->world, now + script->steps[step].accept_every, accept_one, script, step);
}

static void ended(struct session *s, nanos now)
{
	session_trigger(s, SCRIPT_ENDED, now);
	if (s->conn == EVENT_NONE)
		return;
	s->over = true;
	host_take_rest(s->script->host, now, s->conn);
	s->conn = EVENT_NONE;
	session_has_text(s, now);
}

/* The application learns of it when it has read all that came before. */
static void peer_closed(struct session *s, nanos now)
{
	s->peer_closed = true;
	session_has_text(s, now);
}

static void notice(void *user, nanos now, uint32_t conn, uint64_t tag, enum notice what)
{
	struct script *script = user;
	struct session *s;

	(void)conn;
	if (tag & listener_tag)
		return;
	s = script->sessions[tag];
	switch (what) {
	case NOTICE_CONNECTED: session_trigger(s, SCRIPT_CONNECTED, now); break;
	case NOTICE_TEXT: session_has_text(s, now); break;
	case NOTICE_CLOSING: peer_closed(s, now); break;
	case NOTICE_ROOM: session_has_room(s, now); break;
	case NOTICE_ENDED: ended(s, now); break;
	case NOTICE_URGENT:
	case NOTICE_R1:
	case NOTICE_SOFT_ERROR: break;
	}
}

static void delivered(void *user, nanos now, uint32_t conn, uint64_t tag, int64_t offset,
		      const uint8_t *octets, uint32_t len)
{
	struct script *script = user;

	(void)now;
	(void)conn;
	session_delivered(script->sessions[tag], offset, octets, len);
}

/* ---- opening ---- */

static void set_reading(struct script *script, struct session *s, const struct script_step *step,
			nanos now)
{
	host_receive_all(script->host, now, s->conn, step->reading == SCRIPT_READ_ALL);
	s->slow = step->reading == SCRIPT_READ_SLOWLY;
	s->slow_octets = step->octets;
	s->slow_every = step->every;
	s->slow_start = now;
}

void script_listen(struct script *script, struct session *s, uint32_t step, nanos now)
{
	const struct script_step *this = &script->steps[step];
	struct endpoint local = {.port = this->port};
	uint32_t conn;

	(void)s;
	if (host_open_passive(script->host, now, &local,
			      (this->once ? LISTEN_ONCE : 0) |
				      (this->accept_every > 0 ? LISTEN_IN_LINE : 0),
			      &conn) != CALL_OK)
		return;
	host_set_tag(script->host, conn, listener_tag | step);
	host_receive_all(script->host, now, conn, this->reading == SCRIPT_READ_ALL);
	/* A step that makes connections and follows another that does. */
	if (step + 1 < script->count && makes_connections(&script->steps[step + 1]))
		step_done(script, NULL, step, now);
}

static void connect_once(struct script *script, uint32_t step, nanos now)
{
	const struct script_step *this = &script->steps[step];
	struct session *s;
	uint32_t conn;

	enum call_answer answer =
		this->syn_octets > 0
			? host_open_fast(script->host, now, this->port, &this->to, this->syn_text,
					 this->syn_octets, &conn)
			: host_open_active(script->host, now, this->port, &this->to, &conn);

	if (answer != CALL_OK)
		return;
	s = session_new(script, step, conn);
	set_reading(script, s, this, now);
	arm(s, now);
	step_done(script, s, step, now);
}

/* `left` counts this one. */
static void connect_again(void *who, nanos now, uint64_t arg)
{
	struct script *script = who;
	uint32_t step = (uint32_t)(arg >> 32);
	uint32_t left = (uint32_t)arg;

	if (left > 1)
		world_at(script->world, now + script->steps[step].every, connect_again, script,
			 arg - 1);
	connect_once(script, step, now);
}

void script_connect(struct script *script, struct session *s, uint32_t step, nanos now)
{
	uint32_t times = script->steps[step].times;

	(void)s;
	connect_again(script, now, (uint64_t)step << 32 | (times > 0 ? times : 1));
}

void script_take(struct script *script, struct session *s, uint32_t step, nanos now)
{
	const struct script_step *this = &script->steps[step];

	if (s == NULL || (s->conn == EVENT_NONE && s->left == 0))
		return;
	set_reading(script, s, this, now);
	if (this->reading == SCRIPT_READ_ALL)
		session_read_left(s, s->left, now);
	session_has_text(s, now);
	step_done(script, s, step, now);
}

/* ---- beginning and end ---- */

struct script *script_new(struct world *w, unsigned node, const struct script_step *steps,
			  unsigned count)
{
	struct script *script = memory_get(sizeof *script);
	struct host_user user = {.user = script,
				 .notice = notice,
				 .accepted = accepted,
				 .in_line = in_line,
				 .delivered = delivered};

	assert(count <= SCRIPT_STEPS_MAX);
	*script = (struct script){
		.world = w, .host = world_host(w, node), .steps = steps, .count = count};
	host_set_user(script->host, &user);
	for (uint32_t i = 0; i < count; i++) {
		bool first = i == 0 && steps[i].trigger == SCRIPT_FOLLOWS;
		bool own = script_is_of_host(steps[i].action) || makes_connections(&steps[i]);

		if (first || (own && steps[i].trigger == SCRIPT_AT))
			world_at(w, steps[i].at + (first ? steps[i].after : 0), act_for_host,
				 script, i);
	}
	return script;
}

void script_end(struct script *script)
{
	if (script == NULL)
		return;
	for (uint32_t i = 0; i < script->session_count; i++) {
		free(script->sessions[i]->echoes);
		free(script->sessions[i]);
	}
	free(script->sessions);
	free(script);
}

uint32_t script_reads(const struct script *script)
{
	return script->session_count;
}

struct script_outcome script_outcome(const struct script *script, uint32_t n)
{
	const struct session *s = script->sessions[n];

	return (struct script_outcome){
		.recorded = s->recorded, .octets = s->octets, .wrong_at = s->wrong_at};
}
