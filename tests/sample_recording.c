#include "sample_recording.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

enum { CLIENT, SERVER, HOSTS };

/* A recording being made: who stands where. */
struct maker {
	struct recording *r;
	struct tcb tcb[HOSTS];
	struct held held[HOSTS];
	uint32_t conn[HOSTS];
	nanos flight;
};

static nanos ms(int64_t n)
{
	return nanos_from_ms(n);
}

static struct address address_of(const char *text)
{
	struct address a;

	if (!address_parse(&a, text))
		assert(!"an address");
	return a;
}

static void begin(struct maker *m, const char *title, bool inferred)
{
	static const char *const names[HOSTS] = {"Client", "Server"};
	struct recording_info info = {.inferred = inferred, .seed = 1};

	snprintf(info.title, sizeof info.title, "%s", title);
	memset(m, 0, sizeof *m);
	m->r = recording_new(&info);
	m->flight = ms(50);
	for (int h = 0; h < HOSTS; h++) {
		struct host_record host = {
			.addresses = {address_of(h == CLIENT ? "10.0.0.1" : "10.0.0.2")}};

		snprintf(host.name, sizeof host.name, "%s", names[h]);
		recording_add_host(m->r, &host);
	}
}

static struct endpoint endpoint_of(int host)
{
	struct endpoint e = {.port = host == CLIENT ? 49152 : 80};

	e.address = address_of(host == CLIENT ? "10.0.0.1" : "10.0.0.2");
	return e;
}

static void open_end(struct maker *m, int host, uint32_t iss)
{
	struct endpoint local = endpoint_of(host);
	struct endpoint remote = endpoint_of(!host);
	struct tcb *tcb = &m->tcb[host];

	m->conn[host] = recording_add_conn(m->r, (uint8_t)host, &local, &remote);
	tcb->local = local;
	tcb->remote = remote;
	tcb->state = CLOSED;
	tcb->snd.iss = tcb->snd.una = tcb->snd.nxt = seq_of(iss);
	tcb->rcv.wnd = tcb->rcv.buffer = 64240;
	tcb->snd.mss = 1460;
	tcb->cc.cwnd = 14600;
	tcb->cc.ssthresh = UINT32_MAX;
	tcb->rtt.rto = ms(1000);
	for (int i = 0; i < TIMER_COUNT; i++)
		tcb->timers[i] = NANOS_NEVER;
}

/* ---- one event each ---- */

static uint32_t add(struct maker *m, nanos t, int host, enum event_kind kind, enum rule rule)
{
	struct event e = event_at(t, (uint8_t)host, kind);

	e.conn = m->conn[host];
	e.rule = (uint16_t)rule;
	return recording_add(m->r, &e);
}

static void keep(struct maker *m, int host)
{
	recording_set_tcb(m->r, m->conn[host], &m->tcb[host], &m->held[host]);
}

static void call(struct maker *m, nanos t, int host, enum call call, enum rule rule)
{
	struct event e = event_at(t, (uint8_t)host, EVENT_CALL);

	e.conn = m->conn[host];
	e.call = (uint8_t)call;
	recording_add(m->r, &e);
	add(m, t, host, EVENT_NOTE, rule);
	keep(m, host);
}

static void go(struct maker *m, nanos t, int host, enum tcp_state to, enum rule rule)
{
	struct event e = event_at(t, (uint8_t)host, EVENT_TRANSITION);

	e.conn = m->conn[host];
	e.from = m->tcb[host].state;
	e.to = (uint8_t)to;
	e.rule = (uint16_t)rule;
	m->tcb[host].state = (uint8_t)to;
	recording_add(m->r, &e);
	keep(m, host);
}

static void note(struct maker *m, nanos t, int host, enum rule rule)
{
	add(m, t, host, EVENT_NOTE, rule);
	keep(m, host);
}

static void start_timer(struct maker *m, nanos t, int host, enum timer timer, nanos after)
{
	struct event e = event_at(t, (uint8_t)host, EVENT_TIMER_STARTED);

	e.conn = m->conn[host];
	e.timer = (uint8_t)timer;
	e.value = t + after;
	m->tcb[host].timers[timer] = t + after;
	recording_add(m->r, &e);
	keep(m, host);
}

static void fire(struct maker *m, nanos t, int host, enum timer timer, enum rule rule)
{
	struct event e = event_at(t, (uint8_t)host, EVENT_TIMER);

	e.conn = m->conn[host];
	e.timer = (uint8_t)timer;
	recording_add(m->r, &e);
	m->tcb[host].timers[timer] = NANOS_NEVER;
	if (timer == TIMER_RETRANSMISSION)
		m->tcb[host].rtt.rto *= 2;
	note(m, t, host, rule);
}

