/* scenario_expect.c — expectations, read. scenario_check.c holds them against a run. */
#include "source/scenario_inside.h"

#include <string.h>

#include "source/scenario_shapes.h"

/* A bound in the variable's own unit: nanoseconds for times, which are given
 * in milliseconds; whole numbers for all others. */
static bool read_value(const struct expectation *e, const struct json *value, int64_t *out,
		       struct error *err)
{
	unsigned kind = e->variable != NULL ? e->variable->kind : VARIABLE_COUNT;
	bool time = kind == VARIABLE_NANOS || kind == VARIABLE_DEADLINE;
	enum tcp_state state = CLOSED;

	if (kind == VARIABLE_STATE) {
		if (value->kind != JSON_STRING || !state_from_name(value->text, &state))
			return json_error(err, value, "this must be the name of a state");
		*out = state;
		return true;
	}
	if (kind == VARIABLE_BOOL) {
		if (value->kind != JSON_BOOL)
			return json_error(err, value, "this must be true or false");
		*out = value->truth;
		return true;
	}
	if (value->kind != JSON_NUMBER)
		return json_error(err, value, "this must be a number%s",
				  time ? " of milliseconds" : "");
	if (!json_decimal(value, time ? MS_PLACES : 0, out))
		return json_error(err, value, "%s is not possible: a whole number", value->text);
	return true;
}

static bool read_bound(const struct expectation *e, const struct json *json, const char *key,
		       bool *has, int64_t *bound, struct error *err)
{
	const struct json *value = json_member(json, key);

	if (value == NULL)
		return true;
	*has = true;
	return read_value(e, value, bound, err);
}

static bool read_bounds(struct expectation *e, const struct json *json, const char *exactly,
			struct error *err)
{
	const struct json *exact = json_member(json, exactly);

	if (!read_bound(e, json, "at_least", &e->has_least, &e->least, err) ||
	    !read_bound(e, json, "at_most", &e->has_most, &e->most, err))
		return false;
	if (exact != NULL && (e->has_least || e->has_most))
		return json_error(err, exact,
				  "\"%s\" and \"at_least\" or \"at_most\" cannot be together",
				  exactly);
	if (exact != NULL) {
		e->has_least = true;
		e->has_most = true;
		if (!read_value(e, exact, &e->least, err))
			return false;
		e->most = e->least;
	}
	if (e->has_least && e->has_most && e->least > e->most)
		return json_error(err, json, "\"at_least\" is more than \"at_most\"");
	return true;
}

/* ---- one kind each ---- */

static bool read_receives(struct expectation *e, const struct json *json, struct error *err)
{
	const struct json *value = json_member(json, "receives");

	(void)err;
	e->kind = EXPECT_RECEIVES;
	e->text = value->kind == JSON_STRING ? value->text : NULL;
	e->least = value->kind == JSON_STRING ? (int64_t)strlen(value->text)
					      : member_number(json, "receives", 0, 0);
	return true;
}

static bool read_variable(struct expectation *e, const struct json *json, struct error *err)
{
	e->kind = EXPECT_VARIABLE;
	e->variable = tcb_variable(member_text(json, "variable"));
	if (!read_bounds(e, json, "equals", err))
		return false;
	return e->has_least || e->has_most ||
	       json_error(err, json, "\"equals\", \"at_least\" or \"at_most\" is missing");
}

static bool read_sends(struct expectation *e, const struct json *json, struct error *err)
{
	const struct json *nth = json_member(json, "nth");
	enum packet_class what = PACKETS_ALL;

	e->kind = EXPECT_SENDS;
	packet_class_named(member_text(json, "sends"), &what);
	e->what = (uint8_t)what;
	e->again = member_truth(json, "again");
	e->nth = (uint32_t)member_number(json, "nth", 0, 0);
	if (!read_bounds(e, json, "times", err))
		return false;
	if ((nth != NULL) != (e->time != NANOS_NEVER))
		return json_error(err, json, "\"nth\" and \"at_ms\" go together: which, and when");
	if (nth != NULL && (e->has_least || e->has_most))
		return json_error(err, nth, "either how many, or when the nth: not both");
	return nth != NULL || e->has_least || e->has_most ||
	       json_error(err, json,
			  "\"times\", \"at_least\", \"at_most\", or \"nth\" with \"at_ms\" is "
			  "missing");
}

static bool read_rule(struct expectation *e, const struct json *json, struct error *err)
{
	e->kind = EXPECT_RULE;
	e->rule = scenario_rule(member_text(json, "rule"));
	if (!read_bounds(e, json, "times", err))
		return false;
	if (!e->has_least && !e->has_most) { /* at all */
		e->has_least = true;
		e->least = 1;
	}
	return true;
}

static bool read_ends(struct expectation *e, const struct json *json, struct error *err)
{
	(void)err;
	e->kind = EXPECT_ENDS;
	while (strcmp(ending_name((enum ending)e->what), member_text(json, "ends")) != 0)
		e->what++;
	e->time = member_number(json, "by_ms", MS_PLACES, NANOS_NEVER);
	return true;
}

static bool build_one(const struct scenario *s, const struct json *json, struct expectation *e,
		      struct error *err)
{
	e->json = json;
	e->time = member_number(json, "at_ms", MS_PLACES, NANOS_NEVER);
	e->connection = (uint32_t)member_number(json, "connection", 0, 1) - 1;
	if (!scenario_host_in(s, json, "host", &e->host, err))
		return false;
	if (json_member(json, "lost") != NULL) {
		e->kind = EXPECT_LOST;
		e->least = member_number(json, "lost", 0, 0);
		return true;
	}
	if (e->host == NO_HOST)
		return json_error(err, json, "\"host\" is missing, for example \"host\": \"%s\"",
				  s->hosts[0].name);
	if (e->time != NANOS_NEVER && e->time > s->duration)
		return json_error(err, json_member(json, "at_ms"),
				  "this is after the end of the run");
	e->states = json_member(json, "states");
	if (e->states != NULL)
		return true;
	if (json_member(json, "receives") != NULL)
		return read_receives(e, json, err);
	if (json_member(json, "variable") != NULL)
		return read_variable(e, json, err);
	if (json_member(json, "sends") != NULL)
		return read_sends(e, json, err);
	if (json_member(json, "rule") != NULL)
		return read_rule(e, json, err);
	return read_ends(e, json, err);
}

bool scenario_build_expectations(struct scenario *s, struct error *err)
{
	const struct json *list = json_member(s->doc.root, "expect");

	if (list == NULL)
		return true;
	s->expectations = scenario_get(s, list->count, sizeof *s->expectations);
	for (const struct json *one = list->child; one != NULL; one = one->next) {
		if (!build_one(s, one, &s->expectations[s->expectation_count++], err))
			return false;
	}
	return true;
}
