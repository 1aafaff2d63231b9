/* The command line: what is understood, and what is said to what is not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "viz/args.h"
#include "viz/options.h"

enum { WORDS_MAX = 16 };

/* Reads "tcplab run a.json"; no word here has a blank in it. */
static bool read_line(struct args *args, const char *line, struct error *err)
{
	static char bytes[512];
	char *words[WORDS_MAX];
	int count = 0;

	assert_true(strlen(line) < sizeof bytes);
	strcpy(bytes, line);
	for (char *word = strtok(bytes, " "); word != NULL; word = strtok(NULL, " ")) {
		assert_true(count < WORDS_MAX - 1);
		words[count++] = word;
	}
	words[count] = NULL;
	return args_read(args, count, words, err);
}

static void understood(struct args *args, const char *line)
{
	struct error err = {""};

	if (!read_line(args, line, &err))
		fail_msg("\"%s\" is not understood: %s", line, err.text);
}

/* The sentence must have each of the words, which '|' separates. */
static void refused(const char *line, const char *words)
{
	struct args args;
	struct error err = {""};
	char wanted[256];

	if (read_line(&args, line, &err))
		fail_msg("\"%s\" is understood", line);
	strcpy(wanted, words);
	for (char *word = strtok(wanted, "|"); word != NULL; word = strtok(NULL, "|"))
		if (strstr(err.text, word) == NULL)
			fail_msg("\"%s\" is answered with \"%s\", without \"%s\"", line, err.text,
				 word);
	args_free(&args);
}

static void each_command_takes_its_files(void **state)
{
	struct args args;

	(void)state;
	understood(&args, "tcplab run a.json b.json");
	assert_int_equal(args.verb, VERB_RUN);
	assert_int_equal(args.file_count, 2);
	assert_string_equal(args.files[1], "b.json");
	args_free(&args);
	understood(&args, "tcplab check dir a.json c.pcap");
	assert_int_equal(args.verb, VERB_CHECK);
	assert_int_equal(args.file_count, 3);
	args_free(&args);
	understood(&args, "tcplab replay - --conn 3 --play server");
	assert_int_equal(args.verb, VERB_REPLAY);
	assert_string_equal(args.files[0], "-");
	assert_int_equal(args.conn, 3);
	assert_int_equal(args.play, PLAY_SERVER);
	args_free(&args);
	understood(&args, "tcplab export a.json -o a.svg");
	assert_int_equal(args.verb, VERB_EXPORT);
	assert_string_equal(args.output, "a.svg");
	args_free(&args);
	understood(&args, "tcplab watch eth0 port 443 --list -o a.pcapng --for 10 --memory 64");
	assert_int_equal(args.verb, VERB_WATCH);
	assert_int_equal(args.file_count, 3);
	assert_string_equal(args.files[2], "443");
	assert_string_equal(args.output, "a.pcapng");
	assert_int_equal(args.for_seconds, 10);
	assert_int_equal(args.memory, 64);
	args_free(&args);
	refused("tcplab watch eth0 --for 0", "--for|seconds");
	refused("tcplab watch eth0 --memory 1.5", "--memory|megabytes");
	refused("tcplab replay a.pcap --for 3", "replay takes no --for");
}

static void no_word_at_all_is_the_window(void **state)
{
	struct args args;

	(void)state;
	understood(&args, "tcplab");
	assert_int_equal(args.verb, VERB_NONE);
	args_free(&args);
	understood(&args, "tcplab --theme dark --reduce-motion");
	assert_true(args.dark);
	assert_true(args.reduce_motion);
	args_free(&args);
}

static void options_may_stand_anywhere_and_take_values_both_ways(void **state)
{
	const char *const lines[] = {
		"tcplab --seed 7 run a.json",
		"tcplab run --seed 7 a.json",
		"tcplab run a.json --seed 7",
		"tcplab run a.json --seed=7",
	};

	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		struct args args;

		understood(&args, lines[i]);
		assert_true(args.has_seed);
		assert_int_equal(args.seed, 7);
		assert_int_equal(args.file_count, 1);
		args_free(&args);
	}
}

