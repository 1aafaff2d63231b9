/* drill_messages.c — calls with several buffers, and with control messages: readv(), writev(),
 * recvmsg(), sendmsg(). */
#include <time.h>

#include <linux/errqueue.h> /* needs a struct timespec */
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>

#include "machine/control.h"
#include "live/clock.h"
#include "live/drill_making.h"
#include "record/memory.h"

enum { BUFFERS_MAX = 128, CONTROL_ROOM = 1024 };

struct buffers {
	struct iovec vectors[BUFFERS_MAX];
	size_t count;
	uint8_t *octets; /* of all of them, 0 */
};

/* ---- buffers ---- */

static bool take_buffers(struct making *m, const struct expression *list, struct buffers *out)
{
	size_t whole = 0;

	if (list == NULL || list->kind != EXPRESSION_LIST)
		return making_refuse(m, "it needs a list of buffers");
	out->count = 0;
	for (const struct expression *e = list->first; e != NULL; e = e->next) {
		int64_t len;

		if (!making_number_of(m, expression_part(e, "iov_len", 1), &len))
			return false;
		if (out->count == BUFFERS_MAX || len < 0 || len > OCTETS_MAX)
			return making_refuse(m, "such buffers are not supported with the kernel");
		out->vectors[out->count++].iov_len = (size_t)len;
		whole += (size_t)len;
	}
	out->octets = memory_get(whole + 1);
	memset(out->octets, 0, whole + 1);
	whole = 0;
	for (size_t i = 0; i < out->count; i++) {
		out->vectors[i].iov_base = out->octets + whole;
		whole += out->vectors[i].iov_len;
	}
	return true;
}

static void make_readv(struct making *m)
{
	struct buffers buffers;
	int fd;

	if (!making_socket_at(m, 0, &fd) || !take_buffers(m, making_argument(m, 1), &buffers))
		return;
	making_returns(m, readv(fd, buffers.vectors, (int)buffers.count));
	free(buffers.octets);
}

static void make_writev(struct making *m)
{
	struct buffers buffers;
	int fd;

	if (!making_socket_at(m, 0, &fd) || !take_buffers(m, making_argument(m, 1), &buffers))
		return;
	making_returns(m, writev(fd, buffers.vectors, (int)buffers.count));
	free(buffers.octets);
}

/* ---- control messages ---- */

/* A stamp tells the time of day, and a script counts from its beginning. */
static nanos since_the_script_began(const struct drill_kernel *k, const struct timespec *stamp)
{
	nanos told = nanos_from_s(stamp->tv_sec) + stamp->tv_nsec;

	return clock_now() - k->began - (clock_calendar() - told);
}

static void take_number(struct control *out, const struct cmsghdr *header)
{
	uint8_t octet;
	int32_t word;

	if (out->len == sizeof octet) {
		memcpy(&octet, CMSG_DATA(header), sizeof octet);
		out->number = octet;
	} else if (out->len >= sizeof word) {
		memcpy(&word, CMSG_DATA(header), sizeof word);
		out->number = word;
	}
}

static struct control control_of(const struct drill_kernel *k, const struct cmsghdr *header)
{
	struct control out = {.level = header->cmsg_level,
			      .type = header->cmsg_type,
			      .kind = CONTROL_NUMBER,
			      .len = (uint32_t)(header->cmsg_len - CMSG_LEN(0))};
	struct sock_extended_err error;
	struct timespec stamp;

	if ((out.level == SOL_IP && out.type == IP_RECVERR) ||
	    (out.level == SOL_IPV6 && out.type == IPV6_RECVERR)) {
		memcpy(&error, CMSG_DATA(header), sizeof error);
		out.kind = CONTROL_ERROR;
		out.error = (struct extended_error){.error = error.ee_errno,
						    .origin = error.ee_origin,
						    .type = error.ee_type,
						    .code = error.ee_code,
						    .info = error.ee_info,
						    .data = error.ee_data};
	} else if (out.level == SOL_SOCKET && out.type == SCM_TIMESTAMPING) {
		memcpy(&stamp, CMSG_DATA(header), sizeof stamp);
		out.kind = CONTROL_STAMP;
		out.stamp = since_the_script_began(k, &stamp);
	} else {
		take_number(&out, header);
	}
	return out;
}

static void hold_against_script(struct making *m, struct msghdr *came,
				const struct expression *message)
{
	const struct expression *flags = expression_part(message, "msg_flags", NO_PLACE);
	struct control controls[CONTROLS_MAX];
	unsigned count = 0;
	int64_t expected;
	struct error why;

	for (struct cmsghdr *header = CMSG_FIRSTHDR(came);
	     header != NULL && count < CONTROLS_MAX && came->msg_controllen > 0;
	     header = CMSG_NXTHDR(came, header))
		controls[count++] = control_of(m->k, header);
	if (!controls_are_expected(expression_part(message, "msg_control", NO_PLACE), controls,
				   count, m->k->tolerance, &why))
		making_is_wrong(m, "%s", why.text);
	if (!making_is_any(flags) && making_number_of(m, flags, &expected) &&
	    came->msg_flags != expected)
		making_is_wrong(m, "msg_flags is %#x, and the script expects %#x",
				(unsigned)came->msg_flags, (unsigned)expected);
}

