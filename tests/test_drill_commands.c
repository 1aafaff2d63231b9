/* Commands of scripts: the table says what they are here, and nothing is run. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "machine/commands.h"
#include "machine/sysctl.h"
#include "tcp/congestion.h"

/* A machine that counts what is asked of it. */
struct counting {
	unsigned configured;
	unsigned dropped;
	struct profile profile;
};

static int64_t count_in_state(void *machine, const char *state)
{
	(void)machine;
	if (strcmp(state, "ESTABLISHED") == 0)
		return 12;
	return strcmp(state, "TIME-WAIT") == 0 ? 1 : strcmp(state, "CLOSED") == 0 ? 0 : -1;
}

static bool drop_those(void *machine, nanos now, const char *state)
{
	(void)now;
	((struct counting *)machine)->dropped++;
	return state == NULL || strcmp(state, "TIME_WAIT") == 0;
}

static bool configure(void *machine, const struct profile *profile)
{
	struct counting *counting = machine;

	counting->configured++;
	counting->profile = *profile;
	return counting->configured < 3;
}

static char last_sysctl[128];

static bool take_sysctl(void *machine, const char *name, const char *value)
{
	(void)machine;
	snprintf(last_sysctl, sizeof last_sysctl, "%s=%s", name, value);
	return strcmp(name, "net.ipv4.tcp_retries1") != 0;
}

static struct counting counting;
static const struct machine machine = {.machine = &counting,
				       .count_in_state = count_in_state,
				       .drop = drop_those,
				       .configure = configure};
static struct drill_settings settings;
static struct error why;

static int begin(void **state)
{
	(void)state;
	memset(&counting, 0, sizeof counting);
	settings_default(&settings);
	return 0;
}

static enum setting apply(const char *command)
{
	why.text[0] = '\0';
	return command_apply(&settings, &machine, 7, command, &why);
}

static void known(const char *command)
{
	if (apply(command) != SETTING_KNOWN)
		fail_msg("%s: %s", command, why.text);
}

static void unsupported(const char *command, const char *sentence)
{
	assert_int_equal(apply(command), SETTING_UNSUPPORTED);
	assert_string_equal(why.text, sentence);
}

/* ---- switches ---- */

static void a_switch_of_linux_is_one_of_the_profile(void **state)
{
	(void)state;
	known("sysctl -q net.ipv4.tcp_sack=0");
	assert_false(settings.profile.sack);
	assert_int_equal(counting.configured, 1);
	assert_false(counting.profile.sack);
	known("sysctl -w -e net/ipv4/tcp_timestamps=0 net.ipv4.tcp_window_scaling=0");
	assert_false(settings.profile.timestamps);
	assert_false(settings.profile.window_scaling);
	assert_int_equal(counting.configured, 2);
	known("sysctl net.ipv4.tcp_sack");
	assert_int_equal(counting.configured, 2); /* nothing was changed */
}

static void a_machine_of_its_own_hears_of_it(void **state)
{
	struct machine own = machine;

	(void)state;
	own.sysctl = take_sysctl;
	assert_int_equal(command_apply(&settings, &own, 0, "sysctl -q net.ipv4.tcp_sack=0", &why),
			 SETTING_KNOWN);
	assert_string_equal(last_sysctl, "net.ipv4.tcp_sack=0");
	assert_false(settings.profile.sack);
	assert_int_equal(command_apply(&settings, &own, 0, "sysctl net.ipv4.tcp_retries1=3", &why),
			 SETTING_UNSUPPORTED);
	assert_int_equal(command_apply(&settings, &own, 0, "./defaults.sh", &why), SETTING_KNOWN);
}

