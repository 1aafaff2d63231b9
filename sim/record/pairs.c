#include "record/pairs.h"

#include <stdlib.h>
#include <string.h>

#include "record/memory.h"

/* A connection under the name that both its ends share. */
struct end {
	struct endpoint low;
	struct endpoint high;
	uint32_t conn;
	bool is_low; /* its local endpoint */
};

static int compare(const void *a, const void *b)
{
	const struct end *x = a;
	const struct end *y = b;
	int order = memcmp(&x->low, &y->low, sizeof x->low);

	if (order == 0)
		order = memcmp(&x->high, &y->high, sizeof x->high);
	return order != 0 ? order : (x->conn > y->conn) - (x->conn < y->conn);
}

/* What began by listening on every address has none of its own. */
static struct endpoint local_of(const struct recording *r, const struct conn_record *conn)
{
	const struct host_record *host = recording_host(r, conn->host);
	struct endpoint local = conn->local;

	for (int i = 0; i < 2 && local.address.version == 0; i++) {
		if (host->addresses[i].version == conn->remote.address.version)
			local.address = host->addresses[i];
	}
	return local;
}

static struct end end_of(const struct recording *r, uint32_t n)
{
	const struct conn_record *conn = recording_conn(r, n);
	struct endpoint local = local_of(r, conn);
	bool is_low = memcmp(&local, &conn->remote, sizeof local) < 0;

	return (struct end){
		.low = is_low ? local : conn->remote,
		.high = is_low ? conn->remote : local,
		.conn = n,
		.is_low = is_low,
	};
}

static bool same_name(const struct end *x, const struct end *y)
{
	return memcmp(&x->low, &y->low, sizeof x->low) == 0 &&
	       memcmp(&x->high, &y->high, sizeof x->high) == 0;
}

/* Sets first[conn] to the lower numbered of the two ends, for ends of the same name. */
static void pair_up(const struct end *ends, uint32_t count, uint32_t *first)
{
	uint32_t next[2] = {0, 0}; /* where to look for the partner of the next end of a side */

	for (uint32_t i = 0; i < count; i++) {
		uint32_t *at = &next[ends[i].is_low];

		while (*at < i && ends[*at].is_low == ends[i].is_low)
			++*at;
		first[ends[i].conn] = ends[i].conn;
		if (*at < i)
			first[ends[i].conn] = ends[(*at)++].conn;
	}
}

uint32_t *pairs_number(const struct recording *r, uint32_t *count)
{
	uint32_t conns = recording_conns(r);
	struct end *ends = memory_get(conns * sizeof *ends);
	uint32_t *numbers = memory_get(conns * sizeof *numbers);
	uint32_t group = 0;

	for (uint32_t n = 0; n < conns; n++)
		ends[n] = end_of(r, n);
	qsort(ends, conns, sizeof *ends, compare);
	for (uint32_t i = 1; i <= conns; i++) {
		if (i < conns && same_name(&ends[i], &ends[group]))
			continue;
		pair_up(ends + group, i - group, numbers);
		group = i;
	}
	*count = 0;
	for (uint32_t n = 0; n < conns; n++) {
		if (recording_conn(r, n)->remote.address.version == 0)
			numbers[n] = 0;
		else
			numbers[n] = numbers[n] < n ? numbers[numbers[n]] : ++*count;
	}
	free(ends);
	return numbers;
}
