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

static enum rc clean_jpeg(void)
{
	const struct img_info info = { .type = IMG_JPEG, .orientation = 1 };
	struct img_clean *clean = NULL;
	char chunk[5000];
	size_t n = 1;
	assert_ok(file_write_fd(fd, "picture", buf_view(&file), &err), &err);
	enum rc rc = img_clean_open(fd, 0, (int64_t)file.len, &info, &clean, &err);
	while (rc == RC_OK && n && (rc = img_clean_read(clean, chunk, sizeof chunk, &n, &err)) == RC_OK)
		buf_put(&got, chunk, n);
	img_clean_close(clean);
	return rc;
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(scans_stay_whole_wherever_they_end, setup, teardown),
		cmocka_unit_test_setup_teardown(a_picture_of_nothing_but_scans_is_refused, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
