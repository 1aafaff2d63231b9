#include "source/scenario_inside.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/nearest.h"
#include "record/memory.h"
#include "source/json_inside.h"
#include "source/scenario_shapes.h"

/* Where nothing is said a run ends after an hour. */
static const nanos duration_default = INT64_C(3600) * 1000000000;

void *scenario_get(struct scenario *s, size_t count, size_t size)
{
	return json_get(&s->doc, count * size);
}

/* A newer format is a better explanation than the first key that we do not know. */
static bool check_version(const struct json *root, struct error *err)
{
	const struct json *version =
		root->kind == JSON_OBJECT ? json_member(root, "version") : NULL;
	int64_t number;

	if (version == NULL || version->kind != JSON_NUMBER || !json_decimal(version, 0, &number) ||
	    number <= SCENARIO_VERSION)
		return true;
	return json_error(err, version,
			  "this scenario is of version %s, newer than this program, which knows "
			  "version %d",
			  version->text, (int)SCENARIO_VERSION);
}

enum { HOSTS_MAX = 200 };

/* Settings make what is missing on their way, but no hosts: what is below
 * "hosts.clint" was meant for another. */
static bool check_host_set(const struct json *root, const char *setting, struct error *err)
{
	const struct json *hosts = root->kind == JSON_OBJECT ? json_member(root, "hosts") : NULL;
	const char *name = strchr(setting, '.');
	const char *names[HOSTS_MAX];
	char wanted[40];
	const char *near;
	unsigned count = 0;
	size_t len;

	if (hosts == NULL || hosts->kind != JSON_OBJECT || name == NULL ||
	    (strncmp(setting, "hosts.", 6) != 0 && strncmp(setting, "applications.", 13) != 0))
		return true;
	len = strcspn(++name, ".=");
	if (name[len] != '.' || len >= sizeof wanted)
		return true;
	snprintf(wanted, sizeof wanted, "%.*s", (int)len, name);
	if (json_member(hosts, wanted) != NULL)
		return true;
	for (const struct json *h = hosts->child; h != NULL && count < HOSTS_MAX; h = h->next)
		names[count++] = h->key;
	near = nearest(wanted, names, count);
	return error_set(err, "--set %s: there is no host \"%s\"%s%s%s", setting, wanted,
			 near != NULL ? "; did you mean \"" : "", near != NULL ? near : "",
			 near != NULL ? "\"?" : "");
}

/* Into the file's place too, so that what is written runs the same. */
static bool take_seed(struct scenario *s, uint64_t seed, struct error *err)
{
	char setting[40];

	snprintf(setting, sizeof setting, "seed=%" PRIu64, seed);
	s->seed = seed;
	return json_set(&s->doc, setting, err);
}

static bool build(struct scenario *s, const struct scenario_options *options, struct error *err)
{
	const struct json *root = s->doc.root;

	for (unsigned i = 0; options != NULL && i < options->set_count; i++) {
		if (!check_host_set(root, options->sets[i], err) ||
		    !json_set(&s->doc, options->sets[i], err))
			return false;
	}
	if (!check_version(root, err) || !shape_check(&scenario_shape, root, err))
		return false;
	s->seed = (uint64_t)member_number(root, "seed", 0, 1);
	if (options != NULL && options->has_seed && !take_seed(s, options->seed, err))
		return false;
	s->live = options != NULL && options->live;
	s->duration = member_number(root, "duration_ms", MS_PLACES, duration_default);
	return scenario_build_hosts(s, err) && scenario_build_links(s, err) &&
	       scenario_build_steps(s, err) && scenario_build_captions(s, err) &&
	       scenario_build_expectations(s, err) && scenario_build_inputs(s, err);
}

static bool built(struct scenario *s, const struct scenario_options *options, struct scenario **out,
		  struct error *err)
{
	if (build(s, options, err)) {
		*out = s;
		return true;
	}
	scenario_free(s);
	return false;
}

static struct scenario *scenario_new(struct scenario **out)
{
	struct scenario *s = memory_get(sizeof *s);

	*out = NULL;
	*s = (struct scenario){0};
	return s;
}

bool scenario_load(const char *path, const struct scenario_options *options, struct scenario **out,
		   struct error *err)
{
	struct scenario *s = scenario_new(out);

	if (!json_read(&s->doc, path, err)) {
		free(s);
		return false;
	}
	s->name = s->doc.root->origin;
	return built(s, options, out, err);
}

bool scenario_parse(const char *name, const char *bytes, size_t len,
		    const struct scenario_options *options, struct scenario **out,
		    struct error *err)
{
	struct scenario *s = scenario_new(out);

	if (!json_parse(&s->doc, name, bytes, len, err)) {
		free(s);
		return false;
	}
	s->name = s->doc.root->origin;
	return built(s, options, out, err);
}

void scenario_free(struct scenario *s)
{
	if (s == NULL)
		return;
	json_free(&s->doc);
	free(s->reads);
	free(s);
}

const char *scenario_title(const struct scenario *s)
{
	return member_text(s->doc.root, "title");
}

const char *scenario_look_for(const struct scenario *s)
{
	const char *text = member_text(s->doc.root, "look_for");

	return text != NULL ? text : "";
}

uint64_t scenario_seed(const struct scenario *s)
{
	return s->seed;
}

unsigned scenario_expectations(const struct scenario *s)
{
	return s->expectation_count;
}

struct recording *scenario_recording(const struct scenario *s)
{
	struct recording_info info = {.seed = s->seed};

	snprintf(info.title, sizeof info.title, "%s", scenario_title(s));
	snprintf(info.look_for, sizeof info.look_for, "%s", scenario_look_for(s));
	snprintf(info.source, sizeof info.source, "%s", s->name);
	return recording_new(&info);
}

void scenario_write(const struct scenario *s, FILE *out)
{
	json_write(s->doc.root, out);
}

void scenario_write_schema(FILE *out)
{
	shape_write_schema(&scenario_shape, "tcplab scenario", out);
}

void scenario_write_reference(FILE *out)
{
	shape_write_reference(&scenario_shape, out);
}
