/* load_http.c — the part of the program that speaks HTTP, loaded when asked for. */
#include "live/http_part.h"
#include "viz/load_part.h"

const struct http_part *http_part(struct error *err)
{
	static const struct part where = {
		.file = "tcplab-http.so",
		.symbol = "tcplab_http_part",
		.what = "what speaks HTTP",
		.absent = "make builds it",
		.remedy = "live connect and live listen do without",
	};
	static const struct http_part *part;

	if (part == NULL)
		part = load_part(&where, err);
	return part;
}
