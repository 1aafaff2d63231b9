/* line.h — a segment as one line of text, and back.
 *
 * The notation of tcpdump and packetdrill:
 *
 *     S 100:100(0) win 64240 <mss 1460,sackOK,TS val 1 ecr 0,nop,wscale 7>
 *     S. 300:300(0) ack 101 win 65535
 *     P. 101:1101(1000) ack 301 win 502
 *     R 101:101(0) win 0
 *
 * Flags: S F R P . U E W A, or - for none, and the digits 1 2 4 for reserved
 * bits that are set; then first sequence number, the one after the text, its
 * length; "ack" where the ACK bit is set or the field is not 0, likewise
 * "urg". Numbers are absolute and in decimal. The options:
 *
 *     nop  eol  mss 1460  wscale 7  sackOK  sack 2 {101:201}{301:401}
 *     TS val 1 ecr 0  uto 90s  uto 5m  tfo cookiereq  tfo cookie 0x01020304
 *     accecn0 e0b 1 ceb 0 e1b 1  accecn0 e0b 1  accecn1 e1b 1 ceb 0  accecn0
 *     md5 0x…  ao 0x…  accecn0 0x… (of an odd length)  unknown-253 0x0102
 *     malformed 0x…   (from an illegal length to the end)
 *     padding 0x…     (behind eol, where it is not more of them)
 *
 * so that a line says every bit of the header but ports and checksum. */
#ifndef TCPLAB_WIRE_LINE_H
#define TCPLAB_WIRE_LINE_H

#include <stdbool.h>

#include "base/error.h"
#include "base/text.h"
#include "wire/segment.h"

enum { LINE_TEXT_MAX = 512 }; /* a buffer of this size holds any line */

/* Adds the line, without ports and newline. */
void line_add(struct text *t, const struct segment *seg);

/* Reads what line_add writes; spaces at the ends do not matter. Omitted
 * "win", "ack", "urg" and options are 0 and none. False with a sentence that
 * names the column, counted from 1, and `seg` unchanged. Ports are 0. */
bool line_parse(struct segment *seg, const char *line, struct error *err);

/* "SYN", "SYN,ACK", "FIN,ACK", "RST", "none" … for people. */
void flags_add(struct text *t, uint16_t flags);

#endif
