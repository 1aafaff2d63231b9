#include "source/profile_override.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/nearest.h"
#include "base/text.h"
#include "tcp/congestion.h"

enum { FIELDS_MOST = 250, NAME_MOST = 64 };

static const struct profile_field *find(const char *setting, size_t len, struct error *err)
{
	const char *names[FIELDS_MOST];
	char wrong[NAME_MOST];
	unsigned count;
	const struct profile_field *fields = profile_fields(&count);
	struct text text = text_in(wrong, sizeof wrong);
	const char *meant;

	assert(count <= FIELDS_MOST);
	for (unsigned i = 0; i < count; i++) {
		names[i] = fields[i].name;
		if (strlen(names[i]) == len && strncmp(names[i], setting, len) == 0)
			return &fields[i];
	}
	text_addf(&text, "%.*s", (int)(len < NAME_MOST - 1 ? len : NAME_MOST - 1), setting);
	meant = nearest(wrong, names, count);
	error_set(err, "a profile has no switch \"%s\": %s%s", wrong,
		  meant != NULL ? "did you mean " : "docs/scenario-format.md lists them",
		  meant != NULL ? meant : "");
	return NULL;
}

static const char *word_of(const struct profile_field *field, uint32_t n)
{
	switch ((enum field_kind)field->kind) {
	case FIELD_CONTROL:
		return n < congestion_control_count() ? congestion_control(n)->name : NULL;
	case FIELD_SYN_DEFENCE: return n < SYN_DEFENCE_COUNT ? syn_defence_name(n) : NULL;
	case FIELD_ECN: return n < ECN_MODE_COUNT ? ecn_mode_name((enum ecn_mode)n) : NULL;
	case FIELD_BOOL: return n == 0 ? "false" : n == 1 ? "true" : NULL;
	case FIELD_NUMBER:
	case FIELD_MS: break;
	}
	return NULL;
}

static bool read_word(const struct profile_field *field, const char *word, int64_t *out,
		      struct error *err)
{
	char buf[200];
	struct text text = text_in(buf, sizeof buf);
	const char *known;

	for (uint32_t n = 0; (known = word_of(field, n)) != NULL; n++) {
		if (strcmp(word, known) == 0) {
			*out = n;
			return true;
		}
		text_addf(&text, "%s%s", n > 0 ? ", " : "", known);
	}
	return error_set(err, "\"%s\" is nothing that %s can be: there is %s", word, field->name,
			 buf);
}

static bool read_number(const struct profile_field *field, const char *word, int64_t *out,
			struct error *err)
{
	char *end;

	errno = 0;
	*out = strtoll(word, &end, 10);
	if (errno == 0 && end != word && *end == '\0' && *out >= field->min && *out <= field->max)
		return true;
	return error_set(err,
			 "%s takes a whole number from %" PRId64 " to %" PRId64 "%s, not \"%s\"",
			 field->name, field->min, field->max,
			 field->kind == FIELD_MS ? " (milliseconds)" : "", word);
}

bool profile_override(struct profile *profile, const char *setting, struct error *err)
{
	size_t len = strcspn(setting, "=");
	const struct profile_field *field = find(setting, len, err);
	const char *value = setting[len] == '=' ? setting + len + 1 : "";
	bool is_number;
	int64_t number = 0;

	if (field == NULL)
		return false;
	is_number = field->kind == FIELD_NUMBER || field->kind == FIELD_MS;
	if (is_number ? !read_number(field, value, &number, err)
		      : !read_word(field, value, &number, err))
		return false;
	profile_set(profile, field, number);
	return true;
}

/* ---- the other way round ---- */

static int64_t value_of(const struct profile *profile, const struct profile_field *field)
{
	const unsigned char *at = (const unsigned char *)profile + field->offset;
	bool flag;
	uint32_t number;
	nanos time;

	switch ((enum field_kind)field->kind) {
	case FIELD_BOOL: memcpy(&flag, at, sizeof flag); return flag;
	case FIELD_MS: memcpy(&time, at, sizeof time); return time / nanos_from_ms(1);
	case FIELD_NUMBER:
	case FIELD_CONTROL:
	case FIELD_SYN_DEFENCE:
	case FIELD_ECN: break;
	}
	memcpy(&number, at, sizeof number);
	return number;
}

static bool differs(const struct profile *a, const struct profile *b,
		    const struct profile_field *field)
{
	if (field->offset == offsetof(struct profile, isn))
		return a->isn_fixed && (!b->isn_fixed || a->isn != b->isn);
	return value_of(a, field) != value_of(b, field);
}

static unsigned differences(const struct profile *profile, const char *name)
{
	unsigned count;
	const struct profile_field *fields = profile_fields(&count);
	unsigned different = 0;
	struct profile named;

	profile_named(name, &named);
	for (unsigned i = 0; i < count; i++)
		different += differs(profile, &named, &fields[i]);
	return different;
}

static const char *nearest_profile(const struct profile *profile)
{
	const char *const *names = profile_names();
	const char *best = names[0];

	for (unsigned i = 1; names[i] != NULL; i++)
		if (differences(profile, names[i]) < differences(profile, best))
			best = names[i];
	return best;
}

void profile_tell(const struct profile *profile, struct text *out)
{
	const char *name = nearest_profile(profile);
	unsigned count;
	const struct profile_field *fields = profile_fields(&count);
	struct profile named;

	profile_named(name, &named);
	text_addf(out, "profile=%s", name);
	for (unsigned i = 0; i < count; i++) {
		int64_t value = value_of(profile, &fields[i]);

		if (!differs(profile, &named, &fields[i]))
			continue;
		if (fields[i].kind == FIELD_NUMBER || fields[i].kind == FIELD_MS)
			text_addf(out, " %s=%" PRId64, fields[i].name, value);
		else
			text_addf(out, " %s=%s", fields[i].name,
				  word_of(&fields[i], (uint32_t)value));
	}
}
