/* Every reason that the engine can give is given: a rule that no conversation
 * below fires, and that no other test is named for, fails. And each is fit to be shown to a
 * student. */
#include "tests/conversation.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define SERVER "listen\n< S 0:0(0) win 3000 <mss 1000>\ndrain\n"
#define CLOSED_FIRST                                                                               \
	SERVER "< . 1:1(0) ack 1 win 3000\nclose\ndrain\n< F. 1:1(0) ack 2 win 3000\ndrain\n"
/* With SACK: ten segments of 1000 are under way. And an ACK with one block. */
#define TEN_OUT "set sack 1\nset initial_window 10\nestablished\nsend 10000\ndrain\n"
#define BLOCK(ack, left, right)                                                                    \
	"< . 1:1(0) ack " #ack " win 65535 <nop,nop,sack 1 {" #left ":" #right "}>\n"
/* Four are under way, and the round trip took 100 ms. */
#define RACK                                                                                       \
	"set sack 1\nset rack 1\nset initial_window 5\nconnect\ndrain\npass 100\n"                 \
	"< S. 0:0(0) ack 1 win 65535 <mss 1000,nop,nop,sackOK>\ndrain\nsend 4000\ndrain\n"

#define SEARCHING  "set plpmtud 2\nset initial_window 10\n"
#define WIDE       "set mss 1460\nconnect\ndrain\n< S. 0:0(0) ack 1 win 65535 <mss 1460>\ndrain\n"
#define ASKS(mode) "set ecn " mode "\nconnect\ndrain\n"
#define AGREES     ASKS("2") "< S.W 0:0(0) ack 1 win 65535 <mss 1000>\ndrain\n"

/* A client that has a cookie, and no connection any more. */
#define COOKIE_KEPT                                                                                \
	"set fast_open 1\nfast 10\ndrain\n< S. 0:0(0) ack 1 win 9 <tfo cookie "                    \
	"0x0102030405060708>\ndrain\n< R 1:1(0) win 0\nstate CLOSED\n"
/* What the tests' secret gives to 10.0.0.2. */
#define OUR_COOKIE "0x01f36f7f848f739b"

