#include "source/json.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <cjson/cJSON.h>

#include "record/memory.h"
#include "source/json_inside.h"

/* ---- memory: freed all at once ---- */

struct block {
	struct block *next;
	uint64_t align;
};

void *json_get(struct json_document *doc, size_t size)
{
	struct block *block = memory_get(sizeof *block + size);

	block->next = doc->memory;
	doc->memory = block;
	return memset(block + 1, 0, size);
}

const char *json_copy(struct json_document *doc, const char *text, size_t len)
{
	char *s = json_get(doc, len + 1);

	return memcpy(s, text, len);
}

void json_free(struct json_document *doc)
{
	struct block *block = doc->memory;

	while (block != NULL) {
		struct block *next = block->next;

		free(block);
		block = next;
	}
	*doc = (struct json_document){0};
}

/* ---- from cJSON's tree to ours ---- */

struct building {
	struct json_document *doc;
	const struct json_scan *scan;
	const char *origin;
	uint32_t done; /* values built: the scan's in the same order */
	size_t passed; /* of the text, for counting lines */
	size_t line_start;
	unsigned line;
};

static void find_place(struct building *b, struct json *value, size_t at)
{
	for (; b->passed < at; b->passed++) {
		if (b->scan->bytes[b->passed] == '\n') {
			b->line++;
			b->line_start = b->passed + 1;
		}
	}
	value->origin = b->origin;
	value->line = b->line;
	value->column = (unsigned)(at - b->line_start + 1);
}

static size_t number_len(const struct json_scan *scan, size_t at)
{
	size_t len = 0;

	while (at + len < scan->len && memchr("+-0123456789.eE", scan->bytes[at + len], 15) != NULL)
		len++;
	return len;
}

static struct json *build(struct building *b, const cJSON *from, struct json *parent)
{
	struct json *value = json_get(b->doc, sizeof *value);
	size_t at = b->scan->starts[b->done++];
	struct json **link = &value->child;

	find_place(b, value, at);
	value->parent = parent;
	value->truth = cJSON_IsTrue(from);
	if (from->string != NULL)
		value->key = json_copy(b->doc, from->string, strlen(from->string));
	if (cJSON_IsNull(from))
		value->kind = JSON_NULL;
	else if (cJSON_IsBool(from))
		value->kind = JSON_BOOL;
	else if (cJSON_IsNumber(from))
		value->kind = JSON_NUMBER;
	else if (cJSON_IsString(from))
		value->kind = JSON_STRING;
	else
		value->kind = cJSON_IsArray(from) ? JSON_ARRAY : JSON_OBJECT;
	if (value->kind == JSON_NUMBER)
		value->text = json_copy(b->doc, b->scan->bytes + at, number_len(b->scan, at));
	if (value->kind == JSON_STRING)
		value->text = json_copy(b->doc, from->valuestring, strlen(from->valuestring));
	for (const cJSON *child = from->child; child != NULL; child = child->next) {
		*link = build(b, child, value);
		link = &(*link)->next;
		value->count++;
	}
	return value;
}

static int by_key(const void *a, const void *b)
{
	const struct json *const *x = a;
	const struct json *const *y = b;
	int order = strcasecmp((*x)->key, (*y)->key);

	if (order != 0)
		return order;
	if ((*x)->line != (*y)->line)
		return (*x)->line < (*y)->line ? -1 : 1;
	return (*x)->column < (*y)->column ? -1 : 1;
}

/* Of two equal keys some readers take the first and some the last. */
static bool check_keys(const struct json *object, struct error *err)
{
	const struct json **sorted;
	const struct json *first = NULL;
	const struct json *second = NULL;
	unsigned n = 0;

	if (object->kind == JSON_OBJECT && object->count > 1) {
		sorted = memory_get(object->count * sizeof(const struct json *));
		for (const struct json *m = object->child; m != NULL; m = m->next)
			sorted[n++] = m;
		qsort(sorted, n, sizeof(const struct json *), by_key);
		for (unsigned i = 1; i < n && second == NULL; i++) {
			if (strcasecmp(sorted[i - 1]->key, sorted[i]->key) == 0) {
				first = sorted[i - 1];
				second = sorted[i];
			}
		}
		free(sorted);
	}
	if (second != NULL && strcmp(first->key, second->key) == 0)
		return json_error(err, second, "the key \"%s\" is there twice, first in line %u",
				  second->key, first->line);
	if (second != NULL)
		return json_error(err, second,
				  "the keys \"%s\" (line %u) and \"%s\" differ only in case",
				  first->key, first->line, second->key);
	for (const struct json *child = object->child; child != NULL; child = child->next) {
		if (!check_keys(child, err))
			return false;
	}
	return true;
}

