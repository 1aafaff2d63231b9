/* scenario_links.c — links, what is different on the way back, and faults. */
#include "source/scenario_inside.h"

#include <stdio.h>
#include <string.h>

#include "source/scenario_shapes.h"

/* ---- ways ---- */

static void read_way(const struct json *json, struct way_setup *way)
{
	way->delay = member_number(json, "delay_ms", MS_PLACES, way->delay);
	way->rate = member_number(json, "rate_mbps", MBPS_PLACES, way->rate);
	way->queue_packets = (uint32_t)member_number(json, "queue_packets", 0, way->queue_packets);
	way->mark_packets = (uint32_t)member_number(json, "mark_packets", 0, way->mark_packets);
	way->queue_octets = (uint32_t)member_number(json, "queue_octets", 0, way->queue_octets);
}

static bool check_way(const struct json *json, const struct way_setup *way, struct error *err)
{
	if (way->rate > 0 ||
	    (way->queue_packets == 0 && way->queue_octets == 0 && way->mark_packets == 0))
		return true;
	return json_error(err, json,
			  "a queue needs a \"rate_mbps\": without one nothing ever waits");
}

/* ---- faults ---- */

static const struct stage_kind *kind_of(const struct json *json, const struct json **value,
					bool *by_chance)
{
	unsigned count;
	const struct stage_kind *const *kinds = stage_kinds(&count);
	char name[40];

	for (unsigned i = 0; i < count; i++) {
		*by_chance = false;
		*value = json_member(json, kinds[i]->name);
		if (*value != NULL)
			return kinds[i];
		*by_chance = true;
		snprintf(name, sizeof name, "%s_percent", kinds[i]->name);
		*value = json_member(json, name);
		if (*value != NULL)
			return kinds[i];
	}
	return NULL; /* the shape has made sure that one is there */
}

static bool read_victims(const struct scenario *s, const struct json *json,
			 const struct json *value, bool by_chance, struct scenario_fault *fault,
			 struct error *err)
{
	struct victims *victims = &fault->stage.victims;

	*victims = victims_all();
	if (!scenario_host_in(s, json, "from", &fault->from, err))
		return false;
	if (by_chance)
		victims->per_million = (uint32_t)member_number(json, value->key, PERCENT_PLACES, 0);
	else if (!scenario_victims(s, value, victims, &fault->from, err))
		return false;
	victims->after = member_number(json, "after_ms", MS_PLACES, 0);
	victims->until = member_number(json, "until_ms", MS_PLACES, NANOS_NEVER);
	if (victims->after >= victims->until)
		return json_error(err, json, "\"until_ms\" must be later than \"after_ms\"");
	return true;
}

/* What happens to a packet is told with the words for it alone. */
static void describe_each(struct scenario *s, unsigned number, struct scenario_fault *fault)
{
	struct victims one = fault->stage.victims;

	if (one.nth_count < 2)
		return;
	one.nth_count = 1;
	for (uint32_t i = 0; i < fault->stage.victims.nth_count; i++) {
		char *buf = scenario_get(s, FAULT_WORDS_MAX, 1);
		struct text text = text_in(buf, FAULT_WORDS_MAX);

		one.nth[0] = fault->stage.victims.nth[i];
		text_addf(&text, "rule %u: ", number);
		scenario_describe_victims(s, &one, fault->from, &text);
		fault->each[i] = buf;
	}
	fault->stage.each = fault->each;
}

static bool read_fault(struct scenario *s, const struct json *json, unsigned number,
		       struct scenario_fault *fault, struct error *err)
{
	const struct json *value = NULL;
	bool by_chance;
	char buf[FAULT_WORDS_MAX];
	struct text text = text_in(buf, sizeof buf);

	fault->stage.kind = kind_of(json, &value, &by_chance);
	if (!read_victims(s, json, value, by_chance, fault, err))
		return false;
	fault->stage.by = member_number(json, "by_ms", MS_PLACES, 0);
	if (fault->stage.kind->takes_time && fault->stage.by == 0)
		return json_error(err, json,
				  "\"by_ms\" is missing: how long to hold back, for "
				  "example \"by_ms\": 30");
	text_addf(&text, "rule %u: ", number);
	scenario_describe_victims(s, &fault->stage.victims, fault->from, &text);
	memcpy(fault->words, buf, sizeof buf);
	fault->stage.words = fault->words;
	fault->stage.hits = &fault->hits;
	describe_each(s, number, fault);
	return true;
}

static bool is_end(const struct scenario_link *link, uint32_t node)
{
	return link->ends[0] == node || link->ends[1] == node;
}

static bool read_faults(struct scenario *s, const struct json *json, struct scenario_link *link,
			unsigned *number, struct error *err)
{
	const struct json *list = json_member(json, "faults");

	if (list == NULL)
		return true;
	link->faults = scenario_get(s, list->count, sizeof *link->faults);
	for (const struct json *one = list->child; one != NULL; one = one->next) {
		struct scenario_fault *fault = &link->faults[link->fault_count++];

		if (!read_fault(s, one, ++*number, fault, err))
			return false;
		/* Behind a router a link does not know who sent a packet. */
		if (fault->from != NO_HOST && !is_end(link, fault->from))
			return json_error(err, one,
					  "this link does not join \"%s\"; it is between \"%s\" "
					  "and \"%s\"",
					  scenario_node_name(s, fault->from),
					  scenario_node_name(s, link->ends[0]),
					  scenario_node_name(s, link->ends[1]));
	}
	return true;
}

/* ---- links ---- */

static bool read_ends(const struct scenario *s, const struct json *json, struct scenario_link *link,
		      struct error *err)
{
	const struct json *between = json_member(json, "between");

	for (unsigned i = 0; i < 2; i++) {
		link->ends[i] = scenario_host_named(s, json_element(between, i), true, err);
		if (link->ends[i] == NO_HOST)
			return false;
	}
	if (link->ends[0] == link->ends[1])
		return json_error(err, between, "a link joins two different hosts");
	for (unsigned i = 0; i < s->link_count; i++) {
		if (is_end(&s->links[i], link->ends[0]) && is_end(&s->links[i], link->ends[1]))
			return json_error(err, between, "links.%u joins these two already", i);
	}
	return true;
}

static bool build_link(struct scenario *s, const struct json *json, unsigned *rules,
		       struct error *err)
{
	struct scenario_link *link = &s->links[s->link_count];
	const struct json *back = json_member(json, "back");

	if (!read_ends(s, json, link, err))
		return false;
	link->ways[0].mtu = (uint32_t)member_number(json, "mtu", 0, MTU_DEFAULT);
	link->ways[0].silent = json_member(json, "icmp") != NULL && !member_truth(json, "icmp");
	read_way(json, &link->ways[0]);
	link->ways[1] = link->ways[0];
	if (back != NULL)
		read_way(back, &link->ways[1]);
	if (!check_way(json, &link->ways[0], err) ||
	    !check_way(back != NULL ? back : json, &link->ways[1], err) ||
	    !read_faults(s, json, link, rules, err))
		return false;
	s->link_count++;
	return true;
}

bool scenario_build_links(struct scenario *s, struct error *err)
{
	const struct json *links = json_member(s->doc.root, "links");
	unsigned rules = 0;

	s->links = scenario_get(s, links->count, sizeof *s->links);
	for (const struct json *link = links->child; link != NULL; link = link->next) {
		if (!build_link(s, link, &rules, err))
			return false;
	}
	return true;
}
