#include "tests/recorder.h"

struct endpoint run_endpoint(int host, uint16_t port)
{
	return (struct endpoint){
		.address = {.bytes = {10, 0, 0, (uint8_t)(host + 1)}, .version = 4},
		.port = port,
	};
}

struct run run_begin(void)
{
	struct recording_info info = {.title = "A title", .seed = 7};
	struct run run = {.r = recording_new(&info)};
	struct endpoint a = run_endpoint(A, 1000);
	struct endpoint b = run_endpoint(B, 80);

	for (int i = A; i <= C; i++) {
		struct host_record host = {.name = {(char)('A' + i)},
					   .addresses = {run_endpoint(i, 0).address}};

		recording_add_host(run.r, &host);
	}
	run.conn[A] = recording_add_conn(run.r, A, &a, &b);
	run.conn[B] = recording_add_conn(run.r, B, &b, &a);
	return run;
}

struct event run_event(int ms, uint8_t host, enum event_kind kind)
{
	return event_at(nanos_from_ms(ms), host, kind);
}

uint32_t run_add(const struct run *run, int ms, uint8_t host, enum event_kind kind)
{
	struct event event = run_event(ms, host, kind);

	event.conn = host < C ? run->conn[host] : EVENT_NONE;
	return recording_add(run->r, &event);
}

uint32_t run_add_about(const struct run *run, int ms, uint8_t host, enum event_kind kind,
		       uint32_t packet)
{
	struct event event = run_event(ms, host, kind);

	event.packet = packet;
	return recording_add(run->r, &event);
}

struct packet_record run_packet(const struct run *run, uint8_t host, uint32_t seq, uint32_t len,
				unsigned flags)
{
	struct endpoint src = run_endpoint(host, host == A ? 1000 : 80);
	struct endpoint dst = run_endpoint(!host, host == A ? 80 : 1000);

	return (struct packet_record){
		.packet = {.src = src.address,
			   .dst = dst.address,
			   .tcp = {.src_port = src.port,
				   .dst_port = dst.port,
				   .seq = seq_of(seq),
				   .len = len,
				   .flags = (uint16_t)flags}},
		.offset = -1,
		.conn = run->conn[host],
		.copy_of = EVENT_NONE,
		.host = host,
	};
}

uint32_t run_send(const struct run *run, int ms, uint8_t host, uint32_t seq, uint32_t len,
		  unsigned flags)
{
	struct packet_record packet = run_packet(run, host, seq, len, flags);
	struct event event = run_event(ms, host, EVENT_SEND);

	event.conn = run->conn[host];
	return recording_add_packet(run->r, &packet, &event);
}

uint32_t run_turn(const struct run *run, uint32_t event)
{
	return recording_event(run->r, event).turn;
}

uint32_t run_cause(const struct run *run, uint32_t event)
{
	return recording_event(run->r, event).cause;
}

struct packet_record run_packet_at(const struct run *run, uint32_t n)
{
	struct packet_record packet;

	recording_packet(run->r, n, &packet);
	return packet;
}
