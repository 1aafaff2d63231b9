/* Source routes, RFC 9293 §3.9.2.1 and RFC 1122 §3.2.1.8: the option, whose choice counts,
 * and a network in which only the chosen way leads to the server:
 *
 *     client ── left ──╳── right ── server
 *                 └── detour ──┘            */
#include <string.h>

#include "net/world.h"
#include "tests/conversation.h"

static struct address address_of(const char *text)
{
	struct address address;

	assert_true(address_parse(&address, text));
	return address;
}

static struct source_route by_two(void)
{
	struct address first = address_of("10.1.1.1");
	struct address second = address_of("10.2.2.2");
	struct source_route route = {.count = 0};

	assert_true(source_route_add(&route, &first));
	assert_true(source_route_add(&route, &second));
	return route;
}

/* ---- the option ---- */

/* The destination is the last of the list, the header's is the first stop. */
static void sender_writes_the_list_that_rfc_1122_draws(void **state)
{
	static const uint8_t loose[] = {131, 11, 4, 10, 2, 2, 2, 10, 9, 9, 9, 0};
	struct source_route route = by_two();
	struct address server = address_of("10.9.9.9");
	uint8_t options[IP_OPTIONS_MAX];

	(void)state;
	assert_int_equal(source_route_len(&route), sizeof loose);
	source_route_emit(&route, &server, options);
	assert_memory_equal(options, loose, sizeof loose);
	route.strict = true;
	source_route_emit(&route, &server, options);
	assert_int_equal(options[0], 137);
}

/* The packet as the router at its header's destination sends it on. */
static struct packet advanced(const struct packet *p, const char *router)
{
	uint8_t bytes[PACKET_HEADER_MAX];
	size_t len = packet_emit(p, NULL, bytes, sizeof bytes);
	struct address address = address_of(router);
	struct packet next;
	const uint8_t *text;
	size_t text_len;
	bool strict;

	assert_int_equal(bytes[0], 0x45 + p->ip_options_len / 4);
	assert_memory_equal(bytes + 16, address.bytes, 4);
	assert_true(source_route_advance(bytes, len, &address, &strict));
	assert_int_equal(packet_parse(&next, bytes, len, len, PACKET_VERIFY, &text, &text_len),
			 PACKET_OK);
	return next;
}

static struct packet by_route(const struct source_route *route)
{
	struct packet p = {.src = address_of("10.3.3.3"), .dst = address_of("10.9.9.9")};

	p.ip_options_len = (uint32_t)source_route_len(route);
	source_route_emit(route, &p.dst, p.ip_options);
	memcpy(p.via, route->stops[0], 4);
	return p;
}

static void each_stop_leaves_its_address_and_the_checksums_hold(void **state)
{
	static const uint8_t at_the_end[] = {131, 11, 12, 10, 1, 1, 1, 10, 2, 2, 2, 0};
	struct source_route route = by_two();
	struct packet p = by_route(&route);
	uint8_t bytes[PACKET_HEADER_MAX];
	struct address router = address_of("10.2.2.2");
	bool strict;

	(void)state;
	p = advanced(&p, "10.1.1.1");
	assert_true(address_eq(&p.dst, &(struct address){{10, 9, 9, 9}, 4}));
	p = advanced(&p, "10.2.2.2");
	assert_true(address_eq(&p.dst, &(struct address){{10, 9, 9, 9}, 4}));
	assert_memory_equal(p.ip_options, at_the_end, sizeof at_the_end);
	assert_false(source_route_advance(bytes, packet_emit(&p, NULL, bytes, sizeof bytes),
					  &router, &strict)); /* there is no next stop */
}

