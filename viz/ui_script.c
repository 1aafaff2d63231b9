#include "viz/ui_script.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/nearest.h"
#include "record/memory.h"
#include "viz/ui_words.h"

enum { SCRIPT_MOST = 1 << 20 }; /* octets */

/* What is left of a line, and where it stands. */
struct line {
	const char *path;
	unsigned number;
	char *rest;
	struct error *err;
};

static bool wrong(const struct line *l, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static bool wrong(const struct line *l, const char *format, ...)
{
	char sentence[512];
	va_list args;

	va_start(args, format);
	vsnprintf(sentence, sizeof sentence, format, args);
	va_end(args);
	return error_set(l->err, "%s:%u: %s", l->path, l->number, sentence);
}

/* The next word, "" at the end of the line. */
static char *next_word(struct line *l)
{
	char *word = l->rest + strspn(l->rest, " \t");
	size_t len = strcspn(word, " \t");

	l->rest = word + len;
	if (*l->rest != '\0')
		*l->rest++ = '\0';
	return word;
}

static bool at_end(struct line *l)
{
	const char *word = next_word(l);

	return word[0] == '\0' || wrong(l, "\"%s\" is more than this command takes", word);
}

/* ---- what commands take ---- */

static bool take_real(struct line *l, const char *word, double *out)
{
	char *end;

	*out = strtod(word, &end);
	if (end != word && *end == '\0' && *out > -1e6 && *out < 1e6)
		return true;
	return wrong(l, "\"%s\" is no number", word);
}

/* "id=play" or "100,200". */
static bool take_place(struct line *l, struct ui_command *command)
{
	char *word = next_word(l);
	char *comma = strchr(word, ',');

	if (strncmp(word, "id=", 3) == 0 && word[3] != '\0') {
		command->id = word + 3;
		return true;
	}
	if (comma == NULL)
		return wrong(l, "a place is id=NAME or X,Y, not \"%s\"", word);
	*comma = '\0';
	return take_real(l, word, &command->place.x) && take_real(l, comma + 1, &command->place.y);
}

static bool take_key(struct line *l, struct ui_command *command)
{
	const char *meant;

	command->name = next_word(l);
	if (key_is_valid(command->name))
		return at_end(l);
	meant = nearest_word(command->name, key_names);
	if (meant != NULL)
		return wrong(l, "there is no key \"%s\": did you mean %s?", command->name, meant);
	return wrong(l, "there is no key \"%s\"", command->name);
}

static bool take_text(struct line *l, struct ui_command *command)
{
	command->text = l->rest + strspn(l->rest, " \t");
	l->rest = l->rest + strlen(l->rest);
	return command->text[0] != '\0' || wrong(l, "type takes the text to type");
}

static bool take_click(struct line *l, struct ui_command *command)
{
	return take_place(l, command) && at_end(l);
}

static bool take_wheel(struct line *l, struct ui_command *command)
{
	if (!take_real(l, next_word(l), &command->amount))
		return false;
	if (strcmp(next_word(l), "at") != 0)
		return wrong(l, "as in: wheel -3 at 300,400");
	if (!take_place(l, command))
		return false;
	if (strcmp(l->rest, "with Ctrl") != 0)
		return at_end(l);
	command->ctrl = true;
	return true;
}

static bool take_drag(struct line *l, struct ui_command *command)
{
	if (!take_place(l, command))
		return false;
	if (command->id == NULL)
		return wrong(l, "as in: drag id=timeline 0.2 0.8");
	return take_real(l, next_word(l), &command->from) &&
	       take_real(l, next_word(l), &command->to) && at_end(l);
}

static bool take_size(struct line *l, struct ui_command *command)
{
	const char *word = next_word(l);
	char more;

	if (sscanf(word, "%5ux%5u%c", &command->width, &command->height, &more) != 2 ||
	    command->width == 0 || command->height == 0)
		return wrong(l, "a size is WIDTHxHEIGHT, not \"%s\"", word);
	return at_end(l);
}

static bool is_fact(const char *name)
{
	const char *const *facts = app_fact_names();

	for (size_t i = 0; facts[i] != NULL; i++)
		if (strcmp(facts[i], name) == 0)
			return true;
	return strcmp(name, "text") == 0;
}

/* "step=7", "step!=7", "text~RTO", "text!~RTO". */
static bool take_expectation(struct line *l, struct ui_command *command)
{
	char *word = l->rest + strspn(l->rest, " \t");
	size_t len = strcspn(word, "=~!");
	char *sign = word + len;
	bool negated = *sign == '!';
	const char *meant;

	command->name = word;
	command->text = sign + negated + 1;
	if (sign[negated] != '=' && sign[negated] != '~')
		return wrong(l, "as in: expect step=7, expect text~RTO, expect text!~RTO");
	command->relation = sign[negated] == '=' ? (negated ? UI_IS_NOT : UI_IS)
						 : (negated ? UI_HAS_NOT : UI_HAS);
	*sign = '\0';
	if (is_fact(word))
		return true;
	meant = nearest_word(word, app_fact_names());
	if (meant != NULL)
		return wrong(l, "nothing is called \"%s\": did you mean %s?", word, meant);
	return wrong(l, "nothing is called \"%s\"", word);
}

static bool take_wait(struct line *l, struct ui_command *command)
{
	if (strcmp(l->rest + strspn(l->rest, " \t"), "idle") != 0)
		return take_expectation(l, command);
	command->name = NULL;
	return true;
}

static bool take_file(struct line *l, struct ui_command *command)
{
	command->name = next_word(l);
	return command->name[0] != '\0' ? at_end(l) : wrong(l, "this takes the name of a file");
}

static const struct {
	const char *name;
	enum ui_verb verb;
	bool (*take)(struct line *l, struct ui_command *command);
} verbs[] = {
	{"key", UI_KEY, take_key},        {"type", UI_TYPE, take_text},
	{"move", UI_MOVE, take_click},    {"click", UI_CLICK, take_click},
	{"wheel", UI_WHEEL, take_wheel},  {"drag", UI_DRAG, take_drag},
	{"resize", UI_RESIZE, take_size}, {"expect", UI_EXPECT, take_expectation},
	{"wait", UI_WAIT, take_wait},     {"shot", UI_SHOT, take_file},
	{"dump", UI_DUMP, take_file},
};

enum { VERBS = sizeof verbs / sizeof verbs[0] };

/* ---- lines ---- */

static bool take_command(struct line *l, struct ui_command *command)
{
	const char *names[VERBS];
	const char *word = next_word(l);
	const char *meant;

	command->line = l->number;
	for (size_t i = 0; i < VERBS; i++) {
		names[i] = verbs[i].name;
		if (strcmp(word, verbs[i].name) != 0)
			continue;
		command->verb = verbs[i].verb;
		return verbs[i].take(l, command);
	}
	meant = nearest(word, names, VERBS);
	if (meant != NULL)
		return wrong(l, "there is no command \"%s\": did you mean %s?", word, meant);
	return wrong(l, "there is no command \"%s\"", word);
}

static bool read_bytes(char **out, const char *path, struct error *err)
{
	FILE *in = fopen(path, "rb");
	char *bytes = memory_get(SCRIPT_MOST + 1);
	size_t len = 0;
	bool fine = in != NULL;

	errno = in != NULL ? 0 : errno;
	if (fine)
		len = fread(bytes, 1, SCRIPT_MOST, in);
	if (!fine || ferror(in))
		fine = error_set(err, "%s: cannot be read: %s", path, strerror(errno));
	else if (len == SCRIPT_MOST)
		fine = error_set(err, "%s: is too large for a script", path);
	else if (memchr(bytes, '\0', len) != NULL)
		fine = error_set(err, "%s: is no text", path);
	if (in != NULL)
		fclose(in);
	bytes[len] = '\0';
	*out = bytes;
	return fine;
}

static size_t count_lines(const char *bytes)
{
	size_t lines = 1;

	for (; *bytes != '\0'; bytes++)
		lines += *bytes == '\n';
	return lines;
}

bool ui_script_read(struct ui_script *script, const char *path, struct error *err)
{
	struct line l = {.path = path, .err = err};
	char *next;

	*script = (struct ui_script){.path = path};
	if (!read_bytes(&script->bytes, path, err))
		return false;
	script->commands = memory_get((count_lines(script->bytes) + 1) * sizeof *script->commands);
	for (char *at = script->bytes; at != NULL; at = next) {
		struct ui_command *command = &script->commands[script->count];

		next = strchr(at, '\n');
		if (next != NULL)
			*next++ = '\0';
		at[strcspn(at, "\r")] = '\0';
		l.number++;
		l.rest = at + strspn(at, " \t");
		if (l.rest[0] == '\0' || l.rest[0] == '#')
			continue;
		*command = (struct ui_command){0};
		if (!take_command(&l, command))
			return false;
		script->count++;
	}
	return true;
}

void ui_script_free(struct ui_script *script)
{
	free(script->commands);
	free(script->bytes);
}
