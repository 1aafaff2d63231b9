#include "viz/plain_metrics.h"

enum { FIRST = ' ', LAST = '~' };

/* Advances of Inter 4 in thousandths of the em, from blank to tilde. */
/* clang-format off */
static const short advance[WEIGHT_COUNT][LAST - FIRST + 1] = {
	[WEIGHT_REGULAR] = {
		281, 278, 403, 631, 638, 812, 639, 222, 362, 362, 500, 659, 280, 460, 276, 357,
		625, 464, 605, 636, 642, 608, 624, 571, 616, 624, 276, 280, 659, 659, 659, 507,
		936, 676, 651, 727, 719, 598, 587, 743, 740, 264, 543, 652, 562, 889, 753, 761,
		635, 761, 639, 638, 642, 741, 676, 949, 642, 665, 625, 362, 357, 362, 469, 452,
		497, 564, 621, 558, 621, 582, 361, 609, 591, 237, 237, 544, 237, 869, 585, 597,
		609, 609, 372, 523, 364, 581, 557, 812, 540, 557, 541, 362, 327, 362, 659,
	},
	[WEIGHT_SEMIBOLD] = {
		248, 309, 396, 643, 649, 844, 663, 213, 393, 393, 543, 673, 295, 466, 290, 379,
		667, 481, 621, 652, 666, 632, 648, 587, 646, 648, 290, 295, 673, 673, 673, 544,
		999, 724, 657, 744, 724, 608, 586, 755, 744, 275, 561, 677, 566, 906, 741, 775,
		643, 776, 651, 649, 660, 734, 724, 1007, 690, 705, 653, 393, 379, 393, 481, 468,
		497, 575, 630, 577, 630, 593, 377, 625, 613, 261, 261, 569, 261, 898, 610, 608,
		625, 625, 397, 549, 380, 608, 576, 837, 562, 576, 562, 393, 358, 393, 673,
	},
	[WEIGHT_BOLD] = {
		232, 325, 392, 650, 655, 859, 674, 209, 409, 409, 565, 680, 303, 469, 298, 390,
		688, 489, 630, 659, 678, 645, 660, 595, 661, 660, 298, 303, 680, 680, 680, 562,
		1031, 748, 661, 752, 727, 613, 585, 761, 746, 281, 570, 690, 567, 915, 735, 782,
		648, 783, 656, 655, 668, 729, 748, 1036, 714, 724, 667, 409, 390, 409, 488, 477,
		497, 580, 635, 587, 635, 598, 386, 633, 624, 272, 272, 582, 272, 912, 622, 614,
		632, 632, 409, 562, 388, 622, 586, 850, 574, 586, 572, 409, 374, 409, 680,
	},
};
/* clang-format on */

enum {
	NUMBER_ADVANCE = 600, /* of every character of JetBrains Mono */
	OTHER_ADVANCE = 620,  /* letters beyond ASCII, on average */
	QUOTE_ADVANCE = 450,  /* quotation marks and dashes */
	SIGN_ADVANCE = 900,   /* arrows, mathematics, geometric shapes */
	WIDE_ADVANCE = 1000,  /* Chinese, Japanese, Korean */
};

/* Of the byte `text` points at: nothing for all but the first of a character. */
static int advance_of(const struct font *font, const char *text)
{
	unsigned char byte = (unsigned char)text[0];

	if (byte < FIRST || (byte & 0xc0) == 0x80)
		return 0;
	if (font->face == FACE_NUMBER)
		return NUMBER_ADVANCE;
	if (byte <= LAST)
		return advance[font->weight][byte - FIRST];
	if (byte == 0xe2)
		return (unsigned char)text[1] == 0x80 ? QUOTE_ADVANCE : SIGN_ADVANCE;
	return byte > 0xe2 ? WIDE_ADVANCE : OTHER_ADVANCE;
}

static struct text_size measure(void *self, const struct font *font, const char *text, size_t len)
{
	bool number = font->face == FACE_NUMBER;
	long sum = 0;

	(void)self;
	for (size_t i = 0; i < len; i++)
		sum += advance_of(font, text + i);
	return (struct text_size){
		.width = (double)sum * font->size / 1000,
		.ascent = font->size * (number ? 1.02 : 0.97),
		.descent = font->size * (number ? 0.30 : 0.24),
	};
}

/* As many words as fit; a word that is wider than the line is broken. */
static size_t wrap(void *self, const struct font *font, const char *text, size_t len, double width)
{
	size_t words = 0; /* bytes up to the last place for a break */
	long sum = 0;

	(void)self;
	for (size_t i = 0; i < len; i++) {
		int step = advance_of(font, text + i);

		sum += step;
		if (text[i] == '\n')
			return i + 1;
		if (text[i] == ' ')
			words = i + 1;
		else if (step > 0 && i > 0 && (double)sum * font->size / 1000 > width)
			return words > 0 ? words : i;
	}
	return len;
}

const struct metrics plain_metrics = {NULL, measure, wrap};
