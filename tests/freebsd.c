#include "tests/freebsd.h"

struct profile plain(void)
{
	struct profile profile;

	assert_true(profile_named("plain", &profile));
	return profile;
}

struct profile freebsd(void)
{
	struct profile profile;

	assert_true(profile_named("freebsd", &profile));
	profile.isn_fixed = true;
	return profile;
}

struct dialogue in_time_wait(const struct profile *profile)
{
	struct dialogue d = established_with(profile);

	app_close(&d);
	out(&d, "F. 1:1(0) ack 1");
	in(&d, "F. 1:1(0) ack 2 win 65535");
	out(&d, ". 2:2(0) ack 2");
	in_state(&d, TIME_WAIT);
	return d;
}
