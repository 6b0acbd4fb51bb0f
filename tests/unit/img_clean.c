/* img_clean.c: tests of copies of pictures without their metadata; what real pictures become is in tests/http. */
#include "unit.h"

#include <sys/mman.h>
#include <unistd.h>

#include "base/file.h"
#include "img/clean.h"

#define BYTES(literal) str_n("" literal, sizeof(literal) - 1)
#define START "\xFF\xD8"
#define COMMENT "\xFF\xFE\x00\x08secret"
#define SCAN "\xFF\xDA\x00\x08\x01\x01\x00\x00\x3F\x00"
#define END "\xFF\xD9"
#define FILE_MAX_B ((size_t)128 << 20)

static struct buf file, got;
static struct err err;
static int fd;

static int setup(void **state)
{
	(void)state;
	buf_init(&file, FILE_MAX_B);
	buf_init(&got, FILE_MAX_B);
	err = (struct err)ERR_INIT;
	fd = memfd_create("picture", MFD_CLOEXEC);
	return fd < 0;
}

static int teardown(void **state)
{
	(void)state;
	close(fd);
	buf_release(&file);
	buf_release(&got);
	return 0;
}

static enum rc clean_as(const struct img_info *info)
{
	struct img_clean *clean = NULL;
	char chunk[5000];
	size_t n = 1;
	assert_ok(file_write_fd(fd, "picture", buf_view(&file), &err), &err);
	enum rc rc = img_clean_open(fd, 0, (int64_t)file.len, info, &clean, &err);
	while (rc == RC_OK && n && (rc = img_clean_read(clean, chunk, sizeof chunk, &n, &err)) == RC_OK)
		buf_put(&got, chunk, n);
	img_clean_close(clean);
	return rc;
}

static enum rc clean_jpeg(void)
{
	const struct img_info info = { .type = IMG_JPEG, .orientation = 1 };
	return clean_as(&info);
}

/* Pixels as 0xff 0x00, of each length around that of a window, so that each sign lies across its end once. */
static void scans_stay_whole_wherever_they_end(void **state)
{
	(void)state;
	for (size_t more = 0; more < 40; more++) {
		struct buf want = BUF_INIT(FILE_MAX_B);
		buf_clear(&file);
		buf_clear(&got);
		assert_int_equal(ftruncate(fd, 0), 0);
		assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
		buf_str(&file, BYTES(START COMMENT SCAN));
		buf_str(&want, BYTES(START SCAN));
		for (size_t i = 0; i < ((size_t)64 << 10) - 40 + more; i++) {
			buf_char(&file, i % 2 ? '\0' : '\xff');
			buf_char(&want, i % 2 ? '\0' : '\xff');
		}
		buf_str(&file, BYTES("\0" COMMENT SCAN "x" END COMMENT));
		buf_str(&want, BYTES("\0" SCAN "x" END));
		assert_ok(clean_jpeg(), &err);
		assert_true(str_eq(buf_view(&got), buf_view(&want)));
		buf_release(&want);
	}
}

static void a_gif_without_its_last_byte_gets_it(void **state)
{
	static const char gif[] = "GIF89a\1\0\1\0\0\0\0!\xfe\4secr\0,\0\0\0\0\1\0\1\0\0\2\2D\1\0;";
	static const char want[] = "GIF89a\1\0\1\0\0\0\0,\0\0\0\0\1\0\1\0\0\2\2D\1\0;";
	const struct img_info info = { .type = IMG_GIF, .orientation = 1 };
	(void)state;
	for (size_t less = 0; less < 4; less++) {
		buf_clear(&file);
		buf_clear(&got);
		assert_int_equal(ftruncate(fd, 0), 0);
		assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
		buf_str(&file, str_n(gif, sizeof(gif) - 1 - less));
		if (less < 2) {
			assert_ok(clean_as(&info), &err);
			assert_true(str_eq(buf_view(&got), str_n(want, sizeof(want) - 1)));
		} else {
			assert_int_equal(clean_as(&info), RC_INVALID); /* the frame itself is cut off */
		}
	}
}

static void a_picture_of_nothing_but_scans_is_refused(void **state)
{
	(void)state;
	buf_str(&file, BYTES(START));
	for (int i = 0; i < 500; i++)
		buf_str(&file, BYTES(SCAN));
	buf_str(&file, BYTES(END));
	assert_ok(clean_jpeg(), &err);
	assert_int_equal(got.len, file.len);
	buf_truncate(&file, file.len - 2);
	for (int i = 0; i < 1000000; i++)
		buf_str(&file, BYTES(SCAN));
	assert_int_equal(ftruncate(fd, 0), 0);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	assert_int_equal(clean_jpeg(), RC_LIMIT);
}

#define TIFF "MM\0*\0\0\0\x08\0\2\1\x12\0\3\0\0\0\1\0\6\0\0\1\x3b\0\2\0\0\0\4secr\0\0\0\0"
#define PNG_START "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\3\0\0\0\2\x08\2\0\0\0crc."
#define VP8X "VP8X\x0a\0\0\0\x08\0\0\0\2\0\0\1\0\0"
#define VP8L "VP8L\x05\0\0\0/\2\x40\0\0"

/* A copy that lay on its side would have a width and height that are not its own. */
static void which_way_up_a_picture_is_stays_and_nothing_else_of_exif(void **state)
{
	static const char png[] = PNG_START "\0\0\0\x26" "eXIf" TIFF "crc." "\0\0\0\1IDATxcrc.\0\0\0\0IENDcrc.";
	static const char last[] = "RIFF\x52\0\0\0WEBP" VP8X VP8L "\0" "EXIF\x26\0\0\0" TIFF;
	static const char odd[] = "RIFF\x51\0\0\0WEBP" VP8X "EXIF\x26\0\0\0" TIFF VP8L;
	static const struct {
		enum img_type type;
		struct str bytes;
	} rows[] = {
		{ IMG_PNG, { png, sizeof(png) - 1 } }, { IMG_WEBP, { last, sizeof(last) - 1 } }, { IMG_WEBP, { odd, sizeof(odd) - 1 } },
	};
	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct img_info was, is;
		buf_clear(&file);
		buf_clear(&got);
		assert_int_equal(ftruncate(fd, 0), 0);
		assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
		buf_str(&file, rows[i].bytes);
		assert_ok(img_probe(rows[i].bytes, &was, &err), &err);
		assert_int_equal(was.type, rows[i].type);
		assert_int_equal(was.orientation, 6);
		assert_ok(clean_as(&was), &err);
		assert_ok(img_probe(buf_view(&got), &is, &err), &err);
		assert_int_equal(is.orientation, 6);
		assert_int_equal(is.width_px, 2);
		assert_int_equal(is.height_px, 3);
		assert_true(str_find(buf_view(&got), STR("secr")) < 0);
		assert_true(got.len <= file.len);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(scans_stay_whole_wherever_they_end, setup, teardown),
		cmocka_unit_test_setup_teardown(which_way_up_a_picture_is_stays_and_nothing_else_of_exif, setup, teardown),
		cmocka_unit_test_setup_teardown(a_gif_without_its_last_byte_gets_it, setup, teardown),
		cmocka_unit_test_setup_teardown(a_picture_of_nothing_but_scans_is_refused, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
