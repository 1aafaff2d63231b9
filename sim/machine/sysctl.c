/* sysctl.c — a switch of another system is looked up and set. */
#include "machine/sysctl.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

bool sysctl_number(const char *value, int64_t *number, struct error *why)
{
	char *end;

	errno = 0;
	*number = strtoll(value, &end, 0);
	if (errno == 0 && end != value && *end == '\0' && *number >= 0)
		return true;
	return error_set(why, "\"%s\" is no number from 0 on", value);
}

bool sysctl_unsupported(const char *value, const char *reason, struct error *why)
{
	return error_set(why, "%s is not supported: %s", value, reason);
}

nanos sysctl_patience(nanos first, nanos most, int64_t retries)
{
	nanos sum = 0;
	nanos timeout = first;

	for (int64_t i = 0; i <= retries && i < 256; i++) {
		sum += timeout;
		timeout = nanos_min(2 * timeout, most);
	}
	return sum;
}

static nanos unit_of(const struct sysctl *row)
{
	switch ((enum sysctl_kind)row->kind) {
	case SYSCTL_US: return nanos_from_us(1);
	case SYSCTL_MS: return nanos_from_ms(1);
	default: return nanos_from_s(1);
	}
}

/* Scenarios have bounds for it, too. */
static bool is_in_bounds(const struct sysctl *row, int64_t number, struct error *why)
{
	unsigned count;
	const struct profile_field *field = profile_fields(&count);

	while (count > 0 && field->offset != row->offset) {
		field++;
		count--;
	}
	if (count > 0 && field->kind == FIELD_MS)
		number = number <= INT64_MAX / unit_of(row)
				 ? number * unit_of(row) / nanos_from_ms(1)
				 : INT64_MAX;
	return count == 0 || (number >= field->min && number <= field->max) ||
	       error_set(why, "%" PRId64 " is not supported: from %" PRId64 " to %" PRId64 " is",
			 number, field->min, field->max);
}

/* A field of the profile. */
static bool set_field(struct profile *profile, const struct sysctl *row, const char *value,
		      struct error *why)
{
	unsigned char *at = (unsigned char *)profile + row->offset;
	int64_t number;
	uint32_t count;
	nanos time;
	bool flag;

	if (!sysctl_number(value, &number, why))
		return false;
	switch ((enum sysctl_kind)row->kind) {
	case SYSCTL_BOOL:
	case SYSCTL_NOT:
		flag = (number != 0) == (row->kind == SYSCTL_BOOL);
		memcpy(at, &flag, sizeof flag);
		return true;
	case SYSCTL_NUMBER:
		if (!is_in_bounds(row, number, why))
			return false;
		count = (uint32_t)number;
		memcpy(at, &count, sizeof count);
		return true;
	default:
		if (!is_in_bounds(row, number, why))
			return false;
		time = number * unit_of(row);
		memcpy(at, &time, sizeof time);
		return true;
	}
}

static bool apply_row(struct drill_settings *settings, const struct sysctl *row, const char *value,
		      struct error *why)
{
	struct profile *profile = &settings->profile;

	switch ((enum sysctl_kind)row->kind) {
	case SYSCTL_HARMLESS: return true;
	case SYSCTL_ONLY:
		return strcmp(value, row->reason) == 0 ||
		       error_set(why, "%s is not supported: only %s is", value, row->reason);
	case SYSCTL_OTHER: return row->set(profile, value, why);
	case SYSCTL_MACHINE: return row->set_up(settings, value, why);
	default: return set_field(profile, row, value, why);
	}
}

static const struct sysctl *row_named(const struct sysctl *table, const char *name)
{
	for (; table->name != NULL; table++) {
		size_t len = strlen(table->name);

		/* "net.inet.tcp.hostcache.*" */
		if (table->name[len - 1] == '*' ? strncmp(table->name, name, len - 1) == 0
						: strcmp(table->name, name) == 0)
			return table;
	}
	return NULL;
}

/* Scripts that speak of these were written for FreeBSD. */
static void believe_it_is_freebsd(struct drill_settings *settings)
{
	if (settings->profile_chosen || strcmp(settings->profile_name, "linux") != 0)
		return;
	settings_use_profile(settings, "freebsd");
	settings->profile_chosen = false;
}

enum setting sysctl_apply(struct drill_settings *settings, const char *name, const char *value,
			  struct error *why)
{
	char dotted[128];
	struct text text = text_in(dotted, sizeof dotted);
	const struct sysctl *row;
	struct error what;

	text_add(&text, name);
	for (char *p = dotted; *p != '\0'; p++)
		if (*p == '/')
			*p = '.';
	row = row_named(sysctls_linux, dotted);
	if (row == NULL) {
		row = row_named(sysctls_freebsd, dotted);
		if (row != NULL)
			believe_it_is_freebsd(settings);
	}
	if (row == NULL || text.cut) {
		error_set(why, "the sysctl %s is not known", dotted);
		return SETTING_UNSUPPORTED;
	}
	if (apply_row(settings, row, value, &what))
		return SETTING_KNOWN;
	error_set(why, "the sysctl %s: %s", dotted, what.text);
	return SETTING_UNSUPPORTED;
}
