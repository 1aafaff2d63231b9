/* When an event happens. Seconds, with up to nine decimals; what is beyond them is cut. */
#include "script/script_inside.h"

enum { SECONDS_MAX = 1000000000 };

static bool read_seconds(struct script_reader *r, nanos *time)
{
	const struct token *token = &r->token;
	nanos seconds = 0;
	nanos fraction = 0;
	nanos weight = 0;

	if (token->kind != TOKEN_NUMBER && token->kind != TOKEN_DECIMAL)
		return script_expected(r, "a time in seconds, such as 0.5");
	if (token->hex)
		return script_refuse(r, token->place, "a time is a decimal number");
	if (token->text[0] == '-')
		return script_refuse(r, token->place, "a time cannot be negative");
	for (size_t i = 0; i < token->len; i++) {
		if (token->text[i] == '.') {
			weight = nanos_from_s(1);
		} else if (weight > 0) {
			weight /= 10;
			fraction += weight * (token->text[i] - '0');
			if (weight == 0)
				break;
		} else {
			seconds = seconds * 10 + (token->text[i] - '0');
			if (seconds > SECONDS_MAX)
				return script_refuse(r, token->place,
						     "a time is at most %d seconds", SECONDS_MAX);
		}
	}
	*time = nanos_from_s(seconds) + fraction;
	script_next(r);
	return true;
}

bool script_read_until(struct script_reader *r, nanos *until)
{
	return read_seconds(r, until);
}

bool script_read_time(struct script_reader *r, struct script_event *event)
{
	bool relative;

	event->place = r->token.place;
	if (script_take_mark(r, '*')) {
		event->time_kind = TIME_ANY;
		return true;
	}
	relative = script_take_mark(r, '+');
	event->time_kind = relative ? TIME_RELATIVE : TIME_ABSOLUTE;
	if (!relative && r->token.kind != TOKEN_NUMBER && r->token.kind != TOKEN_DECIMAL)
		return script_expected(r, "the time of an event, such as 1.5, +.1, 1~2 or *");
	if (!read_seconds(r, &event->time))
		return false;
	if (!script_take_mark(r, '~'))
		return true;
	event->time_kind = relative ? TIME_RELATIVE_RANGE : TIME_ABSOLUTE_RANGE;
	if (relative && !script_want_mark(r, '+', "a + before the end of a range that began so"))
		return false;
	if (!relative && script_is_mark(r, '+'))
		return script_expected(r, "the end of a range that began without +");
	if (!read_seconds(r, &event->time_end))
		return false;
	if (event->time_end < event->time)
		return script_refuse(r, event->place,
				     "the range ends before it begins: write the earlier time "
				     "first");
	return true;
}
