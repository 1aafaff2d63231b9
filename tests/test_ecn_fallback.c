/* Paths that do not let a SYN through which asks for ECN, RFC 3168 §6.1.1.1:
 * the next does not ask, and after some time nor do later connections,
 * RFC 9768 §3.1.4.1. */
#include "tests/dialogue.h"

#include <string.h>

static const nanos TEN_MINUTES = 600000000000;

static struct dialogue asking(void)
{
	struct dialogue d = dialogue_new();

	d.profile.ecn = ECN_CLASSIC;
	d.profile.ecn_syns = 1;
	return d;
}

static void end(struct dialogue *d)
{
	in(d, "R 1:1(0) win 0");
	in_state(d, CLOSED);
	dialogue_begins_anew(d);
	memset(d->rules, 0, sizeof d->rules);
}

/* The first SYN is lost, or what asks for ECN in it loses it. */
static void opens_by_the_second_syn(struct dialogue *d)
{
	app_connect(d);
	out(d, "SEW 0:0(0)");
	pass_ms(d, 1000);
	out(d, "S 0:0(0)");
	in(d, "S. 0:0(0) ack 1 win 65535 <mss 1000>");
	out(d, ". 1:1(0) ack 1");
	fired(d, RULE_ECN_SETUP_FAILED);
	end(d);
}

static void how_many_syns_ask_is_the_profiles(void **state)
{
	(void)state;
	for (uint32_t syns = 0; syns <= 3; syns++) {
		struct dialogue d = asking();

		d.profile.ecn_syns = syns;
		app_connect(&d);
		for (uint32_t i = 0; i < 5; i++) {
			out(&d, syns == 0 || i < syns ? "SEW 0:0(0)" : "S 0:0(0)");
			pass_ms(&d, 1000 << i);
		}
	}
}

static void one_failure_may_be_chance(void **state)
{
	struct dialogue d = asking();

	(void)state;
	opens_by_the_second_syn(&d);
	app_connect(&d);
	out(&d, "SEW 0:0(0)");
	not_fired(&d, RULE_ECN_NOT_ASKED_HERE);
}

static void after_two_in_a_row_the_peer_is_not_asked(void **state)
{
	struct dialogue d = asking();

	(void)state;
	opens_by_the_second_syn(&d);
	opens_by_the_second_syn(&d);
	app_connect(&d);
	out(&d, "S 0:0(0)");
	fired(&d, RULE_ECN_NOT_ASKED_HERE);
	pass_ms(&d, 1000);
	out(&d, "S 0:0(0)");                  /* nor do those that follow */
	in(&d, "S.E 0:0(0) ack 1 win 65535"); /* no answer to what was not asked */
	out(&d, ". 1:1(0) ack 1");
	assert_int_equal(d.tcb.ecn.mode, ECN_OFF);
	not_fired(&d, RULE_ECN_SETUP_FAILED); /* nobody asked */
}

static void another_peer_is_asked(void **state)
{
	struct dialogue d = asking();

	(void)state;
	opens_by_the_second_syn(&d);
	opens_by_the_second_syn(&d);
	over_ipv6(&d);
	app_connect(&d);
	out(&d, "SEW 0:0(0)");
}

static void after_ten_minutes_it_asks_again(void **state)
{
	struct dialogue d = asking();

	(void)state;
	opens_by_the_second_syn(&d);
	opens_by_the_second_syn(&d);
	d.now += TEN_MINUTES + 1;
	opens_by_the_second_syn(&d); /* it asks; in vain … */
	app_connect(&d);
	out(&d, "S 0:0(0)"); /* … and one more failure is enough */
}

static void a_syn_that_got_through_forgives_the_others(void **state)
{
	static const char *const answers[] = {"S.E 0:0(0) ack 1 win 65535",
					      "S. 0:0(0) ack 1 win 65535"};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct dialogue d = asking();

		opens_by_the_second_syn(&d);
		app_connect(&d);
		out(&d, "SEW 0:0(0)");
		in(&d, answers[i]); /* to refuse, it must have arrived */
		out(&d, ". 1:1(0) ack 1");
		end(&d);
		opens_by_the_second_syn(&d);
		app_connect(&d);
		out(&d, "SEW 0:0(0)");
	}
}

/* Only its answer was late: such a SYN arrives. */
static void an_answer_that_agrees_late_is_no_failure(void **state)
{
	struct dialogue d = asking();

	(void)state;
	opens_by_the_second_syn(&d);
	app_connect(&d);
	out(&d, "SEW 0:0(0)");
	pass_ms(&d, 1000);
	out(&d, "S 0:0(0)");
	in(&d, "S.E 0:0(0) ack 1 win 65535");
	out(&d, ". 1:1(0) ack 1");
	not_fired(&d, RULE_ECN_SETUP_FAILED);
	end(&d);
	app_connect(&d);
	out(&d, "SEW 0:0(0)");
}

