#include "source/replay.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "source/replay_inside.h"

/* ---- which connection ---- */

static bool choose(const struct flows *flows, uint32_t wanted, const char *name, uint32_t *number,
		   struct error *err)
{
	if (wanted > flows->count)
		return error_set(err,
				 "%s: there is no connection %" PRIu32
				 ": the capture holds %" PRIu32 " (--list shows them)",
				 name, wanted, flows->count);
	*number = wanted > 0 ? wanted - 1 : flows_default(flows);
	return true;
}

static bool can_play(const struct replay *r, const char *name, struct error *err)
{
	const struct way *ways = r->captured.flow.ways;

	if (ways[CLIENT].syn_seen || ways[SERVER].syn_seen)
		return true;
	return error_set(err,
			 "%s: our engine cannot take over in the middle of a connection, and the "
			 "capture does not hold a SYN of it: replay it without --play, or choose "
			 "another connection with --conn (--list shows them)",
			 name);
}

/* ---- what the recording is about ---- */

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

static void add_distance(nanos flight, struct text *out)
{
	if (flight < nanos_from_ms(1)) {
		text_addf(out, "%" PRId64 " µs", flight / 1000);
		return;
	}
	text_add_seconds(out, flight, 6);
	text_add(out, " s");
}

static void describe_vantage(const struct replay *r, struct text *out)
{
	const struct vantage *v = &r->fates.vantage;
	const char *far = side_name(other_side((enum side)v->near));

	if (v->answer[other_side((enum side)v->near)] == ANSWER_UNKNOWN) {
		text_add(out, "Where it was captured cannot be told: nothing is answered.");
		return;
	}
	text_addf(out, "Captured at the %s, or nearer to it; the %s is ",
		  side_name((enum side)v->near), far);
	add_distance(v->flight, out);
	text_addf(out, " away, by half of its shortest answer time. Times at the %s are inferred.",
		  far);
}

static struct recording *new_recording(const struct replay *r, const char *name,
				       enum replay_play play)
{
	struct recording_info info = {.inferred = true, .epoch = r->steps.epoch};
	const struct endpoint *ends = r->captured.flow.ends;
	char client[ENDPOINT_TEXT_MAX];
	char server[ENDPOINT_TEXT_MAX];
	struct text title = text_in(info.title, sizeof info.title);
	struct text look_for = text_in(info.look_for, sizeof info.look_for);
	struct text source = text_in(info.source, sizeof info.source);

	endpoint_format(&ends[CLIENT], client);
	endpoint_format(&ends[SERVER], server);
	text_addf(&title, "%s: %s to %s", base_name(name), client, server);
	if (play != REPLAY_BOTH)
		text_addf(&title, ", our engine as the %s",
			  play == REPLAY_PLAY_CLIENT ? "client" : "server");
	describe_vantage(r, &look_for);
	text_add(&source, name);
	return recording_new(&info);
}

static void add_hosts(struct replay *r)
{
	static const char *const names[SIDES] = {"Client", "Server"};

	for (enum side side = CLIENT; side < SIDES; side++) {
		struct host_record host = {.addresses = {{.version = 0}, {.version = 0}}};
		struct address address = r->captured.flow.ends[side].address;

		memcpy(host.name, names[side], strlen(names[side]));
		host.addresses[address.version == 6] = address;
		r->hosts[side] = recording_add_host(r->recording, &host);
	}
}

/* ---- the report ---- */

static const char *plural(uint64_t count)
{
	return count == 1 ? "" : "s";
}

