#include "viz/options.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/nearest.h"
#include "drill/defines.h"
#include "drill/settings.h"
#include "tcp/profile.h"

const struct verb_row verbs[VERB_COUNT] = {
	[VERB_NONE] = {"", "", "", ""},
	[VERB_RUN] =
		{
			"run",
			"SCENARIO.json ...",
			"run scenarios and show them in the window",
			"Ctrl+PageDown and Ctrl+PageUp go from one scenario to the next.\n"
			"Where there is no display, the ladder is printed instead.\n",
		},
	[VERB_REPLAY] =
		{
			"replay",
			"CAPTURE",
			"show a capture (pcap or pcapng) in the window",
			"Both ends' states are inferred from what was captured.\n"
			"\"-\" reads the capture from standard input.\n",
		},
	[VERB_CHECK] =
		{
			"check",
			"FILE|DIRECTORY ...",
			"run without a window: a verdict each",
			"Of a directory, every scenario in it. Exit status 1: an expectation "
			"failed.\n",
		},
	[VERB_EXPORT] =
		{
			"export",
			"FILE -o OUT.ENDING",
			"write what the ending asks for",
			"Endings: svg and png (one step), pdf and html (all steps), txt (the "
			"ladder),\n"
			"jsonl (every event), pcapng (the packets), pkt (one end of a "
			"connection, as a\npacketdrill script).\n",
		},
	[VERB_LIVE] =
		{
			"live",
			"get|connect|listen|replay|tun ...",
			"our own TCP on a real network",
			"  tcplab live get URL            fetches a page: -o FILE for its body\n"
			"  tcplab live connect HOST PORT  standard input goes there, its answers "
			"come "
			"out\n"
			"  tcplab live listen PORT        an echo; or --stdio, or --serve "
			"DIRECTORY\n"
			"  tcplab live replay CAPTURE HOST PORT  what a captured client said, "
			"to that one\n"
			"                                 --save RUN.live keeps it, for run\n"
			"  tcplab live tun SCENARIO.json  the kernel's TCP in that network; -o "
			"RUN.json\n"
			"                                 keeps it, for tcplab run RUN.json\n",
		},
	[VERB_WATCH] =
		{
			"watch",
			"INTERFACE [FILTER]",
			"this machine's own connections, as they happen",
			"FILTER is as in tcpdump, such as: port 443 and host example.org\n"
			"In the window, l lists the connections to choose one. No text is kept, "
			"but\nheaders alone.\n"
			"With --text, --json or --list, ^C or --for ends it, and then it prints.\n",
		},
	[VERB_DRILL] =
		{
			"drill",
			"SCRIPT.pkt ...",
			"packetdrill scripts against our TCP",
			"Of a directory, every script in it and below. Nothing waits: time is "
			"virtual.\n"
			"Exit status 1: a script failed; what is unsupported is counted apart, and "
			"is\n"
			"a failure with --strict. To see a script: --window, or tcplab run "
			"SCRIPT.pkt\n",
		},
};

/* ---- values ---- */

static bool take_number(const char *text, uint64_t least, uint64_t most, uint64_t *out)
{
	char *end;

	if (text[0] < '0' || text[0] > '9')
		return false;
	errno = 0;
	*out = strtoull(text, &end, 10);
	return errno == 0 && *end == '\0' && *out >= least && *out <= most;
}

static bool take_seed(struct args *args, const char *value, struct error *err)
{
	args->has_seed = true;
	if (take_number(value, 0, UINT64_MAX, &args->seed))
		return true;
	return error_set(err,
			 "--seed takes a whole number from 0 to 18446744073709551615, not \"%s\"",
			 value);
}

static bool take_step(struct args *args, const char *value, struct error *err)
{
	uint64_t step;

	if (!take_number(value, 0, UINT32_MAX, &step))
		return error_set(err,
				 "--step takes the number of a step, 0 being the start, not \"%s\"",
				 value);
	args->has_step = true;
	args->step = (uint32_t)step;
	return true;
}

