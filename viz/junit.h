/* junit.h — verdicts as JUnit XML, which build servers read. */
#ifndef TCPLAB_VIZ_JUNIT_H
#define TCPLAB_VIZ_JUNIT_H

#include <stdio.h>

#include "viz/drills.h"

void junit_write(FILE *out, const struct drills *drills, nanos took);

#endif
