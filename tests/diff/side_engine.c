/* side_engine.c — our TCP: a host with the profile `linux`, without its
 * timers: after the handshake hardly any time passes. */
#include <stdio.h>
#include <string.h>

#include "net/host.h"
#include "tcp/congestion.h"
#include "tests/diff/side.h"

struct engine {
	struct address addresses[2];
	struct parcel_pool pool;
	struct parcel *first; /* sent and not asked for yet */
	struct parcel *last;
	struct host *host;
	const struct plan *plan;
	nanos now;
	unsigned moments; /* steps so far */
	uint32_t conn;    /* that the calls are for; EVENT_NONE */
	bool listens;
	bool over; /* it has ended: its number may be given again */
	enum ending ending;
	uint8_t rest[TEXT_MAX]; /* what was there to read when it ended in good order */
	uint32_t rest_len;
	bool taking_rest;
	uint64_t sent;
};

static struct engine the_engine;

/* ---- what the host calls ---- */

static void transmit(void *link, nanos now, struct parcel *parcel)
{
	struct engine *e = link;

	(void)now;
	parcel->next = NULL;
	if (e->first == NULL)
		e->first = parcel;
	else
		e->last->next = parcel;
	e->last = parcel;
}

static void notice(void *user, nanos now, uint32_t conn, uint64_t tag, enum notice what)
{
	struct engine *e = user;
	const struct tcb *tcb = host_tcb(e->host, conn);

	(void)tag;
	if (what != NOTICE_ENDED || conn != e->conn)
		return;
	e->over = true;
	e->ending = tcb != NULL ? (enum ending)tcb->ending : ENDING_CLOSED;
	e->taking_rest = true;
	host_take_rest(e->host, now, conn);
	e->taking_rest = false;
}

static void delivered(void *user, nanos now, uint32_t conn, uint64_t tag, int64_t offset,
		      const uint8_t *octets, uint32_t len)
{
	struct engine *e = user;

	(void)now;
	(void)conn;
	(void)tag;
	(void)offset;
	if (!e->taking_rest || e->rest_len + len > sizeof e->rest)
		return;
	memcpy(e->rest + e->rest_len, octets, len);
	e->rest_len += len;
}

/* ---- a plan begins and ends ---- */

/* As the kernel is pinned in space.c. */
static struct profile pinned(const struct plan *plan)
{
	struct profile profile;

	profile_named("linux", &profile);
	profile.delayed_ack = 0;
	profile.challenge_gap = 0;
	profile.congestion_control = congestion_control_named("reno");
	profile.hystart = false;
	profile.fast_open = false;
	profile.tcb_sharing = false;
	profile.half_duplex_close = plan->reads_no_more;
	return profile;
}

/* To the connection that the calls are for. */
static void nothing_happened_yet(struct engine *e)
{
	e->over = false;
	e->ending = ENDING_NONE;
	e->rest_len = 0;
	e->sent = 0;
}

static void begin(void *who, const struct plan *plan)
{
	struct engine *e = who;
	struct host_setup setup = {
		.name = "ours", .profile = pinned(plan), .seed = plan->number, .checked = true};
	struct host_link link = {.link = e, .transmit = transmit, .pool = &e->pool};
	struct host_user user = {.user = e, .notice = notice, .delivered = delivered};

	memcpy(setup.addresses, e->addresses, sizeof setup.addresses);
	e->plan = plan;
	e->now = nanos_from_s(1000);
	e->moments = 0;
	e->conn = EVENT_NONE;
	e->listens = false;
	nothing_happened_yet(e);
	e->host = host_new(&setup);
	host_set_link(e->host, &link);
	host_set_user(e->host, &user);
}

static size_t next(void *who, uint8_t datagram[DATAGRAM_MAX])
{
	struct engine *e = who;
	struct parcel *parcel = e->first;
	size_t len;

	if (parcel == NULL)
		return 0;
	e->first = parcel->next;
	len = parcel->len;
	memcpy(datagram, parcel->bytes, len);
	parcel_give_back(&e->pool, parcel);
	return len;
}

static void end(void *who)
{
	struct engine *e = who;
	uint8_t datagram[DATAGRAM_MAX];

	while (next(who, datagram) > 0)
		continue;
	host_free(e->host);
}

/* The handshake takes its time, so that a round trip is long and no timer ends soon. */
static void time_goes_on(struct engine *e)
{
	e->now += e->moments++ < 3 ? nanos_from_ms(100) : nanos_from_us(1);
	host_timeouts(e->host, e->now);
}

/* ---- calls ---- */

static struct endpoint own(const struct engine *e)
{
	return (struct endpoint){.address = e->addresses[e->plan->ipv6], .port = e->plan->port};
}

