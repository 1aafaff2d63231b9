/* rack.h — what RACK-TLP remembers, by its names: rack.c, tlp.c. RFC 8985. */
#ifndef TCPLAB_TCP_RACK_H
#define TCPLAB_TCP_RACK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/nanos.h"
#include "base/seq.h"

/* RACK, §5.3 and §6.2; TLP, §7.1. */
struct rack_variables {
	nanos sent_at;      /* RACK.xmit_ts: when what was delivered and sent last had been sent */
	nanos rtt;          /* RACK.rtt: of that segment */
	nanos min_rtt;      /* of the last minutes … */
	nanos min_rtt_half; /* … and of those since then: */
	nanos half_since;
	nanos cut_at;           /* when ssthresh came down for the losses that are repaired now */
	nanos late;             /* how late what had gone again came, if it was overtaken */
	struct seq end;         /* RACK.end_seq: its end */
	struct seq fack;        /* RACK.fack: the highest end that was delivered */
	struct seq dsack_round; /* until SND.UNA passes this, one D-SACK counts */
	struct seq probe_end;   /* TLP.end_seq: SND.NXT after the probe */
	uint8_t reo_wnd_mult;
	uint8_t reo_wnd_persist; /* recoveries before it is 1 again */
	bool reordering_seen;
	bool in_dsack_round;
	bool probing;       /* a tail loss probe is out */
	bool probe_repeats; /* TLP.is_retrans */
	bool probe_due;     /* one segment of new text may go as the probe */
	bool measured;      /* a round trip, since the last probe: §7.3 */
};

#endif
