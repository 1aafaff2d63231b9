/* settings.h — what the head of a script, its commands and the command line say
 * about how it is run: addresses, MTU, tolerance, and the profile of the machine.
 *
 * A script that says nothing runs with IPv4, an MTU of 1500 and the profile
 * `linux`, for that is what scripts are written for. A comment in its head names another, and
 * single fields of it as scenarios do:
 *
 *     // tcplab: profile=plain mss=1000 delayed_ack_ms=0 seed=7 standing_read */
#ifndef TCPLAB_MACHINE_SETTINGS_H
#define TCPLAB_MACHINE_SETTINGS_H

#include "machine/machine.h"

struct drill_settings {
	struct drill_addresses addresses;
	struct profile profile;
	const char *profile_name; /* lives as long as the program */
	bool profile_chosen;      /* by someone: otherwise what the script says of its system may
				     change it */
	uint32_t mtu;
	nanos tolerance; /* of outbound packets: 4 ms, or as --tolerance_usecs says */
	nanos ts_tick;   /* of the timestamps, where their values are compared; 0: they are not */
	bool lax_push;   /* PSH is not compared */
	bool strict;     /* windows that are not said, packets that are left over: mistakes too:
			    match_window.c, run.c */
	bool non_fatal_packet; /* --non_fatal=packet: a packet that differs is told, and the script
				  goes on */
	bool non_fatal_call;
	uint32_t send_buffer_first; /* Linux: what a send buffer holds before the handshake is done
				     */
	uint32_t notsent_lowat;     /* TCP_NOTSENT_LOWAT of who does not choose one */
	uint64_t seed;              /* of our machine's chance */
	bool standing_read;  /* our machine's application takes what arrives at once, in the turn
				in which it arrives (host_receive_all()); read() answers what was
				so taken. A write() is one long SEND (host_send_all()) and returns
				at once */
	bool standing_later; /* it begins so with its first read() */
};

void settings_default(struct drill_settings *settings);
/* profile_named(), and the profiles that only scripts use: "linux-old",
 * "freebsd-old". */
bool settings_use_profile(struct drill_settings *settings, const char *name);

enum setting { SETTING_KNOWN, SETTING_UNSUPPORTED, SETTING_WRONG };

/* All options in the script's head. Otherwise `why` is a sentence with its place. */
enum setting settings_of_script(struct drill_settings *settings, const struct script *script,
				struct error *why);

#endif
