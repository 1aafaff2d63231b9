#include "tests/bbr_alone.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

struct tcp bbr_turn(struct lone_flow *f)
{
	f->journal.count = 0;
	return (struct tcp){.tcb = &f->tcb,
			    .profile = &f->profile,
			    .records = f->records,
			    .record_room = 32,
			    .journal = &f->journal,
			    .now = f->now};
}

struct lone_flow bbr_flow(void)
{
	struct lone_flow f = {.now = nanos_from_s(1)};
	struct tcp t;

	assert_true(profile_named("plain", &f.profile));
	t = bbr_turn(&f);
	f.tcb.snd.mss = 1000;
	cc_bbr.start(&t);
	return f;
}

/* An ACK of `octets` that came at `rate`, 100 ms later, after a round trip of `rtt_ms`. */
void bbr_ack_after(struct lone_flow *f, uint32_t octets, uint64_t rate, bool app_limited,
		   int rtt_ms)
{
	struct rate_sample sample = {.delivery_rate = rate,
				     .delivered = octets,
				     .rtt = nanos_from_ms(rtt_ms),
				     .newly_acked = octets,
				     .tx_in_flight = octets,
				     .app_limited = app_limited};
	struct tcp t;

	f->now += nanos_from_ms(100);
	t = bbr_turn(f);
	sample.prior_delivered = f->tcb.flight.delivered;
	f->tcb.flight.delivered += octets;
	cc_bbr.sampled(&t, &sample);
}

void bbr_ack(struct lone_flow *f, uint32_t octets, uint64_t rate, bool app_limited)
{
	bbr_ack_after(f, octets, rate, app_limited, 100);
}

void bbr_until(struct lone_flow *f, enum bbr_state state)
{
	for (int i = 0; i < 400 && f->tcb.bbr.state != state; i++)
		bbr_ack(f, 20000, 200000, false);
	assert_int_equal(f->tcb.bbr.state, state);
}

/* A round trip at 200000 octets per second, in ten ACKs. */
void bbr_steady_round(struct lone_flow *f)
{
	for (int i = 0; i < 10; i++) {
		struct rate_sample sample = {.delivery_rate = 200000,
					     .delivered = 20000,
					     .rtt = nanos_from_ms(100),
					     .newly_acked = 2000,
					     .tx_in_flight = 20000};
		struct tcp t;

		f->now += nanos_from_ms(10);
		t = bbr_turn(f);
		f->tcb.flight.delivered += 2000;
		if (f->tcb.flight.delivered > 20000)
			sample.prior_delivered = f->tcb.flight.delivered - 20000;
		cc_bbr.sampled(&t, &sample);
	}
}
