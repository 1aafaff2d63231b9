/* Ladders: whose a packet is: a router's, a third host's, of which connection, and which packet
 * of a capture. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/ladder_text.h"

/* A says that B's datagram is too long, which is recorded as A's at that end of the way. */
static void router_complains(struct run *run)
{
	struct packet_record packet = run_packet(run, A, 0, 0, 0);
	struct event event = run_event(1, A, EVENT_SEND);
	struct endpoint a = run_endpoint(A, 1000);
	struct endpoint b = run_endpoint(B, 80);

	packet.conn = EVENT_NONE;
	packet.packet.src = (struct address){.version = 4, .bytes = {203, 0, 113, 3}};
	packet.packet.kind = PACKET_ICMP_ERROR;
	packet.packet.icmp = (struct icmp_error){
		.type = 3, .code = 4, .mtu = 1400, .quoted_src = b, .quoted_dst = a};
	event.rule = RULE_ROUTER_REPORTS;
	event.text = recording_add_text(run->r, "Router left");
	recording_add_packet(run->r, &packet, &event);
}

static void what_a_router_says_comes_from_the_router(void **state)
{
	struct run run = run_begin();

	(void)state;
	run_send(&run, 0, B, 2, 0, SYN);
	router_complains(&run);

	char *text = ladder_text(run, (struct ladder_style){.width = 120, .why = true});

	assert_non_null(strstr(text, "│ Router left ━━ ICMP datagram too big mtu=1400 about seq=0 "
				     "━━━━━━━━━━━━━━━━━━…│ under way\n"));
	free(text);
}

static void a_router_has_its_name_in_a_list_too(void **state)
{
	struct run run = run_begin();
	struct packet_record packet = run_packet(&run, A, 7, 0, SYN);
	struct event event = run_event(1, C, EVENT_SEND);

	(void)state;
	run_send(&run, 0, B, 2, 0, SYN);
	packet.host = C;
	packet.conn = EVENT_NONE;
	recording_add_packet(run.r, &packet, &event);
	router_complains(&run);

	char *text = ladder_text(run, (struct ladder_style){.width = 0});

	assert_non_null(strstr(text, "Router left > B  ICMP datagram too big"));
	free(text);
}

static void more_than_two_hosts_are_a_list(void **state)
{
	struct run run = run_begin();
	struct packet_record packet = run_packet(&run, A, 7, 0, SYN);
	struct event event = run_event(1, C, EVENT_SEND);

	(void)state;
	run_send(&run, 0, A, 1, 0, SYN);
	run_send(&run, 0, B, 2, 0, SYN);
	packet.host = C;
	packet.conn = EVENT_NONE;
	recording_add_packet(run.r, &packet, &event);

	char *text = ladder_text(run, (struct ladder_style){.width = 0});

	assert_non_null(strstr(text, "A > B  SYN seq=1 "));
	assert_non_null(strstr(text, "B > A  SYN seq=2 "));
	assert_non_null(strstr(text, "C > B  SYN seq=7 "));
	assert_null(strstr(text, "│"));
	free(text);
}

static void a_captured_packet_tells_its_number_in_the_capture(void **state)
{
	struct run run = run_begin();
	struct packet_record packet = run_packet(&run, A, 1, 0, SYN);
	struct event event = run_event(0, A, EVENT_SEND);

	(void)state;
	packet.captured = true;
	event.value = 17;
	recording_add_packet(run.r, &packet, &event);
	run_add_about(&run, 1, B, EVENT_ARRIVE, 0);
	run_send(&run, 2, B, 2, 0, SYN);

	char *text = ladder_text(run, (struct ladder_style){.width = 0});

	assert_non_null(strstr(text, "━━▶│ 0.001 #17\n"));
	assert_null(strstr(strstr(text, "#17") + 1, "#17"));
	assert_non_null(strstr(text, "#7 frame 7 of the capture\n"));
	free(text);
}

static void several_connections_are_numbered(void **state)
{
	struct run run = run_begin();
	struct endpoint a = run_endpoint(A, 1001);
	struct endpoint b = run_endpoint(B, 80);
	uint32_t second = recording_add_conn(run.r, A, &a, &b);
	struct packet_record packet = run_packet(&run, A, 5, 0, SYN);
	struct event event = run_event(0, A, EVENT_SEND);

	(void)state;
	run_send(&run, 0, A, 1, 0, SYN);
	run_send(&run, 0, B, 2, 0, SYN);
	packet.conn = second;
	packet.packet.tcp.src_port = 1001;
	recording_add_packet(run.r, &packet, &event);

	char *text = ladder_text(run, (struct ladder_style){.width = 0});

	assert_non_null(strstr(text, "#1 SYN seq=1 "));
	assert_non_null(strstr(text, "#1 SYN seq=2 ")); /* the other end of the same */
	assert_non_null(strstr(text, "#2 SYN seq=5 "));
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_router_says_comes_from_the_router),
		cmocka_unit_test(a_router_has_its_name_in_a_list_too),
		cmocka_unit_test(more_than_two_hosts_are_a_list),
		cmocka_unit_test(a_captured_packet_tells_its_number_in_the_capture),
		cmocka_unit_test(several_connections_are_numbered),
	};

	return cmocka_run_group_tests_name("ladder_origin", tests, NULL, NULL);
}
