/* drill_kernel.c — the machine, its wire and its clock. */
#define _GNU_SOURCE /* unshare(), pthread_timedjoin_np() */

#include "live/drill_kernel.h"

#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "live/clock.h"
#include "live/drill_inside.h"
#include "machine/commands.h"
#include "record/memory.h"
#include "record/recording.h"
#include "wire/packet.h"

/* ---- time ---- */

nanos kernel_now(const struct drill_kernel *k)
{
	return clock_now() - k->began;
}

/* The runner says what time it is: the first time, that is when the script begins. */
static void begin_at(struct drill_kernel *k, nanos now)
{
	if (k->began == 0)
		k->began = clock_now() - now;
}

static bool has_returned(struct drill_kernel *k)
{
	bool done;

	pthread_mutex_lock(&k->work.lock);
	done = k->work.done;
	pthread_mutex_unlock(&k->work.lock);
	return done;
}

/* Until then, or until the call has returned or, with `any`, something left. */
static void pump(struct drill_kernel *k, nanos until, bool any)
{
	struct pollfd fds[] = {{.fd = k->tun.fd, .events = POLLIN},
			       {.fd = k->pending ? k->wake : -1, .events = POLLIN}};

	for (;;) {
		nanos left = until == NANOS_NEVER ? nanos_from_s(3600) : until - kernel_now(k);
		struct timespec wait = {.tv_sec = left / nanos_from_s(1),
					.tv_nsec = left % nanos_from_s(1)};

		kernel_receive(k);
		if ((any && k->count > 0) || (k->pending && has_returned(k)) || left <= 0)
			return;
		if (ppoll(fds, 2, &wait, NULL) < 0 && errno != EINTR)
			return;
	}
}

/* ---- calls ---- */

static void *work(void *who)
{
	struct drill_kernel *k = who;
	struct kernel_work *w = &k->work;
	const uint64_t one = 1;

	pthread_mutex_lock(&w->lock);
	while (!w->over) {
		const struct system_call *call = w->call;
		struct call_outcome outcome;

		if (call == NULL) {
			pthread_cond_wait(&w->wanted, &w->lock);
			continue;
		}
		pthread_mutex_unlock(&w->lock);
		outcome = kernel_call(k, call);
		pthread_mutex_lock(&w->lock);
		w->outcome = outcome;
		w->returned = kernel_now(k);
		w->call = NULL;
		w->done = true;
		if (write(k->wake, &one, sizeof one) != sizeof one)
			break;
	}
	pthread_mutex_unlock(&w->lock);
	return NULL;
}

static struct call_outcome pending(void *machine, nanos *returned)
{
	struct drill_kernel *k = machine;
	uint64_t count;

	if (!k->pending || !has_returned(k))
		return (struct call_outcome){.blocked = true};
	k->pending = false;
	if (read(k->wake, &count, sizeof count) != sizeof count)
		count = 0;
	k->work.done = false;
	*returned = k->work.returned;
	return k->work.outcome;
}

/* A call that returns at once does so within this; on a busy machine others had the turn. */
#define PATIENCE nanos_from_ms(200)
#define BLOCKING nanos_from_ms(2)
/* One that is about to return has that long to do so before the next is made. */
#define BESIDE nanos_from_ms(10)

/* A call that is made while another one waits; it may not wait itself. */
struct beside {
	struct drill_kernel *k;
	const struct system_call *call;
	struct call_outcome outcome;
};

static void *make_beside(void *who)
{
	struct beside *beside = who;

	beside->outcome = kernel_call(beside->k, beside->call);
	return NULL;
}

static struct call_outcome call_beside(struct drill_kernel *k, const struct system_call *call)
{
	struct call_outcome outcome = {.unsupported = true};
	struct beside *beside = memory_get(sizeof *beside);
	struct timespec until;
	pthread_t thread;

	*beside = (struct beside){.k = k, .call = call};
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec++;
	if (pthread_create(&thread, NULL, make_beside, beside) == 0 &&
	    pthread_timedjoin_np(thread, NULL, &until) == 0) {
		outcome = beside->outcome;
		free(beside); /* otherwise it is that thread's, for as long as this process lives */
		return outcome;
	}
	error_set(&outcome.wrong,
		  "%s(): a call that waits while another one does is not "
		  "supported with the kernel",
		  call->name);
	return outcome;
}

static struct call_outcome call(void *machine, nanos now, const struct system_call *call)
{
	struct drill_kernel *k = machine;
	nanos returned;

