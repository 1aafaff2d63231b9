/* conversation.h — a dialogue written as text, for tables of them.
 *
 *     established
 *     send 1000
 *     > P. 1:1001(1000) ack 1
 *     pass 1000
 *     > P. 1:1001(1000) ack 1
 *
 * One step a line: "> …" is what we must send, "< …" what the peer sends, and
 *
 *     profile NAME        of profile_names(), before anything else
 *     set FIELD NUMBER    a field of the profile
 *     ce … | ect0 … | ect1 …               like <, in a datagram with that codepoint
 *     fast N              connect, with N octets for the SYN
 *     listen | connect | established | close | abort
 *     send N | urgent N | receive N        octets
 *     from ADDRESS        who sends what arrives in LISTEN
 *     route ADDRESS       after connect: all goes by this router
 *     by ADDRESS          what arrives from now on came by this router
 *     icmp TYPE CODE MTU SEQ   an ICMP error about our segment with that SEG.SEQ
 *     sign md5|ao         with this peer, keys 61 and 84
 *     found WHAT          about signatures of what arrives: unseen, matches,
 *                         differs, lacking, key unknown; RNextKeyID is ours
 *     half_open N | untaken N | pending N              what the listener has already
 *     syns N              SYNs arrive from as many ports; we answer
 *     gaps N              single octets arrive, each behind a gap; we answer
 *     full                a SEND that is refused for want of room
 *     pass MS             time; timers that are due on the way fire
 *     drain               whatever may be sent is
 *     state NAME          where we must be now
 *
 * Anything else fails the test, as does what dialogue.h says. */
#ifndef TCPLAB_TESTS_CONVERSATION_H
#define TCPLAB_TESTS_CONVERSATION_H

#include "tests/dialogue.h"

struct dialogue converse(const char *text);

#endif
