/* plan_write.c — a plan as a scenario. */
#include "tests/soak/plan.h"

#include <assert.h>

#include "base/text.h"
#include "net/script.h"
#include "net/stage.h"
#include "tcp/profile.h"

/* ---- hosts ---- */

static void write_field(struct text *t, const struct plan_field *set)
{
	unsigned count;
	const struct profile_field *field = &profile_fields(&count)[set->field];

	text_addf(t, "\"%s\": ", field->name);
	if (field->kind == FIELD_BOOL)
		text_add(t, set->value ? "true" : "false");
	else if (plan_word(field, 0) != NULL)
		text_addf(t, "\"%s\"", plan_word(field, (unsigned)set->value));
	else
		text_addf(t, "%lld", (long long)set->value);
}

static void write_host(struct text *t, const struct plan *plan, unsigned n)
{
	const struct plan_host *host = &plan->hosts[n];

	text_addf(t, "%s\n    \"h%u\": {\"address\": \"%s%u\", \"profile\": \"%s\", \"tcp\": {",
		  n > 0 ? "," : "", n, plan->ipv6 ? "2001:db8::" : "10.0.0.", n + 1,
		  profile_names()[host->profile]);
	for (unsigned i = 0; i < host->field_count; i++) {
		text_add(t, i > 0 ? ", " : "");
		write_field(t, &host->fields[i]);
	}
	text_add(t, "}}");
}

/* ---- links ---- */

static void write_fault(struct text *t, const struct plan *plan, unsigned link,
			const struct plan_fault *fault)
{
	unsigned count;
	const struct stage_kind *kind = stage_kinds(&count)[fault->kind];

	text_addf(t, "{\"%s", kind->name);
	if (fault->percent > 0)
		text_addf(t, "_percent\": %u", fault->percent);
	else
		text_addf(t, "\": [%u]", fault->nth);
	if (fault->from == PLAN_THERE)
		text_addf(t, ", \"from\": \"h%u\"", link);
	else if (fault->from == PLAN_BACK)
		text_addf(t, ", \"from\": \"%s\"", plan->router ? "r" : "h1");
	if (kind->takes_time)
		text_addf(t, ", \"by_ms\": %u", fault->by_ms);
	if (fault->after_ms > 0)
		text_addf(t, ", \"after_ms\": %lld", (long long)fault->after_ms);
	text_addf(t, ", \"until_ms\": %lld}", (long long)fault->until_ms);
}

static void write_link(struct text *t, const struct plan *plan, unsigned n)
{
	const struct plan_link *link = &plan->links[n];

	text_addf(t, "%s\n    {\"between\": [\"h%u\", \"%s\"], \"delay_ms\": %u.%03u, \"mtu\": %u",
		  n > 0 ? "," : "", n, plan->router ? "r" : "h1", link->delay_us / 1000,
		  link->delay_us % 1000, link->mtu);
	if (link->rate_kbps > 0)
		text_addf(t, ", \"rate_mbps\": %u.%03u, \"queue_packets\": %u",
			  link->rate_kbps / 1000, link->rate_kbps % 1000, link->queue_packets);
	text_add(t, ", \"faults\": [");
	for (unsigned i = 0; i < link->fault_count; i++) {
		text_add(t, i > 0 ? ",\n      " : "\n      ");
		write_fault(t, plan, n, &link->faults[i]);
	}
	text_add(t, "]}");
}

/* ---- applications ---- */

static void write_trigger(struct text *t, const struct plan_step *step)
{
	switch ((enum script_trigger)step->trigger) {
	case SCRIPT_AT: text_addf(t, "\"at_ms\": %lld, ", (long long)step->at_ms); break;
	case SCRIPT_CONNECTED: text_add(t, "\"on\": \"connected\", "); break;
	case SCRIPT_CLOSING: text_add(t, "\"on\": \"closing\", "); break;
	case SCRIPT_ENDED: text_add(t, "\"on\": \"ended\", "); break;
	case SCRIPT_RECEIVED:
		text_addf(t, "\"on_received\": %lld, ", (long long)step->octets);
		break;
	default: break;
	}
	if (step->after_ms > 0)
		text_addf(t, "\"after_ms\": %lld, ", (long long)step->after_ms);
}

