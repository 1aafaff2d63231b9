#include "drill/export_script.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "drill/export_inside.h"
#include "record/plain.h"
#include "source/profile_override.h"

/* ---- which connection ---- */

/* A connection that listens still, for whoever comes next, is nobody's end. */
static bool is_an_end(const struct recording *r, uint32_t conn)
{
	return recording_conn(r, conn)->remote.address.version != 0;
}

static bool opened_actively(const struct recording *r, uint32_t conn)
{
	const struct conn_record *record = recording_conn(r, conn);

	for (uint32_t n = record->first_event; n < recording_events(r); n++) {
		const struct event event = recording_event(r, n);

		if (event.kind == EVENT_CALL && event.conn == conn)
			return event.call == CALL_OPEN_ACTIVE;
		if (event.kind == EVENT_TRANSITION && event.conn == conn)
			return event.to == SYN_SENT;
	}
	return false;
}

/* The first of a pair: it stands for both. */
static bool stands_for_a_pair(const struct recording *r, uint32_t conn)
{
	uint32_t peer = recording_conn(r, conn)->peer;

	return is_an_end(r, conn) && (peer == EVENT_NONE || conn < peer);
}

static uint32_t count_pairs(const struct recording *r)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < recording_conns(r); i++)
		count += stands_for_a_pair(r, i);
	return count;
}

static uint32_t pair(const struct recording *r, uint32_t number)
{
	for (uint32_t i = 0; i < recording_conns(r); i++)
		if (stands_for_a_pair(r, i) && --number == 0)
			return i;
	return EVENT_NONE;
}

bool export_script_find(const struct recording *r, uint32_t number, enum side side, uint32_t *conn,
			bool *several, struct error *err)
{
	uint32_t count = count_pairs(r);
	uint32_t first = number > 0 ? pair(r, number) : EVENT_NONE;
	uint32_t peer;
	bool first_is_client;

	*several = count > 1;
	if (count == 0)
		return error_set(err, "there is no connection in it: nothing for a script");
	if (first == EVENT_NONE)
		return error_set(err,
				 "there is no connection %" PRIu32 ": the last one is %" PRIu32,
				 number, count);
	peer = recording_conn(r, first)->peer;
	first_is_client = opened_actively(r, first);
	*conn = first_is_client == (side == CLIENT) ? first : peer;
	if (*conn == EVENT_NONE)
		return error_set(err,
				 "connection %" PRIu32 " has no %s of ours: see it from the other "
				 "end, with --side %s",
				 number, side_name(side), side_name(other_side(side)));
	return true;
}

/* ---- lines ---- */

/* As many decimals as it needs. */
static void put_seconds(FILE *out, nanos time)
{
	char digits[32];
	size_t len;

	snprintf(digits, sizeof digits, "%" PRId64 ".%09" PRId64, time / nanos_from_s(1),
		 time % nanos_from_s(1));
	len = strlen(digits);
	while (digits[len - 1] == '0')
		len--;
	if (digits[len - 1] == '.')
		len--;
	digits[len] = '\0';
	fputs(digits, out);
}

void script_put_time(struct script_writer *w, nanos time)
{
	if (w->began)
		fputc('+', w->out);
	put_seconds(w->out, time - w->now);
	fputc('\t', w->out);
	w->began = true;
	w->now = time;
}

void script_put_remark(struct script_writer *w, const char *words)
{
	fprintf(w->out, "// %s\n", words);
}

/* ---- the head ---- */

static void put_profile(const struct script_writer *w)
{
	char line[SCRIPT_LINE_MAX * 4];
	struct text text = text_in(line, sizeof line);

	profile_tell(&w->end->profile, &text);
	fprintf(w->out, "// tcplab: %s seed=%" PRIu64 "%s\n", line, w->end->seed,
		w->later      ? " standing_read=later"
		: w->standing ? " standing_read"
			      : "");
}

/* A cookie of RFC 7413 is for one address. */
static void put_addresses(const struct script_writer *w)
{
	char local[ADDRESS_TEXT_MAX];
	char remote[ADDRESS_TEXT_MAX];

	address_format(&w->local.address, local);
	address_format(&w->conn->remote.address, remote);
	fprintf(w->out, "--local_ip=%s\n--remote_ip=%s\n", local, remote);
}

