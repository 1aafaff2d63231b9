#include "viz/view_variables.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "record/explain.h"
#include "viz/panel.h"

/* From which ISN a sequence number counts when numbers are relative. */
enum counts_from { AS_IT_IS, FROM_ISS, FROM_IRS };

struct shown {
	const char *name;
	enum counts_from from;
};

/* Two columns, the most telling ones first: those below go when there is no
 * height for them. */
enum { COLUMNS = 2, SHOWN_MAX = 8 };

static const struct shown shown[COLUMNS][SHOWN_MAX] = {
	{
		{"SND.UNA", FROM_ISS},
		{"SND.NXT", FROM_ISS},
		{"SND.WND", AS_IT_IS},
		{"RCV.NXT", FROM_IRS},
		{"RCV.WND", AS_IT_IS},
		{"ISS", AS_IT_IS},
		{"IRS", AS_IT_IS},
		{"SMSS", AS_IT_IS},
	},
	{
		{"cwnd", AS_IT_IS},
		{"ssthresh", AS_IT_IS},
		{"RTO", AS_IT_IS},
		{"SRTT", AS_IT_IS},
		{"dup_acks", AS_IT_IS},
		{"rtx_count", AS_IT_IS},
		{"held", AS_IT_IS},
		{"unread", AS_IT_IS},
	},
};

/* Both ends of a step at one host. */
struct change {
	const struct theme *theme;
	const struct scene *scene;
	struct end before;
	struct end now;
};

static void format(const struct change *ch, const struct shown *what, const struct end *end,
		   char *out, size_t size)
{
	const struct variable *variable = tcb_variable(what->name);
	struct text text = text_in(out, size);
	struct tcb tcb = end->tcb;

	assert(variable);
	/* A round-trip time of 0 is none: nothing was measured yet. */
	if (!end->exists || (strcmp(what->name, "SRTT") == 0 && tcb.rtt.srtt == 0)) {
		text_add(&text, "–");
		return;
	}
	if (ch->scene->relative && what->from != AS_IT_IS) {
		struct seq zero = what->from == FROM_ISS ? tcb.snd.iss : tcb.rcv.irs;

		text_addf(&text, "%u", (uint32_t)tcb_value(&tcb, variable) - zero.v);
		return;
	}
	explain_value(variable, &tcb, &text);
}

/* "1.000 s" and "2.000 s" share their unit: "1.000 → 2.000 s". */
static void join_change(const char *old, const char *new, char *out, size_t size)
{
	const char *unit = strchr(old, ' ');
	const char *new_unit = strchr(new, ' ');
	size_t len = strlen(old);

	if (unit && new_unit && strcmp(unit, new_unit) == 0)
		len = (size_t)(unit - old);
	snprintf(out, size, "%.*s → %s", (int)len, old, new);
}

static void draw_variable(struct canvas *c, const struct change *ch, const struct shown *what,
			  struct rect row)
{
	const struct theme *t = ch->theme;
	struct text_style name = text_style(t->font[TYPE_NUMBER], t->color[ROLE_DIM]);
	struct text_style value = text_style(t->font[TYPE_NUMBER], t->color[ROLE_TEXT]);
	struct rect words = rect_inset(row, t->gap, 0);
	double room;
	char old[48];
	char new[48];
	char both[112];

	format(ch, what, &ch->now, new, sizeof new);
	format(ch, what, &ch->before, old, sizeof old);
	if (ch->now.exists && ch->before.exists && strcmp(old, new) != 0) {
		canvas_round_rect(c, rect_inset(row, 0, t->hair), t->radius * 0.6,
				  t->color[ROLE_CURRENT_TINT],
				  stroke(t->hair, t->color[ROLE_CURRENT]));
		name.color = t->color[ROLE_TEXT];
		value.font.weight = WEIGHT_BOLD;
		join_change(old, new, both, sizeof both);
		room = words.w - canvas_measure(c, &name.font, what->name).width - t->gap * 2;
		if (canvas_measure(c, &value.font, both).width > room)
			snprintf(both, sizeof both, "→ %s", new);
	} else {
		snprintf(both, sizeof both, "%s", new);
	}
	canvas_text_in(c, words, what->name, &name);
	value.align = ALIGN_RIGHT;
	canvas_text_in(c, words, both, &value);
}

void view_variables_draw(struct canvas *c, const struct theme *t, const struct scene *s,
			 enum side side, struct rect area)
{
	struct change ch = {.theme = t, .scene = s};
	struct rect inside;
	char title[64];
	int rows;

	focus_end(s->recording, &s->focus, side, s->cursor, &ch.now);
	focus_end(s->recording, &s->focus, side, cursor_before_turn(s->recording, s->cursor),
		  &ch.before);
	if (ch.before.conn != ch.now.conn)
		ch.before.exists = false;
	snprintf(title, sizeof title, "%s variables%s", focus_name(s->recording, &s->focus, side),
		 ch.now.inferred ? ", inferred" : "");
	canvas_begin_box(c, area, "variables-%s", side_name(side));
	inside = draw_titled_panel(c, t, area, title, side_color(t, side));
	inside = rect_inset(inside, -t->gap, 0);
	rows = (int)fmin(floor(inside.h / t->row), SHOWN_MAX);
	for (int column = 0; column < COLUMNS; column++) {
		struct rect rest = inside;

		rest.w = (inside.w - t->gap) / COLUMNS;
		rest.x += column * (rest.w + t->gap);
		for (int i = 0; i < rows; i++)
			draw_variable(c, &ch, &shown[column][i], cut_top(&rest, t->row));
	}
	canvas_end(c);
}
