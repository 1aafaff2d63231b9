/* The language of drill scripts: what is read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "script/script.h"
#include "script/symbols.h"

/* The script of the test that runs; it goes with the next. */
static struct script *script;

static const struct script_event *read_script(const char *text)
{
	struct error err = {""};

	script_free(script);
	script = script_parse("t.pkt", text, strlen(text), &err);
	if (!script)
		fail_msg("%s\n%s", err.text, text);
	return script->events;
}

static int end(void **state)
{
	(void)state;
	script_free(script);
	script = NULL;
	return 0;
}

static const struct packet_spec *packet(const char *text)
{
	const struct script_event *event = read_script(text);

	assert_int_equal(event->kind, EVENT_PACKET);
	return event->packet;
}

static const struct system_call *call(const char *text)
{
	const struct script_event *event = read_script(text);

	assert_int_equal(event->kind, EVENT_SYSTEM_CALL);
	return event->call;
}

/* ---- the head, comments, times ---- */

static void the_head_has_options_and_a_command(void **state)
{
	read_script(
		"// about\n--ip_version=ipv4 --mtu=1500 /* x */ --dry_run\n"
		"--local_ip=fd3d:fa7b:d17d::1\n--non_fatal=packet,syscall\n"
		"--file=\"a \\\"b\"\n`./defaults.sh\n sysctl x=1`\n0 close(3) = 0\n`clean up`\n");
	(void)state;
	assert_int_equal(script->option_count, 6);
	assert_string_equal(script->options[0].name, "ip_version");
	assert_string_equal(script->options[0].value, "ipv4");
	assert_int_equal(script->options[0].place.line, 2);
	assert_int_equal(script->options[0].place.column, 1);
	assert_string_equal(script->options[1].value, "1500");
	assert_string_equal(script->options[2].name, "dry_run");
	assert_null(script->options[2].value);
	assert_string_equal(script->options[3].value, "fd3d:fa7b:d17d::1");
	assert_string_equal(script->options[4].value, "packet,syscall");
	assert_string_equal(script->options[5].value, "a \\\"b");
	assert_string_equal(script->initial, "./defaults.sh\n sysctl x=1");
	assert_int_equal(script->initial_place.line, 6);
	assert_int_equal(script->initial_place.column, 2);
	assert_string_equal(script->final, "clean up");
	assert_int_equal(script->final_place.line, 9);
	assert_int_equal(script->event_count, 1);
}

static void the_comment_that_a_script_opens_with_is_its_heading(void **state)
{
	char line[SCRIPT_HEADING_MAX];
	char text[3 * sizeof line];

	(void)state;
	read_script("\n//  What this shows. \n// tcplab: profile=rfc\n\n0 close(3) = 0 // no\n");
	assert_string_equal(script->heading, "What this shows.");
	read_script("// One line\n//\n//and one more.\n\n// not this\n0 close(3) = 0\n");
	assert_string_equal(script->heading, "One line and one more.");
	read_script("0 close(3) = 0\n// too late\n");
	assert_string_equal(script->heading, "");
	memset(line, 'x', sizeof line - 1);
	line[sizeof line - 1] = '\0';
	snprintf(text, sizeof text, "// %s\n// %s\n// y\n0 close(3) = 0\n", line, line);
	read_script(text);
	assert_int_equal(strlen(script->heading), SCRIPT_HEADING_MAX);
	assert_null(strchr(script->heading, 'y'));
}

static void a_definition_stands_for_its_value(void **state)
{
	const struct script_event *events =
		read_script("--define=PORT=8080\n--define=CC=\"reno\"\n--define=KIND=SOCK_STREAM\n"
			    "--define=CLEAN=`rm x`\n0 f(PORT, CC, KIND, OTHER) = 0\n0 CLEAN\n");
	const struct expression *e = events[0].call->arguments;

	(void)state;
	assert_string_equal(script->options[1].value, "CC=\"reno\"");
	assert_int_equal(e->value, 8080);
	e = e->next;
	assert_int_equal(e->kind, EXPRESSION_STRING);
	assert_string_equal(e->text, "reno");
	e = e->next;
	assert_int_equal(e->kind, EXPRESSION_NUMBER);
	assert_int_equal(e->value, 1);
	e = e->next;
	assert_int_equal(e->kind, EXPRESSION_NAME);
	assert_string_equal(e->text, "OTHER");
	assert_int_equal(events[1].kind, EVENT_COMMAND);
	assert_string_equal(events[1].text, "rm x");
}

