/* The schema for editors, the reference in docs/ and the loader's own tables
 * say the same. TCPLAB_UPDATE=1 writes the two files anew. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "source/scenario.h"
#include "source/scenario_shapes.h"

static const char reference_begins[] =
	"All keys, made from the tables that the program itself reads by.\n\n";

static void path_of(const char *file, char *out, size_t size)
{
	const char *top = getenv("TOP");

	snprintf(out, size, "%s/%s", top != NULL ? top : ".", file);
}

static char *contents(const char *file)
{
	char path[1000];
	char *text = calloc(1, 1 << 20);
	FILE *in;

	path_of(file, path, sizeof path);
	in = fopen(path, "rb");
	if (in != NULL) {
		assert_in_range(fread(text, 1, (1 << 20) - 1, in), 1, (1 << 20) - 2);
		fclose(in);
	}
	return text;
}

static char *generated(void (*write)(FILE *out))
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	write(out);
	fclose(out);
	return text;
}

static bool updating(void)
{
	return getenv("TCPLAB_UPDATE") != NULL;
}

static void update(const char *file, const char *head, size_t head_len, const char *text)
{
	char path[1000];
	FILE *out;

	path_of(file, path, sizeof path);
	out = fopen(path, "wb");
	assert_non_null(out);
	fwrite(head, 1, head_len, out);
	fputs(text, out);
	fclose(out);
}

static void same(const char *kept, const char *made, const char *file)
{
	if (strcmp(kept, made) != 0)
		fail_msg("%s is not what the tables say: with TCPLAB_UPDATE=1 in the environment "
			 "this test writes it anew",
			 file);
}

static void the_schema_is_what_the_loader_knows(void **state)
{
	char *schema = generated(scenario_write_schema);
	char *kept;

	(void)state;
	if (updating())
		update("scenarios/schema.json", "", 0, schema);
	kept = contents("scenarios/schema.json");
	same(kept, schema, "scenarios/schema.json");
	free(kept);
	free(schema);
}

static void the_reference_is_what_the_loader_knows(void **state)
{
	char *reference = generated(scenario_write_reference);
	char *doc = contents("docs/scenario-format.md");
	char *begins = strstr(doc, reference_begins);

	(void)state;
	assert_non_null(begins);
	begins += sizeof reference_begins - 1;
	if (updating())
		update("docs/scenario-format.md", doc, (size_t)(begins - doc), reference);
	else
		same(begins, reference, "docs/scenario-format.md");
	free(doc);
	free(reference);
}

static void the_schema_is_json(void **state)
{
	char *schema = generated(scenario_write_schema);
	struct json_document doc;
	struct error err = {""};

	(void)state;
	if (!json_parse(&doc, "schema.json", schema, strlen(schema), &err))
		fail_msg("%s", err.text);
	assert_non_null(json_member(json_member(doc.root, "$defs"), "scenario"));
	json_free(&doc);
	free(schema);
}

/* ---- every key ---- */

/* Objects within objects: each field's example has the field's shape. */
static unsigned check_examples(const struct shape *shape)
{
	struct field field;
	unsigned count = 0;

	switch (shape->kind) {
	case SHAPE_LIST:
	case SHAPE_MAP: return check_examples(shape->element);
	case SHAPE_EITHER:
		for (unsigned n = 0; shape->either[n] != NULL; n++)
			count += check_examples(shape->either[n]);
		return count;
	case SHAPE_OBJECT: break;
	default: return 0;
	}
	for (unsigned n = 0; shape->field(n, &field); n++) {
		struct json_document doc;
		struct error err = {""};

		if (!json_parse(&doc, field.name, field.example, strlen(field.example), &err) ||
		    !shape_check(field.shape, doc.root, &err))
			fail_msg("%s", err.text);
		json_free(&doc);
		assert_true(strlen(field.meaning) > 4);
		count += 1 + check_examples(field.shape);
	}
	return count;
}

static void every_key_has_an_example_that_is_right(void **state)
{
	(void)state;
	assert_in_range(check_examples(&scenario_shape), 80, 1000);
}

/* The JSON blocks of the text are scenarios that load, run, and hold. */
static void the_example_in_the_text_works(void **state)
{
	char *doc = contents("docs/scenario-format.md");
	const char *begin = strstr(doc, "```json\n") + 8;
	const char *stop = strstr(begin, "```");
	struct scenario *s;
	struct error err = {""};
	struct recording *r;

	(void)state;
	if (!scenario_parse("example", begin, (size_t)(stop - begin), NULL, &s, &err))
		fail_msg("%s", err.text);
	r = scenario_recording(s);
	scenario_run(s, r);
	assert_int_equal(scenario_check(s, r, stdout), 0);
	recording_free(r);
	scenario_free(s);
	free(doc);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_schema_is_what_the_loader_knows),
		cmocka_unit_test(the_reference_is_what_the_loader_knows),
		cmocka_unit_test(the_schema_is_json),
		cmocka_unit_test(every_key_has_an_example_that_is_right),
		cmocka_unit_test(the_example_in_the_text_works),
	};

	return cmocka_run_group_tests_name("format", tests, NULL, NULL);
}