static void all_ways_to_set_one_are_the_same(void **state)
{
	static const char *const ways[] = {
		"sysctl net.ipv4.tcp_fin_timeout=7",
		"sudo sysctl -q 'net.ipv4.tcp_fin_timeout=7' > /dev/null 2>&1",
		"/sbin/sysctl -w net.ipv4.tcp_fin_timeout=\"7\"",
		"echo 7 > /proc/sys/net/ipv4/tcp_fin_timeout",
		"echo 7 >/proc/sys/net/ipv4/tcp_fin_timeout; true",
		"../common/set_sysctls.py /proc/sys/net/ipv4/tcp_fin_timeout=7",
		"true && sysctl net.ipv4.tcp_fin_timeout=7 # why not\n",
		"false || sysctl \\\n net.ipv4.tcp_fin_timeout=7",
		"\n\nsysctl net.ipv4.tcp_fin_timeout=0x7\n",
	};

	for (unsigned i = 0; i < sizeof ways / sizeof ways[0]; i++) {
		begin(state);
		known(ways[i]);
		assert_int_equal(settings.profile.fin_wait_2, nanos_from_s(7));
	}
}

static void values_are_in_their_own_units(void **state)
{
	(void)state;
	known("sysctl net.ipv4.tcp_rto_min_us=5000 net.ipv4.tcp_rto_max_ms=30000 "
	      "net.ipv4.tcp_keepalive_time=60 net.ipv4.tcp_keepalive_probes=3");
	assert_int_equal(settings.profile.rto_min, nanos_from_ms(5));
	assert_int_equal(settings.profile.rto_max, nanos_from_s(30));
	assert_int_equal(settings.profile.keepalive_idle, nanos_from_s(60));
	assert_int_equal(settings.profile.keepalive_count, 3);
}

/* 1 + 2 + 4 + 8 s; 200 ms × (1 + 2 + … + 32) */
static void retries_are_times(void **state)
{
	(void)state;
	known("sysctl net.ipv4.tcp_syn_retries=3 net.ipv4.tcp_retries2=5 "
	      "net.ipv4.tcp_orphan_retries=0");
	assert_int_equal(settings.profile.syn_r2, nanos_from_s(15));
	assert_int_equal(settings.profile.r2, nanos_from_ms(12600));
	assert_int_equal(settings.profile.orphan_r2, nanos_from_ms(102200));
	assert_int_equal(sysctl_patience(nanos_from_s(1), nanos_from_s(4), 4), nanos_from_s(15));
}

static void ecn_of_both_systems(void **state)
{
	static const struct {
		const char *command;
		uint32_t ecn;
		bool passive;
	} rows[] = {{"sysctl net.ipv4.tcp_ecn=0", ECN_OFF, false},
		    {"sysctl net.ipv4.tcp_ecn=1", ECN_CLASSIC, false},
		    {"sysctl net.ipv4.tcp_ecn=2", ECN_CLASSIC, true},
		    {"sysctl net.ipv4.tcp_ecn=3", ECN_ACCURATE, false},
		    {"sysctl net.ipv4.tcp_ecn=5", ECN_ACCURATE, true},
		    {"sysctl net.inet.tcp.ecn.enable=1", ECN_CLASSIC, false},
		    {"sysctl net.inet.tcp.ecn.enable=2", ECN_CLASSIC, true},
		    {"sysctl net.inet.tcp.ecn.enable=3", ECN_ACCURATE, false},
		    {"sysctl net.inet.tcp.ecn.enable=4", ECN_ACCURATE, true}};

	for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		begin(state);
		known(rows[i].command);
		assert_int_equal(settings.profile.ecn, rows[i].ecn);
		if (rows[i].ecn != ECN_OFF)
			assert_int_equal(settings.profile.ecn_passive, rows[i].passive);
	}
	assert_int_equal(apply("sysctl net.ipv4.tcp_ecn=4"), SETTING_UNSUPPORTED);
}

/* 61440 × 2^8 is 15 MiB; and half of 540000 does not fit into a SYN. */
static void buffers_decide_the_window_scale(void **state)
{
	(void)state;
	known("sysctl net.ipv4.tcp_rmem=\"4096 540000 15728640\"");
	assert_int_equal(settings.profile.window_scale, 8);
	assert_int_equal(settings.profile.receive_buffer, 270000);
	assert_int_equal(settings.profile.receive_buffer_max, 7864320);
	begin(state);
	known("sysctl -q net.ipv4.tcp_rmem=\"4096 $((64*1024 + 2 * 5)) $((32*1024*1024))\"");
	assert_int_equal(settings.profile.window_scale, 10);
	assert_int_equal(settings.profile.receive_buffer, 32773);
	known("sysctl 'net.ipv4.tcp_rmem=4096 20000 60000'"); /* but a socket may ask for 4 MiB */
	assert_int_equal(settings.profile.window_scale, 7);
	assert_int_equal(settings.profile.receive_buffer, 10000);
	assert_int_equal(settings.profile.receive_buffer_max, 30000);
	begin(state);
	known("sysctl net.ipv4.tcp_moderate_rcvbuf=1");
	assert_true(settings.profile.receive_buffer_max > settings.profile.receive_buffer);
	known("sysctl net.ipv4.tcp_moderate_rcvbuf=0");
	assert_int_equal(settings.profile.receive_buffer_max, 0);
	unsupported("sysctl net.ipv4.tcp_rmem=4096",
		    "the sysctl net.ipv4.tcp_rmem: \"4096\" should be three numbers");
}

