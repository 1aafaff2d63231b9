/* line.h — a segment as one line of text, and back.
 *
 * The notation of tcpdump and packetdrill:
 *
 *     S 100:100(0) win 64240 <mss 1460,sackOK,TS val 1 ecr 0,nop,wscale 7>
 *     S. 300:300(0) ack 101 win 65535
 *     P. 101:1101(1000) ack 301 win 502
 *     R 101:101(0) win 0
 *
 * Flags: S F R P . U E W A, or - for none; then first sequence number, the
 * one after the text, its length; "ack" where the ACK bit is set; "urg N"
 * where URG is set. Numbers are absolute and in decimal. */
#ifndef TCPLAB_WIRE_LINE_H
#define TCPLAB_WIRE_LINE_H

#include <stdbool.h>

#include "base/error.h"
#include "base/text.h"
#include "wire/segment.h"

/* Adds the line, without ports and newline. */
void line_add(struct text *t, const struct segment *seg);

/* Reads what line_add writes. Omitted "win", "ack" and options are 0 and
 * none. False with a sentence that names the column. Ports are left 0. */
bool line_parse(struct segment *seg, const char *line, struct error *err);

/* "SYN", "SYN,ACK", "FIN,ACK", "RST", "none" … for people. */
void flags_add(struct text *t, uint16_t flags);

#endif
