#include "tests/rack.h"

struct dialogue with_rack(int64_t round_trip_ms)
{
	struct dialogue d = dialogue_new();

	d.profile.sack = true;
	d.profile.rack = true;
	d.profile.initial_window = 10;
	app_connect(&d);
	out(&d, "S 0:0(0)");
	pass_ms(&d, round_trip_ms);
	in(&d, "S. 0:0(0) ack 1 win 65535 <mss 1000,nop,nop,sackOK>");
	out(&d, ". 1:1(0) ack 1");
	return d;
}

struct dialogue under_way(uint32_t octets)
{
	struct dialogue d = with_rack(100);

	app_send(&d, octets);
	out_rest(&d);
	pass_ms(&d, 100);
	return d;
}
