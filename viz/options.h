/* options.h — the tables of commands and options. For args*.c alone; others
 * read args.h.
 *
 * A new option is one row, and where it takes a value one function that reads
 * it; --help, the errors and the tests follow. */
#ifndef TCPLAB_VIZ_OPTIONS_H
#define TCPLAB_VIZ_OPTIONS_H

#include "viz/args.h"

struct verb_row {
	const char *name;
	const char *operands;
	const char *what;
	const char *more; /* in the command's own --help */
};

extern const struct verb_row verbs[VERB_COUNT];

/* The commands that take an option. */
enum {
	IN_NONE = 1 << VERB_NONE,
	IN_RUN = 1 << VERB_RUN,
	IN_REPLAY = 1 << VERB_REPLAY,
	IN_CHECK = 1 << VERB_CHECK,
	IN_EXPORT = 1 << VERB_EXPORT,
	IN_LIVE = 1 << VERB_LIVE,
	IN_WATCH = 1 << VERB_WATCH,
	IN_DRILL = 1 << VERB_DRILL,
	IN_WINDOW = IN_NONE | IN_RUN | IN_REPLAY,
	IN_ALL = IN_WINDOW | IN_CHECK | IN_EXPORT | IN_LIVE | IN_WATCH | IN_DRILL,
};

struct option_row {
	const char *name;
	const char *value; /* what its value is called; NULL: it takes none … */
	size_t flag;       /* … and sets this bool of struct args */
	bool (*take)(struct args *args, const char *value, struct error *err);
	unsigned verbs;
	bool many; /* may be given again */
	const char *help;
};

enum { OPTION_COUNT = 47 };

extern const struct option_row options[OPTION_COUNT];

#endif
