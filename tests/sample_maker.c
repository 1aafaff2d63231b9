#include "sample_maker.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

static struct address address_of(const char *text)
{
	struct address a;

	if (!address_parse(&a, text))
		assert(!"an address");
	return a;
}

void maker_begin(struct maker *m, const char *title, bool inferred)
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

void maker_opens(struct maker *m, int host, uint32_t iss)
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

static uint32_t maker_adds(struct maker *m, nanos t, int host, enum event_kind kind, enum rule rule)
{
	struct event e = event_at(t, (uint8_t)host, kind);

	e.conn = m->conn[host];
	e.rule = (uint16_t)rule;
	return recording_add(m->r, &e);
}

void maker_keeps(struct maker *m, int host)
{
	recording_set_tcb(m->r, m->conn[host], &m->tcb[host], &m->held[host]);
}

void maker_calls(struct maker *m, nanos t, int host, enum call call, enum rule rule)
{
	struct event e = event_at(t, (uint8_t)host, EVENT_CALL);

	e.conn = m->conn[host];
	e.call = (uint8_t)call;
	recording_add(m->r, &e);
	maker_adds(m, t, host, EVENT_NOTE, rule);
	maker_keeps(m, host);
}

void maker_goes(struct maker *m, nanos t, int host, enum tcp_state to, enum rule rule)
{
	struct event e = event_at(t, (uint8_t)host, EVENT_TRANSITION);

	e.conn = m->conn[host];
	e.from = m->tcb[host].state;
	e.to = (uint8_t)to;
	e.rule = (uint16_t)rule;
	m->tcb[host].state = (uint8_t)to;
	recording_add(m->r, &e);
	maker_keeps(m, host);
}

void maker_notes(struct maker *m, nanos t, int host, enum rule rule)
{
	maker_adds(m, t, host, EVENT_NOTE, rule);
	maker_keeps(m, host);
}

void maker_starts_timer(struct maker *m, nanos t, int host, enum timer timer, nanos after)
{
	struct event e = event_at(t, (uint8_t)host, EVENT_TIMER_STARTED);

	e.conn = m->conn[host];
	e.timer = (uint8_t)timer;
	e.value = t + after;
	m->tcb[host].timers[timer] = t + after;
	recording_add(m->r, &e);
	maker_keeps(m, host);
}

void maker_fires(struct maker *m, nanos t, int host, enum timer timer, enum rule rule)
{
	struct event e = event_at(t, (uint8_t)host, EVENT_TIMER);

	e.conn = m->conn[host];
	e.timer = (uint8_t)timer;
	recording_add(m->r, &e);
	m->tcb[host].timers[timer] = NANOS_NEVER;
	if (timer == TIMER_RETRANSMISSION)
		m->tcb[host].rtt.rto *= 2;
	maker_notes(m, t, host, rule);
}

struct packet_record maker_packet(const struct maker *m, int host, unsigned flags, uint32_t seq,
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

uint32_t maker_sends(struct maker *m, nanos t, int host, unsigned flags, uint32_t seq, uint32_t ack,
		     uint32_t len)
{
	struct packet_record p = maker_packet(m, host, flags, seq, ack, len);
	struct event e = event_at(t, (uint8_t)host, EVENT_SEND);
	struct tcb *tcb = &m->tcb[host];
	uint32_t n;

	e.conn = m->conn[host];
	e.rule = RULE_SEND_TEXT;
	n = recording_add_packet(m->r, &p, &e);
	tcb->snd.nxt = seq_max(tcb->snd.nxt, segment_end(&p.packet.tcp));
	maker_keeps(m, host);
	return n;
}

void maker_gets(struct maker *m, nanos t, int host, uint32_t packet)
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

void maker_loses(struct maker *m, nanos t, int host, uint32_t packet, const char *why)
{
	struct event e = event_at(t, (uint8_t)host, EVENT_LOST);

	e.packet = packet;
	e.conn = m->conn[host];
	e.text = recording_add_text(m->r, why);
	recording_add(m->r, &e);
}

void maker_says(struct maker *m, nanos t, const char *sentence)
{
	struct event e = event_at(t, 0, EVENT_CAPTION);

	e.text = recording_add_text(m->r, sentence);
	recording_add(m->r, &e);
}
