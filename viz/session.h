/* session.h — the files of one command line, one of which is shown: in the
 * window, as text, or as a file.
 *
 * The window may go from file to file, and from one connection of a capture to another, and ask
 * "what if": then the scenario runs again with one loss more, in place of the run that was shown.
 */
#ifndef TCPLAB_VIZ_SESSION_H
#define TCPLAB_VIZ_SESSION_H

#include "viz/app_state.h"
#include "viz/args.h"
#include "viz/opened.h"

enum { WHAT_IFS_MAX = 32, WHAT_IF_SIZE = 512 };

struct session {
	const struct args *args;
	const char *const *files;
	size_t file_count;
	bool captures; /* rather than scenarios */
	struct opened now;
	char what_ifs[WHAT_IFS_MAX][WHAT_IF_SIZE]; /* settings beyond --set */
	unsigned what_if_count;
};

/* Shows the session's files as its args say. Returns the exit status. */
int session_present(struct session *s);

/* For the window: another file; one loss more; one loss less. */
bool session_open(void *session, struct app *app, unsigned file, struct error *err);
bool session_lose(void *session, struct app *app, uint32_t packet, struct error *err);
bool session_unlose(void *session, struct app *app, struct error *err);
/* Another connection of the capture. */
bool session_choose(void *session, struct app *app, uint32_t number, struct error *err);

/* Which connections there are to choose from, where there are others. */
void session_list(const struct session *s, struct app *app);

#endif
