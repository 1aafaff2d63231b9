/* Sockets of scripts: text goes in and comes out. */
#include "tests/drill_claims.h"

static void read_takes_what_is_there(void **state)
{
	(void)state;
	holds(ACCEPTS NONBLOCK "+0 read(4, ..., 10) = -1 EAGAIN (x)\n"
			       "+.1 < P. 1:11(10) ack 1 win 65535\n"
			       "+0 > . 1:1(0) ack 11\n"
			       "+0 ioctl(4, SIOCINQ, [10]) = 0\n"
			       "+0 read(4, ..., 4) = 4\n"
			       "+0 ioctl(4, SIOCINQ, [6]) = 0\n"
			       "+0 read(4, ..., 100) = 6\n"
			       "+0 read(4, ..., 100) = -1 EAGAIN (x)\n"
			       "+.1 < F. 11:11(0) ack 1 win 65535\n"
			       "+0 read(4, ..., 100) = 0\n");
}

static void read_blocks_until_something_comes(void **state)
{
	(void)state;
	holds(ACCEPTS "+0...0.11 read(4, ..., 100) = 10\n"
		      "+.1 < P. 1:11(10) ack 1 win 65535\n"
		      "* > . 1:1(0) ack 11\n");
	holds(ACCEPTS "+0...0.11 read(4, ..., 100) = 0\n"
		      "+.1 < F. 1:1(0) ack 1 win 65535\n");
}

static void read_gives_up_after_its_timeout(void **state)
{
	(void)state;
	holds(ACCEPTS "+0 setsockopt(4, SOL_SOCKET, SO_RCVTIMEO, {tv_sec=1, tv_usec=0}, 16) = 0\n"
		      "+0...1.01 read(4, ..., 10) = -1 EAGAIN (x)\n");
}

static void read_needs_a_connection(void **state)
{
	(void)state;
	holds("0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"
	      "+0 read(3, ..., 10) = -1 ENOTCONN (x)\n");
	holds(LISTENS "+0 read(3, ..., 10) = -1 ENOTCONN (x)\n");
}

static void peek_leaves_it_there(void **state)
{
	(void)state;
	holds(ACCEPTS "+.1 < P. 1:11(10) ack 1 win 65535\n"
		      "+0 > . 1:1(0) ack 11\n"
		      "+0 recv(4, ..., 100, MSG_PEEK) = 10\n"
		      "+0 recv(4, ..., 5, MSG_PEEK|MSG_DONTWAIT) = 5\n"
		      "+0 recv(4, ..., 100, 0) = 10\n"
		      "+0 recv(4, ..., 100, MSG_DONTWAIT) = -1 EAGAIN (x)\n");
}

static void waitall_waits_for_all(void **state)
{
	(void)state;
	holds(ACCEPTS "+.1 < P. 1:11(10) ack 1 win 65535\n"
		      "+0 > . 1:1(0) ack 11\n"
		      "+0...0.1 recv(4, ..., 20, MSG_WAITALL) = 20\n"
		      "+.1 < P. 11:21(10) ack 1 win 65535\n"
		      "* > . 1:1(0) ack 21\n");
}

static void waitall_takes_less_at_the_end(void **state)
{
	(void)state;
	holds(ACCEPTS "+0...0.11 recv(4, ..., 20, MSG_WAITALL) = 10\n"
		      "+.1 < FP. 1:11(10) ack 1 win 65535\n"
		      "* > . 1:1(0) ack 12\n");
}

static void a_low_water_mark_is_waited_for(void **state)
{
	(void)state;
	holds(ACCEPTS "+0 setsockopt(4, SOL_SOCKET, SO_RCVLOWAT, [15], 4) = 0\n"
		      "+0...0.2 read(4, ..., 100) = 20\n"
		      "+.1 < P. 1:11(10) ack 1 win 65535\n"
		      "* > . 1:1(0) ack 11\n"
		      "+.1 < P. 11:21(10) ack 1 win 65535\n"
		      "* > . 1:1(0) ack 21\n");
}

