#include "sample_recording.h"

#include "sample_maker.h"

/* ---- the lesson ---- */

static void handshake(struct maker *m)
{
	uint32_t p;

	maker_opens(m, SERVER, 300);
	maker_calls(m, 0, SERVER, CALL_OPEN_PASSIVE, RULE_OPEN_PASSIVE);
	maker_goes(m, 0, SERVER, LISTEN, RULE_OPEN_PASSIVE);
	maker_opens(m, CLIENT, 100);
	maker_calls(m, 0, CLIENT, CALL_OPEN_ACTIVE, RULE_OPEN_ACTIVE);
	maker_goes(m, 0, CLIENT, SYN_SENT, RULE_OPEN_ACTIVE);
	p = maker_sends(m, 0, CLIENT, SYN, 100, 0, 0);
	maker_starts_timer(m, 0, CLIENT, TIMER_RETRANSMISSION, ms(3000));

	maker_gets(m, ms(50), SERVER, p);
	maker_notes(m, ms(50), SERVER, RULE_LISTEN_SYN);
	maker_goes(m, ms(50), SERVER, SYN_RECEIVED, RULE_LISTEN_SYN);
	p = maker_sends(m, ms(50), SERVER, SYN | ACK, 300, 101, 0);
	maker_starts_timer(m, ms(50), SERVER, TIMER_RETRANSMISSION, ms(1000));
	maker_loses(m, ms(75), SERVER, p, "lost by rule 1");

	maker_fires(m, ms(1050), SERVER, TIMER_RETRANSMISSION, RULE_RTO_FIRED);
	p = maker_sends(m, ms(1050), SERVER, SYN | ACK, 300, 101, 0);
	maker_starts_timer(m, ms(1050), SERVER, TIMER_RETRANSMISSION, ms(2000));

	maker_gets(m, ms(1100), CLIENT, p);
	maker_goes(m, ms(1100), CLIENT, ESTABLISHED, RULE_SYN_SENT_ESTABLISHED);
	p = maker_sends(m, ms(1100), CLIENT, ACK, 101, 301, 0);
	maker_gets(m, ms(1150), SERVER, p);
	maker_goes(m, ms(1150), SERVER, ESTABLISHED, RULE_SYN_RECEIVED_ESTABLISHED);
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

	maker_says(m, ms(1160),
		   "Now the client sends 4,000 octets. Which segments will the server hold?");
	maker_calls(m, ms(1200), CLIENT, CALL_SEND, RULE_SEND_QUEUED);
	for (int i = 0; i < 4; i++)
		p[i] = maker_sends(m, ms(1200), CLIENT, PSH | ACK, (uint32_t)(101 + 1000 * i), 301,
				   1000);
	maker_starts_timer(m, ms(1200), CLIENT, TIMER_RETRANSMISSION, ms(1000));
	maker_loses(m, ms(1230), CLIENT, p[1], "the queue of the link was full");
	maker_gets(m, ms(1250), SERVER, p[0]);
	maker_notes(m, ms(1250), SERVER, RULE_TEXT_IN_ORDER);
	a = maker_sends(m, ms(1250), SERVER, ACK, 301, 1101, 0);
	maker_gets(m, ms(1252), SERVER, p[3]);
	hold(m, SERVER, 3101, 4101);
	maker_notes(m, ms(1252), SERVER, RULE_TEXT_OUT_OF_ORDER);
	maker_sends(m, ms(1252), SERVER, ACK, 301, 1101, 0);
	maker_gets(m, ms(1258), SERVER, p[2]);
	m->held[SERVER].ranges[0].left = seq_of(2101);
	maker_notes(m, ms(1258), SERVER, RULE_TEXT_OUT_OF_ORDER);
	p[4] = maker_sends(m, ms(1258), SERVER, ACK, 301, 1101, 0);
	maker_gets(m, ms(1300), CLIENT, a);
	maker_notes(m, ms(1300), CLIENT, RULE_ACK_ADVANCES);
	maker_gets(m, ms(1302), CLIENT, a + 1);
	maker_notes(m, ms(1302), CLIENT, RULE_DUP_ACK);
	maker_gets(m, ms(1308), CLIENT, p[4]);
	maker_notes(m, ms(1308), CLIENT, RULE_DUP_ACK);

	maker_fires(m, ms(2200), CLIENT, TIMER_RETRANSMISSION, RULE_RTO_FIRED);
	m->tcb[CLIENT].cc.cwnd = 1460;
	m->tcb[CLIENT].cc.ssthresh = 2920;
	a = maker_sends(m, ms(2200), CLIENT, ACK, 1101, 301, 1000);
	maker_gets(m, ms(2250), SERVER, a);
	m->tcb[SERVER].rcv.held_count = 0;
	m->tcb[SERVER].rcv.nxt = seq_of(4101);
	maker_notes(m, ms(2250), SERVER, RULE_TEXT_FILLS_GAP);
	a = maker_sends(m, ms(2250), SERVER, ACK, 301, 4101, 0);
	maker_gets(m, ms(2300), CLIENT, a);
	maker_notes(m, ms(2300), CLIENT, RULE_ACK_ADVANCES);
}

