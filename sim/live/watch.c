#include "live/watch.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "live/clock.h"
#include "live/wake.h"
#include "record/memory.h"
#include "record/pcapng.h"

/* Recordings are made this often at most, … */
static const nanos pause_least = 100000000;
/* … and so that this many times the work is free for others. */
enum { FREE_SHARE = 3 };

/* What is lost is asked for so often. */
enum { COUNTS_MS = 250 };

struct watch {
	struct watch_options options;
	struct sniffer *sniffer;
	struct seen *seen;
	pthread_t taker; /* of frames */
	pthread_t maker; /* of recordings */
	bool has_maker;
	bool stopped;
	struct wake stopper;
	int save_failed; /* in the thread that takes frames */

	/* Shared, under the lock. */
	pthread_mutex_t lock;
	pthread_cond_t news;
	uint32_t wanted; /* connection that somebody chose; 0: nobody did */
	bool stop;
	bool more; /* frames have come since the maker looked */
	bool has_made;
	struct watched made; /* not taken yet */
	struct watch_state state;
};

static void tell(const struct watch *w)
{
	if (w->options.ready != NULL)
		w->options.ready(w->options.who);
}

/* ---- frames ---- */

static void take_frame(void *who, struct trace_frame *frame)
{
	struct watch *w = who;

	frame->len = seen_add(w->seen, frame);
	if (w->options.save != NULL && w->save_failed == 0)
		pcapng_packet(w->options.save, 0, frame->time, frame->bytes, frame->len,
			      frame->wire_len, "");
}

/* What is quiet is on the disk. */
static void look_after_file(struct watch *w, bool quiet)
{
	FILE *save = w->options.save;

	if (save == NULL || w->save_failed != 0)
		return;
	errno = 0;
	if ((quiet && fflush(save) != 0) || ferror(save))
		w->save_failed = errno != 0 ? errno : EIO;
}

/* False where there will be no more. */
static bool take_all(struct watch *w)
{
	struct seen_counts before;
	struct sniffer_counts lost;
	struct seen_counts now;
	struct error err = {""};
	bool going;
	bool news;

	seen_counts(w->seen, &before);
	going = w->sniffer->take(w->sniffer, take_frame, w, &err);
	seen_counts(w->seen, &now);
	w->sniffer->counts(w->sniffer, &lost);
	news = now.frames != before.frames;
	look_after_file(w, !news);
	pthread_mutex_lock(&w->lock);
	w->state.save_failed = w->save_failed;
	w->more |= news;
	w->state.lost = lost.lost;
	if (!going) {
		w->state.ended = true;
		memcpy(w->state.why, err.text, sizeof w->state.why);
	}
	if (news || !going)
		pthread_cond_broadcast(&w->news);
	pthread_mutex_unlock(&w->lock);
	return going;
}

static void *take_frames(void *who)
{
	struct watch *w = who;
	struct pollfd fds[2] = {
		{.fd = w->sniffer->fd, .events = POLLIN},
		{.fd = w->stopper.fd, .events = POLLIN},
	};

	while (fds[1].revents == 0) {
		if (poll(fds, 2, COUNTS_MS) < 0 && errno != EINTR)
			break;
		if (!take_all(w)) {
			tell(w);
			break;
		}
	}
	return NULL;
}

/* ---- recordings ---- */

/* Chooses what to follow; false where there is nothing yet. In the thread that
 * opens traces, or without it. */
static bool choose(struct watch *w, uint32_t *number)
{
	uint32_t wanted;
	uint64_t frames;

	pthread_mutex_lock(&w->lock);
	wanted = w->wanted;
	pthread_mutex_unlock(&w->lock);
	*number = wanted != 0 ? wanted : seen_default(w->seen);
	if (*number != 0 && seen_follow(w->seen, *number))
		return true;
	/* It is still to come, or was forgotten before it was chosen: what is followed goes on. */
	*number = seen_followed(w->seen, &frames);
	return *number != 0;
}

static bool make(struct watch *w, uint32_t number, struct watched *out, struct error *err)
{
	const struct replay_options options = {.connection = 1};
	struct trace *trace;
	bool good;

	*out = (struct watched){.number = number};
	if (!seen_trace(w->seen, w->options.name, &trace, err))
		return false;
	good = replay_trace(trace, &options, &out->recording, &out->summary, err);
	trace_close(trace);
	return good;
}

static void watched_free(struct watched *watched)
{
	recording_free(watched->recording);
	free(watched->summary.report);
}

static void publish(struct watch *w, const struct watched *made, nanos took)
{
	pthread_mutex_lock(&w->lock);
	if (w->has_made)
		watched_free(&w->made);
	w->made = *made;
	w->has_made = true;
	w->state.followed = made->number;
	w->state.replaying = took;
	w->state.replayed++;
	pthread_mutex_unlock(&w->lock);
	tell(w);
}

