/* fuzz_drill.c — any bytes as a drill script: refused with a sentence that has its
 * line and column, or read; and then what is written of it is read again to the
 * same. Seeds: tests/drill/. */
#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/script_equal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* "fuzz:12:8: …": a place that the script has, or the one behind its end. */
static void check_sentence(const char *sentence, const uint8_t *data, size_t size)
{
	unsigned line = 1;
	unsigned column;
	unsigned lines = 1;
	size_t begin = 0;
	size_t end;

	assert(sscanf(sentence, "fuzz:%u:%u: ", &line, &column) == 2 && line >= 1 && column >= 1);
	for (size_t i = 0; i < size && lines < line; i++)
		if (data[i] == '\n') {
			lines++;
			begin = i + 1;
		}
	assert(lines == line);
	for (end = begin; end < size && data[end] != '\n'; end++)
		;
	assert(column <= end - begin + 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct error err = {""};
	struct script *script = script_parse("fuzz", (const char *)data, size, &err);
	struct script *again;
	char *text;
	size_t len;

	if (!script) {
		check_sentence(err.text, data, size);
		return 0;
	}
	if (script->event_count == 0) { /* it begins with what only others can do */
		assert(script->beyond != NULL);
		script_free(script);
		return 0;
	}
	text = script_written(script, &len);
	again = script_parse("again", text, len, &err);
	if (!again) {
		fprintf(stderr, "what was written is not read: %s\n%s", err.text, text);
		abort();
	}
	assert(again->event_count == script->event_count);
	for (uint32_t i = 0; i < script->event_count; i++)
		if (!script_events_equal(&script->events[i], &again->events[i])) {
			fprintf(stderr, "not the same: %s\n%s\n", script->events[i].source,
				again->events[i].source);
			abort();
		}
	script_free(again);
	script_free(script);
	free(text);
	return 0;
}