static void way_back_is_the_list_read_backwards(void **state)
{
	static const uint8_t with_sender[] = {1, 137, 15, 16, 10, 3, 3, 3, 10, 1,
					      1, 1,   10, 2,  2,  2, 0, 0, 0,  0};
	struct address peer = address_of("10.3.3.3");
	struct address other = address_of("10.4.4.4");
	struct source_route back;

	(void)state;
	assert_true(source_route_back(&back, with_sender, sizeof with_sender, &peer));
	assert_true(back.strict);
	assert_int_equal(back.count, 2); /* RFC 1122 §3.2.1.8, case (B) */
	assert_memory_equal(back.stops[0], with_sender + 12, 4);
	assert_memory_equal(back.stops[1], with_sender + 8, 4);
	assert_true(source_route_back(&back, with_sender, sizeof with_sender, &other));
	assert_int_equal(back.count, 3);
}

static void there_is_no_way_back_from_what_is_no_completed_route(void **state)
{
	static const uint8_t on_the_way[] = {131, 7, 4, 10, 1, 1, 1, 0};
	static const uint8_t multicast[] = {131, 7, 8, 224, 1, 1, 1, 0};
	static const uint8_t only_sender[] = {131, 7, 8, 10, 3, 3, 3, 0};
	static const uint8_t recorded[] = {7, 7, 8, 10, 1, 1, 1, 0};
	struct address peer = address_of("10.3.3.3");
	const struct source_route none = {.count = 0};
	struct source_route back;

	(void)state;
	assert_false(source_route_back(&back, on_the_way, 8, &peer));
	assert_false(source_route_back(&back, multicast, 8, &peer));
	assert_false(source_route_back(&back, only_sender, 8, &peer));
	assert_false(source_route_back(&back, recorded, 8, &peer));
	assert_false(source_route_back(&back, recorded, 0, &peer));
	assert_true(source_route_eq(&back, &none));
}

static void list_holds_nine_and_nobody_who_cannot_be_spoken_to(void **state)
{
	struct source_route route = {.count = 0};
	struct address stop = address_of("10.1.1.1");
	struct address six = address_of("2001:db8::1");
	struct address all = address_of("224.0.0.1");

	(void)state;
	assert_false(source_route_add(&route, &six));
	assert_false(source_route_add(&route, &all));
	for (int i = 0; i < ROUTE_STOPS_MAX; i++)
		assert_true(source_route_add(&route, &stop));
	assert_false(source_route_add(&route, &stop));
	assert_int_equal(source_route_len(&route), IP_OPTIONS_MAX);
}

/* ---- whose choice counts ---- */

static void goes_by(const struct dialogue *d, const char *stop)
{
	struct address address = address_of(stop);

	assert_int_equal(d->tcb.route.way.count, 1);
	assert_memory_equal(d->tcb.route.way.stops[0], address.bytes, 4);
}

static void applications_route_comes_before_one_that_arrives(void **state)
{
	struct dialogue d = converse("connect\nroute 10.1.1.1\ndrain\nby 10.2.2.2\n"
				     "< S. 0:0(0) ack 1 win 9\ndrain\n< . 1:9(8) ack 1 win 9\n");

	(void)state;
	goes_by(&d, "10.1.1.1");
	fired(&d, RULE_ROUTE_OURS_STAYS);
	not_fired(&d, RULE_ROUTE_SAVED);
	not_fired(&d, RULE_ROUTE_REPLACED);
}

static void later_route_overrides_the_earlier(void **state)
{
	struct dialogue d = converse("listen\nby 10.1.1.1\n< S 0:0(0) win 9\ndrain\n");

	(void)state;
	goes_by(&d, "10.1.1.1");
	comes_by(&d, "10.2.2.2");
	in(&d, ". 1:1(0) ack 1 win 9");
	in_state(&d, ESTABLISHED);
	goes_by(&d, "10.2.2.2");
	fired(&d, RULE_ROUTE_REPLACED);
	comes_by(&d, ""); /* a segment without a route says nothing about it */
	in(&d, ". 1:9(8) ack 1 win 9");
	goes_by(&d, "10.2.2.2");
}

