/* Any bytes as a scenario: refused with a sentence, or loaded, written, loaded
 * again to the same, and, where it is small, run. Seeds: scenarios/. */
#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "source/scenario.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* No number of more than two digits: what it asks for is done in no time. */
static bool is_small(const uint8_t *data, size_t size)
{
	unsigned digits = 0;

	for (size_t i = 0; i < size; i++) {
		digits = data[i] >= '0' && data[i] <= '9' ? digits + 1 : 0;
		if (digits > 2)
			return false;
	}
	return true;
}

static char *written(const struct scenario *s, size_t *len)
{
	char *text = NULL;
	FILE *out = open_memstream(&text, len);

	scenario_write(s, out);
	fclose(out);
	return text;
}

static uint64_t run(struct scenario *s)
{
	struct recording *r = scenario_recording(s);
	uint64_t hash;

	scenario_run(s, r);
	scenario_check(s, r, NULL);
	hash = recording_hash(r);
	recording_free(r);
	return hash;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const sets[] = {"duration_ms=2000"};
	struct scenario_options options = {.sets = sets, .set_count = 1};
	bool small = is_small(data, size);
	struct scenario *s;
	struct scenario *again;
	struct error err = {""};
	char *text;
	size_t len;

	if (!scenario_parse("fuzz", (const char *)data, size, small ? &options : NULL, &s, &err)) {
		assert(err.text[0] != '\0' && s == NULL);
		return 0;
	}
	text = written(s, &len);
	if (!scenario_parse("fuzz", text, len, NULL, &again, &err)) {
		fprintf(stderr, "what was written is not read: %s\n%s", err.text, text);
		abort();
	}
	if (small)
		assert(run(s) == run(again));
	scenario_free(s);
	scenario_free(again);
	free(text);
	return 0;
}
