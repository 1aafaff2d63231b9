/* keys.h — what can be done in the window, and with which keys.
 *
 * One table: each action's row has its keys, its name for buttons and
 * scripts, and its words in the help. The window, the help and the tests
 * read the same rows.
 *
 * A key is a name. A key that types a character has that character's name,
 * whatever the keyboard's layout: "d", "D", "?", "["; only the blank is
 * called "Space". Others are called "Right", "PageDown", "Enter", "F11" and
 * so on, after "Ctrl+", "Alt+" and "Shift+" in that order where these are
 * held; with Ctrl, letters too: "Ctrl+Q". */
#ifndef TCPLAB_VIZ_KEYS_H
#define TCPLAB_VIZ_KEYS_H

#include <stdbool.h>
#include <stddef.h>

enum action {
	ACTION_NONE,
	ACTION_PLAY,
	ACTION_FORWARD,
	ACTION_BACK,
	ACTION_SEGMENT_FORWARD,
	ACTION_SEGMENT_BACK,
	ACTION_EVENT_FORWARD,
	ACTION_EVENT_BACK,
	ACTION_START,
	ACTION_END,
	ACTION_SLOWER,
	ACTION_FASTER,
	ACTION_NORMAL_SPEED,
	ACTION_SEARCH,
	ACTION_SEARCH_NEXT,
	ACTION_SEARCH_PREVIOUS,
	ACTION_NEXT_TROUBLE,
	ACTION_PREVIOUS_TROUBLE,
	ACTION_SET_BOOKMARK,
	ACTION_GO_TO_BOOKMARK,
	ACTION_NEXT_FILE,
	ACTION_PREVIOUS_FILE,
	ACTION_CONNECTIONS,
	ACTION_SCROLL_UP,
	ACTION_SCROLL_DOWN,
	ACTION_ZOOM_IN,
	ACTION_ZOOM_OUT,
	ACTION_ZOOM_FIT,
	ACTION_PREDICT,
	ACTION_RELATIVE,
	ACTION_THEME,
	ACTION_PROJECTOR,
	ACTION_BLANK,
	ACTION_FOCUS_NEXT,
	ACTION_FOCUS_PREVIOUS,
	ACTION_ACTIVATE,
	ACTION_LEAVE,
	ACTION_LOSE,
	ACTION_UNLOSE,
	ACTION_LOSE_RIGHT,
	ACTION_LOSE_LEFT,
	ACTION_LESS_DELAY,
	ACTION_MORE_DELAY,
	ACTION_LESS_LOSS,
	ACTION_MORE_LOSS,
	ACTION_COPY,
	ACTION_SCREENSHOT,
	ACTION_EXPORT,
	ACTION_HELP,
	ACTION_QUIT,
	ACTION_COUNT,
};

/* Where the help lists it. */
enum chapter {
	CHAPTER_STEPS,
	CHAPTER_FIND,
	CHAPTER_LOOK,
	CHAPTER_TAKE,
	CHAPTER_HAND,
	CHAPTER_COUNT
};

enum { KEYS_MAX = 4, KEY_NAME_MAX = 24 };

struct action_info {
	const char *id;             /* "play": of its button, and in scripts */
	const char *keys[KEYS_MAX]; /* NULL after the last */
	const char *help;           /* "play, pause" */
	enum chapter chapter;
	bool repeats; /* while its key is held down */
};

const struct action_info *action_info(enum action action); /* not for ACTION_NONE */
const char *chapter_title(enum chapter chapter);

/* ACTION_NONE where nothing has that key or id. */
enum action action_of_key(const char *key);
enum action action_of_id(const char *id);

/* True for a name that a key can have; the inverse of what the window makes
 * of a key press. */
bool key_is_valid(const char *key);

/* True for keys that leave a text field alone. */
bool key_types_nothing(const char *key);

/* The names of keys that type nothing, for the window's and the scripts'
 * tables: "Right", "F11" …; NULL after the last. */
extern const char *const key_names[];

#endif