static void buffers_are_counted_together(void **state)
{
	(void)state;
	holds(ACCEPTS "+.1 < P. 1:11(10) ack 1 win 65535\n"
		      "* > . 1:1(0) ack 11\n"
		      "+0 readv(4, [{..., 3}, {..., 4}], 2) = 7\n"
		      "+0 recvmsg(4, {msg_name(...)=..., msg_iov(2)=[{..., 2}, {..., 5}], "
		      "msg_flags=0}, 0) = 3\n"
		      "+0 writev(4, [{..., 100}, {..., 50}], 2) = 150\n"
		      "+0 > P. 1:151(150) ack 11\n"
		      "+0 sendmsg(4, {msg_name(...)=..., msg_iov(1)=[{..., 20}], msg_flags=0}, "
		      "MSG_DONTWAIT) = 20\n"
		      "+.1 < . 11:11(0) ack 151 win 65535\n"
		      "+0 > P. 151:171(20) ack 11\n");
}

/* What the last buffer takes is let in; then there is no room until a third is free. */
static void write_fills_the_buffer_and_no_more(void **state)
{
	(void)state;
	holds(ACCEPTS NONBLOCK "+0 setsockopt(4, SOL_SOCKET, SO_SNDBUF, [4000], 4) = 0\n"
			       "+0 getsockopt(4, SOL_SOCKET, SO_SNDBUF, [8000], [4]) = 0\n"
			       "+0 write(4, ..., 10000) = 10000\n"
			       "+0 write(4, ..., 10) = -1 EAGAIN (x)\n"
			       "+0 > P. 1:10001(10000) ack 1\n"
			       "+0 ioctl(4, SIOCOUTQ, [10000]) = 0\n"
			       "+0 ioctl(4, SIOCOUTQNSD, [0]) = 0\n"
			       "+.1 < . 1:1(0) ack 9001 win 65535\n"
			       "+0 ioctl(4, SIOCOUTQ, [1000]) = 0\n"
			       "+0 write(4, ..., 10000) = 10000\n");
}

static void write_blocks_until_all_is_taken(void **state)
{
	(void)state;
	holds(ACCEPTS "+0 setsockopt(4, SOL_SOCKET, SO_SNDBUF, [4000], 4) = 0\n"
		      "+0 write(4, ..., 10000) = 10000\n"
		      "+0 > P. 1:10001(10000) ack 1\n"
		      "+0...0.2 write(4, ..., 2000) = 2000\n"
		      "+.1 < . 1:1(0) ack 4001 win 65535\n"
		      "+.1 < . 1:1(0) ack 10001 win 65535\n"
		      "+0 > P. 10001:12001(2000) ack 1\n");
}

static void write_gives_up_after_its_timeout(void **state)
{
	(void)state;
	holds(ACCEPTS
	      "+0 setsockopt(4, SOL_SOCKET, SO_SNDBUF, [4000], 4) = 0\n"
	      "+0 setsockopt(4, SOL_SOCKET, SO_SNDTIMEO, {tv_sec=0, tv_usec=100000}, 16) = 0\n"
	      "+0 write(4, ..., 10000) = 10000\n"
	      "+0 > P. 1:10001(10000) ack 1\n"
	      "+0...0.1 write(4, ..., 10) = -1 EAGAIN (x)\n");
}

static void write_needs_a_connection(void **state)
{
	(void)state;
	holds("0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"
	      "+0 write(3, ..., 10) = -1 EPIPE (Broken pipe)\n");
	holds(ACCEPTS "+0 send(4, ..., 10, MSG_NOSIGNAL) = 10\n"
		      "+0 > P. 1:11(10) ack 1\n"
		      "+0 write(4, ..., 0) = 0\n");
}

static void more_waits_for_more(void **state)
{
	(void)state;
	holds(ACCEPTS "+0 send(4, ..., 400, MSG_MORE) = 400\n"
		      "+.1 send(4, ..., 400, MSG_MORE) = 400\n"
		      "+0 send(4, ..., 400, 0) = 400\n"
		      "+0 > . 1:1001(1000) ack 1\n"
		      "+0 > P. 1001:1201(200) ack 1\n");
}

/* It is of one write: an ACK lets go what it held. */
static void the_next_ack_sends_what_more_held(void **state)
{
	(void)state;
	holds(ACCEPTS "+0 send(4, ..., 1400, MSG_MORE) = 1400\n"
		      "+0 > . 1:1001(1000) ack 1\n"
		      "+.01 < . 1:1(0) ack 1001 win 65535\n"
		      "+0 > . 1001:1401(400) ack 1\n");
}

static void a_cork_stays_when_an_ack_comes(void **state)
{
	(void)state;
	holds(ACCEPTS "+0 setsockopt(4, SOL_TCP, TCP_CORK, [1], 4) = 0\n"
		      "+0 write(4, ..., 1400) = 1400\n"
		      "+0 > . 1:1001(1000) ack 1\n"
		      "+.01 < . 1:1(0) ack 1001 win 65535\n"
		      "+.21 > P. 1001:1401(400) ack 1\n");
}

