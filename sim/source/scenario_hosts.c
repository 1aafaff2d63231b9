/* scenario_hosts.c — hosts and routers: names, addresses, profiles. */
#include "source/scenario_inside.h"

#include <string.h>

#include "base/nearest.h"
#include "source/scenario_shapes.h"
#include "source/shape.h"
#include "tcp/congestion.h"

enum { NODE_NAMES_MAX = 320 };

/* ---- names ---- */

const char *scenario_node_name(const struct scenario *s, uint32_t node)
{
	return node < s->host_count ? s->hosts[node].name : s->routers[node - s->host_count];
}

uint32_t scenario_host_named(const struct scenario *s, const struct json *name, bool routers,
			     struct error *err)
{
	const char *names[NODE_NAMES_MAX];
	uint32_t count = s->host_count + (routers ? s->router_count : 0);
	const char *near;
	char buf[400];
	struct text text = text_in(buf, sizeof buf);
	/* A host may be named by a key, as applications are. */
	const char *wanted = name->kind == JSON_STRING ? name->text : name->key;

	for (uint32_t i = 0; i < count; i++) {
		names[i] = scenario_node_name(s, i);
		if (strcmp(names[i], wanted) == 0)
			return i;
		text_addf(&text, "%s%s", i > 0 ? ", " : "", names[i]);
	}
	near = nearest(wanted, names, count);
	if (near != NULL)
		json_error(err, name, "there is no host \"%s\"; did you mean \"%s\"?", wanted,
			   near);
	else
		json_error(err, name, "there is no host \"%s\"; there are %s", wanted, buf);
	return NO_HOST;
}

bool scenario_host_in(const struct scenario *s, const struct json *object, const char *key,
		      uint32_t *out, struct error *err)
{
	const struct json *name = json_member(object, key);

	*out = NO_HOST;
	if (name == NULL)
		return true;
	*out = scenario_host_named(s, name, false, err);
	return *out != NO_HOST;
}

/* ---- profiles ---- */

/* The switch's value in the profile's unit. */
static int64_t value_of(const struct profile_field *field, const struct json *value)
{
	int64_t number = 0;

	switch ((enum field_kind)field->kind) {
	case FIELD_BOOL: return value->truth;
	case FIELD_CONTROL:
		while (strcmp(congestion_control((uint32_t)number)->name, value->text) != 0)
			number++;
		return number;
	case FIELD_SYN_DEFENCE:
		while (strcmp(syn_defence_name((uint32_t)number), value->text) != 0)
			number++;
		return number;
	case FIELD_ECN:
		while (strcmp(ecn_mode_name((enum ecn_mode)number), value->text) != 0)
			number++;
		return number;
	case FIELD_NUMBER:
	case FIELD_MS: break;
	}
	json_decimal(value, 0, &number);
	return number;
}

static void build_profile(const struct json *json, struct profile *profile)
{
	const char *name = member_text(json, "profile");
	const struct json *tcp = json_member(json, "tcp");
	unsigned count;
	const struct profile_field *fields = profile_fields(&count);

	profile_named(name != NULL ? name : "rfc", profile);
	for (unsigned i = 0; tcp != NULL && i < count; i++) {
		const struct json *value = json_member(tcp, fields[i].name);

		if (value != NULL)
			profile_set(profile, &fields[i], value_of(&fields[i], value));
	}
}

/* ---- addresses ---- */

static bool read_address(const struct json *value, struct address *out, struct error *err)
{
	if (!address_parse(out, value->text))
		return json_error(err, value,
				  "\"%s\" is no address; write it like 10.0.0.1 or 2001:db8::1",
				  value->text);
	if (address_is_unusable(out))
		return json_error(err, value, "%s is no host's address: TCP never talks to it",
				  value->text);
	return true;
}

/* Two hosts may not share an address; `until` is the host at hand. */
static bool check_unique(const struct scenario *s, unsigned until, const struct address *address,
			 const struct json *value, struct error *err)
{
	for (unsigned i = 0; i < until; i++) {
		for (int k = 0; k < 2; k++) {
			if (s->hosts[i].addresses[k].version != 0 &&
			    address_eq(&s->hosts[i].addresses[k], address))
				return json_error(err, value, "%s is the address of \"%s\" already",
						  value->text, s->hosts[i].name);
		}
	}
	return true;
}

