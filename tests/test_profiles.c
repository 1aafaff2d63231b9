/* The named profiles: each is what its name says, all of them understand each
 * other, and those for lessons misbehave as they should. */
#include "tests/dialogue.h"
#include "tests/two_ends.h"

#include <string.h>

static struct profile named(const char *name)
{
	struct profile profile;

	assert_true(profile_named(name, &profile));
	return profile;
}

static struct dialogue as(const char *name)
{
	struct profile profile = named(name);

	profile.mss = 1000;
	return established_with(&profile);
}

/* ---- all of them ---- */

/* 20000 octets each way, with losses, and a close in good order. */
static bool every_seventh(int from, unsigned n, const struct segment *seg)
{
	(void)from;
	(void)seg;
	return n % 7 == 5;
}

static void close_end(struct two_ends *e, int who)
{
	static const struct isn_secret secret = {{5, 6}};
	struct tcp t = {
		.tcb = &e->tcb[who], .profile = &e->profile[who], .secret = &secret, .now = e->now};

	assert_int_equal(tcp_close(&t), CALL_OK);
	ends_talk(e);
}

static void send_all(struct two_ends *e, int who, uint32_t len)
{
	for (int round = 0; round < 4000 && len > 0; round++) {
		len -= ends_send(e, who, len);
		ends_talk(e);
		ends_receive(e, 1 - who, UINT32_MAX);
		ends_pass_ms(e, 50);
	}
	assert_int_equal(len, 0);
}

static void each_talks_with_each(void **state)
{
	(void)state;
	for (const char *const *a = profile_names(); *a != NULL; a++) {
		for (const char *const *b = profile_names(); *b != NULL; b++) {
			struct two_ends e = two_ends();

			e.profile[0] = named(*a);
			e.profile[1] = named(*b);
			e.profile[0].keepalive = e.profile[1].keepalive = false;
			ends_open(&e);
			e.lose = every_seventh;
			send_all(&e, 0, 20000);
			send_all(&e, 1, 20000);
			e.lose = NULL;
			for (int i = 0; i < 200; i++) {
				ends_pass_ms(&e, 1000);
				ends_receive(&e, 0, UINT32_MAX);
				ends_receive(&e, 1, UINT32_MAX);
				ends_talk(&e);
			}
			assert_int_equal(e.octets[0], 20000);
			assert_int_equal(e.octets[1], 20000);
			close_end(&e, 0);
			close_end(&e, 1);
			ends_pass_ms(&e, 10000);
			assert_int_equal(e.tcb[0].state, TIME_WAIT);
			assert_int_equal(e.tcb[1].state, CLOSED);
		}
	}
}

static void all_values_can_be_set_by_a_scenario(void **state)
{
	unsigned count;
	const struct profile_field *fields = profile_fields(&count);

	(void)state;
	for (const char *const *name = profile_names(); *name != NULL; name++) {
		struct profile profile = named(*name);

		for (unsigned i = 0; i < count; i++) {
			const unsigned char *at =
				(const unsigned char *)&profile + fields[i].offset;
			int64_t value = 0;

			if (fields[i].kind == FIELD_NUMBER) {
				uint32_t number;

				memcpy(&number, at, sizeof number);
				value = number;
			} else if (fields[i].kind == FIELD_MS) {
				nanos time;

				memcpy(&time, at, sizeof time);
				value = time / nanos_from_ms(1);
				assert_int_equal(time % nanos_from_ms(1), 0);
			}
			if (value != 0) /* 0 may mean that the field is not used */
				assert_in_range(value, (uintmax_t)fields[i].min,
						(uintmax_t)fields[i].max);
		}
	}
}

/* ---- systems ---- */

static void linux_adds_200_ms_to_the_mean_round_trip(void **state)
{
	struct dialogue d = as("linux");

	(void)state;
	app_send(&d, 10);
	out(&d, "P. 1:11(10) ack 1");
	pass_ms(&d, 20);
	in(&d, ". 1:1(0) ack 11 win 65535");
	assert_true(d.tcb.rtt.rto >= d.tcb.rtt.srtt + nanos_from_ms(200));
	assert_true(d.tcb.rtt.rto < nanos_from_ms(210));
}

