/* sniffer_pcap.c — frames through libpcap.
 *
 * With a ring of 16 MB, since the usual 2 MB lose packets of a transfer on the
 * same machine. What libpcap does not hand on is the kernel's note of how a
 * super-packet was made (PACKET_VNET_HDR): those stay in one piece. */
#include <net/if.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "live/capture.h"
#include "live/sniffer.h"
#include "record/memory.h"
#include "wire/link.h"

enum {
	SNAP = 256, /* the longest headers: Ethernet, VLAN tags, IP and TCP with options */
	RING = 16 << 20,
};

struct state {
	pcap_t *pcap;
	int64_t unit; /* of the fraction of a second, in ns */
	void (*each)(void *who, struct trace_frame *frame);
	void *who;
};

/* ---- frames ---- */

static void hand_on(u_char *user, const struct pcap_pkthdr *header, const u_char *bytes)
{
	struct state *state = (struct state *)user;
	struct trace_frame frame = {
		.time = nanos_from_s(header->ts.tv_sec) + header->ts.tv_usec * state->unit,
		.bytes = bytes,
		.len = header->caplen,
		.wire_len = header->len,
	};

	state->each(state->who, &frame);
}

static bool take(struct sniffer *sniffer, void (*each)(void *who, struct trace_frame *frame),
		 void *who, struct error *err)
{
	struct state *state = sniffer->state;
	int got;

	state->each = each;
	state->who = who;
	got = pcap_dispatch(state->pcap, -1, hand_on, (u_char *)state);
	return got >= 0 || error_set(err, "%s", pcap_geterr(state->pcap));
}

static void counts(struct sniffer *sniffer, struct sniffer_counts *out)
{
	struct state *state = sniffer->state;
	struct pcap_stat stat;

	*out = (struct sniffer_counts){0};
	if (pcap_stats(state->pcap, &stat) == 0)
		out->lost = (uint64_t)stat.ps_drop + stat.ps_ifdrop;
}

static void close_it(struct sniffer *sniffer)
{
	struct state *state = sniffer->state;

	pcap_close(state->pcap);
	free(state);
	free(sniffer);
}

/* ---- which interface ---- */

void sniffer_name_interfaces(const char *what, struct error *err)
{
	struct if_nameindex *all = if_nameindex();
	char buf[600];
	struct text text = text_in(buf, sizeof buf);

	for (size_t i = 0; all != NULL && all[i].if_index != 0; i++)
		text_addf(&text, "%s, ", all[i].if_name);
	text_add(&text, "and any, which is all of them");
	error_set(err, "%s: there are %s", what, buf);
	if (all != NULL)
		if_freenameindex(all);
}

static bool interface_exists(const char *interface, struct error *err)
{
	char what[100];

	if (strcmp(interface, "any") == 0 ||
	    (strlen(interface) < IF_NAMESIZE && if_nametoindex(interface) != 0))
		return true;
	snprintf(what, sizeof what, "there is no interface \"%.60s\"", interface);
	sniffer_name_interfaces(what, err);
	return false;
}

/* ---- the filter ---- */

static bool set_filter(pcap_t *pcap, const char *filter, struct error *err)
{
	/* In this order: what "vlan" says counts for all that follows it. */
	static const char *const ours[] = {
		"tcp or icmp or icmp6 or (vlan and (tcp or icmp or icmp6))",
		"tcp or icmp or icmp6", /* where the link knows no VLANs */
	};
	size_t size = (filter != NULL ? strlen(filter) : 0) + 100;
	char *both = memory_get(size);
	struct error why;
	bool good = false;

	for (size_t i = 0; i < 2 && !good; i++) {
		if (filter != NULL)
			snprintf(both, size, "(%s) and (%s)", filter, ours[i]);
		else
			snprintf(both, size, "%s", ours[i]);
		good = capture_filter(pcap, both, &why);
	}
	free(both);
	return good || error_set(err, "the filter \"%.300s\" cannot be used: %.300s",
				 filter != NULL ? filter : "", why.text);
}

/* Alone, so that what libpcap says is about what was given. */
static bool filter_is_valid(pcap_t *pcap, const char *filter, struct error *err)
{
	struct bpf_program program;

	if (pcap_compile(pcap, &program, filter, 1, PCAP_NETMASK_UNKNOWN) != 0)
		return error_set(err, "the filter \"%.300s\" is wrong: %s (man pcap-filter)",
				 filter, pcap_geterr(pcap));
	pcap_freecode(&program);
	return true;
}

/* ---- opening ---- */

static bool is_usable(pcap_t *pcap, const char *interface, const char *filter, struct error *err)
{
	if (!link_is_known(pcap_datalink(pcap)))
		return error_set(err,
				 "%s cannot be watched: its link type is %s, which tcplab does "
				 "not read",
				 interface, pcap_datalink_val_to_name(pcap_datalink(pcap)));
	if (filter != NULL && !filter_is_valid(pcap, filter, err))
		return false;
	return set_filter(pcap, filter, err);
}

struct sniffer *sniffer_open(const char *interface, const char *filter,
			     enum sniffer_trouble *trouble, struct error *err)
{
	const struct capture_setup setup = {.snap = SNAP, .ring = RING};
	struct sniffer *sniffer;
	struct state *state;
	bool denied;
	pcap_t *pcap;

	*trouble = SNIFFER_BAD_INPUT;
	if (!interface_exists(interface, err))
		return NULL;
	pcap = capture_open(interface, &setup, &denied, err);
	if (denied)
		*trouble = SNIFFER_NO_PRIVILEGE;
	if (pcap == NULL)
		return NULL;
	if (!is_usable(pcap, interface, filter, err)) {
		pcap_close(pcap);
		return NULL;
	}
	state = memory_get(sizeof *state);
	*state = (struct state){
		.pcap = pcap,
		.unit = pcap_get_tstamp_precision(pcap) == PCAP_TSTAMP_PRECISION_NANO ? 1 : 1000,
	};
	sniffer = memory_get(sizeof *sniffer);
	*sniffer = (struct sniffer){
		.link_type = pcap_datalink(pcap),
		.fd = pcap_get_selectable_fd(pcap),
		.take = take,
		.counts = counts,
		.close = close_it,
		.state = state,
	};
	return sniffer;
}
