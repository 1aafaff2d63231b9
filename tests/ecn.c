#include "tests/ecn.h"

struct dialogue dialogue_with_ecn(enum ecn_mode mode)
{
	struct dialogue d = dialogue_new();

	d.profile.ecn = mode;
	return d;
}

bool sends_ect(struct dialogue *d)
{
	app_send(d, 10);
	assert_true(out_any(d));
	assert_int_equal(d->last.len, 10);
	return d->last_ecn == ECT0;
}
