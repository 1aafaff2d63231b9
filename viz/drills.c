#include "viz/drills.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "script/defines.h"
#include "record/memory.h"
#include "viz/directory.h"

/* ---- reading ---- */

struct script *drill_read(const char *path, const struct args *args, struct error *err)
{
	char *text;
	char *replaced;
	size_t len;
	struct script *script;

	if (args->define_count == 0)
		return script_read(path, err);
	if (!script_text(path, &text, &len, err))
		return NULL;
	replaced = defines_replace(text, &len, args->defines, args->define_count);
	free(text);
	script = script_parse(path, replaced, len, err);
	free(replaced);
	return script;
}

bool drill_settings_of(struct drill_settings *settings, const struct args *args, struct error *err)
{
	struct script_option version = {.name = "ip_version", .value = args->ip_version};
	struct script head = {.name = "--ip_version", .options = &version, .option_count = 1};

	settings_default(settings);
	if (args->profile != NULL && !settings_use_profile(settings, args->profile))
		return error_set(err, "there is no profile \"%s\"", args->profile);
	if (args->ip_version != NULL && settings_of_script(settings, &head, err) != SETTING_KNOWN)
		return false;
	if (args->tolerance_ms > 0)
		settings->tolerance = nanos_from_ms(args->tolerance_ms);
	if (args->has_seed)
		settings->seed = args->seed;
	settings->strict = args->strict;
	return true;
}

/* ---- which ---- */

static void add(struct drills *d, const char *path, uint32_t *capacity)
{
	d->all = memory_grow(d->all, capacity, (uint32_t)d->count + 1, sizeof *d->all);
	d->all[d->count++] = (struct drill){.path = path};
}

bool drills_find(struct drills *d, const struct args *args, struct error *err)
{
	uint32_t capacity = 0;
	uint32_t path_capacity = 0;

	*d = (struct drills){0};
	for (size_t i = 0; i < args->file_count; i++) {
		struct directory found;

		if (!directory_is(args->files[i])) {
			add(d, args->files[i], &capacity);
			continue;
		}
		if (!directory_scripts(&found, args->files[i], err))
			return false;
		for (size_t j = 0; j < found.count; j++) {
			d->paths = memory_grow(d->paths, &path_capacity,
					       (uint32_t)d->path_count + 1, sizeof *d->paths);
			d->paths[d->path_count++] = found.paths[j];
			add(d, found.paths[j], &capacity);
		}
		free(found.paths);
	}
	return true;
}

void drills_free(struct drills *d)
{
	for (size_t i = 0; i < d->count; i++)
		free(d->all[i].said);
	for (size_t i = 0; i < d->path_count; i++)
		free(d->paths[i]);
	free(d->paths);
	free(d->all);
	*d = (struct drills){0};
}

size_t drill_sentence_len(const struct drill *drill)
{
	return strcspn(drill->result.sentence.text, "\n");
}

/* ---- running ---- */

struct work {
	struct drills *drills;
	const struct args *args;
	const struct drill_settings *settings;
	void (*progress)(size_t done, size_t of, size_t failed);
	atomic_size_t next;
	atomic_size_t done;
	atomic_size_t failed;
};

static void hear_line(void *said, nanos now, const char *line)
{
	(void)now;
	fprintf(said, "%s\n", line);
}

static void hear_print(void *said, const char *text)
{
	fputs(text, said);
}

static nanos real_time(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return nanos_from_s(t.tv_sec) + t.tv_nsec;
}

static void run_one(const struct work *w, struct drill *drill)
{
	nanos began = real_time();
	size_t size;
	FILE *said = w->args->verbose ? open_memstream(&drill->said, &size) : NULL;
	const struct drill_watcher watcher = {
		.who = said, .line = hear_line, .printed = hear_print};
	struct script *script = drill_read(drill->path, w->args, &drill->result.sentence);

	if (script != NULL)
		drill_run(script, w->settings, NULL, said != NULL ? &watcher : NULL,
			  &drill->result);
	else
		drill->result.verdict = DRILL_UNREADABLE;
	script_free(script);
	if (said != NULL)
		fclose(said);
	drill->took = real_time() - began;
}

static void *work_on(void *who)
{
	struct work *w = who;
	size_t i;

	while ((i = atomic_fetch_add(&w->next, 1)) < w->drills->count) {
		struct drill *drill = &w->drills->all[i];

		run_one(w, drill);
		if (drill->result.verdict == DRILL_FAILED)
			atomic_fetch_add(&w->failed, 1);
		atomic_fetch_add(&w->done, 1);
	}
	return NULL;
}

/* The line of a terminal is redrawn so often, while others work. */
static void *tell_progress(void *who)
{
	const struct timespec pause = {.tv_nsec = 50000000};
	struct work *w = who;

	while (atomic_load(&w->done) < w->drills->count) {
		w->progress(atomic_load(&w->done), w->drills->count, atomic_load(&w->failed));
		nanosleep(&pause, NULL);
	}
	return NULL;
}

static size_t threads_of(const struct args *args, size_t count)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	size_t threads = args->jobs > 0 ? args->jobs : processors > 0 ? (size_t)processors : 1;

	if (threads > JOBS_MOST)
		threads = JOBS_MOST;
	return threads < count ? threads : count;
}

void drills_run(struct drills *d, const struct args *args, const struct drill_settings *settings,
		void (*progress)(size_t done, size_t of, size_t failed))
{
	struct work w = {.drills = d, .args = args, .settings = settings, .progress = progress};
	size_t wanted = threads_of(args, d->count);
	pthread_t threads[JOBS_MOST];
	pthread_t teller;
	size_t started = 0;
	bool tells = progress != NULL && pthread_create(&teller, NULL, tell_progress, &w) == 0;

	/* This thread works too, and alone where no other can be had. */
	while (started + 1 < wanted && pthread_create(&threads[started], NULL, work_on, &w) == 0)
		started++;
	work_on(&w);
	for (size_t i = 0; i < started; i++)
		pthread_join(threads[i], NULL);
	if (tells)
		pthread_join(teller, NULL);
}
