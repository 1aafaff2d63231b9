#include "viz/options.h"

#include "viz/option_values.h"

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
			"In the window, l lists its connections to choose another.\n"
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
			"connection, as a\npacketdrill script), json (the scenario, as --set and "
			"--seed changed it).\n",
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
			"  tcplab live replay CAPTURE --to HOST PORT  what a captured client "
			"said\n"
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
		.help = "that step; 0 is the start (a picture: the last)",
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
		.help = "to the network: auto, raw, own, tun, space or pcap",
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
		.help = "who we are; --via own and pcap: somebody new",
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
		.name = "--to",
		.value = "HOST",
		.take = take_to,
		.verbs = IN_LIVE,
		.help = "replay: whom to play it to; its port follows",
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