static void a_record_that_ends_is_not_passed_over(void **state)
{
	(void)state;
	holds(ACCEPTS "+0 write(4, ..., 10400) = 10400\n"
		      "+0 send(4, ..., 200, MSG_EOR) = 200\n"
		      "+0 write(4, ..., 1000) = 1000\n"
		      "+0 > P. 1:10001(10000) ack 1\n"
		      "+.01 < . 1:1(0) ack 10001 win 65535\n"
		      "+0 > P. 10001:10601(600) ack 1\n"
		      "+0 > P. 10601:11601(1000) ack 1\n");
}

static void nodelay_ends_what_a_cork_holds(void **state)
{
	(void)state;
	holds(ACCEPTS "+0 setsockopt(4, SOL_TCP, TCP_CORK, [1], 4) = 0\n"
		      "+0 write(4, ..., 400) = 400\n"
		      "+.1 setsockopt(4, SOL_SOCKET, SO_KEEPALIVE, [0], 4) = 0\n"
		      "+.05 setsockopt(4, SOL_TCP, TCP_NODELAY, [1], 4) = 0\n"
		      "+0 > P. 1:401(400) ack 1\n");
}

static void a_buffer_that_is_null_is_a_bad_address(void **state)
{
	(void)state;
	holds(ACCEPTS NONBLOCK "+0 write(4, NULL, 10) = -1 EFAULT (x)\n"
			       "+0 sendto(4, NULL, 10, 0, ..., ...) = -1 EFAULT (x)\n"
			       "+0 < P. 1:11(10) ack 1 win 65535\n"
			       "+0 > . 1:1(0) ack 11\n"
			       "+0 read(4, NULL, 10) = -1 EFAULT (x)\n"
			       "+0 recv(4, NULL, 10, 0) = -1 EFAULT (x)\n"
			       "+0 read(4, ..., 10) = 10\n");
}

static void a_cork_holds_no_longer_than_200_ms(void **state)
{
	(void)state;
	holds(ACCEPTS "+0 setsockopt(4, SOL_TCP, TCP_CORK, [1], 4) = 0\n"
		      "+0 write(4, ..., 400) = 400\n"
		      "+.2 > P. 1:401(400) ack 1\n");
	holds(ACCEPTS "+0 setsockopt(4, SOL_TCP, TCP_CORK, [1], 4) = 0\n"
		      "+0 write(4, ..., 400) = 400\n"
		      "+.1 setsockopt(4, SOL_TCP, TCP_CORK, [0], 4) = 0\n"
		      "+0 > P. 1:401(400) ack 1\n");
	holds(ACCEPTS "+0 setsockopt(4, SOL_TCP, TCP_CORK, [1], 4) = 0\n"
		      "+0 write(4, ..., 400) = 400\n"
		      "+.1 close(4) = 0\n"
		      "+0 > FP. 1:401(400) ack 1\n");
}

static void text_can_be_urgent(void **state)
{
	(void)state;
	holds(ACCEPTS "+0 send(4, ..., 10, MSG_OOB) = 10\n"
		      "+0 > PU. 1:11(10) ack 1 urg 10\n");
}

static void a_file_is_sent(void **state)
{
	(void)state;
	holds(ACCEPTS "+0 open(\"some.file\", O_RDONLY) = 5\n"
		      "+0 sendfile(4, 5, [0], 700) = 700\n"
		      "+0 > P. 1:701(700) ack 1\n");
}

static void a_pipe_passes_text_on(void **state)
{
	(void)state;
	holds(ACCEPTS "+.1 < P. 1:101(100) ack 1 win 65535\n"
		      "* > . 1:1(0) ack 101\n"
		      "+0 pipe([5, 6]) = 0\n"
		      "+0 splice(4, NULL, 6, NULL, 1000, 0) = 100\n"
		      "+0 splice(5, NULL, 4, NULL, 1000, 0) = 100\n"
		      "+0 > P. 1:101(100) ack 101\n"
		      "+0 splice(5, NULL, 4, NULL, 1000, SPLICE_F_NONBLOCK) = -1 EAGAIN (x)\n");
}

/* ---- text on the SYN ---- */

