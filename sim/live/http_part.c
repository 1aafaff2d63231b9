#include "live/http_part.h"

const struct http_part tcplab_http_part = {
	.read_url = http_read_url,
	.fetch = http_fetch,
	.fetched = http_fetched,
	.serve = http_serve,
	.serve_one = http_serve_one,
	.stop = http_stop,
};
