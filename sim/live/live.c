#include "live/live.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "live/clock.h"
#include "live/talk.h"
#include "live/wake.h"
#include "record/memory.h"

#define LOOKS_EVERY nanos_from_ms(200) /* whether the interface is still there */

enum {
	DATAGRAMS_AT_ONCE = 64, /* before timers and applications have their turn */
	STOP = 0,               /* places in the list of what is waited for */
	GATE = 1,
	TALKS = 2,
};

struct live_run {
	struct live_setup setup;
	struct actor actor;
	struct live_result result;
	struct talk *talks; /* a slot stays the same while its talk lasts */
	uint32_t talk_count;
	uint32_t talk_capacity;
	uint32_t *newcomers; /* connections that were opened from outside, and wait for a talk */
	uint32_t newcomer_count;
	uint32_t newcomer_capacity;
	struct pollfd *fds;
	uint32_t fd_capacity;
	struct trial trial;
	nanos began;
	nanos looked; /* when, for the interface */
	pthread_t thread;
	bool is_joined;
	struct wake stop;
	atomic_bool over;
};

/* ---- inputs ---- */

static nanos now_of(const struct live_run *live)
{
	return clock_now() - live->began;
}

struct actor_answer live_input(struct live_run *live, const struct input *input, uint8_t *out)
{
	if (live->setup.inputs != NULL)
		inputs_add(live->setup.inputs, input);
	return actor_takes(&live->actor, input, EVENT_NONE, out);
}

const struct tcb *live_tcb(struct live_run *live, uint32_t conn)
{
	return host_tcb(live->actor.host, conn);
}

struct live_result *live_result(struct live_run *live)
{
	return &live->result;
}

static void sends(void *who, nanos now, const uint8_t *datagram, size_t len, uint32_t packet)
{
	struct live_run *live = who;

	(void)now;
	(void)packet;
	if (live->setup.inputs != NULL)
		inputs_add_sent(live->setup.inputs, datagram, len);
	gate_send(live->setup.gate, datagram, len);
}

/* ---- talks ---- */

/* A connection's tag is the number of its talk, from 1. */
static struct talk *talk_of(struct live_run *live, uint32_t conn, uint64_t tag)
{
	struct talk *talk = tag > 0 ? &live->talks[tag - 1] : NULL;

	return talk != NULL && talk->used && talk->conn == conn ? talk : NULL;
}

static struct talk *new_talk(struct live_run *live)
{
	for (uint32_t i = 0; i < live->talk_count; i++) {
		if (!live->talks[i].used)
			return &live->talks[i];
	}
	live->talks = memory_grow(live->talks, &live->talk_capacity, live->talk_count + 1,
				  sizeof *live->talks);
	return &live->talks[live->talk_count++];
}

static void do_not_block(int fd)
{
	if (fd >= 0)
		fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
}

/* An application for connection `conn`; without one it is aborted. */
static void connect_application(struct live_run *live, uint32_t conn)
{
	const struct tcb *tcb = live_tcb(live, conn);
	struct plug plug = {-1, -1};
	struct talk *talk;

	if (!live->setup.plug(live->setup.who, &tcb->remote, &plug)) {
		const struct input input = {
			.time = now_of(live), .conn = conn, .kind = INPUT_ABORT};

		live_input(live, &input, NULL);
		return;
	}
	do_not_block(plug.in);
	do_not_block(plug.out);
	talk = new_talk(live);
	talk_begin(talk, conn, &plug);
	talk->local = tcb->local;
	talk->remote = tcb->remote;
	talk->heard_all = tcb->state == CLOSE_WAIT; /* before it was listened to */
	host_set_tag(live->actor.host, conn, (uint64_t)(talk - live->talks) + 1);
}

static void is_new(struct live_run *live, uint32_t conn)
{
	live->newcomers = memory_grow(live->newcomers, &live->newcomer_capacity,
				      live->newcomer_count + 1, sizeof *live->newcomers);
	live->newcomers[live->newcomer_count++] = conn;
}

/* All was said and heard, and the peer alone does not close. */
static bool waited_long_enough(const struct tcb *tcb)
{
	return tcb->ending == ENDING_TIMED_OUT && tcb->reads_no_more &&
	       seq_eq(tcb->snd.una, tcb->snd.nxt);
}

/* As our side wanted it: whoever aborts has a reason. */
static bool ended_well(const struct tcb *tcb)
{
	return waited_long_enough(tcb) || tcb->ending == ENDING_CLOSED ||
	       tcb->ending == ENDING_NONE || tcb->ending == ENDING_ABORTED;
}

