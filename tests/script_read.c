#include "tests/script_read.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>

static struct script *script;

const struct script *script_of(const char *text)
{
	struct error err = {""};

	script_free(script);
	script = script_parse("t.pkt", text, strlen(text), &err);
	if (script == NULL)
		fail_msg("%s\n%s", err.text, text);
	return script;
}

const struct script_event *event_of(const char *text)
{
	return script_of(text)->events;
}

const struct packet_spec *packet_of(const char *text)
{
	const struct script_event *event = event_of(text);

	assert_int_equal(event->kind, EVENT_PACKET);
	return event->packet;
}

int script_goes(void **state)
{
	(void)state;
	script_free(script);
	script = NULL;
	return 0;
}
