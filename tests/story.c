#include "tests/story.h"

#include <string.h>

/* A host with its TCB, as the engine would leave it. */
struct teller {
	struct run run;
	struct tcb tcb[2];
};

static void keep(struct teller *t, uint8_t host)
{
	recording_set_tcb(t->run.r, t->run.conn[host], &t->tcb[host], NULL);
}

static struct teller begin(void)
{
	struct teller t = {.run = run_begin()};

	for (uint8_t host = A; host <= B; host++) {
		struct tcb *tcb = &t.tcb[host];

		tcb->local = run_endpoint(host, host == A ? 1000 : 80);
		tcb->remote = run_endpoint(!host, host == A ? 80 : 1000);
		tcb->snd.iss = tcb->snd.una = tcb->snd.nxt = seq_of(host == A ? 100 : 300);
		tcb->rcv.wnd = 64240;
		tcb->rtt.rto = nanos_from_s(1);
		for (int i = 0; i < TIMER_COUNT; i++)
			tcb->timers[i] = NANOS_NEVER;
		recording_set_remote(t.run.r, t.run.conn[host], &tcb->remote, t.run.conn[!host]);
	}
	return t;
}

static void call(struct teller *t, int ms, uint8_t host, enum call call, int64_t octets)
{
	struct event event = run_event(ms, host, EVENT_CALL);

	event.conn = t->run.conn[host];
	event.call = (uint8_t)call;
	event.value = octets;
	recording_add(t->run.r, &event);
}

static void go(struct teller *t, int ms, uint8_t host, enum tcp_state to, enum rule rule)
{
	struct event event = run_event(ms, host, EVENT_TRANSITION);

	event.conn = t->run.conn[host];
	event.from = t->tcb[host].state;
	event.to = (uint8_t)to;
	event.rule = (uint16_t)rule;
	recording_add(t->run.r, &event);
	t->tcb[host].state = (uint8_t)to;
	keep(t, host);
}

static uint32_t put(struct teller *t, int ms, uint8_t host, uint32_t seq, uint32_t len,
		    unsigned flags, enum rule rule)
{
	struct packet_record packet = run_packet(&t->run, host, seq, len, flags);
	struct event event = run_event(ms, host, EVENT_SEND);
	struct tcb *tcb = &t->tcb[host];

	packet.packet.tcp.wnd = 64240;
	packet.packet.ttl = 64;
	if (flags & ACK)
		packet.packet.tcp.ack = tcb->rcv.nxt;
	if (flags & SYN)
		options_put_mss(&packet.packet.tcp.options, 1460);
	packet.offset = len > 0 ? (int64_t)seq - 101 : -1;
	event.conn = t->run.conn[host];
	event.rule = (uint16_t)rule;

	uint32_t number = recording_add_packet(t->run.r, &packet, &event);

	tcb->snd.nxt = seq_max(tcb->snd.nxt, segment_end(&packet.packet.tcp));
	keep(t, host);
	return number;
}

static void reach(struct teller *t, int ms, uint8_t host, uint32_t packet)
{
	struct event event = run_event(ms, host, EVENT_ARRIVE);
	struct packet_record record = run_packet_at(&t->run, packet);

	event.conn = t->run.conn[host];
	event.packet = packet;
	recording_add(t->run.r, &event);
	t->tcb[host].rcv.nxt = segment_end(&record.packet.tcp);
}

static void befall(struct teller *t, int ms, enum event_kind kind, uint32_t packet,
		   const char *text)
{
	struct event event = run_event(ms, run_packet_at(&t->run, packet).host, kind);

	event.packet = packet;
	event.text = recording_add_text(t->run.r, text);
	recording_add(t->run.r, &event);
}

static void timer(struct teller *t, int ms, uint8_t host, enum event_kind kind, enum timer which,
		  int deadline_ms)
{
	struct event event = run_event(ms, host, kind);

	event.conn = t->run.conn[host];
	event.timer = (uint8_t)which;
	if (kind == EVENT_TIMER_STARTED)
		event.value = nanos_from_ms(deadline_ms);
	recording_add(t->run.r, &event);
	t->tcb[host].timers[which] =
		kind == EVENT_TIMER_STARTED ? nanos_from_ms(deadline_ms) : NANOS_NEVER;
	keep(t, host);
}

