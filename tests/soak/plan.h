/* plan.h — a random world, piece by piece.
 *
 * A plan is a value that is written as a scenario: what the soak runs is the
 * very file that `tcplab run` opens. It is made of parts that can be left
 * out one by one, so that a failure can be shrunk to what it needs.
 *
 * Until heal_ms links lose, double, delay and corrupt; then they do not, and
 * every application reads all and closes: what began must come to an end. */
#ifndef TCPLAB_TESTS_SOAK_PLAN_H
#define TCPLAB_TESTS_SOAK_PLAN_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct profile_field;

enum {
	PLAN_HOSTS_MAX = 4,
	PLAN_FIELDS_MAX = 80,
	PLAN_STEPS_MAX = 48,
	PLAN_FAULTS_MAX = 6,
};

/* A switch of a profile: profile_fields()[field] is `value`, in its unit. */
struct plan_field {
	unsigned field;
	int64_t value;
};

struct plan_step {
	uint8_t trigger; /* enum script_trigger */
	uint8_t action;  /* enum script_action */
	uint8_t reading; /* enum script_reading */
	uint8_t to;      /* host, of SCRIPT_CONNECT */
	bool urgent;
	bool keep; /* without it the connection would rightly never end */
	uint16_t port;
	uint16_t from_port;
	int64_t at_ms;
	int64_t after_ms;
	int64_t octets; /* sent, read at a time, or received */
	uint32_t times;
	uint32_t every_ms;
};

struct plan_host {
	uint8_t profile; /* index of profile_names() */
	unsigned field_count;
	struct plan_field fields[PLAN_FIELDS_MAX];
	unsigned step_count;
	struct plan_step steps[PLAN_STEPS_MAX];
};

enum plan_way { PLAN_BOTH, PLAN_THERE, PLAN_BACK };

struct plan_fault {
	uint8_t kind;     /* index of stage_kinds() */
	uint8_t from;     /* enum plan_way */
	uint32_t percent; /* or, where it is 0: */
	uint32_t nth;     /* this packet of `from` */
	uint32_t by_ms;   /* where the kind takes time */
	int64_t after_ms; /* … and until the world heals, or earlier: */
	int64_t until_ms;
};

/* From host n to host 1−n where there are two, otherwise to the router. */
struct plan_link {
	uint32_t delay_us;
	uint32_t rate_kbps; /* 0: no limit */
	uint32_t queue_packets;
	uint32_t mtu;
	unsigned fault_count;
	struct plan_fault faults[PLAN_FAULTS_MAX];
};

struct plan {
	uint64_t seed;
	bool ipv6;
	bool router;
	bool gentle; /* nobody aborts, reboots or loses patience: all must end well */
	bool echo;
	unsigned host_count;
	struct plan_host hosts[PLAN_HOSTS_MAX];
	unsigned link_count;
	struct plan_link links[PLAN_HOSTS_MAX];
	int64_t heal_ms;
	int64_t end_ms;
	uint32_t unit; /* octets that the smallest full segment carries */
};

/* The world of this seed. */
void plan_make(struct plan *plan, uint64_t seed);

/* The nth word that a field can be; NULL where it has no more, or is no word. */
const char *plan_word(const struct profile_field *field, unsigned n);

/* As a scenario; returns the length, which is below `size`. */
enum { PLAN_TEXT_MAX = 1 << 16 };
size_t plan_write(const struct plan *plan, char *out, size_t size);

/* Takes the nth part out; false where there are not so many. */
bool plan_without(struct plan *plan, unsigned n);
/* Halves the nth number; false where there are not so many. */
bool plan_with_less(struct plan *plan, unsigned n);

#endif
