#include "live/kept_run_inside.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "record/memory.h"
#include "source/json.h"
#include "source/profile_override.h"
#include "wire/packet.h"

enum { DATAGRAM_MAX = 65535, SEND_MAX = 1 << 20 };

/* ---- members ---- */

static const struct json *need(const struct json *object, const char *key, enum json_kind kind,
			       struct error *err)
{
	const struct json *value = json_member(object, key);

	if (value == NULL) {
		json_error(err, object, "\"%s\" is missing", key);
		return NULL;
	}
	if (value->kind == kind)
		return value;
	json_error(err, value, "this is not what \"%s\" is in a kept run", key);
	return NULL;
}

static bool take_number(const struct json *object, const char *key, int64_t least, int64_t most,
			int64_t *out, struct error *err)
{
	const struct json *value = need(object, key, JSON_NUMBER, err);

	if (value == NULL)
		return false;
	if (json_decimal(value, 0, out) && *out >= least && *out <= most)
		return true;
	return json_error(err, value, "\"%s\" is a whole number from %lld to %lld", key,
			  (long long)least, (long long)most);
}

/* Numbers that are larger than JSON keeps exactly are texts. */
static bool take_large(const struct json *object, const char *key, uint64_t *out, struct error *err)
{
	const struct json *value = need(object, key, JSON_STRING, err);
	char *end;

	if (value == NULL)
		return false;
	errno = 0;
	*out = strtoull(value->text, &end, 10);
	if (value->text[0] >= '0' && value->text[0] <= '9' && *end == '\0' && errno == 0)
		return true;
	return json_error(err, value, "\"%s\" is a number, as a text", key);
}

static bool take_name(const struct json *object, const char *key, char *out, size_t size,
		      struct error *err)
{
	const struct json *value = need(object, key, JSON_STRING, err);

	if (value == NULL)
		return false;
	if (value->text[0] == '\0' || strlen(value->text) >= size)
		return json_error(err, value, "\"%s\" has 1 to %zu octets", key, size - 1);
	strcpy(out, value->text);
	return true;
}

static bool is_true(const struct json *object, const char *key)
{
	const struct json *value = json_member(object, key);

	return value != NULL && value->kind == JSON_BOOL && value->truth;
}

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* ---- an input ---- */

static bool take_octets(const struct json *object, uint32_t most, uint8_t *out, struct input *input,
			struct error *err)
{
	const struct json *value = need(object, "octets", JSON_STRING, err);
	size_t len = value != NULL ? strlen(value->text) : 0;

	if (value == NULL)
		return false;
	if (len % 2 != 0 || len == 0 || len / 2 > most)
		return json_error(err, value, "\"octets\" are 1 to %u, in hexadecimal", most);
	for (size_t i = 0; i < len; i += 2) {
		int high = digit(value->text[i]);
		int low = digit(value->text[i + 1]);

		if (high < 0 || low < 0)
			return json_error(err, value, "\"%.2s\" is no octet in hexadecimal",
					  value->text + i);
		out[i / 2] = (uint8_t)(high << 4 | low);
	}
	input->octets = out;
	input->len = (uint32_t)(len / 2);
	return true;
}

/* As those of a run are chosen: what cannot be read never reached our host. */
static bool take_datagram(const struct json *object, struct input *input, uint8_t *octets,
			  struct error *err)
{
	struct packet packet;
	const uint8_t *text;
	size_t text_len;

	if (!take_octets(object, DATAGRAM_MAX, octets, input, err))
		return false;
	return packet_is_filled_in(packet_parse(&packet, octets, input->len, input->len, 0, &text,
						&text_len)) ||
	       json_error(err, object, "no TCP reads this datagram");
}

static bool take_endpoint(const struct json *object, const char *address, const char *port,
			  struct endpoint *out, struct error *err)
{
	const struct json *value = json_member(object, address);
	int64_t number = 0;

