/* ui_script.h — a script that drives the window as a user would.
 *
 * Read whole before it runs, so that a mistake in its last line is found
 * before anything happens. What it does goes in as events of keyboard and
 * pointer (sdl_script.c); what it expects is asked of the state and of the
 * picture, both const. docs/ui-script.md describes the commands. */
#ifndef TCPLAB_VIZ_UI_SCRIPT_H
#define TCPLAB_VIZ_UI_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "viz/app_state.h"

enum ui_verb {
	UI_KEY,    /* name */
	UI_TYPE,   /* text */
	UI_MOVE,   /* place */
	UI_CLICK,  /* place */
	UI_WHEEL,  /* amount, place, ctrl */
	UI_DRAG,   /* name: an id; from, to: shares of its width */
	UI_RESIZE, /* width, height */
	UI_EXPECT, /* name, relation, text */
	UI_WAIT,   /* name "idle", or as UI_EXPECT */
	UI_SHOT,   /* name: a file */
	UI_DUMP,   /* name: a file */
};

enum ui_relation {
	UI_IS,      /* step=7 */
	UI_IS_NOT,  /* step!=7 */
	UI_HAS,     /* text~RTO */
	UI_HAS_NOT, /* text!~RTO */
};

struct ui_command {
	enum ui_verb verb;
	enum ui_relation relation;
	unsigned line; /* from 1 */
	unsigned width;
	unsigned height;
	double amount;
	double from;
	double to;
	bool ctrl;
	struct point place;
	const char *id; /* whose middle is the place; NULL: `place` */
	const char *name;
	const char *text;
};

struct ui_script {
	const char *path;
	struct ui_command *commands;
	size_t count;
	size_t next;
	nanos waits_since; /* of a `wait` that is not over; 0: none */
	char *bytes;       /* what the commands' strings point into */
};

/* False with a sentence that names file and line. */
bool ui_script_read(struct ui_script *script, const char *path, struct error *err);
void ui_script_free(struct ui_script *script);

/* Does what an `expect` says hold now? Where not, the sentence says what is
 * there instead. */
bool ui_expect(const struct ui_script *script, const struct ui_command *command,
	       const struct app *app, struct error *err);

/* The middle of what the command points at; false with a sentence where
 * nothing of that name is to be seen. */
bool ui_place(const struct ui_script *script, const struct ui_command *command,
	      const struct app *app, struct point *out, struct error *err);

#endif
