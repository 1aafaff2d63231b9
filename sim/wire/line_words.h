/* line_words.h — the words of a line that line.c writes and line_parse.c
 * reads. */
#ifndef TCPLAB_WIRE_LINE_WORDS_H
#define TCPLAB_WIRE_LINE_WORDS_H

#include <stdint.h>

#include "wire/options.h"
#include "wire/segment.h"

/* In the order in which they are written. */
static const struct {
	uint16_t bit;
	char letter;
	const char *name;
} flag_words[] = {
	{SYN, 'S', "SYN"}, /* it names the segment: "SYN,ACK" */
	{FIN, 'F', "FIN"},          {RST, 'R', "RST"},
	{PSH, 'P', "PSH"},          {ACK, '.', "ACK"},
	{URG, 'U', "URG"},          {ECE, 'E', "ECE"},
	{CWR, 'W', "CWR"},          {AE, 'A', "AE"},
	{0x200, '1', "reserved-1"}, {0x400, '2', "reserved-2"},
	{0x800, '4', "reserved-4"},
};

/* The options whose data are written as bytes. */
static const struct {
	uint8_t kind;
	const char *name;
} bytes_words[] = {
	{OPTION_MD5, "md5"},
	{OPTION_AO, "ao"},
	{OPTION_ACCECN0, "accecn0"},
	{OPTION_ACCECN1, "accecn1"},
};

/* The fields of the AccECN options, in order 0: order 1 is the other way round. */
static const char *const accecn_words[] = {"e0b", "ceb", "e1b"};

enum {
	ACCECN_WORDS = 3,
	ACCECN_WORD_SIZE = 3, /* octets on the wire */
	FLAG_WORDS = sizeof flag_words / sizeof flag_words[0],
	BYTES_WORDS = sizeof bytes_words / sizeof bytes_words[0],
};

#endif
