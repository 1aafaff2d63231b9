#include "viz/live_session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "live/clock.h"
#include "live/kept_run.h"
#include "viz/cli.h"
#include "viz/formats.h"
#include "viz/opened.h"
#include "viz/output.h"
#include "viz/present.h"
#include "viz/real_time.h"
#include "viz/window_part.h"

/* ---- beginning and end ---- */

static bool begin(struct live_session *s, struct error *err)
{
	struct recording_info info = {.seed = s->setup.actor.seed, .epoch = clock_calendar()};

	snprintf(info.title, sizeof info.title, "%s", s->title);
	if (s->tells) {
		s->setup.inputs = inputs_new();
		s->recording = recording_new(&info);
	}
	s->run = live_start(&s->setup, err);
	if (s->run == NULL)
		return false;
	if (s->tells)
		s->narrator = narrator_new(&s->setup.actor, s->setup.inputs, s->recording);
	return true;
}

/* What was said or heard is not all there is. */
static void tell_failure(struct live_session *s)
{
	const struct live_result *result = &s->result;
	struct error err;

	if (!s->is_stdio || (result->unread == 0 && result->unwritten == 0))
		return;
	if (result->unwritten != 0)
		error_set(&err, "standard output: cannot be written to its end: %s",
			  strerror(result->unwritten));
	else
		error_set(&err, "standard input: cannot be read to its end: %s",
			  strerror(result->unread));
	s->status = complain(STATUS_FAILED, err.text);
}

static void end(struct live_session *s)
{
	if (s->run == NULL)
		return;
	s->result = live_end(s->run);
	s->run = NULL;
	tell_failure(s);
	if (s->narrator != NULL)
		narrator_goes_on(s->narrator, true);
}

/* What there is to be told of the run. */
static void forget(struct live_session *s)
{
	narrator_free(s->narrator);
	recording_free(s->recording);
	inputs_free(s->setup.inputs);
	s->narrator = NULL;
	s->recording = NULL;
	s->setup.inputs = NULL;
}

/* ---- another way ---- */

/* Nobody has been served yet: the same again, another way, or in spite of all on this one. */
static void change_way(struct live_session *s)
{
	struct gate *spoilt = s->setup.gate;
	struct live_setup next = s->setup;
	struct error err;

	s->warned = true;
	next.inputs = NULL;
	if (!live_way_change(&s->way, &next, &err)) {
		fprintf(stderr,
			"tcplab: the kernel itself sends RSTs from our port, in spite of the "
			"guard, "
			"and there is no other way: %s\n",
			err.text);
		live_goes_on_anyway(s->run);
		return;
	}
	end(s);
	s->spoilt = s->recording;
	s->recording = NULL;
	forget(s);
	gate_close(spoilt);
	s->setup = next;
	fprintf(stderr,
		"tcplab: the kernel itself sent RSTs from our port: the run began again, %s\n",
		gate_why(s->setup.gate));
	if (begin(s, &err))
		return;
	s->status = complain(STATUS_FAILED, err.text);
	forget(s);
	s->recording = s->spoilt;
	s->spoilt = NULL;
}

/* False when it is over. */
static bool goes_on(void *who)
{
	struct live_session *s = who;

	if (s->run != NULL && live_trial(s->run) == TRIAL_FAILED)
		change_way(s);
	if (s->narrator != NULL)
		s->has_news |= narrator_goes_on(s->narrator, false);
	return s->run != NULL && !live_is_over(s->run);
}

static void warn_of_resets(const struct live_session *s)
{
	unsigned long long count = gate_counts(s->setup.gate)->foreign_resets;

	if (count > 0 && !s->warned)
		fprintf(stderr,
			"tcplab: the kernel itself sent %llu RST%s from our port, in spite of the "
			"guard: --via own --address ADDRESS takes an address that is not its\n",
			count, count > 1 ? "s" : "");
}

/* ---- kept ---- */

/* What is kept can be read again: or it is not kept. */
static bool keep(const struct live_session *s, struct error *err)
{
	struct kept_run kept = {.actor = s->setup.actor,
				.inputs = s->setup.inputs,
				.epoch = recording_info(s->recording)->epoch};
	struct kept_run again;
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);
	bool fine;

	snprintf(kept.title, sizeof kept.title, "%s", s->title);
	kept_run_write(&kept, out);
	fclose(out);
	fine = kept_run_parse(&again, s->args->save, text, len, err);
	if (fine)
		kept_run_free(&again);
	out = fine ? output_open(s->args->save, err) : NULL;
	if (out != NULL)
		fine = output_finish(out, s->args->save, fwrite(text, 1, len, out) == len, err);
	free(text);
	return out != NULL && fine;
}

