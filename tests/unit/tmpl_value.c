/* tmpl_value.c: tests of the tree of values. */
#include "unit.h"

#include "tmpl/value.h"

static const struct value *get(const struct value *object, const char *key)
{
	return value_get(object, value_key_of(str_of(key)));
}

static void what_is_empty_hides_a_section(void **state)
{
	(void)state;
	struct arena a;
	arena_init(&a, ARENA_MAX_B);
	struct value *list = value_new_list(&a);
	assert_false(value_shows(NULL));
	assert_false(value_shows(list));
	assert_false(value_shows(value_new_text(&a, STR(""))));
	assert_false(value_shows(value_new_text(&a, STR_NONE)));
	assert_false(value_shows(value_new_html(&a, HTML_NONE)));
	assert_false(value_shows(value_new_bool(&a, false)));
	assert_true(value_shows(value_new_bool(&a, true)));
	assert_true(value_shows(value_new_int(&a, 0)));
	assert_true(value_shows(value_new_text(&a, STR("0"))));
	assert_true(value_shows(value_root(&a)));
	value_item(&a, list);
	assert_true(value_shows(list));
	arena_release(&a);
}

static void the_last_of_two_equal_keys_wins_in_small_and_large_objects(void **state)
{
	(void)state;
	struct arena a;
	arena_init(&a, ARENA_MAX_B);
	struct value *o = value_root(&a);
	for (int round = 0; round < 2; round++)
		for (int i = 0; i < 500; i++)
			value_int(&a, o, arena_printf(&a, "key%d", i).p, round * 1000 + i);
	for (int i = 0; i < 500; i++) {
		const struct value *v = get(o, arena_printf(&a, "key%d", i).p);
		assert_str(value_print(v), arena_printf(&a, "%d", 1000 + i).p);
	}
	assert_null(get(o, "key500"));
	assert_null(get(o, ""));
	value_text(&a, o, "", STR("empty key"));
	assert_str(value_print(get(o, "")), "empty key");
	arena_release(&a);
}

static void a_null_is_there_and_an_absent_key_is_not(void **state)
{
	(void)state;
	struct arena a;
	arena_init(&a, ARENA_MAX_B);
	struct value *o = value_root(&a);
	value_share(&a, o, "null", NULL);
	assert_non_null(get(o, "null"));
	assert_int_equal(value_kind(get(o, "null")), VALUE_NULL);
	assert_null(get(o, "absent"));
	assert_null(get(get(o, "null"), "below"));
	assert_str(value_print(get(o, "null")), "");
	arena_release(&a);
}

static void a_shared_subtree_is_the_same_one(void **state)
{
	(void)state;
	struct arena a;
	arena_init(&a, ARENA_MAX_B);
	struct value *o = value_root(&a);
	struct value *author = value_object(&a, o, "author");
	struct value *authors = value_list(&a, o, "authors");
	value_share_item(&a, authors, author);
	value_text(&a, author, "name", STR("Ann"));
	assert_int_equal(value_count(authors), 1);
	assert_str(value_print(get(value_at(authors, 0), "name")), "Ann");
	arena_release(&a);
}

static void setting_on_the_wrong_kind_does_nothing(void **state)
{
	(void)state;
	struct arena a;
	arena_init(&a, ARENA_MAX_B);
	struct value *o = value_root(&a), *list = value_list(&a, o, "list");
	value_text(&a, list, "key", STR("x"));
	value_item_text(&a, o, STR("x"));
	assert_int_equal(value_count(list), 0);
	assert_int_equal(value_count(o), 0);
	assert_null(get(list, "key"));
	arena_release(&a);
}

static void integers_print_their_digits(void **state)
{
	(void)state;
	struct arena a;
	arena_init(&a, ARENA_MAX_B);
	assert_str(value_print(value_new_int(&a, INT64_MIN)), "-9223372036854775808");
	assert_str(value_print(value_new_int(&a, INT64_MAX)), "9223372036854775807");
	assert_str(value_print(value_new_bool(&a, true)), "true");
	assert_str(value_print(value_new_bool(&a, false)), "false");
	assert_str(value_print(value_root(&a)), "");
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_empty_hides_a_section),
		cmocka_unit_test(the_last_of_two_equal_keys_wins_in_small_and_large_objects),
		cmocka_unit_test(a_null_is_there_and_an_absent_key_is_not),
		cmocka_unit_test(a_shared_subtree_is_the_same_one),
		cmocka_unit_test(setting_on_the_wrong_kind_does_nothing),
		cmocka_unit_test(integers_print_their_digits),
	};
	return cmocka_run_group_tests_name("tmpl value", tests, NULL, NULL);
}
