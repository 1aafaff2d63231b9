/* A client of TCP Fast Open: asking for a cookie, text on the SYN. RFC 7413 §4.1.3, §4.2. */
#include "tests/dialogue.h"

#define COOKIE "0x0102030405060708"

static struct dialogue client(void)
{
	struct dialogue d = dialogue_new();

	d.profile.fast_open = true;
	return d;
}

static struct dialogue client_with_cookie(void)
{
	struct dialogue d = client();

	app_connect_fast(&d, 100);
	out(&d, "S 0:0(0) <mss 1000,tfo cookiereq>");
	in(&d, "S. 0:0(0) ack 1 win 65535 <mss 1000,tfo cookie " COOKIE ">");
	out(&d, "P. 1:101(100) ack 1");
	fired(&d, RULE_FAST_OPEN_COOKIE_KEPT);
	dialogue_begins_anew(&d);
	return d;
}

static void first_syn_asks_and_its_text_waits(void **state)
{
	struct dialogue d = client_with_cookie();

	(void)state;
	assert_int_equal(d.servers.servers[0].cookie_len, 8);
	assert_int_equal(d.servers.servers[0].mss, 1000);
}

static void next_syn_brings_cookie_and_text(void **state)
{
	struct dialogue d = client_with_cookie();

	(void)state;
	app_connect_fast(&d, 100);
	out(&d, "S 0:100(100) <mss 1000,tfo cookie " COOKIE ">");
	fired(&d, RULE_FAST_OPEN_SENT);
	in(&d, "S. 0:0(0) ack 101 win 65535 <mss 1000>");
	in_state(&d, ESTABLISHED);
	fired(&d, RULE_FAST_OPEN_TAKEN_WHOLE);
	out(&d, ". 101:101(0) ack 1");
	silent(&d);
	pass_ms(&d, 5000);
	silent(&d);
}

static void text_of_the_syn_fits_the_mss_that_is_remembered(void **state)
{
	struct dialogue d = client_with_cookie();

	(void)state;
	app_connect_fast(&d, 2500);
	out(&d, "S 0:960(960)");
	in(&d, "S. 0:0(0) ack 961 win 65535 <mss 1000>");
	out(&d, ". 961:1961(1000) ack 1");
	silent(&d); /* Nagle */
}

static void text_that_is_not_taken_goes_again_at_once(void **state)
{
	struct dialogue d = client_with_cookie();

	(void)state;
	app_connect_fast(&d, 100);
	out(&d, "S 0:100(100)");
	in(&d, "S. 0:0(0) ack 1 win 65535 <mss 1000>");
	fired(&d, RULE_FAST_OPEN_REFUSED);
	out(&d, "P. 1:101(100) ack 1");
	in(&d, ". 1:1(0) ack 101 win 65535");
	assert_int_equal(tcb_outstanding(&d.tcb), 0);
	/* And the server is left alone with it for a while. */
	dialogue_begins_anew(&d);
	app_connect_fast(&d, 100);
	fired(&d, RULE_FAST_OPEN_AVOIDED);
	out(&d, "S 0:0(0) <mss 1000>");
	dialogue_begins_anew(&d);
	d.now += nanos_from_s(601);
	app_connect_fast(&d, 100);
	out(&d, "S 0:100(100) <mss 1000,tfo cookie " COOKIE ">");
}

static void closed_window_does_not_lose_the_text(void **state)
{
	struct dialogue d = client_with_cookie();

	(void)state;
	app_connect_fast(&d, 100);
	out(&d, "S 0:100(100)");
	in(&d, "S. 0:0(0) ack 1 win 0 <mss 1000>");
	out_rest(&d);
	pass_ms(&d, 1000);
	out_rest(&d);
	in(&d, ". 1:1(0) ack 1 win 5000");
	out_rest(&d);
	in(&d, ". 1:1(0) ack 101 win 5000");
	assert_int_equal(tcb_outstanding(&d.tcb), 0);
}

