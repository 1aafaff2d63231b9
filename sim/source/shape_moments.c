/* shape_moments.c — how a scenario speaks of what happens: captions and expectations. */
#include "source/scenario_shapes_inside.h"

#include "tcp/variables.h"

static const char *variable_word(unsigned n)
{
	unsigned count;
	const struct variable *variables = tcb_variables(&count);

	return n < count ? variables[n].name : NULL;
}

static const char *ending_word(unsigned n)
{
	return n < ENDING_UNREACHABLE ? ending_name((enum ending)(n + 1)) : NULL;
}

static const struct field moment_fields[] = {
	{.name = "host",
	 .meaning = "at this host",
	 .example = "\"client\"",
	 .shape = &name_shape,
	 .required = true},
	{.name = "state",
	 .meaning = "a connection enters this state",
	 .example = "\"ESTABLISHED\"",
	 .shape = &state_shape,
	 .choice = true},
	{.name = "sends",
	 .meaning = "a packet of this kind is sent",
	 .example = "\"SYN,ACK\"",
	 .shape = &class_shape,
	 .choice = true},
	{.name = "rule",
	 .meaning = "the engine follows this rule",
	 .example = "\"rto-fired\"",
	 .shape = &rule_shape,
	 .choice = true},
	{.name = "nth",
	 .meaning = "for the nth time; the first where nothing is said",
	 .example = "2",
	 .shape = &nth_shape},
};
FIELDS(moment_field, moment_fields)

static const struct shape moment_shape = {
	.kind = SHAPE_OBJECT,
	.name = "moment",
	.meaning = "Something that happens at a host.",
	.field = moment_field,
	.choose = true,
};

static const struct field caption_fields[] = {
	{.name = "at_ms",
	 .meaning = "when: at this time",
	 .example = "0",
	 .shape = &point_ms_shape,
	 .choice = true},
	{.name = "on",
	 .meaning = "when: after something has happened",
	 .example = "{\"host\": \"client\", \"state\": \"ESTABLISHED\"}",
	 .shape = &moment_shape,
	 .choice = true},
	{.name = "text",
	 .meaning = "the sentence",
	 .example = "\"Both sides know each other's sequence number.\"",
	 .shape = &sentence_shape,
	 .required = true},
};
FIELDS(caption_field, caption_fields)

const struct shape caption_shape = {
	.kind = SHAPE_OBJECT,
	.name = "caption",
	.meaning = "A sentence of the author, shown as a step of its own.",
	.field = caption_field,
	.choose = true,
};

/* ---- expectations ---- */

static const struct shape variable_shape = {.kind = SHAPE_WORD,
					    .word = variable_word,
					    .name = "variable",
					    .meaning = "The variables of a connection."};
static const struct shape count_shape = {.kind = SHAPE_NUMBER, .max = 1000000000};
static const struct shape decimal = {.kind = SHAPE_NUMBER,
				     .min = -9000000000000000000,
				     .max = 9000000000000000000,
				     .places = MS_PLACES};
static const struct shape *const value_either[] = {&decimal, &bool_shape, &state_shape, NULL};
static const struct shape value_shape = {.kind = SHAPE_EITHER, .either = value_either};

static const struct field expectation_fields[] = {
	{.name = "host",
	 .meaning = "at this host; only \"lost\" is about the whole network",
	 .example = "\"client\"",
	 .beside = "states receives variable sends rule ends",
	 .shape = &name_shape},
	{.name = "connection",
	 .meaning = "which of the host's connections, counted from 1; the first where nothing is "
		    "said",
	 .example = "1",
	 .beside = "states receives variable ends",
	 .shape = &nth_shape},
	{.name = "states",
	 .meaning = "the connection goes through these states, in this order, and no other",
	 .example = "[\"CLOSED\", \"SYN-SENT\", \"ESTABLISHED\"]",
	 .shape = &LIST(&state_shape, 1, 64),
	 .choice = true},
	{.name = "receives",
	 .meaning = "the application reads so many octets, or this text, each as it was sent",
	 .example = "3000",
	 .shape = &text_shape,
	 .choice = true},
	{.name = "variable",
	 .meaning = "a variable of the TCB has a value; times in milliseconds",
	 .example = "\"cwnd\"",
	 .shape = &variable_shape,
	 .choice = true},
	{.name = "sends",
	 .meaning = "so many packets of this kind are sent, or the nth at a time",
	 .example = "\"SYN,ACK\"",
	 .shape = &class_shape,
	 .choice = true},
	{.name = "rule",
	 .meaning = "the engine follows this rule in so many steps",
	 .example = "\"fast-retransmit\"",
	 .shape = &rule_shape,
	 .choice = true},
	{.name = "ends",
	 .meaning = "the connection ends like this",
	 .example = "\"closed\"",
	 .shape = &WORD(ending_word),
	 .choice = true},
	{.name = "lost",
	 .meaning = "so many packets are lost by links",
	 .example = "1",
	 .shape = &count_shape,
	 .choice = true},
	{.name = "at_ms",
	 .meaning = "at this time",
	 .example = "1050",
	 .beside = "variable sends",
	 .shape = &point_ms_shape},
	{.name = "by_ms",
	 .meaning = "at this time or before",
	 .example = "5000",
	 .beside = "ends",
	 .shape = &point_ms_shape},
	{.name = "nth",
	 .meaning = "the nth of them, with \"at_ms\"",
	 .example = "2",
	 .beside = "sends",
	 .shape = &nth_shape},
	{.name = "again",
	 .meaning = "only those that are sent again",
	 .example = "true",
	 .beside = "sends",
	 .shape = &bool_shape},
	{.name = "times",
	 .meaning = "exactly so many",
	 .example = "2",
	 .beside = "sends rule",
	 .shape = &count_shape},
	{.name = "equals",
	 .meaning = "exactly this value",
	 .example = "2000",
	 .beside = "variable",
	 .shape = &value_shape},
	{.name = "at_least",
	 .meaning = "this or more",
	 .example = "2000",
	 .beside = "variable sends rule",
	 .shape = &decimal},
	{.name = "at_most",
	 .meaning = "this or less",
	 .example = "4000",
	 .beside = "variable sends rule",
	 .shape = &decimal},
};
FIELDS(expectation_field, expectation_fields)

const struct shape expectation_shape = {
	.kind = SHAPE_OBJECT,
	.name = "expectation",
	.meaning = "What must be true of the run.",
	.field = expectation_field,
	.choose = true,
};
