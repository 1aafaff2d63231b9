/* ways_linux.c — the ways to the network that Linux has. */
#include "live/gate_inside.h"
#include "live/tun.h"

const struct gate_functions *const gate_ways_here[GATE_WAYS] = {
	[GATE_RAW] = &gate_raw,     [GATE_OWN] = &gate_own,   [GATE_TUN] = &gate_tun,
	[GATE_SPACE] = &gate_space, [GATE_PCAP] = &gate_pcap,
};

bool gate_is_behind_tun(const struct address *address)
{
	return tun_leads_to(address);
}
