/* http_serve.c — a server of the files in a directory, for connections that are
 * made elsewhere. What lies outside of the directory it does not see. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "live/http_part.h"
#include "record/memory.h"

struct http_server {
	struct MHD_Daemon *daemon;
	int directory;
};

/* ---- answers ---- */

static enum MHD_Result say(struct MHD_Connection *connection, unsigned status, const char *text)
{
	struct MHD_Response *response =
		MHD_create_response_from_buffer(strlen(text), (void *)text, MHD_RESPMEM_PERSISTENT);
	enum MHD_Result result = MHD_queue_response(connection, status, response);

	MHD_destroy_response(response);
	return result;
}

/* No way leads up, and none through a link. */
static bool is_inside(const char *path)
{
	return path[0] != '/' && strcmp(path, "..") != 0 && strncmp(path, "../", 3) != 0 &&
	       strstr(path, "/../") == NULL &&
	       (strlen(path) < 3 || strcmp(path + strlen(path) - 3, "/..") != 0);
}

/* `path` below the directory, one name after the other, as O_NOFOLLOW is about the last alone. */
static int open_below(int directory, const char *path)
{
	enum { TO_READ = O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK };
	int at = dup(directory);
	const char *slash;
	int fd;

	while (at >= 0 && (slash = strchr(path, '/')) != NULL) {
		char name[NAME_MAX + 1];

		snprintf(name, sizeof name, "%.*s", (int)(slash - path), path);
		fd = slash - path > NAME_MAX ? -1 : openat(at, name, TO_READ | O_DIRECTORY);
		close(at);
		at = fd;
		path = slash + strspn(slash, "/");
	}
	fd = at >= 0 ? openat(at, path, TO_READ) : -1;
	if (at >= 0)
		close(at);
	return fd;
}

static int open_file(const struct http_server *server, const char *url, struct stat *stat)
{
	const char *path = url + strspn(url, "/");
	char index[4096];
	int fd;

	if (path[0] == '\0' || path[strlen(path) - 1] == '/') {
		snprintf(index, sizeof index, "%sindex.html", path);
		path = index;
	}
	if (!is_inside(path))
		return -1;
	fd = open_below(server->directory, path);
	if (fd >= 0 && (fstat(fd, stat) != 0 || !S_ISREG(stat->st_mode))) {
		close(fd);
		return -1;
	}
	return fd;
}

static enum MHD_Result answer(void *who, struct MHD_Connection *connection, const char *url,
			      const char *method, const char *version, const char *upload,
			      size_t *upload_len, void **state)
{
	const struct http_server *server = who;
	struct MHD_Response *response;
	enum MHD_Result result;
	struct stat stat;
	int fd;

	(void)version;
	(void)upload;
	(void)upload_len;
	(void)state;
	if (strcmp(method, MHD_HTTP_METHOD_GET) != 0 && strcmp(method, MHD_HTTP_METHOD_HEAD) != 0)
		return say(connection, MHD_HTTP_METHOD_NOT_ALLOWED, "Only GET and HEAD.\n");
	fd = open_file(server, url, &stat);
	if (fd < 0)
		return say(connection, MHD_HTTP_NOT_FOUND, "There is no such file.\n");
	response = MHD_create_response_from_fd64((uint64_t)stat.st_size, fd);
	result = MHD_queue_response(connection, MHD_HTTP_OK, response);
	MHD_destroy_response(response);
	return result;
}

/* ---- beginning and end ---- */

struct http_server *http_serve(const char *directory, struct error *err)
{
	struct http_server *server = memory_get(sizeof *server);

	server->directory = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (server->directory < 0) {
		error_set(err, "%s: its files can't be served: %s", directory, strerror(errno));
		free(server);
		return NULL;
	}
	server->daemon = MHD_start_daemon(MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_POLL |
						  MHD_USE_NO_LISTEN_SOCKET | MHD_USE_ITC,
					  0, NULL, NULL, answer, server, MHD_OPTION_END);
	if (server->daemon != NULL)
		return server;
	error_set(err, "the server of files can't be started");
	close(server->directory);
	free(server);
	return NULL;
}

bool http_serve_one(struct http_server *server, int socket, const struct endpoint *peer)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(peer->port)};

	/* It wants an address for its log; which one makes no difference. */
	return MHD_add_connection(server->daemon, socket, (struct sockaddr *)&address,
				  sizeof address) == MHD_YES;
}

void http_stop(struct http_server *server)
{
	MHD_stop_daemon(server->daemon);
	close(server->directory);
	free(server);
}
