/* icons.h — the few signs on buttons, drawn rather than looked up in a font. */
#ifndef TCPLAB_VIZ_ICONS_H
#define TCPLAB_VIZ_ICONS_H

#include "viz/canvas.h"

enum icon {
	ICON_NONE,
	ICON_PLAY,
	ICON_PAUSE,
	ICON_FORWARD,
	ICON_BACK,
	ICON_START,
	ICON_END,
	ICON_SEARCH,
	ICON_COUNT,
};

/* In the middle of `r`, as large as its shorter side. */
void draw_icon(struct canvas *c, struct rect r, enum icon icon, struct color color);

#endif
