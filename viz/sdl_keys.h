/* sdl_keys.h — SDL's keys by the names that keys.h gives them. */
#ifndef TCPLAB_VIZ_SDL_KEYS_H
#define TCPLAB_VIZ_SDL_KEYS_H

#include <SDL.h>
#include <stdbool.h>

#include "viz/keys.h"

/* What is held down while keys are pressed, from event to event. */
struct held_keys {
	SDL_Keymod modifiers;
	bool repeats; /* the key that types now was down already */
};

/* The name of the key that an event presses; false for events that press
 * none. Letters, digits and signs come as text, so that they are what the
 * keyboard's layout says. */
bool key_of_event(struct held_keys *held, const SDL_Event *event, char name[KEY_NAME_MAX]);

/* Puts the press and release of a key into SDL's queue, as a keyboard would. */
void push_key(const char *name);

#endif
