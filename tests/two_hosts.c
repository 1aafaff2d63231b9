#include "tests/two_hosts.h"

#include <string.h>

static void transmit(void *link, nanos now, struct parcel *parcel)
{
	struct two_hosts *b = link;

	(void)now;
	assert_true(b->sent < HOSTS_WIRE_MAX);
	b->wire[b->sent++] = parcel;
}

void hosts_hear(void *user, nanos now, uint32_t conn, uint64_t tag, enum notice notice)
{
	struct two_hosts *b = user;

	(void)now;
	(void)tag;
	assert_true(b->heard_count < HOSTS_HEARD_MAX);
	b->heard[b->heard_count] = notice;
	b->heard_of[b->heard_count++] = conn;
}

static void accept_it(void *user, nanos now, uint32_t conn, uint64_t tag, uint32_t listener)
{
	struct two_hosts *b = user;

	(void)now;
	(void)tag;
	b->accepted_conn = conn;
	b->accepted_listener = listener;
}

static void take_delivery(void *user, nanos now, uint32_t conn, uint64_t tag, int64_t offset,
			  const uint8_t *octets, uint32_t len)
{
	struct two_hosts *b = user;

	(void)now;
	(void)conn;
	(void)tag;
	assert_int_equal(offset, b->delivered_len);
	assert_true((uint64_t)offset + len <= sizeof b->delivered);
	memcpy(b->delivered + offset, octets, len);
	b->delivered_len += len;
}

static void add_host(struct two_hosts *b, uint8_t i, const struct profile *profile)
{
	static const char *const names[] = {"client", "server"};
	struct host_setup setup = {.name = names[i],
				   .addresses = {four(i + 1)},
				   .profile = *profile,
				   .seed = i,
				   .recording = b->recording,
				   .checked = true};
	struct host_link link = {.link = b, .transmit = transmit, .pool = &b->pool};
	struct host_user user = {
		.user = b, .notice = hosts_hear, .accepted = accept_it, .delivered = take_delivery};

	if (b->with_ipv6)
		setup.addresses[1] = six(i + 1);
	b->hosts[i] = host_new(&setup);
	host_set_link(b->hosts[i], &link);
	host_set_user(b->hosts[i], &user);
}

void hosts_begin(struct two_hosts *b, unsigned flags)
{
	static const struct recording_info info = {.title = "hosts"};
	struct profile profile;

	*b = (struct two_hosts){.pool = parcel_pool_of(1500),
				.recording = flags & HOSTS_RECORDED ? recording_new(&info) : NULL,
				.with_ipv6 = flags & HOSTS_WITH_IPV6};
	assert_true(profile_named("plain", &profile));
	profile.mss = 1000;
	add_host(b, 0, &profile);
	add_host(b, 1, &profile);
}

void hosts_new_client(struct two_hosts *b, const struct profile *profile)
{
	host_free(b->hosts[0]);
	add_host(b, 0, profile);
}

void hosts_end(struct two_hosts *b)
{
	host_free(b->hosts[0]);
	host_free(b->hosts[1]);
	parcel_pool_free(&b->pool);
	recording_free(b->recording);
}

struct address four(uint8_t n)
{
	return (struct address){{10, 0, 0, n}, 4};
}

struct address six(uint8_t n)
{
	return (struct address){{0xfd, [15] = n}, 6};
}

struct endpoint server_port(uint16_t port)
{
	return (struct endpoint){.address = four(2), .port = port};
}

uint32_t listen_at(struct two_hosts *b, uint16_t port, unsigned flags)
{
	struct endpoint local = {.port = port};
	uint32_t conn;

	assert_int_equal(host_open_passive(b->hosts[1], b->now, &local, flags, &conn), CALL_OK);
	return conn;
}

uint32_t connect_to(struct two_hosts *b, uint16_t from, uint16_t port)
{
	struct endpoint remote = server_port(port);
	uint32_t conn;

	assert_int_equal(host_open_active(b->hosts[0], b->now, from, &remote, &conn), CALL_OK);
	return conn;
}

/* Whose address the datagram goes to: its last octet says so. */
static unsigned goes_to(const struct parcel *parcel)
{
	bool ipv6 = parcel->bytes[0] >> 4 == 6;

	return parcel->bytes[ipv6 ? 39 : 19] - 1u;
}

void carry(struct two_hosts *b)
{
	while (b->passed < b->sent) {
		struct parcel *parcel = b->wire[b->passed++];

		host_arrives(b->hosts[goes_to(parcel)], b->now, parcel->bytes, parcel->len,
			     parcel->packet);
		parcel_give_back(&b->pool, parcel);
	}
	b->sent = 0;
	b->passed = 0;
}

struct packet on_the_wire(const struct two_hosts *b, unsigned n)
{
	struct packet packet;
	const uint8_t *text;
	size_t text_len;

	assert_true(n < b->sent);
	assert_int_equal(packet_parse(&packet, b->wire[n]->bytes, b->wire[n]->len, b->wire[n]->len,
				      PACKET_VERIFY, &text, &text_len),
			 PACKET_OK);
	return packet;
}

unsigned state_of(const struct two_hosts *b, unsigned host, uint32_t conn)
{
	const struct tcb *tcb = host_tcb(b->hosts[host], conn);

	return tcb != NULL ? tcb->state : CLOSED;
}

bool was_told(const struct two_hosts *b, enum notice notice)
{
	for (unsigned i = 0; i < b->heard_count; i++) {
		if (b->heard[i] == notice)
			return true;
	}
	return false;
}
