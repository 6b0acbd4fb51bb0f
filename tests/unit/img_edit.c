/* img_edit.c: tests of turns, of what is cut out, and of where a point goes. */
#include "unit.h"

#include "img/edit.h"

static const struct img_rect own = { 0, 0, 400, 300 };

static void a_turn_and_its_way_back_are_nothing(void **state)
{
	(void)state;
	for (int a = 0; a < IMG_TURN__MAX; a++) {
		assert_int_equal(img_turn_then(a, img_turn_back(a)), 0);
		assert_int_equal(img_turn_then(0, a), a);
		assert_int_equal(img_turn_then(a, 0), a);
		for (int b = 0; b < IMG_TURN__MAX; b++) {
			assert_in_range(img_turn_then(a, b), 0, IMG_TURN__MAX - 1);
			for (int c = 0; c < IMG_TURN__MAX; c++)
				assert_int_equal(img_turn_then(img_turn_then(a, b), c), img_turn_then(a, img_turn_then(b, c)));
		}
	}
	assert_int_equal(img_turn_then(IMG_MIRRORED, 1), IMG_MIRRORED | 3);
	assert_int_equal(img_turn_then(1, IMG_MIRRORED), IMG_MIRRORED | 1);
}

static void what_is_cut_out_turns_along(void **state)
{
	(void)state;
	const struct { int then; struct img_rect want; } cases[] = {
		{ 0, { 10, 20, 30, 40 } }, { 1, { 240, 10, 40, 30 } }, { 2, { 360, 240, 30, 40 } }, { 3, { 20, 360, 40, 30 } },
		{ 4, { 360, 20, 30, 40 } }, { 6, { 10, 240, 30, 40 } },
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct img_edit edit = { 0, { 10, 20, 30, 40 } };
		img_edit_turn(&edit, own, cases[i].then);
		assert_memory_equal(&edit.crop, &cases[i].want, sizeof edit.crop);
		assert_true(img_edit_fits(&edit, own));
		img_edit_turn(&edit, own, img_turn_back(cases[i].then));
		assert_int_equal(edit.turn, 0);
		assert_int_equal(edit.crop.x * 1000 + edit.crop.y, 10020);
	}
	struct img_edit whole = { 0, { 0 } };
	img_edit_turn(&whole, own, 1);
	assert_int_equal(img_edit_part(&whole, own).width, 300);
	assert_int_equal(whole.crop.width, 0);
}

static void a_crop_lies_in_the_turned_picture(void **state)
{
	(void)state;
	const struct { struct img_edit edit; bool fits; } cases[] = {
		{ { 0, { 0 } }, true }, { { 0, { 0, 0, 400, 300 } }, true }, { { 1, { 0, 0, 300, 400 } }, true },
		{ { 1, { 0, 0, 400, 300 } }, false }, { { 0, { 1, 0, 400, 300 } }, false }, { { 0, { 0, 1, 400, 300 } }, false },
		{ { 0, { 399, 299, 1, 1 } }, true }, { { 0, { 400, 299, 1, 1 } }, false }, { { 0, { -1, 0, 5, 5 } }, false },
		{ { 0, { 5, 5, 5, 0 } }, false }, { { 0, { INT32_MAX, 0, 5, 5 } }, false }, { { 0, { 0, 0, INT32_MAX, 5 } }, false },
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		if (img_edit_fits(&cases[i].edit, own) != cases[i].fits)
			fail_msg("case %zu", i);
}

static void a_point_stays_on_what_it_shows(void **state)
{
	(void)state;
	const struct { struct img_edit from, to; int x, y, want_x, want_y; } cases[] = {
		{ { 0, { 0 } }, { 0, { 0 } }, 250, 750, 250, 750 },
		{ { 0, { 0 } }, { 1, { 0 } }, 250, 750, 250, 250 },
		{ { 0, { 0 } }, { 4, { 0 } }, 250, 750, 750, 750 },
		{ { 0, { 0 } }, { 0, { 100, 0, 200, 300 } }, 500, 500, 500, 500 },
		{ { 0, { 0 } }, { 0, { 0, 0, 100, 100 } }, 500, 500, 1000, 1000 },
		{ { 0, { 100, 100, 100, 100 } }, { 0, { 0 } }, 0, 0, 250, 333 },
		{ { 3, { 0 } }, { 0, { 0 } }, 0, 0, 1000, 0 },
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		int x = cases[i].x, y = cases[i].y;
		img_edit_point(&cases[i].from, &cases[i].to, own, &x, &y);
		if (x != cases[i].want_x || y != cases[i].want_y)
			fail_msg("case %zu: %d, %d", i, x, y);
	}
}

static void an_edit_is_read_as_it_was_written_and_nothing_else_is(void **state)
{
	(void)state;
	const char *const bad[] = { ",", "1", "0,1,2,3", "0,1,2,3,4,5", "8,0,0,0,0", "-1,0,0,0,0", "0,0,0,5,0", "0,0,0,0,5", "0,-1,0,5,5",
				    "0,0,0,99999999999,5", "0,0,0,1000001,5", "0,x,0,5,5", "0, 1,0,5,5" };
	struct img_edit edit = { 5, { 1, 2, 3, 4 } }, back = { 0 };
	struct arena arena;
	struct err err = ERR_INIT;
	arena_init(&arena, 1 << 12);
	assert_str(img_edit_write(&edit, &arena), "5,1,2,3,4");
	assert_ok(img_edit_read(STR("5,1,2,3,4"), &back, &err), &err);
	assert_memory_equal(&edit, &back, sizeof edit);
	assert_ok(img_edit_read(STR(""), &back, &err), &err);
	assert_str(img_edit_write(&back, &arena), "");
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		if (img_edit_read(str_of(bad[i]), &back, &err) != RC_INVALID)
			fail_msg("'%s' was taken", bad[i]);
	arena_release(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_turn_and_its_way_back_are_nothing),
		cmocka_unit_test(what_is_cut_out_turns_along),
		cmocka_unit_test(a_crop_lies_in_the_turned_picture),
		cmocka_unit_test(a_point_stays_on_what_it_shows),
		cmocka_unit_test(an_edit_is_read_as_it_was_written_and_nothing_else_is),
	};
	return cmocka_run_group_tests_name("img edit", tests, NULL, NULL);
}
