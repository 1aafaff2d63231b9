#include "viz/window_part.h"

#include "viz/cairo_pictures.h"

const struct window_part tcplab_window_part = {
	.run = window_run,
	.wake = window_wake,
	.describe = window_describe,
	.write_png = cairo_write_png,
	.write_pdf = cairo_write_pdf,
};
