/* Sockets of scripts: waiting for several, and UDP. */
#include "tests/drill_claims.h"

static void poll_tells_what_is_ready(void **state)
{
	(void)state;
	holds(ACCEPTS "+0 poll([{fd=4, events=POLLIN|POLLOUT, revents=POLLOUT}], 1, 0) = 1\n"
		      "+0 poll([{fd=4, events=POLLIN, revents=0}], 1, 0) = 0\n"
		      "+.1 < P. 1:11(10) ack 1 win 65535\n"
		      "* > . 1:1(0) ack 11\n"
		      "+0 poll([{fd=3, events=POLLIN, revents=0}, "
		      "{fd=4, events=POLLIN|POLLOUT, revents=POLLIN|POLLOUT}], 2, 0) = 1\n"
		      "+0 poll([{fd=9, events=POLLIN, revents=POLLNVAL}], 1, 0) = 1\n");
	fails_saying(ACCEPTS "+0 poll([{fd=4, events=POLLOUT, revents=0}], 1, 0) = 1\n",
		     "revents is 4, and the script expects 0");
}

static void poll_waits_until_something_is_ready(void **state)
{
	(void)state;
	holds(ACCEPTS "+0...0.1 poll([{fd=4, events=POLLIN, revents=POLLIN}], 1, 1000) = 1\n"
		      "+.1 < P. 1:11(10) ack 1 win 65535\n"
		      "* > . 1:1(0) ack 11\n");
	holds(ACCEPTS "+0...0.5 poll([{fd=4, events=POLLIN, revents=0}], 1, 500) = 0\n");
	holds(ACCEPTS "+0...0.1 poll([{fd=4, events=POLLIN, revents=POLLIN}], 1, -1) = 1\n"
		      "+.1 < F. 1:1(0) ack 1 win 65535\n");
}

static void a_listener_is_readable_when_somebody_waits(void **state)
{
	(void)state;
	holds(LISTENS "+0 poll([{fd=3, events=POLLIN, revents=0}], 1, 0) = 0\n" SHAKES_HANDS
		      "+0 poll([{fd=3, events=POLLIN, revents=POLLIN}], 1, 0) = 1\n");
}

static void poll_tells_how_it_ended(void **state)
{
	(void)state;
	holds(ACCEPTS
	      "+.1 < F. 1:1(0) ack 1 win 65535\n"
	      "+0 poll([{fd=4, events=POLLIN|POLLRDHUP, revents=POLLIN|POLLRDHUP}], 1, 0) = 1\n");
	holds(ACCEPTS "+.1 < R. 1:1(0) ack 1 win 65535\n"
		      "+0 poll([{fd=4, events=POLLIN, revents=POLLIN|POLLERR|POLLHUP}], 1, 0) = "
		      "1\n");
	holds(ASKS "+0 poll([{fd=3, events=POLLOUT, revents=0}], 1, 0) = 0\n"
		   "+.1 < S. 0:0(0) ack 1 win 65535 <mss 1000>\n"
		   "+0 > . 1:1(0) ack 1\n"
		   "+0 poll([{fd=3, events=POLLOUT, revents=POLLOUT}], 1, 0) = 1\n");
}

static void a_full_buffer_is_not_writable(void **state)
{
	(void)state;
	holds(ACCEPTS NONBLOCK "+0 setsockopt(4, SOL_SOCKET, SO_SNDBUF, [4000], 4) = 0\n"
			       "+0 write(4, ..., 10000) = 10000\n"
			       "+0 poll([{fd=4, events=POLLOUT, revents=0}], 1, 0) = 0\n"
			       "+0 > P. 1:10001(10000) ack 1\n"
			       "+.1 < . 1:1(0) ack 4001 win 65535\n"
			       "+0 poll([{fd=4, events=POLLOUT, revents=0}], 1, 0) = 0\n"
			       "+.1 < . 1:1(0) ack 8001 win 65535\n"
			       "+0 poll([{fd=4, events=POLLOUT, revents=POLLOUT}], 1, 0) = 1\n");
}

static void little_that_is_unsent_can_be_asked_for(void **state)
{
	(void)state;
	holds(ACCEPTS "+0 setsockopt(4, SOL_TCP, TCP_NOTSENT_LOWAT, [1000], 4) = 0\n"
		      "+0 write(4, ..., 20000) = 20000\n"
		      "+0 > P. 1:10001(10000) ack 1\n"
		      "+0 poll([{fd=4, events=POLLOUT, revents=0}], 1, 0) = 0\n");
}

static void epoll_tells_what_is_ready(void **state)
{
	(void)state;
	holds(ACCEPTS "+0 epoll_create(1) = 5\n"
		      "+0 epoll_ctl(5, EPOLL_CTL_ADD, 4, {events=EPOLLIN, fd=4}) = 0\n"
		      "+0 epoll_ctl(5, EPOLL_CTL_ADD, 4, {events=EPOLLIN, fd=4}) = -1 EEXIST (x)\n"
		      "+0 epoll_wait(5, {events=EPOLLIN, fd=4}, 1, 0) = 0\n"
		      "+0...0.1 epoll_wait(5, {events=EPOLLIN, fd=4}, 1, -1) = 1\n"
		      "+.1 < P. 1:11(10) ack 1 win 65535\n"
		      "* > . 1:1(0) ack 11\n"
		      "+0 epoll_wait(5, {events=EPOLLIN, fd=4}, 1, 0) = 1\n"
		      "+0 epoll_ctl(5, EPOLL_CTL_MOD, 4, {events=EPOLLOUT, fd=7}) = 0\n"
		      "+0 epoll_wait(5, {events=EPOLLOUT, fd=7}, 1, 0) = 1\n"
		      "+0 epoll_ctl(5, EPOLL_CTL_DEL, 4, ...) = 0\n"
		      "+0 epoll_ctl(5, EPOLL_CTL_DEL, 4, ...) = -1 ENOENT (x)\n"
		      "+0 epoll_wait(5, {events=EPOLLOUT, fd=7}, 1, 0) = 0\n"
		      "+0 epoll_wait(4, ..., 1, 0) = -1 EINVAL (x)\n");
}

