/* run_ours.c — a script against our own TCP. */
#include "machine/commands.h"
#include "machine/ours.h"
#include "drill/run.h"

/* What the head of a script says. False, and the result, where it cannot be run. */
static bool set_up(const struct script *script, struct drill_settings *settings,
		   struct drill_result *result)
{
	struct error why;
	enum setting found = settings_of_script(settings, script, &why);

	*result = (struct drill_result){.verdict = DRILL_PASSED};
	if (found == SETTING_KNOWN && script->initial != NULL) {
		found = command_apply(settings, NULL, 0, script->initial, &why);
		result->line = script->initial_place.line;
	}
	if (found == SETTING_KNOWN) {
		result->line = 0;
		return true;
	}
	result->verdict = found == SETTING_UNSUPPORTED ? DRILL_UNSUPPORTED : DRILL_FAILED;
	if (result->line > 0)
		return error_set(&result->sentence, "%s:%u: %s", script->name, result->line,
				 why.text);
	return error_set(&result->sentence, "%s:%s", script->name, why.text);
}

static bool opens(const struct script_event *event, bool outbound)
{
	return event->kind == EVENT_PACKET && event->packet->kind == SPEC_TCP &&
	       event->packet->outbound == outbound && (event->packet->tcp.flags & SYN) != 0;
}

/* Where the machine opens one connection, and how it chooses an ISN is not what matters, it
 * takes the script's: then whoever looks finds the numbers that the script has. */
static void number_as_script(const struct script *script, struct profile *profile)
{
	const struct segment *first = NULL;
	unsigned peers_syns = 0;

	for (uint32_t i = 0; i < script->event_count; i++) {
		const struct script_event *event = &script->events[i];

		peers_syns += opens(event, false);
		if (!opens(event, true))
			continue;
		if (first != NULL && (!seq_eq(event->packet->tcp.seq, first->seq) ||
				      event->packet->tcp.src_port != first->src_port ||
				      event->packet->tcp.dst_port != first->dst_port))
			return;
		first = &event->packet->tcp;
	}
	if (first == NULL || peers_syns > 1 || profile->isn_fixed || profile->isn_clock)
		return;
	profile->isn_fixed = true;
	profile->isn = first->seq.v;
}

void drill_run(const struct script *script, const struct drill_settings *settings,
	       struct recording *recording, const struct drill_watcher *watcher,
	       struct drill_result *result)
{
	struct drill_settings own = *settings;
	struct ours *ours;
	struct machine machine;

	if (!set_up(script, &own, result))
		return;
	number_as_script(script, &own.profile);
	ours = ours_new(&own, own.seed, recording);
	machine = ours_machine(ours);
	drill_run_on(script, &own, &machine, watcher, result);
	ours_free(ours);
}
