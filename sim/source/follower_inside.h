/* follower_inside.h — what the files of a follower share. */
#ifndef TCPLAB_SOURCE_FOLLOWER_INSIDE_H
#define TCPLAB_SOURCE_FOLLOWER_INSIDE_H

#include "source/follower.h"

/* More than this between two sequence numbers is damage or forgery. */
enum { AHEAD_MAX = 1 << 30 };

struct tcp follower_turn(struct follower *f, nanos now);
/* What the engine decided is recorded. Call it after each call of the engine. */
void follower_settles(struct follower *f, nanos now);
void follower_calls(struct follower *f, nanos now, enum call call, int64_t value);
bool follower_has_tcb(const struct follower *f);

/* follower_infer.c: before the segment itself is told to the engine. */
void follower_must_have_called(struct follower *f, struct tcp *t, const struct segment *seg);
/* Of a RST; why it is sent. */
enum rule follower_must_have_aborted(struct follower *f, struct tcp *t, const struct segment *seg);

#endif
