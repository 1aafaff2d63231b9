/* Scripts that cannot be read: each gets one sentence, with the line and the column
 * of what is wrong, what was expected there, and what was found. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "script/script.h"

/* clang-format off */
static const struct {
	const char *script;
	const char *sentence; /* behind "t.pkt:" */
} malformed[] = {
	{"",
	 "1:1: expected an event: a script has at least one, such as \"0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\", found the end of the script"},
	{"// nothing\n",
	 "2:1: expected an event: a script has at least one, such as \"0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\", found the end of the script"},
	{"--mtu=1500\n`true`",
	 "2:7: expected an event: a script has at least one, such as \"0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\", found the end of the script"},
	{"/* no end",
	 "1:1: this comment has no end: write */ where it is over"},
	{"0 /* no end\n*",
	 "1:3: this comment has no end: write */ where it is over"},
	{"1.5",
	 "1:4: expected what happens then: a packet (< or >), a system call, %{ code }% or `a command`, found the end of the script"},
	{"+",
	 "1:2: expected a time in seconds, such as 0.5, found the end of the script"},
	{"+x > . 1:1(0)",
	 "1:2: expected a time in seconds, such as 0.5, found \"x\""},
	{"x > . 1:1(0)",
	 "1:1: expected the time of an event, such as 1.5, +.1, 1~2 or *, found \"x\""},
	{"-1 > . 1:1(0)",
	 "1:1: a time cannot be negative"},
	{"+-1 > . 1:1(0)",
	 "1:2: a time cannot be negative"},
	{"0x10 > . 1:1(0)",
	 "1:1: a time is a decimal number"},
	{"9999999999 > . 1:1(0)",
	 "1:1: a time is at most 1000000000 seconds"},
	{"2~1 > . 1:1(0)",
	 "1:1: the range ends before it begins: write the earlier time first"},
	{"+1~2 > . 1:1(0)",
	 "1:4: expected a + before the end of a range that began so, found \"2\""},
	{"1~+2 > . 1:1(0)",
	 "1:3: expected the end of a range that began without +, found \"+\""},
	{"1~ > . 1:1(0)",
	 "1:4: expected a time in seconds, such as 0.5, found \">\""},
	{"1~2 < . 1:1(0) win 1",
	 "1:1: only a packet that is expected (>) can have a range of times: give this event one time"},
	{"* < . 1:1(0) win 1",
	 "1:1: only a packet that is expected (>) can have any time (*): give this event one time"},
	{"* close(3) = 0",
	 "1:1: only a packet that is expected (>) can have any time (*): give this event one time"},
	{"+0~+1 `true`",
	 "1:1: only a packet that is expected (>) can have a range of times: give this event one time"},
	{"* %{ print 1 }%",
	 "1:1: only a packet that is expected (>) can have any time (*): give this event one time"},
	{"0 ? 1",
	 "1:3: expected what happens then: a packet (< or >), a system call, %{ code }% or `a command`, found \"?\""},
	{"0\n  # a comment of another language",
	 "2:3: expected what happens then: a packet (< or >), a system call, %{ code }% or `a command`, found \"#\": a comment begins with //"},
	{"0 \"x\"",
	 "1:3: expected what happens then: a packet (< or >), a system call, %{ code }% or `a command`, found \"\"x\"\""},
	{"0 `true",
	 "1:3: what begins here has no end: expected `"},
	{"0 %{ assert 1",
	 "1:3: what begins here has no end: expected }%"},
	{"0 close(3) = 0\n`true`\n0 close(4) = 0",
	 "3:1: a command without a time is only known before the first event and behind the last: give the one before this a time"},
	{"0 close(3) = 0\n--mtu=5",
	 "2:1: an option belongs into the head: write it before the first event"},
	{"--mtu=",
	 "1:7: expected the value of the option, found the end of the script"},
	{"--define",
	 "1:9: expected =NAME=value behind --define, found the end of the script"},
	{"--define=1=2\n0 close(3) = 0",
	 "1:10: expected the name of the definition, found \"1\""},
	{"--define=A\n0 close(3) = 0",
	 "2:1: expected = and the value of the definition, found \"0\""},
	{"--define=A=[\n0 close(3) = 0",
	 "1:12: expected a word, a number, \"a string\" or `a command`, found \"[\""},
	{"0 close(3) = 0 \001",
	 "1:16: the octet 0x01 has no place in a script outside of strings and comments: remove it"},
	{"0 > 1:1(0)",
	 "1:6: expected > between ports, or flags such as . or S before the sequence numbers, found \":\""},
	{"0 >",
	 "1:4: expected flags, such as S. or P. or - for none, found the end of the script"},
	{"0 > X 1:1(0)",
	 "1:5: \"X\" is no flag: expected S F R P . U E W A, a digit from 0 to 7 for the ACE counter, or - for none"},
	{"0 > SS 1:1(0)",
	 "1:6: \"S\" is said twice"},
	{"0 > .5E 1:1(0)",
	 "1:7: \"E\" and the ACE counter cannot both be said"},
	{"0 > E.5 1:1(0)",
	 "1:7: \"5\" says once more what the bits E, W and A are"},
	{"0 > .9 1:1(0)",
	 "1:6: \"9\" is no flag: expected S F R P . U E W A, a digit from 0 to 7 for the ACE counter, or - for none"},
	{"0 > .  1:1",
	 "1:11: expected a ( and the octets of text, found the end of the script"},
	{"0 > . 1 1(0)",
	 "1:9: expected a : and the sequence number behind the text, found \"1\""},
	{"0 > . 1:2(0)",
	 "1:7: 0 octets from 1 on end at 1, not at 2: SYN and FIN do not count"},
	{"0 > . 4294967296:1(0)",
	 "1:7: the first sequence number must be from 0 to 4294967295, not 4294967296"},
	{"0 > . 1:4294967296(0)",
	 "1:9: the sequence number behind the text must be from 0 to 4294967295, not 4294967296"},
	{"0 > . 1:65537(65536)",
	 "1:15: the octets of text must be from 0 to 65535, not 65536"},
	{"0 > . -1:1(2)",
	 "1:7: the first sequence number must be from 0 to 4294967295, not -1"},
	{"0 > . 1:1(0",
	 "1:12: expected a ) behind the octets of text, found the end of the script"},
	{"0 > . 1:1(x)",
	 "1:11: expected the octets of text, a number, found \"x\""},
	{"0 < . ...(0)",
	 "1:13: any sequence number (...) says what is expected: an inbound packet needs one of its own"},
	{"0 > . 1:1(0) ack",
	 "1:17: expected the acknowledgment number, a number, found the end of the script"},
	{"0 > . 1:1(0) ack 4294967296",
	 "1:18: the acknowledgment number must be from 0 to 4294967295, not 4294967296"},
	{"0 > . 1:1(0) win 65536",
	 "1:18: the window must be from 0 to 65535, not 65536"},
	{"0 > . 1:1(0) win -1",
	 "1:18: the window must be from 0 to 65535, not -1"},
	{"0 > U 1:1(0) urg 70000",
	 "1:18: the urgent pointer must be from 0 to 65535, not 70000"},
	{"0 > . 1:1(0) win 1 ack 1",
	 "1:20: ack, win, urg and the options come in this order, each once"},
	{"0 > . 1:1(0) win 1 win 1",
	 "1:20: ack, win, urg and the options come in this order, each once"},
	{"0 > encap psp 12 . 1:1(0)",
	 "1:15: expected psp spi and its number behind encap, found \"12\""},
	{"#ifdef <\n#endif",
	 "1:8: expected a name behind #ifdef, such as Linux or FreeBSD"},
	{"0 < [1:1(0)] udp (3)",
	 "1:14: expected icmp behind what the message quotes, found \"udp\""},
	{"0 f() = 0\n #ifdef NetBSD\n0 f() = 0",
	 "2:2: this #ifdef has no #endif behind it"},
	{"0 f() = 0\n#ifdef Linux\n0 f() = 0",
	 "2:1: this #ifdef has no #endif behind it"},
	{"0 f() = 0 #endif",
	 "1:11: this #endif has no #ifdef before it"},
	{"0 > 80 S 1:1(0)",
	 "1:8: expected > between ports, or flags such as . or S before the sequence numbers, found \"S\""},
	{"0 > 80 > 65536 S 1:1(0)",
	 "1:10: a port must be from 0 to 65535, not 65536"},
	{"0 > [foo] . 1:1(0)",
	 "1:6: expected a mark of the IP header: noecn, ect0, ect1, ect01, ce, ecn, tos, class, dscp, ttl, hlim or flowlabel, found \"foo\""},
	{"0 > [ect0 . 1:1(0)",
	 "1:11: expected a comma or ] behind the mark of the IP header, found \".\""},
	{"0 > (ect0] . 1:1(0)",
	 "1:10: expected a comma or ) behind the mark of the IP header, found \"]\""},
	{"0 < [ect01] . 1:1(0)",
	 "1:6: [ect01] says what is expected, so only a packet that is expected (>) can have it: write ect0 or ect1"},
	{"0 > [ect0, ce] . 1:1(0)",
	 "1:12: this mark of the IP header is said already"},
	{"0 > [tos 0x100] . 1:1(0)",
	 "1:10: the traffic class must be from 0 to 255, not 0x100"},
	{"0 > [ttl 0] . 1:1(0)",
	 "1:10: the time to live must be from 1 to 255, not 0"},
	{"0 > [ttl 256] . 1:1(0)",
	 "1:10: the time to live must be from 1 to 255, not 256"},
	{"0 > [ttl 1, hlim 1] . 1:1(0)",
	 "1:13: this mark of the IP header is said already"},
	{"0 > [flowlabel 0x100000] . 1:1(0)",
	 "1:16: the flow label must be from 0 to 1048575, not 0x100000"},
	{"0 > [dscp 64] . 1:1(0)",
	 "1:11: the DSCP must be from 0 to 63, not 64"},
	{"0 > [dscp af99] . 1:1(0)",
	 "1:11: expected a DSCP: a number or a name such as af11 or ef, found \"af99\""},
	{"0 > [ecn 3] . 1:1(0)",
	 "1:10: expected noecn, ect0, ect1, ect01 or ce, found \"3\""},
	{"0 < . 1:1(0) <...>",
	 "1:15: <...> says what is expected: an inbound packet needs options of its own, or none"},
	{"0 > . 1:1(0) <>",
	 "1:15: expected a TCP option: nop, eol, mss, wscale, sackOK, sack, TS, FO, FOEXP, md5, ECN, uto, unknown-N or malformed, found \">\""},
	{"0 > . 1:1(0) <foo>",
	 "1:15: expected a TCP option: nop, eol, mss, wscale, sackOK, sack, TS, FO, FOEXP, md5, ECN, uto, unknown-N or malformed, found \"foo\""},
	{"0 > . 1:1(0) <nop",
	 "1:18: expected a comma or > behind the option, found the end of the script"},
	{"0 > . 1:1(0) <nop;nop>",
	 "1:18: expected a comma or > behind the option, found \";\""},
	{"0 > . 1:1(0) <nop>",
	 "1:15: the options take 1 octet, and a header has a multiple of 4: add nop or eol"},
	{"0 > S 1:1(0) <mss>",
	 "1:18: expected the MSS, a number, found \">\""},
	{"0 > S 1:1(0) <mss 65536>",
	 "1:19: the MSS must be from 0 to 65535, not 65536"},
	{"0 > S 1:1(0) <nop,wscale 256>",
	 "1:26: the window scale must be from 0 to 255, not 256"},
	{"0 > . 1:1(0) <sack>",
	 "1:19: expected the left edge of a SACK block, a number, found \">\""},
	{"0 > . 1:1(0) <sack 1>",
	 "1:21: expected a : between the edges of a SACK block, found \">\""},
	{"0 > . 1:1(0) <sack 1:4294967296>",
	 "1:22: the right edge of a SACK block must be from 0 to 4294967295, not 4294967296"},
	{"0 > . 1:1(0) <sack 1:2 2:3 3:4 4:5 5:6>",
	 "1:36: more than four SACK blocks do not fit"},
	{"0 > . 1:1(0) <TS 1 2>",
	 "1:18: expected val and the timestamp's value, found \"1\""},
	{"0 > . 1:1(0) <TS val 1>",
	 "1:23: expected ecr and the timestamp that is echoed, found \">\""},
	{"0 > . 1:1(0) <TS val 4294967296 ecr 1>",
	 "1:22: the timestamp's value must be from 0 to 4294967295, not 4294967296"},
	{"0 < . 1:1(0) <TS val ... ecr 1>",
	 "1:22: expected the timestamp's value, a number, found \"...\""},
	{"0 > S 1:1(0) <FO 123>",
	 "1:18: the cookie has an odd number of digits: two make an octet"},
	{"0 > S 1:1(0) <FO 12gg>",
	 "1:18: the cookie is no hexadecimal number"},
	{"0 > S 1:1(0) <md5 000102030405060708090a0b0c0d0e0f10>",
	 "1:19: the MD5 digest is 17 octets long, at most 16 fit"},
	{"0 > S 1:1(0) <nop,TS val 1 ecr 2,TS val 1 ecr 2,TS val 1 ecr 2,TS val 1 ecr 2>",
	 "1:64: the options take more than 40 octets: leave some out"},
	{"0 > . 1:1(0) <ECN ceb 1>",
	 "1:19: the counters come in the order e0b ceb e1b, and only the last of them can be left out"},
	{"0 > . 1:1(0) <ECN e0b 1 e1b 1>",
	 "1:25: the counters come in the order e0b ceb e1b, and only the last of them can be left out"},
	{"0 > . 1:1(0) <ECN e0b 16777216>",
	 "1:23: the counter must be from 0 to 16777215, not 16777216"},
	{"0 > . 1:1(0) <exp FO>",
	 "1:19: expected the name of an experiment, such as exp-FO, found \"FO\""},
	{"0 > . 1:1(0) <exp-XX>",
	 "1:19: expected FO, AccECN0, AccECN1 or TARR behind exp-, found \"XX\""},
	{"0 > . 1:1(0) <unknown-1>",
	 "1:22: the option's kind must be from 2 to 255, not 1"},
	{"0 > . 1:1(0) <unknown-256 00>",
	 "1:22: the option's kind must be from 2 to 255, not 256"},
	{"0 > . 1:1(0) <uto 5>",
	 "1:19: expected a user timeout of up to 32767 seconds or minutes, such as 90s or 5m, found \"5\""},
	{"0 > . 1:1(0) <uto 40000s>",
	 "1:19: expected a user timeout of up to 32767 seconds or minutes, such as 90s or 5m, found \"40000s\""},
	{"0 > . 1:1(0) <malformed>",
	 "1:24: expected octets, such as 0204, found \">\""},
	{"0 > udp",
	 "1:8: expected a ( and the octets of payload, found the end of the script"},
	{"0 > udp (65508)",
	 "1:10: the octets of payload must be from 0 to 65507, not 65508"},
	{"0 > udp (1",
	 "1:11: expected a ) behind the octets of payload, found the end of the script"},
	{"0 > icmp",
	 "1:9: expected the message's type, such as unreachable, found the end of the script"},
	{"0 > icmp unreachable mtu 4294967296",
	 "1:26: the MTU must be from 0 to 4294967295, not 4294967296"},
	{"0 > icmp echo_request id 65536",
	 "1:26: the identifier must be from 0 to 65535, not 65536"},
	{"0 > icmp unreachable frag_needed [1:1(0)",
	 "1:41: expected a ] behind what the message quotes, found the end of the script"},
	{"0 > icmp unreachable frag_needed [2:1(0)]",
	 "1:35: 0 octets from 2 on end at 2, not at 1: SYN and FIN do not count"},
	{"0 > icmp unreachable [udp 5]",
	 "1:27: expected a ( and the octets of payload, found \"5\""},
	{"0 > ipv4 1.1.1.1 2.2.2.2: . 1:1(0)",
	 "1:18: expected > and the address that the outer header is for, found \"2.2\""},
	{"0 > ipv4 1.1.1.1 > 2.2.2.2 . 1:1(0)",
	 "1:28: expected a : behind the outer header, found \".\""},
	{"0 > gre\n. 1:1(0)",
	 "1:5: the outer header has no end: expected : on the same line"},
	{"0 close",
	 "1:8: expected a ( and the arguments of the system call, found the end of the script"},
	{"0 close 3",
	 "1:9: expected a ( and the arguments of the system call, found \"3\""},
	{"0 close(3",
	 "1:10: expected a comma or ), found the end of the script"},
	{"0 close(3,",
	 "1:11: expected a value: a number, a name, \"a string\", ..., [a list] or {a struct}, found the end of the script"},
	{"0 close(3,)",
	 "1:11: expected a value: a number, a name, \"a string\", ..., [a list] or {a struct}, found \")\""},
	{"0 close(3 4)",
	 "1:11: expected a comma or ), found \"4\""},
	{"0 close(3)",
	 "1:11: expected = and what the system call should answer, found the end of the script"},
	{"0 close(3) 0",
	 "1:12: expected = and what the system call should answer, found \"0\""},
	{"0 close(3) =",
	 "1:13: expected a value: a number, a name, \"a string\", ..., [a list] or {a struct}, found the end of the script"},
	{"0 close(3) = -1 EFOO (x)",
	 "1:17: \"EFOO\" is no error's name: expected one such as EAGAIN or ECONNREFUSED"},
	{"0 close(3) = -1 EPOLLIN",
	 "1:17: \"EPOLLIN\" is no error's name: expected one such as EAGAIN or ECONNREFUSED"},
	{"0 close(3) = -1 EAGAIN (x",
	 "1:24: the note has no end: expected ) on the same line"},
	{"0 close([3) = 0",
	 "1:11: expected a comma or ], found \")\""},
	{"0 close({3]) = 0",
	 "1:11: expected a comma or }, found \"]\""},
	{"0 close((3) = 0",
	 "1:13: expected a comma or ), found \"=\""},
	{"0 close(99999999999999999999) = 0",
	 "1:9: the number does not fit into 64 bits"},
	{"0 close(3 |) = 0",
	 "1:12: expected a value: a number, a name, \"a string\", ..., [a list] or {a struct}, found \")\""},
	{"0 close(5 ~ 3) = 0",
	 "1:9: the range ends before it begins: write the smaller number first"},
	{"0 close(\"abc) = 0",
	 "1:9: what begins here has no end: expected \""},
	{"0 close(- 3) = 0",
	 "1:9: expected a value: a number, a name, \"a string\", ..., [a list] or {a struct}, found \"-\""},
	{"0 close(3) = 0 \\",
	 "1:16: expected the time of an event, such as 1.5, +.1, 1~2 or *, found \"\\\""},
	{"0 close(-x) = 0",
	 "1:9: expected a value: a number, a name, \"a string\", ..., [a list] or {a struct}, found \"-\""},
	{"0 close(-0x3) = 0",
	 "1:9: a minus is only known before a decimal number"},
	{"0 sendmsg(3, {msg_iov()=[]}, 0) = 0",
	 "1:15: a member takes one number: msg_iov(2)="},
	{"0 close([[[[[[[[[[[[[[[[[[3]]]]]]]]]]]]]]]]]]) = 0",
	 "1:26: brackets are nested deeper than 16: nothing needs that"},
	{"0 ...0.5 (3) = 0",
	 "1:10: expected the name of a system call, found \"(\""},
	{"0...x read(3) = 0",
	 "1:5: expected a time in seconds, such as 0.5, found \"x\""},
	{"1...0.5 read(3) = 0",
	 "1:1: the call ends before it begins"},
	{"0 close(3) = 0\n\n\t+0 > S 0:0(0) <mss 1460,\n\t\twscale x>",
	 "4:10: expected the window scale, a number, found \"x\""},
};
/* clang-format on */

