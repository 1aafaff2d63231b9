/* commands.c — what a script would have a shell do, by a table and never by a
 * shell: its switches become those of the profile, and what it asks about
 * connections is answered. What is not in the table is unsupported. */
#include "machine/commands_inside.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "record/memory.h"

/* ---- switches ---- */

static enum setting set_switch(struct asking *a, const char *name, const char *value)
{
	enum setting outcome = sysctl_apply(a->settings, name, value, a->why);

	if (outcome != SETTING_KNOWN || a->machine == NULL || a->machine->sysctl == NULL ||
	    a->machine->sysctl(a->machine->machine, name, value))
		return outcome;
	return not_a_command(a, "sysctl %s=%s, which the machine does not take", name, value);
}

/* "name=value", behind all that a path to /proc has before it. */
static enum setting set_pair(struct asking *a, const char *pair)
{
	const char *equals = strchr(pair, '=');
	char name[128];
	struct text text = text_in(name, sizeof name);

	if (strncmp(pair, "/proc/sys/", 10) == 0)
		pair += 10;
	if (equals == NULL || equals <= pair || (size_t)(equals - pair) >= sizeof name)
		return not_a_command(a, "\"%s\" sets nothing", pair);
	text_addf(&text, "%.*s", (int)(equals - pair), pair);
	for (char *at = name; *at != '\0'; at++) {
		if (*at == '/') /* a path to /proc */
			*at = '.';
	}
	return set_switch(a, name, equals + 1);
}

/* "-w", "-q", "-e": how it is told. "-n" and a name without a value only ask. */
static enum setting do_sysctl(struct asking *a, const struct shell_stage *stage)
{
	enum setting outcome = SETTING_KNOWN;

	for (unsigned i = 1; i < stage->count && outcome == SETTING_KNOWN; i++) {
		const char *word = stage->words[i];

		if (word[0] == '-' && strspn(word + 1, "wqenN") == strlen(word + 1))
			continue;
		if (word[0] == '-')
			return not_a_command(a, "sysctl %s", word);
		if (strchr(word, '=') != NULL)
			outcome = set_pair(a, word);
	}
	return outcome;
}

static enum setting do_set_sysctls(struct asking *a, const struct shell_stage *stage)
{
	enum setting outcome = SETTING_KNOWN;

	for (unsigned i = 1; i < stage->count && outcome == SETTING_KNOWN; i++)
		outcome = set_pair(a, stage->words[i]);
	return outcome;
}

/* What the suites for Linux set before each script: a busy server's values. */
static enum setting do_defaults(struct asking *a, const struct shell_stage *stage)
{
	static const char *const pairs[] = {"net.ipv4.tcp_rmem=4096 540000 15728640",
					    "net.ipv4.tcp_wmem=4096 262144 4194304",
					    "net.ipv4.tcp_timestamps=1",
					    "net.ipv4.tcp_syn_retries=5",
					    "net.ipv4.tcp_synack_retries=5",
					    "net.ipv4.tcp_frto=2",
					    "net.ipv4.tcp_sack=1",
					    "net.ipv4.tcp_dsack=1",
					    "net.ipv4.tcp_reordering=3",
					    "net.ipv4.tcp_congestion_control=cubic",
					    "net.ipv4.tcp_slow_start_after_idle=0",
					    "net.ipv4.tcp_early_retrans=4",
					    "net.ipv4.tcp_recovery=1",
					    "net.ipv4.tcp_ecn=0",
					    "net.ipv4.tcp_fastopen=3",
					    "net.ipv4.tcp_fastopen_key="
					    "a1a1a1a1-b2b2b2b2-c3c3c3c3-d4d4d4d4",
					    "net.ipv4.tcp_syncookies=1",
					    NULL};
	enum setting outcome = SETTING_KNOWN;

	(void)stage;
	for (unsigned i = 0; pairs[i] != NULL && outcome == SETTING_KNOWN; i++)
		outcome = set_pair(a, pairs[i]);
	return outcome;
}

/* "echo 1 > /proc/sys/net/ipv4/tcp_sack" */
static enum setting do_echo(struct asking *a, const struct shell_stage *stage)
{
	char pair[256];
	struct text text = text_in(pair, sizeof pair);
	static const char root[] = "/proc/sys/";

