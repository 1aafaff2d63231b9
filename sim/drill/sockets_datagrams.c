/* sockets_datagrams.c — sockets of UDP. */
#include "drill/sockets_inside.h"

/* For whom no socket is there, it is dropped. */
void sockets_datagram_arrives(struct sockets *all, nanos now, const uint8_t *bytes, size_t len)
{
	(void)all;
	(void)now;
	(void)bytes;
	(void)len;
}
