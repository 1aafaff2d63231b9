/* command_drill.c — tcplab drill: packetdrill scripts, and a verdict each. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "viz/cli.h"
#include "viz/drills.h"
#include "viz/junit.h"
#include "viz/output.h"
#include "viz/session.h"

/* ---- telling ---- */

static void show_progress(size_t done, size_t of, size_t failed)
{
	fprintf(stderr, "\r\033[K%zu of %zu", done, of);
	if (failed > 0)
		fprintf(stderr, ", %zu failed", failed);
}

/* Each line of a text, further in. */
static void print_inside(const char *text)
{
	while (*text != '\0') {
		size_t len = strcspn(text, "\n");
		char line[1024];

		snprintf(line, sizeof line, "    %.*s", (int)len, text);
		print_harmless(stdout, line);
		fputs("\n", stdout);
		text += len + (text[len] == '\n');
	}
}

static void print_deviation(const struct drill_result *r)
{
	char buf[64];
	struct text t = text_in(buf, sizeof buf);

	text_add_seconds(&t, r->deviation, 6);
	printf("; at most %s s from when the script expects it, in line %u", buf,
	       r->deviation_line);
}

static void print_passed(const struct drill *drill)
{
	const struct drill_result *r = &drill->result;

	printf("passed       ");
	print_harmless(stdout, drill->path);
	printf(": %u events", r->events);
	if (r->deviation > 0)
		print_deviation(r);
	if (r->left_over > 0)
		printf("; %u packets more than the script expects", r->left_over);
	if (r->forgiven > 0)
		printf("; %u differences that it forgives", r->forgiven);
	fputs("\n", stdout);
}

/* Everything where it is the only one; otherwise a line. */
static void print_verdict(const struct drill *drill, bool in_full)
{
	static const char *const words[] = {
		[DRILL_FAILED] = "FAILED       ",
		[DRILL_UNSUPPORTED] = "unsupported  ",
		[DRILL_UNREADABLE] = "unreadable   ",
	};
	const struct drill_result *r = &drill->result;
	size_t len = drill_sentence_len(drill);
	struct error line;

	if (r->verdict == DRILL_PASSED)
		return;
	error_set(&line, "%.*s", (int)len, r->sentence.text);
	fputs(words[r->verdict], stdout);
	print_harmless(stdout, line.text);
	fputs("\n", stdout);
	if (!in_full || r->verdict != DRILL_FAILED)
		return;
	print_inside(r->sentence.text + len + (r->sentence.text[len] == '\n'));
	if (drill->said == NULL && r->dialogue[0] != '\0') {
		fputs("  what was said until then:\n", stdout);
		print_inside(r->dialogue);
	}
}

static void print_said(const struct drill *drill)
{
	print_harmless(stdout, drill->path);
	fputs("\n", stdout);
	print_inside(drill->said);
	if (drill->result.verdict == DRILL_PASSED)
		print_passed(drill);
}

static void count_of(size_t count, const char *what, const char **between)
{
	if (count == 0)
		return;
	printf("%s%zu %s", *between, count, what);
	*between = ", ";
}

static void print_summary(const size_t counts[], nanos took)
{
	const char *between = "";
	char buf[40];
	struct text t = text_in(buf, sizeof buf);

	text_add_seconds(&t, took, 1);
	printf("%zu passed", counts[DRILL_PASSED]);
	between = ", ";
	count_of(counts[DRILL_FAILED], "failed", &between);
	count_of(counts[DRILL_UNSUPPORTED], "unsupported", &between);
	count_of(counts[DRILL_UNREADABLE], "unreadable", &between);
	printf(" in %s s\n", buf);
}

/* ---- all of it ---- */

static bool write_junit(const struct drills *d, const struct args *args, nanos took,
			struct error *err)
{
	FILE *out;

	if (args->junit == NULL)
		return true;
	out = output_open(args->junit, err);
	if (out == NULL)
		return false;
	junit_write(out, d, took);
	return output_close(out, args->junit, err);
}

static nanos real_time(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return nanos_from_s(now.tv_sec) + now.tv_nsec;
}

/* What was not judged is no mistake of the script's, unless one asks for that. */
static int status_of(const size_t counts[], const struct args *args)
{
	if (counts[DRILL_UNREADABLE] > 0)
		return STATUS_BAD_INPUT;
	if (counts[DRILL_FAILED] > 0 || (args->strict && counts[DRILL_UNSUPPORTED] > 0))
		return STATUS_FAILED;
	return STATUS_FINE;
}

static int judge_all(struct drills *d, const struct args *args, const struct drill_settings *s)
{
	bool watched = isatty(STDERR_FILENO) && d->count > 1;
	size_t counts[DRILL_UNREADABLE + 1] = {0};
	nanos began = real_time();
	nanos took;
	struct error err;
	bool fine;

	drills_run(d, args, s, watched ? show_progress : NULL);
	took = real_time() - began;
	if (watched)
		fputs("\r\033[K", stderr);
	for (size_t i = 0; i < d->count; i++) {
		counts[d->all[i].result.verdict]++;
		if (d->all[i].said != NULL)
			print_said(&d->all[i]);
		print_verdict(&d->all[i], d->count == 1 || args->verbose);
	}
	print_summary(counts, took);
	fine = write_junit(d, args, took, &err);
	if (!output_close(stdout, "-", &err) || !fine)
		return complain(STATUS_BAD_INPUT, err.text);
	return status_of(counts, args);
}

int command_drill(const struct args *args)
{
	struct session s = {.args = args, .files = args->files, .file_count = args->file_count};
	struct drill_settings settings;
	struct drills d;
	struct error err;
	int status;

	if (!drill_settings_of(&settings, args, &err))
		return complain(STATUS_BAD_INPUT, err.text);
	if (args->window || args->output != NULL)
		return session_present(&s);
	if (!drills_find(&d, args, &err))
		status = complain(STATUS_BAD_INPUT, err.text);
	else if (args->live)
		status = drills_compare(&d, args, &settings);
	else
		status = judge_all(&d, args, &settings);
	drills_free(&d);
	return status;
}
