/* pcapng: written by us, read by libpcap. */
#define _GNU_SOURCE /* memmem */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <pcap/pcap.h>

#include "record/export.h"
#include "tests/story.h"

static FILE *capture_of(const struct run *run, int host)
{
	FILE *file = tmpfile();
	struct error err;

	assert_non_null(file);
	assert_true(export_pcapng(run->r, host, file, &err));
	rewind(file);
	return file;
}

static pcap_t *opened(FILE *file)
{
	char err[PCAP_ERRBUF_SIZE];
	pcap_t *pcap =
		pcap_fopen_offline_with_tstamp_precision(file, PCAP_TSTAMP_PRECISION_NANO, err);

	if (pcap == NULL)
		fail_msg("libpcap does not read it: %s", err);
	assert_int_equal(pcap_datalink(pcap), DLT_IPV4);
	return pcap; /* which now owns the file */
}

/* The SEND and ARRIVE events that a capture of a host (or all) shows. */
static uint32_t next_shown(const struct run *run, int host, uint32_t n)
{
	for (; n < recording_events(run->r); n++) {
		struct event event = recording_event(run->r, n);

		if ((event.kind == EVENT_SEND || event.kind == EVENT_ARRIVE) &&
		    (host == EVERY_HOST || event.host == host))
			break;
	}
	return n;
}

static void check_packet(const struct run *run, uint32_t n, const struct pcap_pkthdr *header,
			 const u_char *bytes)
{
	struct event event = recording_event(run->r, n);
	struct packet_record expected = run_packet_at(run, event.packet);
	struct packet packet;
	const uint8_t *text;
	size_t text_len;
	uint8_t octets[256];

	assert_int_equal((nanos)header->ts.tv_sec * 1000000000 + header->ts.tv_usec,
			 event.time + recording_info(run->r)->epoch);
	assert_int_equal(header->caplen, header->len);
	assert_int_equal(packet_parse(&packet, bytes, header->caplen, header->len, PACKET_VERIFY,
				      &text, &text_len),
			 PACKET_OK);
	assert_int_equal(packet.kind, expected.packet.kind);
	if (packet.kind == PACKET_ICMP_ERROR) {
		assert_int_equal(packet.icmp.mtu, expected.packet.icmp.mtu);
		return;
	}
	assert_int_equal(packet.tcp.seq.v, expected.packet.tcp.seq.v);
	assert_int_equal(packet.tcp.ack.v, expected.packet.tcp.ack.v);
	assert_int_equal(packet.tcp.flags, expected.packet.tcp.flags);
	assert_int_equal(packet.tcp.len, expected.packet.tcp.len);
	assert_int_equal(packet.tcp.src_port, expected.packet.tcp.src_port);
	if (expected.packet.tcp.len > 0) {
		stream_read(&recording_conn(run->r, expected.conn)->sent, expected.offset, octets,
			    text_len);
		assert_memory_equal(text, octets, text_len);
	}
}

/* Returns how many packets there are. */
static unsigned check_capture(const struct run *run, int host)
{
	pcap_t *pcap = opened(capture_of(run, host));
	struct pcap_pkthdr *header;
	const u_char *bytes;
	unsigned count = 0;
	uint32_t n = 0;

	while (pcap_next_ex(pcap, &header, &bytes) == 1) {
		n = next_shown(run, host, n);
		assert_in_range(n, 0, recording_events(run->r) - 1);
		check_packet(run, n++, header, bytes);
		count++;
	}
	assert_string_equal(pcap_geterr(pcap), "");
	assert_int_equal(next_shown(run, host, n), recording_events(run->r));
	pcap_close(pcap);
	return count;
}

static void libpcap_reads_every_packet_where_it_was_seen(void **state)
{
	struct run run = story();

	(void)state;
	/* 10 were sent and 1 copied by a link; 1 was lost and 1 never arrived. */
	assert_int_equal(check_capture(&run, EVERY_HOST), 10 + 9);
	recording_free(run.r);
}

static void one_hosts_view_has_only_what_it_saw(void **state)
{
	struct run run = story();

	(void)state;
	assert_int_equal(check_capture(&run, A), 6 + 3);
	assert_int_equal(check_capture(&run, B), 4 + 6);
	assert_int_equal(check_capture(&run, C), 0);
	recording_free(run.r);
}

static char *bytes_of(FILE *file, size_t *len)
{
	static char bytes[1 << 16];

	*len = fread(bytes, 1, sizeof bytes, file);
	fclose(file);
	return bytes;
}

static bool contains(const char *bytes, size_t len, const char *text)
{
	return memmem(bytes, len, text, strlen(text)) != NULL;
}

static void every_packet_says_why(void **state)
{
	static const char *const expected[] = {
		"A sends 100 octets from 101. RFC 9293 ",
		"B's SYN,ACK is lost by rule 1.",
		"Sent again.",
		"A later packet came before it.",
		"Bytes of it were changed on the way; it is shown as it was sent.",
		"A gets SYN,ACK",
	};
	struct run run = story();
	size_t len;
	char *bytes = bytes_of(capture_of(&run, EVERY_HOST), &len);

	(void)state;
	for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
		if (!contains(bytes, len, expected[i]))
			fail_msg("no comment says: %s", expected[i]);
	}
	bytes = bytes_of(capture_of(&run, A), &len);
	assert_false(contains(bytes, len, "B's SYN,ACK is lost"));
	recording_free(run.r);
}

/* A capture does not keep text: it is cut off, as in a capture with a short snap length. */
static void text_that_was_not_kept_is_cut_off(void **state)
{
	struct run run = run_begin();
	struct packet_record packet = run_packet(&run, A, 101, 70000, ACK);
	struct event event = run_event(0, A, EVENT_SEND);
	struct pcap_pkthdr *header;
	const u_char *bytes;

	(void)state;
	packet.captured = true;
	recording_add_packet(run.r, &packet, &event);

	pcap_t *pcap = opened(capture_of(&run, EVERY_HOST));

	assert_int_equal(pcap_next_ex(pcap, &header, &bytes), 1);
	assert_int_equal(header->caplen, 40);
	assert_int_equal(header->len, 70040);
	pcap_close(pcap);
	recording_free(run.r);
}

static void a_full_disk_is_an_error(void **state)
{
	struct run run = story();
	FILE *out = fopen("/dev/full", "w");
	struct error err = {""};

	(void)state;
	assert_false(export_pcapng(run.r, EVERY_HOST, out, &err));
	assert_non_null(strstr(err.text, "could not be written"));
	fclose(out);
	recording_free(run.r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(libpcap_reads_every_packet_where_it_was_seen),
		cmocka_unit_test(one_hosts_view_has_only_what_it_saw),
		cmocka_unit_test(every_packet_says_why),
		cmocka_unit_test(text_that_was_not_kept_is_cut_off),
		cmocka_unit_test(a_full_disk_is_an_error),
	};

	return cmocka_run_group_tests_name("pcapng", tests, NULL, NULL);
}