static void put_head(const struct script_writer *w)
{
	char title[SCRIPT_LINE_MAX];
	char local[ENDPOINT_TEXT_MAX];
	char remote[ENDPOINT_TEXT_MAX];
	struct text text = text_in(title, sizeof title);

	plain_add(&text, recording_info(w->r)->title);
	endpoint_format(&w->local, local);
	endpoint_format(&w->conn->remote, remote);
	fprintf(w->out, "// %s\n", title);
	text = text_in(title, sizeof title);
	plain_add(&text, recording_host(w->r, w->conn->host)->name);
	fprintf(w->out, "// As %s saw it, at %s, with %s.\n", title, local, remote);
	put_profile(w);
	if (w->local.address.version == 6)
		fputs("--ip_version=ipv6\n", w->out);
	if (w->end->profile.fast_open_listen)
		put_addresses(w);
	if (w->end->mtu != 0 && w->end->mtu != 1500)
		fprintf(w->out, "--mtu=%u\n", (unsigned)w->end->mtu);
	fputc('\n', w->out);
}

/* ---- what the application did ---- */

/* Octets that the application has taken after event `n`. */
static int64_t taken_after(const struct script_writer *w, uint32_t n)
{
	struct tcb tcb;

	if (!recording_tcb(w->r, w->number, n, &tcb))
		return w->taken;
	return tcb_taken_offset(&tcb);
}

/* Octets that it had to ask for. */
static int64_t asked_for(const struct script_writer *w)
{
	int64_t octets = 0;

	for (uint32_t n = w->conn->first_event; n < recording_events(w->r); n++) {
		const struct event event = recording_event(w->r, n);

		if (event.kind == EVENT_CALL && event.conn == w->number &&
		    event.call == CALL_RECEIVE)
			octets += event.value;
	}
	return octets;
}

/* All that it ever had, as long as there was a TCB to say so. */
static int64_t most_taken(const struct script_writer *w)
{
	struct tcb_walk walk;
	int64_t most = 0;

	tcb_walk_start(&walk, w->r, w->number);
	while (tcb_walk_next(&walk)) {
		int64_t taken = tcb_taken_offset(&walk.now.tcb);

		if (walk.exists && taken > most)
			most = taken;
	}
	return most;
}

/* What it did not ask for it had at once. */
static void find_out_how_it_reads(struct script_writer *w)
{
	int64_t asked = asked_for(w);

	w->standing = most_taken(w) > asked;
	w->later = w->standing && asked > 0;
}

/* ---- the whole of it ---- */

static bool ends_its_turn(const struct script_writer *w, uint32_t n)
{
	return n + 1 == recording_events(w->r) ||
	       recording_event(w->r, n + 1).turn != recording_event(w->r, n).turn;
}

static void put_event(struct script_writer *w, uint32_t n)
{
	const struct event event = recording_event(w->r, n);
	bool ours = event.host == w->conn->host;

	if (ours && event.kind == EVENT_CALL && event.call == CALL_REBOOT) {
		script_put_remark(w, "Here the host reboots, and no script can say that.");
		w->over = true;
		return;
	}
	if (ours && event.kind == EVENT_CALL && event.conn == w->number)
		script_put_call(w, n, &event);
	if (ours && (event.kind == EVENT_SEND || event.kind == EVENT_ARRIVE))
		script_put_packet(w, n, &event);
	if (event.kind == EVENT_NOTICE && event.conn == w->number &&
	    event.value == NOTICE_CONNECTED)
		script_put_accept(w, event.time);
	if (ours && w->standing && (!w->later || w->taken > 0) && ends_its_turn(w, n))
		script_put_reads(w, event.time, taken_after(w, n));
}

static bool has_own_open(const struct script_writer *w)
{
	for (uint32_t n = w->conn->first_event; n < recording_events(w->r); n++) {
		const struct event event = recording_event(w->r, n);

		if (event.conn != w->number)
			continue;
		if (event.kind == EVENT_CALL &&
		    (event.call == CALL_OPEN_PASSIVE || event.call == CALL_OPEN_ACTIVE))
			return true;
	}
	return false;
}

