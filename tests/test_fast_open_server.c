/* A server of TCP Fast Open: giving cookies, text that comes with a SYN. RFC 7413 §4.1.2, §4.2. */
#include "tests/dialogue.h"

#include <stdio.h>
#include <string.h>

static struct dialogue server(void)
{
	struct dialogue d = listening();

	d.profile.fast_open_listen = true;
	return d;
}

/* A SYN with `text` octets and the cookie of the SYN,ACK sent last, or a request for one. */
static void syn(struct dialogue *d, unsigned text, const struct options *cookie)
{
	char line[120];
	size_t len = (size_t)snprintf(line, sizeof line, "S 0:%u(%u) win 3000 <mss 1000,tfo cookie",
				      text, text);

	if (cookie == NULL)
		len += (size_t)snprintf(line + len, sizeof line - len, "req");
	else
		len += (size_t)snprintf(line + len, sizeof line - len, " 0x");
	for (unsigned i = 0; cookie != NULL && i < cookie->fast_open_len; i++)
		len += (size_t)snprintf(line + len, sizeof line - len, "%02x",
					cookie->fast_open[i]);
	snprintf(line + len, sizeof line - len, ">");
	in(d, line);
}

/* Listens again, having given a cookie to its peer. */
static struct dialogue server_that_gave(struct options *cookie)
{
	struct dialogue d = server();

	syn(&d, 0, NULL);
	out(&d, "S. 0:0(0) ack 1");
	assert_int_equal(d.last.options.fast_open_len, 8);
	*cookie = d.last.options;
	fired(&d, RULE_FAST_OPEN_GIVES);
	dialogue_begins_anew(&d);
	memset(&d.listener, 0, sizeof d.listener);
	app_listen(&d);
	return d;
}

/* Ten octets came with the SYN of a client that has a cookie. */
static struct dialogue server_that_took_ten(void)
{
	struct options cookie;
	struct dialogue d = server_that_gave(&cookie);

	syn(&d, 10, &cookie);
	out(&d, "S. 0:0(0) ack 11");
	return d;
}

/* What its kernel gives 192.0.2.1 at 192.168.0.1, under the key of its own tests. */
static void cookies_may_be_those_of_linux(void **state)
{
	static const uint8_t expected[] = {0x30, 0x21, 0xb9, 0xd8, 0x89, 0x01, 0x7e, 0xeb};
	struct dialogue d = server();

	(void)state;
	d.profile.fast_open_linux = true;
	d.profile.fast_open_key[0] = UINT64_C(0xb2b2b2b2a1a1a1a1);
	d.profile.fast_open_key[1] = UINT64_C(0xd4d4d4d4c3c3c3c3);
	assert_true(address_parse(&d.us.address, "192.168.0.1"));
	assert_true(address_parse(&d.peer.address, "192.0.2.1"));
	syn(&d, 0, NULL);
	out(&d, "S. 0:0(0) ack 1");
	assert_int_equal(d.last.options.fast_open_len, sizeof expected);
	assert_memory_equal(d.last.options.fast_open, expected, sizeof expected);
}

static void text_is_delivered_before_the_handshake_is_done(void **state)
{
	struct options cookie;
	struct dialogue d = server_that_gave(&cookie);

	(void)state;
	syn(&d, 10, &cookie);
	in_state(&d, SYN_RECEIVED);
	fired(&d, RULE_FAST_OPEN_TAKEN);
	assert_int_equal(d.delivered, 10);
	assert_int_equal(d.notices, NOTICE_TEXT);
	assert_int_equal(d.listener.fast_open_pending, 1);
	out(&d, "S. 0:0(0) ack 11 <mss 1000>");
	app_receive(&d, 10);
	in(&d, ". 11:11(0) ack 1 win 3000");
	in_state(&d, ESTABLISHED);
	assert_int_equal(d.listener.fast_open_pending, 0);
	silent(&d);
	in(&d, "P. 11:21(10) ack 1 win 3000");
	assert_int_equal(d.delivered, 20);
}

