#include "net/signature.h"

#include <assert.h>
#include <string.h>

#include <nettle/cmac.h>
#include <nettle/hmac.h>
#include <nettle/md5.h>
#include <nettle/memops.h>

#include "base/bytes.h"

enum { AO_MAC_LEN = 12, AO_MAC_AT = 4, MD5_AT = 2, CMAC_KEY_LEN = 16 };

/* ---- which key ---- */

static bool is_for(const struct signing_key *key, const struct address *peer)
{
	return peer->version != 0 &&
	       (address_eq(&key->peer[0], peer) || address_eq(&key->peer[1], peer));
}

/* The last one whose time has come; before any has, the first. */
static const struct signing_key *preferred(const struct signing_keys *keys,
					   const struct address *peer, nanos now)
{
	const struct signing_key *best = NULL;

	for (unsigned i = 0; i < keys->count; i++) {
		const struct signing_key *key = &keys->all[i];

		if (is_for(key, peer) && (best == NULL || key->from <= now))
			best = key;
	}
	return best;
}

static const struct signing_key *key_named(const struct signing_keys *keys,
					   const struct address *peer, bool sending, uint8_t id)
{
	for (unsigned i = 0; i < keys->count; i++) {
		const struct signing_key *key = &keys->all[i];

		if (is_for(key, peer) && key->algorithm != SIGNING_MD5 &&
		    (sending ? key->send_id : key->receive_id) == id)
			return key;
	}
	return NULL;
}

struct signing signing_with(const struct signing_keys *keys, const struct address *peer, nanos now)
{
	const struct signing_key *key = preferred(keys, peer, now);

	if (key == NULL)
		return (struct signing){.kind = SIGNATURE_NONE};
	if (key->algorithm == SIGNING_MD5)
		return (struct signing){.kind = SIGNATURE_MD5};
	return (struct signing){
		.kind = SIGNATURE_AO, .send_id = key->send_id, .receive_id = key->receive_id};
}

/* ---- what is signed ---- */

/* The pseudo-header of RFC 9293 §3.1, or of RFC 8200 §8.1. */
static size_t pseudo_header(const struct packet *packet, uint8_t out[40])
{
	size_t address_len = packet->src.version == 4 ? 4 : 16;
	uint32_t len = (uint32_t)segment_header_len(&packet->tcp) + packet->tcp.len;
	uint8_t *rest = out + 2 * address_len;

	memcpy(out, packet->src.bytes, address_len);
	memcpy(out + address_len, packet->dst.bytes, address_len);
	if (packet->src.version == 4) {
		put_be16(rest, PROTOCOL_TCP);
		put_be16(rest + 2, (uint16_t)len);
		return 2 * address_len + 4;
	}
	put_be32(rest, len);
	put_be32(rest + 4, PROTOCOL_TCP);
	return 2 * address_len + 8;
}

/* The header with a checksum of 0, as segment_emit() writes it, and with zeros in place of
 * the MAC; without the other options where these are not covered. */
static size_t header_for_mac(const struct segment *seg, bool text_only, uint8_t out[TCP_HEADER_MAX])
{
	size_t len = segment_emit(seg, out);
	unsigned at = TCP_HEADER_MIN + options_find(&seg->options, OPTION_AO);

	assert(at + AO_MAC_AT + AO_MAC_LEN <= len);
	memset(out + at + AO_MAC_AT, 0, AO_MAC_LEN);
	if (!text_only)
		return len;
	memmove(out + TCP_HEADER_MIN, out + at, AO_MAC_AT + AO_MAC_LEN);
	return TCP_HEADER_MIN + AO_MAC_AT + AO_MAC_LEN;
}

void md5_of_segment(const struct signing_key *key, const struct packet *packet, const uint8_t *text,
		    uint8_t out[16])
{
	uint8_t pseudo[40];
	uint8_t header[TCP_HEADER_MAX];
	struct md5_ctx md5;

	md5_init(&md5);
	md5_update(&md5, pseudo_header(packet, pseudo), pseudo);
	segment_emit(&packet->tcp, header);
	md5_update(&md5, TCP_HEADER_MIN, header); /* its options are not covered */
	md5_update(&md5, packet->tcp.len, text);
	md5_update(&md5, key->secret_len, key->secret);
	md5_digest(&md5, MD5_DIGEST_SIZE, out);
}

/* ---- TCP-AO ---- */