static const struct {
	enum rule rules[10]; /* 0 behind the last */
	const char *talk;
} talks[] = {
	/* calls */
	{{RULE_OPEN_PASSIVE, RULE_CLOSE_LISTEN}, "listen\nclose\n"},
	{{RULE_OPEN_ACTIVE, RULE_CLOSE_SYN_SENT}, "connect\ndrain\nclose\n"},
	{{RULE_SEND_QUEUED, RULE_SEND_TEXT, RULE_SEND_FULL, RULE_CWND_WAITS},
	 "established\nset initial_window 1\nsend 65536\nfull\ndrain\n"},
	{{RULE_SEND_URGENT}, "established\nurgent 5\ndrain\n"},
	{{RULE_BUFFER_SHRINKS, RULE_WINDOW_TAKEN_BACK, RULE_BUFFER_GROWS},
	 "set shrinks_window 1\nestablished\nreceive_buffer 2000\n> . 1:1(0) ack 1 win 2000\n"
	 "receive_buffer 9000\n"},
	{{RULE_CLOSE_SENDS_FIN, RULE_SEND_FIN, RULE_FIN_ACKED_WAITS, RULE_FIN_TO_TIME_WAIT,
	  RULE_TIME_WAIT_STARTED, RULE_TIME_WAIT_OVER},
	 "established\nclose\ndrain\n< . 1:1(0) ack 2 win 9\n< F. 1:1(0) ack 2 win 9\ndrain\n"
	 "pass 240000\n"},
	{{RULE_CLOSE_WAITS, RULE_SEND_TEXT_FIN},
	 SERVER "send 10\nclose\n< . 1:1(0) ack 1 win 3000\ndrain\n"},
	{{RULE_ABORT_CALLED}, "established\nabort\n"},
	{{RULE_ABORT_SILENT}, "connect\ndrain\nabort\n"},
	{{RULE_RECEIVE_TAKEN, RULE_WINDOW_REOPENS},
	 "set receive_buffer 2000\nestablished\n< . 1:1001(1000) ack 1 win 9\n"
	 "< . 1001:2001(1000) ack 1 win 9\ndrain\nreceive 2000\n"},

	/* source routes */
	{{RULE_ROUTE_GIVEN, RULE_ROUTE_OURS_STAYS},
	 "connect\nroute 203.0.113.3\ndrain\nby 203.0.113.4\n< S. 0:0(0) ack 1 win 9\n"},
	{{RULE_ROUTE_SAVED, RULE_ROUTE_REPLACED},
	 "listen\nby 203.0.113.3\n< S 0:0(0) win 9\ndrain\nby 203.0.113.4\n"
	 "< . 1:1(0) ack 1 win 9\n"},
	{{RULE_ROUTE_NOT_ASKED}, "connect\ndrain\nby 203.0.113.4\n< S. 0:0(0) ack 1 win 9\n"},

	/* silence and patience, closing for good */
	{{RULE_KEEPALIVE_STARTED, RULE_KEEPALIVE_SENT, RULE_KEEPALIVE_ANSWERED,
	  RULE_KEEPALIVE_NOT_IDLE},
	 "set keepalive 1\nset keepalive_idle_ms 500\nestablished\npass 500\n> . 0:0(0) ack 1\n"
	 "< . 1:1(0) ack 1 win 65535\nsend 10\ndrain\npass 500\n"},
	{{RULE_KEEPALIVE_GIVES_UP},
	 "set keepalive 1\nset keepalive_count 2\nestablished\npass 7200000\n> . 0:0(0) ack 1\n"
	 "pass 75000\n> . 0:0(0) ack 1\npass 75000\nstate CLOSED\n"},
	{{RULE_KEEPALIVE_ON, RULE_KEEPALIVE_OFF}, "established\nkeepalive 1\nkeepalive 0\n"},
	{{RULE_USER_TIMEOUT_SET, RULE_UTO_TOLD, RULE_UTO_NOT_TAKEN, RULE_UTO_RESERVED},
	 "set uto 1\nestablished\nuser_timeout 90000\n> . 1:1(0) ack 1\n"
	 "< . 1:1(0) ack 1 win 9 <uto 90s>\n< . 1:1(0) ack 1 win 9 <uto 0s>\n"},
	{{RULE_UTO_TAKEN}, "set uto 1\nestablished\ndrain\n< . 1:1(0) ack 1 win 9 <uto 10m>\n"},
	{{RULE_CLOSE_UNREAD},
	 "set half_duplex_close 1\nestablished\n< . 1:11(10) ack 1 win 9\nclose\n> R 1:1(0)\n"},
	{{RULE_TEXT_AFTER_CLOSE},
	 "set half_duplex_close 1\nestablished\nclose\ndrain\n< . 1:11(10) ack 2 win 9\n"
	 "> R 2:2(0)\nstate CLOSED\n"},
	{{RULE_FIN_WAIT_2_STARTED, RULE_FIN_WAIT_2_OVER},
	 "set half_duplex_close 1\nset fin_wait_2_ms 60000\nestablished\nclose\ndrain\n"
	 "< . 1:1(0) ack 2 win 9\nstate FIN-WAIT-2\npass 60000\nstate CLOSED\n"},

	{{RULE_CWV_NON_VALIDATED, RULE_CWV_LOSS, RULE_CWV_RECOVERED},
	 "set cwv 1\nset initial_window 10\nset rto_min_ms 5000\nestablished\nsend 4000\ndrain\n"
	 "pass 100\n"
	 "< . 1:1(0) ack 4001 win 65535\nsend 5000\ndrain\n< . 1:1(0) ack 4001 win 65535\n"
	 "< . 1:1(0) ack 4001 win 65535\n< . 1:1(0) ack 4001 win 65535\ndrain\n"
	 "< . 1:1(0) ack 9001 win 65535\n"},
	{{RULE_CWV_VALIDATED, RULE_CWV_PERIOD_OVER},
	 "set cwv 1\nset initial_window 4\nestablished\nsend 4000\ndrain\n"
	 "< . 1:1(0) ack 4001 win 65535\npass 310000\nsend 8000\ndrain\n"
	 "< . 1:1(0) ack 8001 win 65535\n"},

	{{RULE_QUICK_ACK, RULE_PINGPONG},
	 "set quick_acks 16\nestablished\n< P. 1:11(10) ack 1 win 9000\n> . 1:1(0) ack 11\n"
	 "send 10\ndrain\n"},

	/* lessons */
	{{RULE_RST_IN_WINDOW}, "profile rfc793\nestablished\n< R 2:2(0) win 0\n"},
	{{RULE_RST_UNCHECKED}, "profile naive-rst\nestablished\n< R 900000:900000(0) win 0\n"},
	{{RULE_TEXT_NOT_QUEUED}, "profile go-back-n\nestablished\n< . 2:3(1) ack 1 win 9\n"},
	{{RULE_RTT_1981}, "profile rfc793\nestablished\n"},

	/* CLOSED, LISTEN, SYN-SENT */
	{{RULE_CLOSED_RST}, "< R 0:0(0) win 0\n"},
	{{RULE_CLOSED_ANSWER}, "< S 0:0(0) win 9\ndrain\n"},
	{{RULE_LISTEN_RST}, "listen\n< R 0:0(0) win 0\n"},
	{{RULE_LISTEN_ACK}, "listen\n< . 0:0(0) ack 7 win 9\n> R 7:7(0)\n"},
	{{RULE_LISTEN_OTHER}, "listen\n< F 0:0(0) win 9\n"},
	{{RULE_LISTEN_BAD_SOURCE}, "listen\nfrom 224.0.0.1\n< S 0:0(0) win 9\n"},
	{{RULE_BACKLOG_FULL}, "set backlog 1\nhalf_open 1\nlisten\n< S 0:0(0) win 9\n"},
	{{RULE_ACCEPT_QUEUE_FULL}, "set accept_queue 1\nuntaken 1\nlisten\n< S 0:0(0) win 9\n"},
	{{RULE_SYN_CACHED, RULE_SYN_CACHE_AGAIN, RULE_SYN_CACHE_UNFIT, RULE_SYN_CACHE_COMPLETES},
	 "set syn_defence 1\nlisten\n< S 0:0(0) win 9\ndrain\npass 1000\ndrain\n"
	 "< . 0:0(0) ack 1 win 9\n< . 1:1(0) ack 1 win 9\nstate ESTABLISHED\n"},
	{{RULE_SYN_CACHE_EXPIRED},
	 "set syn_defence 1\nset syn_ack_retries 0\nlisten\n< S 0:0(0) win 9\ndrain\npass 1000\n"},
	{{RULE_SYN_CACHE_RESET},
	 "set syn_defence 1\nlisten\n< S 0:0(0) win 9\ndrain\n< R 1:1(0) win 0\n"},
	{{RULE_SYN_CACHE_EVICTS}, "set syn_defence 1\nlisten\nsyns 129\n"},
	{{RULE_SYN_COOKIE_SENT, RULE_SYN_COOKIE_WRONG, RULE_SYN_COOKIE_VALID},
	 "set syn_defence 3\nlisten\n< S 0:0(0) win 9\ndrain\n< . 1:1(0) ack 5 win 9\n"
	 "> R 5:5(0)\n< . 1:1(0) ack 1 win 9\nstate ESTABLISHED\n"},
	{{RULE_FAST_OPEN_ASKED, RULE_FAST_OPEN_NO_COOKIE},
	 "set fast_open 1\nfast 10\ndrain\n< S. 0:0(0) ack 1 win 9\n"},
	{{RULE_FAST_OPEN_COOKIE_KEPT, RULE_FAST_OPEN_SENT, RULE_FAST_OPEN_TAKEN_WHOLE},
	 COOKIE_KEPT "fast 10\ndrain\n< S. 0:0(0) ack 11 win 9\n"},
	{{RULE_FAST_OPEN_REFUSED, RULE_FAST_OPEN_AVOIDED},
	 COOKIE_KEPT "fast 10\ndrain\n< S. 0:0(0) ack 1 win 9\ndrain\n< R 1:1(0) win 0\nfast 10\n"},
	{{RULE_FAST_OPEN_FALLBACK}, COOKIE_KEPT "fast 10\ndrain\npass 1000\n"},
	{{RULE_FAST_OPEN_GIVES},
	 "set fast_open_listen 1\nlisten\n< S 0:0(0) win 9 <tfo cookiereq>\n"},
	{{RULE_FAST_OPEN_TAKEN},
	 "set fast_open_listen 1\nlisten\n< S 0:9(9) win 9 <tfo cookie " OUR_COOKIE ">\n"},
	{{RULE_FAST_OPEN_BAD_COOKIE, RULE_FAST_OPEN_TEXT_DROPPED},
	 "set fast_open_listen 1\nlisten\n< S 0:9(9) win 9 <tfo cookie 0x0102030405060708>\n"},
	{{RULE_FAST_OPEN_LIMIT},
	 "set fast_open_listen 1\nset fast_open_pending 1\npending 1\nlisten\n"
	 "< S 0:9(9) win 9 <tfo cookie " OUR_COOKIE ">\n"},
	{{RULE_LISTEN_SYN, RULE_SYN_RECEIVED_ESTABLISHED, RULE_SYN_TEXT_HELD,
	  RULE_SYN_TEXT_DELIVERED},
	 "listen\n< S 0:10(10) win 9\ndrain\n< . 11:11(0) ack 1 win 9\n"},
	{{RULE_SYN_SENT_BAD_ACK}, "connect\ndrain\n< S. 0:0(0) ack 9 win 9\n> R 9:9(0)\n"},
	{{RULE_SYN_SENT_BAD_ACK_RST}, "connect\ndrain\n< R. 0:0(0) ack 9 win 0\n"},
	{{RULE_SYN_SENT_REFUSED}, "connect\ndrain\n< R. 0:0(0) ack 1 win 0\n"},
	{{RULE_SYN_SENT_RST_NO_ACK}, "connect\ndrain\n< R 0:0(0) win 0\n"},
	{{RULE_SYN_SENT_ESTABLISHED, RULE_RTT_FIRST}, "connect\ndrain\n< S. 0:0(0) ack 1 win 9\n"},
	{{RULE_SYN_SENT_SIMULTANEOUS, RULE_SYN_CROSSES},
	 "connect\ndrain\n< S 0:0(0) win 9\n> S. 0:0(0) ack 1\n< S. 0:0(0) ack 1 win 9\n"
	 "> . 1:1(0) ack 1\n"},
	{{RULE_ACK_ADVANCES}, "established\nsend 10\ndrain\n< . 1:1(0) ack 11 win 9\n"},
	{{RULE_SYN_SENT_OTHER}, "connect\ndrain\n< . 0:0(0) ack 1 win 9\n"},

	/* signatures */
	{{RULE_SIGNATURE_MISSING},
	 "sign md5\nestablished\nfound lacking\n< R 1:1(0) win 0\nstate ESTABLISHED\n"},
	{{RULE_SIGNATURE_WRONG},
	 "sign ao\nestablished\nfound differs\n< R 1:1(0) win 0\nstate ESTABLISHED\n"},
	{{RULE_SIGNATURE_KEY_UNKNOWN},
	 "sign ao\nestablished\nfound key unknown\n< R 1:1(0) win 0\nstate ESTABLISHED\n"},
	{{RULE_SIGNATURE_UNEXPECTED},
	 "listen\nfound lacking\n< S 0:0(0) win 9 <md5 0x00112233445566778899aabbccddeeff>\n"
	 "state LISTEN\n"},
	{{RULE_SIGNATURE_KEY_CHANGES},
	 "sign ao\nestablished\nfound matches\n"
	 "< . 1:1(0) ack 1 win 9 <ao 0x543e000000000000000000000000>\n"},

	/* other states: sequence number, RST, SYN */
	{{RULE_OUTSIDE_WINDOW}, "established\n< . 0:1(1) ack 1 win 9\n"},
	{{RULE_OUTSIDE_WINDOW_RST}, "established\n< R 0:0(0) win 0\n"},
	{{RULE_ZERO_WINDOW_PROBED, RULE_TEXT_CUT},
	 "set receive_buffer 100\nestablished\n< . 1:201(200) ack 1 win 9\ndrain\n"
	 "< . 101:102(1) ack 1 win 9\n"},
	{{RULE_PAWS}, "profile rfc\nestablished\n< . 1:2(1) ack 1 win 9 <TS val 69 ecr 0>\n"},
	{{RULE_TS_MISSING}, "profile rfc\nestablished\n< . 1:2(1) ack 1 win 9\n"},
	{{RULE_RST_CHALLENGE}, "established\n< R 2:2(0) win 0\n"},
	{{RULE_RST_RETURNS_TO_LISTEN}, SERVER "< R 1:1(0) win 0\nstate LISTEN\n"},
	{{RULE_RST_REFUSED}, "connect\ndrain\n< S 0:0(0) win 9\ndrain\n< R 1:1(0) win 0\n"},
	{{RULE_RST_RESET}, "established\n< R 1:1(0) win 0\n"},
	{{RULE_RST_CLOSES}, CLOSED_FIRST "< R 2:2(0) win 0\nstate CLOSED\n"},
	{{RULE_RST_IGNORED_TIME_WAIT},
	 "set rfc1337 1\n" CLOSED_FIRST "< R 2:2(0) win 0\nstate TIME-WAIT\n"},
	{{RULE_SYN_CHALLENGE}, "established\n< S 9:9(0) win 9\n"},
	{{RULE_CHALLENGE_LIMITED},
	 "set challenge_limit 1\nestablished\n< S 9:9(0) win 9\ndrain\n< S 9:9(0) win 9\n"},
	{{RULE_SYN_RESETS}, "profile rfc793\nestablished\n< S 9:9(0) win 9\nstate CLOSED\n"},
	{{RULE_SYN_RETURNS_TO_LISTEN},
	 "profile rfc793\n" SERVER "< S 9:9(0) win 9\nstate LISTEN\n"},
	{{RULE_SYN_REOPENS, RULE_RST_RETURNS_TO_TIME_WAIT},
	 CLOSED_FIRST "< S 9:9(0) win 9\ndrain\n< R 10:10(0) win 0\nstate TIME-WAIT\n"},
	{{RULE_SYN_NOT_NEWER},
	 "profile rfc\nlisten\n< S 0:0(0) win 9 <TS val 5 ecr 0>\ndrain\n"
	 "< . 1:1(0) ack 1 win 9 <TS val 5 ecr 0>\nclose\ndrain\n"
	 "< F. 1:1(0) ack 2 win 9 <TS val 5 ecr 0>\ndrain\n< S 9:9(0) win 9 <TS val 4 ecr 0>\n"},
	{{RULE_FIN_AGAIN}, CLOSED_FIRST "< F. 1:1(0) ack 2 win 9\n"},

	/* ACK and window */
	{{RULE_ACK_BIT_OFF}, "established\n< P 1:2(1) win 9\n"},
	{{RULE_ACK_OUT_OF_RANGE}, "established\n< . 1:2(1) ack 4294000000 win 9\n"},
	{{RULE_ACK_OF_UNSENT}, "established\n< . 1:2(1) ack 2 win 9\n"},
	{{RULE_SYN_RECEIVED_BAD_ACK}, SERVER "< . 1:1(0) ack 9 win 9\n> R 9:9(0)\n"},
	{{RULE_ACK_OLD, RULE_WINDOW_UPDATED, RULE_WINDOW_OLD, RULE_TEXT_FILLS_GAP},
	 "established\nsend 10\ndrain\n< . 11:21(10) ack 11 win 300\ndrain\n"
	 "< . 1:11(10) ack 1 win 9\ndrain\n< . 1:11(10) ack 11 win 9\ndrain\n"
	 "< . 41:51(10) ack 11 win 300\ndrain\n< . 21:31(10) ack 11 win 9\n"},
	{{RULE_WINDOW_CLOSED, RULE_WINDOW_WAITS, RULE_PERSIST_STARTED, RULE_PROBE_SENT,
	  RULE_WINDOW_OPENED},
	 "established\n< . 1:1(0) ack 1 win 0\nsend 10\ndrain\npass 1000\n> . 1:2(1) ack 1\n"
	 "< . 1:1(0) ack 1 win 100\n> P. 1:11(10) ack 1\n"},
	{{RULE_WINDOW_SHRUNK}, "established\nsend 1000\ndrain\n< . 1:1(0) ack 1 win 10\n"},
	{{RULE_SWS_WAITS, RULE_SWS_OVERRIDE},
	 "established\n< . 1:1(0) ack 1 win 10\nsend 100\ndrain\npass 200\n> . 1:11(10) ack 1\n"},
	{{RULE_FIN_TO_CLOSING, RULE_FIN_ACKED_TIME_WAIT},
	 "established\nclose\ndrain\n< F. 1:1(0) ack 1 win 9\ndrain\n< . 2:2(0) ack 2 win 9\n"},
	{{RULE_FIN_TO_CLOSE_WAIT, RULE_URGENT_LATE, RULE_TEXT_LATE, RULE_FIN_TO_LAST_ACK,
	  RULE_FIN_ACKED_CLOSED},
	 "established\n< F. 1:1(0) ack 1 win 9\ndrain\n< U. 2:3(1) ack 1 win 9 urg 1\nclose\n"
	 "drain\n< . 2:2(0) ack 2 win 9\nstate CLOSED\n"},

	/* URG, text, FIN */
	{{RULE_URGENT_ARRIVES, RULE_URGENT_OVER},
	 "established\n< U. 1:11(10) ack 1 win 9 urg 5\nreceive 10\n"},
	{{RULE_TEXT_IN_ORDER, RULE_ACK_DELAYED, RULE_DELAYED_ACK_FIRED},
	 "established\n< . 1:11(10) ack 1 win 9\npass 200\n> . 1:1(0) ack 11\n"},
	{{RULE_ACK_EVERY_SECOND},
	 "established\n< . 1:11(10) ack 1 win 9\n< . 11:21(10) ack 1 win 9\n"},
	{{RULE_ACK_AT_ONCE}, "profile rfc793\nestablished\n< . 1:11(10) ack 1 win 9\n"},
	{{RULE_TEXT_OUT_OF_ORDER, RULE_TEXT_HELD_FULL}, "established\ngaps 33\n"},
	{{RULE_TEXT_DUPLICATE},
	 "established\n< . 1:11(10) ack 1 win 9\n< F. 1:11(10) ack 1 win 9\nstate CLOSE-WAIT\n"},
	{{RULE_FIN_AHEAD, RULE_FIN_MOVED},
	 "established\n< F. 9:9(0) ack 1 win 9\ndrain\n< F. 5:5(0) ack 1 win 9\n"},
	{{RULE_FIN_BEFORE_TEXT},
	 "established\n< . 11:21(10) ack 1 win 9\ndrain\n< F. 15:15(0) ack 1 win 9\n"},

	/* sending, and losses */
	{{RULE_NAGLE_WAITS, RULE_RTO_STARTED, RULE_RTO_RESTARTED, RULE_RTO_STOPPED, RULE_RTT_NEXT,
	  RULE_USER_TIMEOUT_STARTED},
	 "established\nsend 2500\ndrain\n< . 1:1(0) ack 1001 win 9000\n"
	 "< . 1:1(0) ack 2001 win 9000\ndrain\n< . 1:1(0) ack 2501 win 9000\n"},
	{{RULE_RTO_FIRED, RULE_KARN, RULE_LOSS_WINDOW, RULE_RTX_SEGMENT},
	 "established\nsend 2000\ndrain\npass 1000\n> . 1:1001(1000) ack 1\n"
	 "< . 1:1(0) ack 1001 win 9000\n> P. 1001:2001(1000) ack 1\n"},
	{{RULE_RTO_AFTER_SYN, RULE_WINDOW_AFTER_SYN},
	 "connect\ndrain\npass 1000\n> S 0:0(0)\n< S. 0:0(0) ack 1 win 9\n"},
	{{RULE_R1_REACHED, RULE_R2_REACHED},
	 "set r1 1\nset r2_ms 3000\nset user_timeout_ms 0\nestablished\nsend 9\ndrain\n"
	 "pass 1000\ndrain\npass 2000\nstate CLOSED\n"},
	{{RULE_USER_TIMEOUT},
	 "set user_timeout_ms 900\nestablished\nsend 9\ndrain\npass 900\nstate CLOSED\n"},
	{{RULE_DUP_ACK, RULE_LIMITED_TRANSMIT, RULE_FAST_RETRANSMIT, RULE_FAST_RECOVERY_INFLATES,
	  RULE_PARTIAL_ACK, RULE_FULL_ACK, RULE_NO_SECOND_REDUCTION},
	 "set initial_window 4\nestablished\nsend 20000\ndrain\n"
	 "< . 1:1(0) ack 1 win 65535\ndrain\n< . 1:1(0) ack 1 win 65535\ndrain\n"
	 "< . 1:1(0) ack 1 win 65535\ndrain\n< . 1:1(0) ack 1 win 65535\ndrain\n"
	 "< . 1:1(0) ack 2001 win 65535\ndrain\n< . 1:1(0) ack 6001 win 65535\ndrain\n"
	 "< . 1:1(0) ack 6001 win 65535\ndrain\n< . 1:1(0) ack 6001 win 65535\ndrain\n"
	 "< . 1:1(0) ack 6001 win 65535\ndrain\n"},
	{{RULE_INITIAL_WINDOW}, "established\n"},
	{{RULE_SLOW_START},
	 "set initial_window 2\nestablished\nsend 2000\ndrain\n< . 1:1(0) ack 2001 win 9000\n"},
	{{RULE_CUBIC_REDUCES, RULE_CUBIC_STAGE, RULE_CUBIC_RENO_FRIENDLY, RULE_CUBIC_CONCAVE,
	  RULE_CUBIC_CONVEX, RULE_CUBIC_GROWS},
	 "set congestion_control 1\nset initial_window 20\nset byte_counting_limit 100\n"
	 "established\nsend 60000\ndrain\n< . 1:1(0) ack 1 win 65535\ndrain\n"
	 "< . 1:1(0) ack 1 win 65535\ndrain\n< . 1:1(0) ack 1 win 65535\ndrain\n"
	 "< . 1:1(0) ack 22001 win 65535\nsend 20000\ndrain\n"
	 "< . 1:1(0) ack 24001 win 65535\ndrain\n"
	 "< . 1:1(0) ack 28001 win 65535\ndrain\n"
	 "< . 1:1(0) ack 36001 win 65535\ndrain\n"
	 "< . 1:1(0) ack 52001 win 65535\nsend 20000\ndrain\n"
	 "< . 1:1(0) ack 68001 win 65535\nsend 20000\ndrain\n"
	 "< . 1:1(0) ack 85001 win 65535\nsend 20000\ndrain\n"
	 "pass 900\n< . 1:1(0) ack 102001 win 65535\nsend 20000\ndrain\n"
	 "pass 900\n< . 1:1(0) ack 121001 win 65535\nsend 20000\ndrain\n"
	 "pass 900\n< . 1:1(0) ack 140001 win 65535\ndrain\n"
	 "pass 900\n< . 1:1(0) ack 160001 win 65535\ndrain\n"},
	{{RULE_CUBIC_FAST_CONVERGENCE},
	 "set congestion_control 1\nset initial_window 4\nestablished\nsend 60000\ndrain\n"
	 "< . 1:1(0) ack 1 win 65535\ndrain\n< . 1:1(0) ack 1 win 65535\ndrain\n"
	 "< . 1:1(0) ack 1 win 65535\ndrain\n< . 1:1(0) ack 6001 win 65535\ndrain\n"
	 "< . 1:1(0) ack 7001 win 65535\ndrain\n"
	 "< . 1:1(0) ack 7001 win 65535\ndrain\n< . 1:1(0) ack 7001 win 65535\ndrain\n"
	 "< . 1:1(0) ack 7001 win 65535\ndrain\n"},
	{{RULE_CWND_UNUSED}, "established\nsend 100\ndrain\n< . 1:1(0) ack 101 win 9000\n"},
	{{RULE_PACING_WAITS, RULE_PACING_OVER},
	 "set pacing 1\nestablished\nsend 4000\n> . 1:1001(1000) ack 1\npass 1\ndrain\n"},
	{{RULE_CONGESTION_AVOIDANCE},
	 "set initial_window 2\nestablished\nsend 20000\ndrain\npass 1000\ndrain\n"
	 "< . 1:1(0) ack 2001 win 65535\ndrain\n< . 1:1(0) ack 4001 win 65535\ndrain\n"
	 "< . 1:1(0) ack 6001 win 65535\ndrain\n"},
	{{RULE_RESTART_AFTER_IDLE},
	 "set initial_window 2\nestablished\nsend 2000\ndrain\n< . 1:1(0) ack 2001 win 65535\n"
	 "pass 5000\nsend 1000\ndrain\n"},

	/* what the network says */
	{{RULE_ICMP_NOT_UNDER_WAY},
	 "established\nsend 10\ndrain\nicmp 3 3 0 11\nstate ESTABLISHED\n"},
	{{RULE_ICMP_UNKNOWN}, "established\nsend 10\ndrain\nicmp 3 99 0 1\n"},
	{{RULE_SOURCE_QUENCH}, "established\nsend 10\ndrain\nicmp 4 0 0 1\n"},
	{{RULE_SOFT_ERROR}, "established\nsend 10\ndrain\nicmp 3 1 0 1\n"},
	{{RULE_HARD_ERROR_SOFT}, "established\nsend 10\ndrain\nicmp 3 3 0 1\nstate ESTABLISHED\n"},
	{{RULE_HARD_ERROR_ENDS},
	 "set icmp_hard_ends 1\nestablished\nsend 10\ndrain\nicmp 3 3 0 1\nstate CLOSED\n"},
	{{RULE_HARD_ERROR_ENDS_OPEN}, "connect\ndrain\nicmp 3 3 0 0\nstate CLOSED\n"},
	{{RULE_SOFT_ERROR_ENDS_OPEN},
	 "set icmp_soft_ends_open 1\nconnect\ndrain\nicmp 3 1 0 0\nstate CLOSED\n"},
	{{RULE_PATH_MTU_LOWERED, RULE_PATH_MTU_RESENDS, RULE_PATH_MTU_KNOWN},
	 "established\nsend 1000\ndrain\nicmp 3 4 576 1\ndrain\nicmp 3 4 576 1\n"},
	{{RULE_PATH_MTU_GUESSED}, "established\nsend 1000\ndrain\nicmp 3 4 0 1\n"},
	{{RULE_PATH_MTU_TOO_SMALL}, "established\nsend 1000\ndrain\nicmp 3 4 67 1\n"},
	{{RULE_PATH_MTU_LEAST}, "established\nsend 1000\ndrain\nicmp 3 4 68 1\n"},
	{{RULE_PATH_MTU_DOUBTED, RULE_PATH_MTU_DISPROVED},
	 "established\nsend 1000\ndrain\n< . 1:1(0) ack 1001 win 65535\nsend 1000\ndrain\n"
	 "icmp 3 4 576 1001\n< . 1:1(0) ack 2001 win 65535\n"},
	{{RULE_PATH_MTU_CONFIRMED},
	 "established\nsend 1000\ndrain\n< . 1:1(0) ack 1001 win 65535\nsend 1000\ndrain\n"
	 "icmp 3 4 576 1001\npass 1000\ndrain\n"},
	{{RULE_PATH_MTU_RAISED},
	 "set pmtu_raise_ms 100\nestablished\nsend 1000\ndrain\nicmp 3 4 576 1\ndrain\npass 100\n"
	 "< . 1:1(0) ack 1001 win 65535\nsend 1000\ndrain\n"},
	{{RULE_BLACK_HOLE},
	 "set plpmtud 1\nset r1 2\n" WIDE "send 1460\ndrain\npass 1000\ndrain\npass 2000\n"},
	{{RULE_PATH_PROBE_SENT, RULE_PATH_PROBE_ARRIVED, RULE_PATH_SEARCH_ENDS},
	 SEARCHING "established\nsend 20000\ndrain\n< . 1:1(0) ack 993 win 65535\ndrain\n"
		   "< . 1:1(0) ack 9861 win 65535\ndrain\n"},
	{{RULE_PATH_PROBE_LOST},
	 SEARCHING "established\nsend 20000\ndrain\n< . 1:1(0) ack 1 win 65535\ndrain\n"
		   "< . 1:1(0) ack 1 win 65535\ndrain\n< . 1:1(0) ack 1 win 65535\n"},
	{{RULE_PATH_PROBE_REFUSED}, SEARCHING "established\nsend 20000\ndrain\nicmp 3 4 1028 1\n"},
	{{RULE_PATH_PROBE_TIMED_OUT}, SEARCHING "established\nsend 20000\ndrain\npass 1000\n"},
	{{RULE_PATH_PROBE_UNCLEAR},
	 SEARCHING "established\nsend 20000\ndrain\n< . 1:1(0) ack 1 win 0\npass 1000\n"},
	{{RULE_PATH_PROBE_WAITS},
	 "set plpmtud 2\nset initial_window 5\n" WIDE "send 3937\ndrain\nsend 20000\n"},
	{{RULE_SHARED_SAVED, RULE_SHARED_PATH, RULE_SHARED_SSTHRESH},
	 "set tcb_sharing 1\nestablished\nsend 1000\ndrain\npass "
	 "1000\ndrain\nabort\ndrain\nestablished\n"},
	{{RULE_TIMEOUT_AFTER_ERROR},
	 "set syn_r2_ms 1000\nconnect\ndrain\nicmp 3 1 0 0\npass 1000\nstate CLOSED\n"},
	/* repairing losses */
	{{RULE_RENO_LEAVES},
	 "set newreno 0\nset initial_window 10\nestablished\nsend 10000\ndrain\n"
	 "< . 1:1(0) ack 1 win 65535\n< . 1:1(0) ack 1 win 65535\n< . 1:1(0) ack 1 win 65535\n"
	 "drain\n< . 1:1(0) ack 2001 win 65535\n"},
	{{RULE_SACK_UNBELIEVABLE}, TEN_OUT BLOCK(1, 20001, 21001)},
	{{RULE_SACK_ARRIVES, RULE_SACK_RECOVERY, RULE_SACK_REPEATS, RULE_SACK_PARTIAL,
	  RULE_SACK_FILLS, RULE_SACK_RESCUE, RULE_SACK_RECOVERED},
	 TEN_OUT BLOCK(1, 2001, 5001) "> . 1:1001(1000) ack 1\n" BLOCK(
		 1, 2001,
		 6001) "drain\n" BLOCK(1, 7001,
				       8001) "drain\n" BLOCK(6001, 7001,
							     8001) "> . 6001:7001(1000) ack 1\n> "
								   "P. 9001:10001(1000) ack 1\n"
								   "< . 1:1(0) ack 10001 win "
								   "65535\n"},
	{{RULE_SACK_RENEGED},
	 TEN_OUT BLOCK(1, 1001, 2001) "< . 1:1(0) ack 1001 win 65535\npass 1000\n"
				      "> . 1001:2001(1000) ack 1\n"},
	{{RULE_DSACK_ARRIVES}, TEN_OUT BLOCK(2001, 1, 1001)},
	{{RULE_DSACK_SENT},
	 "set sack 1\nset dsack 1\nestablished\n< . 1:11(10) ack 1 win 9\n"
	 "< . 1:11(10) ack 1 win 9\n> . 1:1(0) ack 11 <nop,nop,sack 1 {1:11}>\n"},
	{{RULE_PRR_PROPORTIONAL, RULE_PRR_BOUNDED},
	 "set prr 1\n" TEN_OUT BLOCK(1, 1001, 4001) "drain\n" BLOCK(1, 1001, 7001) "drain\n"},
	{{RULE_RACK_WAITS, RULE_RACK_TIMER_FIRED, RULE_RACK_LOST, RULE_RACK_RECOVERY,
	  RULE_RACK_REPEATS},
	 RACK "pass 100\n" BLOCK(1, 1001, 2001) "pass 25\n> . 1:1001(1000) ack 1\n"},
	{{RULE_RACK_REORDERING, RULE_RACK_WAITS_LONGER},
	 RACK
	 "pass 100\n" BLOCK(1, 1001, 2001) "< . 1:1(0) ack 2001 win 65535\n" BLOCK(2001, 1, 1001)},
	{{RULE_TLP_STARTED, RULE_TLP_FIRED, RULE_TLP_REPEATS, RULE_TLP_REPAIRED},
	 RACK "pass 200\n> P. 3001:4001(1000) ack 1\nsend 1000\n> P. 4001:5001(1000) ack 1\n"
	      "< . 1:1(0) ack 5001 win 65535\n"},
	{{RULE_TLP_SENDS},
	 RACK "send 9000\n> . 4001:5001(1000) ack 1\npass 200\n> . 5001:6001(1000) ack 1\n"},
	{{RULE_FRTO_LENDS, RULE_FRTO_SENDS, RULE_FRTO_SPURIOUS},
	 "set frto 1\nset initial_window 4\nestablished\nsend 8000\ndrain\npass 1000\n"
	 "> . 1:1001(1000) ack 1\n< . 1:1(0) ack 1001 win 65535\n> . 4001:5001(1000) ack 1\n"
	 "> . 5001:6001(1000) ack 1\n< . 1:1(0) ack 2001 win 65535\ndrain\n"},
	{{RULE_FRTO_CONFIRMED},
	 "set frto 1\nset initial_window 4\nestablished\nsend 8000\ndrain\npass 1000\n"
	 "> . 1:1001(1000) ack 1\n< . 1:1(0) ack 1 win 65535\ndrain\n"},
	{{RULE_EIFEL_UNDOES},
	 "set eifel 1\nset timestamps 1\nset initial_window 4\nconnect\ndrain\n"
	 "< S. 0:0(0) ack 1 win 65535 <mss 1000,nop,nop,TS val 70 ecr 1000>\ndrain\nsend 3000\n"
	 "drain\npass 1000\ndrain\n"
	 "< . 1:1(0) ack 989 win 65535 <nop,nop,TS val 71 ecr 1000>\n"},
	{{RULE_DSACK_UNDOES},
	 "set eifel 1\n" TEN_OUT BLOCK(1, 1001, 4001) "> . 1:1001(1000) ack 1\n" BLOCK(4001, 1,
										       1001)},
	{{RULE_CUBIC_UNDONE},
	 "set congestion_control 1\nset eifel 1\n" TEN_OUT BLOCK(
		 1, 1001, 4001) "> . 1:1001(1000) ack 1\n" BLOCK(4001, 1, 1001)},
	/* ECN */
	{{RULE_ECN_ASKED, RULE_ECN_AGREED, RULE_ECN_CE_ARRIVES, RULE_ECN_ECHO_ENDS},
	 ASKS("1") "< S.E 0:0(0) ack 1 win 9\ndrain\nce . 1:2(1) ack 1 win 9\n"
		   "< .W 2:3(1) ack 1 win 9\n"},
	{{RULE_ECN_REFUSED}, ASKS("1") "< S. 0:0(0) ack 1 win 9\n"},
	{{RULE_ECN_REFLECTED}, ASKS("2") "< S.EWA 0:0(0) ack 1 win 9\n"},
	{{RULE_ECN_NOT_ASKED_AGAIN, RULE_ECN_NOT_CAPABLE},
	 ASKS("1") "pass 1000\ndrain\npass 2000\ndrain\n< S.E 0:0(0) ack 1 win 9\n"},
	{{RULE_ECN_REDUCES, RULE_ECN_REDUCED_ALREADY, RULE_ECN_LOSS_KNOWN, RULE_ECN_CWR_SENT},
	 ASKS("1") "< S.E 0:0(0) ack 1 win 65535 <mss 1000>\ndrain\nsend 9000\ndrain\n"
		   "< .E 1:1(0) ack 1001 win 65535\ndrain\n< .E 1:1(0) ack 1001 win 65535\ndrain\n"
		   "< .E 1:1(0) ack 1001 win 65535\ndrain\n< .E 1:1(0) ack 1001 win 65535\ndrain\n"
		   "< . 1:1(0) ack 4001 win 65535\n"},
	{{RULE_ECN_NOT_UNDONE},
	 "set frto 1\n" ASKS("1") "< S.E 0:0(0) ack 1 win 65535 <mss 1000>\ndrain\nsend "
				  "9000\ndrain\npass 1000\n"
				  "drain\n< . 1:1(0) ack 1001 win 65535\ndrain\n< .E 1:1(0) ack "
				  "2001 win 65535\n"},
	{{RULE_ECN_PAUSES},
	 "set initial_window 1\n" ASKS(
		 "1") "< S.E 0:0(0) ack 1 win 65535 <mss 1000>\ndrain\nsend 2000\ndrain\n"
		      "< .E 1:1(0) ack 1001 win 65535\n"},
	{{RULE_ACCECN_ASKED, RULE_ACCECN_AGREED, RULE_ACCECN_OPTION_ABSENT,
	  RULE_ACCECN_HANDSHAKE_ACK, RULE_ACCECN_CE_ARRIVES, RULE_ACCECN_CHANGE_ACK,
	  RULE_ACCECN_INCREMENT_ACK, RULE_ACCECN_OPTION_SENT},
	 AGREES "ce .EA 1:2(1) ack 1 win 9\ndrain\nce .EA 2:3(1) ack 1 win 9\n"
		"ce .EA 3:4(1) ack 1 win 9\n"},
	{{RULE_ACCECN_ACK_OF_ACKS},
	 AGREES "ce .EA 1:1(0) ack 1 win 9\nce .EA 1:1(0) ack 1 win 9\n"
		"ce .EA 1:1(0) ack 1 win 9\n"},
	{{RULE_ACCECN_SYN_ACK, RULE_ACCECN_SYN_ACK_PLAIN},
	 "set ecn 2\nlisten\n< SEWA 0:0(0) win 9\ndrain\npass 1000\ndrain\npass 2000\ndrain\n"},
	{{RULE_ACCECN_MIXED},
	 "set ecn 2\nlisten\n< SEWA 0:0(0) win 9\ndrain\n< SEW 0:0(0) win 9\n> R 1:1(0)\n"
	 "state CLOSED\n"},
	{{RULE_ACCECN_MANGLED, RULE_ACCECN_SYN_MARKED}, ASKS("2") "< S.WA 0:0(0) ack 1 win 9\n"},
	{{RULE_ACCECN_ZEROED, RULE_ACCECN_UNBELIEVED},
	 AGREES "send 9\ndrain\n< . 1:1(0) ack 10 win 9\n< .E 1:2(1) ack 10 win 9\n"
		"send 9\ndrain\n< .W 1:1(0) ack 19 win 9\n"},
	{{RULE_ACCECN_MARKS_TOLD}, AGREES "send 9\ndrain\n< .WA 1:1(0) ack 10 win 9\n"},
	{{RULE_ACCECN_WENT_ROUND},
	 "set initial_window 20\n" ASKS(
		 "2") "< S.W 0:0(0) ack 1 win 65535 <mss 1000>\ndrain\nsend 12000\ndrain\n"
		      "< .WA 1:1(0) ack 11989 win 65535\n"},
	{{RULE_ACCECN_INCONSISTENT},
	 AGREES "send 9\ndrain\n< .EA 1:1(0) ack 10 win 9 <accecn0 e0b 1 ceb 9>\n"},
	{{RULE_ACCECN_OPTION_ZEROED},
	 ASKS("2") "< S.W 0:0(0) ack 1 win 9 <accecn0 e0b 0 ceb 0 e1b 0>\n"},
};

