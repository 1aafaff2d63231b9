/* lint_picture.h — a canvas prepared for the lint's questions. */
#ifndef TCPLAB_TESTS_LINT_PICTURE_H
#define TCPLAB_TESTS_LINT_PICTURE_H

#include "viz/outline.h"

/* Of a command: where it can touch, and what it is cut by. */
struct lint_place {
	struct rect bounds;
	struct rect clip;   /* all clips around it */
	struct rect frame;  /* the frames among them */
	struct rect window; /* the windows among them */
	bool floats;
};

/* A text that can be seen. */
struct lint_text {
	size_t command;
	const struct text_line *line;
	struct hull ink;     /* from capitals' top to descenders */
	struct hull visible; /* of that, within the clips */
	struct rect bounds;  /* of what is visible */
};

struct lint_picture {
	const struct canvas *canvas;
	struct lint_place *places; /* one for each command */
	struct lint_text *texts;
	size_t text_count;
};

struct lint_picture lint_picture_of(const struct canvas *c);
void lint_picture_free(struct lint_picture *picture);

/* Can they touch at all? */
bool lint_near(const struct lint_text *a, const struct lint_text *b);

/* The least contrast of the text with what was drawn under it. */
double lint_contrast(const struct lint_picture *picture, const struct lint_text *text);

/* A shape drawn later that hides a part of the text; NULL for none. */
const struct command *lint_cover(const struct lint_picture *picture, const struct lint_text *text);

/* A line that runs through the letters and can be seen there; NULL for none. */
const struct command *lint_crossing(const struct lint_picture *picture,
				    const struct lint_text *text);

#endif
