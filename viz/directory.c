#include "viz/directory.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "record/memory.h"

bool directory_is(const char *path)
{
	struct stat s;

	return stat(path, &s) == 0 && S_ISDIR(s.st_mode);
}

static int is_listed(const struct dirent *entry)
{
	size_t len = strlen(entry->d_name);

	return entry->d_name[0] != '.' && len > 5 &&
	       strcmp(entry->d_name + len - 5, ".json") == 0 &&
	       strcmp(entry->d_name, "schema.json") != 0 &&
	       strcmp(entry->d_name, "index.json") != 0;
}

/* By bytes: the same order everywhere. */
static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

bool directory_scenarios(struct directory *out, const char *path, struct error *err)
{
	struct dirent **entries;
	int count = scandir(path, &entries, is_listed, by_name);
	size_t path_len = strlen(path);

	*out = (struct directory){NULL, 0};
	if (count < 0)
		return error_set(err, "%s: cannot be read: %s", path, strerror(errno));
	while (path_len > 1 && path[path_len - 1] == '/')
		path_len--;
	out->paths = memory_get(((size_t)count + 1) * sizeof *out->paths);
	for (int i = 0; i < count; i++) {
		size_t size = path_len + strlen(entries[i]->d_name) + 2;

		out->paths[i] = memory_get(size);
		snprintf(out->paths[i], size, "%.*s/%s", (int)path_len, path, entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	out->count = (size_t)count;
	if (count > 0)
		return true;
	directory_free(out);
	return error_set(err, "%s: no scenario is in this directory: their names end in .json",
			 path);
}

/* ---- scripts ---- */

enum { DEEPEST = 32 }; /* a link may lead back to where it is */

static bool is_script_name(const char *name)
{
	size_t len = strlen(name);

	return len > 4 && strcmp(name + len - 4, ".pkt") == 0;
}

static int is_shown(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static bool add_scripts(struct directory *out, uint32_t *capacity, const char *path, unsigned depth,
			struct error *err)
{
	struct dirent **entries;
	int count = scandir(path, &entries, is_shown, by_name);
	size_t path_len = strlen(path);
	bool fine = true;

	if (count < 0)
		return error_set(err, "%s: cannot be read: %s", path, strerror(errno));
	while (path_len > 1 && path[path_len - 1] == '/')
		path_len--;
	for (int i = 0; i < count; i++) {
		size_t size = path_len + strlen(entries[i]->d_name) + 2;
		char *name = memory_get(size);

		snprintf(name, size, "%.*s/%s", (int)path_len, path, entries[i]->d_name);
		if (fine && directory_is(name) && depth < DEEPEST)
			fine = add_scripts(out, capacity, name, depth + 1, err);
		if (fine && is_script_name(name) && !directory_is(name)) {
			out->paths = memory_grow(out->paths, capacity, (uint32_t)out->count + 1,
						 sizeof *out->paths);
			out->paths[out->count++] = name;
			name = NULL;
		}
		free(name);
		free(entries[i]);
	}
	free(entries);
	return fine;
}

bool directory_scripts(struct directory *out, const char *path, struct error *err)
{
	uint32_t capacity = 0;

	*out = (struct directory){NULL, 0};
	if (!add_scripts(out, &capacity, path, 0, err)) {
		directory_free(out);
		return false;
	}
	return out->count > 0 ||
	       error_set(err, "%s: no script is in this directory: their names end in .pkt", path);
}

void directory_free(struct directory *d)
{
	for (size_t i = 0; i < d->count; i++)
		free(d->paths[i]);
	free(d->paths);
	*d = (struct directory){NULL, 0};
}

bool directory_beside_program(char real[PATH_MAX], const char *place)
{
	char program[PATH_MAX];
	char path[PATH_MAX + 40];
	const char *slash;

	if (!program_path(program))
		return false;
	slash = strrchr(program, '/');
	snprintf(path, sizeof path, "%.*s/%s", (int)(slash - program), program, place);
	return realpath(path, real) != NULL;
}

const char *directory_part(char real[PATH_MAX], const char *name)
{
	char installed[64];

	snprintf(installed, sizeof installed, "../lib/tcplab/%s", name);
	return directory_beside_program(real, name) || directory_beside_program(real, installed)
		       ? real
		       : NULL;
}

bool directory_of_ours(struct directory *out)
{
	static const char *const places[] = {"../scenarios", "../../scenarios",
					     "../share/tcplab/scenarios"};
	char real[PATH_MAX];
	struct error err;

	for (size_t i = 0; i < sizeof places / sizeof places[0]; i++)
		if (directory_beside_program(real, places[i]) &&
		    directory_scenarios(out, real, &err))
			return true;
	return directory_scenarios(out, "scenarios", &err);
}
