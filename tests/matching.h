/* matching.h — packets of a script beside those on the wire, for tests of sim/drill/match. */
#ifndef TCPLAB_TESTS_MATCHING_H
#define TCPLAB_TESTS_MATCHING_H

#include "drill/match_inside.h"

static const uint32_t machine_isn = 0xfffffff0; /* that the machine chose */

/* Of the test that runs. */
struct matching_test {
	struct drill_settings settings;
	struct match *match;
	uint8_t bytes[DATAGRAM_MAX]; /* the packet that was made last */
	struct error why;
};

extern struct matching_test matching;

/* For cmocka: before and after each test. */
int matching_begin(void **state);
int matching_end(void **state);
#define CLAIM(name) cmocka_unit_test_setup_teardown(name, matching_begin, matching_end)

/* As a script has it, in the notation of a line. Without "win" any; "<...>": any options. */
struct packet_spec spec_of(const char *line);
/* The script's packet as it is on the wire. */
struct packet composed(const struct packet_spec *s);
struct packet script_says(const char *line);
/* What the machine sends, with numbers of the wire, from and to these ports; its length. */
size_t machine_sends_between(const char *line, uint16_t local, uint16_t remote);
size_t machine_sends(const char *line);
/* The last `len` octets that were sent, held against what the script expects. */
enum matching held_against(const char *line, size_t len);
void fits(const char *expected, const char *wire);
void differs(const char *expected, const char *wire, const char *sentence);
/* The script's side counts from 100 in its SYN, the machine from machine_isn. */
void shaken(void);

#endif
