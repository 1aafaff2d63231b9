/* What FreeBSD does beside or against the RFCs: each switch of the profile by itself. How it
 * closes is in test_freebsd_closing.c. */
#include "tests/freebsd.h"

/* ---- options ---- */

static void no_option_goes_where_the_application_wants_none(void **state)
{
	struct dialogue d = dialogue_new();

	(void)state;
	d.profile = freebsd();
	d.profile.no_options = true;
	app_connect(&d);
	out(&d, "S 0:0(0) win 65535");
	assert_int_equal(d.last.options.len, 0);
	in(&d, "S. 0:0(0) ack 1 win 65535 <mss 1000,sackOK,nop,wscale 3,nop>");
	out(&d, ". 1:1(0) ack 1");
	assert_int_equal(d.last.options.len, 0);
	fired(&d, RULE_OPTIONS_LEFT_OUT);
	assert_false(d.tcb.sack_on);
	assert_false(d.tcb.rcv.scaling);
	app_send(&d, 2000); /* MUST-15: the default, where there is no option */
	assert_true(out_any(&d));
	assert_int_equal(d.last.len, d.us.address.version == 6 ? 1220 : 536);
}

static void a_third_syn_that_is_lost_is_the_last_with_options(void **state)
{
	struct dialogue d = dialogue_new();

	(void)state;
	d.profile = freebsd();
	d.profile.syn_tries = 3;
	app_connect(&d);
	out(&d, "S 0:0(0) <mss 1460,nop,wscale 6,sackOK,TS val 1000 ecr 0>");
	pass_ms(&d, 1000);
	out(&d, "S 0:0(0) <mss 1460,nop,wscale 6,sackOK,TS val 2000 ecr 0>");
	pass_ms(&d, 2200);
	out(&d, "S 0:0(0) <mss 1460,nop,wscale 6,sackOK,TS val 4200 ecr 0>");
	not_fired(&d, RULE_OPTIONS_GIVEN_UP);
	pass_ms(&d, 4200);
	out(&d, "S 0:0(0) <mss 1460>");
	fired(&d, RULE_OPTIONS_GIVEN_UP);
	/* What the last SYN did not offer is not agreed on. */
	in(&d, "S. 0:0(0) ack 1 win 65535 <mss 1000,sackOK,nop,wscale 3,nop>");
	out(&d, ". 1:1(0) ack 1");
	assert_false(d.tcb.sack_on);
	assert_false(d.tcb.rcv.scaling);
}

static void an_mss_is_offered_that_the_path_was_seen_to_take(void **state)
{
	struct profile profile = plain();
	struct dialogue d;

	(void)state;
	profile.tcb_sharing = true;
	for (int i = 0; i < 2; i++) {
		profile.mss_of_path = i == 1;
		d = established_with(&profile);
		app_send(&d, 1000);
		assert_true(out_any(&d));
		icmp(&d, 3, 4, 576, 1); /* longer ones do not arrive */
		out(&d, ". 1:537(536) ack 1");
		out(&d, "P. 537:1001(464) ack 1");
		in_ack(&d, 1001);
		in(&d, "R 1:1(0) win 0");
		dialogue_begins_anew(&d);
		app_connect(&d);
		out(&d, i == 1 ? "S 0:0(0) <mss 536>" : "S 0:0(0) <mss 1460>");
	}
	fired(&d, RULE_MSS_OF_PATH);
}

/* ---- timers ---- */

static void what_is_added_to_rto_does_not_double(void **state)
{
	struct dialogue d = dialogue_new();
	static const int64_t waits[] = {1000, 2200, 4200, 8200};

	(void)state;
	d.profile = freebsd();
	app_connect(&d);
	assert_true(out_any(&d));
	for (unsigned i = 0; i < sizeof waits / sizeof waits[0]; i++) {
		pass_ms(&d, waits[i] - 1);
		silent(&d);
		pass_ms(&d, 1);
		assert_true(out_any(&d));
	}
}

