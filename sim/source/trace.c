#include "source/trace.h"

#include <errno.h>
#include <inttypes.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "record/memory.h"
#include "source/trace_file.h"
#include "source/viewpoint.h"
#include "wire/link.h"

/* No datagram is larger, not even what a host leaves to its card in one piece. */
enum { WIRE_MAX = 1 << 20 };

/* Times beyond this (the year 2242) are damage, not time. */
#define SECONDS_MAX INT64_C(0x200000000)

struct trace {
	char *name;
	int fd;             /* of the file; −1: in memory */
	const void *memory; /* where in memory */
	size_t memory_len;
	struct trace_frames frames; /* instead of both, where .next is set */
	pcap_t *pcap;
	struct viewpoint *view; /* of a file that holds several, or NULL */
	int link_type;
	nanos newest; /* the time of the packet before */
	struct trace_health health;
};

static FILE *stream_of(const struct trace *trace)
{
	FILE *stream;
	int fd;

	if (trace->fd < 0)
		return fmemopen((void *)trace->memory, trace->memory_len, "rb");
	if (lseek(trace->fd, 0, SEEK_SET) != 0)
		return NULL;
	fd = dup(trace->fd);
	if (fd < 0)
		return NULL;
	stream = fdopen(fd, "rb");
	if (stream == NULL)
		close(fd);
	return stream;
}

static bool is_of_frames(const struct trace *trace)
{
	return trace->frames.next != NULL;
}

static bool refuse_link_type(const struct trace *trace, struct error *err)
{
	const char *name = pcap_datalink_val_to_name(trace->link_type);
	const char *meaning = pcap_datalink_val_to_description(trace->link_type);

	return error_set(err,
			 "%s: its packets have link type %d (%s%s%s), which tcplab does not read; "
			 "it reads Ethernet, Linux cooked (SLL, SLL2), BSD loopback and raw IP",
			 trace->name, trace->link_type, name == NULL ? "unknown" : name,
			 meaning == NULL ? "" : ", ", meaning == NULL ? "" : meaning);
}

/* libpcap's reader, standing before the first packet. */
static bool start_file(struct trace *trace, struct error *err)
{
	char reason[PCAP_ERRBUF_SIZE] = "";
	FILE *stream = stream_of(trace);

	if (stream == NULL)
		return error_set(err, "%s: cannot be read: %s", trace->name, strerror(errno));
	trace->pcap = pcap_fopen_offline_with_tstamp_precision(stream, PCAP_TSTAMP_PRECISION_NANO,
							       reason);
	if (trace->pcap == NULL) {
		fclose(stream);
		return error_set(err, "%s: is damaged before its first packet: %s", trace->name,
				 reason);
	}
	trace->link_type = pcap_datalink(trace->pcap);
	return true;
}

static bool start_reading(struct trace *trace, struct error *err)
{
	if (is_of_frames(trace)) {
		trace->frames.rewind(trace->frames.who);
		trace->link_type = trace->frames.link_type;
	} else if (!start_file(trace, err)) {
		return false;
	}
	if (!link_is_known(trace->link_type))
		return refuse_link_type(trace, err);
	trace->newest = 0;
	trace->health = (struct trace_health){0};
	return true;
}

static void find_viewpoint(struct trace *trace)
{
	FILE *stream = is_of_frames(trace) ? NULL : stream_of(trace);

	if (stream == NULL)
		return;
	trace->view = viewpoint_find(stream);
	fclose(stream);
}

static bool open_from(struct trace **out, struct trace *trace, struct error *err)
{
	find_viewpoint(trace);
	if (!start_reading(trace, err)) {
		trace_close(trace);
		return false;
	}
	*out = trace;
	return true;
}

static struct trace *new_trace(const char *name)
{
	struct trace *trace = memory_get(sizeof *trace);
	size_t size = strlen(name) + 1;

	*trace = (struct trace){.name = memory_get(size)};
	memcpy(trace->name, name, size);
	return trace;
}