static void call_send(struct engine *e, uint32_t len, char words[WORDS_MAX])
{
	uint32_t taken;

	if (e->over || host_send(e->host, e->now, e->conn, side_text(e->sent), len, SEND_PUSH,
				 &taken) != CALL_OK) {
		snprintf(words, WORDS_MAX, "no");
		return;
	}
	e->sent += taken;
	snprintf(words, WORDS_MAX, "sent %u", taken);
}

static void say_ending(const struct engine *e, char words[WORDS_MAX])
{
	snprintf(words, WORDS_MAX, "%s",
		 e->ending == ENDING_RESET     ? "reset"
		 : e->ending == ENDING_REFUSED ? "refused"
					       : "end");
}

static void call_receive(struct engine *e, char words[WORDS_MAX])
{
	uint8_t text[TEXT_MAX];
	uint32_t got = 0;
	enum call_answer answer = CALL_NO_CONNECTION;

	if (!e->over)
		answer = host_receive(e->host, e->now, e->conn, text, sizeof text, &got);
	if (answer == CALL_NO_CONNECTION && e->rest_len > 0) {
		got = e->rest_len;
		memcpy(text, e->rest, got);
		e->rest_len = 0;
	}
	if (got > 0)
		snprintf(words, WORDS_MAX, "got %u #%x", got, text_hash(text, got));
	else if (answer == CALL_OK)
		snprintf(words, WORDS_MAX, "nothing");
	else
		say_ending(e, words);
}

static void call_on_connection(struct engine *e, const struct step *step, char words[WORDS_MAX])
{
	uint32_t conn = e->conn;

	switch ((enum step_kind)step->kind) {
	case STEP_SEND: call_send(e, step->len, words); break;
	case STEP_RECEIVE: call_receive(e, words); break;
	case STEP_CLOSE:
		if (e->plan->reads_no_more) /* close() leaves no descriptor */
			e->conn = EVENT_NONE;
		if (!e->over)
			host_close(e->host, e->now, conn);
		break;
	case STEP_ABORT:
		e->conn = EVENT_NONE;
		if (!e->over)
			host_abort(e->host, e->now, conn);
		break;
	default: break;
	}
}

static void call(void *who, const struct step *step, char words[WORDS_MAX])
{
	struct engine *e = who;
	struct endpoint local = own(e);
	struct endpoint remote = {.port = e->plan->peers_port};
	uint32_t listener;

	time_goes_on(e);
	snprintf(words, WORDS_MAX, "done");
	if (step->kind == STEP_LISTEN) {
		host_open_passive(e->host, e->now, &local, LISTEN_IN_LINE, &listener);
		e->listens = true;
	} else if (step->kind == STEP_CONNECT) {
		remote.address = e->addresses[e->plan->ipv6];
		remote.address.bytes[remote.address.version == 4 ? 3 : 15]++;
		host_open_active_from(e->host, e->now, &local, &remote, &e->conn);
		host_set_nagle(e->host, e->now, e->conn, e->plan->nagle);
	} else if (e->conn == EVENT_NONE) {
		snprintf(words, WORDS_MAX, "no connection");
	} else {
		call_on_connection(e, step, words);
	}
}

static bool take_connection(void *who)
{
	struct engine *e = who;

	if (!e->listens || e->conn != EVENT_NONE ||
	    host_accept(e->host, e->now, e->plan->port, &e->conn) != CALL_OK)
		return false;
	nothing_happened_yet(e);
	host_set_nagle(e->host, e->now, e->conn, e->plan->nagle);
	return true;
}

/* ---- datagrams, and looking ---- */

static void arrives(void *who, const uint8_t *datagram, size_t len)
{
	struct engine *e = who;

	time_goes_on(e);
	host_arrives(e->host, e->now, datagram, len, EVENT_NONE);
}

static enum tcp_state state(void *who)
{
	struct engine *e = who;
	struct endpoint local = own(e);
	struct endpoint remote = {.port = e->plan->peers_port};
	const struct tcb *tcb;
	uint32_t conn;

	remote.address = e->addresses[e->plan->ipv6];
	remote.address.bytes[remote.address.version == 4 ? 3 : 15]++;
	conn = host_find(e->host, &local, &remote);
	tcb = conn == EVENT_NONE ? NULL : host_tcb(e->host, conn);
	if (tcb == NULL || tcb->state == CLOSED)
		return e->listens ? LISTEN : CLOSED;
	return (enum tcp_state)tcb->state;
}

static const struct side_functions functions = {
	.name = "ours",
	.begin = begin,
	.call = call,
	.arrives = arrives,
	.next = next,
	.accept = take_connection,
	.state = state,
	.end = end,
};

struct side side_engine(const struct address addresses[2])
{
	struct engine *e = &the_engine;

	memcpy(e->addresses, addresses, sizeof e->addresses);
	e->pool = parcel_pool_of(DATAGRAM_MAX);
	return (struct side){.functions = &functions, .who = e, .addresses = e->addresses};
}

void side_engine_free(void)
{
	parcel_pool_free(&the_engine.pool);
}
