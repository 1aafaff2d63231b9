/* symbols.h — the constants that scripts name: AF_INET, SO_REUSEADDR, EAGAIN …
 * with the numbers that Linux gives them (asm-generic), on every machine. */
#ifndef TCPLAB_SCRIPT_SYMBOLS_H
#define TCPLAB_SCRIPT_SYMBOLS_H

#include <stdbool.h>
#include <stdint.h>

enum {
#define SYMBOL(name, number) DRILL_##name = (number),
#include "script/symbols.def"
#undef SYMBOL
};

bool symbol_value(const char *name, int64_t *value);
/* Why our machine cannot tell what Linux tells under this name, a field of TCP_INFO; else NULL. */
const char *symbol_refused(const char *name);
/* "EAGAIN" for 11; NULL where there is none. */
const char *symbol_errno(int32_t number);

#endif
