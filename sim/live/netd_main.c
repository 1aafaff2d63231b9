/* netd_main.c — tcplab-netd: see netd.h. */
#define _GNU_SOURCE /* memfd_create() */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "live/last_words.h"
#include "live/netd.h"
#include "live/pass.h"

enum { CONTROL = STDIN_FILENO };

/* We and they see it alike, and nobody can make it smaller under the other's feet. */
static struct half_open *make_table(int *fd)
{
	*fd = memfd_create("tcplab-netd", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (*fd < 0 || ftruncate(*fd, sizeof(struct half_open)) != 0 ||
	    fcntl(*fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0)
		return NULL;
	return half_open_map(*fd);
}

static bool open_way(struct opened *opened, const struct netd_request *request)
{
	outlet_init(&opened->outlet, (enum gate_way)request->way);
	switch ((enum gate_way)request->way) {
	case GATE_RAW: return netd_open_raw(opened, request);
	case GATE_OWN: return netd_open_own(opened, request);
	case GATE_TUN: return netd_open_tun(opened);
	default: return error_set(&opened->answer.err, "there is no such way");
	}
}

/* One request, read whole: a longer one is none. */
static bool take_request(struct netd_request *request, struct error *err)
{
	uint8_t octets[sizeof *request + 1];
	ssize_t len = recv(CONTROL, octets, sizeof octets, 0);
	const char *why;

	if (len <= 0 || !netd_request_is_valid(octets, (size_t)len, &why))
		return error_set(err, "tcplab-netd does not take this request: %s",
				 len <= 0 ? "there is none" : why);
	memcpy(request, octets, sizeof *request);
	return true;
}

static bool answer(struct opened *opened, int table_fd)
{
	const int all[PASSED_COUNT] = {
		[PASSED_TABLE] = table_fd,
		[PASSED_IN] = opened->outlet.in,
		[PASSED_OUT4] = opened->outlet.out[0],
		[PASSED_OUT6] = opened->outlet.out[1],
		[PASSED_GUARD4] = opened->guards[0],
		[PASSED_GUARD6] = opened->guards[1],
	};
	int there[PASSED_COUNT];
	unsigned count = 0;

	for (unsigned i = 0; i < PASSED_COUNT && opened->answer.fine; i++) {
		if (all[i] < 0)
			continue;
		opened->answer.passed |= (uint8_t)(1u << i);
		there[count++] = all[i];
	}
	return pass_descriptors(CONTROL, &opened->answer, sizeof opened->answer, there, count) &&
	       opened->answer.fine;
}

static void wait_for_the_end(void)
{
	uint8_t octet;
	ssize_t got;

	do {
		got = recv(CONTROL, &octet, sizeof octet, 0);
	} while (got > 0 || (got < 0 && errno == EINTR));
}

static void leave_port(const struct opened *opened)
{
	for (unsigned i = 0; i < 2; i++) {
		if (opened->guards[i] >= 0)
			close(opened->guards[i]);
	}
}

/* ---- in their place ---- */

static bool hear(const void *who, struct arrival *out)
{
	static uint8_t buffer[ARRIVAL_MAX];
	const struct opened *opened = who;

	while (outlet_receive(&opened->outlet, buffer, sizeof buffer, out)) {
		if (!out->is_of_ours)
			return true;
	}
	return false;
}

static void say(const void *who, const uint8_t *link, const uint8_t *datagram, size_t len)
{
	outlet_send(&((const struct opened *)who)->outlet, link, datagram, len);
}

static void speak_for_them(const struct opened *opened, const struct half_open *table)
{
	struct voice voice = {.in = opened->outlet.in,
			      .hear = hear,
			      .say = say,
			      .who = opened,
			      .port = opened->answer.port};

	memcpy(voice.ours, opened->answer.addresses, sizeof voice.ours);
	last_words(&voice, table);
}

int main(void)
{
	static struct opened opened = {.guards = {-1, -1}};
	struct half_open *table;
	struct netd_request request;
	int table_fd;

	outlet_init(&opened.outlet, GATE_RAW);
	opened.answer.fine =
		take_request(&request, &opened.answer.err) && open_way(&opened, &request);
	table = make_table(&table_fd);
	if (table == NULL)
		opened.answer.fine = error_set(&opened.answer.err, "no memory can be shared: %s",
					       strerror(errno));
	if (!netd_confine())
		opened.answer.fine = error_set(&opened.answer.err,
					       "tcplab-netd could not give up its privileges");
	if (!answer(&opened, table_fd))
		_exit(1);
	wait_for_the_end();
	/* The kernel may speak at that port again, and the next run may have it. */
	leave_port(&opened);
	speak_for_them(&opened, table);
	_exit(0);
}