static void server_answers_in_syn_received(void **state)
{
	struct dialogue d = server_that_took_ten();

	(void)state;
	app_send(&d, 1500);
	out(&d, ". 1:1001(1000) ack 11");
	in_state(&d, SYN_RECEIVED);
	in(&d, ". 11:11(0) ack 1 win 3000"); /* crosses the text */
	in_state(&d, ESTABLISHED);
	not_fired(&d, RULE_FAST_OPEN_REFUSED);
	in(&d, ". 11:11(0) ack 1001 win 3000");
	out(&d, "P. 1001:1501(500) ack 11");
}

static void answer_and_syn_are_acknowledged_together(void **state)
{
	struct dialogue d = server_that_took_ten();

	(void)state;
	app_send(&d, 50);
	out(&d, "P. 1:51(50) ack 11");
	in(&d, ". 11:11(0) ack 51 win 3000");
	in_state(&d, ESTABLISHED);
	assert_int_equal(tcb_outstanding(&d.tcb), 0);
}

static void lost_syn_ack_brings_the_answer_again_too(void **state)
{
	struct dialogue d = server_that_took_ten();

	(void)state;
	app_send(&d, 50);
	out(&d, "P. 1:51(50) ack 11");
	pass_ms(&d, 1000);
	out(&d, "S. 0:0(0) ack 11");
	silent(&d);
	in(&d, ". 11:11(0) ack 1 win 3000");
	out(&d, "P. 1:51(50) ack 11");
	fired(&d, RULE_FAST_OPEN_REFUSED);
}

static void close_waits_for_the_handshake(void **state)
{
	struct dialogue d = server_that_took_ten();

	(void)state;
	app_send(&d, 50);
	app_close(&d);
	silent(&d);
	in(&d, ". 11:11(0) ack 1 win 3000");
	in_state(&d, FIN_WAIT_1);
	out(&d, "FP. 1:51(50) ack 11");
}

static void text_beyond_the_window_is_left_for_later(void **state)
{
	struct options cookie;
	struct dialogue d = server_that_gave(&cookie);

	(void)state;
	app_close(&d);
	d.profile.receive_buffer = 100;
	app_listen(&d);
	syn(&d, 150, &cookie);
	assert_int_equal(d.delivered, 100);
	out(&d, "S. 0:0(0) ack 101 win 0");
}

static void bad_cookie_gets_a_new_one_and_its_text_is_dropped(void **state)
{
	struct options cookie;

	(void)state;
	for (unsigned i = 0; i < 9; i++) {
		struct dialogue d = server_that_gave(&cookie);
		struct options bad = cookie;

		if (i < 8)
			bad.fast_open[i] ^= 1;
		else
			d.peer.address.bytes[3]++; /* good, but of another */
		syn(&d, 10, &bad);
		fired(&d, RULE_FAST_OPEN_BAD_COOKIE);
		fired(&d, RULE_FAST_OPEN_TEXT_DROPPED);
		assert_int_equal(d.delivered, 0);
		assert_int_equal(d.tcb.rcv.held_count, 0);
		out(&d, "S. 0:0(0) ack 1");
		assert_int_equal(d.last.options.fast_open_len, 8);
		in(&d, "P. 1:11(10) ack 1 win 3000");
		assert_int_equal(d.delivered, 10);
		in_state(&d, ESTABLISHED);
	}
}

static void cookie_grows_old(void **state)
{
	struct options cookie;
	struct dialogue d = server_that_gave(&cookie);

	(void)state;
	d.now += nanos_from_s(3600); /* of the hour before: good, and renewed */
	syn(&d, 10, &cookie);
	fired(&d, RULE_FAST_OPEN_TAKEN);
	out(&d, "S. 0:0(0) ack 11");
	assert_int_equal(d.last.options.fast_open_len, 8);
	assert_memory_not_equal(d.last.options.fast_open, cookie.fast_open, 8);
	d = server_that_gave(&cookie);
	d.now += nanos_from_s(7200);
	syn(&d, 10, &cookie);
	fired(&d, RULE_FAST_OPEN_BAD_COOKIE);
}

