/* img_derive.c: tests of what platen-img does with pixels and files, within this process. */
#include "unit.h"

#include <dirent.h>
#include <math.h>

#include "base/file.h"
#include "img/derive.h"
#include "img/encode.h"
#include "img/gif.h"
#include "img/png.h"
#include "img/raster.h"
#include "img/webp.h"

#define BYTES(literal) str_n("" literal, sizeof(literal) - 1)
#define FILE_MAX_B ((size_t)64 << 20)

/* libgd 2.3.3 leaks what it has read of an AVIF file, which matters little in a program for one picture. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:libavif.so\n";
}

static struct raster made(int width, int height, bool alpha, uint32_t (*pixel)(int x, int y))
{
	struct raster r;
	struct err err = ERR_INIT;
	assert_ok(raster_new(width, height, alpha, &r, &err), &err);
	for (int y = 0; y < height; y++)
		for (int x = 0; x < width; x++)
			r.rows[y][x] = pixel(x, y);
	return r;
}

static uint32_t numbered(int x, int y)
{
	return (uint32_t)(y * 1000 + x);
}

static void each_orientation_puts_each_pixel_where_exif_wants_it(void **state)
{
	(void)state;
	/* Of the picture 0 1 2 / 1000 1001 1002, by rows, as it is to be shown. */
	static const struct { int width; uint32_t want[6]; } cases[9] = {
		[2] = { 3, { 2, 1, 0, 1002, 1001, 1000 } }, [3] = { 3, { 1002, 1001, 1000, 2, 1, 0 } },
		[4] = { 3, { 1000, 1001, 1002, 0, 1, 2 } }, [5] = { 2, { 0, 1000, 1, 1001, 2, 1002 } },
		[6] = { 2, { 1000, 0, 1001, 1, 1002, 2 } }, [7] = { 2, { 1002, 2, 1001, 1, 1000, 0 } },
		[8] = { 2, { 2, 1002, 1, 1001, 0, 1000 } },
	};
	for (int orientation = 2; orientation <= 8; orientation++) {
		struct raster r = made(3, 2, false, numbered);
		struct err err = ERR_INIT;
		assert_ok(raster_orient(&r, orientation, &err), &err);
		assert_int_equal(r.width, cases[orientation].width);
		for (int i = 0; i < 6; i++)
			if (r.rows[i / r.width][i % r.width] != cases[orientation].want[i])
				fail_msg("orientation %d, pixel %d", orientation, i);
		raster_free(&r);
	}
}

/* Smooth enough that no sum leaves 0 to 255. */
static uint32_t waves(int x, int y)
{
	double red = 128 + 60 * sin(x * 0.9 + y * 0.4), green = 128 + 60 * cos(x * 0.3 - y * 0.8), blue = 128 + 60 * sin(x * y * 0.05);
	return (uint32_t)red << 16 | (uint32_t)green << 8 | (uint32_t)blue;
}

static double lobes(double x)
{
	double a = 3.14159265358979323846 * x;
	return fabs(x) < 1e-9 ? 1 : fabs(x) >= 3 ? 0 : 3 * sin(a) * sin(a / 3) / (a * a);
}

/* One channel of one pixel of the result, by the definition. */
static double exact(const struct raster *r, double x, double y, double step_x, double step_y, int shift)
{
	double sum = 0, all = 0;
	for (int v = 0; v < r->height; v++)
		for (int u = 0; u < r->width; u++) {
			double weight = lobes((u + 0.5 - x) / step_x) * lobes((v + 0.5 - y) / step_y);
			sum += weight * (r->rows[v][u] >> shift & 0xFF);
			all += weight;
		}
	return sum / all < 0 ? 0 : sum / all > 255 ? 255 : sum / all;
}

static void scaling_is_lanczos_by_its_definition(void **state)
{
	(void)state;
	static const struct { double x, y, w, h; int out_w, out_h; } cases[] = {
		{ 0, 0, 61, 47, 23, 19 }, { 3.5, 2.25, 40, 30, 13, 11 }, { 0, 0, 61, 47, 61, 47 }, { 60, 46, 1, 1, 1, 1 },
		{ 0, 0, 61, 47, 17, 47 },
	};
	struct raster from = made(61, 47, false, waves), to;
	struct err err = ERR_INIT;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		double step_x = cases[i].w / cases[i].out_w, step_y = cases[i].h / cases[i].out_h, off = 0;
		assert_ok(raster_scale(&from, cases[i].x, cases[i].y, cases[i].w, cases[i].h, cases[i].out_w, cases[i].out_h, &to, &err),
			  &err);
		for (int y = 0; y < to.height; y++)
			for (int x = 0; x < to.width; x++)
				for (int shift = 0; shift < 24; shift += 8) {
					double want = exact(&from, cases[i].x + (x + 0.5) * step_x, cases[i].y + (y + 0.5) * step_y,
							    step_x, step_y, shift);
					double d = fabs(want - (to.rows[y][x] >> shift & 0xFF));
					off = d > off ? d : off;
				}
		if (off > 1.5) /* rounded after the columns and after the rows */
			fail_msg("case %zu is %.1f off", i, off);
		raster_free(&to);
	}
	raster_free(&from);
}

