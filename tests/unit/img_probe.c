/* img_probe.c: tests of telling pictures by their headers. */
#include "unit.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "img/probe.h"
#include "img/wire.h"

#define BYTES(literal) str_n("" literal, sizeof(literal) - 1)

/* The headers, made by hand after the formats' specifications. */
#define JPEG_START "\xFF\xD8"
#define JPEG_FRAME "\xFF\xC2\x00\x0B\x08\x02\x58\x03\x20\x01\x01\x11\x00" /* 800 x 600, progressive */
#define EXIF_6 "\xFF\xE1\x00\x22" "Exif\0\0" "MM\0\x2A\0\0\0\x08" "\0\x01" "\x01\x12\0\x03\0\0\0\x01\0\x06\0\0" "\0\0\0\0"

/* Primary item 1 with some of four properties: 1 800 x 600, 2 64 x 64 (of a thumbnail), 3 turned by a quarter
 * against the clock, 4 left and right exchanged. */
#define HEIF_SIZE(w, h) "\0\0\0\x14ispe\0\0\0\0" w h
#define HEIF_META(count, links) "\0\0\0\x7Emeta\0\0\0\0" "\0\0\0\x0Epitm\0\0\0\0\0\x01" "\0\0\0\x64iprp" "\0\0\0\x42ipco" \
	HEIF_SIZE("\0\0\x03\x20", "\0\0\x02\x58") HEIF_SIZE("\0\0\0\x40", "\0\0\0\x40") "\0\0\0\x09irot\x01" "\0\0\0\x09imir\x01" \
	"\0\0\0\x1Aipma\0\0\0\0\0\0\0\x02" "\0\x02\x01\x82" "\0\x01" count links

static void each_type_is_known_by_its_header(void **state)
{
	(void)state;
	const struct { struct str bytes; enum img_type type; int width, height, orientation; } cases[] = {
		{ BYTES(JPEG_START "\xFF\xE0\x00\x04xx" JPEG_FRAME), IMG_JPEG, 800, 600, 1 },
		{ BYTES(JPEG_START EXIF_6 JPEG_FRAME), IMG_JPEG, 600, 800, 6 },
		{ BYTES("\x89PNG\r\n\x1A\n\0\0\0\x0DIHDR\0\0\x01\0\0\0\0\x80\x08\x06\0\0\0xxxx"), IMG_PNG, 256, 128, 1 },
		{ BYTES("GIF89a\x40\x01\xF0\0\0\0\0"), IMG_GIF, 320, 240, 1 },
		{ BYTES("RIFFxxxxWEBPVP8X\x0A\0\0\0\0\0\0\0\x1F\x03\0\x57\x02\0"), IMG_WEBP, 800, 600, 1 },
		{ BYTES("RIFFxxxxWEBPVP8L\x05\0\0\0\x2F\x1F\xC3\x95\0"), IMG_WEBP, 800, 600, 1 },
		{ BYTES("RIFFxxxxWEBPVP8 \x10\0\0\0xxx\x9D\x01\x2A\x20\x03\x58\x02"), IMG_WEBP, 800, 600, 1 },
		{ BYTES("\0\0\0\x14" "ftypavif\0\0\0\0avif" HEIF_META("\x01", "\x81\0\0")), IMG_AVIF, 800, 600, 1 },
		{ BYTES("\0\0\0\x14" "ftypheic\0\0\0\0mif1" HEIF_META("\x02", "\x81\x83\0")), IMG_HEIC, 600, 800, 8 },
		{ BYTES("\0\0\0\x14" "ftypheic\0\0\0\0mif1" HEIF_META("\x03", "\x81\x83\x84")), IMG_HEIC, 600, 800, 7 },
		{ BYTES("BMxxxxxxxxxxxxxxxx\x20\x03\0\0\xA8\xFD\xFF\xFF"), IMG_BMP, 800, 600, 1 },
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct img_info info;
		struct err err = ERR_INIT;
		assert_ok(img_probe(cases[i].bytes, &info, &err), &err);
		if (info.type != cases[i].type || info.width_px != cases[i].width || info.height_px != cases[i].height ||
		    info.orientation != cases[i].orientation)
			fail_msg("case %zu: %s %d x %d orientation %d", i, img_type_name(info.type), info.width_px,
				 info.height_px, info.orientation);
	}
}

