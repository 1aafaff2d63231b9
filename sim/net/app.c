/* app.c — when the steps of a script happen. What they do is in app_*.c. */
#include "net/app_inside.h"

#include <assert.h>
#include <stdlib.h>

#include "record/memory.h"

/* A host keeps with each connection the number of its session or, while it
 * listens, of the step that made it listen. */
static const uint64_t listener_tag = UINT64_C(1) << 63;

typedef void action_function(struct app *app, struct session *s, uint32_t step, nanos now);

static action_function *const actions[APP_ACTION_COUNT] = {
	[APP_LISTEN] = app_listen, [APP_CONNECT] = app_connect, [APP_SEND] = app_send,
	[APP_READ] = app_take,     [APP_ECHO] = app_echo,       [APP_CLOSE] = app_close,
	[APP_ABORT] = app_abort,   [APP_REBOOT] = app_reboot,
};

static bool makes_connections(const struct app_step *step)
{
	return step->action == APP_LISTEN || step->action == APP_CONNECT;
}

/* ---- steps ---- */

static void act(struct app *app, struct session *s, uint32_t step, nanos now)
{
	actions[app->steps[step].action](app, s, step, now);
}

static void act_for_session(void *who, nanos now, uint64_t step)
{
	struct session *s = who;

	act(s->app, s, (uint32_t)step, now);
}

static void act_for_host(void *who, nanos now, uint64_t step)
{
	act(who, NULL, (uint32_t)step, now);
}

/* Its trigger has come. */
static void fire(struct app *app, struct session *s, uint32_t step, nanos now)
{
	nanos after = app->steps[step].after;

	if (s != NULL)
		s->fired |= UINT64_C(1) << step;
	if (after == 0)
		act(app, s, step, now);
	else if (s != NULL)
		world_at(app->world, now + after, act_for_session, s, step);
	else
		world_at(app->world, now + after, act_for_host, app, step);
}

void step_done(struct app *app, struct session *s, uint32_t step, nanos now)
{
	uint32_t next = step + 1;

	if (next < app->count && app->steps[next].trigger == APP_FOLLOWS)
		fire(app, s, next, now);
}

/* ---- sessions ---- */

struct session *session_new(struct app *app, uint32_t head, uint32_t conn)
{
	struct session *s = memory_get(sizeof *s);

	*s = (struct session){.app = app,
			      .number = app->session_count,
			      .conn = conn,
			      .head = head,
			      .recorded = host_recorded_conn(app->host, conn),
			      .wrong_at = -1};
	app->sessions = memory_grow(app->sessions, &app->session_capacity, app->session_count + 1,
				    sizeof(struct session *));
	app->sessions[app->session_count++] = s;
	host_set_tag(app->host, conn, s->number);
	return s;
}

/* The steps of a session end at the next step that makes connections; that
 * one still belongs to it where something in this session triggers it. */
static bool next_of_session(const struct session *s, uint32_t *step)
{
	const struct app *app = s->app;

	if (*step != s->head && makes_connections(&app->steps[*step]))
		return false;
	return ++*step < app->count &&
	       !(makes_connections(&app->steps[*step]) && app->steps[*step].trigger == APP_AT);
}

static void arm(struct session *s, nanos now)
{
	const struct app *app = s->app;

	for (uint32_t step = s->head; next_of_session(s, &step);) {
		if (app->steps[step].trigger == APP_AT && app->steps[step].action != APP_REBOOT)
			world_at(app->world, nanos_max(now, app->steps[step].at), act_for_session,
				 s, step);
	}
}

void session_trigger(struct session *s, enum app_trigger trigger, nanos now)
{
	for (uint32_t step = s->head; next_of_session(s, &step);) {
		const struct app_step *this = &s->app->steps[step];

		if (this->trigger != trigger || (s->fired >> step & 1))
			continue;
		if (trigger == APP_RECEIVED && s->octets < this->received)
			continue;
		fire(s->app, s, step, now);
	}
}

/* ---- what the host tells ---- */

static void begin_accepted(void *who, nanos now, uint64_t arg)
{
	struct session *s = who;

	(void)arg;
	step_done(s->app, s, s->head, now);
}

static void accepted(void *user, nanos now, uint32_t conn, uint64_t tag, uint32_t listener)
{
	struct app *app = user;
	bool again = !(tag & listener_tag); /* it was reset, and listened once more */
	uint32_t head = again ? app->sessions[tag]->head : (uint32_t)(tag & ~listener_tag);
	struct session *s;

	if (again)
		app->sessions[tag]->conn = EVENT_NONE;
	if (listener != EVENT_NONE)
		host_set_tag(app->host, listener, listener_tag | head);
	s = session_new(app, head, conn);
	s->slow = app->steps[head].reading == APP_READ_SLOWLY;
	s->slow_octets = app->steps[head].octets;
	s->slow_every = app->steps[head].every;
	s->slow_start = now;
	arm(s, now);
	/* The host is in the middle of a turn: calls come after it. */
	world_at(app->world, now, begin_accepted, s, 0);
}

