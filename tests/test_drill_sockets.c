/* Sockets of scripts: how connections come about and end, and which errno a call has. */
#include "tests/drill_claims.h"

/* ---- socket, bind, listen ---- */

static void descriptors_have_the_numbers_that_the_script_expects(void **state)
{
	(void)state;
	holds("0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 7\n"
	      "+0 dup(7) = 3\n"
	      "+0 close(7) = 0\n"
	      "+0 bind(3, ..., ...) = 0\n"
	      "+0 close(7) = -1 EBADF (Bad file descriptor)\n");
}

static void only_inet_sockets_are_supported(void **state)
{
	(void)state;
	is_unsupported("0 socket(AF_UNIX, SOCK_STREAM, 0) = 3\n", "address family 1");
	is_unsupported("0 socket(AF_INET, SOCK_RAW, IPPROTO_TCP) = 3\n", "type 3");
}

static void a_port_is_taken_once(void **state)
{
	(void)state;
	holds(LISTENS "+0 bind(3, ..., ...) = -1 EINVAL (Invalid argument)\n"
		      "+0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 4\n"
		      "+0 bind(4, ..., ...) = -1 EADDRINUSE (Address already in use)\n"
		      "+0 close(3) = 0\n"
		      "+0 bind(4, ..., ...) = 0\n");
}

static void reuse_shares_a_port_while_nobody_listens(void **state)
{
	(void)state;
	holds("0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"
	      "+0 setsockopt(3, SOL_SOCKET, SO_REUSEADDR, [1], 4) = 0\n"
	      "+0 bind(3, ..., ...) = 0\n"
	      "+0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 4\n"
	      "+0 setsockopt(4, SOL_SOCKET, SO_REUSEADDR, [1], 4) = 0\n"
	      "+0 bind(4, ..., ...) = 0\n"
	      "+0 listen(3, 1) = 0\n"
	      "+0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 5\n"
	      "+0 setsockopt(5, SOL_SOCKET, SO_REUSEADDR, [1], 4) = 0\n"
	      "+0 bind(5, ..., ...) = -1 EADDRINUSE (Address already in use)\n");
}

static void only_addresses_of_ours_are_bound(void **state)
{
	(void)state;
	holds("0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"
	      "+0 bind(3, {sa_family = AF_INET, sin_port = htons(80), sin_addr = "
	      "inet_addr(\"192.0.2.77\")}, ...) = -1 EADDRNOTAVAIL (x)\n"
	      "+0 bind(3, {sa_family = AF_INET, sin_port = htons(80), sin_addr = "
	      "inet_addr(\"0.0.0.0\")}, ...) = 0\n");
}

static void a_socket_that_speaks_does_not_listen(void **state)
{
	(void)state;
	holds(CONNECTS "+0 listen(3, 1) = -1 EINVAL (Invalid argument)\n");
	holds(LISTENS "+0 listen(3, 10) = 0\n");
}

/* ---- accept ---- */

static void accept_takes_who_has_shaken_hands(void **state)
{
	(void)state;
	holds(LISTENS "+0 fcntl(3, F_SETFL, O_RDWR|O_NONBLOCK) = 0\n"
		      "+0 accept(3, ..., ...) = -1 EAGAIN (Resource temporarily unavailable)\n"
		      "+0 < S 0:0(0) win 65535 <mss 1000>\n"
		      "+0 > S. 0:0(0) ack 1 <...>\n"
		      "+0 accept(3, ..., ...) = -1 EAGAIN (Resource temporarily unavailable)\n"
		      "+.01 < . 1:1(0) ack 1 win 65535\n"
		      "+0 accept(3, ..., ...) = 4\n"
		      "+0 accept(3, ..., ...) = -1 EAGAIN (Resource temporarily unavailable)\n");
}

static void accept_blocks_until_somebody_comes(void **state)
{
	(void)state;
	holds(LISTENS "+0...0.11 accept(3, ..., ...) = 4\n"
		      "+.1 < S 0:0(0) win 65535 <mss 1000>\n"
		      "+0 > S. 0:0(0) ack 1 <...>\n"
		      "+.01 < . 1:1(0) ack 1 win 65535\n"
		      "+0 write(4, ..., 10) = 10\n"
		      "+0 > P. 1:11(10) ack 1\n");
}

static void accept_gives_up_after_its_timeout(void **state)
{
	(void)state;
	holds(LISTENS
	      "+0 setsockopt(3, SOL_SOCKET, SO_RCVTIMEO, {tv_sec=0, tv_usec=500000}, 16) = 0\n"
	      "+0...0.5 accept(3, ..., ...) = -1 EAGAIN (Resource temporarily unavailable)\n");
}

