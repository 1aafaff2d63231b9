/* Addresses as text, and which of them TCP does not talk to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "tests/random_segment.h"
#include "wire/address.h"

static struct address address(const char *text)
{
	struct address a;

	assert_true(address_parse(&a, text));
	return a;
}

static void addresses_are_written_as_rfc_5952_wants(void **state)
{
	static const struct {
		const char *given, *written;
	} rows[] = {
		{"10.0.0.1", "10.0.0.1"},
		{"255.255.255.255", "255.255.255.255"},
		{"::", "::"},
		{"0:0:0:0:0:0:0:1", "::1"},
		{"2001:DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},
		{"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},
		{"2001:0db8::0001", "2001:db8::1"},
		{"::ffff:10.0.0.1", "::ffff:10.0.0.1"},
		{"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
		 "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct address a = address(rows[i].given);
		char text[ADDRESS_TEXT_MAX];

		address_format(&a, text);
		assert_string_equal(text, rows[i].written);
	}
}

static void what_is_written_is_read_back(void **state)
{
	struct random r = random_seeded(50, 0);

	(void)state;
	for (unsigned i = 0; i < 20000; i++) {
		struct address a = random_address(&r, i % 2 == 0 ? 4 : 6);
		char text[ADDRESS_TEXT_MAX];
		struct address read;

		for (size_t at = 0; at < sizeof a.bytes; at++) {
			if (random_chance(&r, 500000))
				a.bytes[at] = 0; /* so that there is something to leave out */
		}
		address_format(&a, text);
		memset(&read, 0xaa, sizeof read);
		assert_true(address_parse(&read, text));
		assert_true(address_eq(&read, &a));
	}
}

static void nothing_else_is_an_address(void **state)
{
	static const char *const texts[] = {
		"",          "localhost", "10.0.0",     "10.0.0.1.1", "256.1.1.1", "010.0.0.1",
		"10.0.0.1 ", " 10.0.0.1", "0x0a.0.0.1", "10.0.0.-1",  "10",        "10.0.0.1:80",
		":::",       "1::2::3",   "fe80::1%lo", "[::1]",      "12345::",   "1:2:3:4:5:6:7",
	};
	struct address before = address("10.0.0.1");
	struct address a = before;

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		assert_false(address_parse(&a, texts[i]));
		assert_true(address_eq(&a, &before));
	}
}

static void versions_are_never_equal(void **state)
{
	struct address v4 = {.version = 4};
	struct address v6 = {.version = 6};

	(void)state;
	assert_false(address_eq(&v4, &v6));
}

static void endpoints_are_written_with_their_port(void **state)
{
	char text[ENDPOINT_TEXT_MAX];
	struct endpoint e = {.address = address("10.0.0.1"), .port = 80};
	struct endpoint other = e;

	(void)state;
	endpoint_format(&e, text);
	assert_string_equal(text, "10.0.0.1:80");
	assert_true(endpoint_eq(&e, &other));
	other.port = 81;
	assert_false(endpoint_eq(&e, &other));
	e.address = address("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
	e.port = 65535;
	assert_false(endpoint_eq(&e, &other));
	endpoint_format(&e, text);
	assert_string_equal(text, "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535");
	e.address.version = 0;
	endpoint_format(&e, text);
	assert_string_equal(text, "*:65535");
}

static void tcp_does_not_talk_to_many_or_nobody(void **state)
{
	static const char *const unusable[] = {
		"0.0.0.0", "255.255.255.255", "224.0.0.1", "239.255.255.255", "::", "ff02::1"};
	static const char *const usable[] = {"0.0.0.1",         "10.0.0.1",   "127.0.0.1",
					     "223.255.255.255", "240.0.0.1",  "::1",
					     "fe80::1",         "2001:db8::1"};
	static const struct address not_given;

	(void)state;
	for (size_t i = 0; i < sizeof unusable / sizeof unusable[0]; i++) {
		struct address a = address(unusable[i]);

		assert_true(address_is_unusable(&a));
		assert_int_equal(address_is_multicast(&a), i == 2 || i == 3 || i == 5);
	}
	for (size_t i = 0; i < sizeof usable / sizeof usable[0]; i++) {
		struct address a = address(usable[i]);

		assert_false(address_is_unusable(&a));
		assert_false(address_is_multicast(&a));
	}
	assert_true(address_is_unusable(&not_given));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_are_written_as_rfc_5952_wants),
		cmocka_unit_test(what_is_written_is_read_back),
		cmocka_unit_test(nothing_else_is_an_address),
		cmocka_unit_test(versions_are_never_equal),
		cmocka_unit_test(endpoints_are_written_with_their_port),
		cmocka_unit_test(tcp_does_not_talk_to_many_or_nobody),
	};

	return cmocka_run_group_tests_name("address", tests, NULL, NULL);
}