static void every_shorter_beginning_is_an_error_or_the_same(void **state)
{
	(void)state;
	struct str whole = BYTES(JPEG_START EXIF_6 JPEG_FRAME);
	for (size_t n = 0; n < whole.n; n++) {
		char *copy = mem_dup(whole.p, n); /* exact size: a sanitizer sees a read beyond it */
		struct img_info info;
		struct err err = ERR_INIT;
		if (img_probe(str_n(copy, n), &info, &err) == RC_OK)
			assert_int_equal(info.width_px, 600);
		free(copy);
	}
}

static void nonsense_and_bombs_are_refused(void **state)
{
	(void)state;
	struct img_info info;
	struct err err = ERR_INIT;
	assert_int_equal(img_probe(STR(""), &info, &err), RC_INVALID);
	assert_int_equal(img_probe(STR("<svg xmlns='x'/>"), &info, &err), RC_INVALID);
	assert_int_equal(img_probe(BYTES("GIF89a\0\0\0\0"), &info, &err), RC_INVALID);
	assert_int_equal(img_probe(BYTES("\x89PNG\r\n\x1A\n\0\0\0\x0DIHDR\x7F\xFF\xFF\xFF\0\0\0\x01"), &info, &err), RC_LIMIT);
}

#define HELPER "./platen-img" /* tests run in the build folder */

static int temporary(struct str content)
{
	char name[] = "/tmp/platen-img-XXXXXX";
	struct err err = ERR_INIT;
	int fd = mkstemp(name);
	assert_true(fd >= 0);
	unlink(name);
	assert_ok(file_write_fd(fd, name, content, &err), &err);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	return fd;
}

/* Exit status of the helper for a picture; what it wrote into `out`, which was a file. */
static int run_helper(struct str picture, struct buf *out)
{
	struct err err = ERR_INIT;
	int status, input = temporary(picture), output = temporary(STR(""));
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		dup2(input, STDIN_FILENO);
		dup2(output, STDOUT_FILENO);
		dup2(open("/dev/null", O_WRONLY), STDERR_FILENO);
		execl(HELPER, HELPER, "probe", (char *)NULL);
		_exit(127);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(lseek(output, 0, SEEK_SET), 0);
	assert_ok(file_read_fd(output, "output", out->max_b, out, &err), &err);
	close(input);
	close(output);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void the_helper_answers_with_one_line_or_fails(void **state)
{
	(void)state;
	struct buf out = BUF_INIT(4096);
	if (access(HELPER, X_OK) != 0) {
		print_message("# skipped: %s has not been built\n", HELPER);
		return;
	}
	assert_int_equal(run_helper(BYTES("GIF89a\x01\0\x01\0\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0;"), &out), 0);
	assert_str(buf_view(&out), "{\"type\":\"gif\",\"mime\":\"image/gif\",\"width\":1,\"height\":1,"
				   "\"orientation\":1,\"frames\":1,\"alpha\":false}\n");
	buf_clear(&out);
	assert_int_equal(run_helper(STR("no picture"), &out), WIRE_FAILED + RC_INVALID);
	assert_int_equal(out.len, 0);
	buf_release(&out);
}

static void the_real_pictures_have_their_known_sizes(void **state)
{
	(void)state;
	const char *shared = getenv("PLATEN_SHARED_DATA");
	const struct { const char *file; int width, height; } cases[] = {
		{ "alpha-1024x768.png", 1024, 768 },
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		char path[1024];
		struct buf bytes = BUF_INIT((size_t)64 << 20);
		struct img_info info;
		struct err err = ERR_INIT;
		snprintf(path, sizeof path, "%s/images/good/%s", shared, cases[i].file);
		assert_ok(file_read(path, bytes.max_b, &bytes, &err), &err);
		assert_ok(img_probe(buf_view(&bytes), &info, &err), &err);
		assert_int_equal(info.width_px, cases[i].width);
		assert_int_equal(info.height_px, cases[i].height);
		buf_release(&bytes);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_type_is_known_by_its_header),
		cmocka_unit_test(every_shorter_beginning_is_an_error_or_the_same),
		cmocka_unit_test(nonsense_and_bombs_are_refused),
		cmocka_unit_test(the_helper_answers_with_one_line_or_fails),
		cmocka_unit_test(the_real_pictures_have_their_known_sizes),
	};
	/* The last one needs pictures that are not part of the project. */
	size_t count = COUNT_OF(tests) - (getenv("PLATEN_SHARED_DATA") ? 0 : 1);
	return _cmocka_run_group_tests("img probe", tests, count, NULL, NULL);
}
