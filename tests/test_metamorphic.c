/* The same scenario elsewhere on the circle of sequence numbers, and over the
 * other IP: event for event the same story.
 *
 * Two recordings are the same where each number differs by as much as the
 * sender's, or the receiver's, initial number does. What has no initial number
 * to differ by (a RST that answers a segment without ACK has number 0) is equal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <glob.h>
#include <cmocka.h>

#include "source/scenario_inside.h"

enum { HOSTS_MAX = 16 };

static glob_t files;

/* A run, and what it was told to be different in. */
struct told {
	const char *path;
	struct recording *r;
	uint32_t isn[HOSTS_MAX]; /* by the host's number */
	bool cookies;            /* some numbers are hashes, which no one can move */
	bool other_ip;           /* than the run that it is compared with */
};

/* ---- running ---- */

/* IPv4 10.0.0.1 is IPv6 2001:db8::10.0.0.1, and back. */
static void change_ip(struct address *a)
{
	static const uint8_t prefix[12] = {0x20, 0x01, 0x0d, 0xb8};
	struct address other = {.version = a->version == 4 ? 6 : 4};

	if (a->version == 4) {
		memcpy(other.bytes, prefix, 12);
		memcpy(other.bytes + 12, a->bytes, 4);
	} else {
		other.bytes[0] = 10;
		memcpy(other.bytes + 1, a->bytes + 13, 3);
	}
	if (a->version != 0)
		*a = other;
}

static void change_all_ip(struct scenario *s)
{
	for (unsigned i = 0; i < s->host_count; i++) {
		change_ip(&s->hosts[i].addresses[0]);
		change_ip(&s->hosts[i].addresses[1]);
		for (unsigned k = 0; k < s->hosts[i].keys.count; k++) {
			change_ip(&s->hosts[i].keys.all[k].peer[0]);
			change_ip(&s->hosts[i].keys.all[k].peer[1]);
		}
		for (unsigned k = 0; k < s->hosts[i].step_count; k++) {
			change_ip(&s->hosts[i].steps[k].to.address);
			change_ip(&s->hosts[i].steps[k].from.address);
		}
	}
}

/* Whose numbers a forged segment has; those of nobody are the first host's. */
static unsigned owner_of(const struct scenario *s, const struct endpoint *e)
{
	for (unsigned i = 0; i < s->host_count; i++) {
		if (address_eq(&s->hosts[i].addresses[0], &e->address))
			return i;
	}
	return 0;
}

/* The forger guesses the same place in the window. */
static void move_forgeries(struct scenario *s, const uint32_t *by)
{
	for (unsigned i = 0; i < s->host_count; i++) {
		for (unsigned k = 0; k < s->hosts[i].step_count; k++) {
			const struct script_step *step = &s->hosts[i].steps[k];
			struct segment *forged = (struct segment *)step->forged;
			struct icmp_error *icmp = (struct icmp_error *)step->forged_icmp;

			if (icmp != NULL)
				icmp->quoted_seq =
					seq_add(icmp->quoted_seq, by[owner_of(s, &step->to) % 2]);
			if (forged == NULL)
				continue;
			forged->seq = seq_add(forged->seq, by[owner_of(s, &step->from) % 2]);
			if (forged->flags & ACK)
				forged->ack = seq_add(forged->ack, by[owner_of(s, &step->to) % 2]);
		}
	}
}

/* Each host's ISN is so much more; a fault that names a number names the same octet. */
static void move_numbers(struct scenario *s, const uint32_t *by, struct told *told)
{
	for (unsigned i = 0; i < s->host_count; i++) {
		struct profile *p = &s->hosts[i].profile;

		assert_true(i < HOSTS_MAX);
		p->isn = (p->isn_fixed ? p->isn : 1000 * i) + by[i % 2];
		p->isn_fixed = true;
		told->isn[i] = p->isn;
		told->cookies |= p->syn_defence >= SYN_DEFENCE_COOKIES;
	}
	move_forgeries(s, by);
	for (unsigned i = 0; i < s->link_count; i++) {
		for (unsigned k = 0; k < s->links[i].fault_count; k++) {
			struct scenario_fault *fault = &s->links[i].faults[k];

			if (fault->stage.victims.has_seq)
				fault->stage.victims.seq += by[fault->from % 2];
		}
	}
}

static struct told tell(const char *path, uint32_t first, uint32_t second, bool other_ip)
{
	struct told told = {.path = path, .other_ip = other_ip};
	const uint32_t by[2] = {first, second};
	struct scenario *s;
	struct error err = {""};

