/* sockets_options.c — setsockopt() and getsockopt(): a table of options, and the few that
 * are more than a number. */
#include "machine/sockets_inside.h"

#include <string.h>

#include "machine/sysctl.h"
#include "tcp/congestion.h"

enum value_kind {
	KIND_NUMBER,
	KIND_FLAG,      /* 0 or 1 */
	KIND_BUFFER,    /* octets, which Linux doubles */
	KIND_TIME,      /* a struct timeval, kept in ns */
	KIND_LINGER,    /* s, −1 where it is off */
	KIND_NAME,      /* TCP_CONGESTION */
	KIND_KEY,       /* TCP_FASTOPEN_KEY */
	KIND_STAMPS,    /* SO_TIMESTAMPING */
	KIND_TRIES,     /* TCP_DEFER_ACCEPT: s, kept as the time-outs of a SYN,ACK until then */
	KIND_READ_ONLY, /* getsockopt() alone */
	KIND_IGNORED,   /* kept, and of no consequence for what is sent here */
	KIND_ONLY_THIS, /* any other value than the first is not supported */
};

struct option_row {
	const char *name;
	int32_t level;
	int32_t number;
	enum value_kind kind;
	int64_t first;
	int64_t least;
	int64_t most;
};

static const struct option_row rows[] = {
#define OPTION(level, name, kind, first, least, most)                                              \
	{#name, DRILL_##level, DRILL_##name, KIND_##kind, (first), (least), (most)},
#include "machine/sockets_options.def"
#undef OPTION
};

static const struct option_row *row_of(int64_t level, int64_t number)
{
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		if (rows[i].level == level && rows[i].number == number)
			return &rows[i];
	}
	return NULL;
}

/* The option that is meant, and its socket. */
static const struct option_row *option_argument(struct attempt *a, struct socket **s)
{
	const struct expression *e = argument(a, 2);
	const struct option_row *row;
	int64_t level;
	int64_t number;

	*s = stream_argument(a, 0);
	if (*s == NULL || !number_argument(a, 1, &level) || !number_of(a, e, &number))
		return NULL;
	row = row_of(level, number);
	if (row == NULL && e->text != NULL && why_refused(e->text) != NULL)
		unsupported(a, "the option %s is not supported: %s", e->text, why_refused(e->text));
	else if (row == NULL && e->text != NULL)
		unsupported(a, "the option %s is not supported", e->text);
	else if (row == NULL)
		unsupported(a, "the option %lld of level %lld is not supported", (long long)number,
			    (long long)level);
	return row;
}

/* ---- buffers ---- */

enum {
	SNDBUF_LEAST = 4608, /* SOCK_MIN_SNDBUF, SOCK_MIN_RCVBUF */
	RCVBUF_LEAST = 2304,
};

/* Linux doubles what it is asked for, because it counts its own structures too: half of a
 * receive buffer is window. */
static int64_t buffer_of(const struct sockets *all, const struct option_row *row, int64_t asked)
{
	bool sends = row->number == DRILL_SO_SNDBUF || row->number == DRILL_SO_SNDBUFFORCE;
	bool forced = row->number == DRILL_SO_SNDBUFFORCE || row->number == DRILL_SO_RCVBUFFORCE;
	int64_t least = sends ? SNDBUF_LEAST : RCVBUF_LEAST;

	if (all->profile.bsd_options)
		return asked;
	if (!forced && asked > buffer_most(&all->profile))
		asked = buffer_most(&all->profile);
	asked = 2 * asked > least ? 2 * asked : least;
	return sends ? asked : asked / 2;
}

static enum socket_option buffer_option(const struct option_row *row)
{
	return row->number == DRILL_SO_SNDBUF || row->number == DRILL_SO_SNDBUFFORCE
		       ? OPTION_SO_SNDBUF
		       : OPTION_SO_RCVBUF;
}

static int64_t buffer_told(const struct sockets *all, struct socket *s,
			   const struct option_row *row)
{
	enum socket_option option = buffer_option(row);
	const struct tcb *tcb = s->kind == SOCKET_STREAM ? socket_tcb(all, s) : NULL;

	if (!all->profile.bsd_options && option != OPTION_SO_RCVBUF)
		return s->kind == SOCKET_STREAM && all->profile.push_marks ? queue_limit(all, s)
									   : s->option[option];
	if (!all->profile.bsd_options)
		return 2 * (tcb != NULL && counts_memory(&tcb->rcv) ? tcb->rcv.buffer
								    : s->option[option]);
	if (tcb == NULL || socket_state(all, s) <= LISTEN)
		return s->option[option];
	return option == OPTION_SO_RCVBUF ? tcb->rcv.buffer : tcb->snd.buffer;
}

/* ---- tries ---- */

