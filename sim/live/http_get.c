/* http_get.c — fetches a page over a descriptor, whose other end is a connection. */
#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "live/http_part.h"
#include "record/memory.h"

enum { PATH_SIZE = sizeof((struct sockaddr_un *)NULL)->sun_path, PATIENCE_MS = 5000 };

struct http_fetch {
	CURL *curl;
	pthread_t thread;
	FILE *out;
	int unwritten; /* errno, where `out` did not take all; 0 */
	CURLcode result;
	struct error moved; /* where the page is instead, or nothing */
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
		fine = out->port != 0;
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

/* curl connects by itself, and be it to a socket of this process. That is in a directory which
 * nobody else can enter, and both go when curl is there: whoever connects is curl. */
struct meeting_place {
	int listener;
	char directory[PATH_SIZE - sizeof "/curl"];
	char path[PATH_SIZE];
};

static bool listen_at(const char *path, int listener)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	memcpy(address.sun_path, path, strlen(path));
	return listener >= 0 &&
	       bind(listener, (const struct sockaddr *)&address, sizeof address) == 0 &&
	       listen(listener, 1) == 0;
}

static void leave(struct meeting_place *place)
{
	if (place->listener >= 0)
		close(place->listener);
	unlink(place->path);
	rmdir(place->directory);
}

static bool make_directory(struct meeting_place *place)
{
	const char *const parents[] = {getenv("TMPDIR"), "/tmp"};

	for (unsigned i = 0; i < 2; i++) {
		if (parents[i] == NULL || strlen(parents[i]) > PATH_SIZE / 2)
			continue;
		snprintf(place->directory, sizeof place->directory, "%s/tcplab-XXXXXX", parents[i]);
		if (mkdtemp(place->directory) != NULL)
			return true;
	}
	return false;
}

static bool meet_curl(struct meeting_place *place)
{
	place->listener = -1;
	if (!make_directory(place))
		return false;
	snprintf(place->path, sizeof place->path, "%s/curl", place->directory);
	place->listener = socket(AF_UNIX, SOCK_STREAM, 0);
	if (listen_at(place->path, place->listener))
		return true;
	leave(place);
	return false;
}

static int accept_curl(struct meeting_place *place)
{
	struct pollfd wait = {.fd = place->listener, .events = POLLIN};
	int socket = poll(&wait, 1, PATIENCE_MS) > 0 ? accept(place->listener, NULL, NULL) : -1;

	leave(place);
	if (socket >= 0)
		fcntl(socket, F_SETFD, FD_CLOEXEC);
	return socket;
}

static size_t write_body(char *octets, size_t one, size_t len, void *who)
{
	struct http_fetch *fetch = who;
	size_t put = fwrite(octets, one, len, fetch->out);

	if (put < len)
		fetch->unwritten = errno;
	return put;
}

/* Another page than the one that was asked for would be another connection. */
static void look_for_redirection(struct http_fetch *fetch)
{
	char *url = NULL;
	long code = 0;

	curl_easy_getinfo(fetch->curl, CURLINFO_RESPONSE_CODE, &code);
	curl_easy_getinfo(fetch->curl, CURLINFO_REDIRECT_URL, &url);
	if (url != NULL)
		error_set(&fetch->moved,
			  "the page is elsewhere, says the server (%ld): tcplab live get %s", code,
			  url);
}

static void *run(void *who)
{
	struct http_fetch *fetch = who;

	fetch->result = curl_easy_perform(fetch->curl);
	look_for_redirection(fetch);
	/* Our application is done with the connection when curl is with its socket. */
	curl_easy_cleanup(fetch->curl);
	return NULL;
}

struct http_fetch *http_fetch(const char *url, FILE *out, int *socket)
{
	struct http_fetch *fetch = memory_get(sizeof *fetch);
	CURL *curl = curl_easy_init();
	struct meeting_place place;
	bool met = meet_curl(&place);

	*fetch = (struct http_fetch){.curl = curl, .out = out};
	curl_easy_setopt(curl, CURLOPT_URL, url);
	curl_easy_setopt(curl, CURLOPT_DEFAULT_PROTOCOL, "http");
	curl_easy_setopt(curl, CURLOPT_UNIX_SOCKET_PATH, met ? place.path : "/");
	curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(curl, CURLOPT_USERAGENT, "tcplab");
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	curl_easy_setopt(curl, CURLOPT_FORBID_REUSE, 1L);
	curl_easy_setopt(curl, CURLOPT_FAILONERROR, 1L);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, write_body);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, fetch);
	curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, fetch->problem);
	pthread_create(&fetch->thread, NULL, run, fetch);
	*socket = met ? accept_curl(&place) : -1;
	return fetch;
}

static bool tell(const struct http_fetch *fetch, struct error *err)
{
	if (fetch->unwritten != 0)
		return error_set(err, "the page cannot be written to its end: %s",
				 strerror(fetch->unwritten));
	/* What curl keeps of one line is limited; memory is not what is short. */
	if (fetch->result == CURLE_OUT_OF_MEMORY)
		return error_set(err,
				 "the page was not fetched: the server's answer begins with a line "
				 "that has no end");
	if (fetch->result != CURLE_OK)
		return error_set(err, "the page was not fetched: %s",
				 fetch->problem[0] != '\0' ? fetch->problem
							   : curl_easy_strerror(fetch->result));
	if (fetch->moved.text[0] != '\0')
		return error_set(err, "%s", fetch->moved.text);
	return true;
}

bool http_fetched(struct http_fetch *fetch, struct error *err)
{
	bool fine;

	pthread_join(fetch->thread, NULL);
	fine = tell(fetch, err);
	free(fetch);
	return fine;
}
