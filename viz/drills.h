/* drills.h — packetdrill scripts, many of them at once, each run by itself. */
#ifndef TCPLAB_VIZ_DRILLS_H
#define TCPLAB_VIZ_DRILLS_H

#include "drill/run.h"
#include "viz/args.h"

struct drill {
	const char *path;
	struct drill_result result;
	char *said; /* the dialogue and what its code prints, with -v; otherwise NULL */
	nanos took; /* real time */
};

struct drills {
	struct drill *all;
	size_t count;
	char **paths; /* that are ours: of directories */
	size_t path_count;
};

/* The script with what -D says in its place, read; NULL, and a sentence. */
struct script *drill_read(const char *path, const struct args *args, struct error *err);

/* What the command line says about how scripts are run. */
bool drill_settings_of(struct drill_settings *settings, const struct args *args, struct error *err);

/* The scripts that the command line names, in its order; those of directories, and of
 * directories in them, by name. False, and a sentence. */
bool drills_find(struct drills *d, const struct args *args, struct error *err);
void drills_free(struct drills *d);

/* Runs them, as many at a time as args->jobs says. `progress` hears how many have ended and
 * how many of them failed, from one thread; NULL: nobody does. */
void drills_run(struct drills *d, const struct args *args, const struct drill_settings *settings,
		void (*progress)(size_t done, size_t of, size_t failed));

/* Each against our TCP and against the kernel's, one after the other in real time, with a line
 * each as it ends. An exit status. */
int drills_compare(struct drills *d, const struct args *args,
		   const struct drill_settings *settings);

/* "x.pkt:12: …", the first line of what is wrong. */
size_t drill_sentence_len(const struct drill *drill);

#endif
