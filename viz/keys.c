#include "viz/keys.h"

#include <assert.h>
#include <string.h>

#include "viz/utf8.h"

static const struct action_info actions[ACTION_COUNT] = {
	[ACTION_PLAY] = {"play", {"Space"}, "play, pause", CHAPTER_STEPS, false},
	[ACTION_FORWARD] =
		{"forward", {"Right", "PageDown"}, "a step forward", CHAPTER_STEPS, true},
	[ACTION_BACK] = {"back", {"Left", "PageUp"}, "a step back", CHAPTER_STEPS, true},
	[ACTION_SEGMENT_FORWARD] =
		{"segment-forward", {"Shift+Right"}, "to the next segment", CHAPTER_STEPS, true},
	[ACTION_SEGMENT_BACK] =
		{"segment-back", {"Shift+Left"}, "to the segment before", CHAPTER_STEPS, true},
	[ACTION_EVENT_FORWARD] =
		{"event-forward", {"Ctrl+Right"}, "inside a step, forward", CHAPTER_STEPS, true},
	[ACTION_EVENT_BACK] =
		{"event-back", {"Ctrl+Left"}, "inside a step, back", CHAPTER_STEPS, true},
	[ACTION_START] = {"start", {"Home"}, "to the start", CHAPTER_STEPS, false},
	[ACTION_END] = {"end", {"End"}, "to the end", CHAPTER_STEPS, false},
	[ACTION_SLOWER] = {"slower", {"["}, "play slower", CHAPTER_STEPS, true},
	[ACTION_FASTER] = {"faster", {"]"}, "play faster", CHAPTER_STEPS, true},
	[ACTION_NORMAL_SPEED] = {"normal-speed", {"\\"}, "play at 1x", CHAPTER_STEPS, false},

	[ACTION_SEARCH] =
		{"search", {"/"}, "find: a state, a flag, a number, words", CHAPTER_FIND, false},
	[ACTION_SEARCH_NEXT] = {"search-next", {"n"}, "the next one found", CHAPTER_FIND, true},
	[ACTION_SEARCH_PREVIOUS] = {"search-previous", {"N"}, "the one before", CHAPTER_FIND, true},
	[ACTION_NEXT_TROUBLE] =
		{"next-trouble", {"d"}, "to the next loss or retransmission", CHAPTER_FIND, true},
	[ACTION_PREVIOUS_TROUBLE] =
		{"previous-trouble", {"D"}, "to the one before", CHAPTER_FIND, true},
	[ACTION_SET_BOOKMARK] = {"bookmark", {"m"}, "set the bookmark here", CHAPTER_FIND, false},
	[ACTION_GO_TO_BOOKMARK] = {"to-bookmark", {"'"}, "go to the bookmark", CHAPTER_FIND, false},
	[ACTION_NEXT_FILE] = {"next-file", {"Ctrl+PageDown"}, "the next file", CHAPTER_FIND, false},
	[ACTION_PREVIOUS_FILE] =
		{"previous-file", {"Ctrl+PageUp"}, "the file before", CHAPTER_FIND, false},
	[ACTION_CONNECTIONS] =
		{"connections", {"L", "l"}, "the connections, to choose one", CHAPTER_FIND, false},

	[ACTION_SCROLL_UP] = {"scroll-up", {"Up"}, "scroll up", CHAPTER_LOOK, true},
	[ACTION_SCROLL_DOWN] = {"scroll-down", {"Down"}, "scroll down", CHAPTER_LOOK, true},
	[ACTION_ZOOM_IN] =
		{"zoom-in", {"+", "="}, "enlarge; also Ctrl and wheel", CHAPTER_LOOK, true},
	[ACTION_ZOOM_OUT] = {"zoom-out", {"-"}, "make smaller", CHAPTER_LOOK, true},
	[ACTION_ZOOM_FIT] = {"zoom-fit", {"0"}, "the usual size", CHAPTER_LOOK, false},
	[ACTION_PREDICT] =
		{"predict", {"p"}, "hide what is to come, to predict it", CHAPTER_LOOK, false},
	[ACTION_RELATIVE] = {"relative", {"r"}, "sequence numbers from 0", CHAPTER_LOOK, false},
	[ACTION_THEME] = {"theme", {"T", "t"}, "light, dark", CHAPTER_LOOK, false},
	[ACTION_PROJECTOR] = {"projector", {"F5", "F11"}, "for the projector", CHAPTER_LOOK, false},
	[ACTION_BLANK] = {"blank", {".", "B", "b"}, "blank the screen", CHAPTER_LOOK, false},

	[ACTION_FOCUS_NEXT] = {"focus-next", {"Tab"}, "to the next button", CHAPTER_TAKE, true},
	[ACTION_FOCUS_PREVIOUS] =
		{"focus-previous", {"Shift+Tab"}, "to the one before", CHAPTER_TAKE, true},
	[ACTION_ACTIVATE] = {"activate", {"Enter"}, "press it", CHAPTER_TAKE, false},
	[ACTION_LEAVE] = {"leave", {"Escape"}, "close what is open", CHAPTER_TAKE, false},
	[ACTION_LOSE] =
		{"lose", {"x"}, "what if the selected segment is lost?", CHAPTER_TAKE, false},
	[ACTION_UNLOSE] = {"unlose", {"X"}, "take that back", CHAPTER_TAKE, false},
	[ACTION_LOSE_RIGHT] =
		{"lose-right", {">"}, "lose the next one to the right", CHAPTER_HAND, true},
	[ACTION_LOSE_LEFT] =
		{"lose-left", {"<"}, "lose the next one to the left", CHAPTER_HAND, true},
	[ACTION_LESS_DELAY] = {"less-delay", {"{"}, "a shorter delay", CHAPTER_HAND, true},
	[ACTION_MORE_DELAY] = {"more-delay", {"}"}, "a longer delay", CHAPTER_HAND, true},
	[ACTION_LESS_LOSS] = {"less-loss", {"("}, "fewer losses by chance", CHAPTER_HAND, true},
	[ACTION_MORE_LOSS] = {"more-loss", {")"}, "more losses by chance", CHAPTER_HAND, true},

	[ACTION_COPY] = {"copy", {"c"}, "copy a link to this step", CHAPTER_TAKE, false},
	[ACTION_SCREENSHOT] = {"screenshot", {"S", "s"}, "save a picture", CHAPTER_TAKE, false},
	[ACTION_EXPORT] = {"export", {"E", "e"}, "export", CHAPTER_TAKE, false},
	[ACTION_HELP] = {"help", {"?", "F1"}, "this help", CHAPTER_TAKE, false},
	[ACTION_QUIT] = {"quit", {"Ctrl+Q"}, "quit", CHAPTER_TAKE, false},
};

