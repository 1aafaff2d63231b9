/* side_kernel.c — the kernel's TCP: sockets on this side of a TUN device, and
 * datagrams on the other. Its states are asked for through sock_diag(7). */
#define _GNU_SOURCE /* accept4() */

#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "live/tun.h"
#include "tests/diff/side.h"

struct kernel {
	const struct tun *tun;
	const struct plan *plan;
	int diag;
	int listener;
	int fd;
	int error; /* that ended the connection: the kernel tells it once */
	uint64_t sent;
};

static struct kernel the_kernel = {.listener = -1, .fd = -1};

/* Our own mistake, or a machine that has run out of something. */
static void must(bool fine, const char *what)
{
	if (fine)
		return;
	perror(what);
	exit(2);
}

static socklen_t socket_address(const struct kernel *k, bool peer, struct sockaddr_storage *out)
{
	const struct address *address =
		peer ? &k->tun->ours[k->plan->ipv6] : &k->tun->kernels[k->plan->ipv6];
	uint16_t port = htons(peer ? k->plan->peers_port : k->plan->port);

	memset(out, 0, sizeof *out);
	if (k->plan->ipv6) {
		struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)out;

		in6->sin6_family = AF_INET6;
		in6->sin6_port = port;
		memcpy(&in6->sin6_addr, address->bytes, 16);
		return sizeof *in6;
	}
	struct sockaddr_in *in = (struct sockaddr_in *)out;

	in->sin_family = AF_INET;
	in->sin_port = port;
	memcpy(&in->sin_addr, address->bytes, 4);
	return sizeof *in;
}

static void set_nagle(const struct kernel *k)
{
	int off = !k->plan->nagle;

	must(setsockopt(k->fd, IPPROTO_TCP, TCP_NODELAY, &off, sizeof off) == 0, "TCP_NODELAY");
}

