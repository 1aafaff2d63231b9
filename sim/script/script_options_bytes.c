/* The octets that options are made of. */
#include <string.h>

#include "base/bytes.h"
#include "script/notation.h"
#include "script/script_options_inside.h"

bool script_put(struct script_reader *r, struct option_bytes *o, const uint8_t *bytes, size_t len)
{
	if (len > sizeof o->at - o->len)
		return script_refuse(r, o->place,
				     "the options take more than %d octets: leave some out",
				     OPTIONS_LEN_MAX);
	memcpy(o->at + o->len, bytes, len);
	o->len += (unsigned)len;
	return true;
}

bool script_put_option(struct script_reader *r, struct option_bytes *o, uint8_t kind,
		       const uint8_t *data, unsigned len)
{
	uint8_t head[] = {kind, (uint8_t)(len + 2)};

	return script_put(r, o, head, sizeof head) && script_put(r, o, data, len);
}

bool script_put_experiment(struct script_reader *r, struct option_bytes *o, uint16_t experiment,
			   const uint8_t *data, unsigned len)
{
	uint8_t head[] = {OPTION_EXPERIMENT, (uint8_t)(len + 4), (uint8_t)(experiment >> 8),
			  (uint8_t)experiment};

	return script_put(r, o, head, sizeof head) && script_put(r, o, data, len);
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The token as octets, two digits each, perhaps behind 0x. Where it is none, there are none. */
bool script_read_hex(struct script_reader *r, const char *what, unsigned max, uint8_t *bytes,
		     unsigned *len)
{
	const struct token *token = &r->token;
	size_t begin = token->len >= 2 && memcmp(token->text, "0x", 2) == 0 ? 2 : 0;

	*len = 0;
	if (token->kind != TOKEN_WORD && token->kind != TOKEN_NUMBER)
		return true;
	if ((token->len - begin) % 2 != 0)
		return script_refuse(r, token->place,
				     "%s has an odd number of digits: two make an octet", what);
	if ((token->len - begin) / 2 > max)
		return script_refuse(r, token->place, "%s is %zu octets long, at most %u fit", what,
				     (token->len - begin) / 2, max);
	for (size_t i = begin; i < token->len; i += 2) {
		int high = hex_digit(token->text[i]);
		int low = hex_digit(token->text[i + 1]);

		if (high < 0 || low < 0)
			return script_refuse(r, token->place, "%s is no hexadecimal number", what);
		bytes[(*len)++] = (uint8_t)(high << 4 | low);
	}
	script_next(r);
	return true;
}

bool script_read_blob(struct script_reader *r, struct option_bytes *o, uint8_t kind,
		      const char *what, unsigned max)
{
	uint8_t bytes[OPTIONS_LEN_MAX];
	unsigned len;

	return script_read_hex(r, what, max, bytes, &len) &&
	       script_put_option(r, o, kind, bytes, len);
}

bool script_read_u32(struct script_reader *r, const char *what, uint8_t *bytes)
{
	int64_t value;

	if (!script_want_number(r, what, 0, UINT32_MAX, &value))
		return false;
	put_be32(bytes, (uint32_t)value);
	return true;
}
