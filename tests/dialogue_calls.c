/* The application of a dialogue. */
#include "tests/dialogue_inside.h"

#define CALL(d, call)                                                                              \
	do {                                                                                       \
		struct journal journal_;                                                           \
		struct tcp t = dialogue_begins_turn(d, &journal_);                                 \
		assert_int_equal(call, CALL_OK);                                                   \
		dialogue_ends_turn(d, &t);                                                         \
	} while (0)

void app_listen(struct dialogue *d)
{
	struct endpoint local = d->us;

	local.address = (struct address){.version = 0};
	CALL(d, tcp_open_passive(&t, &local));
}

void app_connect(struct dialogue *d)
{
	CALL(d, tcp_open_active(&t, &d->us, &d->peer));
}

void app_connect_fast(struct dialogue *d, uint32_t len)
{
	CALL(d, tcp_open_active(&t, &d->us, &d->peer));
	CALL(d, (tcp_open_fast(&t), CALL_OK));
	app_send(d, len);
}

static struct source_route by(const char *stop)
{
	struct source_route route = {.count = 0};
	struct address address;

	if (*stop == '\0')
		return route;
	assert_true(address_parse(&address, stop));
	assert_true(source_route_add(&route, &address));
	return route;
}

void app_use_route(struct dialogue *d, const char *stop)
{
	struct source_route route = by(stop);

	CALL(d, (tcp_use_source_route(&t, &route), CALL_OK));
}

void comes_by(struct dialogue *d, const char *stop)
{
	d->back = by(stop);
}

void app_send(struct dialogue *d, uint32_t len)
{
	uint32_t taken;

	CALL(d, tcp_send(&t, len, SEND_PUSH, &taken));
	assert_int_equal(taken, len);
}

void app_send_as(struct dialogue *d, uint32_t len, unsigned flags)
{
	uint32_t taken;

	CALL(d, tcp_send(&t, len, flags, &taken));
	assert_int_equal(taken, len);
}

void app_cork(struct dialogue *d, bool on)
{
	CALL(d, tcp_set_cork(&t, on));
}

void app_nagle(struct dialogue *d, bool on)
{
	CALL(d, tcp_set_nagle(&t, on));
}

void app_send_urgent(struct dialogue *d, uint32_t len)
{
	uint32_t taken;

	CALL(d, tcp_send(&t, len, SEND_PUSH | SEND_URGENT, &taken));
	assert_int_equal(taken, len);
}

void app_receive(struct dialogue *d, uint32_t len)
{
	uint32_t taken;

	CALL(d, tcp_receive(&t, len, &taken));
	assert_int_equal(taken, len);
}

void app_user_timeout(struct dialogue *d, int64_t ms)
{
	CALL(d, tcp_set_user_timeout(&t, nanos_from_ms(ms)));
}

void app_keepalive(struct dialogue *d, bool on)
{
	CALL(d, tcp_set_keepalive(&t, on));
}

void app_receive_buffer(struct dialogue *d, uint32_t octets)
{
	CALL(d, tcp_set_receive_buffer(&t, octets));
}

void app_close(struct dialogue *d)
{
	CALL(d, tcp_close(&t));
}

void app_close_both(struct dialogue *d)
{
	CALL(d, tcp_close_both(&t));
}

void app_send_buffer(struct dialogue *d, uint32_t octets)
{
	CALL(d, tcp_set_send_buffer(&t, octets));
}

void app_abort(struct dialogue *d)
{
	CALL(d, tcp_abort(&t));
}

void app_refused(struct dialogue *d, enum call_answer answer,
		 enum call_answer (*call)(struct tcp *))
{
	struct tcb before = d->tcb;
	struct journal journal;
	struct tcp t = dialogue_begins_turn(d, &journal);

	assert_string_equal(call_answer_text(call(&t)), call_answer_text(answer));
	dialogue_ends_turn(d, &t);
	assert_memory_equal(&d->tcb, &before, sizeof before);
}
