#include "base/random.h"

#include <assert.h>

static uint64_t mix(uint64_t z)
{
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

struct random random_seeded(uint64_t seed, uint64_t place)
{
	return (struct random){mix(seed + 0x9e3779b97f4a7c15u) ^ mix(place + 0xd1b54a32d192ed03u)};
}

uint64_t random_next(struct random *r)
{
	r->state += 0x9e3779b97f4a7c15u;
	return mix(r->state);
}

uint64_t random_below(struct random *r, uint64_t bound)
{
	assert(bound > 0);
	uint64_t v;

	/* Values under 2⁶⁴ mod bound would favour the small results: draw again. */
	do {
		v = random_next(r);
	} while (v < bound && v < (0 - bound) % bound);
	return v % bound;
}

bool random_chance(struct random *r, uint32_t per_million)
{
	return random_below(r, 1000000) < per_million;
}
