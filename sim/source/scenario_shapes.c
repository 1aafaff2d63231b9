#include "source/scenario_shapes_inside.h"

#include "net/script.h"
#include "net/stage.h"
#include "tcp/rule.h"
#include "tcp/tcb.h"

/* ---- numbers, texts, words ---- */

const struct shape name_shape = {.kind = SHAPE_NAME};
const struct shape bool_shape = {.kind = SHAPE_BOOL};
const struct shape true_shape = {.kind = SHAPE_TRUE};
const struct shape port_shape = {.kind = SHAPE_NUMBER, .min = 1, .max = 65535};
const struct shape nth_shape = {.kind = SHAPE_NUMBER, .min = 1, .max = 1000000000};
const struct shape octets_shape = {
	.kind = SHAPE_NUMBER, .min = 1, .max = 10000000000, .unit = "octets"};
const struct shape length_ms_shape = {.kind = SHAPE_NUMBER,
				      .max = HOUR_MS * NS_A_MS,
				      .places = MS_PLACES,
				      .unit = "milliseconds"};
const struct shape some_ms_shape = {.kind = SHAPE_NUMBER,
				    .min = 1,
				    .max = HOUR_MS * NS_A_MS,
				    .places = MS_PLACES,
				    .unit = "milliseconds"};
const struct shape point_ms_shape = {.kind = SHAPE_NUMBER,
				     .max = TEN_DAYS_MS * NS_A_MS,
				     .places = MS_PLACES,
				     .unit = "milliseconds"};
const struct shape percent_shape = {
	.kind = SHAPE_NUMBER, .max = 1000000, .places = PERCENT_PLACES, .unit = "percent"};
const struct shape sentence_shape = {.kind = SHAPE_TEXT, .min = 1, .max = 479};

static const char *class_word(unsigned n)
{
	return n < PACKET_CLASS_COUNT ? packet_class_name((enum packet_class)n) : NULL;
}

static const char *state_word(unsigned n)
{
	return n < STATE_COUNT ? state_name((enum tcp_state)n) : NULL;
}

static const char *rule_word(unsigned n)
{
	return n + 1 < RULE_COUNT ? rule_info((enum rule)(n + 1))->id : NULL;
}

const struct shape state_shape = {.kind = SHAPE_WORD,
				  .word = state_word,
				  .name = "state",
				  .meaning = "The states of RFC 9293."};
const struct shape class_shape = {
	.kind = SHAPE_WORD,
	.word = class_word,
	.name = "kind",
	.meaning = "What a packet is. `SYN` is without ACK, `ACK` carries nothing else, `FIN` may "
		   "carry data."};
const struct shape rule_shape = {.kind = SHAPE_WORD,
				 .word = rule_word,
				 .name = "rule",
				 .meaning = "Why the engine does what it does."};

/* ---- the whole ---- */

static const struct shape some_days_shape = {.kind = SHAPE_NUMBER,
					     .min = 1,
					     .max = TEN_DAYS_MS * NS_A_MS,
					     .places = MS_PLACES,
					     .unit = "milliseconds"};
static const struct shape hosts_shape = {
	.kind = SHAPE_MAP, .element = &host_shape, .min = 1, .max = 200};
static const struct shape steps_shape = {
	.kind = SHAPE_LIST, .element = &step_shape, .min = 1, .max = SCRIPT_STEPS_MAX};
static const struct shape applications_shape = {
	.kind = SHAPE_MAP, .element = &steps_shape, .min = 0, .max = 200};

static const struct field scenario_fields[] = {
	{.name = "$schema",
	 .meaning = "for editors; not read",
	 .example = "\"schema.json\"",
	 .shape = &TEXT(0, 1000)},
	{.name = "version",
	 .meaning = "of this format",
	 .example = "1",
	 .shape = &NUMBER(1, SCENARIO_VERSION, NULL)},
	{.name = "title",
	 .meaning = "a short title",
	 .example = "\"The SYN,ACK is lost\"",
	 .shape = &TEXT(1, 159),
	 .required = true},
	{.name = "look_for",
	 .meaning = "a sentence: what to look at",
	 .example = "\"Which side sends again, and after how long?\"",
	 .shape = &sentence_shape},
	{.name = "seed",
	 .meaning = "of all chance; 1 where nothing is said",
	 .example = "1",
	 .shape = &NUMBER(0, JSON_INTEGER_MAX, NULL)},
	{.name = "duration_ms",
	 .meaning = "the end, even where something is still going on; without it the run ends "
		    "when nothing more will happen, or after an hour",
	 .example = "10000",
	 .shape = &some_days_shape},
	{.name = "hosts",
	 .meaning = "by name",
	 .example = "{\"client\": {\"address\": \"10.0.0.1\"}, \"server\": {\"address\": "
		    "\"10.0.0.2\"}}",
	 .shape = &hosts_shape,
	 .required = true},
	{.name = "routers",
	 .meaning = "names of nodes that only pass packets on",
	 .example = "[\"r1\", \"r2\"]",
	 .shape = &LIST(&name_shape, 1, 100)},
	{.name = "links",
	 .meaning = "what joins hosts and routers",
	 .example = "[{\"between\": [\"client\", \"server\"], \"delay_ms\": 50}]",
	 .shape = &LIST(&link_shape, 1, 1000),
	 .required = true},
	{.name = "applications",
	 .meaning = "what happens on hosts: steps by host name",
	 .example = "{\"server\": [{\"at_ms\": 0, \"listen\": 80}], \"client\": [{\"at_ms\": 0, "
		    "\"connect\": \"server:80\"}]}",
	 .shape = &applications_shape},
	{.name = "captions",
	 .meaning = "sentences by the author",
	 .example = "[{\"at_ms\": 0, \"text\": \"The server waits.\"}]",
	 .shape = &LIST(&caption_shape, 0, 200)},
	{.name = "expect",
	 .meaning = "what must be true of the run",
	 .example = "[{\"host\": \"server\", \"receives\": 3000}]",
	 .shape = &LIST(&expectation_shape, 0, 500)},
	{.name = "inputs",
	 .meaning = "what came from outside, in the order of time: `tcplab live tun -o` writes it",
	 .example = "[{\"at_ns\": 5000000, \"from\": \"client\", \"link\": 0, \"lose_next\": "
		    "true}]",
	 .shape = &LIST(&input_shape, 0, JSON_VALUES_MAX)},
};
FIELDS(scenario_field, scenario_fields)

const struct shape scenario_shape = {
	.kind = SHAPE_OBJECT,
	.name = "scenario",
	.meaning = "A network, what happens on it, and what is expected.",
	.field = scenario_field,
};
