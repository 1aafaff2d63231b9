#include "record/pcapng.h"

#include <string.h>

enum {
	BLOCK_SECTION = 0x0a0d0d0a,
	BLOCK_INTERFACE = 1,
	BLOCK_PACKET = 6,
	OPTION_END = 0,
	OPTION_COMMENT = 1,
	OPTION_PROGRAM = 4, /* of a section */
	OPTION_NAME = 2,    /* of an interface */
	OPTION_RESOLUTION = 9,
	NANOSECONDS = 9,  /* the negative power of 10 */
	BLOCK_FRAME = 12, /* type, and the length at both ends */
	OPTION_HEADER = 4,
};

static void put_u16(FILE *out, uint32_t v)
{
	fputc((int)(v & 0xff), out);
	fputc((int)(v >> 8 & 0xff), out);
}

static void put_u32(FILE *out, uint32_t v)
{
	put_u16(out, v & 0xffff);
	put_u16(out, v >> 16);
}

static uint32_t padded(size_t len)
{
	return (uint32_t)(len + 3) & ~3u;
}

static void put_padded(FILE *out, const void *bytes, size_t len)
{
	fwrite(bytes, 1, len, out);
	for (size_t i = len; i < padded(len); i++)
		fputc(0, out);
}

/* ---- options: an empty one is not written ---- */

static uint32_t option_len(const char *text)
{
	return *text != '\0' ? OPTION_HEADER + padded(strlen(text)) : 0;
}

static void put_option(FILE *out, uint32_t code, const char *text)
{
	if (*text == '\0')
		return;
	put_u16(out, code);
	put_u16(out, (uint32_t)strlen(text));
	put_padded(out, text, strlen(text));
}

static void put_end_of_options(FILE *out)
{
	put_u16(out, OPTION_END);
	put_u16(out, 0);
}

/* ---- blocks ---- */

static uint32_t begin_block(FILE *out, uint32_t type, uint32_t body)
{
	put_u32(out, type);
	put_u32(out, BLOCK_FRAME + body);
	return BLOCK_FRAME + body;
}

void pcapng_section(FILE *out, const char *comment)
{
	static const char program[] = "tcplab";
	uint32_t len = begin_block(out, BLOCK_SECTION,
				   16 + option_len(program) + option_len(comment) + OPTION_HEADER);

	put_u32(out, 0x1a2b3c4d); /* tells the byte order */
	put_u16(out, 1);          /* version 1.0 */
	put_u16(out, 0);
	put_u32(out, UINT32_MAX); /* length of the section: not said */
	put_u32(out, UINT32_MAX);
	put_option(out, OPTION_COMMENT, comment);
	put_option(out, OPTION_PROGRAM, program);
	put_end_of_options(out);
	put_u32(out, len);
}

void pcapng_interface(FILE *out, uint32_t link_type, const char *name)
{
	static const char resolution[] = {NANOSECONDS, '\0'};
	uint32_t len = begin_block(out, BLOCK_INTERFACE,
				   8 + option_len(name) + option_len(resolution) + OPTION_HEADER);

	put_u16(out, link_type);
	put_u16(out, 0);
	put_u32(out, PCAPNG_SNAPLEN);
	put_option(out, OPTION_NAME, name);
	put_option(out, OPTION_RESOLUTION, resolution);
	put_end_of_options(out);
	put_u32(out, len);
}

void pcapng_packet(FILE *out, uint32_t interface, nanos time, const uint8_t *bytes, uint32_t caplen,
		   uint32_t len, const char *comment)
{
	uint32_t options = *comment != '\0' ? option_len(comment) + OPTION_HEADER : 0;
	uint32_t block = begin_block(out, BLOCK_PACKET, 20 + padded(caplen) + options);

	put_u32(out, interface);
	put_u32(out, (uint32_t)((uint64_t)time >> 32));
	put_u32(out, (uint32_t)time);
	put_u32(out, caplen);
	put_u32(out, len);
	put_padded(out, bytes, caplen);
	put_option(out, OPTION_COMMENT, comment);
	if (options > 0)
		put_end_of_options(out);
	put_u32(out, block);
}