static void what_other_systems_are_to_do_is_passed_over(void **state)
{
	read_script("#ifdef FreeBSD\n0 one() = 1\n#endif\n#ifdef linux 0 two() = 2\n#endif\n"
		    "0 three() = 3 #ifdef OpenBSD#endif");
	(void)state;
	assert_int_equal(script->event_count, 2);
	assert_string_equal(script->events[0].call->name, "two");
	assert_string_equal(script->events[1].call->name, "three");
	assert_int_equal(script->events[1].place.line, 6);
}

/* Its switches tell whose script it is; what is defined counts too. */
static void a_script_for_freebsd_is_read_as_freebsd_would(void **state)
{
	read_script("--define=STANDARD=1\n0 `sysctl -w net.inet.tcp.rfc1323=1`\n"
		    "#ifdef Linux\n0 one() = 1\n#endif\n#ifdef FREEBSD\n0 two() = 2\n#endif\n"
		    "#ifdef STANDARD\n0 three() = 3\n#endif\n#ifdef Other\n0 four() = 4\n#endif");
	(void)state;
	assert_int_equal(script->event_count, 3);
	assert_string_equal(script->events[1].call->name, "two");
	assert_string_equal(script->events[2].call->name, "three");
}

/* "[1:1(0)] icmp …" and "icmp … [1:1(0)]" are one message. */
static void what_icmp_is_about_may_be_said_first(void **state)
{
	const struct packet_spec *p;

	(void)state;
	read_script("0 < [ 7:7(0)] icmp unreachable frag_needed mtu 1300");
	p = script->events[0].packet;
	assert_int_equal(p->kind, SPEC_ICMP);
	assert_true(p->quotes);
	assert_int_equal(p->tcp.seq.v, 7);
	assert_int_equal(p->icmp_mtu, 1300);
	assert_string_equal(p->icmp_code, "frag_needed");
}

/* Scripts of Linux's suite name what those who run them define. */
static void what_every_suite_defines_is_known(void **state)
{
	const struct expression *e = call("0 f(CMSG_LEVEL_IP) = 0")->arguments;

	(void)state;
	assert_int_equal(e->value, DRILL_SOL_IP);
	e = call("--ip_version=ipv6\n0 f(CMSG_LEVEL_IP, CMSG_TYPE_RECVERR) = 0")->arguments;
	assert_int_equal(e->value, DRILL_SOL_IPV6);
	assert_int_equal(e->next->value, DRILL_IPV6_RECVERR);
	assert_int_equal(packet("0 > S 1:1(0) <FO TFO_COOKIE,nop,nop>")->tcp.options.len, 12);
	packet("--define=TFO_COOKIE=01\n0 > S 1:1(0) <FO TFO_COOKIE,nop>");
	assert_int_equal(script->events->packet->tcp.options.bytes[2], 1);
}

static void an_event_has_the_text_that_it_was_read_from(void **state)
{
	const struct script_event *events = read_script(
		"/* a\n * b */ 0 close(3) =\n\t0 // and now\r\n  +.5   > . 1:1(0) /* c */\n"
		"+0 `a` +0 %{ b }%");

	(void)state;
	assert_int_equal(script->event_count, 4);
	assert_string_equal(events[0].source, "0 close(3) =\n\t0");
	assert_int_equal(events[0].place.line, 2);
	assert_int_equal(events[0].place.column, 9);
	assert_string_equal(events[1].source, "+.5   > . 1:1(0)");
	assert_int_equal(events[1].place.line, 4);
	assert_int_equal(events[1].place.column, 3);
	assert_int_equal(events[2].text_place.line, 5);
	assert_int_equal(events[2].text_place.column, 5);
	assert_int_equal(events[3].text_place.column, 13);
	assert_string_equal(events[3].text, " b ");
}

