/* fast_open_client.c — a client's part in TCP Fast Open. RFC 7413 §4.1.3, §4.2.
 *
 * The first SYN to a server asks for a cookie; the next ones bring it, with as
 * much text as one segment holds. Where a server does not take that, or a
 * middlebox loses such SYNs, all goes on as if there were no Fast Open, and the
 * server is left alone with it for a while. */
#include "tcp/arrives.h"

#include <string.h>

enum {
	SYN_OPTIONS_MAX = 40,
	MSS_DEFAULT_V4 = 536,
	MSS_DEFAULT_V6 = 1220,
};

#define AVOID_FOR nanos_from_s(600)

static struct fast_open_server *find(const struct tcp *t)
{
	struct fast_open_cache *cache = t->fast_open_cache;

	for (unsigned i = 0; cache != NULL && i < FAST_OPEN_SERVERS; i++) {
		if (address_eq(&cache->servers[i].address, &t->tcb->remote.address))
			return &cache->servers[i];
	}
	return NULL;
}

/* The server's place, or that of whom we have not spoken to for longest. */
static struct fast_open_server *place(struct tcp *t)
{
	struct fast_open_cache *cache = t->fast_open_cache;
	struct fast_open_server *server = find(t);

	if (server == NULL) {
		server = cache->servers;
		for (unsigned i = 1; i < FAST_OPEN_SERVERS; i++) {
			if ((int32_t)(cache->servers[i].serial - server->serial) < 0)
				server = &cache->servers[i];
		}
		memset(server, 0, sizeof *server);
		server->address = t->tcb->remote.address;
	}
	server->serial = ++cache->serial;
	return server;
}

void tcp_open_fast(struct tcp *t)
{
	const struct fast_open_server *server = find(t);

	if (!t->profile->fast_open || t->fast_open_cache == NULL)
		return;
	if (server != NULL && t->now < server->avoid_until) {
		note(t, RULE_FAST_OPEN_AVOIDED);
		return;
	}
	t->tcb->fast_open.role =
		t->profile->fast_open_blind || (server != NULL && server->cookie_len > 0)
			? FAST_OPEN_SENDS
			: FAST_OPEN_ASKS;
}

enum rule fast_open_rule(const struct tcp *t)
{
	if (t->tcb->fast_open.role == FAST_OPEN_ASKS)
		return RULE_FAST_OPEN_ASKED;
	if (t->tcb->fast_open.syn_text == 0)
		return t->profile->fast_open_blind ? RULE_OPEN_ACTIVE : RULE_FAST_OPEN_ASKED;
	return t->profile->fast_open_blind ? RULE_FAST_OPEN_BLIND : RULE_FAST_OPEN_SENT;
}

/* As much as the server can take in a segment, with all options there is room for. Who sends
 * without having spoken to it takes its own MSS for the server's, as Linux does. */
uint32_t fast_open_syn_text(struct tcp *t)
{
	struct tcb *tcb = t->tcb;
	const struct fast_open_server *server = find(t);
	uint32_t mss;

	if (tcb->fast_open.role != FAST_OPEN_SENDS ||
	    (server == NULL && !t->profile->fast_open_blind))
		return 0;
	mss = server == NULL                 ? tcb->snd.mss
	      : server->mss > 0              ? server->mss
	      : server->address.version == 6 ? MSS_DEFAULT_V6
					     : MSS_DEFAULT_V4;
	mss = least(mss, tcb->snd.mss);
	if (mss > SYN_OPTIONS_MAX)
		tcb->fast_open.syn_text = (uint16_t)least(tcb_queued(tcb), mss - SYN_OPTIONS_MAX);
	return tcb->fast_open.syn_text;
}

