/* "// tcplab: profile=plain mss=1000": the comment of a head that says something to us
 * alone. Each word is an option, "tcplab:profile" with its value. */
#include <string.h>

#include "drill/script_inside.h"

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

void script_read_remark(struct script_reader *r, size_t begin, size_t end, struct place place)
{
	const char *text = r->text;
	size_t at = begin + 2;

	while (at < end && is_blank(text[at]))
		at++;
	if (end - at < sizeof opening - 1 || memcmp(text + at, opening, sizeof opening - 1) != 0)
		return;
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
