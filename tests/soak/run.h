/* run.h — runs a scenario's world, and watches whether TCP keeps its word. */
#ifndef TCPLAB_TESTS_SOAK_RUN_H
#define TCPLAB_TESTS_SOAK_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What was wrong: the sort of it, so that shrinking does not change it. */
enum fault_sort {
	FAULT_NONE,
	FAULT_NOT_A_WORLD, /* the scenario is refused */
	FAULT_TEXT,        /* not each octet once, in order, a prefix of what was sent */
	FAULT_STUCK,       /* something never ends */
	FAULT_BADLY_ENDED, /* without a reason */
	FAULT_NOT_WHOLE,   /* it ended in good order, and not all text was handed over */
	FAULT_TOO_MANY,    /* packets */
	FAULT_LEFT_OVER,   /* memory, packets, timers */
};

struct run_limits {
	bool patterned;    /* see life.h */
	bool gentle;       /* every connection must end in good order */
	uint64_t packets;  /* at most so many, in all … */
	uint32_t a_second; /* … and in a second */
};

struct run_report {
	enum fault_sort sort;
	char what[240];
	uint64_t segments;
	uint64_t octets;
	uint32_t connections;
	uint32_t endings[8]; /* by enum ending */
	uint32_t half_open;  /* that rightly wait for ever */
};

/* tcp_check() runs after every turn and may end the process. */
void run_scenario(const char *json, size_t len, const struct run_limits *limits,
		  struct run_report *report);

#endif