bool trace_open(struct trace **out, const char *path, struct error *err)
{
	struct trace *trace;
	int fd;

	if (!trace_file_open(path, &fd, err))
		return false;
	trace = new_trace(trace_file_name(path));
	trace->fd = fd;
	return open_from(out, trace, err);
}

bool trace_open_memory(struct trace **out, const void *bytes, size_t len, struct error *err)
{
	struct trace *trace;

	if (len == 0) /* which fmemopen() refuses */
		return error_set(err, "the capture in memory is empty: there is no packet in it");
	trace = new_trace("the capture in memory");
	trace->fd = -1;
	trace->memory = bytes;
	trace->memory_len = len;
	return open_from(out, trace, err);
}

bool trace_open_frames(struct trace **out, const char *name, const struct trace_frames *frames,
		       struct error *err)
{
	struct trace *trace = new_trace(name);

	trace->fd = -1;
	trace->frames = *frames;
	return open_from(out, trace, err);
}

void trace_close(struct trace *trace)
{
	if (trace == NULL)
		return;
	if (trace->pcap != NULL)
		pcap_close(trace->pcap);
	if (trace->fd >= 0)
		close(trace->fd);
	viewpoint_free(trace->view);
	free(trace->name);
	free(trace);
}

bool trace_rewind(struct trace *trace, struct error *err)
{
	if (trace->pcap != NULL)
		pcap_close(trace->pcap);
	trace->pcap = NULL;
	return start_reading(trace, err);
}

static void count_oddity(uint64_t *count, uint64_t *first, uint64_t number)
{
	if (*count == 0)
		*first = number;
	++*count;
}

/* libpcap hands through whatever the file says: fractions of a second over one
 * second or negative, seconds before 1970. */
static void take_time(struct trace *trace, int64_t seconds, int64_t fraction,
		      struct trace_packet *packet)
{
	struct trace_health *health = &trace->health;

	packet->time_known = seconds >= 0 && seconds < SECONDS_MAX && fraction >= 0 &&
			     fraction < nanos_from_s(1);
	if (!packet->time_known) {
		count_oddity(&health->impossible_times, &health->first_impossible, packet->number);
		packet->time = trace->newest;
		return;
	}
	packet->time = nanos_from_s(seconds) + fraction;
	if (packet->time < trace->newest)
		count_oddity(&health->backward_times, &health->first_backward, packet->number);
	trace->newest = packet->time;
}

static void take_bytes(struct trace *trace, const uint8_t *frame, size_t len, size_t wire_len,
		       struct trace_packet *packet)
{
	struct trace_health *health = &trace->health;
	int offset = link_ip_offset(trace->link_type, frame, len);

	if (len > wire_len || wire_len > WIRE_MAX) {
		count_oddity(&health->impossible_lengths, &health->first_impossible_length,
			     packet->number);
		wire_len = len;
	} else if (len < wire_len) {
		health->cut++;
	}
	packet->bytes = NULL;
	packet->len = packet->wire_len = 0;
	if (offset < 0)
		return;
	packet->bytes = frame + offset;
	packet->len = len - (size_t)offset;
	packet->wire_len = wire_len - (size_t)offset;
}

/* What to do where a capture ends before its file does. */
static const char *advice_for(const char *reason)
{
	if (strstr(reason, "truncated") != NULL)
		return "The file was cut off, or is still being written";
	if (strstr(reason, "different from the type of the first interface") != NULL)
		return "libpcap reads one link type a file: split it by interface, with "
		       "tshark -r FILE -Y frame.interface_id==0 -F pcap -w PART, and so on";
	if (strstr(reason, "snapshot length") != NULL)
		return "libpcap reads one snapshot length a file: split it by interface, with "
		       "tshark -r FILE -Y frame.interface_id==0 -F pcap -w PART, and so on";
	return "The file is damaged from here on";
}