	if (!scenario_load(path, NULL, &s, &err))
		fail_msg("%s", err.text);
	move_numbers(s, by, &told);
	for (unsigned i = 0; i < s->host_count; i++) {
		if (s->hosts[i].profile.mss == 0) /* else it is the MTU less the headers */
			s->hosts[i].profile.mss = 1000;
	}
	if (other_ip)
		change_all_ip(s);
	told.r = scenario_recording(s);
	scenario_run(s, told.r);
	scenario_free(s);
	return told;
}

/* ---- comparing ---- */

static bool is_moved(const struct told *a, const struct told *b, uint32_t x, uint32_t y)
{
	if (x == y && (x == 0 || memcmp(a->isn, b->isn, sizeof a->isn) == 0))
		return true;
	for (uint32_t i = 0; i < recording_hosts(a->r); i++) {
		if (y - x == b->isn[i] - a->isn[i])
			return true;
	}
	return false;
}

static void same_events(const struct told *a, const struct told *b)
{
	if (recording_events(a->r) != recording_events(b->r))
		fail_msg("%s: %u events became %u", a->path, recording_events(a->r),
			 recording_events(b->r));
	for (uint32_t n = 0; n < recording_events(a->r); n++) {
		struct event x = recording_event(a->r, n);
		struct event y = recording_event(b->r, n);
		const char *words = x.text != EVENT_NONE ? recording_text(a->r, x.text) : "";

		if (strcmp(words, y.text != EVENT_NONE ? recording_text(b->r, y.text) : "") != 0)
			fail_msg("%s: event %u: \"%s\" became \"%s\"", a->path, n, words,
				 y.text != EVENT_NONE ? recording_text(b->r, y.text) : "");
		x.text = y.text;
		if (memcmp(&x, &y, sizeof x) != 0)
			fail_msg("%s: event %u, of rule %s at %lld ns, became one of rule %s "
				 "at %lld ns",
				 a->path, n, rule_info(x.rule)->id, (long long)x.time,
				 rule_info(y.rule)->id, (long long)y.time);
	}
}

static bool same_segment(const struct told *a, const struct told *b, const struct segment *x,
			 const struct segment *y)
{
	bool same = x->flags == y->flags && x->len == y->len && x->wnd == y->wnd &&
		    x->up == y->up && x->options.has == y->options.has &&
		    x->options.len == y->options.len &&
		    x->options.sack_count == y->options.sack_count &&
		    is_moved(a, b, x->seq.v, y->seq.v) && is_moved(a, b, x->ack.v, y->ack.v);

	for (unsigned i = 0; i < x->options.sack_count; i++)
		same = same && is_moved(a, b, x->options.sack[i].left.v, y->options.sack[i].left.v);
	return same;
}

static void same_packets(const struct told *a, const struct told *b)
{
	assert_int_equal(recording_packets(a->r), recording_packets(b->r));
	for (uint32_t n = 0; n < recording_packets(a->r); n++) {
		struct packet_record x;
		struct packet_record y;

		recording_packet(a->r, n, &x);
		recording_packet(b->r, n, &y);
		if (x.offset != y.offset || x.conn != y.conn || x.again_of != y.again_of ||
		    x.overtaken != y.overtaken || x.packet.kind != y.packet.kind ||
		    !same_segment(a, b, &x.packet.tcp, &y.packet.tcp))
			fail_msg("%s: packet %u is another", a->path, n);
	}
}

/* Numbers that are drawn for each pair of addresses, or count an IP header. */
static bool depends_on_ip(const struct variable *variable)
{
	return strncmp(variable->name, "TS", 2) == 0 || strstr(variable->name, "MTU") != NULL;
}

static void same_tcb(const struct told *a, const struct told *b, const struct tcb *x,
		     const struct tcb *y)
{
	unsigned count;
	const struct variable *variables = tcb_variables(&count);

	for (unsigned i = 0; i < count; i++) {
		const struct variable *v = &variables[i];
		int64_t first = tcb_value(x, v);
		int64_t second = tcb_value(y, v);
		bool same = v->kind == VARIABLE_SEQ
				    ? is_moved(a, b, (uint32_t)first, (uint32_t)second)
				    : first == second;

		if (!same && !(b->other_ip && depends_on_ip(v)))
			fail_msg("%s: %s is %lld and %lld", a->path, v->name, (long long)first,
				 (long long)second);
	}
}

