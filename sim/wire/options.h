/* options.h — the options of a TCP header. RFC 9293 §3.2 and the RFCs named
 * beside each.
 *
 * The bytes are the truth: they are what is sent, order and padding
 * included, so that parsing and emitting are exact inverses. The other
 * fields say what the bytes mean. options_parse() fills them from the
 * bytes; the options_put_…() functions append to both. */
#ifndef TCPLAB_WIRE_OPTIONS_H
#define TCPLAB_WIRE_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/seq.h"

enum option_kind {
	OPTION_EOL = 0,
	OPTION_NOP = 1,
	OPTION_MSS = 2,            /* RFC 9293 §3.7.1 */
	OPTION_WINDOW_SCALE = 3,   /* RFC 7323 §2 */
	OPTION_SACK_PERMITTED = 4, /* RFC 2018 §2 */
	OPTION_SACK = 5,           /* RFC 2018 §3 */
	OPTION_TIMESTAMPS = 8,     /* RFC 7323 §3 */
	OPTION_MD5 = 19,           /* RFC 2385 */
	OPTION_USER_TIMEOUT = 28,  /* RFC 5482 */
	OPTION_AO = 29,            /* RFC 5925 */
	OPTION_FAST_OPEN = 34,     /* RFC 7413 */
	OPTION_ACCECN0 = 172,      /* RFC 9768 */
	OPTION_ACCECN1 = 174,
};

enum { OPTIONS_LEN_MAX = 40, SACK_BLOCKS_MAX = 4, FAST_OPEN_COOKIE_MAX = 16 };

/* Which fields below are meaningful: bits of options.has. */
enum {
	HAS_MSS = 1 << 0,
	HAS_WINDOW_SCALE = 1 << 1,
	HAS_SACK_PERMITTED = 1 << 2,
	HAS_SACK = 1 << 3,
	HAS_TIMESTAMPS = 1 << 4,
	HAS_USER_TIMEOUT = 1 << 5,
	HAS_FAST_OPEN = 1 << 6,
	HAS_MD5 = 1 << 7,
	HAS_AO = 1 << 8,
	HAS_ACCECN = 1 << 9,
	HAS_END = 1 << 13,       /* an end-of-list: reading stopped there */
	HAS_UNKNOWN = 1 << 14,   /* an option of a kind not listed: skipped, MUST-6 */
	HAS_MALFORMED = 1 << 15, /* an illegal length: reading stopped there, MUST-7 */
};

/* RFC 9768 §3.2.3: what an AccECN option counts, octets of text by the ECN
 * codepoint with which they arrived. */
enum accecn_field {
	ACCECN_E0B = 1 << 0, /* ECT(0) */
	ACCECN_CEB = 1 << 1, /* CE */
	ACCECN_E1B = 1 << 2, /* ECT(1) */
};

/* Octets left … right−1 have arrived. */
struct sack_block {
	struct seq left;
	struct seq right;
};

struct options {
	uint8_t bytes[OPTIONS_LEN_MAX]; /* as on the wire; beyond `len` all 0 */
	uint8_t len;                    /* 0 … 40; emitted padded to a multiple of 4 */
	uint8_t window_scale;           /* shift count as sent, 0 … 255 */
	uint16_t has;
	uint16_t mss;
	uint16_t user_timeout; /* as on the wire: granularity bit and 15 bits */
	uint32_t ts_val;
	uint32_t ts_ecr;
	struct sack_block sack[SACK_BLOCKS_MAX];
	uint8_t sack_count;
	uint8_t fast_open_len; /* 0 is a request for a cookie */
	uint8_t fast_open[FAST_OPEN_COOKIE_MAX];
	uint8_t accecn_fields; /* which of the next three are there: bits of enum accecn_field */
	uint8_t unused;        /* 0; keeps the struct free of padding */
	uint32_t accecn_e0b;   /* 24 bits each */
	uint32_t accecn_ceb;
	uint32_t accecn_e1b;
};

/* Reads `len` bytes (0 … 40) into `o`. Total: any bytes give an answer. A
 * known kind with a wrong length is malformed; the first of two equal
 * options counts. */
void options_parse(struct options *o, const uint8_t *bytes, size_t len);

/* How many bytes the option at o->bytes[at] takes: 1 for NOP and EOL, the
 * length it states for others, or 0 where that is illegal: under 2, beyond
 * `len`, or not one that its kind can have. `at` < len. */
unsigned options_size_at(const struct options *o, unsigned at);

/* Where the first option of `kind` stands in o->bytes, or OPTION_MISSING. */
enum { OPTION_MISSING = OPTIONS_LEN_MAX };
unsigned options_find(const struct options *o, uint8_t kind);

/* Each appends one option; false and unchanged where 40 bytes do not suffice.
 * The result is what options_parse() would read from the same bytes: an
 * option put behind an end-of-list or a malformed one has no meaning. */
bool options_put_nop(struct options *o);
bool options_put_mss(struct options *o, uint16_t mss);
bool options_put_window_scale(struct options *o, uint8_t shift);
bool options_put_sack_permitted(struct options *o);
/* `count` is 1 … 4. */
bool options_put_sack(struct options *o, const struct sack_block *blocks, unsigned count);
bool options_put_timestamps(struct options *o, uint32_t val, uint32_t ecr);
/* Behind two NOPs, as RFC 7323 Appendix A wants it. */
bool options_put_timestamps_aligned(struct options *o, uint32_t val, uint32_t ecr);
bool options_put_user_timeout(struct options *o, uint16_t value);
/* `len` is 0, or even and 4 … 16 (RFC 7413 §4.1.1). */
bool options_put_fast_open(struct options *o, const uint8_t *cookie, unsigned len);
/* The first `count` (0 … 3) of EE0B, ECEB, EE1B, or with `order1` of EE1B,
 * ECEB, EE0B: the lowest 24 bits of each. */
bool options_put_accecn(struct options *o, bool order1, unsigned count, uint32_t e0b, uint32_t ceb,
			uint32_t e1b);
/* Any kind but EOL and NOP, with `len` bytes of data behind kind and length. */
bool options_put_other(struct options *o, uint8_t kind, const uint8_t *data, unsigned len);

#endif