static void probes_and_rack_are_two_switches(void **state)
{
	(void)state;
	known("sysctl net.ipv4.tcp_early_retrans=0");
	assert_true(settings.profile.no_tail_probe);
	assert_true(settings.profile.rack);
	known("sysctl net.ipv4.tcp_recovery=0");
	assert_false(settings.profile.rack);
	begin(state);
	unsupported("sysctl net.ipv4.tcp_recovery=0",
		    "the sysctl net.ipv4.tcp_recovery: 0 is not supported: tail loss probes come "
		    "with RACK");
}

static void defaults_are_those_of_a_busy_server(void **state)
{
	(void)state;
	known("../../common/defaults.sh\n./set_sysctls.py /proc/sys/net/ipv4/tcp_sack=0");
	assert_int_equal(settings.profile.window_scale, 8);
	assert_int_equal(settings.profile.ecn, ECN_OFF);
	assert_true(settings.profile.no_idle_restart);
	assert_true(settings.profile.rack);
	assert_true(settings.profile.fast_open);
	assert_false(settings.profile.fast_open_listen); /* a socket asks for it */
	assert_false(settings.profile.sack);
	assert_int_equal(settings.profile.syn_r2, nanos_from_s(63));
	known("/tmp/sysctl_restore_${PPID}.sh");
}

/* ---- FreeBSD ---- */

static void a_script_for_freebsd_is_run_by_its_profile(void **state)
{
	struct profile freebsd;

	(void)state;
	assert_true(profile_named("freebsd", &freebsd));
	known("sysctl -w net.inet.tcp.rfc1323=0");
	assert_string_equal(settings.profile_name, "freebsd");
	assert_int_equal(settings.profile.rto_slop, freebsd.rto_slop);
	assert_false(settings.profile.timestamps);
	assert_false(settings.profile.window_scaling);
	known("sysctl net.inet.tcp.cc.algorithm=newreno net.inet.tcp.msl=1000 "
	      "net.inet.tcp.hostcache.purgenow=1 kern.ipc.maxsockbuf=2097152");
	assert_int_equal(settings.profile.congestion_control, congestion_control_named("reno"));
	assert_int_equal(settings.profile.msl, nanos_from_s(1));
}

static void unless_another_was_chosen(void **state)
{
	(void)state;
	assert_true(settings_use_profile(&settings, "linux"));
	known("sysctl -w net.inet.tcp.rfc1323=0");
	assert_string_equal(settings.profile_name, "linux");
	assert_false(settings.profile.timestamps);
}

/* ---- routes and interfaces ---- */

static void segments_are_not_handed_over_together_without_offloading(void **state)
{
	(void)state;
	assert_int_equal(settings.profile.burst, 2);
	known("ethtool -K tun0 tso off gso off gro off");
	assert_int_equal(settings.profile.burst, 2);
	known("ethtool -K tun0 gso on; sysctl net.ipv4.tcp_min_tso_segs=4");
	assert_int_equal(settings.profile.burst, 4);
	unsupported("ethtool -K tun0 tls on", "the command is not supported: ethtool -K … tls");
}

