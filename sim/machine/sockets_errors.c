/* sockets_errors.c — the error queue of a socket, which recvmsg(MSG_ERRQUEUE) reads and never
 * waits for: errors that ICMP tells of (IP_RECVERR), ranges of writes whose buffers the
 * application has back (MSG_ZEROCOPY), and when text left and was acknowledged
 * (SO_TIMESTAMPING). Linux: Documentation/networking/msg_zerocopy.rst, timestamping.rst. */
#include "machine/sockets_inside.h"

#include <string.h>

#include "record/memory.h"

enum {
	STAMP_OCTETS = 48,    /* struct scm_timestamping: three times */
	ERROR_OCTETS_V4 = 32, /* struct sock_extended_err, and who told: a struct sockaddr_in */
	ERROR_OCTETS_V6 = 44,
};

/* ---- into the queue ---- */

static struct queued_error *add(struct socket *s)
{
	struct queued_error *e;

	s->errors =
		memory_grow(s->errors, &s->error_capacity, s->error_count + 1, sizeof *s->errors);
	e = &s->errors[s->error_count++];
	s->errors_told++;
	memset(e, 0, sizeof *e);
	return e;
}

void errors_add_stamp(struct socket *s, nanos now, int64_t which, uint32_t key)
{
	int64_t flags = s->option[OPTION_SO_TIMESTAMPING];
	struct queued_error *e = add(s);

	e->stamped = (flags & DRILL_SOF_TIMESTAMPING_SOFTWARE) != 0;
	e->stamp = now;
	e->has_packet = (flags & DRILL_SOF_TIMESTAMPING_OPT_TSONLY) == 0;
	e->error = (struct extended_error){
		.error = DRILL_ENOMSG,
		.origin = DRILL_SO_EE_ORIGIN_TIMESTAMPING,
		.info = which,
		.data = (flags & DRILL_SOF_TIMESTAMPING_OPT_ID) != 0 ? key : 0,
	};
}

/* Who reads from a device's other end gets a copy: nothing is spared here. Writes that end one
 * after the other are told of as one range. */
void errors_add_copy(struct socket *s, uint32_t copy)
{
	struct queued_error *last = s->error_count > 0 ? &s->errors[s->error_count - 1] : NULL;
	struct queued_error *e;

	if (last != NULL && last->error.origin == DRILL_SO_EE_ORIGIN_ZEROCOPY &&
	    last->error.data + 1 == copy) {
		last->error.data = copy;
		s->errors_told++;
		return;
	}
	e = add(s);
	e->error = (struct extended_error){
		.origin = DRILL_SO_EE_ORIGIN_ZEROCOPY,
		.code = DRILL_SO_EE_CODE_ZEROCOPY_COPIED,
		.info = copy,
		.data = copy,
	};
}

void errors_add_icmp(struct socket *s, int32_t error, const struct icmp_error *icmp, uint32_t len)
{
	bool v4 = icmp->quoted_src.address.version == 4;
	struct queued_error *e = add(s);

	e->len = len;
	e->error = (struct extended_error){
		.error = error,
		.origin = v4 ? DRILL_SO_EE_ORIGIN_ICMP : DRILL_SO_EE_ORIGIN_ICMP6,
		.type = icmp->type,
		.code = icmp->code,
		.info = icmp->mtu,
	};
}

bool errors_are_asked_for(const struct socket *s)
{
	return s->option[s->version == 6 ? OPTION_IPV6_RECVERR : OPTION_IP_RECVERR] != 0;
}

static struct socket *socket_between(const struct sockets *all, const struct endpoint *local,
				     const struct endpoint *remote)
{
	for (uint32_t i = 0; i < all->count; i++) {
		struct socket *s = all->table[i];

		if (s->kind == SOCKET_STREAM && s->conn != EVENT_NONE && !s->ended &&
		    endpoint_eq(&s->local, local) && endpoint_eq(&s->remote, remote))
			return s;
	}
	return NULL;
}

/* Linux queues it for who connects, asked or not; to others it is the error of the next call, if
 * they asked for it. */
void errors_hear_icmp(const struct sockets *all, const struct icmp_error *icmp)
{
	struct socket *s = socket_between(all, &icmp->quoted_src, &icmp->quoted_dst);
	const struct tcb *tcb = s != NULL ? socket_tcb(all, s) : NULL;
	int32_t error = error_of_network(tcp_icmp_means(icmp));

	if (tcb == NULL || all->profile.bsd_options || error == 0 || error == DRILL_EMSGSIZE ||
	    seq_lt(icmp->quoted_seq, tcb->snd.una) || seq_gt(icmp->quoted_seq, tcb->snd.nxt))
		return;
	if (tcb->state == SYN_SENT || tcb->state == SYN_RECEIVED) {
		errors_add_icmp(s, error, icmp, 0);
		s->errors[s->error_count - 1].has_packet = true;
	} else if (errors_are_asked_for(s)) {
		s->error = error;
	}
}

/* ---- out of it ---- */

static bool is_of_icmp(const struct queued_error *e)
{
	return e->error.origin == DRILL_SO_EE_ORIGIN_ICMP ||
	       e->error.origin == DRILL_SO_EE_ORIGIN_ICMP6;
}

/* The error that a call would have told goes with it, or becomes that of the next. */
static void take(struct socket *s, struct queued_error *out)
{
	bool more;

	*out = s->errors[0];
	memmove(s->errors, s->errors + 1, --s->error_count * sizeof *s->errors);
	more = s->error_count > 0 && is_of_icmp(&s->errors[0]);
	if (more)
		s->error = (int32_t)s->errors[0].error.error;
	else if (is_of_icmp(out))
		s->error = 0;
}

static void tell(struct attempt *a, const struct socket *s, const struct queued_error *e)
{
	bool v6 = s->version == 6 || a->all->addresses.mapped;

	if (e->stamped)
		a->controls[a->control_count++] = (struct control){
			.level = DRILL_SOL_SOCKET,
			.type = DRILL_SCM_TIMESTAMPING,
			.kind = CONTROL_STAMP,
			.len = STAMP_OCTETS,
			.stamp = e->stamp,
		};
	a->controls[a->control_count++] = (struct control){
		.level = v6 ? DRILL_SOL_IPV6 : DRILL_SOL_IP,
		.type = v6 ? DRILL_IPV6_RECVERR : DRILL_IP_RECVERR,
		.kind = CONTROL_ERROR,
		.len = v6 ? ERROR_OCTETS_V6 : ERROR_OCTETS_V4,
		.error = e->error,
	};
}

void errors_read(struct attempt *a, struct socket *s, int64_t len)
{
	struct queued_error e;

	if (s->error_count == 0) {
		fails(a, DRILL_EAGAIN);
		return;
	}
	if (s->errors[0].has_packet && len > 0) {
		unsupported(a, "the packet that a message of the error queue is about is not "
			       "handed back: there must be room for no octet");
		return;
	}
	take(s, &e);
	tell(a, s, &e);
	a->message_flags = DRILL_MSG_ERRQUEUE;
	if (e.has_packet || e.len > len)
		a->message_flags |= DRILL_MSG_TRUNC;
	returns(a, e.len < len ? e.len : len);
}