static bool write_as_named(const struct live_session *s, struct error *err)
{
	const struct format *format;
	struct app app;

	if (is_kept_run(s->args->save))
		return keep(s, err);
	format = format_of_name(s->args->save, err);
	app_init(&app, s->recording, s->title);
	app_go_to_step(&app, format->of_step ? app_steps(&app) : 0);
	return format->write(&app, PICTURE_WIDTH, PICTURE_HEIGHT, s->args->save, err);
}

static int save(const struct live_session *s, int status)
{
	struct error err;

	if (s->args->save == NULL || s->recording == NULL || recording_events(s->recording) == 0)
		return status;
	return write_as_named(s, &err) ? status : complain(STATUS_BAD_INPUT, err.text);
}

/* ---- as text ---- */

static const char cut_off[] = "the network interface was taken away";

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

	real_time_follow(goes_on, s);
	end(s);
	if (printed && !present_text_to(s->recording, s->args, out, &err))
		return complain(STATUS_BAD_INPUT, err.text);
	if (s->args->verbose)
		tell_result(s);
	if (s->result.failed == 0 && !s->result.is_cut_off)
		return s->status;
	error_set(&err, "the connection ended: %s",
		  s->result.failed > 0 ? ending_name(s->result.ending) : cut_off);
	return complain(STATUS_FAILED, err.text);
}

/* ---- in the window ---- */

static bool has_no_picture(void *who)
{
	struct live_session *s = who;

	return goes_on(s) && recording_events(s->recording) == 0;
}

static void show_from_now_on(struct live_session *s, struct app *app)
{
	real_time_await(has_no_picture, s);
	app_show(app, s->recording, s->title);
	app_go_to_step(app, app_steps(app));
	app_notice(app, "The kernel itself sent RSTs from our port: the run began again, with an "
			"address of our own.");
}

static nanos grow(void *who, struct app *app)
{
	struct live_session *s = who;
	bool on;

	if (app->live.ended)
		return NANOS_NEVER;
	on = goes_on(s);
	if (app->scene.recording != s->recording)
		show_from_now_on(s, app);
	if (!on) {
		end(s);
		app->live.ended = true;
		if (s->result.is_cut_off)
			app_notice(app, "The run ended: the network interface was taken away.");
	}
	if (!on || s->has_news)
		app_grow(app, s->recording);
	s->has_news = false;
	return on ? app->now + GROWS_EVERY : NANOS_NEVER;
}

static int show_in_window(struct live_session *s)
{
	struct window_options options = {.grow = grow, .who = s};
	struct app app;
	int status;

	real_time_await(has_no_picture, s);
	if (s->run == NULL || live_is_over(s->run))
		end(s);
	app_init(&app, s->recording, s->title);
	app.live.on = true;
	app.live.ended = s->run == NULL;
	present_as_asked(&app, s->args);
	app_go_to_step(&app, app_steps(&app));
	status = present_window(&app, s->args, &options);
	end(s);
	return status != STATUS_FINE ? status : s->status;
}

/* ---- all of it ---- */

static bool is_told(const struct live_session *s, bool text)
{
	const struct args *args = s->args;

	return !text || args->text || args->json || args->verbose || args->save != NULL ||
	       s->told != NULL;
}

static int show(struct live_session *s, bool text)
{
	struct error err;
	int status;

	s->tells = is_told(s, text);
	if (!begin(s, &err))
		return complain(STATUS_FAILED, err.text);
	if (s->args->verbose)
		fprintf(stderr, "tcplab: %s\n", gate_why(s->setup.gate));
	status = text ? show_as_text(s) : show_in_window(s);
	warn_of_resets(s);
	if (s->told != NULL && s->recording != NULL)
		s->told(s->setup.who, s->recording);
	return save(s, status);
}

/* Said before anything runs: at its end it would be too late. */
static bool can_be_saved(const char *path, struct error *err)
{
	const struct format *format;

	if (path == NULL || is_kept_run(path))
		return true;
	format = format_of_name(path, err);
	if (format == NULL || !format->of_scenario)
		return format != NULL;
	return error_set(err, "%s: a live run is no scenario: --save RUN.live keeps it", path);
}

int live_session_present(struct live_session *s)
{
	const struct args *args = s->args;
	bool text = args->text || args->json || args->verbose ||
		    (!window_is_possible() && args->ui_script == NULL);
	struct error err;
	int status;

	if (!can_be_saved(args->save, &err))
		return complain(STATUS_BAD_INPUT, err.text);
	if (!text && window_part(&err) == NULL)
		return complain(STATUS_BAD_INPUT, err.text);
	s->way.args = args;
	status = live_way_open(&s->way, &s->setup);
	if (status != STATUS_FINE)
		return status;
	status = show(s, text);
	forget(s);
	recording_free(s->spoilt);
	gate_close(s->setup.gate);
	return status;
}
