#include "source/shape.h"

#include <assert.h>
#include <string.h>

#include "base/nearest.h"

enum { NAMES_MAX = 1024, NAME_LEN_MAX = 31, WORDS_TO_LIST = 20 };

bool field_from(const struct field *table, size_t count, unsigned n, struct field *out)
{
	if (n >= count)
		return false;
	*out = table[n];
	return true;
}

/* ---- in words ---- */

static void add_decimal(struct text *out, int64_t value, unsigned places)
{
	int64_t scale = 1;
	int64_t fraction;

	for (unsigned i = 0; i < places; i++)
		scale *= 10;
	text_addf(out, "%lld", (long long)(value / scale));
	fraction = value % scale;
	if (fraction == 0)
		return;
	for (; fraction % 10 == 0; places--)
		fraction /= 10;
	text_addf(out, ".%0*lld", (int)places, (long long)fraction);
}

static void add_range(struct text *out, const struct shape *shape)
{
	text_add(out, "from ");
	add_decimal(out, shape->min, shape->places);
	text_add(out, " to ");
	add_decimal(out, shape->max, shape->places);
	if (shape->unit != NULL)
		text_addf(out, " (%s)", shape->unit);
}

static void add_words(struct text *out, const struct shape *shape)
{
	for (unsigned n = 0; shape->word(n) != NULL; n++)
		text_addf(out, "%s%s", n > 0 ? ", " : "", shape->word(n));
}

void shape_describe(const struct shape *shape, struct text *out)
{
	switch ((enum shape_kind)shape->kind) {
	case SHAPE_TEXT: text_add(out, "a text"); break;
	case SHAPE_NAME: text_add(out, "a name"); break;
	case SHAPE_WORD:
		text_add(out, "one of ");
		add_words(out, shape);
		break;
	case SHAPE_NUMBER:
		text_add(out, shape->places > 0 ? "a number " : "a whole number ");
		add_range(out, shape);
		break;
	case SHAPE_BOOL: text_add(out, "true or false"); break;
	case SHAPE_TRUE: text_add(out, "true"); break;
	case SHAPE_LIST: text_add(out, "a list [...]"); break;
	case SHAPE_OBJECT:
	case SHAPE_MAP: text_add(out, "an object {...}"); break;
	case SHAPE_EITHER:
		for (unsigned n = 0; shape->either[n] != NULL; n++) {
			text_add(out, n > 0 ? ", or " : "");
			shape_describe(shape->either[n], out);
		}
	}
}

static void add_seen(struct text *out, const struct json *value)
{
	switch (value->kind) {
	case JSON_NULL: text_add(out, "null"); break;
	case JSON_BOOL: text_add(out, value->truth ? "true" : "false"); break;
	case JSON_NUMBER: text_addf(out, "the number %.40s", value->text); break;
	case JSON_STRING:
		text_addf(out, "the text \"%.40s\"%s", value->text,
			  strlen(value->text) > 40 ? "..." : "");
		break;
	case JSON_ARRAY: text_add(out, "a list"); break;
	case JSON_OBJECT: text_add(out, "an object"); break;
	}
}

static bool must_be(const struct shape *shape, const struct json *value, struct error *err)
{
	char buf[700];
	struct text text = text_in(buf, sizeof buf);

	shape_describe(shape, &text);
	text_add(&text, ", not ");
	add_seen(&text, value);
	return json_error(err, value, "this must be %s", buf);
}

/* ---- single values ---- */

static bool check_number(const struct shape *shape, const struct json *value, struct error *err)
{
	char buf[120];
	struct text range = text_in(buf, sizeof buf);
	int64_t number;

	add_range(&range, shape);
	if (json_decimal(value, shape->places, &number)) {
		if (number >= shape->min && number <= shape->max)
			return true;
	} else if (shape->places == 0 && json_decimal(value, 18, &number)) {
		return json_error(err, value, "%s is not possible: a whole number %s", value->text,
				  buf);
	} else if (json_decimal(value, 18, &number)) {
		return json_error(err, value, "%s is too fine: at most %u digits after the point",
				  value->text, shape->places);
	}
	return json_error(err, value, "%s is not possible: %s", value->text, buf);
}

