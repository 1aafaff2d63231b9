/* icmp_arrives.c — ICMP errors about our segments. RFC 9293 §3.9.2.2, RFC 5461,
 * and against forged ones RFC 5927.
 *
 * Anyone on the Internet can send such a message. It counts when it quotes a
 * segment that is under way, and even then no more than it must: only an OPEN
 * that nobody has answered ends by it. */
#include "tcp/arrives.h"

#include <string.h>

enum severity { SOFT, HARD, QUENCH, TOO_BIG };

/* RFC 792 and RFC 4443 by type and code, with what RFC 9293 §3.9.2.2 makes of
 * them; for ICMPv6, hard are those of RFC 5461 §2.1. The first that fits. */
static const struct message {
	uint8_t version;
	uint8_t type;
	uint8_t first_code;
	uint8_t last_code;
	uint8_t severity;
	uint8_t error;
} messages[] = {
	{4, 3, 0, 0, SOFT, ERROR_NET_UNREACHABLE},
	{4, 3, 1, 1, SOFT, ERROR_HOST_UNREACHABLE},
	{4, 3, 2, 2, HARD, ERROR_PROTOCOL_UNREACHABLE},
	{4, 3, 3, 3, HARD, ERROR_PORT_UNREACHABLE},
	{4, 3, 4, 4, TOO_BIG, ERROR_TOO_BIG},
	{4, 3, 5, 5, SOFT, ERROR_SOURCE_ROUTE_FAILED},
	{4, 3, 6, 6, SOFT, ERROR_NET_UNREACHABLE},
	{4, 3, 7, 8, SOFT, ERROR_HOST_UNREACHABLE},
	{4, 3, 9, 10, SOFT, ERROR_PROHIBITED},
	{4, 3, 11, 12, SOFT, ERROR_HOST_UNREACHABLE},
	{4, 3, 13, 15, SOFT, ERROR_PROHIBITED},
	{4, 4, 0, 255, QUENCH, ERROR_SOURCE_QUENCH},
	{4, 11, 0, 1, SOFT, ERROR_TIME_EXCEEDED},
	{4, 12, 0, 255, SOFT, ERROR_PARAMETER_PROBLEM},
	{6, 1, 0, 0, SOFT, ERROR_NET_UNREACHABLE},
	{6, 1, 1, 1, HARD, ERROR_PROHIBITED},
	{6, 1, 2, 3, SOFT, ERROR_HOST_UNREACHABLE},
	{6, 1, 4, 4, HARD, ERROR_PORT_UNREACHABLE},
	{6, 1, 5, 6, SOFT, ERROR_PROHIBITED},
	{6, 2, 0, 255, TOO_BIG, ERROR_TOO_BIG},
	{6, 3, 0, 1, SOFT, ERROR_TIME_EXCEEDED},
	{6, 4, 0, 2, SOFT, ERROR_PARAMETER_PROBLEM},
};

static const struct message *meaning_of(const struct icmp_error *icmp)
{
	for (size_t i = 0; i < sizeof messages / sizeof messages[0]; i++) {
		const struct message *m = &messages[i];

		if (m->version == icmp->quoted_src.address.version && m->type == icmp->type &&
		    m->first_code <= icmp->code && icmp->code <= m->last_code)
			return m;
	}
	return NULL;
}

enum network_error tcp_icmp_means(const struct icmp_error *icmp)
{
	const struct message *m = meaning_of(icmp);

	return m != NULL ? (enum network_error)m->error : ERROR_NONE;
}

bool tcp_icmp_named(struct icmp_error *icmp, uint8_t version, const char *words, size_t len)
{
	for (size_t i = 0; i < sizeof messages / sizeof messages[0]; i++) {
		const struct message *m = &messages[i];
		const char *text = network_error_text((enum network_error)m->error);

		if (m->version != version || strlen(text) != len || memcmp(text, words, len) != 0)
			continue;
		icmp->type = m->type;
		icmp->code = m->first_code;
		return true;
	}
	return false;
}

