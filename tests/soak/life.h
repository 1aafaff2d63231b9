/* life.h — every connection that a world has had, from its SYN to its end,
 * and what of its text came through. */
#ifndef TCPLAB_TESTS_SOAK_LIFE_H
#define TCPLAB_TESTS_SOAK_LIFE_H

#include <stdbool.h>
#include <stdint.h>

#include "net/world.h"

#define LIFE_NONE UINT32_MAX /* no enum: that is beyond an int */

enum { LIVES_MAX = 256, LIFE_HOSTS_MAX = 8, LIFE_CONNS_MAX = 64 };

struct life {
	struct endpoint local;
	struct endpoint remote;
	struct seq iss;
	struct seq irs;
	struct seq una;
	struct seq rcv_nxt;
	uint8_t host;
	uint8_t state;
	uint8_t ending;
	bool has_irs;
	bool synchronized;  /* has been */
	bool waited;        /* it was in TIME-WAIT */
	bool reads_no_more; /* its CLOSE ended reading too */
	bool over;          /* it ended, and its application was told */
	bool gone;          /* over, or its host has forgotten it */
	uint32_t conn;
	int64_t send_base; /* stream offset of its first octet … */
	int64_t sent;      /* … and how many the application has sent */
	int64_t read_base;
	int64_t read;
};

struct lives {
	struct world *world;
	uint32_t count;
	struct life all[LIVES_MAX];
	uint32_t of[LIFE_HOSTS_MAX][LIFE_CONNS_MAX]; /* the one that lives, or LIFE_NONE */
	char wrong[200];                             /* the first thing that was */
	bool patterned;                              /* all that is sent is the pattern */
};

void lives_begin(struct lives *lives, struct world *w, bool patterned);
/* After a turn: looks at every connection of every host. */
void lives_look(struct lives *lives);
void lives_look_at(struct lives *lives, unsigned host, uint32_t conn);
/* These octets were handed to the application. */
void lives_delivered(struct lives *lives, unsigned host, uint32_t conn, int64_t offset,
		     const uint8_t *octets, uint32_t len);
/* The one at the other end, or NULL. */
struct life *life_peer(struct lives *lives, const struct life *life);
/* No other began with the same numbers between the same two ports: where the ISN
 * is fixed, old duplicates can open a connection that nobody asked for. */
bool life_is_unlike_others(const struct lives *lives, const struct life *life);
/* A sentence of what is wrong, if nothing was before. */
void lives_wrong(struct lives *lives, const struct life *life, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
bool endpoint_same(const struct endpoint *a, const struct endpoint *b);

#endif