struct json *json_parse_value(struct json_document *doc, const char *name, const char *bytes,
			      size_t len, struct error *err)
{
	struct json_scan scan = {.name = name, .bytes = bytes, .len = len};
	struct json *value = NULL;
	cJSON *tree = NULL;

	if (json_scan_all(&scan, err)) {
		tree = cJSON_ParseWithLengthOpts(bytes, len, NULL, 0);
		if (tree == NULL)
			error_set(err, "%s: this is not JSON that can be read", name);
	}
	if (tree != NULL) {
		struct building b = {.doc = doc, .scan = &scan, .line = 1};

		b.origin = json_copy(doc, name, strlen(name));
		value = build(&b, tree, NULL);
		if (!check_keys(value, err))
			value = NULL;
	}
	cJSON_Delete(tree);
	free(scan.starts);
	return value;
}

bool json_parse(struct json_document *doc, const char *name, const char *bytes, size_t len,
		struct error *err)
{
	*doc = (struct json_document){0};
	doc->root = json_parse_value(doc, name, bytes, len, err);
	if (doc->root != NULL)
		return true;
	json_free(doc);
	return false;
}

/* ---- files ---- */

static bool read_all(FILE *file, const char *path, char **bytes, size_t *len, struct error *err)
{
	uint32_t capacity = 0;

	*bytes = NULL;
	*len = 0;
	for (;;) {
		size_t got;

		*bytes = memory_grow(*bytes, &capacity, (uint32_t)*len + 4096, 1);
		got = fread(*bytes + *len, 1, 4096, file);
		*len += got;
		if (got == 0)
			break;
		if (*len > JSON_SIZE_MAX)
			return error_set(err, "%s: the file is too long, at most %d octets", path,
					 (int)JSON_SIZE_MAX);
	}
	if (ferror(file))
		return error_set(err, "%s: %s", path, strerror(errno));
	return true;
}

bool json_read(struct json_document *doc, const char *path, struct error *err)
{
	FILE *file = fopen(path, "rb");
	char *bytes;
	size_t len;
	bool ok;

	*doc = (struct json_document){0};
	if (file == NULL)
		return error_set(err, "%s: %s", path, strerror(errno));
	ok = read_all(file, path, &bytes, &len, err) && json_parse(doc, path, bytes, len, err);
	free(bytes);
	fclose(file);
	return ok;
}

/* ---- looking ---- */

const struct json *json_member(const struct json *object, const char *key)
{
	for (const struct json *m = object->child; m != NULL; m = m->next) {
		if (m->key != NULL && strcmp(m->key, key) == 0)
			return m;
	}
	return NULL;
}

const struct json *json_element(const struct json *array, unsigned n)
{
	const struct json *e = array->child;

	while (e != NULL && n-- > 0)
		e = e->next;
	return e;
}

void json_path(const struct json *value, struct text *out)
{
	unsigned n = 0;

	if (value->parent == NULL)
		return;
	json_path(value->parent, out);
	if (out->len > 0)
		text_add(out, ".");
	if (value->key != NULL) {
		text_add(out, value->key);
		return;
	}
	for (const struct json *e = value->parent->child; e != value; e = e->next)
		n++;
	text_addf(out, "%u", n);
}

bool json_error(struct error *err, const struct json *value, const char *format, ...)
{
	char path_buf[JSON_PATH_MAX];
	struct text path = text_in(path_buf, sizeof path_buf);
	struct text text = text_in(err->text, sizeof err->text);
	char sentence[ERROR_TEXT_MAX];
	va_list args;

	va_start(args, format);
	vsnprintf(sentence, sizeof sentence, format, args);
	va_end(args);
	json_path(value, &path);
	text_add(&text, value->origin);
	if (value->line > 0)
		text_addf(&text, ":%u:%u", value->line, value->column);
	text_add(&text, ": ");
	if (path.len > 0) {
		text_add(&text, path_buf);
		text_add(&text, ": ");
	}
	text_add(&text, sentence);
	return false;
}

/* ---- numbers ---- */

/* Of any length; what is beyond all use is made just that. */
static long exponent(const char *text)
{
	long n = strtol(text, NULL, 10);

	return n > 1000 ? 1000 : n < -1000 ? -1000 : n;
}

bool json_decimal(const struct json *number, unsigned places, int64_t *out)
{
	const char *p = number->text;
	bool negative = *p == '-';
	int64_t value = 0;
	long scale = (long)places; /* value · 10^scale is what is asked for */
	bool fraction = false;

	assert(number->kind == JSON_NUMBER);
	for (p += negative; *p != '\0' && *p != 'e' && *p != 'E'; p++) {
		if (*p == '.') {
			fraction = true;
			continue;
		}
		if (value > (INT64_MAX - 9) / 10)
			return false;
		value = 10 * value + (*p - '0');
		scale -= fraction;
	}
	if (*p != '\0')
		scale += exponent(p + 1);
	for (; value != 0 && scale > 0; scale--) {
		if (value > INT64_MAX / 10)
			return false;
		value *= 10;
	}
	for (; value != 0 && scale < 0; scale++) {
		if (value % 10 != 0)
			return false;
		value /= 10;
	}
	*out = negative ? -value : value;
	return true;
}