/* RFC 5927 §4.1. */
static bool is_under_way(const struct tcp *t, struct seq seq)
{
	const struct tcb *tcb = t->tcb;

	return t->profile->icmp_any_seq || seq_within(seq, tcb->snd.una, tcb->snd.nxt);
}

static void soft_error(struct tcp *t, enum rule rule)
{
	note(t, rule);
	notify(t, NOTICE_SOFT_ERROR);
}

/* Nobody has answered yet. From SYN-RECEIVED, as after a RST: §3.10.7.4, second. */
static void open_fails(struct tcp *t, enum rule rule)
{
	struct tcb *tcb = t->tcb;

	if (tcb->state == SYN_RECEIVED && came_from_listen(tcb))
		back_to_listen(t, rule);
	else if (tcb->state == SYN_RECEIVED && was_reopened(tcb))
		back_to_time_wait(t, rule);
	else
		end_connection(t, ENDING_UNREACHABLE, rule);
}

static void hard_error(struct tcp *t)
{
	if (!state_is_synchronized((enum tcp_state)t->tcb->state))
		open_fails(t, RULE_HARD_ERROR_ENDS_OPEN);
	else if (t->profile->icmp_hard_ends)
		end_connection(t, ENDING_UNREACHABLE, RULE_HARD_ERROR_ENDS);
	else
		soft_error(t, RULE_HARD_ERROR_SOFT);
}

/* RFC 5925 §7.8: a hard error of ICMP, which of IPv4 is also "too big", says nothing
 * about a connection whose segments are signed. */
static bool must_be_signed(const struct tcp *t, const struct message *m)
{
	return t->tcb->signature == SIGNATURE_AO &&
	       state_is_synchronized((enum tcp_state)t->tcb->state) &&
	       (m->severity == HARD || (m->severity == TOO_BIG && m->version == 4));
}

/* What FreeBSD's tcp_ctlinput() takes for an answer to its SYN: what refuses or prohibits the
 * connection, and a hop limit that ran out on the way. */
static bool refuses_open(const struct icmp_error *icmp, const struct message *m)
{
	if (m->error == ERROR_TIME_EXCEEDED)
		return icmp->code == 0;
	if (m->version == 6)
		return m->severity == HARD || (icmp->type == 4 && icmp->code == 1);
	return m->severity == HARD || (m->error == ERROR_PROHIBITED && icmp->code <= 13);
}

static void error_for_open(struct tcp *t, const struct icmp_error *icmp, const struct message *m)
{
	if (t->profile->icmp_spares_open) {
		note(t, RULE_ICMP_SPARES);
		soft_error(t, RULE_SOFT_ERROR);
	} else if (refuses_open(icmp, m)) {
		open_fails(t, RULE_ICMP_REFUSES);
	} else {
		soft_error(t, RULE_SOFT_ERROR);
	}
}

void tcp_icmp(struct tcp *t, const struct icmp_error *icmp)
{
	struct tcb *tcb = t->tcb;
	const struct message *m = meaning_of(icmp);

	t->part_count = 0;
	if (m == NULL || m->severity == QUENCH) {
		drop(t, m == NULL ? RULE_ICMP_UNKNOWN : RULE_SOURCE_QUENCH);
		return;
	}
	if (tcb->state == CLOSED || tcb->state == LISTEN || !is_under_way(t, icmp->quoted_seq)) {
		drop(t, RULE_ICMP_NOT_UNDER_WAY);
		return;
	}
	if (must_be_signed(t, m)) {
		drop(t, RULE_ICMP_UNSIGNED);
		return;
	}
	if (m->severity == TOO_BIG && t->profile->path_mtu_discovery) {
		path_too_big(t, icmp);
		return;
	}
	tcb->path.error = m->error;
	if (tcb->state == SYN_SENT && (t->profile->icmp_open_bsd || t->profile->icmp_spares_open))
		error_for_open(t, icmp, m);
	else if (m->severity == HARD || (m->severity == TOO_BIG && m->version == 4))
		hard_error(t);
	else if (tcb->state == SYN_SENT && t->profile->icmp_soft_ends_open)
		open_fails(t, RULE_SOFT_ERROR_ENDS_OPEN);
	else
		soft_error(t, RULE_SOFT_ERROR);
}
