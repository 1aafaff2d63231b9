#include "live/inputs.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/sip.h"
#include "record/memory.h"

enum { INPUTS_SHIFT = 8, SENT_SHIFT = 10 };

struct inputs {
	pthread_mutex_t lock;
	struct pool pool;
	struct pile all;  /* struct input */
	struct pile sent; /* uint64_t */
	nanos horizon;
};

struct inputs *inputs_new(void)
{
	struct inputs *inputs = memory_get(sizeof *inputs);

	*inputs = (struct inputs){.all = pile_of(sizeof(struct input), INPUTS_SHIFT),
				  .sent = pile_of(sizeof(uint64_t), SENT_SHIFT)};
	pthread_mutex_init(&inputs->lock, NULL);
	return inputs;
}

void inputs_free(struct inputs *inputs)
{
	if (inputs == NULL)
		return;
	pthread_mutex_destroy(&inputs->lock);
	pile_free(&inputs->all);
	pile_free(&inputs->sent);
	pool_free(&inputs->pool);
	free(inputs);
}

void inputs_add(struct inputs *inputs, const struct input *input)
{
	bool has_octets = input->kind == INPUT_DATAGRAM || input->kind == INPUT_SEND;
	struct input *kept;

	pthread_mutex_lock(&inputs->lock);
	assert(input->time >= inputs->horizon);
	kept = pile_add(&inputs->all, &inputs->pool);
	*kept = *input;
	kept->octets = NULL;
	if (has_octets && input->len > 0) {
		uint8_t *octets = pool_get(&inputs->pool, input->len);

		memcpy(octets, input->octets, input->len);
		kept->octets = octets;
	}
	inputs->horizon = input->time;
	pthread_mutex_unlock(&inputs->lock);
}

uint32_t inputs_count(struct inputs *inputs)
{
	uint32_t count;

	pthread_mutex_lock(&inputs->lock);
	count = inputs->all.count;
	pthread_mutex_unlock(&inputs->lock);
	return count;
}

void inputs_at(struct inputs *inputs, uint32_t number, struct input *out)
{
	pthread_mutex_lock(&inputs->lock);
	assert(number < inputs->all.count);
	*out = *(struct input *)pile_at(&inputs->all, number);
	pthread_mutex_unlock(&inputs->lock);
}

void inputs_reach(struct inputs *inputs, nanos now)
{
	pthread_mutex_lock(&inputs->lock);
	inputs->horizon = nanos_max(inputs->horizon, now);
	pthread_mutex_unlock(&inputs->lock);
}

nanos inputs_horizon(struct inputs *inputs)
{
	nanos horizon;

	pthread_mutex_lock(&inputs->lock);
	horizon = inputs->horizon;
	pthread_mutex_unlock(&inputs->lock);
	return horizon;
}

static uint64_t hash_of(const uint8_t *datagram, size_t len)
{
	static const uint64_t key[2];

	return sip_hash(key, datagram, len);
}

void inputs_add_sent(struct inputs *inputs, const uint8_t *datagram, size_t len)
{
	inputs_add_sent_hash(inputs, hash_of(datagram, len));
}

void inputs_add_sent_hash(struct inputs *inputs, uint64_t hash)
{
	pthread_mutex_lock(&inputs->lock);
	memcpy(pile_add(&inputs->sent, &inputs->pool), &hash, sizeof hash);
	pthread_mutex_unlock(&inputs->lock);
}

uint32_t inputs_sent(struct inputs *inputs)
{
	uint32_t count;

	pthread_mutex_lock(&inputs->lock);
	count = inputs->sent.count;
	pthread_mutex_unlock(&inputs->lock);
	return count;
}

uint64_t inputs_sent_hash(struct inputs *inputs, uint32_t number)
{
	uint64_t hash;

	pthread_mutex_lock(&inputs->lock);
	assert(number < inputs->sent.count);
	memcpy(&hash, pile_at(&inputs->sent, number), sizeof hash);
	pthread_mutex_unlock(&inputs->lock);
	return hash;
}

bool inputs_agree(struct inputs *inputs, uint32_t number, const uint8_t *datagram, size_t len)
{
	uint64_t hash = hash_of(datagram, len);
	bool same;

	pthread_mutex_lock(&inputs->lock);
	same = number >= inputs->sent.count ||
	       memcmp(pile_at(&inputs->sent, number), &hash, sizeof hash) == 0;
	pthread_mutex_unlock(&inputs->lock);
	return same;
}
