/* window_requests.h — what the state asks the window for. For window*.c. */
#ifndef TCPLAB_VIZ_WINDOW_REQUESTS_H
#define TCPLAB_VIZ_WINDOW_REQUESTS_H

#include "viz/sdl_screen.h"
#include "viz/window.h"

/* Does what app->request says and clears it; what came of it is a notice. */
void window_do_request(struct app *app, const struct window_options *options,
		       struct screen *screen);

/* "The SYN,ACK is lost - tcplab" */
void window_retitle(struct screen *screen, const struct app *app);

#endif