	if (stage->output == NULL || strcmp(stage->output, "/dev/null") == 0 ||
	    strncmp(stage->output, "/tmp/", 5) == 0 || strncmp(stage->output, "/dev/std", 8) == 0)
		return SETTING_KNOWN;
	if (strncmp(stage->output, root, sizeof root - 1) != 0)
		return not_a_command(a, "writing to %s", stage->output);
	text_addf(&text, "%s=", stage->output);
	for (unsigned i = 1; i < stage->count; i++)
		text_addf(&text, "%s%s", i > 1 ? " " : "", stage->words[i]);
	return set_pair(a, pair);
}

/* ---- interfaces, routes, queues ---- */

/* "-K tun0 tso off gso off" */
static enum setting do_ethtool(struct asking *a, const struct shell_stage *stage)
{
	/* What a card would not cut, Linux cuts itself: its TCP hands over as much at once. */
	static const char *const harmless[] = {"tso", "gso", "gro",    "lro", "rx",
					       "tx",  "sg",  "rxvlan", NULL};

	if (stage->count < 3 || strcmp(stage->words[1], "-K") != 0)
		return not_a_command(a, "ethtool without -K");
	for (unsigned i = 3; i + 1 < stage->count; i += 2) {
		const char *feature = stage->words[i];
		unsigned known = 0;

		while (harmless[known] != NULL && strcmp(harmless[known], feature) != 0)
			known++;
		if (harmless[known] == NULL)
			return not_a_command(a, "ethtool -K … %s", feature);
	}
	return SETTING_KNOWN;
}

/* 5, 5ms, 1s: a bare number is of milliseconds. */
static bool take_time(const char *value, nanos *time)
{
	char *end;
	long long number = strtoll(value, &end, 10);

	if (end == value || number < 0 || number > 3600000)
		return false;
	if (strcmp(end, "s") == 0)
		*time = nanos_from_s(number);
	else if (strcmp(end, "us") == 0)
		*time = nanos_from_us(number);
	else if (*end == '\0' || strcmp(end, "ms") == 0)
		*time = nanos_from_ms(number);
	else
		return false;
	return true;
}

static bool set_by_route(struct asking *a, const char *name, const char *value)
{
	struct profile *profile = &a->settings->profile;
	unsigned long number = strtoul(value, NULL, 10);
	nanos time;

	if (strcmp(name, "initcwnd") == 0 && number <= 100)
		profile->initial_window = (uint32_t)number;
	else if (strcmp(name, "advmss") == 0 && number >= 48 && number <= 65495)
		profile->mss = (uint32_t)number;
	else if (strcmp(name, "quickack") == 0 && number == 1)
		profile->delayed_ack = 0;
	else if (strcmp(name, "rto_min") == 0 && take_time(value, &time) && time > 0)
		profile->rto_min = profile->rto_variance_min = time;
	else if (strcmp(name, "features") == 0 && strcmp(value, "ecn") == 0)
		profile->ecn = ECN_CLASSIC, profile->ecn_passive = false;
	else if (strcmp(name, "congctl") == 0)
		return set_switch(a, "net.ipv4.tcp_congestion_control", value) == SETTING_KNOWN;
	else
		return false;
	return true;
}

static bool is_one_of(const char *word, const char *const *list)
{
	while (*list != NULL && strcmp(*list, word) != 0)
		list++;
	return *list != NULL;
}

/* "ip route change default via … initcwnd 4" */
static enum setting do_ip(struct asking *a, const struct shell_stage *stage)
{
	static const char *const verbs[] = {"add", "change", "replace", "append", NULL};
	static const char *const where[] = {"dev",   "via",   "src",    "table",
					    "proto", "scope", "metric", NULL};
	static const char *const ours[] = {"initcwnd", "advmss",  "quickack", "rto_min",
					   "features", "congctl", NULL};
	unsigned i = 1;

	while (i < stage->count && stage->words[i][0] == '-')
		i++;
	if (i < stage->count && strcmp(stage->words[i], "tcp_metrics") == 0)
		return SETTING_KNOWN; /* nothing is remembered in the beginning */
	if (i + 1 >= stage->count || strncmp(stage->words[i], "route", 5) != 0 ||
	    !is_one_of(stage->words[i + 1], verbs))
		return not_a_command(a, "ip %s", i < stage->count ? stage->words[i] : "");
	for (i += 3; i < stage->count; i += 2) {
		const char *name = stage->words[i];

		if (i + 1 == stage->count)
			return not_a_command(a, "ip route … %s", name);
		if (is_one_of(name, where))
			continue;
		if (!is_one_of(name, ours) || !set_by_route(a, name, stage->words[i + 1]))
			return not_a_command(a, "ip route … %s %s", name, stage->words[i + 1]);
	}
	return SETTING_KNOWN;
}