static struct packet_record packet_of(const struct maker *m, int host, unsigned flags, uint32_t seq,
				      uint32_t ack, uint32_t len)
{
	struct packet_record p;

	memset(&p, 0, sizeof p);
	p.packet.src = endpoint_of(host).address;
	p.packet.dst = endpoint_of(!host).address;
	p.packet.ttl = 64;
	p.packet.tcp.src_port = endpoint_of(host).port;
	p.packet.tcp.dst_port = endpoint_of(!host).port;
	p.packet.tcp.seq = seq_of(seq);
	p.packet.tcp.ack = seq_of(ack);
	p.packet.tcp.flags = (uint16_t)flags;
	p.packet.tcp.wnd = 64240;
	p.packet.tcp.len = len;
	p.offset = -1;
	p.conn = m->conn[host];
	p.copy_of = EVENT_NONE;
	p.host = (uint8_t)host;
	return p;
}

static uint32_t put(struct maker *m, nanos t, int host, unsigned flags, uint32_t seq, uint32_t ack,
		    uint32_t len)
{
	struct packet_record p = packet_of(m, host, flags, seq, ack, len);
	struct event e = event_at(t, (uint8_t)host, EVENT_SEND);
	struct tcb *tcb = &m->tcb[host];
	uint32_t n;

	e.conn = m->conn[host];
	e.rule = RULE_SEND_TEXT;
	n = recording_add_packet(m->r, &p, &e);
	tcb->snd.nxt = seq_max(tcb->snd.nxt, segment_end(&p.packet.tcp));
	keep(m, host);
	return n;
}

static void reach(struct maker *m, nanos t, int host, uint32_t packet)
{
	struct event e = event_at(t, (uint8_t)host, EVENT_ARRIVE);
	struct tcb *tcb = &m->tcb[host];
	struct packet_record p;
	const struct segment *seg = &p.packet.tcp;

	recording_packet(m->r, packet, &p);
	e.packet = packet;
	e.conn = m->conn[host];
	recording_add(m->r, &e);
	if (seg->flags & SYN)
		tcb->rcv.irs = tcb->rcv.nxt = seg->seq;
	if (seq_eq(tcb->rcv.nxt, seg->seq))
		tcb->rcv.nxt = segment_end(seg);
	if (seg->flags & ACK)
		tcb->snd.una = seq_max(tcb->snd.una, seg->ack);
	tcb->rcv.edge = seq_add(tcb->rcv.nxt, tcb->rcv.wnd);
	tcb->snd.wnd = seg->wnd;
}

static void lose(struct maker *m, nanos t, int host, uint32_t packet, const char *why)
{
	struct event e = event_at(t, (uint8_t)host, EVENT_LOST);

	e.packet = packet;
	e.conn = m->conn[host];
	e.text = recording_add_text(m->r, why);
	recording_add(m->r, &e);
}

static void say(struct maker *m, nanos t, const char *sentence)
{
	struct event e = event_at(t, 0, EVENT_CAPTION);

	e.text = recording_add_text(m->r, sentence);
	recording_add(m->r, &e);
}

/* ---- the lesson ---- */

static void handshake(struct maker *m)
{
	uint32_t p;

	open_end(m, SERVER, 300);
	call(m, 0, SERVER, CALL_OPEN_PASSIVE, RULE_OPEN_PASSIVE);
	go(m, 0, SERVER, LISTEN, RULE_OPEN_PASSIVE);
	open_end(m, CLIENT, 100);
	call(m, 0, CLIENT, CALL_OPEN_ACTIVE, RULE_OPEN_ACTIVE);
	go(m, 0, CLIENT, SYN_SENT, RULE_OPEN_ACTIVE);
	p = put(m, 0, CLIENT, SYN, 100, 0, 0);
	start_timer(m, 0, CLIENT, TIMER_RETRANSMISSION, ms(3000));

	reach(m, ms(50), SERVER, p);
	note(m, ms(50), SERVER, RULE_LISTEN_SYN);
	go(m, ms(50), SERVER, SYN_RECEIVED, RULE_LISTEN_SYN);
	p = put(m, ms(50), SERVER, SYN | ACK, 300, 101, 0);
	start_timer(m, ms(50), SERVER, TIMER_RETRANSMISSION, ms(1000));
	lose(m, ms(75), SERVER, p, "lost by rule 1");

	fire(m, ms(1050), SERVER, TIMER_RETRANSMISSION, RULE_RTO_FIRED);
	p = put(m, ms(1050), SERVER, SYN | ACK, 300, 101, 0);
	start_timer(m, ms(1050), SERVER, TIMER_RETRANSMISSION, ms(2000));

	reach(m, ms(1100), CLIENT, p);
	go(m, ms(1100), CLIENT, ESTABLISHED, RULE_SYN_SENT_ESTABLISHED);
	p = put(m, ms(1100), CLIENT, ACK, 101, 301, 0);
	reach(m, ms(1150), SERVER, p);
	go(m, ms(1150), SERVER, ESTABLISHED, RULE_SYN_RECEIVED_ESTABLISHED);
}

