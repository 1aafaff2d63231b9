#include "tests/dialogue_inside.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "tcp/arrives.h"
#include "wire/line.h"

/* Where our and the peer's sequence numbers begin in this run. */
static uint32_t our_isn = 1000;
static uint32_t their_isn = 5000;
static uint8_t ip_version = 4;

static const struct isn_secret secret = {{1, 2}};

struct tcp dialogue_turn(struct dialogue *d)
{
	return (struct tcp){.tcb = &d->tcb,
			    .profile = &d->profile,
			    .secret = &secret,
			    .sharing = &d->sharing,
			    .listener = &d->listener,
			    .syn_cache = &d->cache,
			    .fast_open_cache = &d->servers,
			    .now = d->now,
			    .mtu = d->mtu,
			    .held = &d->held,
			    .records = d->records,
			    .record_room = DIALOGUE_RECORDS,
			    .signing = d->signing,
			    .route_back = d->back.count > 0 ? &d->back : NULL};
}

struct tcp dialogue_begins_turn(struct dialogue *d, struct journal *journal)
{
	struct tcp t = dialogue_turn(d);

	journal->count = 0;
	t.journal = journal;
	return t;
}

/* Where our sequence numbers begin. */
static uint32_t own_isn(const struct dialogue *d)
{
	return d->has_iss ? d->iss : d->profile.isn;
}

static void settle(struct dialogue *d, const struct tcp *t)
{
	enum notice notice;

	for (unsigned i = 0; i < t->journal->count; i++)
		d->rules[t->journal->notes[i].rule] = true;
	for (unsigned i = 0; i < t->part_count; i++)
		d->delivered += t->parts[i].len;
	while ((notice = tcp_next_notice(&d->tcb)) != 0)
		d->notices |= notice;
}

static struct endpoint endpoint_of(uint8_t last, uint16_t port)
{
	struct endpoint e = {.port = port};

	e.address.version = ip_version;
	e.address.bytes[0] = ip_version == 4 ? 10 : 0x20;
	e.address.bytes[3] = last;
	return e;
}

void dialogue_speaks_ip(uint8_t version)
{
	ip_version = version;
}

struct dialogue dialogue_new(void)
{
	struct dialogue d;

	memset(&d, 0, sizeof d);
	assert_true(profile_named("plain", &d.profile));
	d.profile.mss = 1000;
	d.profile.isn_fixed = true;
	d.profile.isn = our_isn;
	d.peer_isn = their_isn;
	d.us = endpoint_of(1, 4000);
	d.peer = endpoint_of(2, 80);
	d.now = nanos_from_s(1);
	return d;
}

struct dialogue established_with(const struct profile *profile)
{
	struct dialogue d = dialogue_new();

	if (profile != NULL) {
		d.profile = *profile;
		d.profile.isn_fixed = true;
		d.profile.isn = our_isn;
	}
	app_connect(&d);
	out(&d, "S 0:0(0)");
	in(&d, "S. 0:0(0) ack 1 win 65535 <mss 1000,nop,nop,sackOK>");
	out(&d, ". 1:1(0) ack 1");
	in_state(&d, ESTABLISHED);
	memset(d.rules, 0, sizeof d.rules);
	d.notices = 0;
	return d;
}

struct dialogue established(void)
{
	return established_with(NULL);
}

struct dialogue established_with_timestamps(void)
{
	struct dialogue d = dialogue_new();

	d.profile.timestamps = true;
	app_connect(&d);
	out(&d, "S 0:0(0) <mss 1000,nop,nop,TS val 1000 ecr 0>");
	in(&d, "S. 0:0(0) ack 1 win 65535 <mss 1000,nop,nop,TS val 70 ecr 1000>");
	out(&d, ". 1:1(0) ack 1 <nop,nop,TS val 1000 ecr 70>");
	return d;
}

void over_ipv6(struct dialogue *d)
{
	assert_true(address_parse(&d->us.address, "2001:db8::1"));
	assert_true(address_parse(&d->peer.address, "2001:db8::2"));
}

struct dialogue listening(void)
{
	struct dialogue d = dialogue_new();

	app_listen(&d);
	return d;
}

void dialogue_ends_turn(struct dialogue *d, struct tcp *t)
{
	settle(d, t);
	tcp_check_step(&d->before, &d->tcb);
	d->before = d->tcb;
}

