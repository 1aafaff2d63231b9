/* The octets that arrived and were not taken yet. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "net/store.h"

/* The next `len` octets, which must lie in one piece, are `text`. */
static void next_is(const struct store *s, const char *text)
{
	uint32_t len;
	const uint8_t *octets = store_peek(s, (uint32_t)strlen(text), &len);

	assert_int_equal(len, strlen(text));
	assert_memory_equal(octets, text, len);
}

static void put(struct store *s, int64_t offset, const char *text)
{
	store_put(s, offset, (const uint8_t *)text, (uint32_t)strlen(text));
}

static void octets_put_in_any_order_are_read_in_theirs(void **state)
{
	struct store s = {0};

	(void)state;
	put(&s, 3, "def");
	put(&s, 0, "abc");
	next_is(&s, "abcdef");
	store_take(&s, 4);
	next_is(&s, "ef");
	store_free(&s);
}

static void octets_lent_and_taken_at_once_need_no_memory(void **state)
{
	static const uint8_t text[] = {'a', 'b', 'c'};
	struct store s = {0};
	uint32_t len;

	(void)state;
	store_lend(&s, text, sizeof text);
	assert_ptr_equal(store_peek(&s, 10, &len), text);
	assert_int_equal(len, 3);
	store_take(&s, 3);
	store_keep(&s);
	assert_int_equal(s.taken, 3);
	assert_null(s.ring);
}

static void what_was_lent_and_not_taken_is_kept_before_what_came_earlier(void **state)
{
	uint8_t text[] = {'a', 'b', 'c'};
	struct store s = {0};

	(void)state;
	put(&s, 3, "def");
	store_lend(&s, text, sizeof text);
	next_is(&s, "a");
	store_take(&s, 1);
	store_keep(&s);
	memset(text, 'x', sizeof text); /* it is the lender's again */
	next_is(&s, "bcdef");
	store_free(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(octets_put_in_any_order_are_read_in_theirs),
		cmocka_unit_test(octets_lent_and_taken_at_once_need_no_memory),
		cmocka_unit_test(what_was_lent_and_not_taken_is_kept_before_what_came_earlier),
	};

	return cmocka_run_group_tests_name("store", tests, NULL, NULL);
}
