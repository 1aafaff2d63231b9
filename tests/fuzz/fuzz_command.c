/* fuzz_command.c — any bytes as a command of a script: it is known, or refused with a
 * sentence, and nothing is run. What it leaves of the profile is within the bounds that
 * scenarios have. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "machine/commands.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int64_t count_in_state(void *machine, const char *state)
{
	(void)machine;
	return strchr(state, 'E') != NULL ? (int64_t)strlen(state) : -1;
}

static bool drop_those(void *machine, nanos now, const char *state)
{
	(void)machine;
	(void)now;
	(void)state;
	return true;
}

static bool configure(void *machine, const struct profile *profile)
{
	(void)machine;
	(void)profile;
	return true;
}

static int64_t value_of(const struct profile *profile, const struct profile_field *field)
{
	const unsigned char *at = (const unsigned char *)profile + field->offset;
	uint32_t number;
	nanos time;

	if (field->kind == FIELD_MS) {
		memcpy(&time, at, sizeof time);
		return time / nanos_from_ms(1);
	}
	memcpy(&number, at, sizeof number);
	return number;
}

static void check_bounds(const struct profile *profile)
{
	unsigned count;
	const struct profile_field *fields = profile_fields(&count);

	for (unsigned i = 0; i < count; i++)
		if (fields[i].kind == FIELD_NUMBER && value_of(profile, &fields[i]) != 0)
			assert(value_of(profile, &fields[i]) <= fields[i].max);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct machine machine = {
		.count_in_state = count_in_state, .drop = drop_those, .configure = configure};
	struct drill_settings settings;
	struct error why = {.text = ""};
	char *command = malloc(size + 1);
	enum setting outcome;

	memcpy(command, data, size);
	command[size] = '\0';
	settings_default(&settings);
	outcome = command_apply(&settings, size % 2 == 0 ? &machine : NULL, 0, command, &why);
	assert(outcome == SETTING_KNOWN || why.text[0] != '\0');
	check_bounds(&settings.profile);
	free(command);
	return 0;
}
