/* Signatures, RFC 2385 and RFC 5925: the arithmetic against the vectors of
 * RFC 9235, two hosts that share keys, and what forgers achieve. */
#include "tests/conversation.h"

#include <stdlib.h>
#include <string.h>

#include <nettle/md5.h>

#include "net/host.h"
#include "tests/vectors_linux.h"
#include "tests/vectors_rfc9235.h"
#include "wire/checksum.h"

/* ---- arithmetic ---- */

static size_t from_hex(const char *hex, uint8_t *out)
{
	size_t len = strlen(hex) / 2;

	for (size_t i = 0; i < len; i++) {
		const char digits[3] = {hex[2 * i], hex[2 * i + 1], '\0'};

		out[i] = (uint8_t)strtoul(digits, NULL, 16);
	}
	return len;
}

static void vectors_of_rfc_9235_come_out(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
		const struct vector *v = &vectors[i];
		struct signing_key key = {.algorithm = (uint8_t)v->algorithm,
					  .secret = "testvector",
					  .secret_len = 10,
					  .text_only = v->text_only};
		uint8_t bytes[200];
		uint8_t wanted[TRAFFIC_KEY_MAX];
		uint8_t traffic[TRAFFIC_KEY_MAX];
		uint8_t mac[12];
		size_t len = from_hex(v->datagram, bytes);
		struct packet packet;
		const uint8_t *text;
		size_t text_len;
		unsigned at;

		/* The checksums of its datagrams are not of these octets. */
		assert_int_equal(packet_parse(&packet, bytes, len, len, 0, &text, &text_len),
				 PACKET_OK);
		assert_int_equal(
			traffic_key(&key, &packet, seq_of(v->src_isn), seq_of(v->dst_isn), traffic),
			from_hex(v->traffic_key, wanted));
		if (memcmp(traffic, wanted, strlen(v->traffic_key) / 2) != 0)
			fail_msg("the traffic key of RFC 9235 §%s differs", v->section);
		mac_of_segment(&key, traffic, 0, &packet, text, mac);
		at = options_find(&packet.tcp.options, OPTION_AO);
		if (memcmp(mac, packet.tcp.options.bytes + at + 4, sizeof mac) != 0)
			fail_msg("the MAC of RFC 9235 §%s differs", v->section);
	}
}

/* RFC 2385 §2.0, its four parts written out by hand. */
static void md5_covers_pseudo_header_header_text_and_key(void **state)
{
	static const uint8_t covered[] = {
		10,   0,    0,    1,    10,  0,   0,   2,   0, 6, 0, 45, /* pseudo-header */
		0x0f, 0xa0, 0,    80,   0,   0,   0,   101, 0, 0, 1, 45, /* ports, SEQ, ACK */
		0xa0, 0x18, 0x02, 0x00, 0,   0,   0,   0,                /* …, checksum 0 */
		'h',  'e',  'l',  'l',  'o', 'k', 'e', 'y',
	};
	struct signing_key key = {.secret = "key", .secret_len = 3};
	struct packet packet = {.src = {{10, 0, 0, 1}, 4},
				.dst = {{10, 0, 0, 2}, 4},
				.tcp = {.src_port = 4000,
					.dst_port = 80,
					.seq = {101},
					.ack = {301},
					.flags = PSH | ACK,
					.wnd = 512,
					.len = 5}};
	const uint8_t blank[16] = {0};
	uint8_t wanted[16];
	uint8_t digest[16];
	struct md5_ctx md5;

	(void)state;
	options_put_nop(&packet.tcp.options);
	options_put_nop(&packet.tcp.options);
	options_put_other(&packet.tcp.options, OPTION_MD5, blank, sizeof blank);
	md5_init(&md5);
	md5_update(&md5, sizeof covered, covered);
	md5_digest(&md5, sizeof wanted, wanted);
	md5_of_segment(&key, &packet, (const uint8_t *)"hello", digest);
	assert_memory_equal(digest, wanted, sizeof wanted);
	packet.tcp.options.bytes[5] = 1; /* what the options say is not covered … */
	md5_of_segment(&key, &packet, (const uint8_t *)"hello", digest);
	assert_memory_equal(digest, wanted, sizeof wanted);
	md5_of_segment(&key, &packet, (const uint8_t *)"hellO", digest);
	assert_memory_not_equal(digest, wanted, sizeof wanted); /* … and the text is */
}

