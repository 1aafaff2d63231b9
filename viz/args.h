/* args.h — the command line, read.
 *
 * Every option is a row of one table in args.c: its name, which commands take
 * it, and its line in --help. Whatever cannot be meant is an error with a
 * sentence: unknown commands and options (with the nearest valid name),
 * missing, impossible and repeated values, options that exclude each other.
 *
 * The strings are argv's own and live as long as it does; args_free() gives
 * back the lists. */
#ifndef TCPLAB_VIZ_ARGS_H
#define TCPLAB_VIZ_ARGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/error.h"
#include "wire/address.h"

enum verb {
	VERB_NONE, /* no command: the window */
	VERB_RUN,
	VERB_REPLAY,
	VERB_CHECK,
	VERB_EXPORT,
	VERB_LIVE,
	VERB_WATCH,
	VERB_DRILL,
	VERB_COUNT,
};

enum coloring { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

/* Whose end of a captured connection our own TCP plays. */
enum played { PLAY_NOBODY, PLAY_CLIENT, PLAY_SERVER };

/* Of the window and of pictures, in pixels: smaller, and the page's words
 * would not be legible; larger, and Cairo would refuse. */
enum { WIDTH_LEAST = 1280, HEIGHT_LEAST = 720, SIDE_MOST = 16384 };

/* Real hosts in a virtual network. */
enum { REALS_MAX = 8 };

/* Scripts that run at the same time. */
enum { JOBS_MOST = 64 };

struct args {
	enum verb verb;
	const char **files;
	size_t file_count;
	const char **settings; /* "key=value", of --set */
	size_t setting_count;
	const char **defines; /* NAME=VALUE, of -D */
	size_t define_count;
	const char *output;    /* NULL: nowhere */
	const char *ui_script; /* NULL: none */
	/* of live runs; NULL: nobody chose */
	const char *via;
	const char *profile;
	const char *interface;
	struct address address;
	const char *serve;   /* a directory */
	const char *to;      /* live replay: whom; or it is the file before the last */
	const char *save;    /* what is left of the run */
	const char *command; /* that lives in the user namespace of --via space; the first of … */
	const char *commands[REALS_MAX];
	size_t command_count;
	const char *reals[REALS_MAX]; /* names of hosts */
	size_t real_count;
	const char *junit;      /* of scripts: a file for verdicts; or NULL */
	const char *ip_version; /* NULL: what they say */
	uint32_t tolerance_ms;  /* 0: what they say */
	unsigned jobs;          /* 0: as many as processors */
	uint64_t seed;
	uint32_t step;        /* from 0, the start */
	uint32_t conn;        /* from 1; 0: nobody chose */
	uint32_t for_seconds; /* of watching; 0: no end */
	uint32_t memory;      /* for it, in MB; 0: the usual */
	uint32_t late_bound;  /* in ms; 0: the usual */
	unsigned width;       /* 0: the usual size */
	unsigned height;
	enum played play;
	enum played side; /* of a script: whose end it speaks for */
	enum coloring color;
	bool dark;
	bool projector;
	bool has_seed;
	bool has_step;
	bool text;
	bool json;
	bool list;
	bool reduce_motion;
	bool dump_ui;
	uint32_t loss; /* of a million datagrams */
	uint32_t duplication;
	uint32_t reordering;
	bool verbose;
	bool strict;
	bool live; /* drill: against the kernel, too */
	bool window;
	bool once;
	bool stdio;
	bool ipv4;
	bool ipv6;
	bool help;
	bool version;
};

/* Reads argv[1] …; false with a sentence where it cannot be meant. *args is
 * to be freed either way. */
bool args_read(struct args *args, int argc, char **argv, struct error *err);
void args_free(struct args *args);

/* The output is a packetdrill script, by its ending. */
bool args_want_script(const struct args *args);

/* The summary of one command, or of all for VERB_NONE. */
void args_help(FILE *out, enum verb verb);

#endif
