#include "viz/session.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record/memory.h"

static bool open_anew(struct session *s, struct opened *out, const char *path, struct error *err)
{
	struct settings settings;
	bool fine;

	if (s->captures)
		return opened_capture(out, path, s->args, err);
	if (is_script(path))
		return opened_script(out, path, s->args, err);
	if (is_kept_run(path))
		return opened_kept_run(out, path, err);
	settings.count = s->args->setting_count + s->what_if_count;
	settings.all = memory_get((settings.count + 1) * sizeof *settings.all);
	for (size_t i = 0; i < s->args->setting_count; i++)
		settings.all[i] = s->args->settings[i];
	for (unsigned i = 0; i < s->what_if_count; i++)
		settings.all[s->args->setting_count + i] = s->what_ifs[i];
	fine = opened_scenario(out, path, s->args, &settings, err);
	free(settings.all);
	return fine;
}

bool session_open(void *session, struct app *app, unsigned file, struct error *err)
{
	struct session *s = session;
	unsigned what_ifs = s->what_if_count;
	struct opened next;

	s->what_if_count = 0;
	if (!open_anew(s, &next, s->files[file], err)) {
		s->what_if_count = what_ifs;
		return false;
	}
	app_show(app, next.recording, next.path);
	opened_close(&s->now);
	s->now = next;
	app->scenario = next.scenario;
	session_list(s, app);
	if (next.has_step)
		app_go_to_step(app, next.step);
	return true;
}

/* ---- connections of a capture ---- */

void session_list(const struct session *s, struct app *app)
{
	const struct opened *now = &s->now;
	struct text words = text_in(app->choices.words, sizeof app->choices.words);

	app->choices = (struct choices){.flows = NULL};
	if (now->flows.count < 2)
		return;
	app->choices.flows = &now->flows;
	app->choices.shown = now->summary.connection;
	text_addf(&words, "%.100s: %" PRIu32 " connections", now->path, now->flows.count);
}

bool session_choose(void *session, struct app *app, uint32_t number, struct error *err)
{
	struct session *s = session;
	struct opened next;

	if (strcmp(s->now.path, "-") == 0)
		return error_set(err,
				 "Standard input cannot be read twice: --conn %" PRIu32
				 " chooses this connection.",
				 number);
	if (!opened_connection(&next, s->now.path, s->args, number, err))
		return false;
	app_show(app, next.recording, next.path);
	opened_close(&s->now);
	s->now = next;
	session_list(s, app);
	return true;
}

/* ---- what if ---- */

/* Runs again with the what-ifs as they are now, and stays at the same step:
 * up to the first difference both runs are the same. */
static bool run_again(struct session *s, struct app *app, struct error *err)
{
	uint32_t step = app_step(app);
	struct opened next;

	if (!open_anew(s, &next, s->now.path, err))
		return false;
	app_replace(app, next.recording, next.path);
	opened_close(&s->now);
	s->now = next;
	app->scenario = next.scenario;
	app->what_ifs = s->what_if_count;
	app_go_to_step(app, step);
	app->motion.on = false;
	return true;
}

bool session_lose(void *session, struct app *app, uint32_t packet, struct error *err)
{
	struct session *s = session;
	struct packet_record p;
	uint32_t step;

	if (s->captures)
		return error_set(err, "A capture is what it is: only a scenario can run again.");
	if (s->now.scenario == NULL)
		return error_set(err,
				 "A script says what arrives: there is no network to lose it.");
	recording_packet(s->now.recording, packet, &p);
	if (p.ended != EVENT_NONE)
		return error_set(err, "This segment is lost already: d leads to what follows.");
	if (s->what_if_count == WHAT_IFS_MAX)
		return error_set(err, "%d losses more are enough: X takes the last one back.",
				 WHAT_IFS_MAX);
	if (!scenario_losing(s->now.scenario, s->now.recording, packet,
			     s->what_ifs[s->what_if_count], WHAT_IF_SIZE))
		return error_set(err, "No link carried this segment, so none can lose it.");
	/* Where it is sent, to see what becomes of it. */
	app_go(app, cursor_at_packet(s->now.recording, packet));
	step = app_step(app);
	s->what_if_count++;
	if (!run_again(s, app, err)) {
		s->what_if_count--;
		return false;
	}
	app_notice(app,
		   "What if this segment, sent in step %u, is lost? X takes it back, E saves it.",
		   step);
	return true;
}

bool session_unlose(void *session, struct app *app, struct error *err)
{
	struct session *s = session;

	if (s->what_if_count == 0)
		return error_set(err, "Nothing is to be taken back: x loses the selected segment.");
	s->what_if_count--;
	if (!run_again(s, app, err)) {
		s->what_if_count++;
		return false;
	}
	app_notice(app,
		   s->what_if_count > 0 ? "%u losses more than in the scenario are left."
					: "This is the scenario again.",
		   s->what_if_count);
	return true;
}
