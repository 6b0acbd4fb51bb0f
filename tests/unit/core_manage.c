/* core_manage.c: tests of what managing a site reads and moves: lists of redirects, rows of menus. */
#include "unit.h"

#include "core/menu.h"
#include "core/redirects.h"

static struct arena arena;

static int begin(void **state)
{
	(void)state;
	arena_init(&arena, ARENA_MAX_B);
	return 0;
}

static int end(void **state)
{
	(void)state;
	arena_release(&arena);
	return 0;
}

static void a_line_of_a_list_is_read_however_its_fields_are_parted(void **state)
{
	(void)state;
	const struct { const char *line, *from, *to, *status; } cases[] = {
		{ "/a,/b", "/a", "/b", "" }, { "  /a ; /b ; 302 ", "/a", "/b", "302" }, { "/a\t/b\t410", "/a", "/b", "410" },
		{ "/a   /b 301", "/a", "/b", "301" }, { "/a,,410", "/a", "", "410" }, { "/a", "/a", "", "" },
		{ "\"/a,b\",\"/c\"\"d\"", "/a,b", "/c\"d", "" }, { "\"\",\"\"", "", "", "" }, { "", "", "", "" },
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct redirect_form form;
		assert_true(redirect_line_read(str_of(cases[i].line), &form, &arena));
		assert_true(str_is(form.from, cases[i].from));
		assert_true(str_is(form.to, cases[i].to));
		assert_true(str_is(form.status, cases[i].status));
	}
	const char *bad[] = { "\"", "\"/a", "/a,\"/b", "/a,/b,301,more", "\"\"\"", "/a /b 301 \"" };
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		struct redirect_form form = { STR("kept"), STR(""), STR("") };
		if (redirect_line_read(str_of(bad[i]), &form, &arena))
			fail_msg("'%s' was read", bad[i]);
		assert_true(str_is(form.from, "kept"));
	}
}

static void a_hostile_line_takes_no_longer_than_its_length(void **state)
{
	(void)state;
	const char fills[] = { '"', ',', ' ', 'x' };
	for (size_t i = 0; i < COUNT_OF(fills); i++) {
		struct redirect_form form;
		size_t n = (size_t)2 << 20;
		char *text = arena_alloc(&arena, n);
		memset(text, fills[i], n);
		double begun_us = cpu_us();
		bool read = redirect_line_read(str_n(text, n), &form, &arena);
		assert_true(!read || form.from.n <= n);
		assert_worked_at_most(200, begun_us, "a line of '%c'", fills[i]);
		arena_reset(&arena);
	}
}

static struct menu_rows rows_of(const char *levels)
{
	struct menu_rows rows = { .count = 0 };
	for (; *levels; levels++)
		rows.items[rows.count++] = (struct menu_row){ STR("x"), STR("/x"), *levels - '0' };
	return rows;
}

static void no_move_loses_a_row_or_leaves_a_level_that_cannot_be(void **state)
{
	(void)state;
	const char *shapes[] = { "1", "11", "12", "123", "1233221", "1212121", "12312311", "111222333" };
	for (size_t s = 0; s < COUNT_OF(shapes); s++) {
		for (size_t at = 0; at <= strlen(shapes[s]); at++) {
			for (int move = 0; move < MENU_MOVE__MAX; move++) {
				struct menu_rows rows = rows_of(shapes[s]);
				menu_rows_tidy(&rows);
				size_t count = rows.count - (move == MENU_REMOVE && at < rows.count ? 1 : 0);
				size_t now = menu_rows_move(&rows, at, (enum menu_move)move);
				assert_int_equal(rows.count, count);
				assert_true(now < count || count == 0 || at >= count);
				struct menu_rows tidied = rows;
				menu_rows_tidy(&tidied);
				for (size_t i = 0; i < count; i++)
					assert_int_equal(rows.items[i].level, tidied.items[i].level);
			}
		}
	}
}

static void a_menu_becomes_the_tree_that_its_levels_say(void **state)
{
	(void)state;
	struct buf json = BUF_INIT((size_t)64 << 10);
	struct menu_rows rows = { .count = 4, .items = {
		{ STR("a"), STR("/a"), 1 }, { STR(""), STR(""), 2 }, { STR("b\"<"), STR("/b"), 3 }, { STR("c"), STR("/c"), 1 },
	} };
	menu_rows_json(&rows, &json);
	assert_true(str_find(buf_view(&json), STR("\"b\\\"")) > 0);
	assert_true(str_find(buf_view(&json), STR("children")) > 0);
	assert_true(str_find(buf_view(&json), STR("\"label\":\"\"")) < 0);
	buf_release(&json);
	assert_true(str_is(menu_url(STR(" about "), &arena), "/about"));
	assert_true(str_is(menu_url(STR("mailto:x@y"), &arena), "mailto:x@y"));
	assert_true(str_is(menu_url(STR("a/b:c"), &arena), "/a/b:c"));
	assert_true(str_is(menu_url(STR(""), &arena), ""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_line_of_a_list_is_read_however_its_fields_are_parted, begin, end),
		cmocka_unit_test_setup_teardown(a_hostile_line_takes_no_longer_than_its_length, begin, end),
		cmocka_unit_test_setup_teardown(no_move_loses_a_row_or_leaves_a_level_that_cannot_be, begin, end),
		cmocka_unit_test_setup_teardown(a_menu_becomes_the_tree_that_its_levels_say, begin, end),
	};
	return cmocka_run_group_tests_name("core manage", tests, NULL, NULL);
}
