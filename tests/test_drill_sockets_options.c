/* Sockets of scripts: options, and TCP_INFO. */
#include "tests/drill_claims.h"

static void buffers_are_doubled(void **state)
{
	(void)state;
	holds(LISTENS "+0 setsockopt(3, SOL_SOCKET, SO_RCVBUF, [10000], 4) = 0\n"
		      "+0 getsockopt(3, SOL_SOCKET, SO_RCVBUF, [20000], [4]) = 0\n"
		      "+0 setsockopt(3, SOL_SOCKET, SO_SNDBUF, [100], 4) = 0\n"
		      "+0 getsockopt(3, SOL_SOCKET, SO_SNDBUF, [4608], [4]) = 0\n"
		      "+0 setsockopt(3, SOL_SOCKET, SO_SNDBUF, [10000000], 4) = 0\n"
		      "+0 getsockopt(3, SOL_SOCKET, SO_SNDBUF, [8388608], [4]) = 0\n"
		      "+0 setsockopt(3, SOL_SOCKET, SO_SNDBUFFORCE, [10000000], 4) = 0\n"
		      "+0 getsockopt(3, SOL_SOCKET, SO_SNDBUF, [20000000], [4]) = 0\n");
}

/* 3 · 1460, and the scale says no more than the buffer needs. */
static void a_receive_buffer_is_the_window(void **state)
{
	(void)state;
	holds("0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"
	      "+0 setsockopt(3, SOL_SOCKET, SO_RCVBUF, [5000], 4) = 0\n"
	      "+0 bind(3, ..., ...) = 0\n"
	      "+0 listen(3, 1) = 0\n"
	      "+0 < S 0:0(0) win 65535 <mss 1000,nop,wscale 5>\n"
	      "+0 > S. 0:0(0) ack 1 win 4380 <mss 1460,nop,wscale 0>\n");
}

static void keeping_a_mistake_is_noticed(void **state)
{
	(void)state;
	fails_saying(LISTENS "+0 getsockopt(3, SOL_TCP, TCP_NODELAY, [1], [4]) = 0\n",
		     "TCP_NODELAY is 0, and the script expects 1");
	fails_saying(LISTENS "+0 setsockopt(3, SOL_TCP, TCP_KEEPCNT, [200], 4) = 0\n", "EINVAL");
}

static void values_have_limits(void **state)
{
	(void)state;
	holds(LISTENS "+0 setsockopt(3, SOL_TCP, TCP_MAXSEG, [40000], 4) = -1 EINVAL (x)\n"
		      "+0 setsockopt(3, SOL_TCP, TCP_USER_TIMEOUT, [-1], 4) = -1 EINVAL (x)\n"
		      "+0 setsockopt(3, SOL_TCP, TCP_KEEPIDLE, [0], 4) = -1 EINVAL (x)\n"
		      "+0 setsockopt(3, SOL_TCP, TCP_NODELAY, [1], 2) = -1 EINVAL (x)\n"
		      "+0 setsockopt(3, SOL_SOCKET, SO_ERROR, [1], 4) = -1 ENOPROTOOPT (x)\n"
		      "+0 setsockopt(9, SOL_TCP, TCP_NODELAY, [1], 4) = -1 EBADF (x)\n");
}

static void what_is_set_is_told(void **state)
{
	(void)state;
	holds(LISTENS
	      "+0 setsockopt(3, SOL_TCP, TCP_NODELAY, [7], 4) = 0\n"
	      "+0 getsockopt(3, SOL_TCP, TCP_NODELAY, [1], [4]) = 0\n"
	      "+0 getsockopt(3, SOL_SOCKET, SO_LINGER, {onoff=0, linger=0}, [8]) = 0\n"
	      "+0 setsockopt(3, SOL_SOCKET, SO_RCVTIMEO, {tv_sec=2, tv_usec=500000}, 16) = 0\n"
	      "+0 getsockopt(3, SOL_SOCKET, SO_RCVTIMEO, {tv_sec=2, tv_usec=500000}, [16]) = 0\n"
	      "+0 setsockopt(3, SOL_SOCKET, SO_RCVTIMEO, {tv_sec=2, tv_usec=1500000}, 16) = -1 "
	      "EDOM (x)\n"
	      "+0 getsockopt(3, SOL_SOCKET, SO_ACCEPTCONN, [1], [4]) = 0\n"
	      "+0 getsockopt(3, SOL_SOCKET, SO_TYPE, [SOCK_STREAM], [4]) = 0\n"
	      "+0 getsockopt(3, SOL_SOCKET, SO_PROTOCOL, [IPPROTO_TCP], [4]) = 0\n"
	      "+0 getsockopt(3, SOL_SOCKET, SO_DOMAIN, [AF_INET], [4]) = 0\n"
	      "+0 getsockopt(3, SOL_TCP, TCP_MAXSEG, [536], [4]) = 0\n"
	      "+0 getsockopt(3, IPPROTO_IP, IP_MTU, ..., [4]) = -1 ENOTCONN (x)\n");
}