static bool take_conn(struct args *args, const char *value, struct error *err)
{
	uint64_t conn;

	if (!take_number(value, 1, UINT32_MAX, &conn))
		return error_set(err,
				 "--conn takes the number of a connection, from 1, not \"%s\": "
				 "--list shows them",
				 value);
	args->conn = (uint32_t)conn;
	return true;
}

static bool take_for(struct args *args, const char *value, struct error *err)
{
	enum { LONGEST = 366 * 86400 };
	uint64_t seconds;

	if (!take_number(value, 1, LONGEST, &seconds))
		return error_set(err, "--for takes a number of seconds, 1 or more, not \"%s\"",
				 value);
	args->for_seconds = (uint32_t)seconds;
	return true;
}

static bool take_memory(struct args *args, const char *value, struct error *err)
{
	enum { MOST = 1 << 20 };
	uint64_t megabytes;

	if (!take_number(value, 1, MOST, &megabytes))
		return error_set(err,
				 "--memory takes a number of megabytes, from 1 to %d, not \"%s\"",
				 MOST, value);
	args->memory = (uint32_t)megabytes;
	return true;
}

static bool take_size(struct args *args, const char *value, struct error *err)
{
	char width[8] = "";
	const char *cross = strchr(value, 'x');
	uint64_t w;
	uint64_t h;

	if (cross != NULL && (size_t)(cross - value) < sizeof width) {
		memcpy(width, value, (size_t)(cross - value));
		if (take_number(width, WIDTH_LEAST, SIDE_MOST, &w) &&
		    take_number(cross + 1, HEIGHT_LEAST, SIDE_MOST, &h)) {
			args->width = (unsigned)w;
			args->height = (unsigned)h;
			return true;
		}
	}
	return error_set(err,
			 "--size takes WIDTHxHEIGHT in pixels, from %dx%d to %dx%d, not \"%s\"",
			 WIDTH_LEAST, HEIGHT_LEAST, SIDE_MOST, SIDE_MOST, value);
}

/* Index of `value` among `names`, or -1 after a sentence. */
static int take_word(const char *option, const char *value, const char *const *names, size_t count,
		     struct error *err)
{
	const char *meant;

	for (size_t i = 0; i < count; i++)
		if (strcmp(value, names[i]) == 0)
			return (int)i;
	meant = nearest(value, names, count);
	if (count == 2)
		error_set(err, "%s takes %s or %s, not \"%s\"", option, names[0], names[1], value);
	else
		error_set(err, "%s takes %s, %s or %s, not \"%s\"", option, names[0], names[1],
			  names[2], value);
	if (meant != NULL)
		error_set(err, "%s takes no \"%s\": did you mean %s?", option, value, meant);
	return -1;
}

static bool take_theme(struct args *args, const char *value, struct error *err)
{
	static const char *const names[] = {"light", "dark"};
	int word = take_word("--theme", value, names, 2, err);

	args->dark = word == 1;
	return word >= 0;
}

static bool take_color(struct args *args, const char *value, struct error *err)
{
	static const char *const names[] = {"auto", "always", "never"};
	int word = take_word("--color", value, names, 3, err);

	if (word >= 0)
		args->color = (enum coloring)word;
	return word >= 0;
}

static bool take_play(struct args *args, const char *value, struct error *err)
{
	static const char *const names[] = {"client", "server"};
	int word = take_word("--play", value, names, 2, err);

	if (word >= 0)
		args->play = word == 0 ? PLAY_CLIENT : PLAY_SERVER;
	return word >= 0;
}

static bool take_side(struct args *args, const char *value, struct error *err)
{
	static const char *const names[] = {"client", "server"};
	int word = take_word("--side", value, names, 2, err);

	if (word >= 0)
		args->side = word == 0 ? PLAY_CLIENT : PLAY_SERVER;
	return word >= 0;
}

