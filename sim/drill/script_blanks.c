/* What stands between the tokens of a script: blanks, comments to the end of the line
 * or between slashes and stars, and conditions on the operating system. */
#include <string.h>
#include <strings.h>

#include "drill/script_inside.h"

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

/* Which of the names stands there, in any case; the number of names: none. */
static unsigned system_at(const struct script_reader *r, const char *const *names, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		if (r->len - r->at >= strlen(names[i]) &&
		    strncasecmp(r->text + r->at, names[i], strlen(names[i])) == 0)
			return i;
	return count;
}

/* "#ifdef FreeBSD" … "#endif": we are Linux, and read what is Linux's. */
static void read_condition(struct script_reader *r)
{
	static const char *const names[] = {"Linux", "FreeBSD", "OpenBSD", "NetBSD"};
	struct place begin = script_here(r);
	unsigned name;

	skip_steps(r, strlen("#ifdef "));
	name = system_at(r, names, 4);
	if (name == 4) {
		script_refuse(r, script_here(r),
			      "expected Linux, FreeBSD, OpenBSD or NetBSD behind #ifdef");
		return;
	}
	skip_steps(r, strlen(names[name]));
	r->condition = begin;
	if (name == 0)
		return;
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
