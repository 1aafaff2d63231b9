/* gate_tun.c — GATE_TUN and GATE_SPACE: the wire is a TUN device. In a user
 * namespace nobody needs a privilege for that, and a command lives on its other
 * side. */
#define _GNU_SOURCE /* unshare() */

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "live/gate_inside.h"
#include "live/keeper.h"
#include "live/netd.h"
#include "live/pass.h"
#include "live/tun.h"
#include "record/memory.h"
#include "wire/packet.h"

enum { DATAGRAM_MAX = 65536, GRACE_MS = 2000 };

struct state {
	uint8_t buffer[DATAGRAM_MAX];
	struct netd netd; /* GATE_TUN; but with a network of the caller's */
	struct keeper keeper;
	pid_t command;  /* GATE_SPACE: in its user namespace; who dies with it needs no RST */
	bool is_client; /* the command called us: it ends by itself when it has what it wants */
};

static void take_device(struct gate *gate, const struct gate_request *request,
			const struct tun *tun)
{
	gate->fd = tun->fd;
	gate->mtu = tun->mtu;
	memcpy(gate->addresses, tun->ours, sizeof gate->addresses);
	gate->port = gate_any_port(request);
	gate->state = memory_get(sizeof(struct state));
	memset(gate->state, 0, sizeof(struct state));
}

/* A network of the caller's, whose addresses are not for the helper to give: opened with our
 * own privilege, or not at all. */
static const struct gate_functions gate_network;

static bool open_network(struct gate *gate, const struct gate_request *request, struct error *err)
{
	char kernels[ADDRESS_TEXT_MAX];
	struct keeper_link link = {.interface = NULL};
	struct keeper keeper;
	struct tun tun;

	if (!tun_open_network(&tun, request->network, err))
		return false;
	link.device = tun.fd;
	if (!keeper_start(&keeper, request->keeper, &link, err)) {
		close(tun.fd);
		return false;
	}
	take_device(gate, request, &tun);
	gate->functions = &gate_network;
	gate->half_open = keeper.table;
	((struct state *)gate->state)->keeper = keeper;
	address_format(&tun.kernels[0], kernels);
	snprintf(gate->why, sizeof gate->why, "through the TUN device %s: this machine is %s",
		 tun.name, kernels);
	return true;
}

static bool open_tun(struct gate *gate, const struct gate_request *request, struct error *err)
{
	const struct netd_request wanted = {.kind = NETD_REQUEST, .way = GATE_TUN};
	struct netd netd;
	struct tun tun;
	char kernels[ADDRESS_TEXT_MAX];
	char ours[ADDRESS_TEXT_MAX];

	if (request->network != NULL)
		return open_network(gate, request, err);
	if (!netd_ask(&netd, request, &wanted, err))
		return false;
	tun = (struct tun){.fd = netd.outlet.in, .mtu = netd.answer.mtu};
	memcpy(tun.ours, netd.answer.addresses, sizeof tun.ours);
	take_device(gate, request, &tun);
	((struct state *)gate->state)->netd = netd;
	gate->half_open = netd.table;
	gate->interface_index = netd.answer.interface_index;
	address_format(&netd.answer.kernels[0], kernels);
	address_format(&tun.ours[0], ours);
	snprintf(gate->why, sizeof gate->why,
		 "through the TUN device %s: we are %s, and this machine is %s",
		 netd.answer.interface, ours, kernels);
	return true;
}

/* ---- in a user namespace ---- */

static bool write_line(const char *path, const char *line)
{
	FILE *f = fopen(path, "w");
	bool fine = f != NULL && fputs(line, f) >= 0;

	return f != NULL && fclose(f) == 0 && fine;
}

/* We are root in there, and who we were out here. */
static bool enter_space(uid_t uid, gid_t gid)
{
	char uids[48];
	char gids[48];

	snprintf(uids, sizeof uids, "0 %u 1\n", (unsigned)uid);
	snprintf(gids, sizeof gids, "0 %u 1\n", (unsigned)gid);
	return unshare(CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWPID) == 0 &&
	       write_line("/proc/self/setgroups", "deny\n") &&
	       write_line("/proc/self/uid_map", uids) && write_line("/proc/self/gid_map", gids);
}

/* What the child says when it has the device, or has not. */
struct report {
	bool fine;
	struct tun tun;
	struct error err;
};

/* The loopback interface of a new namespace is down. */
static void raise_loopback(void)
{
	/* Nothing here depends on it; a command may. */
	(void)!system("ip link set lo up 2>/dev/null");
}

/* The command is the first process of its own: when that dies, the kernel ends
 * all that came of it. What it prints is no part of what we print. */
static void live_there(const char *command, bool deaf)
{
	int nothing;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	raise_loopback();
	if (command == NULL)
		pause();
	dup2(STDERR_FILENO, STDOUT_FILENO);
	nothing = deaf ? open("/dev/null", O_RDONLY | O_CLOEXEC) : -1;
	if (nothing >= 0)
		dup2(nothing, STDIN_FILENO);
	execl("/bin/sh", "sh", "-c", command, (char *)NULL);
	_exit(127);
}