#define GETS_A_COOKIE                                                                              \
	HASTY "+0 sendto(3, ..., 500, MSG_FASTOPEN, ..., ...) = -1 EINPROGRESS (x)\n"              \
	      "+0 > S 0:0(0) <...>\n"                                                              \
	      "+.1 < S. 0:0(0) ack 1 win 5792 <mss 1460,FO abcd1234,nop,nop>\n"                    \
	      "+0 > . 1:1(0) ack 1\n"                                                              \
	      "+0 close(3) = 0\n"                                                                  \
	      "+0 > F. 1:1(0) ack 1\n"                                                             \
	      "+.1 < F. 1:1(0) ack 2 win 100\n"                                                    \
	      "+0 > . 2:2(0) ack 2\n"                                                              \
	      "+0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 4\n"

static void text_goes_with_the_syn_to_who_gave_a_cookie(void **state)
{
	(void)state;
	holds(GETS_A_COOKIE NONBLOCK "+0 sendto(4, ..., 500, MSG_FASTOPEN, ..., ...) = 500\n"
				     "+0 > S 0:500(500) <...>\n"
				     "+.1 < S. 0:0(0) ack 501 win 5792 <mss 1460>\n"
				     "+0 > . 501:501(0) ack 1\n");
}

static void connect_waits_for_the_first_write(void **state)
{
	(void)state;
	holds(GETS_A_COOKIE NONBLOCK "+0 setsockopt(4, SOL_TCP, TCP_FASTOPEN_CONNECT, [1], 4) = 0\n"
				     "+0 connect(4, ..., ...) = 0\n"
				     "+.1 connect(4, ..., ...) = -1 EISCONN (x)\n"
				     "+0 write(4, ..., 100) = 100\n"
				     "+0 > S 0:100(100) <...>\n");
}

static void a_fast_write_blocks_for_the_handshake(void **state)
{
	(void)state;
	holds(GETS_A_COOKIE "+0...0.1 sendto(4, ..., 500, MSG_FASTOPEN, ..., ...) = 500\n"
			    "+0 > S 0:500(500) <...>\n"
			    "+.1 < S. 0:0(0) ack 501 win 5792 <mss 1460>\n"
			    "+0 > . 501:501(0) ack 1\n");
}

static void a_server_gives_cookies_where_it_is_told_to(void **state)
{
	(void)state;
	holds("0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"
	      "+0 setsockopt(3, SOL_TCP, TCP_FASTOPEN, [5], 4) = 0\n"
	      "+0 bind(3, ..., ...) = 0\n"
	      "+0 listen(3, 1) = 0\n"
	      "+0 < S 0:0(0) win 65535 <mss 1000,FO,nop,nop>\n"
	      "+0 > S. 0:0(0) ack 1 <...>\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(read_takes_what_is_there),
		cmocka_unit_test(read_blocks_until_something_comes),
		cmocka_unit_test(read_gives_up_after_its_timeout),
		cmocka_unit_test(read_needs_a_connection),
		cmocka_unit_test(peek_leaves_it_there),
		cmocka_unit_test(waitall_waits_for_all),
		cmocka_unit_test(waitall_takes_less_at_the_end),
		cmocka_unit_test(a_low_water_mark_is_waited_for),
		cmocka_unit_test(buffers_are_counted_together),
		cmocka_unit_test(write_fills_the_buffer_and_no_more),
		cmocka_unit_test(write_blocks_until_all_is_taken),
		cmocka_unit_test(write_gives_up_after_its_timeout),
		cmocka_unit_test(write_needs_a_connection),
		cmocka_unit_test(more_waits_for_more),
		cmocka_unit_test(the_next_ack_sends_what_more_held),
		cmocka_unit_test(a_cork_stays_when_an_ack_comes),
		cmocka_unit_test(a_record_that_ends_is_not_passed_over),
		cmocka_unit_test(nodelay_ends_what_a_cork_holds),
		cmocka_unit_test(a_buffer_that_is_null_is_a_bad_address),
		cmocka_unit_test(a_cork_holds_no_longer_than_200_ms),
		cmocka_unit_test(text_can_be_urgent),
		cmocka_unit_test(a_file_is_sent),
		cmocka_unit_test(a_pipe_passes_text_on),
		cmocka_unit_test(text_goes_with_the_syn_to_who_gave_a_cookie),
		cmocka_unit_test(connect_waits_for_the_first_write),
		cmocka_unit_test(a_fast_write_blocks_for_the_handshake),
		cmocka_unit_test(a_server_gives_cookies_where_it_is_told_to),
	};

	return cmocka_run_group_tests_name("drill sockets: text", tests, NULL, NULL);
}
