#include "viz/load_part.h"

#include <dlfcn.h>
#include <stdio.h>

#include "viz/directory.h"

const void *load_part(const struct part *part, struct error *err)
{
	/* Where the build leaves it, and where `make install` does. */
	static const char *const places[] = {"", "../lib/tcplab/"};
	char place[64];
	char path[PATH_MAX];
	const void *found = NULL;
	void *object;

	for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
		snprintf(place, sizeof place, "%s%s", places[i], part->file);
		if (!directory_beside_program(path, place))
			continue;
		object = dlopen(path, RTLD_NOW);
		if (object != NULL)
			found = dlsym(object, part->symbol);
		if (found == NULL)
			error_set(err, "%s, %s, cannot be loaded (%s): %s", part->what, part->file,
				  dlerror(), part->remedy);
		return found;
	}
	error_set(err, "%s, %s, is neither beside the program nor in ../lib/tcplab (%s): %s",
		  part->what, part->file, part->absent, part->remedy);
	return NULL;
}
