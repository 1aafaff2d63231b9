/* The comments of a script's head: those that it opens with say what it shows.
 * "// tcplab: profile=plain mss=1000" says something to us alone: each word is an
 * option, "tcplab:profile" with its value. */
#include <string.h>

#include "base/text.h"
#include "script/script_inside.h"

static const char opening[] = "tcplab:";

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static void read_word(struct script_reader *r, const char *word, size_t len, struct place place)
{
	struct script_option *option = &r->head->options[r->head->option_count];
	const char *equals = memchr(word, '=', len);
	size_t name = equals ? (size_t)(equals - word) : len;
	char *whole;

	if (r->head->option_count == OPTIONS_MAX) {
		script_refuse(r, place, "more than %d options in the head", OPTIONS_MAX);
		return;
	}
	whole = script_memory_take(r->memory, sizeof opening + name);
	memcpy(whole, opening, sizeof opening - 1);
	memcpy(whole + sizeof opening - 1, word, name);
	*option = (struct script_option){.name = whole, .place = place};
	if (equals)
		option->value = script_memory_copy(r->memory, equals + 1, len - name - 1);
	r->head->option_count++;
}

/* One more line of the comment at the beginning, if it goes on from the line before. */
static void read_heading(struct script_reader *r, size_t begin, size_t end, uint32_t line)
{
	struct script *head = r->head;
	char joined[SCRIPT_HEADING_MAX + 1];
	struct text t = text_in(joined, sizeof joined);

	while (end > begin && is_blank(r->text[end - 1]))
		end--;
	if (head->heading[0] != '\0' && line != head->heading_line + 1)
		return;
	head->heading_line = line;
	/* A licence says nothing about TCP. */
	if (begin == end || (end - begin > 4 && memcmp(r->text + begin, "SPDX", 4) == 0))
		return;
	text_addf(&t, "%s%s%.*s", head->heading, head->heading[0] != '\0' ? " " : "",
		  (int)(end - begin), r->text + begin);
	head->heading = script_memory_copy(r->memory, joined, strlen(joined));
	if (t.cut)
		head->heading_line = 0; /* no line follows that */
}

void script_read_remark(struct script_reader *r, size_t begin, size_t end, struct place place)
{
	const char *text = r->text;
	size_t at = begin + 2;

	while (at < end && is_blank(text[at]))
		at++;
	if (end - at < sizeof opening - 1 || memcmp(text + at, opening, sizeof opening - 1) != 0) {
		read_heading(r, at, end, place.line);
		return;
	}
	at += sizeof opening - 1;
	while (at < end && !r->failed) {
		size_t from = at;

		while (at < end && !is_blank(text[at]))
			at++;
		if (at > from)
			read_word(r, text + from, at - from,
				  (struct place){place.line,
						 place.column + (uint32_t)(from - begin)});
		while (at < end && is_blank(text[at]))
			at++;
	}
}