static void accept_needs_a_listener(void **state)
{
	(void)state;
	holds("0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"
	      "+0 accept(3, ..., ...) = -1 EINVAL (Invalid argument)\n"
	      "+0 socket(..., SOCK_DGRAM, IPPROTO_UDP) = 4\n"
	      "+0 accept(4, ..., ...) = -1 EOPNOTSUPP (Operation not supported)\n"
	      "+0 accept(9, ..., ...) = -1 EBADF (Bad file descriptor)\n");
}

static void accept4_makes_it_nonblocking(void **state)
{
	(void)state;
	holds(LISTENS SHAKES_HANDS "+0 accept4(3, ..., ..., SOCK_NONBLOCK) = 4\n"
				   "+0 fcntl(4, F_GETFL) = 0x802 (flags O_RDWR|O_NONBLOCK)\n"
				   "+0 read(4, ..., 10) = -1 EAGAIN (x)\n");
}

static void a_closed_listener_answers_with_rst(void **state)
{
	(void)state;
	holds(LISTENS "+0 close(3) = 0\n"
		      "+0 < S 0:0(0) win 65535 <mss 1000>\n"
		      "+0 > R. 0:0(0) ack 1\n");
}

static void who_waits_at_a_listener_that_goes_is_turned_away(void **state)
{
	(void)state;
	holds(LISTENS SHAKES_HANDS "+0 close(3) = 0\n"
				   "+0 > R. 1:1(0) ack 1\n");
}

/* ---- connect ---- */

static void connect_without_waiting_is_in_progress(void **state)
{
	(void)state;
	holds(ASKS "+0 connect(3, ..., ...) = -1 EALREADY (Operation already in progress)\n"
		   "+0 getsockopt(3, SOL_SOCKET, SO_ERROR, [0], [4]) = 0\n"
		   "+0 write(3, ..., 10) = -1 EAGAIN (x)\n"
		   "+0 read(3, ..., 10) = -1 EAGAIN (x)\n"
		   "+0 getpeername(3, ..., ...) = -1 ENOTCONN (x)\n"
		   "+.01 < S. 0:0(0) ack 1 win 65535 <mss 1000>\n"
		   "+0 > . 1:1(0) ack 1\n"
		   "+0 connect(3, ..., ...) = 0\n"
		   "+0 connect(3, ..., ...) = -1 EISCONN (x)\n");
}

static void connect_blocks_for_a_round_trip(void **state)
{
	(void)state;
	holds("0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"
	      "0...0.1 connect(3, ..., ...) = 0\n"
	      "0 > S 0:0(0) <...>\n"
	      "0.1 < S. 0:0(0) ack 1 win 65535 <mss 1000>\n"
	      "+0 > . 1:1(0) ack 1\n");
}

static void a_refused_connect_says_so(void **state)
{
	(void)state;
	holds("0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"
	      "0...0.1 connect(3, ..., ...) = -1 ECONNREFUSED (Connection refused)\n"
	      "0 > S 0:0(0) <...>\n"
	      "0.1 < R. 0:0(0) ack 1 win 0\n");
	holds(ASKS "+.1 < R. 0:0(0) ack 1 win 0\n"
		   "+0 getsockopt(3, SOL_SOCKET, SO_ERROR, [ECONNREFUSED], [4]) = 0\n"
		   "+0 getsockopt(3, SOL_SOCKET, SO_ERROR, [0], [4]) = 0\n");
}

static void who_was_refused_may_ask_again(void **state)
{
	(void)state;
	holds(ASKS "+.1 < R. 0:0(0) ack 1 win 0\n"
		   "+0 connect(3, ..., ...) = -1 ECONNREFUSED (Connection refused)\n"
		   "+0 connect(3, ..., ...) = -1 EINPROGRESS (Operation now in progress)\n"
		   "+0 > S 0:0(0) <...>\n");
}

static void connect_times_out_after_its_tries(void **state)
{
	(void)state;
	holds(HASTY "+0 setsockopt(3, SOL_TCP, TCP_SYNCNT, [1], 4) = 0\n"
		    "+0 connect(3, ..., ...) = -1 EINPROGRESS (Operation now in progress)\n"
		    "+0 > S 0:0(0) <...>\n"
		    "+1 > S 0:0(0) <...>\n"
		    "+1 > S 0:0(0) <...>\n"
		    "+1.1 connect(3, ..., ...) = -1 ETIMEDOUT (Connection timed out)\n");
}

