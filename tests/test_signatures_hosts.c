/* Signatures, RFC 2385 and RFC 5925, between two hosts that share keys, or do not; and what
 * forgers achieve. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>

#include "net/host.h"

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
		cmocka_unit_test(hosts_with_the_same_key_understand_each_other),
		cmocka_unit_test(listener_that_remembers_no_syn_signs_too),
		cmocka_unit_test(a_syn_ack_out_of_the_cache_is_signed_when_it_goes_again),
		cmocka_unit_test(hosts_with_other_keys_do_not_meet),
		cmocka_unit_test(one_flipped_bit_or_another_port_spoils_the_signature),
		cmocka_unit_test(perfect_rst_of_a_stranger_does_nothing),
		cmocka_unit_test(keys_change_while_the_connection_lasts),
		cmocka_unit_test(refusal_is_not_believed),
	};

	return cmocka_run_group_tests_name("signatures of hosts", tests, NULL, NULL);
}
