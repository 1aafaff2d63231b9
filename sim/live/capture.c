#include "live/capture.h"

#ifdef __linux__
#define PRIVILEGE "CAP_NET_RAW: run it as root"
#else
#define PRIVILEGE "to open /dev/bpf: run it as root"
#endif

static bool refuse(pcap_t *pcap, int status, const char *interface, bool *denied, struct error *err)
{
	const char *more = pcap_geterr(pcap);

	switch (status) {
	case PCAP_ERROR_PERM_DENIED:
	case PCAP_ERROR_PROMISC_PERM_DENIED:
		*denied = true;
		return error_set(err, "capturing on %s takes a privilege (" PRIVILEGE ")",
				 interface);
	case PCAP_ERROR_NO_SUCH_DEVICE:
		return error_set(err, "there is no interface \"%s\" here", interface);
	case PCAP_ERROR_IFACE_NOT_UP:
		return error_set(err, "%s is down: ip link set %s up, or ifconfig %s up", interface,
				 interface, interface);
	default:
		return error_set(err, "nothing can be captured on %s: %s%s%s", interface,
				 pcap_statustostr(status), more[0] != '\0' ? ": " : "", more);
	}
}

static bool start(pcap_t *pcap, const char *interface, const struct capture_setup *setup,
		  bool *denied, struct error *err)
{
	char reason[PCAP_ERRBUF_SIZE] = "";
	int status;

	pcap_set_snaplen(pcap, setup->snap);
	pcap_set_promisc(pcap, setup->promiscuous);
	pcap_set_immediate_mode(pcap, 1);
	pcap_set_timeout(pcap, 1);
	pcap_set_buffer_size(pcap, setup->ring);
	pcap_set_tstamp_precision(pcap, PCAP_TSTAMP_PRECISION_NANO);
	status = pcap_activate(pcap);
	if (status < 0)
		return refuse(pcap, status, interface, denied, err);
	return pcap_setnonblock(pcap, 1, reason) == 0 ||
	       error_set(err, "nothing can be captured on %s: %s", interface, reason);
}

pcap_t *capture_open(const char *interface, const struct capture_setup *setup, bool *denied,
		     struct error *err)
{
	char reason[PCAP_ERRBUF_SIZE] = "";
	pcap_t *pcap = pcap_create(interface, reason);

	*denied = false;
	if (pcap == NULL)
		error_set(err, "nothing can be captured on %s: %s", interface, reason);
	else if (start(pcap, interface, setup, denied, err))
		return pcap;
	else
		pcap_close(pcap);
	return NULL;
}

bool capture_filter(pcap_t *pcap, const char *filter, struct error *err)
{
	struct bpf_program program;
	bool good = pcap_compile(pcap, &program, filter, 1, PCAP_NETMASK_UNKNOWN) == 0;

	if (good) {
		good = pcap_setfilter(pcap, &program) == 0;
		pcap_freecode(&program);
	}
	return good || error_set(err, "%s", pcap_geterr(pcap));
}
