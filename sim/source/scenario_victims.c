/* scenario_victims.c — which packets are meant: "the second segment with data
 * from client", a list of numbers, or an object. */
#include "source/scenario_inside.h"

#include <assert.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "source/scenario_shapes.h"

static const char *const ordinals[] = {"first", "second",  "third",  "fourth", "fifth",
				       "sixth", "seventh", "eighth", "ninth",  "tenth"};
enum { ORDINALS = sizeof ordinals / sizeof ordinals[0], WORDS_MAX = 40 };

/* ---- a sentence ---- */

struct phrase {
	char text[201];
	const char *words[WORDS_MAX];
	unsigned count;
	unsigned at;
};

static void split(struct phrase *p, const char *text)
{
	char *save;

	snprintf(p->text, sizeof p->text, "%s", text);
	p->count = 0;
	p->at = 0;
	for (char *w = strtok_r(p->text, " ", &save); w != NULL && p->count < WORDS_MAX;
	     w = strtok_r(NULL, " ", &save))
		p->words[p->count++] = w;
}

static bool take(struct phrase *p, const char *word)
{
	if (p->at >= p->count || strcasecmp(p->words[p->at], word) != 0)
		return false;
	p->at++;
	return true;
}

/* "second", "2nd", "11th", with or without a comma; 0: none of these. */
static uint32_t ordinal(const char *word)
{
	size_t len = strcspn(word, ",");
	char *end;
	unsigned long n;

	if (word[len] == ',' && word[len + 1] != '\0')
		return 0; /* SYN,ACK */
	for (uint32_t i = 0; i < ORDINALS; i++) {
		if (strlen(ordinals[i]) == len && strncasecmp(ordinals[i], word, len) == 0)
			return i + 1;
	}
	if (!isdigit((unsigned char)*word))
		return 0;
	n = strtoul(word, &end, 10);
	if (end + 2 != word + len || n == 0 || n > 1000000000 ||
	    (strncmp(end, "st", 2) != 0 && strncmp(end, "nd", 2) != 0 &&
	     strncmp(end, "rd", 2) != 0 && strncmp(end, "th", 2) != 0))
		return 0;
	return (uint32_t)n;
}

static bool take_ordinals(struct phrase *p, struct victims *out)
{
	take(p, "the");
	if (take(p, "every") || take(p, "all") || take(p, "any"))
		return true;
	while (p->at < p->count) {
		uint32_t n = ordinal(p->words[p->at]);

		if (n == 0)
			break;
		if (out->nth_count == VICTIMS_NTH_MAX ||
		    (out->nth_count > 0 && n <= out->nth[out->nth_count - 1]))
			return false;
		out->nth[out->nth_count++] = n;
		p->at++;
		take(p, "and");
	}
	return out->nth_count > 0;
}

static bool take_what(struct phrase *p, struct victims *out)
{
	static const struct {
		const char *word;
		uint8_t what;
	} nouns[] = {
		{"packet", PACKETS_ALL},      {"packets", PACKETS_ALL},
		{"segment", PACKETS_ALL},     {"segments", PACKETS_ALL},
		{"SYN", PACKETS_SYN},         {"SYNs", PACKETS_SYN},
		{"SYN,ACK", PACKETS_SYN_ACK}, {"SYN,ACKs", PACKETS_SYN_ACK},
		{"SYN-ACK", PACKETS_SYN_ACK}, {"ACK", PACKETS_ACK},
		{"ACKs", PACKETS_ACK},        {"FIN", PACKETS_FIN},
		{"FINs", PACKETS_FIN},        {"FIN,ACK", PACKETS_FIN},
		{"RST", PACKETS_RST},         {"RSTs", PACKETS_RST},
	};
	bool data = take(p, "data");

	for (unsigned i = 0; i < sizeof nouns / sizeof nouns[0]; i++) {
		if (!take(p, nouns[i].word))
			continue;
		out->what = data ? PACKETS_DATA : nouns[i].what;
		if (out->what != PACKETS_ALL)
			return !data || nouns[i].what == PACKETS_ALL;
		if (take(p, "with"))
			out->what = PACKETS_DATA;
		else if (take(p, "without"))
			out->what = PACKETS_NO_DATA;
		return out->what == PACKETS_ALL || take(p, "data") || take(p, "text");
	}
	return false;
}

