/* run.c: calls the helper program and says what became of a picture. */
#include "base/base.h"

#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/box.h"
#include "img/run.h"
#include "img/wire.h"

#define ANSWER_MAX_B ((size_t)64 << 10)
#define SAID_MAX_B ((size_t)64 << 10)
#define PATH_B 1024
#define INSTALLED PLATEN_LIBEXECDIR "/platen-img"

const char *img_helper(void)
{
	static _Thread_local char path[PATH_B];
	ssize_t n = readlink("/proc/self/exe", path, sizeof path - 1);
	path[n > 0 ? n : 0] = '\0';
	char *slash = strrchr(path, '/');
	size_t room = slash ? sizeof path - (size_t)(slash + 1 - path) : 0;
	if (slash && snprintf(slash + 1, room, "platen-img") < (int)room && access(path, X_OK) == 0)
		return path;
	return INSTALLED;
}

/* A helper that a signal ended. */
static enum rc killed(int signal, const struct img_limits *limits, struct err *err)
{
	switch (signal) {
	case SIGXCPU:
		return err_set(err, RC_TIMEOUT, "the picture took more than %d s of computing; it is given up", limits->cpu_s);
	case SIGXFSZ:
		return err_set(err, RC_LIMIT, "a picture made of this one would be larger than %lld MB",
			       (long long)(limits->output_b >> 20));
	case SIGKILL:
		return err_set(err, RC_LIMIT, "the machine has not enough memory for this picture");
	case SIGSYS:
		return err_set(err, RC_CORRUPT, "the picture made its decoder try what it may not; it is refused");
	default:
		return err_set(err, RC_CORRUPT, "the picture made its decoder crash; it is refused");
	}
}

/* A helper that failed says why on its last line. */
static enum rc failed(int status, struct str said, struct err *err)
{
	struct str line, last = STR_NONE;
	while (str_line(&said, &line))
		if (str_starts(line, STR("platen-img: ")))
			last = str_from(line, 12);
	int rc = status - WIRE_FAILED;
	if (rc <= RC_OK || rc >= RC__MAX || str_empty(last))
		return err_set(err, RC_INTERNAL, "the picture's helper ended with %d: %.*s", status, STR_ARG(str_or_empty(last)));
	return err_set(err, (enum rc)rc, "%.*s", STR_ARG(last));
}

static enum rc call(const char *helper, const struct img_limits *limits, const struct box_job *job, struct buf *out,
		    struct err *err)
{
	struct buf said = BUF_INIT(SAID_MAX_B);
	int status = 0;
	enum rc rc = box_run(job, out, &said, &status, err);
	if (rc == RC_TIMEOUT)
		rc = err_set(err, rc, "the picture took longer than %d s; it is given up", limits->wall_ms / 1000);
	else if (rc == RC_NOTFOUND)
		rc = err_set(err, RC_UNSUPPORTED, "pictures cannot be worked on: there is no '%s'", helper);
	else if (rc == RC_OK && WIFSIGNALED(status))
		rc = killed(WTERMSIG(status), limits, err);
	else if (rc == RC_OK && WEXITSTATUS(status) != 0)
		rc = failed(WEXITSTATUS(status), buf_view(&said), err);
	buf_release(&said);
	return rc;
}

/* Bytes are counted before anything is started. */
static enum rc begin(const struct img_limits *limits, int fd_in, struct err *err)
{
	struct stat stat;
	if (fstat(fd_in, &stat) != 0 || !S_ISREG(stat.st_mode) || lseek(fd_in, 0, SEEK_SET) != 0)
		return err_set(err, RC_IO, "the picture cannot be read");
	if (stat.st_size > limits->input_b)
		return err_set(err, RC_LIMIT, "the picture has %lld MB; at most %lld MB are taken", (long long)(stat.st_size >> 20),
			       (long long)(limits->input_b >> 20));
	return RC_OK;
}

enum rc img_run(const char *helper, const struct img_limits *limits, int fd_in, const struct img_variant *plan, size_t count,
		const int *fds_out, struct img_result *out, struct err *err)
{
	char words[IMG_VARIANTS_MAX + 1][WIRE_WORD_B];
	const char *argv[IMG_VARIANTS_MAX + 4] = { "platen-img", "derive", words[0] };
	struct buf answer = BUF_INIT(ANSWER_MAX_B);
	if (count > IMG_VARIANTS_MAX)
		return err_set(err, RC_LIMIT, "at most %d variants are made of a picture", IMG_VARIANTS_MAX);
	enum rc rc = begin(limits, fd_in, err);
	if (rc != RC_OK)
		return rc;
	helper = helper ? helper : img_helper();
	wire_limits(limits, words[0]);
	for (size_t i = 0; i < count; i++) {
		wire_variant(&plan[i], words[i + 1]);
		argv[i + 3] = words[i + 1];
	}
	const struct box_job job = { .program = helper, .argv = argv, .fd_in = fd_in, .fds = fds_out, .fd_count = count,
				     .wall_ms = limits->wall_ms };
	rc = call(helper, limits, &job, &answer, err);
	if (rc == RC_OK)
		rc = wire_read_result(buf_view(&answer), count, out, err);
	buf_release(&answer);
	return rc;
}

enum rc img_run_probe(const char *helper, const struct img_limits *limits, int fd_in, struct img_info *out, struct err *err)
{
	char word[WIRE_WORD_B];
	const char *argv[] = { "platen-img", "probe", word, NULL };
	struct buf answer = BUF_INIT(ANSWER_MAX_B);
	enum rc rc = begin(limits, fd_in, err);
	if (rc != RC_OK)
		return rc;
	helper = helper ? helper : img_helper();
	wire_limits(limits, word);
	const struct box_job job = { .program = helper, .argv = argv, .fd_in = fd_in, .wall_ms = limits->wall_ms };
	rc = call(helper, limits, &job, &answer, err);
	if (rc == RC_OK)
		rc = wire_read_info(buf_view(&answer), out, err);
	buf_release(&answer);
	return rc;
}