static void a_syn_is_given_up_when_its_time_is_over(void **state)
{
	struct dialogue d = dialogue_new();

	(void)state;
	d.profile = freebsd();
	d.profile.syn_r2 = nanos_from_s(5);
	app_connect(&d);
	assert_true(out_any(&d));
	pass_ms(&d, 1000);
	assert_true(out_any(&d));
	pass_ms(&d, 2200);
	assert_true(out_any(&d));
	pass_ms(&d, 1799);
	in_state(&d, SYN_SENT);
	pass_ms(&d, 1);
	in_state(&d, CLOSED);
	fired(&d, RULE_R2_REACHED);
	assert_int_equal(d.tcb.ending, ENDING_TIMED_OUT);
}

/* ---- SYN and FIN in one segment ---- */

static void syn_with_fin_is_not_read_where_it_is_to_be_dropped(void **state)
{
	struct dialogue d = listening();

	(void)state;
	d.profile.drops_syn_fin = true;
	in(&d, "SF 0:0(0) win 65535 <mss 1000>");
	silent(&d);
	fired(&d, RULE_SYN_FIN_DROPPED);
	in_state(&d, LISTEN);
	in(&d, "S 0:0(0) win 65535 <mss 1000>");
	out(&d, "S. 0:0(0) ack 1");
}

static void nor_by_who_opens_or_is_connected(void **state)
{
	struct profile profile = plain();
	struct dialogue d = dialogue_new();

	(void)state;
	d.profile.drops_syn_fin = profile.drops_syn_fin = true;
	app_connect(&d);
	out(&d, "S 0:0(0)");
	in(&d, "SF 0:0(0) win 65535 <mss 1000>");
	silent(&d);
	in_state(&d, SYN_SENT);
	fired(&d, RULE_SYN_FIN_DROPPED);
	d = established_with(&profile);
	in(&d, "SF 1:1(0) win 65535");
	silent(&d);
	fired(&d, RULE_SYN_FIN_DROPPED);
	d = in_time_wait(&profile);
	in(&d, "SF 2:2(0) win 65535");
	silent(&d);
	fired(&d, RULE_SYN_FIN_DROPPED);
}

/* ---- without RFC 5961 ---- */

static void a_rst_in_the_window_counts_where_that_is_wanted(void **state)
{
	struct profile profile = plain();
	struct dialogue d;

	(void)state;
	profile.rst_in_window = true;
	d = established_with(&profile);
	in(&d, "R 500:500(0) win 0");
	in_state(&d, CLOSED);
	fired(&d, RULE_RST_IN_WINDOW);
	d = established_with(&profile);
	in(&d, "R 0:0(0) win 0");
	silent(&d);
	in_state(&d, ESTABLISHED);
}

static void a_syn_in_the_window_aborts_where_that_is_wanted(void **state)
{
	struct profile profile = freebsd();
	struct dialogue d;

	(void)state;
	profile.syn_in_window = true;
	d = established_with(&profile);
	in(&d, "S 500:500(0) win 65535 <mss 1000>");
	out(&d, "R. 1:1(0) ack 1");
	in_state(&d, CLOSED);
	fired(&d, RULE_SYN_IN_WINDOW);
	assert_int_equal(d.tcb.ending, ENDING_RESET);
	d = established_with(&profile);
	in(&d, "S 0:0(0) win 65535 <mss 1000>");
	out(&d, ". 1:1(0) ack 1");
	fired(&d, RULE_SYN_CHALLENGE);
	in_state(&d, ESTABLISHED);
}

/* The buffer has become larger than what a window field without scaling can tell. */
static void a_rst_counts_as_in_the_window_where_there_is_room(void **state)
{
	struct profile profile = freebsd();
	struct dialogue d;

	(void)state;
	profile.window_scaling = false;
	profile.timestamps = false;
	d = established_with(&profile);
	assert_int_equal(d.tcb.rcv.wnd, 65535);
	assert_int_equal(d.tcb.rcv.buffer, 66000); /* whole segments of 1000 */
	in(&d, "R 66000:66000(0) win 0");
	out(&d, ". 1:1(0) ack 1");
	fired(&d, RULE_RST_CHALLENGE);
	in(&d, "R 66001:66001(0) win 0");
	silent(&d);
	profile.window_is_room = false;
	d = established_with(&profile);
	in(&d, "R 66000:66000(0) win 0");
	silent(&d);
}

/* ---- ICMP ---- */

static struct dialogue opening(bool bsd, bool spares)
{
	struct dialogue d = dialogue_new();

