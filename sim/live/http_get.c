/* http_get.c — fetches a page over a descriptor, whose other end is a connection. */
#define _GNU_SOURCE /* accept4(), struct ucred */

#include <curl/curl.h>
#include <poll.h>
#include <pthread.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "live/http_part.h"
#include "record/memory.h"

enum { NAME_SIZE = sizeof((struct sockaddr_un *)NULL)->sun_path, PATIENCE_MS = 5000 };

struct http_fetch {
	CURL *curl;
	pthread_t thread;
	CURLcode result;
	char problem[CURL_ERROR_SIZE];
};

/* ---- where it leads ---- */

static bool read_parts(CURLU *url, struct http_place *out)
{
	char *host = NULL;
	char *port = NULL;
	char *scheme = NULL;
	bool fine = curl_url_get(url, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
		    curl_url_get(url, CURLUPART_HOST, &host, 0) == CURLUE_OK &&
		    curl_url_get(url, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT) == CURLUE_OK &&
		    (strcmp(scheme, "http") == 0 || strcmp(scheme, "https") == 0);

	if (fine) {
		size_t len = strlen(host);
		bool bare = host[0] == '[' && len > 2; /* an IPv6 address */

		snprintf(out->host, sizeof out->host, "%.*s", (int)(bare ? len - 2 : len),
			 bare ? host + 1 : host);
		out->port = (uint16_t)strtoul(port, NULL, 10);
	}
	curl_free(host);
	curl_free(port);
	curl_free(scheme);
	return fine;
}

bool http_read_url(const char *url, struct http_place *out, struct error *err)
{
	CURLU *parts = curl_url();
	bool fine = curl_url_set(parts, CURLUPART_URL, url, CURLU_GUESS_SCHEME) == CURLUE_OK &&
		    read_parts(parts, out);

	curl_url_cleanup(parts);
	return fine ||
	       error_set(err, "\"%s\" is no URL of a page: it looks like http://host/path", url);
}

/* ---- fetching ---- */

/* curl connects by itself, and be it to a socket of this process. Its name is
 * nobody else's: whoever connects is curl. */
static int listen_for_curl(char name[NAME_SIZE])
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	socklen_t len = sizeof address;

	/* Without a name it gets a free one in the abstract namespace. */
	if (listener < 0 ||
	    bind(listener, (struct sockaddr *)&address, sizeof address.sun_family) != 0 ||
	    listen(listener, 1) != 0 ||
	    getsockname(listener, (struct sockaddr *)&address, &len) != 0) {
		if (listener >= 0)
			close(listener);
		return -1;
	}
	len -= (socklen_t)offsetof(struct sockaddr_un, sun_path) + 1;
	memcpy(name, address.sun_path + 1, len);
	name[len] = '\0';
	return listener;
}

static bool is_ours(int socket)
{
	struct ucred peer;
	socklen_t len = sizeof peer;

	return getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &len) == 0 &&
	       peer.pid == getpid();
}

static int accept_curl(int listener)
{
	struct pollfd wait = {.fd = listener, .events = POLLIN};
	int socket = -1;

	while (socket < 0 && poll(&wait, 1, PATIENCE_MS) > 0) {
		socket = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
		if (socket >= 0 && !is_ours(socket)) {
			close(socket);
			socket = -1;
		}
	}
	close(listener);
	return socket;
}

static void *run(void *who)
{
	struct http_fetch *fetch = who;

	fetch->result = curl_easy_perform(fetch->curl);
	/* Our application is done with the connection when curl is with its socket. */
	curl_easy_cleanup(fetch->curl);
	return NULL;
}

struct http_fetch *http_fetch(const char *url, FILE *out, int *socket)
{
	struct http_fetch *fetch = memory_get(sizeof *fetch);
	CURL *curl = curl_easy_init();
	char name[NAME_SIZE] = "";
	int listener = listen_for_curl(name);

	*fetch = (struct http_fetch){.curl = curl};
	curl_easy_setopt(curl, CURLOPT_URL, url);
	curl_easy_setopt(curl, CURLOPT_DEFAULT_PROTOCOL, "http");
	curl_easy_setopt(curl, CURLOPT_ABSTRACT_UNIX_SOCKET, name);
	curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(curl, CURLOPT_USERAGENT, "tcplab");
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	curl_easy_setopt(curl, CURLOPT_FORBID_REUSE, 1L);
	curl_easy_setopt(curl, CURLOPT_FAILONERROR, 1L);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, out);
	curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, fetch->problem);
	pthread_create(&fetch->thread, NULL, run, fetch);
	*socket = listener >= 0 ? accept_curl(listener) : -1;
	return fetch;
}

bool http_fetched(struct http_fetch *fetch, struct error *err)
{
	bool fine;

	pthread_join(fetch->thread, NULL);
	fine = fetch->result == CURLE_OK;
	if (!fine)
		error_set(err, "the page was not fetched: %s",
			  fetch->problem[0] != '\0' ? fetch->problem
						    : curl_easy_strerror(fetch->result));
	free(fetch);
	return fine;
}
