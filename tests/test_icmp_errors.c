/* What the network says of our segments, and what TCP makes of it.
 * RFC 9293 §3.9.2.2, RFC 5461, RFC 5927. */
#include "tests/dialogue.h"

/* Both kinds of IP, by type and code. */
struct message {
	uint8_t version;
	uint8_t type;
	uint8_t code;
	enum network_error error;
};

static const struct message soft[] = {
	{4, 3, 0, ERROR_NET_UNREACHABLE},     {4, 3, 1, ERROR_HOST_UNREACHABLE},
	{4, 3, 5, ERROR_SOURCE_ROUTE_FAILED}, {4, 3, 13, ERROR_PROHIBITED},
	{4, 11, 0, ERROR_TIME_EXCEEDED},      {4, 11, 1, ERROR_TIME_EXCEEDED},
	{4, 12, 0, ERROR_PARAMETER_PROBLEM},  {6, 1, 0, ERROR_NET_UNREACHABLE},
	{6, 1, 3, ERROR_HOST_UNREACHABLE},    {6, 3, 0, ERROR_TIME_EXCEEDED},
	{6, 3, 1, ERROR_TIME_EXCEEDED},       {6, 4, 0, ERROR_PARAMETER_PROBLEM},
	{6, 4, 1, ERROR_PARAMETER_PROBLEM},   {6, 4, 2, ERROR_PARAMETER_PROBLEM},
};

static const struct message hard[] = {
	{4, 3, 2, ERROR_PROTOCOL_UNREACHABLE},
	{4, 3, 3, ERROR_PORT_UNREACHABLE},
	{6, 1, 1, ERROR_PROHIBITED},
	{6, 1, 4, ERROR_PORT_UNREACHABLE},
};

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static struct dialogue connecting(const struct message *m, const char *profile)
{
	struct dialogue d;

	dialogue_speaks_ip(m->version);
	d = dialogue_new();
	if (profile != NULL) {
		uint32_t isn = d.profile.isn;

		assert_true(profile_named(profile, &d.profile));
		d.profile.isn_fixed = true;
		d.profile.isn = isn;
	}
	app_connect(&d);
	out(&d, "S 0:0(0)");
	dialogue_speaks_ip(4);
	return d;
}

static struct dialogue with_text_under_way(const struct message *m)
{
	struct dialogue d;

	dialogue_speaks_ip(m->version);
	d = established();
	app_send(&d, 100);
	out(&d, "P. 1:101(100) ack 1");
	dialogue_speaks_ip(4);
	return d;
}

/* ---- soft errors ---- */

static void soft_error_is_told_and_ends_nothing(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(soft); i++) {
		struct dialogue d = with_text_under_way(&soft[i]);

		icmp(&d, soft[i].type, soft[i].code, 0, 1);
		fired(&d, RULE_SOFT_ERROR);
		assert_true(d.notices & NOTICE_SOFT_ERROR);
		assert_int_equal(d.tcb.path.error, soft[i].error);
		in_state(&d, ESTABLISHED);
		silent(&d);
		pass_ms(&d, 1000);
		out(&d, "P. 1:101(100) ack 1"); /* it goes on trying */
	}
}

static void soft_error_does_not_end_an_open(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(soft); i++) {
		struct dialogue d = connecting(&soft[i], NULL);

		icmp(&d, soft[i].type, soft[i].code, 0, 0);
		fired(&d, RULE_SOFT_ERROR);
		in_state(&d, SYN_SENT);
		pass_ms(&d, 1000);
		out(&d, "S 0:0(0)");
	}
}

static void soft_error_ends_an_open_of_linux(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(soft); i++) {
		struct dialogue d = connecting(&soft[i], "linux");

		icmp(&d, soft[i].type, soft[i].code, 0, 0);
		fired(&d, RULE_SOFT_ERROR_ENDS_OPEN);
		in_state(&d, CLOSED);
		assert_int_equal(d.tcb.ending, ENDING_UNREACHABLE);
		assert_int_equal(d.tcb.path.error, soft[i].error);
	}
}

static void soft_error_is_forgotten_when_an_ack_brings_progress(void **state)
{
	struct dialogue d = with_text_under_way(&soft[1]);

	(void)state;
	icmp(&d, 3, 1, 0, 1);
	assert_int_equal(d.tcb.path.error, ERROR_HOST_UNREACHABLE);
	in(&d, ". 1:1(0) ack 101 win 65535");
	assert_int_equal(d.tcb.path.error, ERROR_NONE);
}

