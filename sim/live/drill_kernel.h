/* drill_kernel.h — the kernel's TCP as the machine that a packetdrill script tests, in
 * real time.
 *
 * The script's machine is the kernel in a network namespace of its own, and what
 * it sends and gets goes through a TUN device. Its system calls are made as they
 * stand; one that does not return soon goes on in a thread. Sysctls of a script are written
 * in that namespace, where they concern nobody else. No shell is ever asked.
 *
 * Everything happens in a process of its own, which ends with the script. */
#ifndef TCPLAB_LIVE_DRILL_KERNEL_H
#define TCPLAB_LIVE_DRILL_KERNEL_H

#include "drill/run.h"

/* Runs the script against the kernel; `settings` are those of the command line. False with a
 * sentence where there can be no such namespace or device here. */
bool drill_kernel(const struct script *script, const struct drill_settings *settings,
		  struct drill_result *result, struct error *err);

#endif