/* Rules that take more than a conversation: the test that shows each, as
 * "file:name". classes.sh sees to it that there is such a test. */
static const struct {
	enum rule rule;
	const char *test;
} elsewhere[] = {
	/* The engine never sees such a packet: these are the host's reasons. */
	{RULE_CHECKSUM_WRONG, "test_host_recording:what_was_dropped_says_why"},
	{RULE_ICMP_NO_CONNECTION, "test_host:icmp_error_reaches_the_connection_that_it_quotes"},
	{RULE_SEGMENT_FORGED, "test_rules_in_worlds:what_a_host_forges_is_named"},
	{RULE_ICMP_FORGED, "test_rules_in_worlds:what_a_host_forges_is_named"},
	/* A router's, and what a replay does not know. */
	{RULE_ROUTER_REPORTS, "test_rules_in_worlds:what_a_router_reports_is_named"},
	{RULE_CWND_INFERRED, "test_causes:every_step_has_its_reason"},
	/* Hundreds of records. */
	{RULE_SACK_TOO_MANY,
	 "test_attacks_load:class_10_every_second_octet_sacked_makes_few_records"},
	/* Many round trips of many segments. */
	{RULE_HYSTART_CSS, "test_hystart:conservative_slow_start_is_a_quarter_as_fast"},
	{RULE_HYSTART_GROWS, "test_hystart:conservative_slow_start_is_a_quarter_as_fast"},
	{RULE_HYSTART_RESUMES, "test_hystart:short_round_trips_again_resume_slow_start"},
	{RULE_HYSTART_ENDS, "test_hystart:five_rounds_of_it_end_slow_start"},
	{RULE_BBR_STARTUP,
	 "test_bbr:after_probe_rtt_startup_goes_on_where_the_pipe_was_never_full"},
	{RULE_BBR_MODEL, "test_rules_in_worlds:bbr_gives_its_reasons_on_a_path_with_a_short_queue"},
	{RULE_BBR_STARTUP_LOSSES,
	 "test_rules_in_worlds:bbr_gives_its_reasons_on_a_path_with_a_short_queue"},
	{RULE_BBR_DRAIN, "test_rules_in_worlds:bbr_gives_its_reasons_on_a_path_with_a_short_queue"},
	{RULE_BBR_DOWN, "test_rules_in_worlds:bbr_gives_its_reasons_on_a_path_with_a_short_queue"},
	{RULE_BBR_CRUISE,
	 "test_rules_in_worlds:bbr_gives_its_reasons_on_a_path_with_a_short_queue"},
	{RULE_BBR_REFILL,
	 "test_rules_in_worlds:bbr_gives_its_reasons_on_a_path_with_a_short_queue"},
	{RULE_BBR_UP, "test_rules_in_worlds:bbr_gives_its_reasons_on_a_path_with_a_short_queue"},
	{RULE_BBR_TOO_HIGH,
	 "test_rules_in_worlds:bbr_gives_its_reasons_on_a_path_with_a_short_queue"},
	{RULE_BBR_SLOWS_DOWN,
	 "test_rules_in_worlds:bbr_gives_its_reasons_on_a_path_with_a_short_queue"},
	{RULE_BBR_PROBE_RTT,
	 "test_rules_in_worlds:bbr_gives_its_reasons_on_a_path_with_a_short_queue"},
};

