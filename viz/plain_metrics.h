/* plain_metrics.h — widths of text without a font library.
 *
 * A table of the advances of Inter's and JetBrains Mono's ASCII, so layouts
 * come out as with the fonts to about a percent. Needs nothing installed and
 * gives the same numbers everywhere: for builds without Cairo and Pango, and
 * for text goldens. */
#ifndef TCPLAB_VIZ_PLAIN_METRICS_H
#define TCPLAB_VIZ_PLAIN_METRICS_H

#include "viz/canvas.h"

extern const struct metrics plain_metrics;

#endif