static void connect_gives_up_after_its_timeout(void **state)
{
	(void)state;
	holds("0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"
	      "+0 setsockopt(3, SOL_SOCKET, SO_SNDTIMEO, {tv_sec=0, tv_usec=500000}, 16) = 0\n"
	      "+0...0.5 connect(3, ..., ...) = -1 EINPROGRESS (Operation now in progress)\n"
	      "0 > S 0:0(0) <...>\n");
}

static void what_a_router_says_ends_an_attempt(void **state)
{
	(void)state;
	holds(ASKS "+.1 < icmp unreachable host_unreachable [0:0(0)]\n"
		   "+0 getsockopt(3, SOL_SOCKET, SO_ERROR, [EHOSTUNREACH], [4]) = 0\n");
}

static void connecting_to_nobody_dissolves(void **state)
{
	(void)state;
	holds(CONNECTS "+0 connect(3, {sa_family = AF_UNSPEC}, ...) = 0\n"
		       "+0 > R. 1:1(0) ack 1\n"
		       "+0 getpeername(3, ..., ...) = -1 ENOTCONN (x)\n"
		       "+0 connect(3, ..., ...) = -1 EINPROGRESS (Operation now in progress)\n"
		       "+0 > S 0:0(0) <...>\n");
}

static void addresses_are_held_against_the_script(void **state)
{
	(void)state;
	holds(CONNECTS "+0 getpeername(3, {sa_family = AF_INET, sin_port = htons(8080), sin_addr "
		       "= inet_addr(\"192.0.2.1\")}, [16]) = 0\n");
	fails_saying(CONNECTS "+0 getpeername(3, {sa_family = AF_INET, sin_port = htons(8081), "
			      "sin_addr = inet_addr(\"192.0.2.1\")}, [16]) = 0\n",
		     "8080");
	fails_saying(CONNECTS "+0 getpeername(3, {sa_family = AF_INET, sin_port = htons(8080), "
			      "sin_addr = inet_addr(\"192.0.2.2\")}, [16]) = 0\n",
		     "192.0.2.1");
}

static void all_of_it_goes_with_ipv6(void **state)
{
	(void)state;
	holds_with_ipv6(ACCEPTS "+0 write(4, ..., 10) = 10\n"
				"+0 > P. 1:11(10) ack 1\n"
				"+0 close(4) = 0\n"
				"+0 > F. 11:11(0) ack 1\n");
}

/* ---- close, shutdown ---- */

static void close_sends_fin(void **state)
{
	(void)state;
	holds(ACCEPTS "+0 close(4) = 0\n"
		      "+0 > F. 1:1(0) ack 1\n"
		      "+0 read(4, ..., 10) = -1 EBADF (Bad file descriptor)\n");
}

static void the_last_descriptor_closes(void **state)
{
	(void)state;
	holds(ACCEPTS "+0 dup(4) = 5\n"
		      "+0 close(4) = 0\n"
		      "+0 write(5, ..., 10) = 10\n"
		      "+0 > P. 1:11(10) ack 1\n"
		      "+0 close(5) = 0\n"
		      "+0 > F. 11:11(0) ack 1\n");
}

static void close_with_unread_text_resets(void **state)
{
	(void)state;
	holds(ACCEPTS "+.1 < P. 1:11(10) ack 1 win 65535\n"
		      "+0 > . 1:1(0) ack 11\n"
		      "+0 close(4) = 0\n"
		      "+0 > R. 1:1(0) ack 11\n");
}

static void text_after_close_is_answered_with_rst(void **state)
{
	(void)state;
	holds(ACCEPTS "+0 close(4) = 0\n"
		      "+0 > F. 1:1(0) ack 1\n"
		      "+.1 < P. 1:11(10) ack 2 win 65535\n"
		      "+0 > R 2:2(0)\n");
}

static void a_linger_of_no_time_resets(void **state)
{
	(void)state;
	holds(ACCEPTS "+0 setsockopt(4, SOL_SOCKET, SO_LINGER, {onoff=1, linger=0}, 8) = 0\n"
		      "+0 getsockopt(4, SOL_SOCKET, SO_LINGER, {onoff=1, linger=0}, [8]) = 0\n"
		      "+0 close(4) = 0\n"
		      "+0 > R. 1:1(0) ack 1\n");
}

static void a_linger_waits_for_the_ack_of_the_fin(void **state)
{
	(void)state;
	holds(ACCEPTS "+0 setsockopt(4, SOL_SOCKET, SO_LINGER, {onoff=1, linger=5}, 8) = 0\n"
		      "+0...0.11 close(4) = 0\n"
		      "+0 > F. 1:1(0) ack 1\n"
		      "+.1 < . 1:1(0) ack 2 win 65535\n");
}

