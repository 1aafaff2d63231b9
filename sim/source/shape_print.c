/* shape_print.c — shapes as a JSON Schema for editors, and as a reference for people. */
#include "source/shape.h"

#include <assert.h>
#include <string.h>

enum { OBJECTS_MAX = 64 };

/* ---- all objects and named words, in the order in which they are met ---- */

struct objects {
	const struct shape *all[OBJECTS_MAX];
	unsigned count;
};

static void collect(struct objects *o, const struct shape *shape)
{
	struct field field;

	switch ((enum shape_kind)shape->kind) {
	case SHAPE_LIST:
	case SHAPE_MAP: collect(o, shape->element); return;
	case SHAPE_EITHER:
		for (unsigned n = 0; shape->either[n] != NULL; n++)
			collect(o, shape->either[n]);
		return;
	case SHAPE_OBJECT: break;
	default:
		if (shape->name == NULL)
			return;
	}
	for (unsigned n = 0; n < o->count; n++) {
		if (o->all[n] == shape)
			return;
	}
	assert(o->count < OBJECTS_MAX);
	o->all[o->count++] = shape;
	for (unsigned n = 0; shape->kind == SHAPE_OBJECT && shape->field(n, &field); n++)
		collect(o, field.shape);
}

/* ---- JSON Schema ---- */

static void write_string(const char *s, FILE *out)
{
	fputc('"', out);
	for (; *s != '\0'; s++) {
		if (*s == '"' || *s == '\\')
			fputc('\\', out);
		fputc(*s, out);
	}
	fputc('"', out);
}

static void write_decimal(int64_t value, unsigned places, FILE *out)
{
	char digits[300];
	uint64_t magnitude = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
	uint64_t scale = 1;
	size_t len;

	for (unsigned i = 0; i < places; i++)
		scale *= 10;
	snprintf(digits, sizeof digits, "%s%llu.%0*llu", value < 0 ? "-" : "",
		 (unsigned long long)(magnitude / scale), (int)places,
		 (unsigned long long)(magnitude % scale));
	len = strlen(digits);
	while (digits[len - 1] == '0' && strchr(digits, '.') != NULL)
		digits[--len] = '\0';
	if (digits[len - 1] == '.')
		digits[--len] = '\0';
	fputs(digits, out);
}

static void write_number(const struct shape *shape, FILE *out)
{
	fprintf(out, "\"type\": \"%s\", \"minimum\": ", shape->places > 0 ? "number" : "integer");
	write_decimal(shape->min, shape->places, out);
	fputs(", \"maximum\": ", out);
	write_decimal(shape->max, shape->places, out);
}

static void write_words(const struct shape *shape, FILE *out)
{
	fputs("\"enum\": [", out);
	for (unsigned n = 0; shape->word(n) != NULL; n++) {
		fputs(n > 0 ? ", " : "", out);
		write_string(shape->word(n), out);
	}
	fputs("]", out);
}

static const char name_pattern[] = "^[A-Za-z][A-Za-z0-9_-]{0,30}$";

/* The members of a schema, without braces. */
static void write_shape(const struct shape *shape, FILE *out)
{
	if (shape->name != NULL) {
		fprintf(out, "\"$ref\": \"#/$defs/%s\"", shape->name);
		return;
	}
	switch ((enum shape_kind)shape->kind) {
	case SHAPE_TEXT:
		fprintf(out, "\"type\": \"string\", \"minLength\": %lld, \"maxLength\": %lld",
			(long long)shape->min, (long long)shape->max);
		break;
	case SHAPE_NAME:
		fprintf(out, "\"type\": \"string\", \"pattern\": \"%s\"", name_pattern);
		break;
	case SHAPE_WORD: write_words(shape, out); break;
	case SHAPE_NUMBER: write_number(shape, out); break;
	case SHAPE_BOOL: fputs("\"type\": \"boolean\"", out); break;
	case SHAPE_TRUE: fputs("\"const\": true", out); break;
	case SHAPE_LIST:
		fprintf(out,
			"\"type\": \"array\", \"minItems\": %lld, \"maxItems\": %lld, "
			"\"items\": {",
			(long long)shape->min, (long long)shape->max);
		write_shape(shape->element, out);
		fputs("}", out);
		break;
	case SHAPE_MAP:
		fprintf(out,
			"\"type\": \"object\", \"minProperties\": %lld, "
			"\"maxProperties\": %lld, \"propertyNames\": {\"pattern\": \"%s\"}, "
			"\"additionalProperties\": {",
			(long long)shape->min, (long long)shape->max, name_pattern);
		write_shape(shape->element, out);
		fputs("}", out);
		break;
	case SHAPE_OBJECT: break; /* has a name */
	case SHAPE_EITHER:
		fputs("\"anyOf\": [", out);
		for (unsigned n = 0; shape->either[n] != NULL; n++) {
			fputs(n > 0 ? ", {" : "{", out);
			write_shape(shape->either[n], out);
			fputs("}", out);
		}
		fputs("]", out);
	}
}

static void write_properties(const struct shape *object, FILE *out)
{
	struct field field;

	fputs("      \"properties\": {\n", out);
	for (unsigned n = 0; object->field(n, &field); n++) {
		fputs(n > 0 ? ",\n        " : "        ", out);
		write_string(field.name, out);
		fputs(": {\"description\": ", out);
		write_string(field.meaning, out);
		fputs(", ", out);
		write_shape(field.shape, out);
		fprintf(out, ", \"examples\": [%s]}", field.example);
	}
	fputs("\n      }", out);
}

static void write_required(const struct shape *object, FILE *out)
{
	struct field field;
	unsigned count = 0;

	for (unsigned n = 0; object->field(n, &field); n++) {
		if (!field.required)
			continue;
		fputs(count++ > 0 ? ", " : ",\n      \"required\": [", out);
		write_string(field.name, out);
	}
	fputs(count > 0 ? "]" : "", out);
}

