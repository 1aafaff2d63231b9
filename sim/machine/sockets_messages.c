/* sockets_messages.c — recvmsg() and sendmsg(): several buffers, and beside the text control
 * messages. What is told so: the octets that are left (TCP_INQ), marks of the IP header of a
 * datagram (IP_RECVTOS …), and the error queue. What can be said so: those marks, and which
 * timestamps a write is to have. */
#include "machine/sockets_inside.h"

/* ---- recvmsg ---- */

static void add_number(struct attempt *a, int64_t level, int64_t type, uint32_t len, int64_t number)
{
	a->controls[a->control_count++] = (struct control){
		.level = level, .type = type, .kind = CONTROL_NUMBER, .len = len, .number = number};
}

/* Octets that can be read now; 1 where only the end is left to be read. */
static void tell_what_is_left(struct attempt *a, const struct socket *s)
{
	const struct tcb *tcb = socket_tcb(a->all, s);
	int64_t left = urgent_readable(a->all, s);
	bool at_the_end = s->done || (tcb != NULL && tcb_fin_taken(tcb));

	if (s->option[OPTION_TCP_INQ] != 0)
		add_number(a, DRILL_SOL_TCP, DRILL_TCP_CM_INQ, sizeof(int32_t),
			   left == 0 && at_the_end ? 1 : left);
}

static void tell_of_header(struct attempt *a, const struct socket *s)
{
	const int64_t *o = s->option;

	if (s->version == 6) {
		if (o[OPTION_IPV6_RECVHOPLIMIT] != 0)
			add_number(a, DRILL_SOL_IPV6, DRILL_IPV6_HOPLIMIT, sizeof(int32_t),
				   a->datagram.ttl);
		if (o[OPTION_IPV6_RECVTCLASS] != 0)
			add_number(a, DRILL_SOL_IPV6, DRILL_IPV6_TCLASS, sizeof(int32_t),
				   a->datagram.traffic_class);
		return;
	}
	if (o[OPTION_IP_RECVTTL] != 0)
		add_number(a, DRILL_SOL_IP, DRILL_IP_TTL, sizeof(int32_t), a->datagram.ttl);
	if (o[OPTION_IP_RECVTOS] != 0) /* one octet */
		add_number(a, DRILL_SOL_IP, DRILL_IP_TOS, 1, a->datagram.traffic_class);
}

/* With no room for them they are cut off. */
static void hold_against_script(struct attempt *a, const struct expression *message)
{
	const struct expression *list = expression_part(message, "msg_control", NO_PLACE);
	struct error why;

	if (list == NULL && a->control_count > 0)
		a->message_flags |= DRILL_MSG_CTRUNC;
	if (list != NULL && !controls_are_expected(list, a->controls, a->control_count,
						   a->all->setup.settings->tolerance, &why))
		wrong(a, "%s", why.text);
	hands_back(a, expression_part(message, "msg_flags", NO_PLACE), "msg_flags",
		   a->message_flags);
}

static void call_recvmsg(struct attempt *a)
{
	const struct expression *message = argument(a, 1);
	const struct socket *s;
	int64_t len;
	int64_t flags;
	int64_t number;

	if (!buffers_length(a, expression_part(message, "msg_iov", NO_PLACE), &len) ||
	    !number_argument(a, 2, &flags))
		return;
	a->control_count = 0;
	a->message_flags = 0;
	socket_receives(a, len, flags, expression_part(message, "msg_name", NO_PLACE));
	if (a->outcome.blocked || a->outcome.unsupported || a->outcome.result < 0 ||
	    !number_argument(a, 0, &number))
		return;
	s = socket_at(a->all, number);
	if (s->kind == SOCKET_STREAM && !(flags & DRILL_MSG_ERRQUEUE))
		tell_what_is_left(a, s);
	else if (s->kind == SOCKET_DATAGRAM && !(flags & DRILL_MSG_ERRQUEUE))
		tell_of_header(a, s);
	hold_against_script(a, message);
}