/* i || Label || Context || Output_Length, RFC 5926 §3.1.1. */
static size_t derivation_input(const struct packet *packet, struct seq src_isn, struct seq dst_isn,
			       uint16_t bits, uint8_t out[60])
{
	static const uint8_t begin[] = {1, 'T', 'C', 'P', '-', 'A', 'O'};
	size_t address_len = packet->src.version == 4 ? 4 : 16;
	uint8_t *at = out + sizeof begin;

	memcpy(out, begin, sizeof begin);
	memcpy(at, packet->src.bytes, address_len);
	memcpy(at + address_len, packet->dst.bytes, address_len);
	at += 2 * address_len;
	put_be16(at, packet->tcp.src_port);
	put_be16(at + 2, packet->tcp.dst_port);
	put_be32(at + 4, src_isn.v);
	put_be32(at + 8, dst_isn.v);
	put_be16(at + 12, bits);
	return (size_t)(at + 14 - out);
}

static void cmac(const uint8_t key[CMAC_KEY_LEN], size_t len, const uint8_t *bytes,
		 uint8_t out[CMAC_KEY_LEN])
{
	struct cmac_aes128_ctx ctx;

	cmac_aes128_set_key(&ctx, key);
	cmac_aes128_update(&ctx, len, bytes);
	cmac_aes128_digest(&ctx, CMAC_KEY_LEN, out);
}

unsigned traffic_key(const struct signing_key *key, const struct packet *packet, struct seq src_isn,
		     struct seq dst_isn, uint8_t out[TRAFFIC_KEY_MAX])
{
	static const uint8_t zeros[CMAC_KEY_LEN];
	uint8_t input[60];
	uint8_t master[CMAC_KEY_LEN];
	bool sha1 = key->algorithm == SIGNING_HMAC_SHA1;
	size_t len = derivation_input(packet, src_isn, dst_isn, sha1 ? 160 : 128, input);
	struct hmac_sha1_ctx hmac;

	if (sha1) {
		hmac_sha1_set_key(&hmac, key->secret_len, key->secret);
		hmac_sha1_update(&hmac, len, input);
		hmac_sha1_digest(&hmac, TRAFFIC_KEY_MAX, out);
		return TRAFFIC_KEY_MAX;
	}
	/* A secret of another length than the cipher's key becomes one first. */
	if (key->secret_len == CMAC_KEY_LEN)
		memcpy(master, key->secret, CMAC_KEY_LEN);
	else
		cmac(zeros, key->secret_len, key->secret, master);
	cmac(master, len, input, out);
	return CMAC_KEY_LEN;
}

void mac_of_segment(const struct signing_key *key, const uint8_t *traffic, uint32_t extension,
		    const struct packet *packet, const uint8_t *text, uint8_t out[AO_MAC_LEN])
{
	uint8_t sne[4];
	uint8_t pseudo[40];
	uint8_t header[TCP_HEADER_MAX];
	size_t pseudo_len = pseudo_header(packet, pseudo);
	size_t header_len = header_for_mac(&packet->tcp, key->text_only, header);

	put_be32(sne, extension);
	if (key->algorithm == SIGNING_HMAC_SHA1) {
		struct hmac_sha1_ctx ctx;

		hmac_sha1_set_key(&ctx, TRAFFIC_KEY_MAX, traffic);
		hmac_sha1_update(&ctx, sizeof sne, sne);
		hmac_sha1_update(&ctx, pseudo_len, pseudo);
		hmac_sha1_update(&ctx, header_len, header);
		hmac_sha1_update(&ctx, packet->tcp.len, text);
		hmac_sha1_digest(&ctx, AO_MAC_LEN, out);
	} else {
		struct cmac_aes128_ctx ctx;

		cmac_aes128_set_key(&ctx, traffic);
		cmac_aes128_update(&ctx, sizeof sne, sne);
		cmac_aes128_update(&ctx, pseudo_len, pseudo);
		cmac_aes128_update(&ctx, header_len, header);
		cmac_aes128_update(&ctx, packet->tcp.len, text);
		cmac_aes128_digest(&ctx, AO_MAC_LEN, out);
	}
}

/* What a traffic key and a MAC hang on, beside the segment itself. */
struct numbers {
	struct seq src_isn;
	struct seq dst_isn;
	uint32_t extension;
};

/* A SYN is signed by its own ISN alone, a SYN,ACK by its own and the one that it
 * answers (RFC 5925 §5.2). A listener that remembers no SYN (RFC 4987) reads the
 * ISNs out of the segment: of its SYN,ACK, and of the ACK that answers it. */