static void an_mss_of_ones_own_is_offered_and_kept(void **state)
{
	(void)state;
	holds("0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"
	      "+0 setsockopt(3, SOL_TCP, TCP_MAXSEG, [500], 4) = 0\n"
	      "+0 bind(3, ..., ...) = 0\n"
	      "+0 listen(3, 1) = 0\n"
	      "+0 < S 0:0(0) win 65535 <mss 1000>\n"
	      "+0 > S. 0:0(0) ack 1 <mss 500>\n"
	      "+.01 < . 1:1(0) ack 1 win 65535\n"
	      "+0 accept(3, ..., ...) = 4\n"
	      "+0 getsockopt(4, SOL_TCP, TCP_MAXSEG, [500], [4]) = 0\n"
	      "+0 getsockopt(4, IPPROTO_IP, IP_MTU, [1500], [4]) = 0\n"
	      "+0 write(4, ..., 500) = 500\n"
	      "+0 > P. 1:501(500) ack 1\n");
}

static void nagle_waits_unless_it_is_told_not_to(void **state)
{
	(void)state;
	holds(ACCEPTS "+0 write(4, ..., 10) = 10\n"
		      "+0 > P. 1:11(10) ack 1\n"
		      "+0 write(4, ..., 10) = 10\n"
		      "+.1 setsockopt(4, SOL_TCP, TCP_NODELAY, [1], 4) = 0\n"
		      "+0 > P. 11:21(10) ack 1\n"
		      "+0 write(4, ..., 10) = 10\n"
		      "+0 > P. 21:31(10) ack 1\n");
}

static void marks_of_ip_are_sent(void **state)
{
	(void)state;
	holds("0 socket(..., SOCK_STREAM|SOCK_NONBLOCK, IPPROTO_TCP) = 3\n"
	      "+0 setsockopt(3, SOL_IP, IP_TOS, [0x20], 4) = 0\n"
	      "+0 getsockopt(3, SOL_IP, IP_TOS, [0x20], [4]) = 0\n"
	      "+0 setsockopt(3, SOL_IP, IP_TTL, [7], 4) = 0\n"
	      "+0 connect(3, ..., ...) = -1 EINPROGRESS (x)\n"
	      "+0 > [tos 0x20] S 0:0(0) <...>\n");
	holds(ACCEPTS "+0 setsockopt(4, SOL_IP, IP_TOS, [0x40], 4) = 0\n"
		      "+0 write(4, ..., 10) = 10\n"
		      "+0 > [tos 0x40] P. 1:11(10) ack 1\n");
}

static void keepalives_ask(void **state)
{
	(void)state;
	holds(ACCEPTS "+0 setsockopt(4, SOL_TCP, TCP_KEEPIDLE, [10], 4) = 0\n"
		      "+0 setsockopt(4, SOL_TCP, TCP_KEEPINTVL, [5], 4) = 0\n"
		      "+0 setsockopt(4, SOL_TCP, TCP_KEEPCNT, [2], 4) = 0\n"
		      "+0 setsockopt(4, SOL_SOCKET, SO_KEEPALIVE, [1], 4) = 0\n"
		      "+10 > . 0:0(0) ack 1\n"
		      "+5 > . 0:0(0) ack 1\n"
		      "+5.1 read(4, ..., 10) = -1 ETIMEDOUT (x)\n");
}

static void a_congestion_control_is_chosen_by_its_name(void **state)
{
	(void)state;
	holds("0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"
	      "+0 setsockopt(3, SOL_TCP, TCP_CONGESTION, \"reno\", 4) = 0\n"
	      "+0 getsockopt(3, SOL_TCP, TCP_CONGESTION, \"reno\", [4]) = 0\n");
	is_unsupported("0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"
		       "+0 setsockopt(3, SOL_TCP, TCP_CONGESTION, \"hybla\", 5) = 0\n",
		       "hybla");
}

