#include "viz/hit.h"

#include <string.h>

#include "viz/outline.h"

static bool near_bounds(struct rect r, struct point p, double slack)
{
	return p.x >= r.x - slack && p.x <= right_of(r) + slack && p.y >= r.y - slack &&
	       p.y <= bottom_of(r) + slack;
}

static bool command_holds(const struct canvas *c, const struct command *command, struct point p,
			  double slack)
{
	if (command->kind == COMMAND_TEXT) {
		const struct text_line *line = &c->texts[command->text];
		struct hull hull = hull_of_text(line, line->size.ascent, line->size.descent);

		return hull_holds(&hull, p);
	}
	if (command->kind == COMMAND_BEGIN) {
		const struct group *group = &c->groups[command->group];

		return group->boxed && rect_holds(group->box, p);
	}
	if (!near_bounds(command_bounds(c, command), p, slack))
		return false;
	return fill_holds(c, command, p) || distance_to_stroke(c, command, p) <= slack;
}

const char *canvas_hit(const struct canvas *c, struct point p, double slack)
{
	uint32_t found = 0;
	size_t clipped_away = 0; /* clips open that don't hold the point */

	for (size_t i = 0; i < c->command_count; i++) {
		const struct command *command = &c->commands[i];

		if (command->kind == COMMAND_CLIP)
			clipped_away += clipped_away > 0 || !rect_holds(command->clip.r, p);
		else if (command->kind == COMMAND_UNCLIP)
			clipped_away -= clipped_away > 0;
		else if (clipped_away == 0 && command_holds(c, command, p, slack))
			found = command->group;
	}
	return group_id(c, found);
}

bool canvas_find(const struct canvas *c, const char *id, struct rect *found)
{
	for (size_t i = c->group_count; i-- > 1;) {
		if (!c->groups[i].boxed || strcmp(group_id(c, (uint32_t)i), id) != 0)
			continue;
		*found = c->groups[i].box;
		return true;
	}
	return false;
}
