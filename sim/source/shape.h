/* shape.h — what a piece of a scenario may look like.
 *
 * The format of scenarios is a table of shapes: which keys an object has,
 * which numbers are possible, which words are known. Checking a file, the
 * JSON Schema for editors and the reference in docs/ all come from it, so
 * that they cannot disagree.
 *
 * What a shape cannot say (that a host exists, that two addresses differ) is
 * checked where the scenario is built from the tree. */
#ifndef TCPLAB_SOURCE_SHAPE_H
#define TCPLAB_SOURCE_SHAPE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/error.h"
#include "source/json.h"

enum shape_kind {
	SHAPE_TEXT,   /* any text of min … max octets */
	SHAPE_NAME,   /* a letter, then letters, digits, - and _; up to 31 */
	SHAPE_WORD,   /* one of `word` */
	SHAPE_NUMBER, /* min … max, both times 10^places */
	SHAPE_BOOL,
	SHAPE_TRUE,   /* true and nothing else */
	SHAPE_LIST,   /* min … max elements */
	SHAPE_OBJECT, /* keys as `field` says */
	SHAPE_MAP,    /* min … max members, whose keys are names */
	SHAPE_EITHER, /* one of several, told apart by their JSON kind */
};

struct field;

struct shape {
	const char *name;    /* of an object or a long list of words, for references: "link" */
	const char *meaning; /* of these: a sentence */
	const char *unit;    /* of a number: "milliseconds", or NULL */
	int64_t min;
	int64_t max;
	const struct shape *element;                  /* LIST, MAP */
	const struct shape *const *either;            /* ended by NULL */
	const char *(*word)(unsigned n);              /* NULL after the last */
	bool (*field)(unsigned n, struct field *out); /* false after the last */
	uint8_t kind;
	uint8_t places;
	bool choose;  /* OBJECT: exactly one of the fields marked `choice` */
	bool or_none; /* … or none of them */
};

struct field {
	const char *name;
	const char *meaning; /* a phrase */
	const char *example; /* JSON */
	const char *beside;  /* only together with one of these choices: "send connect", or NULL */
	const struct shape *shape;
	bool required;
	bool choice;
	struct shape own; /* room for a shape that is made up, as is `space` for its texts */
	char space[96];
};

/* Holds `value` against the shape; false with a sentence. */
bool shape_check(const struct shape *shape, const struct json *value, struct error *err);

/* "a number from 0 to 3600000 (milliseconds)", "one of client, server" */
void shape_describe(const struct shape *shape, struct text *out);

/* A JSON Schema (draft 2020-12), and a reference in Markdown. */
void shape_write_schema(const struct shape *root, const char *title, FILE *out);
void shape_write_reference(const struct shape *root, FILE *out);

/* For a table of fields: its nth row, false after the last. */
bool field_from(const struct field *table, size_t count, unsigned n, struct field *out);

/* The member's number times 10^places of its shape, which has been checked;
 * `otherwise` where it is missing. */
int64_t member_number(const struct json *object, const char *key, unsigned places,
		      int64_t otherwise);
/* The same for a text (NULL: missing) and true (false: missing). */
const char *member_text(const struct json *object, const char *key);
bool member_truth(const struct json *object, const char *key);

#endif
