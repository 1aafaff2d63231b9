/* drill_info.c — what the kernel says of a connection, of all connections, and what it is
 * told by sysctls. */
#include <asm/socket.h>
#include <ctype.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "live/drill_inside.h"

/* ---- tcpi_… ---- */

static const struct {
	const char *name;
	uint16_t offset;
	uint16_t size;
} fields[] = {
#define FIELD(name)                                                                                \
	{                                                                                          \
		"tcpi_" #name, offsetof(struct tcp_info, tcpi_##name),                             \
			sizeof(((struct tcp_info *)0)->tcpi_##name)                                \
	}
	FIELD(state),
	FIELD(ca_state),
	FIELD(retransmits),
	FIELD(probes),
	FIELD(backoff),
	FIELD(options),
	FIELD(rto),
	FIELD(ato),
	FIELD(snd_mss),
	FIELD(rcv_mss),
	FIELD(unacked),
	FIELD(sacked),
	FIELD(lost),
	FIELD(retrans),
	FIELD(fackets),
	FIELD(last_data_sent),
	FIELD(last_ack_sent),
	FIELD(last_data_recv),
	FIELD(last_ack_recv),
	FIELD(pmtu),
	FIELD(rcv_ssthresh),
	FIELD(rtt),
	FIELD(rttvar),
	FIELD(snd_ssthresh),
	FIELD(snd_cwnd),
	FIELD(advmss),
	FIELD(reordering),
	FIELD(rcv_rtt),
	FIELD(rcv_space),
	FIELD(total_retrans),
	FIELD(pacing_rate),
	FIELD(max_pacing_rate),
	FIELD(bytes_acked),
	FIELD(bytes_received),
	FIELD(segs_out),
	FIELD(segs_in),
	FIELD(notsent_bytes),
	FIELD(min_rtt),
	FIELD(data_segs_in),
	FIELD(data_segs_out),
	FIELD(delivery_rate),
	FIELD(busy_time),
	FIELD(rwnd_limited),
	FIELD(sndbuf_limited),
	FIELD(delivered),
	FIELD(delivered_ce),
	FIELD(bytes_sent),
	FIELD(bytes_retrans),
	FIELD(dsack_dups),
	FIELD(reord_seen),
	FIELD(rcv_ooopack),
	FIELD(snd_wnd),
#undef FIELD
	/* What kernels since 6.2 tell behind that, and the headers of older ones do not name. */
	{"tcpi_rcv_wnd", 232, 4},
	{"tcpi_rehash", 236, 4},
	{"tcpi_total_rto", 240, 2},
	{"tcpi_total_rto_recoveries", 242, 2},
	{"tcpi_total_rto_time", 244, 4},
};

enum { TCP_INFO_LATER = 64 }; /* octets that such a kernel may have more */

static int64_t number_at(const uint8_t *at, unsigned size)
{
	uint8_t octet;
	uint16_t half_word;
	uint32_t word;
	uint64_t two_words;

	switch (size) {
	case 1: memcpy(&octet, at, 1); return octet;
	case 2: memcpy(&half_word, at, 2); return half_word;
	case 4: memcpy(&word, at, 4); return word;
	default: memcpy(&two_words, at, 8); return (int64_t)two_words;
	}
}

/* SK_MEMINFO_…, as SO_MEMINFO has them in a row. */
static bool memory_info(int socket, const char *name, int64_t *value)
{
	static const char *const names[] = {"RMEM_ALLOC", "RCVBUF",    "WMEM_ALLOC",
					    "SNDBUF",     "FWD_ALLOC", "WMEM_QUEUED",
					    "OPTMEM",     "BACKLOG",   "DROPS"};
	uint32_t numbers[sizeof names / sizeof names[0]];
	socklen_t len = sizeof numbers;

	if (strncmp(name, "SK_MEMINFO_", 11) != 0 ||
	    getsockopt(socket, SOL_SOCKET, SO_MEMINFO, numbers, &len) != 0)
		return false;
	for (size_t i = 0; i < len / sizeof numbers[0]; i++) {
		*value = numbers[i];
		if (strcmp(name + 11, names[i]) == 0)
			return true;
	}
	return false;
}

bool kernel_info(const struct drill_kernel *k, const char *name, int64_t *value)
{
	uint8_t all[sizeof(struct tcp_info) + TCP_INFO_LATER];
	struct tcp_info info;
	socklen_t len = sizeof all;

	memset(all, 0, sizeof all);
	if (k->newest < 0 || getsockopt(k->newest, IPPROTO_TCP, TCP_INFO, all, &len) != 0)
		return false;
	memcpy(&info, all, sizeof info);
	if (memory_info(k->newest, name, value))
		return true;
	/* These are of some bits each, and have no address. */
	if (strcmp(name, "tcpi_fastopen_client_fail") == 0) {
		*value = info.tcpi_fastopen_client_fail;
		return true;
	}
	if (strcmp(name, "tcpi_snd_wscale") == 0 || strcmp(name, "tcpi_rcv_wscale") == 0) {
		*value = name[5] == 's' ? info.tcpi_snd_wscale : info.tcpi_rcv_wscale;
		return true;
	}
	for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
		if (strcmp(fields[i].name, name) != 0 || fields[i].offset >= len)
			continue;
		*value = number_at(all + fields[i].offset, fields[i].size);
		return true;
	}
	return false;
}

