/* scenario_inputs.c — what came from outside, read and written. */
#include "source/scenario_inside.h"

#include <inttypes.h>
#include <string.h>

#include "source/scenario_shapes.h"
#include "wire/packet.h"

/* ---- reading ---- */

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool read_octets(struct scenario *s, const struct json *json, struct outside *out,
			struct error *err)
{
	size_t len = strlen(json->text);
	uint8_t *octets = scenario_get(s, len / 2 + 1, 1);
	struct packet packet;
	const uint8_t *text;
	size_t text_len;

	for (size_t i = 0; i < len; i++) {
		if (digit(json->text[i]) < 0 || len % 2 != 0)
			return json_error(err, json,
					  "a datagram is written as pairs of the digits 0 to 9 and "
					  "a to f, such as 4500");
		octets[i / 2] = (uint8_t)(octets[i / 2] << 4 | digit(json->text[i]));
	}
	out->octets = octets;
	out->len = (uint32_t)(len / 2);
	if (!packet_is_filled_in(
		    packet_parse(&packet, octets, out->len, out->len, 0, &text, &text_len)))
		return json_error(err, json, "this is no IP datagram with a TCP segment");
	return true;
}

static bool check_link(const struct scenario *s, const struct json *json, const struct outside *in,
		       struct error *err)
{
	const struct scenario_link *link = &s->links[in->link];

	if (in->link >= s->link_count)
		return json_error(err, json_member(json, "link"), "there %s %u link%s",
				  s->link_count == 1 ? "is" : "are", s->link_count,
				  s->link_count == 1 ? "" : "s, counted from 0");
	if (in->from != link->ends[0] && in->from != link->ends[1])
		return json_error(err, json, "links.%u does not join \"%s\"", in->link,
				  scenario_node_name(s, in->from));
	return true;
}

static bool read_input(struct scenario *s, const struct json *json, struct outside *in,
		       struct error *err)
{
	const struct json *datagram = json_member(json, "datagram");

	in->from = scenario_host_named(s, json_member(json, "from"), true, err);
	if (in->from == NO_HOST)
		return false;
	in->time = member_number(json, "at_ns", 0, 0);
	in->link = (uint32_t)member_number(json, "link", 0, 0);
	in->value = member_number(json, "set_delay_ms", MS_PLACES, -1);
	in->kind = OUTSIDE_DELAY;
	if (datagram != NULL) {
		in->kind = OUTSIDE_DATAGRAM;
		if (in->from >= s->host_count || !s->hosts[in->from].real)
			return json_error(err, json, "\"%s\" is no real host: its TCP is ours",
					  scenario_node_name(s, in->from));
		return read_octets(s, datagram, in, err);
	}
	if (json_member(json, "lose_next") != NULL) {
		in->kind = OUTSIDE_LOSE_NEXT;
	} else if (in->value < 0) {
		in->kind = OUTSIDE_LOSS;
		in->value = member_number(json, "set_loss_percent", PERCENT_PLACES, 0);
	}
	return check_link(s, json, in, err);
}

/* A real host is of no use without what it sent. */
static bool check_reals(const struct scenario *s, bool has_inputs, struct error *err)
{
	const struct json *json = json_member(s->doc.root, "hosts")->child;
	bool any = false;

	for (unsigned i = 0; i < s->host_count; i++, json = json->next) {
		any = any || s->hosts[i].real;
		if (s->hosts[i].real && !has_inputs && !s->live)
			return json_error(err, json_member(json, "real"),
					  "a real host needs a real TCP: tcplab live tun %s",
					  s->name);
	}
	if (s->live && has_inputs)
		return json_error(err, json_member(s->doc.root, "inputs"),
				  "this run is over, and its inputs are known: tcplab run %s",
				  s->name);
	if (s->live && !any)
		return error_set(err,
				 "%s: none of its hosts is real: --real NAME says which one is to "
				 "be",
				 s->name);
	return true;
}

bool scenario_build_inputs(struct scenario *s, struct error *err)
{
	const struct json *list = json_member(s->doc.root, "inputs");
	nanos before = 0;

	if (!check_reals(s, list != NULL, err))
		return false;
	if (list == NULL)
		return true;
	s->outside = scenario_get(s, list->count, sizeof *s->outside);
	for (const struct json *one = list->child; one != NULL; one = one->next) {
		struct outside *in = &s->outside[s->outside_count++];

		if (!read_input(s, one, in, err))
			return false;
		if (in->time < before)
			return json_error(err, one, "the one before it came later");
		before = in->time;
	}
	return true;
}

/* ---- writing ---- */

/* So many digits behind the point. */
static void write_decimal(int64_t value, unsigned places, FILE *out)
{
	int64_t unit = 1;

	for (unsigned i = 0; i < places; i++)
		unit *= 10;
	fprintf(out, "%" PRId64, value / unit);
	if (value % unit != 0)
		fprintf(out, ".%0*" PRId64, (int)places, value % unit);
}

void scenario_write_outside(const struct scenario *s, const struct outside *what, FILE *out)
{
	fprintf(out, "{\"at_ns\": %" PRId64 ", \"from\": \"%s\", ", what->time,
		scenario_node_name(s, what->from));
	if (what->kind == OUTSIDE_DATAGRAM) {
		fputs("\"datagram\": \"", out);
		for (uint32_t i = 0; i < what->len; i++)
			fprintf(out, "%02x", what->octets[i]);
		fputs("\"}", out);
		return;
	}
	fprintf(out, "\"link\": %" PRIu32 ", ", what->link);
	if (what->kind == OUTSIDE_LOSE_NEXT) {
		fputs("\"lose_next\": true", out);
	} else if (what->kind == OUTSIDE_DELAY) {
		fputs("\"set_delay_ms\": ", out);
		write_decimal(what->value, MS_PLACES, out);
	} else {
		fputs("\"set_loss_percent\": ", out);
		write_decimal(what->value, PERCENT_PLACES, out);
	}
	fputs("}", out);
}
