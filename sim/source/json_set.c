/* json_set.c — "--set links.0.delay_ms=80": a value in the tree is changed or added. */
#include "source/json_inside.h"

#include <stdlib.h>
#include <string.h>

static struct json *member_of(struct json *value, const char *key, size_t len)
{
	for (struct json *m = value->child; m != NULL; m = m->next) {
		if (strlen(m->key) == len && memcmp(m->key, key, len) == 0)
			return m;
	}
	return NULL;
}

static struct json *append(struct json_document *doc, struct json *to, const char *key, size_t len,
			   const char *origin)
{
	struct json *value = json_get(doc, sizeof *value);
	struct json **link = &to->child;

	while (*link != NULL)
		link = &(*link)->next;
	*link = value;
	to->count++;
	value->parent = to;
	value->origin = origin;
	value->kind = JSON_OBJECT;
	if (to->kind == JSON_OBJECT)
		value->key = json_copy(doc, key, len);
	return value;
}

static struct json *element_of(struct json_document *doc, struct json *array, const char *index,
			       size_t len, const char *origin, struct error *err)
{
	struct json *e = array->child;
	char *end;
	unsigned long n;

	if (len == 1 && *index == '+')
		return append(doc, array, NULL, 0, origin);
	n = strtoul(index, &end, 10);
	if (end != index + len || *index < '0' || *index > '9') {
		json_error(err, array,
			   "%s: \"%.*s\" is no place in a list; write 0 to %u, or + for one more",
			   origin, (int)len, index, array->count > 0 ? array->count - 1 : 0);
		return NULL;
	}
	if (n >= array->count) {
		json_error(err, array,
			   "%s: the list has %u entries, counted from 0; write + for one more",
			   origin, array->count);
		return NULL;
	}
	while (n-- > 0)
		e = e->next;
	return e;
}

/* The value that a path names; objects on the way are made. */
static struct json *walk(struct json_document *doc, const char *path, size_t path_len,
			 const char *origin, struct error *err)
{
	struct json *value = doc->root;
	const char *end = path + path_len;

	while (path <= end) {
		const char *dot = memchr(path, '.', (size_t)(end - path));
		size_t len = (size_t)((dot != NULL ? dot : end) - path);
		struct json *next;

		if (len == 0 || (value->kind != JSON_OBJECT && value->kind != JSON_ARRAY)) {
			json_error(err, value, "%s: %s", origin,
				   len == 0 ? "a piece of the path is empty"
					    : "the path goes on below a single value");
			return NULL;
		}
		if (value->kind == JSON_ARRAY) {
			next = element_of(doc, value, path, len, origin, err);
			if (next == NULL)
				return NULL;
		} else {
			next = member_of(value, path, len);
			if (next == NULL) {
				next = append(doc, value, path, len, origin);
				if (dot != NULL && dot[1] == '+')
					next->kind = JSON_ARRAY;
			}
		}
		value = next;
		path += len + 1;
	}
	return value;
}

/* The value that a setting gives. */
static struct json *given(struct json_document *doc, const char *origin, const char *text,
			  struct error *err)
{
	struct error ignored;
	struct json *value = json_parse_value(doc, origin, text, strlen(text), &ignored);

	if (value == NULL) {
		if (*text == '{' || *text == '[' || *text == '"') {
			*err = ignored;
			return NULL;
		}
		value = json_get(doc, sizeof *value);
		value->kind = JSON_STRING;
		value->text = json_copy(doc, text, strlen(text));
	}
	return value;
}

static void say_origin(struct json *value, const char *origin)
{
	value->origin = origin;
	value->line = 0;
	for (struct json *child = value->child; child != NULL; child = child->next)
		say_origin(child, origin);
}

bool json_set(struct json_document *doc, const char *setting, struct error *err)
{
	const char *equals = strchr(setting, '=');
	char origin_buf[JSON_PATH_MAX];
	struct text text = text_in(origin_buf, sizeof origin_buf);
	const char *origin;
	struct json *value;
	struct json *place;

	text_addf(&text, "--set %s", setting);
	origin = json_copy(doc, origin_buf, text.len);
	if (equals == NULL || equals == setting)
		return error_set(err, "%s: write it as path=value, such as links.0.delay_ms=80",
				 origin);
	value = given(doc, origin, equals + 1, err);
	if (value == NULL)
		return false;
	place = walk(doc, setting, (size_t)(equals - setting), origin, err);
	if (place == NULL)
		return false;
	say_origin(value, origin);
	place->kind = value->kind;
	place->truth = value->truth;
	place->text = value->text;
	place->child = value->child;
	place->count = value->count;
	place->origin = origin;
	place->line = 0;
	for (struct json *child = place->child; child != NULL; child = child->next)
		child->parent = place;
	return true;
}
