#include "live/pass.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

bool pass_descriptor(int socket, const void *message, size_t len, int fd)
{
	_Alignas(struct cmsghdr) char space[CMSG_SPACE(sizeof fd)] = {0};
	struct iovec part = {.iov_base = (void *)message, .iov_len = len};
	struct msghdr header = {.msg_iov = &part, .msg_iovlen = 1};
	struct cmsghdr *extra;

	if (fd >= 0) {
		header.msg_control = space;
		header.msg_controllen = sizeof space;
		extra = CMSG_FIRSTHDR(&header);
		extra->cmsg_level = SOL_SOCKET;
		extra->cmsg_type = SCM_RIGHTS;
		extra->cmsg_len = CMSG_LEN(sizeof fd);
		memcpy(CMSG_DATA(extra), &fd, sizeof fd);
	}
	return sendmsg(socket, &header, MSG_NOSIGNAL) == (ssize_t)len;
}

bool take_descriptor(int socket, void *message, size_t len, int *fd)
{
	_Alignas(struct cmsghdr) char space[CMSG_SPACE(sizeof *fd)] = {0};
	struct iovec part = {.iov_base = message, .iov_len = len};
	struct msghdr header = {.msg_iov = &part,
				.msg_iovlen = 1,
				.msg_control = space,
				.msg_controllen = sizeof space};
	const struct cmsghdr *extra;
	ssize_t got;

	*fd = -1;
	do {
		got = recvmsg(socket, &header, MSG_CMSG_CLOEXEC);
	} while (got < 0 && errno == EINTR);
	extra = got >= 0 ? CMSG_FIRSTHDR(&header) : NULL;
	if (extra != NULL && extra->cmsg_level == SOL_SOCKET && extra->cmsg_type == SCM_RIGHTS)
		memcpy(fd, CMSG_DATA(extra), sizeof *fd);
	return got == (ssize_t)len;
}