static void digests_of_a_linux_kernel_come_out(void **state)
{
	static const struct signing_key key = {.secret = "only we two know", .secret_len = 16};

	(void)state;
	for (size_t i = 0; i < sizeof signed_by_linux / sizeof signed_by_linux[0]; i++) {
		uint8_t bytes[200];
		uint8_t digest[16];
		size_t len = from_hex(signed_by_linux[i], bytes);
		struct packet packet;
		const uint8_t *text;
		size_t text_len;
		unsigned at;

		assert_int_equal(packet_parse(&packet, bytes, len, len, 0, &text, &text_len),
				 PACKET_OK);
		md5_of_segment(&key, &packet, text, digest);
		at = options_find(&packet.tcp.options, OPTION_MD5);
		assert_memory_equal(digest, packet.tcp.options.bytes + at + 2, sizeof digest);
	}
}

/* ---- the engine ---- */

static void every_segment_has_room_for_its_signature_first(void **state)
{
	struct dialogue d = converse("sign md5\nestablished\nsend 1000\n");

	(void)state;
	assert_int_equal(d.last.options.bytes[2], OPTION_MD5);
	assert_int_equal(d.last.options.len, 20);

	d = converse("profile rfc\nsign md5\nconnect\n");
	assert_int_equal(d.last.options.bytes[2], OPTION_MD5);
	assert_int_equal(d.last.options.len, 40); /* with MSS, SACK, timestamps and scale */
	assert_true(d.last.options.has & HAS_WINDOW_SCALE);
	d = converse("profile rfc\nsign ao\nconnect\n");
	assert_int_equal(d.last.options.bytes[0], OPTION_AO);
	assert_int_equal(d.last.options.bytes[1], 16);
	assert_int_equal(d.last.options.bytes[2], 61);
	assert_int_equal(d.last.options.bytes[3], 84);
	d = converse("sign ao\nestablished\nabort\n");
	assert_int_equal(d.last.flags & RST, RST);
	assert_int_equal(d.last.options.bytes[0], OPTION_AO);
}

/* RFC 2385 §4.3, RFC 5925 §7.6, RFC 9293 §3.7.1: Eff.snd.MSS. */
static void signature_takes_its_room_from_text_and_sack_blocks(void **state)
{
	struct dialogue d;

	(void)state;
	d = converse("sign md5\nestablished\nsend 980\n> P. 1:981(980) ack 1\nsend 3000\n"
		     "> . 981:1961(980) ack 1\n");
	d = converse("sign ao\nestablished\nsend 985\n> . 1:985(984) ack 1\n");
	d = converse("profile rfc\nsign ao\nestablished\nset nagle 0\nsend 973\n"
		     "> . 1:973(972) ack 1\n");

	d = converse("set sack 1\nsign md5\nestablished\ngaps 5\n");
	assert_int_equal(d.last.options.sack_count, 2);
	d = converse("set sack 1\nsign ao\nestablished\ngaps 5\n");
	assert_int_equal(d.last.options.sack_count, 2);
}

