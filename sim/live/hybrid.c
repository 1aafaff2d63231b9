#include "live/hybrid.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <unistd.h>

#include "live/clock.h"
#include "live/hybrid_narrator.h"
#include "live/wake.h"
#include "record/memory.h"
#include "wire/packet.h"

enum {
	DATAGRAMS_AT_ONCE = 64, /* before what is due has its turn */
	CHANGES_MAX = 64,       /* that wait; more are forgotten */
};

/* So long the run goes on when the last command has ended: its connections close. */
#define SETTLING nanos_from_ms(500)

struct hybrid {
	struct hybrid_setup setup;
	struct scenario_run *run;
	nanos began;
	nanos ends; /* when all that is known to happen has happened */
	unsigned commands;
	bool gone[HYBRID_GATES_MAX]; /* its command has ended */
	int status;
	bool is_cut_off; /* a device of its was deleted */
	pthread_t thread;
	struct wake wake;
	atomic_bool over;
	atomic_bool stopped;
	pthread_mutex_t lock; /* of what follows */
	struct hybrid_lateness late;
	struct input changes[CHANGES_MAX];
	unsigned change_count;
};

static nanos now_of(const struct hybrid *h)
{
	return clock_now() - h->began;
}

/* ---- what goes out ---- */

static void leaves(void *who, nanos now, uint32_t host, const uint8_t *octets, size_t len)
{
	struct hybrid *h = who;

	(void)now;
	for (unsigned i = 0; i < h->setup.gate_count; i++) {
		if (h->setup.gates[i].host != host)
			continue;
		inputs_add_sent(h->setup.inputs, octets, len);
		gate_send(h->setup.gates[i].gate, octets, len);
	}
}

/* ---- what comes in ---- */

static void take(struct hybrid *h, struct input *input)
{
	const struct outside what = outside_of(input);

	inputs_add(h->setup.inputs, input);
	scenario_takes(h->run, &what);
}

/* A kernel also sends what no TCP is meant by, or in the name of another address. */
static bool is_for_us(const struct hybrid *h, unsigned gate, const struct datagram *datagram)
{
	const struct address *own =
		scenario_host_addresses(h->setup.scenario, h->setup.gates[gate].host);
	struct packet packet;
	const uint8_t *text;
	size_t text_len;

	return packet_is_filled_in(packet_parse(&packet, datagram->bytes, datagram->len,
						datagram->len, 0, &text, &text_len)) &&
	       (address_eq(&packet.src, &own[0]) || address_eq(&packet.src, &own[1]));
}

static void receive(struct hybrid *h, unsigned gate)
{
	struct input input = {.kind = INPUT_DATAGRAM, .conn = h->setup.gates[gate].host};
	struct datagram datagram;

	for (unsigned i = 0; i < DATAGRAMS_AT_ONCE; i++) {
		if (!gate_receive(h->setup.gates[gate].gate, &datagram)) {
			h->is_cut_off |= gate_is_gone(h->setup.gates[gate].gate);
			return;
		}
		if (!is_for_us(h, gate, &datagram))
			continue;
		input.time = now_of(h);
		input.octets = datagram.bytes;
		input.len = (uint32_t)datagram.len;
		take(h, &input);
	}
}

void hybrid_change(struct hybrid *h, const struct input *change)
{
	pthread_mutex_lock(&h->lock);
	if (h->change_count < CHANGES_MAX)
		h->changes[h->change_count++] = *change;
	pthread_mutex_unlock(&h->lock);
	wake_up(&h->wake);
}

static void take_changes(struct hybrid *h)
{
	struct input changes[CHANGES_MAX];
	unsigned count;

	pthread_mutex_lock(&h->lock);
	count = h->change_count;
	memcpy(changes, h->changes, count * sizeof *changes);
	h->change_count = 0;
	pthread_mutex_unlock(&h->lock);
	for (unsigned i = 0; i < count; i++) {
		changes[i].time = now_of(h);
		take(h, &changes[i]);
	}
}

/* ---- time ---- */

static void is_late(struct hybrid *h, nanos by)
{
	pthread_mutex_lock(&h->lock);
	h->late.most = nanos_max(h->late.most, by);
	h->late.sum += by;
	h->late.count++;
	h->late.too_late += by > h->setup.late_bound;
	pthread_mutex_unlock(&h->lock);
}

struct hybrid_lateness hybrid_lateness(struct hybrid *h)
{
	struct hybrid_lateness late;

	pthread_mutex_lock(&h->lock);
	late = h->late;
	pthread_mutex_unlock(&h->lock);
	return late;
}

