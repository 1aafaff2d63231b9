#define _GNU_SOURCE /* close_range() */

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "live/netd.h"
#include "live/pass.h"

/* In a session of its own: what ends us, ^C or a killed group, spares it. It keeps none of our
 * descriptors, so that nobody waits for it at the end of a pipe. */
static void become_netd(const char *path, int control)
{
	int nothing = open("/dev/null", O_RDWR);

	setsid();
	dup2(control, STDIN_FILENO);
	dup2(nothing, STDOUT_FILENO);
	dup2(nothing, STDERR_FILENO);
	close_range(STDERR_FILENO + 1, ~0u, 0);
	execl(path, "tcplab-netd", (char *)NULL);
	_exit(127);
}

static bool start(struct netd *netd, const char *path, struct error *err)
{
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
		return error_set(err, "no socket pair: %s", strerror(errno));
	netd->pid = fork();
	if (netd->pid == 0)
		become_netd(path, ends[1]);
	close(ends[1]);
	netd->control = ends[0];
	if (netd->pid > 0)
		return true;
	close(ends[0]);
	return error_set(err, "no process for tcplab-netd: %s", strerror(errno));
}

static void take_over(struct netd *netd, const int fds[PASSED_COUNT])
{
	int by_kind[PASSED_COUNT];
	unsigned next = 0;

	for (unsigned i = 0; i < PASSED_COUNT; i++)
		by_kind[i] = netd->answer.passed & 1u << i ? fds[next++] : -1;
	netd->outlet.interface = netd->answer.interface_index;
	netd->outlet.in = by_kind[PASSED_IN];
	for (unsigned i = 0; i < 2; i++) {
		netd->outlet.out[i] = by_kind[PASSED_OUT4 + i];
		netd->guards[i] = by_kind[PASSED_GUARD4 + i];
	}
	netd->table_fd = by_kind[PASSED_TABLE];
}

static bool take_answer(struct netd *netd, const struct netd_request *request, struct error *err)
{
	int fds[PASSED_COUNT];

	if (!pass_descriptors(netd->control, request, sizeof *request, NULL, 0) ||
	    !take_descriptors(netd->control, &netd->answer, sizeof netd->answer, fds, PASSED_COUNT))
		return error_set(err, "tcplab-netd, the part with the privileges, gave no answer");
	take_over(netd, fds);
	if (!netd->answer.fine)
		return error_set(err, "%s", netd->answer.err.text);
	netd->table = half_open_map(netd->table_fd);
	return netd->table != NULL ||
	       error_set(err, "no memory is shared with tcplab-netd: %s", strerror(errno));
}

bool netd_fill_in(struct netd_request *out, enum gate_way way, const struct gate_request *from,
		  struct error *err)
{
	const char *name = from->interface != NULL ? from->interface : "";

	*out = (struct netd_request){
		.kind = NETD_REQUEST,
		.way = (uint16_t)way,
		.local_port = from->local_port,
		.local = from->local,
		.remote = from->remote,
	};
	if (strlen(name) >= NETD_NAME_MAX)
		return error_set(err, "there is no interface \"%s\" here", name);
	strcpy(out->interface, name);
	return true;
}

bool netd_ask(struct netd *netd, const struct gate_request *whose,
	      const struct netd_request *request, struct error *err)
{
	memset(netd, 0, sizeof *netd);
	outlet_init(&netd->outlet, (enum gate_way)request->way);
	netd->table_fd = netd->guards[0] = netd->guards[1] = -1;
	if (whose->helper == NULL)
		return error_set(err, "tcplab-netd, the part with the privileges, is neither "
				      "beside the program nor in ../lib/tcplab");
	if (!start(netd, whose->helper, err))
		return false;
	if (take_answer(netd, request, err))
		return true;
	*whose->trouble = netd->answer.trouble;
	netd_end(netd);
	return false;
}

void netd_end(struct netd *netd)
{
	if (netd->table != NULL)
		half_open_forget_all(netd->table);
	half_open_unmap(netd->table);
	if (netd->table_fd >= 0)
		close(netd->table_fd);
	for (unsigned i = 0; i < 2; i++) {
		if (netd->guards[i] >= 0)
			close(netd->guards[i]);
	}
	outlet_close(&netd->outlet);
	close(netd->control);
	waitpid(netd->pid, NULL, 0);
}