static const char *const chapter_titles[CHAPTER_COUNT] = {
	[CHAPTER_STEPS] = "Steps",
	[CHAPTER_FIND] = "Find",
	[CHAPTER_LOOK] = "Look",
	[CHAPTER_TAKE] = "Keep, and everything else",
	[CHAPTER_HAND] = "By hand, while a network runs",
};

const char *const key_names[] = {
	"Right", "Left",   "Up",        "Down",   "PageDown", "PageUp", "Home", "End", "Enter",
	"Tab",   "Escape", "Backspace", "Delete", "F1",       "F2",     "F3",   "F4",  "F5",
	"F6",    "F7",     "F8",        "F9",     "F10",      "F11",    "F12",  NULL,
};

const struct action_info *action_info(enum action action)
{
	assert(action > ACTION_NONE && action < ACTION_COUNT);
	return &actions[action];
}

const char *chapter_title(enum chapter chapter)
{
	return chapter_titles[chapter];
}

enum action action_of_key(const char *key)
{
	for (int i = ACTION_NONE + 1; i < ACTION_COUNT; i++)
		for (unsigned k = 0; k < KEYS_MAX && actions[i].keys[k] != NULL; k++)
			if (strcmp(actions[i].keys[k], key) == 0)
				return (enum action)i;
	return ACTION_NONE;
}

enum action action_of_id(const char *id)
{
	for (int i = ACTION_NONE + 1; i < ACTION_COUNT; i++)
		if (strcmp(actions[i].id, id) == 0)
			return (enum action)i;
	return ACTION_NONE;
}

static bool skip(const char **key, const char *modifier)
{
	size_t len = strlen(modifier);

	if (strncmp(*key, modifier, len) != 0)
		return false;
	*key += len;
	return true;
}

static bool is_named(const char *key)
{
	for (size_t i = 0; key_names[i] != NULL; i++)
		if (strcmp(key, key_names[i]) == 0)
			return true;
	return false;
}

bool key_types_nothing(const char *key)
{
	bool modified = skip(&key, "Ctrl+");

	modified |= skip(&key, "Alt+");
	skip(&key, "Shift+");
	return (modified && key[0] != '\0') || is_named(key);
}

bool key_is_valid(const char *key)
{
	bool ctrl = skip(&key, "Ctrl+");
	bool alt = skip(&key, "Alt+");
	bool shift = skip(&key, "Shift+");
	size_t character;

	if (is_named(key))
		return true;
	if (ctrl || alt)
		return !shift && key[0] >= 'A' && key[0] <= 'Z' && key[1] == '\0';
	if (shift)
		return false;
	character = utf8_drawable(key);
	return strcmp(key, "Space") == 0 ||
	       (character > 0 && key[character] == '\0' && key[0] != ' ');
}
