/* program_linux.c — where the program is: the kernel knows. */
#include <limits.h>
#include <unistd.h>

#include "viz/directory.h"

void program_called(const char *name)
{
	(void)name;
}

bool program_path(char out[PATH_MAX])
{
	ssize_t len = readlink("/proc/self/exe", out, PATH_MAX - 1);

	out[len > 0 ? len : 0] = '\0';
	return len > 0;
}