static void hears(void *user, nanos now, uint32_t conn, uint64_t tag, enum notice notice)
{
	struct live_run *live = user;
	struct talk *talk = talk_of(live, conn, tag);
	const struct tcb *tcb = live_tcb(live, conn);

	if (notice == NOTICE_CONNECTED || notice == NOTICE_ENDED)
		trial_decides(&live->trial, now_of(live));
	if (notice == NOTICE_CONNECTED) {
		live->result.connections++;
		if (talk == NULL)
			is_new(live, conn);
	}
	/* One that only listened had nobody to fail. */
	if (notice == NOTICE_ENDED && tcb != NULL && tcb->remote.address.version != 0) {
		live->result.ending = (enum ending)tcb->ending;
		live->result.failed += !ended_well(tcb);
	}
	if (talk == NULL)
		return;
	talk->connected |= notice == NOTICE_CONNECTED;
	talk->heard_all |= notice == NOTICE_CLOSING || notice == NOTICE_ENDED;
	talk->ended |= notice == NOTICE_ENDED;
	if (notice == NOTICE_ENDED)
		host_take_rest(live->actor.host, now, conn);
}

static void inherits(void *user, nanos now, uint32_t conn, uint64_t tag, int64_t offset,
		     const uint8_t *octets, uint32_t len)
{
	struct live_run *live = user;
	struct talk *talk = talk_of(live, conn, tag);

	(void)now;
	(void)offset;
	if (talk != NULL && talk->ended)
		talk_inherits(talk, octets, len);
}

static void connect_newcomers(struct live_run *live)
{
	for (uint32_t i = 0; i < live->newcomer_count; i++) {
		const struct tcb *tcb = live_tcb(live, live->newcomers[i]);

		if (tcb != NULL && tcb->state != CLOSED && tcb->state != LISTEN)
			connect_application(live, live->newcomers[i]);
	}
	live->newcomer_count = 0;
}

/* ---- what would stay half open ---- */

static void remember(struct live_run *live, unsigned slot)
{
	const struct talk *talk = &live->talks[slot];
	const struct tcb *tcb = live_tcb(live, talk->conn);
	struct abandoned which = {.local = talk->local, .remote = talk->remote};

	if (slot >= ABANDONED_MAX)
		return;
	if (tcb == NULL || tcb->state == CLOSED || tcb->state == TIME_WAIT) {
		gate_forget(live->setup.gate, slot);
		return;
	}
	which.snd_nxt = tcb->snd.nxt.v;
	which.rcv_nxt = tcb->rcv.nxt.v;
	gate_remember(live->setup.gate, slot, &which);
}

static void go_on(struct live_run *live)
{
	unsigned left = 0;

	for (uint32_t i = 0; i < live->talk_count; i++) {
		struct talk *talk = &live->talks[i];

		if (!talk->used)
			continue;
		talk_goes_on(live, talk, now_of(live));
		remember(live, i);
		if (talk_is_over(live, talk))
			talk_end(talk);
		else
			left++;
	}
	if (live->setup.most > 0 && left == 0 &&
	    live->result.connections + live->result.failed >= live->setup.most)
		atomic_store(&live->over, true);
}

/* ---- the loop ---- */

/* What else a link carries, neighbour discovery and the like, is not for a TCP. */
static bool is_for_tcp(const struct datagram *datagram)
{
	struct packet packet;
	const uint8_t *text;
	size_t text_len;

	return packet_is_filled_in(packet_parse(&packet, datagram->bytes, datagram->len,
						datagram->len, 0, &text, &text_len));
}

static void receive(struct live_run *live)
{
	struct input input = {.kind = INPUT_DATAGRAM};
	struct datagram datagram;

	for (unsigned i = 0; i < DATAGRAMS_AT_ONCE; i++) {
		if (!gate_receive(live->setup.gate, &datagram))
			return;
		if (!is_for_tcp(&datagram))
			continue;
		input.time = now_of(live);
		input.octets = datagram.bytes;
		input.len = (uint32_t)datagram.len;
		input.unverified = datagram.unverified;
		input.merged = datagram.was_merged;
		live_input(live, &input, NULL);
	}
}

static void serve_timers(struct live_run *live)
{
	nanos now = now_of(live);
	nanos deadline = host_next_deadline(live->actor.host);

	if (deadline <= now) {
		live->result.late_most = nanos_max(live->result.late_most, now - deadline);
		live->result.late_sum += now - deadline;
		live->result.late_count++;
	}
	actor_waits(&live->actor, now);
	if (live->setup.inputs != NULL)
		inputs_reach(live->setup.inputs, now);
}

static int wait_time(struct live_run *live)
{
	nanos now = now_of(live);
	nanos deadline =
		nanos_min(host_next_deadline(live->actor.host), trial_deadline(&live->trial, now));
	nanos left = nanos_min(deadline - now, LOOKS_EVERY);

	/* Whoever tells of the run learns at least so often how late it is. */
	if (live->setup.inputs != NULL)
		left = nanos_min(left, nanos_from_ms(20));
	return left <= 0 ? 0 : (int)(left / 1000000 + 1);
}

