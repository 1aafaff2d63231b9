#include "viz/opened.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "drill/run.h"
#include "live/kept_run.h"
#include "live/narrator.h"
#include "record/memory.h"
#include "viz/drills.h"
#include "viz/output.h"

static bool ends_in(const char *path, const char *ending)
{
	size_t len = strcspn(path, "#");
	size_t ending_len = strlen(ending);

	return len > ending_len && strncmp(path + len - ending_len, ending, ending_len) == 0;
}

bool is_scenario(const char *path)
{
	return ends_in(path, ".json");
}

bool is_script(const char *path)
{
	return ends_in(path, ".pkt");
}

bool is_kept_run(const char *path)
{
	return ends_in(path, ".live");
}

bool is_capture(const char *path)
{
	return ends_in(path, ".pcap") || ends_in(path, ".pcapng");
}

/* Takes "#step=9" off the end, unless that is the file's true name. */
static void take_link(struct opened *out, const char *path)
{
	size_t size = strlen(path) + 1;
	char *hash;
	char *end;
	unsigned long step;

	memset(out, 0, sizeof *out);
	out->path = memory_get(size);
	memcpy(out->path, path, size);
	hash = strstr(out->path, "#step=");
	if (hash == NULL || hash[6] < '0' || hash[6] > '9' || access(path, F_OK) == 0)
		return;
	step = strtoul(hash + 6, &end, 10);
	if (*end != '\0' || step > UINT32_MAX)
		return;
	out->step = (uint32_t)step;
	out->has_step = true;
	*hash = '\0';
}

/* A run that was cut short is said to be: its verdicts would be of another run. */
static bool ran_to_its_end(const struct opened *o, const struct scenario_result *result,
			   bool verdict_wanted, struct error *err)
{
	if (!result->too_long)
		return true;
	error_set(err,
		  "%s: stopped after %d events: send less, or end it earlier with \"duration_ms\"",
		  o->path, SCENARIO_EVENTS_MAX);
	if (!verdict_wanted)
		fprintf(stderr, "tcplab: note: %s\n", err->text);
	return !verdict_wanted;
}

bool opened_scenario(struct opened *out, const char *path, const struct args *args,
		     const struct settings *settings, struct error *err)
{
	const struct scenario_options options = {
		.sets = settings->all,
		.set_count = (unsigned)settings->count,
		.has_seed = args->has_seed,
		.seed = args->seed,
	};
	struct scenario_result result;

	take_link(out, path);
	if (!scenario_load(out->path, &options, &out->scenario, err)) {
		free(out->path);
		return false;
	}
	out->recording = scenario_recording(out->scenario);
	result = scenario_run(out->scenario, out->recording);
	if (!ran_to_its_end(out, &result, args->verb == VERB_CHECK, err)) {
		opened_close(out);
		return false;
	}
	if (args->verb == VERB_CHECK || args->text)
		scenario_tell_notes(out->scenario, stderr);
	return true;
}

bool opened_connection(struct opened *out, const char *path, const struct args *args,
		       uint32_t number, struct error *err)
{
	static const uint8_t plays[] = {
		[PLAY_NOBODY] = REPLAY_BOTH,
		[PLAY_CLIENT] = REPLAY_PLAY_CLIENT,
		[PLAY_SERVER] = REPLAY_PLAY_SERVER,
	};
	const struct replay_options options = {
		.connection = number, .play = plays[args->play], .flows = &out->flows};

	take_link(out, path);
	if (replay_run(out->path, &options, &out->recording, &out->summary, err))
		return true;
	free(out->path);
	return false;
}

bool opened_capture(struct opened *out, const char *path, const struct args *args,
		    struct error *err)
{
	return opened_connection(out, path, args, args->conn, err);
}

/* The first line of what is wrong with it: the rest is for who has no picture. */
static void tell_verdict(const struct drill_result *result)
{
	static const char *const words[] = {
		[DRILL_FAILED] = "failed", [DRILL_UNSUPPORTED] = "unsupported"};
	struct error line;

	if (result->verdict == DRILL_PASSED)
		return;
	error_set(&line, "tcplab: note: %s: %.*s\n", words[result->verdict],
		  (int)strcspn(result->sentence.text, "\n"), result->sentence.text);
	print_harmless(stderr, line.text);
}

