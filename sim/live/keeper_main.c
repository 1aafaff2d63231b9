/* keeper_main.c — tcplab-keeper: see keeper.h. */
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "live/capture.h"
#include "live/keeper.h"
#include "live/last_words.h"

enum {
	/* Nothing is read until we are needed: what comes fills this, and the rest is dropped. */
	RING = 1 << 16,
	FRAME_MAX = 256, /* octets; of a longer one the headers are here */
	FRAMES = 4096,   /* that are in there at most */
};

struct link {
	pcap_t *pcap; /* NULL: through the device */
	struct address ours;
	uint16_t port;
};

/* ---- before ---- */

static bool read_words(struct link *link, int count, char **words, struct error *err)
{
	char *end;
	unsigned long port;

	if (count == 2)
		return true;
	if (count != 4)
		return error_set(err, "tcplab starts this program, and nobody else");
	if (!address_parse(&link->ours, words[2]))
		return error_set(err, "\"%s\" is no address", words[2]);
	port = strtoul(words[3], &end, 10);
	if (*end != '\0' || port > UINT16_MAX)
		return error_set(err, "\"%s\" is no port", words[3]);
	link->port = (uint16_t)port;
	return true;
}

static bool share(struct half_open **table, struct error *err)
{
	*table = half_open_map(KEEPER_TABLE);
	return *table != NULL ||
	       error_set(err, "no memory is shared with tcplab-keeper: %s", strerror(errno));
}

static bool open_link(struct link *link, const char *interface, struct error *err)
{
	const struct capture_setup setup = {.snap = FRAME_MAX, .ring = RING};
	char text[ADDRESS_TEXT_MAX];
	char filter[100];
	bool denied;

	link->pcap = capture_open(interface, &setup, &denied, err);
	if (link->pcap == NULL)
		return false;
	address_format(&link->ours, text);
	snprintf(filter, sizeof filter, "tcp and dst host %s", text);
	pcap_setdirection(link->pcap, PCAP_D_IN);
	return capture_filter(link->pcap, filter, err);
}

/* What is open stays so. In a user namespace there may be nobody else to be. */
static void stop_being_root(void)
{
	const struct passwd *nobody = getpwnam("nobody");

	if (geteuid() == 0 && nobody != NULL && setgroups(0, NULL) == 0 &&
	    setgid(nobody->pw_gid) == 0)
		(void)!setuid(nobody->pw_uid);
}

static bool answer(const struct error *err)
{
	size_t len = strlen(err->text) + 1;

	return send(KEEPER_CONTROL, err->text, len, 0) == (ssize_t)len && len == 1;
}

static void wait_for_the_end(void)
{
	char octet;
	ssize_t got;

	do {
		got = recv(KEEPER_CONTROL, &octet, sizeof octet, 0);
	} while (got > 0 || (got < 0 && errno == EINTR));
}

/* ---- after ---- */

static bool hear_device(const void *who, struct arrival *out)
{
	static uint8_t datagram[FRAME_MAX];
	ssize_t len = read(KEEPER_DEVICE, datagram, sizeof datagram);

	(void)who;
	*out = (struct arrival){.bytes = datagram, .len = len > 0 ? (size_t)len : 0};
	return len > 0;
}

static void say_to_device(const void *who, const uint8_t *link, const uint8_t *datagram, size_t len)
{
	(void)who;
	(void)link;
	(void)!write(KEEPER_DEVICE, datagram, len);
}

static bool hear(const void *who, struct arrival *out)
{
	static uint8_t copy[FRAME_MAX];
	const struct link *link = who;
	struct pcap_pkthdr *header;
	const u_char *bytes;

	while (pcap_next_ex(link->pcap, &header, &bytes) == 1) {
		if (header->caplen <= LINK_HEADER || header->caplen > sizeof copy)
			continue;
		memcpy(copy, bytes, header->caplen);
		*out = (struct arrival){.bytes = copy + LINK_HEADER,
					.link = copy,
					.len = header->caplen - LINK_HEADER};
		return true;
	}
	return false;
}

static void say(const void *who, const uint8_t *link, const uint8_t *datagram, size_t len)
{
	uint8_t frame[FRAME_MAX];

	if (len > sizeof frame - LINK_HEADER)
		return;
	memcpy(frame, link, LINK_HEADER);
	memcpy(frame + LINK_HEADER, datagram, len);
	pcap_inject(((const struct link *)who)->pcap, frame, LINK_HEADER + len);
}

static void speak_on_link(const struct link *link, const struct half_open *table)
{
	struct voice voice = {.in = pcap_get_selectable_fd(link->pcap),
			      .hear = hear,
			      .say = say,
			      .who = link,
			      .port = link->port};
	struct arrival old;

	/* What came when we were not needed was for them. */
	for (unsigned i = 0; i < FRAMES && hear(link, &old); i++)
		continue;
	voice.ours[link->ours.version == 6] = link->ours;
	last_words(&voice, table);
}

static void speak_through_device(const struct half_open *table)
{
	const struct voice voice = {
		.in = KEEPER_DEVICE, .hear = hear_device, .say = say_to_device, .for_all = true};

	last_words(&voice, table);
}

int main(int count, char **words)
{
	struct link link = {.pcap = NULL};
	struct half_open *table = NULL;
	struct error err = {.text = ""};

	if (read_words(&link, count, words, &err) && share(&table, &err) &&
	    (count == 2 || open_link(&link, words[1], &err)))
		stop_being_root();
	if (!answer(&err)) {
		fprintf(stderr, "tcplab-keeper: %s\n", err.text);
		return 1;
	}
	wait_for_the_end();
	if (link.pcap != NULL)
		speak_on_link(&link, table);
	else
		speak_through_device(table);
	return 0;
}
