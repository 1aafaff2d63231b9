#include "tests/diff/side.h"

enum { PERIOD = 251 };

const uint8_t *side_text(uint64_t offset)
{
	static uint8_t text[PERIOD + TEXT_MAX];

	if (text[1] == 0) {
		for (unsigned i = 0; i < sizeof text; i++)
			text[i] = (uint8_t)(i % PERIOD);
	}
	return text + offset % PERIOD;
}
