/* cursor_search.c — finding a turn by words. */
#include "viz/cursor.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "wire/line.h"

enum { WORDS_MAX = 8, QUERY_MAX = 128 };

/* The words of a query, in lower case. */
struct query {
	char bytes[QUERY_MAX];
	const char *word[WORDS_MAX];
	unsigned count;
};

static void split(struct query *q, const char *text)
{
	size_t len = 0;

	q->count = 0;
	while (*text != '\0' && len + 1 < sizeof q->bytes) {
		bool blank = isspace((unsigned char)*text);
		bool starts = !blank && (len == 0 || q->bytes[len - 1] == '\0');

		if (starts && q->count == WORDS_MAX)
			break;
		if (starts)
			q->word[q->count++] = q->bytes + len;
		q->bytes[len++] = blank ? '\0' : (char)tolower((unsigned char)*text);
		text++;
	}
	q->bytes[len] = '\0';
}

/* `word` is in lower case already. */
static bool contains(const char *text, const char *word)
{
	for (; *text != '\0'; text++) {
		size_t i = 0;

		while (word[i] != '\0' && tolower((unsigned char)text[i]) == word[i])
			i++;
		if (word[i] == '\0')
			return true;
	}
	return false;
}

static bool is_number(const char *word, uint32_t number)
{
	char *end;
	unsigned long value = strtoul(word, &end, 10);

	return end != word && *end == '\0' && value == number;
}

static bool packet_matches(const struct recording *r, uint32_t n, const char *word)
{
	struct packet_record p;
	char buf[64];
	struct text flags = text_in(buf, sizeof buf);

	recording_packet(r, n, &p);
	if (p.again_of != EVENT_NONE && strcmp(word, "again") == 0)
		return true;
	if (p.packet.kind != PACKET_TCP)
		return contains("icmp", word);
	flags_add(&flags, p.packet.tcp.flags);
	return contains(buf, word) || is_number(word, p.packet.tcp.seq.v) ||
	       ((p.packet.tcp.flags & ACK) && is_number(word, p.packet.tcp.ack.v));
}

static const char *const kind_words[EVENT_KIND_COUNT] = {
	[EVENT_CALL] = "call",           [EVENT_ARRIVE] = "arrives",
	[EVENT_TIMER] = "timer",         [EVENT_SEND] = "sends",
	[EVENT_LOST] = "lost",           [EVENT_DUPLICATED] = "duplicated",
	[EVENT_CORRUPTED] = "corrupted", [EVENT_DELAYED] = "delayed",
	[EVENT_MARKED] = "marked",       [EVENT_CAPTION] = "caption",
	[EVENT_COMPARED] = "compared",
};

static bool event_matches(const struct recording *r, const struct event *event, const char *word)
{
	const char *kind = kind_words[event->kind];
	const struct rule_info *rule = rule_info((enum rule)event->rule);

	if (kind && contains(kind, word))
		return true;
	if (event->kind == EVENT_TRANSITION && contains(state_name(event->to), word))
		return true;
	if (event->kind != EVENT_CAPTION && contains(recording_host(r, event->host)->name, word))
		return true;
	if (event->text != EVENT_NONE && contains(recording_text(r, event->text), word))
		return true;
	if (event->packet != EVENT_NONE && packet_matches(r, event->packet, word))
		return true;
	return event->rule != RULE_NONE && (contains(rule->id, word) || contains(rule->what, word));
}

static bool turn_matches(const struct recording *r, uint32_t turn, const struct query *q)
{
	uint32_t first;
	uint32_t count;

	recording_turn(r, turn, &first, &count);
	for (unsigned w = 0; w < q->count; w++) {
		bool found = false;

		for (uint32_t n = first; n < first + count && !found; n++) {
			struct event event = recording_event(r, n);

			found = event_matches(r, &event, q->word[w]);
		}
		if (!found)
			return false;
	}
	return true;
}

bool cursor_search(const struct recording *r, struct cursor *c, const char *query, bool forward)
{
	uint32_t turns = recording_turns(r);
	/* At the start the first turn is next, and the last one is before. */
	uint32_t here = cursor_is_at_start(*c) ? (forward ? turns - 1 : 0) : cursor_turn(r, *c);
	struct query q;

	split(&q, query);
	if (q.count == 0 || turns == 0)
		return false;
	for (uint32_t i = 1; i <= turns; i++) {
		uint32_t turn = (uint32_t)((here + (uint64_t)(forward ? i : turns - i)) % turns);

		if (turn_matches(r, turn, &q)) {
			*c = cursor_after_turn(r, turn);
			return true;
		}
	}
	return false;
}
