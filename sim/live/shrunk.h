/* shrunk.h — the link of this machine takes less than it did.
 *
 * The kernel refuses a datagram that is longer (EMSGSIZE), and tells its own TCP what fits
 * now. Ours hears it as a router would say it, by ICMP: RFC 1191 §4, RFC 4443 §3.2. So it
 * is an input like others, and a run that is kept has it. */
#ifndef TCPLAB_LIVE_SHRUNK_H
#define TCPLAB_LIVE_SHRUNK_H

#include <stddef.h>
#include <stdint.h>

enum { SHRUNK_MAX = 256 };

/* The message about that datagram; its length, 0 where the link takes it, or is not known. */
size_t shrunk_report(const char *interface, const uint8_t *datagram, size_t len,
		     uint8_t out[SHRUNK_MAX]);

#endif
