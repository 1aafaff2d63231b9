#include "live/reenact.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "live/clock.h"
#include "live/socket_pair.h"
#include "record/memory.h"

/* So long nothing comes before the next act is done all the same. */
#define PATIENCE nanos_from_ms(3000)

enum { PIECE = 1 << 16 };

struct reenactment {
	const struct acts *acts;
	pthread_t thread;
	int socket;
	int64_t heard;
	uint32_t hasty;
	bool deaf; /* the server has said all, or is gone */
};

/* Waits for octets, room or time; hears what there is. False where there was nothing. */
static bool hear(struct reenactment *r, nanos until, short also)
{
	struct pollfd fd = {.fd = r->socket, .events = (short)(r->deaf ? also : POLLIN | also)};
	nanos left = until - clock_now();
	int ms = left <= 0 ? 0 : (int)nanos_min(left / 1000000 + 1, 60000);
	static _Thread_local uint8_t piece[PIECE];
	ssize_t got;

	if (r->deaf && also == 0) {
		poll(NULL, 0, ms);
		return false;
	}
	if (poll(&fd, 1, ms) <= 0 || (fd.revents & ~POLLOUT) == 0)
		return false;
	got = recv(r->socket, piece, sizeof piece, MSG_DONTWAIT);
	if (got > 0)
		r->heard += got;
	else if (got == 0 || (errno != EAGAIN && errno != EINTR))
		r->deaf = true;
	return got > 0;
}

/* The captured one did so before this act. */
static bool hears_more(const struct reenactment *r, const struct act *act)
{
	return !r->deaf && (r->heard < act->heard || act->ended);
}

static void wait_for(struct reenactment *r, const struct act *act)
{
	nanos patience = clock_now() + PATIENCE;
	nanos delay;

	while (hears_more(r, act) && clock_now() < patience) {
		if (hear(r, patience, 0))
			patience = clock_now() + PATIENCE;
	}
	r->hasty += hears_more(r, act);
	delay = clock_now() + act->delay;
	while (clock_now() < delay)
		hear(r, delay, 0);
}

static bool say(struct reenactment *r, const struct act *act)
{
	int64_t said = 0;

	while (said < act->octets) {
		ssize_t put = send(r->socket, r->acts->text + act->from + said,
				   (size_t)(act->octets - said), MSG_DONTWAIT);

		if (put > 0)
			said += put;
		else if (errno != EAGAIN && errno != EINTR)
			return false;
		else
			hear(r, clock_now() + PATIENCE, POLLOUT);
	}
	return true;
}

static void *run(void *who)
{
	struct reenactment *r = who;
	bool goes_on = true;

	for (uint32_t i = 0; i < r->acts->count && goes_on; i++) {
		const struct act *act = &r->acts->all[i];

		wait_for(r, act);
		if (act->kind == ACT_SEND)
			goes_on = say(r, act);
		else if (act->kind == ACT_CLOSE)
			shutdown(r->socket, SHUT_WR);
		else
			goes_on = false;
	}
	/* A capture that ends before the connection does not say when it was closed. */
	if (goes_on)
		shutdown(r->socket, SHUT_WR);
	while (goes_on && !r->deaf)
		hear(r, NANOS_NEVER / 2, 0);
	close(r->socket);
	return NULL;
}

struct reenactment *reenact(const struct acts *acts, int *socket, struct error *err)
{
	struct reenactment *r = memory_get(sizeof *r);
	int ends[2];
	sigset_t all;
	sigset_t before;

	if (!socket_pair(ends)) {
		free(r);
		error_set(err, "no socket pair: %s", strerror(errno));
		return NULL;
	}
	*r = (struct reenactment){.acts = acts, .socket = ends[1]};
	*socket = ends[0];
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	pthread_create(&r->thread, NULL, run, r);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return r;
}

void reenact_end(struct reenactment *r, int64_t *heard, uint32_t *hasty)
{
	pthread_join(r->thread, NULL);
	*heard = r->heard;
	*hasty = r->hasty;
	free(r);
}