static void report_connection(const struct replay *r, uint32_t number, uint32_t count,
			      const char *name, FILE *out)
{
	const struct flow *flow = &r->captured.flow;
	char client[ENDPOINT_TEXT_MAX];
	char server[ENDPOINT_TEXT_MAX];
	char buf[512];
	struct text text = text_in(buf, sizeof buf);

	endpoint_format(&flow->ends[CLIENT], client);
	endpoint_format(&flow->ends[SERVER], server);
	fprintf(out, "%s: connection %" PRIu32 " of %" PRIu32 ", client %s, server %s.\n", name,
		number + 1, count, client, server);
	flow_ending(flow, &text);
	fprintf(out,
		"The client sent %" PRIu64 " octet%s in %" PRIu64 " packet%s, the server %" PRIu64
		" in %" PRIu64 ". ",
		flow_text(flow, CLIENT), plural(flow_text(flow, CLIENT)),
		flow->ways[CLIENT].packets, plural(flow->ways[CLIENT].packets),
		flow_text(flow, SERVER), flow->ways[SERVER].packets);
	if (strncmp(buf, "open", 4) == 0)
		fprintf(out, "When the capture ended it was still %s.\n", buf);
	else
		fprintf(out, "How it ended: %s.\n", buf);
	text = text_in(buf, sizeof buf);
	describe_vantage(r, &text);
	fprintf(out, "%s\n", buf);
}

enum { NAMED_MAX = 10 }; /* packets that a line of the report names */

/* "Lost, it is inferred: packets 32, 35." Call it for each, then report_end() it. */
static void report_packet(const struct replay *r, uint32_t packet, const char *what,
			  uint32_t *count, FILE *out)
{
	if ((*count)++ < NAMED_MAX)
		fprintf(out, "%s %" PRIu64, *count == 1 ? what : ",",
			captured_at(&r->captured, packet)->number);
}

static void report_end(uint32_t count, FILE *out)
{
	if (count > NAMED_MAX)
		fprintf(out, " and %" PRIu32 " more", count - NAMED_MAX);
	if (count > 0)
		fputs(".\n", out);
}

static void report_fates(const struct replay *r, enum fate_kind kind, const char *what, FILE *out)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < r->captured.count; i++)
		if (r->fates.of[i].kind == kind)
			report_packet(r, i, what, &count, out);
	report_end(count, out);
}

static void report_forged(const struct replay *r, FILE *out)
{
	uint32_t count = 0;
	struct packet packet;

	for (uint32_t i = 0; i < r->captured.count; i++) {
		replay_packet(r, i, &packet);
		if (replay_is_forged(r, i, &packet))
			report_packet(r, i,
				      "Somebody else's RSTs, after which the host in whose name "
				      "they came goes on: packets",
				      &count, out);
	}
	report_end(count, out);
}

static void report_inferred(const struct replay *r, FILE *out)
{
	uint32_t lost = 0;
	uint64_t joined =
		r->captured.flow.ways[CLIENT].joined + r->captured.flow.ways[SERVER].joined;
	uint64_t unverified =
		r->captured.flow.ways[CLIENT].unverified + r->captured.flow.ways[SERVER].unverified;

	uint64_t cut = r->captured.flow.ways[CLIENT].cut + r->captured.flow.ways[SERVER].cut;
	uint64_t strange_resets = r->captured.flow.ways[CLIENT].strange_resets +
				  r->captured.flow.ways[SERVER].strange_resets;

	report_fates(r, FATE_LOST, "Lost behind the place of the capture, inferred: packets", out);
	for (uint32_t i = 0; i < r->fates.unseen_count; i++)
		lost += r->fates.unseen[i].kind == FATE_LOST;
	if (lost > 0)
		fprintf(out,
			"Lost before the place of the capture, inferred from gaps: %" PRIu32 ".\n",
			lost);
	if (r->fates.unseen_count > lost)
		fprintf(out, "Missed by the capture, inferred from ACKs: %" PRIu32 ".\n",
			r->fates.unseen_count - lost);
	report_fates(r, FATE_OVERTAKEN, "Overtaken by packets sent later, inferred: packets", out);
	report_fates(r, FATE_COPY, "Captured twice: packets", out);
	if (joined > 0)
		fprintf(out,
			"Packets larger than the receiver's MSS: %" PRIu64
			"; a network card cut them up later, or had put them together "
			"(offload), and each is one arrow here.\n",
			joined);
	if (cut > 0)
		fprintf(out,
			"Packets whose options the capture cuts off: %" PRIu64
			"; what these said is not known (tcpdump -s 128 keeps them).\n",
			cut);
	if (unverified > 0)
		fprintf(out,
			"Checksums that are wrong or were left to the network card: %" PRIu64
			"; these packets count as good.\n",
			unverified);
	if (strange_resets > 0)
		fprintf(out,
			"RSTs outside the receiver's window, which end nothing: %" PRIu64 ".\n",
			strange_resets);
	report_forged(r, out);
	if (r->captured.flow.icmp_errors > 0)
		fprintf(out, "ICMP errors about it: %" PRIu32 ".\n", r->captured.flow.icmp_errors);
}

