/* sentence.c — events without a rule, in words. */
#include "record/subject.h"

#include <inttypes.h>
#include <string.h>

#include "record/plain.h"
#include "wire/line.h"

static void add_octets(int64_t count, struct text *out)
{
	text_addf(out, "%" PRId64 " octet%s", count, count == 1 ? "" : "s");
}

/* "SYN,ACK", "segment of 1000 octets", "FIN,ACK with 12 octets". */
static void add_segment(const struct subject *s, struct text *out)
{
	const struct segment *seg = &s->packet.packet.tcp;

	if (seg->len > 0 && (seg->flags & (SYN | FIN | RST | URG)) == 0) {
		text_add(out, "segment of ");
		add_octets(seg->len, out);
	} else {
		flags_add(out, seg->flags);
		if (seg->len > 0) {
			text_add(out, " with ");
			add_octets(seg->len, out);
		}
	}
}

static void add_text_of_event(const struct subject *s, const char *before, struct text *out)
{
	if (s->event.text == EVENT_NONE)
		return;
	text_add(out, before);
	plain_add(out, recording_text(s->r, s->event.text));
}

/* What an application may change while the connection runs; false: it is another call. */
static bool add_setting(const struct event *event, struct text *out)
{
	const char *on_or_off = event->value ? "on" : "off";

	switch (event->call) {
	case CALL_RECEIVE_BUFFER:
		text_add(out, "'s application asks for a receive buffer of ");
		add_octets(event->value, out);
		return true;
	case CALL_SEND_BUFFER:
		text_add(out, "'s application asks for a send buffer of ");
		add_octets(event->value, out);
		return true;
	case CALL_USER_TIMEOUT:
		text_addf(out, "'s application sets its user timeout to %lld ms",
			  (long long)event->value);
		return true;
	case CALL_KEEPALIVE:
		text_addf(out, "'s application switches keep-alives %s", on_or_off);
		return true;
	case CALL_NAGLE:
		text_addf(out, "'s application switches Nagle's algorithm %s", on_or_off);
		return true;
	case CALL_CORK:
		text_add(out, event->value != 0
				      ? "'s application corks the connection: text is collected"
				      : "'s application takes the cork away");
		return true;
	default: return false;
	}
}

static void add_call(const struct subject *s, struct text *out)
{
	char endpoint[ENDPOINT_TEXT_MAX] = "";
	const struct conn_record *conn = NULL;

	if (s->event.conn != EVENT_NONE)
		conn = recording_conn(s->r, s->event.conn);
	subject_add_host(s, s->event.host, out);
	if (s->event.call == CALL_REBOOT) {
		text_add(out, " restarts: all its connections are forgotten");
		return;
	}
	if (add_setting(&s->event, out))
		return;
	text_add(out, "'s application calls ");
	switch (s->event.call) {
	case CALL_OPEN_PASSIVE:
		text_add(out, "OPEN, passive");
		if (conn != NULL)
			text_addf(out, ", on port %u", conn->local.port);
		break;
	case CALL_OPEN_ACTIVE:
		text_add(out, "OPEN, active");
		if (conn != NULL && conn->remote.address.version != 0) {
			endpoint_format(&conn->remote, endpoint);
			text_addf(out, ", to %s", endpoint);
		}
		break;
	case CALL_SEND:
		text_add(out, "SEND with ");
		add_octets(s->event.value, out);
		break;
	case CALL_RECEIVE:
		text_add(out, "RECEIVE and takes ");
		add_octets(s->event.value, out);
		break;
	case CALL_CLOSE: text_add(out, "CLOSE"); break;
	default: text_add(out, "ABORT"); break;
	}
}

static void add_notice(const struct subject *s, struct text *out)
{
	static const struct {
		enum notice notice;
		const char *words;
	} notices[] = {
		{NOTICE_CONNECTED, "the connection is open"},
		{NOTICE_TEXT, "octets have arrived"},
		{NOTICE_CLOSING, "the peer sends no more"},
		{NOTICE_ENDED, "the connection has ended"},
		{NOTICE_URGENT, "urgent data is on its way"},
		{NOTICE_ROOM, "there is room to send again"},
		{NOTICE_R1, "delivery is in trouble"},
		{NOTICE_SOFT_ERROR, "the network reports an error"},
	};
	const char *words = "something happened";
	struct tcb tcb;

	for (size_t i = 0; i < sizeof notices / sizeof notices[0]; i++) {
		if (s->event.value == notices[i].notice)
			words = notices[i].words;
	}
	subject_add_host(s, s->event.host, out);
	text_addf(out, "'s application is told: %s", words);
	if (s->event.value == NOTICE_ENDED && subject_tcb(s, &tcb))
		text_addf(out, " (%s)", ending_name((enum ending)tcb.ending));
	if ((s->event.value == NOTICE_ENDED || s->event.value == NOTICE_SOFT_ERROR) &&
	    subject_tcb(s, &tcb) && tcb.path.error != ERROR_NONE)
		text_addf(out, ": %s", network_error_text((enum network_error)tcb.path.error));
}

static void add_timer(const struct subject *s, struct text *out)
{
	const char *timer = timer_name((enum timer)s->event.timer);

	subject_add_host(s, s->event.host, out);
	if (s->event.kind == EVENT_TIMER) {
		text_addf(out, "'s %s timer fires", timer);
	} else if (s->event.kind == EVENT_TIMER_STOPPED) {
		text_addf(out, " stops its %s timer", timer);
	} else {
		text_addf(out, " starts its %s timer, to fire in ", timer);
		subject_add_time(s->event.value - s->event.time, out);
	}
}

