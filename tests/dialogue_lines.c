/* dialogue_lines.c — what many conversations say, or do, alike. */
#include "tests/dialogue.h"

#include <stdio.h>
#include <string.h>

void in_ack(struct dialogue *d, uint32_t ack)
{
	char line[80];

	snprintf(line, sizeof line, ". 1:1(0) ack %u win 65535", ack);
	in(d, line);
}

void in_sack(struct dialogue *d, uint32_t ack, uint32_t left, uint32_t right)
{
	char line[120];

	snprintf(line, sizeof line, ". 1:1(0) ack %u win 65535 <nop,nop,sack 1 {%u:%u}>", ack, left,
		 right);
	in(d, line);
}

void out_full(struct dialogue *d, uint32_t from, uint32_t count)
{
	for (uint32_t left = from; left < from + count * 1000; left += 1000) {
		char line[80];

		snprintf(line, sizeof line, ". %u:%u(1000) ack 1", left, left + 1000);
		out(d, line);
	}
}

void out_rest(struct dialogue *d)
{
	while (out_any(d))
		;
}

void dialogue_begins_anew(struct dialogue *d)
{
	memset(&d->tcb, 0, sizeof d->tcb);
	memset(d->rules, 0, sizeof d->rules);
	d->delivered = 0;
	d->notices = 0;
}
