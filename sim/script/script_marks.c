/* What a script says of the IP header: "[ect0]", "(tos 0x10, ttl 64)",
 * "[dscp af11, ecn ect01]", "[flowlabel 0x12345, hlim 1]". */
#include <string.h>

#include "script/script_inside.h"

/* RFC 2474, 2597, 3246, 5865, 8622. */
static const struct {
	const char *name;
	uint8_t value;
} code_points[] = {
	{"cs0", 0},   {"cs1", 8},   {"cs2", 16},  {"cs3", 24},  {"cs4", 32},  {"cs5", 40},
	{"cs6", 48},  {"cs7", 56},  {"af11", 10}, {"af12", 12}, {"af13", 14}, {"af21", 18},
	{"af22", 20}, {"af23", 22}, {"af31", 26}, {"af32", 28}, {"af33", 30}, {"af41", 34},
	{"af42", 36}, {"af43", 38}, {"ef", 46},   {"le", 1},    {"va", 44},   {"voice_admit", 44},
};

static bool set_ecn(struct packet_spec *p, uint8_t ecn)
{
	if (p->mark == MARK_DSCP) {
		p->mark = MARK_TOS;
		p->traffic_class |= ecn;
	} else {
		p->mark = MARK_ECN;
		p->ecn = ecn;
	}
	return true;
}

/* "ect0", …; true where the token is one, and taken. */
static bool take_ecn(struct script_reader *r, struct packet_spec *p)
{
	if (script_take_word(r, "noecn"))
		return set_ecn(p, NOT_ECT);
	if (script_take_word(r, "ect0"))
		return set_ecn(p, ECT0);
	if (script_take_word(r, "ect1"))
		return set_ecn(p, ECT1);
	if (script_take_word(r, "ce"))
		return set_ecn(p, CE);
	if (!script_is_word(r, "ect01"))
		return false;
	if (!p->outbound)
		return script_refuse(r, r->token.place,
				     "[ect01] says what is expected, so only a packet that is "
				     "expected (>) can have it: write ect0 or ect1");
	p->mark = p->mark == MARK_DSCP ? MARK_DSCP_ECT01 : MARK_ECT01;
	script_next(r);
	return true;
}

static bool equals_in_any_case(const struct token *token, const char *name)
{
	size_t len = strlen(name);

	if (token->len != len)
		return false;
	for (size_t i = 0; i < len; i++)
		if (token->text[i] != name[i] && (token->text[i] | 0x20) != name[i])
			return false;
	return true;
}

static bool read_dscp(struct script_reader *r, struct packet_spec *p)
{
	int64_t value;

	p->mark = MARK_DSCP;
	for (size_t i = 0; i < sizeof code_points / sizeof *code_points; i++)
		if (r->token.kind == TOKEN_WORD &&
		    equals_in_any_case(&r->token, code_points[i].name)) {
			p->traffic_class = (uint8_t)(code_points[i].value << 2);
			script_next(r);
			return true;
		}
	if (r->token.kind != TOKEN_NUMBER)
		return script_expected(r, "a DSCP: a number or a name such as af11 or ef");
	if (!script_want_number(r, "the DSCP", 0, 63, &value))
		return false;
	p->traffic_class = (uint8_t)(value << 2);
	return true;
}

static bool read_byte(struct script_reader *r, const char *what, int64_t min, uint8_t *byte)
{
	int64_t value;

	if (!script_want_number(r, what, min, 255, &value))
		return false;
	*byte = (uint8_t)value;
	return true;
}

/* Each may stand once: `said` has a bit for the mark, the TTL and the flow label. */
enum { SAID_MARK = 1, SAID_TTL = 2, SAID_LABEL = 4 };

static bool read_mark(struct script_reader *r, struct packet_spec *p, unsigned *said)
{
	struct place place = r->token.place;
	unsigned now = SAID_MARK;
	int64_t label;
	bool ok;

	if (script_take_word(r, "ttl") || script_take_word(r, "hlim")) {
		now = SAID_TTL;
		ok = read_byte(r, "the time to live", 1, &p->ttl);
	} else if (script_take_word(r, "flowlabel")) {
		now = SAID_LABEL;
		ok = script_want_number(r, "the flow label", 0, 0xfffff, &label);
		p->flow_label_said = true;
		p->flow_label = ok ? (uint32_t)label : 0;
	} else if (script_take_word(r, "tos") || script_take_word(r, "class")) {
		p->mark = MARK_TOS;
		ok = read_byte(r, "the traffic class", 0, &p->traffic_class);
	} else if (script_take_word(r, "dscp")) {
		ok = read_dscp(r, p);
	} else if (script_take_word(r, "ecn")) {
		if (*said & SAID_MARK && p->mark == MARK_DSCP)
			*said &= ~(unsigned)SAID_MARK;
		ok = take_ecn(r, p) || script_expected(r, "noecn, ect0, ect1, ect01 or ce");
	} else {
		ok = take_ecn(r, p) ||
		     script_expected(r, "a mark of the IP header: noecn, ect0, ect1, ect01, ce, "
					"ecn, tos, class, dscp, ttl, hlim or flowlabel");
	}
	if (ok && *said & now)
		return script_refuse(r, place, "this mark of the IP header is said already");
	*said |= now;
	return ok;
}

bool script_read_marks(struct script_reader *r, struct packet_spec *packet)
{
	char end = script_is_mark(r, '(') ? ')' : ']';
	unsigned said = 0;

	if (!script_take_mark(r, '(') && !script_take_mark(r, '['))
		return true;
	do {
		if (!read_mark(r, packet, &said))
			return false;
	} while (script_take_mark(r, ','));
	return script_want_mark(r, end,
				end == ')' ? "a comma or ) behind the mark of the IP header"
					   : "a comma or ] behind the mark of the IP header");
}
