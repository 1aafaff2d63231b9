/* opened.h — a file that was read and run: a scenario or a capture. */
#ifndef TCPLAB_VIZ_OPENED_H
#define TCPLAB_VIZ_OPENED_H

#include "base/error.h"
#include "record/recording.h"
#include "source/flows.h"
#include "source/replay.h"
#include "source/scenario.h"
#include "viz/args.h"

struct opened {
	char *path; /* without the "#step=9" of a link */
	struct recording *recording;
	struct scenario *scenario;     /* NULL for a capture or a script */
	uint8_t verdict;               /* of a script: enum verdict */
	struct replay_summary summary; /* of a capture; all 0 for a scenario */
	struct flows flows;            /* of a capture: the list of its connections */
	uint32_t step;                 /* of a link */
	bool has_step;
};

/* What --set says, and what ifs beyond it. */
struct settings {
	const char **all;
	size_t count;
};

/* By its name, which may have "#step=9" behind it: a scenario ends in .json. */
bool is_scenario(const char *path);
bool is_script(const char *path);   /* of packetdrill: .pkt */
bool is_kept_run(const char *path); /* a live run's inputs: .live */
bool is_capture(const char *path);  /* .pcap, .pcapng; to be opened, others will do */

/* Opens and runs. False with a sentence, and nothing to close. */
bool opened_scenario(struct opened *out, const char *path, const struct args *args,
		     const struct settings *settings, struct error *err);
bool opened_capture(struct opened *out, const char *path, const struct args *args,
		    struct error *err);
/* That connection of it; 0: the first with a handshake. */
bool opened_connection(struct opened *out, const char *path, const struct args *args,
		       uint32_t number, struct error *err);
/* A script is shown as far as it went; where it did not pass, that is said. */
bool opened_script(struct opened *out, const char *path, const struct args *args,
		   struct error *err);
/* Our host does again what it did. */
bool opened_kept_run(struct opened *out, const char *path, struct error *err);
/* Whichever it is. */
bool opened_file(struct opened *out, const char *path, const struct args *args, struct error *err);
/* False with a sentence where the step of --step, or of a link, is not there. */
bool opened_has_step(const struct opened *o, const struct args *args, struct error *err);
void opened_close(struct opened *o);

#endif