enum { TRIES_FIRST = 1, TRIES_LONGEST = 120 }; /* s: as Linux counts, whatever RTO is */

static int64_t tries_of(int64_t seconds)
{
	int64_t wait = TRIES_FIRST;
	int64_t tries = seconds > 0;

	for (int64_t whole = wait; seconds > whole && tries < UINT8_MAX; tries++) {
		wait = 2 * wait < TRIES_LONGEST ? 2 * wait : TRIES_LONGEST;
		whole += wait;
	}
	return tries;
}

static int64_t seconds_of(int64_t tries)
{
	int64_t wait = TRIES_FIRST;
	int64_t whole = 0;

	for (int64_t i = 0; i < tries; i++) {
		whole += wait;
		wait = 2 * wait < TRIES_LONGEST ? 2 * wait : TRIES_LONGEST;
	}
	return whole;
}

/* ---- setting ---- */

static void set(struct socket *s, enum socket_option option, int64_t value)
{
	s->option[option] = value;
	s->option_set[option] = true;
}

static void set_number(struct attempt *a, struct socket *s, const struct option_row *row)
{
	enum socket_option option = (enum socket_option)(row - rows);
	int64_t value;
	int64_t len;

	if (!number_of(a, inside_list(argument(a, 3)), &value) || !number_or(a, 4, 4, &len))
		return;
	/* Those of IPv4 may come as one octet. */
	if (len < (row->level == DRILL_SOL_IP ? 1 : (int64_t)sizeof(int32_t)) ||
	    value < row->least || value > row->most) {
		fails(a, DRILL_EINVAL);
		return;
	}
	if (row->kind == KIND_ONLY_THIS && value != row->first) {
		unsupported(a, "%s is supported with the value %lld only: %s", row->name,
			    (long long)row->first, why_refused(row->name));
		return;
	}
	if (row->kind == KIND_BUFFER)
		set(s, buffer_option(row), buffer_of(a->all, row, value));
	else if (row->kind == KIND_TRIES)
		set(s, option, tries_of(value));
	else
		set(s, option, row->kind == KIND_FLAG ? value != 0 : value);
	returns(a, 0);
}

/* A network that is virtual has no clock of its own in its card; and what came is not stamped. */
static void set_stamps(struct attempt *a, struct socket *s)
{
	const int64_t known =
		DRILL_SOF_TIMESTAMPING_TX_HARDWARE | DRILL_SOF_TIMESTAMPING_TX_SOFTWARE |
		DRILL_SOF_TIMESTAMPING_RX_HARDWARE | DRILL_SOF_TIMESTAMPING_SOFTWARE |
		DRILL_SOF_TIMESTAMPING_SYS_HARDWARE | DRILL_SOF_TIMESTAMPING_RAW_HARDWARE |
		DRILL_SOF_TIMESTAMPING_OPT_ID | DRILL_SOF_TIMESTAMPING_TX_SCHED |
		DRILL_SOF_TIMESTAMPING_TX_ACK | DRILL_SOF_TIMESTAMPING_OPT_TSONLY |
		DRILL_SOF_TIMESTAMPING_OPT_TX_SWHW | DRILL_SOF_TIMESTAMPING_OPT_ID_TCP;
	enum tcp_state state = socket_state(a->all, s);
	bool counted = (s->option[OPTION_SO_TIMESTAMPING] & DRILL_SOF_TIMESTAMPING_OPT_ID) != 0;
	int64_t value;

	if (!number_of(a, inside_list(argument(a, 3)), &value))
		return;
	if (value & ~known) {
		unsupported(a,
			    "SO_TIMESTAMPING is not supported with 0x%llx: only what is sent "
			    "is stamped, and nothing more is told of it",
			    (long long)(value & ~known));
		return;
	}
	if (!counted && (value & DRILL_SOF_TIMESTAMPING_OPT_ID) != 0 && s->kind == SOCKET_STREAM) {
		if (state == CLOSED || state == LISTEN) {
			fails(a, DRILL_EINVAL);
			return;
		}
		marks_count_from(a->all, s, (value & DRILL_SOF_TIMESTAMPING_OPT_ID_TCP) != 0);
	}
	set(s, OPTION_SO_TIMESTAMPING, value);
	returns(a, 0);
}

static void set_linger(struct attempt *a, struct socket *s)
{
	const struct expression *e = inside_list(argument(a, 3));
	int64_t on;
	int64_t length;

	if (!number_of(a, expression_part(e, "onoff", 0), &on) ||
	    !number_of(a, expression_part(e, "linger", 1), &length))
		return;
	set(s, OPTION_SO_LINGER, on != 0 ? length : -1);
	returns(a, 0);
}