static void pending_requests_are_limited(void **state)
{
	struct options cookie;
	struct dialogue d = server_that_gave(&cookie);

	(void)state;
	d.profile.fast_open_pending = 3;
	d.listener.fast_open_pending = 3;
	syn(&d, 10, &cookie);
	fired(&d, RULE_FAST_OPEN_LIMIT);
	assert_int_equal(d.delivered, 0);
	out(&d, "S. 0:0(0) ack 1 <mss 1000>");
}

/* Beyond that limit a cookie opens no door that is shut to others. */
static void beyond_the_limit_the_backlog_holds_for_all(void **state)
{
	struct options cookie;
	struct dialogue d = server_that_gave(&cookie);

	(void)state;
	d.profile.fast_open_pending = 3;
	d.listener.fast_open_pending = 3;
	d.profile.backlog = 1;
	d.listener.half_open = 1;
	syn(&d, 10, &cookie);
	fired(&d, RULE_BACKLOG_FULL);
	in_state(&d, LISTEN);
	silent(&d);
}

/* Else whoever gets our SYN,ACKs, and answers with RST, would make room for the next. */
static void rst_frees_its_place_a_minute_later(void **state)
{
	struct options cookie;
	struct dialogue d = server_that_gave(&cookie);

	(void)state;
	d.profile.fast_open_pending = 1;
	syn(&d, 10, &cookie);
	out(&d, "S. 0:0(0) ack 11");
	in(&d, "R 11:11(0) win 0");
	in_state(&d, CLOSED); /* not LISTEN: its application has the text */
	assert_int_equal(d.tcb.ending, ENDING_RESET);
	assert_int_equal(d.listener.fast_open_pending, 0);
	dialogue_begins_anew(&d);
	app_listen(&d);
	syn(&d, 10, &cookie);
	fired(&d, RULE_FAST_OPEN_LIMIT);
	out_any(&d);
	dialogue_begins_anew(&d);
	d.now += nanos_from_s(60);
	app_listen(&d);
	syn(&d, 10, &cookie);
	fired(&d, RULE_FAST_OPEN_TAKEN);
	out(&d, "S. 0:0(0) ack 11");
}

static void server_without_the_switch_keeps_the_text_until_the_handshake_is_done(void **state)
{
	struct options cookie;
	struct dialogue d = server_that_gave(&cookie);

	(void)state;
	d.profile.fast_open_listen = false;
	syn(&d, 10, &cookie);
	fired(&d, RULE_SYN_TEXT_HELD);
	out(&d, "S. 0:0(0) ack 1 <mss 1000>");
}

static void defences_give_cookies_and_let_them_in(void **state)
{
	(void)state;
	for (uint32_t defence = SYN_DEFENCE_CACHE; defence < SYN_DEFENCE_COUNT; defence++) {
		struct dialogue d = server();
		struct options cookie;

		d.profile.syn_defence = defence;
		d.profile.backlog = 1;
		d.listener.half_open = 1;
		syn(&d, 10, NULL);
		in_state(&d, LISTEN);
		out(&d, "S. 0:0(0) ack 1");
		assert_int_equal(d.last.options.fast_open_len, 8);
		cookie = d.last.options;
		d.has_iss = false;
		d.peer.port++;
		syn(&d, 10, &cookie);
		in_state(&d, SYN_RECEIVED);
		assert_int_equal(d.delivered, 10);
		out(&d, "S. 0:0(0) ack 11 <mss 1000>");
	}
}

static void server_does_the_same_over_ipv6(void **state)
{
	struct dialogue d = server();
	struct options cookie;

	(void)state;
	over_ipv6(&d);
	syn(&d, 0, NULL);
	out(&d, "S. 0:0(0) ack 1");
	cookie = d.last.options;
	dialogue_begins_anew(&d);
	app_listen(&d);
	syn(&d, 10, &cookie);
	assert_int_equal(d.delivered, 10);
	out(&d, "S. 0:0(0) ack 11");
}

