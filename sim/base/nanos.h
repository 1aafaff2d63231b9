/* nanos.h — virtual and captured time.
 *
 * Time is a count of nanoseconds in an int64: 292 years fit. Nothing under
 * sim/ reads a clock; whoever calls says what time it is. */
#ifndef TCPLAB_BASE_NANOS_H
#define TCPLAB_BASE_NANOS_H

#include <stdint.h>

typedef int64_t nanos;

#define NANOS_NEVER INT64_MAX /* a deadline that does not come */

static inline nanos nanos_from_us(int64_t us)
{
	return us * 1000;
}
static inline nanos nanos_from_ms(int64_t ms)
{
	return ms * 1000000;
}
static inline nanos nanos_from_s(int64_t s)
{
	return s * 1000000000;
}

static inline nanos nanos_min(nanos a, nanos b)
{
	return a < b ? a : b;
}
static inline nanos nanos_max(nanos a, nanos b)
{
	return a > b ? a : b;
}

#endif
