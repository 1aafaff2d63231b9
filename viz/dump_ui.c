#include "viz/dump_ui.h"

#include <inttypes.h>
#include <math.h>

#include "viz/app_input.h"
#include "viz/commands.h"

static void write_string(FILE *out, const char *text)
{
	fputc('"', out);
	for (; *text != '\0'; text++) {
		unsigned char byte = (unsigned char)*text;

		if (byte == '"' || byte == '\\')
			fprintf(out, "\\%c", byte);
		else if (byte < 0x20 || byte == 0x7f)
			fprintf(out, "\\u%04x", byte);
		else
			fputc(byte, out);
	}
	fputc('"', out);
}

static void write_facts(const struct app *app, FILE *out)
{
	const char *const *names = app_fact_names();

	for (size_t i = 0; names[i] != NULL; i++) {
		char buf[1024];
		struct text fact = text_in(buf, sizeof buf);

		app_fact(app, names[i], &fact);
		fputs("  ", out);
		write_string(out, names[i]);
		fputs(": ", out);
		write_string(out, buf);
		fputs(",\n", out);
	}
}

static void write_group(const struct canvas *c, uint32_t n, FILE *out)
{
	const struct group *group = &c->groups[n];

	fputs("    {\"id\": ", out);
	write_string(out, group_id(c, n));
	fprintf(out, ", \"x\": %ld, \"y\": %ld, \"w\": %ld, \"h\": %ld", lround(group->box.x),
		lround(group->box.y), lround(group->box.w), lround(group->box.h));
	if (button_is(group_id(c, n)))
		fputs(", \"button\": true", out);
	fputc('}', out);
}

void dump_ui(const struct app *app, FILE *out)
{
	const struct canvas *c = app->picture;
	bool first = true;

	fputs("{\n", out);
	write_facts(app, out);
	fprintf(out, "  \"width\": %ld,\n  \"height\": %ld,\n  \"ui\": [", lround(c->width),
		lround(c->height));
	for (uint32_t i = 1; i < c->group_count; i++) {
		if (!c->groups[i].boxed)
			continue;
		fputs(first ? "\n" : ",\n", out);
		first = false;
		write_group(c, i, out);
	}
	fputs("\n  ]\n}\n", out);
}