static void seconds_to_wait_for_text_are_whole_time_outs(void **state)
{
	(void)state;
	holds(LISTENS "+0 getsockopt(3, SOL_TCP, TCP_DEFER_ACCEPT, [0], [4]) = 0\n"
		      "+0 setsockopt(3, SOL_TCP, TCP_DEFER_ACCEPT, [4], 4) = 0\n"
		      "+0 getsockopt(3, SOL_TCP, TCP_DEFER_ACCEPT, [7], [4]) = 0\n"
		      "+0 < S 0:0(0) win 65535 <mss 1000>\n"
		      "+0 > S. 0:0(0) ack 1 <...>\n"
		      "+.1 < . 1:1(0) ack 1 win 65535\n"
		      "+0...0.2 accept(3, ..., ...) = 4\n"
		      "+.2 < P. 1:11(10) ack 1 win 65535\n"
		      "+0 > . 1:1(0) ack 11\n");
}

/* ---- TCP_INFO ---- */

static void info_tells_how_a_connection_stands(void **state)
{
	(void)state;
	holds(ACCEPTS "+0 %{ assert tcpi_state == TCP_ESTABLISHED }%\n"
		      "+0 write(4, ..., 3000) = 3000\n"
		      "+0 > P. 1:3001(3000) ack 1\n"
		      "+0 %{ assert tcpi_unacked == 3, tcpi_unacked\n"
		      "assert tcpi_snd_mss == 1000 and tcpi_advmss == 1460\n"
		      "assert tcpi_snd_cwnd == 10, tcpi_snd_cwnd\n"
		      "assert tcpi_snd_ssthresh == 2147483647, tcpi_snd_ssthresh\n"
		      "assert tcpi_ca_state == TCP_CA_Open\n"
		      "assert tcpi_bytes_sent == 3000 and tcpi_data_segs_out == 3\n"
		      "assert tcpi_segs_in == 1 and tcpi_data_segs_in == 0\n"
		      "assert tcpi_bytes_acked == 0 and tcpi_notsent_bytes == 0\n"
		      "assert tcpi_rtt == 10000, tcpi_rtt\n"
		      "assert tcpi_pmtu == 1500 }%\n"
		      "+.01 < . 1:1(0) ack 1001 win 65535\n"
		      "+0 < P. 1:101(100) ack 1001 win 65535\n"
		      "* > . 3001:3001(0) ack 101\n"
		      "+0 %{ assert tcpi_unacked == 2 and tcpi_delivered == 2\n"
		      "assert tcpi_bytes_acked == 1000 and tcpi_bytes_received == 100\n"
		      "assert tcpi_rcv_mss == 536 or tcpi_rcv_mss == 100\n"
		      "assert tcpi_total_retrans == 0 }%\n");
}

static void info_counts_what_goes_again(void **state)
{
	(void)state;
	holds(ACCEPTS "+0 write(4, ..., 1000) = 1000\n"
		      "+0 > P. 1:1001(1000) ack 1\n"
		      "* > P. 1:1001(1000) ack 1\n"
		      "+0 %{ assert tcpi_total_retrans == 1 and tcpi_bytes_retrans == 1000\n"
		      "assert tcpi_retransmits == 1 and tcpi_backoff == 1, tcpi_backoff\n"
		      "assert tcpi_retrans == 1, tcpi_retrans\n"
		      "assert tcpi_ca_state == TCP_CA_Loss }%\n");
}

static void info_is_an_option_too(void **state)
{
	(void)state;
	holds(ACCEPTS "+0 getsockopt(4, SOL_TCP, TCP_INFO, {tcpi_state=TCP_ESTABLISHED, "
		      "tcpi_unacked=0}, [232]) = 0\n");
	fails_saying(ACCEPTS "+0 getsockopt(4, SOL_TCP, TCP_INFO, {tcpi_unacked=1}, [232]) = 0\n",
		     "tcpi_unacked is 0");
	is_unsupported(ACCEPTS "+0 getsockopt(4, SOL_TCP, TCP_INFO, {tcpi_colour=1}, [232]) = 0\n",
		       "tcpi_colour");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(buffers_are_doubled),
		cmocka_unit_test(a_receive_buffer_is_the_window),
		cmocka_unit_test(keeping_a_mistake_is_noticed),
		cmocka_unit_test(values_have_limits),
		cmocka_unit_test(what_is_set_is_told),
		cmocka_unit_test(an_mss_of_ones_own_is_offered_and_kept),
		cmocka_unit_test(nagle_waits_unless_it_is_told_not_to),
		cmocka_unit_test(marks_of_ip_are_sent),
		cmocka_unit_test(keepalives_ask),
		cmocka_unit_test(a_congestion_control_is_chosen_by_its_name),
		cmocka_unit_test(seconds_to_wait_for_text_are_whole_time_outs),
		cmocka_unit_test(info_tells_how_a_connection_stands),
		cmocka_unit_test(info_counts_what_goes_again),
		cmocka_unit_test(info_is_an_option_too),
	};

	return cmocka_run_group_tests_name("drill sockets: options", tests, NULL, NULL);
}