static void must_parse(struct segment *seg, const char *line)
{
	struct error err;

	if (!line_parse(seg, line, &err))
		fail_msg("%s: %s", line, err.text);
}

static void arrives_in_closed(struct dialogue *d, const struct segment *seg)
{
	enum rule rule;

	if (tcp_arrives_in_closed(seg, &d->reply, &rule))
		d->reply_rule = rule;
	else
		d->reply.flags = 0;
	d->rules[rule] = true;
}

void in(struct dialogue *d, const char *line)
{
	in_as(d, NOT_ECT, line);
}

void in_as(struct dialogue *d, enum ecn_codepoint codepoint, const char *line)
{
	struct journal journal;
	struct tcp t;
	struct segment seg;

	silent(d);
	must_parse(&seg, line);
	seg.src_port = d->peer.port;
	seg.dst_port = d->us.port;
	seg.seq = seq_add(seg.seq, d->peer_isn);
	if (seg.flags & ACK)
		seg.ack = seq_add(seg.ack, own_isn(d));
	for (unsigned i = 0; i < seg.options.sack_count; i++) {
		seg.options.sack[i].left = seq_add(seg.options.sack[i].left, own_isn(d));
		seg.options.sack[i].right = seq_add(seg.options.sack[i].right, own_isn(d));
	}
	t = dialogue_begins_turn(d, &journal);
	t.ecn_arrived = codepoint;
	d->predicted = is_predicted(&t, &seg);
	if (d->tcb.state == CLOSED)
		arrives_in_closed(d, &seg);
	else if (d->tcb.state == LISTEN)
		tcp_arrives_in_listen(&t, &seg, &d->peer, &d->us);
	else
		tcp_arrives(&t, &seg);
	dialogue_ends_turn(d, &t);
}

void icmp(struct dialogue *d, uint8_t type, uint8_t code, uint32_t mtu, uint32_t seq)
{
	struct journal journal;
	struct tcp t;
	struct icmp_error error = {
		.type = type,
		.code = code,
		.mtu = mtu,
		.quoted_src = d->tcb.local,
		.quoted_dst = d->tcb.remote,
		.quoted_seq = seq_of(d->profile.isn + seq),
		.quoted_len = (uint16_t)(d->tcb.snd.mss + (ip_version == 4 ? 40 : 60)),
	};

	if (error.quoted_src.address.version == 0) /* in LISTEN */
		error.quoted_src = endpoint_of(1, 4000);
	silent(d);
	t = dialogue_begins_turn(d, &journal);
	tcp_icmp(&t, &error);
	dialogue_ends_turn(d, &t);
}

static bool pull(struct dialogue *d, struct segment *seg)
{
	struct journal journal;
	struct tcp t = dialogue_begins_turn(d, &journal);
	int64_t offset;
	enum rule rule = RULE_NONE;
	bool sent;

	if (d->reply.flags != 0) {
		*seg = d->reply;
		d->last = *seg;
		d->reply.flags = 0;
		return true;
	}
	sent = tcp_next_segment(&t, seg, &offset, &rule);
	if (sent && d->tcb.state == LISTEN && (seg->flags & SYN)) {
		d->has_iss = true;
		d->iss = seg->seq.v;
	}
	if (sent) {
		d->last = *seg;
		d->last_rule = rule;
		d->last_ecn = t.ecn_to_send;
		d->rules[rule] = true;
		assert_int_not_equal(rule, RULE_NONE);
	}
	dialogue_ends_turn(d, &t);
	if (!sent) {
		tcp_check(&d->tcb, &d->profile, d->now);
		flight_check(&t);
		held_check(&t);
	}
	return sent;
}

/* Both sides of the comparison in the same words. */
static void relative_line(const struct dialogue *d, const struct segment *seg, char *buf,
			  size_t size)
{
	struct segment s = *seg;
	struct text text = text_in(buf, size);

	s.seq = seq_sub(s.seq, own_isn(d));
	if (s.flags & ACK)
		s.ack = seq_sub(s.ack, d->peer_isn);
	if (s.options.has & HAS_SACK) {
		struct options o = {.len = 0};
		struct sack_block blocks[SACK_BLOCKS_MAX];

		for (unsigned i = 0; i < s.options.sack_count; i++) {
			blocks[i].left = seq_sub(s.options.sack[i].left, d->peer_isn);
			blocks[i].right = seq_sub(s.options.sack[i].right, d->peer_isn);
		}
		options_put_nop(&o);
		options_put_nop(&o);
		options_put_sack(&o, blocks, s.options.sack_count);
		s.options = o;
	}
	line_add(&text, &s);
}

