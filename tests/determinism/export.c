/* export.c — every scenario as JSON Lines and as pcapng, for tests/determinism.sh.
 *
 *     export DIRECTORY SCENARIO.json …
 *
 * What is written is the work of the layers up to sim/source alone, and so is this
 * program: other compilers need not make what draws, or speaks to networks. */
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record/export.h"
#include "source/scenario.h"

static void must(bool fine, const char *what, const struct error *err)
{
	if (fine)
		return;
	fprintf(stderr, "%s: %s\n", what, err->text);
	exit(1);
}

static void write_as(const struct recording *r, const char *directory, const char *name,
		     const char *ending)
{
	struct error err = {"cannot be written"};
	char path[4096];
	FILE *out;

	snprintf(path, sizeof path, "%s/%s.%s", directory, name, ending);
	out = fopen(path, "wb");
	must(out != NULL, path, &err);
	must(strcmp(ending, "jsonl") == 0 ? export_json_lines(r, out, &err)
					  : export_pcapng(r, EVERY_HOST, out, &err),
	     path, &err);
	must(fclose(out) == 0, path, &err);
}

static void export_scenario(const char *directory, char *path)
{
	struct scenario *s;
	struct recording *r;
	struct error err;
	char *name;

	must(scenario_load(path, NULL, &s, &err), path, &err);
	r = scenario_recording(s);
	scenario_run(s, r);
	name = basename(path);
	name[strcspn(name, ".")] = '\0';
	write_as(r, directory, name, "jsonl");
	write_as(r, directory, name, "pcapng");
	recording_free(r);
	scenario_free(s);
}

int main(int argc, char **argv)
{
	for (int i = 2; i < argc; i++)
		export_scenario(argv[1], argv[i]);
	return 0;
}
