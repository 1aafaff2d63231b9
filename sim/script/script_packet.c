/* A packet of a script, from < or > to its last option. */
#include <string.h>

#include "script/script_inside.h"

/* ---- the headers around it ---- */

static bool is_encapsulation(const struct script_reader *r)
{
	static const char *const words[] = {"ipv4", "ipv6", "gre", "GREv0", "mpls", "psp", "encap"};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (script_is_word(r, words[i]))
			return true;
	return false;
}

/* "ipv6 fd00::1 > fd00::2:": the colon that ends it has a blank behind it. */
static bool pass_addresses(struct script_reader *r)
{
	struct packet_spec ignored = {.outbound = true};

	script_next(r);
	if (!script_read_marks(r, &ignored))
		return false;
	script_run(r, ">");
	script_next(r);
	if (!script_want_mark(r, '>', "> and the address that the outer header is for"))
		return false;
	script_run(r, "");
	if (r->token.len > 1 && r->token.text[r->token.len - 1] == ':') {
		script_next(r);
		return true;
	}
	script_next(r);
	return script_want_mark(r, ':', "a : behind the outer header");
}

/* "encap psp spi 12, vc 5": no colon ends it. */
static bool pass_transport(struct script_reader *r)
{
	int64_t ignored;

	script_next(r);
	if (!script_take_word(r, "psp") || !script_take_word(r, "spi"))
		return script_expected(r, "psp spi and its number behind encap");
	if (!script_want_number(r, "the SPI", 0, UINT32_MAX, &ignored))
		return false;
	if (!script_take_mark(r, ','))
		return true;
	if (!script_take_word(r, "vc"))
		return script_expected(r, "vc and its number");
	return script_want_number(r, "the virtualization cookie", 0, INT64_MAX, &ignored);
}

static bool read_encapsulation(struct script_reader *r, struct packet_spec *p)
{
	size_t begin = r->token.begin;

	while (is_encapsulation(r)) {
		if (script_is_word(r, "ipv4") || script_is_word(r, "ipv6")) {
			if (!pass_addresses(r))
				return false;
		} else if (script_is_word(r, "encap")) {
			if (!pass_transport(r))
				return false;
		} else {
			if (!script_want_text_until(r, ':', "the outer header"))
				return false;
			script_next(r);
			script_next(r);
		}
	}
	if (!r->failed && r->token.begin > begin)
		p->encapsulation =
			script_memory_copy(r->memory, r->text + begin, r->last_end - begin);
	return !r->failed;
}

/* ---- ports ---- */

static bool read_port(struct script_reader *r, uint16_t *port)
{
	int64_t value;

	if (!script_want_number(r, "a port", 0, 65535, &value))
		return false;
	*port = (uint16_t)value;
	return true;
}

/* "5.": no port, but flags. */
static bool is_counter(const struct script_reader *r)
{
	return r->token.len == 1 && r->at < r->len && r->text[r->at] == '.';
}

/* "8080 > 49152", where there is a number. */
static bool read_ports(struct script_reader *r, struct packet_spec *p)
{
	if (r->token.kind != TOKEN_NUMBER || is_counter(r))
		return true;
	return read_port(r, &p->tcp.src_port) &&
	       script_want_mark(
		       r, '>',
		       "> between ports, or flags such as . or S before the sequence numbers") &&
	       read_port(r, &p->tcp.dst_port);
}

/* ---- TCP ---- */

static const char flag_names[] = "FSRP.UEWA";

static bool refuse_flag(struct script_reader *r, struct place place, char c, const char *why)
{
	if (c <= ' ' || c > '~')
		c = '?';
	return script_refuse(r, place, "\"%c\" %s", c, why);
}

static bool read_flag(struct script_reader *r, struct packet_spec *p, char c, struct place place)
{
	const char *name = strchr(flag_names, c);
	uint16_t flag = c != '\0' && name ? (uint16_t)(1u << (name - flag_names)) : 0;
	uint16_t seen = p->tcp.flags;

	if (c >= '0' && c <= '7') {
		if (p->ace_said || seen & (ECE | CWR | AE))
			return refuse_flag(r, place, c,
					   "says once more what the bits E, W and A are");
		p->ace_said = true;
		p->tcp.flags |= (uint16_t)((c - '0') * ECE);
		return true;
	}
	if (!flag)
		return refuse_flag(r, place, c,
				   "is no flag: expected S F R P . U E W A, a digit from 0 to 7 "
				   "for the ACE counter, or - for none");
	if (p->ace_said && flag >= ECE)
		return refuse_flag(r, place, c, "and the ACE counter cannot both be said");
	if (seen & flag)
		return refuse_flag(r, place, c, "is said twice");
	p->tcp.flags |= flag;
	return true;
}