/* Whatever is sent is dropped at once, and TCP hears of it. */
static bool is_limit_0(const struct shell_stage *stage)
{
	return strcmp(stage->words[stage->count - 2], "limit") == 0 &&
	       strcmp(stage->words[stage->count - 1], "0") == 0;
}

/* A queue that holds nothing back is no queue. */
static enum setting do_tc(struct asking *a, const struct shell_stage *stage)
{
	const char *last = stage->words[stage->count - 1];

	if (stage->count < 4 || strcmp(stage->words[1], "qdisc") != 0)
		return not_a_command(a, "tc %s", stage->count > 1 ? stage->words[1] : "");
	if (strncmp(stage->words[2], "del", 3) == 0 || strcmp(stage->words[2], "show") == 0 ||
	    strcmp(last, "pfifo") == 0 || strcmp(last, "pfifo_fast") == 0 ||
	    strcmp(last, "noqueue") == 0)
		return SETTING_KNOWN;
	if (stage->count > 4 && is_limit_0(stage))
		return not_a_command(a,
				     "tc qdisc … pfifo limit 0: that TCP is told of what its own "
				     "host drops has no equal here");
	return not_a_command(a, "tc qdisc … %s: there is no queue", last);
}

/* ---- what does nothing here ---- */

static enum setting do_nothing(struct asking *a, const struct shell_stage *stage)
{
	(void)a;
	(void)stage;
	return SETTING_KNOWN;
}

static enum setting do_false(struct asking *a, const struct shell_stage *stage)
{
	(void)stage;
	error_set(a->why, "false is never right");
	return SETTING_WRONG;
}

/* Time would pass in the middle of an event. */
static enum setting do_sleep(struct asking *a, const struct shell_stage *stage)
{
	if (stage->count == 2 && strcmp(stage->words[1], "0") == 0)
		return SETTING_KNOWN;
	return not_a_command(a, "sleep: the next event says when it is");
}

static enum setting do_cat(struct asking *a, const struct shell_stage *stage)
{
	for (unsigned i = 1; i < stage->count; i++)
		if (strncmp(stage->words[i], "/proc/", 6) != 0)
			return not_a_command(a, "cat %s", stage->words[i]);
	return SETTING_KNOWN;
}

static enum setting do_modules(struct asking *a, const struct shell_stage *stage)
{
	const char *last = stage->words[stage->count - 1];

	if (strncmp(last, "tcp_", 4) == 0 || strncmp(last, "cc_", 3) == 0)
		return SETTING_KNOWN; /* the switch that follows says whether we have it */
	return not_a_command(a, "%s %s", stage->words[0], last);
}

static enum setting do_tcpdrop(struct asking *a, const struct shell_stage *stage)
{
	bool all = stage->count == 2 && strcmp(stage->words[1], "-a") == 0;
	bool those = stage->count == 3 && strcmp(stage->words[1], "-s") == 0;

	if (!all && !those)
		return not_a_command(a, "tcpdrop with neither -a nor -s and a state");
	if (a->machine == NULL || a->machine->drop == NULL)
		return not_a_command(a, "tcpdrop, where nothing runs yet");
	if (!a->machine->drop(a->machine->machine, a->now, those ? stage->words[2] : NULL))
		return not_a_command(a, "tcpdrop -s %s", stage->words[2]);
	return SETTING_KNOWN;
}

/* ---- the table ---- */

static const struct {
	const char *name;
	enum setting (*apply)(struct asking *a, const struct shell_stage *stage);
	const char *reason; /* of what does nothing */
} commands[] = {
	{"sysctl", do_sysctl, NULL},
	{"set_sysctls.py", do_set_sysctls, NULL},
	{"defaults.sh", do_defaults, NULL},
	{"echo", do_echo, NULL},
	{"ethtool", do_ethtool, NULL},
	{"ip", do_ip, NULL},
	{"tc", do_tc, NULL},
	{"cat", do_cat, NULL},
	{"sleep", do_sleep, NULL},
	{"false", do_false, NULL},
	{"tcpdrop", do_tcpdrop, NULL},
	{"kldload", do_modules, NULL},
	{"modprobe", do_modules, NULL},
	{"true", do_nothing, "it succeeds"},
	{":", do_nothing, "it succeeds"},
	{"nstat", do_nothing, "counters are only shown"},
	{"rm", do_nothing, "files are the shell's own"},
	{"dd", do_nothing, "files are the shell's own, and those of scripts full of zeros"},
	{"chmod", do_nothing, "files are the shell's own"},
	{"sync", do_nothing, "there is no disk"},
};

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

