/* signature.c — which segments carry a signature, and which are believed.
 * RFC 2385 (TCP MD5) and RFC 5925 (TCP-AO).
 *
 * A connection is signed from its first segment to its last or not at all:
 * nothing is negotiated, both ends have been told of the key. The engine has
 * no keys and computes no hash. It leaves the option blank, first among all
 * options, and the caller fills it in; it decides about what arrives by what
 * the caller found (struct signing). That comes before all else: a segment
 * that is not believed changes nothing and gets no answer.
 *
 * TCP-AO has several keys, each with a number that it is sent under and one
 * that it arrives under. A segment names the key that signs it (KeyID) and
 * the one that its sender would like to receive (RNextKeyID): so the keys
 * change without losing a segment (§6.1). */
#include "tcp/turn.h"

enum {
	MD5_LEN = 16, /* of the digest, behind kind and length: 18, and two NOPs */
	AO_LEN = 14,  /* KeyID, RNextKeyID and 96 bits of MAC: 16 in all, RFC 5926 §3.2 */
};

/* The peer is known from now on. */
void signature_begin(struct tcp *t)
{
	t->tcb->signature = t->signing.kind;
	t->tcb->key_id = t->signing.kind == SIGNATURE_AO ? t->signing.send_id : 0;
}

uint32_t signature_len(const struct tcb *tcb)
{
	switch ((enum signature_kind)tcb->signature) {
	case SIGNATURE_MD5: return 2 + 2 + MD5_LEN;
	case SIGNATURE_AO: return 2 + AO_LEN;
	case SIGNATURE_NONE: break;
	}
	return 0;
}

void add_signature(const struct tcp *t, struct segment *seg)
{
	const struct tcb *tcb = t->tcb;
	const uint8_t blank[MD5_LEN] = {0};
	const uint8_t keys[AO_LEN] = {tcb->key_id, t->signing.receive_id};

	switch ((enum signature_kind)tcb->signature) {
	case SIGNATURE_MD5:
		options_put_nop(&seg->options);
		options_put_nop(&seg->options);
		options_put_other(&seg->options, OPTION_MD5, blank, MD5_LEN);
		break;
	case SIGNATURE_AO: options_put_other(&seg->options, OPTION_AO, keys, AO_LEN); break;
	case SIGNATURE_NONE: break;
	}
}

/* RFC 5925 §7.5: the peer has a key that it would rather see from us. */
static RARE void change_keys(struct tcp *t, const struct segment *seg)
{
	unsigned at = options_find(&seg->options, OPTION_AO);
	uint8_t next = seg->options.bytes[at + 3];

	if (t->tcb->signature != SIGNATURE_AO || next == t->tcb->key_id || !t->signing.next_is_ours)
		return;
	t->tcb->key_id = next;
	note(t, RULE_SIGNATURE_KEY_CHANGES);
}

/* Whether it carries a signature of the kind that is not `wanted`. TCP-AO that
 * nobody asked for is an option like any other (RFC 5925 §7.3); an MD5 digest
 * that cannot be compared has failed. */
static bool is_signed_otherwise(const struct segment *seg, uint8_t wanted)
{
	if (wanted == SIGNATURE_MD5)
		return (seg->options.has & HAS_AO) != 0;
	return (seg->options.has & HAS_MD5) != 0;
}

enum verdict check_signature(struct tcp *t, const struct segment *seg, uint8_t wanted)
{
	if (t->signing.finding == SIGNATURE_UNSEEN)
		return NEXT;
	if (is_signed_otherwise(seg, wanted))
		return drop(t, RULE_SIGNATURE_UNEXPECTED);
	if (wanted == SIGNATURE_NONE)
		return NEXT;
	switch ((enum signature_finding)t->signing.finding) {
	case SIGNATURE_LACKING: return drop(t, RULE_SIGNATURE_MISSING);
	case SIGNATURE_KEY_UNKNOWN: return drop(t, RULE_SIGNATURE_KEY_UNKNOWN);
	case SIGNATURE_DIFFERS: return drop(t, RULE_SIGNATURE_WRONG);
	case SIGNATURE_MATCHES:
	case SIGNATURE_UNSEEN: break;
	}
	if (wanted == SIGNATURE_AO)
		change_keys(t, seg);
	return NEXT;
}

/* Stream offsets never wrap, and −1 is the SYN's. Before the peer's SYN is here,
 * and in a SYN, there is nothing to count from: 0. */
uint32_t tcp_sequence_extension(const struct tcb *tcb, struct seq s, bool ours)
{
	struct seq isn = ours ? tcb->snd.iss : tcb->rcv.irs;
	int64_t offset = ours ? tcb_send_offset(tcb, s) : tcb_receive_offset(tcb, s);

	if (tcb->state == SYN_SENT || tcb->state == LISTEN)
		return 0;
	return (uint32_t)(((int64_t)isn.v + offset + 1) >> 32);
}