static bool from_phrase(const struct scenario *s, const struct json *value, struct victims *out,
			uint32_t *from, struct error *err)
{
	struct phrase p;
	struct json name = *value;
	bool understood;

	split(&p, value->text);
	understood = take_ordinals(&p, out) && take_what(&p, out) && take(&p, "from");
	if (understood && p.at + 1 != p.count) { /* a host, and nothing more */
		understood = false;
		p.at += p.at < p.count;
	}
	if (!understood)
		return json_error(
			err, value,
			"this cannot be understood at \"%s\"; write it like \"the first "
			"SYN,ACK from server\" or \"second segment with data from client\"",
			p.at < p.count ? p.words[p.at] : "the end");
	name.text = p.words[p.at];
	*from = scenario_host_named(s, &name, false, err);
	return *from != NO_HOST;
}

/* ---- lists and objects ---- */

static bool read_nths(const struct json *value, struct victims *out, struct error *err)
{
	int64_t n = 0;

	if (value->kind == JSON_NUMBER) {
		json_decimal(value, 0, &n);
		out->nth[out->nth_count++] = (uint32_t)n;
		return true;
	}
	for (const struct json *one = value->child; one != NULL; one = one->next) {
		json_decimal(one, 0, &n);
		if (out->nth_count > 0 && n <= out->nth[out->nth_count - 1])
			return json_error(err, one, "the numbers must rise: %s comes too late",
					  one->text);
		out->nth[out->nth_count++] = (uint32_t)n;
	}
	return true;
}

static bool from_object(const struct scenario *s, const struct json *value, struct victims *out,
			uint32_t *from, struct error *err)
{
	const char *with = member_text(value, "with");
	const struct json *nth = json_member(value, "nth");
	enum packet_class what = PACKETS_ALL;

	if (json_member(value, "from") != NULL && !scenario_host_in(s, value, "from", from, err))
		return false;
	if (with != NULL)
		packet_class_named(with, &what);
	out->what = (uint8_t)what;
	out->has_seq = json_member(value, "seq") != NULL;
	out->seq = (uint32_t)member_number(value, "seq", 0, 0);
	out->per_million = (uint32_t)member_number(value, "percent", PERCENT_PLACES, ALL_MILLION);
	if (nth == NULL)
		return true;
	if (*from == NO_HOST)
		return json_error(err, nth, "counting needs a host: \"from\" is missing");
	return read_nths(nth, out, err);
}

bool scenario_victims(const struct scenario *s, const struct json *value, struct victims *out,
		      uint32_t *from, struct error *err)
{
	switch (value->kind) {
	case JSON_STRING: return from_phrase(s, value, out, from, err);
	case JSON_OBJECT: return from_object(s, value, out, from, err);
	default: break;
	}
	if (*from == NO_HOST)
		return json_error(err, value, "counting needs a host: add \"from\" beside it");
	return read_nths(value, out, err);
}

/* ---- in words ---- */

static void add_ordinal(struct text *out, uint32_t n)
{
	if (n <= ORDINALS)
		text_add(out, ordinals[n - 1]);
	else
		text_addf(out, "%u%s", (unsigned)n,
			  n % 100 / 10 == 1 ? "th"
			  : n % 10 == 1     ? "st"
			  : n % 10 == 2     ? "nd"
			  : n % 10 == 3     ? "rd"
					    : "th");
}

static void add_percent(struct text *out, uint32_t per_million)
{
	uint32_t fraction = per_million % 10000;
	int places = PERCENT_PLACES;

	text_addf(out, "%u", (unsigned)(per_million / 10000));
	if (fraction == 0)
		return;
	for (; fraction % 10 == 0; places--)
		fraction /= 10;
	text_addf(out, ".%0*u", places, (unsigned)fraction);
}

void scenario_describe_victims(const struct scenario *s, const struct victims *victims,
			       uint32_t from, struct text *out)
{
	static const char *const nouns[PACKET_CLASS_COUNT] = {
		[PACKETS_ALL] = "packet",
		[PACKETS_DATA] = "segment with data",
		[PACKETS_NO_DATA] = "segment without data",
		[PACKETS_SYN] = "SYN",
		[PACKETS_SYN_ACK] = "SYN,ACK",
		[PACKETS_ACK] = "ACK",
		[PACKETS_FIN] = "FIN",
		[PACKETS_RST] = "RST",
	};

	if (victims->per_million < ALL_MILLION) {
		text_add(out, "a chance of ");
		add_percent(out, victims->per_million);
		text_add(out, " % for ");
	}
	for (uint32_t i = 0; i < victims->nth_count; i++) {
		text_add(out, i == 0 ? "the " : i + 1 == victims->nth_count ? " and " : ", ");
		add_ordinal(out, victims->nth[i]);
	}
	text_addf(out, "%s %s", victims->nth_count == 0 ? "every" : "", nouns[victims->what]);
	if (victims->has_seq)
		text_addf(out, " with sequence number %u", (unsigned)victims->seq);
	if (from != NO_HOST)
		text_addf(out, " from %s", scenario_node_name(s, from));
}
