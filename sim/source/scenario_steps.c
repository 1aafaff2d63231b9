/* scenario_steps.c — what applications do. */
#include "source/scenario_inside.h"

#include <stdlib.h>
#include <string.h>

#include "source/scenario_shapes.h"

enum { ALL_OCTETS_MAX = 1000000000 }; /* thousands of octets that a scenario sends in all */

/* ---- when ---- */

static bool read_trigger(const struct scenario *s, const struct json *json,
			 struct script_step *step, struct error *err)
{
	const struct json *at = json_member(json, "at_ms");
	const struct json *on = json_member(json, "on");
	const struct json *received = json_member(json, "on_received");
	const struct json *second = at != NULL && on != NULL ? on : received;

	if ((at != NULL) + (on != NULL) + (received != NULL) > 1)
		return json_error(err, second,
				  "a step has one trigger: \"at_ms\", \"on\" or \"on_received\"");
	step->trigger = SCRIPT_FOLLOWS;
	step->after = member_number(json, "after_ms", MS_PLACES, 0);
	if (at != NULL) {
		step->trigger = SCRIPT_AT;
		step->at = member_number(json, "at_ms", MS_PLACES, 0);
		if (step->at > s->duration)
			return json_error(err, at, "%s is after the end of the run", at->text);
	}
	if (on != NULL)
		step->trigger = on->text[0] == 'e'   ? SCRIPT_ENDED
				: on->text[1] == 'o' ? SCRIPT_CONNECTED
						     : SCRIPT_CLOSING;
	if (received != NULL) {
		step->trigger = SCRIPT_RECEIVED;
		step->received = member_number(json, "on_received", 0, 0);
	}
	return true;
}

/* ---- where to ---- */

static bool read_port(const char *text, uint16_t *port)
{
	char *end;
	unsigned long n = strtoul(text, &end, 10);

	if (*text < '1' || *text > '9' || *end != '\0' || n > UINT16_MAX)
		return false;
	*port = (uint16_t)n;
	return true;
}

/* The address of `to` that `from` can speak to: of the same version. */
static bool pick_address(const struct scenario_host *from, const struct scenario_host *to,
			 struct address *out)
{
	for (int i = 0; i < 2; i++) {
		for (int k = 0; k < 2; k++) {
			if (from->addresses[i].version == 0 ||
			    from->addresses[i].version != to->addresses[k].version)
				continue;
			*out = to->addresses[k];
			return true;
		}
	}
	return false;
}

/* "server:80", "10.0.0.9:80", "[2001:db8::9]:80" */
static bool read_target(const struct scenario *s, const struct scenario_host *host,
			const struct json *value, struct endpoint *out, struct error *err)
{
	const char *colon = strrchr(value->text, ':');
	char name[81];
	size_t len = colon != NULL ? (size_t)(colon - value->text) : 0;
	struct json json = *value;
	uint32_t to;

	if (len == 0 || !read_port(colon + 1, &out->port))
		return json_error(err, value,
				  "\"%s\" names no host and port; write it like \"server:80\"",
				  value->text);
	memcpy(name, value->text, len);
	name[len] = '\0';
	if (name[0] == '[' && name[len - 1] == ']') {
		memmove(name, name + 1, len - 2);
		name[len - 2] = '\0';
	}
	if (address_parse(&out->address, name))
		return true;
	json.text = name;
	to = scenario_host_named(s, &json, false, err);
	if (to == NO_HOST)
		return json_error(err, value, "there is no host or address \"%s\"", name);
	if (&s->hosts[to] == host)
		return json_error(err, value, "a host cannot connect to itself here");
	if (!pick_address(host, &s->hosts[to], &out->address))
		return json_error(err, value,
				  "\"%s\" and \"%s\" have no addresses of the same kind, IPv4 or "
				  "IPv6",
				  host->name, name);
	return true;
}

/* ---- what ---- */

static void read_reading(const struct json *value, struct script_step *step)
{
	step->reading = SCRIPT_READ_ALL;
	if (value == NULL)
		return;
	if (value->kind == JSON_STRING) {
		step->reading = value->text[0] == 'a' ? SCRIPT_READ_ALL : SCRIPT_READ_NOTHING;
		return;
	}
	step->reading = SCRIPT_READ_SLOWLY;
	step->octets = member_number(value, "octets", 0, 0);
	step->every = member_number(value, "every_ms", MS_PLACES, 0);
	if (step->octets > INT32_MAX)
		step->octets = INT32_MAX;
}

static bool read_repetition(const struct json *json, struct script_step *step, struct error *err)
{
	const struct json *every = json_member(json, "every_ms");
	const struct json *times = json_member(json, "times");

	if (every != NULL && times == NULL)
		return json_error(err, every, "\"every_ms\" needs \"times\": how often");
	step->times = (uint32_t)member_number(json, "times", 0, 1);
	if (every != NULL)
		step->every = member_number(json, "every_ms", MS_PLACES, 0);
	return true;
}

static bool read_send(const struct json *json, struct script_step *step, struct error *err)
{
	const struct json *value = json_member(json, "send");

	step->action = SCRIPT_SEND;
	step->urgent = member_truth(json, "urgent");
	step->text = value->kind == JSON_STRING ? value->text : NULL;
	step->octets = value->kind == JSON_STRING ? (int64_t)strlen(value->text)
						  : member_number(json, "send", 0, 0);
	return read_repetition(json, step, err);
}

static void read_syn_text(const struct json *value, struct script_step *step)
{
	if (value == NULL)
		return;
	if (value->kind == JSON_STRING) {
		step->syn_text = value->text;
		step->syn_octets = (int64_t)strlen(value->text);
		return;
	}
	json_decimal(value, 0, &step->syn_octets);
}

