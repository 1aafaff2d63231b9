#include "tests/matching.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "wire/line.h"

struct matching_test matching;

int matching_begin(void **state)
{
	(void)state;
	memset(&matching.settings, 0, sizeof matching.settings);
	assert_true(address_parse(&matching.settings.addresses.local, "192.168.0.1"));
	assert_true(address_parse(&matching.settings.addresses.remote, "192.0.2.1"));
	matching.settings.addresses.bind_port = 8080;
	matching.settings.addresses.connect_port = 8080;
	matching.settings.tolerance = nanos_from_ms(4);
	matching.match = match_new(&matching.settings);
	return 0;
}

int matching_end(void **state)
{
	(void)state;
	match_free(matching.match);
	return 0;
}

/* As a script has it, in the notation of a line. Without "win" any; "<...>": any options. */
struct packet_spec spec_of(const char *line)
{
	struct packet_spec s = {.kind = SPEC_TCP, .icmp_mtu = -1};
	char copy[LINE_TEXT_MAX];
	char *any;

	snprintf(copy, sizeof copy, "%s", line);
	any = strstr(copy, "<...>");
	if (any != NULL)
		*any = '\0';
	s.any_options = any != NULL;
	s.no_window = strstr(copy, "win") == NULL;
	if (!line_parse(&s.tcp, copy, &matching.why))
		fail_msg("%s: %s", line, matching.why.text);
	return s;
}

/* The script's packet as it is on the wire. */
struct packet composed(const struct packet_spec *s)
{
	struct packet p;
	const uint8_t *text;
	size_t text_len;
	size_t len = match_compose(matching.match, s, matching.bytes, sizeof matching.bytes,
				   &matching.why);

	if (len == 0)
		fail_msg("%s", matching.why.text);
	assert_int_equal(
		packet_parse(&p, matching.bytes, len, len, PACKET_VERIFY, &text, &text_len),
		PACKET_OK);
	for (size_t i = 0; i < text_len; i++)
		assert_int_equal(text[i], 0);
	return p;
}

struct packet script_says(const char *line)
{
	struct packet_spec s = spec_of(line);

	return composed(&s);
}

/* What the machine sends, with numbers of the wire, from and to these ports. */
size_t machine_sends_between(const char *line, uint16_t local, uint16_t remote)
{
	static const uint8_t zeros[4000];
	struct packet p = {.kind = PACKET_TCP, .ttl = 64};

	p.src = matching.settings.addresses.local;
	p.dst = matching.settings.addresses.remote;
	if (!line_parse(&p.tcp, line, &matching.why))
		fail_msg("%s: %s", line, matching.why.text);
	p.tcp.src_port = local;
	p.tcp.dst_port = remote;
	return packet_emit(&p, zeros, matching.bytes, sizeof matching.bytes);
}

size_t machine_sends(const char *line)
{
	return machine_sends_between(line, 8080, FIRST_REMOTE_PORT);
}

enum matching held_against(const char *expected, size_t len)
{
	struct packet_spec s = spec_of(expected);

	matching.why.text[0] = '\0';
	s.outbound = true;
	return match_outbound(matching.match, &s, matching.bytes, len, &matching.why);
}

void fits(const char *expected, const char *wire)
{
	if (held_against(expected, machine_sends(wire)) != MATCHING)
		fail_msg("%s", matching.why.text);
}

void differs(const char *expected, const char *wire, const char *sentence)
{
	assert_int_equal(held_against(expected, machine_sends(wire)), MATCHING_NOT);
	assert_string_equal(matching.why.text, sentence);
}

/* The script's side counts from 100 in its SYN, the machine from machine_isn. */
void shaken(void)
{
	script_says("S 100:100(0) win 1000 <mss 1460>");
	fits("S. 0:0(0) ack 101 <...>", "S. 4294967280:4294967280(0) ack 101 win 8000 <mss 1460>");
	script_says(". 1:1(0) ack 1 win 1000");
}
