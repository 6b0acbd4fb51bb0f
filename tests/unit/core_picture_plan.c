/* core_picture_plan.c: tests of what is made of a picture of the library, edited or not. */
#include "unit.h"

#include "core/picture_plan.h"
#include "store/media_variant.h"

static const struct img_plan_conf all_formats = { .webp = true, .avif = true };

static struct img_info picture(enum img_type type, int width, int height)
{
	return (struct img_info){ .type = type, .width_px = width, .height_px = height, .orientation = 1, .frames = 1 };
}

static size_t count_of(const struct picture_plan *plan, const char *crop)
{
	size_t n = 0;
	for (size_t i = 0; i < plan->count; i++)
		n += strcmp(plan->crops[i], crop) == 0;
	return n;
}

static const struct img_variant *first_of(const struct picture_plan *plan, const char *crop)
{
	for (size_t i = 0; i < plan->count; i++)
		if (strcmp(plan->crops[i], crop) == 0)
			return &plan->variants[i];
	return NULL;
}

/* What platen-img would refuse (cgi/img/derive.c). */
static void assert_possible(const struct picture_plan *plan, const struct img_info *info)
{
	for (size_t i = 0; i < plan->count; i++) {
		const struct img_variant *v = &plan->variants[i];
		int width = v->turn & 1 ? info->height_px : info->width_px, height = v->turn & 1 ? info->width_px : info->height_px;
		struct img_rect crop = v->crop.width ? v->crop : (struct img_rect){ 0, 0, width, height };
		assert_true(crop.x >= 0 && crop.y >= 0 && crop.x + crop.width <= width && crop.y + crop.height <= height);
		assert_true(v->width_px > 0 && v->height_px > 0 && v->width_px <= crop.width && v->height_px <= crop.height);
		assert_true(v->rival < (int)i);
		assert_non_null(plan->crops[i]);
	}
}

static void no_plan_asks_for_more_than_the_picture_has(void **state)
{
	(void)state;
	static const int sides[] = { 1, 2, 11, 399, 400, 401, 700, 1250, 4000, 9000 };
	struct picture_plan *plan = mem_new(sizeof *plan);
	for (size_t w = 0; w < COUNT_OF(sides); w++)
		for (size_t h = 0; h < COUNT_OF(sides); h++)
			for (int turn = 0; turn < IMG_TURN__MAX; turn++) {
				struct img_info info = picture(IMG_JPEG, sides[w], sides[h]);
				struct img_edit edit = { .turn = turn };
				struct img_rect lies = img_edit_turned(&edit, (struct img_rect){ 0, 0, sides[w], sides[h] });
				picture_plan(&info, &edit, 500, 500, &all_formats, plan);
				assert_possible(plan, &info);
				edit.crop = (struct img_rect){ lies.width / 3, lies.height / 2, lies.width - lies.width / 3, lies.height - lies.height / 2 };
				picture_plan(&info, &edit, 1000, 0, &all_formats, plan);
				assert_possible(plan, &info);
				assert_in_range(plan->count, 1, IMG_VARIANTS_MAX);
			}
	free(plan);
}

static void only_what_is_edited_gets_something_in_the_originals_place(void **state)
{
	(void)state;
	const struct img_edit none = { 0 }, cut = { 1, { 100, 200, 600, 900 } };
	struct picture_plan *plan = mem_new(sizeof *plan);
	const struct { enum img_type from, to; int quality; } cases[] = {
		{ IMG_JPEG, IMG_JPEG, 92 }, { IMG_PNG, IMG_PNG, 0 }, { IMG_WEBP, IMG_WEBP, 92 }, { IMG_HEIC, IMG_JPEG, 92 }, { IMG_GIF, IMG_PNG, 0 },
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct img_info info = picture(cases[i].from, 2000, 1500);
		picture_plan(&info, &none, 500, 500, &all_formats, plan);
		assert_int_equal(count_of(plan, MEDIA_CROP_EDITED) + count_of(plan, MEDIA_CROP_WHOLE), 0);
		assert_int_equal(plan->width_px, 0);
		picture_plan(&info, &cut, 500, 500, &all_formats, plan);
		const struct img_variant *edited = first_of(plan, MEDIA_CROP_EDITED), *whole = first_of(plan, MEDIA_CROP_WHOLE);
		assert_true(edited->type == cases[i].to && edited->quality == cases[i].quality && edited->turn == 1);
		assert_true(edited->width_px == 600 && edited->height_px == 900 && plan->width_px == 600 && plan->height_px == 900);
		assert_true(whole->turn == 0 && whole->width_px == 1280 && whole->height_px == 960);
	}
	free(plan);
}

static void shapes_lie_round_the_focal_point_and_are_never_enlarged(void **state)
{
	(void)state;
	const struct img_edit none = { 0 };
	const struct { int width, height, x, y; size_t cards; struct img_rect card; int social; } cases[] = {
		{ 3200, 1800, 500, 500, 3, { 0, 0, 3200, 1800 }, 1200 }, { 1600, 1600, 500, 0, 3, { 0, 0, 1600, 900 }, 1200 },
		{ 1600, 1600, 500, 1000, 3, { 0, 700, 1600, 900 }, 1200 }, { 3600, 900, 900, 0, 3, { 2000, 0, 1600, 900 }, 1200 },
		{ 640, 480, 500, 500, 2, { 0, 60, 640, 360 }, 640 }, { 430, 480, 500, 500, 1, { 0, 119, 430, 242 }, 0 },
		{ 399, 480, 500, 500, 0, { 0 }, 0 },
	};
	const struct img_plan_conf plain = { 0 };
	struct picture_plan *plan = mem_new(sizeof *plan);
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct img_info info = picture(IMG_JPEG, cases[i].width, cases[i].height);
		picture_plan(&info, &none, cases[i].x, cases[i].y, &plain, plan);
		assert_int_equal(count_of(plan, MEDIA_CROP_CARD), cases[i].cards);
		if (cases[i].cards)
			assert_memory_equal(&first_of(plan, MEDIA_CROP_CARD)->crop, &cases[i].card, sizeof cases[i].card);
		const struct img_variant *social = first_of(plan, MEDIA_CROP_SOCIAL);
		assert_int_equal(social ? social->width_px : 0, cases[i].social);
		if (social && social->width_px == 1200)
			assert_int_equal(social->height_px, 630);
	}
	free(plan);
}

static void what_moves_is_not_edited(void **state)
{
	(void)state;
	const struct img_edit cut = { 1, { 0, 0, 10, 10 } };
	struct img_info info = picture(IMG_GIF, 800, 600);
	struct picture_plan *plan = mem_new(sizeof *plan);
	info.frames = 2;
	picture_plan(&info, &cut, 500, 500, &all_formats, plan);
	assert_string_equal(plan->crops[0], MEDIA_CROP_MOVING);
	assert_int_equal(count_of(plan, MEDIA_CROP_EDITED), 0);
	assert_true(first_of(plan, "")->turn == 0 && count_of(plan, MEDIA_CROP_CARD) > 0);
	free(plan);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_plan_asks_for_more_than_the_picture_has),
		cmocka_unit_test(only_what_is_edited_gets_something_in_the_originals_place),
		cmocka_unit_test(shapes_lie_round_the_focal_point_and_are_never_enlarged),
		cmocka_unit_test(what_moves_is_not_edited),
	};
	return cmocka_run_group_tests_name("core picture plan", tests, NULL, NULL);
}