	d.profile.icmp_open_bsd = bsd;
	d.profile.icmp_spares_open = spares;
	app_connect(&d);
	out(&d, "S 0:0(0)");
	return d;
}

static void what_prohibits_or_goes_in_circles_refuses_an_open(void **state)
{
	static const struct {
		uint8_t type;
		uint8_t code;
	} refuses[] = {{3, 2}, {3, 3}, {3, 9}, {3, 10}, {3, 13}, {11, 0}},
	  spares[] = {{3, 0}, {3, 1}, {3, 5}, {3, 12}, {3, 14}, {11, 1}, {12, 0}};
	struct dialogue d;

	(void)state;
	for (unsigned i = 0; i < sizeof refuses / sizeof refuses[0]; i++) {
		d = opening(true, false);
		icmp(&d, refuses[i].type, refuses[i].code, 0, 0);
		in_state(&d, CLOSED);
		fired(&d, RULE_ICMP_REFUSES);
	}
	for (unsigned i = 0; i < sizeof spares / sizeof spares[0]; i++) {
		d = opening(true, false);
		icmp(&d, spares[i].type, spares[i].code, 0, 0);
		in_state(&d, SYN_SENT);
	}
}

static void no_message_ends_an_open_that_is_spared(void **state)
{
	struct dialogue d = opening(true, true);

	(void)state;
	icmp(&d, 3, 3, 0, 0);
	in_state(&d, SYN_SENT);
	fired(&d, RULE_ICMP_SPARES);
	not_fired(&d, RULE_ICMP_REFUSES);
}

/* ---- ECN ---- */

static struct dialogue accurate(const char *syn_ack)
{
	struct dialogue d = dialogue_new();

	d.profile.ecn = ECN_ACCURATE;
	d.profile.accecn_option = ACCECN_OPTION_OFF;
	d.profile.accecn_trusts = true;
	app_connect(&d);
	out(&d, "SEWA 0:0(0)");
	in(&d, syn_ack);
	assert_true(out_any(&d));
	assert_int_equal(d.last.options.has & HAS_ACCECN, 0);
	return d;
}

static void accurate_ecn_works_without_its_option(void **state)
{
	struct dialogue d = accurate("S.W 0:0(0) ack 1 win 65535 <mss 1000>");

	(void)state;
	app_send(&d, 100);
	out_as(&d, ECT0, "P.EA 1:101(100) ack 1");
	assert_int_equal(d.last.options.len, 0);
	not_fired(&d, RULE_ACCECN_OPTION_SENT);
}

/* The SYN,ACK says that our SYN arrived as ECT(0): "A". */
static void ect_is_sent_on_a_path_that_changes_codepoints(void **state)
{
	struct dialogue d = accurate("S.A 0:0(0) ack 1 win 65535 <mss 1000>");

	(void)state;
	fired(&d, RULE_ACCECN_TRUSTED);
	not_fired(&d, RULE_ACCECN_MANGLED);
	app_send(&d, 100);
	out_as(&d, ECT0, "P.EA 1:101(100) ack 1");
}

static void cwr_is_acknowledged_at_once(void **state)
{
	struct dialogue d = dialogue_new();

	(void)state;
	d.profile.ecn = ECN_CLASSIC;
	d.profile.cwr_acks = true;
	app_connect(&d);
	out(&d, "SEW 0:0(0)");
	in(&d, "S.E 0:0(0) ack 1 win 65535 <mss 1000>");
	out(&d, ". 1:1(0) ack 1");
	in_as(&d, ECT0, ". 1:501(500) ack 1 win 65535");
	silent(&d); /* delayed */
	pass_ms(&d, 200);
	out(&d, ". 1:1(0) ack 501");
	in_as(&d, ECT0, ".W 501:1001(500) ack 1 win 65535");
	out(&d, ". 1:1(0) ack 1001");
	fired(&d, RULE_CWR_ACKED);
}

static void pure_acks_with_cwr_are_answered_too(void **state)
{
	struct dialogue d = dialogue_new();

	(void)state;
	d.profile.ecn = ECN_CLASSIC;
	d.profile.cwr_acks = true;
	app_connect(&d);
	out(&d, "SEW 0:0(0)");
	in(&d, "S.E 0:0(0) ack 1 win 65535 <mss 1000>");
	out(&d, ". 1:1(0) ack 1");
	in(&d, ".W 1:1(0) ack 1 win 65535");
	out(&d, ". 1:1(0) ack 1");
}

