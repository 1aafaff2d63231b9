/* scenario_forge.c — what a forger sends, as a scenario writes it: a segment in
 * the notation of wire/line.h, or an ICMP error in that of the ladder. */
#include "source/scenario_inside.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "wire/line.h"

static bool read_segment(struct scenario *s, const struct json *line, struct script_step *step,
			 struct error *err)
{
	struct segment *segment = scenario_get(s, 1, sizeof *segment);
	struct error why;

	if (!line_parse(segment, line->text, &why))
		return json_error(err, line, "\"%s\" is no segment: %s", line->text, why.text);
	if (segment->len > FORGED_TEXT_MAX)
		return json_error(
			err, line,
			"a forged segment carries %d octets of text at most, not %" PRIu32,
			FORGED_TEXT_MAX, segment->len);
	step->forged = segment;
	return true;
}

/* Digits, and behind them `next`, or the end where that is empty. */
static bool read_number(const char *text, const char *next, uint32_t *out)
{
	char *end;
	unsigned long long n = strtoull(text, &end, 10);

	if (*text < '0' || *text > '9' || n > UINT32_MAX)
		return false;
	*out = (uint32_t)n;
	return *next == '\0' ? *end == '\0' : strncmp(end, next, strlen(next)) == 0;
}

/* "ICMP port unreachable about seq=101", "ICMP datagram too big mtu=68 about seq=101" */
static bool read_icmp(struct scenario *s, const struct json *line, struct script_step *step,
		      struct error *err)
{
	struct icmp_error *icmp = scenario_get(s, 1, sizeof *icmp);
	const char *words = line->text + strlen("ICMP ");
	const char *end;
	const char *mtu = strstr(words, " mtu=");
	const char *about = strstr(words, " about seq=");
	uint32_t seq = 0;
	uint32_t len = 0;
	bool sound = about != NULL && read_number(about + strlen(" about seq="), "", &seq);

	if (sound && mtu != NULL)
		sound = mtu < about && read_number(mtu + strlen(" mtu="), " about", &len) &&
			len <= UINT16_MAX;
	if (!sound)
		return json_error(
			err, line,
			"an ICMP error is written like \"ICMP datagram too big mtu=68 about "
			"seq=101\"");
	end = mtu != NULL ? mtu : about;
	if (!tcp_icmp_named(icmp, step->to.address.version, words, (size_t)(end - words)))
		return json_error(err, line, "no ICMP error says \"%.*s\"", (int)(end - words),
				  words);
	icmp->mtu = len;
	icmp->quoted_seq = seq_of(seq);
	icmp->quoted_len = 1500; /* what an old router's message is guessed from */
	step->forged_icmp = icmp;
	return true;
}

bool scenario_forge(struct scenario *s, const struct json *line, struct script_step *step,
		    struct error *err)
{
	return strncmp(line->text, "ICMP ", 5) == 0 ? read_icmp(s, line, step, err)
						    : read_segment(s, line, step, err);
}
