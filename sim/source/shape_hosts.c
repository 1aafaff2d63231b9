/* shape_hosts.c — how a scenario speaks of hosts. */
#include "source/scenario_shapes_inside.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "net/signature.h"
#include "tcp/congestion.h"
#include "tcp/profile.h"

static const char *profile_word(unsigned n)
{
	return profile_names()[n];
}

static const char *control_word(unsigned n)
{
	return n < congestion_control_count() ? congestion_control(n)->name : NULL;
}

static const char *syn_defence_word(unsigned n)
{
	return n < SYN_DEFENCE_COUNT ? syn_defence_name(n) : NULL;
}

static const char *ecn_word(unsigned n)
{
	return n < ECN_MODE_COUNT ? ecn_mode_name((enum ecn_mode)n) : NULL;
}

static int64_t value_in(const struct profile *profile, const struct profile_field *field)
{
	const unsigned char *at = (const unsigned char *)profile + field->offset;
	uint32_t number;
	nanos time;
	bool flag;

	switch ((enum field_kind)field->kind) {
	case FIELD_BOOL: memcpy(&flag, at, sizeof flag); return flag;
	case FIELD_MS: memcpy(&time, at, sizeof time); return time / NS_A_MS;
	case FIELD_NUMBER:
	case FIELD_SYN_DEFENCE:
	case FIELD_CONTROL:
	case FIELD_ECN: break;
	}
	memcpy(&number, at, sizeof number);
	return number;
}

/* The switches of a profile, as the engine lists them. */
static bool tcp_field(unsigned n, struct field *out)
{
	unsigned count;
	const struct profile_field *fields = profile_fields(&count);
	const struct profile_field *field = &fields[n];
	int64_t example;
	struct profile rfc;

	if (n >= count)
		return false;
	*out = (struct field){.name = field->name, .meaning = field->meaning};
	profile_named("rfc", &rfc);
	example = value_in(&rfc, field);
	switch ((enum field_kind)field->kind) {
	case FIELD_BOOL:
		out->shape = &bool_shape;
		out->example = example ? "true" : "false";
		return true;
	case FIELD_CONTROL:
		out->own = WORD(control_word);
		snprintf(out->space, sizeof out->space, "\"%s\"",
			 congestion_control((uint32_t)example)->name);
		break;
	case FIELD_SYN_DEFENCE:
		out->own = WORD(syn_defence_word);
		snprintf(out->space, sizeof out->space, "\"%s\"",
			 syn_defence_name((uint32_t)example));
		break;
	case FIELD_ECN:
		out->own = WORD(ecn_word);
		snprintf(out->space, sizeof out->space, "\"%s\"",
			 ecn_mode_name((enum ecn_mode)example));
		break;
	case FIELD_MS:
	case FIELD_NUMBER:
		out->own = NUMBER(field->min, field->max,
				  field->kind == FIELD_MS ? "milliseconds" : NULL);
		if (example < field->min) /* 0 means "as fits": say something that is possible */
			example = field->min > 1000 ? field->min : 1000;
		snprintf(out->space, sizeof out->space, "%" PRId64, example);
		break;
	}
	out->shape = &out->own;
	out->example = out->space;
	return true;
}

static const struct shape tcp_shape = {
	.kind = SHAPE_OBJECT,
	.name = "tcp",
	.meaning = "How a host's TCP differs from its profile.",
	.field = tcp_field,
};

static const struct field key_fields[] = {
	{.name = "peer",
	 .meaning = "the host at the other end, which needs the same key",
	 .example = "\"server\"",
	 .shape = &name_shape,
	 .required = true},
	{.name = "md5",
	 .meaning = "the secret of TCP MD5 signatures, RFC 2385",
	 .example = "\"only we know\"",
	 .shape = &TEXT(1, SECRET_MAX),
	 .choice = true},
	{.name = "hmac_sha1",
	 .meaning = "the secret of TCP-AO with HMAC-SHA-1-96, RFC 5926",
	 .example = "\"only we know\"",
	 .shape = &TEXT(1, SECRET_MAX),
	 .choice = true},
	{.name = "aes_cmac",
	 .meaning = "the secret of TCP-AO with AES-128-CMAC-96, RFC 5926",
	 .example = "\"only we know\"",
	 .shape = &TEXT(1, SECRET_MAX),
	 .choice = true},
	{.name = "send_id",
	 .meaning = "the number of the key in what we send; 0 where nothing is said",
	 .example = "61",
	 .beside = "hmac_sha1 aes_cmac",
	 .shape = &NUMBER(0, 255, NULL)},
	{.name = "receive_id",
	 .meaning = "its number in what the peer sends; 0 where nothing is said",
	 .example = "84",
	 .beside = "hmac_sha1 aes_cmac",
	 .shape = &NUMBER(0, 255, NULL)},
	{.name = "from_ms",
	 .meaning = "from then on this key is preferred to those before it",
	 .example = "1000",
	 .beside = "hmac_sha1 aes_cmac",
	 .shape = &point_ms_shape},
	{.name = "text_only",
	 .meaning = "other options are not covered: middleboxes may change them",
	 .example = "true",
	 .beside = "hmac_sha1 aes_cmac",
	 .shape = &bool_shape},
};
FIELDS(key_field, key_fields)

static const struct shape key_shape = {
	.kind = SHAPE_OBJECT,
	.name = "key",
	.meaning = "A secret that two hosts share: every segment between them is signed with it, "
		   "and what is not is dropped.",
	.field = key_field,
	.choose = true,
};

static const struct field host_fields[] = {
	{.name = "address",
	 .meaning = "IPv4 or IPv6 address",
	 .example = "\"10.0.0.1\"",
	 .shape = &TEXT(1, 45),
	 .required = true},
	{.name = "address6",
	 .meaning = "IPv6 address, beside an IPv4 one",
	 .example = "\"2001:db8::1\"",
	 .shape = &TEXT(1, 45)},
	{.name = "profile",
	 .meaning = "what kind of TCP it runs; \"rfc\" where nothing is said",
	 .example = "\"rfc\"",
	 .shape = &WORD(profile_word)},
	{.name = "tcp",
	 .meaning = "what is different from the profile",
	 .example = "{\"mss\": 1000, \"isn\": 100}",
	 .shape = &tcp_shape},
	{.name = "keys",
	 .meaning = "secrets that it shares with other hosts",
	 .example = "[{\"peer\": \"server\", \"md5\": \"only we know\"}]",
	 .shape = &LIST(&key_shape, 1, SIGNING_KEYS_MAX)},
	{.name = "real",
	 .meaning = "its TCP is not ours but, in `tcplab live tun`, the kernel's; run again, what "
		    "it sent is in \"inputs\"",
	 .example = "true",
	 .shape = &bool_shape},
};
FIELDS(host_field, host_fields)

const struct shape host_shape = {
	.kind = SHAPE_OBJECT,
	.name = "host",
	.meaning = "A computer that speaks TCP.",
	.field = host_field,
};
