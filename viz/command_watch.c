/* command_watch.c — tcplab watch: a network's connections as they happen. */
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "live/clock.h"
#include "live/watch.h"
#include "record/memory.h"
#include "viz/cli.h"
#include "viz/output.h"
#include "viz/present.h"
#include "viz/watch_window.h"
#include "viz/window_part.h"

/* ---- what was asked for ---- */

/* The words after the interface, as one; NULL where there are none. free() it. */
static char *join_filter(const struct args *args)
{
	size_t size = 1;
	char *filter;

	if (args->file_count < 2)
		return NULL;
	for (size_t i = 1; i < args->file_count; i++)
		size += strlen(args->files[i]) + 1;
	filter = memory_get(size);
	filter[0] = '\0';
	for (size_t i = 1; i < args->file_count; i++) {
		if (i > 1)
			strcat(filter, " ");
		strcat(filter, args->files[i]);
	}
	return filter;
}

static bool can_save(const struct args *args, struct error *err)
{
	size_t len = args->output != NULL ? strlen(args->output) : 0;

	if (args->output == NULL || (len > 7 && strcmp(args->output + len - 7, ".pcapng") == 0))
		return true;
	return error_set(err,
			 "%s: what is watched is saved as pcapng: tcplab watch %s -o NAME.pcapng",
			 args->output, args->files[0]);
}

static bool as_text(const struct args *args)
{
	return args->text || args->json || args->list ||
	       (!window_is_possible() && args->ui_script == NULL);
}

/* ---- as text ---- */

/* So that threads begun from now on leave ^C to us. */
static void hold_signals(sigset_t *ends)
{
	sigemptyset(ends);
	sigaddset(ends, SIGINT);
	sigaddset(ends, SIGTERM);
	sigaddset(ends, SIGHUP);
	pthread_sigmask(SIG_BLOCK, ends, NULL);
}

static bool somebody_ends_it(const sigset_t *ends)
{
	sigset_t waiting;
	int which;

	sigpending(&waiting);
	return (sigismember(&waiting, SIGINT) || sigismember(&waiting, SIGTERM) ||
		sigismember(&waiting, SIGHUP)) &&
	       sigwait(ends, &which) == 0;
}

/* Until ^C, the end of --for, or the interface's. */
static void wait_for_end(struct watch *watch, const struct args *args, const sigset_t *ends)
{
	enum { SLICE_MS = 50 };
	nanos end =
		args->for_seconds > 0 ? clock_now() + nanos_from_s(args->for_seconds) : NANOS_NEVER;
	struct watch_state state = {.ended = false};

	while (!state.ended && clock_now() < end && !somebody_ends_it(ends)) {
		poll(NULL, 0, SLICE_MS);
		watch_state(watch, &state);
	}
}

static void tell_counts(const struct watch_state *state, const char *interface)
{
	const struct seen_counts *seen = &state->seen;

	if (state->why[0] != '\0')
		fprintf(stderr, "tcplab: %s is not watched any more: %s\n", interface, state->why);
	fprintf(stderr,
		"%s: %" PRIu64 " packets in %" PRIu64 " connections; lost in the capture: %" PRIu64,
		interface, seen->frames, seen->connections, state->lost);
	if (seen->others > 0)
		fprintf(stderr, "; not of a TCP connection: %" PRIu64, seen->others);
	if (seen->forgotten_connections > 0)
		fprintf(stderr, "; connections forgotten, as the memory was full: %" PRIu64,
			seen->forgotten_connections);
	if (seen->without_room > 0)
		fprintf(stderr,
			"; packets of the chosen connection that the memory (--memory) had no room "
			"for: %" PRIu64,
			seen->without_room);
	fputs(".\n", stderr);
}

static bool print_list(struct watch *watch, struct error *err)
{
	struct flows flows;
	struct error sentence;

	watch_flows(watch, &flows);
	flows_print(&flows, stdout);
	for (unsigned i = 0; flows_complaint(&flows, i, &sentence); i++)
		printf("%s\n", sentence.text);
	flows_free(&flows);
	return output_close(stdout, "-", err);
}

static bool print_recording(struct watch *watch, const struct args *args, struct error *err)
{
	struct watched watched;
	bool fine;

	if (!watch_finish(watch, &watched, err))
		return false;
	fprintf(stderr, "The connection shown is number %" PRIu32 ".\n", watched.number);
	print_harmless(stderr, watched.summary.report);
	fine = present_text(watched.recording, args, "-", err);
	recording_free(watched.recording);
	free(watched.summary.report);
	return fine;
}

static int present_as_text(struct watch *watch, const struct args *args, const sigset_t *ends)
{
	struct watch_state state;
	struct error err;
	bool fine;

	if (!args->text && !args->json && !args->list)
		fputs("tcplab: there is no display for a window: the ladder follows as text\n",
		      stderr);
	fprintf(stderr, "Watching %s: ^C ends it%s.\n", args->files[0],
		args->for_seconds > 0 ? ", or time" : "");
	wait_for_end(watch, args, ends);
	watch_stop(watch);
	watch_state(watch, &state);
	tell_counts(&state, args->files[0]);
	fine = args->list ? print_list(watch, &err) : print_recording(watch, args, &err);
	return fine ? STATUS_FINE : complain(STATUS_BAD_INPUT, err.text);
}

/* ---- running ---- */

static int run(struct sniffer *sniffer, const struct args *args, FILE *save, int *save_failed)
{
	const bool text = as_text(args);
	const struct watch_options options = {
		.name = args->files[0],
		.memory = (size_t)args->memory << 20,
		.save = save,
		.connection = args->conn,
		.made_at_end = text,
		.ready = text ? NULL : watch_window_wake,
	};
	struct watch_window window = {.args = args, .interface = args->files[0]};
	struct watch_state state;
	sigset_t ends;
	int status;

	if (text)
		hold_signals(&ends);
	window.watch = watch_start(sniffer, &options);
	status = text ? present_as_text(window.watch, args, &ends) : watch_window_present(&window);
	watch_state(window.watch, &state);
	if (!text && status == STATUS_FINE)
		tell_counts(&state, args->files[0]);
	*save_failed = state.save_failed;
	watch_free(window.watch);
	return status;
}

static int save_and_run(struct sniffer *sniffer, const struct args *args)
{
	struct error err;
	FILE *save = NULL;
	int save_failed;
	int status;

	if (args->output != NULL) {
		save = output_open(args->output, &err);
		if (save == NULL) {
			sniffer->close(sniffer);
			return complain(STATUS_BAD_INPUT, err.text);
		}
	}
	status = run(sniffer, args, save, &save_failed);
	errno = save_failed; /* it was written in another thread */
	if (save != NULL && !output_close(save, args->output, &err))
		return complain(STATUS_BAD_INPUT, err.text);
	return status;
}

int command_watch(const struct args *args)
{
	enum sniffer_trouble trouble = SNIFFER_BAD_INPUT;
	struct sniffer *sniffer;
	struct error err;
	char *filter;

	if (args->file_count == 0) {
		sniffer_name_interfaces("watch needs an interface: tcplab watch INTERFACE", &err);
		return complain(STATUS_BAD_INPUT, err.text);
	}
	if (!can_save(args, &err))
		return complain(STATUS_BAD_INPUT, err.text);
	filter = join_filter(args);
	sniffer = sniffer_open(args->files[0], filter, &trouble, &err);
	free(filter);
	if (sniffer != NULL)
		return save_and_run(sniffer, args);
	return complain(trouble == SNIFFER_NO_PRIVILEGE ? STATUS_ENVIRONMENT : STATUS_BAD_INPUT,
			err.text);
}
