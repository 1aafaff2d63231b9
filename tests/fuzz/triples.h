/* triples.h — state, event, next state: each that is new is coverage for the
 * fuzzer. How many were seen is told when it ends. */
#ifndef TCPLAB_TESTS_FUZZ_TRIPLES_H
#define TCPLAB_TESTS_FUZZ_TRIPLES_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "tcp/state.h"
#include "tests/arena.h"

/* Of this run; libFuzzer reads and clears them. */
__attribute__((section("__libfuzzer_extra_counters"))) static uint8_t
	triples[STATE_COUNT * ARENA_EVENTS * STATE_COUNT];

static uint8_t triples_ever[STATE_COUNT * ARENA_EVENTS * STATE_COUNT];

static inline void triples_tell(void)
{
	unsigned seen = 0;
	unsigned arrows = 0;

	for (unsigned i = 0; i < sizeof triples_ever; i++) {
		seen += triples_ever[i];
		arrows += triples_ever[i] && i / (ARENA_EVENTS * STATE_COUNT) != i % STATE_COUNT;
	}
	fprintf(stderr, "%u triples of state, event and next state were seen; %u lead elsewhere\n",
		seen, arrows);
}

static inline void triples_count(int from, int event, int to)
{
	unsigned i = (unsigned)((from * ARENA_EVENTS + event) * STATE_COUNT + to);
	static bool begun;

	if (!begun)
		atexit(triples_tell);
	begun = true;
	triples[i]++;
	triples_ever[i] = 1;
}

#endif
