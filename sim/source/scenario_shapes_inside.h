/* scenario_shapes_inside.h — what the files of the scenario's shapes share. */
#ifndef TCPLAB_SOURCE_SCENARIO_SHAPES_INSIDE_H
#define TCPLAB_SOURCE_SCENARIO_SHAPES_INSIDE_H

#include "source/scenario_shapes.h"

/* Times are in milliseconds, with six places: nanoseconds. */
enum { NS_A_MS = 1000000 };
#define HOUR_MS     INT64_C(3600000)
#define TEN_DAYS_MS INT64_C(864000000)

#define NUMBER(min_, max_, unit_)                                                                  \
	(const struct shape)                                                                       \
	{                                                                                          \
		.kind = SHAPE_NUMBER, .min = min_, .max = max_, .unit = unit_                      \
	}
#define DECIMAL(min_, max_, places_, unit_)                                                        \
	(const struct shape)                                                                       \
	{                                                                                          \
		.kind = SHAPE_NUMBER, .min = min_, .max = max_, .places = places_, .unit = unit_   \
	}
#define TEXT(min_, max_)                                                                           \
	(const struct shape)                                                                       \
	{                                                                                          \
		.kind = SHAPE_TEXT, .min = min_, .max = max_                                       \
	}
#define WORD(function)                                                                             \
	(const struct shape)                                                                       \
	{                                                                                          \
		.kind = SHAPE_WORD, .word = function                                               \
	}
#define LIST(element_, min_, max_)                                                                 \
	(const struct shape)                                                                       \
	{                                                                                          \
		.kind = SHAPE_LIST, .element = element_, .min = min_, .max = max_                  \
	}

/* A shape's field function, from a table. */
#define FIELDS(function, table)                                                                    \
	static bool function(unsigned n, struct field *out)                                        \
	{                                                                                          \
		return field_from(table, sizeof table / sizeof table[0], n, out);                  \
	}

extern const struct shape name_shape, bool_shape, true_shape;
extern const struct shape port_shape, nth_shape, octets_shape, length_ms_shape, some_ms_shape,
	point_ms_shape, percent_shape;
extern const struct shape state_shape, class_shape, rule_shape, sentence_shape, text_shape;
extern const struct shape host_shape, link_shape, step_shape, caption_shape, expectation_shape,
	input_shape;

#endif