static int new_socket(const struct kernel *k)
{
	struct sockaddr_storage own;
	socklen_t len = socket_address(k, false, &own);
	int on = 1;
	int fd = socket(own.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	must(fd >= 0, "socket");
	must(setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0, "SO_REUSEADDR");
	must(setsockopt(fd, SOL_SOCKET, SO_OOBINLINE, &on, sizeof on) == 0, "SO_OOBINLINE");
	must(bind(fd, (struct sockaddr *)&own, len) == 0, "bind");
	return fd;
}

static void close_with_reset(int *fd)
{
	struct linger at_once = {.l_onoff = 1};

	if (*fd < 0)
		return;
	setsockopt(*fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
	close(*fd);
	*fd = -1;
}

static void begin(void *who, const struct plan *plan)
{
	struct kernel *k = who;

	k->plan = plan;
	k->error = 0;
	k->sent = 0;
}

/* ---- calls ---- */

static void say_error(struct kernel *k, char words[WORDS_MAX])
{
	if (k->error == 0 && errno != EPIPE)
		k->error = errno;
	snprintf(words, WORDS_MAX, "%s",
		 errno == EAGAIN         ? "nothing"
		 : errno == ECONNRESET   ? "reset"
		 : errno == ECONNREFUSED ? "refused"
					 : "no");
	if (errno == EAGAIN)
		k->error = 0;
}

static void call_send(struct kernel *k, uint32_t len, char words[WORDS_MAX])
{
	ssize_t sent = send(k->fd, side_text(k->sent), len, MSG_NOSIGNAL);

	if (sent < 0) {
		if (errno != EPIPE && errno != EAGAIN)
			k->error = errno;
		snprintf(words, WORDS_MAX, "no");
		return;
	}
	k->sent += (uint64_t)sent;
	snprintf(words, WORDS_MAX, "sent %zd", sent);
}

static void call_receive(struct kernel *k, char words[WORDS_MAX])
{
	uint8_t text[TEXT_MAX];
	ssize_t got = recv(k->fd, text, sizeof text, 0);

	if (got > 0) {
		snprintf(words, WORDS_MAX, "got %zd #%x", got, text_hash(text, (size_t)got));
		return;
	}
	if (got == 0 && k->error == 0) {
		snprintf(words, WORDS_MAX, "end");
		return;
	}
	if (got == 0)
		errno = k->error;
	say_error(k, words);
}

static void call_close(struct kernel *k)
{
	if (!k->plan->reads_no_more) {
		shutdown(k->fd, SHUT_WR);
		return;
	}
	close(k->fd);
	k->fd = -1;
}

static void call_connect(struct kernel *k)
{
	struct sockaddr_storage peer;
	socklen_t len = socket_address(k, true, &peer);

	k->fd = new_socket(k);
	set_nagle(k);
	must(connect(k->fd, (struct sockaddr *)&peer, len) == 0 || errno == EINPROGRESS, "connect");
}

static void call(void *who, const struct step *step, char words[WORDS_MAX])
{
	struct kernel *k = who;

	snprintf(words, WORDS_MAX, "done");
	if (step->kind == STEP_LISTEN) {
		k->listener = new_socket(k);
		must(listen(k->listener, 8) == 0, "listen");
		return;
	}
	if (step->kind == STEP_CONNECT) {
		call_connect(k);
		return;
	}
	if (k->fd < 0) {
		snprintf(words, WORDS_MAX, "no connection");
		return;
	}
	switch ((enum step_kind)step->kind) {
	case STEP_SEND: call_send(k, step->len, words); break;
	case STEP_RECEIVE: call_receive(k, words); break;
	case STEP_CLOSE: call_close(k); break;
	case STEP_ABORT: close_with_reset(&k->fd); break;
	default: break;
	}
}

static bool take_connection(void *who)
{
	struct kernel *k = who;

	if (k->listener < 0 || k->fd >= 0)
		return false;
	k->fd = accept4(k->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (k->fd < 0)
		return false;
	k->error = 0;
	k->sent = 0;
	set_nagle(k);
	return true;
}

/* ---- datagrams ---- */

static void arrives(void *who, const uint8_t *datagram, size_t len)
{
	struct kernel *k = who;

	must(write(k->tun->fd, datagram, len) == (ssize_t)len, "the TUN device");
}

static size_t next(void *who, uint8_t datagram[DATAGRAM_MAX])
{
	struct kernel *k = who;
	ssize_t len = read(k->tun->fd, datagram, DATAGRAM_MAX);

	must(len >= 0 || errno == EAGAIN, "the TUN device");
	return len > 0 ? (size_t)len : 0;
}

/* ---- looking ---- */

struct question {
	struct nlmsghdr header;
	struct inet_diag_req_v2 about;
};

static struct question question(const struct kernel *k)
{
	struct question q = {.header = {.nlmsg_len = sizeof q,
					.nlmsg_type = SOCK_DIAG_BY_FAMILY,
					.nlmsg_flags = NLM_F_REQUEST},
			     .about = {.sdiag_family = k->plan->ipv6 ? AF_INET6 : AF_INET,
				       .sdiag_protocol = IPPROTO_TCP,
				       .idiag_states = ~0u}};
	struct inet_diag_sockid *id = &q.about.id;

	id->idiag_sport = htons(k->plan->port);
	id->idiag_dport = htons(k->plan->peers_port);
	memcpy(id->idiag_src, k->tun->kernels[k->plan->ipv6].bytes, 16);
	memcpy(id->idiag_dst, k->tun->ours[k->plan->ipv6].bytes, 16);
	id->idiag_cookie[0] = INET_DIAG_NOCOOKIE;
	id->idiag_cookie[1] = INET_DIAG_NOCOOKIE;
	return q;
}

/* By the numbers of net/tcp_states.h. */
static enum tcp_state translated(unsigned state)
{
	static const uint8_t states[] = {
		CLOSED, ESTABLISHED, SYN_SENT, SYN_RECEIVED, FIN_WAIT_1, FIN_WAIT_2,  TIME_WAIT,
		CLOSED, CLOSE_WAIT,  LAST_ACK, LISTEN,       CLOSING,    SYN_RECEIVED};

	return state < sizeof states ? (enum tcp_state)states[state] : CLOSED;
}

static enum tcp_state state(void *who)
{
	struct kernel *k = who;
	struct question q = question(k);
	union {
		struct nlmsghdr header;
		uint8_t bytes[4096];
	} answer;
	ssize_t len;

	must(send(k->diag, &q, sizeof q, 0) == (ssize_t)sizeof q, "sock_diag");
	len = recv(k->diag, &answer, sizeof answer, 0);
	must(len >= (ssize_t)sizeof answer.header, "sock_diag");
	if (answer.header.nlmsg_type != SOCK_DIAG_BY_FAMILY)
		return CLOSED;
	return translated(((struct inet_diag_msg *)NLMSG_DATA(&answer.header))->idiag_state);
}

static void end(void *who)
{
	struct kernel *k = who;

	close_with_reset(&k->fd);
	close_with_reset(&k->listener);
}

static const struct side_functions functions = {
	.name = "kernel",
	.begin = begin,
	.call = call,
	.arrives = arrives,
	.next = next,
	.accept = take_connection,
	.state = state,
	.end = end,
};

struct side side_kernel(const struct tun *tun)
{
	struct kernel *k = &the_kernel;

	k->tun = tun;
	k->diag = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
	must(k->diag >= 0, "sock_diag");
	return (struct side){.functions = &functions, .who = k, .addresses = tun->kernels};
}
