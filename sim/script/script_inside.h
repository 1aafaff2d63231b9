/* script_inside.h — what the files that read a script share.
 *
 * The reader (script_text.c) hands out one token after the other and looks one
 * ahead. The first mistake is the one that is told: script_refuse() keeps it,
 * and from then on the token is TOKEN_END, which nobody takes for what he wants.
 * So whoever reads asks only at the end whether all went well. */
#ifndef TCPLAB_SCRIPT_SCRIPT_INSIDE_H
#define TCPLAB_SCRIPT_SCRIPT_INSIDE_H

#include "script/script.h"

/* ---- memory (script_memory.c) ---- */

struct script_memory;

struct script_memory *script_memory_new(void);
void script_memory_free(struct script_memory *memory);
/* Zeros, aligned for anything. */
void *script_memory_take(struct script_memory *memory, size_t size);
/* Its copy, with a 0 behind it. */
char *script_memory_copy(struct script_memory *memory, const char *text, size_t len);

/* ---- tokens (script_text.c; what is between them: script_blanks.c) ---- */

enum token_kind {
	TOKEN_END,      /* of the script, or of what can be read of it */
	TOKEN_WORD,     /* letters, digits, _ : also 00ff and 5x */
	TOKEN_NUMBER,   /* digits only, perhaps with a minus; 0x… */
	TOKEN_DECIMAL,  /* .5 1.5 */
	TOKEN_STRING,   /* "…", without its quotes */
	TOKEN_COMMAND,  /* `…`, likewise */
	TOKEN_CODE,     /* %{ … }% */
	TOKEN_ELLIPSIS, /* ... */
	TOKEN_OPTION,   /* --name */
	TOKEN_MARK,     /* any other character */
};

struct token {
	uint8_t kind; /* enum token_kind */
	char mark;    /* of TOKEN_MARK */
	bool hex;
	bool too_large;   /* a number beyond 64 bits */
	const char *text; /* in the script or in a definition; ends with `len` */
	size_t len;
	int64_t value; /* of TOKEN_NUMBER */
	struct place place;
	size_t begin; /* where it stands in the script */
	size_t end;
};

/* "--define=NAME=value": wherever the word stands in the script, the value is meant. */
struct definition {
	const char *name;
	size_t len;
	struct token value;
};

enum { OPTIONS_MAX = 128, DEFINITIONS_MAX = OPTIONS_MAX + 4, EXPRESSION_DEPTH_MAX = 16 };

struct script_reader {
	const char *name;   /* of the script, for sentences */
	const char *system; /* that it was written for: "Linux", "FreeBSD" */
	const char *text;
	size_t len;
	size_t at; /* behind the token */
	uint32_t line;
	size_t line_begin;
	struct token token;
	size_t last_end; /* of the token before */
	bool failed;
	const char *beyond; /* why reading ended, where the script is none the worse for it */
	struct place beyond_place;
	struct error *err;
	struct script_memory *memory;
	struct definition *definitions; /* DEFINITIONS_MAX */
	unsigned definition_count;
	struct place condition; /* of an #ifdef that has had no #endif yet; line 0: none */
	struct script *head;    /* before the first event: whose options those of comments are */
};

/* A character that is `ahead`; -1 behind the end. */
static inline int script_peek(const struct script_reader *r, size_t ahead)
{
	return ahead < r->len - r->at ? (unsigned char)r->text[r->at + ahead] : -1;
}

static inline struct place script_here(const struct script_reader *r)
{
	return (struct place){r->line, (uint32_t)(r->at - r->line_begin + 1)};
}

/* Behind the character, which there is. */
static inline void script_step(struct script_reader *r)
{
	if (r->text[r->at++] == '\n') {
		r->line++;
		r->line_begin = r->at;
	}
}

static inline bool script_is_blank(int c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

bool script_at_comment(const struct script_reader *r);
void script_skip_blanks(struct script_reader *r);

/* Keeps "name:line:column: …", unless there is a mistake already. Always false. */
__attribute__((format(printf, 3, 4))) bool script_refuse(struct script_reader *r,
							 struct place place, const char *format,
							 ...);
/* The same, where the script is right and we cannot do it. Always false. */
__attribute__((format(printf, 3, 4))) bool script_beyond_us(struct script_reader *r,
							    struct place place, const char *format,
							    ...);
/* "expected a comma, found "x"": what the token is. Always false. */
bool script_expected(struct script_reader *r, const char *what);

/* On to the next token. */
void script_next(struct script_reader *r);
bool script_is_mark(const struct script_reader *r, char mark);
bool script_is_word(const struct script_reader *r, const char *word);
/* Takes it where it is there. */
bool script_take_mark(struct script_reader *r, char mark);
bool script_take_word(struct script_reader *r, const char *word);
/* Takes it, or refuses. `what`: "a comma between options". */
bool script_want_mark(struct script_reader *r, char mark, const char *what);
/* A whole number from `min` to `max`. `what`: "the window". */
bool script_want_number(struct script_reader *r, const char *what, int64_t min, int64_t max,
			int64_t *value);
/* The characters up to the next blank, from the token's first on, as one token of kind
 * TOKEN_WORD: flags and addresses, which are no words. `others` are characters that end it, too. */
void script_run(struct script_reader *r, const char *others);
/* Everything behind the token up to and without `end`, likewise. */
bool script_want_text_until(struct script_reader *r, char end, const char *what);
/* The token's text as a copy. */
char *script_copy(struct script_reader *r);
bool script_token_equals(const struct token *token, const char *text);

/* ---- the parts of an event ---- */

/* script_time.c. "1.5", "+.1", "1~2", "*" */
bool script_read_time(struct script_reader *r, struct script_event *event);
/* The second half of "0...0.5", behind the dots. */
bool script_read_until(struct script_reader *r, nanos *until);
/* script_packet.c. The token is < or >. */
struct packet_spec *script_read_packet(struct script_reader *r);
/* script_marks.c. "[ect0]", "(tos 0x10, ttl 64)": where there is any. */
bool script_read_marks(struct script_reader *r, struct packet_spec *packet);
/* script_options.c. The token is what follows <. */
bool script_read_options(struct script_reader *r, struct packet_spec *packet);
/* script_remark.c. A comment of the head, its slashes included: what it says to us alone. */
void script_read_remark(struct script_reader *r, size_t begin, size_t end, struct place place);
/* script_call.c. The token is the call's name, or the dots before its end. */
struct system_call *script_read_call(struct script_reader *r);
/* script_expression.c. NULL where there is a mistake. */
struct expression *script_read_expression(struct script_reader *r);
/* "a, b)" up to the mark, which is taken; the first, or NULL where there is none. */
bool script_read_list(struct script_reader *r, char end, struct expression **first,
		      uint32_t *count);

#endif