/* Else anybody who can write an address could lead the text his way. */
static void segment_that_is_not_acceptable_changes_no_route(void **state)
{
	struct dialogue d = converse("listen\nby 10.1.1.1\n< S 0:0(0) win 9\ndrain\n"
				     "< . 1:1(0) ack 1 win 9\nby 10.6.6.6\n"
				     "< . 100000:100000(0) ack 1 win 9\ndrain\n"
				     "< . 1:1(0) ack 70000 win 9\ndrain\n");

	(void)state;
	goes_by(&d, "10.1.1.1");
	not_fired(&d, RULE_ROUTE_REPLACED);
}

static void connection_that_we_opened_takes_no_route_from_the_peer(void **state)
{
	struct dialogue d = converse("connect\ndrain\nby 10.1.1.1\n< S. 0:0(0) ack 1 win 9\n");

	(void)state;
	assert_int_equal(d.tcb.route.way.count, 0);
	fired(&d, RULE_ROUTE_NOT_ASKED);
}

static void route_is_forgotten_where_the_connection_listens_again(void **state)
{
	struct dialogue d = converse("listen\nby 10.1.1.1\n< S 0:0(0) win 9\ndrain\nby \n"
				     "< R 1:1(0) win 0\nstate LISTEN\n< S 0:0(0) win 9\ndrain\n");

	(void)state;
	in_state(&d, SYN_RECEIVED);
	assert_int_equal(d.tcb.route.way.count, 0);
}

/* IPoptionsize of §3.7.1: one stop takes eight octets. */
static void route_takes_its_room_from_the_text(void **state)
{
	struct dialogue d = converse("connect\nroute 10.1.1.1\ndrain\n"
				     "< S. 0:0(0) ack 1 win 65535 <mss 1000>\ndrain\n");

	(void)state;
	app_send(&d, 2000);
	out(&d, ". 1:993(992) ack 1");
	out(&d, ". 993:1985(992) ack 1");
}

static void least_segment_still_carries_text_beside_the_longest_route(void **state)
{
	struct dialogue d = converse("connect\nroute 10.1.1.1\nroute 10.2.2.2\ndrain\n");
	struct address stop = address_of("10.1.1.1");

	(void)state;
	while (source_route_add(&d.tcb.route.way, &stop))
		;
	in(&d, "S. 0:0(0) ack 1 win 65535 <mss 1>");
	out_any(&d);
	app_send(&d, 100);
	out(&d, ". 1:25(24) ack 1");
}

/* ---- end to end ---- */

enum node { CLIENT, SERVER, LEFT, RIGHT, DETOUR };

struct net {
	struct recording *recording;
	struct world *world;
	uint32_t listener;
	uint32_t conn;
};

static void host_at(struct net *n, const char *name, const char *address)
{
	struct host_setup setup = {
		.name = name, .addresses = {address_of(address)}, .checked = true};

	assert_true(profile_named("plain", &setup.profile));
	setup.profile.mss = 0;
	world_add_host(n->world, &setup);
}

static struct net broken_in_the_middle(void)
{
	static const struct recording_info info = {.title = "detour"};
	const struct stage_setup all = {.kind = stage_kind_named("lose"), .victims = victims_all()};
	const struct way_setup way = {.delay = 10000000};
	const struct endpoint http = {.port = 80};
	struct net n = {.recording = recording_new(&info)};
	struct link *broken;

	n.world = world_new(1, n.recording);
	host_at(&n, "client", "10.0.0.1");
	host_at(&n, "server", "10.0.0.2");
	world_add_router(n.world, "left");
	world_add_router(n.world, "right");
	world_add_router(n.world, "detour");
	world_add_link(n.world, CLIENT, LEFT, &way, &way);
	broken = world_add_link(n.world, LEFT, RIGHT, &way, &way);
	world_add_link(n.world, RIGHT, SERVER, &way, &way);
	world_add_link(n.world, LEFT, DETOUR, &way, &way);
	world_add_link(n.world, DETOUR, RIGHT, &way, &way);
	link_add_stage(broken, LEFT, &all);
	link_add_stage(broken, RIGHT, &all);
	assert_int_equal(
		host_open_passive(world_host(n.world, SERVER), 0, &http, LISTEN_ONCE, &n.listener),
		CALL_OK);
	host_receive_all(world_host(n.world, SERVER), 0, n.listener, true);
	return n;
}

