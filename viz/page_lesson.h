/* page_lesson.h — the page of a lesson or scenario: ladder, both ends' states
 * and variables, the sequence space, the reason, and the timeline.
 *
 *     +-----------------------------------------------+
 *     | header                                        |
 *     | ladder         | states      | states         |
 *     |                | variables   | variables      |
 *     |                | detail: sequence spaces, …   |
 *     | why                                           |
 *     | timeline                                      |
 *     +-----------------------------------------------+
 *
 * From 1280×720 to 3840×2160. */
#ifndef TCPLAB_VIZ_PAGE_LESSON_H
#define TCPLAB_VIZ_PAGE_LESSON_H

#include "viz/canvas.h"
#include "viz/scene.h"

struct page_lesson {
	struct rect header; /* for the window: title and buttons */
	struct rect ladder;
	struct rect states[SIDES];
	struct rect variables[SIDES];
	struct rect detail;       /* the sequence spaces, or what the reader chose instead */
	struct rect space[SIDES]; /* in `detail` */
	struct rect why;
	struct rect timeline;
};

struct page_lesson page_lesson_layout(const struct theme *t, struct rect area);

/* All but the header. */
void page_lesson_draw(struct canvas *c, const struct theme *t, const struct scene *s,
		      const struct page_lesson *page);

#endif
