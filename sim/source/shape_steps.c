/* shape_steps.c — how a scenario speaks of applications. */
#include "source/scenario_shapes_inside.h"

#include "net/script.h"

static const char *on_word(unsigned n)
{
	static const char *const words[] = {"connected", "closing", "ended", NULL};

	return words[n];
}

static const char *read_word(unsigned n)
{
	static const char *const words[] = {"all", "nothing", NULL};

	return words[n];
}

static const struct field slowly_fields[] = {
	{.name = "octets",
	 .meaning = "how many at a time",
	 .example = "500",
	 .shape = &octets_shape,
	 .required = true},
	{.name = "every_ms",
	 .meaning = "how often",
	 .example = "100",
	 .shape = &some_ms_shape,
	 .required = true},
};
FIELDS(slowly_field, slowly_fields)

static const struct shape slowly = {
	.kind = SHAPE_OBJECT,
	.name = "slowly",
	.meaning = "An application that takes its time.",
	.field = slowly_field,
};
static const struct shape read_words = {.kind = SHAPE_WORD, .word = read_word};
static const struct shape *const read_either[] = {&read_words, &slowly, NULL};
static const struct shape read_shape = {.kind = SHAPE_EITHER, .either = read_either};
static const struct shape buffer_shape = {
	.kind = SHAPE_NUMBER, .min = 1, .max = 1 << 30, .unit = "octets"};
static const struct shape any_text = {.kind = SHAPE_TEXT, .min = 1, .max = 1000000};
static const struct shape *const text_either[] = {&octets_shape, &any_text, NULL};
const struct shape text_shape = {.kind = SHAPE_EITHER, .either = text_either};

static const struct field step_fields[] = {
	{.name = "at_ms",
	 .meaning = "when: at this time",
	 .example = "0",
	 .shape = &point_ms_shape},
	{.name = "on",
	 .meaning =
		 "when: the connection is made; the peer has closed it and all is read; it is over",
	 .example = "\"connected\"",
	 .shape = &WORD(on_word)},
	{.name = "on_received",
	 .meaning = "when: so many octets were read",
	 .example = "1000",
	 .shape = &octets_shape},
	{.name = "after_ms",
	 .meaning = "and this long after that",
	 .example = "100",
	 .shape = &length_ms_shape},
	{.name = "listen",
	 .meaning = "wait for connections at a port",
	 .example = "80",
	 .shape = &port_shape,
	 .choice = true},
	{.name = "connect",
	 .meaning = "open a connection to a host and port",
	 .example = "\"server:80\"",
	 .shape = &TEXT(1, 80),
	 .choice = true},
	{.name = "send",
	 .meaning = "send so many octets, or a text",
	 .example = "3000",
	 .shape = &text_shape,
	 .choice = true},
	{.name = "read",
	 .meaning = "read all as it comes (as every application does at first), nothing, or slowly",
	 .example = "\"nothing\"",
	 .shape = &read_shape,
	 .choice = true},
	{.name = "receive_buffer",
	 .meaning = "room for so many octets that were not read, from now on",
	 .example = "2000",
	 .shape = &buffer_shape,
	 .choice = true},
	{.name = "echo",
	 .meaning = "send back all that is read from now on",
	 .example = "true",
	 .shape = &true_shape,
	 .choice = true},
	{.name = "close",
	 .meaning = "say that no more will be sent; reading goes on",
	 .example = "true",
	 .shape = &true_shape,
	 .choice = true},
	{.name = "abort",
	 .meaning = "end the connection with a RST",
	 .example = "true",
	 .shape = &true_shape,
	 .choice = true},
	{.name = "reboot",
	 .meaning = "the host forgets all its connections",
	 .example = "true",
	 .shape = &true_shape,
	 .choice = true},
	{.name = "forge",
	 .meaning =
		 "send a segment in someone else's name, in the notation of tcpdump: flags, first "
		 "and next sequence number, length, then ack, win and options, as in \"P. "
		 "601:606(5) ack 301 win 65535\"; its text, up to 1000 octets, is all 0. Or an "
		 "ICMP error about a segment: \"ICMP datagram too big mtu=68 about seq=101\"",
	 .example = "\"R 301:301(0)\"",
	 .shape = &TEXT(1, 400),
	 .choice = true},
	{.name = "as",
	 .meaning = "in whose name: a host and a port",
	 .example = "\"server:80\"",
	 .beside = "forge",
	 .shape = &TEXT(1, 80)},
	{.name = "to",
	 .meaning = "whom it goes to",
	 .example = "\"client:49152\"",
	 .beside = "forge",
	 .shape = &TEXT(1, 80)},
	{.name = "once",
	 .meaning = "do not listen any more after the first connection",
	 .example = "true",
	 .beside = "listen",
	 .shape = &bool_shape},
	{.name = "accept_every_ms",
	 .meaning = "take only one connection in this time; the others wait",
	 .example = "500",
	 .beside = "listen",
	 .shape = &some_ms_shape},
	{.name = "from_port",
	 .meaning = "our own port; the next free one from 49152 where nothing is said",
	 .example = "5000",
	 .beside = "connect",
	 .shape = &port_shape},
	{.name = "with_syn",
	 .meaning = "send so many octets, or a text, with the SYN where Fast Open allows it",
	 .example = "\"GET\"",
	 .beside = "connect",
	 .shape = &text_shape},
	{.name = "reading",
	 .meaning = "how to read from the start, as \"read\" says it",
	 .example = "\"nothing\"",
	 .beside = "listen connect",
	 .shape = &read_shape},
	{.name = "urgent",
	 .meaning = "as urgent data, RFC 9293 3.8.5",
	 .example = "true",
	 .beside = "send",
	 .shape = &bool_shape},
	{.name = "times",
	 .meaning = "so often",
	 .example = "5",
	 .beside = "send connect",
	 .shape = &NUMBER(1, 1000000, NULL)},
	{.name = "every_ms",
	 .meaning = "with this between",
	 .example = "20",
	 .beside = "send connect",
	 .shape = &length_ms_shape},
};
FIELDS(step_field, step_fields)

const struct shape step_shape = {
	.kind = SHAPE_OBJECT,
	.name = "step",
	.meaning = "One thing that an application does. Without \"at_ms\", \"on\" or "
		   "\"on_received\" it follows when the step before it is done.",
	.field = step_field,
	.choose = true,
};