static bool take_set(struct args *args, const char *value, struct error *err)
{
	const char *equals = strchr(value, '=');

	if (equals == NULL || equals == value)
		return error_set(err,
				 "--set takes key=value, such as links.0.delay_ms=20, not \"%s\"",
				 value);
	args->settings[args->setting_count++] = value;
	return true;
}

static bool take_output(struct args *args, const char *value, struct error *err)
{
	args->output = value;
	return value[0] != '\0' || error_set(err, "-o takes the name of a file, not nothing");
}

static bool take_ui_script(struct args *args, const char *value, struct error *err)
{
	args->ui_script = value;
	return value[0] != '\0' ||
	       error_set(err, "--ui-script takes the name of a file, not nothing");
}

static bool take_via(struct args *args, const char *value, struct error *err)
{
	args->via = value;
	return value[0] != '\0' || error_set(err, "--via takes the name of a way, not nothing");
}

static bool take_profile(struct args *args, const char *value, struct error *err)
{
	const char *const *names = profile_names();
	struct profile profile;
	struct drill_settings drill = {0};
	unsigned count = 0;
	const char *meant;

	args->profile = value;
	if (profile_named(value, &profile) || settings_use_profile(&drill, value))
		return true;
	while (names[count] != NULL)
		count++;
	meant = nearest(value, names, count);
	return error_set(err, "there is no profile \"%s\": %s%s", value,
			 meant != NULL ? "did you mean " : "docs/scenario-format.md lists them",
			 meant != NULL ? meant : "");
}

static bool take_address(struct args *args, const char *value, struct error *err)
{
	if (address_parse(&args->address, value) && !address_is_unusable(&args->address))
		return true;
	return error_set(err, "--address takes the address of a host, not \"%s\"", value);
}

static bool take_interface(struct args *args, const char *value, struct error *err)
{
	args->interface = value;
	return value[0] != '\0' ||
	       error_set(err, "--interface takes the name of an interface, not nothing");
}

/* A percentage with up to four decimals, as parts of a million. */
static bool take_percent(const char *name, const char *value, uint32_t *out, struct error *err)
{
	uint64_t whole = 0;
	uint64_t parts = 0;
	const char *point = strchr(value, '.');
	size_t len = point != NULL ? (size_t)(point - value) : strlen(value);
	size_t decimals = point != NULL ? strspn(point + 1, "0123456789") : 0;
	char digits[8] = "";

	if (len > 0 && len < sizeof digits) {
		memcpy(digits, value, len);
		for (size_t i = 0; i < 4; i++)
			parts = 10 * parts + (i < decimals ? (uint64_t)(point[1 + i] - '0') : 0);
		if (take_number(digits, 0, 100, &whole) && decimals <= 4 &&
		    (point == NULL || (decimals > 0 && point[1 + decimals] == '\0')) &&
		    10000 * whole + parts <= 1000000) {
			*out = (uint32_t)(10000 * whole + parts);
			return true;
		}
	}
	return error_set(err, "%s takes a percentage from 0 to 100, such as 0.5, not \"%s\"", name,
			 value);
}

static bool take_loss(struct args *args, const char *value, struct error *err)
{
	return take_percent("--loss", value, &args->loss, err);
}

static bool take_duplication(struct args *args, const char *value, struct error *err)
{
	return take_percent("--duplication", value, &args->duplication, err);
}

static bool take_reordering(struct args *args, const char *value, struct error *err)
{
	return take_percent("--reordering", value, &args->reordering, err);
}

static bool take_save(struct args *args, const char *value, struct error *err)
{
	args->save = value;
	return value[0] != '\0' || error_set(err, "--save takes the name of a file, not nothing");
}

static bool take_serve(struct args *args, const char *value, struct error *err)
{
	args->serve = value;
	return value[0] != '\0' ||
	       error_set(err, "--serve takes the name of a directory, not nothing");
}

