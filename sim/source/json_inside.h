/* json_inside.h — what the files of the JSON reader share. Not for callers.
 *
 * The scan before parsing walks the text by RFC 8259's grammar and refuses what is not in it, or is
 * beyond our limits, naming place and path. Tells where each value begins,
 * in the order of the text. */
#ifndef TCPLAB_SOURCE_JSON_INSIDE_H
#define TCPLAB_SOURCE_JSON_INSIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "source/json.h"

struct json_scan {
	const char *name;
	const char *bytes;
	size_t len;
	size_t at;
	unsigned depth;
	uint32_t *starts; /* offset of each value */
	uint32_t count;
	uint32_t capacity;
	char path[JSON_PATH_MAX];
	size_t path_len;
};

bool json_scan_all(struct json_scan *scan, struct error *err);

/* Memory of the document, all 0. */
void *json_get(struct json_document *doc, size_t size);
const char *json_copy(struct json_document *doc, const char *text, size_t len);

/* One value, in the document's memory; NULL with a sentence. */
struct json *json_parse_value(struct json_document *doc, const char *name, const char *bytes,
			      size_t len, struct error *err);

#endif