static bool read_flags(struct script_reader *r, struct packet_spec *p)
{
	if (r->token.kind == TOKEN_END)
		return script_expected(r, "flags, such as S. or P. or - for none");
	script_run(r, "<>[](){},;\"`");
	if (r->token.kind != TOKEN_WORD)
		return script_expected(r, "flags, such as S. or P. or - for none");
	if (!script_token_equals(&r->token, "-"))
		for (size_t i = 0; i < r->token.len; i++) {
			struct place place = r->token.place;

			place.column += (uint32_t)i;
			if (!read_flag(r, p, r->token.text[i], place))
				return false;
		}
	script_next(r);
	return true;
}

static bool read_length(struct script_reader *r, struct packet_spec *p)
{
	int64_t len;

	if (!script_want_mark(r, '(', "a ( and the octets of text") ||
	    !script_want_number(r, "the octets of text", 0, 65535, &len) ||
	    !script_want_mark(r, ')', "a ) behind the octets of text"))
		return false;
	p->tcp.len = (uint32_t)len;
	return true;
}

/* "1:1001(1000)", "1:1001(1000)!", "...(1000)" */
static bool read_seq(struct script_reader *r, struct packet_spec *p)
{
	struct place place = r->token.place;
	int64_t begin;
	int64_t end;

	if (r->token.kind == TOKEN_ELLIPSIS) {
		p->any_seq = true;
		script_next(r);
		return read_length(r, p);
	}
	if (!script_want_number(r, "the first sequence number", 0, UINT32_MAX, &begin) ||
	    !script_want_mark(r, ':', "a : and the sequence number behind the text") ||
	    !script_want_number(r, "the sequence number behind the text", 0, UINT32_MAX, &end) ||
	    !read_length(r, p))
		return false;
	p->tcp.seq.v = (uint32_t)begin;
	if ((uint32_t)begin + p->tcp.len != (uint32_t)end)
		return script_refuse(
			r, place,
			"%u octets from %u on end at %u, not at %u: SYN and FIN do not "
			"count",
			(unsigned)p->tcp.len, (unsigned)begin,
			(unsigned)((uint32_t)begin + p->tcp.len), (unsigned)end);
	p->absolute_seq = script_take_mark(r, '!');
	return true;
}

static bool read_number(struct script_reader *r, const char *what, int64_t max, uint32_t *value)
{
	int64_t number;

	if (!script_want_number(r, what, 0, max, &number))
		return false;
	*value = (uint32_t)number;
	return true;
}

static bool read_numbers(struct script_reader *r, struct packet_spec *p)
{
	uint32_t window = 0;
	uint32_t urgent = 0;

	p->no_window = true;
	if (script_take_word(r, "ack") &&
	    !read_number(r, "the acknowledgment number", UINT32_MAX, &p->tcp.ack.v))
		return false;
	if (script_take_word(r, "win")) {
		p->no_window = false;
		if (!read_number(r, "the window", 65535, &window))
			return false;
	}
	if (script_take_word(r, "urg") && !read_number(r, "the urgent pointer", 65535, &urgent))
		return false;
	p->tcp.wnd = (uint16_t)window;
	p->tcp.up = (uint16_t)urgent;
	return true;
}

/* A packet ends where none of its words follows; those that come too late are its, too. */
static bool refuse_rest(struct script_reader *r)
{
	if (script_is_mark(r, '{')) {
		script_beyond_us(r, r->token.place,
				 "a packet that is changed on purpose, {...}, is not supported");
		return true;
	}
	if (!script_is_word(r, "ack") && !script_is_word(r, "win") && !script_is_word(r, "urg"))
		return false;
	script_refuse(r, r->token.place,
		      "ack, win, urg and the options come in this order, each once");
	return true;
}

static bool read_tcp(struct script_reader *r, struct packet_spec *p)
{
	if (!read_flags(r, p) || !read_seq(r, p) || !read_numbers(r, p))
		return false;
	if (!p->outbound && p->any_seq)
		return script_refuse(r, r->token.place,
				     "any sequence number (...) says what is expected: an inbound "
				     "packet needs one of its own");
	if (script_take_mark(r, '<') && !script_read_options(r, p))
		return false;
	return !refuse_rest(r);
}