static void every_seed_of_64_bits_is_a_seed(void **state)
{
	struct args args;

	(void)state;
	understood(&args, "tcplab run a.json --seed 18446744073709551615");
	assert_true(args.seed == UINT64_MAX);
	args_free(&args);
	understood(&args, "tcplab run a.json --seed 0");
	assert_true(args.has_seed && args.seed == 0);
	args_free(&args);
	refused("tcplab run a.json --seed 18446744073709551616", "--seed|18446744073709551616");
	refused("tcplab run a.json --seed abc", "--seed|abc");
	refused("tcplab run a.json --seed -1", "--seed|-1");
	refused("tcplab run a.json --seed 1e400", "--seed|1e400");
	refused("tcplab run a.json --seed 5x", "--seed|5x");
	refused("tcplab run a.json --seed 0x10", "--seed|0x10");
	refused("tcplab run a.json --seed=", "--seed|\"\"");
}

static void settings_add_up_and_other_options_are_given_once(void **state)
{
	struct args args;

	(void)state;
	understood(&args, "tcplab run a.json --set seed=3 --set links.0.delay_ms=20");
	assert_int_equal(args.setting_count, 2);
	assert_string_equal(args.settings[1], "links.0.delay_ms=20");
	args_free(&args);
	refused("tcplab run a.json --seed 1 --seed 1", "--seed|twice");
	refused("tcplab run a.json --text --text", "--text|twice");
	refused("tcplab run a.json --set delay", "--set|key=value");
	refused("tcplab run a.json --set =3", "--set|key=value");
}

static void sizes_and_steps_are_checked(void **state)
{
	struct args args;

	(void)state;
	understood(&args, "tcplab export a.json -oa.png --size 1920x1080 --step 0");
	assert_int_equal(args.width, 1920);
	assert_int_equal(args.height, 1080);
	assert_true(args.has_step && args.step == 0);
	assert_string_equal(args.output, "a.png");
	args_free(&args);
	refused("tcplab run a.json --size 0x0", "--size|1280x720");
	refused("tcplab run a.json --size 1000000x1000000", "--size|16384x16384");
	refused("tcplab run a.json --size 1920", "--size|1920");
	refused("tcplab run a.json --size 1920x1080x", "--size|1920x1080x");
	refused("tcplab run a.json --size 19201920192019201920x1080", "--size");
	refused("tcplab run a.json --step -1", "--step|-1");
	refused("tcplab run a.json --step 4294967296", "--step");
	refused("tcplab replay a.pcap --conn 0", "--conn|from 1");
}

static void a_misspelt_word_is_answered_with_the_right_one(void **state)
{
	(void)state;
	refused("tcplab rum a.json", "rum|run?");
	refused("tcplab exprot a.json -o b.svg", "export?");
	refused("tcplab run a.json --sed 3", "--sed|--seed?");
	refused("tcplab run a.json --reduce-moton", "--reduce-motion?");
	refused("tcplab run a.json -x", "-x");
	refused("tcplab run a.json --theme drak", "dark?");
	refused("tcplab run a.json --color=alwyas", "always?");
	refused("tcplab replay a.pcap --play clinet", "client?");
	refused("tcplab banana", "banana|run, replay, check, export");
}

static void a_file_in_place_of_the_command_is_told_the_command(void **state)
{
	(void)state;
	refused("tcplab lossy.json", "tcplab run lossy.json");
	refused("tcplab slow.pcapng", "tcplab replay slow.pcapng");
}

static void what_is_missing_is_named(void **state)
{
	(void)state;
	refused("tcplab run", "run needs a file|tcplab run SCENARIO.json");
	refused("tcplab replay", "replay needs a file");
	refused("tcplab check", "check needs a file");
	refused("tcplab export a.json", "-o OUT.svg");
	refused("tcplab run a.json --seed", "--seed needs a value|--seed N");
	refused("tcplab run a.json -o", "-o needs a value");
	refused("tcplab export a.json b.json -o c.svg", "b.json");
	refused("tcplab replay a.pcap b.pcap", "b.pcap");
}

static void options_of_other_commands_are_refused(void **state)
{
	(void)state;
	refused("tcplab run a.json --play client", "run takes no --play");
	refused("tcplab check a.json --text", "check takes no --text");
	refused("tcplab export a.json -o a.svg --ui-script f", "export takes no --ui-script");
	refused("tcplab --seed 3", "--seed needs a command");
}

static void options_that_exclude_each_other_are_refused(void **state)
{
	(void)state;
	refused("tcplab run a.json --text --json", "--text|--json");
	refused("tcplab run a.json --ui-script f --text", "--ui-script");
	refused("tcplab run a.json --ui-script f --dump-ui", "--ui-script");
	refused("tcplab run a.json --dump-ui --json", "--dump-ui");
	refused("tcplab replay a.pcap --list --json", "--list");
	refused("tcplab run a.json b.json -o c.txt", "-o");
	refused("tcplab run a.json --text=yes", "--text takes no value|yes");
}