static void a_linger_does_not_wait_for_ever(void **state)
{
	(void)state;
	holds(ACCEPTS "+0 setsockopt(4, SOL_SOCKET, SO_LINGER, {onoff=1, linger=2}, 8) = 0\n"
		      "+0...2.01 close(4) = 0\n"
		      "+0 > F. 1:1(0) ack 1\n"
		      "* > F. 1:1(0) ack 1\n");
}

static void shutdown_ends_one_direction(void **state)
{
	(void)state;
	holds(ACCEPTS "+0 shutdown(4, SHUT_WR) = 0\n"
		      "+0 > F. 1:1(0) ack 1\n"
		      "+0 write(4, ..., 10) = -1 EPIPE (Broken pipe)\n"
		      "+.1 < P. 1:11(10) ack 2 win 65535\n"
		      "+0 read(4, ..., 100) = 10\n");
}

static void close_after_shutdown_stops_reading(void **state)
{
	(void)state;
	holds(ACCEPTS "+0 shutdown(4, SHUT_WR) = 0\n"
		      "+0 > F. 1:1(0) ack 1\n"
		      "+.1 < . 1:1(0) ack 2 win 65535\n"
		      "+0 close(4) = 0\n"
		      "+.1 < P. 1:11(10) ack 2 win 65535\n"
		      "+0 > R 2:2(0)\n");
}

static void reading_ends_with_shutdown(void **state)
{
	(void)state;
	holds(ACCEPTS "+0 shutdown(4, SHUT_RD) = 0\n"
		      "+0 read(4, ..., 10) = 0\n"
		      "+0 write(4, ..., 10) = 10\n"
		      "+0 > P. 1:11(10) ack 1\n");
}

static void shutdown_needs_a_connection(void **state)
{
	(void)state;
	holds("0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"
	      "+0 shutdown(3, SHUT_RDWR) = -1 ENOTCONN (x)\n");
	holds(ACCEPTS "+0 shutdown(4, 7) = -1 EINVAL (Invalid argument)\n");
}

/* ---- what becomes of who is reset ---- */

static void a_reset_is_told_once(void **state)
{
	(void)state;
	holds(ACCEPTS "+.1 < R. 1:1(0) ack 1 win 65535\n"
		      "+0 read(4, ..., 10) = -1 ECONNRESET (Connection reset by peer)\n"
		      "+0 read(4, ..., 10) = 0\n"
		      "+0 write(4, ..., 10) = -1 EPIPE (Broken pipe)\n");
	holds(ACCEPTS "+.1 < R. 1:1(0) ack 1 win 65535\n"
		      "+0 write(4, ..., 10) = -1 ECONNRESET (Connection reset by peer)\n"
		      "+0 write(4, ..., 10) = -1 EPIPE (Broken pipe)\n");
}

static void text_that_came_before_a_reset_is_read(void **state)
{
	(void)state;
	holds(ACCEPTS "+.1 < P. 1:11(10) ack 1 win 65535\n"
		      "+0 > . 1:1(0) ack 11\n"
		      "+.1 < R. 11:11(0) ack 1 win 65535\n"
		      "+0 read(4, ..., 100) = 10\n"
		      "+0 read(4, ..., 100) = -1 ECONNRESET (Connection reset by peer)\n");
}

static void a_reset_after_the_fin_is_a_broken_pipe(void **state)
{
	(void)state;
	holds(ACCEPTS "+.1 < F. 1:1(0) ack 1 win 65535\n"
		      "* > . 1:1(0) ack 2\n"
		      "+0 write(4, ..., 10) = 10\n"
		      "+0 > P. 1:11(10) ack 2\n"
		      "+.1 < R 2:2(0) win 0\n"
		      "+0 getsockopt(4, SOL_SOCKET, SO_ERROR, [EPIPE], [4]) = 0\n"
		      "+0 read(4, ..., 10) = 0\n");
}

static void patience_ends_with_a_timeout(void **state)
{
	(void)state;
	holds(ACCEPTS "+0 setsockopt(4, SOL_TCP, TCP_USER_TIMEOUT, [1000], 4) = 0\n"
		      "+0 write(4, ..., 10) = 10\n"
		      "+0 > P. 1:11(10) ack 1\n"
		      "+3 write(4, ..., 10) = -1 ETIMEDOUT (Connection timed out)\n");
}

static void a_read_that_blocks_hears_of_the_reset(void **state)
{
	(void)state;
	holds(ACCEPTS "+0...0.1 read(4, ..., 10) = -1 ECONNRESET (Connection reset by peer)\n"
		      "+.09 < R. 1:1(0) ack 1 win 65535\n");
}