	begin_at(k, now);
	if (k->pending) {
		pump(k, kernel_now(k) + BESIDE, false);
		return call_beside(k, call);
	}
	pthread_mutex_lock(&k->work.lock);
	k->work.call = call;
	k->pending = true;
	pthread_cond_signal(&k->work.wanted);
	pthread_mutex_unlock(&k->work.lock);
	pump(k, kernel_now(k) + (call->blocks ? BLOCKING : PATIENCE), false);
	return pending(k, &returned);
}

/* ---- the other functions of a machine ---- */

static void inject(void *machine, nanos now, const uint8_t *datagram, size_t len)
{
	struct drill_kernel *k = machine;

	begin_at(k, now);
	/* What left before it arrived left before. */
	kernel_receive(k);
	if (!kernel_deliver(k, datagram, len))
		fprintf(stderr, "tcplab: the kernel takes no datagram: %s\n", strerror(errno));
}

static nanos wait_for(void *machine, nanos now, nanos until)
{
	struct drill_kernel *k = machine;

	begin_at(k, now);
	pump(k, until, true);
	return nanos_max(kernel_now(k), now);
}

static bool departed(void *machine, struct departure *out)
{
	struct drill_kernel *k = machine;
	const struct kernel_departure *d = &k->departures[k->first];

	kernel_receive(k);
	if (k->count == 0)
		return false;
	free(k->taken);
	k->taken = d->datagram;
	*out = (struct departure){
		.time = d->time, .datagram = d->datagram, .len = d->len, .number = EVENT_NONE};
	k->first = (k->first + 1) % KERNEL_DEPARTURES_MAX;
	k->count--;
	return true;
}

static bool info(void *machine, nanos now, const char *name, int64_t *value)
{
	(void)now;
	return kernel_info(machine, name, value);
}

static int64_t count_in_state(void *machine, const char *state)
{
	(void)machine;
	return kernel_count_in_state(state);
}