static void every_rule_is_fired_by_its_conversation(void **state)
{
	bool listed[RULE_COUNT] = {false};

	(void)state;
	for (size_t i = 0; i < sizeof elsewhere / sizeof elsewhere[0]; i++)
		listed[elsewhere[i].rule] = true;
	for (size_t i = 0; i < sizeof talks / sizeof talks[0]; i++) {
		struct dialogue d = converse(talks[i].talk);

		for (size_t k = 0; k < 10 && talks[i].rules[k] != RULE_NONE; k++) {
			listed[talks[i].rules[k]] = true;
			if (!d.rules[talks[i].rules[k]])
				fail_msg("%s is not given as a reason in:\n%s",
					 rule_info(talks[i].rules[k])->id, talks[i].talk);
		}
	}
	for (int r = RULE_NONE + 1; r < RULE_COUNT; r++) {
		if (!listed[r])
			fail_msg("no conversation gives %s as a reason",
				 rule_info((enum rule)r)->id);
	}
}

/* ---- the sentences ---- */

static bool is_placeholder(const char *name)
{
	static const char *const names[] = {"host", "peer", "flags", "seq", "ack", "len"};

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		if (strcmp(name, names[i]) == 0)
			return true;
	}
	return tcb_variable(name) != NULL;
}

static void check_sentence(const struct rule_info *info, const char *text, size_t longest)
{
	size_t len = strlen(text);
	const char *brace = text;

	if (len == 0 || len > longest || strchr(".!?", text[len - 1]) == NULL)
		fail_msg("%s: a sentence of up to %zu octets: %s", info->id, longest, text);
	if (islower((unsigned char)text[0]) && strncmp(text, "ssthresh", 8) != 0)
		fail_msg("%s: begins with a capital letter: %s", info->id, text);
	while ((brace = strchr(brace, '{')) != NULL) {
		size_t name_len = strcspn(++brace, "}");
		char name[40] = "";

		assert_true(name_len < sizeof name);
		memcpy(name, brace, name_len);
		if (!is_placeholder(name))
			fail_msg("%s: {%s} means nothing", info->id, name);
	}
	assert_null(strstr(text, "  "));
}