static void new_cookie_takes_the_place_of_the_old(void **state)
{
	struct dialogue d = client_with_cookie();

	(void)state;
	app_connect_fast(&d, 100);
	out(&d, "S 0:100(100)");
	in(&d, "S. 0:0(0) ack 1 win 65535 <mss 1000,tfo cookie 0x1111111111111111>");
	out(&d, "P. 1:101(100) ack 1");
	dialogue_begins_anew(&d);
	app_connect_fast(&d, 100);
	out(&d, "S 0:100(100) <mss 1000,tfo cookie 0x1111111111111111>");
}

static void lost_syn_is_repeated_without_cookie_and_text(void **state)
{
	struct dialogue d = client_with_cookie();

	(void)state;
	app_connect_fast(&d, 100);
	out(&d, "S 0:100(100)");
	pass_ms(&d, 1000);
	out(&d, "S 0:0(0) <mss 1000>");
	silent(&d);
	fired(&d, RULE_FAST_OPEN_FALLBACK);
	in(&d, "S. 0:0(0) ack 1 win 65535 <mss 1000>");
	out(&d, "P. 1:101(100) ack 1");
	dialogue_begins_anew(&d);
	app_connect_fast(&d, 100);
	out(&d, "S 0:0(0) <mss 1000>");
}

static void answer_to_the_first_syn_may_still_come(void **state)
{
	struct dialogue d = client_with_cookie();

	(void)state;
	app_connect_fast(&d, 100);
	out(&d, "S 0:100(100)");
	pass_ms(&d, 1000);
	out(&d, "S 0:0(0)");
	in(&d, "S. 0:0(0) ack 101 win 65535 <mss 1000>");
	out(&d, ". 101:101(0) ack 1");
	silent(&d);
}

static void server_without_fast_open_is_not_asked_again(void **state)
{
	struct dialogue d = client();

	(void)state;
	app_connect_fast(&d, 100);
	out(&d, "S 0:0(0) <mss 1000,tfo cookiereq>");
	in(&d, "S. 0:0(0) ack 1 win 65535 <mss 1000>");
	fired(&d, RULE_FAST_OPEN_NO_COOKIE);
	out(&d, "P. 1:101(100) ack 1");
	dialogue_begins_anew(&d);
	app_connect_fast(&d, 100);
	out(&d, "S 0:0(0) <mss 1000>");
}

static void rst_refuses_as_ever(void **state)
{
	struct dialogue d = client_with_cookie();

	(void)state;
	app_connect_fast(&d, 100);
	out(&d, "S 0:100(100)");
	in(&d, "R. 0:0(0) ack 101 win 0");
	in_state(&d, CLOSED);
	assert_int_equal(d.tcb.ending, ENDING_REFUSED);
}

static void text_crosses_a_simultaneous_open(void **state)
{
	struct dialogue d = client_with_cookie();

	(void)state;
	app_connect_fast(&d, 100);
	out(&d, "S 0:100(100)");
	in(&d, "S 0:0(0) win 65535 <mss 1000>");
	out(&d, "S. 0:0(0) ack 1 <mss 1000>");
	in(&d, ". 1:1(0) ack 1 win 65535");
	in_state(&d, ESTABLISHED);
	out(&d, "P. 1:101(100) ack 1");
}

static void text_may_go_without_a_cookie(void **state)
{
	struct dialogue d = client();

	(void)state;
	d.profile.fast_open_blind = true;
	app_connect_fast(&d, 100);
	out(&d, "S 0:100(100) <mss 1000>");
	fired(&d, RULE_FAST_OPEN_BLIND);
	not_fired(&d, RULE_FAST_OPEN_SENT);
	in(&d, "S. 0:0(0) ack 101 win 65535 <mss 1000>");
	fired(&d, RULE_FAST_OPEN_TAKEN_WHOLE);
	assert_int_equal(d.tcb.fast_open.role, FAST_OPEN_TAKEN);
}

static void without_the_switch_nothing_changes(void **state)
{
	struct dialogue d = client_with_cookie();

	(void)state;
	d.profile.fast_open = false;
	app_connect_fast(&d, 100);
	out(&d, "S 0:0(0) <mss 1000>");
	in(&d, "S. 0:0(0) ack 1 win 65535 <mss 1000,tfo cookie " COOKIE ">");
	out(&d, "P. 1:101(100) ack 1");
	not_fired(&d, RULE_FAST_OPEN_COOKIE_KEPT);
}

