/* viewpoint.h — whose view of each connection is taken, of a capture that holds several.
 *
 * What `tcplab export FILE -o OUT.pcapng` writes has an interface for each host, and every packet
 * twice: where it was sent and where it arrived. Read as one capture, each packet would be a
 * copy of itself. So of all that two addresses say to each other only what one interface saw is
 * taken: the first one that saw both directions, or else the first that saw anything.
 *
 * libpcap does not tell interfaces apart, so the blocks of the file are walked here; only the
 * files that this project wrote, as the name of the program in their section header says. */
#ifndef TCPLAB_SOURCE_VIEWPOINT_H
#define TCPLAB_SOURCE_VIEWPOINT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct viewpoint; /* opaque: viewpoint.c */

/* NULL where the file at `in`, which stands at its start, is none of those. */
struct viewpoint *viewpoint_find(FILE *in);
void viewpoint_free(struct viewpoint *v); /* may be NULL */

/* Whether packet `number` of the file, from 1, is to be read. */
bool viewpoint_takes(const struct viewpoint *v, uint64_t number);

#endif
