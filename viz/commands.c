#include "viz/commands.h"

#include <math.h>

const char *group_id(const struct canvas *c, uint32_t group)
{
	return c->bytes + c->groups[group].id;
}

const char *text_of(const struct canvas *c, const struct text_line *line)
{
	return c->bytes + line->start;
}

bool is_drawn(struct color color)
{
	return color.a > 0;
}

bool is_stroked(struct stroke s)
{
	return s.width > 0 && is_drawn(s.color);
}

struct point text_origin(const struct text_line *line, double width)
{
	double share = line->style.align == ALIGN_LEFT    ? 0
		       : line->style.align == ALIGN_RIGHT ? 1
							  : 0.5;

	return at(line->anchor.x - width * share * cos(line->style.angle),
		  line->anchor.y - width * share * sin(line->style.angle));
}

bool dash_pattern(struct stroke s, double pattern[2])
{
	switch (s.dash) {
	case DASH_NONE: return false;
	case DASH_DASHED:
		pattern[0] = fmax(6, s.width * 2.6);
		pattern[1] = fmax(4, s.width * 1.7);
		return true;
	case DASH_DOTTED:
		pattern[0] = fmax(2, s.width);
		pattern[1] = fmax(3, s.width * 1.5);
		return true;
	}
	return false;
}

/* ---- bounds ---- */

static struct rect bounds_of_points(const struct point *points, size_t count)
{
	struct point low = points[0];
	struct point high = points[0];

	for (size_t i = 1; i < count; i++) {
		low = at(fmin(low.x, points[i].x), fmin(low.y, points[i].y));
		high = at(fmax(high.x, points[i].x), fmax(high.y, points[i].y));
	}
	return box(low.x, low.y, high.x - low.x, high.y - low.y);
}

static struct rect bounds_of_text(const struct text_line *line)
{
	struct point origin = text_origin(line, line->size.width);
	double along_x = cos(line->style.angle);
	double along_y = sin(line->style.angle);
	double up = line->size.ascent;
	double down = line->size.descent;
	double width = line->size.width;
	struct point corners[4];

	corners[0] = at(origin.x + along_y * up, origin.y - along_x * up);
	corners[1] = at(origin.x - along_y * down, origin.y + along_x * down);
	corners[2] = at(corners[0].x + along_x * width, corners[0].y + along_y * width);
	corners[3] = at(corners[1].x + along_x * width, corners[1].y + along_y * width);
	return bounds_of_points(corners, 4);
}

static struct rect widened(struct rect r, struct stroke outline)
{
	/* A mitred corner reaches further out than half the width. */
	double by = is_stroked(outline) ? outline.width * 2 : 0;

	return box(r.x - by, r.y - by, r.w + 2 * by, r.h + 2 * by);
}

struct rect command_bounds(const struct canvas *c, const struct command *command)
{
	struct point centre = command->circle.centre;
	double radius = command->circle.radius;

	switch (command->kind) {
	case COMMAND_RECT: return widened(command->rect.r, command->outline);
	case COMMAND_LINE:
	case COMMAND_CURVE: /* stays within the hull of its four points */
	case COMMAND_POLYGON:
		return widened(
			bounds_of_points(c->points + command->path.first, command->path.count),
			command->outline);
	case COMMAND_CIRCLE:
		return widened(box(centre.x - radius, centre.y - radius, 2 * radius, 2 * radius),
			       command->outline);
	case COMMAND_TEXT: return bounds_of_text(&c->texts[command->text]);
	case COMMAND_CLIP:
	case COMMAND_UNCLIP:
	case COMMAND_BEGIN:
	case COMMAND_END: break;
	}
	return box(0, 0, 0, 0);
}
