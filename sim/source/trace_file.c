#include "source/trace_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { HEAD = 8, CHUNK = 65536 };

/* How files begin. Those without a remedy are captures. */
static const struct beginning {
	const char *bytes;
	uint8_t len;
	const char *remedy;
} beginnings[] = {
	{"\xa1\xb2\xc3\xd4", 4, NULL}, /* pcap, microseconds */
	{"\xd4\xc3\xb2\xa1", 4, NULL},
	{"\xa1\xb2\x3c\x4d", 4, NULL}, /* pcap, nanoseconds */
	{"\x4d\x3c\xb2\xa1", 4, NULL},
	{"\xa1\xb2\xcd\x34", 4, NULL}, /* pcap with longer packet headers */
	{"\x34\xcd\xb2\xa1", 4, NULL},
	{"\x0a\x0d\x0d\x0a", 4, NULL}, /* pcapng */
	{"\x1f\x8b", 2, "is compressed: gunzip it first"},
	{"\x28\xb5\x2f\xfd", 4, "is compressed: unzstd it first"},
	{"\xfd"
	 "7zXZ",
	 5, "is compressed: unxz it first"},
	{"BZh", 3, "is compressed: bunzip2 it first"},
	{"\x04\x22\x4d\x18", 4, "is compressed: unlz4 it first"},
	{"PK\x03\x04", 4, "is a zip archive: unzip it first"},
	{"snoop\0\0\0", 8, "is a capture of Solaris' snoop: convert it with editcap -F pcap"},
	{"{", 1, "looks like a scenario, not like a capture: tcplab run shows scenarios"},
};

const char *trace_file_name(const char *path)
{
	return strcmp(path, "-") == 0 ? "standard input" : path;
}

static bool begins_like_a_capture(const uint8_t *head, size_t len, const char *name,
				  struct error *err)
{
	if (len == 0)
		return error_set(err, "%s: is empty: there is no packet in it", name);
	for (size_t i = 0; i < sizeof beginnings / sizeof beginnings[0]; i++) {
		const struct beginning *b = &beginnings[i];

		if (len < b->len || memcmp(head, b->bytes, b->len) != 0)
			continue;
		if (b->remedy == NULL)
			return true;
		return error_set(err, "%s: %s", name, b->remedy);
	}
	if (len < 4)
		return error_set(err,
				 "%s: has %zu bytes, too few for a capture (at least 24): "
				 "was it cut off?",
				 name, len);
	return error_set(err,
			 "%s: is not a capture: it begins with bytes %02x %02x %02x %02x, which is "
			 "neither pcap nor pcapng",
			 name, head[0], head[1], head[2], head[3]);
}

/* As read(), but stops early only at the end of the file. */
static ssize_t read_fully(int fd, uint8_t *out, size_t size)
{
	size_t len = 0;

	while (len < size) {
		ssize_t n = read(fd, out + len, size - len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		if (n == 0)
			break;
		len += (size_t)n;
	}
	return (ssize_t)len;
}

static bool write_fully(int fd, const uint8_t *bytes, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, bytes, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		bytes += n;
		len -= (size_t)n;
	}
	return true;
}

/* A nameless file with `head` and all that follows it in `from`; −1 where that
 * fails. */
static int copy_to_temporary(int from, const uint8_t *head, size_t head_len, const char *name,
			     struct error *err)
{
	uint8_t chunk[CHUNK];
	FILE *file = tmpfile();
	int fd = file == NULL ? -1 : dup(fileno(file));
	ssize_t n;

	if (file != NULL)
		fclose(file);
	if (fd < 0) {
		error_set(err, "%s: no temporary file to keep it in: %s", name, strerror(errno));
		return -1;
	}
	if (!write_fully(fd, head, head_len))
		goto cannot_write;
	while ((n = read_fully(from, chunk, sizeof chunk)) > 0)
		if (!write_fully(fd, chunk, (size_t)n))
			goto cannot_write;
	if (n == 0)
		return fd;
	error_set(err, "%s: cannot be read: %s", name, strerror(errno));
	close(fd);
	return -1;

cannot_write:
	error_set(err, "%s: cannot be kept in a temporary file: %s", name, strerror(errno));
	close(fd);
	return -1;
}

bool trace_file_open(const char *path, int *fd, struct error *err)
{
	const char *name = trace_file_name(path);
	int in = strcmp(path, "-") == 0 ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
	uint8_t head[HEAD];
	ssize_t len;
	struct stat status;
	int kept;

	if (in < 0)
		return error_set(err, "%s: cannot be opened: %s", name, strerror(errno));
	if (fstat(in, &status) == 0 && S_ISDIR(status.st_mode)) {
		close(in);
		return error_set(err, "%s: is a directory: name a capture in it", name);
	}
	lseek(in, 0, SEEK_SET); /* fails on a pipe, which stands at its start anyway */
	len = read_fully(in, head, sizeof head);
	if (len < 0) {
		error_set(err, "%s: cannot be read: %s", name, strerror(errno));
		close(in);
		return false;
	}
	if (!begins_like_a_capture(head, (size_t)len, name, err)) {
		close(in);
		return false;
	}
	if (lseek(in, 0, SEEK_SET) == 0) {
		*fd = in;
		return true;
	}
	kept = copy_to_temporary(in, head, (size_t)len, name, err);
	close(in);
	*fd = kept;
	return kept >= 0;
}
