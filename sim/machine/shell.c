/* shell.c — reading what a script would have a shell do. */
#include "machine/shell.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static bool ends_word(char c)
{
	return c == '\0' || is_blank(c) || strchr("\n;|&<>#()", c) != NULL;
}

static void skip_blanks(struct shell_reader *r)
{
	for (;;) {
		if (is_blank(*r->at))
			r->at++;
		else if (r->at[0] == '\\' && r->at[1] == '\n')
			r->at += 2;
		else
			return;
	}
}

static void put(struct shell_reader *r, char c)
{
	*r->room++ = c;
}

/* "$((256*1024))": a product, or a sum of products. */
static bool take_sum(struct shell_reader *r, struct error *why)
{
	const char *p = r->at + 3;
	long long sum = 0;
	long long product = 1;
	char told[24];

	for (;;) {
		char *end;
		long long number = strtoll(p, &end, 0);
		bool fits = end != p && !__builtin_mul_overflow(product, number, &product);

		p = end + strspn(end, " ");
		if (!fits || (*p != '*' && __builtin_add_overflow(sum, product, &sum)) ||
		    (*p != '*' && *p != '+' && strncmp(p, "))", 2) != 0))
			return error_set(why, "\"$((\" in a command is not supported so");
		if (*p == ')')
			break;
		product = *p++ == '*' ? product : 1;
	}
	snprintf(told, sizeof told, "%lld", sum);
	r->at = p + 2;
	for (const char *digit = told; *digit != '\0'; digit++)
		put(r, *digit);
	return true;
}

/* The one variable that scripts use, in the name of a file of theirs. */
static bool take_variable(struct shell_reader *r, struct error *why)
{
	if (strncmp(r->at, "$((", 3) == 0)
		return take_sum(r, why);
	if (strncmp(r->at, "${PPID}", 7) != 0 && strncmp(r->at, "$PPID", 5) != 0)
		return error_set(why, "\"$\" in a command is not supported");
	r->at += r->at[1] == '{' ? 7 : 5;
	put(r, '1');
	return true;
}

/* In '…' or "…". */
static bool take_quoted(struct shell_reader *r, struct error *why)
{
	char quote = *r->at++;

	while (*r->at != quote) {
		if (*r->at == '\0')
			return error_set(why, "%c has no end", quote);
		if (quote == '"' && *r->at == '`')
			return error_set(why, "\"`\" in a command is not supported");
		if (quote == '"' && *r->at == '$') {
			if (!take_variable(r, why))
				return false;
			continue;
		}
		if (quote == '"' && r->at[0] == '\\' && strchr("\"\\$", r->at[1]) != NULL &&
		    r->at[1] != '\0')
			r->at++;
		put(r, *r->at++);
	}
	r->at++;
	return true;
}

static bool take_word(struct shell_reader *r, char **word, struct error *why)
{
	*word = r->room;
	while (!ends_word(*r->at)) {
		if (*r->at == '\'' || *r->at == '"') {
			if (!take_quoted(r, why))
				return false;
		} else if (*r->at == '$') {
			if (!take_variable(r, why))
				return false;
		} else if (*r->at == '`' || *r->at == '*' || *r->at == '?') {
			return error_set(why, "\"%c\" in a command is not supported", *r->at);
		} else {
			if (r->at[0] == '\\' && r->at[1] != '\0')
				r->at++;
			put(r, *r->at++);
		}
	}
	put(r, '\0');
	return true;
}

/* "> file", "2>/dev/null", "2>&1", "&> file" */
static bool take_redirection(struct shell_reader *r, struct shell_stage *stage, struct error *why)
{
	bool errors = *r->at == '2';
	char *file;

	r->at += strcspn(r->at, ">");
	r->at++;
	if (*r->at == '>')
		r->at++;
	skip_blanks(r);
	if (r->at[0] == '&' && (r->at[1] == '1' || r->at[1] == '2')) {
		r->at += 2;
		return true;
	}
	if (!take_word(r, &file, why))
		return false;
	if (*file == '\0')
		return error_set(why, "a file is missing after \">\"");
	if (!errors)
		stage->output = file;
	return true;
}

static bool is_redirection(const char *at)
{
	return *at == '>' || ((*at == '1' || *at == '2' || *at == '&') && at[1] == '>');
}

static bool take_stage(struct shell_reader *r, struct shell_stage *stage, struct error *why)
{
	for (;;) {
		skip_blanks(r);
		if (is_redirection(r->at)) {
			if (!take_redirection(r, stage, why))
				return false;
		} else if (*r->at == '#') {
			r->at += strcspn(r->at, "\n");
			return true;
		} else if (ends_word(*r->at)) {
			return true;
		} else if (stage->count == SHELL_WORDS_MAX) {
			return error_set(why, "more than %d words are not supported",
					 SHELL_WORDS_MAX);
		} else if (!take_word(r, &stage->words[stage->count++], why)) {
			return false;
		}
	}
}

static bool take_joint(struct shell_reader *r, struct shell_command *command, struct error *why)
{
	char c = *r->at;

	command->joint = SHELL_THEN;
	if (c == '\0') {
		command->joint = SHELL_END;
		return true;
	}
	if ((c == '&' || c == '|') && r->at[1] == c) {
		command->joint = c == '&' ? SHELL_AND : SHELL_OR;
		r->at += 2;
		return true;
	}
	if (c != ';' && c != '\n')
		return error_set(why, "\"%c\" in a command is not supported", c);
	r->at++;
	return true;
}

static bool is_pipe(const char *at)
{
	return at[0] == '|' && at[1] != '|';
}

bool shell_next(struct shell_reader *r, struct shell_command *command, struct error *why)
{
	memset(command, 0, sizeof *command);
	for (;;) {
		if (command->count == SHELL_STAGES_MAX)
			return error_set(why, "more than %d commands in a pipe are not supported",
					 SHELL_STAGES_MAX);
		if (!take_stage(r, &command->stages[command->count], why))
			return false;
		if (command->stages[command->count].count > 0)
			command->count++;
		else if (command->count > 0 || is_pipe(r->at))
			return error_set(why, "a command is missing beside \"|\"");
		if (!is_pipe(r->at))
			break;
		r->at++;
	}
	return take_joint(r, command, why);
}
