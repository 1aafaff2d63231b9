/* command_live.c — tcplab live: our own TCP on a real network. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/nearest.h"
#include "live/http_part.h"
#include "live/socket_pair.h"
#include "live/resolve.h"
#include "source/profile_override.h"
#include "viz/cli.h"
#include "viz/command_live_replay.h"
#include "viz/command_live_tun.h"
#include "viz/live_session.h"
#include "viz/output.h"

/* ---- what was asked for ---- */

static bool read_port(const char *text, uint16_t *out, struct error *err)
{
	char *end;
	unsigned long port = strtoul(text, &end, 10);

	if (text[0] < '0' || text[0] > '9' || *end != '\0' || port < 1 || port > UINT16_MAX)
		return error_set(err, "\"%s\" is no port: it is a number from 1 to 65535", text);
	*out = (uint16_t)port;
	return true;
}

static bool set_profile(const struct args *args, struct profile *profile, struct error *err)
{
	profile_named(args->profile != NULL ? args->profile : "linux", profile);
	for (size_t i = 0; i < args->setting_count; i++) {
		if (!profile_override(profile, args->settings[i], err))
			return false;
	}
	return true;
}

static uint8_t version_wanted(const struct args *args)
{
	return args->ipv4 ? 4 : args->ipv6 ? 6 : 0;
}

/* ---- the network ---- */

static int run(struct live_session *s, const struct gate_request *request, const char *name)
{
	struct error err;

	s->way.request = *request;
	s->setup.actor.name = name;
	if (!set_profile(s->args, &s->setup.actor.profile, &err))
		return complain(STATUS_BAD_INPUT, err.text);
	return live_session_present(s);
}

static bool aim_at(const struct args *args, const char *host, struct gate_request *request,
		   struct error *err)
{
	return resolve(host, version_wanted(args), &request->remote.address, err);
}

/* ---- get ---- */

struct getting {
	const struct http_part *part;
	const char *url;
	FILE *out;
	struct http_fetch *fetch;
};

static bool plug_fetch(void *who, const struct endpoint *peer, struct plug *out)
{
	struct getting *g = who;
	int socket;

	(void)peer;
	g->fetch = g->part->fetch(g->url, g->out, &socket);
	*out = (struct plug){.in = socket, .out = socket};
	return socket >= 0;
}

static int finish_get(struct getting *g, const char *path, int status)
{
	struct error err;
	bool fetched = g->fetch == NULL || g->part->fetched(g->fetch, &err);
	bool written = output_finish(g->out, path, true, fetched ? &err : &(struct error){0});

	if (status != STATUS_FINE)
		return status; /* which says more than what came of it */
	return fetched && written ? STATUS_FINE : complain(STATUS_FAILED, err.text);
}

static int get(const struct args *args)
{
	const char *path = args->output != NULL ? args->output : "-";
	struct live_session s = {.args = args, .over_stdout = args->output == NULL};
	struct gate_request request = {.way = GATE_AUTO};
	struct getting g = {.out = NULL};
	struct http_place place;
	struct error err;
	char title[160];

	if (args->file_count != 2)
		return complain(STATUS_BAD_INPUT,
				"live get needs to know what: tcplab live get http://HOST/PAGE");
	g.url = args->files[1];
	g.part = http_part(&err);
	if (g.part == NULL || !g.part->read_url(g.url, &place, &err) ||
	    !aim_at(args, place.host, &request, &err))
		return complain(STATUS_BAD_INPUT, err.text);
	g.out = output_open(path, &err);
	if (g.out == NULL)
		return complain(STATUS_BAD_INPUT, err.text);
	request.remote.port = place.port;
	snprintf(title, sizeof title, "%.150s", g.url);
	s.title = title;
	s.setup.remote = request.remote;
	s.setup.most = 1;
	s.setup.plug = plug_fetch;
	s.setup.who = &g;
	return finish_get(&g, path, run(&s, &request, "client"));
}

/* ---- connect ---- */

static bool plug_stdio(void *who, const struct endpoint *peer, struct plug *out)
{
	(void)who;
	(void)peer;
	*out = (struct plug){.in = dup(STDIN_FILENO), .out = dup(STDOUT_FILENO)};
	return out->in >= 0 && out->out >= 0;
}

static int connect_to(const struct args *args)
{
	struct live_session s = {.args = args, .over_stdout = true, .is_stdio = true};
	struct gate_request request = {.way = GATE_AUTO, .stdin_is_ours = true};
	struct error err;
	char title[160];

	if (args->file_count != 3)
		return complain(STATUS_BAD_INPUT, "live connect needs to know whom: tcplab live "
						  "connect HOST PORT");
	if (!read_port(args->files[2], &request.remote.port, &err) ||
	    !aim_at(args, args->files[1], &request, &err))
		return complain(STATUS_BAD_INPUT, err.text);
	snprintf(title, sizeof title, "A connection to %s, port %u", args->files[1],
		 request.remote.port);
	s.title = title;
	s.setup.remote = request.remote;
	s.setup.most = 1;
	s.setup.plug = plug_stdio;
	return run(&s, &request, "client");
}