static void a_route_says_how_to_begin(void **state)
{
	(void)state;
	known("ip route change 192.0.2.1 dev tun0 initcwnd 4 rto_min 5ms advmss 1000");
	assert_int_equal(settings.profile.initial_window, 4);
	assert_int_equal(settings.profile.rto_min, nanos_from_ms(5));
	assert_int_equal(settings.profile.mss, 1000);
	known("ip -4 route replace default via 192.0.2.1 quickack 1 features ecn congctl reno");
	assert_int_equal(settings.profile.delayed_ack, 0);
	assert_int_equal(settings.profile.ecn, ECN_CLASSIC);
	assert_int_equal(settings.profile.congestion_control, congestion_control_named("reno"));
	known("ip tcp_metrics flush all > /dev/null 2>&1");
	unsupported("ip route add 192.0.2.1 dev tun0 initrwnd 4",
		    "the command is not supported: ip route … initrwnd 4");
	unsupported("ip link set dev tun0 mtu 1000", "the command is not supported: ip link");
}

static void only_a_queue_that_holds_nothing_back_is_known(void **state)
{
	(void)state;
	known("tc qdisc add dev tun0 root pfifo");
	known("tc qdisc del dev tun0 root");
	unsupported("tc qdisc replace dev tun0 root fq",
		    "the command is not supported: tc qdisc … fq: there is no queue");
	unsupported(
		"tc qdisc add dev tun0 root pfifo limit 0",
		"the command is not supported: tc qdisc … pfifo limit 0: that TCP is told of what "
		"its own host drops has no equal here");
}

/* ---- what is asked ---- */

static void connections_in_a_state_are_counted(void **state)
{
	(void)state;
	known("sockstat -4 -P tcp -s | grep packetdril | grep -c TIME_WAIT | grep 1");
	known("ss -tan | grep -c TIME-WAIT | grep -q '^1$'");
	known("netstat -an | grep -c CLOSED | grep 0");
	known("ss -tan | grep ESTABLISHED | wc -l | grep 12");
	known("ss -tan | grep ESTABLISHED");
	known("ss -tan");
	known("ss | grep -c ESTABLISHED | grep 2"); /* there is a 2 in 12 */
}

static void another_count_is_wrong(void **state)
{
	(void)state;
	assert_int_equal(apply("sockstat | grep -c ESTABLISHED | grep 3"), SETTING_WRONG);
	assert_string_equal(why.text, "12 connections are in ESTABLISHED, which is not 3");
	assert_int_equal(apply("ss | grep -c ESTABLISHED | grep ^2"), SETTING_WRONG);
	assert_int_equal(apply("ss | grep -c ESTABLISHED | grep '1$'"), SETTING_WRONG);
	assert_int_equal(apply("ss | grep CLOSED"), SETTING_WRONG);
	assert_int_equal(apply("ss | grep tcp | grep -c CLOSED"), SETTING_WRONG);
	assert_string_equal(why.text, "no connection is in CLOSED");
	assert_int_equal(apply("ss | grep -c BETWEEN | grep 1"), SETTING_UNSUPPORTED);
	assert_int_equal(apply("ss | grep -v CLOSED"), SETTING_UNSUPPORTED);
	assert_int_equal(apply("ss | awk CLOSED"), SETTING_UNSUPPORTED);
}

static void a_command_can_end_all_connections(void **state)
{
	(void)state;
	known("tcpdrop -a");
	assert_int_equal(counting.dropped, 1);
	known("tcpdrop -s TIME_WAIT");
	assert_int_equal(counting.dropped, 2);
	assert_int_equal(apply("tcpdrop -s NO_STATE"), SETTING_UNSUPPORTED);
	assert_int_equal(apply("tcpdrop 1.2.3.4 5"), SETTING_UNSUPPORTED);
	assert_int_equal(command_apply(&settings, NULL, 0, "tcpdrop -a", &why),
			 SETTING_UNSUPPORTED);
}

/* ---- what is beyond ---- */

