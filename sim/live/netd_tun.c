#include <net/if.h>
#include <string.h>

#include "live/netd.h"
#include "live/tun.h"

bool netd_open_tun(struct opened *opened)
{
	struct netd_answer *answer = &opened->answer;
	struct tun tun;

	if (!tun_open(&tun, &answer->err))
		return false;
	opened->outlet.in = tun.fd;
	answer->interface_index = if_nametoindex(tun.name);
	answer->mtu = tun.mtu;
	memcpy(answer->interface, tun.name, sizeof answer->interface);
	memcpy(answer->addresses, tun.ours, sizeof answer->addresses);
	memcpy(answer->kernels, tun.kernels, sizeof answer->kernels);
	return true;
}
