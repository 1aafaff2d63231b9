/* run_ours.c — a script against our own TCP. */
#include "drill/ours.h"
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

void drill_run(const struct script *script, const struct drill_settings *settings,
	       struct recording *recording, const struct drill_watcher *watcher,
	       struct drill_result *result)
{
	struct drill_settings own = *settings;
	struct ours *ours;
	struct machine machine;

	if (!set_up(script, &own, result))
		return;
	ours = ours_new(&own, own.seed, recording);
	machine = ours_machine(ours);
	drill_run_on(script, &own, &machine, watcher, result);
	ours_free(ours);
}
