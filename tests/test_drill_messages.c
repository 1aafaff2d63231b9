/* Messages of recvmsg() and sendmsg() in scripts: what comes beside text, and what is told about
 * it where the script expects something else. That they come as Linux gives them: tests/drill/linux
 * and tests/drill_live.sh. */
#include "tests/drill_claims.h"

#define COPIES                                                                                     \
	ACCEPTS "+0 setsockopt(4, SOL_SOCKET, SO_ZEROCOPY, [1], 4) = 0\n"                          \
		"+0 send(4, ..., 10, MSG_ZEROCOPY) = 10\n"                                         \
		"+0 > P. 1:11(10) ack 1\n"                                                         \
		"+.1 < . 1:1(0) ack 11 win 65535\n"

#define RECEIVES(flags, control)                                                                   \
	"+0 recvmsg(4, {msg_name(...)=..., msg_iov(1)=[{..., 0}], msg_flags=" flags control        \
	"}, MSG_ERRQUEUE) = 0\n"

#define COPIED(info, data)                                                                         \
	"{cmsg_level=SOL_IP, cmsg_type=IP_RECVERR, cmsg_data={ee_errno=0, "                        \
	"ee_origin=SO_EE_ORIGIN_ZEROCOPY, ee_type=0, ee_code=1, ee_info=" info ", ee_data=" data   \
	"}}"

static void a_completion_that_is_another_is_told(void **state)
{
	(void)state;
	holds(COPIES RECEIVES("MSG_ERRQUEUE", ", msg_control=[" COPIED("0", "0") "]"));
	holds(COPIES RECEIVES("MSG_ERRQUEUE", ", msg_control=[{cmsg_data=...}]"));
	fails_saying(COPIES RECEIVES("MSG_ERRQUEUE", ", msg_control=[" COPIED("0", "1") "]"),
		     "ee_data is 0, and the script expects 1");
	fails_saying(COPIES RECEIVES("0", ", msg_control=[" COPIED("0", "0") "]"),
		     "msg_flags is 8192, and the script expects 0");
	fails_saying(COPIES RECEIVES("MSG_ERRQUEUE", ", msg_control=[]"),
		     "1 control messages came, and the script expects fewer");
	fails_saying(COPIES RECEIVES("MSG_ERRQUEUE",
				     ", msg_control=[" COPIED("0", "0") ", " COPIED("1", "1") "]"),
		     "1 control messages came, and the script expects more");
	fails_saying(COPIES RECEIVES("MSG_ERRQUEUE",
				     ", msg_control=[{cmsg_level=SOL_SOCKET, cmsg_type=1}]"),
		     "cmsg_level is 0, and the script expects 1");
}

/* Otherwise it is a write like any other. */
static void only_who_asks_for_it_hears_of_copies(void **state)
{
	(void)state;
	holds(ACCEPTS "+0 send(4, ..., 10, MSG_ZEROCOPY) = 10\n"
		      "+0 > P. 1:11(10) ack 1\n"
		      "+.1 < . 1:1(0) ack 11 win 65535\n"
		      "+0 recvmsg(4, {msg_name(...)=..., msg_iov(1)=[{..., 0}], msg_flags=0}, "
		      "MSG_ERRQUEUE) = -1 EAGAIN (x)\n"
		      "+0 recv(4, ..., 10, MSG_ERRQUEUE) = -1 EAGAIN (x)\n");
}

static void a_stamp_is_within_the_tolerance(void **state)
{
#define STAMPED(ns)                                                                                \
	ACCEPTS "+0 setsockopt(4, SOL_SOCKET, SO_TIMESTAMPING, [SOF_TIMESTAMPING_TX_SOFTWARE|"     \
		"SOF_TIMESTAMPING_SOFTWARE|SOF_TIMESTAMPING_OPT_TSONLY], 4) = 0\n"                 \
		"1 write(4, ..., 10) = 10\n"                                                       \
		"+0 > P. 1:11(10) ack 1\n" RECEIVES(                                               \
			"MSG_ERRQUEUE", ", msg_control=[{cmsg_level=SOL_SOCKET, "                  \
					"cmsg_type=SCM_TIMESTAMPING, "                             \
					"cmsg_data={scm_sec=1, scm_nsec=" ns "}}, "                \
					"{cmsg_level=SOL_IP, cmsg_type=IP_RECVERR, cmsg_data=...}" \
					"]")
	(void)state;
	holds(STAMPED("0"));
	holds(STAMPED("3000000"));
	fails_saying(STAMPED("30000000"), "the timestamp is 1.000000 s, and the script expects "
					  "1.030000 s");
#undef STAMPED
}

static void what_a_card_or_a_copy_would_tell_is_unsupported(void **state)
{
	(void)state;
	is_unsupported(ACCEPTS "+0 setsockopt(4, SOL_SOCKET, SO_TIMESTAMPING, "
			       "[SOF_TIMESTAMPING_RX_SOFTWARE], 4) = 0\n",
		       "only what is sent is stamped");
	is_unsupported(ACCEPTS
		       "+0 setsockopt(4, SOL_SOCKET, SO_TIMESTAMPING, "
		       "[SOF_TIMESTAMPING_TX_SOFTWARE], 4) = 0\n"
		       "+0 write(4, ..., 10) = 10\n"
		       "+0 recvmsg(4, {msg_name(...)=..., msg_iov(1)=[{..., 50}], msg_flags=0}, "
		       "MSG_ERRQUEUE) = 50\n",
		       "there must be room for no octet");
	is_unsupported(ACCEPTS "+0 sendmsg(4, {msg_name(...)=..., msg_iov(1)=[{..., 50}], "
			       "msg_flags=0, msg_control=[{cmsg_level=SOL_SOCKET, "
			       "cmsg_type=SCM_RIGHTS, cmsg_data=1}]}, 0) = 50\n",
		       "type 1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_completion_that_is_another_is_told),
		cmocka_unit_test(only_who_asks_for_it_hears_of_copies),
		cmocka_unit_test(a_stamp_is_within_the_tolerance),
		cmocka_unit_test(what_a_card_or_a_copy_would_tell_is_unsupported),
	};

	return cmocka_run_group_tests_name("drill messages", tests, NULL, NULL);
}