static bool check_text(const struct shape *shape, const struct json *value, struct error *err)
{
	size_t len = strlen(value->text);

	if (len >= (size_t)shape->min && len <= (size_t)shape->max)
		return true;
	if (len == 0)
		return json_error(err, value, "this text is empty");
	return json_error(err, value, "this text is too long: %zu octets, at most %lld", len,
			  (long long)shape->max);
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool check_name(const struct json *value, const char *name, struct error *err)
{
	size_t len = strlen(name);
	bool ok = len > 0 && len <= NAME_LEN_MAX && is_letter(name[0]);

	for (size_t i = 0; ok && i < len; i++) {
		ok = is_letter(name[i]) || (name[i] >= '0' && name[i] <= '9') || name[i] == '-' ||
		     name[i] == '_';
	}
	return ok || json_error(err, value,
				"\"%.40s\" is no name: a letter, then letters, digits, - and _, "
				"at most %d",
				name, (int)NAME_LEN_MAX);
}

static bool check_word(const struct shape *shape, const struct json *value, struct error *err)
{
	const char *names[NAMES_MAX];
	unsigned count = 0;
	const char *near;
	char buf[700];
	struct text text = text_in(buf, sizeof buf);

	for (; count < NAMES_MAX && shape->word(count) != NULL; count++) {
		names[count] = shape->word(count);
		if (strcmp(names[count], value->text) == 0)
			return true;
	}
	near = nearest(value->text, names, count);
	if (near != NULL)
		return json_error(err, value, "\"%.40s\" is not known here; did you mean \"%s\"?",
				  value->text, near);
	if (count > WORDS_TO_LIST) {
		const char *few[3];

		nearest_few(value->text, names, count, few, 3);
		return json_error(err, value,
				  "\"%.40s\" is not known here; nearest are %s, %s and %s",
				  value->text, few[0], few[1], few[2]);
	}
	add_words(&text, shape);
	return json_error(err, value, "\"%.40s\" is not known here; possible are %s", value->text,
			  buf);
}

/* ---- objects ---- */

static bool is_listed(const char *list, const char *word)
{
	size_t len = strlen(word);

	for (const char *p = list; p != NULL && *p != '\0';) {
		size_t n = strcspn(p, " ");

		if (n == len && memcmp(p, word, len) == 0)
			return true;
		p += n + (p[n] == ' ');
	}
	return false;
}

/* What else some call it. */
static const struct {
	const char *said;
	const char *meant;
} aliases[] = {
	{"drop", "lose"},
	{"loss", "lose"},
	{"drop_percent", "lose_percent"},
	{"dup", "duplicate"},
	{"reorder", "delay"},
	{"damage", "corrupt"},
	{"ecn_threshold", "mark_packets"},
	{"latency", "delay_ms"},
	{"latency_ms", "delay_ms"},
	{"bandwidth", "rate_mbps"},
	{"bandwidth_mbps", "rate_mbps"},
	{"speed", "rate_mbps"},
	{"queue_bytes", "queue_octets"},
	{"ip", "address"},
	{"iss", "isn"},
	{"sndbuf", "send_buffer"},
	{"rcvbuf", "receive_buffer"},
	{"window", "receive_buffer"},
	{"bytes", "octets"},
	{"write", "send"},
	{"shutdown", "close"},
	{"reset", "abort"},
	{"time_ms", "at_ms"},
	{"nodes", "hosts"},
	{"apps", "applications"},
	{"description", "look_for"},
};

/* One of `names`, or NULL. */
static const char *other_word_for(const char *said, const char *const *names, unsigned count)
{
	for (size_t i = 0; i < sizeof aliases / sizeof aliases[0]; i++) {
		if (strcmp(aliases[i].said, said) != 0)
			continue;
		for (unsigned n = 0; n < count; n++) {
			if (strcmp(names[n], aliases[i].meant) == 0)
				return names[n];
		}
	}
	return NULL;
}

static bool refuse_unknown(const struct shape *shape, const struct json *member, struct error *err)
{
	const char *names[NAMES_MAX];
	char kept[NAMES_MAX][NAME_LEN_MAX + 1];
	unsigned count = 0;
	struct field field;
	const char *near;
	char buf[700];
	struct text text = text_in(buf, sizeof buf);

	for (; count < NAMES_MAX && shape->field(count, &field); count++) {
		snprintf(kept[count], sizeof kept[count], "%s", field.name);
		names[count] = kept[count];
		text_addf(&text, "%s%s", count > 0 ? ", " : "", field.name);
	}
	near = other_word_for(member->key, names, count);
	if (near == NULL)
		near = nearest(member->key, names, count);
	if (near != NULL)
		return json_error(err, member,
				  "there is no key \"%.40s\" here; did you mean \"%s\"?",
				  member->key, near);
	return json_error(err, member, "there is no key \"%.40s\" here; known are %s", member->key,
			  buf);
}

static bool find_field(const struct shape *shape, const char *name, struct field *out)
{
	for (unsigned n = 0; shape->field(n, out); n++) {
		if (strcmp(out->name, name) == 0)
			return true;
	}
	return false;
}

/* Exactly one of the choices, and beside it only what goes with it. */
static bool check_choice(const struct shape *shape, const struct json *value, struct error *err)
{
	const struct json *chosen = NULL;
	struct field field;
	char buf[500];
	struct text text = text_in(buf, sizeof buf);

	for (const struct json *m = value->child; m != NULL; m = m->next) {
		if (!find_field(shape, m->key, &field) || !field.choice)
			continue;
		if (chosen != NULL)
			return json_error(err, m, "\"%s\" and \"%s\" cannot be together here",
					  chosen->key, m->key);
		chosen = m;
	}
	for (unsigned n = 0; shape->field(n, &field); n++) {
		if (field.choice)
			text_addf(&text, "%s%s", text.len > 0 ? ", " : "", field.name);
	}
	if (chosen == NULL && !shape->or_none)
		return json_error(err, value, "one of these keys is needed: %s", buf);
	for (const struct json *m = value->child; m != NULL; m = m->next) {
		find_field(shape, m->key, &field);
		if (field.beside != NULL &&
		    (chosen == NULL || !is_listed(field.beside, chosen->key)))
			return json_error(err, m, "\"%s\" goes only with: %s", m->key,
					  field.beside);
	}
	return true;
}

static bool check_object(const struct shape *shape, const struct json *value, struct error *err)
{
	struct field field;

	for (const struct json *m = value->child; m != NULL; m = m->next) {
		if (!find_field(shape, m->key, &field))
			return refuse_unknown(shape, m, err);
		if (!shape_check(field.shape, m, err))
			return false;
	}
	for (unsigned n = 0; shape->field(n, &field); n++) {
		if (field.required && json_member(value, field.name) == NULL)
			return json_error(err, value, "\"%s\" is missing, for example \"%s\": %s",
					  field.name, field.name, field.example);
	}
	return !shape->choose || check_choice(shape, value, err);
}

static bool check_many(const struct shape *shape, const struct json *value, struct error *err)
{
	const char *what = shape->kind == SHAPE_MAP ? "members" : "entries";

	if (value->count < (unsigned)shape->min || value->count > (unsigned)shape->max)
		return json_error(err, value, "%u %s here: from %lld to %lld are possible",
				  value->count, what, (long long)shape->min, (long long)shape->max);
	for (const struct json *child = value->child; child != NULL; child = child->next) {
		if (shape->kind == SHAPE_MAP && !check_name(child, child->key, err))
			return false;
		if (!shape_check(shape->element, child, err))
			return false;
	}
	return true;
}

/* ---- all ---- */

static bool is_of_kind(const struct shape *shape, const struct json *value)
{
	switch ((enum shape_kind)shape->kind) {
	case SHAPE_TEXT:
	case SHAPE_NAME:
	case SHAPE_WORD: return value->kind == JSON_STRING;
	case SHAPE_NUMBER: return value->kind == JSON_NUMBER;
	case SHAPE_BOOL: return value->kind == JSON_BOOL;
	case SHAPE_TRUE: return value->kind == JSON_BOOL && value->truth;
	case SHAPE_LIST: return value->kind == JSON_ARRAY;
	case SHAPE_OBJECT:
	case SHAPE_MAP: return value->kind == JSON_OBJECT;
	case SHAPE_EITHER: break;
	}
	for (unsigned n = 0; shape->either[n] != NULL; n++) {
		if (is_of_kind(shape->either[n], value))
			return true;
	}
	return false;
}

bool shape_check(const struct shape *shape, const struct json *value, struct error *err)
{
	if (!is_of_kind(shape, value))
		return must_be(shape, value, err);
	switch ((enum shape_kind)shape->kind) {
	case SHAPE_TEXT: return check_text(shape, value, err);
	case SHAPE_NAME: return check_name(value, value->text, err);
	case SHAPE_WORD: return check_word(shape, value, err);
	case SHAPE_NUMBER: return check_number(shape, value, err);
	case SHAPE_BOOL:
	case SHAPE_TRUE: return true;
	case SHAPE_LIST:
	case SHAPE_MAP: return check_many(shape, value, err);
	case SHAPE_OBJECT: return check_object(shape, value, err);
	case SHAPE_EITHER: break;
	}
	for (unsigned n = 0;; n++) {
		if (is_of_kind(shape->either[n], value))
			return shape_check(shape->either[n], value, err);
	}
}

int64_t member_number(const struct json *object, const char *key, unsigned places,
		      int64_t otherwise)
{
	const struct json *member = json_member(object, key);
	int64_t number = otherwise;
	bool ok = member == NULL || json_decimal(member, places, &number);

	assert(ok);
	return ok ? number : otherwise;
}

const char *member_text(const struct json *object, const char *key)
{
	const struct json *member = json_member(object, key);

	return member != NULL && member->kind == JSON_STRING ? member->text : NULL;
}

bool member_truth(const struct json *object, const char *key)
{
	const struct json *member = json_member(object, key);

	return member != NULL && member->truth;
}
