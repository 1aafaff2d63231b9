/* control.h — control messages: what recvmsg() tells beside text, and the script
 * expects.
 *
 *     msg_control=[{cmsg_level=SOL_IP, cmsg_type=IP_RECVERR,
 *                   cmsg_data={ee_errno=0, ee_origin=SO_EE_ORIGIN_ZEROCOPY, …}}]
 *
 * Both machines hand over what came in this form, the sockets of ours and those of a kernel. */
#ifndef TCPLAB_MACHINE_CONTROL_H
#define TCPLAB_MACHINE_CONTROL_H

#include "script/script.h"

enum { CONTROLS_MAX = 8 };

/* As struct sock_extended_err of Linux has it. */
struct extended_error {
	int64_t error;
	int64_t origin;
	int64_t type;
	int64_t code;
	int64_t info;
	int64_t data;
};

enum control_kind {
	CONTROL_NUMBER,
	CONTROL_STAMP, /* cmsg_data={scm_sec=0,scm_nsec=20000000} */
	CONTROL_ERROR,
};

struct control {
	int64_t level;
	int64_t type;
	uint8_t kind;   /* enum control_kind */
	uint32_t len;   /* octets of its data */
	int64_t number; /* CONTROL_NUMBER */
	nanos stamp;    /* since the script began */
	struct extended_error error;
};

/* Holds what came against `list`, the script's msg_control. A stamp of 0 is any. False, and a
 * sentence. */
bool controls_are_expected(const struct expression *list, const struct control *came,
			   unsigned count, nanos tolerance, struct error *why);

#endif
