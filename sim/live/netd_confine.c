/* netd_confine.c — tcplab-netd gives up what it could do. */
#include <errno.h>
#include <linux/capability.h>
#include <linux/landlock.h>
#include <seccomp.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "live/netd.h"

/* ---- capabilities ---- */

static bool drop_capabilities(void)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3];

	memset(none, 0, sizeof none);
	prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
	return syscall(SYS_capset, &header, none) == 0 &&
	       prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
}

/* ---- files ---- */

/* Every access that the first edition of Landlock knows of, and none is granted. */
static void shut_out_of_files(void)
{
	const struct landlock_ruleset_attr all = {.handled_access_fs =
							  (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1};
	int rules = (int)syscall(SYS_landlock_create_ruleset, &all, sizeof all, 0);

	if (rules < 0)
		return;
	syscall(SYS_landlock_restrict_self, rules, 0);
	close(rules);
}

/* ---- calls of the kernel ---- */

/* To answer, to wait, to send RSTs, to end. */
static const int allowed[] = {
	SCMP_SYS(read),          SCMP_SYS(write),  SCMP_SYS(recvfrom),
	SCMP_SYS(recvmsg),       SCMP_SYS(sendto), SCMP_SYS(sendmsg),
	SCMP_SYS(poll),          SCMP_SYS(ppoll),  SCMP_SYS(close),
	SCMP_SYS(clock_gettime), SCMP_SYS(munmap), SCMP_SYS(restart_syscall),
	SCMP_SYS(rt_sigreturn),  SCMP_SYS(exit),   SCMP_SYS(exit_group),
};

/* Without effect where the kernel was built without. */
static void forbid_other_calls(void)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	bool fine = filter != NULL;

	for (size_t i = 0; fine && i < sizeof allowed / sizeof allowed[0]; i++)
		fine = seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed[i], 0) == 0;
	if (fine)
		seccomp_load(filter);
	if (filter != NULL)
		seccomp_release(filter);
}

bool netd_confine(void)
{
	if (!drop_capabilities())
		return false;
	shut_out_of_files();
	forbid_other_calls();
	return true;
}
