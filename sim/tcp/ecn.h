/* ecn.h — what a connection remembers of marks: ecn.c, accecn.c. RFC 3168, RFC 9768. */
#ifndef TCPLAB_TCP_ECN_H
#define TCPLAB_TCP_ECN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/seq.h"

/* RFC 9768 §3.2: what arrived with which codepoint. */
struct ecn_counters {
	uint32_t cep; /* packets with CE */
	uint32_t ceb; /* octets of text in packets with CE … */
	uint32_t e0b; /* … with ECT(0) */
	uint32_t e1b; /* … with ECT(1) */
};

struct ecn_variables {
	struct ecn_counters r;    /* of what we received */
	struct ecn_counters s;    /* of what we sent, as the peer tells it */
	struct ecn_counters told; /* of r: what the peer was told last */
	uint32_t cep_at_option;   /* s.cep when s.ceb was told last */
	uint32_t ts_val;          /* timestamp of the newest feedback */
	struct seq reduced_to;    /* SND.NXT when the window was reduced */
	uint8_t mode;             /* enum ecn_mode, entered once, by the first SYN */
	uint8_t asked;            /* enum ecn_mode: what our SYN asked for */
	uint8_t arrived;          /* codepoint of the peer's latest SYN */
	uint8_t counted;          /* enum accecn_field: counters of r that ever changed */
	bool reduced;             /* SND.UNA has not passed `reduced_to`: it is that window still */
	bool by_echo;             /* … reduced because of a mark, not of a loss */
	bool echo;                /* send ECE until CWR comes */
	bool cwr;                 /* send CWR with the next new text */
	bool plain_syn;           /* we sent a SYN that did not ask */
	bool incapable;           /* we send no ECT */
	bool unbelieved;          /* we do not respond to what the peer tells */
	bool fed_back;            /* the first ACE after the handshake was looked at */
	bool last_was_marked;     /* the packet that arrived last */
	bool handshake_ack;       /* the next pure ACK tells how the SYN,ACK arrived */
	bool first_text;          /* we opened, and have sent no text yet */
	bool syn_ack_counted;     /* a mark of the peer's SYN,ACK is in r.cep */
	bool option_seen;         /* an AccECN option has come */
	bool option_ignored;      /* … and the first was zeroed: we read none */
	bool rst_answered;        /* a RST answered our SYN: another goes that does not ask */
	uint8_t option;           /* enum accecn_option */
	uint16_t acked_mean;      /* packets that an ACK acknowledges, times 64: Appendix A.2 */
	bool zero[6];
};

#endif