/* The cookie costs no memory; all else that the SYN said is answered with it. */
static void a_cookie_beside_a_syn_cookie_forgets_no_option(void **state)
{
	struct dialogue d = server();

	(void)state;
	d.profile.syn_defence = SYN_DEFENCE_ALWAYS;
	d.profile.sack = true;
	d.profile.timestamps = true;
	in(&d, "S 0:0(0) win 3000 <mss 900,sackOK,TS val 70 ecr 0,tfo cookiereq>");
	out(&d, "S. 0:0(0) ack 1");
	assert_true(d.last.options.has & HAS_FAST_OPEN);
	assert_true(d.last.options.has & HAS_SACK_PERMITTED);
	assert_true(d.last.options.has & HAS_TIMESTAMPS);
}

/* One octet is text too. */
static void a_single_octet_without_a_cookie_is_told_to_come_again(void **state)
{
	struct dialogue d = server();

	(void)state;
	syn(&d, 1, NULL);
	out(&d, "S. 0:0(0) ack 1");
	fired(&d, RULE_FAST_OPEN_TEXT_DROPPED);
}

static void text_may_be_taken_from_anybody(void **state)
{
	struct dialogue d = server();

	(void)state;
	d.profile.fast_open_unchecked = true;
	in(&d, "S 0:10(10) win 3000 <mss 1000>");
	out(&d, "S. 0:0(0) ack 11 <mss 1000>");
	fired(&d, RULE_FAST_OPEN_UNCHECKED);
	assert_int_equal(d.delivered, 10);
	in(&d, ". 11:11(0) ack 1 win 3000");
	in_state(&d, ESTABLISHED);
	assert_int_equal(d.tcb.fast_open.role, FAST_OPEN_TOOK);
}

static void who_may_bring_text_and_brings_none_opens_as_ever(void **state)
{
	struct dialogue d = server();

	(void)state;
	d.profile.fast_open_unchecked = true;
	in(&d, "S 0:0(0) win 3000 <mss 1000>");
	out(&d, "S. 0:0(0) ack 1 <mss 1000>");
	not_fired(&d, RULE_FAST_OPEN_UNCHECKED);
	in(&d, ". 1:1(0) ack 1 win 3000");
	assert_int_equal(d.tcb.fast_open.role, FAST_OPEN_OFF);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cookies_may_be_those_of_linux),
		cmocka_unit_test(text_is_delivered_before_the_handshake_is_done),
		cmocka_unit_test(server_answers_in_syn_received),
		cmocka_unit_test(answer_and_syn_are_acknowledged_together),
		cmocka_unit_test(lost_syn_ack_brings_the_answer_again_too),
		cmocka_unit_test(close_waits_for_the_handshake),
		cmocka_unit_test(text_beyond_the_window_is_left_for_later),
		cmocka_unit_test(bad_cookie_gets_a_new_one_and_its_text_is_dropped),
		cmocka_unit_test(cookie_grows_old),
		cmocka_unit_test(pending_requests_are_limited),
		cmocka_unit_test(beyond_the_limit_the_backlog_holds_for_all),
		cmocka_unit_test(rst_frees_its_place_a_minute_later),
		cmocka_unit_test(
			server_without_the_switch_keeps_the_text_until_the_handshake_is_done),
		cmocka_unit_test(defences_give_cookies_and_let_them_in),
		cmocka_unit_test(server_does_the_same_over_ipv6),
		cmocka_unit_test(a_cookie_beside_a_syn_cookie_forgets_no_option),
		cmocka_unit_test(a_single_octet_without_a_cookie_is_told_to_come_again),
		cmocka_unit_test(text_may_be_taken_from_anybody),
		cmocka_unit_test(who_may_bring_text_and_brings_none_opens_as_ever),
	};

	return DIALOGUE_RUN("fast open, server", tests);
}
