#include "viz/live_session.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "live/clock.h"
#include "record/export.h"
#include "viz/cli.h"
#include "viz/formats.h"
#include "viz/output.h"
#include "viz/present.h"
#include "viz/window_part.h"

/* So often the story goes on: a step that one sees as such. */
#define GROWS_EVERY nanos_from_ms(50)

/* ---- beginning and end ---- */

static bool begin(struct live_session *s, bool told, struct error *err)
{
	struct recording_info info = {.seed = s->setup.actor.seed, .epoch = clock_calendar()};

	snprintf(info.title, sizeof info.title, "%s", s->title);
	if (told) {
		s->setup.inputs = inputs_new();
		s->recording = recording_new(&info);
	}
	s->run = live_start(&s->setup, err);
	if (s->run == NULL)
		return false;
	if (told)
		s->narrator = narrator_new(&s->setup.actor, s->setup.inputs, s->recording);
	return true;
}

static void end(struct live_session *s)
{
	if (s->ended || s->run == NULL)
		return;
	s->ended = true;
	s->result = live_end(s->run);
	if (s->narrator != NULL)
		narrator_goes_on(s->narrator, true);
}

static int dispose(struct live_session *s, int status)
{
	narrator_free(s->narrator);
	recording_free(s->recording);
	inputs_free(s->setup.inputs);
	return status;
}

/* ---- kept ---- */

static int save(const struct live_session *s, int status)
{
	const struct format *format;
	struct error err;
	struct app app;

	if (s->args->save == NULL || s->recording == NULL || recording_events(s->recording) == 0)
		return status;
	format = format_of_name(s->args->save, &err);
	app_init(&app, s->recording, s->title);
	app_go_to_step(&app, app_steps(&app));
	if (!format->write(&app, PICTURE_WIDTH, PICTURE_HEIGHT, s->args->save, &err))
		return complain(STATUS_BAD_INPUT, err.text);
	return status;
}

/* ---- as text ---- */

static bool print(const struct live_session *s, FILE *out, struct error *err)
{
	const struct ladder_style style = {.why = true};

	return s->args->json ? export_json_lines(s->recording, out, err)
			     : export_ladder(s->recording, &style, out, err);
}

static volatile sig_atomic_t interrupted;

static void interrupt(int signal)
{
	(void)signal;
	interrupted = 1;
}

/* ^C ends the run, and what there is to be told of it is told. */
static void wait_and_tell(struct live_session *s)
{
	struct sigaction action = {.sa_handler = interrupt};

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	while (!live_is_over(s->run) && !interrupted) {
		poll(NULL, 0, (int)(GROWS_EVERY / 1000000));
		if (s->narrator != NULL)
			narrator_goes_on(s->narrator, false);
	}
}

static void tell_result(const struct live_session *s)
{
	const struct gate_counts *counts = gate_counts(s->setup.gate);

	fprintf(stderr,
		"tcplab: %llu octets sent, %llu received; %llu datagrams sent, %llu received; "
		"timers served at most %lld µs late\n",
		(unsigned long long)s->result.octets_sent,
		(unsigned long long)s->result.octets_received, (unsigned long long)counts->sent,
		(unsigned long long)counts->received, (long long)s->result.late_most / 1000);
	if (s->narrator != NULL && !narrator_agrees(s->narrator))
		fputs("tcplab: the run done again sends other segments: please report this\n",
		      stderr);
}

static int show_as_text(struct live_session *s)
{
	FILE *out = s->args->verbose || s->over_stdout ? stderr : stdout;
	bool printed = s->args->text || s->args->json || s->args->verbose;
	struct error err;

	wait_and_tell(s);
	end(s);
	if (printed && !print(s, out, &err))
		return complain(STATUS_BAD_INPUT, err.text);
	if (s->args->verbose)
		tell_result(s);
	if (s->result.failed == 0)
		return STATUS_FINE;
	error_set(&err, "the connection ended: %s", ending_name(s->result.ending));
	return complain(STATUS_FAILED, err.text);
}

/* ---- in the window ---- */

static nanos grow(void *who, struct app *app)
{
	struct live_session *s = who;

	if (s->ended)
		return NANOS_NEVER;
	if (live_is_over(s->run)) {
		end(s);
		app->live.ended = true;
		app_grow(app, s->recording);
		return NANOS_NEVER;
	}
	if (narrator_goes_on(s->narrator, false))
		app_grow(app, s->recording);
	return app->now + GROWS_EVERY;
}

static int show_in_window(struct live_session *s)
{
	struct window_options options = {.grow = grow, .who = s};
	struct app app;
	int status;

	/* There is no picture of nothing. */
	while (recording_events(s->recording) == 0 && !live_is_over(s->run)) {
		poll(NULL, 0, 10);
		narrator_goes_on(s->narrator, false);
	}
	if (live_is_over(s->run))
		end(s);
	app_init(&app, s->recording, s->title);
	app.live.on = true;
	app.live.ended = s->ended;
	present_as_asked(&app, s->args);
	app_go_to_step(&app, app_steps(&app));
	status = present_window(&app, s->args, &options);
	end(s);
	return status;
}

int live_session_present(struct live_session *s)
{
	const struct args *args = s->args;
	bool text = args->text || args->json || args->verbose ||
		    (!window_is_possible() && args->ui_script == NULL);
	bool printed = args->text || args->json || args->verbose;
	bool told = !text || printed || args->save != NULL || s->told != NULL;
	struct error err;
	int status;

	if (args->save != NULL && format_of_name(args->save, &err) == NULL)
		return complain(STATUS_BAD_INPUT, err.text);
	if (!text && window_part(&err) == NULL)
		return complain(STATUS_BAD_INPUT, err.text);
	if (!begin(s, told, &err))
		return dispose(s, complain(STATUS_FAILED, err.text));
	if (args->verbose)
		fprintf(stderr, "tcplab: %s\n", gate_why(s->setup.gate));
	status = text ? show_as_text(s) : show_in_window(s);
	if (s->told != NULL)
		s->told(s->setup.who, s->recording);
	return dispose(s, save(s, status));
}
