#include "viz/guests.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

/* "Router left" is told so where it complains. */
static void take_name(struct guest *guest, const struct recording *r, const struct packet_record *p)
{
	struct text name = text_in(guest->name, sizeof guest->name);

	if (guest->router.version == 0)
		text_add(&name, recording_host(r, guest->host)->name);
	else
		text_add(&name, recording_text(r, recording_event(r, p->sent).text));
}

static bool is_same(const struct guest *a, const struct guest *b)
{
	if (a->router.version != 0 || b->router.version != 0)
		return address_eq(&a->router, &b->router);
	return a->host == b->host;
}

static void stand_for_all_others(struct guests *g)
{
	struct guest *last = &g->all[GUESTS_MAX - 1];

	g->others = true;
	snprintf(last->name, sizeof last->name, "others");
}

int guests_meet(struct guests *g, const struct recording *r, const struct focus *f,
		const struct packet_record *p, struct passage *passage)
{
	struct guest guest = {0};
	unsigned i = 0;

	if (!focus_passage(r, f, p, passage))
		return -1;
	guest.host = passage->host;
	if (passage->by_router)
		guest.router = p->packet.src;
	while (i < g->count && !is_same(&g->all[i], &guest))
		i++;
	if (i == g->count && g->count == GUESTS_MAX) {
		stand_for_all_others(g);
		i--;
	} else if (i == g->count) {
		take_name(&guest, r, p);
		g->all[g->count++] = guest;
	}
	return (int)i;
}

void guests_find(struct guests *g, const struct recording *r, const struct focus *f)
{
	enum { LOOKED_AT = 2000 };
	uint32_t count = recording_packets(r);

	*g = (struct guests){0};
	if (recording_info(r)->inferred)
		return;
	for (uint32_t n = 0; n < count && n < LOOKED_AT; n++) {
		struct packet_record p;
		struct passage passage;

		int guest;

		recording_packet(r, n, &p);
		guest = guests_meet(g, r, f, &p, &passage);
		if (guest >= 0)
			g->all[guest].heard[passage.side]++;
	}
}
