/* turn.h — what the files of the engine share. Not for callers.
 *
 * Note, change state, start a timer, owe an ACK: each is done by one
 * function, so that nothing happens without its reason. */
#ifndef TCPLAB_TCP_TURN_H
#define TCPLAB_TCP_TURN_H

#include "tcp/tcp.h"

enum { CWND_MAX = 1 << 30 };

/* DONE is the RFC's "and return". */
enum verdict { NEXT, DONE };

/* turn.c */
RARE void write_note(struct tcp *t, struct note note); /* where somebody records */
RARE enum verdict drop(struct tcp *t, enum rule rule); /* notes why; DONE */
RARE void set_state(struct tcp *t, enum tcp_state state, enum rule rule);
void start_timer(struct tcp *t, enum timer timer, nanos deadline, enum rule rule);
void owe_ack(struct tcp *t, enum rule rule); /* at once */
void delay_ack(struct tcp *t, nanos length, enum rule rule);
/* Drops the segment and answers with an ACK; with few a second to those that
 * are nothing but ACKs themselves, or two hosts could go on for ever. */
RARE enum verdict answer_with_ack(struct tcp *t, const struct segment *seg, enum rule rule);
RARE enum verdict challenge(struct tcp *t, enum rule rule); /* always limited */
RARE void reply_with(struct tcp *t, struct seq seq, struct seq ack, uint16_t flags, enum rule rule);
/* An RST at `nxt`, which was SND.NXT: the application goes. */
RARE void reset_peer(struct tcp *t, struct seq nxt, enum rule rule);
void notify(struct tcp *t, enum notice notice);
/* The connection is over: flushes all queues, stops all timers, enters CLOSED. */
RARE void end_connection(struct tcp *t, enum ending ending, enum rule rule);
RARE void enter_time_wait(struct tcp *t, enum rule rule);
RARE void restart_time_wait(struct tcp *t);

static inline void note(struct tcp *t, enum rule rule)
{
	if (t->journal != NULL)
		write_note(t, (struct note){.rule = (uint16_t)rule, .kind = NOTE_DECISION});
}

static inline void stop_timer(struct tcp *t, enum timer timer, enum rule rule)
{
	if (t->tcb->timers[timer] == NANOS_NEVER)
		return;
	t->tcb->timers[timer] = NANOS_NEVER;
	if (t->journal != NULL)
		write_note(t, (struct note){.rule = (uint16_t)rule,
					    .kind = NOTE_TIMER_STOPPED,
					    .from = (uint8_t)timer});
}

/* How long a probe of a closed window waits, where it would wait as long as this. */
static inline nanos probe_wait(const struct tcp *t, nanos wait)
{
	nanos shortest = t->profile->persist_min;

	return shortest > 0 ? nanos_max(wait, shortest + t->profile->rto_slop) : wait;
}

