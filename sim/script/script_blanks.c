/* What stands between the tokens of a script: blanks, comments to the end of the line
 * or between slashes and stars, and conditions on the operating system. */
#include <string.h>
#include <strings.h>

#include "script/script_inside.h"

/* ---- comments ---- */

bool script_at_comment(const struct script_reader *r)
{
	return script_peek(r, 0) == '/' && (script_peek(r, 1) == '/' || script_peek(r, 1) == '*');
}

static void skip_comment(struct script_reader *r)
{
	struct place begin = script_here(r);
	bool of_line = script_peek(r, 1) == '/';
	size_t first = r->at;

	script_step(r);
	script_step(r);
	while (r->at < r->len &&
	       (of_line ? script_peek(r, 0) != '\n'
			: !(script_peek(r, 0) == '*' && script_peek(r, 1) == '/')))
		script_step(r);
	if (of_line) {
		if (r->head)
			script_read_remark(r, first, r->at, begin);
		return;
	}
	if (r->at == r->len) {
		script_refuse(r, begin, "this comment has no end: write */ where it is over");
		return;
	}
	script_step(r);
	script_step(r);
}

/* ---- what only one operating system is to do ---- */

static bool at_word(const struct script_reader *r, const char *word)
{
	size_t len = strlen(word);

	return r->len - r->at >= len && memcmp(r->text + r->at, word, len) == 0;
}

static void skip_steps(struct script_reader *r, size_t count)
{
	while (count-- > 0 && r->at < r->len)
		script_step(r);
}

static bool is_name(int c)
{
	return c == '_' || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
	       (c >= 'a' && c <= 'z');
}

/* It is its system, in any case, or --define or -D names it. */
static bool is_defined(const struct script_reader *r, const char *name, size_t len)
{
	for (unsigned i = 0; i < r->definition_count; i++)
		if (r->definitions[i].len == len && memcmp(r->definitions[i].name, name, len) == 0)
			return true;
	return strlen(r->system) == len && strncasecmp(r->system, name, len) == 0;
}

/* "#ifdef FreeBSD" … "#endif" */
static void read_condition(struct script_reader *r)
{
	struct place begin = script_here(r);
	const char *name;
	size_t len = 0;

	skip_steps(r, strlen("#ifdef "));
	while (script_is_blank(script_peek(r, 0)) && script_peek(r, 0) != '\n')
		script_step(r);
	name = r->text + r->at;
	while (is_name(script_peek(r, len)))
		len++;
	if (len == 0) {
		script_refuse(r, script_here(r),
			      "expected a name behind #ifdef, such as Linux or FreeBSD");
		return;
	}
	r->condition = begin;
	if (is_defined(r, name, len)) {
		skip_steps(r, len);
		return;
	}
	while (r->at < r->len && !at_word(r, "#endif"))
		script_step(r);
}

static void end_condition(struct script_reader *r)
{
	if (r->condition.line == 0) {
		script_refuse(r, script_here(r), "this #endif has no #ifdef before it");
		return;
	}
	skip_steps(r, strlen("#endif"));
	r->condition = (struct place){0, 0};
}

void script_skip_blanks(struct script_reader *r)
{
	for (;;) {
		if (script_at_comment(r))
			skip_comment(r);
		else if (script_is_blank(script_peek(r, 0)))
			script_step(r);
		else if (r->condition.line == 0 && at_word(r, "#ifdef "))
			read_condition(r);
		else if (at_word(r, "#endif"))
			end_condition(r);
		else
			break;
	}
	if (r->at == r->len && r->condition.line != 0)
		script_refuse(r, r->condition, "this #ifdef has no #endif behind it");
}