/* ---- all connections ---- */

/* As /proc/net/tcp numbers them, and as ss and sockstat call them. */
static const struct {
	const char *name;
	unsigned number;
} states[] = {
	{"ESTAB", 1},      {"ESTABLISHED", 1}, {"SYN-SENT", 2},   {"SYN_SENT", 2},
	{"SYN-RECV", 3},   {"SYN_RECV", 3},    {"SYN_RCVD", 3},   {"FIN-WAIT-1", 4},
	{"FIN_WAIT_1", 4}, {"FIN-WAIT-2", 5},  {"FIN_WAIT_2", 5}, {"TIME-WAIT", 6},
	{"TIME_WAIT", 6},  {"CLOSED", 7},      {"CLOSE-WAIT", 8}, {"CLOSE_WAIT", 8},
	{"LAST-ACK", 9},   {"LAST_ACK", 9},    {"LISTEN", 10},    {"CLOSING", 11},
};

static int64_t count_in(const char *table, unsigned number)
{
	char line[256];
	int64_t count = 0;
	FILE *f = fopen(table, "r");

	while (f != NULL && fgets(line, sizeof line, f) != NULL) {
		unsigned state;

		count += sscanf(line, "%*d: %*[0-9A-F]:%*x %*[0-9A-F]:%*x %x", &state) == 1 &&
			 state == number;
	}
	if (f != NULL)
		fclose(f);
	return count;
}

int64_t kernel_count_in_state(const char *state)
{
	for (size_t i = 0; i < sizeof states / sizeof states[0]; i++)
		if (strcmp(states[i].name, state) == 0)
			return count_in("/proc/self/net/tcp", states[i].number) +
			       count_in("/proc/self/net/tcp6", states[i].number);
	return -1;
}

/* ---- sysctls ---- */

/* Of TCP alone, and with nothing in its name that leads elsewhere. */
static bool may_be_set(const char *name)
{
	if (strncmp(name, "net.ipv4.tcp_", 13) != 0 && strncmp(name, "net.core.", 9) != 0)
		return false;
	for (const char *at = name; *at != '\0'; at++) {
		bool dot_in_order = *at == '.' && at[1] != '.' && at[1] != '\0';

		if (!islower((unsigned char)*at) && !isdigit((unsigned char)*at) && *at != '_' &&
		    !dot_in_order)
			return false;
	}
	return true;
}

/* What cannot be set may be so all the same. */
static bool has_already(const char *path, const char *value)
{
	char line[128] = "";
	FILE *f = fopen(path, "r");

	if (f == NULL)
		return false;
	if (fgets(line, sizeof line, f) != NULL)
		line[strcspn(line, "\n")] = '\0';
	fclose(f);
	return strcmp(line, value) == 0;
}

bool kernel_sysctl(const char *name, const char *value)
{
	char path[160];
	FILE *f;
	bool fine;

	if (!may_be_set(name) || strlen(name) > 100)
		return false;
	snprintf(path, sizeof path, "/proc/sys/%s", name);
	for (char *at = path; *at != '\0'; at++)
		if (*at == '.')
			*at = '/';
	f = fopen(path, "w");
	fine = f != NULL && fputs(value, f) >= 0;
	fine = f != NULL && fclose(f) == 0 && fine;
	return fine || has_already(path, value);
}

/* A namespace may not have for its own what an administrator has not allowed everybody, but each
 * of its sockets may ask for it. */
bool kernel_congestion(struct drill_kernel *k, const char *name)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_TCP);
	socklen_t len = (socklen_t)strlen(name);
	bool fine = fd >= 0 && len < sizeof k->congestion &&
		    setsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, name, len) == 0;

	if (fd >= 0)
		close(fd);
	if (fine)
		snprintf(k->congestion, sizeof k->congestion, "%s", name);
	return fine;
}