static void end(struct net *n)
{
	world_free(n->world);
	recording_free(n->recording);
}

static void add_stop(struct source_route *route, unsigned router)
{
	struct address address = world_router_address(router, 4);

	assert_true(source_route_add(route, &address));
}

static void open_by(struct net *n, const struct source_route *route)
{
	const struct endpoint server = {.address = address_of("10.0.0.2"), .port = 80};

	assert_int_equal(host_open_active_via(world_host(n->world, CLIENT), world_now(n->world), 0,
					      &server, route, &n->conn),
			 CALL_OK);
	world_run(n->world, world_now(n->world) + nanos_from_s(2));
}

static enum tcp_state state_of_client(const struct net *n)
{
	return (enum tcp_state)host_tcb(world_host(n->world, CLIENT), n->conn)->state;
}

/* Both ways, from the SYN to the last ACK: without the return route the server's
 * SYN,ACK would be lost on the broken link. */
static void three_routers_lead_round_a_broken_link(void **state)
{
	struct net n = broken_in_the_middle();
	struct host *client = world_host(n.world, CLIENT);
	struct host *server = world_host(n.world, SERVER);
	struct source_route route = {.count = 0};

	(void)state;
	add_stop(&route, DETOUR);
	open_by(&n, &route);
	assert_int_equal(state_of_client(&n), ESTABLISHED);
	assert_int_equal(host_send_all(client, world_now(n.world), n.conn, NULL, 100000, 0),
			 CALL_OK);
	assert_int_equal(host_send_all(server, world_now(n.world), n.listener, NULL, 5000, 0),
			 CALL_OK);
	host_receive_all(client, world_now(n.world), n.conn, true);
	world_run(n.world, world_now(n.world) + nanos_from_s(30));
	assert_int_equal(host_counts(server)->octets_delivered, 100000);
	assert_int_equal(host_counts(client)->octets_delivered, 5000);
	for (uint32_t i = 0; i < recording_packets(n.recording); i++) {
		struct packet_record record;

		recording_packet(n.recording, i, &record);
		assert_int_not_equal(record.arrived, EVENT_NONE);
		assert_int_equal(record.packet.ip_options_len, 8);
		assert_memory_equal(record.packet.via, route.stops[0], 4);
		assert_in_range(record.packet.tcp.len, 0, 1500 - 48);
	}
	assert_int_equal(host_tcb(client, n.conn)->path.sent, 1500);
	end(&n);
}

static void return_route_passes_the_stops_in_the_opposite_order(void **state)
{
	struct net n = broken_in_the_middle();
	struct source_route route = {.count = 0};
	const struct source_route *back;

	(void)state;
	add_stop(&route, LEFT);
	add_stop(&route, DETOUR);
	add_stop(&route, RIGHT);
	route.strict = true;
	open_by(&n, &route);
	assert_int_equal(state_of_client(&n), ESTABLISHED);
	back = &host_tcb(world_host(n.world, SERVER), n.listener)->route.way;
	assert_int_equal(back->count, 3);
	assert_true(back->strict);
	for (int i = 0; i < 3; i++)
		assert_memory_equal(back->stops[i], route.stops[2 - i], 4);
	end(&n);
}

static unsigned lost_with(const struct net *n, const char *words)
{
	unsigned count = 0;

	for (uint32_t i = 0; i < recording_events(n->recording); i++) {
		struct event event = recording_event(n->recording, i);

		if (event.kind == EVENT_LOST)
			count += strcmp(recording_text(n->recording, event.text), words) == 0;
	}
	return count;
}