/* And then it is done: the next new text goes without. */
static void cwr_goes_with_what_goes_again_where_that_is_wanted(void **state)
{
	struct dialogue d;

	(void)state;
	for (int i = 0; i < 2; i++) {
		d = dialogue_new();
		d.profile.ecn = ECN_CLASSIC;
		d.profile.cwr_at_once = i == 1;
		d.profile.initial_window = 10;
		app_connect(&d);
		out(&d, "SEW 0:0(0)");
		in(&d, "S.E 0:0(0) ack 1 win 65535 <mss 1000>");
		out(&d, ". 1:1(0) ack 1");
		app_send(&d, 4000);
		out_full(&d, 1, 3);
		out(&d, "P. 3001:4001(1000) ack 1");
		for (int n = 0; n < 3; n++)
			in_ack(&d, 1);
		out_as(&d, NOT_ECT, i == 1 ? ".W 1:1001(1000) ack 1" : ". 1:1001(1000) ack 1");
		in_ack(&d, 4001);
		app_send(&d, 10);
		out_as(&d, ECT0, i == 1 ? "P. 4001:4011(10) ack 1" : "P.W 4001:4011(10) ack 1");
	}
	fired(&d, RULE_ECN_CWR_AT_ONCE);
	not_fired(&d, RULE_ECN_CWR_SENT);
}

static void a_window_is_rounded_down_where_that_is_wanted(void **state)
{
	struct profile profile = freebsd();
	struct dialogue d;

	(void)state;
	profile.timestamps = false;
	for (int i = 0; i < 2; i++) {
		profile.window_rounds_down = i == 1;
		d = dialogue_new();
		d.profile = profile;
		app_connect(&d);
		assert_true(out_any(&d));
		d.profile.isn = d.tcb.snd.iss.v;
		in(&d, "S. 0:0(0) ack 1 win 65535 <mss 1000,nop,wscale 2>");
		/* 66000 octets in steps of 64: 1031 and a quarter */
		out(&d, i == 1 ? ". 1:1(0) ack 1 win 1031" : ". 1:1(0) ack 1 win 1032");
	}
}

static void a_buffer_of_less_than_a_step_is_told_all_the_same(void **state)
{
	struct dialogue d = dialogue_new();

	(void)state;
	d.profile.window_scaling = true;
	d.profile.window_scale = 13;
	d.profile.receive_buffer = 300;
	d.profile.window_rounds_down = true;
	app_connect(&d);
	assert_true(out_any(&d));
	in(&d, "S. 0:0(0) ack 1 win 65535 <mss 1000,nop,wscale 2>");
	out(&d, ". 1:1(0) ack 1 win 1");
}

static void a_new_octet_that_probes_is_ect(void **state)
{
	struct dialogue d = dialogue_new();

	(void)state;
	d.profile.ecn = ECN_CLASSIC;
	d.profile.ecn_probes = true;
	app_connect(&d);
	out(&d, "SEW 0:0(0)");
	in(&d, "S.E 0:0(0) ack 1 win 0 <mss 1000>");
	out(&d, ". 1:1(0) ack 1");
	app_send(&d, 10);
	pass_ms(&d, 1000);
	out_as(&d, ECT0, ". 1:2(1) ack 1");
	pass_ms(&d, 2000);
	out_as(&d, NOT_ECT, ". 1:2(1) ack 1");
}

static void a_probe_waits_for_five_seconds_at_least(void **state)
{
	struct profile profile = plain();
	struct dialogue d;

	(void)state;
	profile.persist_min = nanos_from_s(5);
	profile.rto_slop = nanos_from_ms(200);
	d = established_with(&profile);
	in(&d, ". 1:1(0) ack 1 win 0");
	app_send(&d, 10);
	for (uint32_t i = 1; i < 4; i++) {
		pass_ms(&d, 5199);
		silent(&d);
		pass_ms(&d, 1);
		assert_true(out_any(&d));
		assert_int_equal(d.last.len, 1);
	}
}