static void write_choices(const struct shape *object, FILE *out)
{
	struct field field;
	unsigned count = 0;

	for (unsigned n = 0; object->choose && object->field(n, &field); n++) {
		if (!field.choice)
			continue;
		fputs(count++ > 0 ? ", " : ",\n      \"oneOf\": [", out);
		fprintf(out, "{\"required\": [\"%s\"]}", field.name);
	}
	fputs(count > 0 ? "]" : "", out);
}

/* What goes only with some of the choices. */
static void write_besides(const struct shape *object, FILE *out)
{
	struct field field;
	unsigned count = 0;

	for (unsigned n = 0; object->field(n, &field); n++) {
		if (field.beside == NULL)
			continue;
		fputs(count++ > 0 ? ",\n        " : ",\n      \"dependentSchemas\": {\n        ",
		      out);
		fprintf(out, "\"%s\": {\"anyOf\": [", field.name);
		for (const char *p = field.beside; *p != '\0';) {
			int len = (int)strcspn(p, " ");

			fprintf(out, "%s{\"required\": [\"%.*s\"]}", p == field.beside ? "" : ", ",
				len, p);
			p += len + (p[len] == ' ');
		}
		fputs("]}", out);
	}
	fputs(count > 0 ? "\n      }" : "", out);
}

static void write_definition(const struct shape *shape, FILE *out)
{
	fprintf(out, "    \"%s\": {\n      \"description\": ", shape->name);
	write_string(shape->meaning, out);
	fputs(",\n      ", out);
	if (shape->kind == SHAPE_WORD) {
		write_words(shape, out);
		return;
	}
	fputs("\"type\": \"object\",\n      \"additionalProperties\": false,\n", out);
	write_properties(shape, out);
	write_required(shape, out);
	write_choices(shape, out);
	write_besides(shape, out);
}

void shape_write_schema(const struct shape *root, const char *title, FILE *out)
{
	struct objects objects = {.count = 0};

	collect(&objects, root);
	fputs("{\n  \"$schema\": \"https://json-schema.org/draft/2020-12/schema\",\n  \"title\": ",
	      out);
	write_string(title, out);
	fprintf(out, ",\n  \"$ref\": \"#/$defs/%s\",\n  \"$defs\": {\n", root->name);
	for (unsigned n = 0; n < objects.count; n++) {
		write_definition(objects.all[n], out);
		fputs(n + 1 < objects.count ? "\n    },\n" : "\n    }\n", out);
	}
	fputs("  }\n}\n", out);
}

/* ---- reference ---- */

static void write_quoted_words(const struct shape *shape, FILE *out)
{
	for (unsigned n = 0; shape->word(n) != NULL; n++)
		fprintf(out, "%s`%s`", n > 0 ? ", " : "", shape->word(n));
}

static void write_kind(const struct shape *shape, FILE *out)
{
	char buf[2000];
	struct text text = text_in(buf, sizeof buf);

	if (shape->name != NULL) {
		fprintf(out, "[%s](#%s)", shape->name, shape->name);
		return;
	}
	switch ((enum shape_kind)shape->kind) {
	case SHAPE_LIST:
		fputs("list of: ", out);
		write_kind(shape->element, out);
		return;
	case SHAPE_MAP:
		fputs("by name: ", out);
		write_kind(shape->element, out);
		return;
	case SHAPE_EITHER:
		for (unsigned n = 0; shape->either[n] != NULL; n++) {
			fputs(n > 0 ? "; or " : "", out);
			write_kind(shape->either[n], out);
		}
		return;
	case SHAPE_WORD: write_quoted_words(shape, out); return;
	default: break;
	}
	shape_describe(shape, &text);
	fputs(buf, out);
}

static void write_remarks(const struct field *field, FILE *out)
{
	if (field->required)
		fputs(" Needed.", out);
	if (field->beside == NULL)
		return;
	fputs(" With", out);
	for (const char *p = field->beside; *p != '\0';) {
		int len = (int)strcspn(p, " ");

		fprintf(out, "%s `%.*s`", p == field->beside ? "" : ",", len, p);
		p += len + (p[len] == ' ');
	}
	fputs(".", out);
}

static void write_row(const struct field *field, FILE *out)
{
	fprintf(out, "| `%s` | %s.", field->name, field->meaning);
	write_remarks(field, out);
	fputs(" | ", out);
	write_kind(field->shape, out);
	fprintf(out, " | `\"%s\": %s` |\n", field->name, field->example);
}

static void write_table(const struct shape *object, FILE *out)
{
	struct field field;
	unsigned choices = 0;

	for (unsigned i = 0; object->choose && object->field(i, &field); i++) {
		if (field.choice)
			fprintf(out, "%s `%s`", choices++ > 0 ? "," : " Exactly one of",
				field.name);
	}
	fputs(choices > 0 ? ".\n\n" : "\n\n", out);
	fputs("| Key | What | Value | Example |\n|---|---|---|---|\n", out);
	for (unsigned i = 0; object->field(i, &field); i++)
		write_row(&field, out);
}

void shape_write_reference(const struct shape *root, FILE *out)
{
	struct objects objects = {.count = 0};

	collect(&objects, root);
	for (unsigned n = 0; n < objects.count; n++) {
		const struct shape *shape = objects.all[n];

		fprintf(out, "%s## %s\n\n%s", n > 0 ? "\n" : "", shape->name, shape->meaning);
		if (shape->kind == SHAPE_OBJECT) {
			write_table(shape, out);
			continue;
		}
		fputs(" ", out);
		write_quoted_words(shape, out);
		fputs(".\n", out);
	}
}
