/* load_http.c — the part of the program that speaks HTTP, loaded when asked for. */
#include <dlfcn.h>

#include "live/http_part.h"
#include "viz/directory.h"

const struct http_part *http_part(struct error *err)
{
	static const struct http_part *part;
	static const char *const places[] = {"tcplab-http.so", "../lib/tcplab/tcplab-http.so"};
	char path[PATH_MAX];
	void *object = NULL;

	if (part != NULL)
		return part;
	for (size_t i = 0; i < sizeof places / sizeof places[0] && object == NULL; i++) {
		if (directory_beside_program(path, places[i]))
			object = dlopen(path, RTLD_NOW);
	}
	if (object != NULL)
		part = dlsym(object, "tcplab_http_part");
	if (part == NULL)
		error_set(err, "what speaks HTTP, tcplab-http.so, cannot be loaded from beside the "
			       "program nor from ../lib/tcplab: make builds it");
	return part;
}