/* The link makes a second copy of the client's FIN. */
static void both_close(struct maker *m)
{
	struct packet_record copy;
	struct event made = event_at(ms(2410), CLIENT, EVENT_DUPLICATED);
	uint32_t p;
	uint32_t twin;

	maker_calls(m, ms(2400), CLIENT, CALL_CLOSE, RULE_CLOSE_SENDS_FIN);
	maker_goes(m, ms(2400), CLIENT, FIN_WAIT_1, RULE_CLOSE_SENDS_FIN);
	p = maker_sends(m, ms(2400), CLIENT, FIN | ACK, 4101, 301, 0);
	copy = maker_packet(m, CLIENT, FIN | ACK, 4101, 301, 0);
	copy.copy_of = p;
	made.conn = m->conn[CLIENT];
	twin = recording_add_packet(m->r, &copy, &made);
	maker_gets(m, ms(2450), SERVER, p);
	maker_goes(m, ms(2450), SERVER, CLOSE_WAIT, RULE_FIN_TO_CLOSE_WAIT);
	p = maker_sends(m, ms(2450), SERVER, ACK, 301, 4102, 0);
	maker_gets(m, ms(2462), SERVER, twin);
	maker_notes(m, ms(2462), SERVER, RULE_TEXT_DUPLICATE);
	maker_gets(m, ms(2500), CLIENT, p);
	maker_goes(m, ms(2500), CLIENT, FIN_WAIT_2, RULE_FIN_ACKED_WAITS);

	maker_calls(m, ms(2700), SERVER, CALL_CLOSE, RULE_CLOSE_SENDS_FIN);
	maker_goes(m, ms(2700), SERVER, LAST_ACK, RULE_FIN_TO_LAST_ACK);
	p = maker_sends(m, ms(2700), SERVER, FIN | ACK, 301, 4102, 0);
	maker_gets(m, ms(2750), CLIENT, p);
	maker_goes(m, ms(2750), CLIENT, TIME_WAIT, RULE_FIN_TO_TIME_WAIT);
	maker_starts_timer(m, ms(2750), CLIENT, TIMER_TIME_WAIT, ms(240000));
	p = maker_sends(m, ms(2750), CLIENT, ACK, 4102, 302, 0);
	maker_gets(m, ms(2800), SERVER, p);
	maker_goes(m, ms(2800), SERVER, CLOSED, RULE_FIN_ACKED_CLOSED);
	recording_drop_tcb(m->r, m->conn[SERVER]);
	maker_fires(m, ms(242750), CLIENT, TIMER_TIME_WAIT, RULE_TIME_WAIT_OVER);
	maker_goes(m, ms(242750), CLIENT, CLOSED, RULE_TIME_WAIT_OVER);
	recording_drop_tcb(m->r, m->conn[CLIENT]);
}

struct recording *sample_lesson(void)
{
	struct maker m;

	maker_begin(&m, "The SYN,ACK is lost", false);
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

