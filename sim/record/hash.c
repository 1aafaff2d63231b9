/* hash.c — one number for all that a recording holds. */
#include <string.h>

#include "record/parts.h"

static uint64_t mix(uint64_t hash, uint64_t word)
{
	hash = (hash ^ word) * 0xff51afd7ed558ccdu;
	return hash ^ hash >> 32;
}

/* `bytes` without padding. Their length counts too. */
static uint64_t mix_bytes(uint64_t hash, const void *bytes, size_t len)
{
	const uint8_t *at = bytes;
	uint64_t word;

	hash = mix(hash, len);
	for (; len >= sizeof word; len -= sizeof word, at += sizeof word) {
		memcpy(&word, at, sizeof word);
		hash = mix(hash, word);
	}
	word = 0;
	memcpy(&word, at, len);
	return mix(hash, word);
}

static uint64_t mix_pile(uint64_t hash, const struct pile *p)
{
	hash = mix(hash, p->count);
	for (uint32_t i = 0; i < p->count; i++)
		hash = mix_bytes(hash, pile_at(p, i), p->item);
	return hash;
}

static uint64_t mix_events(uint64_t hash, const struct recording *r)
{
	hash = mix(hash, recording_events(r));
	for (uint32_t i = 0; i < recording_events(r); i++) {
		struct event event = recording_event(r, i);

		hash = mix_bytes(hash, &event, sizeof event);
	}
	return hash;
}

static uint64_t mix_heap(uint64_t hash, const struct heap *h)
{
	for (uint32_t i = 0; i < h->page_count; i++)
		hash = mix_bytes(hash, h->pages[i].bytes, h->pages[i].len);
	return hash;
}

static uint64_t mix_conn(uint64_t hash, const struct conn *conn)
{
	const struct stream *sent = &conn->record.sent;

	hash = mix_bytes(hash, &conn->record.local, sizeof conn->record.local);
	hash = mix_bytes(hash, &conn->record.remote, sizeof conn->record.remote);
	hash = mix(hash, (uint64_t)conn->record.first_event << 32 | conn->record.peer);
	hash = mix(hash, (uint64_t)conn->record.host << 1 | conn->record.inferred);
	for (unsigned i = 0; i < sent->count; i++) {
		hash = mix(hash, (uint64_t)sent->pieces[i].len);
		if (sent->pieces[i].text != NULL)
			hash = mix_bytes(hash, sent->pieces[i].text, (size_t)sent->pieces[i].len);
	}
	for (uint32_t i = 0; i < conn->history.page_count; i++)
		hash = mix_bytes(hash, conn->history.pages[i].bytes, conn->history.pages[i].len);
	return hash;
}

uint64_t recording_hash(const struct recording *r)
{
	uint64_t hash = mix(0, r->info.seed);

	hash = mix(hash, (uint64_t)r->info.epoch);
	hash = mix(hash, r->info.inferred);
	hash = mix_bytes(hash, r->info.title, strlen(r->info.title));
	hash = mix_bytes(hash, r->info.look_for, strlen(r->info.look_for));
	for (uint32_t i = 0; i < r->hosts.count; i++)
		hash = mix_bytes(hash, &host_at(r, i)->record, sizeof(struct host_record));
	for (uint32_t i = 0; i < r->conns.count; i++)
		hash = mix_conn(hash, conn_at(r, i));
	hash = mix_events(hash, r);
	hash = mix_pile(hash, &r->packets.slots);
	hash = mix_pile(hash, &r->packets.flows);
	hash = mix_heap(hash, &r->packets.headers);
	return mix_heap(hash, &r->texts);
}
