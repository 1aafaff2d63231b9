/* command_live_tun.h — tcplab live tun: the kernel's TCP in a virtual network. */
#ifndef TCPLAB_VIZ_COMMAND_LIVE_TUN_H
#define TCPLAB_VIZ_COMMAND_LIVE_TUN_H

#include "viz/args.h"

int command_live_tun(const struct args *args);

#endif