/* tcp_invalid_ratelimit: not how many in a second counts, but when the last one went. */
static void linux_answers_what_it_refuses_every_500_ms(void **state)
{
	struct dialogue d = as("linux");
	unsigned answers = 0;

	(void)state;
	for (int i = 0; i < 100; i++) {
		in(&d, i % 2 ? "R 500:500(0) win 0" : ". 65000000:65000000(0) ack 1 win 9");
		answers += out_any(&d);
		pass_ms(&d, 25);
	}
	assert_int_equal(answers, 5);
	fired(&d, RULE_CHALLENGE_LIMITED);
}

/* At 1, 2, 3, 4, 5, 7, 11, 19, 35 and 67 s. */
static void linux_gives_a_syn_up_after_131_s(void **state)
{
	struct dialogue d = dialogue_new();
	unsigned again = 0;

	(void)state;
	d.profile = named("linux");
	d.profile.isn_fixed = true;
	app_connect(&d);
	out(&d, "S 0:0(0) <mss 1460,sackOK,TS val 1000 ecr 0,nop,wscale 7>");
	while (d.tcb.state == SYN_SENT) {
		pass_ms(&d, 1000);
		again += out_any(&d);
	}
	assert_int_equal(again, 10);
	assert_int_equal(d.now, nanos_from_s(132)); /* it began at 1 s */
}

static void freebsd_orders_options_as_bsd(void **state)
{
	struct dialogue d = dialogue_new();

	(void)state;
	d.profile = named("freebsd");
	d.profile.isn_fixed = true;
	app_connect(&d);
	out(&d, "S 0:0(0) <mss 1460,nop,wscale 6,sackOK,TS val 1000 ecr 0>");
	d = dialogue_new();
	d.profile.bsd_options = true;
	d.profile.sack = true;
	d.profile.window_scaling = true;
	app_connect(&d);
	out(&d, "S 0:0(0) <mss 1000,nop,wscale 0,sackOK>");
	d = dialogue_new();
	d.profile.bsd_options = true;
	d.profile.timestamps = true;
	app_connect(&d);
	out(&d, "S 0:0(0) <mss 1000,nop,nop,TS val 1000 ecr 0>");
}

static void freebsd_waits_230_ms_at_least(void **state)
{
	struct dialogue d = as("freebsd");

	(void)state;
	for (unsigned i = 1; i <= 40; i++) {
		app_send(&d, 10);
		assert_true(out_any(&d));
		in_ack(&d, 1 + 10 * i);
	}
	assert_int_equal(d.tcb.rtt.rto, nanos_from_ms(230));
}

static void lwip_looks_at_its_timers_twice_a_second(void **state)
{
	struct dialogue d = as("lwip");

	(void)state;
	pass_ms(&d, 130);
	app_send(&d, 10);
	out(&d, "P. 1:11(10) ack 1");
	assert_int_equal(d.tcb.timers[TIMER_RETRANSMISSION] % nanos_from_ms(500), 0);
	in(&d, "P. 1:11(10) ack 11 win 65535");
	assert_int_equal(d.tcb.timers[TIMER_DELAYED_ACK], nanos_from_ms(1250));
	assert_int_equal(d.tcb.rcv.buffer, 2144);
}

/* ---- 1981 ---- */

static void in_1981_all_goes_at_once_and_small(void **state)
{
	struct dialogue d = as("rfc793");

	(void)state;
	for (int i = 0; i < 20; i++)
		app_send(&d, 10); /* no Nagle, no slow start */
	for (unsigned i = 0; i < 1; i++)
		out(&d, "P. 1:201(200) ack 1");
	app_send(&d, 5);
	out(&d, "P. 201:206(5) ack 1");
	in(&d, "P. 1:11(10) ack 206 win 65535");
	out(&d, ". 206:206(0) ack 11"); /* no delayed ACK */
}

static void in_1981_duplicate_acks_mean_nothing(void **state)
{
	struct dialogue d = as("rfc793");

	(void)state;
	app_send(&d, 5000);
	for (int i = 0; i < 5; i++)
		assert_true(out_any(&d));
	for (int i = 0; i < 10; i++) {
		in(&d, ". 1:1(0) ack 1 win 65535");
		silent(&d);
	}
	not_fired(&d, RULE_FAST_RETRANSMIT);
}

