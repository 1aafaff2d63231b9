/* sip.h — SipHash-2-4, a keyed hash (Aumasson and Bernstein, 2012).
 *
 * Who does not know the key can neither predict its values nor make them
 * collide, and from values cannot find the key. It is quick for short input. */
#ifndef TCPLAB_BASE_SIP_H
#define TCPLAB_BASE_SIP_H

#include <stddef.h>
#include <stdint.h>

uint64_t sip_hash(const uint64_t key[2], const void *bytes, size_t len);

#endif
