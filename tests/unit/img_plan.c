/* img_plan.c: tests of what variants a picture gets, of crops, icons and of the words for the helper. */
#include "unit.h"

#include "img/plan.h"
#include "img/wire.h"

static struct img_info picture(enum img_type type, int width, int height)
{
	return (struct img_info){ .type = type, .width_px = width, .height_px = height, .orientation = 1, .frames = 1 };
}

/* "320j 320w 640j" and so on, with a star for what has a rival. */
static void written(const struct img_variant *plan, size_t count, struct buf *out)
{
	buf_clear(out);
	for (size_t i = 0; i < count; i++)
		buf_printf(out, "%s%d%s%c%s", i ? " " : "", plan[i].width_px, plan[i].copy ? "copy" : "",
			   img_type_name(plan[i].type)[0], plan[i].rival >= 0 ? "*" : "");
}

static void a_picture_gets_the_widths_it_has_pixels_for(void **state)
{
	(void)state;
	const struct img_plan_conf plain = { 0 }, webp = { .webp = true }, all = { .webp = true, .avif = true },
				   narrow = { .widest_px = 500 };
	const struct { enum img_type type; int width, height; const struct img_plan_conf *conf; const char *want; } cases[] = {
		{ IMG_JPEG, 4032, 3024, &plain, "320j 480j 640j 960j 1280j 1920j 2560j" },
		{ IMG_JPEG, 1000, 10, &plain, "320j 480j 640j 960j" },
		{ IMG_JPEG, 1100, 10, &plain, "320j 480j 640j 960j 1100j" },
		{ IMG_JPEG, 319, 10, &plain, "319j" },
		{ IMG_JPEG, 1, 1, &plain, "1j" },
		{ IMG_JPEG, 4000, 3000, &narrow, "320j 480j" },
		{ IMG_PNG, 500, 500, &webp, "320p 320w* 480p 480w*" },
		{ IMG_HEIC, 400, 500, &all, "320j 320w* 320a* 400j 400w* 400a*" },
		{ IMG_GIF, 300, 300, &plain, "300p" },
		{ IMG_BMP, 300, 300, &plain, "300j" },
		{ IMG_NONE, 300, 300, &plain, "" },
		{ IMG_JPEG, 0, 300, &plain, "" },
	};
	struct buf text = BUF_INIT(4096);
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct img_info info = picture(cases[i].type, cases[i].width, cases[i].height);
		struct img_variant plan[IMG_VARIANTS_MAX];
		written(plan, img_plan(&info, cases[i].conf, plan), &text);
		assert_str(buf_view(&text), cases[i].want);
	}
	buf_release(&text);
}

static void sizes_keep_the_ratio_and_are_never_nothing_and_never_larger(void **state)
{
	(void)state;
	const struct img_plan_conf conf = { .webp = true, .avif = true, .widest_px = 1000000 };
	for (int width = 1; width < 5000; width += 37)
		for (int height = 1; height < 5000; height += 411) {
			struct img_info info = picture(IMG_JPEG, width, height);
			struct img_variant plan[IMG_VARIANTS_MAX];
			size_t n = img_plan(&info, &conf, plan);
			assert_in_range(n, 1, IMG_VARIANTS_MAX);
			for (size_t i = 0; i < n; i++) {
				double exact = (double)height * plan[i].width_px / width;
				assert_in_range(plan[i].width_px, 1, width);
				assert_in_range(plan[i].height_px, 1, height);
				assert_true(exact < 1 || (plan[i].height_px > exact - 0.51 && plan[i].height_px < exact + 0.51));
				assert_int_equal(plan[i].rival, plan[i].type == IMG_JPEG ? -1 : (int)i - 1); /* the format before it */
				assert_true(plan[i].rival < 0 || plan[plan[i].rival].width_px == plan[i].width_px);
			}
		}
}

static void what_may_be_transparent_becomes_no_jpeg_and_animations_are_kept(void **state)
{
	(void)state;
	const struct img_plan_conf conf = { 0 };
	struct buf text = BUF_INIT(4096);
	struct img_variant plan[IMG_VARIANTS_MAX];
	struct img_info info = picture(IMG_WEBP, 100, 100);
	written(plan, img_plan(&info, &conf, plan), &text);
	assert_str(buf_view(&text), "100j");
	info.alpha = true;
	written(plan, img_plan(&info, &conf, plan), &text);
	assert_str(buf_view(&text), "100p");
	info.frames = 9;
	written(plan, img_plan(&info, &conf, plan), &text);
	assert_str(buf_view(&text), "100copyw 100p");
	info = picture(IMG_GIF, 400, 100);
	info.frames = 2;
	written(plan, img_plan(&info, &conf, plan), &text);
	assert_str(buf_view(&text), "400copyg 320p 400p");
	buf_release(&text);
}

