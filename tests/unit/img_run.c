/* img_run.c: tests of what is said of a picture whose helper crashes, hangs, lies or refuses. The helper is this
 * program itself. */
#include "unit.h"

#include <signal.h>
#include <unistd.h>

#include "base/file.h"
#include "img/run.h"
#include "img/wire.h"

static const char *self;
static struct img_limits limits = IMG_LIMITS_DEFAULT;

/* The picture's text says what its helper does. */
static int helper(void)
{
	char what[64] = "";
	ssize_t n = read(0, what, sizeof what - 1);
	if (n > 0 && strncmp(what, "signal ", 7) == 0) {
		int number = (int)strtol(what + 7, NULL, 10);
		signal(number, SIG_DFL); /* a sanitizer takes some for itself */
		return raise(number);
	}
	if (strcmp(what, "hang") == 0)
		for (;;)
			pause();
	if (strcmp(what, "refuse") == 0) {
		fputs("some library: noise\nplaten-img: the picture is blue\n", stderr);
		return WIRE_FAILED + RC_LIMIT;
	}
	if (strcmp(what, "status") == 0)
		return 77;
	if (strcmp(what, "answer") == 0)
		puts("{\"type\":\"gif\",\"width\":3,\"height\":2,\"orientation\":1,\"frames\":1,\"alpha\":true,\"colour\":255,"
		     "\"placeholder\":\"\",\"made\":[]}");
	else
		puts("nonsense");
	return 0;
}

static int picture(const char *text)
{
	char name[] = "/tmp/platen-run-XXXXXX";
	struct err err = ERR_INIT;
	int fd = mkstemp(name);
	assert_true(fd >= 0);
	unlink(name);
	assert_ok(file_write_fd(fd, name, str_of(text), &err), &err);
	return fd;
}

static void whatever_becomes_of_the_helper_is_an_error_of_one_file(void **state)
{
	(void)state;
	const struct { const char *what; enum rc rc; const char *says; } cases[] = {
		{ "refuse", RC_LIMIT, "the picture is blue" }, { "status", RC_INTERNAL, "77" }, { "nonsense", RC_CORRUPT, "no sensible answer" },
		{ "signal 11", RC_CORRUPT, "crash" }, { "signal 6", RC_CORRUPT, "crash" }, { "signal 31", RC_CORRUPT, "may not" },
		{ "signal 9", RC_LIMIT, "memory" }, { "signal 24", RC_TIMEOUT, "computing" }, { "signal 25", RC_LIMIT, "larger than" },
	};
	_Static_assert(SIGSYS == 31 && SIGXCPU == 24 && SIGXFSZ == 25, "the numbers above");
	struct img_result *result = mem_new(sizeof *result);
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct err err = ERR_INIT;
		int fd = picture(cases[i].what);
		enum rc rc = img_run(self, &limits, fd, NULL, 0, NULL, result, &err);
		if (rc != cases[i].rc || !strstr(err.msg, cases[i].says))
			fail_msg("%s: %s: %s", cases[i].what, rc_name(rc), err.msg);
		assert_int_equal(result->info.type, IMG_NONE); /* untouched */
		close(fd);
	}
	free(result);
}

static void a_helper_that_hangs_is_given_up(void **state)
{
	(void)state;
	struct img_limits quick = limits;
	struct img_info info;
	struct err err = ERR_INIT;
	int fd = picture("hang");
	quick.wall_ms = 50;
	assert_int_equal(img_run_probe(self, &quick, fd, &info, &err), RC_TIMEOUT);
	assert_non_null(strstr(err.msg, "given up"));
	close(fd);
}

static void an_answer_is_read_and_a_file_too_large_is_not_begun(void **state)
{
	(void)state;
	struct img_limits small = limits;
	struct img_result *result = mem_new(sizeof *result);
	struct img_info info;
	struct err err = ERR_INIT;
	int fd = picture("answer");
	assert_ok(img_run(self, &limits, fd, NULL, 0, NULL, result, &err), &err);
	assert_true(result->info.type == IMG_GIF && result->info.width_px == 3 && result->info.alpha && result->colour == 255);
	assert_ok(img_run_probe(self, &limits, fd, &info, &err), &err);
	assert_int_equal(info.height_px, 2);
	small.input_b = 3;
	assert_int_equal(img_run_probe(self, &small, fd, &info, &err), RC_LIMIT);
	assert_int_equal(img_run_probe("/nowhere/platen-img", &limits, fd, &info, &err), RC_UNSUPPORTED);
	assert_non_null(strstr(err.msg, "/nowhere/platen-img"));
	close(fd);
	free(result);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whatever_becomes_of_the_helper_is_an_error_of_one_file),
		cmocka_unit_test(a_helper_that_hangs_is_given_up),
		cmocka_unit_test(an_answer_is_read_and_a_file_too_large_is_not_begun),
	};
	self = argv[0];
	if (argc > 1 && (strcmp(argv[1], "derive") == 0 || strcmp(argv[1], "probe") == 0))
		return helper();
	return cmocka_run_group_tests_name("img run", tests, NULL, NULL);
}