/* "Client's SYN is lost by rule 1", "Client's SYN: one octet changed by …" */
static void add_fate(const struct subject *s, struct text *out)
{
	static const char *const fates[EVENT_KIND_COUNT] = {
		[EVENT_LOST] = "lost",         [EVENT_DUPLICATED] = "duplicated",
		[EVENT_CORRUPTED] = "damaged", [EVENT_DELAYED] = "held back",
		[EVENT_MARKED] = "marked",
	};
	const char *fate = fates[s->event.kind];

	if (s->event.text == EVENT_NONE) {
		text_addf(out, " is %s on the way", fate);
		return;
	}

	const char *text = recording_text(s->r, s->event.text);

	text_add(out, strncmp(text, fate, strlen(fate)) == 0 ? " is " : ": ");
	plain_add(out, text);
}

/* "Router r1 reports: datagram too big, 1400 octets would fit" */
static void add_icmp(const struct subject *s, struct text *out)
{
	const struct icmp_error *icmp = &s->packet.packet.icmp;
	const char *means = network_error_text(tcp_icmp_means(icmp));

	if (s->event.kind == EVENT_SEND) {
		if (s->event.text != EVENT_NONE)
			plain_add(out, recording_text(s->r, s->event.text));
		else
			subject_add_host(s, s->packet.host, out);
		text_addf(out, " reports by ICMP: %s", means);
		if (icmp->mtu > 0)
			text_addf(out, ", %" PRIu32 " octets would fit", icmp->mtu);
		return;
	}
	text_addf(out, "The ICMP error (%s)", means);
	if (s->event.kind == EVENT_ARRIVE) {
		text_add(out, " arrives at ");
		subject_add_host(s, s->event.host, out);
	} else {
		add_fate(s, out);
	}
}

static void add_packet(const struct subject *s, struct text *out)
{
	if (s->has_packet && s->packet.packet.kind == PACKET_ICMP_ERROR) {
		add_icmp(s, out);
		return;
	}
	if (s->has_packet) {
		subject_add_host(s, s->packet.host, out);
		text_add(out, "'s ");
		add_segment(s, out);
	} else {
		text_add(out, "A packet");
	}
	if (s->event.kind == EVENT_ARRIVE) {
		text_add(out, " arrives at ");
		subject_add_host(s, s->event.host, out);
	} else if (s->event.kind == EVENT_SEND) {
		text_add(out, " leaves");
	} else {
		add_fate(s, out);
	}
}

void sentence_what(const struct subject *s, struct text *out)
{
	switch (s->event.kind) {
	case EVENT_CALL:
		add_call(s, out);
		add_text_of_event(s, "; the answer: ", out);
		break;
	case EVENT_TIMER:
	case EVENT_TIMER_STARTED:
	case EVENT_TIMER_STOPPED: add_timer(s, out); break;
	case EVENT_TRANSITION:
		subject_add_host(s, s->event.host, out);
		text_addf(out, " goes from %s to %s", state_name((enum tcp_state)s->event.from),
			  state_name((enum tcp_state)s->event.to));
		break;
	case EVENT_NOTICE: add_notice(s, out); break;
	case EVENT_CAPTION:
	case EVENT_COMPARED: add_text_of_event(s, "", out); return; /* the author's full stop */
	case EVENT_NOTE: break;
	default: add_packet(s, out); break;
	}
	text_add(out, ".");
}

static const char *why_icmp(const struct icmp_error *icmp)
{
	if (tcp_icmp_means(icmp) == ERROR_TOO_BIG)
		return "RFC 1191 §4: A router that cannot send a datagram on, and may not cut it "
		       "into "
		       "fragments, drops it and tells its sender the MTU of the next link.";
	return "RFC 1122 §3.2.2: An ICMP error tells the sender of a datagram why it was not "
	       "delivered. Nothing proves who wrote it.";
}

void sentence_why(const struct subject *s, struct text *out)
{
	static const char *const reasons[EVENT_KIND_COUNT] = {
		[EVENT_CALL] = "RFC 9293 §3.9.1: An application uses TCP by calls: OPEN, SEND, "
			       "RECEIVE, CLOSE, ABORT.",
		[EVENT_ARRIVE] = "RFC 9293 §3.10.7: What follows depends on the state, and on the "
				 "segment's control bits and numbers.",
		[EVENT_TIMER] = "RFC 9293 §3.10.8: Time-outs are events like calls and segments: "
				"what follows depends on the timer.",
		[EVENT_LOST] = "RFC 9293 §3.8: IP does not promise delivery. The sender learns of "
			       "the loss only from the ACK that does not come.",
		[EVENT_DUPLICATED] = "RFC 9293 §3.8: The network may deliver a segment twice. Its "
				     "sequence numbers tell that it is the same.",
		[EVENT_CORRUPTED] = "RFC 9293 §3.1: The checksum covers header and text, so that a "
				    "receiver can tell a damaged segment, and drop it.",
		[EVENT_DELAYED] = "RFC 9293 §3.4: Segments may arrive in another order than they "
				  "were sent. Sequence numbers put them right.",
		[EVENT_MARKED] =
			"RFC 3168 §5: A router whose queue grows marks a packet instead of "
			"losing it, where both ends know what the mark means.",
		[EVENT_TRANSITION] =
			"RFC 9293 §3.3.2: A connection goes through a series of states "
			"during its lifetime.",
	};

	if (s->event.kind == EVENT_CALL && s->event.call == CALL_REBOOT)
		text_add(out, "RFC 9293 §3.5.1: A TCB lives in memory; the peer is not told. "
			      "What is left is a half-open connection.");
	else if (s->event.kind == EVENT_SEND && s->has_packet &&
		 s->packet.packet.kind == PACKET_ICMP_ERROR)
		text_add(out, why_icmp(&s->packet.packet.icmp));
	else if (reasons[s->event.kind] != NULL)
		text_add(out, reasons[s->event.kind]);
}