/* The first sentence of the comment that it opens with is its title, the rest what to look at. */
static void entitle(struct recording_info *info, const struct script *script, const char *path)
{
	const char *end = strstr(script->heading, ". ");
	size_t len = end != NULL ? (size_t)(end - script->heading) + 1 : strlen(script->heading);
	const char *rest = script->heading + len + strspn(script->heading + len, " ");
	const char *slash = strrchr(path, '/');

	if (len == 0 || len >= sizeof info->title) {
		rest = script->heading;
		snprintf(info->title, sizeof info->title, "%s", slash != NULL ? slash + 1 : path);
	} else {
		len -= script->heading[len - 1] == '.';
		snprintf(info->title, sizeof info->title, "%.*s", (int)len, script->heading);
	}
	snprintf(info->look_for, sizeof info->look_for, "%s", rest);
	snprintf(info->source, sizeof info->source, "%s", path);
}

bool opened_script(struct opened *out, const char *path, const struct args *args, struct error *err)
{
	struct drill_settings settings;
	struct recording_info info = {0};
	struct drill_result result;
	struct script *script = NULL;

	take_link(out, path);
	if (drill_settings_of(&settings, args, err))
		script = drill_read(out->path, args, err);
	if (script == NULL) {
		free(out->path);
		return false;
	}
	entitle(&info, script, out->path);
	info.seed = settings.seed;
	out->recording = recording_new(&info);
	drill_run(script, &settings, out->recording, NULL, &result);
	script_free(script);
	out->verdict = result.verdict;
	tell_verdict(&result);
	return true;
}

bool opened_kept_run(struct opened *out, const char *path, struct error *err)
{
	struct recording_info info = {0};
	struct narrator *narrator;
	struct kept_run kept;

	take_link(out, path);
	if (!kept_run_read(&kept, out->path, err)) {
		free(out->path);
		return false;
	}
	snprintf(info.title, sizeof info.title, "%s", kept.title);
	snprintf(info.source, sizeof info.source, "%s", out->path);
	info.seed = kept.actor.seed;
	info.epoch = kept.epoch;
	out->recording = recording_new(&info);
	narrator = narrator_new(&kept.actor, kept.inputs, out->recording);
	narrator_goes_on(narrator, true);
	if (!narrator_agrees_to_the_end(narrator))
		fprintf(stderr,
			"tcplab: note: the run that was kept sent other segments: this tcplab is "
			"not the one that made it, or the file was changed\n");
	narrator_free(narrator);
	kept_run_free(&kept);
	return true;
}

static bool only_for(const char *path, const char *option, const char *what, bool given,
		     struct error *err)
{
	return !given || error_set(err, "%s: %s is for %s", path, option, what);
}

bool opened_file(struct opened *out, const char *path, const struct args *args, struct error *err)
{
	const struct settings settings = {args->settings, args->setting_count};

	if (is_script(path))
		return only_for(path, "--conn", "captures", args->conn != 0, err) &&
		       only_for(path, "--play", "captures", args->play != PLAY_NOBODY, err) &&
		       only_for(path, "--set", "scenarios", args->setting_count > 0, err) &&
		       opened_script(out, path, args, err);
	if (is_scenario(path))
		return only_for(path, "--conn", "captures and scripts (pkt)",
				args->conn != 0 && !args_want_script(args), err) &&
		       only_for(path, "--play", "captures", args->play != PLAY_NOBODY, err) &&
		       opened_scenario(out, path, args, &settings, err);
	if (is_kept_run(path))
		return only_for(path, "--conn", "captures", args->conn != 0, err) &&
		       only_for(path, "--play", "captures", args->play != PLAY_NOBODY, err) &&
		       only_for(path, "--seed", "scenarios", args->has_seed, err) &&
		       only_for(path, "--set", "scenarios", args->setting_count > 0, err) &&
		       opened_kept_run(out, path, err);
	return only_for(path, "--seed", "scenarios", args->has_seed, err) &&
	       only_for(path, "--set", "scenarios", args->setting_count > 0, err) &&
	       opened_capture(out, path, args, err);
}

bool opened_has_step(const struct opened *o, const struct args *args, struct error *err)
{
	uint32_t steps = recording_turns(o->recording);
	uint32_t step = args->has_step ? args->step : o->has_step ? o->step : 0;

	return step <= steps ||
	       error_set(err, "%s: there is no step %u: the last one is %u", o->path, step, steps);
}

void opened_close(struct opened *o)
{
	recording_free(o->recording);
	if (o->scenario != NULL)
		scenario_free(o->scenario);
	free(o->summary.report);
	flows_free(&o->flows);
	free(o->path);
}