/* Each instant by itself, so that its own lateness is known. */
static void serve(struct hybrid *h)
{
	nanos now = now_of(h);
	nanos due;

	while ((due = scenario_next(h->run)) <= now && due <= h->setup.until) {
		is_late(h, now_of(h) - due);
		scenario_waits(h->run, due);
	}
	scenario_waits(h->run, now);
	inputs_reach(h->setup.inputs, now);
}

/* ---- the end ---- */

static void look_after_commands(struct hybrid *h, const fd_set *ready)
{
	for (unsigned i = 0; i < h->setup.gate_count; i++) {
		int status;

		if (h->gone[i] || !FD_ISSET(gate_command_fd(h->setup.gates[i].gate), ready))
			continue;
		status = gate_command_status(h->setup.gates[i].gate);
		h->gone[i] = true;
		h->status = h->status == 0 ? status : h->status;
		if (--h->commands == 0)
			h->ends = now_of(h) + SETTLING;
	}
}

static bool is_at_end(const struct hybrid *h)
{
	nanos now = now_of(h);

	return now >= h->setup.until || now >= h->ends || h->is_cut_off || atomic_load(&h->stopped);
}

/* ---- the loop ---- */

static void await(int fd, fd_set *all, int *highest)
{
	FD_SET(fd, all);
	*highest = fd > *highest ? fd : *highest;
}

/* pselect() waits to the nanosecond, and is everywhere. */
static bool wait_for_something(const struct hybrid *h, const struct timespec *wait, fd_set *ready)
{
	int highest = h->wake.fd;
	int count;

	FD_ZERO(ready);
	await(h->wake.fd, ready, &highest);
	for (unsigned i = 0; i < h->setup.gate_count; i++) {
		await(gate_fd(h->setup.gates[i].gate), ready, &highest);
		if (!h->gone[i])
			await(gate_command_fd(h->setup.gates[i].gate), ready, &highest);
	}
	count = pselect(highest + 1, ready, NULL, NULL, wait, NULL);
	if (count < 0)
		FD_ZERO(ready);
	return count >= 0 || errno == EINTR;
}

/* Whoever tells of the run learns at least so often how late it is. */
#define PACE nanos_from_ms(20)

static struct timespec wait_time(const struct hybrid *h)
{
	nanos left = nanos_min(scenario_next(h->run) - now_of(h), PACE);

	left = left > 0 ? left : 0;
	return (struct timespec){.tv_nsec = left};
}

static void *run(void *who)
{
	struct hybrid *h = who;
	fd_set ready;

	while (!is_at_end(h)) {
		struct timespec wait = wait_time(h);

		if (!wait_for_something(h, &wait, &ready))
			break;
		if (FD_ISSET(h->wake.fd, &ready)) {
			wake_clear(&h->wake);
			take_changes(h);
		}
		serve(h);
		for (unsigned i = 0; i < h->setup.gate_count; i++)
			receive(h, i);
		serve(h);
		look_after_commands(h, &ready);
	}
	atomic_store(&h->over, true);
	return NULL;
}

/* ---- beginning and end ---- */

struct hybrid *hybrid_start(const struct hybrid_setup *setup)
{
	struct hybrid *h = memory_get(sizeof *h);
	const struct scenario_outlet outlet = {.leaves = leaves, .who = h};
	sigset_t all;
	sigset_t before;

	memset(h, 0, sizeof *h);
	h->setup = *setup;
	h->ends = NANOS_NEVER;
	wake_init(&h->wake);
	for (unsigned i = 0; i < setup->gate_count; i++) {
		h->gone[i] = gate_command_fd(setup->gates[i].gate) < 0;
		h->commands += !h->gone[i];
	}
	pthread_mutex_init(&h->lock, NULL);
	h->run = scenario_begin(setup->scenario, NULL, &outlet);
	h->began = clock_now();
	/* Signals are for the thread that shows the run. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	pthread_create(&h->thread, NULL, run, h);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return h;
}

bool hybrid_is_over(struct hybrid *h)
{
	return atomic_load(&h->over);
}

struct hybrid_result hybrid_end(struct hybrid *h)
{
	struct hybrid_result result;

	atomic_store(&h->stopped, true);
	wake_up(&h->wake);
	pthread_join(h->thread, NULL);
	result = (struct hybrid_result){
		.late = h->late, .command = h->status, .is_cut_off = h->is_cut_off};
	scenario_end(h->run);
	wake_free(&h->wake);
	pthread_mutex_destroy(&h->lock);
	free(h);
	return result;
}
