/* drill_claims.h — tests that are scripts: what a script says holds, or a sentence tells why
 * it does not. Against our own machine, with the profile `linux`. */
#ifndef TCPLAB_TESTS_DRILL_CLAIMS_H
#define TCPLAB_TESTS_DRILL_CLAIMS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#define LISTENS                                                                                    \
	"0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"                                            \
	"+0 bind(3, ..., ...) = 0\n"                                                               \
	"+0 listen(3, 1) = 0\n"
#define SHAKES_HANDS                                                                               \
	"+0 < S 0:0(0) win 65535 <mss 1000>\n"                                                     \
	"+0 > S. 0:0(0) ack 1 <...>\n"                                                             \
	"+.01 < . 1:1(0) ack 1 win 65535\n"
#define ACCEPTS  LISTENS SHAKES_HANDS "+0 accept(3, ..., ...) = 4\n"
#define NONBLOCK "+0 fcntl(4, F_SETFL, O_RDWR|O_NONBLOCK) = 0\n"
/* A socket without a connection that does not wait, and its SYN. */
#define HASTY "0 socket(..., SOCK_STREAM|SOCK_NONBLOCK, IPPROTO_TCP) = 3\n"
#define ASKS                                                                                       \
	HASTY "+0 connect(3, ..., ...) = -1 EINPROGRESS (Operation now in progress)\n"             \
	      "+0 > S 0:0(0) <...>\n"
#define CONNECTS                                                                                   \
	ASKS "+.01 < S. 0:0(0) ack 1 win 65535 <mss 1000>\n"                                       \
	     "+0 > . 1:1(0) ack 1\n"                                                               \
	     "+0 connect(3, ..., ...) = 0\n"

void holds(const char *script);
/* The same with IPv6. */
void holds_with_ipv6(const char *script);
/* It does not: `part` is in the sentence. */
void fails_saying(const char *script, const char *part);
void is_unsupported(const char *script, const char *part);
/* With another profile. */
void holds_with(const char *profile, const char *script);

#endif
