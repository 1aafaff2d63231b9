/* command_check.c — tcplab check: verdicts without a window. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "drill/run.h"
#include "record/memory.h"
#include "viz/cli.h"
#include "viz/directory.h"
#include "viz/opened.h"
#include "viz/output.h"

struct tally {
	unsigned files;
	unsigned expectations;
	unsigned failed;
	unsigned unreadable;
};

/* A played end is expected to do what the captured one did. */
static unsigned judge_capture(const struct opened *o, struct tally *tally)
{
	const struct replay_summary *s = &o->summary;
	uint32_t differing = s->different + s->missing + s->extra;

	if (s->report != NULL)
		print_harmless(stdout, s->report);
	if (s->same + differing == 0)
		return 0;
	tally->expectations++;
	printf("%s  our TCP sends what was captured: %u segments the same, %u different, "
	       "%u missing, %u extra\n",
	       differing == 0 ? "ok    " : "FAILED", s->same, s->different, s->missing, s->extra);
	return differing > 0;
}

static unsigned judge_script(const struct opened *o, struct tally *tally)
{
	bool passed = o->verdict == DRILL_PASSED;

	if (o->verdict == DRILL_UNSUPPORTED)
		return 0;
	tally->expectations++;
	printf("%s  our TCP does what the script says\n", passed ? "ok    " : "FAILED");
	return !passed;
}

static void check_file(const char *path, const struct args *args, struct tally *tally)
{
	struct opened o;
	struct error err;

	if (!opened_file(&o, path, args, &err)) {
		tally->unreadable++;
		complain(STATUS_BAD_INPUT, err.text);
		return;
	}
	tally->files++;
	print_harmless(stdout, path);
	fputs(": ", stdout);
	print_harmless(stdout, recording_info(o.recording)->title);
	fputs("\n", stdout);
	if (o.scenario != NULL) {
		tally->expectations += scenario_expectations(o.scenario);
		tally->failed += scenario_check(o.scenario, o.recording, stdout);
	} else if (is_script(o.path)) {
		tally->failed += judge_script(&o, tally);
	} else {
		tally->failed += judge_capture(&o, tally);
	}
	opened_close(&o);
}

static bool check_path(const char *path, const struct args *args, struct tally *tally,
		       struct error *err)
{
	struct directory files;

	if (!directory_is(path)) {
		check_file(path, args, tally);
		return true;
	}
	if (!directory_scenarios(&files, path, err))
		return false;
	for (size_t i = 0; i < files.count; i++)
		check_file(files.paths[i], args, tally);
	directory_free(&files);
	return true;
}

int command_check(const struct args *args)
{
	struct tally tally = {0};
	struct error err;

	for (size_t i = 0; i < args->file_count; i++) {
		if (check_path(args->files[i], args, &tally, &err))
			continue;
		tally.unreadable++;
		complain(STATUS_BAD_INPUT, err.text);
	}
	if (tally.files > 0 || tally.unreadable == 0)
		printf("%u of %u expectations hold in %u file%s\n",
		       tally.expectations - tally.failed, tally.expectations, tally.files,
		       tally.files == 1 ? "" : "s");
	if (!output_close(stdout, "-", &err))
		return complain(STATUS_BAD_INPUT, err.text);
	if (tally.unreadable > 0)
		return STATUS_BAD_INPUT;
	return tally.failed > 0 ? STATUS_FAILED : STATUS_FINE;
}