static void what_is_not_believed_changes_nothing_and_is_not_answered(void **state)
{
	static const char *const lines[] = {
		"R 1:1(0) win 0",
		"S 1:1(0) win 9",
		"P. 1:11(10) ack 1 win 9",
		". 1:1(0) ack 4000000 win 9",
		"F. 1:1(0) ack 1 win 9",
		". 1:1(0) ack 1 win 0",
		"U. 1:2(1) ack 1 win 9 urg 9",
	};
	static const uint8_t findings[] = {SIGNATURE_LACKING, SIGNATURE_DIFFERS,
					   SIGNATURE_KEY_UNKNOWN};

	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		for (size_t k = 0; k < sizeof findings; k++) {
			struct dialogue d = converse("sign ao\nestablished\n");
			struct tcb before = d.tcb;

			d.signing.finding = findings[k];
			in(&d, lines[i]);
			silent(&d);
			assert_memory_equal(&d.tcb, &before, sizeof before);
		}
	}
}

static void listener_believes_only_a_signed_syn_of_a_peer_with_a_key(void **state)
{
	struct dialogue d = converse("listen\nsign md5\nfound lacking\n< S 0:0(0) win 9\n"
				     "state LISTEN\n< . 1:1(0) ack 1 win 9\nstate LISTEN\n");

	(void)state;
	fired(&d, RULE_SIGNATURE_MISSING);
	assert_int_equal(d.last.flags, 0); /* not even the RST for an ACK */
	d = converse("listen\nsign md5\nfound matches\n< S 0:0(0) win 9\nstate SYN-RECEIVED\n");
	assert_int_equal(d.tcb.signature, SIGNATURE_MD5);
	/* TCP-AO that nobody asked for: RFC 5925 §7.3. */
	d = converse("listen\nfound lacking\n< S 0:0(0) win 9 <ao 0x3d54000000000000000000000000>\n"
		     "state SYN-RECEIVED\n");
	assert_int_equal(d.tcb.signature, SIGNATURE_NONE);
}

static void key_changes_only_to_one_that_we_have(void **state)
{
	struct dialogue d = converse("sign ao\nestablished\nfound matches\n");

	(void)state;
	d.signing.next_is_ours = false;
	in(&d, ". 1:1(0) ack 1 win 9000 <ao 0x543e000000000000000000000000>");
	assert_int_equal(d.tcb.key_id, 61);
	not_fired(&d, RULE_SIGNATURE_KEY_CHANGES);
	d.signing.next_is_ours = true;
	in(&d, ". 1:1(0) ack 1 win 9000 <ao 0x543e000000000000000000000000>");
	assert_int_equal(d.tcb.key_id, 62);
	app_send(&d, 1);
	assert_true(out_any(&d));
	assert_int_equal(d.last.options.bytes[2], 62);
}

/* RFC 5925 §6.2, wherever the ISN lies. */
static void sequence_numbers_extend_beyond_32_bits(void **state)
{
	struct dialogue d = converse("established\n");
	struct tcb *tcb = &d.tcb;

	(void)state;
	tcb->snd.iss = seq_of(UINT32_MAX);
	tcb->snd.una = seq_of(0);
	tcb->snd.una_offset = 0;
	assert_int_equal(tcp_sequence_extension(tcb, seq_of(UINT32_MAX), true), 0);
	assert_int_equal(tcb->rcv.nxt_offset, 0);
	assert_int_equal(tcp_sequence_extension(tcb, seq_of(0), true), 1);
	assert_int_equal(tcp_sequence_extension(tcb, seq_of(1000), true), 1);
	tcb->rcv.irs = seq_of(5);
	tcb->rcv.nxt = seq_of(4);
	tcb->rcv.nxt_offset = UINT32_MAX - 1; /* 4 GiB were received */
	assert_int_equal(tcp_sequence_extension(tcb, seq_of(UINT32_MAX), false), 0);
	assert_int_equal(tcp_sequence_extension(tcb, seq_of(4), false), 1);
	assert_int_equal(tcp_sequence_extension(tcb, seq_of(4000), false), 1);
}