/* ---- sendmsg ---- */

enum {
	STAMPS_OF_A_WRITE = DRILL_SOF_TIMESTAMPING_TX_HARDWARE |
			    DRILL_SOF_TIMESTAMPING_TX_SOFTWARE | DRILL_SOF_TIMESTAMPING_TX_SCHED |
			    DRILL_SOF_TIMESTAMPING_TX_ACK
};

static bool take_of_socket(struct attempt *a, int64_t type, int64_t value)
{
	switch (type) {
	case DRILL_SO_MARK: return true;
	case DRILL_SO_TIMESTAMPING:
		if (value & ~STAMPS_OF_A_WRITE) {
			fails(a, DRILL_EINVAL);
			return false;
		}
		a->stamps_said = true;
		a->stamps = value;
		return true;
	default:
		unsupported(a,
			    "a control message of level SOL_SOCKET and type %lld is not "
			    "supported in sendmsg()",
			    (long long)type);
		return false;
	}
}

static bool take_of_ip(struct attempt *a, int64_t level, int64_t type, int64_t value)
{
	bool v6 = level == DRILL_SOL_IPV6;

	if (type == (v6 ? DRILL_IPV6_HOPLIMIT : DRILL_IP_TTL) && value >= 1 && value <= UINT8_MAX)
		a->hops_said = (uint8_t)value;
	else if (type == (v6 ? DRILL_IPV6_TCLASS : DRILL_IP_TOS) && value >= 0 &&
		 value <= UINT8_MAX)
		a->class_said = (int)value;
	else if (type == DRILL_IP_TTL || type == DRILL_IP_TOS || type == DRILL_IPV6_HOPLIMIT ||
		 type == DRILL_IPV6_TCLASS)
		fails(a, DRILL_EINVAL);
	else
		unsupported(a,
			    "a control message of level %lld and type %lld is not supported in "
			    "sendmsg()",
			    (long long)level, (long long)type);
	return a->outcome.result >= 0;
}

/* To a stream only the level of sockets has something to say. */
static bool take_control(struct attempt *a, const struct socket *s, const struct expression *e)
{
	int64_t level;
	int64_t type;
	int64_t value = 0;

	if (!number_of(a, expression_part(e, "cmsg_level", NO_PLACE), &level) ||
	    !number_of(a, expression_part(e, "cmsg_type", NO_PLACE), &type) ||
	    !number_of(a, expression_part(e, "cmsg_data", NO_PLACE), &value))
		return false;
	if (level == DRILL_SOL_SOCKET)
		return take_of_socket(a, type, value);
	if (s->kind == SOCKET_STREAM)
		return true;
	return take_of_ip(a, level, type, value);
}

static bool take_controls(struct attempt *a, const struct expression *list)
{
	const struct socket *s;

	a->stamps_said = false;
	a->hops_said = 0;
	a->class_said = -1;
	if (is_any(list))
		return true;
	s = socket_argument(a, 0);
	if (s == NULL)
		return false;
	if (list->kind != EXPRESSION_LIST) {
		wrong(a, "msg_control is a list of control messages");
		return false;
	}
	for (const struct expression *e = list->first; e != NULL; e = e->next) {
		if (!take_control(a, s, e))
			return false;
	}
	return true;
}

static void call_sendmsg(struct attempt *a)
{
	const struct expression *message = argument(a, 1);
	const struct expression *buffers = expression_part(message, "msg_iov", NO_PLACE);
	int64_t len;
	int64_t flags;

	if (!buffers_length(a, buffers, &len) || !number_argument(a, 2, &flags) ||
	    !take_controls(a, expression_part(message, "msg_control", NO_PLACE)))
		return;
	socket_sends(a, len, flags, expression_part(message, "msg_name", NO_PLACE));
}

const struct known_call calls_of_messages[] = {
	{"recvmsg", 3, 3, call_recvmsg},
	{"sendmsg", 3, 3, call_sendmsg},
	{.name = NULL},
};
