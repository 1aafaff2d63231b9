/* explain.h — an event in words: what happened, and why.
 *
 * The sentences come from the rules (tcp/rule.h), whose placeholders are
 * filled in here: {host} and {peer} are names of hosts; {seq} {ack} {len}
 * {flags} are those of the segment that the event is about; any name of
 * tcb_variables(), such as {SND.NXT}, {RTO} or {cwnd}, is that variable of
 * the event's connection as the engine left it. An event without a rule gets
 * a plain sentence. What comes from outside is made harmless (plain.h). */
#ifndef TCPLAB_RECORD_EXPLAIN_H
#define TCPLAB_RECORD_EXPLAIN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"
#include "record/recording.h"
#include "tcp/variables.h"

/* What happened at event `n`: "Client opens the connection." */
void explain_what(const struct recording *r, uint32_t n, struct text *out);

/* Why, with its source: "RFC 9293 §3.10.1: An active OPEN picks …". Empty
 * where the event says all that there is to say. */
void explain_why(const struct recording *r, uint32_t n, struct text *out);

/* The two halves of explain_why() for an event with a rule: "RFC 9293 §3.10.1" and the
 * sentence. Nothing for one without. */
void explain_source(const struct recording *r, uint32_t n, struct text *out);
void explain_reason(const struct recording *r, uint32_t n, struct text *out);

/* Fills in the placeholders of any sentence, all of which must be known. */
void explain_fill(const struct recording *r, uint32_t n, const char *sentence, struct text *out);

/* A variable's value for people: "2.000 s", "101", "ESTABLISHED", "yes". */
void explain_value(const struct variable *variable, const struct tcb *tcb, struct text *out);

/* True for every placeholder that a sentence may hold, given without braces. */
bool explain_knows(const char *placeholder);

#endif