static void signed_connection_is_not_reopened_out_of_time_wait(void **state)
{
	struct dialogue d =
		converse("sign md5\nlisten\nfound matches\n< S 0:0(0) win 3000 <mss 1000>\n"
			 "drain\n< . 1:1(0) ack 1 win 3000\nclose\ndrain\n"
			 "< F. 1:1(0) ack 2 win 3000\ndrain\n< S 9:9(0) win 9\nstate TIME-WAIT\n");

	(void)state;
	not_fired(&d, RULE_SYN_REOPENS);
}

/* ---- two hosts ---- */

enum { WIRE_MAX = 64 };

struct pair {
	struct parcel_pool pool;
	struct host *hosts[2];
	struct parcel *wire[WIRE_MAX];
	unsigned sent;
	bool v6;
	unsigned delivered;
	uint32_t conn[2];
	nanos now;
	struct signing_key keys[2][2];
	unsigned key_count;
	uint32_t isn;
};

static void transmit(void *link, nanos now, struct parcel *parcel)
{
	struct pair *p = link;

	(void)now;
	assert_true(p->sent < WIRE_MAX);
	p->wire[p->sent++] = parcel;
}

static void take_delivery(void *user, nanos now, uint32_t conn, uint64_t tag, int64_t offset,
			  const uint8_t *octets, uint32_t len)
{
	(void)now;
	(void)conn;
	(void)tag;
	(void)offset;
	(void)octets;
	((struct pair *)user)->delivered += len;
}

static struct address address_of(const struct pair *p, unsigned i)
{
	struct address four = {{10, 0, 0, (uint8_t)(i + 1)}, 4};
	struct address six = {{0xfd, [15] = (uint8_t)(i + 1)}, 6};

	return p->v6 ? six : four;
}

/* Both have the key, each under its own numbers. */
static void share_key(struct pair *p, enum signing_algorithm algorithm, const char *secret,
		      uint8_t id, nanos from)
{
	for (unsigned i = 0; i < 2; i++) {
		struct signing_key *key = &p->keys[i][p->key_count];

		*key = (struct signing_key){.peer = {address_of(p, 1 - i)},
					    .algorithm = (uint8_t)algorithm,
					    .secret_len = (uint8_t)strlen(secret),
					    .from = i == 0 ? from : 0,
					    .send_id = (uint8_t)(id + i),
					    .receive_id = (uint8_t)(id + 1 - i)};
		memcpy(key->secret, secret, strlen(secret));
	}
	p->key_count++;
}

static void begin(struct pair *p)
{
	p->pool = parcel_pool_of(1500);
	for (unsigned i = 0; i < 2; i++) {
		struct host_setup setup = {.name = i == 0 ? "client" : "server",
					   .addresses = {address_of(p, i)},
					   .keys = p->keys[i],
					   .key_count = p->key_count,
					   .checked = true};
		struct host_link link = {.link = p, .transmit = transmit, .pool = &p->pool};
		struct host_user user = {.user = p, .delivered = take_delivery};

		profile_named("rfc", &setup.profile);
		setup.profile.isn = p->isn;
		setup.profile.isn_fixed = true;
		p->hosts[i] = host_new(&setup);
		host_set_link(p->hosts[i], &link);
		host_set_user(p->hosts[i], &user);
	}
}

static void end(struct pair *p)
{
	host_free(p->hosts[0]);
	host_free(p->hosts[1]);
	parcel_pool_free(&p->pool);
}

/* Everything goes over until all is quiet. */
static void carry(struct pair *p)
{
	for (unsigned i = 0; i < p->sent; i++) {
		struct parcel *parcel = p->wire[i];
		unsigned to = parcel->bytes[p->v6 ? 39 : 19] - 1u;

		host_arrives(p->hosts[to], p->now, parcel->bytes, parcel->len, EVENT_NONE);
		parcel_give_back(&p->pool, parcel);
	}
	p->sent = 0;
}