static void make_recvmsg(struct making *m)
{
	const struct expression *message = making_argument(m, 1);
	const struct expression *name = expression_part(message, "msg_name", NO_PLACE);
	_Alignas(struct cmsghdr) uint8_t room[CONTROL_ROOM] = {0};
	struct sockaddr_storage from = {.ss_family = AF_UNSPEC};
	struct buffers buffers;
	struct msghdr header = {.msg_name = &from, .msg_namelen = sizeof from};
	int64_t flags;
	int fd;

	if (!making_socket_at(m, 0, &fd) || !making_number_at(m, 2, &flags) ||
	    !take_buffers(m, expression_part(message, "msg_iov", NO_PLACE), &buffers))
		return;
	header.msg_iov = buffers.vectors;
	header.msg_iovlen = buffers.count;
	if (expression_part(message, "msg_control", NO_PLACE) != NULL) {
		header.msg_control = room;
		header.msg_controllen = sizeof room;
	}
	making_returns(m, recvmsg(fd, &header, (int)flags));
	if (m->outcome.result >= 0) {
		hold_against_script(m, &header, message);
		if (header.msg_namelen > 0)
			making_hands_back_address(m, name, "the sender's address", &from);
	}
	free(buffers.octets);
}

/* ---- sendmsg ---- */

static bool put_control(struct making *m, const struct expression *e, struct cmsghdr *header)
{
	int64_t level;
	int64_t type;
	int64_t value;
	int32_t word;

	if (!making_number_of(m, expression_part(e, "cmsg_level", NO_PLACE), &level) ||
	    !making_number_of(m, expression_part(e, "cmsg_type", NO_PLACE), &type) ||
	    !making_number_of(m, expression_part(e, "cmsg_data", NO_PLACE), &value))
		return false;
	word = (int32_t)value;
	header->cmsg_level = (int)level;
	header->cmsg_type = (int)type;
	header->cmsg_len = CMSG_LEN(sizeof word);
	memcpy(CMSG_DATA(header), &word, sizeof word);
	return true;
}

static bool put_controls(struct making *m, const struct expression *list, struct msghdr *header,
			 uint8_t *room)
{
	size_t at = 0;

	if (making_is_any(list) || list->kind != EXPRESSION_LIST)
		return making_is_any(list) ||
		       making_refuse(m, "msg_control is a list of control messages");
	for (const struct expression *e = list->first; e != NULL; e = e->next) {
		if (at + CMSG_SPACE(sizeof(int32_t)) > CONTROL_ROOM)
			return making_refuse(m, "so many control messages are not supported");
		if (!put_control(m, e, (struct cmsghdr *)(room + at)))
			return false;
		at += CMSG_SPACE(sizeof(int32_t));
	}
	header->msg_control = at > 0 ? room : NULL;
	header->msg_controllen = at;
	return true;
}

static void make_sendmsg(struct making *m)
{
	const struct expression *message = making_argument(m, 1);
	const struct expression *name = expression_part(message, "msg_name", NO_PLACE);
	_Alignas(struct cmsghdr) uint8_t room[CONTROL_ROOM] = {0};
	struct sockaddr_storage to;
	struct msghdr header = {.msg_name = NULL};
	struct buffers buffers;
	int64_t flags;
	int fd;

	if (!making_socket_at(m, 0, &fd) || !making_number_at(m, 2, &flags) ||
	    !put_controls(m, expression_part(message, "msg_control", NO_PLACE), &header, room))
		return;
	if (!making_is_any(name) || (flags & MSG_FASTOPEN) != 0) {
		if (!making_address_of(m, name, true, &to, &header.msg_namelen))
			return;
		header.msg_name = &to;
	}
	if (!take_buffers(m, expression_part(message, "msg_iov", NO_PLACE), &buffers))
		return;
	header.msg_iov = buffers.vectors;
	header.msg_iovlen = buffers.count;
	making_returns(m, sendmsg(fd, &header, (int)flags | MSG_NOSIGNAL));
	if (!(flags & MSG_ZEROCOPY)) /* until the kernel is done with them they are its own */
		free(buffers.octets);
}

const struct kernel_row kernel_messages[] = {
	{"readv", make_readv},     {"writev", make_writev}, {"recvmsg", make_recvmsg},
	{"sendmsg", make_sendmsg}, {.name = NULL},
};
