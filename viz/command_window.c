/* command_window.c — tcplab alone: the window, on the scenarios that came
 * with it. */
#include "viz/cli.h"
#include "viz/directory.h"
#include "viz/output.h"
#include "viz/session.h"
#include "viz/window_part.h"

int command_window(const struct args *args)
{
	struct directory ours;
	struct session s = {.args = args};
	int status;

	if (!directory_of_ours(&ours)) {
		args_help(stderr, VERB_NONE);
		return complain(STATUS_BAD_INPUT, "the scenarios that come with tcplab are not "
						  "where it looks for them: name a file");
	}
	s.files = (const char *const *)ours.paths;
	/* As text, all of them at once would be a flood. */
	s.file_count = window_is_possible() ? ours.count : 1;
	status = session_present(&s);
	directory_free(&ours);
	return status;
}
