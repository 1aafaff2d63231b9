/* page_projector.h — two panes to be read from the last row: the ladder, and
 * the state diagram of one end; under them one sentence.
 *
 * Needs a projector theme, whose type is at least a thirtieth of the height. */
#ifndef TCPLAB_VIZ_PAGE_PROJECTOR_H
#define TCPLAB_VIZ_PAGE_PROJECTOR_H

#include "viz/canvas.h"
#include "viz/scene.h"

struct page_projector {
	struct rect ladder;
	struct rect states;
	struct rect why;
	struct rect timeline;
};

struct page_projector page_projector_layout(const struct theme *t, struct rect area);

void page_projector_draw(struct canvas *c, const struct theme *t, const struct scene *s,
			 const struct page_projector *page);

#endif
