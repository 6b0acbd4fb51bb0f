/* base_box.c: tests of helpers that are executed in confinement. The helper is this program itself. */
#include "unit.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/box.h"

#define OUT_MAX_B 4096
#define WALL_MS 20000

extern char **environ;
static const char *self;

/* --- as the helper --- */

static _Noreturn void hang(void)
{
	for (;;)
		pause();
}

static _Noreturn void spin(void)
{
	for (volatile unsigned i = 0;; i++)
		;
}

static int descriptors(void)
{
	int count = 0, variables = 0;
	for (int fd = 0; fd < 256; fd++)
		count += fcntl(fd, F_GETFD) >= 0;
	while (environ[variables])
		variables++;
	printf("%d %d\n", count, variables);
	return write(3, "third", 5) == 5 ? 0 : 9;
}

/* Fails as told, after it gave up everything. */
static int confined(const char *how)
{
	const struct box_limits limits = { .memory_b = 64 << 20, .file_b = 1000, .cpu_s = 1 };
	struct err err = ERR_INIT;
	char large[2000] = { 0 };
	if (box_confine(&limits, &err) != RC_OK)
		return 3;
	if (strcmp(how, "open") == 0)
		return open("/etc/passwd", O_RDONLY) < 0 ? 0 : 4;
	if (strcmp(how, "socket") == 0)
		return socket(AF_INET, SOCK_STREAM, 0);
	if (strcmp(how, "fork") == 0)
		return fork() == 0 ? 0 : 5;
	if (strcmp(how, "exec") == 0)
		return execl("/bin/true", "true", (char *)NULL);
	if (strcmp(how, "memory") == 0)
		return malloc((size_t)100 << 20) == NULL ? 0 : 6;
	if (strcmp(how, "file") == 0)
		return write(3, large, sizeof large) == 1000 && write(3, large, 1) >= 0 ? 7 : 8;
	if (strcmp(how, "spin") == 0)
		spin();
	return 0;
}

static int helper(const char *what)
{
	if (strcmp(what, "hang") == 0)
		hang();
	if (strcmp(what, "fds") == 0)
		return descriptors();
	if (strcmp(what, "talk") == 0)
		for (;;)
			if (write(1, "talk talk talk\n", 15) < 0)
				return 1;
	return confined(what);
}

/* --- as the test --- */

static enum rc run(const char *what, int wall_ms, int fd, struct buf *out, int *status)
{
	const char *argv[] = { "box", "helper", what, NULL };
	const struct box_job job = { .program = self, .argv = argv, .fd_in = 0, .fds = &fd, .fd_count = fd >= 0, .wall_ms = wall_ms };
	struct buf said = BUF_INIT(OUT_MAX_B);
	struct err err = ERR_INIT;
	buf_clear(out);
	enum rc rc = box_run(&job, out, &said, status, &err);
	buf_release(&said);
	return rc;
}

static void a_helper_has_its_descriptors_and_nothing_of_ours(void **state)
{
	(void)state;
	struct buf out = BUF_INIT(OUT_MAX_B);
	char got[8] = "";
	int status = -1, ends[2], left_open = open("/dev/null", O_RDONLY); /* not closed by exec */
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(run("fds", WALL_MS, ends[1], &out, &status), RC_OK);
	assert_int_equal(status, 0);
	assert_str(buf_view(&out), "4 0\n");
	assert_int_equal(read(ends[0], got, sizeof got), 5);
	assert_memory_equal(got, "third", 5);
	close(ends[0]);
	close(ends[1]);
	close(left_open);
	buf_release(&out);
}

static void a_helper_that_hangs_or_talks_too_much_is_ended(void **state)
{
	(void)state;
	struct buf out = BUF_INIT(OUT_MAX_B);
	int status = -1;
	assert_int_equal(run("hang", 50, -1, &out, &status), RC_TIMEOUT);
	assert_int_equal(run("talk", WALL_MS, -1, &out, &status), RC_LIMIT);
	assert_int_equal(waitpid(-1, &status, WNOHANG), -1); /* nothing is left behind */
	buf_release(&out);
}

static void a_helper_that_is_missing_is_told(void **state)
{
	(void)state;
	const char *argv[] = { "x", NULL };
	const struct box_job job = { .program = "/nowhere/x", .argv = argv, .wall_ms = WALL_MS };
	struct buf out = BUF_INIT(OUT_MAX_B), said = BUF_INIT(OUT_MAX_B);
	struct err err = ERR_INIT;
	int status;
	assert_int_equal(box_run(&job, &out, &said, &status, &err), RC_NOTFOUND);
	assert_non_null(strstr(err.msg, "/nowhere/x"));
}

static void a_confined_helper_can_compute_and_nothing_else(void **state)
{
	(void)state;
	const struct { const char *what; int exit, signal; } cases[] = {
		{ "compute", 0, 0 }, { "open", 0, 0 }, { "memory", 0, 0 }, { "socket", 0, SIGSYS }, { "fork", 0, SIGSYS },
		{ "exec", 0, SIGSYS }, { "file", 0, SIGXFSZ }, { "spin", 0, SIGXCPU },
	};
	struct buf out = BUF_INIT(OUT_MAX_B);
	char name[] = "/tmp/platen-box-XXXXXX";
	int status, fd = mkstemp(name);
	assert_true(fd >= 0);
	unlink(name);
	for (size_t i = 0; i < COUNT_OF(cases) && !IS_SANITIZED; i++) {
		assert_int_equal(run(cases[i].what, WALL_MS, fd, &out, &status), RC_OK);
		if ((WIFSIGNALED(status) ? WTERMSIG(status) : 0) != cases[i].signal)
			fail_msg("%s ended with status %x", cases[i].what, (unsigned)status);
		if (!cases[i].signal)
			assert_int_equal(WEXITSTATUS(status), cases[i].exit);
	}
	close(fd);
	buf_release(&out);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_helper_has_its_descriptors_and_nothing_of_ours),
		cmocka_unit_test(a_helper_that_hangs_or_talks_too_much_is_ended),
		cmocka_unit_test(a_helper_that_is_missing_is_told),
		cmocka_unit_test(a_confined_helper_can_compute_and_nothing_else),
	};
	self = argv[0];
	if (argc == 3 && strcmp(argv[1], "helper") == 0)
		return helper(argv[2]);
	return cmocka_run_group_tests_name("base box", tests, NULL, NULL);
}
