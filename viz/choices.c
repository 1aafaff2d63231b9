#include "viz/choices.h"

uint32_t choices_row(const struct choices *choices)
{
	uint32_t count = choices->flows != NULL ? choices->flows->count : 0;
	uint32_t low = 0;
	uint32_t high = count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (choices->flows->all[middle].number < choices->marked)
			low = middle + 1;
		else
			high = middle;
	}
	return low < count || count == 0 ? low : count - 1;
}

void choices_move(struct choices *choices, int64_t rows)
{
	int64_t row = (int64_t)choices_row(choices) + rows;
	int64_t last;

	if (choices->flows == NULL || choices->flows->count == 0)
		return;
	last = (int64_t)choices->flows->count - 1;
	row = row < 0 ? 0 : row > last ? last : row;
	choices->marked = choices->flows->all[row].number;
}
