/* shape_links.c — how a scenario speaks of links and faults. */
#include "source/scenario_shapes_inside.h"

#include <stdio.h>

#include "net/link.h"
#include "net/stage.h"

static const struct shape nth_list = {
	.kind = SHAPE_LIST, .element = &nth_shape, .min = 1, .max = VICTIMS_NTH_MAX};
static const struct shape *const nth_either[] = {&nth_shape, &nth_list, NULL};
static const struct shape nths_shape = {.kind = SHAPE_EITHER, .either = nth_either};

static const struct field victim_fields[] = {
	{.name = "from",
	 .meaning = "the host that sends it; either where nothing is said",
	 .example = "\"client\"",
	 .shape = &name_shape},
	{.name = "with",
	 .meaning = "what kind of packet",
	 .example = "\"data\"",
	 .shape = &class_shape},
	{.name = "nth",
	 .meaning = "which of these, counted from 1; all where nothing is said",
	 .example = "[2, 3]",
	 .shape = &nths_shape},
	{.name = "seq",
	 .meaning = "with this sequence number",
	 .example = "1101",
	 .shape = &NUMBER(0, UINT32_MAX, NULL)},
	{.name = "percent",
	 .meaning = "of those, as many by chance",
	 .example = "1.5",
	 .shape = &percent_shape},
};
FIELDS(victim_field, victim_fields)

static const struct shape victim_object = {
	.kind = SHAPE_OBJECT,
	.name = "victim",
	.meaning = "Which packets a fault hits. As a text: \"the second segment with data from "
		   "client\", \"first SYN,ACK from server\", \"every ACK from server\"; as a list: "
		   "the 4th and 5th packet of the host that \"from\" beside it names.",
	.field = victim_field,
};
static const struct shape phrase = {.kind = SHAPE_TEXT, .min = 1, .max = 200};
static const struct shape *const victim_either[] = {&phrase, &nth_list, &victim_object, NULL};
static const struct shape victim_shape = {.kind = SHAPE_EITHER, .either = victim_either};

static const struct field fault_fields[] = {
	{.name = "from",
	 .meaning = "the host whose packets are meant, where the fault itself does not say it",
	 .example = "\"client\"",
	 .shape = &name_shape},
	{.name = "by_ms",
	 .meaning = "how long a delayed packet is held back",
	 .example = "30",
	 .beside = "delay delay_percent",
	 .shape = &some_ms_shape},
	{.name = "after_ms",
	 .meaning = "only from then on",
	 .example = "1000",
	 .shape = &point_ms_shape},
	{.name = "until_ms",
	 .meaning = "only before then",
	 .example = "2000",
	 .shape = &point_ms_shape},
};

/* Two keys for every kind of stage: "lose" and "lose_percent". */
static bool fault_field(unsigned n, struct field *out)
{
	unsigned count;
	const struct stage_kind *const *kinds = stage_kinds(&count);

	if (n >= 2 * count)
		return field_from(fault_fields, sizeof fault_fields / sizeof fault_fields[0],
				  n - 2 * count, out);
	*out = (struct field){.meaning = kinds[n / 2]->meaning, .choice = true};
	if (n % 2 == 0) {
		out->name = kinds[n / 2]->name;
		out->example = "\"the second segment with data from client\"";
		out->shape = &victim_shape;
		return true;
	}
	snprintf(out->space, sizeof out->space, "%s_percent", kinds[n / 2]->name);
	out->name = out->space;
	out->example = "1.5";
	out->shape = &percent_shape;
	return true;
}

static const struct shape fault_shape = {
	.kind = SHAPE_OBJECT,
	.name = "fault",
	.meaning = "What a link does to some packets.",
	.field = fault_field,
	.choose = true,
};

#define WAY_FIELDS                                                                                 \
	{.name = "delay_ms",                                                                       \
	 .meaning = "how long a packet is on the way",                                             \
	 .example = "50",                                                                          \
	 .shape = &length_ms_shape},                                                               \
		{.name = "rate_mbps",                                                              \
		 .meaning = "millions of bits that can be sent in a second; any number where "     \
			    "nothing is said",                                                     \
		 .example = "10",                                                                  \
		 .shape = &DECIMAL(1000, INT64_C(1000000000000), MBPS_PLACES, "Mb/s")},            \
		{.name = "queue_packets",                                                          \
		 .meaning = "packets that may wait while another is sent; more are lost",          \
		 .example = "100",                                                                 \
		 .shape = &NUMBER(1, 1000000, "packets")},                                         \
		{.name = "mark_packets",                                                           \
		 .meaning = "an ECN-capable packet that finds so many waiting is marked; none "    \
			    "where nothing is said",                                               \
		 .example = "5",                                                                   \
		 .shape = &NUMBER(1, 1000000, "packets")},                                         \
	{                                                                                          \
		.name = "queue_octets", .meaning = "the same in octets", .example = "150000",      \
		.shape = &NUMBER(1, 1000000000, "octets")                                          \
	}

static const struct field back_fields[] = {WAY_FIELDS};
FIELDS(back_field, back_fields)

static const struct shape back_shape = {
	.kind = SHAPE_OBJECT,
	.name = "back",
	.meaning = "How the way from the second host to the first differs.",
	.field = back_field,
};

static const struct field link_fields[] = {
	{.name = "between",
	 .meaning = "the two hosts or routers that it joins",
	 .example = "[\"client\", \"server\"]",
	 .shape = &LIST(&name_shape, 2, 2),
	 .required = true},
	WAY_FIELDS,
	{.name = "mtu",
	 .meaning = "longest packet; 1500 where nothing is said",
	 .example = "1500",
	 .shape = &NUMBER(MTU_MIN, MTU_MAX, "octets")},
	{.name = "icmp",
	 .meaning = "a router tells the sender of a packet that is too long for this link; false: "
		    "it is dropped without a word",
	 .example = "false",
	 .shape = &bool_shape},
	{.name = "back",
	 .meaning = "what is different on the way back",
	 .example = "{\"rate_mbps\": 1}",
	 .shape = &back_shape},
	{.name = "faults",
	 .meaning = "what happens to packets, one after another",
	 .example = "[{\"lose\": \"the second segment with data from client\"}]",
	 .shape = &LIST(&fault_shape, 0, WAY_STAGES_MAX)},
};
FIELDS(link_field, link_fields)

const struct shape link_shape = {
	.kind = SHAPE_OBJECT,
	.name = "link",
	.meaning = "A cable between two hosts or routers.",
	.field = link_field,
};
