#include "viz/args.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/nearest.h"
#include "record/memory.h"
#include "tcp/profile.h"
#include "viz/opened.h"
#include "viz/options.h"

static const struct option_row *find_option(const char *name, size_t len)
{
	if (len == 2 && strncmp(name, "-h", 2) == 0)
		return find_option("--help", 6);
	for (size_t i = 0; i < OPTION_COUNT; i++)
		if (strlen(options[i].name) == len && strncmp(options[i].name, name, len) == 0)
			return &options[i];
	return NULL;
}

static bool no_such_option(const char *name, size_t len, struct error *err)
{
	const char *names[OPTION_COUNT];
	char wrong[80];
	const char *meant;

	for (size_t i = 0; i < OPTION_COUNT; i++)
		names[i] = options[i].name;
	snprintf(wrong, sizeof wrong, "%.*s", (int)(len < 79 ? len : 79), name);
	meant = nearest(wrong, names, OPTION_COUNT);
	if (meant != NULL)
		return error_set(err, "there is no option %s: did you mean %s?", wrong, meant);
	return error_set(err, "there is no option %s: tcplab --help lists them", wrong);
}

/* ---- reading ---- */

struct reader {
	struct args *args;
	char **words; /* what is left of argv */
	size_t left;
	bool seen[OPTION_COUNT];
	struct error *err;
};

static const char *option_value(struct reader *r, const struct option_row *option,
				const char *attached)
{
	if (attached != NULL)
		return attached;
	if (r->left == 0) {
		error_set(r->err, "%s needs a value: %s %s", option->name, option->name,
			  option->value);
		return NULL;
	}
	r->left--;
	return *r->words++;
}

/* One option, whose word has been taken off already: "--seed", "--seed=7",
 * "-o" or "-oFILE". */
static bool read_option(struct reader *r, const char *word)
{
	size_t len = word[1] == '-' ? strcspn(word, "=") : 2;
	const char *attached = word[1] == '-' && word[len] == '=' ? word + len + 1
			       : word[1] != '-' && word[len] != 0 ? word + len
								  : NULL;
	const struct option_row *option = find_option(word, len);
	const char *value;

	if (option == NULL)
		return no_such_option(word, len, r->err);
	if (r->seen[option - options] && !option->many)
		return error_set(r->err, "%s is given twice", option->name);
	r->seen[option - options] = true;
	if (option->value == NULL && attached != NULL)
		return error_set(r->err, "%s takes no value, but is given \"%s\"", option->name,
				 attached);
	if (option->value == NULL) {
		*(bool *)((char *)r->args + option->flag) = true;
		return true;
	}
	value = option_value(r, option, attached);
	return value != NULL && option->take(r->args, value, r->err);
}

static bool read_verb(struct reader *r, const char *word)
{
	const char *names[VERB_COUNT];
	const char *meant;

	for (int i = VERB_RUN; i < VERB_COUNT; i++) {
		names[i - 1] = verbs[i].name;
		if (strcmp(word, verbs[i].name) == 0) {
			r->args->verb = (enum verb)i;
			return true;
		}
	}
	if (is_scenario(word))
		return error_set(r->err, "%s: say what to do with it: tcplab run %s", word, word);
	if (is_script(word))
		return error_set(r->err, "%s: say what to do with it: tcplab drill %s", word, word);
	if (is_capture(word))
		return error_set(r->err, "%s: say what to do with it: tcplab replay %s", word,
				 word);
	meant = nearest(word, names, VERB_COUNT - 1);
	if (meant != NULL)
		return error_set(r->err, "there is no command \"%s\": did you mean %s?", word,
				 meant);
	return error_set(r->err,
			 "there is no command \"%s\": there are run, replay, check, export, live, "
			 "watch and drill",
			 word);
}

static bool read_words(struct reader *r)
{
	bool options_may_follow = true;
	bool has_verb = false;

	while (r->left > 0) {
		const char *word = *r->words++;

		r->left--;
		if (options_may_follow && strcmp(word, "--") == 0) {
			options_may_follow = false;
		} else if (options_may_follow && word[0] == '-' && word[1] != '\0') {
			if (!read_option(r, word))
				return false;
		} else if (!has_verb && !r->args->help && strcmp(word, "help") == 0) {
			r->args->help = true;
		} else if (!has_verb) {
			has_verb = true;
			if (!read_verb(r, word))
				return false;
		} else if (word[0] == '\0') {
			return error_set(r->err, "a file's name is empty");
		} else {
			r->args->files[r->args->file_count++] = word;
		}
	}
	return true;
}

