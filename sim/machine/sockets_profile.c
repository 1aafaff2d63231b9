/* sockets_profile.c — what the options of a socket mean for its connection: a profile of its
 * own, made of the host's. */
#include "machine/sockets_inside.h"

#include <string.h>

#include "tcp/congestion.h"

void socket_begin_options(const struct sockets *all, struct socket *s)
{
	static const int64_t initial[] = {
#define OPTION(level, name, kind, first, least, most) (first),
#include "machine/sockets_options.def"
#undef OPTION
	};

	memcpy(s->option, initial, sizeof s->option);
	s->option[OPTION_SO_SNDBUF] = all->profile.send_buffer;
	s->option[OPTION_SO_RCVBUF] = all->profile.receive_buffer;
}

/* A SYN again after 1, 2, 4 … s: so long until that many have gone unanswered. Linux reckons so
 * also where it sends some each second before (tcp_model_timeout()). */
static nanos length_of_tries(const struct profile *profile, int64_t tries)
{
	nanos length = 0;
	nanos wait = profile->rto_initial;

	for (int64_t i = 0; i <= tries; i++) {
		length += wait;
		wait = nanos_min(2 * wait, profile->rto_max);
	}
	return length;
}

static bool discovers(int64_t how)
{
	return how == DRILL_IP_PMTUDISC_WANT || how == DRILL_IP_PMTUDISC_DO;
}

static bool chooses_receive_buffer(const struct socket *s)
{
	return s->option_set[OPTION_SO_RCVBUF] || s->option[OPTION_TCP_WINDOW_CLAMP] > 0;
}

static void take_buffers(const struct socket *s, struct profile *p)
{
	const int64_t *o = s->option;

	if (s->option_set[OPTION_SO_SNDBUF])
		p->send_buffer = (uint32_t)o[OPTION_SO_SNDBUF] + (p->push_marks ? QUEUE_MORE : 0);
	if (s->option_set[OPTION_SO_RCVBUF])
		p->receive_buffer = (uint32_t)o[OPTION_SO_RCVBUF];
	if (o[OPTION_TCP_WINDOW_CLAMP] > 0 && p->receive_buffer > o[OPTION_TCP_WINDOW_CLAMP])
		p->receive_buffer = (uint32_t)o[OPTION_TCP_WINDOW_CLAMP];
	if (!chooses_receive_buffer(s) || p->receive_memory == MEMORY_NOT_COUNTED)
		return;
	/* A buffer whose size is chosen does not grow: the scale need not say more. */
	p->receive_buffer_max = 0;
	p->window_scale = window_scale_for(p->receive_buffer);
}

static void take_patience(const struct socket *s, struct profile *p)
{
	const int64_t *o = s->option;

	if (s->option_set[OPTION_TCP_KEEPIDLE])
		p->keepalive_idle = nanos_from_s(o[OPTION_TCP_KEEPIDLE]);
	if (s->option_set[OPTION_TCP_KEEPINTVL])
		p->keepalive_interval = nanos_from_s(o[OPTION_TCP_KEEPINTVL]);
	if (s->option_set[OPTION_TCP_KEEPCNT])
		p->keepalive_count = (uint32_t)o[OPTION_TCP_KEEPCNT];
	if (s->option_set[OPTION_TCP_DEFER_ACCEPT])
		p->defer_accept = (uint32_t)o[OPTION_TCP_DEFER_ACCEPT];
	if (s->option_set[OPTION_SO_KEEPALIVE])
		p->keepalive = o[OPTION_SO_KEEPALIVE] != 0;
	if (s->option_set[OPTION_TCP_KEEPINIT])
		p->syn_r2 = nanos_from_s(o[OPTION_TCP_KEEPINIT]);
	if (s->option_set[OPTION_TCP_SYNCNT])
		p->syn_r2 = length_of_tries(p, o[OPTION_TCP_SYNCNT]);
	if (s->option_set[OPTION_TCP_USER_TIMEOUT])
		p->user_timeout = nanos_from_ms(o[OPTION_TCP_USER_TIMEOUT]);
	if (s->option_set[OPTION_TCP_LINGER2] && o[OPTION_TCP_LINGER2] > 0)
		p->fin_wait_2 = nanos_from_s(o[OPTION_TCP_LINGER2]);
}

