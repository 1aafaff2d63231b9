#include "net/stage.h"

#include <assert.h>
#include <string.h>

#include "base/bytes.h"
#include "net/world_inside.h"
#include "wire/checksum.h"
#include "wire/packet.h"

/* ---- the kinds ---- */

static const struct stage_kind *const kinds[] = {
#define STAGE(name) &stage_##name,
#include "net/stages.def"
#undef STAGE
};

const struct stage_kind *const *stage_kinds(unsigned *count)
{
	*count = sizeof kinds / sizeof kinds[0];
	return kinds;
}

const struct stage_kind *stage_kind_named(const char *name)
{
	for (unsigned i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		if (strcmp(kinds[i]->name, name) == 0)
			return kinds[i];
	}
	return NULL;
}

/* ---- victims ---- */

static const char *const class_names[PACKET_CLASS_COUNT] = {
	[PACKETS_ALL] = "packet", [PACKETS_DATA] = "data",       [PACKETS_NO_DATA] = "no data",
	[PACKETS_SYN] = "SYN",    [PACKETS_SYN_ACK] = "SYN,ACK", [PACKETS_ACK] = "ACK",
	[PACKETS_FIN] = "FIN",    [PACKETS_RST] = "RST",
};

const char *packet_class_name(enum packet_class c)
{
	assert(c < PACKET_CLASS_COUNT);
	return class_names[c];
}

bool packet_class_named(const char *name, enum packet_class *out)
{
	for (unsigned i = 0; i < PACKET_CLASS_COUNT; i++) {
		if (strcmp(class_names[i], name) == 0) {
			*out = (enum packet_class)i;
			return true;
		}
	}
	return false;
}

bool packet_class_holds(enum packet_class c, uint16_t flags, uint32_t text_len)
{
	switch (c) {
	case PACKETS_DATA: return text_len > 0;
	case PACKETS_NO_DATA: return text_len == 0;
	case PACKETS_SYN: return (flags & SYN) && !(flags & ACK);
	case PACKETS_SYN_ACK: return (flags & SYN) && (flags & ACK);
	case PACKETS_ACK: return (flags & (SYN | FIN | RST | ACK)) == ACK && text_len == 0;
	case PACKETS_FIN: return (flags & FIN) != 0;
	case PACKETS_RST: return (flags & RST) != 0;
	default: return true;
	}
}

struct victims victims_all(void)
{
	return (struct victims){.until = NANOS_NEVER, .per_million = ALL_MILLION};
}

/* What a link sees of a packet. Malformed or not TCP: false. */
static bool glance(const struct parcel *parcel, uint16_t *flags, uint32_t *seq, uint32_t *text_len)
{
	bool v4 = parcel->bytes[0] >> 4 == 4;
	size_t ip_len = v4 ? 4u * (parcel->bytes[0] & 0xf) : IPV6_HEADER;
	const uint8_t *tcp = parcel->bytes + ip_len;
	size_t header_len;

	if (parcel->len < ip_len + TCP_HEADER_MIN || parcel->bytes[v4 ? 9 : 6] != PROTOCOL_TCP)
		return false;
	header_len = 4u * (tcp[12] >> 4);
	if (parcel->len < ip_len + header_len)
		return false;
	*seq = get_be32(tcp + 4);
	*flags = get_be16(tcp + 12) & 0x1ff;
	*text_len = (uint32_t)(parcel->len - ip_len - header_len);
	return true;
}

static bool is_of_class(const struct victims *victims, const struct parcel *parcel)
{
	uint16_t flags;
	uint32_t seq;
	uint32_t text_len;

	if (victims->what == PACKETS_ALL && !victims->has_seq)
		return true;
	if (!glance(parcel, &flags, &seq, &text_len))
		return false;
	return packet_class_holds((enum packet_class)victims->what, flags, text_len) &&
	       (!victims->has_seq || seq == victims->seq);
}

static bool is_one_of(struct stage *stage, uint64_t nth, const struct parcel *parcel)
{
	const struct victims *victims = &stage->victims;

	if (victims->nth_count == 0)
		return true;
	for (uint32_t i = 0; i < victims->nth_count; i++) {
		if (victims->nth[i] != nth)
			continue;
		stage->packet[i] = parcel->packet;
		return true;
	}
	return false;
}

static bool is_meant(const struct stage *stage, nanos now, const struct parcel *parcel)
{
	return now >= stage->victims.after && now < stage->victims.until &&
	       is_of_class(&stage->victims, parcel);
}

static bool is_unlucky(const struct stage *stage, struct random *chance)
{
	return stage->victims.per_million >= ALL_MILLION ||
	       random_chance(chance, stage->victims.per_million);
}

bool stage_picks(struct stage *stage, nanos now, const struct parcel *parcel)
{
	return is_meant(stage, now, parcel) && is_one_of(stage, ++stage->seen, parcel) &&
	       is_unlucky(stage, &stage->chance);
}

/* A copy is a victim of chance like any packet, but counts are of what was sent. */
bool stage_picks_copy(struct stage *stage, nanos now, const struct parcel *parcel)
{
	return stage->victims.nth_count == 0 && is_meant(stage, now, parcel) &&
	       is_unlucky(stage, &stage->copies);
}
