/* old_systems.h — systems as they were, for the scripts that were written for them: what they
 * have become is a profile of its own, sim/tcp/profiles.c. */
#ifndef TCPLAB_MACHINE_OLD_SYSTEMS_H
#define TCPLAB_MACHINE_OLD_SYSTEMS_H

#include "tcp/profile.h"

/* "linux-old", "freebsd-old". The name, which lives as long as the program; NULL: there is no such
 * system, and the profile is as it was. */
const char *old_system(const char *name, struct profile *profile);

#endif
