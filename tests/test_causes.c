/* Every event of a recording has a chain of causes that ends at an input: a call, a caption,
 * or what comes from outside. And whatever changes in a TCB, it has been said why. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <glob.h>
#include <cmocka.h>

#include "source/scenario.h"
#include "tcp/variables.h"
#include "tests/replayed.h"

/* ---- the recordings: every scenario, also on other hosts and paths; every capture ---- */

struct subject {
	char name[200];
	struct recording *r;
};

enum { SUBJECTS_MAX = 400 };

static struct subject subjects[SUBJECTS_MAX];
static unsigned subject_count;

static void add_subject(const char *path, const char *how, struct recording *r)
{
	struct subject *subject = &subjects[subject_count++];

	assert_true(subject_count <= SUBJECTS_MAX);
	snprintf(subject->name, sizeof subject->name, "%s%s", strrchr(path, '/') + 1, how);
	subject->r = r;
}

static void find(glob_t *files, const char *what)
{
	const char *top = getenv("TOP");
	char pattern[1000];

	snprintf(pattern, sizeof pattern, "%s/%s", top != NULL ? top : ".", what);
	assert_int_equal(glob(pattern, 0, NULL, files), 0);
	assert_in_range(files->gl_pathc, 10, 1000);
}

struct setting {
	const char *name;
	const char *sets[8];
};

#define BOTH(what)  "hosts.client." what, "hosts.server." what
#define LOSSES      "links.0.faults.+={\"lose_percent\": 8}"
#define LATE        "links.0.faults.+={\"delay_percent\": 10, \"by_ms\": 150}"
#define CONTROL(cc) BOTH("tcp.congestion_control=" cc), BOTH("tcp.initial_window=10")

static const struct setting settings[] = {
	{"", {NULL}},
	{" (plain, losses)", {BOTH("profile=plain"), LOSSES, NULL}},
	{" (rfc, losses)", {BOTH("profile=rfc"), LOSSES, NULL}},
	{" (linux)", {BOTH("profile=linux"), NULL}},
	{" (linux, losses)", {BOTH("profile=linux"), LOSSES, NULL}},
	{" (linux, late)", {BOTH("profile=linux"), LATE, NULL}},
	{" (bbr, losses)", {CONTROL("bbr"), LOSSES, NULL}},
	{" (cubic, late)", {CONTROL("cubic"), LATE, NULL}},
	{" (cwv, losses)", {BOTH("tcp.cwv=true"), LOSSES, NULL}},
	{" (hystart)", {BOTH("tcp.hystart=true"), BOTH("tcp.initial_window=10"), NULL}},
};

static void run_scenario(const char *path, const struct setting *setting)
{
	struct scenario_options options = {.sets = setting->sets};
	struct error err = {""};
	struct recording *r;
	struct scenario *s;

	while (setting->sets[options.set_count] != NULL)
		options.set_count++;
	if (!scenario_load(path, &options, &s, &err)) {
		if (options.set_count == 0) /* not every scenario can be changed so */
			fail_msg("%s", err.text);
		return;
	}
	r = scenario_recording(s);
	scenario_run(s, r);
	add_subject(path, setting->name, r);
	scenario_free(s);
}

static void replay_capture(const char *path, enum replay_play play, const char *how)
{
	const struct replay_options options = {.play = (uint8_t)play};
	struct replay_summary summary;
	struct recording *r;
	struct error err;

	if (!replay_run(path, &options, &r, &summary, &err)) {
		if (play == REPLAY_BOTH) /* in some there is nothing that our engine could play */
			fail_msg("%s", err.text);
		return;
	}
	free(summary.report);
	add_subject(path, how, r);
}

static int record_all(void **state)
{
	glob_t files;

	(void)state;
	find(&files, "scenarios/[0-9][0-9]-*.json");
	for (size_t i = 0; i < files.gl_pathc; i++) {
		for (size_t k = 0; k < sizeof settings / sizeof settings[0]; k++)
			run_scenario(files.gl_pathv[i], &settings[k]);
	}
	globfree(&files);
	find(&files, "traces/*.pcap*");
	for (size_t i = 0; i < files.gl_pathc; i++) {
		replay_capture(files.gl_pathv[i], REPLAY_BOTH, "");
		replay_capture(files.gl_pathv[i], REPLAY_PLAY_CLIENT, " (client)");
		replay_capture(files.gl_pathv[i], REPLAY_PLAY_SERVER, " (server)");
	}
	globfree(&files);
	return 0;
}