static void soft_error_is_told_with_the_time_out(void **state)
{
	struct dialogue d = dialogue_new();

	(void)state;
	d.profile.syn_r2 = nanos_from_s(1);
	app_connect(&d);
	out(&d, "S 0:0(0)");
	icmp(&d, 3, 0, 0, 0);
	pass_ms(&d, 1000);
	in_state(&d, CLOSED);
	assert_int_equal(d.tcb.ending, ENDING_TIMED_OUT);
	assert_int_equal(d.tcb.path.error, ERROR_NET_UNREACHABLE);
	fired(&d, RULE_TIMEOUT_AFTER_ERROR);
}

/* ---- hard errors ---- */

static void hard_error_ends_an_open_with_its_reason(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(hard); i++) {
		struct dialogue d = connecting(&hard[i], NULL);

		icmp(&d, hard[i].type, hard[i].code, 0, 0);
		fired(&d, RULE_HARD_ERROR_ENDS_OPEN);
		in_state(&d, CLOSED);
		silent(&d);
		assert_true(d.notices & NOTICE_ENDED);
		assert_int_equal(d.tcb.ending, ENDING_UNREACHABLE);
		assert_int_equal(d.tcb.path.error, hard[i].error);
	}
}

static void hard_error_is_soft_where_the_connection_stands(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(hard); i++) {
		struct dialogue d = with_text_under_way(&hard[i]);

		icmp(&d, hard[i].type, hard[i].code, 0, 1);
		fired(&d, RULE_HARD_ERROR_SOFT);
		in_state(&d, ESTABLISHED);
		assert_true(d.notices & NOTICE_SOFT_ERROR);
		assert_int_equal(d.tcb.path.error, hard[i].error);
	}
}

static void hard_error_ends_a_connection_of_1981(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(hard); i++) {
		struct dialogue d = with_text_under_way(&hard[i]);

		d.profile.icmp_hard_ends = true;
		icmp(&d, hard[i].type, hard[i].code, 0, 1);
		fired(&d, RULE_HARD_ERROR_ENDS);
		in_state(&d, CLOSED);
		silent(&d);
		assert_int_equal(d.tcb.ending, ENDING_UNREACHABLE);
	}
}

/* As after a RST: MUST-11. */
static void hard_error_about_our_syn_ack_returns_to_listen(void **state)
{
	struct dialogue d = listening();

	(void)state;
	in(&d, "S 0:0(0) win 9");
	out(&d, "S. 0:0(0) ack 1");
	icmp(&d, 3, 3, 0, 0);
	in_state(&d, LISTEN);
	silent(&d);
	in(&d, "S 0:0(0) win 9");
	out(&d, "S. 0:0(0) ack 1");
}

static void hard_error_returns_to_the_time_wait_that_a_syn_left(void **state)
{
	struct dialogue d = listening();

	(void)state;
	in(&d, "S 0:0(0) win 3000 <mss 1000>");
	out(&d, "S. 0:0(0) ack 1");
	in(&d, ". 1:1(0) ack 1 win 3000");
	app_close(&d);
	out(&d, "F. 1:1(0) ack 1");
	in(&d, "F. 1:1(0) ack 2 win 3000");
	out(&d, ". 2:2(0) ack 2");
	in_state(&d, TIME_WAIT);
	in(&d, "S 100:100(0) win 3000");
	assert_true(out_any(&d));
	in_state(&d, SYN_RECEIVED);
	icmp(&d, 3, 3, 0, d.tcb.snd.iss.v - d.profile.isn);
	in_state(&d, TIME_WAIT);
}

/* ---- whether it is believed ---- */

static void error_counts_only_from_snd_una_to_snd_nxt(void **state)
{
	static const struct {
		uint32_t seq;
		bool counts;
	} quotes[] = {{100, false}, {101, true},         {102, true}, {300, true},
		      {301, false}, {0x80000000, false}, {0, false},  {-1u, false}};

	(void)state;
	for (size_t i = 0; i < COUNT(quotes); i++) {
		struct dialogue d = established();

		app_send(&d, 100);
		out(&d, "P. 1:101(100) ack 1");
		in(&d, ". 1:1(0) ack 101 win 65535");
		app_send(&d, 200);
		out(&d, "P. 101:301(200) ack 1");
		icmp(&d, 3, 1, 0, quotes[i].seq);
		assert_int_equal(d.rules[RULE_SOFT_ERROR], quotes[i].counts);
		assert_int_equal(d.rules[RULE_ICMP_NOT_UNDER_WAY], !quotes[i].counts);
		assert_int_equal(d.tcb.path.error,
				 quotes[i].counts ? ERROR_HOST_UNREACHABLE : ERROR_NONE);
	}
}

