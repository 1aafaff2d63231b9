#include "live/resolve.h"

#include <netdb.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

static void read_address(const struct sockaddr *from, struct address *out)
{
	*out = (struct address){.version = from->sa_family == AF_INET6 ? 6 : 4};
	if (out->version == 6)
		memcpy(out->bytes, &((const struct sockaddr_in6 *)(const void *)from)->sin6_addr,
		       16);
	else
		memcpy(out->bytes, &((const struct sockaddr_in *)(const void *)from)->sin_addr, 4);
}

bool resolve(const char *name, uint8_t version, struct address *out, struct error *err)
{
	struct addrinfo wanted = {.ai_family = version == 4   ? AF_INET
					       : version == 6 ? AF_INET6
							      : AF_UNSPEC,
				  .ai_socktype = SOCK_STREAM};
	struct addrinfo *found;
	int problem;

	if (address_parse(out, name) && (version == 0 || version == out->version))
		return !address_is_unusable(out) ||
		       error_set(err, "%s is no host's address: TCP never talks to it", name);
	problem = getaddrinfo(name, NULL, &wanted, &found);
	if (problem != 0)
		return error_set(err, "%s: no address is known: %s", name, gai_strerror(problem));
	read_address(found->ai_addr, out);
	freeaddrinfo(found);
	return !address_is_unusable(out) ||
	       error_set(err, "%s is no host's address: TCP never talks to it", name);
}
