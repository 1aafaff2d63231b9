/* The head of a script: addresses, times, the profile. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "machine/settings.h"

static struct drill_settings settings;
static struct error why;

static enum setting head(const char *lines)
{
	char text[512];
	struct error err;
	struct script *script;
	enum setting outcome;

	snprintf(text, sizeof text, "%s\n0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n", lines);
	script = script_parse("t.pkt", text, strlen(text), &err);
	if (script == NULL)
		fail_msg("%s", err.text);
	settings_default(&settings);
	why.text[0] = '\0';
	outcome = settings_of_script(&settings, script, &why);
	script_free(script);
	return outcome;
}

static void known(const char *lines)
{
	if (head(lines) != SETTING_KNOWN)
		fail_msg("%s: %s", lines, why.text);
}

static void is(enum setting outcome, const char *lines, const char *sentence)
{
	assert_int_equal(head(lines), outcome);
	assert_string_equal(why.text, sentence);
}

static void address_is(const struct address *address, const char *expected)
{
	char text[ADDRESS_TEXT_MAX];

	address_format(address, text);
	assert_string_equal(text, expected);
}

static void a_script_that_says_nothing(void **state)
{
	(void)state;
	known("");
	address_is(&settings.addresses.local, "192.168.0.1");
	address_is(&settings.addresses.remote, "192.0.2.1");
	assert_int_equal(settings.addresses.bind_port, 8080);
	assert_int_equal(settings.addresses.connect_port, 8080);
	assert_int_equal(settings.mtu, 1500);
	assert_int_equal(settings.tolerance, nanos_from_ms(4));
	assert_string_equal(settings.profile_name, "linux");
	assert_false(settings.addresses.mapped);
}

static void versions_of_ip(void **state)
{
	(void)state;
	known("--ip_version=ipv6");
	address_is(&settings.addresses.local, "fd3d:fa7b:d17d::1");
	address_is(&settings.addresses.remote, "2001:db8::1");
	known("--ip_version=ipv4-mapped-ipv6");
	assert_true(settings.addresses.mapped);
	address_is(&settings.addresses.local, "192.168.0.1");
	known("--local_ip=2001:db8::7\n--remote_ip=2001:db8::8/32\n--ip_version=ipv6");
	address_is(&settings.addresses.local, "2001:db8::7");
	address_is(&settings.addresses.remote, "2001:db8::8");
	is(SETTING_WRONG, "--ip_version=ipv5",
	   "1:1: --ip_version: it takes ipv4, ipv6 or ipv4-mapped-ipv6, not \"ipv5\"");
	is(SETTING_WRONG, "--local_ip=2001:db8::7",
	   "1:1: --local_ip: \"2001:db8::7\" is no IPv4 address");
}

static void numbers(void **state)
{
	(void)state;
	known("--bind_port=80\n--connect_port=443\n--mtu=1280\n--tolerance_usecs=75000\n"
	      "--tcp_ts_tick_usecs=1000\n--non_fatal=packet,syscall");
	assert_int_equal(settings.addresses.bind_port, 80);
	assert_int_equal(settings.addresses.connect_port, 443);
	assert_int_equal(settings.mtu, 1280);
	assert_int_equal(settings.tolerance, nanos_from_ms(75));
	assert_int_equal(settings.ts_tick, nanos_from_ms(1));
	assert_true(settings.non_fatal_packet);
	assert_true(settings.non_fatal_call);
	is(SETTING_WRONG, "--bind_port=0",
	   "1:1: --bind_port: it takes a whole number from 1 to 65535, not \"0\"");
	is(SETTING_WRONG, "--mtu=1200\n--ip_version=ipv6",
	   "2:1: --ip_version: --mtu=1200 is less than IPv6 allows, 1280");
}

static void what_makes_no_difference_is_known(void **state)
{
	(void)state;
	known("--gateway_ip=192.168.0.2\n--netmask_ip=255.255.0.0\n--speed=1000\n--mss=1000\n"
	      "--send_omit_free\n--verbose\n--is_anyip\n--code_command=python3\n"
	      "--code_format=python\n--code_sockopt=TCP_INFO\n--define=A=1\n"
	      "--tolerance_percent=12.5\n--init_scripts=./defaults.sh");
	assert_int_equal(settings.profile.window_scale, 8);
}

static void what_does_is_not(void **state)
{
	(void)state;
	is(SETTING_UNSUPPORTED, "--wire_client",
	   "1:1: --wire_client: --wire_client is not supported: there is no wire");
	is(SETTING_UNSUPPORTED, "--tolerance_percent=3",
	   "1:1: --tolerance_percent: --tolerance_percent=3 is not supported: only 12.5 is");
	is(SETTING_UNSUPPORTED, "--tolerance_usec=3",
	   "1:1: --tolerance_usec: there is no option --tolerance_usec: did you mean "
	   "--tolerance_usecs");
	is(SETTING_UNSUPPORTED, "--init_scripts=./mine.sh",
	   "1:1: --init_scripts: the command is not supported: ./mine.sh");
	is(SETTING_WRONG, "--mtu", "1:1: --mtu: --mtu takes a value");
	is(SETTING_WRONG, "--verbose=1", "1:1: --verbose: --verbose takes no value");
}

static void a_comment_names_the_profile_and_its_fields(void **state)
{
	(void)state;
	known("// tcplab: mss=1000 profile=plain delayed_ack_ms=0 seed=7 standing_read strict");
	assert_string_equal(settings.profile_name, "plain");
	assert_int_equal(settings.profile.mss, 1000);
	assert_int_equal(settings.profile.delayed_ack, 0);
	assert_int_equal(settings.seed, 7);
	assert_true(settings.standing_read);
	assert_true(settings.strict);
	assert_int_equal(head("// tcplab: profile=none"), SETTING_WRONG);
	assert_non_null(strstr(why.text, "there is no profile \"none\""));
	assert_int_equal(head("// tcplab: nonsense=1"), SETTING_WRONG);
	assert_int_equal(head("// tcplab: mss"), SETTING_WRONG);
}

static void old_linux_has_another_window_scale(void **state)
{
	(void)state;
	known("// tcplab: profile=linux-old");
	assert_string_equal(settings.profile_name, "linux-old");
	assert_int_equal(settings.profile.window_scale, 6);
	assert_false(settings.profile.rack);
	assert_false(settings_use_profile(&settings, "linux-new"));
}

static void old_freebsd_waits_longer(void **state)
{
	(void)state;
	known("// tcplab: profile=freebsd-old");
	assert_string_equal(settings.profile_name, "freebsd-old");
	assert_int_equal(settings.profile.rto_initial, 3000000000);
	assert_int_equal(settings.profile.delayed_ack, 100000000);
	assert_true(settings.profile.fin_with_acks);
	assert_true(settings.profile.cwr_at_once);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_script_that_says_nothing),
		cmocka_unit_test(versions_of_ip),
		cmocka_unit_test(numbers),
		cmocka_unit_test(what_makes_no_difference_is_known),
		cmocka_unit_test(what_does_is_not),
		cmocka_unit_test(a_comment_names_the_profile_and_its_fields),
		cmocka_unit_test(old_linux_has_another_window_scale),
		cmocka_unit_test(old_freebsd_waits_longer),
	};

	return cmocka_run_group_tests_name("drill_settings", tests, NULL, NULL);
}
