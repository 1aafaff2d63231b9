#include "viz/option_values.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/nearest.h"
#include "script/defines.h"
#include "machine/settings.h"
#include "tcp/profile.h"

static bool take_number(const char *text, uint64_t least, uint64_t most, uint64_t *out)
{
	char *end;

	if (text[0] < '0' || text[0] > '9')
		return false;
	errno = 0;
	*out = strtoull(text, &end, 10);
	return errno == 0 && *end == '\0' && *out >= least && *out <= most;
}

bool take_seed(struct args *args, const char *value, struct error *err)
{
	args->has_seed = true;
	if (take_number(value, 0, UINT64_MAX, &args->seed))
		return true;
	return error_set(err,
			 "--seed takes a whole number from 0 to 18446744073709551615, not \"%s\"",
			 value);
}

bool take_step(struct args *args, const char *value, struct error *err)
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

bool take_conn(struct args *args, const char *value, struct error *err)
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

bool take_for(struct args *args, const char *value, struct error *err)
{
	enum { LONGEST = 366 * 86400 };
	uint64_t seconds;

	if (!take_number(value, 1, LONGEST, &seconds))
		return error_set(err, "--for takes a number of seconds, 1 or more, not \"%s\"",
				 value);
	args->for_seconds = (uint32_t)seconds;
	return true;
}

bool take_memory(struct args *args, const char *value, struct error *err)
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

bool take_size(struct args *args, const char *value, struct error *err)
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

bool take_theme(struct args *args, const char *value, struct error *err)
{
	static const char *const names[] = {"light", "dark"};
	int word = take_word("--theme", value, names, 2, err);

	args->dark = word == 1;
	return word >= 0;
}

bool take_color(struct args *args, const char *value, struct error *err)
{
	static const char *const names[] = {"auto", "always", "never"};
	int word = take_word("--color", value, names, 3, err);

	if (word >= 0)
		args->color = (enum coloring)word;
	return word >= 0;
}

bool take_play(struct args *args, const char *value, struct error *err)
{
	static const char *const names[] = {"client", "server"};
	int word = take_word("--play", value, names, 2, err);

	if (word >= 0)
		args->play = word == 0 ? PLAY_CLIENT : PLAY_SERVER;
	return word >= 0;
}

bool take_side(struct args *args, const char *value, struct error *err)
{
	static const char *const names[] = {"client", "server"};
	int word = take_word("--side", value, names, 2, err);

	if (word >= 0)
		args->side = word == 0 ? PLAY_CLIENT : PLAY_SERVER;
	return word >= 0;
}

bool take_set(struct args *args, const char *value, struct error *err)
{
	const char *equals = strchr(value, '=');

	if (equals == NULL || equals == value)
		return error_set(err,
				 "--set takes key=value, such as links.0.delay_ms=20, not \"%s\"",
				 value);
	args->settings[args->setting_count++] = value;
	return true;
}

bool take_output(struct args *args, const char *value, struct error *err)
{
	args->output = value;
	return value[0] != '\0' || error_set(err, "-o takes the name of a file, not nothing");
}

bool take_ui_script(struct args *args, const char *value, struct error *err)
{
	args->ui_script = value;
	return value[0] != '\0' ||
	       error_set(err, "--ui-script takes the name of a file, not nothing");
}

bool take_via(struct args *args, const char *value, struct error *err)
{
	args->via = value;
	return value[0] != '\0' || error_set(err, "--via takes the name of a way, not nothing");
}

bool take_profile(struct args *args, const char *value, struct error *err)
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

bool take_address(struct args *args, const char *value, struct error *err)
{
	if (address_parse(&args->address, value) && !address_is_unusable(&args->address))
		return true;
	return error_set(err, "--address takes the address of a host, not \"%s\"", value);
}

bool take_interface(struct args *args, const char *value, struct error *err)
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

bool take_loss(struct args *args, const char *value, struct error *err)
{
	return take_percent("--loss", value, &args->loss, err);
}

bool take_duplication(struct args *args, const char *value, struct error *err)
{
	return take_percent("--duplication", value, &args->duplication, err);
}

bool take_reordering(struct args *args, const char *value, struct error *err)
{
	return take_percent("--reordering", value, &args->reordering, err);
}

bool take_save(struct args *args, const char *value, struct error *err)
{
	args->save = value;
	return value[0] != '\0' || error_set(err, "--save takes the name of a file, not nothing");
}

bool take_serve(struct args *args, const char *value, struct error *err)
{
	args->serve = value;
	return value[0] != '\0' ||
	       error_set(err, "--serve takes the name of a directory, not nothing");
}

bool take_to(struct args *args, const char *value, struct error *err)
{
	args->to = value;
	return value[0] != '\0' || error_set(err, "--to takes the name of a host, not nothing");
}

bool take_command(struct args *args, const char *value, struct error *err)
{
	if (args->command_count == REALS_MAX)
		return error_set(err, "--command may be given %d times at most", REALS_MAX);
	if (args->command == NULL)
		args->command = value;
	args->commands[args->command_count++] = value;
	return true;
}

bool take_real(struct args *args, const char *value, struct error *err)
{
	if (args->real_count == REALS_MAX)
		return error_set(err, "--real may be given %d times at most", REALS_MAX);
	args->reals[args->real_count++] = value;
	return value[0] != '\0' || error_set(err, "--real takes the name of a host, not nothing");
}

bool take_late_bound(struct args *args, const char *value, struct error *err)
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

bool take_define(struct args *args, const char *value, struct error *err)
{
	args->defines[args->define_count++] = value;
	return define_is_one(value) || error_set(err, "-D takes NAME=VALUE, not \"%s\"", value);
}

bool take_junit(struct args *args, const char *value, struct error *err)
{
	args->junit = value;
	return value[0] != '\0' || error_set(err, "--junit takes the name of a file, not nothing");
}

bool take_ip_version(struct args *args, const char *value, struct error *err)
{
	static const char *const names[] = {"ipv4", "ipv6", "ipv4-mapped-ipv6"};

	args->ip_version = value;
	return take_word("--ip_version", value, names, 3, err) >= 0;
}

bool take_tolerance(struct args *args, const char *value, struct error *err)
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

bool take_jobs(struct args *args, const char *value, struct error *err)
{
	uint64_t jobs;

	if (!take_number(value, 1, JOBS_MOST, &jobs))
		return error_set(err, "-j takes a number from 1 to %d, not \"%s\"", JOBS_MOST,
				 value);
	args->jobs = (unsigned)jobs;
	return true;
}
