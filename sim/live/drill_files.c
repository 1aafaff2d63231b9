/* drill_files.c — what text comes from and goes to beside sockets: pipe(), open(), sendfile(),
 * splice(), dup(). No file of this machine is opened: one is as long as one likes, and full of
 * zeros. */
#define _GNU_SOURCE /* memfd_create(), pipe2(), splice() */

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <unistd.h>

#include "live/drill_making.h"

static void make_pipe(struct making *m)
{
	const struct expression *list = making_argument(m, 0);
	int64_t numbers[2] = {-1, -1};
	int ends[2];

	if (list == NULL || list->kind != EXPRESSION_LIST || list->first == NULL ||
	    !making_number_of(m, list->first, &numbers[0]) ||
	    !making_number_of(m, list->first->next, &numbers[1]))
		return;
	for (int i = 0; i < 2; i++) {
		if (numbers[i] < 0 || numbers[i] >= KERNEL_SOCKETS_MAX ||
		    m->k->sockets[numbers[i]] >= 0) {
			making_refuse(m, "the script has no good numbers for its descriptors");
			return;
		}
	}
	making_returns(m, pipe2(ends, O_CLOEXEC));
	for (int i = 0; i < 2 && m->outcome.result == 0; i++)
		m->k->sockets[numbers[i]] = ends[i];
}

static void make_open(struct making *m)
{
	int fd = memfd_create("zeros", MFD_CLOEXEC);

	if (fd >= 0 && ftruncate(fd, OCTETS_MAX) != 0) {
		close(fd);
		fd = -1;
	}
	making_returns_descriptor(m, fd);
}

static void make_dup(struct making *m)
{
	int fd;

	if (making_socket_at(m, 0, &fd))
		making_returns_descriptor(m, dup(fd));
}

/* [5], 5, or none. */
static bool offset_at(struct making *m, unsigned i, int64_t *offset)
{
	const struct expression *e = making_argument(m, i);

	if (e != NULL && e->kind == EXPRESSION_LIST)
		e = e->first;
	*offset = 0;
	return making_is_any(e) || making_number_of(m, e, offset);
}

static void make_sendfile(struct making *m)
{
	int64_t offset;
	int64_t count;
	off_t at;
	int out;
	int in;

	if (!making_socket_at(m, 0, &out) || !making_socket_at(m, 1, &in) ||
	    !offset_at(m, 2, &offset) || !making_number_at(m, 3, &count))
		return;
	at = offset;
	making_returns(m, sendfile(out, in, &at, (size_t)count));
}

static void make_splice(struct making *m)
{
	int64_t flags = 0;
	int64_t count;
	int out;
	int in;

	if (making_socket_at(m, 0, &in) && making_socket_at(m, 2, &out) &&
	    making_number_at(m, 4, &count) &&
	    (making_is_any(making_argument(m, 5)) || making_number_at(m, 5, &flags)))
		making_returns(m, splice(in, NULL, out, NULL, (size_t)count, (unsigned)flags));
}

/* What a process may do is of no consequence here. */
static void make_cap_set(struct making *m)
{
	making_returns(m, 0);
}

const struct kernel_row kernel_files[] = {
	{"pipe", make_pipe},     {"open", make_open},
	{"dup", make_dup},       {"sendfile", make_sendfile},
	{"splice", make_splice}, {"cap_set", make_cap_set},
	{.name = NULL},
};
