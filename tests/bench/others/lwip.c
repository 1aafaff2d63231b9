/* lwip.c — the work of work_memory.c, two ends face to face, done by lwIP: for
 * a comparison, where liblwip-dev is installed.
 *
 * Both ends live in one stack, each on an interface of its own; what one
 * interface sends is copied, as a driver would, and is input of the other.
 * Checksums are written and verified. Prints CPU time in nanoseconds and how
 * many octets arrived.
 *
 * Debian's library is built for a segment of 1460 octets, so there is no
 * larger datagram to compare. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "lwip/init.h"
#include "lwip/netif.h"
#include "lwip/pbuf.h"
#include "lwip/tcp.h"
#include "lwip/timeouts.h"

enum { OCTETS = 500000000, SAID_AT_ONCE = 65536, QUEUE = 4096, PORT = 80 };

/* On its way to an interface. */
struct queue {
	struct pbuf *at[QUEUE];
	unsigned first;
	unsigned count;
};

static struct netif interfaces[2];
static struct queue queues[2];
static uint8_t text[SAID_AT_ONCE];
static uint64_t said;
static uint64_t arrived;

static int64_t cpu_time(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * INT64_C(1000000000) +
	       (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * INT64_C(1000);
}

/* ---- the wire ---- */

static err_t transmit(struct netif *from, struct pbuf *p, const ip4_addr_t *to)
{
	struct queue *queue = &queues[from == &interfaces[0]];
	struct pbuf *copy = pbuf_clone(PBUF_RAW, PBUF_RAM, p);

	(void)to;
	if (copy == NULL || queue->count == QUEUE)
		abort();
	queue->at[(queue->first + queue->count++) % QUEUE] = copy;
	return ERR_OK;
}

static err_t prepare(struct netif *interface)
{
	interface->output = transmit;
	interface->mtu = 1500;
	return ERR_OK;
}

static void add_interface(int number)
{
	ip4_addr_t address;
	ip4_addr_t mask;
	ip4_addr_t gateway;

	IP4_ADDR(&address, 10, 0, number, 1);
	IP4_ADDR(&mask, 255, 255, 255, 0);
	IP4_ADDR(&gateway, 0, 0, 0, 0);
	if (netif_add(&interfaces[number], &address, &mask, &gateway, NULL, prepare, ip_input) ==
	    NULL)
		abort();
	netif_set_up(&interfaces[number]);
	netif_set_link_up(&interfaces[number]);
}

/* True where something was on its way. */
static bool carry(int to)
{
	struct queue *queue = &queues[to];
	struct pbuf *p;

	if (queue->count == 0)
		return false;
	p = queue->at[queue->first];
	queue->first = (queue->first + 1) % QUEUE;
	queue->count--;
	if (interfaces[to].input(p, &interfaces[to]) != ERR_OK)
		abort();
	return true;
}

/* ---- the ends ---- */

static err_t received(void *who, struct tcp_pcb *pcb, struct pbuf *p, err_t err)
{
	(void)who;
	if (p == NULL || err != ERR_OK)
		abort();
	arrived += p->tot_len;
	tcp_recved(pcb, p->tot_len);
	pbuf_free(p);
	return ERR_OK;
}

static err_t accepted(void *who, struct tcp_pcb *pcb, err_t err)
{
	(void)who;
	(void)err;
	tcp_recv(pcb, received);
	return ERR_OK;
}

static void say(struct tcp_pcb *pcb)
{
	while (said < OCTETS && tcp_sndbuf(pcb) > 0) {
		uint64_t len = OCTETS - said;

		if (len > tcp_sndbuf(pcb))
			len = tcp_sndbuf(pcb);
		if (tcp_write(pcb, text, (uint16_t)len, TCP_WRITE_FLAG_COPY) != ERR_OK)
			break;
		said += len;
	}
}

static err_t may_say_more(void *who, struct tcp_pcb *pcb, uint16_t len)
{
	(void)who;
	(void)len;
	say(pcb);
	return ERR_OK;
}

static err_t connected(void *who, struct tcp_pcb *pcb, err_t err)
{
	(void)who;
	(void)err;
	say(pcb);
	tcp_output(pcb);
	return ERR_OK;
}

static void open_both(void)
{
	struct tcp_pcb *server = tcp_new_ip_type(IPADDR_TYPE_V4);
	struct tcp_pcb *client = tcp_new_ip_type(IPADDR_TYPE_V4);

	tcp_bind_netif(server, &interfaces[1]);
	tcp_bind_netif(client, &interfaces[0]);
	if (tcp_bind(server, &interfaces[1].ip_addr, PORT) != ERR_OK ||
	    (server = tcp_listen(server)) == NULL ||
	    tcp_bind(client, &interfaces[0].ip_addr, 0) != ERR_OK)
		abort();
	tcp_accept(server, accepted);
	tcp_sent(client, may_say_more);
	if (tcp_connect(client, &interfaces[1].ip_addr, PORT, connected) != ERR_OK)
		abort();
}

int main(void)
{
	int64_t before;

	lwip_init();
	for (int i = 0; i < 2; i++)
		add_interface(i);
	before = cpu_time();
	open_both();
	while (arrived < OCTETS) {
		bool moved = carry(0);

		/* Time is the real one here: with nothing under way, timers are due. */
		if (!carry(1) && !moved)
			sys_check_timeouts();
	}
	printf("%lld %llu 0\n", (long long)(cpu_time() - before), (unsigned long long)arrived);
	return 0;
}