static void every_rule_says_what_and_why_in_known_words(void **state)
{
	(void)state;
	for (int r = RULE_NONE + 1; r < RULE_COUNT; r++) {
		const struct rule_info *info = rule_info((enum rule)r);

		check_sentence(info, info->what, 160);
		check_sentence(info, info->why, 250);
		if (strstr(info->what, "{host}") == NULL)
			fail_msg("%s does not say at which host: %s", info->id, info->what);
	}
}

static void every_rule_has_an_id_of_its_own_and_a_section(void **state)
{
	(void)state;
	for (int r = RULE_NONE + 1; r < RULE_COUNT; r++) {
		const struct rule_info *info = rule_info((enum rule)r);
		size_t len = strlen(info->id);

		assert_true(len > 0 &&
			    strspn(info->id, "abcdefghijklmnopqrstuvwxyz0123456789-") == len);
		if (info->rfc == 0) { /* an Internet-Draft, with its name */
			assert_memory_equal(info->section, "draft-", 6);
			continue;
		}
		assert_true(isdigit((unsigned char)info->section[0]));
		assert_int_equal(strspn(info->section, "0123456789."), strlen(info->section));
		assert_true(info->rfc >= 768 && info->rfc < 10000);
		assert_true(info->rfc != 9293 || info->section[0] == '3');
		for (int other = RULE_NONE + 1; other < r; other++)
			assert_string_not_equal(info->id, rule_info((enum rule)other)->id);
	}
}

