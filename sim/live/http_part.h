/* http_part.h — what of the program speaks HTTP: a client (libcurl) and a server
 * of files (libmicrohttpd), each of which talks over a descriptor whose other
 * end is a connection of our own TCP.
 *
 * They and what they need in turn are some thirty shared objects. So this part
 * is a shared object of its own, tcplab-http.so, like the window's. */
#ifndef TCPLAB_LIVE_HTTP_PART_H
#define TCPLAB_LIVE_HTTP_PART_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/error.h"
#include "wire/address.h"

enum { HTTP_HOST_MAX = 256 };

struct http_place {
	char host[HTTP_HOST_MAX]; /* a name, or an address without brackets */
	uint16_t port;
};

struct http_fetch;
struct http_server;

struct http_part {
	/* Where a URL leads. False with a sentence where it is none. */
	bool (*read_url)(const char *url, struct http_place *out, struct error *err);
	/* Fetches it in a thread of its own; the body goes to `out`. *socket is the end where
	 * the server is to be, the caller's to close; −1: the thread did not get so far. */
	struct http_fetch *(*fetch)(const char *url, FILE *out, int *socket);
	/* Waits for it, and frees it. False with a sentence. */
	bool (*fetched)(struct http_fetch *fetch, struct error *err);

	/* Serves the files under `directory`. NULL with a sentence. */
	struct http_server *(*serve)(const char *directory, struct error *err);
	/* `socket` is a connection of a client's, and will be closed. */
	bool (*serve_one)(struct http_server *server, int socket, const struct endpoint *peer);
	void (*stop)(struct http_server *server);
};

/* For the program: the part, loaded by the first who asks. NULL with a sentence. */
const struct http_part *http_part(struct error *err);

/* For the part: what it has. */
extern const struct http_part tcplab_http_part;

/* http_get.c */
bool http_read_url(const char *url, struct http_place *out, struct error *err);
struct http_fetch *http_fetch(const char *url, FILE *out, int *socket);
bool http_fetched(struct http_fetch *fetch, struct error *err);

/* http_serve.c */
struct http_server *http_serve(const char *directory, struct error *err);
bool http_serve_one(struct http_server *server, int socket, const struct endpoint *peer);
void http_stop(struct http_server *server);

#endif
