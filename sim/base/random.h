/* random.h — repeatable chance.
 *
 * A generator is a value: copy it and both copies go on alike. Each thing
 * that uses chance has its own, seeded from the run's seed and its place,
 * so adding one does not change what the others draw. SplitMix64 (Steele,
 * Lea, Flood 2014): not for secrets. */
#ifndef TCPLAB_BASE_RANDOM_H
#define TCPLAB_BASE_RANDOM_H

#include <stdbool.h>
#include <stdint.h>

struct random {
	uint64_t state;
};

/* `place` tells apart the users of one seed. */
struct random random_seeded(uint64_t seed, uint64_t place);

uint64_t random_next(struct random *r);

/* Evenly in 0 … bound−1; `bound` > 0. */
uint64_t random_below(struct random *r, uint64_t bound);

/* True in `per_million` cases of a million. */
bool random_chance(struct random *r, uint32_t per_million);

#endif
