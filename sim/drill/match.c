#include "drill/match_inside.h"

#include <stdlib.h>
#include <string.h>

#include "record/memory.h"

struct match *match_new(const struct drill_settings *settings)
{
	struct match *m = memory_get(sizeof *m);

	*m = (struct match){
		.settings = settings,
		.bind_port = settings->addresses.bind_port,
		.connect_port = settings->addresses.connect_port,
		.next_remote_port = FIRST_REMOTE_PORT,
	};
	return m;
}

void match_free(struct match *m)
{
	if (m == NULL)
		return;
	for (uint32_t i = 0; i < m->count; i++) {
		free(m->mappings[i]->stamps);
		free(m->mappings[i]);
	}
	free(m->mappings);
	free(m);
}

/* ---- which connection ---- */

struct mapping *mapping_add(struct match *m, uint16_t local_port, uint16_t remote_port)
{
	struct mapping *map = memory_get(sizeof *map);

	*map = (struct mapping){.local_port = local_port, .remote_port = remote_port};
	m->mappings = memory_grow(m->mappings, &m->capacity, m->count + 1, sizeof *m->mappings);
	m->mappings[m->count++] = map;
	m->current = map;
	m->awaited = AWAITED_NOTHING;
	return map;
}

struct mapping *mapping_between(const struct match *m, uint16_t local_port, uint16_t remote_port)
{
	for (uint32_t i = m->count; i-- > 0;)
		if (m->mappings[i]->local_port == local_port &&
		    m->mappings[i]->remote_port == remote_port)
			return m->mappings[i];
	return NULL;
}

/* Ports that the script says are those on the wire; one that it leaves out is that of
 * the connection that it speaks of. */
static struct mapping *said_mapping(struct match *m, uint16_t local_port, uint16_t remote_port)
{
	const struct mapping *now = m->current;
	struct mapping *map;

	if (local_port == 0)
		local_port = now != NULL ? now->local_port : m->bind_port;
	if (remote_port == 0)
		remote_port = now != NULL ? now->remote_port : m->connect_port;
	map = mapping_between(m, local_port, remote_port);
	if (map == NULL) {
		map = mapping_add(m, local_port, remote_port);
		map->ports_said = true;
	}
	return map;
}

struct mapping *mapping_inbound(struct match *m, const struct packet_spec *spec)
{
	const struct segment *seg = &spec->tcp;

	if (seg->src_port != 0 || seg->dst_port != 0)
		return said_mapping(m, seg->dst_port, seg->src_port);
	if (m->current == NULL || m->awaited == AWAITED_INBOUND)
		return mapping_add(m, m->bind_port, m->next_remote_port++);
	return m->current;
}

struct mapping *mapping_outbound(struct match *m, const struct packet_spec *spec,
				 const struct packet *p)
{
	const struct segment *seg = &p->tcp;
	const struct segment *expected = &spec->tcp;
	struct mapping *map = mapping_between(m, seg->src_port, seg->dst_port);
	bool opens = (seg->flags & SYN) && !(seg->flags & ACK);

	if (expected->src_port != 0 || expected->dst_port != 0) {
		if ((expected->src_port != 0 && expected->src_port != seg->src_port) ||
		    (expected->dst_port != 0 && expected->dst_port != seg->dst_port))
			return NULL;
		return said_mapping(m, seg->src_port, seg->dst_port);
	}
	if (map == NULL && opens && (m->current == NULL || m->awaited == AWAITED_OUTBOUND))
		return mapping_add(m, seg->src_port, seg->dst_port);
	/* What the connection before still sends is not what a connect() leads to. */
	if (m->awaited == AWAITED_OUTBOUND && (expected->flags & (SYN | ACK)) == SYN && !opens)
		return NULL;
	return map == m->current ? map : NULL;
}

void match_receive_room(struct match *m, uint32_t octets)
{
	m->room = octets;
}

/* ---- what calls say ---- */

static const struct expression *argument(const struct system_call *call, uint32_t index)
{
	const struct expression *e = call->arguments;

	while (e != NULL && index-- > 0)
		e = e->next;
	return e;
}

/* sin_port=htons(8080) of an address that the script spells out; 0: none. */
static uint16_t port_of(const struct expression *address)
{
	const struct expression *e;

	if (address == NULL || address->kind != EXPRESSION_STRUCT)
		return 0;
	for (e = address->first; e != NULL; e = e->next) {
		const struct expression *value = e;

		if (e->name == NULL || strstr(e->name, "_port") == NULL)
			continue;
		if (e->kind == EXPRESSION_FUNCTION && e->first != NULL)
			value = e->first;
		if (value->kind == EXPRESSION_NUMBER && value->value > 0 &&
		    value->value <= UINT16_MAX)
			return (uint16_t)value->value;
	}
	return 0;
}

/* A SYN with text is sent without connect(). */
static bool sends_fast_open(const struct match *m, const struct system_call *call)
{
	const struct expression *flags;
	enum { MSG_FASTOPEN_BIT = 0x20000000 };

	if (strcmp(call->name, "sendto") != 0 && strcmp(call->name, "sendmsg") != 0)
		return false;
	if (m->settings->profile.bsd_options)
		return true; /* who is sent to without a connection gets one */
	flags = argument(call, strcmp(call->name, "sendto") == 0 ? 3 : 2);
	if (flags == NULL)
		return false;
	if (flags->kind == EXPRESSION_NUMBER)
		return (flags->value & MSG_FASTOPEN_BIT) != 0;
	for (const struct expression *e = flags->first; e != NULL; e = e->next)
		if (e->kind == EXPRESSION_NUMBER && (e->value & MSG_FASTOPEN_BIT) != 0)
			return true;
	return false;
}

void match_called(struct match *m, const struct system_call *call)
{
	bool binds = strcmp(call->name, "bind") == 0;
	bool connects = strcmp(call->name, "connect") == 0;
	uint16_t port = binds || connects ? port_of(argument(call, 1)) : 0;

	if (binds && port != 0)
		m->bind_port = port;
	if (connects && port != 0)
		m->connect_port = port;
	if (connects || sends_fast_open(m, call))
		m->awaited = AWAITED_OUTBOUND;
	else if (strcmp(call->name, "listen") == 0)
		m->awaited = AWAITED_INBOUND;
}