static void what_is_unknown_is_unsupported(void **state)
{
	(void)state;
	is_unsupported("0 sctp_peeloff(3, ...) = 4\n", "sctp_peeloff");
	is_unsupported("0 psp_tx_assoc(3, 4) = 0\n", "a network card would encrypt");
	is_unsupported(LISTENS "+0 setsockopt(3, SOL_TCP, TCP_MD5SIG, [1], 4) = 0\n",
		       "no way to write a key");
	is_unsupported(LISTENS "+0 setsockopt(3, SOL_TCP, TCP_REPAIR, [1], 4) = 0\n", "TCP_REPAIR");
	is_unsupported(LISTENS "+0 setsockopt(3, SOL_TCP, TCP_QUICKACK, [0], 4) = 0\n",
		       "TCP_QUICKACK");
	is_unsupported(LISTENS "+0 fcntl(3, 77, 0) = 0\n", "77");
	is_unsupported(ACCEPTS "+0 recv(4, ..., 10, MSG_PROXY) = 1\n", "flags");
}

/* ---- behind the last event ---- */

static void the_last_command_is_done(void **state)
{
	(void)state;
	holds(ACCEPTS "`ss -tan | grep -c ESTAB | grep 1`\n");
	holds(ACCEPTS "`sysctl -q net.ipv4.tcp_sack=1; /tmp/sysctl_restore_12.sh`\n");
	fails_saying(ACCEPTS "+0 close(4) = 0\n`ss -tan | grep ESTAB`\n",
		     "no connection is in ESTAB");
	is_unsupported(ACCEPTS "`reboot`\n", "the command is not supported: reboot");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(descriptors_have_the_numbers_that_the_script_expects),
		cmocka_unit_test(only_inet_sockets_are_supported),
		cmocka_unit_test(a_port_is_taken_once),
		cmocka_unit_test(reuse_shares_a_port_while_nobody_listens),
		cmocka_unit_test(only_addresses_of_ours_are_bound),
		cmocka_unit_test(a_socket_that_speaks_does_not_listen),
		cmocka_unit_test(accept_takes_who_has_shaken_hands),
		cmocka_unit_test(accept_blocks_until_somebody_comes),
		cmocka_unit_test(accept_gives_up_after_its_timeout),
		cmocka_unit_test(accept_needs_a_listener),
		cmocka_unit_test(accept4_makes_it_nonblocking),
		cmocka_unit_test(a_closed_listener_answers_with_rst),
		cmocka_unit_test(who_waits_at_a_listener_that_goes_is_turned_away),
		cmocka_unit_test(connect_without_waiting_is_in_progress),
		cmocka_unit_test(connect_blocks_for_a_round_trip),
		cmocka_unit_test(a_refused_connect_says_so),
		cmocka_unit_test(who_was_refused_may_ask_again),
		cmocka_unit_test(connect_times_out_after_its_tries),
		cmocka_unit_test(connect_gives_up_after_its_timeout),
		cmocka_unit_test(what_a_router_says_ends_an_attempt),
		cmocka_unit_test(connecting_to_nobody_dissolves),
		cmocka_unit_test(addresses_are_held_against_the_script),
		cmocka_unit_test(all_of_it_goes_with_ipv6),
		cmocka_unit_test(close_sends_fin),
		cmocka_unit_test(the_last_descriptor_closes),
		cmocka_unit_test(close_with_unread_text_resets),
		cmocka_unit_test(text_after_close_is_answered_with_rst),
		cmocka_unit_test(a_linger_of_no_time_resets),
		cmocka_unit_test(a_linger_waits_for_the_ack_of_the_fin),
		cmocka_unit_test(a_linger_does_not_wait_for_ever),
		cmocka_unit_test(shutdown_ends_one_direction),
		cmocka_unit_test(close_after_shutdown_stops_reading),
		cmocka_unit_test(reading_ends_with_shutdown),
		cmocka_unit_test(shutdown_needs_a_connection),
		cmocka_unit_test(a_reset_is_told_once),
		cmocka_unit_test(text_that_came_before_a_reset_is_read),
		cmocka_unit_test(a_reset_after_the_fin_is_a_broken_pipe),
		cmocka_unit_test(patience_ends_with_a_timeout),
		cmocka_unit_test(a_read_that_blocks_hears_of_the_reset),
		cmocka_unit_test(what_is_unknown_is_unsupported),
		cmocka_unit_test(the_last_command_is_done),
	};

	return cmocka_run_group_tests_name("drill sockets", tests, NULL, NULL);
}