static void set_time(struct attempt *a, struct socket *s, enum socket_option option)
{
	const struct expression *e = inside_list(argument(a, 3));
	int64_t seconds;
	int64_t micros;

	if (!number_of(a, expression_part(e, "tv_sec", 0), &seconds) ||
	    !number_of(a, expression_part(e, "tv_usec", 1), &micros))
		return;
	if (micros < 0 || micros >= 1000000) {
		fails(a, DRILL_EDOM);
		return;
	}
	set(s, option, nanos_from_s(seconds) + nanos_from_us(micros));
	returns(a, 0);
}

static void set_congestion(struct attempt *a, struct socket *s)
{
	const struct expression *e = inside_list(argument(a, 3));

	if (is_any(e) || e->kind != EXPRESSION_STRING) {
		wrong(a, "TCP_CONGESTION needs the name of a congestion control");
		return;
	}
	if (congestion_control_named(e->text) >= congestion_control_count()) {
		unsupported(a, "the congestion control \"%s\" is not supported", e->text);
		return;
	}
	if (s->conn != EVENT_NONE) {
		unsupported(a, "TCP_CONGESTION is supported before the connection only");
		return;
	}
	strncpy(s->congestion, e->text, sizeof s->congestion - 1);
	returns(a, 0);
}

/* TCP_FASTOPEN_KEY, as it lies in memory: its words have their lowest octet first. */
static uint64_t word_of(const unsigned char *octets)
{
	uint64_t word = 0;

	for (int i = 7; i >= 0; i--)
		word = word << 8 | octets[i];
	return word;
}

static void set_key(struct attempt *a, struct socket *s)
{
	const struct expression *e = inside_list(argument(a, 3));
	int64_t len;

	if (is_any(e) || e->kind != EXPRESSION_STRING || !number_or(a, 4, 16, &len)) {
		wrong(a, "TCP_FASTOPEN_KEY needs a key, \"…\", and its length");
		return;
	}
	if (len == 32) {
		unsupported(a, "TCP_FASTOPEN_KEY is supported with one key, of 16 octets");
		return;
	}
	if (len != 16 || e->length != 16) {
		fails(a, DRILL_EINVAL);
		return;
	}
	s->has_key = true;
	s->key[0] = word_of((const unsigned char *)e->text);
	s->key[1] = word_of((const unsigned char *)e->text + 8);
	returns(a, 0);
}

static void get_key(struct attempt *a, const struct socket *s)
{
	const struct expression *e = inside_list(argument(a, 3));
	const uint64_t *key = s->has_key ? s->key : a->all->profile.fast_open_key;

	if (!is_any(e) && (e->kind != EXPRESSION_STRING || e->length != 16 ||
			   word_of((const unsigned char *)e->text) != key[0] ||
			   word_of((const unsigned char *)e->text + 8) != key[1]))
		wrong(a,
		      "TCP_FASTOPEN_KEY is %016llx %016llx in words, and the script expects "
		      "another",
		      (unsigned long long)key[0], (unsigned long long)key[1]);
	returns(a, 0);
}

static void call_setsockopt(struct attempt *a)
{
	struct socket *s;
	const struct option_row *row = option_argument(a, &s);

	if (row == NULL)
		return;
	switch (row->kind) {
	case KIND_LINGER: set_linger(a, s); break;
	case KIND_STAMPS: set_stamps(a, s); break;
	case KIND_TIME: set_time(a, s, (enum socket_option)(row - rows)); break;
	case KIND_NAME: set_congestion(a, s); break;
	case KIND_KEY: set_key(a, s); break;
	case KIND_READ_ONLY: fails(a, DRILL_ENOPROTOOPT); break;
	default: set_number(a, s, row); break;
	}
	if (a->outcome.result != 0 || s->kind != SOCKET_STREAM)
		return;
	socket_apply_options(a->all, a->now, s);
	if (row - rows == OPTION_TCP_NODELAY && s->option[OPTION_TCP_NODELAY] != 0)
		socket_lets_go(a->all, a->now, s);
}

/* ---- getting ---- */

/* What was set, or what the host has. */
static int64_t in_seconds(const struct socket *s, enum socket_option option, nanos host)
{
	return s->option_set[option] ? s->option[option] : host / nanos_from_s(1);
}

