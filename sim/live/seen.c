#include "live/seen.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "live/seen_inside.h"
#include "record/memory.h"
#include "wire/link.h"

struct seen *seen_new(int link_type, size_t memory)
{
	struct seen *seen = memory_get(sizeof *seen);

	*seen = (struct seen){
		.link_type = link_type,
		.memory_max = memory > SEEN_MEMORY_LEAST ? memory : SEEN_MEMORY_LEAST,
	};
	pthread_mutex_init(&seen->lock, NULL);
	return seen;
}

void seen_free(struct seen *seen)
{
	for (uint32_t i = 0; i < seen->flows.count; i++)
		kept_free(&seen->kept[i]);
	free(seen->kept);
	flows_free(&seen->flows);
	pthread_mutex_destroy(&seen->lock);
	free(seen);
}

/* ---- adding ---- */

/* The head of a frame in a chunk, before its bytes. */
struct kept_frame {
	uint64_t number;
	nanos time;
	uint32_t len;
	uint32_t wire_len;
};

static size_t room_for(uint32_t len)
{
	return (sizeof(struct kept_frame) + len + 7) & ~(size_t)7;
}

/* Small connections are many, and large ones few. */
static struct chunk *add_chunk(struct seen *seen, struct kept *kept, size_t need)
{
	enum { SMALLEST = 512, LARGEST = 1 << 16 };
	size_t size = kept->last == NULL ? SMALLEST : (size_t)kept->last->size * 2;
	struct chunk *chunk;

	if (size > LARGEST)
		size = LARGEST;
	while (size < need)
		size *= 2;
	chunk = memory_get(sizeof *chunk + size);
	*chunk = (struct chunk){.size = (uint32_t)size};
	if (kept->last == NULL)
		kept->first = chunk;
	else
		kept->last->next = chunk;
	kept->last = chunk;
	kept->memory += sizeof *chunk + size;
	seen->memory += sizeof *chunk + size;
	return chunk;
}

static void keep(struct seen *seen, struct kept *kept, const struct trace_frame *frame)
{
	const struct kept_frame head = {frame->number, frame->time, frame->len, frame->wire_len};
	size_t need = room_for(frame->len);
	struct chunk *chunk = kept->last;

	if (chunk == NULL || chunk->used + need > chunk->size)
		chunk = add_chunk(seen, kept, need);
	memcpy(chunk->bytes + chunk->used, &head, sizeof head);
	memcpy(chunk->bytes + chunk->used + sizeof head, frame->bytes, frame->len);
	chunk->used += (uint32_t)need;
	kept->frames++;
}

/* Headers end where the text of the segment begins. */
static uint32_t headers_of(const struct seen *seen, const struct trace_frame *frame)
{
	int offset = link_ip_offset(seen->link_type, frame->bytes, frame->len);
	struct packet packet;
	const uint8_t *text;
	size_t text_len;

	if (offset < 0)
		return frame->len;
	packet_parse(&packet, frame->bytes + offset, frame->len - (size_t)offset,
		     frame->wire_len - (size_t)offset, 0, &text, &text_len);
	return text != NULL ? (uint32_t)(text - frame->bytes) : frame->len;
}

/* Its connection, FLOW_NONE for what is not TCP. */
static uint32_t sort_in(struct seen *seen, const struct trace_frame *frame)
{
	int offset = link_ip_offset(seen->link_type, frame->bytes, frame->len);
	struct trace_packet trace_packet = {
		.number = frame->number,
		.time = frame->time,
		.time_known = true,
	};

	if (offset >= 0) {
		trace_packet.bytes = frame->bytes + offset;
		trace_packet.len = frame->len - (size_t)offset;
		trace_packet.wire_len = frame->wire_len - (size_t)offset;
	}
	return flows_add(&seen->flows, &trace_packet);
}

static void make_rows(struct seen *seen)
{
	uint32_t before = seen->kept_count;

	if (seen->flows.count <= before)
		return;
	seen->kept =
		memory_grow(seen->kept, &seen->kept_room, seen->flows.count, sizeof *seen->kept);
	memset(seen->kept + before, 0, (seen->flows.count - before) * sizeof *seen->kept);
	seen->memory += (seen->flows.count - before) * CONNECTION_MEMORY;
	seen->kept_count = seen->flows.count;
}

/* Its place, FLOW_NONE where it was forgotten. Numbers rise. */
static uint32_t find(const struct seen *seen, uint32_t number)
{
	uint32_t low = 0;
	uint32_t high = seen->flows.count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (seen->flows.all[middle].number < number)
			low = middle + 1;
		else
			high = middle;
	}
	return low < seen->flows.count && seen->flows.all[low].number == number ? low : FLOW_NONE;
}

