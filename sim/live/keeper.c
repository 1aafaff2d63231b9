#include "live/keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "live/socket_pair.h"

enum { DESCRIPTORS = 1024 }; /* that we may have open, and it need not */

/* In a session of its own: what ends us, ^C or a killed group, spares it. Nobody waits for it at
 * the end of a pipe of ours. */
static void become_keeper(const char *path, char *const words[], const int passed[3])
{
	static const int places[] = {KEEPER_CONTROL, KEEPER_TABLE, KEEPER_DEVICE};
	int nothing = open("/dev/null", O_RDWR);
	int there[3];

	setsid();
	dup2(nothing, STDOUT_FILENO);
	dup2(nothing, STDERR_FILENO);
	/* None may lie where another one goes. */
	for (unsigned i = 0; i < 3; i++)
		there[i] = fcntl(passed[i], F_DUPFD, KEEPER_DEVICE + 1);
	close(KEEPER_DEVICE);
	for (unsigned i = 0; i < 3; i++)
		dup2(there[i], places[i]);
	for (int fd = KEEPER_DEVICE + 1; fd < DESCRIPTORS; fd++)
		close(fd);
	execv(path, words);
	_exit(127);
}

/* A file that has no name: whoever has its descriptor has its memory. */
static FILE *make_table(struct half_open **table)
{
	FILE *file = tmpfile();

	if (file == NULL || ftruncate(fileno(file), sizeof **table) != 0)
		*table = NULL;
	else
		*table = half_open_map(fileno(file));
	return file;
}

static bool launch(struct keeper *keeper, const char *path, char *const words[], FILE *table,
		   int device, struct error *err)
{
	int ends[2];

	if (keeper->table == NULL)
		return error_set(err, "no memory can be shared with tcplab-keeper: %s",
				 strerror(errno));
	if (!socket_pair(ends))
		return error_set(err, "no socket pair: %s", strerror(errno));
	keeper->pid = fork();
	if (keeper->pid == 0)
		become_keeper(path, words, (const int[]){ends[1], fileno(table), device});
	close(ends[1]);
	keeper->control = ends[0];
	if (keeper->pid > 0)
		return true;
	close(ends[0]);
	keeper->pid = 0;
	return error_set(err, "no process for tcplab-keeper: %s", strerror(errno));
}

/* Its sentence, to the octet 0 at the end. */
static bool is_ready(struct keeper *keeper, struct error *err)
{
	char text[ERROR_TEXT_MAX] = "";
	size_t len = 0;
	ssize_t got;

	do {
		got = recv(keeper->control, text + len, 1, 0);
		len += got > 0;
	} while ((got < 0 && errno == EINTR) ||
		 (got > 0 && text[len - 1] != '\0' && len < sizeof text));
	if (len == 0 || text[len - 1] != '\0')
		return error_set(err, "tcplab-keeper, which would outlive us, gave no answer");
	return text[0] == '\0' || error_set(err, "%s", text);
}

bool keeper_start(struct keeper *keeper, const char *path, const struct keeper_link *link,
		  struct error *err)
{
	char address[ADDRESS_TEXT_MAX];
	char number[8];
	bool captures = link->interface != NULL;
	char *const words[] = {"tcplab-keeper", captures ? (char *)link->interface : "device",
			       captures ? address : NULL, number, NULL};
	FILE *table;
	bool fine;

	*keeper = (struct keeper){.pid = 0};
	if (path == NULL)
		return error_set(err, "tcplab-keeper, which would outlive us, is neither beside "
				      "the program nor in ../lib/tcplab");
	address_format(&link->ours, address);
	snprintf(number, sizeof number, "%u", link->port);
	table = make_table(&keeper->table);
	fine = launch(keeper, path, words, table, captures ? -1 : link->device, err) &&
	       is_ready(keeper, err);
	if (table != NULL)
		fclose(table);
	if (!fine)
		keeper_end(keeper);
	return fine;
}

void keeper_end(struct keeper *keeper)
{
	half_open_unmap(keeper->table);
	keeper->table = NULL;
	if (keeper->pid == 0)
		return;
	close(keeper->control);
	waitpid(keeper->pid, NULL, 0);
	keeper->pid = 0;
}