static bool build_host(struct scenario *s, const struct json *json, struct error *err)
{
	struct scenario_host *host = &s->hosts[s->host_count];
	const struct json *address = json_member(json, "address");
	const struct json *address6 = json_member(json, "address6");

	host->name = json->key;
	host->real = member_truth(json, "real");
	build_profile(json, &host->profile);
	if (!read_address(address, &host->addresses[0], err) ||
	    !check_unique(s, s->host_count, &host->addresses[0], address, err))
		return false;
	if (address6 != NULL) {
		if (!read_address(address6, &host->addresses[1], err) ||
		    !check_unique(s, s->host_count, &host->addresses[1], address6, err))
			return false;
		if (host->addresses[0].version != 4 || host->addresses[1].version != 6)
			return json_error(
				err, address6,
				"\"address6\" is an IPv6 address beside an IPv4 \"address\"");
	}
	s->host_count++;
	return true;
}

/* ---- keys ---- */

static void read_key(const struct json *json, const struct scenario_host *peer,
		     struct signing_key *key)
{
	static const char *const names[] = {
		[SIGNING_MD5] = "md5",
		[SIGNING_HMAC_SHA1] = "hmac_sha1",
		[SIGNING_AES_CMAC] = "aes_cmac",
	};
	const char *secret;

	while ((secret = member_text(json, names[key->algorithm])) == NULL)
		key->algorithm++;
	memcpy(key->secret, secret, strlen(secret));
	key->secret_len = (uint8_t)strlen(secret);
	memcpy(key->peer, peer->addresses, sizeof key->peer);
	key->send_id = (uint8_t)member_number(json, "send_id", 0, 0);
	key->receive_id = (uint8_t)member_number(json, "receive_id", 0, 0);
	key->from = member_number(json, "from_ms", MS_PLACES, 0);
	key->text_only = member_truth(json, "text_only");
}

/* RFC 5925 §3.1: a segment matches one key at most; and a connection has either
 * kind of signature, not both. */
static bool check_key(const struct signing_keys *keys, const struct signing_key *key,
		      const struct json *json, struct error *err)
{
	for (unsigned i = 0; i < keys->count; i++) {
		const struct signing_key *other = &keys->all[i];

		if (!address_eq(&key->peer[0], &other->peer[0]))
			continue;
		if (key->algorithm == SIGNING_MD5 || other->algorithm == SIGNING_MD5)
			return json_error(err, json,
					  "a peer has one MD5 key, or keys of TCP-AO only");
		if (key->send_id == other->send_id || key->receive_id == other->receive_id)
			return json_error(err, json,
					  "each key of a peer has a \"send_id\" and a "
					  "\"receive_id\" of its own");
	}
	return true;
}

static bool build_keys_of(struct scenario *s, const struct json *json, struct scenario_host *host,
			  struct error *err)
{
	const struct json *list = json_member(json, "keys");

	for (const struct json *one = list != NULL ? list->child : NULL; one != NULL;
	     one = one->next) {
		struct signing_key *key = &host->keys.all[host->keys.count];
		uint32_t peer = scenario_host_named(s, json_member(one, "peer"), false, err);

		if (peer == NO_HOST)
			return false;
		read_key(one, &s->hosts[peer], key);
		if (!check_key(&host->keys, key, one, err))
			return false;
		host->keys.count++;
	}
	return true;
}

static bool build_keys(struct scenario *s, struct error *err)
{
	const struct json *json = json_member(s->doc.root, "hosts")->child;

	for (unsigned i = 0; i < s->host_count; i++, json = json->next) {
		if (!build_keys_of(s, json, &s->hosts[i], err))
			return false;
	}
	return true;
}

static bool build_routers(struct scenario *s, struct error *err)
{
	const struct json *list = json_member(s->doc.root, "routers");

	if (list == NULL)
		return true;
	s->routers = scenario_get(s, list->count, sizeof *s->routers);
	for (const struct json *name = list->child; name != NULL; name = name->next) {
		for (uint32_t i = 0; i < s->host_count + s->router_count; i++) {
			if (strcmp(scenario_node_name(s, i), name->text) == 0)
				return json_error(err, name, "there is a \"%s\" already",
						  name->text);
		}
		s->routers[s->router_count++] = name->text;
	}
	if (s->host_count + s->router_count > WORLD_NODES_MAX)
		return json_error(err, list, "more than %d hosts and routers",
				  (int)WORLD_NODES_MAX);
	return true;
}

bool scenario_build_hosts(struct scenario *s, struct error *err)
{
	const struct json *hosts = json_member(s->doc.root, "hosts");

	s->hosts = scenario_get(s, hosts->count, sizeof *s->hosts);
	for (const struct json *host = hosts->child; host != NULL; host = host->next) {
		if (!build_host(s, host, err))
			return false;
	}
	return build_keys(s, err) && build_routers(s, err);
}
