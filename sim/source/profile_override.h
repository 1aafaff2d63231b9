/* profile_override.h — "nagle=off": one switch of a profile, from the command
 * line. Names, units and bounds are those of a scenario's "tcp". */
#ifndef TCPLAB_SOURCE_PROFILE_OVERRIDE_H
#define TCPLAB_SOURCE_PROFILE_OVERRIDE_H

#include "base/error.h"
#include "base/text.h"
#include "tcp/profile.h"

bool profile_override(struct profile *profile, const char *setting, struct error *err);

/* "profile=plain mss=1000 nagle=false": the named profile that is most like it, and the switches
 * that make the difference. */
void profile_tell(const struct profile *profile, struct text *out);

#endif