static void two_dashes_end_the_options(void **state)
{
	struct args args;

	(void)state;
	understood(&args, "tcplab run -- -x.json --seed");
	assert_int_equal(args.file_count, 2);
	assert_string_equal(args.files[0], "-x.json");
	assert_string_equal(args.files[1], "--seed");
	assert_false(args.has_seed);
	args_free(&args);
}

static void an_empty_name_is_no_file(void **state)
{
	char program[] = "tcplab";
	char run[] = "run";
	char empty[] = "";
	char *words[] = {program, run, empty, NULL};
	struct args args;
	struct error err = {""};

	(void)state;
	assert_false(args_read(&args, 3, words, &err));
	assert_non_null(strstr(err.text, "empty"));
	args_free(&args);
}

static void help_and_version_ask_for_nothing_else(void **state)
{
	struct args args;

	(void)state;
	understood(&args, "tcplab --help");
	assert_true(args.help);
	assert_int_equal(args.verb, VERB_NONE);
	args_free(&args);
	understood(&args, "tcplab run --help");
	assert_true(args.help);
	assert_int_equal(args.verb, VERB_RUN);
	args_free(&args);
	understood(&args, "tcplab -h export");
	assert_true(args.help);
	args_free(&args);
	understood(&args, "tcplab --version");
	assert_true(args.version);
	args_free(&args);
}

static char *help_of(enum verb verb)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	args_help(out, verb);
	fclose(out);
	return text;
}

static void help_has_every_option_and_only_those_of_its_command(void **state)
{
	(void)state;
	for (int verb = VERB_NONE; verb < VERB_COUNT; verb++) {
		char *text = help_of((enum verb)verb);

		for (size_t i = 0; i < OPTION_COUNT; i++) {
			char line[64];
			bool takes = verb == VERB_NONE || (options[i].verbs & 1u << verb);

			snprintf(line, sizeof line, "\n  %s ", options[i].name);
			if ((strstr(text, line) != NULL) != takes)
				fail_msg("the help of command %d and %s disagree", verb,
					 options[i].name);
		}
		free(text);
	}
}

static void no_line_of_the_help_is_wider_than_a_terminal(void **state)
{
	(void)state;
	for (int verb = VERB_NONE; verb < VERB_COUNT; verb++) {
		char *text = help_of((enum verb)verb);

		for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n"))
			if (strlen(line) > 80)
				fail_msg("too wide: %s", line);
		free(text);
	}
}

static void a_hundred_thousand_files_are_taken(void **state)
{
	enum { MANY = 100000 };
	char program[] = "tcplab";
	char check[] = "check";
	char name[] = "a.json";
	char **words = malloc((MANY + 3) * sizeof *words);
	struct args args;
	struct error err;

	(void)state;
	words[0] = program;
	words[1] = check;
	for (size_t i = 0; i < MANY; i++)
		words[i + 2] = name;
	words[MANY + 2] = NULL;
	assert_true(args_read(&args, MANY + 2, words, &err));
	assert_int_equal(args.file_count, MANY);
	args_free(&args);
	free(words);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_command_takes_its_files),
		cmocka_unit_test(no_word_at_all_is_the_window),
		cmocka_unit_test(options_may_stand_anywhere_and_take_values_both_ways),
		cmocka_unit_test(every_seed_of_64_bits_is_a_seed),
		cmocka_unit_test(settings_add_up_and_other_options_are_given_once),
		cmocka_unit_test(sizes_and_steps_are_checked),
		cmocka_unit_test(a_misspelt_word_is_answered_with_the_right_one),
		cmocka_unit_test(a_file_in_place_of_the_command_is_told_the_command),
		cmocka_unit_test(what_is_missing_is_named),
		cmocka_unit_test(options_of_other_commands_are_refused),
		cmocka_unit_test(options_that_exclude_each_other_are_refused),
		cmocka_unit_test(two_dashes_end_the_options),
		cmocka_unit_test(an_empty_name_is_no_file),
		cmocka_unit_test(help_and_version_ask_for_nothing_else),
		cmocka_unit_test(help_has_every_option_and_only_those_of_its_command),
		cmocka_unit_test(no_line_of_the_help_is_wider_than_a_terminal),
		cmocka_unit_test(a_hundred_thousand_files_are_taken),
	};

	return cmocka_run_group_tests_name("args", tests, NULL, NULL);
}