/* As a shell says how a command ended. */
static int status_of(pid_t process)
{
	int status;

	if (waitpid(process, &status, 0) != process)
		return 1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static void make_space(int parent, const struct gate_request *request)
{
	const char *command = request->space;
	struct report report = {.fine = false};
	uid_t uid = getuid();
	gid_t gid = getgid();
	pid_t first;
	int status;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (!enter_space(uid, gid))
		error_set(&report.err, "a user namespace could not be made: %s", strerror(errno));
	else
		report.fine = request->network != NULL
				      ? tun_open_network(&report.tun, request->network, &report.err)
				      : tun_open(&report.tun, &report.err);
	if (!pass_descriptors(parent, &report, sizeof report, &report.tun.fd, report.fine) ||
	    !report.fine)
		_exit(1);
	close(report.tun.fd);
	first = fork();
	if (first == 0)
		live_there(command, request->stdin_is_ours);
	status = status_of(first);
	_exit(write(parent, &status, sizeof status) == sizeof status ? 0 : 1);
}

/* A line of /proc/net/tcp: "0: 00000000:1F90 00000000:0000 0A …", where 0A is LISTEN. */
static bool listens(pid_t process, const char *table, uint16_t port)
{
	char path[64];
	char line[256];
	bool found = false;
	FILE *f;

	snprintf(path, sizeof path, "/proc/%d/net/%s", (int)process, table);
	f = fopen(path, "r");
	while (f != NULL && !found && fgets(line, sizeof line, f) != NULL) {
		unsigned local;
		unsigned state;

		found = sscanf(line, "%*d: %*[0-9A-F]:%x %*[0-9A-F]:%*x %x", &local, &state) == 2 &&
			local == port && state == 0x0a;
	}
	if (f != NULL)
		fclose(f);
	return found;
}

/* A server needs a moment before it listens. One that never does is refused later. */
static void wait_for_listener(pid_t process, uint16_t port)
{
	enum { STEP_MS = 10, MOST_MS = 10000 };

	for (int waited = 0; waited < MOST_MS; waited += STEP_MS) {
		if (listens(process, "tcp", port) || listens(process, "tcp6", port) ||
		    waitpid(process, NULL, WNOHANG) == process)
			return;
		poll(NULL, 0, STEP_MS);
	}
}

static bool open_space(struct gate *gate, const struct gate_request *request, struct error *err)
{
	struct report report = {.fine = false};
	int ends[2];
	pid_t child;
	char kernels[ADDRESS_TEXT_MAX];
	int fd;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
		return error_set(err, "no socket pair: %s", strerror(errno));
	child = fork();
	if (child == 0) {
		close(ends[0]);
		make_space(ends[1], request);
	}
	close(ends[1]);
	if (child < 0 || !take_descriptors(ends[0], &report, sizeof report, &fd, 1) ||
	    !report.fine) {
		close(ends[0]);
		if (child > 0)
			waitpid(child, NULL, 0);
		return error_set(err, "%s",
				 report.err.text[0] != '\0' ? report.err.text
							    : "the user namespace said nothing");
	}
	report.tun.fd = fd;
	gate->command = ends[0];
	take_device(gate, request, &report.tun);
	((struct state *)gate->state)->command = child;
	((struct state *)gate->state)->is_client = request->space != NULL &&
						   request->network == NULL &&
						   request->remote.address.version == 0;
	if (request->space != NULL && request->remote.port != 0)
		wait_for_listener(child, request->remote.port);
	address_format(&report.tun.kernels[0], kernels);
	snprintf(gate->why, sizeof gate->why,
		 "through a TUN device in a user namespace, whose kernel is %s", kernels);
	return true;
}

/* ---- datagrams ---- */

static bool receive(struct gate *gate, struct datagram *out)
{
	struct state *state = gate->state;
	ssize_t len = read(gate->fd, state->buffer, sizeof state->buffer);

	/* The device was deleted: it would be readable for ever. */
	gate->is_gone |= len < 0 && errno == EBADFD;
	if (len <= 0)
		return false;
	*out = (struct datagram){.bytes = state->buffer, .len = (size_t)len};
	return true;
}

static bool send_to_space(struct gate *gate, const uint8_t *datagram, size_t len)
{
	return write(gate->fd, datagram, len) == (ssize_t)len;
}

static bool send_to_tun(struct gate *gate, const uint8_t *datagram, size_t len)
{
	half_open_notes_syn(gate->half_open, datagram, len, NULL);
	return send_to_space(gate, datagram, len);
}

/* ---- the end ---- */

static void close_tun(struct gate *gate)
{
	netd_end(&((struct state *)gate->state)->netd);
	free(gate->state);
}

static void close_space(struct gate *gate)
{
	struct state *state = gate->state;

	for (int i = 0; state->is_client && state->command > 0 && i < GRACE_MS; i += 10) {
		if (waitpid(state->command, NULL, WNOHANG) == state->command)
			state->command = 0;
		else
			poll(NULL, 0, 10);
	}
	close(gate->fd);
	if (state->command > 0) {
		kill(state->command, SIGKILL);
		waitpid(state->command, NULL, 0);
	}
	free(state);
}

const struct gate_functions gate_tun = {
	.open = open_tun,
	.close = close_tun,
	.receive = receive,
	.send = send_to_tun,
};

/* The network is gone with its hosts, at its end as when we are killed: the kernel hears of it. */
static void close_network(struct gate *gate)
{
	struct state *state = gate->state;

	close(gate->fd);
	keeper_end(&state->keeper);
	free(state);
}

static const struct gate_functions gate_network = {
	.open = open_network,
	.close = close_network,
	.receive = receive,
	.send = send_to_tun,
};

const struct gate_functions gate_space = {
	.open = open_space,
	.close = close_space,
	.receive = receive,
	.send = send_to_space,
};