static void in_1981_the_timer_does_not_back_off(void **state)
{
	struct dialogue d = as("rfc793");
	nanos rto = d.tcb.rtt.rto;

	(void)state;
	app_send(&d, 10);
	out(&d, "P. 1:11(10) ack 1");
	for (int i = 0; i < 5; i++) {
		pass_ms(&d, rto / 1000000);
		out(&d, "P. 1:11(10) ack 1");
		assert_int_equal(d.tcb.rtt.rto, rto);
	}
	/* It cannot tell which copy the ACK answers, and takes the first. */
	in(&d, ". 1:1(0) ack 11 win 65535");
	not_fired(&d, RULE_KARN);
	assert_true(d.tcb.rtt.rto > rto);
}

/* The silly window syndrome: what is read, however little, is announced, and
 * what is announced is filled. */
static void in_1981_windows_grow_silly(void **state)
{
	struct profile profile = named("rfc793");
	struct dialogue d;

	(void)state;
	profile.receive_buffer = 100;
	d = established_with(&profile);
	in(&d, "P. 1:101(100) ack 1 win 65535");
	out(&d, ". 1:1(0) ack 101 win 0");
	app_receive(&d, 1);
	out(&d, ". 1:1(0) ack 101 win 1");
	in(&d, ". 101:101(0) ack 1 win 3");
	app_send(&d, 500);
	out(&d, ". 1:4(3) ack 101");
}

static void a_modern_host_does_not_take_part_in_that(void **state)
{
	struct profile profile = named("plain");
	struct dialogue d;

	(void)state;
	profile.receive_buffer = 100;
	profile.delayed_ack = 0;
	d = established_with(&profile);
	in(&d, "P. 1:101(100) ack 1 win 65535");
	out(&d, ". 1:1(0) ack 101 win 0");
	app_receive(&d, 1);
	silent(&d);
	in(&d, ". 101:101(0) ack 1 win 3");
	app_send(&d, 500);
	silent(&d);
}

/* ---- lessons ---- */

static void go_back_n_receiver_keeps_nothing_out_of_order(void **state)
{
	struct dialogue d = as("go-back-n");

	(void)state;
	in(&d, ". 1001:2001(1000) ack 1 win 65535");
	out(&d, ". 1:1(0) ack 1");
	fired(&d, RULE_TEXT_NOT_QUEUED);
	in(&d, "F. 2001:3001(1000) ack 1 win 65535");
	out(&d, ". 1:1(0) ack 1");
	assert_int_equal(d.delivered, 0);
	in(&d, ". 1:1001(1000) ack 1 win 65535");
	in(&d, ". 1001:2001(1000) ack 1 win 65535"); /* once more, although it had arrived */
	out(&d, ". 1:1(0) ack 2001");
	in(&d, "F. 2001:3001(1000) ack 1 win 65535");
	out(&d, ". 1:1(0) ack 3002");
	in_state(&d, CLOSE_WAIT);
	assert_int_equal(d.delivered, 3000);
}

static bool the_fifth(int from, unsigned n, const struct segment *seg)
{
	(void)seg;
	return from == 0 && n == 4;
}

/* How many segments of the client 20 segments of text take when one is lost. */
static unsigned segments_for_one_loss(const char *name)
{
	struct two_ends e = two_ends();

	e.profile[0] = e.profile[1] = named(name);
	e.profile[0].mss = e.profile[1].mss = 1000;
	e.profile[0].initial_window = 20;
	ends_open(&e);
	e.lose = the_fifth;
	assert_int_equal(ends_send(&e, 0, 20000), 20000);
	ends_talk(&e);
	ends_pass_ms(&e, 30000);
	assert_int_equal(e.octets[1], 20000);
	return e.segments[0];
}

static void go_back_n_sends_all_again_that_follows_a_loss(void **state)
{
	unsigned normal = segments_for_one_loss("plain");

	(void)state;
	assert_int_equal(normal, 2 + 20 + 1); /* SYN, ACK, the text, and what was lost */
	assert_true(segments_for_one_loss("go-back-n") >= normal + 15);
}