static uint32_t half_clear(int x, int y)
{
	(void)y;
	return x < 8 ? 0xFFFF0000 : 0x00000000; /* red, then nothing, multiplied */
}

static void what_is_transparent_lends_no_colour(void **state)
{
	(void)state;
	struct raster from = made(16, 16, true, half_clear), to;
	struct err err = ERR_INIT;
	assert_ok(raster_scale(&from, 0, 0, 16, 16, 5, 5, &to, &err), &err);
	for (int x = 0; x < 5; x++) {
		uint32_t pixel = raster_divide(to.rows[2][x]);
		if (pixel >> 24 > 8 && ((pixel >> 16 & 0xFF) < 250 || (pixel & 0xFFFF) != 0))
			fail_msg("pixel %d is %08x", x, pixel);
	}
	assert_in_range(to.rows[2][4] >> 24, 0, 15);
	raster_free(&to);
	raster_free(&from);
}

struct kept {
	struct buf files[8];
};

static enum rc keep(void *ctx, size_t place, struct str bytes, struct err *err)
{
	struct kept *kept = ctx;
	kept->files[place] = (struct buf)BUF_INIT(FILE_MAX_B);
	buf_str(&kept->files[place], bytes);
	return buf_status(&kept->files[place], "a variant", err);
}

static void kept_release(struct kept *kept)
{
	for (size_t i = 0; i < COUNT_OF(kept->files); i++)
		buf_release(&kept->files[i]);
}

static uint32_t few(int x, int y)
{
	return (x / 20 + y / 20) % 2 ? 0x2040C0 : 0xF0F0F0;
}

static void a_png_of_few_colours_has_a_palette_and_its_pixels_stay(void **state)
{
	(void)state;
	const struct img_limits limits = IMG_LIMITS_DEFAULT;
	const struct img_variant plan[] = { { .type = IMG_PNG, .width_px = 100, .height_px = 60, .rival = -1 },
					    { .type = IMG_PNG, .width_px = 20, .height_px = 20, .crop = { 20, 0, 20, 20 }, .rival = -1 } };
	struct kept kept = { { BUF_INIT(0) } };
	struct img_result *result = mem_new(sizeof *result);
	struct raster r = made(100, 60, false, few);
	struct buf png = BUF_INIT(FILE_MAX_B);
	struct err err = ERR_INIT;
	assert_ok(encode(&r, IMG_PNG, 0, &png, &err), &err);
	assert_int_equal(png.bytes[25], 3); /* IHDR's colour type */
	assert_ok(derive(&png, &limits, plan, 2, keep, &kept, result, &err), &err);
	assert_int_equal(kept.files[0].bytes[25], 3);
	assert_int_equal(result->colour & 0xF0F0F0, 0xF0F0F0);
	assert_int_equal(result->made[1].size_b, kept.files[1].len);
	kept_release(&kept);
	raster_free(&r);
	buf_release(&png);
	free(result);
}

static void no_plan_reaches_beyond_its_picture(void **state)
{
	(void)state;
	const struct img_limits limits = IMG_LIMITS_DEFAULT;
	const struct img_variant plans[] = {
		{ .type = IMG_PNG, .width_px = 101, .height_px = 60, .rival = -1 },
		{ .type = IMG_PNG, .width_px = 100, .height_px = 60, .turn = 1, .rival = -1 },
		{ .type = IMG_PNG, .width_px = 1, .height_px = 1, .crop = { 99, 0, 2, 1 }, .rival = -1 },
		{ .type = IMG_PNG, .width_px = 1, .height_px = 1, .crop = { 1000000, 0, 1000000, 1 }, .rival = -1 },
		{ .type = IMG_GIF, .copy = true, .rival = -1 },
	};
	struct raster r = made(100, 60, false, few);
	struct img_result *result = mem_new(sizeof *result);
	for (size_t i = 0; i < COUNT_OF(plans); i++) {
		struct buf png = BUF_INIT(FILE_MAX_B);
		struct kept kept = { { BUF_INIT(0) } };
		struct err err = ERR_INIT;
		assert_ok(encode(&r, IMG_PNG, 0, &png, &err), &err);
		assert_int_equal(derive(&png, &limits, &plans[i], 1, keep, &kept, result, &err), RC_INVALID);
		kept_release(&kept);
		buf_release(&png);
	}
	raster_free(&r);
	free(result);
}

#define GIF_HEAD "GIF89a\x02\0\x02\0\x80\0\0" "\0\0\0\xFF\xFF\xFF"
#define GIF_FRAME "!\xF9\x04\x04\x0A\0\0\0" ",\0\0\0\0\x02\0\x02\0\0\x02\x03\x44\x02\x05\0"
#define GIF_LOOP "!\xFF\x0BNETSCAPE2.0\x03\x01\0\0\0"

