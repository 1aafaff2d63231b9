/* program_portable.c — where the program is, by the name that it was called by and PATH. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "viz/directory.h"

static const char *called;

void program_called(const char *name)
{
	called = name;
}

static bool is_there(char out[PATH_MAX], const char *directory, size_t len)
{
	char path[PATH_MAX];

	/* An empty place of PATH is where we are. */
	snprintf(path, sizeof path, "%.*s%s%s", (int)len, directory, len > 0 ? "/" : "", called);
	return access(path, X_OK) == 0 && realpath(path, out) != NULL;
}

bool program_path(char out[PATH_MAX])
{
	const char *at = getenv("PATH");

	if (called == NULL)
		return false;
	if (strchr(called, '/') != NULL)
		return realpath(called, out) != NULL;
	while (at != NULL) {
		size_t len = strcspn(at, ":");

		if (is_there(out, at, len))
			return true;
		at = at[len] == ':' ? at + len + 1 : NULL;
	}
	return false;
}