	if (value != NULL &&
	    (value->kind != JSON_STRING || !address_parse(&out->address, value->text)))
		return json_error(err, value, "\"%s\" is an address", address);
	if (json_member(object, port) != NULL &&
	    !take_number(object, port, 0, UINT16_MAX, &number, err))
		return false;
	out->port = (uint16_t)number;
	return true;
}

static bool take_kind(const struct json *object, struct input *input, struct error *err)
{
	const struct json *value = need(object, "what", JSON_STRING, err);

	if (value == NULL)
		return false;
	for (unsigned kind = 0; kind < KEPT_KINDS; kind++) {
		if (strcmp(kept_kinds[kind], value->text) == 0) {
			input->kind = (uint8_t)kind;
			return true;
		}
	}
	return json_error(err, value, "no input is called \"%.20s\"", value->text);
}

/* Of calls: a number of a connection that there may be. */
static bool take_call(const struct json *object, struct input *input, uint8_t *octets,
		      struct error *err)
{
	enum { CONNS_MAX = 1 << 24 };
	int64_t number = 0;

	if (!take_number(object, "conn", 0, CONNS_MAX, &number, err))
		return false;
	input->conn = (uint32_t)number;
	if (input->kind == INPUT_SEND)
		return take_octets(object, SEND_MAX, octets, input, err);
	if (input->kind != INPUT_RECEIVE)
		return true;
	if (!take_number(object, "len", 0, SEND_MAX, &number, err))
		return false;
	input->len = (uint32_t)number;
	return true;
}

static bool take_input(const struct json *object, struct input *input, uint8_t *octets,
		       struct error *err)
{
	int64_t time;

	if (object->kind != JSON_OBJECT)
		return json_error(err, object, "an input is an object");
	if (!take_number(object, "at_ns", 0, JSON_INTEGER_MAX, &time, err) ||
	    !take_kind(object, input, err))
		return false;
	if (time < input->time)
		return json_error(err, object, "it is earlier than the one before");
	input->time = time;
	input->unverified = is_true(object, "unverified");
	input->merged = is_true(object, "merged");
	switch ((enum input_kind)input->kind) {
	case INPUT_DATAGRAM: return take_datagram(object, input, octets, err);
	case INPUT_OPEN_ACTIVE:
	case INPUT_OPEN_PASSIVE:
		return take_endpoint(object, "local", "local_port", &input->local, err) &&
		       take_endpoint(object, "remote", "remote_port", &input->remote, err);
	default: return take_call(object, input, octets, err);
	}
}

/* ---- all of it ---- */

static bool take_inputs(struct kept_run *kept, const struct json *root, struct error *err)
{
	const struct json *all = need(root, "inputs", JSON_ARRAY, err);
	uint8_t *octets = memory_get(SEND_MAX);
	nanos time = 0;
	bool fine = all != NULL;

	for (const struct json *each = fine ? all->child : NULL; each != NULL && fine;
	     each = each->next) {
		struct input input = {.time = time};

		fine = take_input(each, &input, octets, err);
		time = input.time;
		if (fine)
			inputs_add(kept->inputs, &input);
	}
	free(octets);
	if (!fine || !take_number(root, "ended_ns", time, JSON_INTEGER_MAX, &time, err))
		return false;
	inputs_reach(kept->inputs, time);
	return true;
}

static bool take_sent(struct kept_run *kept, const struct json *root, struct error *err)
{
	const struct json *value = need(root, "sent", JSON_STRING, err);
	uint64_t hash = 0;

	if (value == NULL)
		return false;
	if (strlen(value->text) % KEPT_HASH_DIGITS != 0)
		return json_error(err, value, "\"sent\" has %d digits for each datagram",
				  KEPT_HASH_DIGITS);
	for (size_t i = 0; value->text[i] != '\0'; i++) {
		if (digit(value->text[i]) < 0)
			return json_error(err, value, "\"sent\" is hexadecimal");
		hash = hash << 4 | (uint64_t)digit(value->text[i]);
		if (i % KEPT_HASH_DIGITS == KEPT_HASH_DIGITS - 1)
			inputs_add_sent_hash(kept->inputs, hash);
	}
	return true;
}