static bool take_command(struct args *args, const char *value, struct error *err)
{
	if (args->command_count == REALS_MAX)
		return error_set(err, "--command may be given %d times at most", REALS_MAX);
	if (args->command == NULL)
		args->command = value;
	args->commands[args->command_count++] = value;
	return true;
}

static bool take_real(struct args *args, const char *value, struct error *err)
{
	if (args->real_count == REALS_MAX)
		return error_set(err, "--real may be given %d times at most", REALS_MAX);
	args->reals[args->real_count++] = value;
	return value[0] != '\0' || error_set(err, "--real takes the name of a host, not nothing");
}

static bool take_late_bound(struct args *args, const char *value, struct error *err)
{
	enum { MOST = 60000 };
	uint64_t ms;

	if (!take_number(value, 1, MOST, &ms))
		return error_set(err,
				 "--late-bound takes a number of milliseconds, from 1 to %d, not "
				 "\"%s\"",
				 MOST, value);
	args->late_bound = (uint32_t)ms;
	return true;
}

static bool take_define(struct args *args, const char *value, struct error *err)
{
	args->defines[args->define_count++] = value;
	return define_is_one(value) || error_set(err, "-D takes NAME=VALUE, not \"%s\"", value);
}

static bool take_junit(struct args *args, const char *value, struct error *err)
{
	args->junit = value;
	return value[0] != '\0' || error_set(err, "--junit takes the name of a file, not nothing");
}

static bool take_ip_version(struct args *args, const char *value, struct error *err)
{
	static const char *const names[] = {"ipv4", "ipv6", "ipv4-mapped-ipv6"};

	args->ip_version = value;
	return take_word("--ip_version", value, names, 3, err) >= 0;
}

static bool take_tolerance(struct args *args, const char *value, struct error *err)
{
	enum { MOST = 3600000 };
	uint64_t ms;

	if (!take_number(value, 1, MOST, &ms))
		return error_set(err,
				 "--tolerance takes a number of milliseconds, from 1 to %d, not "
				 "\"%s\"",
				 MOST, value);
	args->tolerance_ms = (uint32_t)ms;
	return true;
}

static bool take_jobs(struct args *args, const char *value, struct error *err)
{
	uint64_t jobs;

	if (!take_number(value, 1, JOBS_MOST, &jobs))
		return error_set(err, "-j takes a number from 1 to %d, not \"%s\"", JOBS_MOST,
				 value);
	args->jobs = (unsigned)jobs;
	return true;
}

/* ---- the table ---- */

