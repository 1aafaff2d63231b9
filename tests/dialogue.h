/* dialogue.h — tests that read like a conversation with the engine.
 *
 *     struct dialogue d = established();
 *     app_send(&d, 1000);
 *     out(&d, "P. 1:1001(1000) ack 1");
 *     pass_ms(&d, 1000);
 *     out(&d, "P. 1:1001(1000) ack 1");
 *     fired(&d, RULE_RTO_FIRED);
 *
 * Lines are those of wire/line.h, with sequence numbers counted from each
 * side's ISN (or what a SYN cookie put in its place), so that the SYN is 0 and the first octet 1.
 * in() is what the peer sends, in CLOSED too, out() what we must send next; what is not listed must
 * not be sent. A line without "win" or "<…>" does not ask about these.
 *
 * Every test runs several times, with ISNs next to where they wrap:
 * DIALOGUE_MAIN below. tcp_check() is called after every step. */
#ifndef TCPLAB_TESTS_DIALOGUE_H
#define TCPLAB_TESTS_DIALOGUE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tcp/tcp.h"

enum { DIALOGUE_RECORDS = 300 };

struct dialogue {
	struct tcb tcb;
	struct held held;                             /* what arrived ahead of a gap */
	struct tcb before;                            /* the last step */
	struct sent_record records[DIALOGUE_RECORDS]; /* of what is under way */
	struct profile profile;
	nanos now;
	uint32_t peer_isn;
	struct endpoint us;     /* 10.0.0.1:4000 */
	struct endpoint peer;   /* who sends what arrives in LISTEN: 10.0.0.2:80 */
	uint16_t mtu;           /* of our interface; 0: 1500 */
	struct sharing sharing; /* what is remembered of peers */
	struct listener listener;
	struct syn_cache cache;
	struct fast_open_cache servers;
	bool has_iss; /* the last SYN,ACK had a number of its own: it counts as our ISN … */
	uint32_t iss; /* … which is this one */
	struct signing signing;   /* what the host says of signatures */
	struct source_route back; /* the way back from what arrives; without stops: none */
	bool rules[RULE_COUNT];
	unsigned notices;     /* all that came so far */
	int64_t delivered;    /* octets that the caller was asked to keep, each once */
	struct segment reply; /* from CLOSED, where there is no TCB; flags 0: none */
	enum rule reply_rule;
	struct segment last; /* that was sent, and why */
	enum rule last_rule;
	bool predicted;   /* what arrived last was as foretold: sim/tcp/predicted.c */
	uint8_t last_ecn; /* enum ecn_codepoint that it was sent with */
};

/* Of the conversations that begin from now on; 4 at first. */
void dialogue_speaks_ip(uint8_t version);
/* In CLOSED, profile "plain" unless changed before the first call. */
struct dialogue dialogue_new(void);
/* After the handshake as the client; the peer's window is 65535, MSS 1000. */
struct dialogue established(void);
/* The same with a profile of the test's. */
struct dialogue established_with(const struct profile *profile);
/* With profile "plain" and timestamps: both clocks tell milliseconds, the peer's 70. */
struct dialogue established_with_timestamps(void);
struct dialogue listening(void);
/* From here on both ends have IPv6 addresses, 2001:db8::1 and ::2. */
void over_ipv6(struct dialogue *d);

/* No connection any more, but all that is remembered of peers. */
void dialogue_begins_anew(struct dialogue *d);

/* For what the functions below do not do; without a journal. */
struct tcp dialogue_turn(struct dialogue *d);

void in(struct dialogue *d, const char *line);
/* The network complains about our segment with sequence number `seq`. */
void icmp(struct dialogue *d, uint8_t type, uint8_t code, uint32_t mtu, uint32_t seq);
/* What the peer sends from now on comes by this router, or by none: "". */
void comes_by(struct dialogue *d, const char *stop);
void out(struct dialogue *d, const char *line);
/* The same, in or for a datagram with this codepoint; in() and out() do not ask. */
void in_as(struct dialogue *d, enum ecn_codepoint codepoint, const char *line);
void out_as(struct dialogue *d, enum ecn_codepoint codepoint, const char *line);
void silent(struct dialogue *d);
/* Takes whatever is sent next; false where nothing is. */
bool out_any(struct dialogue *d);
/* Takes all that is sent next. */
void out_rest(struct dialogue *d);
/* An ACK without text, its window 65535; the same with a SACK block, left … right−1. */
void in_ack(struct dialogue *d, uint32_t ack);
void in_sack(struct dialogue *d, uint32_t ack, uint32_t left, uint32_t right);
/* `count` segments of 1000 octets must be sent, from `from` on. */
void out_full(struct dialogue *d, uint32_t from, uint32_t count);
void pass_ms(struct dialogue *d, int64_t ms); /* timers due on the way fire */
void in_state(struct dialogue *d, enum tcp_state state);
void fired(struct dialogue *d, enum rule rule);
void not_fired(struct dialogue *d, enum rule rule);

void app_listen(struct dialogue *d);
void app_connect(struct dialogue *d);
/* With text for the SYN, RFC 7413. */
void app_connect_fast(struct dialogue *d, uint32_t len);
/* Right after connect: by way of one router. */
void app_use_route(struct dialogue *d, const char *stop);
void app_send(struct dialogue *d, uint32_t len);
/* With other flags than SEND_PUSH. */
void app_send_as(struct dialogue *d, uint32_t len, unsigned flags);
void app_cork(struct dialogue *d, bool on);
void app_nagle(struct dialogue *d, bool on);
void app_send_urgent(struct dialogue *d, uint32_t len);
void app_receive(struct dialogue *d, uint32_t len);
void app_user_timeout(struct dialogue *d, int64_t ms);
void app_keepalive(struct dialogue *d, bool on);
void app_receive_buffer(struct dialogue *d, uint32_t octets);
void app_close(struct dialogue *d);
void app_close_both(struct dialogue *d);
void app_send_buffer(struct dialogue *d, uint32_t octets);
void app_abort(struct dialogue *d);
/* The call answers this, and changes nothing. */
void app_refused(struct dialogue *d, enum call_answer answer,
		 enum call_answer (*call)(struct tcp *));

/* Runs the group at each ISN; returns the number of failures. */
int dialogue_run(const char *name, const struct CMUnitTest *tests, size_t count);
#define DIALOGUE_RUN(name, tests) dialogue_run(name, tests, sizeof tests / sizeof tests[0])

#endif
