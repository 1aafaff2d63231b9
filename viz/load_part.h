/* load_part.h — a part of the program that is a shared object, loaded when it is
 * asked for: so whoever does without it needs none of its libraries. */
#ifndef TCPLAB_VIZ_LOAD_PART_H
#define TCPLAB_VIZ_LOAD_PART_H

#include "base/error.h"

struct part {
	const char *file;
	const char *symbol;
	const char *what;   /* it does: "what draws" */
	const char *absent; /* how it came about that it is not there */
	const char *remedy;
};

/* What the symbol names; NULL with a sentence. */
const void *load_part(const struct part *part, struct error *err);

#endif