static int forget_all(void **state)
{
	(void)state;
	while (subject_count > 0)
		recording_free(subjects[--subject_count].r);
	return 0;
}

/* Does it with every event of every recording. */
static void each_event(void check(const struct subject *subject, uint32_t n))
{
	assert_true(subject_count > 250);
	for (unsigned i = 0; i < subject_count; i++) {
		for (uint32_t n = 0; n < recording_events(subjects[i].r); n++)
			check(&subjects[i], n);
	}
}

static bool is_of_the_capture(const struct recording *r, const struct event *event)
{
	struct packet_record record;

	if (event->packet == EVENT_NONE)
		return false;
	recording_packet(r, event->packet, &record);
	return record.captured;
}

/* ---- causes ---- */

/* What a run is a function of: calls and captions at scripted times, and segments that come
 * from elsewhere, forged by a host or seen in a capture. */
static bool is_input(const struct recording *r, const struct event *event)
{
	switch ((enum event_kind)event->kind) {
	case EVENT_CALL:
	case EVENT_CAPTION: return true;
	case EVENT_SEND:
		return event->rule == RULE_SEGMENT_FORGED || event->rule == RULE_ICMP_FORGED ||
		       is_of_the_capture(r, event);
	default: return false;
	}
}

static void ends_at_an_input(const struct subject *subject, uint32_t n)
{
	struct event event = recording_event(subject->r, n);
	uint32_t at = n;

	while (event.cause != EVENT_NONE) {
		struct event cause;

		/* Each is earlier than what it led to: the chain has an end. */
		if (event.cause >= at)
			fail_msg("%s: event %u is caused by %u", subject->name, at, event.cause);
		cause = recording_event(subject->r, event.cause);
		assert_true(cause.time <= event.time);
		at = event.cause;
		event = cause;
	}
	if (!is_input(subject->r, &event))
		fail_msg("%s: event %u goes back to %u, which is no input", subject->name, n, at);
}

static void every_chain_of_causes_ends_at_an_input(void **state)
{
	(void)state;
	each_event(ends_at_an_input);
}

/* In a capture nobody sees a probe's timer start: it is started with the one for RTO. */
static bool arms(const struct subject *subject, const struct event *start, uint8_t timer)
{
	return start->timer == timer ||
	       (recording_info(subject->r)->inferred && timer == TIMER_TAIL_PROBE &&
		start->timer == TIMER_RETRANSMISSION);
}

/* What is caused by what: the kinds say so. */
static void is_caused_by_the_right_kind(const struct subject *subject, uint32_t n)
{
	struct event event = recording_event(subject->r, n);
	struct event cause;

	if (event.cause == EVENT_NONE)
		return;
	cause = recording_event(subject->r, event.cause);
	switch ((enum event_kind)event.kind) {
	case EVENT_TIMER:
		assert_int_equal(cause.kind, EVENT_TIMER_STARTED);
		assert_true(arms(subject, &cause, event.timer));
		assert_int_equal(cause.conn, event.conn);
		break;
	case EVENT_ARRIVE:
	case EVENT_LOST:
		assert_true(cause.kind == EVENT_SEND || cause.kind == EVENT_DUPLICATED);
		assert_int_equal(cause.packet, event.packet);
		break;
	case EVENT_CALL: assert_int_equal(cause.kind, EVENT_NOTICE); break;
	default: break;
	}
}

static void timers_were_started_and_packets_sent(void **state)
{
	(void)state;
	each_event(is_caused_by_the_right_kind);
}

/* ---- reasons ---- */

