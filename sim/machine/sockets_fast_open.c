/* sockets_fast_open.c — text on the SYN, as sockets have it: sendto(MSG_FASTOPEN), and
 * TCP_FASTOPEN_CONNECT, with which connect() waits for the first write(). RFC 7413. */
#include "machine/sockets_inside.h"

#include <stdlib.h>
#include <string.h>

#include "record/memory.h"

enum { OPTIONS_MOST = 40 };

bool fast_open_has_cookie(const struct sockets *all, const struct socket *s, nanos now,
			  const struct endpoint *remote)
{
	struct profile profile;

	socket_profile(all, s, &profile);
	return profile.fast_open &&
	       (profile.fast_open_blind || host_has_cookie(all->host, &remote->address, now));
}

/* What goes with the SYN, and no more, is taken before the handshake is done. */
static int64_t syn_takes(const struct sockets *all, const struct endpoint *remote, int64_t len)
{
	int64_t mss = all->setup.settings->mtu - (all->addresses.local.version == 6 ? 60 : 40);
	int64_t server = host_cookie_mss(all->host, &remote->address);

	mss = (server > 0 && server < mss ? server : mss) - OPTIONS_MOST;
	return len < mss ? len : mss;
}

static int32_t open_with_text(struct attempt *a, struct socket *s, const struct endpoint *remote,
			      int64_t len)
{
	uint8_t *text = memory_get((size_t)len + 1);
	int32_t error;

	memset(text, 0, (size_t)len + 1);
	error = socket_connects(a->all, a->now, s, remote, true, text, len);
	free(text);
	return error;
}

/* With a cookie the text has left; otherwise it waits for the handshake, like connect(). */
static void begins(struct attempt *a, struct socket *s, const struct endpoint *remote, int64_t len,
		   int64_t flags)
{
	bool at_once = a->all->setup.settings->standing_read;
	bool cookie = at_once || fast_open_has_cookie(a->all, s, a->now, remote);
	bool not_waiting = waits_not(a, s, flags);
	int32_t error;

	a->done = at_once ? len : cookie ? syn_takes(a->all, remote, len) : 0;
	error = open_with_text(a, s, remote, a->done);
	if (error != 0)
		fails(a, error);
	else if (at_once || (not_waiting && cookie)) {
		if (a->done > 0)
			marks_add(a, s, 0, flags);
		returns(a, a->done);
	} else if (not_waiting || !blocks(a, patience_of(s->option[OPTION_SO_SNDTIMEO]))) {
		fails(a, DRILL_EINPROGRESS);
	}
}

void implied_connect_writes(struct attempt *a, struct socket *s, const struct endpoint *remote,
			    int64_t len)
{
	int64_t taken = len < a->all->profile.send_buffer ? len : a->all->profile.send_buffer;
	int32_t error = open_with_text(a, s, remote, taken);

	if (error != 0)
		fails(a, error);
	else
		returns(a, taken);
}

void fast_open_writes(struct attempt *a, struct socket *s, const struct endpoint *remote,
		      int64_t len, int64_t flags)
{
	enum tcp_state state = socket_state(a->all, s);
	const struct tcb *tcb = socket_tcb(a->all, s);

	if (!a->again && (s->phase == SOCKET_CONNECTED || s->phase == SOCKET_LISTENING))
		fails(a, DRILL_EISCONN);
	else if (!a->again && s->phase == SOCKET_CONNECTING)
		fails(a, DRILL_EALREADY);
	else if (!a->again)
		begins(a, s, remote, len, flags);
	else if (state == SYN_SENT || state == SYN_RECEIVED) {
		if (!blocks(a, patience_of(s->option[OPTION_SO_SNDTIMEO])))
			fails(a, DRILL_EINPROGRESS);
	} else {
		if (s->error != 0 && tcb != NULL && !tcb->snd.syn_acked)
			a->done = 0; /* nobody has the text of the SYN */
		stream_writes(a, s, len, flags);
	}
}