static void open_pair(struct pair *p)
{
	struct endpoint listen = {.port = 179};
	struct endpoint remote = {.address = address_of(p, 1), .port = 179};

	assert_int_equal(host_open_passive(p->hosts[1], p->now, &listen, 0, &p->conn[1]), CALL_OK);
	assert_int_equal(host_open_active(p->hosts[0], p->now, 4000, &remote, &p->conn[0]),
			 CALL_OK);
	carry(p);
	host_receive_all(p->hosts[1], p->now, p->conn[1], true);
}

static unsigned state_of(const struct pair *p, unsigned i)
{
	const struct tcb *tcb = host_tcb(p->hosts[i], p->conn[i]);

	return tcb != NULL ? tcb->state : CLOSED;
}

static void hosts_with_the_same_key_understand_each_other(void **state)
{
	(void)state;
	for (unsigned way = 0; way < 24; way++) {
		struct pair p = {.v6 = way % 2, .isn = way / 2 % 4 < 2 ? 0 : UINT32_MAX - 1000};
		uint32_t taken;

		share_key(&p, (enum signing_algorithm)(way / 8), "a secret", 61, 0);
		p.keys[0][0].text_only = p.keys[1][0].text_only = way / 2 % 2;
		begin(&p);
		open_pair(&p);
		assert_int_equal(state_of(&p, 0), ESTABLISHED);
		assert_int_equal(state_of(&p, 1), ESTABLISHED);
		host_send(p.hosts[0], p.now, p.conn[0], NULL, 20000, SEND_PUSH, &taken);
		carry(&p); /* past 2^32 with the second ISN */
		assert_true(p.delivered > 4000);
		host_close(p.hosts[0], p.now, p.conn[0]);
		host_close(p.hosts[1], p.now, p.conn[1]);
		carry(&p);
		assert_int_equal(state_of(&p, 0), TIME_WAIT);
		end(&p);
	}
}

static void hosts_with_other_keys_do_not_meet(void **state)
{
	(void)state;
	for (enum signing_algorithm a = SIGNING_MD5; a <= SIGNING_AES_CMAC; a++) {
		struct pair p = {.isn = 7};

		share_key(&p, a, "a secret", 61, 0);
		p.keys[1][0].secret[0] = 'A';
		begin(&p);
		open_pair(&p);
		assert_int_equal(state_of(&p, 0), SYN_SENT);
		assert_int_equal(state_of(&p, 1), LISTEN);
		end(&p);
	}
}

static void one_flipped_bit_or_another_port_spoils_the_signature(void **state)
{
	(void)state;
	for (unsigned way = 0; way < 3; way++) {
		struct pair p = {.isn = 7};
		uint8_t *text;
		uint32_t taken;

		share_key(&p, (enum signing_algorithm)way, "a secret", 61, 0);
		begin(&p);
		open_pair(&p);
		host_send(p.hosts[0], p.now, p.conn[0], NULL, 100, SEND_PUSH, &taken);
		assert_int_equal(p.sent, 1);
		text = p.wire[0]->bytes + p.wire[0]->len - 4;
		/* Two changes that TCP's checksum does not notice. */
		text[0] ^= text[2];
		text[2] ^= text[0];
		text[0] ^= text[2];
		text[1] ^= text[3];
		text[3] ^= text[1];
		text[1] ^= text[3];
		carry(&p);
		assert_int_equal(p.delivered, 0);
		assert_int_equal(host_counts(p.hosts[1])->refused, 0);
		end(&p);
	}
}

/* It has everything right but the key. */
static void perfect_rst_of_a_stranger_does_nothing(void **state)
{
	(void)state;
	for (unsigned way = 0; way < 3; way++) {
		struct pair p = {.isn = 7};
		struct endpoint client = {.address = address_of(&p, 0), .port = 4000};
		struct endpoint server = {.address = address_of(&p, 1), .port = 179};
		struct segment rst = {.flags = RST};

		share_key(&p, (enum signing_algorithm)way, "a secret", 61, 0);
		begin(&p);
		open_pair(&p);
		rst.seq = host_tcb(p.hosts[1], p.conn[1])->rcv.nxt;
		host_forge(p.hosts[0], p.now, &client, &server, &rst);
		carry(&p);
		assert_int_equal(state_of(&p, 1), ESTABLISHED);
		/* The peer's own is believed. */
		host_abort(p.hosts[0], p.now, p.conn[0]);
		carry(&p);
		assert_int_equal(state_of(&p, 1), CLOSED);
		end(&p);
	}
}

