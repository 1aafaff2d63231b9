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
/* "EAGAIN" for 11; NULL where there is none. */
const char *symbol_errno(int32_t number);

#endif
