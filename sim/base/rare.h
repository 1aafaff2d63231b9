/* rare.h — RARE marks a function that few segments need.
 *
 * The compiler keeps it, and the code that leads to it, away from what runs
 * for each segment: so that this fits into the nearest memory of a processor. */
#ifndef TCPLAB_BASE_RARE_H
#define TCPLAB_BASE_RARE_H

#ifdef __GNUC__
#define RARE __attribute__((cold, noinline))
#else
#define RARE
#endif

#endif