static void an_animation_is_copied_without_what_is_no_picture(void **state)
{
	(void)state;
	const struct str gif = BYTES(GIF_HEAD GIF_LOOP "!\xFE\x06secret\0" GIF_FRAME "!\xFF\x0BXMP DataXMP\x06secret\0" GIF_FRAME ";secret");
	const struct str webp = BYTES("RIFF\x40\0\0\0WEBPVP8X\x0A\0\0\0\x0E\0\0\0\0\0\0\0\0\0" "ANIM\x06\0\0\0\0\0\0\0\0\0" "EXIF\x06\0\0\0secret"
				      "XMP \x05\0\0\0other\0");
	struct gif_facts facts;
	struct buf out = BUF_INIT(4096);
	struct err err = ERR_INIT;
	gif_look(gif, &facts);
	assert_true(facts.frames == 2 && facts.whole && !facts.transparent);
	assert_ok(gif_strip(gif, &out, &err), &err);
	assert_int_equal(out.len, sizeof(GIF_HEAD GIF_LOOP GIF_FRAME GIF_FRAME ";") - 1);
	assert_memory_equal(out.bytes, GIF_HEAD GIF_LOOP GIF_FRAME GIF_FRAME ";", out.len);
	buf_clear(&out);
	assert_ok(webp_strip(webp, &out, &err), &err);
	assert_int_equal(out.len, 12 + 18 + 14);
	assert_int_equal(out.bytes[20], 2); /* of the flags the animation is left */
	assert_int_equal(out.bytes[4], out.len - 8);
	/* Cut off anywhere it is refused, but where a block ends behind a frame: there only the last byte is missing. */
	size_t taken = 0;
	for (size_t n = 13; n + 8 < gif.n; n++) {
		buf_clear(&out);
		enum rc rc = gif_strip(str_sub(gif, 0, n), &out, &err);
		taken += rc == RC_OK;
		assert_true(rc == RC_OK ? out.bytes[out.len - 1] == ';' : rc == RC_INVALID);
	}
	assert_int_equal(taken, 3);
	buf_release(&out);
}

static void only_chunks_of_pixels_reach_a_decoder(void **state)
{
	(void)state;
	char png[] = "\x89PNG\r\n\x1A\n\0\0\0\0IHDRcrc1\0\0\0\4tEXtabcdcrc2\0\0\0\2IDATxycrc3\0\0\0\0iCCPcrc4\0\0\0\0IENDcrc5behind";
	size_t n = png_bare(png, sizeof png - 1);
	assert_int_equal(n, 8 + 12 + 14 + 12);
	assert_memory_equal(png + 8, "\0\0\0\0IHDRcrc1\0\0\0\2IDATxycrc3\0\0\0\0IENDcrc5", 38);
}

/* Every real picture, good or bad, is derived or refused with words; a sanitizer watches. */
static void real_pictures_are_taken_or_refused(void **state)
{
	(void)state;
	const struct img_limits limits = IMG_LIMITS_DEFAULT;
	static const char *const folders[] = { "good", "bad" };
	struct img_result *result = mem_new(sizeof *result);
	for (size_t f = 0; f < 2; f++) {
		char folder[900], path[1200];
		struct dirent *entry;
		snprintf(folder, sizeof folder, "%s/images/%s", getenv("PLATEN_SHARED_DATA"), folders[f]);
		DIR *dir = opendir(folder);
		assert_non_null(dir);
		while ((entry = readdir(dir))) {
			struct buf bytes = BUF_INIT(FILE_MAX_B);
			struct err err = ERR_INIT;
			if (entry->d_name[0] == '.')
				continue;
			snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
			assert_ok(file_read(path, FILE_MAX_B, &bytes, &err), &err);
			enum rc rc = derive(&bytes, &limits, NULL, 0, NULL, NULL, result, &err);
			if (rc != RC_OK && (rc == RC_INTERNAL || err.msg[0] == '\0'))
				fail_msg("%s: %s: %s", entry->d_name, rc_name(rc), err.msg);
			if (f == 0 && rc != RC_OK && !strstr(entry->d_name, ".svg"))
				fail_msg("%s: %s", entry->d_name, err.msg);
			buf_release(&bytes);
		}
		closedir(dir);
	}
	free(result);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_orientation_puts_each_pixel_where_exif_wants_it),
		cmocka_unit_test(scaling_is_lanczos_by_its_definition),
		cmocka_unit_test(what_is_transparent_lends_no_colour),
		cmocka_unit_test(a_png_of_few_colours_has_a_palette_and_its_pixels_stay),
		cmocka_unit_test(no_plan_reaches_beyond_its_picture),
		cmocka_unit_test(an_animation_is_copied_without_what_is_no_picture),
		cmocka_unit_test(only_chunks_of_pixels_reach_a_decoder),
		cmocka_unit_test(real_pictures_are_taken_or_refused),
	};
	/* The last one needs pictures that are not part of the project. */
	size_t count = COUNT_OF(tests) - (getenv("PLATEN_SHARED_DATA") ? 0 : 1);
	return _cmocka_run_group_tests("img derive", tests, count, NULL, NULL);
}
