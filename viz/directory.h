/* directory.h — the scenarios and scripts in a directory, and where ours are. */
#ifndef TCPLAB_VIZ_DIRECTORY_H
#define TCPLAB_VIZ_DIRECTORY_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

struct directory {
	char **paths; /* in the order of their names */
	size_t count;
};

bool directory_is(const char *path);

/* Every file that ends in .json, but for schema.json and index.json. False
 * with a sentence where it cannot be read or has none. */
bool directory_scenarios(struct directory *out, const char *path, struct error *err);
/* Every file that ends in .pkt, in it and in directories below. */
bool directory_scripts(struct directory *out, const char *path, struct error *err);
void directory_free(struct directory *d);

/* main() says by which name the program was called. */
void program_called(const char *name);
/* Where its file is, without links. False where that is not known. */
bool program_path(char out[PATH_MAX]);

/* The path of something that lies at `place`, seen from where the program
 * lies. False where there is nothing. */
bool directory_beside_program(char real[PATH_MAX], const char *place);

/* The path of another program of ours: where the build leaves it, or where `make install` does.
 * NULL where it is not. */
const char *directory_part(char real[PATH_MAX], const char *name);

/* Those that came with the program: beside the source it was built from, or
 * where `make install` put them. False where there are none. */
bool directory_of_ours(struct directory *out);

#endif
