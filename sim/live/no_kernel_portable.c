/* no_kernel_portable.c — where there is no network namespace for a script. */
#include "live/drill_kernel.h"

bool drill_kernel(const struct script *script, const struct drill_settings *settings,
		  struct drill_result *result, struct error *err)
{
	(void)script;
	(void)settings;
	(void)result;
	return error_set(err, "a script meets the kernel's own TCP on Linux alone, in a network "
			      "namespace; in virtual time it runs here as anywhere");
}