static void handshake(struct teller *t)
{
	struct event fired;

	call(t, 0, B, CALL_OPEN_PASSIVE, 0);
	go(t, 0, B, LISTEN, RULE_OPEN_PASSIVE);
	call(t, 0, A, CALL_OPEN_ACTIVE, 0);
	go(t, 0, A, SYN_SENT, RULE_OPEN_ACTIVE);

	uint32_t packet = put(t, 0, A, 100, 0, SYN, RULE_NONE);

	reach(t, 50, B, packet);
	go(t, 50, B, SYN_RECEIVED, RULE_LISTEN_SYN);
	packet = put(t, 50, B, 300, 0, SYN | ACK, RULE_NONE);
	timer(t, 50, B, EVENT_TIMER_STARTED, TIMER_RETRANSMISSION, 1050);
	befall(t, 50, EVENT_LOST, packet, "lost by rule 1");

	timer(t, 1050, B, EVENT_TIMER, TIMER_RETRANSMISSION, 0);
	t->tcb[B].rtt.rto = nanos_from_s(2);
	fired = run_event(1050, B, EVENT_NOTE);
	fired.conn = t->run.conn[B];
	fired.rule = RULE_RTO_FIRED;
	recording_add(t->run.r, &fired);
	keep(t, B);
	reach(t, 1100, A, put(t, 1050, B, 300, 0, SYN | ACK, RULE_NONE));
	go(t, 1100, A, ESTABLISHED, RULE_SYN_SENT_ESTABLISHED);
	reach(t, 1150, B, put(t, 1100, A, 101, 0, ACK, RULE_NONE));
	go(t, 1150, B, ESTABLISHED, RULE_SYN_RECEIVED_ESTABLISHED);
	timer(t, 1150, B, EVENT_TIMER_STOPPED, TIMER_RETRANSMISSION, 0);
}

struct run story_of_a_handshake(void)
{
	struct teller t = begin();

	handshake(&t);
	return t.run;
}

/* An error that a router sends about a segment of A. */
static void too_big(struct teller *t)
{
	struct packet_record packet = {.offset = -1, .conn = EVENT_NONE, .copy_of = EVENT_NONE};
	struct event event = run_event(1300, B, EVENT_SEND);

	packet.host = B;
	packet.packet.kind = PACKET_ICMP_ERROR;
	packet.packet.src = run_endpoint(B, 0).address;
	packet.packet.dst = run_endpoint(A, 0).address;
	packet.packet.ttl = 64;
	packet.packet.icmp.type = 3;
	packet.packet.icmp.code = 4;
	packet.packet.icmp.mtu = 1400;
	packet.packet.icmp.quoted_src = run_endpoint(A, 1000);
	packet.packet.icmp.quoted_dst = run_endpoint(B, 80);
	packet.packet.icmp.quoted_seq = seq_of(101);
	run_add_about(&t->run, 1350, A, EVENT_ARRIVE,
		      recording_add_packet(t->run.r, &packet, &event));
}

static void text(struct teller *t)
{
	struct event event = run_event(1400, A, EVENT_CAPTION);
	struct packet_record copy;
	uint32_t p[3];

	event.text = recording_add_text(t->run.r, "Now \x1b[2J \"comes\" text: 日本 \xff");
	recording_add(t->run.r, &event);
	stream_add_pattern(recording_stream(t->run.r, t->run.conn[A]), 250);
	call(t, 1500, A, CALL_SEND, 250);
	p[0] = put(t, 1500, A, 101, 100, ACK, RULE_SEND_TEXT);
	p[1] = put(t, 1500, A, 201, 100, ACK, RULE_SEND_TEXT);
	p[2] = put(t, 1500, A, 301, 50, PSH | URG | ACK, RULE_SEND_TEXT);
	befall(t, 1501, EVENT_DELAYED, p[0], "held back by rule 2");
	befall(t, 1502, EVENT_CORRUPTED, p[2], "one octet changed by rule 3");
	copy = run_packet_at(&t->run, p[1]);
	copy.copy_of = p[1];
	event = run_event(1503, A, EVENT_DUPLICATED);
	p[1] = recording_add_packet(t->run.r, &copy, &event);
	reach(t, 1550, B, copy.copy_of);
	reach(t, 1551, B, p[1]);
	reach(t, 1552, B, p[2]);
	reach(t, 1560, B, p[0]);
	t->tcb[B].rcv.nxt = seq_of(301);

	event = run_event(1560, B, EVENT_NOTICE);
	event.conn = t->run.conn[B];
	event.value = NOTICE_TEXT;
	recording_add(t->run.r, &event);
	event = run_event(1560, B, EVENT_COMPARED);
	event.text = recording_add_text(t->run.r, "the captured ACK came 2 ms later");
	recording_add(t->run.r, &event);
	reach(t, 1610, A, put(t, 1560, B, 301, 0, ACK, RULE_NONE));
}

struct run story(void)
{
	struct teller t = begin();
	struct event reboot = run_event(2000, B, EVENT_CALL);

	handshake(&t);
	too_big(&t);
	text(&t);
	reboot.call = CALL_REBOOT;
	recording_add(t.run.r, &reboot);
	recording_drop_tcb(t.run.r, t.run.conn[B]);
	put(&t, 2100, A, 301, 50, PSH | ACK, RULE_NONE);
	return t.run;
}
