#include "tests/ladder_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

char *ladder_text(struct run run, struct ladder_style style)
{
	char *text;
	size_t len;
	FILE *out = open_memstream(&text, &len);
	struct error err;

	assert_true(export_ladder(run.r, &style, out, &err));
	fclose(out);
	recording_free(run.r);
	return text;
}