static void what_is_not_known_is_named(void **state)
{
	(void)state;
	unsupported("reboot now", "the command is not supported: reboot");
	unsupported("true; ./hack.sh", "the command is not supported: ./hack.sh");
	unsupported("sysctl net.ipv4.tcp_magic=1", "the sysctl net.ipv4.tcp_magic is not known");
	unsupported("sysctl net.ipv4.tcp_congestion_control=vegas",
		    "the sysctl net.ipv4.tcp_congestion_control: vegas is not supported: there is "
		    "no such congestion control");
	unsupported("sysctl net.ipv4.tcp_keepalive_probes=1",
		    "the sysctl net.ipv4.tcp_keepalive_probes: 1 is not supported: from 2 to 1000 "
		    "is");
	unsupported("sysctl net.ipv4.tcp_sack=yes",
		    "the sysctl net.ipv4.tcp_sack: \"yes\" is no number from 0 on");
	unsupported("echo $(reboot)", "\"$\" in a command is not supported");
	unsupported("echo $((1+))", "\"$((\" in a command is not supported so");
	unsupported("echo $((99999999999*99999999999))",
		    "\"$((\" in a command is not supported so");
	unsupported("echo `reboot`", "\"`\" in a command is not supported");
	unsupported("echo \"$HOME\"", "\"$\" in a command is not supported");
	unsupported("echo 'a", "' has no end");
	unsupported("cat /etc/passwd", "the command is not supported: cat /etc/passwd");
	unsupported("echo 1 > /etc/passwd", "the command is not supported: writing to /etc/passwd");
	unsupported("(true)", "\"(\" in a command is not supported");
	unsupported("true & false", "\"&\" in a command is not supported");
	unsupported("false ||", "the command is not supported: && or || with nothing behind it");
	unsupported("sleep 1",
		    "the command is not supported: sleep: the next event says when it is");
	unsupported("nstat | grep Tcp", "the command is not supported: nstat … | grep: counters "
					"of a whole kernel are not kept");
	unsupported("| true", "a command is missing beside \"|\"");
}

static void the_last_command_decides(void **state)
{
	(void)state;
	assert_int_equal(apply("false"), SETTING_WRONG);
	assert_int_equal(apply("true && false"), SETTING_WRONG);
	assert_int_equal(apply("true; false"), SETTING_WRONG);
	known("false; true");
	known("false || true");
	known("true || reboot");
	assert_int_equal(apply("false && reboot"), SETTING_WRONG);
	known("");
	known("# nothing");
}

static void what_cannot_be_configured_any_more_is_unsupported(void **state)
{
	(void)state;
	known("sysctl net.ipv4.tcp_sack=0");
	known("sysctl net.ipv4.tcp_sack=1");
	unsupported("sysctl net.ipv4.tcp_sack=0",
		    "the command is not supported now: sysctl net.ipv4.tcp_sack=0");
}

static void each_row_has_what_it_needs(void **state)
{
	const struct sysctl *const tables[] = {sysctls_linux, sysctls_freebsd};

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		for (const struct sysctl *row = tables[i]; row->name != NULL; row++) {
			assert_int_equal(row->set != NULL, row->kind == SYSCTL_OTHER);
			assert_int_equal(row->reason != NULL,
					 row->kind == SYSCTL_ONLY || row->kind == SYSCTL_HARMLESS);
			for (const struct sysctl *other = row + 1; other->name != NULL; other++)
				assert_string_not_equal(row->name, other->name);
		}
	}
}

#define TEST(name) cmocka_unit_test_setup(name, begin)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_switch_of_linux_is_one_of_the_profile),
		TEST(a_machine_of_its_own_hears_of_it),
		TEST(all_ways_to_set_one_are_the_same),
		TEST(values_are_in_their_own_units),
		TEST(retries_are_times),
		TEST(ecn_of_both_systems),
		TEST(buffers_decide_the_window_scale),
		TEST(probes_and_rack_are_two_switches),
		TEST(defaults_are_those_of_a_busy_server),
		TEST(a_script_for_freebsd_is_run_by_its_profile),
		TEST(unless_another_was_chosen),
		TEST(segments_are_not_handed_over_together_without_offloading),
		TEST(a_route_says_how_to_begin),
		TEST(only_a_queue_that_holds_nothing_back_is_known),
		TEST(connections_in_a_state_are_counted),
		TEST(another_count_is_wrong),
		TEST(a_command_can_end_all_connections),
		TEST(what_is_not_known_is_named),
		TEST(the_last_command_decides),
		TEST(what_cannot_be_configured_any_more_is_unsupported),
		TEST(each_row_has_what_it_needs),
	};

	return cmocka_run_group_tests_name("drill_commands", tests, NULL, NULL);
}
