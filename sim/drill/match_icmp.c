/* match_icmp.c — the words that scripts have for ICMP messages, and their numbers:
 * RFC 792, RFC 1812 §5.2.7.1, RFC 4443. */
#include "drill/match.h"

#include <stdlib.h>
#include <string.h>

struct word {
	const char *word;
	uint8_t number;
	uint8_t version; /* 4, 6 */
	uint8_t type;    /* of a code: which type it is of */
};

static const struct word types[] = {
	{"echo_reply", 0, 4, 0},          {"unreachable", 3, 4, 0},
	{"source_quench", 4, 4, 0},       {"redirect", 5, 4, 0},
	{"echo_request", 8, 4, 0},        {"time_exceeded", 11, 4, 0},
	{"parameter_problem", 12, 4, 0},  {"timestamp_request", 13, 4, 0},
	{"timestamp_reply", 14, 4, 0},    {"information_request", 15, 4, 0},
	{"information_reply", 16, 4, 0},  {"address_mask_request", 17, 4, 0},
	{"address_mask_reply", 18, 4, 0}, {"unreachable", 1, 6, 0},
	{"packet_too_big", 2, 6, 0},      {"time_exceeded", 3, 6, 0},
	{"parameter_problem", 4, 6, 0},   {"echo_request", 128, 6, 0},
	{"echo_reply", 129, 6, 0},
};

static const struct word codes[] = {
	{"net_unreachable", 0, 4, 3},
	{"host_unreachable", 1, 4, 3},
	{"protocol_unreachable", 2, 4, 3},
	{"port_unreachable", 3, 4, 3},
	{"frag_needed", 4, 4, 3},
	{"source_route_failed", 5, 4, 3},
	{"net_unknown", 6, 4, 3},
	{"host_unknown", 7, 4, 3},
	{"source_host_isolated", 8, 4, 3},
	{"net_prohibited", 9, 4, 3},
	{"host_prohibited", 10, 4, 3},
	{"net_unreachable_for_tos", 11, 4, 3},
	{"host_unreachable_for_tos", 12, 4, 3},
	{"packet_filtered", 13, 4, 3},
	{"precedence_violation", 14, 4, 3},
	{"precedence_cutoff", 15, 4, 3},
	{"ttl_exceeded_in_transit", 0, 4, 11},
	{"frag_reass_exceeded", 1, 4, 11},
	{"no_route", 0, 6, 1},
	{"net_unreachable", 0, 6, 1},
	{"admin_prohibited", 1, 6, 1},
	{"not_neighbour", 2, 6, 1},
	{"address_unreachable", 3, 6, 1},
	{"port_unreachable", 4, 6, 1},
	{"exceeded_hop_limit", 0, 6, 3},
	{"exceeded_frag_time", 1, 6, 3},
	{"header_field", 0, 6, 4},
	{"unknown_next_header", 1, 6, 4},
	{"unknown_option", 2, 6, 4},
};

/* "type_3", "code_4" */
static bool is_numbered(const char *word, const char *begin, uint8_t *number)
{
	size_t len = strlen(begin);
	char *end;
	unsigned long value;

	if (strncmp(word, begin, len) != 0 || word[len] < '0' || word[len] > '9')
		return false;
	value = strtoul(word + len, &end, 10);
	*number = (uint8_t)value;
	return *end == '\0' && value <= UINT8_MAX;
}

static bool find_word(const struct word *words, size_t count, uint8_t version, uint8_t type,
		      const char *word, uint8_t *number)
{
	for (size_t i = 0; i < count; i++) {
		if (words[i].version != version || words[i].type != type ||
		    strcmp(words[i].word, word) != 0)
			continue;
		*number = words[i].number;
		return true;
	}
	return false;
}

bool icmp_named(uint8_t version, const char *type, const char *code, uint8_t numbers[2])
{
	numbers[1] = 0;
	if (!is_numbered(type, "type_", &numbers[0]) &&
	    !find_word(types, sizeof types / sizeof types[0], version, 0, type, &numbers[0]))
		return false;
	return code == NULL || is_numbered(code, "code_", &numbers[1]) ||
	       find_word(codes, sizeof codes / sizeof codes[0], version, numbers[0], code,
			 &numbers[1]);
}

static const char *find_number(const struct word *words, size_t count, uint8_t version,
			       uint8_t type, uint8_t number)
{
	for (size_t i = 0; i < count; i++)
		if (words[i].version == version && words[i].type == type &&
		    words[i].number == number)
			return words[i].word;
	return NULL;
}

const char *icmp_type_word(uint8_t version, uint8_t type)
{
	return find_number(types, sizeof types / sizeof types[0], version, 0, type);
}

const char *icmp_code_word(uint8_t version, uint8_t type, uint8_t code)
{
	return find_number(codes, sizeof codes / sizeof codes[0], version, type, code);
}
