/* sysctl.h — the switches of Linux and FreeBSD, by name, and what they are in a
 * profile. */
#ifndef TCPLAB_MACHINE_SYSCTL_H
#define TCPLAB_MACHINE_SYSCTL_H

#include "machine/settings.h"

/* "net.ipv4.tcp_sack", also with slashes. */
enum setting sysctl_apply(struct drill_settings *settings, const char *name, const char *value,
			  struct error *why);

/* What one of them does: a row of a table. */
enum sysctl_kind {
	SYSCTL_BOOL,   /* a bool of the profile … */
	SYSCTL_NOT,    /* … or its opposite */
	SYSCTL_NUMBER, /* a uint32_t */
	SYSCTL_US,     /* a time, in this unit */
	SYSCTL_MS,
	SYSCTL_S,
	SYSCTL_OTHER,    /* set() */
	SYSCTL_MACHINE,  /* set_up(): of the sockets, or of the network, around our TCP */
	SYSCTL_ONLY,     /* known with the value `reason` alone: that is what we do */
	SYSCTL_HARMLESS, /* `reason`: why it makes no difference here */
};

struct sysctl {
	const char *name;
	uint8_t kind; /* enum sysctl_kind */
	uint16_t offset;
	bool (*set)(struct profile *profile, const char *value, struct error *why);
	bool (*set_up)(struct drill_settings *settings, const char *value, struct error *why);
	const char *reason;
};

/* The rows of tables. */
#define ROW_FIELD(name_, kind_, member)                                                            \
	{                                                                                          \
		.name = name_, .kind = kind_, .offset = offsetof(struct profile, member)           \
	}
#define ROW_OTHER(name_, set_)                                                                     \
	{                                                                                          \
		.name = name_, .kind = SYSCTL_OTHER, .set = set_                                   \
	}
#define ROW_MACHINE(name_, set_up_)                                                                \
	{                                                                                          \
		.name = name_, .kind = SYSCTL_MACHINE, .set_up = set_up_                           \
	}
#define ROW_ONLY(name_, value_)                                                                    \
	{                                                                                          \
		.name = name_, .kind = SYSCTL_ONLY, .reason = value_                               \
	}
#define ROW_HARMLESS(name_, reason_)                                                               \
	{                                                                                          \
		.name = name_, .kind = SYSCTL_HARMLESS, .reason = reason_                          \
	}

/* Ended by a row without a name. */
extern const struct sysctl sysctls_linux[];
extern const struct sysctl sysctls_freebsd[];

/* A number as sysctl takes it, decimal or hex; false and a sentence otherwise. */
bool sysctl_number(const char *value, int64_t *number, struct error *why);
bool sysctl_unsupported(const char *value, const char *reason, struct error *why); /* false */
/* How long it is from the first sending to the end after so many more, if the time-out
 * begins with `first`, doubles, and is never more than `most`. */
nanos sysctl_patience(nanos first, nanos most, int64_t retries);

/* net.core.rmem_max, wmem_max: what a socket may ask for. 4 MiB since Linux 6.17. */
static inline uint32_t buffer_most(const struct profile *profile)
{
	return profile->receive_memory == MEMORY_MEASURED ? 4194304 : 212992;
}

#endif