static inline uint32_t least(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

static inline uint32_t cwnd_add(uint32_t cwnd, uint32_t more)
{
	return cwnd > CWND_MAX - more ? CWND_MAX : cwnd + more;
}

/* isn.c — RFC 9293 §3.4.1, RFC 6528 */
struct seq isn_select(const struct tcp *t);
RARE void begin_sending(struct tcp *t, struct seq iss); /* nothing sent yet, the SYN waits */
uint32_t timestamp_offset_select(const struct tcp *t);
/* Below `limit`, from the secret: nobody outside knows it, but every run has the same. */
uint32_t chance_below(const struct tcp *t, uint32_t limit, uint32_t number);

/* negotiate.c — options of SYN segments, and MSS */
void tcb_begin(struct tcp *t, const struct endpoint *local);
RARE void offer_options(struct tcp *t, struct segment *syn);
RARE void take_syn_options(struct tcp *t, const struct segment *syn);
uint32_t effective_send_mss(const struct tcb *tcb);
uint16_t mss_of_mtu(const struct tcb *tcb, uint32_t mtu); /* less the fixed headers */

/* signature.c — RFC 2385, RFC 5925 */
void signature_begin(struct tcp *t);
uint32_t signature_len(const struct tcb *tcb); /* octets of the option, padded */
void add_signature(const struct tcp *t, struct segment *seg);
enum verdict check_signature(struct tcp *t, const struct segment *seg, uint8_t wanted);

/* timestamps.c — RFC 7323 */
uint32_t timestamp_now(const struct tcp *t);
uint32_t timestamp_at(const struct tcp *t, nanos when); /* what a segment sent then bore */
bool timestamp_is_echoed(const struct tcp *t, const struct segment *seg);
bool timestamp_is_too_old(struct tcp *t, const struct segment *seg);
void take_timestamp(struct tcp *t, const struct segment *seg);
void add_timestamps(struct tcp *t, struct segment *seg);

/* window.c — the receive window, §3.8.6 */
bool is_in_window(const struct tcb *tcb, struct seq s);
bool is_acceptable(const struct tcb *tcb, const struct segment *seg);
void begin_receive_window(struct tcp *t, const struct segment *syn);
uint16_t advertise_window(const struct tcp *t, bool syn);
void consider_window_update(struct tcp *t);
RARE void shut_window(struct tcp *t); /* though more was offered */
void resize_receive_window(struct tcp *t, uint32_t before);
void take_window(struct tcp *t, const struct segment *seg);
bool window_is_fresh(const struct tcb *tcb, const struct segment *seg);

/* receive_memory.c — a receive buffer that is memory, as Linux has it */
uint32_t receive_buffer_for(const struct profile *profile, uint32_t octets); /* not too small */
/* The window that a SYN offers; with timestamps a segment has less text. */
uint32_t initial_receive_window(const struct tcp *t, bool timestamps);
RARE void receive_memory_begin(struct tcp *t);                          /* the SYNs are here */
bool receive_memory_has_room(struct tcp *t, const struct segment *seg); /* false: drop it */
/* Text was taken; true where the window may grow because of it. */
bool receive_memory_takes(struct tcp *t, const struct segment *seg, bool in_order);
void receive_memory_frees(struct tcp *t, uint32_t octets);
void receive_memory_was_read(struct tcp *t, uint32_t octets);
RARE void receive_memory_resized(struct tcp *t);
bool receive_memory_is_short(const struct tcb *tcb); /* less than half is free */
uint32_t receive_memory_window(const struct tcb *tcb);
/* Whatever was offered: less may be told. What was, is still taken. */
uint32_t receive_memory_window_now(const struct tcb *tcb);

/* over_edge.c — as Linux does, RFC 9293 §3.10.7.4 */
RARE enum verdict refuse_over_edge(struct tcp *t, const struct segment *seg); /* first … */
RARE void reach_over_edge(struct tcp *t, const struct segment *seg);          /* … seventh */
RARE bool fin_at_edge_counts(struct tcp *t, const struct segment *seg);

/* keepalive.c — RFC 9293 §3.8.4 */
void keepalive_heard(struct tcp *t); /* a segment arrived, or the connection begins */
bool keepalive_is_hopeless(const struct tcp *t);
RARE void keepalive_ask(struct tcp *t);
void keepalive_switch(struct tcp *t, bool on);

/* user_timeout.c — RFC 9293 §3.9.1.1, RFC 5482 */
void user_timeout_begin(struct tcp *t);
void user_timeout_guard(struct tcp *t); /* something is under way, or got further */
void user_timeout_set(struct tcp *t, nanos length);
void take_user_timeout(struct tcp *t, const struct segment *seg);
RARE void add_user_timeout(struct tcp *t, struct segment *seg);

/* quick_acks.c — within RFC 9293 §3.8.6.3 */
void quick_acks_text_arrived(struct tcp *t, const struct segment *seg, bool window_grew);
void quick_acks_choose(struct tcp *t);     /* when the ACK of what came in order goes */
RARE void quick_acks_begin(struct tcp *t); /* text came again: the peer may lack our ACKs */
void quick_acks_one_more(struct tcp *t);   /* the window grew */
RARE void quick_acks_fin_arrived(struct tcp *t);
void quick_acks_was_read(struct tcp *t);
RARE void quick_acks_waited(struct tcp *t); /* nothing came on which the ACK could ride */
void quick_acks_ack_sent(struct tcp *t);
void quick_acks_text_sent(struct tcp *t);

/* bsd_closing.c — flags that follow from the state, and TIME-WAIT */
RARE bool ack_has_fin(const struct tcb *tcb);

/* half_duplex.c — RFC 9293 §3.6.1, MAY-1 */
RARE bool text_is_lost(const struct tcp *t, const struct segment *seg);
RARE bool text_is_left(struct tcp *t); /* a CLOSE ends reading: is anything lost by it? */
RARE void reset_for_unread_text(struct tcp *t);
RARE bool accept_is_deferred(struct tcp *t, const struct segment *seg);
RARE bool syn_ack_is_spared(const struct tcp *t);
RARE void reset_for_late_text(struct tcp *t, const struct segment *seg);
RARE void start_fin_wait_2(struct tcp *t);

/* reassembly.c — text out of order, §3.10.7.4 seventh */
void process_text(struct tcp *t, const struct segment *seg);
void take_text(struct tcp *t, const struct segment *seg, struct seq left, struct seq right);
RARE void hold_syn_text(struct tcp *t, const struct segment *seg);
void deliver_text_of_syn(struct tcp *t, const struct segment *seg);

/* held.c — the ranges beyond RCV.NXT, and SACK, RFC 2018 */
bool hold(struct tcp *t, struct seq left, struct seq right);
void note_what_came_twice(struct tcp *t, struct seq left, struct seq right);
void absorb_held(struct tcp *t);
RARE void drop_held_from(struct tcp *t, struct seq left);
uint32_t waiting_text(const struct tcp *t); /* that the application has not read, in order or not */
uint32_t sack_len(const struct tcb *tcb, bool with_text); /* octets of the option, padded */
RARE void add_sack(const struct tcp *t, struct segment *seg);

static inline bool sack_has_blocks(const struct tcb *tcb)
{
	return tcb->sack_on && tcb->rcv.held_count + tcb->rcv.dsack > 0;
}

/* fast_open_client.c — RFC 7413 */
RARE enum rule fast_open_rule(const struct tcp *t); /* why our SYN is sent */
RARE uint32_t fast_open_syn_text(struct tcp *t);    /* octets that go with the SYN which is due */
RARE void fast_open_put_option(struct tcp *t, struct segment *syn);
RARE void fast_open_answered(struct tcp *t, const struct segment *syn_ack);
RARE void fast_open_timed_out(struct tcp *t); /* nothing answered our SYN */
RARE void fast_open_established(struct tcp *t, bool syn_was_repeated);
/* How far what goes again with the SYN reaches: text waits for the handshake. */
RARE struct seq fast_open_syn_end(const struct tcb *tcb);

/* fast_open_server.c — RFC 7413 */
/* A SYN in LISTEN: true where its text may be taken at once. */
bool fast_open_accepts(struct tcp *t, const struct segment *syn, const struct endpoint *from,
		       const struct endpoint *to);
void take_text_of_syn(struct tcp *t, const struct segment *syn);
RARE bool fast_open_may_answer(const struct tcb *tcb); /* with text, in SYN-RECEIVED */
RARE void fast_open_counts(struct tcp *t, bool begins);
void fast_open_put_cookie(const struct tcp *t, struct segment *syn_ack);

/* rtt.c — RFC 6298 */
void rtt_begin(struct tcp *t);
void rtt_recall(struct tcp *t, nanos srtt, nanos rttvar); /* of an earlier connection */
void rtt_sent(struct tcp *t, struct seq end);
void rtt_syn_was_sent(struct tcp *t, nanos when, unsigned times);
RARE void rtt_syn_was_repeated(struct tcp *t);
void rtt_acked(struct tcp *t, const struct segment *seg);
RARE void rtt_forget(struct tcp *t);
RARE void rtt_back_off(struct tcp *t);
/* RFC 4015: the timer fired; and that was a mistake. */
RARE void rtt_timed_out(struct tcp *t);
RARE void rtt_was_spurious(struct tcp *t);

/* congestion.c — RFC 5681 */
void congestion_started(struct tcp *t);
RARE void congestion_syn_was_repeated(struct tcp *t, uint16_t times);
void congestion_restart_after_idle(struct tcp *t);
void congestion_sent(struct tcp *t, uint32_t len); /* `len` octets of text, new or again */
void congestion_measured(struct tcp *t, nanos rtt);
RARE void congestion_lost(struct tcp *t, const struct sent_record *record);
void congestion_sampled(struct tcp *t); /* an ACK has been read, and acted on */
void congestion_check_app_limited(struct tcp *t);
void congestion_mark_app_limited(struct tcp *t);

/* pacing.c */
bool pacing_waits(struct tcp *t); /* text must wait for the pacing timer */
void pacing_sent(struct tcp *t, uint32_t len);

/* recovery.c — a loss is seen and repaired, one way or the other */
/* SACK was agreed on, and there is a place to keep what it says. */
static inline bool has_scoreboard(const struct tcp *t)
{
	return t->records != NULL && t->tcb->sack_on;
}
void consider_duplicate_ack(struct tcp *t, const struct segment *seg);
void recovery_acked(struct tcp *t, uint32_t acked, const struct segment *seg);
RARE void recovery_timed_out(struct tcp *t);
void recovery_sent(struct tcp *t, const struct segment *seg, bool again);
RARE void enter_fast_recovery(struct tcp *t, enum rule rule);
RARE void send_again(struct tcp *t, struct seq from, struct seq to, enum rule rule);
RARE void send_first_again(struct tcp *t, enum rule rule);
bool is_duplicate_ack(const struct tcb *tcb, const struct segment *seg);

/* newreno.c — without SACK: RFC 5681 §3.2, RFC 6582 */
RARE void newreno_duplicate_ack(struct tcp *t);
void newreno_acked(struct tcp *t, uint32_t acked);

/* sack.c — what the peer's SACK blocks say: RFC 2018 §5, RFC 2883 */
void sack_arrives(struct tcp *t, const struct segment *seg);

/* scoreboard.c — with SACK: RFC 6675 */
void scoreboard_ack(struct tcp *t, uint32_t acked, const struct segment *seg);
RARE void scoreboard_timed_out(struct tcp *t);
enum rule why_lost_goes_again(const struct tcp *t);
RARE bool scoreboard_extra(struct tcp *t, struct seq *left, struct seq *right, enum rule *rule);

/* reordering.c — RFC 2883 §5.2 */
uint32_t dup_threshold(const struct tcp *t);
bool waits_for_late_ones(const struct tcp *t); /* DupThresh is more than usual */
void reordering_delivered(struct tcp *t, const struct sent_record *record);
void reordering_acked(struct tcp *t, uint32_t acked);
void reordering_confirmed(struct tcp *t);
void reordering_timed_out(struct tcp *t);

/* rack.c, tlp.c — RFC 8985 */
static inline bool uses_rack(const struct tcp *t)
{
	return t->profile->rack && has_scoreboard(t);
}
void rack_delivered(struct tcp *t, const struct sent_record *record);
void rack_detect_loss(struct tcp *t);
RARE void rack_timed_out(struct tcp *t);
RARE void rack_recovered(struct tcp *t);
RARE void rack_was_overtaken(struct tcp *t);
RARE void rack_timeout(struct tcp *t);
/* A wait that is as long as the path's round trips are, on this host's clock. */
nanos in_path_ticks(const struct tcp *t, nanos length);
void tlp_schedule(struct tcp *t);
RARE void tlp_timeout(struct tcp *t);
void tlp_sent(struct tcp *t, bool again);
RARE void tlp_forget(struct tcp *t);
void tlp_acked(struct tcp *t, const struct segment *seg);

/* prr.c — RFC 6937 */
RARE void prr_begin(struct tcp *t);
void prr_acked(struct tcp *t, bool entering, bool moved);
/* After a mark, until the window that it was in is acknowledged. */
static inline bool prr_glides(const struct tcp *t)
{
	return t->tcb->ecn.by_echo && t->tcb->ecn.reduced && t->profile->prr_marks &&
	       !t->tcb->cc.fast_recovery && !t->tcb->cc.loss_recovery && has_scoreboard(t);
}
RARE void prr_glided(struct tcp *t);

/* frto.c, undo.c — recovery that was not needed: RFC 5682; 3522, 3708, 4015 */
RARE void frto_begin(struct tcp *t, bool first);
bool frto_acked(struct tcp *t, uint32_t acked, const struct segment *seg);
/* What else was sent before the time-out waits for the verdict. */
static inline bool frto_holds_back(const struct tcb *tcb)
{
	return tcb->cc.frto != FRTO_OFF;
}
/* repeats.c — what went again since the last reduction: RFC 3708 §3 */
RARE void repeats_forget(struct congestion_variables *cc);
RARE void repeats_add(struct congestion_variables *cc, struct seq left, struct seq right);
/* left … right−1 came twice: how many octets of that are news, and went again. */
RARE uint32_t repeats_take(struct congestion_variables *cc, struct seq left, struct seq right);
RARE void undo_prepare(struct tcp *t);
RARE void undo_sent_again(struct tcp *t, const struct segment *seg);
bool undo_if_spurious(struct tcp *t, uint32_t acked, const struct segment *seg);
RARE void undo(struct tcp *t, uint32_t acked, enum rule rule);

/* The states in which text and a FIN may come. */
static inline bool peer_may_send(const struct tcb *tcb)
{
	return tcb->state == ESTABLISHED || tcb->state == FIN_WAIT_1 || tcb->state == FIN_WAIT_2;
}

/* sharing.c — RFC 9040 */
void sharing_recall_path(struct tcp *t);          /* the peer is known, nothing was sent yet */
RARE void sharing_recall_rto(struct tcp *t);      /* the handshake was measured */
RARE void sharing_recall_ssthresh(struct tcp *t); /* the connection stands */
RARE void sharing_save_mtu(struct tcp *t);
RARE void sharing_save(struct tcp *t); /* the connection closes */
/* Connections to this peer in a row, of late, that only a SYN without ECN opened. */
RARE uint32_t sharing_ecn_failures(struct tcp *t);
RARE bool sharing_ecn_failed(struct tcp *t); /* one more; false: nobody remembers */
RARE void sharing_ecn_worked(struct tcp *t);

/* path_mtu.c — RFC 1191, 8201, 5927 §7 */
void path_begin(struct tcp *t);  /* with the MTU of the interface */
void path_agreed(struct tcp *t); /* SND.MSS is what the SYNs allow */
void path_too_big(struct tcp *t, const struct icmp_error *icmp);
void path_sent(struct tcp *t, const struct segment *seg); /* before SND.NXT moves */
void path_acked(struct tcp *t);                           /* SND.UNA has moved */
RARE void path_timed_out(struct tcp *t);                  /* the retransmission timer fired */
void path_tries_more(struct tcp *t);                      /* before new text is sent */
/* Sends `from` … `to`−1 again, in segments of the size that holds now. */
RARE void path_sends_again(struct tcp *t, struct seq from, struct seq to, enum rule rule);
RARE void path_use_mtu(struct tcp *t, uint32_t mtu); /* SMSS follows */
uint32_t path_least(const struct tcp *t);            /* PMTU that is never gone below */

/* source_route.c — RFC 9293 §3.9.2.1 */
void route_arrives(struct tcp *t);         /* with a segment that was accepted */
uint32_t route_len(const struct tcb *tcb); /* octets of options in each datagram */

/* path_probe.c — RFC 4821 */
RARE void path_search(struct tcp *t, uint32_t low, uint32_t high); /* from now on */
RARE void path_found_black_hole(struct tcp *t);                    /* or not: a timer fired again */
/* While something is searched for: octets of text that a probe would carry, where queue and windows
 * are large enough for it, though they may have to empty first; 0: none is due. */
RARE uint32_t path_probe_due(struct tcp *t, uint32_t queued);
/* What a probe of `len` octets wants of the window. */
uint32_t path_probe_room(const struct tcp *t, uint32_t len);
RARE void path_probe_sent(struct tcp *t, const struct segment *seg, uint32_t len);
void path_probe_acked(struct tcp *t);
RARE void path_probe_failed(struct tcp *t, enum rule rule);
/* What is missing is a probe and nothing else: it goes again in small segments,
 * and this is no sign of congestion. */
bool path_probe_is_what_was_lost(struct tcp *t);

/* ecn.c — RFC 3168, and accecn.c — RFC 9768 */
void ecn_takes_syn(struct tcp *t, const struct segment *syn);
void ecn_takes_syn_ack(struct tcp *t, const struct segment *syn_ack);
RARE enum verdict ecn_takes_syn_again(struct tcp *t, const struct segment *syn);
RARE void ecn_establishes(struct tcp *t, const struct segment *seg);
void ecn_arrives(struct tcp *t, const struct segment *seg); /* a segment that was accepted */
void ecn_acked(struct tcp *t, const struct segment *seg);   /* before SND.UNA advances */
RARE void reduce_for_loss(struct tcp *t); /* ssthresh, once for a window of data */
void add_ecn(struct tcp *t, struct segment *seg);
void ecn_sent(struct tcp *t, const struct segment *seg);
/* ecn_fallback.c */
RARE bool ecn_may_ask(struct tcp *t);       /* our next SYN */
RARE bool ecn_tries_without(struct tcp *t); /* a RST answers our SYN: another goes that asks not */
RARE void ecn_setup_ends(struct tcp *t, enum ecn_mode mode); /* the SYN,ACK has come */
/* Octets of the AccECN option that the next segment carries, padded. */
uint32_t accecn_len(const struct tcb *tcb, bool text);
/* For what of it Eff.snd.MSS leaves no room: new text alone carries it, or all segments do. */
static inline uint32_t accecn_len_of_new(const struct tcb *tcb)
{
	return tcb->ecn.option == ACCECN_OPTION_CHANGES ? accecn_len(tcb, true) : 0;
}
RARE void accecn_add_option(struct tcp *t, struct segment *seg);
RARE void accecn_add_test_option(struct tcp *t, struct segment *seg); /* of a SYN,ACK: all fields */

/* check_step.c */
void check_segment(const struct tcp *t, const struct segment *seg, enum rule rule);

/* What lies between SND.UNA and the end of the queue. */
static inline bool our_fin_is_sent(const struct tcb *tcb)
{
	return tcb->snd.fin_queued && seq_gt(tcb->snd.nxt, tcb->snd.end);
}

static inline bool our_fin_is_acked(const struct tcb *tcb)
{
	return tcb->snd.fin_queued && seq_gt(tcb->snd.una, tcb->snd.end);
}

/* After the last thing queued, FIN included. */
static inline struct seq queue_end(const struct tcb *tcb)
{
	return seq_add(tcb->snd.end, tcb->snd.fin_queued);
}

/* Queued text or FIN that was not sent yet. */
static inline bool something_waits(const struct tcb *tcb)
{
	return seq_lt(tcb->snd.nxt, queue_end(tcb));
}

/* Something is to be sent again. */
static inline bool is_going_back(const struct tcb *tcb)
{
	return seq_lt(tcb->snd.rtx, tcb->snd.rtx_end);
}

/* nagle.c — RFC 9293 §3.7.4, §3.8.6.2.1 */
/* Why the first `len` octets of what is queued wait, which fill no segment; RULE_NONE: they go. */
enum rule reason_to_wait(const struct tcp *t, uint32_t len, uint32_t queued);
bool small_may_follow(const struct tcp *t); /* behind a segment that has just gone */

/* marks.c — RFC 9293 §3.9.1.2, MAY-15 */
bool marks_have_room(const struct tcb *tcb); /* for one more that must not be forgotten */
void mark_send(struct tcp *t, uint32_t len, unsigned flags); /* SEND has queued them */
/* The segment that ends here has PSH. */
void marks_lift(struct tcb *tcb); /* what is queued now goes, corked or not */
bool is_pushed(const struct tcp *t, struct seq end, bool syn);
/* The end of a segment that would carry `from` … `end`−1: not across a mark. */
struct seq mark_before(const struct tcb *tcb, struct seq from, struct seq end);
bool mark_ends_stretch(const struct tcb *tcb, struct seq end);
RARE enum rule why_more_waits(const struct tcp *t);
/* What ends the wait of text that fills no segment. */
static inline enum rule why_override(const struct tcb *tcb)
{
	return tcb->marks.more || tcb->marks.corked ? RULE_CORK_OVERRIDE : RULE_SWS_OVERRIDE;
}

/* bursts.c: is new text, behind which `more` octets may follow at once, the last of what is
 * handed over as one? */
bool burst_ends(struct tcp *t, uint32_t more);
/* Text that goes again: is it the last of several segments that are handed over as one again? */
RARE bool burst_goes_again(struct tcp *t, struct seq left, struct seq right);

#endif
