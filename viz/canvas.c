/* canvas.c — recording shapes, clips and groups. Text is in canvas_text.c. */
#include "viz/commands.h"

#include <assert.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record/memory.h"

enum { GROUP_ID_MAX = 64 };

/* ---- life ---- */

struct canvas *canvas_open(const struct metrics *metrics)
{
	struct canvas *c = memory_get(sizeof *c);

	memset(c, 0, sizeof *c);
	c->metrics = metrics;
	canvas_reset(c, 0, 0, NO_FILL);
	return c;
}

void canvas_close(struct canvas *c)
{
	if (c == NULL)
		return;
	free(c->commands);
	free(c->points);
	free(c->texts);
	free(c->groups);
	free(c->scopes);
	free(c->bytes);
	free(c);
}

void canvas_reset(struct canvas *c, double width, double height, struct color background)
{
	assert(c->scope_count == 0);
	c->width = width;
	c->height = height;
	c->background = background;
	c->clip = box(0, 0, width, height);
	c->group = 0;
	c->command_count = 0;
	c->point_count = 0;
	c->text_count = 0;
	c->byte_count = 0;
	c->groups = memory_grow(c->groups, &c->group_room, 1, sizeof c->groups[0]);
	c->groups[0] = (struct group){.id = add_bytes(c, "", 0)};
	c->group_count = 1;
}

/* ---- the buffer ---- */

struct command *add_command(struct canvas *c, enum command_kind kind)
{
	struct command *command;

	c->commands = memory_grow(c->commands, &c->command_room, c->command_count + 1,
				  sizeof c->commands[0]);
	command = &c->commands[c->command_count++];
	memset(command, 0, sizeof *command);
	command->kind = kind;
	command->group = c->group;
	return command;
}

uint32_t add_bytes(struct canvas *c, const char *bytes, size_t len)
{
	uint32_t start = (uint32_t)c->byte_count;

	c->bytes = memory_grow(c->bytes, &c->byte_room, c->byte_count + len + 1, 1);
	memcpy(c->bytes + start, bytes, len);
	c->bytes[start + len] = '\0';
	c->byte_count += len + 1;
	return start;
}

static struct command *add_path(struct canvas *c, enum command_kind kind,
				const struct point *points, size_t count)
{
	struct command *command = add_command(c, kind);

	c->points =
		memory_grow(c->points, &c->point_room, c->point_count + count, sizeof c->points[0]);
	memcpy(c->points + c->point_count, points, count * sizeof points[0]);
	command->path.first = (uint32_t)c->point_count;
	command->path.count = (uint32_t)count;
	c->point_count += count;
	return command;
}

/* ---- shapes ---- */

void canvas_rect(struct canvas *c, struct rect r, struct color fill)
{
	canvas_round_rect(c, r, 0, fill, NO_STROKE);
}

void canvas_round_rect(struct canvas *c, struct rect r, double radius, struct color fill,
		       struct stroke outline)
{
	struct command *command;

	if (!is_drawn(fill) && !is_stroked(outline))
		return;
	command = add_command(c, COMMAND_RECT);
	command->fill = fill;
	command->outline = outline;
	command->rect.r = r;
	command->rect.radius = fmin(radius, fmin(r.w, r.h) / 2);
}

void canvas_line(struct canvas *c, struct point from, struct point to, struct stroke s)
{
	const struct point ends[] = {from, to};

	if (is_stroked(s))
		add_path(c, COMMAND_LINE, ends, 2)->outline = s;
}

void canvas_curve(struct canvas *c, const struct point points[4], struct stroke s)
{
	if (is_stroked(s))
		add_path(c, COMMAND_CURVE, points, 4)->outline = s;
}

void canvas_polygon(struct canvas *c, const struct point *points, size_t count, struct color fill,
		    struct stroke outline)
{
	struct command *command;

	if (count < 3 || (!is_drawn(fill) && !is_stroked(outline)))
		return;
	command = add_path(c, COMMAND_POLYGON, points, count);
	command->fill = fill;
	command->outline = outline;
}

void canvas_circle(struct canvas *c, struct point centre, double radius, struct color fill,
		   struct stroke outline)
{
	struct command *command;

	if (!is_drawn(fill) && !is_stroked(outline))
		return;
	command = add_command(c, COMMAND_CIRCLE);
	command->fill = fill;
	command->outline = outline;
	command->circle.centre = centre;
	command->circle.radius = radius;
}

