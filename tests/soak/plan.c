#include "tests/soak/plan.h"

#include <string.h>

#include "base/random.h"
#include "net/script.h"
#include "net/stage.h"
#include "tcp/congestion.h"
#include "tcp/profile.h"

enum { PORT = 80, OWN_PORT = 5000 };

static uint64_t below(struct random *r, uint64_t bound)
{
	return random_below(r, bound);
}

static bool percent(struct random *r, unsigned chance)
{
	return random_chance(r, chance * 10000);
}

/* As likely small as large: the number of digits is drawn first. */
static int64_t between(struct random *r, int64_t min, int64_t max)
{
	int64_t span = max - min;
	unsigned bits = 0;

	while (bits < 62 && span >> bits != 0)
		bits++;
	span = (int64_t)below(r, (uint64_t)1 << below(r, bits + 1));
	return min + (span <= max - min ? span : max - min);
}

/* ---- profiles ---- */

/* Where the limits of a field leave a world too slow to look at, or the
 * connection rightly never ends: what it is drawn from instead. */
static const struct {
	const char *name;
	int64_t min;
	int64_t max;
} narrower[] = {
	{"mss", 48, 1460},
	{"send_buffer", 64, 100000},
	{"receive_buffer", 64, 100000},
	{"initial_window", 0, 20},
	{"dup_ack_threshold", 1, 10},
	{"rto_initial_ms", 10, 10000},
	{"rto_min_ms", 1, 5000},
	{"rto_max_ms", 1000, 120000},
	{"r2_ms", 3000, 1000000},
	{"syn_r2_ms", 3000, 1000000},
	{"user_timeout_ms", 0, 1000000},
	{"msl_ms", 1, 120000},
	{"challenge_limit", 1, 300}, /* thousands a second would be a flood of its own */
};

/* What ends a connection though the network is well, if only it is drawn so. A SYN
 * cookie remembers nothing: text that overtakes the ACK is answered with RST. Without
 * options nobody hears which segments are too long for a link; who drops them from a
 * SYN that goes again may be held to those of the first; who closes like BSD says
 * nothing of text that is lost, or calls the last RST an error. */
static bool is_impatient(const struct profile_field *field)
{
	static const char *const names[] = {"r2_ms",       "user_timeout_ms", "uto",
					    "keepalive",   "fin_wait_2_ms",   "half_duplex_close",
					    "syn_defence", "no_options",      "close_forgets",
					    "syn_tries",   "rst_is_told"};

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		if (strstr(field->name, names[i]) != NULL)
			return true;
	}
	return false;
}

/* In a gentle world all wait for a day, and use nothing that would end it sooner. */
static bool is_gentle(const struct profile_field *field, int64_t *value)
{
	bool waits = strcmp(field->name, "r2_ms") == 0 || strcmp(field->name, "syn_r2_ms") == 0;

	*value = waits ? field->max : field->min;
	return waits || field->kind == FIELD_BOOL || field->min == 0;
}

const char *plan_word(const struct profile_field *field, unsigned n)
{
	if (field->kind == FIELD_CONTROL)
		return n < congestion_control_count() ? congestion_control(n)->name : NULL;
	if (field->kind == FIELD_SYN_DEFENCE)
		return n < SYN_DEFENCE_COUNT ? syn_defence_name(n) : NULL;
	if (field->kind == FIELD_ECN)
		return n < ECN_MODE_COUNT ? ecn_mode_name((enum ecn_mode)n) : NULL;
	return NULL;
}

static int64_t field_value(struct random *r, const struct profile_field *field)
{
	static const int64_t isns[] = {0, INT32_MAX, UINT32_MAX};
	int64_t min = field->min;
	int64_t max = field->max;
	unsigned words = 0;

	if (strcmp(field->name, "isn") == 0)
		return (isns[below(r, 3)] - (int64_t)below(r, 3000)) & UINT32_MAX;
	while (plan_word(field, words) != NULL)
		words++;
	if (words > 0)
		return (int64_t)below(r, words);
	for (size_t i = 0; i < sizeof narrower / sizeof narrower[0]; i++) {
		if (strcmp(field->name, narrower[i].name) == 0) {
			min = narrower[i].min;
			max = narrower[i].max;
		}
	}
	if (field->kind == FIELD_MS && max > 3600000)
		max = 3600000;
	return between(r, min, max);
}

