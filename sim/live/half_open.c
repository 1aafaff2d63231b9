#include "live/half_open.h"

#include <string.h>
#include <sys/mman.h>

#include "wire/packet.h"

struct half_open *half_open_map(int fd)
{
	void *table =
		mmap(NULL, sizeof(struct half_open), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	return table != MAP_FAILED ? table : NULL;
}

void half_open_unmap(struct half_open *table)
{
	if (table != NULL)
		munmap(table, sizeof *table);
}

void half_open_remember(struct half_open *table, unsigned slot, const struct abandoned *which,
			const uint8_t *link)
{
	struct half_open_slot *at = &table->slots[slot];
	unsigned other = atomic_load(&at->current) == 1 ? 2 : 1;
	struct half_open_row *row = &at->rows[other - 1];

	row->which = *which;
	if (link != NULL)
		memcpy(row->link, link, LINK_HEADER);
	atomic_store(&at->current, other);
}

void half_open_forget(struct half_open *table, unsigned slot)
{
	atomic_store(&table->slots[slot].current, 0);
}

void half_open_forget_all(struct half_open *table)
{
	for (unsigned slot = 0; slot < HALF_OPEN_SLOTS; slot++)
		half_open_forget(table, slot);
}

void half_open_notes_syn(struct half_open *table, const uint8_t *datagram, size_t len,
			 const uint8_t *link)
{
	struct abandoned which;
	struct packet packet;
	const uint8_t *text;
	size_t text_len;

	if (packet_parse(&packet, datagram, len, len, 0, &text, &text_len) != PACKET_OK ||
	    packet.kind != PACKET_TCP || !(packet.tcp.flags & SYN))
		return;
	which = (struct abandoned){
		.local = {.address = packet.src, .port = packet.tcp.src_port},
		.remote = {.address = packet.dst, .port = packet.tcp.dst_port},
		.snd_nxt = packet.tcp.seq.v + 1,
		.rcv_nxt = packet.tcp.ack.v,
	};
	half_open_remember(table, ABANDONED_MAX + table->syns++ % HALF_OPEN_SYNS, &which, link);
}

bool half_open_read(const struct half_open *table, unsigned slot, struct half_open_row *out)
{
	unsigned current = atomic_load(&table->slots[slot].current);

	if (current != 1 && current != 2)
		return false;
	*out = table->slots[slot].rows[current - 1];
	return true;
}