static void stop_reading(struct trace *trace)
{
	struct trace_health *health = &trace->health;
	const char *reason = pcap_geterr(trace->pcap);

	snprintf(health->stopped, sizeof health->stopped,
		 "packet %" PRIu64 " cannot be read: %s. %s; the %" PRIu64
		 " packet%s before it %s used.",
		 health->packets + 1, reason, advice_for(reason), health->packets,
		 health->packets == 1 ? "" : "s", health->packets == 1 ? "is" : "are");
}

static bool next_frame(struct trace *trace, struct trace_packet *packet)
{
	const nanos second = nanos_from_s(1);
	struct trace_frame frame;

	if (!trace->frames.next(trace->frames.who, &frame))
		return false;
	trace->health.packets++;
	packet->number = frame.number;
	take_time(trace, frame.time / second, frame.time % second, packet);
	take_bytes(trace, frame.bytes, frame.len, frame.wire_len, packet);
	return true;
}

/* The newest packet, by an interface other than the one whose view is taken. */
static bool is_seen_elsewhere(const struct trace *trace)
{
	return trace->view != NULL && !viewpoint_takes(trace->view, trace->health.packets);
}

bool trace_next(struct trace *trace, struct trace_packet *packet)
{
	struct pcap_pkthdr *header;
	const uint8_t *frame;
	int got;

	if (is_of_frames(trace))
		return next_frame(trace, packet);
	if (trace->health.stopped[0] != '\0')
		return false;
	do {
		got = pcap_next_ex(trace->pcap, &header, &frame);
		trace->health.packets += got == 1;
	} while (got == 1 && is_seen_elsewhere(trace));
	if (got == PCAP_ERROR)
		stop_reading(trace);
	if (got != 1)
		return false;
	packet->number = trace->health.packets;
	/* The fraction is in nanoseconds, as asked for. */
	take_time(trace, header->ts.tv_sec, header->ts.tv_usec, packet);
	take_bytes(trace, frame, header->caplen, header->len, packet);
	return true;
}

const struct trace_health *trace_health(const struct trace *trace)
{
	return &trace->health;
}

const char *trace_name(const struct trace *trace)
{
	return trace->name;
}

static bool odd_one(struct error *sentence, const struct trace *trace, uint64_t first,
		    uint64_t count, const char *what, const char *done)
{
	if (count == 1)
		error_set(sentence, "%s: packet %" PRIu64 " %s; %s.", trace->name, first, what,
			  done);
	else
		error_set(sentence, "%s: packet %" PRIu64 " %s, and so do %" PRIu64 " more; %s.",
			  trace->name, first, what, count - 1, done);
	return true;
}

bool trace_complaint(const struct trace *trace, unsigned index, struct error *sentence)
{
	const struct trace_health *health = &trace->health;

	if (health->stopped[0] != '\0' && index-- == 0) {
		error_set(sentence, "%s: %s", trace->name, health->stopped);
		return true;
	}
	if (health->packets == 0 && health->stopped[0] == '\0' && index-- == 0) {
		error_set(sentence, "%s: there is no packet in it.", trace->name);
		return true;
	}
	if (trace->view != NULL && index-- == 0) {
		error_set(sentence,
			  "%s: tcplab wrote it as every host saw it, each packet where it was sent "
			  "and where it arrived; a connection is shown as one of its ends saw it.",
			  trace->name);
		return true;
	}
	if (health->impossible_times > 0 && index-- == 0)
		return odd_one(sentence, trace, health->first_impossible, health->impossible_times,
			       "has an impossible time",
			       "taken to be at the time of the packet before");
	if (health->backward_times > 0 && index-- == 0)
		return odd_one(sentence, trace, health->first_backward, health->backward_times,
			       "has an earlier time than the packet before it",
			       "shown in the order of the file, and time stands still there "
			       "(reordercap can sort a capture by time)");
	if (health->impossible_lengths > 0 && index-- == 0)
		return odd_one(sentence, trace, health->first_impossible_length,
			       health->impossible_lengths,
			       "claims an impossible number of bytes on the wire",
			       "it is taken to have had those that were captured");
	return false;
}
