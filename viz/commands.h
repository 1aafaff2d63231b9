/* commands.h — what a canvas holds: for backends, lint and pointer only.
 *
 * Commands in the order they were drawn. Groups, points, texts and strings
 * lie in arrays of their own, and commands hold indices, so that the buffer
 * can grow. Group 0 is the picture itself and has no id. */
#ifndef TCPLAB_VIZ_COMMANDS_H
#define TCPLAB_VIZ_COMMANDS_H

#include "viz/canvas.h"

enum command_kind {
	COMMAND_RECT, /* radius 0: square corners */
	COMMAND_LINE,
	COMMAND_CURVE,
	COMMAND_POLYGON,
	COMMAND_CIRCLE,
	COMMAND_TEXT,
	COMMAND_CLIP,
	COMMAND_UNCLIP,
	COMMAND_BEGIN,
	COMMAND_END,
};

struct command {
	enum command_kind kind;
	uint32_t group; /* that it was drawn in; BEGIN and END: their own */
	struct color fill;
	struct stroke outline;
	union {
		struct {
			struct rect r;
			double radius;
		} rect;
		struct {
			uint32_t first; /* in canvas.points */
			uint32_t count;
		} path; /* LINE, CURVE, POLYGON */
		struct {
			struct point centre;
			double radius;
		} circle;
		uint32_t text; /* in canvas.texts */
		struct {
			struct rect r; /* already met with the clips around it */
			enum clip kind;
		} clip;
	};
};

struct text_line {
	uint32_t start; /* in canvas.bytes, ends with NUL */
	uint32_t len;
	struct point anchor; /* as given; on the baseline */
	struct text_style style;
	struct text_size size; /* as measured when it was recorded */
	bool prose;            /* shaped as a sentence rather than as a label */
	bool boxed;            /* promised to stay inside `box` */
	struct rect box;
};

struct group {
	uint32_t id; /* in canvas.bytes */
	uint32_t parent;
	bool boxed;
	bool floats;
	struct rect box;
};

/* What is open: a group or a clip, so that their ends pair up. */
struct scope {
	enum command_kind kind; /* COMMAND_BEGIN or COMMAND_CLIP */
	uint32_t group;         /* that was current before */
	struct rect clip;       /* that was in force before */
};

struct canvas {
	const struct metrics *metrics;
	double width;
	double height;
	struct color background;
	struct rect clip; /* in force while recording */
	uint32_t group;   /* current while recording */

	struct command *commands;
	size_t command_count;
	uint32_t command_room;
	struct point *points;
	size_t point_count;
	uint32_t point_room;
	struct text_line *texts;
	size_t text_count;
	uint32_t text_room;
	struct group *groups;
	size_t group_count;
	uint32_t group_room;
	struct scope *scopes;
	size_t scope_count;
	uint32_t scope_room;
	char *bytes;
	size_t byte_count;
	uint32_t byte_room;
};

/* Recording. */
struct command *add_command(struct canvas *c, enum command_kind kind);
uint32_t add_bytes(struct canvas *c, const char *bytes, size_t len); /* and a NUL */

/* Reading. */
const char *group_id(const struct canvas *c, uint32_t group); /* "" for the picture */
const char *text_of(const struct canvas *c, const struct text_line *line);
bool is_drawn(struct color color);
bool is_stroked(struct stroke s);

/* The left end of the baseline. */
struct point text_origin(const struct text_line *line, double width);

/* On and off lengths of a dash in pixels; false for a solid line. */
bool dash_pattern(struct stroke s, double pattern[2]);

/* An upright rectangle around all that the command can touch; of no size for
 * commands that draw nothing themselves. */
struct rect command_bounds(const struct canvas *c, const struct command *command);

#endif