static void an_edge_is_told_once(void **state)
{
	(void)state;
	holds(ACCEPTS "+0 epoll_create(1) = 5\n"
		      "+0 epoll_ctl(5, EPOLL_CTL_ADD, 4, {events=EPOLLIN|EPOLLET, fd=4}) = 0\n"
		      "+.1 < P. 1:11(10) ack 1 win 65535\n"
		      "* > . 1:1(0) ack 11\n"
		      "+0 epoll_wait(5, {events=EPOLLIN, fd=4}, 1, 0) = 1\n"
		      "+0 epoll_wait(5, {events=EPOLLIN, fd=4}, 1, 0) = 0\n"
		      "+.1 < P. 11:21(10) ack 1 win 65535\n"
		      "* > . 1:1(0) ack 21\n"
		      "+0 epoll_wait(5, {events=EPOLLIN, fd=4}, 1, 0) = 1\n");
	holds(ACCEPTS
	      "+0 epoll_create(1) = 5\n"
	      "+0 epoll_ctl(5, EPOLL_CTL_ADD, 4, {events=EPOLLOUT|EPOLLONESHOT, fd=4}) = 0\n"
	      "+0 epoll_wait(5, {events=EPOLLOUT, fd=4}, 1, 0) = 1\n"
	      "+0 epoll_wait(5, {events=EPOLLOUT, fd=4}, 1, 0) = 0\n");
}

/* ---- UDP ---- */

#define SPEAKS_UDP                                                                                 \
	"0 socket(..., SOCK_DGRAM, IPPROTO_UDP) = 3\n"                                             \
	"+0 bind(3, ..., ...) = 0\n"                                                               \
	"+0 connect(3, ..., ...) = 0\n"                                                            \
	"+0 fcntl(3, F_SETFL, O_RDWR|O_NONBLOCK) = 0\n"

static void datagrams_go_and_come(void **state)
{
	(void)state;
	holds(SPEAKS_UDP "+0 write(3, ..., 100) = 100\n"
			 "+0 > udp (100)\n"
			 "+0 read(3, ..., 100) = -1 EAGAIN (x)\n"
			 "+.1 < udp (1000)\n"
			 "+0 ioctl(3, SIOCINQ, [1000]) = 0\n"
			 "+0 recv(3, ..., 2000, MSG_PEEK) = 1000\n"
			 "+0 recvmsg(3, {msg_name(...)=..., msg_iov(1)=[{..., 500}], "
			 "msg_flags=MSG_TRUNC}, 0) = 500\n"
			 "+0 read(3, ..., 100) = -1 EAGAIN (x)\n"
			 "+.1 < udp (1000)\n"
			 "+0 recv(3, ..., 5, MSG_TRUNC) = 1000\n");
}

static void datagrams_go_over_ipv6_too(void **state)
{
	(void)state;
	holds_with_ipv6(SPEAKS_UDP "+0 write(3, ..., 100) = 100\n"
				   "+0 > udp (100)\n"
				   "+.1 < udp (10)\n"
				   "+0 read(3, ..., 100) = 10\n");
}

static void a_datagram_has_an_address_and_a_length(void **state)
{
	(void)state;
	holds("0 socket(..., SOCK_DGRAM, IPPROTO_UDP) = 3\n"
	      "+0 write(3, ..., 100) = -1 EDESTADDRREQ (x)\n"
	      "+0 sendto(3, ..., 70000, 0, ..., ...) = -1 EMSGSIZE (x)\n"
	      "+0 sendto(3, ..., 100, 0, ..., ...) = 100\n"
	      "+0 > udp (100)\n");
}

static void icmp_refuses_a_datagram(void **state)
{
	(void)state;
	holds(SPEAKS_UDP "+0 write(3, ..., 100) = 100\n"
			 "+0 > udp (100)\n"
			 "+.1 < icmp unreachable port_unreachable [udp (100)]\n"
			 "+0 read(3, ..., 100) = -1 ECONNREFUSED (x)\n"
			 "+0 read(3, ..., 100) = -1 EAGAIN (x)\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(poll_tells_what_is_ready),
		cmocka_unit_test(poll_waits_until_something_is_ready),
		cmocka_unit_test(a_listener_is_readable_when_somebody_waits),
		cmocka_unit_test(poll_tells_how_it_ended),
		cmocka_unit_test(a_full_buffer_is_not_writable),
		cmocka_unit_test(little_that_is_unsent_can_be_asked_for),
		cmocka_unit_test(epoll_tells_what_is_ready),
		cmocka_unit_test(an_edge_is_told_once),
		cmocka_unit_test(datagrams_go_and_come),
		cmocka_unit_test(datagrams_go_over_ipv6_too),
		cmocka_unit_test(a_datagram_has_an_address_and_a_length),
		cmocka_unit_test(icmp_refuses_a_datagram),
	};

	return cmocka_run_group_tests_name("drill sockets: poll", tests, NULL, NULL);
}
