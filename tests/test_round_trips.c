/* Round trips that are measured, and RTO: RFC 6298, and RFC 793 before it. */
#include "tests/dialogue.h"

static void first_measurement_sets_rto_by_2_2(void **state)
{
	struct profile profile;
	struct dialogue d;

	(void)state;
	assert_true(profile_named("plain", &profile));
	profile.rto_min = 1;
	d = established_with(&profile);
	/* As if the handshake, which took no time here, had not been measured. */
	d.tcb.rtt.srtt = 0;
	d.tcb.rtt.rto = nanos_from_s(1);
	app_send(&d, 100);
	out(&d, "P. 1:101(100) ack 1");
	d.now += nanos_from_ms(80);
	in_ack(&d, 101);
	assert_int_equal(d.tcb.rtt.srtt, nanos_from_ms(80));
	assert_int_equal(d.tcb.rtt.rttvar, nanos_from_ms(40));
	assert_int_equal(d.tcb.rtt.rto, nanos_from_ms(240));
	app_send(&d, 100);
	out(&d, "P. 101:201(100) ack 1");
	d.now += nanos_from_ms(40);
	in_ack(&d, 201);
	/* (2.3): RTTVAR = 3/4·40 + 1/4·|80−40| = 40; SRTT = 7/8·80 + 1/8·40 = 75. */
	assert_int_equal(d.tcb.rtt.rttvar, nanos_from_ms(40));
	assert_int_equal(d.tcb.rtt.srtt, nanos_from_ms(75));
	assert_int_equal(d.tcb.rtt.rto, nanos_from_ms(235));
}

static void segment_sent_twice_is_not_measured(void **state)
{
	struct dialogue d = established();
	nanos before;

	(void)state;
	app_send(&d, 100);
	out(&d, "P. 1:101(100) ack 1");
	before = d.tcb.rtt.srtt;
	pass_ms(&d, 1000);
	out(&d, "P. 1:101(100) ack 1");
	d.now += nanos_from_ms(500);
	in_ack(&d, 101);
	fired(&d, RULE_KARN);
	assert_int_equal(d.tcb.rtt.srtt, before);
	assert_int_equal(d.tcb.rtt.rto, nanos_from_s(2));
	/* A fresh segment brings a measurement, and RTO comes down. */
	app_send(&d, 100);
	out(&d, "P. 101:201(100) ack 1");
	d.now += nanos_from_ms(50);
	in_ack(&d, 201);
	assert_int_equal(d.tcb.rtt.rto, nanos_from_s(1));
}

/* RFC 793: ALPHA is 7/8. */
static void the_round_trip_of_1981_is_smoothed_by_an_eighth(void **state)
{
	struct dialogue d = dialogue_new();

	(void)state;
	d.profile.rto_1981 = true;
	app_connect(&d);
	out(&d, "S 0:0(0)");
	pass_ms(&d, 80);
	in(&d, "S. 0:0(0) ack 1 win 65535 <mss 1000>");
	out(&d, ". 1:1(0) ack 1");
	assert_int_equal(d.tcb.rtt.srtt, nanos_from_ms(80));
	app_send(&d, 1000);
	out_rest(&d);
	pass_ms(&d, 160);
	in_ack(&d, 1001);
	assert_int_equal(d.tcb.rtt.srtt, nanos_from_ms(90));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(first_measurement_sets_rto_by_2_2),
		cmocka_unit_test(segment_sent_twice_is_not_measured),
		cmocka_unit_test(the_round_trip_of_1981_is_smoothed_by_an_eighth),
	};

	return DIALOGUE_RUN("round_trips", tests);
}
