/* drill_options.c — options and flags of sockets: setsockopt(), getsockopt(), fcntl(), ioctl(). */
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "live/drill_making.h"

enum { OPTION_MAX = 64 };

/* ---- options ---- */

/* [n], or {onoff=1, linger=0} and {tv_sec=1, tv_usec=0}, whose numbers follow each other. */
static bool option_at(struct making *m, unsigned i, uint8_t out[OPTION_MAX], socklen_t *len)
{
	const struct expression *e = making_argument(m, i);
	bool wide = e != NULL && e->kind == EXPRESSION_STRUCT && e->first != NULL &&
		    e->first->name != NULL && strncmp(e->first->name, "tv_", 3) == 0;

	*len = 0;
	if (e != NULL && e->kind == EXPRESSION_STRING) {
		*len = (socklen_t)(e->length < OPTION_MAX ? e->length : OPTION_MAX);
		memcpy(out, e->text, *len);
		return true;
	}
	if (e == NULL || (e->kind != EXPRESSION_LIST && e->kind != EXPRESSION_STRUCT))
		return making_refuse(m, "such an option is not supported with the kernel");
	for (const struct expression *part = e->first; part != NULL; part = part->next) {
		int64_t value;
		int32_t word;

		if (!making_number_of(m, part, &value))
			return false;
		if (*len + sizeof value > OPTION_MAX)
			return making_refuse(m, "so long an option is not supported");
		word = (int32_t)value;
		memcpy(out + *len, wide ? (void *)&value : (void *)&word, wide ? 8 : 4);
		*len += wide ? 8 : 4;
	}
	return true;
}

static void make_setsockopt(struct making *m)
{
	uint8_t option[OPTION_MAX];
	socklen_t len;
	int64_t level;
	int64_t name;
	int fd;

	if (making_socket_at(m, 0, &fd) && making_number_at(m, 1, &level) &&
	    making_number_at(m, 2, &name) && option_at(m, 3, option, &len))
		making_returns(m, setsockopt(fd, (int)level, (int)name, option, len));
}

static void make_getsockopt(struct making *m)
{
	uint8_t expected[OPTION_MAX];
	uint8_t option[OPTION_MAX] = {0};
	socklen_t len = 0;
	socklen_t got = sizeof option;
	int64_t level;
	int64_t name;
	int fd;

	if (!making_socket_at(m, 0, &fd) || !making_number_at(m, 1, &level) ||
	    !making_number_at(m, 2, &name) ||
	    (!making_is_any(making_argument(m, 3)) && !option_at(m, 3, expected, &len)))
		return;
	making_returns(m, getsockopt(fd, (int)level, (int)name, option, &got));
	if (m->outcome.result == 0 && !making_is_any(making_argument(m, 3)) &&
	    (got < len || memcmp(option, expected, len) != 0)) {
		int32_t value;

		memcpy(&value, option, sizeof value);
		making_is_wrong(m,
				"the option is %" PRId32 ", and the script expects something else",
				value);
	}
}

static void make_fcntl(struct making *m)
{
	int64_t command;
	int64_t value = 0;
	int fd;

	if (!making_socket_at(m, 0, &fd) || !making_number_at(m, 1, &command) ||
	    (m->call->argument_count > 2 && !making_number_at(m, 2, &value)))
		return;
	making_returns(m, fcntl(fd, (int)command, (long)value));
}

static void make_ioctl(struct making *m)
{
	const struct expression *e = making_argument(m, 2);
	int64_t request;
	int64_t expected = 0;
	int value = 0;
	int fd;

	if (e != NULL && e->kind == EXPRESSION_LIST)
		e = e->first;
	if (!making_socket_at(m, 0, &fd) || !making_number_at(m, 1, &request) ||
	    (!making_is_any(e) && !making_number_of(m, e, &expected)))
		return;
	if (request == FIONBIO)
		value = (int)expected;
	making_returns(m, ioctl(fd, (unsigned long)request, &value));
	if (m->outcome.result == 0 && !making_is_any(e) && value != expected)
		making_is_wrong(m, "it answers %d, and the script expects %" PRId64, value,
				expected);
}

const struct kernel_row kernel_options[] = {
	{"setsockopt", make_setsockopt},
	{"getsockopt", make_getsockopt},
	{"fcntl", make_fcntl},
	{"ioctl", make_ioctl},
	{.name = NULL},
};
