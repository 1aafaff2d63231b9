/* A D-SACK speaks of a repetition only where something went again; else the network made
 * the copy. RFC 3708 §3, RFC 2883. */
#include "tests/dialogue.h"

#include "tcp/turn.h"

/* Ten segments are under way; the first two are taken for lost, and go again. */
static struct dialogue two_went_again(void)
{
	struct dialogue d = dialogue_new();

	d.profile.sack = true;
	d.profile.eifel = true;
	d.profile.initial_window = 10;
	app_connect(&d);
	out(&d, "S 0:0(0)");
	in(&d, "S. 0:0(0) ack 1 win 65535 <mss 1000,nop,nop,sackOK>");
	app_send(&d, 40000);
	out_rest(&d);
	in_sack(&d, 1, 2001, 6001);
	out(&d, ". 1:1001(1000) ack 1");
	in_sack(&d, 1, 2001, 8001);
	out_rest(&d);
	in_ack(&d, 10001);
	out_rest(&d);
	assert_int_equal(d.tcb.cc.undo_repeats, 2000);
	return d;
}

static void a_copy_of_what_went_once_takes_nothing_back(void **state)
{
	struct dialogue d = two_went_again();
	uint32_t ssthresh = d.tcb.cc.ssthresh;

	(void)state;
	in_sack(&d, 10001, 5001, 7001);
	fired(&d, RULE_DSACK_OF_A_COPY);
	not_fired(&d, RULE_DSACK_UNDOES);
	assert_int_equal(d.tcb.cc.ssthresh, ssthresh);
	assert_int_equal(d.tcb.cc.undo_repeats, 2000);
}

static void of_a_block_only_what_went_again_counts(void **state)
{
	struct dialogue d = two_went_again();

	(void)state;
	in_sack(&d, 10001, 1001, 4001);
	assert_int_equal(d.tcb.cc.undo_repeats, 1000);
	not_fired(&d, RULE_DSACK_UNDOES);
	in_sack(&d, 10001, 1, 1001);
	fired(&d, RULE_DSACK_UNDOES);
	not_fired(&d, RULE_DSACK_OF_A_COPY);
}

static void the_same_octets_are_not_told_of_twice(void **state)
{
	struct dialogue d = two_went_again();

	(void)state;
	in_sack(&d, 10001, 1, 1001);
	in_sack(&d, 10001, 1, 1001); /* the network copied one of the two */
	fired(&d, RULE_DSACK_OF_A_COPY);
	not_fired(&d, RULE_DSACK_UNDOES);
	assert_int_equal(d.tcb.cc.undo_repeats, 1000);
}

/* (A.3) */
static void what_went_three_times_stays_lost(void **state)
{
	struct dialogue d = two_went_again();

	(void)state;
	d.tcb.cc.undo_repeats += 1000; /* as if 1:1001 had gone twice more */
	in_sack(&d, 10001, 1, 1001);
	in_sack(&d, 10001, 1001, 2001);
	in_sack(&d, 10001, 1, 1001);
	not_fired(&d, RULE_DSACK_UNDOES);
}

/* ---- the stretches ---- */

static struct seq at(const struct dialogue *d, uint32_t n)
{
	return seq_add(d->tcb.snd.iss, n);
}

static void add(struct dialogue *d, uint32_t left, uint32_t right)
{
	repeats_add(&d->tcb.cc, at(d, left), at(d, right));
}

static uint32_t take(struct dialogue *d, uint32_t left, uint32_t right)
{
	return repeats_take(&d->tcb.cc, at(d, left), at(d, right));
}

static void stretches_that_touch_are_one(void **state)
{
	struct dialogue d = two_went_again();

	(void)state;
	repeats_forget(&d.tcb.cc);
	add(&d, 5001, 6001);
	add(&d, 1001, 2001);
	assert_int_equal(d.tcb.cc.again_count, 2);
	add(&d, 2001, 5001);
	assert_int_equal(d.tcb.cc.again_count, 1);
	assert_int_equal(take(&d, 1, 9001), 5000);
	assert_int_equal(d.tcb.cc.again_count, 0);
}

static void taking_out_the_middle_leaves_both_ends(void **state)
{
	struct dialogue d = two_went_again();

	(void)state;
	repeats_forget(&d.tcb.cc);
	add(&d, 1001, 4001);
	assert_int_equal(take(&d, 2001, 3001), 1000);
	assert_int_equal(d.tcb.cc.again_count, 2);
	assert_int_equal(take(&d, 2001, 3001), 0);
	assert_int_equal(take(&d, 1501, 3501), 1000);
	assert_int_equal(take(&d, 1, 9001), 1000);
}

static void without_room_the_nearest_become_one(void **state)
{
	struct dialogue d = two_went_again();

	(void)state;
	repeats_forget(&d.tcb.cc);
	add(&d, 1001, 2001);
	add(&d, 10001, 11001);
	add(&d, 12001, 13001);
	add(&d, 20001, 21001);
	add(&d, 30001, 31001);
	assert_int_equal(d.tcb.cc.again_count, REPEATS_MAX);
	assert_int_equal(take(&d, 11001, 12001), 1000); /* between the two */
	assert_int_equal(take(&d, 2001, 10001), 0);
	assert_int_equal(take(&d, 13001, 20001), 0);
	assert_int_equal(take(&d, 21001, 30001), 0);
	/* That left one too many, and the last was forgotten: no undo is better than a wrong one.
	 */
	assert_int_equal(take(&d, 1, 40001), 4000);
}

/* Numbers go round: what is older than any D-SACK that is believed is forgotten. */
static void what_is_old_is_forgotten(void **state)
{
	struct dialogue d = two_went_again();

	(void)state;
	assert_true(d.tcb.cc.again_count > 0);
	for (uint32_t acked = 10001; acked < 200001; acked += 10000) {
		app_send(&d, 10000);
		out_rest(&d);
		in_ack(&d, (uint32_t)seq_diff(d.tcb.snd.nxt, d.tcb.snd.iss));
	}
	assert_int_equal(d.tcb.cc.again_count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_copy_of_what_went_once_takes_nothing_back),
		cmocka_unit_test(of_a_block_only_what_went_again_counts),
		cmocka_unit_test(the_same_octets_are_not_told_of_twice),
		cmocka_unit_test(what_went_three_times_stays_lost),
		cmocka_unit_test(stretches_that_touch_are_one),
		cmocka_unit_test(taking_out_the_middle_leaves_both_ends),
		cmocka_unit_test(without_room_the_nearest_become_one),
		cmocka_unit_test(what_is_old_is_forgotten),
	};

	return DIALOGUE_RUN("repeats", tests);
}
