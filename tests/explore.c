#include "tests/explore.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

/* A world that was seen. The world itself is kept only until it has been gone
 * on from; the way there is enough to come back. */
struct seen {
	uint64_t key[2];
	uint32_t before; /* the one it was reached from; its own number for the first */
	struct small_event event;
	bool ends_well;
};

struct edge {
	uint32_t from;
	uint32_t to;
};

struct exploration {
	const struct small_scene *scene;
	FILE *told;
	unsigned max;
	struct seen *seen;
	uint32_t count;
	uint32_t *table; /* number + 1 by key; 0: free */
	uint32_t mask;
	struct edge *edges;
	size_t edge_count;
	size_t edge_room;
	struct small_world *frontier; /* of seen[first …] */
	struct small_world *next;
	size_t next_room;
	uint32_t next_count;
	/* what is going on, should an assertion fail */
	uint32_t at;
	struct small_event event;
	struct explored result;
};

static void *room_for(void *old, size_t count, size_t size)
{
	void *room = realloc(old, count * size);

	if (room == NULL) {
		fputs("out of memory\n", stderr);
		exit(1);
	}
	return room;
}

/* ---- telling ---- */

static void replay(const struct exploration *x, uint32_t number, struct small_world *world,
		   FILE *told)
{
	const struct seen *seen = &x->seen[number];

	if (seen->before == number) {
		small_begin(x->scene, world);
		return;
	}
	replay(x, seen->before, world, told);
	small_step(x->scene, world, seen->event, told);
}

static void tell(const struct exploration *x, const char *wrong, const struct small_event *event,
		 bool heal)
{
	struct small_world world;

	fprintf(x->told, "\n%s: %s. The shortest way there:\n", x->scene->name, wrong);
	replay(x, x->at, &world, x->told);
	fprintf(x->told, "  (client %s, server %s)\n",
		state_name((enum tcp_state)world.ends[0].tcb.state),
		state_name((enum tcp_state)world.ends[1].tcb.state));
	fflush(x->told);
	if (heal)
		small_heal(x->scene, &world, x->told);
	else if (event != NULL)
		small_step(x->scene, &world, *event, x->told);
	fflush(x->told);
}

static void find_wrong(struct exploration *x, const char *wrong, const struct small_event *event,
		       bool heal)
{
	if (x->result.wrong != NULL)
		return;
	x->result.wrong = wrong;
	tell(x, wrong, event, heal);
}

static struct exploration *running;

/* An assertion of the engine's: the way there, then the end as it was to be. */
static void told_by_assertion(int number)
{
	signal(number, SIG_DFL);
	if (running != NULL)
		tell(running, "an assertion fails", &running->event, false);
	raise(number);
}

/* ---- what was seen ---- */

/* Its number; *is_new where it was not seen before. */
static uint32_t number_of(struct exploration *x, const struct small_world *world, bool *is_new)
{
	uint64_t key[2];
	uint32_t slot;

	small_key(world, key);
	slot = (uint32_t)key[0] & x->mask;
	*is_new = false;
	while (x->table[slot] != 0) {
		uint32_t number = x->table[slot] - 1;

		if (memcmp(x->seen[number].key, key, sizeof key) == 0)
			return number;
		slot = (slot + 1) & x->mask;
	}
	*is_new = true;
	if (x->count == x->max)
		return x->count;
	x->table[slot] = x->count + 1;
	memcpy(x->seen[x->count].key, key, sizeof key);
	return x->count++;
}

static void keep_edge(struct exploration *x, uint32_t from, uint32_t to)
{
	if (x->edge_count == x->edge_room) {
		x->edge_room = x->edge_room ? 2 * x->edge_room : 4096;
		x->edges = room_for(x->edges, x->edge_room, sizeof *x->edges);
	}
	x->edges[x->edge_count++] = (struct edge){from, to};
}

static void keep_world(struct exploration *x, const struct small_world *world)
{
	if (x->next_count == x->next_room) {
		x->next_room = x->next_room ? 2 * x->next_room : 256;
		x->next = room_for(x->next, x->next_room, sizeof *x->next);
	}
	x->next[x->next_count++] = *world;
}