bool socket_profile(const struct sockets *all, const struct socket *s, struct profile *out)
{
	bool v6 = s->version == 6;
	enum socket_option how = v6 ? OPTION_IPV6_MTU_DISCOVER : OPTION_IP_MTU_DISCOVER;

	memcpy(out, &all->profile, sizeof *out); /* they are compared below */
	take_buffers(s, out);
	take_patience(s, out);
	if (s->option_set[OPTION_TCP_MAXSEG])
		out->mss = (uint32_t)s->option[OPTION_TCP_MAXSEG];
	if (s->option_set[OPTION_TCP_NODELAY])
		out->nagle = s->option[OPTION_TCP_NODELAY] == 0;
	if (s->option_set[OPTION_TCP_NOOPT])
		out->no_options = s->option[OPTION_TCP_NOOPT] != 0;
	if (out->bsd_options && s->option[OPTION_TCP_FASTOPEN] == 0)
		out->fast_open = false; /* there it is for clients, too */
	if (s->option_set[OPTION_TCP_FASTOPEN]) {
		out->fast_open_listen = s->option[OPTION_TCP_FASTOPEN] > 0;
		out->fast_open_pending = (uint32_t)s->option[OPTION_TCP_FASTOPEN];
	}
	if (s->has_key) {
		out->fast_open_linux = true;
		memcpy(out->fast_open_key, s->key, sizeof s->key);
	}
	if (s->option[OPTION_TCP_FASTOPEN_NO_COOKIE] != 0)
		out->fast_open_blind = out->fast_open_unchecked = true;
	if (s->option_set[how])
		out->path_mtu_discovery = discovers(s->option[how]);
	if (s->congestion[0] != '\0')
		out->congestion_control = (uint32_t)congestion_control_named(s->congestion);
	return memcmp(out, &all->profile, sizeof *out) != 0;
}

uint8_t socket_ds(const struct socket *s)
{
	enum socket_option class = s->version == 6 ? OPTION_IPV6_TCLASS : OPTION_IP_TOS;

	return s->option_set[class] && s->option[class] > 0 ? (uint8_t)(s->option[class] >> 2) : 0;
}

uint8_t socket_hop_limit(const struct socket *s)
{
	enum socket_option hops = s->version == 6 ? OPTION_IPV6_UNICAST_HOPS : OPTION_IP_TTL;

	return s->option_set[hops] && s->option[hops] > 0 ? (uint8_t)s->option[hops] : 0;
}

/* A keep-alive that would be later than it now may be begins to wait anew. */
static bool keepalive_is_late(const struct tcb *tcb, const struct profile *profile, nanos now)
{
	nanos due = tcb->timers[TIMER_KEEPALIVE];

	return profile->keepalive && due != NANOS_NEVER && due > now + profile->keepalive_idle;
}

/* A buffer that was rounded up to whole segments is what was asked for. */
static bool is_other_size(const struct tcb *tcb, const struct profile *p, uint32_t have,
			  uint32_t wanted)
{
	uint32_t mss = tcb->snd.mss;

	return have != wanted &&
	       !(p->whole_buffers && mss > 0 && have == (wanted + mss - 1) / mss * mss);
}

/* To a connection that is there. */
void socket_apply_options(struct sockets *all, nanos now, struct socket *s)
{
	const struct tcb *tcb = s->ended ? NULL : socket_tcb(all, s);
	struct profile profile;
	uint32_t conn = s->phase == SOCKET_LISTENING ? listening_connection(all, s) : s->conn;

	if (s->phase == SOCKET_LISTENING && conn != EVENT_NONE)
		tcb = host_tcb(all->host, conn);
	if (tcb == NULL)
		return;
	host_use_profile(all->host, conn, socket_profile(all, s, &profile) ? &profile : NULL);
	if (is_other_size(tcb, &profile, tcb->snd.buffer, profile.send_buffer))
		host_set_send_buffer(all->host, now, conn, profile.send_buffer);
	if ((chooses_receive_buffer(s) || profile.receive_memory == MEMORY_NOT_COUNTED) &&
	    is_other_size(tcb, &profile, tcb->rcv.buffer, profile.receive_buffer))
		host_set_receive_buffer(all->host, now, conn, profile.receive_buffer);
	host_set_ds(all->host, conn, socket_ds(s));
	host_set_hop_limit(all->host, conn, socket_hop_limit(s));
	if (tcb->nagle_off == profile.nagle)
		host_set_nagle(all->host, now, conn, profile.nagle);
	if (s->phase != SOCKET_LISTENING && tcb->marks.corked != (s->option[OPTION_TCP_CORK] != 0))
		host_set_cork(all->host, now, conn, s->option[OPTION_TCP_CORK] != 0);
	if (tcb->keepalive.on != profile.keepalive || keepalive_is_late(tcb, &profile, now))
		host_set_keepalive(all->host, now, conn, profile.keepalive);
	if (s->option_set[OPTION_TCP_USER_TIMEOUT] && tcb->uto.user_timeout != profile.user_timeout)
		host_set_user_timeout(all->host, now, conn, profile.user_timeout);
}

void socket_lets_go(struct sockets *all, nanos now, struct socket *s)
{
	const struct tcb *tcb = socket_tcb(all, s);

	if (tcb != NULL && !s->ended && s->phase != SOCKET_LISTENING && !tcb->marks.lifted &&
	    seq_gt(tcb->snd.end, tcb->snd.nxt))
		host_set_nagle(all->host, now, s->conn, false);
}

void sockets_configure(struct sockets *all, const struct profile *profile)
{
	struct profile own;

	all->profile = *profile;
	host_set_profile(all->host, profile);
	for (uint32_t i = 0; i < all->count; i++) {
		const struct socket *s = all->table[i];

		if (s->conn != EVENT_NONE && !s->ended)
			host_use_profile(all->host, s->conn,
					 socket_profile(all, s, &own) ? &own : NULL);
	}
}
