/* Attacks on the opening of connections, by their number in the list of what a
 * TCP must withstand: predictable ISNs (4), the SYN flood (14), LAND and other
 * impossible sources (24), and sequence numbers that wrap meanwhile (26). */
#include "tests/flood.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "tcp/turn.h"

enum { MANY = 1000000 };

static struct profile with(enum syn_defence defence)
{
	struct profile profile;

	assert_true(profile_named("rfc", &profile));
	profile.syn_defence = defence;
	profile.backlog = 64;
	return profile;
}

/* ---- 4: the next ISN cannot be told from those before ---- */

static uint32_t isn_of(const struct profile *profile, int version, uint32_t n, nanos now)
{
	static const struct isn_secret secret = {{0x1234, 0x5678}};
	struct flood f = {.local = {.address = {{10, 0, 0, 2}, (uint8_t)version}, .port = 80}};
	struct tcb tcb = {.local = f.local, .remote = flood_source(&f, n)};
	struct tcp t = {.tcb = &tcb, .profile = profile, .secret = &secret, .now = now};

	return isn_select(&t).v;
}

static int by_value(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a;
	uint32_t y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static unsigned most_frequent(uint32_t *values, size_t count)
{
	unsigned most = 0;
	unsigned run = 0;

	qsort(values, count, sizeof *values, by_value);
	for (size_t i = 0; i < count; i++) {
		run = i > 0 && values[i] == values[i - 1] ? run + 1 : 1;
		most = run > most ? run : most;
	}
	return most;
}

/* Of a million numbers of 32 bits drawn by chance, hardly any comes up five times. A
 * counter has one difference for all; a generator x·a + c has one difference for all
 * of its lowest bit, and few for the lower ones. */
static void class_4_isns_of_distinct_tuples_have_no_pattern(void **state)
{
	struct profile profile = with(SYN_DEFENCE_NONE);
	uint32_t *differences = malloc(MANY * sizeof *differences);
	unsigned ones[32] = {0};
	uint32_t last = isn_of(&profile, 4, MANY, 0);

	(void)state;
	assert_non_null(differences);
	for (uint32_t n = 0; n < MANY; n++) {
		uint32_t isn = isn_of(&profile, n & 1 ? 6 : 4, n, 0);

		differences[n] = isn - last;
		for (int bit = 0; bit < 32; bit++)
			ones[bit] += differences[n] >> bit & 1;
		last = isn;
	}
	for (int bit = 0; bit < 32; bit++)
		assert_in_range(ones[bit], MANY / 2 - 4000, MANY / 2 + 4000);
	assert_true(most_frequent(differences, MANY) < 5);
	free(differences);
}

static void class_4_isn_of_the_same_tuple_grows_with_the_clock(void **state)
{
	struct profile profile = with(SYN_DEFENCE_NONE);
	uint32_t first = isn_of(&profile, 4, 1, 0);

	(void)state;
	assert_int_equal(isn_of(&profile, 4, 1, 3999) - first, 0);
	assert_int_equal(isn_of(&profile, 4, 1, 4000) - first, 1); /* 4 µs: MUST-8 */
	assert_int_equal(isn_of(&profile, 4, 1, nanos_from_s(1)) - first, 250000);
	assert_int_equal(isn_of(&profile, 4, 1, nanos_from_s(3600)) - first, 900000000);
}

static void class_4_isn_depends_on_the_secret_and_each_part_of_the_tuple(void **state)
{
	static const struct isn_secret secrets[] = {{{1, 2}}, {{1, 3}}, {{2, 2}}};
	struct profile profile = with(SYN_DEFENCE_NONE);
	uint32_t seen[9];
	unsigned count = 0;

	(void)state;
	for (unsigned what = 0; what < 9; what++) {
		struct tcb tcb = {.local = {.address = {{10, 0, 0, 2}, 4}, .port = 80},
				  .remote = {.address = {{10, 0, 0, 1}, 4}, .port = 4000}};
		struct tcp t = {.tcb = &tcb, .profile = &profile, .secret = &secrets[0]};

		switch (what) {
		case 1: t.secret = &secrets[1]; break;
		case 2: t.secret = &secrets[2]; break;
		case 3: tcb.local.port++; break;
		case 4: tcb.remote.port++; break;
		case 5: tcb.local.address.bytes[3]++; break;
		case 6: tcb.remote.address.bytes[3]++; break;
		case 7: tcb.local.port ^= 0x100; break;
		case 8: tcb.remote.port ^= 0x100; break;
		default: break;
		}
		seen[count++] = isn_select(&t).v;
	}
	assert_int_equal(most_frequent(seen, count), 1);
}

/* ---- 14: the SYN flood ---- */

static long resident_kib(void)
{
	struct rusage usage;

	assert_int_equal(getrusage(RUSAGE_SELF, &usage), 0);
	return usage.ru_maxrss;
}

/* TCPLAB_FLOOD=1 sends the whole million, which takes some seconds. */
static void flood_and_connect(enum syn_defence defence)
{
	uint32_t syns = getenv("TCPLAB_FLOOD") != NULL ? MANY : MANY / 10;
	struct profile profile = with(defence);
	struct flood f;
	uint32_t connections = 0;
	uint64_t parcels = 0;
	long before = 0;

	flood_begin(&f, &profile, 4, 0);
	for (uint32_t n = 0; n < syns; n++) {
		if (n == 10000) { /* all that grows has done so */
			before = resident_kib();
			connections = host_connections(f.server);
			parcels = f.pool.made;
		}
		flood_syn(&f, n);
		f.now += 1000;
	}
	assert_int_equal(host_connections(f.server), connections);
	assert_int_equal(f.pool.made, parcels);
	assert_in_range(resident_kib(), before, before + 512);
	assert_true(flood_client(&f, 5000, 20));
	flood_end(&f);
}

static void class_14_flood_of_syns_takes_no_memory_and_a_client_gets_in_by_the_cache(void **state)
{
	(void)state;
	flood_and_connect(SYN_DEFENCE_CACHE);
}

static void class_14_flood_of_syns_takes_no_memory_and_a_client_gets_in_by_cookies(void **state)
{
	(void)state;
	flood_and_connect(SYN_DEFENCE_COOKIES);
}

/* Without them the flood keeps the client out, but does not fill the memory. */
static void class_14_without_defence_the_backlog_alone_keeps_memory_flat(void **state)
{
	struct profile profile = with(SYN_DEFENCE_NONE);
	struct flood f;

	(void)state;
	flood_begin(&f, &profile, 6, 0);
	for (uint32_t n = 0; n < 100000; n++)
		flood_syn(&f, n);
	assert_int_equal(host_connections(f.server), 64 + 1);
	assert_int_equal(f.answers, 64);
	assert_false(flood_client(&f, 5000, 0));
	flood_end(&f);
}

/* ---- 24: sources that cannot be ---- */

static void class_24_syn_from_an_impossible_source_is_dropped(void **state)
{
	static const char *const sources[] = {"224.0.0.1", "255.255.255.255", "0.0.0.0",
					      "239.1.2.3", "ff02::1",         "::"};

	(void)state;
	for (uint32_t d = 0; d < SYN_DEFENCE_COUNT; d++) {
		struct profile profile = with(d);

		for (size_t i = 0; i < sizeof sources / sizeof sources[0]; i++) {
			struct segment syn = {.flags = SYN, .wnd = 1000};
			struct endpoint from = {.port = 4000};
			struct flood f;

			assert_true(address_parse(&from.address, sources[i]));
			flood_begin(&f, &profile, from.address.version, 0);
			flood_arrives(&f, &from, &syn, "");
			assert_int_equal(f.answers, 0);
			assert_int_equal(host_connections(f.server), 1);
			assert_int_equal(host_next_deadline(f.server), NANOS_NEVER);
			flood_end(&f);
		}
	}
}

static void class_24_land_a_syn_from_the_very_socket_is_dropped(void **state)
{
	(void)state;
	for (int version = 4; version <= 6; version += 2) {
		for (uint32_t d = 0; d < SYN_DEFENCE_COUNT; d++) {
			struct profile profile = with(d);
			struct segment syn = {.flags = SYN, .wnd = 1000};
			struct flood f;

			flood_begin(&f, &profile, version, 0);
			flood_arrives(&f, &f.local, &syn, "");
			assert_int_equal(f.answers, 0);
			assert_int_equal(host_connections(f.server), 1);
			assert_true(flood_client(&f, 5000, 0));
			flood_end(&f);
		}
	}
}

/* ---- 26: numbers that wrap during the handshake ---- */

static void class_26_handshakes_pass_over_the_wrap(void **state)
{
	static const uint32_t isns[] = {0,          INT32_MAX,      INT32_MAX - 3u,
					UINT32_MAX, UINT32_MAX - 1, UINT32_MAX - 3};

	(void)state;
	for (uint32_t d = 0; d < SYN_DEFENCE_COUNT; d++) {
		for (size_t i = 0; i < sizeof isns / sizeof isns[0]; i++) {
			struct profile profile = with(d);
			struct flood f;

			profile.isn_fixed = true;
			for (size_t k = 0; k < sizeof isns / sizeof isns[0]; k++) {
				profile.isn = isns[k];
				flood_begin(&f, &profile, 4, 0);
				f.isn = isns[i];
				assert_true(flood_client(&f, 5000, 0));
				flood_end(&f);
			}
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(class_4_isns_of_distinct_tuples_have_no_pattern),
		cmocka_unit_test(class_4_isn_of_the_same_tuple_grows_with_the_clock),
		cmocka_unit_test(class_4_isn_depends_on_the_secret_and_each_part_of_the_tuple),
		cmocka_unit_test(
			class_14_flood_of_syns_takes_no_memory_and_a_client_gets_in_by_the_cache),
		cmocka_unit_test(
			class_14_flood_of_syns_takes_no_memory_and_a_client_gets_in_by_cookies),
		cmocka_unit_test(class_14_without_defence_the_backlog_alone_keeps_memory_flat),
		cmocka_unit_test(class_24_syn_from_an_impossible_source_is_dropped),
		cmocka_unit_test(class_24_land_a_syn_from_the_very_socket_is_dropped),
		cmocka_unit_test(class_26_handshakes_pass_over_the_wrap),
	};

	return cmocka_run_group_tests_name("attacks on opening", tests, NULL, NULL);
}
