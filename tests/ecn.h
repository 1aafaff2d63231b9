/* ecn.h — what conversations about ECN begin with and ask. */
#ifndef TCPLAB_TESTS_ECN_H
#define TCPLAB_TESTS_ECN_H

#include "tests/dialogue.h"

/* In CLOSED. */
struct dialogue dialogue_with_ecn(enum ecn_mode mode);

/* Ten octets of text go out: as ECT(0)? */
bool sends_ect(struct dialogue *d);

#endif
