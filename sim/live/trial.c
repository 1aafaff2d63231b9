#include "live/trial.h"

/* The kernel answers while a segment arrives, and so before we have read it: what is to be
 * seen of its answer is seen by then, on a busy machine too. */
#define MOMENT nanos_from_ms(5)
/* Whoever has to decide what now is asked so often. */
#define ASKED_EVERY nanos_from_ms(20)

void trial_begin(struct trial *trial, bool is_needed)
{
	atomic_init(&trial->verdict, is_needed ? TRIAL_GOES_ON : TRIAL_PASSED);
	trial->until = NANOS_NEVER;
}

void trial_decides(struct trial *trial, nanos now)
{
	if (trial->until == NANOS_NEVER)
		trial->until = now + MOMENT;
}

bool trial_holds(struct trial *trial, uint64_t resets, nanos now)
{
	if (atomic_load(&trial->verdict) != TRIAL_GOES_ON)
		return atomic_load(&trial->verdict) == TRIAL_FAILED;
	if (resets > 0)
		atomic_store(&trial->verdict, TRIAL_FAILED);
	else if (now >= trial->until)
		atomic_store(&trial->verdict, TRIAL_PASSED);
	return atomic_load(&trial->verdict) != TRIAL_PASSED;
}

nanos trial_deadline(struct trial *trial, nanos now)
{
	switch (atomic_load(&trial->verdict)) {
	case TRIAL_GOES_ON: return trial->until;
	case TRIAL_FAILED: return now + ASKED_EVERY;
	default: return NANOS_NEVER;
	}
}
