/* shell.h — the line of a shell, taken apart: commands, joined by ; && || and
 * newlines, of stages joined by |, of words. Nothing is ever run. */
#ifndef TCPLAB_MACHINE_SHELL_H
#define TCPLAB_MACHINE_SHELL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

enum { SHELL_WORDS_MAX = 64, SHELL_STAGES_MAX = 8 };

struct shell_stage {
	char *words[SHELL_WORDS_MAX];
	unsigned count;
	const char *output; /* > file; or NULL */
};

enum shell_joint { SHELL_THEN, SHELL_AND, SHELL_OR, SHELL_END };

struct shell_command {
	struct shell_stage stages[SHELL_STAGES_MAX];
	unsigned count;
	unsigned joint; /* enum shell_joint to the one that follows */
};

struct shell_reader {
	const char *at;
	char *room; /* for words: as long as the text, and two octets more for each */
};

/* The next command. False where there is none, or what it says is beyond us: then `why` is a
 * sentence. */
bool shell_next(struct shell_reader *r, struct shell_command *command, struct error *why);

#endif