/* What the connection tells, where the option is not only what was set. */
static int64_t value_of(struct attempt *a, struct socket *s, enum socket_option option)
{
	const struct tcb *tcb = socket_tcb(a->all, s);
	const struct profile *host = &a->all->profile;

	switch (option) {
	case OPTION_SO_ERROR: return socket_take_error(s);
	case OPTION_SO_TYPE: return s->kind == SOCKET_STREAM ? DRILL_SOCK_STREAM : DRILL_SOCK_DGRAM;
	case OPTION_SO_DOMAIN:
		return s->version == 6 || a->all->addresses.mapped ? DRILL_AF_INET6 : DRILL_AF_INET;
	case OPTION_SO_PROTOCOL:
		return s->kind == SOCKET_STREAM ? DRILL_IPPROTO_TCP : DRILL_IPPROTO_UDP;
	case OPTION_SO_ACCEPTCONN: return s->phase == SOCKET_LISTENING;
	case OPTION_TCP_MAXSEG:
		if (tcb != NULL && tcb->state >= ESTABLISHED)
			return mss_now(tcb);
		return s->option[option] > 0 ? s->option[option] : 536;
	case OPTION_TCP_KEEPIDLE: return in_seconds(s, option, host->keepalive_idle);
	case OPTION_TCP_KEEPINTVL: return in_seconds(s, option, host->keepalive_interval);
	case OPTION_TCP_KEEPINIT: return in_seconds(s, option, host->syn_r2);
	case OPTION_TCP_KEEPCNT:
		return s->option_set[option] ? s->option[option] : host->keepalive_count;
	case OPTION_TCP_DEFER_ACCEPT: return seconds_of(s->option[option]);
	case OPTION_IP_MTU:
	case OPTION_IPV6_MTU: return tcb != NULL ? tcb->path.mtu : a->all->setup.settings->mtu;
	default: return s->option[option];
	}
}

static void get_linger(struct attempt *a, const struct socket *s)
{
	const struct expression *e = inside_list(argument(a, 3));
	int64_t value = s->option[OPTION_SO_LINGER];

	hands_back(a, expression_part(e, "onoff", 0), "onoff", value >= 0);
	hands_back(a, expression_part(e, "linger", 1), "linger", value >= 0 ? value : 0);
	returns(a, 0);
}

static void get_time(struct attempt *a, const struct socket *s, enum socket_option option)
{
	const struct expression *e = inside_list(argument(a, 3));
	nanos value = s->option[option];

	hands_back(a, expression_part(e, "tv_sec", 0), "tv_sec", value / nanos_from_s(1));
	hands_back(a, expression_part(e, "tv_usec", 1), "tv_usec", value % nanos_from_s(1) / 1000);
	returns(a, 0);
}

static void get_congestion(struct attempt *a, const struct socket *s)
{
	const struct expression *e = inside_list(argument(a, 3));
	const char *name = s->congestion[0] != '\0'
				   ? s->congestion
				   : congestion_control(a->all->profile.congestion_control)->name;

	if (!is_any(e) && (e->kind != EXPRESSION_STRING || strcmp(e->text, name) != 0))
		wrong(a, "TCP_CONGESTION is \"%s\", and the script expects another", name);
	returns(a, 0);
}

static void refuse_field(struct attempt *a, const char *name)
{
	const char *why = symbol_refused(name);

	if (why != NULL)
		unsupported(a, "%s is not told: %s", name, why);
	else
		unsupported(a, "TCP_INFO has no field %s here", name);
}

static void get_info(struct attempt *a, const struct socket *s)
{
	const struct expression *e = inside_list(argument(a, 3));
	const struct expression *part = is_any(e) ? NULL : e->first;
	int64_t value;

	for (; part != NULL; part = part->next) {
		if (part->name == NULL || !tcp_info_field(a->all, s, a->now, part->name, &value)) {
			refuse_field(a, part->name != NULL ? part->name : "without a name");
			return;
		}
		hands_back(a, part, part->name, value);
	}
	returns(a, 0);
}

static void call_getsockopt(struct attempt *a)
{
	struct socket *s;
	const struct option_row *row = option_argument(a, &s);
	enum socket_option option;

	if (row == NULL)
		return;
	option = (enum socket_option)(row - rows);
	if ((option == OPTION_IP_MTU || option == OPTION_IPV6_MTU) && s->remote.port == 0) {
		fails(a, DRILL_ENOTCONN);
		return;
	}
	switch (row->kind) {
	case KIND_LINGER: get_linger(a, s); return;
	case KIND_TIME: get_time(a, s, option); return;
	case KIND_NAME: get_congestion(a, s); return;
	case KIND_KEY: get_key(a, s); return;
	case KIND_BUFFER:
		hands_back(a, argument(a, 3), row->name, buffer_told(a->all, s, row));
		break;
	default:
		if (option == OPTION_TCP_INFO) {
			get_info(a, s);
			return;
		}
		hands_back(a, argument(a, 3), row->name, value_of(a, s, option));
	}
	returns(a, 0);
}

const struct known_call calls_of_options[] = {
	{"setsockopt", 5, 5, call_setsockopt},
	{"getsockopt", 5, 5, call_getsockopt},
	{.name = NULL},
};