static void sixteen_servers_are_remembered_and_the_oldest_is_forgotten(void **state)
{
	struct dialogue d = client();

	(void)state;
	for (uint8_t server = 2; server < 2 + 17; server++) {
		d.peer.address.bytes[3] = server;
		app_connect_fast(&d, 1);
		out(&d, "S 0:0(0) <mss 1000,tfo cookiereq>");
		in(&d, "S. 0:0(0) ack 1 win 65535 <mss 1000,tfo cookie " COOKIE ">");
		out_any(&d);
		dialogue_begins_anew(&d);
	}
	d.peer.address.bytes[3] = 3;
	app_connect_fast(&d, 1);
	out(&d, "S 0:1(1)");
	dialogue_begins_anew(&d);
	d.peer.address.bytes[3] = 2;
	app_connect_fast(&d, 1);
	out(&d, "S 0:0(0) <mss 1000,tfo cookiereq>");
}

static void client_does_the_same_over_ipv6(void **state)
{
	struct dialogue d = client_with_cookie();

	(void)state;
	over_ipv6(&d);
	app_connect_fast(&d, 100);
	out(&d, "S 0:0(0) <mss 1000,tfo cookiereq>");
	in(&d, "S. 0:0(0) ack 1 win 65535 <mss 1000,tfo cookie " COOKIE ">");
	out_any(&d);
	dialogue_begins_anew(&d);
	app_connect_fast(&d, 100);
	out(&d, "S 0:100(100) <mss 1000,tfo cookie " COOKIE ">");
}

/* What the server could take does not help where our own segments are smaller. */
static void text_of_the_syn_fits_our_own_segments_too(void **state)
{
	struct dialogue d = client_with_cookie();

	(void)state;
	d.profile.mss = 500;
	app_connect_fast(&d, 2500);
	out(&d, "S 0:460(460)");
}

/* It is known, and left alone for a while; then it is asked once more. */
static void a_server_that_gave_no_cookie_is_asked_again_later(void **state)
{
	struct dialogue d = client();

	(void)state;
	app_connect_fast(&d, 100);
	out(&d, "S 0:0(0) <mss 1000,tfo cookiereq>");
	in(&d, "S. 0:0(0) ack 1 win 65535 <mss 1000>");
	fired(&d, RULE_FAST_OPEN_NO_COOKIE);
	out(&d, "P. 1:101(100) ack 1");
	dialogue_begins_anew(&d);
	d.now += nanos_from_s(601);
	app_connect_fast(&d, 100);
	out(&d, "S 0:0(0) <mss 1000,tfo cookiereq>");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(first_syn_asks_and_its_text_waits),
		cmocka_unit_test(next_syn_brings_cookie_and_text),
		cmocka_unit_test(text_of_the_syn_fits_the_mss_that_is_remembered),
		cmocka_unit_test(text_that_is_not_taken_goes_again_at_once),
		cmocka_unit_test(closed_window_does_not_lose_the_text),
		cmocka_unit_test(new_cookie_takes_the_place_of_the_old),
		cmocka_unit_test(lost_syn_is_repeated_without_cookie_and_text),
		cmocka_unit_test(answer_to_the_first_syn_may_still_come),
		cmocka_unit_test(server_without_fast_open_is_not_asked_again),
		cmocka_unit_test(rst_refuses_as_ever),
		cmocka_unit_test(text_crosses_a_simultaneous_open),
		cmocka_unit_test(text_may_go_without_a_cookie),
		cmocka_unit_test(without_the_switch_nothing_changes),
		cmocka_unit_test(sixteen_servers_are_remembered_and_the_oldest_is_forgotten),
		cmocka_unit_test(client_does_the_same_over_ipv6),
		cmocka_unit_test(text_of_the_syn_fits_our_own_segments_too),
		cmocka_unit_test(a_server_that_gave_no_cookie_is_asked_again_later),
	};

	return DIALOGUE_RUN("fast open, client", tests);
}
