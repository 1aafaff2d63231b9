/* json.h — JSON read strictly: what is there, and where.
 *
 * A text becomes a tree of values that know their place, so that whoever
 * finds fault with one can name file, line, column and path. cJSON parses;
 * before that the text is scanned for what cJSON lets pass: trailing
 * characters, "012" and "1.", numbers that are not kept exactly, control
 * characters, bad UTF-8, NUL, U+0000, a byte order mark; and after it for
 * keys that are equal, or equal but for case. RFC 8259.
 *
 * The document owns the tree. */
#ifndef TCPLAB_SOURCE_JSON_H
#define TCPLAB_SOURCE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/error.h"
#include "base/text.h"

enum {
	JSON_SIZE_MAX = 64 << 20, /* octets of text */
	JSON_DEPTH_MAX = 32,
	JSON_VALUES_MAX = 200000,
	JSON_PATH_MAX = 400,
};

/* The largest integer that every reader of JSON keeps exactly: 2^53 − 1. */
#define JSON_INTEGER_MAX INT64_C(9007199254740991)

enum json_kind { JSON_NULL, JSON_BOOL, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

struct json {
	enum json_kind kind;
	bool truth;       /* JSON_BOOL */
	const char *text; /* JSON_STRING: its value; JSON_NUMBER: as it is written */
	const char *key;  /* in an object, otherwise NULL */
	struct json *parent;
	struct json *child; /* first element or member */
	struct json *next;
	unsigned count;     /* of elements or members */
	const char *origin; /* the file's name, or "--set …" */
	unsigned line;      /* from 1; 0: not in a file */
	unsigned column;    /* from 1, in octets */
};

struct json_document {
	struct json *root;
	void *memory;
};

/* `name` is said in errors. False with a sentence; *doc is then empty. */
bool json_parse(struct json_document *doc, const char *name, const char *bytes, size_t len,
		struct error *err);
bool json_read(struct json_document *doc, const char *path, struct error *err);
void json_free(struct json_document *doc);

/* Changes or adds a value: "links.0.delay_ms=80", "links.0.faults.+={…}" (one
 * more element). What is no JSON is taken as a string. */
bool json_set(struct json_document *doc, const char *setting, struct error *err);

const struct json *json_member(const struct json *object, const char *key); /* or NULL */
const struct json *json_element(const struct json *array, unsigned n);

/* The number times 10^places, exactly; false where that is no int64. */
bool json_decimal(const struct json *number, unsigned places, int64_t *out);

/* "links.0.delay_ms"; nothing for the root. */
void json_path(const struct json *value, struct text *out);

/* "a.json:3:7: links.0.delay_ms: " and the sentence; always false. */
bool json_error(struct error *err, const struct json *value, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The tree as text again, indented; equal trees, equal bytes. */
void json_write(const struct json *value, FILE *out);

#endif
