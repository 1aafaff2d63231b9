/* Any bytes as what came into a network from outside: datagrams of a real host,
 * whole and spoilt, and changes of a link by hand. What is not refused runs, and
 * runs again to the same recording when it was written and read. */
#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "source/scenario_real.h"
#include "wire/packet.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char network[] =
	"{\"title\": \"fuzz\", \"duration_ms\": 20000,"
	" \"hosts\": {\"client\": {\"address\": \"10.0.0.1\", \"real\": true},"
	"             \"server\": {\"address\": \"10.0.0.2\", \"tcp\": {\"isn\": 1000}}},"
	" \"links\": [{\"between\": [\"client\", \"server\"], \"delay_ms\": 1}],"
	" \"applications\": {\"server\": [{\"listen\": 80}, {\"echo\": true},"
	"   {\"on\": \"connected\", \"send\": 3000}, {\"on\": \"closing\", \"close\": true}]},"
	" \"inputs\": [";

enum { RECORD = 8, RECORDS_MAX = 64 };

/* Whole: a segment near the connection's numbers, so that it is looked at. */
static size_t segment_of(const uint8_t record[RECORD], uint8_t out[200])
{
	static const uint8_t text[64];
	struct packet p = {.kind = PACKET_TCP};

	address_parse(&p.src, "10.0.0.1");
	address_parse(&p.dst, "10.0.0.2");
	p.ttl = 64;
	p.tcp.src_port = 5000;
	p.tcp.dst_port = 80;
	p.tcp.seq = seq_of(99u + (uint32_t)(int8_t)record[2]);
	p.tcp.ack = seq_of(1001u + 16u * record[3]);
	p.tcp.flags = record[4] & 0x3f;
	p.tcp.wnd = (uint16_t)(record[5] << 8);
	p.tcp.len = record[6] % sizeof text;
	return packet_emit(&p, text, out, 200);
}

static void write_record(const struct scenario *s, nanos time, const uint8_t record[RECORD],
			 FILE *out)
{
	uint8_t bytes[200];
	struct outside what = {.time = time, .octets = bytes, .from = record[0] >> 4 & 1};

	switch (record[0] & 3) {
	case 1: what.kind = OUTSIDE_LOSE_NEXT; break;
	case 2:
		what.kind = OUTSIDE_DELAY;
		what.value = (int64_t)record[2] * 1000003;
		break;
	case 3:
		what.kind = OUTSIDE_LOSS;
		what.value = record[2] * 3921;
		break;
	default:
		what.from = 0;
		what.len = (uint32_t)segment_of(record, bytes);
		if (record[0] & 4) /* spoilt: mostly refused */
			bytes[record[7] % what.len] ^= record[6] | 1;
		break;
	}
	scenario_write_outside(s, &what, out);
}

static char *write_all(const struct scenario *s, const uint8_t *data, size_t size)
{
	char *text;
	size_t len;
	FILE *out = open_memstream(&text, &len);
	nanos time = 0;

	fputs(network, out);
	for (unsigned i = 0; size >= RECORD && i < RECORDS_MAX; i++) {
		time += (nanos)data[1] * data[1] * 10000;
		fputs(i > 0 ? ", " : "", out);
		write_record(s, time, data, out);
		data += RECORD;
		size -= RECORD;
	}
	fputs("]}", out);
	fclose(out);
	return text;
}

static uint64_t run(struct scenario *s)
{
	struct recording *r = scenario_recording(s);
	uint64_t hash;

	scenario_run(s, r);
	hash = recording_hash(r);
	recording_free(r);
	return hash;
}

static char *written(const struct scenario *s)
{
	char *text;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	scenario_write(s, out);
	fclose(out);
	return text;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct scenario *names;
	struct scenario *s;
	struct scenario *again;
	struct error err = {""};
	char *text = write_all(NULL, data, 0);
	char *copy;

	if (!scenario_parse("fuzz", text, strlen(text), NULL, &names, &err))
		abort();
	free(text);
	text = write_all(names, data, size);
	scenario_free(names);
	if (!scenario_parse("fuzz", text, strlen(text), NULL, &s, &err)) {
		assert(err.text[0] != '\0' && s == NULL);
		free(text);
		return 0;
	}
	free(text);
	copy = written(s);
	if (!scenario_parse("fuzz", copy, strlen(copy), NULL, &again, &err)) {
		fprintf(stderr, "what was written is not read: %s\n", err.text);
		abort();
	}
	assert(run(s) == run(again));
	scenario_free(s);
	scenario_free(again);
	free(copy);
	return 0;
}