void out(struct dialogue *d, const char *line)
{
	struct segment want;
	struct segment got;
	char was[400];
	bool same;

	must_parse(&want, line);
	if (!pull(d, &got))
		fail_msg("nothing is sent; expected: %s", line);
	relative_line(d, &got, was, sizeof was);
	same = got.seq.v - own_isn(d) == want.seq.v && got.flags == want.flags &&
	       got.len == want.len &&
	       (!(want.flags & ACK) || got.ack.v - d->peer_isn == want.ack.v) &&
	       (!(want.flags & URG) || got.up == want.up);
	if (strstr(line, "win") != NULL)
		same = same && got.wnd == want.wnd;
	if (strchr(line, '<') != NULL)
		same = same &&
		       strcmp(strchr(line, '<'), strchr(was, '<') ? strchr(was, '<') : "") == 0;
	if (!same)
		fail_msg("sent:     %s\n  expected: %s", was, line);
}

void out_as(struct dialogue *d, enum ecn_codepoint codepoint, const char *line)
{
	out(d, line);
	if (d->last_ecn != codepoint)
		fail_msg("sent as %s, expected as %s: %s",
			 ecn_codepoint_name((enum ecn_codepoint)d->last_ecn),
			 ecn_codepoint_name(codepoint), line);
}

bool out_any(struct dialogue *d)
{
	struct segment seg;

	return pull(d, &seg);
}

void silent(struct dialogue *d)
{
	struct segment seg;
	char was[400];

	if (!pull(d, &seg))
		return;
	relative_line(d, &seg, was, sizeof was);
	fail_msg("sent, where nothing was expected: %s", was);
}

void pass_ms(struct dialogue *d, int64_t ms)
{
	nanos until = d->now + nanos_from_ms(ms);

	silent(d);
	while (tcp_next_deadline(&d->tcb) <= until) {
		struct journal journal;
		struct tcp t;
		struct segment seg;
		bool last;

		d->now = tcp_next_deadline(&d->tcb);
		t = dialogue_begins_turn(d, &journal);
		tcp_timeout(&t);
		dialogue_ends_turn(d, &t);
		last = tcp_next_deadline(&d->tcb) > until;
		if (!last && d->now < until && pull(d, &seg)) {
			char was[400];

			relative_line(d, &seg, was, sizeof was);
			fail_msg("sent on the way, %lld ms early: %s",
				 (long long)((until - d->now) / 1000000), was);
		}
	}
	d->now = until;
}

void in_state(struct dialogue *d, enum tcp_state state)
{
	assert_string_equal(state_name((enum tcp_state)d->tcb.state), state_name(state));
}

void fired(struct dialogue *d, enum rule rule)
{
	if (!d->rules[rule])
		fail_msg("rule %s was not given as a reason", rule_info(rule)->id);
}

void not_fired(struct dialogue *d, enum rule rule)
{
	if (d->rules[rule])
		fail_msg("rule %s was given as a reason", rule_info(rule)->id);
}

/* ---- every test at several places on the circle ---- */

int dialogue_run(const char *name, const struct CMUnitTest *tests, size_t count)
{
	static const uint32_t isns[][2] = {
		{1000, 5000},
		{0, 0},
		{UINT32_MAX, UINT32_MAX - 1},
		{INT32_MAX, INT32_MAX - 500u},
		{UINT32_MAX - 1500, UINT32_MAX - 2500},
	};
	int failed = 0;
	char title[120];

	for (size_t i = 0; i < sizeof isns / sizeof isns[0]; i++) {
		our_isn = isns[i][0];
		their_isn = isns[i][1];
		snprintf(title, sizeof title, "%s, ISN %u and %u", name, our_isn, their_isn);
		failed += _cmocka_run_group_tests(title, tests, count, NULL, NULL);
	}
	return failed;
}