/* Whoever closes with unsaid text and a linger of 0 sends a RST. */
static bool drop_all(void *machine, nanos now, const char *state)
{
	struct drill_kernel *k = machine;

	(void)now;
	if (state != NULL)
		return false;
	for (unsigned i = 0; i < KERNEL_SOCKETS_MAX; i++) {
		const struct linger reset = {.l_onoff = 1};

		if (k->sockets[i] < 0)
			continue;
		setsockopt(k->sockets[i], SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
		close(k->sockets[i]);
		k->sockets[i] = -1;
	}
	return true;
}

static bool configure(void *machine, const struct profile *profile)
{
	(void)machine;
	(void)profile;
	return true; /* it is the sysctl that counts */
}

static bool sysctl(void *machine, const char *name, const char *value)
{
	if (strcmp(name, "net.ipv4.tcp_congestion_control") == 0)
		return kernel_congestion(machine, value);
	return kernel_sysctl(name, value);
}

static struct machine machine_of(struct drill_kernel *k)
{
	return (struct machine){.machine = k,
				.call = call,
				.pending = pending,
				.inject = inject,
				.wait = wait_for,
				.departed = departed,
				.info = info,
				.count_in_state = count_in_state,
				.drop = drop_all,
				.configure = configure,
				.sysctl = sysctl};
}

/* ---- the namespace ---- */

static bool write_line(const char *path, const char *line)
{
	FILE *f = fopen(path, "w");
	bool fine = f != NULL && fputs(line, f) >= 0;

	return f != NULL && fclose(f) == 0 && fine;
}

static bool enter_space(struct error *err)
{
	char uids[48];
	char gids[48];

	snprintf(uids, sizeof uids, "0 %u 1\n", (unsigned)getuid());
	snprintf(gids, sizeof gids, "0 %u 1\n", (unsigned)getgid());
	if (unshare(CLONE_NEWUSER | CLONE_NEWNET) == 0 &&
	    write_line("/proc/self/setgroups", "deny\n") &&
	    write_line("/proc/self/uid_map", uids) && write_line("/proc/self/gid_map", gids))
		return true;
	return error_set(err, "a user namespace for the kernel's TCP could not be made: %s",
			 strerror(errno));
}

static bool open_wire(struct drill_kernel *k, const struct drill_settings *settings,
		      struct error *err)
{
	struct tun_network network = {.route_count = 1,
				      .mtu = (uint16_t)settings->mtu,
				      .merges = settings->profile.merged_mss > 0};

	k->addresses = settings->addresses;
	k->tolerance = settings->tolerance;
	k->merged_mss = (uint16_t)settings->profile.merged_mss;
	network.kernels[settings->addresses.local.version == 6] = settings->addresses.local;
	network.routes[0] = settings->addresses.remote;
	return tun_open_network(&k->tun, &network, err);
}

/* As Documentation/networking/ip-sysctl has it for a machine with enough memory, and not as
 * this one is tuned: scripts name the window scale, and are written for CUBIC where the kernel
 * has it. */
static bool be_as_installed(struct drill_kernel *k, struct error *err)
{
	if (!kernel_congestion(k, "cubic"))
		kernel_congestion(k, "reno");
	return kernel_sysctl("net.ipv4.tcp_rmem", "4096 131072 6291456") ||
	       error_set(err, "the sysctl net.ipv4.tcp_rmem of a new network namespace cannot be "
			      "written");
}

static struct drill_kernel *kernel_new(const struct drill_settings *settings, struct error *err)
{
	struct drill_kernel *k = memory_get(sizeof *k);

	memset(k, 0, sizeof *k);
	for (unsigned i = 0; i < KERNEL_SOCKETS_MAX; i++)
		k->sockets[i] = -1;
	k->newest = -1;
	if (!enter_space(err) || !open_wire(k, settings, err) || !be_as_installed(k, err)) {
		free(k);
		return NULL;
	}
	k->wake = eventfd(0, EFD_CLOEXEC);
	pthread_mutex_init(&k->work.lock, NULL);
	pthread_cond_init(&k->work.wanted, NULL);
	pthread_create(&k->worker, NULL, work, k);
	return k;
}

/* ---- the process ---- */

struct report {
	bool fine;
	struct error err;
	struct drill_result result;
};

static bool write_all(int fd, const void *bytes, size_t len)
{
	const char *at = bytes;

	while (len > 0) {
		ssize_t done = write(fd, at, len);

		if (done <= 0)
			return false;
		at += done;
		len -= (size_t)done;
	}
	return true;
}

static bool read_all(int fd, void *bytes, size_t len)
{
	char *at = bytes;

	while (len > 0) {
		ssize_t done = read(fd, at, len);

		if (done <= 0)
			return false;
		at += done;
		len -= (size_t)done;
	}
	return true;
}

/* The command before the first event. */
static bool begin_as_it_says(const struct script *script, struct drill_settings *settings,
			     const struct machine *machine, struct drill_result *result)
{
	struct error why;
	enum setting outcome = SETTING_KNOWN;

	if (script->initial != NULL)
		outcome = command_apply(settings, machine, 0, script->initial, &why);
	if (outcome == SETTING_KNOWN)
		return true;
	result->verdict = outcome == SETTING_WRONG ? DRILL_FAILED : DRILL_UNSUPPORTED;
	return error_set(&result->sentence, "%s:%u: %s", script->name, script->initial_place.line,
			 why.text);
}

/* Sockets, threads and device go with the process, whatever they are at. */
static void live_there(int parent, const struct script *script, struct drill_settings *settings)
{
	static struct report report;
	struct drill_kernel *k;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	k = kernel_new(settings, &report.err);
	report.fine = k != NULL;
	if (k != NULL) {
		struct machine machine = machine_of(k);

		if (begin_as_it_says(script, settings, &machine, &report.result))
			drill_run_on(script, settings, &machine, NULL, &report.result);
	}
	_exit(write_all(parent, &report, sizeof report) ? 0 : 1);
}

/* A script for another TCP than Linux's says so in its head. */
static bool can_be_asked_of_a_kernel(const struct script *script, struct drill_settings *settings,
				     struct error *why)
{
	for (uint32_t i = 0; i < script->option_count; i++) {
		const struct script_option *option = &script->options[i];

		if (strncmp(option->name, "tcplab:", 7) == 0 &&
		    strcmp(option->name, "tcplab:strict") != 0)
			return error_set(
				why,
				"%s:%u: the script says how our TCP is configured, and the "
				"kernel's is not so",
				script->name, option->place.line);
	}
	return settings_of_script(settings, script, why) == SETTING_KNOWN;
}

bool drill_kernel(const struct script *script, const struct drill_settings *settings,
		  struct drill_result *result, struct error *err)
{
	static struct report report;
	struct drill_settings own = *settings;
	int ends[2];
	pid_t child;
	bool whole;

	if (!can_be_asked_of_a_kernel(script, &own, &report.err)) {
		*result =
			(struct drill_result){.verdict = DRILL_UNSUPPORTED, .sentence = report.err};
		return true;
	}
	if (pipe(ends) != 0)
		return error_set(err, "a pipe could not be made: %s", strerror(errno));
	child = fork();
	if (child == 0) {
		close(ends[0]);
		live_there(ends[1], script, &own);
	}
	close(ends[1]);
	whole = child > 0 && read_all(ends[0], &report, sizeof report);
	close(ends[0]);
	if (child > 0)
		waitpid(child, NULL, 0);
	if (!whole)
		return error_set(err, "the process that ran the script ended before it was over");
	if (!report.fine)
		return error_set(err, "%s", report.err.text);
	*result = report.result;
	return true;
}
