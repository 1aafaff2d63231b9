/* test_kept_run.c — a live run in a file: read again it is the same, and what is no run is
 * refused with the place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "live/kept_run.h"
#include "live/narrator.h"

static const char whole[] =
	"{\n"
	"  \"tcplab_live\": 1,\n"
	"  \"title\": \"A \\\"run\\\"\",\n"
	"  \"epoch_ns\": \"1700000000000000000\",\n"
	"  \"host\": \"client\",\n"
	"  \"addresses\": [\"10.0.0.1\", \"fd00::1\"],\n"
	"  \"mtu\": 1500,\n"
	"  \"seed\": \"18446744073709551615\",\n"
	"  \"profile\": \"profile=linux nagle=false\",\n"
	"  \"ended_ns\": 9000,\n"
	"  \"inputs\": [\n"
	"    {\"at_ns\": 5, \"what\": \"open\", \"local_port\": 7, \"remote\": \"10.0.0.2\", "
	"\"remote_port\": 80},\n"
	"    {\"at_ns\": 6, \"what\": \"send\", \"conn\": 0, \"octets\": \"6869\"},\n"
	"    {\"at_ns\": 7, \"what\": \"datagram\", \"unverified\": true, \"merged\": true, "
	"\"octets\": "
	"\"4500002800000000400666ce0a0000020a0000010050000700000000000000015012ffff9b780000\"},\n"
	"    {\"at_ns\": 7, \"what\": \"receive\", \"conn\": 3, \"len\": 9},\n"
	"    {\"at_ns\": 8, \"what\": \"listen\", \"local\": \"10.0.0.1\", \"local_port\": 9},\n"
	"    {\"at_ns\": 8, \"what\": \"close\", \"conn\": 0},\n"
	"    {\"at_ns\": 8, \"what\": \"close-both\", \"conn\": 0},\n"
	"    {\"at_ns\": 9, \"what\": \"abort\", \"conn\": 1}\n"
	"  ],\n"
	"  \"sent\": \"0123456789abcdef\"\n"
	"}\n";

static void what_is_written_is_what_was_read(void **state)
{
	struct kept_run kept;
	struct error err;
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	(void)state;
	assert_true(kept_run_parse(&kept, "a.live", whole, sizeof whole - 1, &err));
	assert_int_equal(inputs_count(kept.inputs), 8);
	assert_false(kept.actor.profile.nagle);
	assert_true(kept_run_write(&kept, out));
	fclose(out);
	assert_string_equal(text, whole);
	free(text);
	kept_run_free(&kept);
}

/* Calls of connections that there are none of, and datagrams that are none, do no harm. */
static void whatever_it_says_can_be_told(void **state)
{
	struct recording_info info = {.seed = 1};
	struct recording *r = recording_new(&info);
	struct narrator *narrator;
	struct kept_run kept;
	struct error err;

	(void)state;
	assert_true(kept_run_parse(&kept, "a.live", whole, sizeof whole - 1, &err));
	narrator = narrator_new(&kept.actor, kept.inputs, r);
	narrator_goes_on(narrator, true);
	assert_true(recording_events(r) > 0);
	assert_false(narrator_agrees_to_the_end(narrator));
	narrator_free(narrator);
	recording_free(r);
	kept_run_free(&kept);
}

static const struct {
	const char *was;
	const char *is;
	const char *says;
} spoilt[] = {
	{"\"tcplab_live\": 1", "\"tcplab_live\": 2", "a.live:2:"},
	{"\"tcplab_live\": 1,", "", "is missing"},
	{"1500", "67", "from 68 to 65535"},
	{"1500", "\"no\"", "mtu"},
	{"10.0.0.1", "10.0.0.256", "no address"},
	{"\"10.0.0.1\", \"fd00::1\"", "", "no address"},
	{"18446744073709551615", "-1", "a number, as a text"},
	{"profile=linux", "profile=nobody", "the name of one"},
	{"nagle=false", "nagel=false", "did you mean nagle"},
	{"client", "", "1 to 31 octets"},
	{"\"ended_ns\": 9000", "\"ended_ns\": 8", "ended_ns"},
	{"\"at_ns\": 6", "\"at_ns\": 4", "earlier"},
	{"\"at_ns\": 6", "\"at_ns\": 1.5", "whole number"},
	{"\"what\": \"send\"", "\"what\": \"sned\"", "no input is called"},
	{"6869", "68691", "hexadecimal"},
	{"6869", "686g", "no octet"},
	{"6869", "", "octets"},
	{"10.0.0.2", "nobody", "is an address"},
	{"450000280000", "460000280000", "no TCP reads"},
	{"\"remote_port\": 80", "\"remote_port\": 65536", "remote_port"},
	{"\"conn\": 3", "\"conn\": -3", "conn"},
	{"\"len\": 9", "\"len\": 99999999", "len"},
	{"0123456789abcdef", "0123456789abcde", "digits"},
	{"0123456789abcdef", "0123456789abcdeg", "hexadecimal"},
};

static void what_is_no_run_is_refused_with_the_place(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof spoilt / sizeof spoilt[0]; i++) {
		const char *at = strstr(whole, spoilt[i].was);
		char text[sizeof whole + 64];
		struct kept_run kept;
		struct error err;
		int len;

		assert_non_null(at);
		len = snprintf(text, sizeof text, "%.*s%s%s", (int)(at - whole), whole,
			       spoilt[i].is, at + strlen(spoilt[i].was));
		assert_false(kept_run_parse(&kept, "a.live", text, (size_t)len, &err));
		if (strstr(err.text, spoilt[i].says) == NULL ||
		    strncmp(err.text, "a.live:", 7) != 0)
			fail_msg("\"%s\" does not say \"%s\"", err.text, spoilt[i].says);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_what_was_read),
		cmocka_unit_test(whatever_it_says_can_be_told),
		cmocka_unit_test(what_is_no_run_is_refused_with_the_place),
	};

	return cmocka_run_group_tests_name("kept_run", tests, NULL, NULL);
}