/* RFC 5925 §6.1: the client prefers a second key from 5 s on. */
static void keys_change_while_the_connection_lasts(void **state)
{
	struct pair p = {.isn = 7};
	uint32_t taken;

	(void)state;
	share_key(&p, SIGNING_HMAC_SHA1, "the first", 10, 0);
	share_key(&p, SIGNING_AES_CMAC, "the second", 20, nanos_from_s(5));
	p.keys[1][1].from = nanos_from_s(1000); /* the server has no preference of its own */
	begin(&p);
	open_pair(&p);
	assert_int_equal(state_of(&p, 1), ESTABLISHED);
	assert_int_equal(host_tcb(p.hosts[1], p.conn[1])->key_id, 11);
	p.now = nanos_from_s(6);
	host_send(p.hosts[0], p.now, p.conn[0], NULL, 100, SEND_PUSH, &taken);
	carry(&p);
	assert_int_equal(p.delivered, 100);
	assert_int_equal(host_tcb(p.hosts[1], p.conn[1])->key_id, 21); /* as it was asked to */
	assert_int_equal(host_tcb(p.hosts[0], p.conn[0])->key_id, 10); /* nobody asked it */
	host_send(p.hosts[1], p.now, p.conn[1], NULL, 100, SEND_PUSH, &taken);
	carry(&p);
	assert_int_equal(host_tcb(p.hosts[0], p.conn[0])->rcv.unread, 100);
	end(&p);
}

/* RFC 2385 §4.1: a RST from a host that has no connection is not signed, so a
 * refused SYN goes on trying. */
static void refusal_is_not_believed(void **state)
{
	struct pair p = {.isn = 7};
	struct endpoint remote = {.address = address_of(&p, 1), .port = 80};

	(void)state;
	share_key(&p, SIGNING_MD5, "a secret", 0, 0);
	begin(&p);
	assert_int_equal(host_open_active(p.hosts[0], p.now, 4000, &remote, &p.conn[0]), CALL_OK);
	carry(&p);
	assert_int_equal(state_of(&p, 0), SYN_SENT);
	end(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(vectors_of_rfc_9235_come_out),
		cmocka_unit_test(md5_covers_pseudo_header_header_text_and_key),
		cmocka_unit_test(digests_of_a_linux_kernel_come_out),
		cmocka_unit_test(every_segment_has_room_for_its_signature_first),
		cmocka_unit_test(signature_takes_its_room_from_text_and_sack_blocks),
		cmocka_unit_test(what_is_not_believed_changes_nothing_and_is_not_answered),
		cmocka_unit_test(listener_believes_only_a_signed_syn_of_a_peer_with_a_key),
		cmocka_unit_test(key_changes_only_to_one_that_we_have),
		cmocka_unit_test(sequence_numbers_extend_beyond_32_bits),
		cmocka_unit_test(signed_connection_is_not_reopened_out_of_time_wait),
		cmocka_unit_test(hosts_with_the_same_key_understand_each_other),
		cmocka_unit_test(hosts_with_other_keys_do_not_meet),
		cmocka_unit_test(one_flipped_bit_or_another_port_spoils_the_signature),
		cmocka_unit_test(perfect_rst_of_a_stranger_does_nothing),
		cmocka_unit_test(keys_change_while_the_connection_lasts),
		cmocka_unit_test(refusal_is_not_believed),
	};

	return DIALOGUE_RUN("signatures", tests);
}