static uint32_t list_what_is_awaited(struct live_run *live)
{
	uint32_t count = TALKS + 2 * live->talk_count;

	live->fds = memory_grow(live->fds, &live->fd_capacity, count, sizeof *live->fds);
	live->fds[STOP] = (struct pollfd){.fd = live->stop.fd, .events = POLLIN};
	live->fds[GATE] = (struct pollfd){.fd = gate_fd(live->setup.gate), .events = POLLIN};
	for (uint32_t i = 0; i < live->talk_count; i++) {
		live->fds[TALKS + 2 * i].fd = -1;
		live->fds[TALKS + 2 * i + 1].fd = -1;
		if (live->talks[i].used)
			talk_awaits(live, &live->talks[i], &live->fds[TALKS + 2 * i]);
	}
	return count;
}

static bool is_held(struct live_run *live)
{
	if (live_trial(live) == TRIAL_PASSED)
		return false;
	return trial_holds(&live->trial, gate_counts(live->setup.gate)->foreign_resets,
			   now_of(live));
}

/* A connection that waits for its peer would wait for ever. */
static bool is_cut_off(struct live_run *live)
{
	nanos now = now_of(live);

	if (now - live->looked < LOOKS_EVERY)
		return false;
	live->looked = now;
	live->result.is_cut_off = gate_is_gone(live->setup.gate);
	return live->result.is_cut_off;
}

static void *run(void *who)
{
	struct live_run *live = who;

	while (!atomic_load(&live->over)) {
		uint32_t count = list_what_is_awaited(live);

		if (poll(live->fds, count, wait_time(live)) < 0 && errno != EINTR)
			break;
		if (live->fds[STOP].revents != 0)
			break;
		receive(live);
		serve_timers(live);
		if (is_cut_off(live))
			break;
		if (is_held(live))
			continue;
		connect_newcomers(live);
		go_on(live);
	}
	atomic_store(&live->over, true);
	return NULL;
}

/* ---- beginning and end ---- */

static bool open_first(struct live_run *live, struct error *err)
{
	struct input input = {.kind = INPUT_OPEN_PASSIVE,
			      .local = live->setup.local,
			      .remote = live->setup.remote};
	struct actor_answer answer;

	if (live->setup.remote.address.version != 0)
		input.kind = INPUT_OPEN_ACTIVE;
	answer = live_input(live, &input, NULL);
	if (answer.call != CALL_OK)
		return error_set(err, "the connection can't be opened: %s",
				 call_answer_text(answer.call));
	if (input.kind == INPUT_OPEN_ACTIVE && !live->setup.on_trial)
		connect_application(live, answer.conn);
	return true;
}

static void dispose(struct live_run *live)
{
	for (uint32_t i = 0; i < live->talk_count; i++) {
		if (live->talks[i].used)
			talk_end(&live->talks[i]);
	}
	actor_end(&live->actor);
	wake_free(&live->stop);
	free(live->talks);
	free(live->newcomers);
	free(live->fds);
	free(live);
}

struct live_run *live_start(const struct live_setup *setup, struct error *err)
{
	struct live_run *live = memory_get(sizeof *live);
	struct host_user user = {.user = live, .notice = hears, .delivered = inherits};
	sigset_t all;
	sigset_t before;

	memset(live, 0, sizeof *live);
	live->setup = *setup;
	trial_begin(&live->trial, setup->on_trial);
	live->began = clock_now();
	wake_init(&live->stop);
	actor_begin(&live->actor, &setup->actor, NULL);
	live->actor.sends = sends;
	live->actor.who = live;
	host_set_user(live->actor.host, &user);
	if (!open_first(live, err)) {
		dispose(live);
		return NULL;
	}
	/* Signals are for the thread that shows the run. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	pthread_create(&live->thread, NULL, run, live);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return live;
}

bool live_is_over(struct live_run *live)
{
	return atomic_load(&live->over);
}

enum trial_verdict live_trial(struct live_run *live)
{
	return (enum trial_verdict)atomic_load(&live->trial.verdict);
}

void live_goes_on_anyway(struct live_run *live)
{
	atomic_store(&live->trial.verdict, TRIAL_PASSED);
}

void live_wait(struct live_run *live)
{
	pthread_join(live->thread, NULL);
	live->is_joined = true;
}

static void abort_the_rest(struct live_run *live)
{
	struct input input = {.time = now_of(live), .kind = INPUT_ABORT};

	for (uint32_t conn = 0; conn < host_connections(live->actor.host); conn++) {
		const struct tcb *tcb = live_tcb(live, conn);

		if (tcb == NULL || tcb->state == CLOSED || tcb->state == TIME_WAIT)
			continue;
		input.conn = conn;
		live_input(live, &input, NULL);
	}
	for (unsigned slot = 0; slot < live->talk_count && slot < ABANDONED_MAX; slot++)
		gate_forget(live->setup.gate, slot);
}

struct live_result live_end(struct live_run *live)
{
	struct live_result result;

	wake_up(&live->stop);
	if (!live->is_joined)
		live_wait(live);
	result = live->result; /* what we abort now did not fail */
	abort_the_rest(live);
	dispose(live);
	return result;
}
