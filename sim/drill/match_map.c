/* match_map.c — numbers of the script and numbers on the wire.
 *
 * As upstream has it: those of a segment with SYN are absolute, and others count from
 * the SYN of the side that they belong to. Where a SYN was refused, all are absolute. Numbers of
 * the script's side are on the wire what they are in the script's SYN. */
#include "drill/match_inside.h"

#include "base/bytes.h"
#include "record/memory.h"

/* What is added to a number of the machine's in the script to have it on the wire. */
static uint32_t local_offset(const struct mapping *map, bool syn)
{
	return syn ? map->local_wire.v - map->local_script.v : map->local_wire.v;
}

static uint32_t remote_offset(const struct mapping *map, bool syn)
{
	return syn ? 0 : map->remote.v;
}

struct seq map_local(const struct mapping *map, struct seq script)
{
	return seq_add(script, local_offset(map, false));
}

/* Of each option of SACK, whether it is the first or not; and of the first timestamps. */
static void patch_options(struct options *o, uint32_t sack_offset)
{
	uint8_t bytes[OPTIONS_LEN_MAX];
	uint8_t len = o->len;

	for (unsigned i = 0; i < len; i++)
		bytes[i] = o->bytes[i];
	for (unsigned at = 0, size; at < len; at += size) {
		size = options_size_at(o, at);
		if (size == 0 || bytes[at] == OPTION_EOL)
			break;
		if (bytes[at] != OPTION_SACK)
			continue;
		for (unsigned edge = at + 2; edge + 4 <= at + size; edge += 4)
			put_be32(bytes + edge, get_be32(bytes + edge) + sack_offset);
	}
	options_parse(o, bytes, len);
}

static void put_stamps(struct options *o, uint32_t val, uint32_t ecr)
{
	unsigned at = options_find(o, OPTION_TIMESTAMPS);
	uint8_t bytes[OPTIONS_LEN_MAX];
	uint8_t len = o->len;

	for (unsigned i = 0; i < len; i++)
		bytes[i] = o->bytes[i];
	put_be32(bytes + at + 2, val);
	put_be32(bytes + at + 6, ecr);
	options_parse(o, bytes, len);
}

/* ---- timestamps ---- */

/* Echoed are timestamps that the machine sent: the last one that the script has so. One that it
 * does not have is as far from the first as the script says. */
static uint32_t stamp_on_wire(const struct mapping *map, uint32_t script)
{
	for (uint32_t i = map->stamp_count; i-- > 0;)
		if (map->stamps[i].script == script)
			return map->stamps[i].wire;
	return map->stamp_count > 0 ? script - map->stamps[0].script + map->stamps[0].wire : script;
}

static uint32_t stamp_in_script(const struct mapping *map, uint32_t wire, bool echoed)
{
	for (uint32_t i = map->stamp_count; echoed && i-- > 0;)
		if (map->stamps[i].wire == wire)
			return map->stamps[i].script;
	return map->stamp_count > 0 ? wire - map->stamps[0].wire + map->stamps[0].script : wire;
}

void map_learn_stamp(struct mapping *map, const struct options *script, const struct options *wire)
{
	if (!(script->has & HAS_TIMESTAMPS) || !(wire->has & HAS_TIMESTAMPS))
		return;
	map->stamps = memory_grow(map->stamps, &map->stamp_capacity, map->stamp_count + 1,
				  sizeof *map->stamps);
	map->stamps[map->stamp_count++] = (struct stamp){script->ts_val, wire->ts_val};
}

/* ---- segments ---- */

void map_inbound(const struct mapping *map, const struct packet_spec *spec, struct segment *seg)
{
	bool syn = (seg->flags & SYN) != 0;

	if (!spec->absolute_seq)
		seg->seq = seq_add(seg->seq, remote_offset(map, syn));
	if (seg->flags & ACK)
		seg->ack = seq_add(seg->ack, local_offset(map, syn));
	patch_options(&seg->options, local_offset(map, syn));
	if ((seg->flags & ACK) && (seg->options.has & HAS_TIMESTAMPS) && !spec->absolute_ts_ecr)
		put_stamps(&seg->options, seg->options.ts_val,
			   stamp_on_wire(map, seg->options.ts_ecr));
}

void map_to_script(const struct mapping *map, struct segment *seg, bool outbound)
{
	bool syn = (seg->flags & SYN) != 0;
	uint32_t local = local_offset(map, syn);
	bool refused = outbound && (seg->flags & RST) && !map->local_known;
	uint32_t remote = remote_offset(map, syn || refused);

	seg->seq = seq_sub(seg->seq, outbound ? local : remote);
	if (seg->flags & ACK)
		seg->ack = seq_sub(seg->ack, outbound ? remote : local);
	patch_options(&seg->options, 0 - (outbound ? remote : local));
	if (!(seg->options.has & HAS_TIMESTAMPS))
		return;
	if (outbound)
		put_stamps(&seg->options, stamp_in_script(map, seg->options.ts_val, false),
			   seg->options.ts_ecr);
	else if (seg->flags & ACK)
		put_stamps(&seg->options, seg->options.ts_val,
			   stamp_in_script(map, seg->options.ts_ecr, true));
}

/* ---- what a SYN says ---- */

void map_learn_outbound(struct mapping *map, const struct segment *script,
			const struct segment *wire)
{
	window_learn(map, wire, true);
	if (!(script->flags & SYN) || !(wire->flags & SYN))
		return;
	if (map->local_known && seq_eq(map->local_wire, wire->seq))
		return;
	/* Where there was one before, the connection begins anew: TIME-WAIT was left by a SYN. */
	if (map->local_known)
		map->remote = map->last_remote_syn;
	map->local_known = true;
	map->local_script = script->seq;
	map->local_wire = wire->seq;
}

void map_learn_inbound(struct mapping *map, const struct segment *seg)
{
	window_learn(map, seg, false);
	if (!(seg->flags & SYN))
		return;
	map->last_remote_syn = seg->seq;
	if (map->remote_known)
		return;
	map->remote_known = true;
	map->remote = seg->seq;
}