static void same_tcbs(const struct told *a, const struct told *b)
{
	assert_int_equal(recording_conns(a->r), recording_conns(b->r));
	for (uint32_t conn = 0; conn < recording_conns(a->r); conn++) {
		struct tcb_walk x;
		struct tcb_walk y;

		tcb_walk_start(&x, a->r, conn);
		tcb_walk_start(&y, b->r, conn);
		while (tcb_walk_next(&x)) {
			assert_true(tcb_walk_next(&y));
			assert_int_equal(x.event, y.event);
			assert_int_equal(x.exists, y.exists);
			same_tcb(a, b, &x.now.tcb, &y.now.tcb);
		}
		assert_false(tcb_walk_next(&y));
	}
}

static void are_the_same(const struct told *a, const struct told *b)
{
	same_events(a, b);
	if (a->cookies)
		return;
	same_packets(a, b);
	same_tcbs(a, b);
}

/* ---- claims ---- */

static void where_the_numbers_begin_changes_nothing(void **state)
{
	static const uint32_t by[][2] = {
		{0, 0x80000000},
		{0x80000000 - 1500, 0x80000000 - 400},
		{UINT32_MAX - 1200, UINT32_MAX - 2500},
		{UINT32_MAX - 100, 5},
		{0x7ffffc17, UINT32_MAX - 3000},
	};

	(void)state;
	assert_in_range(files.gl_pathc, 11, 1000);
	for (size_t i = 0; i < files.gl_pathc; i++) {
		struct told here = tell(files.gl_pathv[i], 0, 0, false);

		for (size_t k = 0; k < sizeof by / sizeof by[0]; k++) {
			struct told there = tell(files.gl_pathv[i], by[k][0], by[k][1], false);

			are_the_same(&here, &there);
			recording_free(there.r);
		}
		recording_free(here.r);
	}
}

static void each_number_as_the_first_changes_nothing(void **state)
{
	(void)state;
	/* Every octet of a small exchange comes to lie where the circle closes. */
	for (uint32_t back = 0; back < 60; back++) {
		struct told here = tell(files.gl_pathv[0], 0, 0, false);
		struct told there = tell(files.gl_pathv[0], (uint32_t)-100 - 57 * back,
					 (uint32_t)-300 - 57 * back, false);

		are_the_same(&here, &there);
		recording_free(here.r);
		recording_free(there.r);
	}
}

/* There a longer header takes longer. */
static bool has_a_rate(const char *path)
{
	char text[20000] = "";
	FILE *in = fopen(path, "r");

	assert_non_null(in);
	assert_true(fread(text, 1, sizeof text - 1, in) > 0);
	fclose(in);
	return strstr(text, "\"rate_mbps\"") != NULL;
}

static void ipv4_and_ipv6_tell_the_same_story(void **state)
{
	(void)state;
	for (size_t i = 0; i < files.gl_pathc; i++) {
		if (has_a_rate(files.gl_pathv[i]))
			continue;
		if (strstr(files.gl_pathv[i], "forged-icmp") != NULL)
			continue; /* its messages are of IPv4: they have other numbers in IPv6 */

		struct told four = tell(files.gl_pathv[i], 0, 0, false);
		struct told six = tell(files.gl_pathv[i], 0, 0, true);

		are_the_same(&four, &six);
		recording_free(four.r);
		recording_free(six.r);
	}
}

/* A comparison that finds no difference in what differs would prove nothing. */
static void another_story_is_noticed(void **state)
{
	struct told a = tell(files.gl_pathv[0], 0, 0, false);
	struct told b = tell(files.gl_pathv[0], 700, 90, false);

	(void)state;
	assert_true(is_moved(&a, &b, 1000, 1700));
	assert_true(is_moved(&a, &b, 1000, 1090));
	assert_false(is_moved(&a, &b, 1000, 1000));
	assert_false(is_moved(&a, &b, 1000, 1701));
	recording_free(a.r);
	recording_free(b.r);
}

static int find_files(void **state)
{
	const char *top = getenv("TOP");
	char pattern[1000];

	(void)state;
	snprintf(pattern, sizeof pattern, "%s/scenarios/[0-9][0-9]-*.json",
		 top != NULL ? top : ".");
	return glob(pattern, 0, NULL, &files);
}

static int forget_files(void **state)
{
	(void)state;
	globfree(&files);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(where_the_numbers_begin_changes_nothing),
		cmocka_unit_test(each_number_as_the_first_changes_nothing),
		cmocka_unit_test(ipv4_and_ipv6_tell_the_same_story),
		cmocka_unit_test(another_story_is_noticed),
	};

	return cmocka_run_group_tests_name("metamorphic", tests, find_files, forget_files);
}