static void who_does_not_remember_asks_each_time(void **state)
{
	struct dialogue d = asking();

	(void)state;
	d.profile.ecn_memory = false;
	for (int i = 0; i < 3; i++) {
		app_connect(&d);
		out(&d, "SEW 0:0(0)");
		pass_ms(&d, 1000);
		out(&d, "S 0:0(0)");
		in(&d, "S. 0:0(0) ack 1 win 65535");
		not_fired(&d, RULE_ECN_SETUP_FAILED);
		out(&d, ". 1:1(0) ack 1");
		end(&d);
	}
}

static void accurate_ecn_is_remembered_alike(void **state)
{
	struct dialogue d = asking();

	(void)state;
	d.profile.ecn = ECN_ACCURATE;
	for (int i = 0; i < 2; i++) {
		app_connect(&d);
		out(&d, "SEWA 0:0(0)");
		pass_ms(&d, 1000);
		out(&d, "S 0:0(0)");
		in(&d, "S. 0:0(0) ack 1 win 65535");
		out(&d, ". 1:1(0) ack 1");
		end(&d);
	}
	app_connect(&d);
	out(&d, "S 0:0(0)");
	fired(&d, RULE_ECN_NOT_ASKED_HERE);
}

/* ---- a RST ---- */

static void a_rst_is_tried_once_without_ecn(void **state)
{
	struct dialogue d = asking();

	(void)state;
	d.profile.ecn_after_rst = true;
	app_connect(&d);
	out(&d, "SEW 0:0(0)");
	in(&d, "R. 0:0(0) ack 1 win 0");
	fired(&d, RULE_ECN_RST_ANSWERED);
	in_state(&d, SYN_SENT);
	out(&d, "S 0:0(0)"); /* at once, with the same ISN */
	silent(&d);
	in(&d, "S. 0:0(0) ack 1 win 65535");
	out(&d, ". 1:1(0) ack 1");
	in_state(&d, ESTABLISHED);
	fired(&d, RULE_ECN_SETUP_FAILED);
	app_send(&d, 10);
	out_as(&d, NOT_ECT, "P. 1:11(10) ack 1");
}

static void the_second_rst_is_the_servers_own(void **state)
{
	struct dialogue d = asking();

	(void)state;
	d.profile.ecn_after_rst = true;
	app_connect(&d);
	out(&d, "SEW 0:0(0)");
	in(&d, "R. 0:0(0) ack 1 win 0");
	out(&d, "S 0:0(0)");
	in(&d, "R. 0:0(0) ack 1 win 0");
	in_state(&d, CLOSED);
	assert_int_equal(d.tcb.ending, ENDING_REFUSED);
	not_fired(&d, RULE_ECN_SETUP_FAILED);
}

static void a_rst_ends_what_did_not_ask_or_does_not_try(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		struct dialogue d = asking();

		d.profile.ecn_after_rst = i == 0;
		d.profile.ecn_passive = i == 0;
		app_connect(&d);
		out(&d, i == 0 ? "S 0:0(0)" : "SEW 0:0(0)");
		in(&d, "R. 0:0(0) ack 1 win 0");
		in_state(&d, CLOSED);
		silent(&d);
	}
}

/* Anyone could have sent it: only one that acknowledges our SYN counts. */
static void a_rst_out_of_the_blue_is_no_answer(void **state)
{
	struct dialogue d = asking();

	(void)state;
	d.profile.ecn_after_rst = true;
	app_connect(&d);
	out(&d, "SEW 0:0(0)");
	in(&d, "R 0:0(0) win 0");
	in(&d, "R. 0:0(0) ack 2 win 0");
	not_fired(&d, RULE_ECN_RST_ANSWERED);
	silent(&d);
	pass_ms(&d, 1000);
	out(&d, "S 0:0(0)");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(how_many_syns_ask_is_the_profiles),
		cmocka_unit_test(one_failure_may_be_chance),
		cmocka_unit_test(after_two_in_a_row_the_peer_is_not_asked),
		cmocka_unit_test(another_peer_is_asked),
		cmocka_unit_test(after_ten_minutes_it_asks_again),
		cmocka_unit_test(a_syn_that_got_through_forgives_the_others),
		cmocka_unit_test(an_answer_that_agrees_late_is_no_failure),
		cmocka_unit_test(who_does_not_remember_asks_each_time),
		cmocka_unit_test(accurate_ecn_is_remembered_alike),
		cmocka_unit_test(a_rst_is_tried_once_without_ecn),
		cmocka_unit_test(the_second_rst_is_the_servers_own),
		cmocka_unit_test(a_rst_ends_what_did_not_ask_or_does_not_try),
		cmocka_unit_test(a_rst_out_of_the_blue_is_no_answer),
	};

	return DIALOGUE_RUN("ecn fallback", tests);
}