/* ---- UDP and ICMP ---- */

/* "(100)" */
static bool read_payload(struct script_reader *r, struct packet_spec *p)
{
	int64_t len;

	if (!script_want_mark(r, '(', "a ( and the octets of payload") ||
	    !script_want_number(r, "the octets of payload", 0, 65507, &len) ||
	    !script_want_mark(r, ')', "a ) behind the octets of payload"))
		return false;
	p->udp_len = (uint32_t)len;
	return true;
}

static bool read_udp(struct script_reader *r, struct packet_spec *p)
{
	p->kind = SPEC_UDP;
	return read_ports(r, p) && read_payload(r, p);
}

/* "[1:1001(1000)]", "[udp (100)]", "[raw (100)]": what the message is about. */
static bool read_quoted(struct script_reader *r, struct packet_spec *p)
{
	p->quotes = true;
	p->quoted = SPEC_TCP;
	if (script_take_word(r, "udp")) {
		p->quoted = SPEC_UDP;
		if (!read_payload(r, p))
			return false;
	} else if (script_take_word(r, "raw")) {
		p->quoted = SPEC_RAW;
		if (!read_payload(r, p))
			return false;
	} else if (!read_seq(r, p)) {
		return false;
	}
	return script_want_mark(r, ']', "a ] behind what the message quotes");
}

static bool read_icmp(struct script_reader *r, struct packet_spec *p)
{
	p->kind = SPEC_ICMP;
	p->icmp_mtu = -1;
	if (r->token.kind != TOKEN_WORD)
		return script_expected(r, "the message's type, such as unreachable");
	p->icmp_type = script_copy(r);
	script_next(r);
	if (r->token.kind == TOKEN_WORD && !script_is_word(r, "mtu") && !script_is_word(r, "id")) {
		p->icmp_code = script_copy(r);
		script_next(r);
	}
	if (script_take_word(r, "mtu") &&
	    !script_want_number(r, "the MTU", 0, UINT32_MAX, &p->icmp_mtu))
		return false;
	if (script_take_word(r, "id") &&
	    !script_want_number(r, "the identifier", 0, 65535, &p->icmp_id))
		return false;
	return p->quotes || !script_take_mark(r, '[') || read_quoted(r, p);
}

/* "[1:1(0)] icmp unreachable": older scripts say first what the message is about. */
static bool is_quoted_first(const struct script_reader *r)
{
	size_t at = 0;

	if (!script_is_mark(r, '['))
		return false;
	while (script_is_blank(script_peek(r, at)))
		at++;
	return script_peek(r, at) >= '0' && script_peek(r, at) <= '9';
}

static bool read_quoted_first(struct script_reader *r, struct packet_spec *p)
{
	script_next(r);
	if (!read_quoted(r, p))
		return false;
	return script_take_word(r, "icmp")
		       ? read_icmp(r, p)
		       : script_expected(r, "icmp behind what the message quotes");
}

/* ---- all of it ---- */

static bool read_protocol(struct script_reader *r, struct packet_spec *p)
{
	struct place place = r->token.place;

	if (script_take_word(r, "udp"))
		return read_udp(r, p);
	if (script_take_word(r, "icmp"))
		return read_icmp(r, p);
	if (script_is_word(r, "sctp") || script_is_word(r, "udplite"))
		return script_beyond_us(r, place,
					"%.*s is not supported: scripts are about TCP, with UDP "
					"and ICMP beside it",
					(int)r->token.len, r->token.text);
	if (script_is_mark(r, '>') || script_is_word(r, "addr"))
		return script_beyond_us(r, place,
					"addresses of subflows are of Multipath TCP, which is not "
					"supported");
	return read_tcp(r, p);
}

struct packet_spec *script_read_packet(struct script_reader *r)
{
	struct packet_spec *p = script_memory_take(r->memory, sizeof *p);

	p->outbound = script_is_mark(r, '>');
	script_next(r);
	if (is_quoted_first(r))
		return read_quoted_first(r, p) && !r->failed ? p : NULL;
	if (!read_encapsulation(r, p) || !script_read_marks(r, p) || !read_ports(r, p) ||
	    !read_protocol(r, p))
		return NULL;
	return r->failed ? NULL : p;
}
