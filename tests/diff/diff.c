/* diff.c — the kernel's TCP and ours, side by side: `make diff-kernel N=…`.
 *
 *     diff [-v] [-a] TABLE SEED N [FIRST]
 *
 * N random sequences (plan.h) are acted out before both, from number FIRST on.
 * Each difference is in the TABLE (table.h), or the program fails and prints
 * both ladders; most end the sequence, since what follows might come of them.
 * -v prints each sequence; -a goes on after a difference that is not in the
 * table, and prints of each only one line, as the table would have it.
 *
 * Exits with 77 where there is no namespace or TUN device to be had. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tests/diff/act.h"
#include "tests/diff/space.h"
#include "tests/diff/table.h"

/* The kernel's clock goes on: where its process had to wait for the processor, a timer may
 * have fired. What is a difference shows again. */
enum { TRIES = 4, SAID_MAX = 3 * ANSWERS_MAX };

struct run {
	struct side kernel;
	struct side ours;
	const struct address *peers;
	struct table table;
	uint64_t seed;
	uint64_t first;
	uint64_t count;
	bool verbose;
	bool all;
	uint64_t sequences;
	uint64_t steps;
	uint64_t states[STATE_COUNT];
	uint64_t alike;   /* sequences without any difference */
	uint64_t chances; /* that differed only once */
	uint64_t unknown;
};

/* A step at which they differ, in the words of the table. */
struct difference {
	unsigned step;
	char situation[WORDS_MAX];
	char kernel[SAID_MAX];
	char ours[SAID_MAX];
};

/* ---- comparing ---- */

static void add_part(char *said, const char *part, const char *what)
{
	size_t used = strlen(said);

	snprintf(said + used, SAID_MAX - used, "%s%s: %s", used > 0 ? " | " : "", part,
		 *what != '\0' ? what : "-");
}

/* After this step the two are not compared any more. Who reopens TIME-WAIT has a new
 * connection; at the edge of a window, which are of different sizes, what one takes and
 * the other refuses may show only later. */
static bool is_the_last(const struct seen *seen)
{
	return strstr(seen->situation, "edge, ") != NULL ||
	       (strncmp(seen->situation, "TIME-WAIT: ", 11) == 0 && seen->state == SYN_RECEIVED);
}

/* From step d->step on. */
static bool differ(const struct act *k, const struct act *o, struct difference *d)
{
	for (; d->step < k->count; d->step++) {
		const struct seen *first = &k->steps[d->step];
		const struct seen *second = &o->steps[d->step];

		if (d->step > 0 && is_the_last(&k->steps[d->step - 1]))
			return false;
		/* The same sketch is not the same to both: their windows differ. */
		if (strcmp(first->situation, second->situation) != 0)
			return false;
		d->kernel[0] = '\0';
		d->ours[0] = '\0';
		snprintf(d->situation, sizeof d->situation, "%s", first->situation);
		for (enum part part = 0; part < PART_COUNT; part++) {
			/* Where they answer otherwise, the rest has nothing to be compared with. */
			if (part > PART_CALL && d->kernel[0] != '\0')
				break;
			if (strcmp(first->parts[part], second->parts[part]) == 0)
				continue;
			add_part(d->kernel, part_name(part), first->parts[part]);
			add_part(d->ours, part_name(part), second->parts[part]);
		}
		if (d->kernel[0] != '\0')
			return true;
	}
	return false;
}

/* ---- telling ---- */

static void print_seen(const char *who, const struct seen *seen)
{
	printf("      %-7s", who);
	for (enum part part = 0; part < PART_COUNT; part++) {
		if (strpbrk(seen->parts[part], "ASRFPU0123456789abcdefghijklmnopqrstuvwxyz") !=
		    NULL)
			printf(" %s%s%s ", part > PART_CALL ? part_name(part) : "",
			       part > PART_CALL ? ": " : "", seen->parts[part]);
		else if (part == PART_ANSWERS)
			printf(" - ");
	}
	printf("\n");
}

static void print_ladders(const struct plan *plan, const struct act *kernel, const struct act *ours,
			  unsigned steps)
{
	printf("  IPv%d, mss %u%s%s%s, about %s\n", plan->ipv6 ? 6 : 4, plan->mss,
	       plan->timestamps ? ", timestamps" : "", plan->sack ? ", SACK" : "",
	       plan->scaling ? ", window scale" : "", state_name(plan->about));
	for (unsigned i = 0; i < steps; i++) {
		const struct step *step = &plan->steps[i];

		printf("  %s", kernel->steps[i].situation);
		if (step->kind == STEP_SEND)
			printf(" %u", step->len);
		if (step->kind == STEP_SEGMENT)
			printf("  (%+d, ack %+d, len %u, wnd %u)", step->seg.seq, step->seg.ack,
			       step->seg.len, step->seg.wnd);
		printf("\n");
		print_seen("kernel", &kernel->steps[i]);
		print_seen("ours", &ours->steps[i]);
	}
}

static void print_unknown(const struct run *run, const struct plan *plan, const struct act *kernel,
			  const struct act *ours, const struct difference *d)
{
	printf("make diff-kernel SEED=%llu FIRST=%llu N=1   # not in the table\n",
	       (unsigned long long)run->seed, (unsigned long long)plan->number);
	print_ladders(plan, kernel, ours, d->step + 1);
	printf("  situation\t%s\n  kernel\t%s\n  ours\t%s\n", d->situation, d->kernel, d->ours);
	fflush(stdout);
}

