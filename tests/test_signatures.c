/* Signatures, RFC 2385 and RFC 5925: the engine's part. Two hosts that share keys are in
 * test_signatures_hosts.c, the arithmetic in test_signature_vectors.c. */
#include "tests/conversation.h"

#include "net/host.h"

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

/* A key that was configured meanwhile: the streams go on, and TCP-AO would count from the wrong
 * place. The SYN gets a challenge ACK, as one in any other state. */
static void nor_does_a_signed_one_come_out_of_it(void **state)
{
	struct dialogue d = converse("listen\n< S 0:0(0) win 3000 <mss 1000>\n"
				     "drain\n< . 1:1(0) ack 1 win 3000\nclose\ndrain\n"
				     "< F. 1:1(0) ack 2 win 3000\ndrain\nsign ao\nfound matches\n"
				     "< S 9:9(0) win 9\ndrain\nstate TIME-WAIT\n");

	(void)state;
	not_fired(&d, RULE_SYN_REOPENS);
	fired(&d, RULE_SYN_CHALLENGE);
	d.signing = (struct signing){.kind = SIGNATURE_NONE};
	in(&d, "S 9:9(0) win 9");
	fired(&d, RULE_SYN_REOPENS);
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
		cmocka_unit_test(nor_does_a_signed_one_come_out_of_it),
	};

	return DIALOGUE_RUN("signatures", tests);
}
