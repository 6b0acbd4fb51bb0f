/* base_compress.c: tests of gzip and brotli. */
#include "unit.h"

#include "base/compress.h"

#include <brotli/decode.h>

#define SAMPLE_B ((size_t)200000)

static char *sample;
static struct str text;

static int setup(void **state)
{
	(void)state;
	sample = mem_array(SAMPLE_B, 1);
	for (size_t i = 0; i < SAMPLE_B; i++)
		sample[i] = "lorem ipsum dolor "[(i * i / 7 + i) % 18];
	text = str_n(sample, SAMPLE_B);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	free(sample);
	return 0;
}

static void gzip_comes_back_and_is_the_same_each_time(void **state)
{
	(void)state;
	struct buf a = BUF_INIT(1 << 20), b = BUF_INIT(1 << 20), back = BUF_INIT(1 << 20);
	struct err err = ERR_INIT;
	assert_ok(compress_gzip(text, 6, &a, &err), &err);
	assert_ok(compress_gzip(text, 6, &b, &err), &err);
	assert_true(a.len < SAMPLE_B / 2);
	assert_true(str_eq(buf_view(&a), buf_view(&b)));
	assert_memory_equal(a.bytes, "\x1F\x8B\x08\x00\x00\x00\x00\x00", 8); /* no name, time 0 */
	assert_ok(compress_gunzip(buf_view(&a), &back, &err), &err);
	assert_true(str_eq(buf_view(&back), text));
	buf_clear(&back);
	buf_str(&a, buf_view(&b)); /* two members */
	assert_ok(compress_gunzip(buf_view(&a), &back, &err), &err);
	assert_int_equal(back.len, 2 * SAMPLE_B);
	buf_clear(&a);
	buf_clear(&back);
	assert_ok(compress_gzip(STR(""), 9, &a, &err), &err);
	assert_ok(compress_gunzip(buf_view(&a), &back, &err), &err);
	assert_int_equal(back.len, 0);
	buf_release(&a);
	buf_release(&b);
	buf_release(&back);
}

static void brotli_comes_back(void **state)
{
	(void)state;
	struct err err = ERR_INIT;
	uint8_t *back = mem_array(SAMPLE_B, 1);
	for (int quality = 0; quality <= 9; quality += 3) {
		struct buf a = BUF_INIT(1 << 20);
		size_t n = SAMPLE_B;
		assert_ok(compress_brotli(text, quality, &a, &err), &err);
		assert_true(a.len < SAMPLE_B / 2);
		assert_int_equal(BrotliDecoderDecompress(a.len, (uint8_t *)a.bytes, &n, back), BROTLI_DECODER_RESULT_SUCCESS);
		assert_int_equal(n, SAMPLE_B);
		assert_memory_equal(back, sample, SAMPLE_B);
		buf_release(&a);
	}
	struct buf empty = BUF_INIT(100);
	assert_ok(compress_brotli(STR(""), 5, &empty, &err), &err);
	assert_true(empty.len > 0);
	buf_release(&empty);
	free(back);
}

static void damage_bombs_and_full_buffers_are_refused(void **state)
{
	(void)state;
	struct buf a = BUF_INIT(1 << 20), back = BUF_INIT(1000), small = BUF_INIT(20);
	struct err err = ERR_INIT;
	assert_ok(compress_gzip(text, 6, &a, &err), &err);
	assert_int_equal(compress_gunzip(buf_view(&a), &back, &err), RC_LIMIT);
	assert_int_equal(back.len, 0);
	buf_release(&back);
	buf_init(&back, 1 << 20);
	BUF_LIT(&back, "kept");
	for (size_t n = 0; n < a.len; n += 97)
		assert_int_equal(compress_gunzip(str_n(a.bytes, n), &back, &err), RC_INVALID);
	a.bytes[a.len / 2] ^= 0x55;
	assert_int_equal(compress_gunzip(buf_view(&a), &back, &err), RC_INVALID);
	a.bytes[a.len / 2] ^= 0x55;
	buf_char(&a, 'x'); /* something behind the last member */
	assert_int_equal(compress_gunzip(buf_view(&a), &back, &err), RC_INVALID);
	assert_str(buf_view(&back), "kept");
	assert_int_equal(compress_gzip(text, 6, &small, &err), RC_LIMIT);
	assert_int_equal(small.len, 0);
	buf_clear(&small);
	assert_int_equal(compress_brotli(text, 5, &small, &err), RC_LIMIT);
	buf_release(&a);
	buf_release(&back);
	buf_release(&small);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gzip_comes_back_and_is_the_same_each_time),
		cmocka_unit_test(brotli_comes_back),
		cmocka_unit_test(damage_bombs_and_full_buffers_are_refused),
	};
	return cmocka_run_group_tests_name("base compress", tests, setup, teardown);
}
