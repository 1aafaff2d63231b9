#include "viz/output.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "record/memory.h"
#include "record/plain.h"

void output_prepare(void)
{
	/* Opened the wrong way round: reading from the one, or writing to the
	 * others, fails as it would on the closed descriptor. */
	static const int wrong_way[] = {O_WRONLY, O_RDONLY, O_RDONLY};

	for (int fd = 0; fd <= 2; fd++)
		if (fcntl(fd, F_GETFD) < 0 && errno == EBADF)
			(void)!open("/dev/null", wrong_way[fd]);
	signal(SIGPIPE, SIG_IGN);
}

static bool is_stdout(const char *path)
{
	return strcmp(path, "-") == 0;
}

static const char *name_of(const char *path)
{
	return is_stdout(path) ? "standard output" : path;
}

FILE *output_open(const char *path, struct error *err)
{
	FILE *out;

	if (is_stdout(path))
		return stdout;
	out = fopen(path, "wb");
	if (out == NULL)
		error_set(err, "%s: cannot be written: %s", path, strerror(errno));
	return out;
}

bool output_close(FILE *out, const char *path, struct error *err)
{
	bool lost = ferror(out) != 0;
	int reason = lost ? errno : 0;

	/* The first failure is the telling one. */
	if (fflush(out) != 0 && !lost) {
		lost = true;
		reason = errno;
	}
	if (out != stdout && fclose(out) != 0 && !lost) {
		lost = true;
		reason = errno;
	}
	if (!lost)
		return true;
	return error_set(err, "%s: cannot be written to its end: %s", name_of(path),
			 reason != 0 ? strerror(reason) : "the system does not say why");
}

bool output_finish(FILE *out, const char *path, bool fine, struct error *err)
{
	struct error reason = *err;

	if (output_close(out, path, err) && fine)
		return true;
	return fine ? false : error_set(err, "%s: %s", name_of(path), reason.text);
}

bool output_is_input(const char *output, const char *input)
{
	struct stat a;
	struct stat b;

	if (is_stdout(output) || stat(output, &a) != 0 || stat(input, &b) != 0)
		return false;
	return S_ISREG(a.st_mode) && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

void output_free_name(char *out, size_t size, const char *base, const char *ending)
{
	snprintf(out, size, "%s.%s", base, ending);
	for (unsigned n = 2; n < 10000 && access(out, F_OK) == 0; n++)
		snprintf(out, size, "%s-%u.%s", base, n, ending);
}

/* One line, escaped. */
static void print_line(FILE *out, const char *line, size_t len)
{
	enum { LONGEST = 6 }; /* what becomes of an octet: \u202e, \xff */
	size_t size = LONGEST * len + 1;
	char *copy = memory_get(len + 1);
	char *harmless = memory_get(size);
	struct text text = text_in(harmless, size);

	memcpy(copy, line, len);
	copy[len] = '\0';
	plain_add(&text, copy);
	fputs(harmless, out);
	free(copy);
	free(harmless);
}

void print_harmless(FILE *out, const char *text)
{
	size_t len = strcspn(text, "\n");

	print_line(out, text, len);
	while (text[len] == '\n') {
		text += len + 1;
		len = strcspn(text, "\n");
		fputc('\n', out);
		print_line(out, text, len);
	}
}

int complain(int status, const char *sentence)
{
	fputs("tcplab: ", stderr);
	print_line(stderr, sentence, strlen(sentence));
	fputc('\n', stderr);
	return status;
}
