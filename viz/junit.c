#include "viz/junit.h"

#include <string.h>

/* ---- text as XML has it ---- */

/* How many octets of UTF-8 stand here that XML 1.0 allows; 0: none. */
static size_t allowed(const unsigned char *s)
{
	size_t len = s[0] < 0x80 ? 1 : s[0] >= 0xc2 && s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : 4;

	if (s[0] == 0 || (s[0] < ' ' && s[0] != '\n' && s[0] != '\t'))
		return 0;
	if ((s[0] >= 0x80 && s[0] < 0xc2) || s[0] > 0xf4)
		return 0;
	for (size_t i = 1; i < len; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	/* Too long, a half of a pair, no character, or beyond the last. */
	if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] >= 0xa0) ||
	    (s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] >= 0x90) ||
	    (s[0] == 0xef && s[1] == 0xbf && s[2] >= 0xbe))
		return 0;
	return len;
}

static void put_text(FILE *out, const char *text, size_t len)
{
	const unsigned char *s = (const unsigned char *)text;
	size_t at = 0;

	while (at < len) {
		size_t size = allowed(s + at);

		if (size == 0)
			fputc('?', out);
		else if (s[at] == '&')
			fputs("&amp;", out);
		else if (s[at] == '<')
			fputs("&lt;", out);
		else if (s[at] == '>')
			fputs("&gt;", out);
		else if (s[at] == '"')
			fputs("&quot;", out);
		else if (s[at] == '\n')
			fputs("&#10;", out);
		else
			fwrite(s + at, 1, size, out);
		at += size > 0 ? size : 1;
	}
}

static void put_seconds(FILE *out, nanos time)
{
	char buf[40];
	struct text t = text_in(buf, sizeof buf);

	text_add_seconds(&t, time, 6);
	fputs(buf, out);
}

/* ---- the file ---- */

/* The directory, and the name in it. */
static void put_names(FILE *out, const char *path)
{
	const char *slash = strrchr(path, '/');

	fputs("  <testcase classname=\"", out);
	put_text(out, slash != NULL ? path : ".", slash != NULL ? (size_t)(slash - path) : 1);
	fputs("\" name=\"", out);
	put_text(out, slash != NULL ? slash + 1 : path, strlen(slash != NULL ? slash + 1 : path));
	fputs("\" time=\"", out);
}

static void put_case(FILE *out, const struct drill *drill)
{
	static const char *const elements[] = {
		[DRILL_FAILED] = "failure",
		[DRILL_UNSUPPORTED] = "skipped",
		[DRILL_UNREADABLE] = "error",
	};
	const struct drill_result *r = &drill->result;
	const char *element = elements[r->verdict];

	put_names(out, drill->path);
	put_seconds(out, drill->took);
	if (r->verdict == DRILL_PASSED) {
		fputs("\"/>\n", out);
		return;
	}
	fprintf(out, "\">\n    <%s message=\"", element);
	put_text(out, r->sentence.text, drill_sentence_len(drill));
	fputs("\">", out);
	put_text(out, r->sentence.text, strlen(r->sentence.text));
	if (r->dialogue[0] != '\0') {
		fputs("&#10;&#10;", out);
		put_text(out, r->dialogue, strlen(r->dialogue));
	}
	fprintf(out, "</%s>\n  </testcase>\n", element);
}

void junit_write(FILE *out, const struct drills *drills, nanos took)
{
	size_t counts[DRILL_UNREADABLE + 1] = {0};

	for (size_t i = 0; i < drills->count; i++)
		counts[drills->all[i].result.verdict]++;
	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n", out);
	fprintf(out,
		"<testsuite name=\"tcplab drill\" tests=\"%zu\" failures=\"%zu\" "
		"errors=\"%zu\" skipped=\"%zu\" time=\"",
		drills->count, counts[DRILL_FAILED], counts[DRILL_UNREADABLE],
		counts[DRILL_UNSUPPORTED]);
	put_seconds(out, took);
	fputs("\">\n", out);
	for (size_t i = 0; i < drills->count; i++)
		put_case(out, &drills->all[i]);
	fputs("</testsuite>\n", out);
}