/* ---- one sequence after the other ---- */

static struct plan plan;
static struct act kernel;
static struct act ours;

/* An assertion of ours: what the kernel did to this plan is known by then. */
static void tell_where(int signal)
{
	(void)signal;
	printf("make diff-kernel SEED=%llu FIRST=%llu N=1   # an assertion failed\n",
	       (unsigned long long)plan.seed, (unsigned long long)plan.number);
	print_ladders(&plan, &kernel, &ours, kernel.count);
	fflush(stdout);
}

static void count_up(struct run *run, const struct act *act, unsigned steps)
{
	run->sequences++;
	run->steps += steps;
	for (unsigned i = 0; i < steps; i++)
		run->states[act->steps[i].state]++;
}

/* At d->step they part for good, because of `*row` or for no known reason. *alike: in no step they
 * differ. */
static bool is_unlike(struct run *run, struct difference *d, struct row **row, bool *alike)
{
	*alike = true;
	for (d->step = 0; differ(&kernel, &ours, d); d->step++) {
		*alike = false;
		*row = table_row(&run->table, d->situation, d->kernel, d->ours,
				 strstr(d->kernel, "state: ") == NULL);
		if (*row == NULL || !(*row)->goes_on)
			return true;
		(*row)->met++;
		*row = NULL;
	}
	return false;
}

/* False: it is unlike, and nobody has looked at that. */
static bool try_sequence(struct run *run, uint64_t number)
{
	static struct difference d;
	struct row *row = NULL;
	bool unlike = true;
	bool alike = false;
	unsigned tried;

	for (tried = 0; tried < TRIES && unlike && row == NULL; tried++) {
		plan_make(&plan, run->seed, number, tried);
		memset(&ours, 0, sizeof ours);
		act_out(&plan, &run->kernel, run->peers, &kernel);
		act_out(&plan, &run->ours, run->peers, &ours);
		unlike = is_unlike(run, &d, &row, &alike);
	}
	run->alike += alike;
	run->chances += tried > 1 && (!unlike || row != NULL);
	/* Where they are alike, d.step is the first that was not compared. */
	count_up(run, &kernel, unlike ? d.step + 1 : d.step);
	if (run->verbose)
		print_ladders(&plan, &kernel, &ours, unlike ? d.step + 1 : d.step);
	if (row != NULL)
		row->ended++;
	if (!unlike || row != NULL)
		return true;
	run->unknown++;
	if (run->all)
		printf("%llu\t%s\t%s\t%s\n", (unsigned long long)number, d.situation, d.kernel,
		       d.ours);
	else
		print_unknown(run, &plan, &kernel, &ours, &d);
	return false;
}

static void sum_up(const struct run *run)
{
	printf("states after a step:");
	for (unsigned i = 0; i < STATE_COUNT; i++)
		printf(" %s %llu%s", state_name((enum tcp_state)i),
		       (unsigned long long)run->states[i], i + 1 < STATE_COUNT ? "," : "\n");
	for (unsigned i = 0; i < run->table.count; i++) {
		const struct row *row = &run->table.rows[i];

		printf("%10llu  %-28s %s\n", (unsigned long long)(row->met + row->ended), row->name,
		       row->verdict);
	}
	printf("%llu sequences, %llu steps: %llu alike to the end, %llu part as the table says, "
	       "%llu otherwise; %llu differed only once\n",
	       (unsigned long long)run->sequences, (unsigned long long)run->steps,
	       (unsigned long long)run->alike,
	       (unsigned long long)(run->sequences - run->alike - run->unknown),
	       (unsigned long long)run->unknown, (unsigned long long)run->chances);
}

static bool read_arguments(struct run *run, int argc, char **argv, const char **table)
{
	int option;

	while ((option = getopt(argc, argv, "va")) != -1) {
		if (option == 'v')
			run->verbose = true;
		else if (option == 'a')
			run->all = true;
		else
			return false;
	}
	argc -= optind;
	argv += optind;
	if (argc != 3 && argc != 4)
		return false;
	*table = argv[0];
	run->seed = strtoull(argv[1], NULL, 10);
	run->count = strtoull(argv[2], NULL, 10);
	run->first = argc == 4 ? strtoull(argv[3], NULL, 10) : 0;
	return run->count > 0;
}

int main(int argc, char **argv)
{
	static struct run run;
	struct error err;
	struct tun tun;
	const char *path;

	if (!read_arguments(&run, argc, argv, &path)) {
		fprintf(stderr, "diff [-v] [-a] TABLE SEED N [FIRST]\n");
		return 2;
	}
	if (!table_read(&run.table, path, &err)) {
		fprintf(stderr, "%s\n", err.text);
		return 2;
	}
	if (!space_enter(&tun, &err) || !space_pin(&tun, &err)) {
		printf("skipped: %s\n", err.text);
		return 77;
	}
	signal(SIGABRT, tell_where);
	run.kernel = side_kernel(&tun);
	run.ours = side_engine(tun.kernels);
	run.peers = tun.ours;
	for (uint64_t i = 0; i < run.count; i++) {
		if (!try_sequence(&run, run.first + i) && !run.all)
			break;
	}
	sum_up(&run);
	side_engine_free();
	table_free(&run.table);
	return run.unknown > 0;
}
