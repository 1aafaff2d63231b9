/* seq.h — sequence numbers. RFC 9293 §3.4.
 *
 * They live on a circle of 2³² and wrap, so `a < b` means nothing. As a
 * struct they refuse to be compared, added or subtracted by accident; the
 * functions below say on which side of the circle one lies of the other.
 * The answers are right while the two are less than 2³¹ apart, which the
 * window (at most 2³⁰, RFC 7323 §2.3) guarantees. */
#ifndef TCPLAB_BASE_SEQ_H
#define TCPLAB_BASE_SEQ_H

#include <stdbool.h>
#include <stdint.h>

struct seq {
	uint32_t v;
};

static inline struct seq seq_of(uint32_t v)
{
	return (struct seq){v};
}
static inline struct seq seq_add(struct seq a, uint32_t n)
{
	return (struct seq){a.v + n};
}
static inline struct seq seq_sub(struct seq a, uint32_t n)
{
	return (struct seq){a.v - n};
}

/* How far `a` lies after `b`; negative where it lies before. */
static inline int32_t seq_diff(struct seq a, struct seq b)
{
	return (int32_t)(a.v - b.v);
}

static inline bool seq_eq(struct seq a, struct seq b)
{
	return a.v == b.v;
}
static inline bool seq_lt(struct seq a, struct seq b)
{
	return seq_diff(a, b) < 0;
}
static inline bool seq_le(struct seq a, struct seq b)
{
	return seq_diff(a, b) <= 0;
}
static inline bool seq_gt(struct seq a, struct seq b)
{
	return seq_diff(a, b) > 0;
}
static inline bool seq_ge(struct seq a, struct seq b)
{
	return seq_diff(a, b) >= 0;
}

static inline struct seq seq_max(struct seq a, struct seq b)
{
	return seq_gt(a, b) ? a : b;
}
static inline struct seq seq_min(struct seq a, struct seq b)
{
	return seq_lt(a, b) ? a : b;
}

/* left =< s < right, on the circle. */
static inline bool seq_within(struct seq s, struct seq left, struct seq right)
{
	return s.v - left.v < right.v - left.v;
}

#endif
