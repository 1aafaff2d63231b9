#include "live/kept_run_inside.h"

#include <inttypes.h>
#include <string.h>

#include "base/text.h"
#include "source/profile_override.h"

const char *const kept_kinds[] = {
	[INPUT_DATAGRAM] = "datagram",     [INPUT_OPEN_ACTIVE] = "open",
	[INPUT_OPEN_PASSIVE] = "listen",   [INPUT_SEND] = "send",
	[INPUT_RECEIVE] = "receive",       [INPUT_CLOSE] = "close",
	[INPUT_CLOSE_BOTH] = "close-both", [INPUT_ABORT] = "abort",
};

static void write_text(const char *text, FILE *out)
{
	fputc('"', out);
	for (const char *c = text; *c != '\0'; c++) {
		if (*c == '"' || *c == '\\')
			fputc('\\', out);
		if ((unsigned char)*c < ' ')
			fprintf(out, "\\u%04x", (unsigned)*c);
		else
			fputc(*c, out);
	}
	fputc('"', out);
}

static void write_octets(const uint8_t *octets, uint32_t len, FILE *out)
{
	static const char digits[] = "0123456789abcdef";

	fputs(", \"octets\": \"", out);
	for (uint32_t i = 0; i < len; i++) {
		fputc(digits[octets[i] >> 4], out);
		fputc(digits[octets[i] & 15], out);
	}
	fputc('"', out);
}

static void write_endpoint(const char *which, const struct endpoint *endpoint, FILE *out)
{
	char address[ADDRESS_TEXT_MAX];

	address_format(&endpoint->address, address);
	if (endpoint->address.version != 0)
		fprintf(out, ", \"%s\": \"%s\"", which, address);
	if (endpoint->port != 0)
		fprintf(out, ", \"%s_port\": %u", which, endpoint->port);
}

static void write_input(const struct input *input, FILE *out)
{
	fprintf(out, "{\"at_ns\": %" PRId64 ", \"what\": \"%s\"", input->time,
		kept_kinds[input->kind]);
	switch ((enum input_kind)input->kind) {
	case INPUT_DATAGRAM:
		if (input->unverified)
			fputs(", \"unverified\": true", out);
		if (input->merged)
			fputs(", \"merged\": true", out);
		write_octets(input->octets, input->len, out);
		break;
	case INPUT_OPEN_ACTIVE:
	case INPUT_OPEN_PASSIVE:
		write_endpoint("local", &input->local, out);
		write_endpoint("remote", &input->remote, out);
		break;
	case INPUT_SEND:
		fprintf(out, ", \"conn\": %" PRIu32, input->conn);
		write_octets(input->octets, input->len, out);
		break;
	case INPUT_RECEIVE:
		fprintf(out, ", \"conn\": %" PRIu32 ", \"len\": %" PRIu32, input->conn, input->len);
		break;
	default: fprintf(out, ", \"conn\": %" PRIu32, input->conn); break;
	}
	fputc('}', out);
}

static void write_host(const struct kept_run *kept, FILE *out)
{
	const struct actor_setup *actor = &kept->actor;
	char profile[KEPT_PROFILE_MAX];
	char address[ADDRESS_TEXT_MAX];
	struct text text = text_in(profile, sizeof profile);
	const char *comma = "";

	profile_tell(&actor->profile, &text);
	fprintf(out, "  \"host\": ");
	write_text(actor->name, out);
	fprintf(out, ",\n  \"addresses\": [");
	for (unsigned i = 0; i < 2; i++) {
		if (actor->addresses[i].version == 0)
			continue;
		address_format(&actor->addresses[i], address);
		fprintf(out, "%s\"%s\"", comma, address);
		comma = ", ";
	}
	fprintf(out, "],\n  \"mtu\": %u,\n  \"seed\": \"%" PRIu64 "\",\n  \"profile\": \"%s\",\n",
		actor->mtu, actor->seed, profile);
}

bool kept_run_write(const struct kept_run *kept, FILE *out)
{
	uint32_t inputs = inputs_count(kept->inputs);
	uint32_t sent = inputs_sent(kept->inputs);

	fprintf(out, "{\n  \"tcplab_live\": %d,\n  \"title\": ", KEPT_EDITION);
	write_text(kept->title, out);
	fprintf(out, ",\n  \"epoch_ns\": \"%" PRId64 "\",\n", kept->epoch);
	write_host(kept, out);
	fprintf(out, "  \"ended_ns\": %" PRId64 ",\n  \"inputs\": [", inputs_horizon(kept->inputs));
	for (uint32_t i = 0; i < inputs; i++) {
		struct input input;

		inputs_at(kept->inputs, i, &input);
		fputs(i > 0 ? ",\n    " : "\n    ", out);
		write_input(&input, out);
	}
	fputs("\n  ],\n  \"sent\": \"", out);
	for (uint32_t i = 0; i < sent; i++)
		fprintf(out, "%016" PRIx64, inputs_sent_hash(kept->inputs, i));
	fputs("\"\n}\n", out);
	return ferror(out) == 0;
}
