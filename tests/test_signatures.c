/* Signatures, RFC 2385 and RFC 5925: the engine's part, two hosts that share
 * keys, and what forgers achieve. The arithmetic is in test_signature_vectors.c. */
#include "tests/conversation.h"

#include <string.h>

#include "net/host.h"

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

/* RFC 5925 §7.8: hard errors, too big among them. Nobody has signed the message. */
static void tcp_ao_ignores_the_hard_errors_of_icmp(void **state)
{
	struct dialogue d = converse("sign ao\nestablished\nsend 984\n> P. 1:985(984) ack 1\n");
	uint32_t mtu = d.tcb.path.mtu;

	(void)state;
	for (uint8_t code = 2; code <= 4; code++) {
		unsigned notices = d.notices;

		icmp(&d, 3, code, code == 4 ? 600 : 0, 1);
		silent(&d);
		fired(&d, RULE_ICMP_UNSIGNED);
		assert_int_equal(d.notices, notices);
		assert_int_equal(d.tcb.path.mtu, mtu);
		assert_int_equal(d.tcb.path.error, ERROR_NONE);
		assert_int_equal(d.tcb.state, ESTABLISHED);
	}
	icmp(&d, 3, 1, 0, 1); /* a route that fails may come back: the application is told */
	fired(&d, RULE_SOFT_ERROR);
	d = converse("sign ao\nconnect\n"); /* nothing stands yet */
	icmp(&d, 3, 3, 0, 0);
	fired(&d, RULE_HARD_ERROR_ENDS_OPEN);
	d = converse("sign md5\nestablished\nsend 980\n> P. 1:981(980) ack 1\n");
	icmp(&d, 3, 3, 0, 1);
	fired(&d, RULE_HARD_ERROR_SOFT);
}

static void tcp_ao_ignores_the_hard_errors_of_icmpv6(void **state)
{
	static const uint8_t codes[] = {1, 4};

	(void)state;
	dialogue_speaks_ip(6);
	for (size_t i = 0; i < sizeof codes; i++) {
		struct dialogue d =
			converse("sign ao\nestablished\nsend 984\n> P. 1:985(984) ack 1\n");

		icmp(&d, 1, codes[i], 0, 1);
		silent(&d);
		fired(&d, RULE_ICMP_UNSIGNED);
		not_fired(&d, RULE_HARD_ERROR_SOFT);
		icmp(&d, 1, 0, 0, 1);
		fired(&d, RULE_SOFT_ERROR);
	}
	dialogue_speaks_ip(4);
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
	uint32_t syn_defence; /* enum syn_defence of both */
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
		setup.profile.syn_defence = p->syn_defence;
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

/* RFC 4987: the SYN,ACK is signed though there is no connection yet. */
static void listener_that_remembers_no_syn_signs_too(void **state)
{
	static const uint32_t defences[] = {SYN_DEFENCE_CACHE, SYN_DEFENCE_ALWAYS};

	(void)state;
	for (unsigned way = 0; way < 12; way++) {
		struct pair p = {.v6 = way % 2,
				 .isn = way < 6 ? 7 : UINT32_MAX,
				 .syn_defence = defences[way / 6]};
		uint32_t taken;

		share_key(&p, (enum signing_algorithm)(way % 3), "a secret", 61, 0);
		begin(&p);
		open_pair(&p);
		assert_int_equal(state_of(&p, 0), ESTABLISHED);
		assert_int_equal(state_of(&p, 1), ESTABLISHED);
		host_send(p.hosts[0], p.now, p.conn[0], NULL, 1000, SEND_PUSH, &taken);
		carry(&p);
		assert_int_equal(p.delivered, 1000);
		end(&p);
	}
}

static void a_syn_ack_out_of_the_cache_is_signed_when_it_goes_again(void **state)
{
	struct pair p = {.isn = 7, .syn_defence = SYN_DEFENCE_CACHE};
	struct endpoint listen = {.port = 179};
	struct endpoint remote = {.address = address_of(&p, 1), .port = 179};
	struct parcel *syn;

	(void)state;
	share_key(&p, SIGNING_HMAC_SHA1, "a secret", 61, 0);
	begin(&p);
	assert_int_equal(host_open_passive(p.hosts[1], p.now, &listen, 0, &p.conn[1]), CALL_OK);
	assert_int_equal(host_open_active(p.hosts[0], p.now, 4000, &remote, &p.conn[0]), CALL_OK);
	assert_int_equal(p.sent, 1);
	syn = p.wire[0];
	host_arrives(p.hosts[1], p.now, syn->bytes, syn->len, EVENT_NONE);
	assert_int_equal(p.sent, 2);
	parcel_give_back(&p.pool, p.wire[1]); /* lost */
	parcel_give_back(&p.pool, syn);
	p.sent = 0;
	p.now = host_next_deadline(p.hosts[1]);
	host_timeouts(p.hosts[1], p.now);
	carry(&p);
	assert_int_equal(state_of(&p, 0), ESTABLISHED);
	end(&p);
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
		cmocka_unit_test(every_segment_has_room_for_its_signature_first),
		cmocka_unit_test(signature_takes_its_room_from_text_and_sack_blocks),
		cmocka_unit_test(what_is_not_believed_changes_nothing_and_is_not_answered),
		cmocka_unit_test(listener_believes_only_a_signed_syn_of_a_peer_with_a_key),
		cmocka_unit_test(key_changes_only_to_one_that_we_have),
		cmocka_unit_test(tcp_ao_ignores_the_hard_errors_of_icmp),
		cmocka_unit_test(tcp_ao_ignores_the_hard_errors_of_icmpv6),
		cmocka_unit_test(sequence_numbers_extend_beyond_32_bits),
		cmocka_unit_test(signed_connection_is_not_reopened_out_of_time_wait),
		cmocka_unit_test(hosts_with_the_same_key_understand_each_other),
		cmocka_unit_test(listener_that_remembers_no_syn_signs_too),
		cmocka_unit_test(a_syn_ack_out_of_the_cache_is_signed_when_it_goes_again),
		cmocka_unit_test(hosts_with_other_keys_do_not_meet),
		cmocka_unit_test(one_flipped_bit_or_another_port_spoils_the_signature),
		cmocka_unit_test(perfect_rst_of_a_stranger_does_nothing),
		cmocka_unit_test(keys_change_while_the_connection_lasts),
		cmocka_unit_test(refusal_is_not_believed),
	};

	return DIALOGUE_RUN("signatures", tests);
}