static void report_complaints(const struct trace *trace, const struct flows *flows, FILE *out)
{
	struct error sentence;

	for (unsigned i = 0; trace_complaint(trace, i, &sentence); i++)
		fprintf(out, "%s\n", sentence.text);
	for (unsigned i = 0; flows_complaint(flows, i, &sentence); i++)
		fprintf(out, "%s\n", sentence.text);
}

/* ---- running ---- */

static void infer(struct replay *r)
{
	uint32_t count;

	captured_profiles(r->profiles, &r->captured);
	fates_find(&r->fates, &r->captured);
	steps_find(&r->steps, &r->captured, &r->fates);
	count = replay_packets(r);
	r->recorded = memory_get(count * sizeof *r->recorded);
	for (uint32_t i = 0; i < count; i++)
		r->recorded[i] = EVENT_NONE;
	replay_find_survivors(r);
}

static void replay_free(struct replay *r)
{
	free(r->recorded);
	steps_free(&r->steps);
	fates_free(&r->fates);
	captured_free(&r->captured);
}

static void run(struct replay *r, const struct replay_options *options, const char *name,
		struct replay_summary *summary, FILE *report)
{
	r->recording = new_recording(r, name, (enum replay_play)options->play);
	add_hosts(r);
	switch ((enum replay_play)options->play) {
	case REPLAY_BOTH: replay_both(r, NULL, NULL); break;
	case REPLAY_PLAY_CLIENT: replay_one(r, CLIENT, summary, report); break;
	case REPLAY_PLAY_SERVER: replay_one(r, SERVER, summary, report); break;
	}
}

bool replay_trace(struct trace *trace, const struct replay_options *options, struct recording **out,
		  struct replay_summary *summary, struct error *err)
{
	struct replay *r;
	struct replay_summary unwanted;
	struct flows flows;
	uint32_t number = 0;
	size_t len;
	FILE *report;
	bool good;

	if (!flows_find(&flows, trace, err))
		return false;
	if (!choose(&flows, options->connection, trace_name(trace), &number, err)) {
		flows_free(&flows);
		return false;
	}
	if (summary == NULL)
		summary = &unwanted;
	*summary = (struct replay_summary){.report = NULL, .connection = number + 1};
	report = open_memstream(&summary->report, &len);
	assert(report != NULL);
	report_complaints(trace, &flows, report);
	r = memory_get(sizeof *r);
	*r = (struct replay){.recording = NULL};
	good = captured_load(&r->captured, trace, &flows.all[number], err);
	if (good) {
		infer(r);
		good = options->play == REPLAY_BOTH || can_play(r, trace_name(trace), err);
	}
	if (good) {
		report_connection(r, number, flows.count, trace_name(trace), report);
		report_inferred(r, report);
		for (enum side side = CLIENT; side < SIDES; side++)
			summary->profiles[side] = r->profiles[side].profile;
		run(r, options, trace_name(trace), summary, report);
		*out = r->recording;
	}
	fclose(report);
	if (!good || summary == &unwanted)
		free(summary->report);
	replay_free(r);
	free(r);
	if (good && options->flows != NULL)
		*options->flows = flows;
	else
		flows_free(&flows);
	return good;
}

bool replay_run(const char *path, const struct replay_options *options, struct recording **out,
		struct replay_summary *summary, struct error *err)
{
	struct trace *trace;
	bool good;

	if (!trace_open(&trace, path, err))
		return false;
	good = replay_trace(trace, options, out, summary, err);
	trace_close(trace);
	return good;
}

bool replay_list(const char *path, FILE *out, struct error *err)
{
	struct trace *trace;
	struct flows flows;
	bool good;

	if (!trace_open(&trace, path, err))
		return false;
	good = flows_find(&flows, trace, err);
	if (good) {
		flows_print(&flows, out);
		report_complaints(trace, &flows, out);
		flows_free(&flows);
	}
	trace_close(trace);
	return good;
}
