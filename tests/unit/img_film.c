/* img_film.c: tests of copies of films without what tells where they were filmed. */
#include "unit.h"

#include <sys/mman.h>
#include <unistd.h>

#include "base/file.h"
#include "img/film.h"

#define FILM_MAX_B ((size_t)4 << 20)
#define PLACE "+52.5163+013.3777/"

static struct buf film, got;
static struct err err;
static int fd;

static int setup(void **state)
{
	(void)state;
	buf_init(&film, FILM_MAX_B);
	buf_init(&got, FILM_MAX_B);
	err = (struct err)ERR_INIT;
	fd = memfd_create("film", MFD_CLOEXEC);
	return fd < 0;
}

static int teardown(void **state)
{
	(void)state;
	close(fd);
	buf_release(&film);
	buf_release(&got);
	return 0;
}

static void number(size_t at, uint64_t value, int bytes)
{
	for (int i = 0; i < bytes; i++)
		film.bytes[at + (size_t)i] = (char)(value >> 8 * (bytes - 1 - i));
}

/* Begins a box; end() writes its size. */
static size_t begin(const char *type)
{
	size_t at = film.len;
	buf_put(&film, "\0\0\0\0", 4);
	buf_put(&film, type, 4);
	return at;
}

static void end(size_t at)
{
	number(at, film.len - at, 4);
}

static void box(const char *type, const char *text)
{
	size_t at = begin(type);
	buf_cstr(&film, text);
	end(at);
}

/* false: there is nothing to leave out. */
static bool copy(void)
{
	struct img_film *out = NULL;
	char chunk[7]; /* holes begin and end in all places of it */
	size_t n = 1;
	assert_ok(file_write_fd(fd, "film", buf_view(&film), &err), &err);
	assert_ok(img_film_open(fd, 0, (int64_t)film.len, &out, &err), &err);
	bool made = out != NULL;
	while (out && n) {
		assert_ok(img_film_read(out, chunk, sizeof chunk, &n, &err), &err);
		buf_put(&got, chunk, n);
	}
	img_film_close(out);
	return made;
}

static void place_and_device_are_gone_and_the_rest_stays_where_it_is(void **state)
{
	(void)state;
	box("ftyp", "qt  ");
	size_t mdat = film.len;
	box("mdat", "the pictures, and what looks like udta in them");
	size_t moov = begin("moov");
	box("mvhd", "times");
	size_t trak = begin("trak");
	box("tkhd", "width");
	size_t in_trak = film.len;
	box("udta", "a lens");
	box("mdia", "tables");
	end(trak);
	size_t in_moov = film.len;
	box("udta", "\xa9xyz" PLACE);
	box("meta", "com.apple.quicktime.location.ISO6709" PLACE);
	end(moov);
	box("uuid", "XMP " PLACE);
	assert_true(copy());
	assert_int_equal(got.len, film.len);
	static const char *const gone[] = { "52.5163", "a lens", "XMP", "location", "xyz" }, *const there[] = { "times", "width", "tables" };
	for (size_t i = 0; i < COUNT_OF(gone); i++)
		assert_true(str_find(buf_view(&got), str_of(gone[i])) < 0);
	for (size_t i = 0; i < COUNT_OF(there); i++)
		assert_true(str_find(buf_view(&got), str_of(there[i])) == str_find(buf_view(&film), str_of(there[i])));
	assert_memory_equal(got.bytes + mdat, film.bytes + mdat, in_trak - mdat);
	assert_memory_equal(got.bytes + in_trak, "\0\0\0\x0e" "free\0\0\0\0\0\0", 14);
	assert_memory_equal(got.bytes + in_moov + 4, "free", 4);
}

static void a_film_that_tells_nothing_needs_no_copy(void **state)
{
	(void)state;
	assert_false(copy());
	box("ftyp", "isom");
	size_t moov = begin("moov");
	box("mvhd", "times");
	end(moov);
	box("mdat", "udta meta uuid");
	assert_false(copy());
}

static void sizes_of_eight_bytes_and_to_the_end_are_understood(void **state)
{
	(void)state;
	size_t large = film.len;
	buf_put(&film, "\0\0\0\1" "mdat\0\0\0\0\0\0\0\0" "pictures", 24);
	number(large + 8, 24, 8);
	size_t moov = film.len;
	buf_put(&film, "\0\0\0\0" "moov", 8);
	large = film.len;
	buf_put(&film, "\0\0\0\1" "udta\0\0\0\0\0\0\0\0" PLACE, 16 + strlen(PLACE));
	number(large + 8, 16 + strlen(PLACE), 8);
	assert_true(copy());
	assert_memory_equal(got.bytes, film.bytes, moov + 8);
	assert_memory_equal(got.bytes + large, "\0\0\0\1" "free", 8);
	assert_memory_equal(got.bytes + large + 8, film.bytes + large + 8, 8);
	assert_true(str_find(buf_view(&got), STR("52")) < 0);
}

/* What does not fit is no box, and nothing behind it is one: players end there, too. */
static void broken_sizes_end_the_search(void **state)
{
	static const uint32_t sizes[] = { 2, 7, 0x7fffffff, 0xffffffff };
	(void)state;
	for (size_t i = 0; i < COUNT_OF(sizes); i++) {
		buf_clear(&film);
		buf_clear(&got);
		box("ftyp", "isom");
		size_t at = begin("moov");
		buf_cstr(&film, "x");
		number(at, sizes[i], 4);
		box("udta", PLACE);
		assert_false(copy());
	}
}

static void more_than_any_film_has_is_refused(void **state)
{
	struct img_film *out = NULL;
	(void)state;
	for (int i = 0; i < 257; i++)
		box("udta", "");
	assert_ok(file_write_fd(fd, "film", buf_view(&film), &err), &err);
	assert_int_equal(img_film_open(fd, 0, (int64_t)film.len, &out, &err), RC_LIMIT);
	assert_null(out);
	buf_clear(&film);
	for (int i = 0; i < 100001; i++)
		box("moof", "");
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	assert_ok(file_write_fd(fd, "film", buf_view(&film), &err), &err);
	assert_int_equal(img_film_open(fd, 0, (int64_t)film.len, &out, &err), RC_LIMIT);
}

static void films_are_known_by_their_type(void **state)
{
	(void)state;
	assert_true(img_film_knows(STR("video/mp4")));
	assert_true(img_film_knows(STR("video/quicktime")));
	assert_false(img_film_knows(STR("video/webm")));
	assert_false(img_film_knows(STR("image/heic")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(place_and_device_are_gone_and_the_rest_stays_where_it_is, setup, teardown),
		cmocka_unit_test_setup_teardown(a_film_that_tells_nothing_needs_no_copy, setup, teardown),
		cmocka_unit_test_setup_teardown(sizes_of_eight_bytes_and_to_the_end_are_understood, setup, teardown),
		cmocka_unit_test_setup_teardown(broken_sizes_end_the_search, setup, teardown),
		cmocka_unit_test_setup_teardown(more_than_any_film_has_is_refused, setup, teardown),
		cmocka_unit_test(films_are_known_by_their_type),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
