/* What tcplab-netd may be asked for, and what finds an address of our own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "live/neighbours.h"
#include "live/netd.h"

static struct netd_request good(void)
{
	return (struct netd_request){
		.kind = NETD_REQUEST,
		.way = GATE_RAW,
		.local = {{192, 0, 2, 1}, 4},
		.remote = {.address = {{192, 0, 2, 2}, 4}, .port = 80},
		.interface = "eth0",
	};
}

static void is_taken(const struct netd_request *request)
{
	const char *why;

	assert_true(netd_request_is_valid(request, sizeof *request, &why));
	assert_null(why);
}

static void is_refused(const struct netd_request *request, const char *because)
{
	const char *why;

	assert_false(netd_request_is_valid(request, sizeof *request, &why));
	assert_non_null(strstr(why, because));
}

static void a_good_request_is_taken(void **state)
{
	struct netd_request request = good();

	(void)state;
	is_taken(&request);
	memset(&request.remote, 0, sizeof request.remote);
	memset(&request.local, 0, sizeof request.local);
	request.interface[0] = '\0';
	is_taken(&request);
	request.way = GATE_TUN;
	is_taken(&request);
}

static void another_length_is_none(void **state)
{
	struct netd_request request = good();
	const char *why;

	(void)state;
	assert_false(netd_request_is_valid(&request, sizeof request - 1, &why));
	assert_false(netd_request_is_valid(&request, sizeof request + 1, &why));
	assert_false(netd_request_is_valid(&request, 0, &why));
}

static void what_does_not_exist_is_refused(void **state)
{
	struct netd_request request = good();

	(void)state;
	request.kind++;
	is_refused(&request, "edition");
	request = good();
	for (unsigned way = 0; way < 100; way++) {
		request.way = (uint16_t)way;
		if (way != GATE_RAW && way != GATE_OWN && way != GATE_TUN)
			is_refused(&request, "no such way");
	}
	request = good();
	request.local.version = 5;
	is_refused(&request, "no version");
	request = good();
	request.local.version = 6;
	is_refused(&request, "two versions");
	request = good();
	request.remote.port = 0;
	is_refused(&request, "port 0");
}

static void nobody_speaks_to_many(void **state)
{
	static const struct address many[] = {
		{{255, 255, 255, 255}, 4}, {{224, 0, 0, 1}, 4}, {{0}, 4},
		{{0xff, 2, [15] = 1}, 6},  {{[15] = 0}, 6},
	};

	(void)state;
	for (size_t i = 0; i < sizeof many / sizeof many[0]; i++) {
		struct netd_request request = good();

		request.local = (struct address){.version = 0};
		request.remote.address = many[i];
		is_refused(&request, "never talks");
		request.remote.address = (struct address){.version = 0};
		request.local = many[i];
		is_refused(&request, "no host's");
	}
}

static void a_name_is_a_name(void **state)
{
	static const char *const names[] = {"a/b", "a b", "a\nb", "\x80"};
	struct netd_request request = good();

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		strcpy(request.interface, names[i]);
		is_refused(&request, "name");
	}
	memset(request.interface, 'a', sizeof request.interface);
	is_refused(&request, "name");
}

static void an_address_of_our_own_is_given_and_its_mac_is_local(void **state)
{
	struct netd_request request = good();

	(void)state;
	request.way = GATE_OWN;
	is_taken(&request);
	request.mac[0] = 2;
	is_taken(&request);
	request.mac[0] = 3; /* of a group */
	is_refused(&request, "hardware");
	request.mac[0] = 0;
	request.mac[5] = 1; /* some maker's */
	is_refused(&request, "hardware");
	request = good();
	request.way = GATE_OWN;
	request.local.version = 0;
	is_refused(&request, "not given");
}

/* ---- neighbours ---- */

static const uint8_t our_mac[MAC_LEN] = {2, 1, 1, 1, 1, 1};
static const uint8_t their_mac[MAC_LEN] = {2, 9, 9, 9, 9, 9};
static const struct address ours[2] = {{{192, 0, 2, 1}, 4}, {{0xfd, [15] = 1}, 6}};
static const struct address theirs[2] = {{{192, 0, 2, 9}, 4}, {{0xfd, [15] = 9}, 6}};
static const struct address nobody;

static struct neighbours at_home(unsigned version)
{
	static struct neighbours n;

	neighbours_init(&n, &ours[version], our_mac);
	return n;
}

static enum heard hear(struct neighbours *n, const uint8_t *frame, size_t len,
		       struct neighbour **who)
{
	struct neighbour_message message;

	assert_true(neighbour_read(frame, len, &message));
	return neighbours_hear(n, &message, who);
}