static void with_nothing_under_way_no_error_counts(void **state)
{
	(void)state;
	for (uint32_t seq = 0; seq < 4; seq++) {
		struct dialogue d = established();

		icmp(&d, 3, 3, 0, seq);
		fired(&d, RULE_ICMP_NOT_UNDER_WAY);
		in_state(&d, ESTABLISHED);
	}
}

static void the_profile_of_1981_believes_any_number(void **state)
{
	struct dialogue d = established();

	(void)state;
	d.profile.icmp_any_seq = true;
	d.profile.icmp_hard_ends = true;
	icmp(&d, 3, 2, 0, 12345678);
	in_state(&d, CLOSED);
}

static void source_quench_changes_nothing(void **state)
{
	struct dialogue d = established();
	struct tcb before;

	(void)state;
	app_send(&d, 3000);
	out_rest(&d);
	before = d.tcb;
	icmp(&d, 4, 0, 0, 1);
	fired(&d, RULE_SOURCE_QUENCH);
	assert_memory_equal(&d.tcb, &before, sizeof before);
	assert_int_equal(d.notices, 0);
}

/* Redirects and echoes never get here; this is a code that nobody has defined. */
static void what_means_nothing_changes_nothing(void **state)
{
	struct dialogue d = with_text_under_way(&soft[0]);
	struct tcb before = d.tcb;

	(void)state;
	icmp(&d, 3, 99, 0, 1);
	icmp(&d, 11, 2, 0, 1);
	fired(&d, RULE_ICMP_UNKNOWN);
	assert_memory_equal(&d.tcb, &before, sizeof before);
}

static void nobody_is_told_in_listen(void **state)
{
	struct dialogue d = listening();

	(void)state;
	icmp(&d, 3, 3, 0, 0);
	fired(&d, RULE_ICMP_NOT_UNDER_WAY);
	in_state(&d, LISTEN);
}

static void every_error_has_words(void **state)
{
	(void)state;
	for (int error = 0; error < NETWORK_ERROR_COUNT; error++)
		assert_true(network_error_text((enum network_error)error)[0] != '\0');
}

/* RFC 1122 §3.2.2.1 and RFC 1812 §5.2.7.1: the rows of the table that share their meaning. */
static void each_code_of_unreachable_has_its_meaning(void **state)
{
	static const enum network_error means[18] = {
		ERROR_NET_UNREACHABLE,
		ERROR_HOST_UNREACHABLE,
		ERROR_PROTOCOL_UNREACHABLE,
		ERROR_PORT_UNREACHABLE,
		ERROR_TOO_BIG,
		ERROR_SOURCE_ROUTE_FAILED,
		ERROR_NET_UNREACHABLE,
		ERROR_HOST_UNREACHABLE,
		ERROR_HOST_UNREACHABLE,
		ERROR_PROHIBITED,
		ERROR_PROHIBITED,
		ERROR_HOST_UNREACHABLE,
		ERROR_HOST_UNREACHABLE,
		ERROR_PROHIBITED,
		ERROR_PROHIBITED,
		ERROR_PROHIBITED,
		ERROR_NONE,
		ERROR_NONE,
	};

	(void)state;
	for (uint8_t code = 0; code < 18; code++) {
		struct icmp_error icmp = {
			.quoted_src = {.address = {.version = 4}}, .type = 3, .code = code};

		assert_int_equal(tcp_icmp_means(&icmp), means[code]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(soft_error_is_told_and_ends_nothing),
		cmocka_unit_test(soft_error_does_not_end_an_open),
		cmocka_unit_test(soft_error_ends_an_open_of_linux),
		cmocka_unit_test(soft_error_is_forgotten_when_an_ack_brings_progress),
		cmocka_unit_test(soft_error_is_told_with_the_time_out),
		cmocka_unit_test(hard_error_ends_an_open_with_its_reason),
		cmocka_unit_test(hard_error_is_soft_where_the_connection_stands),
		cmocka_unit_test(hard_error_ends_a_connection_of_1981),
		cmocka_unit_test(hard_error_about_our_syn_ack_returns_to_listen),
		cmocka_unit_test(hard_error_returns_to_the_time_wait_that_a_syn_left),
		cmocka_unit_test(error_counts_only_from_snd_una_to_snd_nxt),
		cmocka_unit_test(with_nothing_under_way_no_error_counts),
		cmocka_unit_test(the_profile_of_1981_believes_any_number),
		cmocka_unit_test(source_quench_changes_nothing),
		cmocka_unit_test(what_means_nothing_changes_nothing),
		cmocka_unit_test(nobody_is_told_in_listen),
		cmocka_unit_test(every_error_has_words),
		cmocka_unit_test(each_code_of_unreachable_has_its_meaning),
	};

	return DIALOGUE_RUN("icmp errors", tests);
}
