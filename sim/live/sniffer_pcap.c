/* sniffer_pcap.c — frames through libpcap.
 *
 * In immediate mode, since without it a frame waits for tens of milliseconds;
 * with a ring of 16 MB, since the usual 2 MB lose packets of a transfer on the
 * same machine. What libpcap does not hand on is the kernel's note of how a
 * super-packet was made (PACKET_VNET_HDR): those stay in one piece. */
#include <net/if.h>
#include <pcap/pcap.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
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
	struct bpf_program program;
	size_t size = (filter != NULL ? strlen(filter) : 0) + 100;
	char *both = memory_get(size);
	bool good = false;

	for (size_t i = 0; i < 2 && !good; i++) {
		if (filter != NULL)
			snprintf(both, size, "(%s) and (%s)", filter, ours[i]);
		else
			snprintf(both, size, "%s", ours[i]);
		good = pcap_compile(pcap, &program, both, 1, PCAP_NETMASK_UNKNOWN) == 0;
	}
	free(both);
	if (good) {
		good = pcap_setfilter(pcap, &program) == 0;
		pcap_freecode(&program);
	}
	return good || error_set(err, "the filter \"%s\" cannot be used: %s",
				 filter != NULL ? filter : "", pcap_geterr(pcap));
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

static bool refuse(pcap_t *pcap, int status, const char *interface, enum sniffer_trouble *trouble,
		   struct error *err)
{
	const char *more = pcap_geterr(pcap);

	switch (status) {
	case PCAP_ERROR_PERM_DENIED:
	case PCAP_ERROR_PROMISC_PERM_DENIED:
		*trouble = SNIFFER_NO_PRIVILEGE;
		return error_set(err,
				 "watching %s takes a privilege (CAP_NET_RAW): run it as root, or "
				 "`make install-live` once, which gives it to a small helper",
				 interface);
	case PCAP_ERROR_IFACE_NOT_UP:
		return error_set(err, "%s is down: ip link set %s up", interface, interface);
	default:
		return error_set(err, "%s cannot be watched: %s%s%s", interface,
				 pcap_statustostr(status), more[0] != '\0' ? ": " : "", more);
	}
}

static bool start(pcap_t *pcap, const char *interface, const char *filter,
		  enum sniffer_trouble *trouble, struct error *err)
{
	char reason[PCAP_ERRBUF_SIZE] = "";
	int status;

	pcap_set_snaplen(pcap, SNAP);
	pcap_set_immediate_mode(pcap, 1);
	pcap_set_timeout(pcap, 1);
	pcap_set_buffer_size(pcap, RING);
	pcap_set_tstamp_precision(pcap, PCAP_TSTAMP_PRECISION_NANO);
	status = pcap_activate(pcap);
	if (status < 0)
		return refuse(pcap, status, interface, trouble, err);
	if (!link_is_known(pcap_datalink(pcap)))
		return error_set(err,
				 "%s cannot be watched: its link type is %s, which tcplab does "
				 "not read",
				 interface, pcap_datalink_val_to_name(pcap_datalink(pcap)));
	if (filter != NULL && !filter_is_valid(pcap, filter, err))
		return false;
	if (!set_filter(pcap, filter, err))
		return false;
	if (pcap_setnonblock(pcap, 1, reason) != 0)
		return error_set(err, "%s cannot be watched: %s", interface, reason);
	return true;
}

struct sniffer *sniffer_open(const char *interface, const char *filter,
			     enum sniffer_trouble *trouble, struct error *err)
{
	char reason[PCAP_ERRBUF_SIZE] = "";
	struct sniffer *sniffer;
	struct state *state;
	pcap_t *pcap;

	*trouble = SNIFFER_BAD_INPUT;
	if (!interface_exists(interface, err))
		return NULL;
	pcap = pcap_create(interface, reason);
	if (pcap == NULL) {
		error_set(err, "%s cannot be watched: %s", interface, reason);
		return NULL;
	}
	if (!start(pcap, interface, filter, trouble, err)) {
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
