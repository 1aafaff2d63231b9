/* A host of a scenario has a profile, and every switch of it can be set for that host alone. */
#include <stdio.h>
#include <string.h>

#include "tcp/congestion.h"
#include "tcp/profile.h"
#include "tests/sound_scenario.h"

static size_t width_of(const struct profile_field *field)
{
	switch ((enum field_kind)field->kind) {
	case FIELD_BOOL: return sizeof(bool);
	case FIELD_MS: return sizeof(nanos);
	default: return sizeof(uint32_t);
	}
}

static bool same_switch(const struct profile *a, const struct profile *b,
			const struct profile_field *field)
{
	return memcmp((const char *)a + field->offset, (const char *)b + field->offset,
		      width_of(field)) == 0;
}

static const char *in_json(const struct profile_field *field, int64_t value, char *buf, size_t size)
{
	switch ((enum field_kind)field->kind) {
	case FIELD_BOOL: return value ? "true" : "false";
	case FIELD_CONTROL:
		snprintf(buf, size, "\"%s\"", congestion_control((uint32_t)value)->name);
		break;
	case FIELD_SYN_DEFENCE:
		snprintf(buf, size, "\"%s\"", syn_defence_name((uint32_t)value));
		break;
	case FIELD_ECN: snprintf(buf, size, "\"%s\"", ecn_mode_name((enum ecn_mode)value)); break;
	default: snprintf(buf, size, "%lld", (long long)value);
	}
	return buf;
}

/* The client has this switch otherwise than its profile, and nothing else; the server has not. */
static void override_one(const char *name, const struct profile_field *field, int64_t value)
{
	struct profile want[2];
	struct profile got;
	uint64_t seed;
	uint16_t mtu;
	struct scenario *s;
	struct error err;
	unsigned count;
	const struct profile_field *fields = profile_fields(&count);
	char number[40];
	char text[800];

	snprintf(text, sizeof text,
		 "{\"title\": \"t\", \"hosts\": {"
		 "\"client\": {\"address\": \"10.0.0.1\", \"profile\": \"%s\", \"tcp\": {\"%s\": "
		 "%s}}, "
		 "\"server\": {\"address\": \"10.0.0.2\", \"profile\": \"%s\"}}, "
		 "\"links\": [{\"between\": [\"client\", \"server\"], \"delay_ms\": 1}]}",
		 name, field->name, in_json(field, value, number, sizeof number), name);
	assert_true(profile_named(name, &want[0]));
	want[1] = want[0];
	profile_set(&want[0], field, value);
	if (!scenario_with(text, NULL, &s, &err))
		fail_msg("%s: %s", field->name, err.text);
	for (uint32_t host = 0; host < 2; host++) {
		assert_true(scenario_host_setup(s, host, &got, &seed, &mtu));
		for (unsigned i = 0; i < count; i++) {
			if (!same_switch(&got, &want[host], &fields[i]))
				fail_msg("%s of %s: host %u has another %s", field->name, name,
					 host, fields[i].name);
		}
	}
	scenario_free(s);
}

static void every_switch_of_every_profile_can_be_set_for_one_host(void **state)
{
	unsigned count;
	const struct profile_field *fields = profile_fields(&count);

	(void)state;
	assert_true(count > 100);
	for (const char *const *name = profile_names(); *name != NULL; name++) {
		for (unsigned i = 0; i < count; i++) {
			struct profile is;
			struct profile other;
			int64_t value = fields[i].min;

			assert_true(profile_named(*name, &is));
			other = is;
			profile_set(&other, &fields[i], value);
			if (same_switch(&is, &other, &fields[i]))
				value = fields[i].max;
			override_one(*name, &fields[i], value);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_switch_of_every_profile_can_be_set_for_one_host),
	};

	return cmocka_run_group_tests_name("switches", tests, NULL, NULL);
}
