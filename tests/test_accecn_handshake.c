/* Accurate ECN, RFC 9768 §3.1: what a SYN and its answer agree to, and tell of
 * each other. ACE is written as flags: A is 4, W is 2, E is 1; 5 is "EA". */
#include "tests/ecn.h"

#include <stdio.h>

/* Somebody opened to us, with a SYN that arrived as Not-ECT. */
static struct dialogue asked(void)
{
	struct dialogue d = dialogue_with_ecn(ECN_ACCURATE);

	app_listen(&d);
	in(&d, "SEWA 0:0(0) win 65535 <mss 1000>");
	out_as(&d, NOT_ECT, "S.W 0:0(0) ack 1 <mss 1000,accecn0 e0b 1 ceb 0 e1b 1>");
	return d;
}

/* ---- §3.1: Table 2 ---- */

static void the_syn_ack_decides_the_mode_of_a_client(void **state)
{
	static const struct {
		const char *flags;
		enum ecn_mode mode;
		bool ect;
	} rows[] = {
		{"S.", ECN_OFF, false},        {"S.E", ECN_CLASSIC, true},
		{"S.W", ECN_ACCURATE, true},   {"S.EW", ECN_ACCURATE, false}, /* ECT(1) on SYN */
		{"S.A", ECN_ACCURATE, false},  /* ECT(0) on SYN: mangled */
		{"S.WA", ECN_ACCURATE, false}, /* CE on SYN */
		{"S.EA", ECN_ACCURATE, true},  /* reserved, §3.1.3 */
		{"S.EWA", ECN_OFF, false},     /* broken: reflected */
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct dialogue d = dialogue_with_ecn(ECN_ACCURATE);
		char line[60];

		app_connect(&d);
		out(&d, "SEWA 0:0(0)");
		snprintf(line, sizeof line, "%s 0:0(0) ack 1 win 65535", rows[i].flags);
		in(&d, line);
		assert_true(out_any(&d));
		assert_int_equal(d.tcb.ecn.mode, rows[i].mode);
		assert_int_equal(sends_ect(&d), rows[i].ect);
	}
}

static void the_syn_decides_the_mode_of_a_server(void **state)
{
	static const struct {
		const char *flags;
		enum ecn_mode mode;
	} rows[] = {
		{"S", ECN_OFF},        {"SEW", ECN_CLASSIC},  {"SEWA", ECN_ACCURATE},
		{"SE", ECN_ACCURATE},  {"SW", ECN_ACCURATE},  {"SA", ECN_ACCURATE}, /* §3.1.3 */
		{"SEA", ECN_ACCURATE}, {"SWA", ECN_ACCURATE},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct dialogue d = dialogue_with_ecn(ECN_ACCURATE);
		char line[60];

		app_listen(&d);
		snprintf(line, sizeof line, "%s 0:0(0) win 65535", rows[i].flags);
		in(&d, line);
		assert_int_equal(d.tcb.ecn.mode, rows[i].mode);
		assert_true(out_any(&d));
		assert_int_equal(d.last.flags & (AE | CWR | ECE), rows[i].mode == ECN_ACCURATE ? CWR
								  : rows[i].mode == ECN_CLASSIC
									  ? ECE
									  : 0);
	}
}

static void the_syn_ack_tells_how_the_syn_arrived(void **state)
{
	static const char *const answers[] = {[NOT_ECT] = "S.W 0:0(0) ack 1",
					      [ECT1] = "S.EW 0:0(0) ack 1",
					      [ECT0] = "S.A 0:0(0) ack 1",
					      [CE] = "S.WA 0:0(0) ack 1"};

	(void)state;
	for (int codepoint = NOT_ECT; codepoint <= CE; codepoint++) {
		struct dialogue d = dialogue_with_ecn(ECN_ACCURATE);

		app_listen(&d);
		in_as(&d, (enum ecn_codepoint)codepoint, "SEWA 0:0(0) win 65535");
		out(&d, answers[codepoint]);
		assert_int_equal(d.tcb.ecn.r.cep, 5); /* §3.2.2.2: not counted */
	}
}