/* ---- replay ---- */

/* CAPTURE --to HOST PORT, or without that word. */
static bool read_aim(const struct args *args, const char **host, struct gate_request *request,
		     struct error *err)
{
	const char **files = args->files;
	size_t others = args->file_count - (args->to == NULL);

	if (others != 3)
		return error_set(err, "live replay needs to know what, and to whom: "
				      "tcplab live replay CAPTURE --to HOST PORT");
	*host = args->to != NULL ? args->to : files[2];
	return read_port(files[args->file_count - 1], &request->remote.port, err) &&
	       aim_at(args, *host, request, err);
}

static int replay_to(const struct args *args)
{
	struct live_session s = {.args = args, .told = live_replay_compare};
	struct gate_request request = {.way = GATE_AUTO};
	struct live_replay replay = {.reenactment = NULL};
	const char *host = NULL;
	struct error err;
	char title[160];
	int status;

	if (!read_aim(args, &host, &request, &err) ||
	    !acts_find(&replay.acts, args->files[1], args->conn, &err))
		return complain(STATUS_BAD_INPUT, err.text);
	snprintf(title, sizeof title, "The client of %.60s, at %.60s, port %u", args->files[1],
		 host, request.remote.port);
	s.title = title;
	s.setup.remote = request.remote;
	s.setup.most = 1;
	s.setup.plug = live_replay_plug;
	s.setup.who = &replay;
	status = run(&s, &request, "client");
	live_replay_end(&replay);
	return status;
}

/* ---- listen ---- */

/* What comes out of a pipe is what went in: the application of an echo. */
static bool plug_echo(void *who, const struct endpoint *peer, struct plug *out)
{
	int ends[2];

	(void)who;
	(void)peer;
	if (pipe(ends) != 0)
		return false;
	*out = (struct plug){.in = ends[0], .out = ends[1]};
	return true;
}

struct serving {
	const struct http_part *part;
	struct http_server *server;
};

static bool plug_server(void *who, const struct endpoint *peer, struct plug *out)
{
	struct serving *serving = who;
	int ends[2];

	if (!socket_pair(ends))
		return false;
	*out = (struct plug){.in = ends[0], .out = ends[0]};
	return serving->part->serve_one(serving->server, ends[1], peer);
}

static bool start_serving(struct serving *serving, const char *directory, struct error *err)
{
	serving->part = http_part(err);
	if (serving->part != NULL)
		serving->server = serving->part->serve(directory, err);
	return serving->server != NULL;
}

static int listen_at(const struct args *args)
{
	struct serving serving = {.server = NULL};
	int status;
	struct live_session s = {.args = args, .over_stdout = args->stdio, .is_stdio = args->stdio};
	struct gate_request request = {.way = GATE_AUTO};
	struct error err;
	char title[160];

	request.stdin_is_ours = args->stdio;
	if (args->file_count != 2)
		return complain(STATUS_BAD_INPUT,
				"live listen needs to know where: tcplab live listen PORT");
	if (!read_port(args->files[1], &request.local_port, &err))
		return complain(STATUS_BAD_INPUT, err.text);
	snprintf(title, sizeof title, "Whoever comes to port %u", request.local_port);
	s.title = title;
	s.setup.local.port = request.local_port;
	s.setup.most = args->once || args->stdio ? 1 : 0;
	s.setup.plug = args->stdio ? plug_stdio : plug_echo;
	if (args->serve != NULL) {
		if (!start_serving(&serving, args->serve, &err))
			return complain(STATUS_BAD_INPUT, err.text);
		s.setup.plug = plug_server;
		s.setup.who = &serving;
	}
	status = run(&s, &request, "server");
	if (serving.server != NULL)
		serving.part->stop(serving.server);
	return status;
}

/* ---- which ---- */

static const struct {
	const char *name;
	int (*command)(const struct args *args);
} kinds[] = {
	{"get", get},          {"connect", connect_to},   {"listen", listen_at},
	{"replay", replay_to}, {"tun", command_live_tun},
};

enum { KINDS = sizeof kinds / sizeof kinds[0] };

int command_live(const struct args *args)
{
	const char *names[KINDS];
	const char *meant;
	struct error err;

	for (unsigned i = 0; i < KINDS; i++) {
		names[i] = kinds[i].name;
		if (strcmp(args->files[0], names[i]) == 0)
			return kinds[i].command(args);
	}
	meant = nearest(args->files[0], names, KINDS);
	error_set(&err, "there is no \"tcplab live %s\": %s%s", args->files[0],
		  meant != NULL ? "did you mean " : "tcplab live --help says what there is",
		  meant != NULL ? meant : "");
	return complain(STATUS_BAD_INPUT, err.text);
}
