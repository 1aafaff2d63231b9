/* A path that is narrower in the middle than at its ends.
 *
 *     client ── 1500 ── left ── narrow ── right ── 1500 ── server      */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "net/world.h"

struct narrow {
	struct world *world;
	struct recording *recording;
	struct host *client;
	struct host *server;
	uint32_t conn;
};

static unsigned add_host(struct world *w, const char *name, uint8_t version, uint8_t last,
			 const struct profile *profile)
{
	struct host_setup setup = {.name = name, .checked = true, .profile = *profile};

	setup.addresses[0] = (struct address){.version = version};
	setup.addresses[0].bytes[0] = version == 4 ? 10 : 0x20;
	setup.addresses[0].bytes[version == 4 ? 3 : 15] = last;
	return world_add_host(w, &setup);
}

static struct narrow begin_as(const struct profile *profile, uint8_t version,
			      struct way_setup middle)
{
	static const struct recording_info info = {.title = "narrow"};
	const struct way_setup wide = {.delay = 10000000};
	struct narrow n = {.recording = recording_new(&info)};
	struct endpoint server = {.port = 80};
	unsigned nodes[4];
	uint32_t listener;

	n.world = world_new(1, n.recording);
	nodes[0] = add_host(n.world, "client", version, 1, profile);
	nodes[1] = add_host(n.world, "server", version, 2, profile);
	nodes[2] = world_add_router(n.world, "left");
	nodes[3] = world_add_router(n.world, "right");
	world_add_link(n.world, nodes[0], nodes[2], &wide, &wide);
	world_add_link(n.world, nodes[2], nodes[3], &middle, &middle);
	world_add_link(n.world, nodes[3], nodes[1], &wide, &wide);
	n.client = world_host(n.world, nodes[0]);
	n.server = world_host(n.world, nodes[1]);
	assert_int_equal(host_open_passive(n.server, 0, &server, LISTEN_ONCE, &listener), CALL_OK);
	server.address = (struct address){.version = version};
	server.address.bytes[0] = version == 4 ? 10 : 0x20;
	server.address.bytes[version == 4 ? 3 : 15] = 2;
	assert_int_equal(host_open_active(n.client, 0, 0, &server, &n.conn), CALL_OK);
	assert_int_equal(host_receive_all(n.server, 0, listener, true), CALL_OK);
	world_run(n.world, nanos_from_s(1));
	assert_int_equal(host_tcb(n.client, n.conn)->state, ESTABLISHED);
	return n;
}

static struct narrow begin(uint8_t version, struct way_setup middle)
{
	struct profile plain;

	assert_true(profile_named("plain", &plain));
	return begin_as(&plain, version, middle);
}

static void end(struct narrow *n)
{
	world_free(n->world);
	recording_free(n->recording);
}

/* Messages that the routers sent; the last one to *out. */
static unsigned messages(const struct narrow *n, struct packet *out)
{
	unsigned count = 0;

	for (uint32_t i = 0; i < recording_packets(n->recording); i++) {
		struct packet_record record;

		recording_packet(n->recording, i, &record);
		if (record.packet.kind != PACKET_ICMP_ERROR)
			continue;
		*out = record.packet;
		assert_int_not_equal(record.arrived, EVENT_NONE);
		count++;
	}
	return count;
}

static void a_router_tells_what_would_fit(void **state)
{
	(void)state;
	for (uint8_t version = 4; version <= 6; version += 2) {
		struct narrow n = begin(version, (struct way_setup){.mtu = 1400});
		struct seq first = host_tcb(n.client, n.conn)->snd.nxt;
		uint32_t mss = host_tcb(n.client, n.conn)->snd.mss;
		struct packet message;

		host_send_all(n.client, world_now(n.world), n.conn, NULL, mss, 0);
		world_run(n.world, nanos_from_s(2));
		assert_int_equal(messages(&n, &message), 1);
		assert_int_equal(message.icmp.type, version == 4 ? 3 : 2);
		assert_int_equal(message.icmp.code, version == 4 ? 4 : 0);
		assert_int_equal(message.icmp.mtu, 1400);
		assert_int_equal(message.icmp.quoted_len, 1500);
		assert_int_equal(message.icmp.quoted_seq.v, first.v);
		assert_int_equal(message.icmp.quoted_dst.port, 80);
		assert_int_equal(host_tcb(n.client, n.conn)->path.mtu, 1400);
		assert_int_equal(host_counts(n.server)->octets_delivered, mss);
		end(&n);
	}
}

static void a_silent_link_tells_nobody(void **state)
{
	struct narrow n = begin(4, (struct way_setup){.mtu = 1400, .silent = true});
	struct packet message;

	(void)state;
	host_send_all(n.client, world_now(n.world), n.conn, NULL, 5000, 0);
	world_run(n.world, nanos_from_s(60));
	assert_int_equal(messages(&n, &message), 0);
	assert_int_equal(host_tcb(n.client, n.conn)->path.mtu, 1500);
	assert_int_equal(host_counts(n.server)->octets_delivered, 0);
	end(&n);
}

static void what_fits_passes(void **state)
{
	struct narrow n = begin(4, (struct way_setup){.mtu = 1400});
	struct packet message;

	(void)state;
	host_send_all(n.client, world_now(n.world), n.conn, NULL, 1360, 0);
	world_run(n.world, nanos_from_s(2));
	assert_int_equal(messages(&n, &message), 0);
	assert_int_equal(host_counts(n.server)->octets_delivered, 1360);
	end(&n);
}

