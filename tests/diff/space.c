#define _GNU_SOURCE /* unshare() */

#include "tests/diff/space.h"

#include <errno.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct pin {
	const char *name; /* below /proc/sys/net/ipv4 */
	const char *value;
	bool needed; /* kernels that do not know it are no good here */
};

static const struct pin pins[] = {
	/* Challenge ACKs are limited by RFC 5961 §7; who counts them sees chance. */
	{"tcp_challenge_ack_limit", "2147483647", false},
	{"tcp_invalid_ratelimit", "0", true},
	{"tcp_syncookies", "0", true},
	{"tcp_fastopen", "0", true},
	{"tcp_timestamps", "1", true},
	{"tcp_sack", "1", true},
	{"tcp_dsack", "1", true},
	{"tcp_ecn", "2", true},
	/* The only one that each namespace may choose; ours does the same. */
	{"tcp_congestion_control", "reno", true},
	{"tcp_no_metrics_save", "1", true}, /* each sequence by itself */
	{"tcp_early_retrans", "0", false},  /* no tail loss probe: it is a timer */
	{"tcp_comp_sack_nr", "0", false},   /* no ACK is held back, as by the route's quickack */
	{"tcp_autocorking", "0", false},
	{"tcp_moderate_rcvbuf", "0", false},
	{"tcp_mtu_probing", "0", false},
	{"tcp_rmem", "4096 131072 6291456", false},
	{"tcp_max_syn_backlog", "65536", false},
	{"tcp_stdurg", "0", false},
	{"tcp_rfc1337", "0", false},
	{"tcp_tw_reuse", "0", false},
};

static bool write_line(const char *path, const char *line)
{
	FILE *f = fopen(path, "w");
	bool fine = f != NULL && fputs(line, f) >= 0;

	return f != NULL && fclose(f) == 0 && fine;
}

/* We are root in there, and who we were out here. */
bool space_enter(struct tun *tun, struct error *err)
{
	char uids[48];
	char gids[48];

	snprintf(uids, sizeof uids, "0 %u 1\n", (unsigned)getuid());
	snprintf(gids, sizeof gids, "0 %u 1\n", (unsigned)getgid());
	if (unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0 ||
	    !write_line("/proc/self/setgroups", "deny\n") ||
	    !write_line("/proc/self/uid_map", uids) || !write_line("/proc/self/gid_map", gids))
		return error_set(err, "a user namespace could not be made: %s", strerror(errno));
	return tun_open(tun, err);
}

/* The route to the peer says that each segment is acknowledged at once. */
static bool answer_quickly(const struct tun *tun)
{
	char command[400];
	char peer[ADDRESS_TEXT_MAX];

	for (unsigned i = 0; i < 2; i++) {
		if (tun->ours[i].version == 0)
			continue;
		address_format(&tun->ours[i], peer);
		snprintf(command, sizeof command,
			 "PATH=$PATH:/usr/sbin:/sbin ip route replace %s dev %s quickack 1", peer,
			 tun->name);
		if (system(command) != 0)
			return false;
	}
	return true;
}

/* A new IPv6 address cannot be used at once. */
static bool address_is_there(const struct tun *tun)
{
	struct sockaddr_in6 own = {.sin6_family = AF_INET6};
	bool bound = tun->kernels[1].version == 0;

	memcpy(&own.sin6_addr, tun->kernels[1].bytes, sizeof own.sin6_addr);
	for (unsigned i = 0; i < 500 && !bound; i++) {
		int s = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);

		bound = bind(s, (struct sockaddr *)&own, sizeof own) == 0;
		close(s);
		if (!bound)
			usleep(10000);
	}
	return bound;
}

bool space_pin(const struct tun *tun, struct error *err)
{
	char path[120];

	for (unsigned i = 0; i < sizeof pins / sizeof pins[0]; i++) {
		snprintf(path, sizeof path, "/proc/sys/net/ipv4/%s", pins[i].name);
		if (!write_line(path, pins[i].value) && pins[i].needed)
			return error_set(err, "%s cannot be set to %s", path, pins[i].value);
	}
	if (!answer_quickly(tun))
		return error_set(err, "ip(8) could not give the route \"quickack 1\"");
	if (!address_is_there(tun))
		return error_set(err, "the IPv6 address of %s does not come up", tun->name);
	return true;
}