static struct numbers numbers_of(const struct tcb *tcb, bool ours, const struct segment *seg)
{
	struct numbers n = {.src_isn = ours ? tcb->snd.iss : tcb->rcv.irs,
			    .dst_isn = ours ? tcb->rcv.irs : tcb->snd.iss};

	if (tcb->state == LISTEN) {
		n.src_isn = seq_sub(seg->seq, 1);
		n.dst_isn = seq_sub(seg->ack, 1);
		n.extension = seg->seq.v == 0;
	} else {
		n.extension = tcp_sequence_extension(tcb, seg->seq, ours);
	}
	if (seg->flags & SYN) {
		n.src_isn = seg->seq;
		n.extension = 0;
		if (!(seg->flags & ACK))
			n.dst_isn = seq_of(0);
	}
	return n;
}

/* The MAC of a segment of this connection. */
static void mac_in_connection(const struct signing_key *key, const struct tcb *tcb, bool ours,
			      const struct packet *packet, const uint8_t *text,
			      uint8_t out[AO_MAC_LEN])
{
	struct numbers n = numbers_of(tcb, ours, &packet->tcp);
	uint8_t traffic[TRAFFIC_KEY_MAX];

	traffic_key(key, packet, n.src_isn, n.dst_isn, traffic);
	mac_of_segment(key, traffic, n.extension, packet, text, out);
}

/* ---- writing and reading the option ---- */

void signature_write(const struct signing_keys *keys, const struct tcb *tcb, struct packet *packet,
		     const uint8_t *text)
{
	struct options *o = &packet->tcp.options;
	const struct signing_key *key;
	unsigned at;

	if (o->has & HAS_MD5) {
		at = options_find(o, OPTION_MD5);
		key = preferred(keys, &packet->dst, 0);
		assert(at != OPTION_MISSING && key != NULL);
		md5_of_segment(key, packet, text, o->bytes + at + MD5_AT);
	} else if (o->has & HAS_AO) {
		at = options_find(o, OPTION_AO);
		assert(at != OPTION_MISSING);
		key = key_named(keys, &packet->dst, true, o->bytes[at + 2]);
		assert(key != NULL);
		mac_in_connection(key, tcb, true, packet, text, o->bytes + at + AO_MAC_AT);
	}
}

static enum signature_finding compare(const uint8_t *theirs, const uint8_t *ours, size_t len)
{
	return memeql_sec(theirs, ours, len) ? SIGNATURE_MATCHES : SIGNATURE_DIFFERS;
}

static enum signature_finding verify_md5(const struct signing_key *key, const struct packet *packet,
					 const uint8_t *text)
{
	unsigned at = options_find(&packet->tcp.options, OPTION_MD5);
	uint8_t digest[SIGNATURE_MAX];

	if (at == OPTION_MISSING)
		return SIGNATURE_LACKING;
	md5_of_segment(key, packet, text, digest);
	return compare(packet->tcp.options.bytes + at + MD5_AT, digest, sizeof digest);
}

static enum signature_finding verify_ao(const struct signing_keys *keys, const struct tcb *tcb,
					const struct packet *packet, const uint8_t *text,
					bool *next_is_ours)
{
	const struct options *o = &packet->tcp.options;
	unsigned at = options_find(o, OPTION_AO);
	const struct signing_key *key;
	uint8_t mac[AO_MAC_LEN];

	if (at == OPTION_MISSING)
		return SIGNATURE_LACKING;
	key = key_named(keys, &packet->src, false, o->bytes[at + 2]);
	if (key == NULL)
		return SIGNATURE_KEY_UNKNOWN;
	if (o->bytes[at + 1] != AO_MAC_AT + AO_MAC_LEN)
		return SIGNATURE_DIFFERS;
	mac_in_connection(key, tcb, false, packet, text, mac);
	*next_is_ours = key_named(keys, &packet->src, true, o->bytes[at + 3]) != NULL;
	return compare(o->bytes + at + AO_MAC_AT, mac, sizeof mac);
}

void signature_verify(const struct signing_keys *keys, const struct tcb *tcb,
		      const struct packet *packet, const uint8_t *text, struct signing *signing)
{
	switch ((enum signature_kind)signing->kind) {
	case SIGNATURE_NONE: signing->finding = SIGNATURE_LACKING; break;
	case SIGNATURE_MD5:
		signing->finding = verify_md5(preferred(keys, &packet->src, 0), packet, text);
		break;
	case SIGNATURE_AO:
		signing->finding = verify_ao(keys, tcb, packet, text, &signing->next_is_ours);
		break;
	}
}
