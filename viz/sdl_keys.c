#include "viz/sdl_keys.h"

#include <stdio.h>
#include <string.h>

static const struct {
	SDL_Keycode code;
	const char *name;
} named[] = {
	{SDLK_RIGHT, "Right"},
	{SDLK_LEFT, "Left"},
	{SDLK_UP, "Up"},
	{SDLK_DOWN, "Down"},
	{SDLK_PAGEDOWN, "PageDown"},
	{SDLK_PAGEUP, "PageUp"},
	{SDLK_HOME, "Home"},
	{SDLK_END, "End"},
	{SDLK_RETURN, "Enter"},
	{SDLK_KP_ENTER, "Enter"},
	{SDLK_TAB, "Tab"},
	{SDLK_ESCAPE, "Escape"},
	{SDLK_BACKSPACE, "Backspace"},
	{SDLK_DELETE, "Delete"},
	{SDLK_F1, "F1"},
	{SDLK_F2, "F2"},
	{SDLK_F3, "F3"},
	{SDLK_F4, "F4"},
	{SDLK_F5, "F5"},
	{SDLK_F6, "F6"},
	{SDLK_F7, "F7"},
	{SDLK_F8, "F8"},
	{SDLK_F9, "F9"},
	{SDLK_F10, "F10"},
	{SDLK_F11, "F11"},
	{SDLK_F12, "F12"},
};

enum { NAMED = sizeof named / sizeof named[0] };

/* ---- from SDL ---- */

static const char *name_of_code(SDL_Keycode code)
{
	for (size_t i = 0; i < NAMED; i++)
		if (named[i].code == code)
			return named[i].name;
	return NULL;
}

static bool of_press(const SDL_KeyboardEvent *key, char name[KEY_NAME_MAX])
{
	bool ctrl = (key->keysym.mod & KMOD_CTRL) != 0;
	bool alt = (key->keysym.mod & KMOD_LALT) != 0;
	bool shift = (key->keysym.mod & KMOD_SHIFT) != 0;
	const char *known = name_of_code(key->keysym.sym);
	char letter[2] = "";

	if (known == NULL && (ctrl || alt) && key->keysym.sym >= SDLK_a &&
	    key->keysym.sym <= SDLK_z) {
		letter[0] = (char)(key->keysym.sym - SDLK_a + 'A');
		shift = false;
		known = letter;
	}
	if (known == NULL)
		return false;
	snprintf(name, KEY_NAME_MAX, "%s%s%s%s", ctrl ? "Ctrl+" : "", alt ? "Alt+" : "",
		 shift ? "Shift+" : "", known);
	return true;
}

static bool of_text(const struct held_keys *held, const char *text, char name[KEY_NAME_MAX])
{
	bool with_right_alt = (held->modifiers & (KMOD_RALT | KMOD_MODE)) != 0;

	/* With Ctrl or Alt it is a command; but the right Alt types "[" and "\\"
	 * on many keyboards. */
	if ((held->modifiers & (KMOD_CTRL | KMOD_LALT)) != 0 && !with_right_alt)
		return false;
	if (strcmp(text, " ") == 0)
		text = "Space";
	if (strlen(text) >= KEY_NAME_MAX)
		return false;
	strcpy(name, text);
	return true;
}

bool key_of_event(struct held_keys *held, const SDL_Event *event, char name[KEY_NAME_MAX])
{
	switch (event->type) {
	case SDL_KEYDOWN:
		held->modifiers = event->key.keysym.mod;
		held->repeats = event->key.repeat != 0;
		return of_press(&event->key, name);
	case SDL_KEYUP: held->modifiers = event->key.keysym.mod; return false;
	case SDL_TEXTINPUT: return of_text(held, event->text.text, name);
	default: return false;
	}
}

/* ---- to SDL ---- */

static bool skip(const char **name, const char *modifier)
{
	size_t len = strlen(modifier);

	if (strncmp(*name, modifier, len) != 0 || (*name)[len] == '\0')
		return false;
	*name += len;
	return true;
}

static SDL_Keycode code_of_name(const char *name)
{
	for (size_t i = 0; i < NAMED; i++)
		if (strcmp(named[i].name, name) == 0)
			return named[i].code;
	if (strcmp(name, "Space") == 0)
		return SDLK_SPACE;
	if (name[0] >= 'A' && name[0] <= 'Z' && name[1] == '\0')
		return (SDL_Keycode)(name[0] - 'A' + SDLK_a);
	return name[1] == '\0' ? (SDL_Keycode)(unsigned char)name[0] : SDLK_UNKNOWN;
}

static void push_press(Uint32 type, SDL_Keycode code, SDL_Keymod modifiers)
{
	SDL_Event event = {.type = type};

	event.key.state = type == SDL_KEYDOWN ? SDL_PRESSED : SDL_RELEASED;
	event.key.keysym.sym = code;
	event.key.keysym.scancode = SDL_GetScancodeFromKey(code);
	event.key.keysym.mod = (Uint16)modifiers;
	SDL_PushEvent(&event);
}

void push_key(const char *name)
{
	const char *key = name;
	int modifiers = KMOD_NONE;
	SDL_Event typed = {.type = SDL_TEXTINPUT};

	modifiers |= skip(&key, "Ctrl+") ? KMOD_LCTRL : 0;
	modifiers |= skip(&key, "Alt+") ? KMOD_LALT : 0;
	modifiers |= skip(&key, "Shift+") ? KMOD_LSHIFT : 0;
	push_press(SDL_KEYDOWN, code_of_name(key), (SDL_Keymod)modifiers);
	if (!key_types_nothing(name)) {
		snprintf(typed.text.text, sizeof typed.text.text, "%s",
			 strcmp(key, "Space") == 0 ? " " : key);
		SDL_PushEvent(&typed);
	}
	push_press(SDL_KEYUP, code_of_name(key), KMOD_NONE);
}