static bool take_profile(struct kept_run *kept, const struct json *root, struct error *err)
{
	static const char first[] = "profile=";
	const struct json *value = need(root, "profile", JSON_STRING, err);
	char words[KEPT_PROFILE_MAX];
	struct error why;
	char *rest = words;
	char *word;

	if (value == NULL || !take_name(root, "profile", words, sizeof words, err))
		return false;
	word = strsep(&rest, " ");
	if (strncmp(word, first, sizeof first - 1) != 0 ||
	    !profile_named(word + sizeof first - 1, &kept->actor.profile))
		return json_error(err, value, "it begins with profile=, and the name of one");
	while ((word = strsep(&rest, " ")) != NULL) {
		if (!profile_override(&kept->actor.profile, word, &why))
			return json_error(err, value, "%s", why.text);
	}
	return true;
}

static bool take_addresses(struct kept_run *kept, const struct json *root, struct error *err)
{
	const struct json *all = need(root, "addresses", JSON_ARRAY, err);

	if (all == NULL)
		return false;
	for (const struct json *each = all->child; each != NULL; each = each->next) {
		struct address address;

		if (each->kind != JSON_STRING || !address_parse(&address, each->text))
			return json_error(err, each, "this is no address");
		kept->actor.addresses[address.version == 6] = address;
	}
	return all->count > 0 || json_error(err, all, "our host has no address");
}

static bool take_host(struct kept_run *kept, const struct json *root, struct error *err)
{
	enum { MTU_LEAST = 68 }; /* RFC 791 */
	uint64_t epoch;
	int64_t number;

	if (!take_number(root, "tcplab_live", KEPT_EDITION, KEPT_EDITION, &number, err) ||
	    !take_name(root, "title", kept->title, sizeof kept->title, err) ||
	    !take_name(root, "host", kept->name, sizeof kept->name, err) ||
	    !take_large(root, "epoch_ns", &epoch, err) ||
	    !take_large(root, "seed", &kept->actor.seed, err) ||
	    !take_number(root, "mtu", MTU_LEAST, UINT16_MAX, &number, err))
		return false;
	kept->epoch = (nanos)(epoch & INT64_MAX);
	kept->actor.mtu = (uint16_t)number;
	kept->actor.name = kept->name;
	return take_addresses(kept, root, err) && take_profile(kept, root, err);
}

static bool take_all(struct kept_run *kept, const struct json_document *doc, struct error *err)
{
	memset(kept, 0, sizeof *kept);
	if (doc->root->kind != JSON_OBJECT)
		return json_error(err, doc->root, "a kept run is an object");
	if (!take_host(kept, doc->root, err))
		return false;
	kept->inputs = inputs_new();
	if (take_inputs(kept, doc->root, err) && take_sent(kept, doc->root, err))
		return true;
	kept_run_free(kept);
	return false;
}

bool kept_run_parse(struct kept_run *kept, const char *path, const char *bytes, size_t len,
		    struct error *err)
{
	struct json_document doc;
	bool fine;

	if (!json_parse(&doc, path, bytes, len, err))
		return false;
	fine = take_all(kept, &doc, err);
	json_free(&doc);
	return fine;
}

bool kept_run_read(struct kept_run *kept, const char *path, struct error *err)
{
	struct json_document doc;
	bool fine;

	if (!json_read(&doc, path, err))
		return false;
	fine = take_all(kept, &doc, err);
	json_free(&doc);
	return fine;
}

void kept_run_free(struct kept_run *kept)
{
	inputs_free(kept->inputs);
	kept->inputs = NULL;
}
