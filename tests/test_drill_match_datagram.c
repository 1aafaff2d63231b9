/* ICMP, UDP, and packets as they are told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "tests/matching.h"

/* ---- ICMP and UDP ---- */

static void icmp_quotes_what_the_machine_sent(void **state)
{
	struct packet_spec s = {.kind = SPEC_ICMP,
				.icmp_type = "unreachable",
				.icmp_code = "frag_needed",
				.icmp_mtu = 1200,
				.quotes = true,
				.quoted = SPEC_TCP};
	struct packet p;

	(void)state;
	shaken();
	s.tcp.seq = seq_of(1);
	s.tcp.len = 1460;
	p = composed(&s);
	assert_int_equal(p.kind, PACKET_ICMP_ERROR);
	assert_int_equal(p.icmp.type, 3);
	assert_int_equal(p.icmp.code, 4);
	assert_int_equal(p.icmp.mtu, 1200);
	assert_int_equal(p.icmp.quoted_seq.v, machine_isn + 1);
	assert_int_equal(p.icmp.quoted_len, 1500);
	assert_int_equal(p.icmp.quoted_src.port, 8080);
	assert_int_equal(p.icmp.quoted_dst.port, FIRST_REMOTE_PORT);
	assert_true(address_eq(&p.icmp.quoted_src.address, &matching.settings.addresses.local));
}

static void icmp_of_ipv6_has_numbers_of_its_own(void **state)
{
	struct packet_spec s = {.kind = SPEC_ICMP,
				.icmp_type = "packet_too_big",
				.icmp_mtu = 1280,
				.quotes = true,
				.quoted = SPEC_TCP};
	struct packet p;

	(void)state;
	assert_true(address_parse(&matching.settings.addresses.local, "fd3d::1"));
	assert_true(address_parse(&matching.settings.addresses.remote, "fd3d::2"));
	p = composed(&s);
	assert_int_equal(p.icmp.type, 2);
	assert_int_equal(p.icmp.mtu, 1280);
	s.icmp_type = "source_quench";
	assert_int_equal(match_compose(matching.match, &s, matching.bytes, sizeof matching.bytes,
				       &matching.why),
			 0);
	assert_string_equal(matching.why.text, "ICMP of IPv6 has no message \"source_quench\"");
}

static void icmp_has_words_and_numbers(void **state)
{
	uint8_t numbers[2];

	(void)state;
	assert_true(icmp_named(4, "unreachable", "port_unreachable", numbers));
	assert_int_equal(numbers[0], 3);
	assert_int_equal(numbers[1], 3);
	assert_true(icmp_named(4, "type_3", "code_9", numbers));
	assert_int_equal(numbers[1], 9);
	assert_true(icmp_named(6, "unreachable", "port_unreachable", numbers));
	assert_int_equal(numbers[0], 1);
	assert_int_equal(numbers[1], 4);
	assert_false(icmp_named(4, "unreachable", "no_route", numbers));
	assert_false(icmp_named(4, "type_256", NULL, numbers));
	assert_string_equal(icmp_code_word(4, 3, 4), "frag_needed");
	assert_null(icmp_type_word(6, 200));
}

static void udp_has_ports_and_a_length(void **state)
{
	struct packet_spec s = {.kind = SPEC_UDP, .udp_len = 100, .icmp_mtu = -1};
	size_t len = match_compose(matching.match, &s, matching.bytes, sizeof matching.bytes,
				   &matching.why);

	(void)state;
	assert_int_equal(len, 20 + 8 + 100);
	assert_int_equal(matching.bytes[9], 17);
	assert_int_equal(get_be16(matching.bytes + 20), 8080);
	assert_int_equal(get_be16(matching.bytes + 24), 108);
	s.udp_len = 99;
	assert_int_equal(match_outbound(matching.match, &s, matching.bytes, len, &matching.why),
			 MATCHING_NOT);
	assert_string_equal(matching.why.text, "the length is 100; the script expects 99");
	s.udp_len = 100;
	assert_int_equal(match_outbound(matching.match, &s, matching.bytes, len, &matching.why),
			 MATCHING);
}

/* ---- telling ---- */

static const char *told(size_t len, bool outbound)
{
	static char buf[400];
	struct text t = text_in(buf, sizeof buf);

	match_tell(matching.match, matching.bytes, len, outbound, &t);
	return buf;
}

static void a_packet_is_told_in_numbers_of_the_script(void **state)
{
	size_t len;

	(void)state;
	shaken();
	len = machine_sends("P. 4294967281:85(100) ack 101 win 8 <nop,nop,sack 1 {1101:2101}>");
	assert_string_equal(told(len, true), "> P. 1:101(100) ack 1 win 8 "
					     "<nop,nop,sack 1001:2001>");
	len = machine_sends_between("R 5:5(0) win 0", 8080, 9);
	assert_string_equal(told(len, true), "> 8080 > 9: R 5:5(0) win 0");
	assert_string_equal(told(0, true), "> 0 octets: the bytes end inside a header");
}

static void a_packet_that_is_too_long_is_none(void **state)
{
	struct packet_spec s = spec_of("P. 1:65501(65500) ack 1 win 8");

	(void)state;
	assert_int_equal(match_compose(matching.match, &s, matching.bytes, 65535, &matching.why),
			 0);
	assert_string_equal(matching.why.text,
			    "a packet with 65500 octets of text is longer than IP can have it");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CLAIM(icmp_quotes_what_the_machine_sent),
		CLAIM(icmp_of_ipv6_has_numbers_of_its_own),
		CLAIM(icmp_has_words_and_numbers),
		CLAIM(udp_has_ports_and_a_length),
		CLAIM(a_packet_is_told_in_numbers_of_the_script),
		CLAIM(a_packet_that_is_too_long_is_none),
	};

	return cmocka_run_group_tests_name("drill_match_datagram", tests, NULL, NULL);
}
