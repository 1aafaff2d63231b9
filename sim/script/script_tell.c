/* Events in the notation that they are read from. */
#include <inttypes.h>
#include <string.h>

#include "script/notation.h"
#include "script/script.h"

/* ---- expressions ---- */

static void add_string(struct text *out, const struct expression *e)
{
	text_add(out, "\"");
	for (size_t i = 0; i < e->length; i++) {
		unsigned char c = (unsigned char)e->text[i];

		if (c == '"' || c == '\\')
			text_addf(out, "\\%c", c);
		else if (c < ' ' || c > '~')
			text_addf(out, "\\%03o", c);
		else
			text_addf(out, "%c", c);
	}
	text_add(out, e->open ? "\"..." : "\"");
}

static void add_parts(struct text *out, const struct expression *first, const char *between)
{
	for (const struct expression *e = first; e; e = e->next) {
		if (e != first)
			text_add(out, between);
		script_tell_expression(e, out);
	}
}

/* What binds less tightly stands in brackets: (a | b) ~ c. */
static void add_operand(struct text *out, const struct expression *e)
{
	bool brackets = e->kind == EXPRESSION_OR || e->kind == EXPRESSION_RANGE;

	text_add(out, brackets ? "(" : "");
	script_tell_expression(e, out);
	text_add(out, brackets ? ")" : "");
}

static void add_operands(struct text *out, const struct expression *first, const char *between)
{
	for (const struct expression *e = first; e; e = e->next) {
		if (e != first)
			text_add(out, between);
		add_operand(out, e);
	}
}

static void add_name(struct text *out, const struct expression *e)
{
	if (!e->name)
		return;
	text_add(out, e->name);
	if (e->name_argument) {
		text_add(out, "(");
		script_tell_expression(e->name_argument, out);
		text_add(out, ")");
	}
	text_add(out, "=");
}

void script_tell_expression(const struct expression *e, struct text *out)
{
	add_name(out, e);
	switch (e->kind) {
	case EXPRESSION_ANY: text_add(out, "..."); return;
	case EXPRESSION_NAME: text_add(out, e->text); return;
	case EXPRESSION_STRING: add_string(out, e); return;
	case EXPRESSION_OR: add_operands(out, e->first, "|"); return;
	case EXPRESSION_RANGE: add_operands(out, e->first, "~"); return;
	case EXPRESSION_NUMBER:
		if (e->text)
			text_add(out, e->text);
		else
			text_addf(out, "%" PRId64, e->value);
		return;
	case EXPRESSION_NOT:
		text_add(out, e->value == '!' ? "!" : "~");
		add_operand(out, e->first);
		return;
	case EXPRESSION_LIST:
		text_add(out, "[");
		add_parts(out, e->first, ", ");
		text_add(out, "]");
		return;
	case EXPRESSION_STRUCT:
		text_add(out, "{");
		add_parts(out, e->first, ", ");
		text_add(out, "}");
		return;
	default: /* EXPRESSION_FUNCTION */
		text_add(out, e->text);
		text_add(out, "(");
		add_parts(out, e->first, ", ");
		text_add(out, ")");
		return;
	}
}

void script_tell_call(const struct system_call *call, struct text *out)
{
	text_add(out, call->name);
	text_add(out, "(");
	add_parts(out, call->arguments, ", ");
	text_add(out, ") = ");
	script_tell_expression(call->result, out);
	if (call->error) {
		text_add(out, " ");
		text_add(out, call->error);
	}
	if (call->note) {
		text_add(out, " (");
		text_add(out, call->note);
		text_add(out, ")");
	}
}

/* ---- events ---- */

/* No more decimals than there are: "0.1", "2". */
static void add_time(struct text *out, nanos time)
{
	int places = 9;

	for (nanos rest = time % nanos_from_s(1); places > 0 && rest % 10 == 0; rest /= 10)
		places--;
	text_add_seconds(out, time, places);
}

static void add_when(struct text *out, const struct script_event *event)
{
	bool relative =
		event->time_kind == TIME_RELATIVE || event->time_kind == TIME_RELATIVE_RANGE;

	if (event->time_kind == TIME_ANY) {
		text_add(out, "*");
		return;
	}
	text_add(out, relative ? "+" : "");
	add_time(out, event->time);
	if (event->time_kind == TIME_ABSOLUTE_RANGE || event->time_kind == TIME_RELATIVE_RANGE) {
		text_add(out, relative ? "~+" : "~");
		add_time(out, event->time_end);
	}
}

void script_tell(const struct script_event *event, struct text *out)
{
	add_when(out, event);
	switch (event->kind) {
	case EVENT_PACKET:
		text_add(out, " ");
		script_tell_packet(event->packet, out);
		return;
	case EVENT_SYSTEM_CALL:
		if (event->call->blocks) {
			text_add(out, "...");
			add_time(out, event->call->until);
		}
		text_add(out, " ");
		script_tell_call(event->call, out);
		return;
	case EVENT_CODE:
		text_add(out, " %{");
		text_add(out, event->text);
		text_add(out, "}%");
		return;
	default: /* EVENT_COMMAND */
		text_add(out, " `");
		text_add(out, event->text);
		text_add(out, "`");
		return;
	}
}
