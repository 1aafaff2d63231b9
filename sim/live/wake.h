/* wake.h — a descriptor that is readable when one thread wants another to look up. */
#ifndef TCPLAB_LIVE_WAKE_H
#define TCPLAB_LIVE_WAKE_H

struct wake {
	int fd; /* to be waited for */
	int other;
};

void wake_init(struct wake *wake);
void wake_up(struct wake *wake);
/* It is not readable any more, until somebody wakes it again. */
void wake_clear(struct wake *wake);
void wake_free(struct wake *wake);

#endif
