#include "tests/flood.h"

#include <string.h>

static void transmit(void *link, nanos now, struct parcel *parcel)
{
	struct flood *f = link;
	const uint8_t *text;
	size_t text_len;

	(void)now;
	f->answers++;
	assert_int_equal(packet_parse(&f->last, parcel->bytes, parcel->len, parcel->len, 0, &text,
				      &text_len),
			 PACKET_OK);
	parcel_give_back(&f->pool, parcel);
}

static void hear(void *user, nanos now, uint32_t conn, uint64_t tag, enum notice notice)
{
	struct flood *f = user;

	(void)now;
	(void)conn;
	(void)tag;
	f->notices |= notice;
}

static void accept_it(void *user, nanos now, uint32_t conn, uint64_t tag, uint32_t listener)
{
	struct flood *f = user;

	(void)now;
	(void)tag;
	(void)listener;
	f->accepted++;
	f->conn = conn;
}

static void count_the_line(void *user, nanos now, uint16_t port, uint64_t tag)
{
	struct flood *f = user;

	(void)now;
	(void)port;
	(void)tag;
	f->in_line++;
}

void flood_begin(struct flood *f, const struct profile *profile, int version, unsigned flags)
{
	struct host_setup setup = {.name = "server", .profile = *profile, .checked = true};
	struct host_link link = {.link = f, .transmit = transmit, .pool = &f->pool};
	struct host_user user = {
		.user = f, .notice = hear, .accepted = accept_it, .in_line = count_the_line};
	struct endpoint local = {.port = 80};
	uint32_t conn;

	*f = (struct flood){.pool = parcel_pool_of(1500), .local = {.port = 80}, .isn = 7000};
	assert_true(address_parse(&f->local.address, version == 6 ? "2001:db8::2" : "10.0.0.2"));
	setup.addresses[0] = f->local.address;
	setup.unverified = true;
	f->server = host_new(&setup);
	host_set_link(f->server, &link);
	host_set_user(f->server, &user);
	assert_int_equal(host_open_passive(f->server, f->now, &local, flags, &conn), CALL_OK);
}

void flood_end(struct flood *f)
{
	host_free(f->server);
	parcel_pool_free(&f->pool);
}

struct endpoint flood_source(const struct flood *f, uint32_t n)
{
	struct endpoint from = {.port = (uint16_t)(1024 + n % 50000)};
	uint8_t *last = from.address.bytes + (f->local.address.version == 6 ? 12 : 0);

	from.address.version = f->local.address.version;
	if (from.address.version == 6) {
		from.address.bytes[0] = 0x20;
		from.address.bytes[1] = 0x01;
	}
	last[0] = 11;
	last[1] = (uint8_t)(n >> 16);
	last[2] = (uint8_t)(n >> 8);
	last[3] = (uint8_t)n;
	return from;
}

void flood_arrives(struct flood *f, const struct endpoint *from, const struct segment *seg,
		   const char *text)
{
	struct packet packet = {.src = from->address,
				.dst = f->local.address,
				.kind = PACKET_TCP,
				.ttl = 60,
				.tcp = *seg};
	uint8_t bytes[400];
	size_t len;

	packet.tcp.src_port = from->port;
	packet.tcp.dst_port = f->local.port;
	packet.tcp.len = (uint32_t)strlen(text);
	len = packet_emit(&packet, (const uint8_t *)text, bytes, sizeof bytes);
	assert_true(len > 0);
	host_arrives(f->server, f->now, bytes, len, EVENT_NONE);
}

void flood_syn(struct flood *f, uint32_t n)
{
	struct endpoint from = flood_source(f, n);
	struct segment syn = {.flags = SYN, .seq = seq_of(n * 2654435761u), .wnd = 1000};

	options_put_mss(&syn.options, 1000);
	flood_arrives(f, &from, &syn, "");
}

void flood_pass_ms(struct flood *f, int64_t ms)
{
	nanos until = f->now + nanos_from_ms(ms);

	while (host_next_deadline(f->server) <= until) {
		f->now = host_next_deadline(f->server);
		host_timeouts(f->server, f->now);
	}
	f->now = until;
}

const struct tcb *flood_connection(const struct flood *f, const struct endpoint *from)
{
	uint32_t conn = host_find(f->server, &f->local, from);

	return conn != EVENT_NONE ? host_tcb(f->server, conn) : NULL;
}

bool flood_client(struct flood *f, uint16_t port, uint32_t meanwhile)
{
	struct endpoint from = flood_source(f, UINT32_MAX);
	struct segment syn = {.flags = SYN, .seq = seq_of(f->isn), .wnd = 3000};
	struct segment ack = {.flags = ACK | PSH, .seq = seq_of(f->isn + 1), .wnd = 3000};
	const struct tcb *tcb;
	uint64_t before = f->answers;

	from.port = port;
	options_put_mss(&syn.options, 1460);
	flood_arrives(f, &from, &syn, "");
	if (f->answers == before || f->last.tcp.flags != (SYN | ACK))
		return false;
	ack.ack = seq_add(f->last.tcp.seq, 1);
	for (uint32_t n = 0; n < meanwhile; n++)
		flood_syn(f, n + 0x800000);
	flood_pass_ms(f, 20);
	flood_arrives(f, &from, &ack, "hello");
	tcb = flood_connection(f, &from);
	return tcb != NULL && tcb->state == ESTABLISHED && tcb->rcv.nxt.v == f->isn + 6;
}