/* The tip and the two barbs; slender, so that it points where it flies. */
static void head_corners(struct point corners[3], struct point tip, struct point from, double size)
{
	double length = hypot(tip.x - from.x, tip.y - from.y);
	double dx = length > 0 ? (tip.x - from.x) / length : 1;
	double dy = length > 0 ? (tip.y - from.y) / length : 0;
	double half = size * 0.42;
	struct point base = at(tip.x - dx * size, tip.y - dy * size);

	corners[0] = tip;
	corners[1] = at(base.x - dy * half, base.y + dx * half);
	corners[2] = at(base.x + dy * half, base.y - dx * half);
}

void canvas_head(struct canvas *c, struct point tip, struct point from, double size,
		 struct stroke s)
{
	struct point corners[3];

	head_corners(corners, tip, from, size);
	canvas_polygon(c, corners, 3, s.color, NO_STROKE);
}

void canvas_hollow_head(struct canvas *c, struct point tip, struct point from, double size,
			struct stroke s, struct color hollow_fill)
{
	struct point corners[3];

	s.dash = DASH_NONE;
	head_corners(corners, tip, from, size);
	canvas_polygon(c, corners, 3, hollow_fill, s);
}

void canvas_arrow(struct canvas *c, struct point from, struct point to, double size,
		  struct stroke s)
{
	double length = hypot(to.x - from.x, to.y - from.y);
	double share = length > size ? 1 - size * 0.8 / length : 0;

	canvas_line(c, from, at(from.x + (to.x - from.x) * share, from.y + (to.y - from.y) * share),
		    s);
	canvas_head(c, to, from, size, s);
}

/* ---- clips and groups ---- */

static struct scope *open_scope(struct canvas *c, enum command_kind kind)
{
	struct scope *scope;

	c->scopes = memory_grow(c->scopes, &c->scope_room, c->scope_count + 1, sizeof c->scopes[0]);
	scope = &c->scopes[c->scope_count++];
	*scope = (struct scope){.kind = kind, .group = c->group, .clip = c->clip};
	return scope;
}

static const struct scope *close_scope(struct canvas *c, enum command_kind kind)
{
	const struct scope *scope;

	assert(c->scope_count > 0);
	scope = &c->scopes[--c->scope_count];
	assert(scope->kind == kind);
	return scope;
}

void canvas_clip(struct canvas *c, struct rect r, enum clip kind)
{
	struct command *command = add_command(c, COMMAND_CLIP);

	open_scope(c, COMMAND_CLIP);
	c->clip = rect_meet(c->clip, r);
	command->clip.r = c->clip;
	command->clip.kind = kind;
}

void canvas_unclip(struct canvas *c)
{
	c->clip = close_scope(c, COMMAND_CLIP)->clip;
	add_command(c, COMMAND_UNCLIP);
}

static bool is_id(const char *id)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789-_.";

	return id[0] != '\0' && id[strspn(id, allowed)] == '\0';
}

static struct group *begin(struct canvas *c, const char *id_format, va_list arguments)
{
	char id[GROUP_ID_MAX];
	int len = vsnprintf(id, sizeof id, id_format, arguments);

	assert(len > 0 && len < GROUP_ID_MAX && is_id(id));
	open_scope(c, COMMAND_BEGIN);
	c->groups = memory_grow(c->groups, &c->group_room, c->group_count + 1, sizeof c->groups[0]);
	c->groups[c->group_count] = (struct group){
		.id = add_bytes(c, id, (size_t)len),
		.parent = c->group,
	};
	c->group = (uint32_t)c->group_count++;
	add_command(c, COMMAND_BEGIN);
	return &c->groups[c->group];
}

void canvas_begin(struct canvas *c, const char *id_format, ...)
{
	va_list arguments;

	va_start(arguments, id_format);
	begin(c, id_format, arguments);
	va_end(arguments);
}

void canvas_begin_box(struct canvas *c, struct rect r, const char *id_format, ...)
{
	va_list arguments;
	struct group *group;

	va_start(arguments, id_format);
	group = begin(c, id_format, arguments);
	va_end(arguments);
	group->boxed = true;
	group->box = r;
}

void canvas_begin_float(struct canvas *c, struct rect r, const char *id_format, ...)
{
	va_list arguments;
	struct group *group;

	va_start(arguments, id_format);
	group = begin(c, id_format, arguments);
	va_end(arguments);
	group->boxed = true;
	group->floats = true;
	group->box = r;
}

void canvas_end(struct canvas *c)
{
	add_command(c, COMMAND_END);
	c->group = close_scope(c, COMMAND_BEGIN)->group;
}
