/* evaluate_inside.h — what the files of the evaluator share.
 *
 * Words are read one at a time, and what they mean is worked out as they are
 * read. The first trouble ends it: from then on there are no more words, so that
 * every loop comes to its end. What is not to be worked out, such as y in
 * "x and y" where x is false, is read with `skipping` set. */
#ifndef TCPLAB_SCRIPT_EVALUATE_INSIDE_H
#define TCPLAB_SCRIPT_EVALUATE_INSIDE_H

#include "script/evaluate.h"
#include "record/memory.h"

enum { NESTED_MAX = 64, NAMES_USED_MAX = 8, TUPLE_MAX = 16 };

enum word_kind {
	WORD_END,  /* of the text */
	WORD_LINE, /* the end of a statement: ; or a line's end */
	WORD_NUMBER,
	WORD_NAME,
	WORD_STRING, /* its text is that between the quotes, escapes and all */
	WORD_SIGN,
};

struct word {
	uint8_t kind; /* enum word_kind */
	struct place place;
	const char *text;
	size_t len;
	int64_t number;
};

enum value_kind { VALUE_NUMBER, VALUE_TRUTH, VALUE_STRING, VALUE_TUPLE, VALUE_NONE };

struct value {
	uint8_t kind;   /* enum value_kind */
	int64_t number; /* of VALUE_TRUTH 0 or 1, of VALUE_TUPLE how many there are */
	const char *string;
	const struct value *parts;
};

struct variable {
	struct variable *next;
	const char *name;
	struct value value;
};

struct evaluator {
	bool (*look_up)(void *who, const char *name, int64_t *value);
	void *who;
	struct variable *variables;
	struct pool pool; /* of strings and names */
};

struct name_used {
	const char *name;
	struct value value;
};

struct reading {
	struct evaluator *e;
	struct text *printed;
	struct error *why;
	enum evaluation outcome;
	const char *at; /* after `word` */
	struct place place;
	const char *before; /* where the word before `word` ended */
	struct word word;
	unsigned open; /* brackets, in which a line's end is nothing */
	unsigned nested;
	unsigned skipping;
	unsigned used_count;
	struct name_used used[NAMES_USED_MAX];
};

/* The first one counts. Where nothing is worked out, only unreadable text is trouble. */
void trouble(struct reading *r, enum evaluation outcome, struct place place, const char *format,
	     ...) __attribute__((format(printf, 4, 5)));

/* ---- evaluate_words.c ---- */

void next_word(struct reading *r);
bool is_sign(const struct reading *r, const char *sign);
bool is_name(const struct reading *r, const char *name);
bool takes_sign(struct reading *r, const char *sign);
/* Otherwise that is the trouble. */
bool needs_sign(struct reading *r, const char *sign);
/* "assert" or "(": how sentences call the word; `out` has room for 48. */
enum { WORD_TOLD_MAX = 48 };
const char *told_word(const struct word *word, char out[WORD_TOLD_MAX]);

/* ---- evaluate_values.c ---- */

void *keep(struct evaluator *e, size_t size); /* zeroed */
const char *keep_text(struct evaluator *e, const char *text, size_t len);
struct value number_value(int64_t number);
struct value truth_value(bool truth);
struct value string_value(const char *string);
bool is_true(const struct value *value);
bool is_number(const struct value *value);
/* As print() has it: a string without its quotes. */
void tell_value(const struct value *value, bool quoted, struct text *out);
/* '…' % what, where the sign stands at `place`. */
struct value formatted(struct reading *r, struct place place, const char *format,
		       const struct value *what);
/* "…{}…".format(…) */
struct value filled_in(struct reading *r, struct place place, const char *format,
		       const struct value *values, unsigned count);

/* ---- evaluate_sums.c ---- */

struct value negated(struct reading *r, struct place place, const struct value *a);
struct value inverted(struct reading *r, struct place place, const struct value *a);
/* `sign` is one of | ^ & << >> + - * // % */
struct value calculated(struct reading *r, const struct word *sign, const struct value *a,
			const struct value *b);
/* and of these == != < <= > >= */
bool compared(struct reading *r, const struct word *sign, const struct value *a,
	      const struct value *b);

/* ---- evaluate_expressions.c ---- */

struct value expression_of(struct reading *r);
/* Its name has been read, with its bracket after it. */
struct variable *variable_named(const struct evaluator *e, const char *name);

#endif
