#include "live/route.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct question {
	struct nlmsghdr header;
	struct rtmsg route;
	uint8_t attributes[64];
};

union reply {
	struct nlmsghdr header;
	uint8_t bytes[4096];
};

static void put(struct question *q, unsigned short type, const void *value, size_t len)
{
	struct rtattr *a = (struct rtattr *)(void *)((char *)q + NLMSG_ALIGN(q->header.nlmsg_len));

	a->rta_type = type;
	a->rta_len = (unsigned short)RTA_LENGTH(len);
	memcpy(RTA_DATA(a), value, len);
	q->header.nlmsg_len = NLMSG_ALIGN(q->header.nlmsg_len) + RTA_ALIGN(a->rta_len);
}

static void get_address(const struct rtattr *a, uint8_t version, struct address *out)
{
	*out = (struct address){.version = version};
	memcpy(out->bytes, RTA_DATA(a), version == 6 ? 16 : 4);
}

static void read_reply(const struct nlmsghdr *header, uint8_t version, struct route *out)
{
	const struct rtmsg *route = NLMSG_DATA(header);
	int left = (int)RTM_PAYLOAD(header);

	out->is_local = route->rtm_type == RTN_LOCAL;
	out->is_for_many = route->rtm_type == RTN_BROADCAST || route->rtm_type == RTN_MULTICAST ||
			   route->rtm_type == RTN_ANYCAST;
	for (const struct rtattr *a = RTM_RTA(route); RTA_OK(a, left); a = RTA_NEXT(a, left)) {
		switch (a->rta_type) {
		case RTA_OIF: memcpy(&out->interface, RTA_DATA(a), sizeof out->interface); break;
		case RTA_PREFSRC: get_address(a, version, &out->source); break;
		case RTA_GATEWAY: get_address(a, version, &out->gateway); break;
		default: break;
		}
	}
}

static int ask(const struct question *q, union reply *reply)
{
	int s = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	ssize_t got = -1;

	if (s < 0)
		return errno;
	if (send(s, q, q->header.nlmsg_len, 0) >= 0)
		got = recv(s, reply, sizeof *reply, 0);
	close(s);
	if (got < (ssize_t)NLMSG_LENGTH(sizeof(struct rtmsg)) ||
	    !NLMSG_OK(&reply->header, (size_t)got))
		return EIO;
	if (reply->header.nlmsg_type == NLMSG_ERROR)
		return -((const struct nlmsgerr *)NLMSG_DATA(&reply->header))->error;
	return 0;
}

bool route_to(const struct address *to, unsigned interface, struct route *out, struct error *err)
{
	struct question q = {
		.header = {.nlmsg_len = NLMSG_LENGTH(sizeof(struct rtmsg)),
			   .nlmsg_type = RTM_GETROUTE,
			   .nlmsg_flags = NLM_F_REQUEST},
		.route = {.rtm_family = to->version == 6 ? AF_INET6 : AF_INET,
			  .rtm_dst_len = to->version == 6 ? 128 : 32},
	};
	char text[ADDRESS_TEXT_MAX];
	union reply reply;
	int problem;

	*out = (struct route){.interface = 0};
	put(&q, RTA_DST, to->bytes, to->version == 6 ? 16 : 4);
	if (interface != 0)
		put(&q, RTA_OIF, &interface, sizeof interface);
	problem = ask(&q, &reply);
	if (problem == 0) {
		read_reply(&reply.header, to->version, out);
		return true;
	}
	address_format(to, text);
	return error_set(err, "no way leads from this machine to %s: %s", text, strerror(problem));
}