/* ---- what belongs together ---- */

static bool options_fit_the_verb(const struct reader *r)
{
	enum verb verb = r->args->verb;

	for (size_t i = 0; i < OPTION_COUNT; i++) {
		if (!r->seen[i] || options[i].verbs & 1u << verb)
			continue;
		if (verb == VERB_NONE)
			return error_set(r->err, "%s needs a command: tcplab --help lists them",
					 options[i].name);
		return error_set(r->err, "%s takes no %s: tcplab %s --help lists its options",
				 verbs[verb].name, options[i].name, verbs[verb].name);
	}
	return true;
}

static bool options_agree(const struct args *args, struct error *err)
{
	/* What these write with -o is what came, whatever they show. */
	bool watches = args->verb == VERB_WATCH || args->verb == VERB_LIVE;
	bool writes = args->output != NULL && !watches;
	struct profile profile;
	bool prints = args->text || args->json || writes || args->list;

	if (args->verb != VERB_DRILL && args->profile != NULL &&
	    !profile_named(args->profile, &profile))
		return error_set(err, "--profile %s is for drill", args->profile);
	if (args->window && args->output != NULL)
		return error_set(err, "--window and -o exclude each other: take one");
	if (args->text && args->json)
		return error_set(err, "--text and --json exclude each other: take one");
	if (args->ui_script != NULL && (prints || args->dump_ui))
		return error_set(err,
				 "--ui-script drives the window, and so excludes --text, --json, "
				 "-o, --list and --dump-ui");
	if (args->dump_ui && prints)
		return error_set(err,
				 "--dump-ui describes the window, and so excludes --text, --json, "
				 "-o and --list");
	if (args->list && (args->text || args->json || writes))
		return error_set(
			err, "--list prints connections alone: leave out --text, --json and -o");
	return true;
}

/* A longer name would leave no room for what is wrong with it. */
static bool names_are_short(const struct args *args, struct error *err)
{
	for (size_t i = 0; i <= args->file_count; i++) {
		const char *name = i < args->file_count ? args->files[i] : args->output;

		if (name != NULL && strlen(name) >= PATH_MAX)
			return error_set(err, "a file's name is too long, with %zu octets: %.60s…",
					 strlen(name), name);
	}
	return true;
}

static bool files_fit_the_verb(const struct args *args, struct error *err)
{
	const char *name = verbs[args->verb].name;

	if (args->verb == VERB_NONE || args->verb == VERB_WATCH)
		return true;
	if (args->file_count == 0)
		return error_set(err, "%s needs %s: tcplab %s %s", name,
				 args->verb == VERB_LIVE ? "to know what to do" : "a file", name,
				 verbs[args->verb].operands);
	if ((args->verb == VERB_EXPORT || args->verb == VERB_REPLAY) && args->file_count > 1)
		return error_set(err, "%s takes one file, not also \"%s\"", name, args->files[1]);
	if (args->output != NULL && args->verb != VERB_LIVE && args->file_count > 1)
		return error_set(err, "-o is one file, and cannot hold %zu runs: give one scenario",
				 args->file_count);
	if (args->verb == VERB_EXPORT && args->output == NULL)
		return error_set(err, "export needs to know where to: tcplab export %s -o OUT.svg",
				 args->files[0]);
	return true;
}

bool args_read(struct args *args, int argc, char **argv, struct error *err)
{
	size_t words = argc > 1 ? (size_t)argc - 1 : 0;
	struct reader r = {.args = args, .words = argv + 1, .left = words, .err = err};

	memset(args, 0, sizeof *args);
	args->files = memory_get((words + 1) * sizeof *args->files);
	args->settings = memory_get((words + 1) * sizeof *args->settings);
	args->defines = memory_get((words + 1) * sizeof *args->defines);
	if (!read_words(&r))
		return false;
	if (args->help || args->version)
		return true;
	return options_fit_the_verb(&r) && options_agree(args, err) &&
	       files_fit_the_verb(args, err) && names_are_short(args, err);
}

bool args_want_script(const struct args *args)
{
	return args->verb == VERB_EXPORT && args->output != NULL && is_script(args->output);
}

void args_free(struct args *args)
{
	free(args->files);
	free(args->settings);
	free(args->defines);
}