static void hold(struct maker *m, int host, uint32_t left, uint32_t right)
{
	struct receive_variables *rcv = &m->tcb[host].rcv;

	m->held[host].ranges[rcv->held_count++] = (struct held_range){seq_of(left), seq_of(right)};
}

/* Four segments: the second is lost, the fourth overtakes the third. */
static void text_with_a_hole(struct maker *m)
{
	uint32_t p[5];
	uint32_t a;

	say(m, ms(1160), "Now the client sends 4,000 octets. Which segments will the server hold?");
	call(m, ms(1200), CLIENT, CALL_SEND, RULE_SEND_QUEUED);
	for (int i = 0; i < 4; i++)
		p[i] = put(m, ms(1200), CLIENT, PSH | ACK, (uint32_t)(101 + 1000 * i), 301, 1000);
	start_timer(m, ms(1200), CLIENT, TIMER_RETRANSMISSION, ms(1000));
	lose(m, ms(1230), CLIENT, p[1], "the queue of the link was full");
	reach(m, ms(1250), SERVER, p[0]);
	note(m, ms(1250), SERVER, RULE_TEXT_IN_ORDER);
	a = put(m, ms(1250), SERVER, ACK, 301, 1101, 0);
	reach(m, ms(1252), SERVER, p[3]);
	hold(m, SERVER, 3101, 4101);
	note(m, ms(1252), SERVER, RULE_TEXT_OUT_OF_ORDER);
	put(m, ms(1252), SERVER, ACK, 301, 1101, 0);
	reach(m, ms(1258), SERVER, p[2]);
	m->held[SERVER].ranges[0].left = seq_of(2101);
	note(m, ms(1258), SERVER, RULE_TEXT_OUT_OF_ORDER);
	p[4] = put(m, ms(1258), SERVER, ACK, 301, 1101, 0);
	reach(m, ms(1300), CLIENT, a);
	note(m, ms(1300), CLIENT, RULE_ACK_ADVANCES);
	reach(m, ms(1302), CLIENT, a + 1);
	note(m, ms(1302), CLIENT, RULE_DUP_ACK);
	reach(m, ms(1308), CLIENT, p[4]);
	note(m, ms(1308), CLIENT, RULE_DUP_ACK);

	fire(m, ms(2200), CLIENT, TIMER_RETRANSMISSION, RULE_RTO_FIRED);
	m->tcb[CLIENT].cc.cwnd = 1460;
	m->tcb[CLIENT].cc.ssthresh = 2920;
	a = put(m, ms(2200), CLIENT, ACK, 1101, 301, 1000);
	reach(m, ms(2250), SERVER, a);
	m->tcb[SERVER].rcv.held_count = 0;
	m->tcb[SERVER].rcv.nxt = seq_of(4101);
	note(m, ms(2250), SERVER, RULE_TEXT_FILLS_GAP);
	a = put(m, ms(2250), SERVER, ACK, 301, 4101, 0);
	reach(m, ms(2300), CLIENT, a);
	note(m, ms(2300), CLIENT, RULE_ACK_ADVANCES);
}

