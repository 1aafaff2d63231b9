#include "tcp/tcb.h"

#include <assert.h>

const char *timer_name(enum timer timer)
{
	static const char *const names[TIMER_COUNT] = {
		[TIMER_RETRANSMISSION] = "retransmission", [TIMER_PERSIST] = "persist",
		[TIMER_DELAYED_ACK] = "delayed ACK",       [TIMER_TIME_WAIT] = "2MSL",
		[TIMER_USER_TIMEOUT] = "user timeout",     [TIMER_PACING] = "pacing",
		[TIMER_KEEPALIVE] = "keep-alive",          [TIMER_FIN_WAIT_2] = "FIN-WAIT-2",
		[TIMER_REORDERING] = "reordering",         [TIMER_TAIL_PROBE] = "tail loss probe",
	};

	assert(timer < TIMER_COUNT);
	return names[timer];
}

const char *ending_name(enum ending ending)
{
	static const char *const names[] = {
		[ENDING_NONE] = "none",
		[ENDING_CLOSED] = "closed",
		[ENDING_RESET] = "reset",
		[ENDING_REFUSED] = "refused",
		[ENDING_TIMED_OUT] = "timed out",
		[ENDING_ABORTED] = "aborted",
		[ENDING_UNREACHABLE] = "unreachable",
	};

	assert(ending <= ENDING_UNREACHABLE);
	return names[ending];
}

const char *network_error_text(enum network_error error)
{
	static const char *const texts[NETWORK_ERROR_COUNT] = {
		[ERROR_NONE] = "none",
		[ERROR_NET_UNREACHABLE] = "network unreachable",
		[ERROR_HOST_UNREACHABLE] = "host unreachable",
		[ERROR_PROTOCOL_UNREACHABLE] = "protocol unreachable",
		[ERROR_PORT_UNREACHABLE] = "port unreachable",
		[ERROR_TOO_BIG] = "datagram too big",
		[ERROR_SOURCE_ROUTE_FAILED] = "source route failed",
		[ERROR_PROHIBITED] = "communication prohibited",
		[ERROR_TIME_EXCEEDED] = "time exceeded",
		[ERROR_PARAMETER_PROBLEM] = "parameter problem",
		[ERROR_SOURCE_QUENCH] = "source quench",
	};

	assert(error < NETWORK_ERROR_COUNT);
	return texts[error];
}