static void make_profile(struct random *r, struct plan *plan, struct plan_host *host)
{
	unsigned count;
	const struct profile_field *fields = profile_fields(&count);
	unsigned names = 0;

	while (profile_names()[names] != NULL)
		names++;
	host->profile = (uint8_t)below(r, names);
	for (unsigned i = 0; i < count && host->field_count < PLAN_FIELDS_MAX; i++) {
		int64_t value = field_value(r, &fields[i]);

		if (is_impatient(&fields[i]) && plan->gentle) {
			if (!is_gentle(&fields[i], &value))
				continue;
		} else if (!percent(r, 25)) {
			continue;
		}
		host->fields[host->field_count++] = (struct plan_field){i, value};
	}
}

static uint32_t field_of(const struct plan_host *host, const char *name, uint32_t otherwise)
{
	unsigned count;
	const struct profile_field *fields = profile_fields(&count);

	for (unsigned i = 0; i < host->field_count; i++) {
		if (strcmp(fields[host->fields[i].field].name, name) == 0)
			return (uint32_t)host->fields[i].value;
	}
	return otherwise;
}

static uint32_t least(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

/* What the smallest full segment of the world carries, about. */
static uint32_t smallest_unit(const struct plan *plan)
{
	uint32_t unit = 1460;

	for (unsigned i = 0; i < plan->host_count; i++) {
		const struct plan_host *host = &plan->hosts[i];

		unit = least(unit, field_of(host, "mss", 1460));
		unit = least(unit, field_of(host, "send_buffer", 1460) / 2);
		unit = least(unit, field_of(host, "receive_buffer", 1460) / 2);
	}
	for (unsigned i = 0; i < plan->link_count; i++)
		unit = least(unit, plan->links[i].mtu - (plan->ipv6 ? 72 : 52));
	return unit > 8 ? unit : 8;
}

/* ---- links ---- */

static void make_fault(struct random *r, struct plan *plan, struct plan_fault *fault)
{
	unsigned kinds;

	stage_kinds(&kinds);
	*fault = (struct plan_fault){.kind = (uint8_t)below(r, kinds),
				     .from = (uint8_t)below(r, 3),
				     .by_ms = 1 + (uint32_t)between(r, 0, 800),
				     .until_ms = plan->heal_ms};
	if (plan->router && fault->from == PLAN_BACK)
		fault->from = PLAN_THERE; /* a router has no packets of its own */
	if (fault->from != PLAN_BOTH && percent(r, 40))
		fault->nth = 1 + (uint32_t)below(r, 12);
	else
		fault->percent = 1 + (uint32_t)between(r, 0, 40);
	if (percent(r, 20)) { /* for a while, and then all of them */
		fault->percent = 100;
		fault->after_ms = (int64_t)below(r, (uint64_t)plan->heal_ms);
		fault->until_ms = fault->after_ms + 1 + between(r, 0, plan->heal_ms);
		if (fault->until_ms > plan->heal_ms)
			fault->until_ms = plan->heal_ms;
	}
}

static void make_link(struct random *r, struct plan *plan, struct plan_link *link)
{
	static const uint32_t mtus[] = {1500, 1500, 1500, 1500, 9000, 1280, 576, 296, 150, 120};

	link->delay_us = (uint32_t)between(r, 0, 400000);
	link->mtu = mtus[below(r, plan->ipv6 ? 8 : 10)];
	if (percent(r, 35)) {
		link->rate_kbps = 10 + (uint32_t)between(r, 0, 20000);
		link->queue_packets = 1 + (uint32_t)between(r, 0, 30);
	}
	for (uint64_t n = below(r, 5); n > 0; n--)
		make_fault(r, plan, &link->faults[link->fault_count++]);
}

/* ---- applications ---- */

static struct plan_step *add_step(struct plan_host *host, enum script_trigger trigger,
				  enum script_action action)
{
	struct plan_step *step = &host->steps[host->step_count];

	host->step_count++;
	*step = (struct plan_step){
		.trigger = (uint8_t)trigger, .action = (uint8_t)action, .times = 1};
	return step;
}

static void make_reading(struct random *r, const struct plan *plan, struct plan_step *step)
{
	step->reading = (uint8_t)(percent(r, 60) ? SCRIPT_READ_ALL : below(r, 3));
	if (step->reading == SCRIPT_READ_SLOWLY) {
		step->octets = 1 + between(r, plan->unit / 4, 2 * (int64_t)plan->unit);
		step->every_ms = 1 + (uint32_t)between(r, 0, 500);
	}
}

static int64_t some_octets(struct random *r, const struct plan *plan)
{
	return 1 + between(r, 0, 60 * (int64_t)plan->unit);
}

static void make_send(struct random *r, const struct plan *plan, struct plan_host *host,
		      enum script_trigger trigger)
{
	struct plan_step *step = add_step(host, trigger, SCRIPT_SEND);

	step->octets = some_octets(r, plan);
	step->after_ms = percent(r, 20) ? between(r, 0, 2000) : 0;
	step->urgent = percent(r, 15);
	if (percent(r, 25)) { /* many small ones */
		step->octets = 1 + between(r, 0, 2 * (int64_t)plan->unit);
		step->times = 1 + (uint32_t)below(r, 12);
		step->every_ms = (uint32_t)between(r, 0, 300);
	}
	if (trigger == SCRIPT_AT)
		step->at_ms = (int64_t)below(r, (uint64_t)plan->heal_ms);
}

/* What no gentle application does. */
static void make_rudeness(struct random *r, const struct plan *plan, struct plan_host *host)
{
	if (percent(r, 15))
		add_step(host, SCRIPT_AT, SCRIPT_CLOSE)->at_ms = between(r, 0, plan->heal_ms);
	if (percent(r, 10))
		add_step(host, SCRIPT_AT, SCRIPT_ABORT)->at_ms = between(r, 0, plan->heal_ms);
	if (percent(r, 5))
		add_step(host, SCRIPT_CLOSING, SCRIPT_ABORT);
	if (percent(r, 5))
		add_step(host, SCRIPT_CONNECTED, SCRIPT_ABORT)->after_ms = between(r, 0, 500);
}

/* One connection's steps, after the one that makes it. */
static void make_conversation(struct random *r, struct plan *plan, struct plan_host *host)
{
	struct plan_step *step;

	if (percent(r, 10)) {
		add_step(host, SCRIPT_CONNECTED, SCRIPT_ECHO);
		plan->echo = true;
	} else {
		for (uint64_t n = below(r, 3); n > 0; n--)
			make_send(r, plan, host, percent(r, 30) ? SCRIPT_AT : SCRIPT_CONNECTED);
		if (percent(r, 25)) {
			make_send(r, plan, host, SCRIPT_RECEIVED);
			host->steps[host->step_count - 1].octets = some_octets(r, plan);
		}
		if (percent(r, 40)) /* a half-close: what comes is still read */
			add_step(host, SCRIPT_FOLLOWS, SCRIPT_CLOSE)->after_ms = between(r, 0, 400);
	}
	if (percent(r, 30)) {
		step = add_step(host, SCRIPT_AT, SCRIPT_READ);
		step->at_ms = (int64_t)below(r, (uint64_t)plan->heal_ms);
		make_reading(r, plan, step);
	}
	if (!plan->gentle)
		make_rudeness(r, plan, host);
	if (percent(r, 50))
		add_step(host, SCRIPT_CLOSING, SCRIPT_CLOSE);
	step = add_step(host, SCRIPT_AT, SCRIPT_READ);
	step->at_ms = plan->heal_ms;
	step->keep = true;
	step = add_step(host, SCRIPT_AT, SCRIPT_CLOSE);
	step->at_ms = plan->heal_ms + 1 + between(r, 0, 100000);
	step->keep = true;
}

static void make_listener(struct random *r, struct plan *plan, struct plan_host *host, int64_t at)
{
	struct plan_step *step = add_step(host, SCRIPT_AT, SCRIPT_LISTEN);

	step->at_ms = at;
	step->port = PORT;
	make_reading(r, plan, step);
	make_conversation(r, plan, host);
}

static void make_connect(struct random *r, struct plan *plan, unsigned from, unsigned to,
			 int64_t at)
{
	struct plan_host *host = &plan->hosts[from];
	struct plan_step *step = add_step(host, SCRIPT_AT, SCRIPT_CONNECT);

	step->at_ms = at;
	step->to = (uint8_t)to;
	step->port = PORT;
	if (percent(r, 20)) {
		step->times = 2 + (uint32_t)below(r, 2);
		step->every_ms = (uint32_t)between(r, 0, 3000);
	} else {
		make_reading(r, plan, step);
	}
	make_conversation(r, plan, host);
}

/* Two SYNs that may cross; nobody listens. */
static void make_simultaneous(struct random *r, struct plan *plan)
{
	for (unsigned i = 0; i < 2; i++) {
		make_connect(r, plan, i, 1 - i, 0);
		for (unsigned n = 0; n < plan->hosts[i].step_count; n++) {
			struct plan_step *step = &plan->hosts[i].steps[n];

			if (step->action != SCRIPT_CONNECT)
				continue;
			step->port = (uint16_t)(OWN_PORT + 1 - i);
			step->from_port = (uint16_t)(OWN_PORT + i);
			if (step->times > 1)
				step->every_ms = 0;
			step->times = 1;
		}
	}
}

static void make_reboot(struct random *r, struct plan *plan, unsigned who)
{
	struct plan_host *host = &plan->hosts[who];
	int64_t at = between(r, 0, plan->heal_ms);

	add_step(host, SCRIPT_AT, SCRIPT_REBOOT)->at_ms = at;
	if (who == 0 && percent(r, 70))
		make_listener(r, plan, host, at + between(r, 0, 5000));
	else if (who != 0 && percent(r, 70))
		make_connect(r, plan, who, 0, at + between(r, 0, 5000));
}

static void make_applications(struct random *r, struct plan *plan)
{
	if (plan->host_count == 2 && percent(r, 10)) {
		make_simultaneous(r, plan);
	} else {
		make_listener(r, plan, &plan->hosts[0], 0);
		for (unsigned i = 1; i < plan->host_count; i++)
			make_connect(r, plan, i, 0, between(r, 0, 2000));
	}
	if (!plan->gentle && percent(r, 20))
		make_reboot(r, plan, (unsigned)below(r, plan->host_count));
}

/* ---- all of it ---- */

/* By when all that was begun must be over: patience, waits, and time for
 * what a full queue loses even in a world that has healed. */
static int64_t last_moment(const struct plan *plan)
{
	int64_t longest = 120000;

	for (unsigned i = 0; i < plan->host_count; i++) {
		unsigned count;
		const struct profile_field *fields = profile_fields(&count);

		for (unsigned k = 0; k < plan->hosts[i].field_count; k++) {
			const struct plan_field *set = &plan->hosts[i].fields[k];

			if (fields[set->field].kind == FIELD_MS && set->value > longest)
				longest = set->value;
		}
	}
	longest = plan->heal_ms + 200000 + 100 * longest;
	return longest < 800000000 ? longest : 800000000;
}

void plan_make(struct plan *plan, uint64_t seed)
{
	struct random r = random_seeded(seed, 0x50a4);

	memset(plan, 0, sizeof *plan);
	plan->seed = seed;
	plan->ipv6 = percent(&r, 30);
	plan->gentle = percent(&r, 50);
	plan->host_count = percent(&r, 75) ? 2 : 3 + (unsigned)below(&r, 2);
	plan->router = plan->host_count > 2 || percent(&r, 20);
	plan->link_count = plan->router ? plan->host_count : 1;
	plan->heal_ms = 200 + between(&r, 0, 20000);
	for (unsigned i = 0; i < plan->host_count; i++)
		make_profile(&r, plan, &plan->hosts[i]);
	for (unsigned i = 0; i < plan->link_count; i++)
		make_link(&r, plan, &plan->links[i]);
	plan->unit = smallest_unit(plan);
	make_applications(&r, plan);
	plan->end_ms = last_moment(plan);
}
