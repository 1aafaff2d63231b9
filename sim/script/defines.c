#include "script/defines.h"

#include <string.h>

#include "record/memory.h"

static bool in_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_';
}

static size_t word_at(const char *text, size_t left)
{
	size_t len = 0;

	while (len < left && in_word(text[len]))
		len++;
	return len;
}

bool define_is_one(const char *define)
{
	size_t name = word_at(define, strlen(define));

	return name > 0 && define[name] == '=' && !(define[0] >= '0' && define[0] <= '9');
}

/* What the word stands for, or NULL. */
static const char *value_of(const char *word, size_t len, const char *const *defines, size_t count)
{
	while (count-- > 0)
		if (strncmp(defines[count], word, len) == 0 && defines[count][len] == '=')
			return defines[count] + len + 1;
	return NULL;
}

struct output {
	char *at;
	uint32_t capacity;
	uint32_t len;
};

static void put(struct output *out, const char *text, size_t len)
{
	out->at = memory_grow(out->at, &out->capacity, out->len + (uint32_t)len + 1, 1);
	memcpy(out->at + out->len, text, len);
	out->len += (uint32_t)len;
	out->at[out->len] = '\0';
}

/* From "//" to the end of its line, or 0. */
static size_t comment_at(const char *text, size_t left)
{
	const char *end;

	if (left < 2 || text[0] != '/' || text[1] != '/')
		return 0;
	end = memchr(text, '\n', left);
	return end != NULL ? (size_t)(end - text) : left;
}

char *defines_replace(const char *text, size_t *len, const char *const *defines, size_t count)
{
	struct output out = {0};
	size_t at = 0;

	put(&out, "", 0);
	while (at < *len) {
		size_t comment = comment_at(text + at, *len - at);
		size_t word = word_at(text + at, *len - at);
		const char *value = word > 0 ? value_of(text + at, word, defines, count) : NULL;
		size_t size = comment > 0 ? comment : word > 0 ? word : 1;

		if (value != NULL)
			put(&out, value, strlen(value));
		else
			put(&out, text + at, size);
		at += size;
	}
	*len = out.len;
	return out.at;
}
