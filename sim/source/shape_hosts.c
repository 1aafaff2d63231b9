/* shape_hosts.c — how a scenario speaks of hosts. */
#include "source/scenario_shapes_inside.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

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
	case FIELD_CONTROL: break;
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
};
FIELDS(host_field, host_fields)

const struct shape host_shape = {
	.kind = SHAPE_OBJECT,
	.name = "host",
	.meaning = "A computer that speaks TCP.",
	.field = host_field,
};