static bool read_open(const struct scenario *s, const struct scenario_host *host,
		      const struct json *json, struct script_step *step, struct error *err)
{
	const struct json *connect = json_member(json, "connect");

	read_reading(json_member(json, "reading"), step);
	if (connect == NULL) {
		step->action = SCRIPT_LISTEN;
		step->port = (uint16_t)member_number(json, "listen", 0, 0);
		step->once = member_truth(json, "once");
		step->accept_every = member_number(json, "accept_every_ms", MS_PLACES, 0);
		if (step->once && step->accept_every > 0)
			return json_error(err, json,
					  "\"once\" and \"accept_every_ms\" cannot be together");
		return true;
	}
	step->action = SCRIPT_CONNECT;
	step->port = (uint16_t)member_number(json, "from_port", 0, 0);
	read_syn_text(json_member(json, "with_syn"), step);
	if (step->reading == SCRIPT_READ_SLOWLY && json_member(json, "times") != NULL)
		return json_error(err, json, "\"reading\" slowly and \"times\" cannot be together");
	return read_target(s, host, connect, &step->to, err) && read_repetition(json, step, err);
}

static bool read_forge(struct scenario *s, const struct scenario_host *host,
		       const struct json *json, struct script_step *step, struct error *err)
{
	const struct json *line = json_member(json, "forge");
	const struct json *as = json_member(json, "as");
	const struct json *to = json_member(json, "to");

	step->action = SCRIPT_FORGE;
	if (as == NULL || to == NULL)
		return json_error(err, line, "\"forge\" needs \"as\" and \"to\"");
	if (!read_target(s, host, as, &step->from, err) ||
	    !read_target(s, host, to, &step->to, err))
		return false;
	if (step->from.address.version != step->to.address.version)
		return json_error(err, as,
				  "\"as\" and \"to\" are addresses of one kind, IPv4 or IPv6");
	return scenario_forge(s, line, step, err);
}

static bool read_action(struct scenario *s, const struct scenario_host *host,
			const struct json *json, struct script_step *step, struct error *err)
{
	static const struct {
		const char *key;
		uint8_t action;
	} plain[] = {
		{"echo", SCRIPT_ECHO},
		{"close", SCRIPT_CLOSE},
		{"abort", SCRIPT_ABORT},
		{"reboot", SCRIPT_REBOOT},
	};

	if (json_member(json, "listen") != NULL || json_member(json, "connect") != NULL)
		return read_open(s, host, json, step, err);
	if (json_member(json, "send") != NULL)
		return read_send(json, step, err);
	if (json_member(json, "forge") != NULL)
		return read_forge(s, host, json, step, err);
	if (json_member(json, "receive_buffer") != NULL) {
		step->action = SCRIPT_BUFFER;
		step->octets = member_number(json, "receive_buffer", 0, 0);
		return true;
	}
	if (json_member(json, "read") != NULL) {
		step->action = SCRIPT_READ;
		read_reading(json_member(json, "read"), step);
		return true;
	}
	for (unsigned i = 0; i < sizeof plain / sizeof plain[0]; i++) {
		if (json_member(json, plain[i].key) != NULL)
			step->action = plain[i].action;
	}
	return true;
}

/* ---- whether it makes sense ---- */

static bool check_place(const struct json *json, const struct script_step *step, bool connected,
			struct error *err)
{
	bool makes = step->action == SCRIPT_LISTEN || step->action == SCRIPT_CONNECT;

	if (script_is_of_host(step->action) && step->trigger != SCRIPT_AT)
		return json_error(err, json, "%s happens at a time: \"at_ms\" is missing",
				  step->action == SCRIPT_REBOOT ? "a reboot" : "a forgery");
	if (connected || script_is_of_host(step->action))
		return true;
	if (!makes)
		return json_error(
			err, json,
			"there is no connection yet: \"listen\" or \"connect\" comes first");
	if (step->trigger != SCRIPT_AT && step->trigger != SCRIPT_FOLLOWS)
		return json_error(err, json, "there is no connection yet that it could follow");
	return true;
}

static bool build_script(struct scenario *s, const struct json *list, int64_t *thousands,
			 struct error *err)
{
	uint32_t number = scenario_host_named(s, list, false, err);
	bool connected = false;
	struct scenario_host *host;

	if (number == NO_HOST)
		return false;
	host = &s->hosts[number];
	if (host->real)
		return json_error(err, list,
				  "\"%s\" is real: what its applications do is not ours to say",
				  host->name);
	s->scripts[s->script_count++] = number;
	host->steps = scenario_get(s, list->count, sizeof *host->steps);
	for (const struct json *one = list->child; one != NULL; one = one->next) {
		struct script_step *step = &host->steps[host->step_count++];

		if (!read_trigger(s, one, step, err) || !read_action(s, host, one, step, err) ||
		    !check_place(one, step, connected, err))
			return false;
		connected = connected || !script_is_of_host(step->action);
		if (step->action == SCRIPT_SEND)
			*thousands += (step->octets / 1000 + 1) * (int64_t)step->times;
		if (*thousands > ALL_OCTETS_MAX)
			return json_error(
				err, one,
				"this would be more than 10^12 octets in all: too much to "
				"wait for");
	}
	return true;
}

bool scenario_build_steps(struct scenario *s, struct error *err)
{
	const struct json *applications = json_member(s->doc.root, "applications");
	int64_t thousands = 0;

	if (applications == NULL)
		return true;
	s->scripts = scenario_get(s, applications->count, sizeof *s->scripts);
	for (const struct json *list = applications->child; list != NULL; list = list->next) {
		if (!build_script(s, list, &thousands, err))
			return false;
	}
	return true;
}