/* As Appendix B of RFC 9293 numbers them. */
static void every_tag_is_one_of_rfc_9293(void **state)
{
	static const struct {
		const char *prefix;
		long last;
	} tags[] = {{"MUST-", 69}, {"SHLD-", 31}, {"MAY-", 18}, {"REC-", 1}};

	(void)state;
	for (int r = RULE_NONE + 1; r < RULE_COUNT; r++) {
		const char *tag = rule_info((enum rule)r)->tag;
		bool known = tag[0] == '\0';

		for (size_t i = 0; i < sizeof tags / sizeof tags[0]; i++) {
			size_t len = strlen(tags[i].prefix);

			if (strncmp(tag, tags[i].prefix, len) == 0) {
				long number = strtol(tag + len, NULL, 10);

				known = number >= 1 && number <= tags[i].last;
			}
		}
		if (!known)
			fail_msg("%s: there is no %s", rule_info((enum rule)r)->id, tag);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_rule_is_fired_by_its_conversation),
		cmocka_unit_test(every_rule_says_what_and_why_in_known_words),
		cmocka_unit_test(every_rule_has_an_id_of_its_own_and_a_section),
		cmocka_unit_test(every_tag_is_one_of_rfc_9293),
	};

	return DIALOGUE_RUN("rules", tests);
}