static void has_its_reason(const struct subject *subject, uint32_t n)
{
	struct event event = recording_event(subject->r, n);

	switch ((enum event_kind)event.kind) {
	case EVENT_SEND:
		/* Nobody knows why the host of a capture sent it, unless it is clear. */
		if (is_of_the_capture(subject->r, &event))
			return;
		break;
	case EVENT_TRANSITION:
	case EVENT_NOTE:
	case EVENT_TIMER_STARTED:
	case EVENT_TIMER_STOPPED: break;
	case EVENT_CALL: /* refused, with the answer, or taken */ return;
	default: return;
	}
	if (event.rule == RULE_NONE)
		fail_msg("%s: event %u has no reason", subject->name, n);
}

static void every_step_has_its_reason(void **state)
{
	(void)state;
	each_event(has_its_reason);
}

/* ---- changes ---- */

/* The TCB begins anew: nothing in it is what it was. */
#define BEGINS_ANEW                                                                                \
	RULE_OPEN_PASSIVE, RULE_OPEN_ACTIVE, RULE_RST_RETURNS_TO_LISTEN,                           \
		RULE_SYN_RETURNS_TO_LISTEN, RULE_RST_RETURNS_TO_TIME_WAIT, RULE_SYN_REOPENS

#define GOES_ON_FROM_BEFORE RULE_EIFEL_UNDOES, RULE_DSACK_UNDOES, RULE_FRTO_SPURIOUS

/* Which rules may change what; a change of state has an event of its own. */
static const struct {
	const char *variable;
	enum rule rules[48]; /* 0 behind the last */
} changes[] = {
	{"cwnd",
	 {BEGINS_ANEW,
	  RULE_INITIAL_WINDOW,
	  RULE_LARGER_INITIAL_WINDOW,
	  RULE_WINDOW_AFTER_SYN,
	  RULE_ACCECN_SYN_MARKED,
	  RULE_SLOW_START,
	  RULE_SLOW_START_COUNTS,
	  RULE_HYSTART_GROWS,
	  RULE_CONGESTION_AVOIDANCE,
	  RULE_CUBIC_GROWS,
	  RULE_CUBIC_CONCAVE,
	  RULE_CUBIC_CONVEX,
	  RULE_CUBIC_RENO_FRIENDLY,
	  RULE_BBR_MODEL,
	  RULE_BBR_CRUISE, /* at the end of ProbeRTT */
	  RULE_BBR_STARTUP,
	  RULE_FAST_RETRANSMIT,
	  RULE_FAST_RECOVERY_INFLATES,
	  RULE_PARTIAL_ACK,
	  RULE_FULL_ACK,
	  RULE_RENO_LEAVES,
	  RULE_SACK_RECOVERY,
	  RULE_SACK_RECOVERED,
	  RULE_RACK_RECOVERY,
	  RULE_PRR_PROPORTIONAL,
	  RULE_PRR_BOUNDED,
	  RULE_TLP_REPAIRED,
	  RULE_LOSS_WINDOW,
	  RULE_FRTO_CONFIRMED,
	  GOES_ON_FROM_BEFORE,
	  RULE_ECN_REDUCES,
	  RULE_RESTART_AFTER_IDLE,
	  RULE_PATH_MTU_RAISED, /* cwnd is a segment at least, ssthresh two */
	  RULE_PATH_PROBE_ARRIVED,
	  RULE_CWV_LOSS,
	  RULE_CWV_RECOVERED,
	  RULE_CWV_PERIOD_OVER,
	  RULE_CWND_INFERRED,
	  RULE_CWND_SEEN}},
	{"ssthresh",
	 {BEGINS_ANEW, RULE_INITIAL_WINDOW, RULE_LARGER_INITIAL_WINDOW, RULE_SHARED_SSTHRESH,
	  RULE_HYSTART_ENDS, RULE_FAST_RETRANSMIT, RULE_SACK_RECOVERY, RULE_RACK_RECOVERY,
	  RULE_TLP_REPAIRED, RULE_LOSS_WINDOW, GOES_ON_FROM_BEFORE, RULE_ECN_REDUCES,
	  RULE_PATH_MTU_RAISED, RULE_PATH_PROBE_ARRIVED, RULE_CWV_RECOVERED, RULE_CWV_PERIOD_OVER,
	  RULE_CWND_INFERRED}},
	{"RTO",
	 {BEGINS_ANEW, RULE_RTT_FIRST, RULE_RTT_NEXT, RULE_RTO_ADAPTED, RULE_RTT_1981,
	  RULE_RTO_FIRED, RULE_RTO_AFTER_SYN, RULE_SHARED_PATH}},
	{"SND.WND", {BEGINS_ANEW, RULE_WINDOW_UPDATED, RULE_WINDOW_CLOSED, RULE_WINDOW_SHRUNK}},
};