void fast_open_put_option(struct tcp *t, struct segment *syn)
{
	const struct fast_open_server *server = find(t);

	if (t->tcb->fast_open.gives)
		fast_open_put_cookie(t, syn);
	else if (t->tcb->fast_open.role == FAST_OPEN_ASKS)
		options_put_fast_open(&syn->options, NULL, 0);
	else if (t->tcb->fast_open.role == FAST_OPEN_SENDS && server != NULL &&
		 !t->profile->fast_open_blind)
		options_put_fast_open(&syn->options, server->cookie, server->cookie_len);
	while (t->profile->fast_open_nops && syn->options.len % 4 != 0)
		options_put_nop(&syn->options);
}

static void avoid(struct tcp *t)
{
	place(t)->avoid_until = t->now + AVOID_FOR;
}

static void keep_cookie(struct tcp *t, const struct options *o)
{
	struct fast_open_server *server = place(t);

	server->cookie_len = o->fast_open_len;
	memcpy(server->cookie, o->fast_open, sizeof server->cookie);
	server->mss = o->has & HAS_MSS ? o->mss : 0;
	server->avoid_until = 0;
	note(t, RULE_FAST_OPEN_COOKIE_KEPT);
}

void fast_open_answered(struct tcp *t, const struct segment *syn_ack)
{
	struct tcb *tcb = t->tcb;
	const struct options *o = &syn_ack->options;
	bool cookie = (o->has & HAS_FAST_OPEN) && o->fast_open_len > 0;
	enum fast_open_role role = (enum fast_open_role)tcb->fast_open.role;
	bool refused = tcb->fast_open.syn_text > 0 && tcb_outstanding(tcb) > 0;

	tcb->fast_open.role =
		tcb->fast_open.syn_text > 0 && !refused ? FAST_OPEN_TAKEN : FAST_OPEN_OFF;
	if (role != FAST_OPEN_OFF && cookie)
		keep_cookie(t, o);
	else if (role == FAST_OPEN_ASKS || (role == FAST_OPEN_SENDS && refused))
		avoid(t);
	if (role == FAST_OPEN_ASKS && !cookie)
		note(t, RULE_FAST_OPEN_NO_COOKIE);
	if (tcb->fast_open.syn_text > 0)
		note(t, refused ? RULE_FAST_OPEN_REFUSED : RULE_FAST_OPEN_TAKEN_WHOLE);
	if (refused)
		send_again(t, tcb->snd.una, tcb->snd.nxt, RULE_FAST_OPEN_REFUSED);
}

void fast_open_timed_out(struct tcp *t)
{
	struct tcb *tcb = t->tcb;

	if (tcb->fast_open.role != FAST_OPEN_ASKS && tcb->fast_open.role != FAST_OPEN_SENDS)
		return;
	avoid(t);
	tcb->fast_open.role = FAST_OPEN_OFF;
	note(t, RULE_FAST_OPEN_FALLBACK);
}

/* What there is to know of it later. */
static enum fast_open_role role_afterwards(const struct tcb *tcb)
{
	if (tcb->fast_open.role != FAST_OPEN_TAKES)
		return FAST_OPEN_OFF;
	return tcb->rcv.nxt_offset > 0 ? FAST_OPEN_TOOK : FAST_OPEN_KNOWN;
}

void fast_open_established(struct tcp *t, bool syn_was_repeated)
{
	struct tcb *tcb = t->tcb;
	bool early = tcb->fast_open.syn_text > 0 || tcb->fast_open.role == FAST_OPEN_TAKES;

	/* The peer was not ready for what went before the handshake was done. */
	if (early && tcb_outstanding(tcb) > 0 && (syn_was_repeated || tcb->fast_open.syn_text > 0))
		send_again(t, tcb->snd.una, tcb->snd.nxt, RULE_FAST_OPEN_REFUSED);
	tcb->fast_open.role = (uint8_t)role_afterwards(tcb);
	tcb->fast_open.gives = false;
}

struct seq fast_open_syn_end(const struct tcb *tcb)
{
	bool text = tcb->fast_open.syn_text > 0 || tcb->fast_open.role == FAST_OPEN_TAKES;

	return text ? seq_min(seq_add(tcb->snd.iss, 1), tcb->snd.nxt) : tcb->snd.nxt;
}