/* Switches are set anew by each script, so nothing is to be restored. */
static bool restores(const char *name)
{
	return strncmp(name, "sysctl_restore", 14) == 0;
}

enum setting not_a_command(struct asking *a, const char *format, ...)
{
	char what[400];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(what, sizeof what, format, arguments);
	va_end(arguments);
	error_set(a->why, "the command is not supported: %s", what);
	return SETTING_UNSUPPORTED;
}

static enum setting apply_stage(struct asking *a, const struct shell_stage *stage)
{
	const char *name;
	unsigned shift = 0;
	struct shell_stage own;

	/* sudo and sh only stand before it. */
	while (shift + 1 < stage->count &&
	       (strcmp(stage->words[shift], "sudo") == 0 ||
		strcmp(stage->words[shift], "bash") == 0 || strcmp(stage->words[shift], "sh") == 0))
		shift++;
	own = *stage;
	own.count -= shift;
	memmove(own.words, own.words + shift, own.count * sizeof own.words[0]);
	name = base_name(own.words[0]);
	if (restores(name))
		return SETTING_KNOWN;
	for (unsigned i = 0; i < sizeof commands / sizeof commands[0]; i++)
		if (strcmp(commands[i].name, name) == 0)
			return commands[i].apply(a, &own);
	return not_a_command(a, "%s", own.words[0]);
}

/* What is only printed may go anywhere but into a grep. */
static enum setting apply_pipe(struct asking *a, const struct shell_command *command)
{
	enum setting outcome;

	if (command->count == 0)
		return SETTING_KNOWN;
	if (asks_about_connections(base_name(command->stages[0].words[0])))
		return answer_about_connections(a, command);
	if (command->count > 1 && strcmp(base_name(command->stages[0].words[0]), "nstat") == 0)
		return not_a_command(a, "nstat … | %s: counters of a whole kernel are not kept",
				     command->stages[1].words[0]);
	outcome = apply_stage(a, &command->stages[0]);
	for (unsigned i = 1; i < command->count && outcome == SETTING_KNOWN; i++)
		if (strcmp(command->stages[i].words[0], "cat") != 0 &&
		    strcmp(command->stages[i].words[0], "tee") != 0)
			return not_a_command(a, "… | %s", command->stages[i].words[0]);
	return outcome;
}

/* Of && and ||: is the next one to be done? */
static bool goes_on(unsigned joint, enum setting outcome)
{
	if (joint == SHELL_AND)
		return outcome == SETTING_KNOWN;
	return joint == SHELL_THEN || outcome == SETTING_WRONG;
}

enum setting command_apply(struct drill_settings *settings, const struct machine *machine,
			   nanos now, const char *text, struct error *why)
{
	struct profile before = settings->profile;
	struct asking a = {.settings = settings, .machine = machine, .now = now, .why = why};
	char *room = memory_get(2 * strlen(text) + 2);
	struct shell_reader r = {.at = text, .room = room};
	struct shell_command command = {.joint = SHELL_THEN};
	enum setting outcome = SETTING_KNOWN;
	bool doing = true;

	while (command.joint != SHELL_END && outcome != SETTING_UNSUPPORTED) {
		unsigned joint = command.joint;

		if (!shell_next(&r, &command, why))
			outcome = SETTING_UNSUPPORTED;
		else if (command.count > 0 && doing)
			outcome = apply_pipe(&a, &command);
		else if (command.count == 0 && joint != SHELL_THEN)
			outcome = not_a_command(&a, "&& or || with nothing behind it");
		doing = command.joint == SHELL_END || goes_on(command.joint, outcome);
	}
	free(room);
	if (outcome != SETTING_UNSUPPORTED && machine != NULL &&
	    memcmp(&before, &settings->profile, sizeof before) != 0 &&
	    !machine->configure(machine->machine, &settings->profile)) {
		error_set(why, "the command is not supported now: %.300s", text);
		return SETTING_UNSUPPORTED;
	}
	return outcome;
}