	maker_begin(&m, "Simultaneous open", false);
	for (int host = CLIENT; host <= SERVER; host++) {
		maker_opens(&m, host, host == CLIENT ? 100 : 300);
		maker_calls(&m, 0, host, CALL_OPEN_ACTIVE, RULE_OPEN_ACTIVE);
		maker_goes(&m, 0, host, SYN_SENT, RULE_OPEN_ACTIVE);
		p[host] = maker_sends(&m, 0, host, SYN, host == CLIENT ? 100 : 300, 0, 0);
	}
	for (int host = CLIENT; host <= SERVER; host++) {
		maker_gets(&m, ms(50), host, p[!host]);
		maker_goes(&m, ms(50), host, SYN_RECEIVED, RULE_SYN_SENT_SIMULTANEOUS);
		p[2 + host] = maker_sends(&m, ms(50), host, SYN | ACK, host == CLIENT ? 100 : 300,
					  host == CLIENT ? 301 : 101, 0);
	}
	for (int host = CLIENT; host <= SERVER; host++) {
		maker_gets(&m, ms(100), host, p[2 + !host]);
		maker_goes(&m, ms(100), host, ESTABLISHED, RULE_SYN_RECEIVED_ESTABLISHED);
	}
	maker_calls(&m, ms(130), CLIENT, CALL_ABORT, RULE_ABORT_CALLED);
	maker_goes(&m, ms(130), CLIENT, CLOSED, RULE_ABORT_CALLED);
	p[0] = maker_sends(&m, ms(130), CLIENT, RST, 101, 0, 0);
	p[1] = maker_sends(&m, ms(140), SERVER, PSH | ACK, 301, 101, 512);
	maker_gets(&m, ms(180), SERVER, p[0]);
	maker_goes(&m, ms(180), SERVER, CLOSED, RULE_RST_RESET);
	maker_gets(&m, ms(190), CLIENT, p[1]);
	maker_notes(&m, ms(190), CLIENT, RULE_CLOSED_ANSWER);
	return m.r;
}

/* ---- restart ---- */

struct recording *sample_restart(void)
{
	struct event reboot = event_at(ms(1400), SERVER, EVENT_CALL);
	struct maker m;
	uint32_t p;

	maker_begin(&m, "The server starts anew", false);
	handshake(&m);
	reboot.call = CALL_REBOOT;
	recording_add(m.r, &reboot);
	recording_drop_tcb(m.r, m.conn[SERVER]);
	maker_calls(&m, ms(1500), CLIENT, CALL_SEND, RULE_SEND_QUEUED);
	p = maker_sends(&m, ms(1500), CLIENT, PSH | ACK, 101, 301, 100);
	m.conn[SERVER] = EVENT_NONE;
	maker_loses(&m, ms(1520), CLIENT, p, "lost");
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

	maker_begin(&m, "Bulk", false);
	for (int host = CLIENT; host <= SERVER; host++) {
		maker_opens(&m, host, 0);
		maker_calls(&m, 0, host, CALL_OPEN_ACTIVE, RULE_OPEN_ACTIVE);
		maker_goes(&m, 0, host, ESTABLISHED, RULE_SYN_SENT_ESTABLISHED);
	}
	for (uint32_t i = 0; i < packets + 2 * FLIGHT_MS; i++) {
		nanos now = ms(i);
		uint32_t back = i - 2 * FLIGHT_MS;
		uint32_t there = i - FLIGHT_MS;

		if (i < packets) {
			maker_calls(&m, now, CLIENT, CALL_SEND, RULE_SEND_QUEUED);
			data[i % WINDOW] =
				maker_sends(&m, now, CLIENT, PSH | ACK, 1 + 1000 * i, 1, 1000);
			if (i % 333 == 150)
				maker_loses(&m, now, CLIENT, data[i % WINDOW], "lost");
		}
		if (i >= FLIGHT_MS && there < packets && there % 333 != 150) {
			maker_gets(&m, now, SERVER, data[there % WINDOW]);
			maker_notes(&m, now, SERVER, RULE_TEXT_IN_ORDER);
			acks[there % WINDOW] =
				maker_sends(&m, now, SERVER, ACK, 1, 1001 + 1000 * there, 0);
		}
		if (i >= 2 * FLIGHT_MS && back < packets && back % 333 != 150) {
			maker_gets(&m, now, CLIENT, acks[back % WINDOW]);
			maker_notes(&m, now, CLIENT, RULE_ACK_ADVANCES);
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

	maker_begin(&m, "capture.pcap", true);
	maker_opens(&m, CLIENT, 3816459230u);
	maker_opens(&m, SERVER, 1176003411u);
	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		nanos t = nanos_from_us(lines[i].us);
		int host = lines[i].host;
		uint32_t p = maker_sends(&m, t, host, lines[i].flags, lines[i].seq, lines[i].ack,
					 lines[i].len);

		if (i < 3 && m.tcb[host].state != states[i][host])
			maker_goes(&m, t, host, states[i][host], RULE_NONE);
		maker_gets(&m, t, !host, p);
		if (i < 3 && m.tcb[!host].state != states[i][!host])
			maker_goes(&m, t, !host, states[i][!host], RULE_NONE);
		maker_keeps(&m, !host);
	}
	return m.r;
}
