/* script_send.c — sending, sending back, closing. */
#include "net/script_inside.h"

#include <string.h>

#include "record/memory.h"

/* ---- SEND ---- */

static bool is_sending(const struct session *s)
{
	return s->sending != 0 || s->sends_left > 0 || host_unqueued(s->script->host, s->conn) > 0;
}

static void close_if_it_waits(struct session *s, nanos now)
{
	if (!s->close_waits || s->conn == EVENT_NONE || is_sending(s))
		return;
	s->close_waits = false;
	host_close(s->script->host, now, s->conn);
}

void session_has_room(struct session *s, nanos now)
{
	for (uint32_t step = 0; s->sending != 0; step++) {
		if (!(s->sending >> step & 1))
			continue;
		s->sending &= ~(UINT64_C(1) << step);
		step_done(s->script, s, step, now);
	}
	close_if_it_waits(s, now);
}

/* `arg`: the step, and how often it is still to be done, counting this time. */
static void send_again(void *who, nanos now, uint64_t arg)
{
	struct session *s = who;
	uint32_t step = (uint32_t)(arg >> 32);
	uint32_t left = (uint32_t)arg;
	const struct script_step *this = &s->script->steps[step];
	unsigned flags = SEND_PUSH | (this->urgent ? SEND_URGENT : 0);

	s->sends_left--;
	if (s->conn == EVENT_NONE)
		return;
	if (left > 1)
		world_at(s->script->world, now + this->every, send_again, s, arg - 1);
	host_send_all(s->script->host, now, s->conn, this->text, this->octets, flags);
	if (left > 1)
		return;
	if (host_unqueued(s->script->host, s->conn) > 0) {
		s->sending |= UINT64_C(1) << step;
		return;
	}
	step_done(s->script, s, step, now);
	close_if_it_waits(s, now);
}

void script_send(struct script *script, struct session *s, uint32_t step, nanos now)
{
	uint32_t times = script->steps[step].times;

	if (s == NULL || s->conn == EVENT_NONE)
		return;
	s->sends_left += times > 0 ? times : 1;
	send_again(s, now, (uint64_t)step << 32 | (times > 0 ? times : 1));
}

/* ---- echo ---- */

void script_echo(struct script *script, struct session *s, uint32_t step, nanos now)
{
	if (s == NULL || s->conn == EVENT_NONE)
		return;
	s->echo = true;
	step_done(script, s, step, now);
}

void session_keep_echo(struct session *s, const uint8_t *octets, uint32_t len)
{
	if (!s->echo)
		return;
	s->echoes = memory_grow(s->echoes, &s->echoes_capacity, s->echoes_len + len, 1);
	memcpy(s->echoes + s->echoes_len, octets, len);
	s->echoes_len += len;
}

void session_send_echoes(struct session *s, nanos now)
{
	if (s->echoes_len == 0 || s->conn == EVENT_NONE)
		return;
	host_send_all(s->script->host, now, s->conn, s->echoes, s->echoes_len, SEND_PUSH);
	s->echoes_len = 0;
}

/* ---- the end ---- */

void script_close(struct script *script, struct session *s, uint32_t step, nanos now)
{
	if (s == NULL || s->conn == EVENT_NONE)
		return;
	s->close_waits = true;
	close_if_it_waits(s, now);
	step_done(script, s, step, now);
}

void script_abort(struct script *script, struct session *s, uint32_t step, nanos now)
{
	if (s == NULL || s->conn == EVENT_NONE)
		return;
	host_abort(script->host, now, s->conn);
	step_done(script, s, step, now);
}

void script_buffer(struct script *script, struct session *s, uint32_t step, nanos now)
{
	if (s == NULL || s->conn == EVENT_NONE)
		return;
	host_set_receive_buffer(script->host, now, s->conn, (uint32_t)script->steps[step].octets);
	step_done(script, s, step, now);
}

void script_reboot(struct script *script, struct session *s, uint32_t step, nanos now)
{
	(void)s;
	for (uint32_t i = 0; i < script->session_count; i++) {
		struct session *forgotten = script->sessions[i];

		forgotten->conn = EVENT_NONE;
		forgotten->over = false;
		forgotten->left = 0;
	}
	host_reboot(script->host, now);
	step_done(script, NULL, step, now);
}

void script_forge(struct script *script, struct session *s, uint32_t step, nanos now)
{
	const struct script_step *this = &script->steps[step];

	(void)s;
	if (this->forged_icmp != NULL)
		host_forge_icmp(script->host, now, &this->from, &this->to, this->forged_icmp);
	else
		host_forge(script->host, now, &this->from, &this->to, this->forged);
	step_done(script, NULL, step, now);
}
