/* export.h — a recording as text. Each writes to `out` and returns false
 * with a sentence where that fails. Same recording, same bytes. */
#ifndef TCPLAB_RECORD_EXPORT_H
#define TCPLAB_RECORD_EXPORT_H

#include <stdbool.h>
#include <stdio.h>

#include "base/error.h"
#include "record/explain.h" /* export and explanation are read together */
#include "record/recording.h"

struct ladder_style {
	bool colour;    /* ANSI colours */
	bool why;       /* a line per turn with the rule's sentence and section */
	unsigned width; /* columns, from 80; 0: 100 */
};

/* A ladder for a terminal: time, both ends' states, arrows, reasons. */
bool export_ladder(const struct recording *r, const struct ladder_style *style, FILE *out,
		   struct error *err);

/* JSON Lines, one object an event; docs/json-lines.md. */
bool export_json_lines(const struct recording *r, FILE *out, struct error *err);

enum { EVERY_HOST = -1 };

/* pcapng, link type IPv4, IPv6 or (where there are both) raw IP, an interface a host: each
 * packet as its sender saw it leave and as its receiver saw it come, with the reason in its
 * comment. `host` (an index, or
 * EVERY_HOST) is whose view is written. Text that a capture did not keep is cut off. */
bool export_pcapng(const struct recording *r, int host, FILE *out, struct error *err);

#endif
