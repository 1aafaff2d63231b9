#include "script/symbols.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

struct symbol {
	const char *name;
	int32_t number;
};

static const struct symbol symbols[] = {
#define SYMBOL(name, number) {#name, number},
#include "script/symbols.def"
#undef SYMBOL
};

enum { SYMBOLS = sizeof symbols / sizeof *symbols };

static int compare(const void *name, const void *symbol)
{
	return strcmp(name, ((const struct symbol *)symbol)->name);
}

bool symbol_value(const char *name, int64_t *value)
{
	const struct symbol *found = bsearch(name, symbols, SYMBOLS, sizeof *symbols, compare);

	if (!found)
		return false;
	/* The one that has its highest bit set is a number without a sign. */
	*value = found->number < -1000 ? (int64_t)(uint32_t)found->number : found->number;
	return true;
}

/* EAGAIN, but not EPOLLIN; of two names the one that Linux's messages say. */
static bool is_errno(const char *name)
{
	return name[0] == 'E' && strncmp(name, "EPOLL", 5) != 0 &&
	       strcmp(name, "EWOULDBLOCK") != 0 && strcmp(name, "ENOTSUP") != 0 &&
	       strcmp(name, "EDEADLOCK") != 0 && strcmp(name, "ENOATTR") != 0;
}

const char *symbol_errno(int32_t number)
{
	for (size_t i = 0; i < SYMBOLS; i++)
		if (symbols[i].number == number && is_errno(symbols[i].name))
			return symbols[i].name;
	return NULL;
}
