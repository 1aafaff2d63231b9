#include "tcp/rule.h"

#include <assert.h>

static const struct rule_info rules[RULE_COUNT] = {
	[RULE_NONE] = {.id = "none", .section = "", .tag = "", .what = "", .why = ""},
#define RULE(name, id_, weight_, rfc_, section_, tag_, what_, why_)                                \
	[RULE_##name] = {.id = id_,                                                                \
			 .section = section_,                                                      \
			 .tag = tag_,                                                              \
			 .what = what_,                                                            \
			 .why = why_,                                                              \
			 .rfc = rfc_,                                                              \
			 .weight = WEIGHT_##weight_},
#include "tcp/rules.def"
#undef RULE
};

const struct rule_info *rule_info(enum rule rule)
{
	assert(rule < RULE_COUNT);
	return &rules[rule];
}