static void a_crop_has_its_ratio_and_the_focal_point_as_near_the_middle_as_can_be(void **state)
{
	(void)state;
	const struct { int w, h, rw, rh, fx, fy; struct img_rect want; } cases[] = {
		{ 1000, 500, 1, 1, 500, 500, { 250, 0, 500, 500 } },
		{ 1000, 500, 1, 1, 0, 0, { 0, 0, 500, 500 } },
		{ 1000, 500, 1, 1, 1000, 1000, { 500, 0, 500, 500 } },
		{ 1000, 500, 1, 1, 400, 0, { 150, 0, 500, 500 } },
		{ 500, 1000, 16, 9, 500, 250, { 0, 110, 500, 281 } },
		{ 1600, 900, 16, 9, 0, 0, { 0, 0, 1600, 900 } },
		{ 1, 1, 16, 9, 500, 500, { 0, 0, 1, 1 } },
		{ 10000, 1, 1, 1, 300, 500, { 3000, 0, 1, 1 } },
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct img_rect got = img_crop(cases[i].w, cases[i].h, cases[i].rw, cases[i].rh, cases[i].fx, cases[i].fy);
		if (memcmp(&got, &cases[i].want, sizeof got) != 0)
			fail_msg("case %zu: %d %d %d %d", i, got.x, got.y, got.width, got.height);
	}
}

static void a_site_gets_the_icons_its_picture_is_large_enough_for(void **state)
{
	(void)state;
	const struct { int width, height; size_t count; int last; } cases[] = {
		{ 2000, 600, 6, 512 }, { 512, 512, 6, 512 }, { 400, 300, 5, 192 }, { 20, 30, 1, 16 }, { 9, 30, 1, 9 },
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct img_info info = picture(IMG_JPEG, cases[i].width, cases[i].height);
		struct img_variant plan[IMG_ICONS_MAX];
		size_t n = img_plan_icons(&info, 500, 500, plan);
		assert_int_equal(n, cases[i].count);
		assert_int_equal(plan[n - 1].width_px, cases[i].last);
		assert_int_equal(plan[n - 1].height_px, cases[i].last);
		assert_int_equal(plan[n - 1].crop.width, plan[n - 1].crop.height);
	}
}

#define BYTES(literal) str_n("" literal, sizeof(literal) - 1)
#define PNG(w, h) BYTES("\x89PNG\r\n\x1A\n\0\0\0\x0DIHDR" w h "\x08\x06\0\0\0xxxx")

static void an_icon_file_holds_its_pictures_one_behind_the_other(void **state)
{
	(void)state;
	const struct str pngs[] = { PNG("\0\0\0\x10", "\0\0\0\x10"), PNG("\0\0\x01\0", "\0\0\x01\0") };
	const struct str large = PNG("\0\0\x01\x01", "\0\0\0\x10");
	struct buf out = BUF_INIT(4096);
	struct err err = ERR_INIT;
	assert_ok(img_ico(pngs, 2, &out, &err), &err);
	assert_memory_equal(out.bytes, "\0\0\1\0\2\0" "\x10\x10\0\0\1\0\x20\0\x21\0\0\0\x26\0\0\0" "\0\0\0\0\1\0\x20\0\x21\0\0\0\x47\0\0\0", 38);
	assert_int_equal(out.len, 38 + 2 * 33);
	assert_memory_equal(out.bytes + 0x47, pngs[1].p, pngs[1].n);
	assert_int_equal(img_ico(&large, 1, &out, &err), RC_INVALID);
	assert_int_equal(img_ico(pngs, 0, &out, &err), RC_INVALID);
	buf_release(&out);
}