static void times_are_absolute_relative_ranges_or_any(void **state)
{
	static const struct {
		const char *text;
		uint8_t kind;
		nanos time;
		nanos end;
	} times[] = {
		{"0", TIME_ABSOLUTE, 0, 0},
		{"1.5", TIME_ABSOLUTE, 1500000000, 0},
		{".000001", TIME_ABSOLUTE, 1000, 0},
		{"0.1234567899", TIME_ABSOLUTE, 123456789, 0},
		{"1000000000", TIME_ABSOLUTE, 1000000000000000000, 0},
		{"+.1", TIME_RELATIVE, 100000000, 0},
		{"+ 2", TIME_RELATIVE, 2000000000, 0},
		{"1~2.5", TIME_ABSOLUTE_RANGE, 1000000000, 2500000000},
		{"+0~+.25", TIME_RELATIVE_RANGE, 0, 250000000},
		{"*", TIME_ANY, 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
		const struct script_event *event;
		char text[64];

		snprintf(text, sizeof text, "%s > . 1:1(0)", times[i].text);
		event = read_script(text);
		assert_int_equal(event->time_kind, times[i].kind);
		assert_int_equal(event->time, times[i].time);
		assert_int_equal(event->time_end, times[i].end);
	}
}

static void a_call_that_blocks_has_an_end(void **state)
{
	(void)state;
	assert_false(call("0 read(3, ..., 1) = 1")->blocks);
	assert_true(call("+0...0.25 read(3, ..., 1) = 1")->blocks);
	assert_int_equal(script->events->call->until, 250000000);
	assert_int_equal(script->events->time_kind, TIME_RELATIVE);
	assert_int_equal(call("0.5...1 accept(3, ..., ...) = 4")->until, 1000000000);
	assert_int_equal(script->events->time, 500000000);
}

/* ---- packets ---- */

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
		p = packet(text);
		assert_int_equal(p->tcp.flags, flags[i].flags);
		assert_int_equal(p->ace_said, flags[i].ace);
	}
}

static void a_segment_has_its_numbers(void **state)
{
	const struct packet_spec *p =
		packet("0 < 8080 > 49152 PU. 4294967290:4(10) ack 4294967295 win 65535 urg 7");

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
	p = packet("0 > . 1:65536(65535)");
	assert_true(p->outbound);
	assert_int_equal(p->tcp.len, 65535);
	assert_true(p->no_window);
	assert_true(packet("0 > . 5:5(0)! ack 1")->absolute_seq);
	p = packet("0 > . ...(100) ack 1");
	assert_true(p->any_seq);
	assert_int_equal(p->tcp.len, 100);
}

static void marks_of_the_ip_header_are_read(void **state)
{
	const struct packet_spec *p;

	(void)state;
	assert_int_equal(packet("0 > . 1:1(0)")->mark, MARK_NONE);
	assert_int_equal(packet("0 > [noecn] . 1:1(0)")->ecn, NOT_ECT);
	assert_int_equal(packet("0 > [ect0] . 1:1(0)")->ecn, ECT0);
	assert_int_equal(packet("0 > (ect1) . 1:1(0)")->ecn, ECT1);
	assert_int_equal(packet("0 > [ecn ce] . 1:1(0)")->ecn, CE);
	assert_int_equal(script->events->packet->mark, MARK_ECN);
	assert_int_equal(packet("0 > [ect01] . 1:1(0)")->mark, MARK_ECT01);
	p = packet("0 > [tos 0x13, flowlabel 0xabcde, ttl 64] . 1:1(0)");
	assert_int_equal(p->mark, MARK_TOS);
	assert_int_equal(p->traffic_class, 0x13);
	assert_int_equal(p->flow_label, 0xabcde);
	assert_true(p->flow_label_said);
	assert_int_equal(p->ttl, 64);
	assert_int_equal(packet("0 > [class 0x02, hlim 255] . 1:1(0)")->ttl, 255);
	p = packet("0 > [dscp AF11] . 1:1(0)");
	assert_int_equal(p->mark, MARK_DSCP);
	assert_int_equal(p->traffic_class, 10 << 2);
	p = packet("0 > [dscp 0x2e, ecn ce, ttl 1] . 1:1(0)");
	assert_int_equal(p->mark, MARK_TOS);
	assert_int_equal(p->traffic_class, 46 << 2 | CE);
	assert_int_equal(packet("0 > [dscp ef, ecn ect01] . 1:1(0)")->mark, MARK_DSCP_ECT01);
}

/* The octets as two hexadecimal digits each. */
static void options_are(const char *options, const char *octets)
{
	const struct options *o;
	char text[256];
	char hex[2 * OPTIONS_LEN_MAX + 1] = "";

	snprintf(text, sizeof text, "0 > S 1:1(0) <%s>", options);
	o = &packet(text)->tcp.options;
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
	const struct packet_spec *p = packet("0 > . 1:1(0) <nop,nop,TS val 7 ecr 8>");

	(void)state;
	assert_true(p->tcp.options.has & HAS_TIMESTAMPS);
	assert_int_equal(p->tcp.options.ts_val, 7);
	assert_false(p->any_ts_val || p->absolute_ts_ecr || p->any_options);
	p = packet("0 > . 1:1(0) <nop,nop,TS val ... ecr 8!>");
	assert_true(p->any_ts_val && p->absolute_ts_ecr);
	assert_int_equal(p->tcp.options.ts_ecr, 8);
	p = packet("0 > S 1:1(0) <nop,wscale *>");
	assert_true(p->any_wscale);
	assert_int_equal(p->tcp.options.bytes[3], 0);
	p = packet("0 > . 1:1(0) <...>");
	assert_true(p->any_options);
	assert_true(packet("0 > S 1:1(0) <FOEXP,nop,nop,nop,nop>")->fast_open_experimental);
	assert_false(packet("0 > S 1:1(0) <FO,nop,nop>")->fast_open_experimental);
}