static void each_malformed_script_gets_its_sentence(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof malformed / sizeof *malformed; i++) {
		struct error err = {""};
		const char *text = malformed[i].script;
		struct script *script = script_parse("t.pkt", text, strlen(text), &err);

		if (script)
			fail_msg("this was read: %s", text);
		assert_int_equal(strncmp(err.text, "t.pkt:", 6), 0);
		assert_string_equal(err.text + 6, malformed[i].sentence);
	}
}

/* What other tools do: the script is none the worse for it. */
static void what_only_others_can_do_ends_what_is_read(void **state)
{
	static const struct {
		const char *script;
		const char *beyond;
	} known[] = {
		{"0 f() = 0\n0 < . 1:1(0) win 1 {mut ip ihl} x",
		 "a packet that is changed on purpose, {...}, is not supported"},
		{"0 f() = 0\n0 > S 1:1(0) <nop,mp_capable a>",
		 "mp_capable is an option of Multipath TCP, which is not supported"},
		{"0 f() = 0\n0 > S 1:1(0) <mss 1460,mpcapable v1 flags[flag_h] nokey>",
		 "mpcapable is an option of Multipath TCP, which is not supported"},
		{"0 f() = 0\n0 > > addr[saddr] S 0:0(0)",
		 "addresses of subflows are of Multipath TCP, which is not supported"},
		{"0 f() = 0\n+.1 > sctp: DATA[flgs=BE]",
		 "sctp is not supported: scripts are about TCP, with UDP and ICMP beside it"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		struct error err = {""};
		const char *text = known[i].script;
		struct script *script = script_parse("t.pkt", text, strlen(text), &err);

		assert_non_null(script);
		assert_string_equal(err.text, "");
		assert_string_equal(script->beyond, known[i].beyond);
		assert_int_equal(script->beyond_place.line, 2);
		assert_int_equal(script->event_count, 1);
		script_free(script);
	}
}

/* Wherever a script is cut, there is a sentence or a script, and nothing beyond is read. */
static void a_script_that_is_cut_anywhere_is_refused_or_read(void **state)
{
	static const char whole[] =
		"--mtu=1500\n--define=A=\"b\"\n`true`\n0 socket(..., SOCK_STREAM, A) = 3\n"
		"+.1 < [ect0, ttl 9] S 0:0(0) win 10 <mss 1000,nop,wscale 7,FO 0011,sack 1:2>\n"
		"+0~+1 > P.5 1:11(10) ack 1 win 5 urg 3 <nop,nop,TS val 1 ecr 2> // x\n"
		"+0...1 poll([{fd=4, events=POLLIN|~5}], 1, \"x\"...) = -1 EINTR (no (t))\n"
		"* > icmp unreachable frag_needed mtu 5 [1:1(0)] /* x */\n+0 %{ x }%\n";

	(void)state;
	for (size_t len = 0; len < sizeof whole; len++) {
		struct error err = {""};
		char *part = malloc(len + 1); /* so that a sanitizer sees its end */
		struct script *script;

		memcpy(part, whole, len);
		script = script_parse("t.pkt", part, len, &err);
		assert_int_equal(script != NULL, err.text[0] == '\0');
		script_free(script);
		free(part);
	}
}

static void a_file_with_octets_of_0_is_no_script(void **state)
{
	static const char text[] = "0 f() = 0\n0 g(\"\0\") = 0";
	struct error err = {""};

	(void)state;
	assert_null(script_parse("t.pkt", text, sizeof text - 1, &err));
	assert_string_equal(err.text, "t.pkt:2:6: an octet of 0: this file is no text");
}

static void a_file_that_is_not_there_is_told(void **state)
{
	struct error err;

	(void)state;
	assert_null(script_read("no/such.pkt", &err));
	assert_string_equal(err.text, "no/such.pkt: No such file or directory: name a file that "
				      "can be read");
	assert_null(script_read(".", &err));
	assert_string_equal(err.text, ".: Is a directory: name a file that can be read");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_malformed_script_gets_its_sentence),
		cmocka_unit_test(what_only_others_can_do_ends_what_is_read),
		cmocka_unit_test(a_script_that_is_cut_anywhere_is_refused_or_read),
		cmocka_unit_test(a_file_with_octets_of_0_is_no_script),
		cmocka_unit_test(a_file_that_is_not_there_is_told),
	};

	return cmocka_run_group_tests_name("drill_malformed", tests, NULL, NULL);
}
