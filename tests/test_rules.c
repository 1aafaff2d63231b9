/* Every reason that the engine can give is given: a rule that no conversation
 * of the talks_….def fires, and that no other test is named for, fails. */
#include "tests/conversation.h"

#define SERVER "listen\n< S 0:0(0) win 3000 <mss 1000>\ndrain\n"
#define CLOSED_FIRST                                                                               \
	SERVER "< . 1:1(0) ack 1 win 3000\nclose\ndrain\n< F. 1:1(0) ack 2 win 3000\ndrain\n"
/* With SACK: ten segments of 1000 are under way. And an ACK with one block. */
#define TEN_OUT "set sack 1\nset initial_window 10\nestablished\nsend 10000\ndrain\n"
#define BLOCK(ack, left, right)                                                                    \
	"< . 1:1(0) ack " #ack " win 65535 <nop,nop,sack 1 {" #left ":" #right "}>\n"
/* Four are under way, and the round trip took 100 ms. */
#define RACK                                                                                       \
	"set sack 1\nset rack 1\nset initial_window 5\nconnect\ndrain\npass 100\n"                 \
	"< S. 0:0(0) ack 1 win 65535 <mss 1000,nop,nop,sackOK>\ndrain\nsend 4000\ndrain\n"

#define SEARCHING  "set plpmtud 2\nset initial_window 10\n"
#define WIDE       "set mss 1460\nconnect\ndrain\n< S. 0:0(0) ack 1 win 65535 <mss 1460>\ndrain\n"
#define ASKS(mode) "set ecn " mode "\nconnect\ndrain\n"
#define AGREES     ASKS("2") "< S.W 0:0(0) ack 1 win 65535 <mss 1000>\ndrain\n"

/* A client that has a cookie, and no connection any more. */
#define COOKIE_KEPT                                                                                \
	"set fast_open 1\nfast 10\ndrain\n< S. 0:0(0) ack 1 win 9 <tfo cookie "                    \
	"0x0102030405060708>\ndrain\n< R 1:1(0) win 0\nstate CLOSED\n"
/* What the tests' secret gives to 10.0.0.2. */
#define OUR_COOKIE "0x01f36f7f848f739b"

static const struct {
	enum rule rules[10]; /* 0 behind the last */
	const char *talk;
} talks[] = {
#include "tests/talks_connections.def"
#include "tests/talks_segments.def"
#include "tests/talks_network.def"
#include "tests/talks_freebsd.def"
};

/* Rules that take more than a conversation: the test that shows each, as
 * "file:name". classes.sh sees to it that there is such a test. */
static const struct {
	enum rule rule;
	const char *test;
} elsewhere[] = {
	/* The engine never sees such a packet: these are the host's reasons. */
	{RULE_CHECKSUM_WRONG, "test_host_recording:what_was_dropped_says_why"},
	{RULE_ICMP_NO_CONNECTION, "test_host:icmp_error_reaches_the_connection_that_it_quotes"},
	{RULE_SEGMENT_FORGED, "test_rules_in_worlds:what_a_host_forges_is_named"},
	{RULE_ICMP_FORGED, "test_rules_in_worlds:what_a_host_forges_is_named"},
	/* A router's, and what a replay does not know. */
	{RULE_ROUTER_REPORTS, "test_rules_in_worlds:what_a_router_reports_is_named"},
	{RULE_CWND_INFERRED, "test_causes:every_step_has_its_reason"},
	{RULE_CWND_SEEN, "test_follower:more_under_way_than_cwnd_shows_that_cwnd_was_larger"},
	/* Each of these takes a loss, its repair, and a few round trips. */
	{RULE_REORDERING_MEASURED, "test_reordering:late_segment_reduces_once_and_no_second_time"},
	{RULE_IMPATIENT_TIMEOUT,
	 "test_recovery:time_out_between_partial_acks_is_no_second_reduction"},
	{RULE_REORDERING_FORGOTTEN, "test_reordering:time_out_after_duplicates_forgets_it"},
	{RULE_RACK_JUMPS, "test_reordering:rack_jumps_to_the_lateness_that_it_saw"},
	/* Hundreds of records. */
	{RULE_SACK_TOO_MANY,
	 "test_attacks_load:class_10_every_second_octet_sacked_makes_few_records"},
	/* Many round trips of many segments. */
	{RULE_HYSTART_CSS, "test_hystart:conservative_slow_start_is_a_quarter_as_fast"},
	{RULE_HYSTART_GROWS, "test_hystart:conservative_slow_start_is_a_quarter_as_fast"},
	{RULE_HYSTART_RESUMES, "test_hystart:short_round_trips_again_resume_slow_start"},
	{RULE_HYSTART_ENDS, "test_hystart:five_rounds_of_it_end_slow_start"},
	{RULE_BBR_STARTUP,
	 "test_bbr_model:after_probe_rtt_startup_goes_on_where_the_pipe_was_never_full"},
	{RULE_BBR_MODEL, "test_rules_in_worlds:bbr_gives_its_reasons_on_a_path_with_a_short_queue"},
	{RULE_BBR_STARTUP_LOSSES,
	 "test_rules_in_worlds:bbr_gives_its_reasons_on_a_path_with_a_short_queue"},
	{RULE_BBR_DRAIN, "test_rules_in_worlds:bbr_gives_its_reasons_on_a_path_with_a_short_queue"},
	{RULE_BBR_DOWN, "test_rules_in_worlds:bbr_gives_its_reasons_on_a_path_with_a_short_queue"},
	{RULE_BBR_CRUISE,
	 "test_rules_in_worlds:bbr_gives_its_reasons_on_a_path_with_a_short_queue"},
	{RULE_BBR_REFILL,
	 "test_rules_in_worlds:bbr_gives_its_reasons_on_a_path_with_a_short_queue"},
	{RULE_BBR_UP, "test_rules_in_worlds:bbr_gives_its_reasons_on_a_path_with_a_short_queue"},
	{RULE_BBR_TOO_HIGH,
	 "test_rules_in_worlds:bbr_gives_its_reasons_on_a_path_with_a_short_queue"},
	{RULE_BBR_SLOWS_DOWN,
	 "test_rules_in_worlds:bbr_gives_its_reasons_on_a_path_with_a_short_queue"},
	{RULE_BBR_PROBE_RTT,
	 "test_rules_in_worlds:bbr_gives_its_reasons_on_a_path_with_a_short_queue"},
};

static void every_rule_is_fired_by_its_conversation(void **state)
{
	bool listed[RULE_COUNT] = {false};

	(void)state;
	for (size_t i = 0; i < sizeof elsewhere / sizeof elsewhere[0]; i++)
		listed[elsewhere[i].rule] = true;
	for (size_t i = 0; i < sizeof talks / sizeof talks[0]; i++) {
		struct dialogue d = converse(talks[i].talk);

		for (size_t k = 0; k < 10 && talks[i].rules[k] != RULE_NONE; k++) {
			listed[talks[i].rules[k]] = true;
			if (!d.rules[talks[i].rules[k]])
				fail_msg("%s is not given as a reason in:\n%s",
					 rule_info(talks[i].rules[k])->id, talks[i].talk);
		}
	}
	for (int r = RULE_NONE + 1; r < RULE_COUNT; r++) {
		if (!listed[r])
			fail_msg("no conversation gives %s as a reason",
				 rule_info((enum rule)r)->id);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_rule_is_fired_by_its_conversation),
	};

	return DIALOGUE_RUN("rules", tests);
}
