/* The language of drill scripts: packets, as they are read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>

#include "tests/script_read.h"

static void flags_are_letters_a_point_and_the_ace_counter(void **state)
{
	static const struct {
		const char *text;
		uint16_t flags;
		bool ace;
	} flags[] = {
		{"-", 0, false},
		{".", ACK, false},
		{"S", SYN, false},
		{"FRPU.", FIN | RST | PSH | URG | ACK, false},
		{"SEWA", SYN | ECE | CWR | AE, false},
		{".0", ACK, true},
		{".5", ACK | AE | ECE, true},
		{"P.7", PSH | ACK | AE | CWR | ECE, true},
		{"S2", SYN | CWR, true},
		{"5.", ACK | AE | ECE, true}, /* as older scripts have it */
		{"P2.", PSH | ACK | CWR, true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
		const struct packet_spec *p;
		char text[64];

		snprintf(text, sizeof text, "0 > %s 1:1(0)", flags[i].text);
		p = packet_of(text);
		assert_int_equal(p->tcp.flags, flags[i].flags);
		assert_int_equal(p->ace_said, flags[i].ace);
	}
}

static void a_segment_has_its_numbers(void **state)
{
	const struct packet_spec *p =
		packet_of("0 < 8080 > 49152 PU. 4294967290:4(10) ack 4294967295 win 65535 urg 7");

	(void)state;
	assert_int_equal(p->kind, SPEC_TCP);
	assert_false(p->outbound);
	assert_int_equal(p->tcp.src_port, 8080);
	assert_int_equal(p->tcp.dst_port, 49152);
	assert_int_equal(p->tcp.seq.v, 4294967290);
	assert_int_equal(p->tcp.len, 10);
	assert_int_equal(p->tcp.ack.v, 4294967295);
	assert_int_equal(p->tcp.wnd, 65535);
	assert_int_equal(p->tcp.up, 7);
	assert_false(p->no_window);
	p = packet_of("0 > . 1:65536(65535)");
	assert_true(p->outbound);
	assert_int_equal(p->tcp.len, 65535);
	assert_true(p->no_window);
	assert_true(packet_of("0 > . 5:5(0)! ack 1")->absolute_seq);
	p = packet_of("0 > . ...(100) ack 1");
	assert_true(p->any_seq);
	assert_int_equal(p->tcp.len, 100);
}

static void marks_of_the_ip_header_are_read(void **state)
{
	const struct packet_spec *p;

	(void)state;
	assert_int_equal(packet_of("0 > . 1:1(0)")->mark, MARK_NONE);
	assert_int_equal(packet_of("0 > [noecn] . 1:1(0)")->ecn, NOT_ECT);
	assert_int_equal(packet_of("0 > [ect0] . 1:1(0)")->ecn, ECT0);
	assert_int_equal(packet_of("0 > (ect1) . 1:1(0)")->ecn, ECT1);
	p = packet_of("0 > [ecn ce] . 1:1(0)");
	assert_int_equal(p->ecn, CE);
	assert_int_equal(p->mark, MARK_ECN);
	assert_int_equal(packet_of("0 > [ect01] . 1:1(0)")->mark, MARK_ECT01);
	p = packet_of("0 > [tos 0x13, flowlabel 0xabcde, ttl 64] . 1:1(0)");
	assert_int_equal(p->mark, MARK_TOS);
	assert_int_equal(p->traffic_class, 0x13);
	assert_int_equal(p->flow_label, 0xabcde);
	assert_true(p->flow_label_said);
	assert_int_equal(p->ttl, 64);
	assert_int_equal(packet_of("0 > [class 0x02, hlim 255] . 1:1(0)")->ttl, 255);
	p = packet_of("0 > [dscp AF11] . 1:1(0)");
	assert_int_equal(p->mark, MARK_DSCP);
	assert_int_equal(p->traffic_class, 10 << 2);
	p = packet_of("0 > [dscp 0x2e, ecn ce, ttl 1] . 1:1(0)");
	assert_int_equal(p->mark, MARK_TOS);
	assert_int_equal(p->traffic_class, 46 << 2 | CE);
	assert_int_equal(packet_of("0 > [dscp ef, ecn ect01] . 1:1(0)")->mark, MARK_DSCP_ECT01);
}

/* The octets as two hexadecimal digits each. */
static void options_are(const char *options, const char *octets)
{
	const struct options *o;
	char text[256];
	char hex[2 * OPTIONS_LEN_MAX + 1] = "";

	snprintf(text, sizeof text, "0 > S 1:1(0) <%s>", options);
	o = &packet_of(text)->tcp.options;
	for (unsigned i = 0; i < o->len; i++)
		snprintf(hex + 2 * i, 3, "%02x", (unsigned)o->bytes[i]);
	assert_string_equal(hex, octets);
}

static void options_are_octets_in_their_order(void **state)
{
	(void)state;
	options_are("mss 1460,sackOK,TS val 100 ecr 4294967295,nop,wscale 8",
		    "020405b40402080a00000064ffffffff01030308");
	options_are("nop,nop,eol,eol", "01010000");
	options_are("nop,nop,sack 1:2 4294967295:0", "0101051200000001"
						     "00000002ffffffff00000000");
	options_are("FO,nop,nop", "22020101");
	options_are("FO 0123456789abcdef,nop,nop", "220a0123456789abcdef0101");
	options_are("FOEXP,nop,nop,nop,nop", "fe04f98901010101");
	options_are("exp-FO abcd,nop,nop", "fe06f989abcd0101");
	options_are("md5 000102030405060708090a0b0c0d0e0f,nop,nop",
		    "1312000102030405060708090a0b0c0d0e0f0101");
	options_are("ECN e0b 1 ceb 2 e1b 3,nop", "ac0b00000100000200000301");
	options_are("ECN e1b 1 ceb 0 e0b 16777215,nop", "ae0b000001000000ffffff01");
	options_are("AccECN0 EE0B 1 ECEB 2", "ac08000001000002");
	options_are("AccECN1,nop,nop", "ae020101");
	options_are("exp-AccECN1 EE1B 9,nop", "fe07acc100000901");
	options_are("exp-TARR,exp-TARR 10,nop,nop", "fe0400acfe0600ac01400101");
	options_are("uto 90s,uto 5m", "1c04005a1c048005");
	options_are("unknown-253 0x0102,unknown-9,malformed 0203", "fd04010209020203");
}