/* The link makes a second copy of the client's FIN. */
static void both_close(struct maker *m)
{
	struct packet_record copy;
	struct event made = event_at(ms(2410), CLIENT, EVENT_DUPLICATED);
	uint32_t p;
	uint32_t twin;

	call(m, ms(2400), CLIENT, CALL_CLOSE, RULE_CLOSE_SENDS_FIN);
	go(m, ms(2400), CLIENT, FIN_WAIT_1, RULE_CLOSE_SENDS_FIN);
	p = put(m, ms(2400), CLIENT, FIN | ACK, 4101, 301, 0);
	copy = packet_of(m, CLIENT, FIN | ACK, 4101, 301, 0);
	copy.copy_of = p;
	made.conn = m->conn[CLIENT];
	twin = recording_add_packet(m->r, &copy, &made);
	reach(m, ms(2450), SERVER, p);
	go(m, ms(2450), SERVER, CLOSE_WAIT, RULE_FIN_TO_CLOSE_WAIT);
	p = put(m, ms(2450), SERVER, ACK, 301, 4102, 0);
	reach(m, ms(2462), SERVER, twin);
	note(m, ms(2462), SERVER, RULE_TEXT_DUPLICATE);
	reach(m, ms(2500), CLIENT, p);
	go(m, ms(2500), CLIENT, FIN_WAIT_2, RULE_FIN_ACKED_WAITS);

	call(m, ms(2700), SERVER, CALL_CLOSE, RULE_CLOSE_SENDS_FIN);
	go(m, ms(2700), SERVER, LAST_ACK, RULE_FIN_TO_LAST_ACK);
	p = put(m, ms(2700), SERVER, FIN | ACK, 301, 4102, 0);
	reach(m, ms(2750), CLIENT, p);
	go(m, ms(2750), CLIENT, TIME_WAIT, RULE_FIN_TO_TIME_WAIT);
	start_timer(m, ms(2750), CLIENT, TIMER_TIME_WAIT, ms(240000));
	p = put(m, ms(2750), CLIENT, ACK, 4102, 302, 0);
	reach(m, ms(2800), SERVER, p);
	go(m, ms(2800), SERVER, CLOSED, RULE_FIN_ACKED_CLOSED);
	recording_drop_tcb(m->r, m->conn[SERVER]);
	fire(m, ms(242750), CLIENT, TIMER_TIME_WAIT, RULE_TIME_WAIT_OVER);
	go(m, ms(242750), CLIENT, CLOSED, RULE_TIME_WAIT_OVER);
	recording_drop_tcb(m->r, m->conn[CLIENT]);
}

struct recording *sample_lesson(void)
{
	struct maker m;

	begin(&m, "The SYN,ACK is lost", false);
	handshake(&m);
	text_with_a_hole(&m);
	both_close(&m);
	return m.r;
}

/* ---- crossing ---- */

struct recording *sample_crossing(void)
{
	struct maker m;
	uint32_t p[4];

	begin(&m, "Simultaneous open", false);
	for (int host = CLIENT; host <= SERVER; host++) {
		open_end(&m, host, host == CLIENT ? 100 : 300);
		call(&m, 0, host, CALL_OPEN_ACTIVE, RULE_OPEN_ACTIVE);
		go(&m, 0, host, SYN_SENT, RULE_OPEN_ACTIVE);
		p[host] = put(&m, 0, host, SYN, host == CLIENT ? 100 : 300, 0, 0);
	}
	for (int host = CLIENT; host <= SERVER; host++) {
		reach(&m, ms(50), host, p[!host]);
		go(&m, ms(50), host, SYN_RECEIVED, RULE_SYN_SENT_SIMULTANEOUS);
		p[2 + host] = put(&m, ms(50), host, SYN | ACK, host == CLIENT ? 100 : 300,
				  host == CLIENT ? 301 : 101, 0);
	}
	for (int host = CLIENT; host <= SERVER; host++) {
		reach(&m, ms(100), host, p[2 + !host]);
		go(&m, ms(100), host, ESTABLISHED, RULE_SYN_RECEIVED_ESTABLISHED);
	}
	call(&m, ms(130), CLIENT, CALL_ABORT, RULE_ABORT_CALLED);
	go(&m, ms(130), CLIENT, CLOSED, RULE_ABORT_CALLED);
	p[0] = put(&m, ms(130), CLIENT, RST, 101, 0, 0);
	p[1] = put(&m, ms(140), SERVER, PSH | ACK, 301, 101, 512);
	reach(&m, ms(180), SERVER, p[0]);
	go(&m, ms(180), SERVER, CLOSED, RULE_RST_RESET);
	reach(&m, ms(190), CLIENT, p[1]);
	note(&m, ms(190), CLIENT, RULE_CLOSED_ANSWER);
	return m.r;
}

/* ---- restart ---- */

struct recording *sample_restart(void)
{
	struct event reboot = event_at(ms(1400), SERVER, EVENT_CALL);
	struct maker m;
	uint32_t p;

