/* netd_check.c — what tcplab-netd may be asked for. */
#include <string.h>

#include "live/netd.h"

static bool version_is_possible(const struct address *address)
{
	return address->version == 0 || address->version == 4 || address->version == 6;
}

/* A name ends, and says nothing but a name: IFNAMSIZ, dev_valid_name(). */
static bool is_name(const char name[NETD_NAME_MAX])
{
	size_t len = strnlen(name, NETD_NAME_MAX);

	if (len == NETD_NAME_MAX)
		return false;
	for (size_t i = 0; i < len; i++) {
		if (name[i] <= ' ' || name[i] > '~' || name[i] == '/')
			return false;
	}
	return true;
}

static const char *objection_to_own(const struct netd_request *request)
{
	static const uint8_t none[6];

	if (request->local.version == 0)
		return "an address of our own is not given";
	if (memcmp(request->mac, none, sizeof none) != 0 && (request->mac[0] & 3) != 2)
		return "a hardware address of our own must be a local one of a single station";
	return NULL;
}

static const char *objection(const struct netd_request *request)
{
	if (request->kind != NETD_REQUEST)
		return "it is of another edition of tcplab";
	if (request->way != GATE_RAW && request->way != GATE_OWN && request->way != GATE_TUN)
		return "there is no such way";
	if (!version_is_possible(&request->local) || !version_is_possible(&request->remote.address))
		return "an address is of no version of IP";
	if (request->local.version != 0 && address_is_unusable(&request->local))
		return "our address can be no host's";
	if (request->remote.address.version != 0 && address_is_unusable(&request->remote.address))
		return "TCP never talks to broadcast, multicast or unspecified addresses";
	if (request->remote.address.version != 0 && request->remote.port == 0)
		return "port 0 is nobody's";
	if (request->local.version != 0 && request->remote.address.version != 0 &&
	    request->local.version != request->remote.address.version)
		return "the addresses are of two versions of IP";
	if (!is_name(request->interface))
		return "the interface's name is none";
	return request->way == GATE_OWN ? objection_to_own(request) : NULL;
}

bool netd_request_is_valid(const void *octets, size_t len, const char **why)
{
	struct netd_request request;

	*why = "it has another length";
	if (len != sizeof request)
		return false;
	memcpy(&request, octets, sizeof request);
	*why = objection(&request);
	return *why == NULL;
}
