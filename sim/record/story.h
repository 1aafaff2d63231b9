/* story.h — how much an event weighs for whoever tells what happened. For
 * story.c, which finds a turn's headline, and the ladder on a terminal. */
#ifndef TCPLAB_RECORD_STORY_H
#define TCPLAB_RECORD_STORY_H

#include <stdbool.h>
#include <stdint.h>

#include "record/recording.h"
#include "tcp/rule.h"

/* By the weight of its rule (tcp/rule.h). What moves a connection to another state goes before
 * what does not. A packet's loss has no rule and weighs as much as a strong one. */
enum story_weight {
	STORY_NOTHING,
	STORY_ASIDE, /* not worth a headline, but worth being heard of once */
	STORY_NORMAL,
	STORY_NORMAL_TRANSITION,
	STORY_STRONG,
	STORY_STRONG_TRANSITION,
};

/* True for the quiet rules by which cwnd grows with an ACK. They weigh STORY_NORMAL wherever
 * cwnd is not what it was before. */
bool story_is_growth(enum rule rule);

enum story_weight story_weight(const struct recording *r, uint32_t n);

#endif