/* All arrives in the end, whatever both ends believed at first. */
static void every_width_is_found(void **state)
{
	static const uint32_t widths[] = {88, 100, 296, 576, 1006, 1280, 1499, 1500};

	(void)state;
	for (size_t i = 0; i < sizeof widths / sizeof widths[0]; i++) {
		struct narrow n = begin(4, (struct way_setup){.mtu = widths[i]});

		host_send_all(n.client, world_now(n.world), n.conn, NULL, 100000, 0);
		world_run(n.world, nanos_from_s(60));
		assert_int_equal(host_tcb(n.client, n.conn)->path.mtu, widths[i]);
		assert_int_equal(host_counts(n.server)->octets_delivered, 100000);
		end(&n);
	}
}

/* ---- black holes ---- */

static unsigned count_rule(const struct narrow *n, enum rule rule)
{
	unsigned count = 0;

	for (uint32_t i = 0; i < recording_events(n->recording); i++)
		count += recording_event(n->recording, i).rule == rule;
	return count;
}

/* With SACK and RACK, and without; IPv4 and IPv6; whatever the width. */
/* The larger cwnd is, the longer the next probe waits after one that was too long: with
 * a small window the search is over before the text is. */
enum { WINDOW = 16384, SEARCHED = 3000000 };

static void probes_find_the_width_of_a_silent_path(void **state)
{
	static const char *const profiles[] = {"rfc", "plain"};
	static const uint32_t widths[] = {600, 1030, 1280, 1300, 1400, 1492, 1500};

	(void)state;
	for (size_t i = 0; i < 4 * sizeof widths / sizeof widths[0]; i++) {
		uint32_t width = widths[i / 4];
		uint8_t version = i % 2 == 0 ? 4 : 6;
		struct profile profile;
		struct narrow n;
		const struct tcb *tcb;

		if (version == 6 && width < 1280)
			continue;
		assert_true(profile_named(profiles[i / 2 % 2], &profile));
		profile.plpmtud = PLPMTUD_AFTER_BLACK_HOLE;
		profile.receive_buffer = WINDOW;
		n = begin_as(&profile, version, (struct way_setup){.mtu = width, .silent = true});
		host_send_all(n.client, world_now(n.world), n.conn, NULL, SEARCHED, 0);
		world_run(n.world, nanos_from_s(250));
		tcb = host_tcb(n.client, n.conn);
		assert_int_equal(host_counts(n.server)->octets_delivered, SEARCHED);
		assert_in_range(tcb->path.mtu, width - 8, width);
		assert_int_equal(count_rule(&n, RULE_BLACK_HOLE) > 0, width < 1500);
		end(&n);
	}
}

/* The probes' losses are no congestion: no repair begins and no timer fires. */
static void who_always_searches_meets_no_black_hole(void **state)
{
	static const char *const profiles[] = {"rfc", "plain"};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct profile profile;
		struct narrow n;

		assert_true(profile_named(profiles[i], &profile));
		profile.plpmtud = PLPMTUD_ALWAYS;
		profile.initial_window = 10;
		profile.receive_buffer = WINDOW;
		n = begin_as(&profile, 4, (struct way_setup){.mtu = 1400, .silent = true});
		host_send_all(n.client, world_now(n.world), n.conn, NULL, SEARCHED, 0);
		world_run(n.world, nanos_from_s(100));
		assert_int_equal(host_counts(n.server)->octets_delivered, SEARCHED);
		assert_in_range(host_tcb(n.client, n.conn)->path.mtu, 1392, 1400);
		assert_in_range(count_rule(&n, RULE_PATH_PROBE_LOST), 1, 20);
		assert_int_equal(count_rule(&n, RULE_RTO_FIRED), 0);
		assert_int_equal(count_rule(&n, RULE_FAST_RETRANSMIT), 0);
		assert_int_equal(count_rule(&n, RULE_SACK_RECOVERY), 0);
		assert_int_equal(count_rule(&n, RULE_RACK_RECOVERY), 0);
		assert_true(count_rule(&n, RULE_PATH_SEARCH_ENDS) > 0);
		end(&n);
	}
}

/* With SACK too, what was too big goes again without a sign of congestion. */
static void with_sack_a_message_is_no_congestion_either(void **state)
{
	struct profile profile;
	struct narrow n;

	(void)state;
	assert_true(profile_named("rfc", &profile));
	profile.initial_window = 10;
	n = begin_as(&profile, 4, (struct way_setup){.mtu = 1400});
	host_send_all(n.client, world_now(n.world), n.conn, NULL, 100000, 0);
	world_run(n.world, nanos_from_s(20));
	assert_int_equal(host_counts(n.server)->octets_delivered, 100000);
	assert_int_equal(host_tcb(n.client, n.conn)->path.mtu, 1400);
	assert_int_equal(count_rule(&n, RULE_RTO_FIRED), 0);
	assert_int_equal(count_rule(&n, RULE_RACK_RECOVERY), 0);
	assert_int_equal(host_tcb(n.client, n.conn)->cc.ssthresh, UINT32_MAX);
	end(&n);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_router_tells_what_would_fit),
		cmocka_unit_test(a_silent_link_tells_nobody),
		cmocka_unit_test(what_fits_passes),
		cmocka_unit_test(every_width_is_found),
		cmocka_unit_test(probes_find_the_width_of_a_silent_path),
		cmocka_unit_test(who_always_searches_meets_no_black_hole),
		cmocka_unit_test(with_sack_a_message_is_no_congestion_either),
	};

	return cmocka_run_group_tests_name("too long", tests, NULL, NULL);
}