	begin(&m, "The server starts anew", false);
	handshake(&m);
	reboot.call = CALL_REBOOT;
	recording_add(m.r, &reboot);
	recording_drop_tcb(m.r, m.conn[SERVER]);
	call(&m, ms(1500), CLIENT, CALL_SEND, RULE_SEND_QUEUED);
	p = put(&m, ms(1500), CLIENT, PSH | ACK, 101, 301, 100);
	m.conn[SERVER] = EVENT_NONE;
	lose(&m, ms(1520), CLIENT, p, "lost");
	return m.r;
}

/* ---- bulk ---- */

/* A segment every millisecond; its ACK leaves when it arrives. */
struct recording *sample_bulk(uint32_t packets)
{
	enum { FLIGHT_MS = 10, WINDOW = 32 };
	uint32_t data[WINDOW];
	uint32_t acks[WINDOW];
	struct maker m;

	begin(&m, "Bulk", false);
	for (int host = CLIENT; host <= SERVER; host++) {
		open_end(&m, host, 0);
		call(&m, 0, host, CALL_OPEN_ACTIVE, RULE_OPEN_ACTIVE);
		go(&m, 0, host, ESTABLISHED, RULE_SYN_SENT_ESTABLISHED);
	}
	for (uint32_t i = 0; i < packets + 2 * FLIGHT_MS; i++) {
		nanos now = ms(i);
		uint32_t back = i - 2 * FLIGHT_MS;
		uint32_t there = i - FLIGHT_MS;

		if (i < packets) {
			call(&m, now, CLIENT, CALL_SEND, RULE_SEND_QUEUED);
			data[i % WINDOW] = put(&m, now, CLIENT, PSH | ACK, 1 + 1000 * i, 1, 1000);
			if (i % 333 == 150)
				lose(&m, now, CLIENT, data[i % WINDOW], "lost");
		}
		if (i >= FLIGHT_MS && there < packets && there % 333 != 150) {
			reach(&m, now, SERVER, data[there % WINDOW]);
			note(&m, now, SERVER, RULE_TEXT_IN_ORDER);
			acks[there % WINDOW] = put(&m, now, SERVER, ACK, 1, 1001 + 1000 * there, 0);
		}
		if (i >= 2 * FLIGHT_MS && back < packets && back % 333 != 150) {
			reach(&m, now, CLIENT, acks[back % WINDOW]);
			note(&m, now, CLIENT, RULE_ACK_ADVANCES);
		}
	}
	return m.r;
}

/* ---- capture ---- */

struct recording *sample_capture(void)
{
	static const struct {
		int64_t us;
		int host;
		unsigned flags;
		uint32_t seq;
		uint32_t ack;
		uint32_t len;
	} lines[] = {
		{0, CLIENT, SYN, 3816459230u, 0, 0},
		{21304, SERVER, SYN | ACK, 1176003411u, 3816459231u, 0},
		{21398, CLIENT, ACK, 3816459231u, 1176003412u, 0},
		{21560, CLIENT, PSH | ACK, 3816459231u, 1176003412u, 517},
		{42977, SERVER, ACK, 1176003412u, 3816459748u, 0},
		{44120, SERVER, ACK, 1176003412u, 3816459748u, 1448},
		{44124, SERVER, ACK, 1176004860u, 3816459748u, 1448},
		{44131, SERVER, PSH | ACK, 1176006308u, 3816459748u, 1200},
		{44180, CLIENT, ACK, 3816459748u, 1176004860u, 0},
		{44190, CLIENT, ACK, 3816459748u, 1176007508u, 0},
		{5044190, CLIENT, FIN | ACK, 3816459748u, 1176007508u, 0},
	};
	static const enum tcp_state states[][HOSTS] = {
		{SYN_SENT, SYN_RECEIVED},
		{ESTABLISHED, SYN_RECEIVED},
		{ESTABLISHED, ESTABLISHED},
	};
	struct maker m;

	begin(&m, "capture.pcap", true);
	open_end(&m, CLIENT, 3816459230u);
	open_end(&m, SERVER, 1176003411u);
	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		nanos t = nanos_from_us(lines[i].us);
		int host = lines[i].host;
		uint32_t p =
			put(&m, t, host, lines[i].flags, lines[i].seq, lines[i].ack, lines[i].len);

		if (i < 3 && m.tcb[host].state != states[i][host])
			go(&m, t, host, states[i][host], RULE_NONE);
		reach(&m, t, !host, p);
		if (i < 3 && m.tcb[!host].state != states[i][!host])
			go(&m, t, !host, states[i][!host], RULE_NONE);
		keep(&m, !host);
	}
	return m.r;
}