static void write_reading(struct text *t, const char *key, const struct plan_step *step)
{
	if (step->reading == SCRIPT_READ_SLOWLY)
		text_addf(t, "\"%s\": {\"octets\": %lld, \"every_ms\": %u}", key,
			  (long long)step->octets, step->every_ms);
	else
		text_addf(t, "\"%s\": \"%s\"", key,
			  step->reading == SCRIPT_READ_ALL ? "all" : "nothing");
}

static void write_times(struct text *t, const struct plan_step *step)
{
	if (step->times > 1)
		text_addf(t, ", \"times\": %u, \"every_ms\": %u", step->times, step->every_ms);
}

static void write_connect(struct text *t, const struct plan_step *step)
{
	text_addf(t, "\"connect\": \"h%u:%u\", ", step->to, step->port);
	if (step->from_port > 0)
		text_addf(t, "\"from_port\": %u, ", step->from_port);
	write_reading(t, "reading", step);
	write_times(t, step);
}

static void write_step(struct text *t, const struct plan_step *step)
{
	text_add(t, "{");
	write_trigger(t, step);
	switch ((enum script_action)step->action) {
	case SCRIPT_LISTEN:
		text_addf(t, "\"listen\": %u, ", step->port);
		write_reading(t, "reading", step);
		break;
	case SCRIPT_CONNECT: write_connect(t, step); break;
	case SCRIPT_SEND:
		text_addf(t, "\"send\": %lld%s", (long long)step->octets,
			  step->urgent ? ", \"urgent\": true" : "");
		write_times(t, step);
		break;
	case SCRIPT_READ: write_reading(t, "read", step); break;
	case SCRIPT_ECHO: text_add(t, "\"echo\": true"); break;
	case SCRIPT_CLOSE: text_add(t, "\"close\": true"); break;
	case SCRIPT_ABORT: text_add(t, "\"abort\": true"); break;
	default: text_add(t, "\"reboot\": true"); break;
	}
	text_add(t, "}");
}

static void write_applications(struct text *t, const struct plan *plan, unsigned n, bool first)
{
	const struct plan_host *host = &plan->hosts[n];

	text_addf(t, "%s\n    \"h%u\": [", first ? "" : ",", n);
	for (unsigned i = 0; i < host->step_count; i++) {
		text_add(t, i > 0 ? ",\n      " : "\n      ");
		write_step(t, &host->steps[i]);
	}
	text_add(t, "]");
}

size_t plan_write(const struct plan *plan, char *out, size_t size)
{
	struct text t = text_in(out, size);
	bool first = true;

	text_addf(&t, "{\n  \"title\": \"A random world\",\n  \"seed\": %llu,\n",
		  (unsigned long long)(plan->seed & 0xfffffffffffff));
	text_addf(&t, "  \"duration_ms\": %lld,\n  \"hosts\": {", (long long)plan->end_ms);
	for (unsigned i = 0; i < plan->host_count; i++)
		write_host(&t, plan, i);
	text_addf(&t, "\n  },%s\n  \"links\": [", plan->router ? "\n  \"routers\": [\"r\"]," : "");
	for (unsigned i = 0; i < plan->link_count; i++)
		write_link(&t, plan, i);
	text_add(&t, "\n  ],\n  \"applications\": {");
	for (unsigned i = 0; i < plan->host_count; i++) {
		if (plan->hosts[i].step_count == 0)
			continue;
		write_applications(&t, plan, i, first);
		first = false;
	}
	text_add(&t, "\n  }\n}\n");
	assert(!t.cut);
	return t.len;
}