static void options_have_their_meaning_too(void **state)
{
	const struct packet_spec *p = packet_of("0 > . 1:1(0) <nop,nop,TS val 7 ecr 8>");

	(void)state;
	assert_true(p->tcp.options.has & HAS_TIMESTAMPS);
	assert_int_equal(p->tcp.options.ts_val, 7);
	assert_false(p->any_ts_val || p->absolute_ts_ecr || p->any_options);
	p = packet_of("0 > . 1:1(0) <nop,nop,TS val ... ecr 8!>");
	assert_true(p->any_ts_val && p->absolute_ts_ecr);
	assert_int_equal(p->tcp.options.ts_ecr, 8);
	p = packet_of("0 > S 1:1(0) <nop,wscale *>");
	assert_true(p->any_wscale);
	assert_int_equal(p->tcp.options.bytes[3], 0);
	p = packet_of("0 > . 1:1(0) <...>");
	assert_true(p->any_options);
	assert_true(packet_of("0 > S 1:1(0) <FOEXP,nop,nop,nop,nop>")->fast_open_experimental);
	assert_false(packet_of("0 > S 1:1(0) <FO,nop,nop>")->fast_open_experimental);
}

static void udp_and_icmp_are_packets_too(void **state)
{
	const struct packet_spec *p = packet_of("0 < 5 > 6 udp (1000)");

	(void)state;
	assert_int_equal(p->kind, SPEC_UDP);
	assert_int_equal(p->udp_len, 1000);
	assert_int_equal(p->tcp.src_port, 5);
	p = packet_of("0 < [ttl 1] icmp unreachable frag_needed mtu 1300 [1:1001(1000)]");
	assert_int_equal(p->kind, SPEC_ICMP);
	assert_string_equal(p->icmp_type, "unreachable");
	assert_string_equal(p->icmp_code, "frag_needed");
	assert_int_equal(p->icmp_mtu, 1300);
	assert_true(p->quotes);
	assert_int_equal(p->quoted, SPEC_TCP);
	assert_int_equal(p->tcp.seq.v, 1);
	assert_int_equal(p->tcp.len, 1000);
	p = packet_of("0 > icmp echo_request id 7");
	assert_null(p->icmp_code);
	assert_int_equal(p->icmp_mtu, -1);
	assert_int_equal(p->icmp_id, 7);
	assert_false(p->quotes);
	p = packet_of("0 < icmp packet_too_big mtu 1280 [udp (99)]");
	assert_int_equal(p->quoted, SPEC_UDP);
	assert_int_equal(p->udp_len, 99);
	assert_int_equal(packet_of("0 < icmp source_quench [raw (9)]")->quoted, SPEC_RAW);
}

static void headers_around_a_packet_are_kept_as_text(void **state)
{
	const struct packet_spec *p;

	(void)state;
	assert_null(packet_of("0 > . 1:1(0)")->encapsulation);
	assert_string_equal(
		packet_of("0 > ipv4 [ttl 5] 1.1.1.1 > 2.2.2.2: gre: S 1:1(0)")->encapsulation,
		"ipv4 [ttl 5] 1.1.1.1 > 2.2.2.2: gre:");
	assert_string_equal(packet_of("0 < ipv6 fd00::1 > fd00::2 : . 1:1(0)")->encapsulation,
			    "ipv6 fd00::1 > fd00::2 :");
	p = packet_of("0 < mpls (label 1, tc 0, [S], ttl 2): udp (1)");
	assert_string_equal(p->encapsulation, "mpls (label 1, tc 0, [S], ttl 2):");
	assert_int_equal(p->kind, SPEC_UDP);
	assert_string_equal(packet_of("0 < encap psp spi 12, vc 0x5 . 1:1(0) ack 1")->encapsulation,
			    "encap psp spi 12, vc 0x5");
}
/* "[1:1(0)] icmp …" and "icmp … [1:1(0)]" are one message. */
static void what_icmp_is_about_may_be_said_first(void **state)
{
	const struct packet_spec *p;

	(void)state;
	p = packet_of("0 < [ 7:7(0)] icmp unreachable frag_needed mtu 1300");
	assert_int_equal(p->kind, SPEC_ICMP);
	assert_true(p->quotes);
	assert_int_equal(p->tcp.seq.v, 7);
	assert_int_equal(p->icmp_mtu, 1300);
	assert_string_equal(p->icmp_code, "frag_needed");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_icmp_is_about_may_be_said_first),
		cmocka_unit_test(flags_are_letters_a_point_and_the_ace_counter),
		cmocka_unit_test(a_segment_has_its_numbers),
		cmocka_unit_test(marks_of_the_ip_header_are_read),
		cmocka_unit_test(options_are_octets_in_their_order),
		cmocka_unit_test(options_have_their_meaning_too),
		cmocka_unit_test(udp_and_icmp_are_packets_too),
		cmocka_unit_test(headers_around_a_packet_are_kept_as_text),
	};

	return cmocka_run_group_tests_name("drill_packets", tests, NULL, script_goes);
}