static void udp_and_icmp_are_packets_too(void **state)
{
	const struct packet_spec *p = packet("0 < 5 > 6 udp (1000)");

	(void)state;
	assert_int_equal(p->kind, SPEC_UDP);
	assert_int_equal(p->udp_len, 1000);
	assert_int_equal(p->tcp.src_port, 5);
	p = packet("0 < [ttl 1] icmp unreachable frag_needed mtu 1300 [1:1001(1000)]");
	assert_int_equal(p->kind, SPEC_ICMP);
	assert_string_equal(p->icmp_type, "unreachable");
	assert_string_equal(p->icmp_code, "frag_needed");
	assert_int_equal(p->icmp_mtu, 1300);
	assert_true(p->quotes);
	assert_int_equal(p->quoted, SPEC_TCP);
	assert_int_equal(p->tcp.seq.v, 1);
	assert_int_equal(p->tcp.len, 1000);
	p = packet("0 > icmp echo_request id 7");
	assert_null(p->icmp_code);
	assert_int_equal(p->icmp_mtu, -1);
	assert_int_equal(p->icmp_id, 7);
	assert_false(p->quotes);
	p = packet("0 < icmp packet_too_big mtu 1280 [udp (99)]");
	assert_int_equal(p->quoted, SPEC_UDP);
	assert_int_equal(p->udp_len, 99);
	assert_int_equal(packet("0 < icmp source_quench [raw (9)]")->quoted, SPEC_RAW);
}

static void headers_around_a_packet_are_kept_as_text(void **state)
{
	(void)state;
	assert_null(packet("0 > . 1:1(0)")->encapsulation);
	assert_string_equal(
		packet("0 > ipv4 [ttl 5] 1.1.1.1 > 2.2.2.2: gre: S 1:1(0)")->encapsulation,
		"ipv4 [ttl 5] 1.1.1.1 > 2.2.2.2: gre:");
	assert_string_equal(packet("0 < ipv6 fd00::1 > fd00::2 : . 1:1(0)")->encapsulation,
			    "ipv6 fd00::1 > fd00::2 :");
	assert_string_equal(packet("0 < mpls (label 1, tc 0, [S], ttl 2): udp (1)")->encapsulation,
			    "mpls (label 1, tc 0, [S], ttl 2):");
	assert_int_equal(script->events->packet->kind, SPEC_UDP);
	assert_string_equal(packet("0 < encap psp spi 12, vc 0x5 . 1:1(0) ack 1")->encapsulation,
			    "encap psp spi 12, vc 0x5");
}

/* ---- system calls ---- */

static void a_call_has_arguments_a_result_an_error_and_a_note(void **state)
{
	const struct system_call *c = call("0 connect(3, ..., 0x1f) = -1 EINPROGRESS (Not (yet)");

	(void)state;
	assert_string_equal(c->name, "connect");
	assert_int_equal(c->argument_count, 3);
	assert_int_equal(c->arguments->value, 3);
	assert_int_equal(c->arguments->next->kind, EXPRESSION_ANY);
	assert_int_equal(c->arguments->next->next->value, 31);
	assert_int_equal(c->arguments->next->next->place.column, 19);
	assert_null(c->arguments->next->next->next);
	assert_int_equal(c->result->value, -1);
	assert_string_equal(c->error, "EINPROGRESS");
	assert_string_equal(c->note, "Not (yet");
	c = call("0 fcntl(3, F_GETFL) = 2050 (flags O_RDWR|O_NONBLOCK)");
	assert_null(c->error);
	assert_string_equal(c->note, "flags O_RDWR|O_NONBLOCK");
	c = call("0 f() = 1~5");
	assert_int_equal(c->argument_count, 0);
	assert_null(c->arguments);
	assert_int_equal(c->result->kind, EXPRESSION_RANGE);
	assert_int_equal(c->result->first->value, 1);
	assert_int_equal(c->result->first->next->value, 5);
}

