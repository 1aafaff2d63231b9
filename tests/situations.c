#include "tests/situations.h"

#include <stdio.h>
#include <string.h>

#include "tests/conversation.h"

/* The numbers: we have sent 6 octets that are not acknowledged, so that there
 * is an ACK in the middle; the peer's text begins at 1. */
#define CONNECTED "connect\n> S 0:0(0)\n< S. 0:0(0) ack 1 win 100 <mss 1000>\n> . 1:1(0) ack 1\n"
#define ACCEPTED                                                                                   \
	"listen\n< S 0:0(0) win 100 <mss 1000>\n> S. 0:0(0) ack 1\n< . 1:1(0) ack 1 win 100\n"
#define SIX_SENT    "send 6\n> P. 1:7(6) ack 1\n"
#define HOLE        "< . 5:9(4) ack 1 win 100\n> . 7:7(0) ack 1\n"
#define FIN_SENT    "close\n> F. 7:7(0) ack 1\n"
#define PEER_CLOSED "< F. 1:1(0) ack 1 win 100\n> . 7:7(0) ack 2\n"

const struct situation situations[] = {
	{"CLOSED", ""},
	{"LISTEN", "listen\n"},
	{"SYN-SENT", "connect\n> S 0:0(0)\n"},
	{"SYN-RECEIVED, passive", "listen\n< S 0:0(0) win 100 <mss 1000>\n> S. 0:0(0) ack 1\n"},
	{"SYN-RECEIVED, active",
	 "connect\n> S 0:0(0)\n< S 0:0(0) win 100 <mss 1000>\n> S. 0:0(0) ack 1\n"},
	{"SYN-RECEIVED, whose SYN brought text and a FIN",
	 "listen\n< SF 0:3(3) win 100 <mss 1000>\n> S. 0:0(0) ack 1\n"},
	{"SYN-RECEIVED, reopened",
	 ACCEPTED "close\n> F. 1:1(0) ack 1\n< F. 1:1(0) ack 2 win 100\n> . 2:2(0) ack 2\n"
		  "< S 70000:70000(0) win 100 <mss 1000>\ndrain\n"},
	{"ESTABLISHED", CONNECTED SIX_SENT},
	{"ESTABLISHED, nothing under way", ACCEPTED},
	{"ESTABLISHED, text ahead of a gap", CONNECTED SIX_SENT HOLE},
	{"ESTABLISHED, FIN ahead of a gap",
	 CONNECTED SIX_SENT "< F. 5:9(4) ack 1 win 100\n> . 7:7(0) ack 1\n"},
	{"ESTABLISHED, no window",
	 CONNECTED SIX_SENT "< . 1:41(40) ack 1 win 100\n> . 7:7(0) ack 41\n"},
	{"ESTABLISHED, unread text",
	 CONNECTED SIX_SENT "< . 1:11(10) ack 1 win 100\n> . 7:7(0) ack 11\n"},
	{"ESTABLISHED, urgent", CONNECTED SIX_SENT "< U. 1:1(0) ack 1 win 100 urg 4\n"},
	{"ESTABLISHED, half acknowledged", CONNECTED SIX_SENT "< . 1:1(0) ack 4 win 90\n"},
	{"FIN-WAIT-1", CONNECTED SIX_SENT FIN_SENT},
	{"FIN-WAIT-1, only the FIN under way", ACCEPTED "close\n> F. 1:1(0) ack 1\n"},
	{"FIN-WAIT-1, text ahead of a gap", CONNECTED SIX_SENT HOLE FIN_SENT},
	{"FIN-WAIT-1, FIN ahead of a gap",
	 CONNECTED SIX_SENT FIN_SENT "< F. 5:9(4) ack 1 win 100\n> . 8:8(0) ack 1\n"},
	{"FIN-WAIT-1, closed before the handshake ended",
	 "listen\n< S 0:0(0) win 100 <mss 1000>\n> S. 0:0(0) ack 1\nclose\n> F. 1:1(0) ack 1\n"},
	{"FIN-WAIT-2", CONNECTED SIX_SENT FIN_SENT "< . 1:1(0) ack 8 win 100\n"},
	{"FIN-WAIT-2, text ahead of a gap",
	 CONNECTED SIX_SENT HOLE FIN_SENT "< . 1:1(0) ack 8 win 100\n"},
	{"CLOSE-WAIT", CONNECTED SIX_SENT PEER_CLOSED},
	{"CLOSE-WAIT, no window",
	 CONNECTED SIX_SENT "< F. 1:40(39) ack 1 win 100\n> . 7:7(0) ack 41\n"},
	{"CLOSING", CONNECTED SIX_SENT FIN_SENT "< F. 1:1(0) ack 1 win 100\n> . 8:8(0) ack 2\n"},
	{"LAST-ACK", CONNECTED SIX_SENT PEER_CLOSED "close\n> F. 7:7(0) ack 2\n"},
	{"TIME-WAIT, active", CONNECTED SIX_SENT FIN_SENT
	 "< . 1:1(0) ack 8 win 100\n< F. 1:1(0) ack 8 win 100\n> . 8:8(0) ack 2\n"},
	{"TIME-WAIT, passive",
	 ACCEPTED SIX_SENT FIN_SENT "< F. 1:1(0) ack 1 win 100\n> . 8:8(0) ack 2\n"
				    "< . 2:2(0) ack 8 win 100\n"},
	{"TIME-WAIT, unread text",
	 ACCEPTED SIX_SENT FIN_SENT "< F. 1:4(3) ack 8 win 100\n> . 8:8(0) ack 5\n"},
	{"TIME-WAIT, returned to",
	 ACCEPTED "close\n> F. 1:1(0) ack 1\n< F. 1:1(0) ack 2 win 100\n> . 2:2(0) ack 2\n"
		  "< S 70000:70000(0) win 100 <mss 1000>\ndrain\n< R 70001:70001(0) win 0\n"},
};

