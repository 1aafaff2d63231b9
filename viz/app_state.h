/* app_state.h — the window as data: what it shows and how.
 *
 * No SDL, no Cairo, no clock: keys, clicks and time come in as values, and
 * the picture is a function of this struct (app_draw.h). So scripts, exports
 * and tests work on the same state as the window.
 *
 * The position (scene.cursor) moves at once, by whole steps; motion is only
 * decoration that follows it, so a frame that is dropped never skips a step.
 *
 * What the state cannot do itself it asks for: `request`, which the window
 * carries out and clears. */
#ifndef TCPLAB_VIZ_APP_STATE_H
#define TCPLAB_VIZ_APP_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/nanos.h"
#include "base/text.h"
#include "viz/choices.h"
#include "viz/keys.h"
#include "viz/scene.h"

enum request {
	REQUEST_NONE,
	REQUEST_COPY,       /* app_link() to the clipboard */
	REQUEST_SCREENSHOT, /* of the window as it is */
	REQUEST_EXPORT,     /* in `format` */
	REQUEST_NEXT_FILE,
	REQUEST_PREVIOUS_FILE,
	REQUEST_LOSE,   /* what if scene.selected is lost? */
	REQUEST_UNLOSE, /* the last of these taken back */
	REQUEST_CHOOSE, /* the connection choices.marked */
	REQUEST_CHANGE, /* by_hand.change */
};

/* What lies over the page. */
enum overlay { OVERLAY_NONE, OVERLAY_HELP, OVERLAY_SEARCH, OVERLAY_EXPORT, OVERLAY_CONNECTIONS };

enum { SEARCH_MAX = 120, NOTICE_MAX = 300, ID_MAX = 64, LIVE_MAX = 80 };
enum { SPEED_NORMAL = 2, SPEED_COUNT = 5 };

/* Packets that are seen moving from one position to the next. */
struct motion {
	bool on;
	struct cursor from;
	nanos began;
	nanos length;
};

/* Of a recording that grows while it is shown. */
struct live {
	bool on;
	bool ended;          /* it grew, and will not any more */
	uint32_t events;     /* it had, when app_grow() was last called */
	char note[LIVE_MAX]; /* "12 lost in the capture"; "" for none */
};

/* Of a network that runs, and whose link can be changed. */
struct by_hand {
	bool on;
	enum action change;   /* of those of CHAPTER_HAND */
	char words[LIVE_MAX]; /* how it is now: "20 ms, 1 % lost" */
};

struct scenario;

struct app {
	/* what is shown */
	struct scene scene;
	const char *path; /* of the file, as given; "" for none */
	unsigned file;    /* of how many, from 0 */
	unsigned file_count;
	unsigned what_ifs;               /* losses that are not in the scenario */
	const struct scenario *scenario; /* that was run, these losses and all; NULL: none was */
	struct live live;
	struct choices choices;
	struct by_hand by_hand;

	/* The canvas that it was drawn to last; NULL before. Whoever draws sets it. */
	const struct canvas *picture;

	/* how */
	enum palette palette;
	bool projector;
	bool blank;
	bool toolbar; /* exports go without */
	bool reduce_motion;
	enum overlay overlay;
	char hovered[ID_MAX]; /* group under the pointer */
	char pressed[ID_MAX]; /* group that the button went down on */
	char focused[ID_MAX]; /* button that Enter presses; "" for none */
	struct point pointer;
	bool dragging; /* the timeline */

	char search[SEARCH_MAX];
	char notice[NOTICE_MAX]; /* told at the lower edge for a while */
	nanos notice_ends;

	/* time, as the caller last told it */
	nanos now;
	bool playing;
	unsigned speed; /* below SPEED_COUNT: app_speed() */
	nanos arrived;  /* when the position was reached */
	struct motion motion;

	struct cursor bookmark;
	bool has_bookmark;

	enum request request;
	char format[ID_MAX]; /* of REQUEST_EXPORT: its ending, such as "svg" */
	bool quit;
	bool changed; /* since it was drawn; whoever draws clears it */
};

/* At the start of `r`, light, with a toolbar. `path` must outlive it. */
void app_init(struct app *app, const struct recording *r, const char *path);

/* Another recording in the same window: keeps how it is shown. */
void app_show(struct app *app, const struct recording *r, const char *path);

/* Another run of the same: keeps the place too, as far as it can. */
void app_replace(struct app *app, const struct recording *r, const char *path);

/* More has happened, and is in `r`: the recording that is shown, to which it
 * was added, or a longer one of the same that takes its place (and must be
 * given before the shorter one is freed). Who is at the end moves on with it;
 * who is not stays where he is, with what he selected, zoomed and marked:
 * app_grow.c. */
void app_grow(struct app *app, const struct recording *r);

/* At the end, not scrolled away from it, of a recording that grows. */
bool app_follows(const struct app *app);

/* ---- position ---- */

/* From 0, the start, to app_steps(). */
uint32_t app_step(const struct app *app);
uint32_t app_steps(const struct app *app);
void app_go_to_step(struct app *app, uint32_t step); /* the last where there are less */
void app_go(struct app *app, struct cursor to);

/* ---- time ---- */

/* It is `now`: steps on while playing, ends motion and notices. */
void app_tick(struct app *app, nanos now);
/* When app_tick() will have something to do; NANOS_NEVER while idle. Motion
 * is not counted: it wants a frame as often as the screen can show one. */
nanos app_deadline(const struct app *app);
/* 0 … 1, how far the motion has come. */
double app_motion_share(const struct app *app);
/* The moment between the two steps at which that shows packets; −1 while
 * nothing moves. For scene.moment. */
nanos app_moment(const struct app *app);

/* ---- words ---- */

const char *app_speed(const struct app *app); /* "1x" */
void app_notice(struct app *app, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* "scenarios/03-loss.json#step=9" */
void app_link(const struct app *app, struct text *out);

/* One named fact, for scripts: "step", "theme", "playing" …; false where
 * there is none of that name. */
bool app_fact(const struct app *app, const char *name, struct text *out);
/* All names, in a list that ends with NULL. */
const char *const *app_fact_names(void);

/* ---- actions: app_actions.c ---- */

void app_act(struct app *app, enum action action);

#endif
