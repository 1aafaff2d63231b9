/* work.h — what is measured: pieces of work that a user would notice, each a
 * function that does it once and says how much it was.
 *
 * A piece of work is the same each time, whatever the machine: `digest` tells
 * by what happened in it whether it was. */
#ifndef TCPLAB_TESTS_BENCH_WORK_H
#define TCPLAB_TESTS_BENCH_WORK_H

#include <stdint.h>

struct outcome {
	int64_t cpu;     /* nanoseconds of user and system time; bytes, where that is asked for */
	uint64_t count;  /* of what the work consists of */
	uint64_t digest; /* of all that happened */
};

/* work_bulk.c */
struct outcome work_bulk(void);
struct outcome work_bulk_recorded(void);
struct outcome work_seeds(void);
struct outcome work_dumbbell(void);

/* work_skeleton.c: the network and the bytes of the bulk transfer, without TCP */
struct outcome work_skeleton(void);

/* work_memory.c: two engines face to face */
struct outcome work_face_to_face(void);
struct outcome work_face_to_face_64k(void);

/* work_many.c */
struct outcome work_short(void);
struct outcome work_ten_times_short(void);
struct outcome work_idle(void); /* bytes in place of CPU time */

/* What many runs of something were, in one number. */
static inline uint64_t digest_add(uint64_t digest, uint64_t more)
{
	return (digest ^ more) * UINT64_C(1099511628211);
}

#endif
