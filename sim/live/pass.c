#include "live/pass.h"

#include <assert.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

bool pass_descriptors(int socket, const void *message, size_t len, const int *fds, unsigned count)
{
	_Alignas(struct cmsghdr) char space[CMSG_SPACE(PASSED_MAX * sizeof *fds)] = {0};
	struct iovec part = {.iov_base = (void *)message, .iov_len = len};
	struct msghdr header = {.msg_iov = &part, .msg_iovlen = 1};
	struct cmsghdr *extra;

	assert(count <= PASSED_MAX);
	if (count > 0) {
		header.msg_control = space;
		header.msg_controllen = CMSG_SPACE(count * sizeof *fds);
		extra = CMSG_FIRSTHDR(&header);
		extra->cmsg_level = SOL_SOCKET;
		extra->cmsg_type = SCM_RIGHTS;
		extra->cmsg_len = CMSG_LEN(count * sizeof *fds);
		memcpy(CMSG_DATA(extra), fds, count * sizeof *fds);
	}
	return sendmsg(socket, &header, MSG_NOSIGNAL) == (ssize_t)len;
}

/* What is more than was asked for is closed: nobody would. */
static void take_out(const struct cmsghdr *extra, int *fds, unsigned count)
{
	unsigned came = (unsigned)((extra->cmsg_len - CMSG_LEN(0)) / sizeof *fds);

	for (unsigned i = 0; i < came; i++) {
		int fd;

		memcpy(&fd, CMSG_DATA(extra) + i * sizeof fd, sizeof fd);
		if (i < count)
			fds[i] = fd;
		else
			close(fd);
	}
}

bool take_descriptors(int socket, void *message, size_t len, int *fds, unsigned count)
{
	_Alignas(struct cmsghdr) char space[CMSG_SPACE(PASSED_MAX * sizeof *fds)] = {0};
	struct iovec part = {.iov_base = message, .iov_len = len};
	struct msghdr header = {.msg_iov = &part,
				.msg_iovlen = 1,
				.msg_control = space,
				.msg_controllen = sizeof space};
	const struct cmsghdr *extra;
	ssize_t got;

	for (unsigned i = 0; i < count; i++)
		fds[i] = -1;
	do {
		got = recvmsg(socket, &header, MSG_CMSG_CLOEXEC);
	} while (got < 0 && errno == EINTR);
	extra = got >= 0 ? CMSG_FIRSTHDR(&header) : NULL;
	if (extra != NULL && extra->cmsg_level == SOL_SOCKET && extra->cmsg_type == SCM_RIGHTS)
		take_out(extra, fds, count);
	return got == (ssize_t)len && (header.msg_flags & MSG_TRUNC) == 0;
}