/* ---- going on ---- */

static void heal(struct exploration *x, uint32_t number, struct small_world world)
{
	const char *wrong;

	x->result.healed++;
	x->at = number;
	wrong = small_heal(x->scene, &world, NULL);
	x->seen[number].ends_well = wrong == NULL;
	if (wrong != NULL)
		find_wrong(x, wrong, NULL, true);
}

static void go_on_from(struct exploration *x, uint32_t number, const struct small_world *world)
{
	struct small_event events[SMALL_EVENTS];
	unsigned count = small_events(x->scene, world, events);

	if (count == 0)
		heal(x, number, *world);
	for (unsigned i = 0; i < count; i++) {
		struct small_world then = *world;
		const char *wrong;
		uint32_t to;
		bool is_new;

		x->at = number;
		x->event = events[i];
		wrong = small_step(x->scene, &then, events[i], NULL);
		if (wrong != NULL)
			find_wrong(x, wrong, &events[i], false);
		x->result.transitions++;
		to = number_of(x, &then, &is_new);
		if (to == x->max) {
			x->result.cut = true;
			x->seen[number].ends_well = true; /* that is not known */
			continue;
		}
		keep_edge(x, number, to);
		if (!is_new)
			continue;
		x->seen[to].before = number;
		x->seen[to].event = events[i];
		x->seen[to].ends_well = false;
		keep_world(x, &then);
	}
}

static void go_everywhere(struct exploration *x)
{
	struct small_world first;
	uint32_t number = 0;
	bool is_new;

	small_begin(x->scene, &first);
	number_of(x, &first, &is_new);
	x->seen[0] = (struct seen){.key = {x->seen[0].key[0], x->seen[0].key[1]}};
	keep_world(x, &first);
	while (x->next_count > 0 && x->result.wrong == NULL) {
		struct small_world *worlds = x->next;
		uint32_t count = x->next_count;

		x->next = NULL;
		x->next_count = 0;
		x->next_room = 0;
		for (uint32_t i = 0; i < count && x->result.wrong == NULL; i++)
			go_on_from(x, number++, &worlds[i]);
		free(worlds);
		x->result.depth++;
	}
}

/* ---- AG EF clean end ---- */

/* Backwards along the edges, until nothing changes: the edges lie in the order
 * in which their beginnings were gone on from, so a few rounds are enough. */
static void spread(struct exploration *x)
{
	bool changed = true;

	while (changed) {
		changed = false;
		for (size_t i = x->edge_count; i > 0; i--) {
			const struct edge *edge = &x->edges[i - 1];

			if (!x->seen[edge->to].ends_well || x->seen[edge->from].ends_well)
				continue;
			x->seen[edge->from].ends_well = true;
			changed = true;
		}
	}
}

static void every_world_has_a_clean_end(struct exploration *x)
{
	spread(x);
	for (uint32_t i = 0; i < x->count && x->result.wrong == NULL; i++) {
		struct small_world world;

		if (x->seen[i].ends_well)
			continue;
		replay(x, i, &world, NULL);
		heal(x, i, world);
	}
}

struct explored explore(const struct small_scene *scene, unsigned states_max, FILE *told)
{
	struct exploration x = {.scene = scene, .told = told, .max = states_max, .mask = 1};
	void (*before)(int);

	while (x.mask < 2 * states_max)
		x.mask = x.mask << 1 | 1;
	x.seen = room_for(NULL, states_max, sizeof *x.seen);
	x.table = room_for(NULL, (size_t)x.mask + 1, sizeof *x.table);
	memset(x.table, 0, ((size_t)x.mask + 1) * sizeof *x.table);
	running = &x;
	before = signal(SIGABRT, told_by_assertion);
	go_everywhere(&x);
	if (x.result.wrong == NULL)
		every_world_has_a_clean_end(&x);
	signal(SIGABRT, before);
	running = NULL;
	x.result.states = x.count;
	free(x.next);
	free(x.edges);
	free(x.table);
	free(x.seen);
	return x.result;
}
