/* scenario_inside.h — a scenario as the loader builds it. Not for callers.
 *
 * All texts lie in the document. Hosts come first among the nodes, then
 * routers, both in the order of the file. */
#ifndef TCPLAB_SOURCE_SCENARIO_INSIDE_H
#define TCPLAB_SOURCE_SCENARIO_INSIDE_H

#include "net/script.h"
#include "source/json.h"
#include "source/scenario_real.h"
#include "tcp/profile.h"
#include "tcp/variables.h"

enum { FAULT_WORDS_MAX = 120, NO_HOST = INT32_MAX };

struct scenario_host {
	const char *name;
	struct address addresses[2];
	struct profile profile;
	struct signing_keys keys;
	struct script_step *steps;
	unsigned step_count;
	bool real; /* its TCP is not ours */
};

struct scenario_fault {
	struct stage_setup stage; /* its words are `words` */
	char words[FAULT_WORDS_MAX];
	const char *each[VICTIMS_NTH_MAX]; /* the same for each nth packet alone */
	uint32_t from;                     /* node; NO_HOST: both ways */
	uint64_t hits;                     /* of the last run */
};

struct scenario_link {
	uint32_t ends[2];
	struct way_setup ways[2]; /* from ends[0], from ends[1] */
	struct scenario_fault *faults;
	unsigned fault_count;
};

/* Something that happens at a host. */
enum moment_kind { MOMENT_TIME, MOMENT_STATE, MOMENT_SENDS, MOMENT_RULE };

struct moment {
	uint8_t kind;
	uint8_t what; /* state or packet class */
	uint16_t rule;
	uint32_t host;
	uint32_t nth;
	nanos time;
};

struct scenario_caption {
	struct moment moment;
	const char *text;
	uint32_t seen; /* during a run: how often the moment has come */
};

enum expectation_kind {
	EXPECT_STATES,
	EXPECT_RECEIVES,
	EXPECT_VARIABLE,
	EXPECT_SENDS,
	EXPECT_RULE,
	EXPECT_ENDS,
	EXPECT_LOST,
};

struct expectation {
	const struct json *json; /* where it is written */
	uint8_t kind;
	uint8_t what; /* packet class, or enum ending */
	uint16_t rule;
	uint32_t host;
	uint32_t connection; /* of the host, from 0 */
	uint32_t nth;        /* 0: how many is asked for, not when */
	bool again;
	bool has_least;
	bool has_most;
	int64_t least; /* in the variable's own unit */
	int64_t most;
	nanos time; /* at or by; NANOS_NEVER: whenever */
	const struct variable *variable;
	const char *text; /* to be received; NULL: any, as long as it should be */
	const struct json *states;
};

struct scenario {
	struct json_document doc;
	const char *name; /* the file's */
	uint64_t seed;
	nanos duration;
	struct scenario_host *hosts;
	unsigned host_count;
	uint32_t *scripts; /* hosts that have steps, in the order of the file */
	unsigned script_count;
	const char **routers;
	unsigned router_count;
	struct scenario_link *links;
	unsigned link_count;
	struct scenario_caption *captions;
	unsigned caption_count;
	struct expectation *expectations;
	unsigned expectation_count;
	struct outside *outside;
	unsigned outside_count;
	bool live; /* real hosts are welcome */
	/* Of the last run: what was read on each connection of the recording. */
	struct script_outcome *reads;
	uint32_t read_count;
	uint32_t read_capacity;
};

/* Each builds its part from the tree, which has the right shape; false with a
 * sentence. */
bool scenario_build_hosts(struct scenario *s, struct error *err);
bool scenario_build_links(struct scenario *s, struct error *err);
bool scenario_build_steps(struct scenario *s, struct error *err);
bool scenario_build_captions(struct scenario *s, struct error *err);
bool scenario_build_expectations(struct scenario *s, struct error *err);
bool scenario_build_inputs(struct scenario *s, struct error *err);

/* A host (or, with `routers`, any node) of that name; NO_HOST with a sentence. */
uint32_t scenario_host_named(const struct scenario *s, const struct json *name, bool routers,
			     struct error *err);
/* The number that json_member(object, key) names, of a host; NO_HOST where there is no
 * such key, false where there is no such host. */
bool scenario_host_in(const struct scenario *s, const struct json *object, const char *key,
		      uint32_t *out, struct error *err);
const char *scenario_node_name(const struct scenario *s, uint32_t node);

/* scenario_forge.c: what step "forge" sends; `as` and `to` are known. */
bool scenario_forge(struct scenario *s, const struct json *line, struct script_step *step,
		    struct error *err);

/* scenario_victims.c: what a fault's value says; `from` is the host beside it or NO_HOST. */
bool scenario_victims(const struct scenario *s, const struct json *value, struct victims *out,
		      uint32_t *from, struct error *err);
/* "the first SYN,ACK from server" */
void scenario_describe_victims(const struct scenario *s, const struct victims *victims,
			       uint32_t from, struct text *out);

/* scenario_moments.c */
/* Event `n` is such a moment, whichever time it is. */
bool moment_is(const struct moment *moment, const struct recording *r, uint32_t n);
/* The rule of that id, which the shape has checked. */
uint16_t scenario_rule(const char *id);

/* Memory of the scenario, all 0. */
void *scenario_get(struct scenario *s, size_t count, size_t size);

#endif