const unsigned situation_count = sizeof situations / sizeof situations[0];

const struct setup setups[] = {
	{.name = "RFC 5961", .conversation = "set rfc5961 1\nset rfc1337 0\n"},
	{.name = "RFC 793", .conversation = "set rfc5961 0\nset rfc1337 0\n"},
	{.name = "RFC 5961 and 1337",
	 .conversation = "set rfc5961 1\nset rfc1337 1\n",
	 .only_time_wait = true},
	{.name = "RFC 793 and 1337",
	 .conversation = "set rfc5961 0\nset rfc1337 1\n",
	 .only_time_wait = true},
	{.name = "RFC 7323", .conversation = "set timestamps 1\n", .stamps = true},
};

const unsigned setup_count = sizeof setups / sizeof setups[0];

unsigned situation_lines(const struct situation *situation)
{
	unsigned lines = 0;

	for (const char *c = situation->conversation; *c != '\0'; c++)
		lines += *c == '\n';
	return lines;
}

/* Adds a line; what the peer sends gets its timestamp. */
static size_t add_line(char *text, size_t size, const char *line, int len, bool stamps)
{
	static const char option[] = "<mss 1000>";
	int without = len;
	int written;

	if (!stamps || *line != '<')
		return (size_t)snprintf(text, size, "%.*s\n", len, line);
	if (len > (int)strlen(option) &&
	    memcmp(line + len - strlen(option), option, strlen(option)) == 0)
		without = len - (int)strlen(option) - 1;
	written = snprintf(text, size, "%.*s <%sTS val 70 ecr 0>\n", without, line,
			   without < len ? "mss 1000," : "");
	return (size_t)written;
}

