#include "tests/two_ends.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

enum { TALK_MAX = 100000 };

static const struct isn_secret secret = {{5, 6}};

static struct tcp turn(struct two_ends *e, int who)
{
	return (struct tcp){.tcb = &e->tcb[who],
			    .profile = &e->profile[who],
			    .secret = &secret,
			    .now = e->now,
			    .mtu = e->mtu,
			    .held = &e->held[who],
			    .records = e->records[who],
			    .record_room = sizeof e->records[who] / sizeof e->records[who][0]};
}

static struct endpoint address_of(int who)
{
	return (struct endpoint){.address = {.version = 4, .bytes = {10, 0, 0, (uint8_t)(who + 1)}},
				 .port = (uint16_t)(80 + who)};
}

struct two_ends two_ends(void)
{
	struct two_ends e = {.now = nanos_from_s(1)};

	for (int who = 0; who < 2; who++) {
		assert_true(profile_named("plain", &e.profile[who]));
		e.profile[who].mss = 1000;
	}
	return e;
}

static void arrive(struct two_ends *e, int who, const struct segment *seg)
{
	struct tcp t = turn(e, who);
	struct endpoint from = address_of(1 - who);
	struct endpoint to = address_of(who);

	if (t.tcb->state == LISTEN)
		tcp_arrives_in_listen(&t, seg, &from, &to);
	else if (t.tcb->state != CLOSED)
		tcp_arrives(&t, seg);
	for (unsigned i = 0; i < t.part_count; i++)
		e->octets[who] += t.parts[i].len;
}

/* One segment of `who` goes over, if it has one. */
static bool say(struct two_ends *e, int who)
{
	struct tcp t = turn(e, who);
	struct segment seg;
	int64_t offset;
	enum rule rule;

	if (!tcp_next_segment(&t, &seg, &offset, &rule))
		return false;
	e->segments[who]++;
	if (e->lose == NULL || !e->lose(who, e->segments[who], &seg))
		arrive(e, 1 - who, &seg);
	return true;
}

unsigned ends_talk(struct two_ends *e)
{
	unsigned count = 0;
	bool said;

	do {
		said = false;
		for (int who = 0; who < 2; who++) {
			while (say(e, who)) {
				said = true;
				assert_true(++count < TALK_MAX);
			}
		}
	} while (said);
	for (int who = 0; who < 2; who++) {
		struct tcp t = turn(e, who);

		tcp_check(&e->tcb[who], &e->profile[who], e->now);
		flight_check(&t);
		held_check(&t);
	}
	return count;
}

void ends_open(struct two_ends *e)
{
	struct tcp client = turn(e, 0);
	struct tcp server = turn(e, 1);
	struct endpoint us = address_of(0);
	struct endpoint them = address_of(1);

	assert_int_equal(tcp_open_passive(&server, &them), CALL_OK);
	assert_int_equal(tcp_open_active(&client, &us, &them), CALL_OK);
	ends_talk(e);
	assert_int_equal(e->tcb[0].state, ESTABLISHED);
	assert_int_equal(e->tcb[1].state, ESTABLISHED);
}

unsigned ends_pass_ms(struct two_ends *e, int64_t ms)
{
	nanos until = e->now + nanos_from_ms(ms);
	unsigned count = 0;

	for (;;) {
		nanos first = tcp_next_deadline(&e->tcb[0]);
		nanos second = tcp_next_deadline(&e->tcb[1]);
		int who = second < first;
		struct tcp t;

		if (nanos_min(first, second) > until)
			break;
		e->now = nanos_min(first, second);
		t = turn(e, who);
		tcp_timeout(&t);
		count += ends_talk(e);
	}
	e->now = until;
	return count;
}

uint32_t ends_send(struct two_ends *e, int who, uint32_t len)
{
	struct tcp t = turn(e, who);
	uint32_t taken;

	tcp_send(&t, len, SEND_PUSH, &taken);
	return taken;
}

uint32_t ends_receive(struct two_ends *e, int who, uint32_t max)
{
	struct tcp t = turn(e, who);
	uint32_t taken;

	tcp_receive(&t, max, &taken);
	return taken;
}