/* Table 3. */
static void the_ack_tells_how_the_syn_ack_arrived(void **state)
{
	static const char *const answers[] = {[NOT_ECT] = ".W 1:1(0) ack 1",
					      [ECT1] = ".EW 1:1(0) ack 1",
					      [ECT0] = ".A 1:1(0) ack 1",
					      [CE] = ".WA 1:1(0) ack 1"};

	(void)state;
	for (int codepoint = NOT_ECT; codepoint <= CE; codepoint++) {
		struct dialogue d = dialogue_with_ecn(ECN_ACCURATE);

		app_connect(&d);
		app_send(&d, 10); /* which waits: the ACK goes alone */
		out(&d, "SEWA 0:0(0)");
		in_as(&d, (enum ecn_codepoint)codepoint, "S.W 0:0(0) ack 1 win 65535");
		out(&d, answers[codepoint]);
		assert_int_equal(d.tcb.ecn.r.cep, codepoint == CE ? 6 : 5);
		out(&d, codepoint == CE ? "P.WA 1:11(10) ack 1" : "P.EA 1:11(10) ack 1");
		/* The SYN,ACK again: the same code, and counted once. */
		in_as(&d, (enum ecn_codepoint)codepoint, "S.W 0:0(0) ack 1 win 65535");
		assert_true(out_any(&d));
		assert_int_equal(d.last.flags & (AE | CWR | ECE), (codepoint == CE     ? AE | CWR
								   : codepoint == ECT0 ? AE
								   : codepoint == ECT1 ? CWR | ECE
										       : CWR));
		assert_int_equal(d.tcb.ecn.r.cep, codepoint == CE ? 6 : 5);
	}
}