struct dialogue situation_reached(const struct situation *situation, const struct setup *setup,
				  unsigned lines)
{
	char text[2000];
	const char *line = situation->conversation;
	size_t len = (size_t)snprintf(
		text, sizeof text, "set receive_buffer %d\nset delayed_ack_ms 0\nset nagle 0\n%s",
		SITUATION_BUFFER, setup->conversation);

	for (; lines > 0 && *line != '\0'; lines--) {
		int end = (int)strcspn(line, "\n");

		len += add_line(text + len, sizeof text - len, line, end, setup->stamps);
		assert_true(len < sizeof text);
		line += end + 1;
	}
	return converse(text);
}

/* ---- classes of segments ---- */

static const uint16_t flags[] = {
	0,
	SYN,
	FIN,
	RST,
	SYN | FIN,
	SYN | RST,
	FIN | RST,
	URG,
	ACK,
	ACK | FIN,
	ACK | RST,
	ACK | SYN,
	ACK | SYN | FIN,
	ACK | URG,
	ACK | PSH,
	ACK | URG | FIN,
	ACK | FIN | RST,
	ACK | SYN | RST,
};

/* SEQ, counted from RCV.NXT; and around the right edge. */
static const int32_t seqs[] = {-(1 << 30), -50, -4, -2, -1, 0, 1, 2, 4, 1 << 30};
static const int32_t edges[] = {-1, 0, 1};

/* ACK, counted from SND.UNA and from SND.NXT. */
static const int32_t una_acks[] = {-(1 << 29), -SITUATION_WINDOW - 1, -SITUATION_WINDOW, -1, 0, 3};
static const int32_t nxt_acks[] = {-1, 0, 1, 1 << 29};

static const uint32_t lens[] = {0, 1, 4, SITUATION_BUFFER};
static const uint32_t stamps[] = {0, 69, 70, 71}; /* 0: no option */
static const uint16_t windows[] = {SITUATION_WINDOW, 0};

/* Takes the next digit of `*n`, of a number with places of their own base. */
static unsigned digit(unsigned *n, size_t base)
{
	unsigned value = *n % (unsigned)base;

	*n /= (unsigned)base;
	return value;
}

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static uint32_t nth_seq(const struct tcb *tcb, unsigned n)
{
	uint32_t base = tcb->rcv.nxt.v;

	if (n < COUNT(seqs))
		return base + (uint32_t)seqs[n];
	n -= COUNT(seqs);
	if (n < COUNT(edges))
		return base + tcb->rcv.wnd + (uint32_t)edges[n];
	return tcb->rcv.irs.v;
}

static uint32_t nth_ack(const struct tcb *tcb, unsigned n)
{
	if (n < COUNT(una_acks))
		return tcb->snd.una.v + (uint32_t)una_acks[n];
	return tcb->snd.nxt.v + (uint32_t)nxt_acks[n - COUNT(una_acks)];
}

bool situation_segment(const struct tcb *tcb, const struct setup *setup, unsigned n,
		       struct segment *seg)
{
	unsigned stamp = setup->stamps ? digit(&n, COUNT(stamps)) : 0;
	unsigned seq = digit(&n, COUNT(seqs) + COUNT(edges) + 1);
	unsigned len = digit(&n, COUNT(lens));
	unsigned ack;

	memset(seg, 0, sizeof *seg);
	if (stamps[stamp] > 0)
		options_put_timestamps(&seg->options, stamps[stamp], 0);
	seg->src_port = 80;
	seg->dst_port = 4000;
	seg->seq.v = nth_seq(tcb, seq);
	seg->len = lens[len];
	seg->wnd = SITUATION_WINDOW;
	seg->up = 2;
	/* Without ACK there is no choice of ACK and window: the eight at first. */
	if (n < 8) {
		seg->flags = flags[n];
		return true;
	}
	n -= 8;
	ack = digit(&n, COUNT(una_acks) + COUNT(nxt_acks));
	seg->wnd = windows[digit(&n, COUNT(windows))];
	seg->flags = n + 8 < COUNT(flags) ? flags[n + 8] : 0;
	seg->ack.v = nth_ack(tcb, ack);
	return n + 8 < COUNT(flags);
}
