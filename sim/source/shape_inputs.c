/* shape_inputs.c — how a scenario speaks of what came from outside while it ran. */
#include "source/scenario_shapes_inside.h"

static const struct field input_fields[] = {
	{.name = "at_ns",
	 .meaning = "when, in nanoseconds",
	 .example = "20000000",
	 .shape = &NUMBER(0, TEN_DAYS_MS *NS_A_MS, "nanoseconds"),
	 .required = true},
	{.name = "from",
	 .meaning = "the host that sent it; of a change: whose packets are meant",
	 .example = "\"client\"",
	 .shape = &name_shape,
	 .required = true},
	{.name = "datagram",
	 .meaning = "an IP datagram of a real host, in hexadecimal",
	 .example = "\"4500…\"",
	 .shape = &TEXT(2, 131070),
	 .choice = true},
	{.name = "lose_next",
	 .meaning = "the next packet is lost",
	 .example = "true",
	 .shape = &true_shape,
	 .choice = true},
	{.name = "set_delay_ms",
	 .meaning = "from now on packets are so long on the way",
	 .example = "50",
	 .shape = &length_ms_shape,
	 .choice = true},
	{.name = "set_loss_percent",
	 .meaning = "from now on so many are lost by chance",
	 .example = "1.5",
	 .shape = &percent_shape,
	 .choice = true},
	{.name = "link",
	 .meaning = "on which link, counted from 0; 0 where nothing is said",
	 .example = "0",
	 .beside = "lose_next set_delay_ms set_loss_percent",
	 .shape = &NUMBER(0, 999, NULL)},
};
FIELDS(input_field, input_fields)

const struct shape input_shape = {
	.kind = SHAPE_OBJECT,
	.name = "input",
	.meaning = "What came into the network from outside: a packet of a real host, or a change "
		   "of a link by hand.",
	.field = input_field,
	.choose = true,
};