static void strict_route_does_not_pass_others(void **state)
{
	struct net n = broken_in_the_middle();
	struct source_route route = {.count = 0, .strict = true};

	(void)state;
	add_stop(&route, LEFT);
	add_stop(&route, DETOUR); /* and from there RIGHT would have to be passed */
	open_by(&n, &route);
	assert_int_equal(state_of_client(&n), SYN_SENT);
	assert_in_range(lost_with(&n, "lost: the next stop of its strict source route is no "
				      "neighbour"),
			1, 3);
	end(&n);
}

static void route_by_nobody_ends_at_the_first_who_sees_it(void **state)
{
	struct net n = broken_in_the_middle();
	struct source_route route = {.count = 0};
	struct address nobody = address_of("10.7.7.7");

	(void)state;
	add_stop(&route, LEFT);
	assert_true(source_route_add(&route, &nobody));
	open_by(&n, &route);
	assert_in_range(
		lost_with(&n, "lost: the next stop of its source route is nobody's address"), 1, 3);
	end(&n);
}

static void routers_speak_no_tcp(void **state)
{
	struct net n = broken_in_the_middle();
	struct endpoint router = {.address = world_router_address(LEFT, 4), .port = 80};

	(void)state;
	assert_int_equal(host_open_active(world_host(n.world, CLIENT), 0, 0, &router, &n.conn),
			 CALL_OK);
	world_run(n.world, nanos_from_ms(100));
	assert_int_equal(lost_with(&n, "lost: it is addressed to a router, which speaks no TCP"),
			 1);
	end(&n);
}

static void open_refuses_a_route_that_ip_does_not_have(void **state)
{
	struct net n = broken_in_the_middle();
	struct host *client = world_host(n.world, CLIENT);
	struct endpoint six = {.address = address_of("2001:db8::2"), .port = 80};
	struct endpoint four = {.address = address_of("10.0.0.2"), .port = 80};
	struct source_route route = {.count = 0};
	uint32_t conn;

	(void)state;
	assert_int_equal(host_open_active_via(client, 0, 0, &four, &route, &conn),
			 CALL_BAD_ADDRESS);
	add_stop(&route, DETOUR);
	assert_int_equal(host_open_active_via(client, 0, 0, &six, &route, &conn), CALL_BAD_ADDRESS);
	assert_int_equal(conn, EVENT_NONE);
	end(&n);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sender_writes_the_list_that_rfc_1122_draws),
		cmocka_unit_test(each_stop_leaves_its_address_and_the_checksums_hold),
		cmocka_unit_test(way_back_is_the_list_read_backwards),
		cmocka_unit_test(there_is_no_way_back_from_what_is_no_completed_route),
		cmocka_unit_test(list_holds_nine_and_nobody_who_cannot_be_spoken_to),
		cmocka_unit_test(applications_route_comes_before_one_that_arrives),
		cmocka_unit_test(later_route_overrides_the_earlier),
		cmocka_unit_test(segment_that_is_not_acceptable_changes_no_route),
		cmocka_unit_test(connection_that_we_opened_takes_no_route_from_the_peer),
		cmocka_unit_test(route_is_forgotten_where_the_connection_listens_again),
		cmocka_unit_test(route_takes_its_room_from_the_text),
		cmocka_unit_test(least_segment_still_carries_text_beside_the_longest_route),
		cmocka_unit_test(three_routers_lead_round_a_broken_link),
		cmocka_unit_test(return_route_passes_the_stops_in_the_opposite_order),
		cmocka_unit_test(strict_route_does_not_pass_others),
		cmocka_unit_test(route_by_nobody_ends_at_the_first_who_sees_it),
		cmocka_unit_test(routers_speak_no_tcp),
		cmocka_unit_test(open_refuses_a_route_that_ip_does_not_have),
	};

	return DIALOGUE_RUN("source routes", tests);
}
