/* scenario_shapes.h — the format of scenarios, as a table of shapes. */
#ifndef TCPLAB_SOURCE_SCENARIO_SHAPES_H
#define TCPLAB_SOURCE_SCENARIO_SHAPES_H

#include "source/shape.h"

enum { SCENARIO_VERSION = 1 };

extern const struct shape scenario_shape;

/* Digits after the point: times in ns, rates in bits per second, chances in a million. */
enum { MS_PLACES = 6, MBPS_PLACES = 6, PERCENT_PLACES = 4 };

#endif
