/* script_options_inside.h — what the files that read the options of a packet share. */
#ifndef TCPLAB_SCRIPT_SCRIPT_OPTIONS_INSIDE_H
#define TCPLAB_SCRIPT_SCRIPT_OPTIONS_INSIDE_H

#include "script/script_inside.h"

struct option_bytes {
	uint8_t at[OPTIONS_LEN_MAX];
	unsigned len;
	struct place place; /* of the option that is being read */
};

/* Each refuses where 40 octets do not suffice. */
bool script_put(struct script_reader *r, struct option_bytes *o, const uint8_t *bytes, size_t len);
bool script_put_option(struct script_reader *r, struct option_bytes *o, uint8_t kind,
		       const uint8_t *data, unsigned len);
bool script_put_experiment(struct script_reader *r, struct option_bytes *o, uint16_t experiment,
			   const uint8_t *data, unsigned len);
/* The token as octets, two digits each, perhaps behind 0x. Where it is none, there are none. */
bool script_read_hex(struct script_reader *r, const char *what, unsigned max, uint8_t *bytes,
		     unsigned *len);
/* Likewise, and put as the data of an option. */
bool script_read_blob(struct script_reader *r, struct option_bytes *o, uint8_t kind,
		      const char *what, unsigned max);
bool script_read_u32(struct script_reader *r, const char *what, uint8_t *bytes);
/* "e0b 1 ceb 0 e1b 1". `order`: 0 and 1, or −1 where the first counter tells. */
bool script_read_accecn(struct script_reader *r, struct option_bytes *o, int order,
			bool experiment);

#endif
