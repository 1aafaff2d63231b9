/* drills_compare.c — packetdrill scripts against our TCP and the kernel's. */
#include <stdio.h>
#include <string.h>

#include "live/drill_kernel.h"
#include "viz/cli.h"
#include "viz/drills.h"
#include "viz/output.h"

static const char *const words[] = {
	[DRILL_PASSED] = "passed",
	[DRILL_FAILED] = "FAILED",
	[DRILL_UNSUPPORTED] = "unsupported",
	[DRILL_UNREADABLE] = "unreadable",
};

static void print_why(const char *who, const struct drill_result *result)
{
	struct error line;

	if (result->verdict == DRILL_PASSED)
		return;
	error_set(&line, "%.*s", (int)strcspn(result->sentence.text, "\n"), result->sentence.text);
	printf("  %s: ", who);
	print_harmless(stdout, line.text);
	fputs("\n", stdout);
}

static void print_both(const char *path, const struct drill_result *ours,
		       const struct drill_result *kernel)
{
	printf("engine %s, kernel %s: ", words[ours->verdict], words[kernel->verdict]);
	print_harmless(stdout, path);
	fputs("\n", stdout);
	print_why("engine", ours);
	print_why("kernel", kernel);
	fflush(stdout);
}

static int worse(int status, const struct args *args, const struct drill_result *result)
{
	if (result->verdict == DRILL_UNREADABLE)
		return STATUS_BAD_INPUT;
	if (result->verdict == DRILL_FAILED ||
	    (args->strict && result->verdict == DRILL_UNSUPPORTED))
		return status == STATUS_FINE ? STATUS_FAILED : status;
	return status;
}

int drills_compare(struct drills *d, const struct args *args, const struct drill_settings *settings)
{
	size_t same = 0;
	int status = STATUS_FINE;
	struct error err;

	for (size_t i = 0; i < d->count; i++) {
		static struct drill_result ours;
		static struct drill_result kernel;
		struct script *script = drill_read(d->all[i].path, args, &ours.sentence);
		bool fine;

		if (script == NULL) {
			ours.verdict = kernel.verdict = DRILL_UNREADABLE;
			print_why("script", &ours);
			status = STATUS_BAD_INPUT;
			continue;
		}
		drill_run(script, settings, NULL, NULL, &ours);
		fine = drill_kernel(script, settings, &kernel, &err);
		script_free(script);
		if (!fine)
			return complain(STATUS_ENVIRONMENT, err.text);
		print_both(d->all[i].path, &ours, &kernel);
		same += ours.verdict == kernel.verdict;
		status = worse(worse(status, args, &ours), args, &kernel);
	}
	printf("%zu of %zu scripts end alike\n", same, d->count);
	return status;
}
