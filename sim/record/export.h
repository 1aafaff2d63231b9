/* export.h — a recording as text. Each writes to `out` and returns false
 * with a sentence where that fails. Same recording, same bytes. */
#ifndef TCPLAB_RECORD_EXPORT_H
#define TCPLAB_RECORD_EXPORT_H

#include <stdbool.h>
#include <stdio.h>

#include "base/error.h"
#include "record/recording.h"

struct ladder_style {
	bool colour;     /* ANSI colours */
	bool why;        /* a line per turn with the rule's sentence and section */
	unsigned width;  /* columns; 0: 100 */
};

/* A ladder for a terminal: time, both ends' states, arrows, reasons. */
bool export_ladder(const struct recording *r, const struct ladder_style *style, FILE *out,
                   struct error *err);

/* JSON Lines, one object an event; docs/json-lines.md. */
bool export_json_lines(const struct recording *r, FILE *out, struct error *err);

/* pcapng, link type raw IP, taken at every host (an interface a host); each packet has
 * the reason why it was sent as its comment. */
bool export_pcapng(const struct recording *r, FILE *out, struct error *err);

/* The sentence of a rule with its {host}, {peer}, {VARIABLE} filled in for event `n`. */
struct text;
void explain_what(const struct recording *r, uint32_t n, struct text *out);
/* "RFC 6298 §5.4: …" and the student's sentence. */
void explain_why(const struct recording *r, uint32_t n, struct text *out);

#endif
