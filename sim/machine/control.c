#include "machine/control.h"

#include <inttypes.h>

enum { CONTROL_HEADER = 16 }; /* struct cmsghdr, where a long has eight octets */

/* A part that is not said may be anything. */
static bool part_is(const struct expression *e, const char *name, int64_t came, struct error *why)
{
	const struct expression *part = expression_part(e, name, NO_PLACE);
	int64_t expected;

	if (part == NULL || part->kind == EXPRESSION_ANY)
		return true;
	if (!expression_number(part, &expected))
		return error_set(why, "%s of a control message is no number", name);
	return came == expected ||
	       error_set(why, "%s is %" PRId64 ", and the script expects %" PRId64, name, came,
			 expected);
}

static bool error_is(const struct expression *data, const struct extended_error *came,
		     struct error *why)
{
	return part_is(data, "ee_errno", came->error, why) &&
	       part_is(data, "ee_origin", came->origin, why) &&
	       part_is(data, "ee_type", came->type, why) &&
	       part_is(data, "ee_code", came->code, why) &&
	       part_is(data, "ee_info", came->info, why) &&
	       part_is(data, "ee_data", came->data, why);
}

static bool stamp_is(const struct expression *data, nanos came, nanos tolerance, struct error *why)
{
	const nanos second = nanos_from_s(1);
	int64_t seconds;
	int64_t rest;
	nanos expected;

	if (!expression_number(expression_part(data, "scm_sec", NO_PLACE), &seconds) ||
	    !expression_number(expression_part(data, "scm_nsec", NO_PLACE), &rest) || seconds < 0 ||
	    rest < 0 || rest >= second || seconds > INT32_MAX)
		return error_set(why, "a timestamp needs scm_sec and scm_nsec");
	expected = nanos_from_s(seconds) + rest;
	if (expected == 0 || (came >= expected - tolerance && came <= expected + tolerance))
		return true;
	return error_set(why,
			 "the timestamp is %" PRId64 ".%06" PRId64
			 " s, and the script expects %" PRId64 ".%06" PRId64 " s",
			 came / second, came % second / 1000, seconds, rest / 1000);
}

static bool number_is(const struct expression *data, int64_t came, struct error *why)
{
	int64_t expected;

	if (!expression_number(data, &expected))
		return error_set(why, "cmsg_data is a number, and the script expects something "
				      "else");
	return came == expected ||
	       error_set(why, "cmsg_data is %" PRId64 ", and the script expects %" PRId64, came,
			 expected);
}

static bool control_is(const struct expression *e, const struct control *came, nanos tolerance,
		       struct error *why)
{
	const struct expression *data = expression_part(e, "cmsg_data", NO_PLACE);

	if (e->kind != EXPRESSION_STRUCT)
		return error_set(why, "msg_control needs structs with cmsg_level, cmsg_type and "
				      "cmsg_data");
	if (!part_is(e, "cmsg_len", CONTROL_HEADER + (int64_t)came->len, why) ||
	    !part_is(e, "cmsg_level", came->level, why) ||
	    !part_is(e, "cmsg_type", came->type, why))
		return false;
	if (data == NULL || data->kind == EXPRESSION_ANY)
		return true;
	switch ((enum control_kind)came->kind) {
	case CONTROL_NUMBER: return number_is(data, came->number, why);
	case CONTROL_STAMP: return stamp_is(data, came->stamp, tolerance, why);
	case CONTROL_ERROR: return error_is(data, &came->error, why);
	}
	return false;
}

bool controls_are_expected(const struct expression *list, const struct control *came,
			   unsigned count, nanos tolerance, struct error *why)
{
	const struct expression *e = list;
	unsigned i = 0;

	if (list == NULL || list->kind == EXPRESSION_ANY)
		return true;
	if (list->kind != EXPRESSION_LIST)
		return error_set(why, "msg_control is a list of control messages");
	for (e = list->first; e != NULL && i < count; e = e->next, i++) {
		if (!control_is(e, &came[i], tolerance, why))
			return false;
	}
	if (e == NULL && i == count)
		return true;
	return error_set(why, "%u control messages came, and the script expects %s", count,
			 e != NULL ? "more" : "fewer");
}
