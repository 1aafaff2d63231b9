#include "base/text.h"

#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

struct text text_in(char *buf, size_t size)
{
	assert(size > 0);
	buf[0] = '\0';
	return (struct text){.at = buf, .size = size};
}

void text_add(struct text *t, const char *s)
{
	size_t n = strlen(s);
	size_t room = t->size - 1 - t->len;

	if (n > room) {
		n = room;
		t->cut = true;
	}
	memcpy(t->at + t->len, s, n);
	t->len += n;
	t->at[t->len] = '\0';
}

void text_addf(struct text *t, const char *format, ...)
{
	size_t room = t->size - t->len;
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(t->at + t->len, room, format, args);
	va_end(args);
	assert(n >= 0);
	if ((size_t)n >= room) {
		n = (int)room - 1;
		t->cut = true;
	}
	t->len += (size_t)n;
}

void text_add_seconds(struct text *t, nanos time, int places)
{
	uint64_t magnitude = time < 0 ? 0 - (uint64_t)time : (uint64_t)time;
	uint64_t fraction = magnitude % 1000000000u;

	assert(places >= 0 && places <= 9);
	text_addf(t, "%s%" PRIu64, time < 0 ? "-" : "", magnitude / 1000000000u);
	if (places == 0)
		return;
	for (int i = places; i < 9; i++)
		fraction /= 10;
	text_addf(t, ".%0*" PRIu64, places, fraction);
}
