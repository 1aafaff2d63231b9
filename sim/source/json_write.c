/* json_write.c — a tree as text: what fits on a line is on one line. */
#include "source/json.h"

#include <string.h>

enum { LINE_WIDTH = 96, INDENT = 2 };

static void add_string(struct text *out, const char *s)
{
	text_add(out, "\"");
	for (; *s != '\0'; s++) {
		switch (*s) {
		case '"': text_add(out, "\\\""); break;
		case '\\': text_add(out, "\\\\"); break;
		case '\n': text_add(out, "\\n"); break;
		case '\r': text_add(out, "\\r"); break;
		case '\t': text_add(out, "\\t"); break;
		default:
			if ((unsigned char)*s < 0x20)
				text_addf(out, "\\u%04x", (unsigned)*s);
			else
				text_addf(out, "%c", *s);
		}
	}
	text_add(out, "\"");
}

static void add_key(struct text *out, const struct json *value)
{
	if (value->key == NULL)
		return;
	add_string(out, value->key);
	text_add(out, ": ");
}

static bool has_children(const struct json *value)
{
	return value->kind == JSON_ARRAY || value->kind == JSON_OBJECT;
}

static void add_on_one_line(struct text *out, const struct json *value)
{
	bool object = value->kind == JSON_OBJECT;

	switch (value->kind) {
	case JSON_NULL: text_add(out, "null"); return;
	case JSON_BOOL: text_add(out, value->truth ? "true" : "false"); return;
	case JSON_NUMBER: text_add(out, value->text); return;
	case JSON_STRING: add_string(out, value->text); return;
	case JSON_ARRAY:
	case JSON_OBJECT: break;
	}
	text_add(out, object ? "{" : "[");
	for (const struct json *child = value->child; child != NULL; child = child->next) {
		add_key(out, child);
		add_on_one_line(out, child);
		text_add(out, child->next != NULL ? ", " : "");
	}
	text_add(out, object ? "}" : "]");
}

/* Every string that the strict reader lets in fits: what is too long for a
 * line is written piece by piece. */
static void write_string(const char *s, FILE *out)
{
	char buf[16];

	fputc('"', out);
	for (; *s != '\0'; s++) {
		char one[2] = {*s, '\0'};
		struct text text = text_in(buf, sizeof buf);

		add_string(&text, one);
		fwrite(buf + 1, 1, text.len - 2, out);
	}
	fputc('"', out);
}

static void write_value(const struct json *value, unsigned indent, unsigned used, FILE *out)
{
	char line[LINE_WIDTH + 1];
	struct text text = text_in(line, sizeof line);

	add_on_one_line(&text, value);
	if (!text.cut && used + text.len <= LINE_WIDTH) {
		fputs(line, out);
		return;
	}
	if (!has_children(value)) {
		if (value->kind == JSON_STRING)
			write_string(value->text, out);
		else
			fputs(value->text, out);
		return;
	}
	fputs(value->kind == JSON_OBJECT ? "{\n" : "[\n", out);
	indent += INDENT;
	for (const struct json *child = value->child; child != NULL; child = child->next) {
		fprintf(out, "%*s", (int)indent, "");
		used = indent + 1;
		if (child->key != NULL) {
			write_string(child->key, out);
			fputs(": ", out);
			used += (unsigned)strlen(child->key) + 4;
		}
		write_value(child, indent, used, out);
		fputs(child->next != NULL ? ",\n" : "\n", out);
	}
	indent -= INDENT;
	fprintf(out, "%*s%s", (int)indent, "", value->kind == JSON_OBJECT ? "}" : "]");
}

void json_write(const struct json *value, FILE *out)
{
	write_value(value, 0, 0, out);
	fputc('\n', out);
}
