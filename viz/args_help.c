/* args_help.c — the summaries that --help prints, from the tables. */
#include "viz/options.h"

static void help_options(FILE *out, unsigned verb_bits)
{
	for (size_t i = 0; i < OPTION_COUNT; i++) {
		char left[40];

		if (!(options[i].verbs & verb_bits))
			continue;
		snprintf(left, sizeof left, "%s %s", options[i].name,
			 options[i].value ? options[i].value : "");
		fprintf(out, "  %-26s %s\n", left, options[i].help);
	}
}

void args_help(FILE *out, enum verb verb)
{
	if (verb != VERB_NONE) {
		fprintf(out, "usage: tcplab %s [OPTION ...] %s\n\n%c%s.\n%s\n", verbs[verb].name,
			verbs[verb].operands, verbs[verb].what[0] - 'a' + 'A', verbs[verb].what + 1,
			verbs[verb].more);
		help_options(out, 1u << verb);
		return;
	}
	fputs("usage: tcplab COMMAND [OPTION ...] FILE ...\n"
	      "       tcplab\n\n"
	      "Runs TCP where you can watch it. Without a command: the window, on the first\n"
	      "scenario.\n\n",
	      out);
	for (int i = VERB_RUN; i < VERB_COUNT; i++)
		fprintf(out, "  %-7s %-19s %s\n", verbs[i].name, verbs[i].operands, verbs[i].what);
	fputs("\nOptions; tcplab COMMAND --help says which of them a command takes:\n\n", out);
	help_options(out, IN_ALL);
	fputs("\nExit status: 0 fine, 1 an expectation failed, 2 usage or bad input,\n"
	      "3 the environment lacks something (a display, a privilege). More: man tcplab.\n",
	      out);
}