struct step {
	const struct subject *subject;
	uint32_t conn;
	uint32_t first; /* the events of one call of the engine … */
	uint32_t last;
	const struct tcb *before;
	const struct tcb *after;
};

static bool allows(const enum rule *rules, enum rule rule)
{
	while (*rules != RULE_NONE && *rules != rule)
		rules++;
	return *rules != RULE_NONE;
}

static bool is_explained(const struct step *step, const enum rule *rules)
{
	for (uint32_t n = step->first; n <= step->last; n++) {
		struct event event = recording_event(step->subject->r, n);

		if (event.conn == step->conn && allows(rules, (enum rule)event.rule))
			return true;
	}
	return false;
}

/* What listens now, where another TCB has left LISTEN in the same turn. */
static bool takes_over_listening(const struct step *step)
{
	const struct recording *r = step->subject->r;
	uint32_t first;
	uint32_t count;

	if (step->after->state != LISTEN)
		return false;
	recording_turn(r, recording_event(r, step->last).turn, &first, &count);
	for (uint32_t n = first; n < first + count; n++) {
		struct event event = recording_event(r, n);

		if (event.kind == EVENT_TRANSITION && event.conn != step->conn &&
		    (event.from == LISTEN || event.to == LISTEN))
			return true;
	}
	return false;
}

/* From one state to the next, without a gap. */
static void check_states(const struct step *step)
{
	const char *name = step->subject->name;
	uint8_t state = step->before->state;

	for (uint32_t n = step->first; n <= step->last; n++) {
		struct event event = recording_event(step->subject->r, n);

		if (event.conn != step->conn || event.kind != EVENT_TRANSITION)
			continue;
		if (event.from != state)
			fail_msg("%s: event %u leaves a state in which nobody was", name, n);
		state = event.to;
	}
	if (state != step->after->state)
		fail_msg("%s: %s up to event %u comes without a transition", name,
			 state_name((enum tcp_state)step->after->state), step->last);
}

static void check_step(const struct step *step)
{
	if (takes_over_listening(step)) /* a copy of what the other was before */
		return;
	check_states(step);
	for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
		const struct variable *variable = tcb_variable(changes[i].variable);

		assert_non_null(variable);
		if (tcb_value(step->before, variable) != tcb_value(step->after, variable) &&
		    !is_explained(step, changes[i].rules))
			fail_msg("%s: nothing explains how %s changes up to event %u",
				 step->subject->name, variable->name, step->last);
	}
}

/* No TCB is one in CLOSED. */
static unsigned check_connection(const struct subject *subject, uint32_t conn)
{
	struct step step = {.subject = subject, .conn = conn};
	struct tcb before = {.state = CLOSED};
	struct tcb_walk walk;
	unsigned steps = 0;
	bool known = true;

	tcb_walk_start(&walk, subject->r, conn);
	while (tcb_walk_next(&walk)) {
		step.last = walk.event;
		step.before = &before;
		step.after = &walk.now.tcb;
		if (known && walk.exists)
			check_step(&step);
		known = walk.exists;
		before = walk.now.tcb;
		step.first = walk.event + 1;
		steps++;
	}
	return steps;
}

static void every_change_of_a_tcb_is_explained(void **state)
{
	unsigned steps = 0;

	(void)state;
	for (unsigned i = 0; i < subject_count; i++) {
		for (uint32_t conn = 0; conn < recording_conns(subjects[i].r); conn++)
			steps += check_connection(&subjects[i], conn);
	}
	assert_true(steps > 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_chain_of_causes_ends_at_an_input),
		cmocka_unit_test(timers_were_started_and_packets_sent),
		cmocka_unit_test(every_step_has_its_reason),
		cmocka_unit_test(every_change_of_a_tcb_is_explained),
	};

	return cmocka_run_group_tests_name("causes", tests, record_all, forget_all);
}