static void words_carry_a_plan_and_nothing_else(void **state)
{
	(void)state;
	const struct img_variant variant = { .type = IMG_WEBP, .width_px = 640, .height_px = 480, .crop = { 1, 2, 700, 500 },
					     .turn = 7, .quality = 78, .rival = 4 };
	const struct img_limits limits = IMG_LIMITS_DEFAULT;
	const char *const bad[] = {
		"", "jpeg", "jpeg,0,1,1,0,0,0,0,0,80", "jpeg,0,1,1,0,0,0,0,0,80,-1,1", "jpeg,0,0,1,0,0,0,0,0,80,-1",
		"jpeg,0,1,1,0,0,0,0,0,0,-1", "jpeg,0,1,1,0,0,0,0,0,101,-1", "jpeg,0,1,1,0,0,0,0,8,80,-1", "tiff,0,1,1,0,0,0,0,0,80,-1",
		"gif,0,1,1,0,0,0,0,0,80,-1", "jpeg,1,1,1,0,0,0,0,0,80,-1", "jpeg,0,1,1,0,0,0,0,0,80,5", "jpeg,0,1,1,0,0,0,9,0,80,-1",
		"jpeg,0,1,1,-1,0,0,0,0,80,-1", "jpeg,0,99999999999,1,0,0,0,0,0,80,-1", "jpeg,0,x,1,0,0,0,0,0,80,-1",
	};
	char word[WIRE_WORD_B];
	struct img_variant back = { 0 };
	struct img_limits limits_back = { 0 };
	struct err err = ERR_INIT;
	wire_variant(&variant, word);
	assert_string_equal(word, "webp,0,640,480,1,2,700,500,7,78,4");
	assert_ok(wire_read_variant(str_of(word), 5, &back, &err), &err);
	assert_memory_equal(&back.crop, &variant.crop, sizeof back.crop);
	assert_true(back.type == IMG_WEBP && !back.copy && back.width_px == 640 && back.height_px == 480 && back.turn == 7 &&
		    back.quality == 78 && back.rival == 4);
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		if (wire_read_variant(str_of(bad[i]), 5, &back, &err) != RC_INVALID)
			fail_msg("'%s' was taken", bad[i]);
	wire_limits(&limits, word);
	assert_ok(wire_read_limits(str_of(word), &limits_back, &err), &err);
	assert_true(limits_back.pixels == limits.pixels && limits_back.memory_b == limits.memory_b && limits_back.cpu_s == limits.cpu_s);
	assert_int_equal(wire_read_limits(STR("1,2,3,4,5"), &limits_back, &err), RC_INVALID);
	assert_int_equal(wire_read_limits(STR("1,2,3,4,5,0"), &limits_back, &err), RC_INVALID);
}

static void answers_come_back_as_they_were(void **state)
{
	(void)state;
	struct img_result result = { .info = picture(IMG_PNG, 5, 6), .colour = 0x123456, .placeholder = "data:image/webp;base64,AAAA",
				     .made = { { true, 3, 4, 1000000 }, { false, 3, 4, 7 } } };
	struct img_result back;
	struct buf text = BUF_INIT(4096);
	struct err err = ERR_INIT;
	wire_result(&result, 2, &text);
	assert_ok(wire_read_result(buf_view(&text), 2, &back, &err), &err);
	assert_true(back.info.type == IMG_PNG && back.info.height_px == 6 && back.colour == 0x123456 && back.made[0].kept &&
		    back.made[0].size_b == 1000000 && !back.made[1].kept);
	assert_string_equal(back.placeholder, result.placeholder);
	assert_int_equal(wire_read_result(buf_view(&text), 1, &back, &err), RC_CORRUPT);
	assert_int_equal(wire_read_result(STR("{}"), 0, &back, &err), RC_CORRUPT);
	assert_int_equal(wire_read_result(STR(""), 0, &back, &err), RC_CORRUPT);
	buf_release(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_picture_gets_the_widths_it_has_pixels_for),
		cmocka_unit_test(sizes_keep_the_ratio_and_are_never_nothing_and_never_larger),
		cmocka_unit_test(what_may_be_transparent_becomes_no_jpeg_and_animations_are_kept),
		cmocka_unit_test(a_crop_has_its_ratio_and_the_focal_point_as_near_the_middle_as_can_be),
		cmocka_unit_test(a_site_gets_the_icons_its_picture_is_large_enough_for),
		cmocka_unit_test(an_icon_file_holds_its_pictures_one_behind_the_other),
		cmocka_unit_test(words_carry_a_plan_and_nothing_else),
		cmocka_unit_test(answers_come_back_as_they_were),
	};
	return cmocka_run_group_tests_name("img plan", tests, NULL, NULL);
}