/* Table 4. */
static void a_server_reads_that_ack(void **state)
{
	static const struct {
		const char *flags;
		uint32_t cep;
		bool ect;
		bool believes;
	} rows[] = {
		{".", 5, false, false},  {".E", 5, true, true},   {".W", 5, true, true},
		{".EW", 5, false, true}, {".A", 5, false, true},  {".EA", 5, true, true},
		{".WA", 6, false, true}, {".EWA", 5, true, true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct dialogue d = asked();
		char line[60];

		snprintf(line, sizeof line, "%s 1:1(0) ack 1 win 65535", rows[i].flags);
		in(&d, line);
		assert_int_equal(d.tcb.ecn.s.cep, rows[i].cep);
		assert_int_equal(!d.tcb.ecn.unbelieved, rows[i].believes);
		if (rows[i].cep == 6)
			assert_int_equal(d.tcb.cc.cwnd, 1000);
		assert_int_equal(sends_ect(&d), rows[i].ect);
	}
}

static void text_instead_of_that_ack_is_read_as_a_count(void **state)
{
	struct dialogue d = asked();

	(void)state;
	in_as(&d, ECT0, "P.EA 1:11(10) ack 1 win 65535 <accecn0 e0b 1 ceb 0 e1b 1>");
	assert_int_equal(d.tcb.ecn.s.cep, 5);
	assert_int_equal(d.tcb.ecn.r.e0b, 11);
	assert_true(sends_ect(&d));
}

/* ---- §3.1.4, §3.1.5: again ---- */

static void the_third_syn_does_not_ask_but_a_client_may_still_send_ect(void **state)
{
	struct dialogue d = dialogue_with_ecn(ECN_ACCURATE);

	(void)state;
	app_connect(&d);
	out(&d, "SEWA 0:0(0)");
	pass_ms(&d, 1000);
	out(&d, "SEWA 0:0(0)");
	pass_ms(&d, 2000);
	out(&d, "S 0:0(0)");
	in(&d, "S.W 0:0(0) ack 1 win 65535");
	out(&d, ".W 1:1(0) ack 1");
	assert_true(sends_ect(&d));
}

static void the_syn_ack_falls_back_in_two_steps(void **state)
{
	struct dialogue d = asked();

	(void)state;
	pass_ms(&d, 1000);
	out(&d, "S.W 0:0(0) ack 1 <mss 1000>"); /* without the option */
	pass_ms(&d, 2000);
	out(&d, "S. 0:0(0) ack 1 <mss 1000>");
	fired(&d, RULE_ACCECN_SYN_ACK_PLAIN);
	in(&d, ". 1:1(0) ack 1 win 65535");
	assert_int_equal(d.tcb.ecn.mode, ECN_ACCURATE);
	assert_false(sends_ect(&d));
	assert_int_equal(d.last.flags & (AE | CWR | ECE), AE | ECE); /* still counts: 5 */
}

static void a_server_that_gets_a_syn_without_ecn_sends_no_ect_but_counts(void **state)
{
	struct dialogue d = asked();

	(void)state;
	in(&d, "S 0:0(0) win 65535 <mss 1000>");
	out(&d, ".EA 1:1(0) ack 1");
	in(&d, ".W 1:1(0) ack 1 win 65535");
	assert_false(sends_ect(&d));
	in_as(&d, CE, ".EA 1:11(10) ack 1 win 65535");
	out(&d, ".WA 11:11(0) ack 11 <accecn0 e0b 1 ceb 10>");
}

static void both_kinds_in_one_handshake_reset_it(void **state)
{
	struct dialogue d = asked();

	(void)state;
	in(&d, "SEW 0:0(0) win 65535 <mss 1000>");
	fired(&d, RULE_ACCECN_MIXED);
	out(&d, "R 1:1(0)");
	in_state(&d, CLOSED);
}

static void the_latest_syn_is_the_one_that_is_told_of(void **state)
{
	struct dialogue d = asked();

	(void)state;
	in_as(&d, CE, "SEWA 0:0(0) win 65535 <mss 1000>");
	assert_true(out_any(&d));
	pass_ms(&d, 1000);
	out(&d, "S.WA 0:0(0) ack 1");
}

static void both_ends_may_open_at_once(void **state)
{
	struct dialogue d = dialogue_with_ecn(ECN_ACCURATE);

	(void)state;
	app_connect(&d);
	out(&d, "SEWA 0:0(0)");
	in_as(&d, ECT0, "SEWA 0:0(0) win 65535 <mss 1000>");
	out(&d, "S.A 0:0(0) ack 1");
	in(&d, "S.W 0:0(0) ack 1 win 65535 <mss 1000>");
	out(&d, ".W 1:1(0) ack 1");
	assert_int_equal(d.tcb.ecn.mode, ECN_ACCURATE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_syn_ack_decides_the_mode_of_a_client),
		cmocka_unit_test(the_syn_decides_the_mode_of_a_server),
		cmocka_unit_test(the_syn_ack_tells_how_the_syn_arrived),
		cmocka_unit_test(the_ack_tells_how_the_syn_ack_arrived),
		cmocka_unit_test(a_server_reads_that_ack),
		cmocka_unit_test(text_instead_of_that_ack_is_read_as_a_count),
		cmocka_unit_test(the_third_syn_does_not_ask_but_a_client_may_still_send_ect),
		cmocka_unit_test(the_syn_ack_falls_back_in_two_steps),
		cmocka_unit_test(a_server_that_gets_a_syn_without_ecn_sends_no_ect_but_counts),
		cmocka_unit_test(both_kinds_in_one_handshake_reset_it),
		cmocka_unit_test(the_latest_syn_is_the_one_that_is_told_of),
		cmocka_unit_test(both_ends_may_open_at_once),
	};

	return DIALOGUE_RUN("accecn handshake", tests);
}