static void without_congestion_control_the_window_goes_at_once(void **state)
{
	struct dialogue normal = as("plain");
	struct dialogue d = as("no-congestion-control");
	unsigned at_once = 0;
	unsigned normally = 0;

	(void)state;
	app_send(&d, 60000);
	app_send(&normal, 60000);
	while (out_any(&d))
		at_once++;
	while (out_any(&normal))
		normally++;
	assert_int_equal(at_once, 60);
	assert_int_equal(normally, 4);
	pass_ms(&d, 1000); /* all was lost: into the same jam it goes again */
	for (at_once = 0; out_any(&d);)
		at_once++;
	assert_int_equal(at_once, 60);
}

static struct seq isn_of(const char *name, const struct isn_secret *secret, nanos now)
{
	struct endpoint local = {.address = {.version = 4, .bytes = {10, 0, 0, 1}}, .port = 4000};
	struct endpoint remote = {.address = {.version = 4, .bytes = {10, 0, 0, 2}}, .port = 80};
	struct profile profile = named(name);
	struct tcb tcb;
	struct tcp t = {.tcb = &tcb, .profile = &profile, .secret = secret, .now = now};

	memset(&tcb, 0, sizeof tcb);
	assert_int_equal(tcp_open_active(&t, &local, &remote), CALL_OK);
	return tcb.snd.iss;
}

static void predictable_isn_is_the_clock_and_nothing_else(void **state)
{
	static const struct isn_secret one = {{1, 2}};
	static const struct isn_secret other = {{3, 4}};
	nanos now = nanos_from_s(3600);

	(void)state;
	/* Anyone with a clock knows it, for every host and every pair of ports. */
	assert_int_equal(isn_of("predictable-isn", &one, now).v, 900000000);
	assert_int_equal(isn_of("predictable-isn", &other, now).v, 900000000);
	assert_int_equal(isn_of("predictable-isn", &one, now + nanos_from_ms(4)).v, 900001000);
	assert_int_equal(isn_of("rfc793", &one, now).v, 900000000);
	assert_int_not_equal(isn_of("plain", &one, now).v, 900000000);
	assert_int_not_equal(isn_of("plain", &one, now).v, isn_of("plain", &other, now).v);
}

static void naive_rst_is_believed_wherever_it_lies(void **state)
{
	static const char *const rsts[] = {"R 1:1(0) win 0", "R 60000:60000(0) win 0",
					   "R 3000000000:3000000000(0) win 0", "R 0:0(0) win 0"};

	(void)state;
	for (size_t i = 0; i < sizeof rsts / sizeof rsts[0]; i++) {
		struct dialogue d = as("naive-rst");
		struct dialogue normal = as("plain");

		in(&d, rsts[i]);
		in_state(&d, CLOSED);
		assert_int_equal(d.tcb.ending, ENDING_RESET);
		in(&normal, rsts[i]);
		in_state(&normal, i == 0 ? CLOSED : ESTABLISHED);
		if (i == 1)
			out(&normal, ". 1:1(0) ack 1"); /* the challenge */
		silent(&normal);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_values_can_be_set_by_a_scenario),
		cmocka_unit_test(linux_adds_200_ms_to_the_mean_round_trip),
		cmocka_unit_test(linux_answers_what_it_refuses_every_500_ms),
		cmocka_unit_test(linux_gives_a_syn_up_after_131_s),
		cmocka_unit_test(freebsd_orders_options_as_bsd),
		cmocka_unit_test(freebsd_waits_230_ms_at_least),
		cmocka_unit_test(lwip_looks_at_its_timers_twice_a_second),
		cmocka_unit_test(in_1981_all_goes_at_once_and_small),
		cmocka_unit_test(in_1981_duplicate_acks_mean_nothing),
		cmocka_unit_test(in_1981_the_timer_does_not_back_off),
		cmocka_unit_test(in_1981_windows_grow_silly),
		cmocka_unit_test(a_modern_host_does_not_take_part_in_that),
		cmocka_unit_test(go_back_n_receiver_keeps_nothing_out_of_order),
		cmocka_unit_test(go_back_n_sends_all_again_that_follows_a_loss),
		cmocka_unit_test(without_congestion_control_the_window_goes_at_once),
		cmocka_unit_test(predictable_isn_is_the_clock_and_nothing_else),
		cmocka_unit_test(naive_rst_is_believed_wherever_it_lies),
	};
	const struct CMUnitTest pairs[] = {
		cmocka_unit_test(each_talks_with_each),
	};

	return DIALOGUE_RUN("profiles", tests) + cmocka_run_group_tests(pairs, NULL, NULL);
}