static void who_asks_for_us_is_answered_and_known(void **state)
{
	uint8_t frame[NEIGHBOUR_FRAME_MAX];
	struct neighbour_message question;
	struct neighbour_message answer;
	struct neighbour *who;

	(void)state;
	for (unsigned v = 0; v < 2; v++) {
		struct neighbours n = at_home(v);
		size_t len = neighbour_ask(frame, their_mac, &theirs[v], &ours[v]);

		assert_true(neighbour_read(frame, len, &question));
		assert_int_equal(neighbours_hear(&n, &question, &who), HEARD_QUESTION);
		assert_true(who->is_known);
		assert_memory_equal(who->mac, their_mac, MAC_LEN);
		len = neighbour_tell(frame, our_mac, &ours[v], &question);
		assert_true(neighbour_read(frame, len, &answer));
		assert_false(answer.asks);
		assert_true(address_eq(&answer.sender, &ours[v]));
		assert_memory_equal(answer.mac, our_mac, MAC_LEN);
		assert_memory_equal(frame, their_mac, MAC_LEN);
	}
}

static void only_whom_we_look_for_is_learnt(void **state)
{
	uint8_t frame[NEIGHBOUR_FRAME_MAX];
	const struct neighbour_message to_us = {.asks = true};
	struct neighbour *who;

	(void)state;
	for (unsigned v = 0; v < 2; v++) {
		struct neighbours n = at_home(v);
		struct neighbour_message us = to_us;
		size_t len;

		us.sender = ours[v];
		memcpy(us.mac, our_mac, MAC_LEN);
		len = neighbour_tell(frame, their_mac, &theirs[v], &us);
		assert_int_equal(hear(&n, frame, len, &who), HEARD_NOTHING);
		assert_null(who);
		assert_false(neighbours_at(&n, &theirs[v])->is_known);
		assert_int_equal(hear(&n, frame, len, &who), HEARD_ANSWER);
		assert_true(neighbours_at(&n, &theirs[v])->is_known);
	}
}

static void another_with_our_address_is_a_conflict(void **state)
{
	uint8_t frame[NEIGHBOUR_FRAME_MAX];
	struct neighbour *who;
	size_t len;

	(void)state;
	for (unsigned v = 0; v < 2; v++) {
		struct neighbours n = at_home(v);

		len = neighbour_tell(frame, their_mac, &ours[v], NULL);
		assert_int_equal(hear(&n, frame, len, &who), HEARD_CONFLICT);
		len = neighbour_ask(frame, their_mac, &nobody, &ours[v]);
		assert_int_equal(hear(&n, frame, len, &who), HEARD_CONFLICT);
		/* What we said ourselves is none. */
		len = neighbour_ask(frame, our_mac, &nobody, &ours[v]);
		assert_int_equal(hear(&n, frame, len, &who), HEARD_NOTHING);
	}
}

static void a_message_from_afar_or_cut_is_none(void **state)
{
	uint8_t frame[NEIGHBOUR_FRAME_MAX];
	struct neighbour_message message;

	(void)state;
	for (unsigned v = 0; v < 2; v++) {
		size_t len = neighbour_ask(frame, their_mac, &theirs[v], &ours[v]);

		for (size_t cut = 0; cut < len; cut++)
			assert_false(neighbour_read(frame, cut, &message));
	}
	frame[14 + 7]--; /* it went through a router, or its sum is wrong */
	assert_false(neighbour_read(frame, sizeof frame, &message));
}

static void the_one_not_used_for_longest_makes_room(void **state)
{
	struct neighbours n = at_home(0);
	struct address address = theirs[0];

	(void)state;
	neighbours_at(&n, &theirs[0])->is_known = true;
	for (unsigned i = 1; i < NEIGHBOURS_MAX; i++) {
		address.bytes[1] = (uint8_t)i;
		neighbours_at(&n, &address)->is_known = true;
	}
	assert_true(neighbours_at(&n, &theirs[0])->is_known);
	address.bytes[1] = 200;
	assert_false(neighbours_at(&n, &address)->is_known);
	assert_true(neighbours_at(&n, &theirs[0])->is_known);
	address.bytes[1] = 1;
	assert_false(neighbours_at(&n, &address)->is_known);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_good_request_is_taken),
		cmocka_unit_test(another_length_is_none),
		cmocka_unit_test(what_does_not_exist_is_refused),
		cmocka_unit_test(nobody_speaks_to_many),
		cmocka_unit_test(a_name_is_a_name),
		cmocka_unit_test(an_address_of_our_own_is_given_and_its_mac_is_local),
		cmocka_unit_test(who_asks_for_us_is_answered_and_known),
		cmocka_unit_test(only_whom_we_look_for_is_learnt),
		cmocka_unit_test(another_with_our_address_is_a_conflict),
		cmocka_unit_test(a_message_from_afar_or_cut_is_none),
		cmocka_unit_test(the_one_not_used_for_longest_makes_room),
	};

	return cmocka_run_group_tests_name("netd", tests, NULL, NULL);
}
