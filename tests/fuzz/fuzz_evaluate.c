/* fuzz_evaluate.c — the code in a script, which may be anything: it ends, and where
 * it is refused there is a sentence with its place. */
#include <assert.h>
#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "script/evaluate.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool look_up(void *who, const char *name, int64_t *value)
{
	(void)who;
	*value = (int64_t)strlen(name) * 1000003;
	return strncmp(name, "tcpi_", 5) == 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct evaluator *e = evaluator_new(look_up, NULL);
	char buffer[256];
	char *code = malloc(size + 1);

	memcpy(code, data, size);
	code[size] = '\0';
	/* Twice: what the first has assigned is there. */
	for (int i = 0; i < 2; i++) {
		struct text printed = text_in(buffer, sizeof buffer);
		struct error why = {.text = ""};
		enum evaluation outcome =
			evaluate(e, code, (struct place){.line = 1, .column = 1}, &printed, &why);

		assert((outcome != EVALUATION_OK) == (why.text[0] != '\0'));
		assert(outcome == EVALUATION_OK || isdigit((unsigned char)why.text[0]));
	}
	free(code);
	evaluator_free(e);
	return 0;
}