static void names_of_constants_are_their_numbers(void **state)
{
	const struct expression *e = call("0 f(SO_REUSEADDR, EPOLLET, nothing) = 0")->arguments;

	(void)state;
	assert_int_equal(e->kind, EXPRESSION_NUMBER);
	assert_int_equal(e->value, 2);
	assert_string_equal(e->text, "SO_REUSEADDR");
	assert_int_equal(e->next->value, 0x80000000);
	assert_int_equal(e->next->next->kind, EXPRESSION_NAME);
	assert_string_equal(e->next->next->text, "nothing");
}

static void strings_have_their_escapes_resolved_and_are_joined(void **state)
{
	const struct expression *e =
		call("0 f(\"a\\n\\x41\\0\\101\\\"\\q\", \"ab\" \"\" \"cd\", \"x\"...) = 0")
			->arguments;

	(void)state;
	assert_int_equal(e->kind, EXPRESSION_STRING);
	assert_int_equal(e->length, 7);
	assert_memory_equal(e->text, "a\nA\0A\"q", 8);
	assert_string_equal(e->next->text, "abcd");
	assert_false(e->next->open);
	assert_true(e->next->next->open);
}

static void values_are_joined_listed_negated_and_named(void **state)
{
	const struct expression *e =
		call("0 f(A|B|3, [], [1, [2]], ~1, !x, {onoff=1, linger=0}, "
		     "{msg_name(...)=..., msg_iov(2)=[{..., 5}]}, inet_addr(\"1.2.3.4\"), (1)) = 0")
			->arguments;

	(void)state;
	assert_int_equal(e->kind, EXPRESSION_OR);
	assert_int_equal(e->first->next->next->value, 3);
	e = e->next;
	assert_int_equal(e->kind, EXPRESSION_LIST);
	assert_null(e->first);
	e = e->next;
	assert_int_equal(e->first->next->first->value, 2);
	e = e->next;
	assert_int_equal(e->kind, EXPRESSION_NOT);
	assert_int_equal(e->value, '~');
	assert_int_equal(e->next->value, '!');
	e = e->next->next;
	assert_int_equal(e->kind, EXPRESSION_STRUCT);
	assert_string_equal(e->first->name, "onoff");
	assert_int_equal(e->first->value, 1);
	assert_string_equal(e->first->next->name, "linger");
	e = e->next;
	assert_string_equal(e->first->name, "msg_name");
	assert_int_equal(e->first->kind, EXPRESSION_ANY);
	assert_int_equal(e->first->next->name_argument->value, 2);
	assert_int_equal(e->first->next->first->first->next->value, 5);
	e = e->next;
	assert_int_equal(e->kind, EXPRESSION_FUNCTION);
	assert_string_equal(e->text, "inet_addr");
	assert_string_equal(e->first->text, "1.2.3.4");
	assert_int_equal(e->next->kind, EXPRESSION_NUMBER);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_head_has_options_and_a_command),
		cmocka_unit_test(the_comment_that_a_script_opens_with_is_its_heading),
		cmocka_unit_test(a_definition_stands_for_its_value),
		cmocka_unit_test(what_other_systems_are_to_do_is_passed_over),
		cmocka_unit_test(a_script_for_freebsd_is_read_as_freebsd_would),
		cmocka_unit_test(what_icmp_is_about_may_be_said_first),
		cmocka_unit_test(what_every_suite_defines_is_known),
		cmocka_unit_test(an_event_has_the_text_that_it_was_read_from),
		cmocka_unit_test(times_are_absolute_relative_ranges_or_any),
		cmocka_unit_test(a_call_that_blocks_has_an_end),
		cmocka_unit_test(flags_are_letters_a_point_and_the_ace_counter),
		cmocka_unit_test(a_segment_has_its_numbers),
		cmocka_unit_test(marks_of_the_ip_header_are_read),
		cmocka_unit_test(options_are_octets_in_their_order),
		cmocka_unit_test(options_have_their_meaning_too),
		cmocka_unit_test(udp_and_icmp_are_packets_too),
		cmocka_unit_test(headers_around_a_packet_are_kept_as_text),
		cmocka_unit_test(a_call_has_arguments_a_result_an_error_and_a_note),
		cmocka_unit_test(names_of_constants_are_their_numbers),
		cmocka_unit_test(strings_have_their_escapes_resolved_and_are_joined),
		cmocka_unit_test(values_are_joined_listed_negated_and_named),
	};

	return cmocka_run_group_tests_name("drill_parse", tests, NULL, end);
}
