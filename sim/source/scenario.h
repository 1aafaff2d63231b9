/* scenario.h — a network and what happens on it, written as JSON.
 *
 * docs/scenario-format.md describes the format, scenarios/schema.json is for
 * editors. Reading is strict: every mistake is a sentence with file, line,
 * column and path, and what would be right.
 *
 *     struct scenario *s;
 *     if (!scenario_load("scenarios/03-….json", NULL, &s, &err)) …
 *     struct recording *r = scenario_recording(s);
 *     scenario_run(s, r);
 *     unsigned failed = scenario_check(s, r, stdout);
 *
 * A run is a pure function of the file, the settings and the seed. A what-if
 * is one more setting and another run; scenario_write() keeps it as a file. */
#ifndef TCPLAB_SOURCE_SCENARIO_H
#define TCPLAB_SOURCE_SCENARIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/error.h"
#include "base/nanos.h"
#include "net/world.h"
#include "record/recording.h"
#include "tcp/profile.h"

struct scenario;

struct scenario_options {
	const char *const *sets; /* "links.0.delay_ms=80", "links.0.faults.+={…}" */
	unsigned set_count;
	bool has_seed;
	uint64_t seed; /* instead of the file's */
	bool live;     /* some of its hosts are real, and it has no inputs yet: scenario_real.h */
};

/* `options` NULL: none. False with a sentence. The caller frees *out. */
bool scenario_load(const char *path, const struct scenario_options *options, struct scenario **out,
		   struct error *err);
/* The same from memory; `name` is said in errors. */
bool scenario_parse(const char *name, const char *bytes, size_t len,
		    const struct scenario_options *options, struct scenario **out,
		    struct error *err);
void scenario_free(struct scenario *s);

const char *scenario_title(const struct scenario *s);
const char *scenario_look_for(const struct scenario *s); /* "" where it has none */
uint64_t scenario_seed(const struct scenario *s);
unsigned scenario_expectations(const struct scenario *s);

/* How host number `host` of its recordings is set up; false where its TCP is not ours. */
bool scenario_host_setup(const struct scenario *s, uint32_t host, struct profile *profile,
			 uint64_t *seed, uint16_t *mtu);

/* An empty recording with the scenario's title, file and seed, for a run. The
 * caller owns it. */
struct recording *scenario_recording(const struct scenario *s);

struct scenario_result {
	enum world_end end;
	nanos time;        /* when it ended */
	uint64_t segments; /* sent by all hosts */
	uint64_t octets;   /* read by all applications */
	bool too_long;     /* stopped because the recording grew beyond EVENTS_MAX */
};

enum { SCENARIO_EVENTS_MAX = 8000000 };

/* Runs it from the beginning. `r` NULL: nothing is kept. */
struct scenario_result scenario_run(struct scenario *s, struct recording *r);

/* What its author should know about the last run, a line each on `out`: faults
 * that never hit anything. */
void scenario_tell_notes(const struct scenario *s, FILE *out);

/* Holds the expectations against the recording of the last run, one line each
 * on `report` (NULL: none), and returns how many failed. */
unsigned scenario_check(const struct scenario *s, const struct recording *r, FILE *report);

/* The setting that makes a link lose this packet of the recording, for
 * scenario_options.sets. False where no link carried it, or a router made it. */
bool scenario_losing(const struct scenario *s, const struct recording *r, uint32_t packet,
		     char *out, size_t size);

/* The scenario with its settings as a file of its own. */
void scenario_write(const struct scenario *s, FILE *out);

/* For scenarios/schema.json and docs/scenario-format.md. */
void scenario_write_schema(FILE *out);
void scenario_write_reference(FILE *out);

#endif
