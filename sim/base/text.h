/* text.h — text built piece by piece in the caller's buffer.
 *
 * Never overruns: what does not fit is cut and `cut` is set. The buffer is
 * a C string after every call. */
#ifndef TCPLAB_BASE_TEXT_H
#define TCPLAB_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/nanos.h"

struct text {
	char *at;
	size_t size; /* of the buffer, with its final NUL */
	size_t len;
	bool cut;
};

struct text text_in(char *buf, size_t size); /* `size` > 0 */
void text_add(struct text *t, const char *s);
void text_addf(struct text *t, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Seconds with `places` decimals (0 … 9), cut and not rounded: "1.050". */
void text_add_seconds(struct text *t, nanos time, int places);

#endif
