/* script_read.c — reading: what is handed over, and when an application that
 * reads slowly asks for more. */
#include "net/script_inside.h"

#include <string.h>

/* Holds what was handed over against what the peer sent. */
static void compare(struct session *s, int64_t offset, const uint8_t *octets, uint32_t len)
{
	struct recording *r = world_recording(s->script->world);
	const struct conn_record *conn = recording_conn(r, s->recorded);
	const struct stream *sent;
	uint8_t expected[512];

	/* What a TCP that is not ours has sent nobody here knows. */
	if (conn->peer == EVENT_NONE || recording_conn(r, conn->peer)->inferred)
		return;
	sent = recording_stream(r, conn->peer);
	while (len > 0 && s->wrong_at < 0) {
		uint32_t part = len < sizeof expected ? len : (uint32_t)sizeof expected;

		if (offset + part > sent->len) {
			s->wrong_at = offset;
			return;
		}
		stream_read(sent, offset, expected, part);
		if (memcmp(octets, expected, part) != 0) {
			uint32_t i = 0;

			while (octets[i] == expected[i])
				i++;
			s->wrong_at = offset + i;
		}
		offset += part;
		octets += part;
		len -= part;
	}
}

void session_delivered(struct session *s, int64_t offset, const uint8_t *octets, uint32_t len)
{
	if (s->over)
		s->left += len;
	else
		s->octets += len;
	session_keep_echo(s, octets, len);
	if (world_recording(s->script->world) != NULL && s->wrong_at < 0)
		compare(s, offset, octets, len);
}

/* ---- reading slowly ---- */

static void read_some(void *who, nanos now, uint64_t arg)
{
	struct session *s = who;
	uint32_t taken;

	(void)arg;
	s->slow_waits = false;
	if (!s->slow)
		return;
	if (s->conn == EVENT_NONE) {
		session_read_left(s, s->slow_octets, now);
		return;
	}
	host_receive(s->script->host, now, s->conn, NULL, (uint32_t)s->slow_octets, &taken);
	session_has_text(s, now);
}

static int64_t unread(const struct session *s)
{
	const struct tcb *tcb = host_tcb(s->script->host, s->conn);

	return tcb != NULL ? tcb->rcv.unread : s->left;
}

/* Readings are at slow_start + n · slow_every, but only while there is something. */
static void expect_to_read(struct session *s, nanos now)
{
	nanos since = now - s->slow_start;

	if (s->slow_waits || unread(s) == 0)
		return;
	s->slow_waits = true;
	world_at(s->script->world, s->slow_start + (since / s->slow_every + 1) * s->slow_every,
		 read_some, s, 0);
}

void session_has_text(struct session *s, nanos now)
{
	if (s->conn == EVENT_NONE && !s->over)
		return;
	if (s->slow)
		expect_to_read(s, now);
	session_send_echoes(s, now);
	session_trigger(s, SCRIPT_RECEIVED, now);
	if (s->peer_closed && unread(s) == 0)
		session_trigger(s, SCRIPT_CLOSING, now);
}

void session_read_left(struct session *s, int64_t max, nanos now)
{
	int64_t taken = max < s->left ? max : s->left;

	if (taken == 0)
		return;
	s->left -= taken;
	s->octets += taken;
	session_has_text(s, now);
}
