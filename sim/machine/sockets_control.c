/* sockets_control.c — flags and queues of a descriptor: fcntl(), ioctl(). */
#include "machine/sockets_inside.h"

static void call_fcntl(struct attempt *a)
{
	struct socket *s = socket_argument(a, 0);
	int64_t command;
	int64_t flags;

	if (s == NULL || !number_argument(a, 1, &command) || !number_or(a, 2, 0, &flags))
		return;
	switch (command) {
	case DRILL_F_GETFL:
		returns(a, DRILL_O_RDWR | (s->nonblocking ? DRILL_O_NONBLOCK : 0));
		return;
	case DRILL_F_SETFL: s->nonblocking = (flags & DRILL_O_NONBLOCK) != 0; break;
	case DRILL_F_GETFD:
	case DRILL_F_SETFD: break;
	default:
		unsupported(a, "fcntl() is not supported with the command %lld",
			    (long long)command);
		return;
	}
	returns(a, 0);
}

/* Of text that is queued: all that was not acknowledged, or what was not sent. */
static int64_t octets_out(const struct sockets *all, const struct socket *s, bool unsent)
{
	const struct tcb *tcb = socket_tcb(all, s);
	struct seq from;

	if (tcb == NULL || s->ended)
		return 0;
	from = unsent && tcb->snd.syn_acked ? tcb->snd.nxt : tcb_send_first(tcb);
	return seq_gt(tcb->snd.end, from) ? seq_diff(tcb->snd.end, from) : 0;
}

/* Where the peer's FIN lies behind the text, Linux counts it out. */
static void call_ioctl(struct attempt *a)
{
	struct socket *s = stream_argument(a, 0);
	int64_t request;
	int64_t value;

	if (s == NULL || !number_argument(a, 1, &request))
		return;
	switch (request) {
	case DRILL_SIOCINQ:
		if (s->phase == SOCKET_LISTENING) {
			fails(a, DRILL_EINVAL);
			return;
		}
		hands_back(a, argument(a, 2), "what can be read",
			   s->kind == SOCKET_DATAGRAM ? datagram_length(s)
						      : urgent_readable(a->all, s));
		break;
	case DRILL_SIOCOUTQ:
	case DRILL_SIOCOUTQNSD:
		if (s->phase == SOCKET_LISTENING) {
			fails(a, DRILL_EINVAL);
			return;
		}
		hands_back(a, argument(a, 2), "what is queued",
			   octets_out(a->all, s, request == DRILL_SIOCOUTQNSD));
		break;
	case DRILL_SIOCATMARK:
		hands_back(a, argument(a, 2), "at the mark", urgent_ahead(a->all, s) == 0);
		break;
	case DRILL_FIONBIO:
		if (!number_of(a, inside_list(argument(a, 2)), &value))
			return;
		s->nonblocking = value != 0;
		break;
	default:
		unsupported(a, "ioctl() is not supported with the request %lld",
			    (long long)request);
		return;
	}
	returns(a, 0);
}

const struct known_call calls_of_control[] = {
	{"fcntl", 2, 3, call_fcntl},
	{"ioctl", 3, 3, call_ioctl},
	{.name = NULL},
};
