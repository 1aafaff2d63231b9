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

static const struct {
	const char *name;
	const char *why;
} refused[] = {
	{"tcpi_delivery_rate", "no samples of the delivery rate are taken"},
	{"tcpi_delivery_rate_app_limited", "no samples of the delivery rate are taken"},
	{"tcpi_fastopen_client_fail", "it is not kept why Fast Open failed"},
	{"tcpi_reord_seen", "reordering is measured, not counted"},
	{"tcpi_rehash", "there is one path, and no flow is hashed to another"},
	{"tcpi_total_rto", "time-outs in a row are counted, not all"},
	{"tcpi_total_rto_recoveries", "time-outs in a row are counted, not all"},
	{"tcpi_total_rto_time", "time-outs in a row are counted, not all"},
	{"tcpi_accecn_fail_mode", "its numbers are a kernel's own"},
	{"tcpi_accecn_opt_seen", "its numbers are a kernel's own"},
	{"tcpi_options2", "it has no meaning yet"},
};

const char *symbol_refused(const char *name)
{
	for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
		if (strcmp(refused[i].name, name) == 0)
			return refused[i].why;
	return NULL;
}