/* Waits until `due`, and for frames. False: it is to end. */
static bool wait_for_more(struct watch *w, nanos due)
{
	struct pollfd stop = {.fd = w->stopper.fd, .events = POLLIN};
	nanos left;
	bool stops;

	/* It stays readable. */
	while (stop.revents == 0 && (left = due - clock_now()) > 0)
		poll(&stop, 1, (int)(nanos_min(left, nanos_from_s(60)) / 1000000 + 1));
	pthread_mutex_lock(&w->lock);
	while (!w->stop && !w->more)
		pthread_cond_wait(&w->news, &w->lock);
	w->more = false;
	stops = w->stop;
	pthread_mutex_unlock(&w->lock);
	return !stops;
}

static void *make_recordings(void *who)
{
	struct watch *w = who;
	uint32_t shown = 0; /* connection … */
	uint64_t known = 0; /* … and its frames that are in a recording */
	nanos due = 0;

	while (wait_for_more(w, due)) {
		nanos began = clock_now();
		struct watched made;
		struct error err;
		uint32_t number;
		uint64_t frames;

		if (!choose(w, &number) || seen_followed(w->seen, &frames) != number ||
		    (number == shown && frames == known)) {
			tell(w); /* others have had frames */
			due = began + pause_least;
			continue;
		}
		if (make(w, number, &made, &err)) {
			nanos took = clock_now() - began;

			shown = number;
			known = frames;
			publish(w, &made, took);
			due = began + nanos_max(pause_least, took * (1 + FREE_SHARE));
		}
	}
	return NULL;
}

/* ---- beginning and ending ---- */

struct watch *watch_start(struct sniffer *sniffer, const struct watch_options *options)
{
	struct watch *w = memory_get(sizeof *w);

	*w = (struct watch){
		.options = *options,
		.sniffer = sniffer,
		.seen = seen_new(sniffer->link_type,
				 options->memory > 0 ? options->memory : SEEN_MEMORY),
		.wanted = options->connection,
		.has_maker = !options->made_at_end,
	};
	wake_init(&w->stopper);
	pthread_mutex_init(&w->lock, NULL);
	pthread_cond_init(&w->news, NULL);
	if (options->save != NULL) {
		pcapng_section(options->save, "");
		pcapng_interface(options->save, (uint32_t)sniffer->link_type, options->name);
	}
	if (pthread_create(&w->taker, NULL, take_frames, w) != 0 ||
	    (w->has_maker && pthread_create(&w->maker, NULL, make_recordings, w) != 0))
		abort(); /* no memory */
	return w;
}

void watch_stop(struct watch *w)
{
	if (w->stopped)
		return;
	w->stopped = true;
	pthread_mutex_lock(&w->lock);
	w->stop = true;
	pthread_cond_broadcast(&w->news);
	pthread_mutex_unlock(&w->lock);
	/* It wakes from its poll(), and takes what is there before it looks at this. */
	wake_up(&w->stopper);
	pthread_join(w->taker, NULL);
	if (w->has_maker)
		pthread_join(w->maker, NULL);
	w->state.ended = true;
}

void watch_free(struct watch *w)
{
	watch_stop(w);
	if (w->has_made)
		watched_free(&w->made);
	w->sniffer->close(w->sniffer);
	seen_free(w->seen);
	wake_free(&w->stopper);
	pthread_mutex_destroy(&w->lock);
	pthread_cond_destroy(&w->news);
	free(w);
}

/* ---- asking ---- */

bool watch_take(struct watch *w, struct watched *out)
{
	bool there;

	pthread_mutex_lock(&w->lock);
	there = w->has_made;
	if (there)
		*out = w->made;
	w->has_made = false;
	pthread_mutex_unlock(&w->lock);
	return there;
}

void watch_follow(struct watch *w, uint32_t number)
{
	pthread_mutex_lock(&w->lock);
	w->more |= w->wanted != number;
	w->wanted = number;
	pthread_cond_broadcast(&w->news);
	pthread_mutex_unlock(&w->lock);
}

void watch_state(struct watch *w, struct watch_state *out)
{
	pthread_mutex_lock(&w->lock);
	*out = w->state;
	pthread_mutex_unlock(&w->lock);
	seen_counts(w->seen, &out->seen);
}

void watch_flows(struct watch *w, struct flows *out)
{
	seen_flows(w->seen, out);
}

bool watch_finish(struct watch *w, struct watched *out, struct error *err)
{
	uint32_t number;

	watch_stop(w);
	if (!choose(w, &number)) {
		if (w->wanted != 0)
			return error_set(err, "%s: there was no connection %" PRIu32,
					 w->options.name, w->wanted);
		return error_set(err, "%s: there was no TCP connection", w->options.name);
	}
	return make(w, number, out, err);
}