/* One that took over the listening has no OPEN of its own: that of whoever listened first. */
static void put_older_open(struct script_writer *w)
{
	struct event open = {.conn = EVENT_NONE};
	uint32_t number = 0;

	if (has_own_open(w))
		return;
	for (uint32_t n = 0; n < w->conn->first_event; n++) {
		const struct event event = recording_event(w->r, n);

		if (event.kind != EVENT_CALL || event.host != w->conn->host ||
		    event.conn == EVENT_NONE || event.call != CALL_OPEN_PASSIVE ||
		    recording_conn(w->r, event.conn)->local.port != w->conn->local.port)
			continue;
		open = event;
		number = n;
	}
	if (open.conn != EVENT_NONE)
		script_put_call(w, number, &open);
}

static bool begins_in_the_middle(const struct script_writer *w)
{
	for (uint32_t n = w->conn->first_event; n < recording_events(w->r); n++) {
		const struct event event = recording_event(w->r, n);
		struct packet_record record;

		if (event.kind != EVENT_SEND && event.kind != EVENT_ARRIVE)
			continue;
		recording_packet(w->r, event.packet, &record);
		if (script_is_of_connection(w, &record) && record.packet.kind == PACKET_TCP)
			return (record.packet.tcp.flags & (SYN | RST)) == 0;
	}
	return false;
}

/* Its SYN brings a cookie along: RFC 7413. */
static bool begins_with_a_cookie(const struct script_writer *w)
{
	for (uint32_t n = w->conn->first_event; n < recording_events(w->r); n++) {
		const struct event event = recording_event(w->r, n);
		struct packet_record record;

		if (event.kind != EVENT_SEND || event.host != w->conn->host)
			continue;
		recording_packet(w->r, event.packet, &record);
		if (script_is_of_connection(w, &record))
			return record.packet.kind == PACKET_TCP &&
			       (record.packet.tcp.flags & (SYN | ACK)) == SYN &&
			       record.packet.tcp.options.fast_open_len > 0;
	}
	return false;
}

static bool is_signed(const struct script_writer *w)
{
	struct packet_record record;

	for (uint32_t n = 0; n < recording_packets(w->r); n++) {
		recording_packet(w->r, n, &record);
		if (script_is_of_connection(w, &record) && record.packet.kind == PACKET_TCP &&
		    (record.packet.tcp.options.has & (HAS_MD5 | HAS_AO)))
			return true;
	}
	return false;
}

/* It may have listened at all addresses of its host. */
static struct endpoint local_of(const struct recording *r, const struct conn_record *conn)
{
	const struct host_record *host = recording_host(r, conn->host);
	struct endpoint local = conn->local;

	for (unsigned i = 0; i < 2 && local.address.version == 0; i++)
		if (host->addresses[i].version == conn->remote.address.version)
			local.address = host->addresses[i];
	return local;
}

bool export_script(const struct recording *r, uint32_t conn, const struct script_end *end,
		   FILE *out, struct error *err)
{
	struct script_writer w = {.r = r,
				  .end = end,
				  .conn = recording_conn(r, conn),
				  .local = local_of(r, recording_conn(r, conn)),
				  .number = conn,
				  .out = out,
				  .socket = 3};

	if (begins_in_the_middle(&w))
		return error_set(err, "the connection's beginning is not there, and a script "
				      "begins with a SYN");
	if (begins_with_a_cookie(&w))
		return error_set(err, "the connection begins with a cookie that an earlier one "
				      "got, and a script begins without");
	if (is_signed(&w))
		return error_set(err, "the connection's segments are signed, and a script knows "
				      "no keys");
	find_out_how_it_reads(&w);
	script_find_isns(&w);
	put_head(&w);
	put_older_open(&w);
	for (uint32_t n = w.conn->first_event; n < recording_events(r) && !w.over; n++)
		put_event(&w, n);
	if (fflush(out) == 0 && !ferror(out))
		return true;
	return error_set(err, "the script could not be written: %s", strerror(errno));
}