static void ended(struct session *s, nanos now)
{
	session_trigger(s, APP_ENDED, now);
	s->conn = EVENT_NONE;
}

static void notice(void *user, nanos now, uint32_t conn, uint64_t tag, enum notice what)
{
	struct app *app = user;
	struct session *s;

	(void)conn;
	if (tag & listener_tag)
		return;
	s = app->sessions[tag];
	switch (what) {
	case NOTICE_CONNECTED: session_trigger(s, APP_CONNECTED, now); break;
	case NOTICE_TEXT: session_has_text(s, now); break;
	case NOTICE_CLOSING: session_trigger(s, APP_CLOSING, now); break;
	case NOTICE_ROOM: session_has_room(s, now); break;
	case NOTICE_ENDED: ended(s, now); break;
	case NOTICE_URGENT:
	case NOTICE_R1: break;
	}
}

static void delivered(void *user, nanos now, uint32_t conn, uint64_t tag, int64_t offset,
		      const uint8_t *octets, uint32_t len)
{
	struct app *app = user;

	(void)now;
	(void)conn;
	session_delivered(app->sessions[tag], offset, octets, len);
}

/* ---- opening ---- */

static void set_reading(struct app *app, struct session *s, const struct app_step *step, nanos now)
{
	host_receive_all(app->host, now, s->conn, step->reading == APP_READ_ALL);
	s->slow = step->reading == APP_READ_SLOWLY;
	s->slow_octets = step->octets;
	s->slow_every = step->every;
	s->slow_start = now;
}

void app_listen(struct app *app, struct session *s, uint32_t step, nanos now)
{
	const struct app_step *this = &app->steps[step];
	struct endpoint local = {.port = this->port};
	uint32_t conn;

	(void)s;
	if (host_open_passive(app->host, now, &local, this->once ? LISTEN_ONCE : 0, &conn) !=
	    CALL_OK)
		return;
	host_set_tag(app->host, conn, listener_tag | step);
	host_receive_all(app->host, now, conn, this->reading == APP_READ_ALL);
	/* A step that makes connections and follows another that does. */
	if (step + 1 < app->count && makes_connections(&app->steps[step + 1]))
		step_done(app, NULL, step, now);
}

static void connect_once(struct app *app, uint32_t step, nanos now)
{
	const struct app_step *this = &app->steps[step];
	struct session *s;
	uint32_t conn;

	if (host_open_active(app->host, now, this->port, &this->to, &conn) != CALL_OK)
		return;
	s = session_new(app, step, conn);
	set_reading(app, s, this, now);
	arm(s, now);
	step_done(app, s, step, now);
}

/* `left` counts this one. */
static void connect_again(void *who, nanos now, uint64_t arg)
{
	struct app *app = who;
	uint32_t step = (uint32_t)(arg >> 32);
	uint32_t left = (uint32_t)arg;

	if (left > 1)
		world_at(app->world, now + app->steps[step].every, connect_again, app, arg - 1);
	connect_once(app, step, now);
}

void app_connect(struct app *app, struct session *s, uint32_t step, nanos now)
{
	uint32_t times = app->steps[step].times;

	(void)s;
	connect_again(app, now, (uint64_t)step << 32 | (times > 0 ? times : 1));
}

void app_take(struct app *app, struct session *s, uint32_t step, nanos now)
{
	if (s == NULL || s->conn == EVENT_NONE)
		return;
	set_reading(app, s, &app->steps[step], now);
	session_has_text(s, now);
	step_done(app, s, step, now);
}

/* ---- beginning and end ---- */

struct app *app_new(struct world *w, unsigned node, const struct app_step *steps, unsigned count)
{
	struct app *app = memory_get(sizeof *app);
	struct host_user user = {
		.user = app, .notice = notice, .accepted = accepted, .delivered = delivered};

	assert(count <= APP_STEPS_MAX);
	*app = (struct app){
		.world = w, .host = world_host(w, node), .steps = steps, .count = count};
	host_set_user(app->host, &user);
	for (uint32_t i = 0; i < count; i++) {
		bool first = i == 0 && steps[i].trigger == APP_FOLLOWS;
		bool own = steps[i].action == APP_REBOOT || makes_connections(&steps[i]);

		if (first || (own && steps[i].trigger == APP_AT))
			world_at(w, steps[i].at + (first ? steps[i].after : 0), act_for_host, app,
				 i);
	}
	return app;
}

void app_free(struct app *app)
{
	if (app == NULL)
		return;
	for (uint32_t i = 0; i < app->session_count; i++) {
		free(app->sessions[i]->echoes);
		free(app->sessions[i]);
	}
	free(app->sessions);
	free(app);
}

uint32_t app_reads(const struct app *app)
{
	return app->session_count;
}

struct app_read app_read(const struct app *app, uint32_t n)
{
	const struct session *s = app->sessions[n];

	return (struct app_read){
		.recorded = s->recorded, .octets = s->octets, .wrong_at = s->wrong_at};
}