/* A gap in the middle would look like a loss: whatever has no room ends what
 * is kept of its connection. */
static void keep_or_not(struct seen *seen, uint32_t number, const struct trace_frame *frame)
{
	uint32_t at = find(seen, number);

	if (at != FLOW_NONE && seen->memory <= seen->memory_max && !seen->kept[at].cut) {
		keep(seen, &seen->kept[at], frame);
		return;
	}
	seen->counts.forgotten++;
	if (at != FLOW_NONE)
		seen->kept[at].cut = true;
	if (number == seen->followed)
		seen->counts.without_room++;
}

uint32_t seen_add(struct seen *seen, struct trace_frame *frame)
{
	uint32_t at;

	pthread_mutex_lock(&seen->lock);
	frame->number = ++seen->counts.frames;
	frame->len = headers_of(seen, frame);
	at = sort_in(seen, frame);
	if (at == FLOW_NONE) {
		seen->counts.others++;
	} else {
		uint32_t number = seen->flows.all[at].number;

		make_rows(seen);
		if (seen->memory > seen->memory_max)
			seen_make_room(seen);
		keep_or_not(seen, number, frame);
	}
	pthread_mutex_unlock(&seen->lock);
	return frame->len;
}

/* ---- asking ---- */

void seen_counts(struct seen *seen, struct seen_counts *out)
{
	pthread_mutex_lock(&seen->lock);
	*out = seen->counts;
	out->connections = seen->flows.numbered;
	out->memory = seen->memory;
	pthread_mutex_unlock(&seen->lock);
}

void seen_flows(struct seen *seen, struct flows *out)
{
	pthread_mutex_lock(&seen->lock);
	*out = seen->flows;
	out->table = NULL;
	out->table_size = 0;
	out->capacity = out->count;
	out->all = memory_get((out->count + 1) * sizeof *out->all);
	if (out->count > 0)
		memcpy(out->all, seen->flows.all, out->count * sizeof *out->all);
	pthread_mutex_unlock(&seen->lock);
}

bool seen_follow(struct seen *seen, uint32_t number)
{
	bool there;

	pthread_mutex_lock(&seen->lock);
	there = find(seen, number) != FLOW_NONE;
	if (there)
		seen->followed = number;
	pthread_mutex_unlock(&seen->lock);
	return there;
}

uint32_t seen_default(struct seen *seen)
{
	uint32_t number = 0;

	pthread_mutex_lock(&seen->lock);
	if (seen->flows.count > 0)
		number = seen->flows.all[flows_default(&seen->flows)].number;
	pthread_mutex_unlock(&seen->lock);
	return number;
}

uint32_t seen_followed(struct seen *seen, uint64_t *frames)
{
	uint32_t number;
	uint32_t at;

	pthread_mutex_lock(&seen->lock);
	number = seen->followed;
	at = find(seen, number);
	*frames = at != FLOW_NONE ? seen->kept[at].frames : 0;
	pthread_mutex_unlock(&seen->lock);
	return number;
}

/* ---- reading ---- */

static void rewind_reader(void *who)
{
	struct reader *reader = who;

	reader->chunk = reader->first;
	reader->at = 0;
}

/* The chunk that was the last one may be added to meanwhile. */
static bool next_frame(void *who, struct trace_frame *frame)
{
	struct reader *reader = who;
	struct kept_frame head;

	if (reader->chunk == NULL)
		return false;
	if (reader->chunk != reader->last && reader->at == reader->chunk->used) {
		reader->chunk = reader->chunk->next;
		reader->at = 0;
	}
	if (reader->chunk == reader->last && reader->at == reader->last_used)
		return false;
	memcpy(&head, reader->chunk->bytes + reader->at, sizeof head);
	*frame = (struct trace_frame){
		.number = head.number,
		.time = head.time,
		.bytes = reader->chunk->bytes + reader->at + sizeof head,
		.len = head.len,
		.wire_len = head.wire_len,
	};
	reader->at += (uint32_t)room_for(head.len);
	return true;
}

bool seen_trace(struct seen *seen, const char *name, struct trace **out, struct error *err)
{
	const struct trace_frames frames = {
		.link_type = seen->link_type,
		.next = next_frame,
		.rewind = rewind_reader,
		.who = &seen->reader,
	};
	uint32_t at;

	pthread_mutex_lock(&seen->lock);
	at = find(seen, seen->followed);
	if (at != FLOW_NONE && seen->kept[at].last != NULL)
		seen->reader = (struct reader){
			.first = seen->kept[at].first,
			.last = seen->kept[at].last,
			.last_used = seen->kept[at].last->used,
		};
	else
		seen->reader = (struct reader){.first = NULL};
	pthread_mutex_unlock(&seen->lock);
	return trace_open_frames(out, name, &frames, err);
}