const struct option_row options[OPTION_COUNT] = {
	{
		.name = "--text",
		.flag = offsetof(struct args, text),
		.verbs = IN_RUN | IN_REPLAY | IN_EXPORT | IN_LIVE | IN_WATCH,
		.help = "the ladder as text, in the terminal",
	},
	{
		.name = "--json",
		.flag = offsetof(struct args, json),
		.verbs = IN_RUN | IN_REPLAY | IN_EXPORT | IN_WATCH | IN_LIVE,
		.help = "JSON Lines, an object for each event",
	},
	{
		.name = "-o",
		.value = "FILE",
		.take = take_output,
		.verbs = IN_RUN | IN_REPLAY | IN_EXPORT | IN_LIVE | IN_WATCH | IN_DRILL,
		.help = "where to write; \"-\" is standard output",
	},
	{
		.name = "--seed",
		.value = "N",
		.take = take_seed,
		.verbs = IN_RUN | IN_CHECK | IN_EXPORT | IN_LIVE | IN_DRILL,
		.help = "another seed, another run of the same scenario",
	},
	{
		.name = "--set",
		.value = "KEY=VALUE",
		.take = take_set,
		.verbs = IN_RUN | IN_CHECK | IN_EXPORT | IN_LIVE,
		.many = true,
		.help = "override anything in a scenario; may be repeated",
	},
	{
		.name = "--conn",
		.value = "N",
		.take = take_conn,
		.verbs = IN_REPLAY | IN_CHECK | IN_EXPORT | IN_WATCH | IN_LIVE,
		.help = "that connection, from 1",
	},
	{
		.name = "--play",
		.value = "client|server",
		.take = take_play,
		.verbs = IN_REPLAY | IN_CHECK | IN_EXPORT,
		.help = "our TCP in the place of that end of a capture",
	},
	{
		.name = "--side",
		.value = "client|server",
		.take = take_side,
		.verbs = IN_EXPORT,
		.help = "of a script (pkt): whose end it speaks for (client)",
	},
	{
		.name = "--list",
		.flag = offsetof(struct args, list),
		.verbs = IN_REPLAY | IN_WATCH,
		.help = "list the connections",
	},
	{
		.name = "--for",
		.value = "SECONDS",
		.take = take_for,
		.verbs = IN_WATCH | IN_LIVE,
		.help = "go on for so long, and end",
	},
	{
		.name = "--memory",
		.value = "MB",
		.take = take_memory,
		.verbs = IN_WATCH,
		.help = "for what is watched (64); what is old is forgotten",
	},
	{
		.name = "--step",
		.value = "N",
		.take = take_step,
		.verbs = IN_WINDOW | IN_EXPORT,
		.help = "that step; 0 is the start (export: the last)",
	},
	{
		.name = "--size",
		.value = "WxH",
		.take = take_size,
		.verbs = IN_WINDOW | IN_EXPORT | IN_WATCH | IN_LIVE | IN_DRILL,
		.help = "of the window or the picture, in pixels",
	},
	{
		.name = "--theme",
		.value = "light|dark",
		.take = take_theme,
		.verbs = IN_WINDOW | IN_EXPORT | IN_WATCH | IN_LIVE | IN_DRILL,
		.help = "colours (light)",
	},
	{
		.name = "--projector",
		.flag = offsetof(struct args, projector),
		.verbs = IN_WINDOW | IN_EXPORT | IN_WATCH | IN_LIVE | IN_DRILL,
		.help = "two large panes, to be read from the last row",
	},
	{
		.name = "--color",
		.value = "auto|always|never",
		.take = take_color,
		.verbs = IN_RUN | IN_REPLAY | IN_CHECK | IN_WATCH,
		.help = "colours of text; auto: on a terminal",
	},
	{
		.name = "--reduce-motion",
		.flag = offsetof(struct args, reduce_motion),
		.verbs = IN_WINDOW | IN_WATCH | IN_LIVE | IN_DRILL,
		.help = "each step at once, without animation",
	},
	{
		.name = "--ui-script",
		.value = "FILE",
		.take = take_ui_script,
		.verbs = IN_WINDOW | IN_WATCH | IN_LIVE | IN_DRILL,
		.help = "drive the window as a user would",
	},
	{
		.name = "--dump-ui",
		.flag = offsetof(struct args, dump_ui),
		.verbs = IN_WINDOW,
		.help = "what can be clicked, and where, as JSON",
	},
	{
		.name = "-v",
		.flag = offsetof(struct args, verbose),
		.verbs = IN_LIVE | IN_DRILL,
		.help = "what happens too, line by line",
	},
	{
		.name = "--via",
		.value = "WAY",
		.take = take_via,
		.verbs = IN_LIVE,
		.help = "to the network: auto, raw, own, tun or space",
	},
	{
		.name = "--profile",
		.value = "NAME",
		.take = take_profile,
		.verbs = IN_LIVE | IN_EXPORT | IN_DRILL,
		.help = "how our TCP is configured (linux)",
	},
	{
		.name = "--interface",
		.value = "NAME",
		.take = take_interface,
		.verbs = IN_LIVE,
		.help = "to use that one of this machine's",
	},
	{
		.name = "--address",
		.value = "ADDRESS",
		.take = take_address,
		.verbs = IN_LIVE,
		.help = "who we are; --via own: somebody new",
	},
	{
		.name = "--loss",
		.value = "PERCENT",
		.take = take_loss,
		.verbs = IN_LIVE,
		.help = "lose so many of the datagrams, both ways",
	},
	{
		.name = "--duplication",
		.value = "PERCENT",
		.take = take_duplication,
		.verbs = IN_LIVE,
		.help = "so many come twice",
	},
	{
		.name = "--reordering",
		.value = "PERCENT",
		.take = take_reordering,
		.verbs = IN_LIVE,
		.help = "so many are overtaken by later ones",
	},
	{
		.name = "--save",
		.value = "FILE",
		.take = take_save,
		.verbs = IN_LIVE,
		.help = "the run: .live does it again, .pcapng, .html ...",
	},
	{
		.name = "--serve",
		.value = "DIRECTORY",
		.take = take_serve,
		.verbs = IN_LIVE,
		.help = "listen: its files, by HTTP",
	},
	{
		.name = "--command",
		.value = "COMMAND",
		.take = take_command,
		.verbs = IN_LIVE,
		.many = true,
		.help = "that lives on the other side of --via space",
	},
	{
		.name = "--real",
		.value = "HOST",
		.take = take_real,
		.verbs = IN_LIVE,
		.many = true,
		.help = "tun: that host of the scenario is the kernel",
	},
	{
		.name = "--late-bound",
		.value = "MS",
		.take = take_late_bound,
		.verbs = IN_LIVE,
		.help = "tun: what is served later makes times invalid (5)",
	},
	{
		.name = "--once",
		.flag = offsetof(struct args, once),
		.verbs = IN_LIVE,
		.help = "listen: one connection, and that is all",
	},
	{
		.name = "--stdio",
		.flag = offsetof(struct args, stdio),
		.verbs = IN_LIVE,
		.help = "listen: standard input and output speak",
	},
	{
		.name = "-4",
		.flag = offsetof(struct args, ipv4),
		.verbs = IN_LIVE,
		.help = "IPv4 only",
	},
	{
		.name = "-6",
		.flag = offsetof(struct args, ipv6),
		.verbs = IN_LIVE,
		.help = "IPv6 only",
	},
	{
		.name = "--window",
		.flag = offsetof(struct args, window),
		.verbs = IN_DRILL,
		.help = "show the scripts in the window",
	},
	{
		.name = "-j",
		.value = "N",
		.take = take_jobs,
		.verbs = IN_DRILL,
		.help = "so many scripts at once (one a processor)",
	},
	{
		.name = "-D",
		.value = "NAME=VALUE",
		.take = take_define,
		.verbs = IN_DRILL,
		.many = true,
		.help = "that name in scripts stands for the value",
	},
	{
		.name = "--live",
		.flag = offsetof(struct args, live),
		.verbs = IN_DRILL,
		.help = "against the kernel's TCP too, in real time",
	},
	{
		.name = "--strict",
		.flag = offsetof(struct args, strict),
		.verbs = IN_DRILL,
		.help = "packets left over, or what is unsupported: failed",
	},
	{
		.name = "--tolerance",
		.value = "MS",
		.take = take_tolerance,
		.verbs = IN_DRILL,
		.help = "of the times of packets (4, or an eighth)",
	},
	{
		.name = "--ip_version",
		.value = "VERSION",
		.take = take_ip_version,
		.verbs = IN_DRILL,
		.help = "ipv4, ipv6 or ipv4-mapped-ipv6",
	},
	{
		.name = "--junit",
		.value = "FILE",
		.take = take_junit,
		.verbs = IN_DRILL,
		.help = "the verdicts, as build servers read them",
	},
	{
		.name = "--help",
		.flag = offsetof(struct args, help),
		.verbs = IN_ALL,
		.many = true,
		.help = "this summary",
	},
	{
		.name = "--version",
		.flag = offsetof(struct args, version),
		.verbs = IN_ALL,
		.many = true,
		.help = "the version",
	},
};
