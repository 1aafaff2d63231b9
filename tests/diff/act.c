#include "tests/diff/act.h"

#include <stdio.h>
#include <string.h>

enum { SMALL_WINDOW = 3000 }; /* for which senders make smaller segments */

const char *part_name(enum part part)
{
	static const char *const names[] = {"answers", "state", "call", "push",
					    "seq",     "echo",  "sack"};

	return names[part];
}

static void add_to(struct seen *seen, enum part part, const char *words)
{
	char *said = seen->parts[part];
	size_t used = strlen(said);

	snprintf(said + used, ANSWERS_MAX - used, "%s%s", used > 0 ? "; " : "", words);
}

static void listen_to(const struct side *side, struct peer *peer, struct seen *seen)
{
	uint8_t datagram[DATAGRAM_MAX];
	size_t len;

	while ((len = side->functions->next(side->who, datagram)) > 0) {
		struct packet packet;
		const uint8_t *text;
		size_t text_len;
		struct heard heard;
		enum packet_problem problem =
			packet_parse(&packet, datagram, len, len, PACKET_VERIFY, &text, &text_len);

		/* Others on the device: neighbour discovery, and connections of before. */
		if (problem == PACKET_NOT_TCP || problem == PACKET_BAD_ICMP ||
		    (problem == PACKET_OK && (packet.tcp.src_port != peer->plan->port ||
					      packet.tcp.dst_port != peer->plan->peers_port)))
			continue;
		if (problem != PACKET_OK) {
			add_to(seen, PART_ANSWERS, packet_problem_text(problem));
			continue;
		}
		peer_hears(peer, &packet, text, &heard);
		add_to(seen, PART_ANSWERS, heard.answer);
		add_to(seen, PART_PUSH, heard.push);
		add_to(seen, PART_SEQ, heard.seq);
		add_to(seen, PART_ECHO, heard.echo);
		add_to(seen, PART_SACK, heard.sack);
	}
}

static void say_segment(const struct side *side, struct peer *peer, const struct sketch *sketch,
			char words[WORDS_MAX])
{
	uint8_t datagram[DATAGRAM_MAX];
	uint8_t text[DATAGRAM_MAX];
	struct packet packet = peer_draws(peer, sketch, text);
	size_t len = packet_emit(&packet, text, datagram, sizeof datagram);

	peer_situation(peer, sketch, &packet.tcp, words);
	peer_sends(peer, &packet.tcp);
	side->functions->arrives(side->who, datagram, len);
}

static void do_step(const struct side *side, struct peer *peer, const struct step *step,
		    enum tcp_state before, struct seen *seen)
{
	static const char *const names[] = {"LISTEN",  "CONNECT", "",     "SEND",
					    "RECEIVE", "CLOSE",   "ABORT"};
	char words[WORDS_MAX];

	*seen = (struct seen){.state = before};
	peer_goes_on(peer);
	/* A program would wait until it is connected. */
	if (step->kind == STEP_SEND && (before == SYN_SENT || before == SYN_RECEIVED)) {
		snprintf(words, sizeof words, "SEND waits");
	} else if (step->kind == STEP_SEGMENT) {
		say_segment(side, peer, &step->seg, words);
	} else {
		snprintf(words, sizeof words, "%s%s", names[step->kind],
			 step->kind == STEP_CLOSE && peer->plan->reads_no_more ? " for good"
			 : step->kind == STEP_SEND && peer->plan->nagle        ? " by Nagle"
									       : "");
		side->functions->call(side->who, step, seen->parts[PART_CALL]);
	}
	snprintf(seen->situation, WORDS_MAX, "%s: %.150s%s", state_name(before), words,
		 peer->plan->wnd < SMALL_WINDOW && step->kind <= STEP_SEND ? ", small" : "");
	listen_to(side, peer, seen);
	if (side->functions->accept(side->who))
		add_to(seen, PART_CALL, "accepted");
	seen->state = side->functions->state(side->who);
	add_to(seen, PART_STATE, state_name(seen->state));
}

/* Nothing is to be left of it: a RST ends what waits. */
static void clean_up(const struct side *side, struct peer *peer)
{
	const struct sketch reset = {.flags = RST};
	char words[WORDS_MAX];
	struct seen nobody = {.state = CLOSED};
	enum tcp_state state;

	side->functions->end(side->who);
	if (strcmp(side->functions->name, "kernel") != 0)
		return;
	listen_to(side, peer, &nobody);
	state = side->functions->state(side->who);
	if (state != CLOSED)
		say_segment(side, peer, &reset, words);
	listen_to(side, peer, &nobody);
}

void act_out(const struct plan *plan, const struct side *side, const struct address *addresses,
	     struct act *act)
{
	struct peer peer = peer_of(plan, &addresses[plan->ipv6], &side->addresses[plan->ipv6]);
	enum tcp_state before = CLOSED;

	side->functions->begin(side->who, plan);
	for (act->count = 0; act->count < plan->count; act->count++) {
		struct seen *seen = &act->steps[act->count];

		do_step(side, &peer, &plan->steps[act->count], before, seen);
		before = seen->state;
	}
	clean_up(side, &peer);
}