/* ---- ACKs and recovery ---- */

static void every_second_segment_is_acknowledged_however_small(void **state)
{
	struct profile profile = plain();
	struct dialogue d;

	(void)state;
	for (int i = 0; i < 2; i++) {
		profile.ack_segments = i == 1;
		d = established_with(&profile);
		in(&d, ". 1:1001(1000) ack 1 win 65535");
		pass_ms(&d, 200);
		out(&d, ". 1:1(0) ack 1001");
		in(&d, "P. 1001:1011(10) ack 1 win 65535");
		silent(&d);
		in(&d, "P. 1011:1021(10) ack 1 win 65535");
		if (i == 1)
			out(&d, ". 1:1(0) ack 1021");
		silent(&d);
	}
	fired(&d, RULE_ACK_SECOND_SEGMENT);
}

static void the_rescue_waits_for_a_partial_ack(void **state)
{
	struct profile profile = plain();
	struct dialogue d;

	(void)state;
	profile.sack = true;
	profile.rescue_late = true;
	profile.initial_window = 10;
	d = established_with(&profile);
	app_send(&d, 5000);
	out_full(&d, 1, 4);
	out(&d, "P. 4001:5001(1000) ack 1");
	in_sack(&d, 1, 1001, 2001);
	in_sack(&d, 1, 1001, 3001);
	in_sack(&d, 1, 1001, 4001);
	out(&d, ". 1:1001(1000) ack 1");
	silent(&d);
	not_fired(&d, RULE_SACK_RESCUE);
	in_ack(&d, 4001);
	out(&d, "P. 4001:5001(1000) ack 1");
	fired(&d, RULE_SACK_RESCUE);
}

static void text_of_a_syn_waits_for_its_ack(void **state)
{
	struct dialogue d = listening();

	(void)state;
	d.profile.syn_text_waits = true;
	in(&d, "S 0:10(10) win 65535 <mss 1000>");
	out(&d, "S. 0:0(0) ack 1");
	in(&d, ". 11:11(0) ack 1 win 65535");
	silent(&d);
	fired(&d, RULE_SYN_TEXT_DELIVERED);
	pass_ms(&d, 200);
	out(&d, ". 1:1(0) ack 11");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_option_goes_where_the_application_wants_none),
		cmocka_unit_test(a_third_syn_that_is_lost_is_the_last_with_options),
		cmocka_unit_test(an_mss_is_offered_that_the_path_was_seen_to_take),
		cmocka_unit_test(what_is_added_to_rto_does_not_double),
		cmocka_unit_test(a_syn_is_given_up_when_its_time_is_over),
		cmocka_unit_test(syn_with_fin_is_not_read_where_it_is_to_be_dropped),
		cmocka_unit_test(nor_by_who_opens_or_is_connected),
		cmocka_unit_test(a_rst_in_the_window_counts_where_that_is_wanted),
		cmocka_unit_test(a_syn_in_the_window_aborts_where_that_is_wanted),
		cmocka_unit_test(a_rst_counts_as_in_the_window_where_there_is_room),
		cmocka_unit_test(what_prohibits_or_goes_in_circles_refuses_an_open),
		cmocka_unit_test(no_message_ends_an_open_that_is_spared),
		cmocka_unit_test(accurate_ecn_works_without_its_option),
		cmocka_unit_test(ect_is_sent_on_a_path_that_changes_codepoints),
		cmocka_unit_test(cwr_is_acknowledged_at_once),
		cmocka_unit_test(pure_acks_with_cwr_are_answered_too),
		cmocka_unit_test(cwr_goes_with_what_goes_again_where_that_is_wanted),
		cmocka_unit_test(a_window_is_rounded_down_where_that_is_wanted),
		cmocka_unit_test(a_buffer_of_less_than_a_step_is_told_all_the_same),
		cmocka_unit_test(a_new_octet_that_probes_is_ect),
		cmocka_unit_test(a_probe_waits_for_five_seconds_at_least),
		cmocka_unit_test(every_second_segment_is_acknowledged_however_small),
		cmocka_unit_test(the_rescue_waits_for_a_partial_ack),
		cmocka_unit_test(text_of_a_syn_waits_for_its_ack),
	};

	return DIALOGUE_RUN("freebsd", tests);
}
