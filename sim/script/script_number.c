/* script_number.c — the number that an expression is, where it is one. */
#include "script/script.h"

#include <string.h>

/* The order of octets is none of ours: htons(80) is port 80. */
static bool orders_octets(const char *name)
{
	return strcmp(name, "htons") == 0 || strcmp(name, "htonl") == 0 ||
	       strcmp(name, "ntohs") == 0 || strcmp(name, "ntohl") == 0;
}

bool expression_number(const struct expression *e, int64_t *value)
{
	int64_t part;

	*value = 0;
	if (e == NULL)
		return false;
	switch ((enum expression_kind)e->kind) {
	case EXPRESSION_NUMBER: *value = e->value; return true;
	case EXPRESSION_OR:
		for (const struct expression *p = e->first; p != NULL; p = p->next) {
			if (!expression_number(p, &part))
				return false;
			*value |= part;
		}
		return true;
	case EXPRESSION_NOT:
		if (!expression_number(e->first, &part))
			return false;
		*value = ~part;
		return true;
	case EXPRESSION_FUNCTION:
		return orders_octets(e->text) && expression_number(e->first, value);
	default: return false;
	}
}

const struct expression *expression_part(const struct expression *e, const char *name,
					 unsigned place)
{
	const struct expression *part;

	if (e == NULL || e->kind != EXPRESSION_STRUCT)
		return NULL;
	for (part = e->first; part != NULL; part = part->next) {
		if (part->name != NULL && strcmp(part->name, name) == 0)
			return part;
	}
	for (part = e->first; part != NULL; part = part->next) {
		if (part->name != NULL)
			return NULL;
		if (place-- == 0)
			return part;
	}
	return NULL;
}
