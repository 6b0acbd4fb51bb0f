/* box.c: executes a helper program with nothing but the descriptors it is given, and waits for it. */
#include "base/base.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/box.h"
#include "base/clock.h"
#include "base/file.h"

#define FIRST_FD 3
#define HIGH_FD (FIRST_FD + BOX_FDS_MAX) /* copies stand here, out of the way of the places they go to */
#define END_WAIT_NS 1000000

static int64_t now_ms(void)
{
	return clock_monotonic_us() / 1000;
}

/* `fd` becomes `target` in the child. The copy is closed by the exec, and by us in copies_close(). */
static enum rc give(posix_spawn_file_actions_t *actions, int fd, int target, int *copy, struct err *err)
{
	*copy = fcntl(fd, F_DUPFD_CLOEXEC, HIGH_FD);
	if (*copy < 0)
		return err_sys(err, RC_BUSY, errno, "cannot give a helper its files");
	if (posix_spawn_file_actions_adddup2(actions, *copy, target) != 0)
		return err_set(err, RC_IO, "cannot prepare a helper's files");
	return RC_OK;
}

static void copies_close(const int *copies, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (copies[i] >= 0)
			close(copies[i]);
}

/* A helper must not inherit what a server has blocked or ignores. */
static enum rc default_signals(posix_spawnattr_t *attr, struct err *err)
{
	sigset_t none, all;
	sigemptyset(&none);
	sigfillset(&all);
	if (posix_spawnattr_setsigmask(attr, &none) != 0 || posix_spawnattr_setsigdefault(attr, &all) != 0 ||
	    posix_spawnattr_setflags(attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF) != 0)
		return err_set(err, RC_IO, "cannot prepare a helper");
	return RC_OK;
}

static enum rc start(const struct box_job *job, int out, int said, pid_t *pid, struct err *err)
{
	int copies[BOX_FDS_MAX + 3];
	char *const environment[] = { NULL };
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attr;
	enum rc rc = RC_OK;
	for (size_t i = 0; i < COUNT_OF(copies); i++)
		copies[i] = -1;
	if (posix_spawn_file_actions_init(&actions) != 0)
		return err_set(err, RC_IO, "cannot prepare a helper");
	if (posix_spawnattr_init(&attr) != 0) {
		posix_spawn_file_actions_destroy(&actions);
		return err_set(err, RC_IO, "cannot prepare a helper");
	}
	const int standard[3] = { job->fd_in, out, said };
	for (size_t i = 0; rc == RC_OK && i < 3 + job->fd_count; i++)
		rc = give(&actions, i < 3 ? standard[i] : job->fds[i - 3], (int)i, &copies[i], err);
	if (rc == RC_OK && posix_spawn_file_actions_addclosefrom_np(&actions, FIRST_FD + (int)job->fd_count) != 0)
		rc = err_set(err, RC_IO, "cannot prepare a helper's files");
	if (rc == RC_OK)
		rc = default_signals(&attr, err);
	if (rc == RC_OK) {
		int failed = posix_spawn(pid, job->program, &actions, &attr, (char *const *)job->argv, environment);
		if (failed)
			rc = file_fail(err, failed, "start", job->program);
	}
	posix_spawnattr_destroy(&attr);
	posix_spawn_file_actions_destroy(&actions);
	copies_close(copies, COUNT_OF(copies));
	return rc;
}

/* One read into `into`; false at the end of the pipe. */
static bool take(int fd, struct buf *into)
{
	char bytes[4096];
	ssize_t n = read(fd, bytes, sizeof bytes);
	if (n < 0)
		return errno == EINTR;
	buf_put(into, bytes, (size_t)n);
	return n > 0;
}

/* Until both pipes are at their end, the time is over or there is too much. */
static enum rc collect(int out_fd, int said_fd, struct buf *out, struct buf *said, int64_t until_ms, struct err *err)
{
	struct pollfd fds[2] = { { .fd = out_fd, .events = POLLIN }, { .fd = said_fd, .events = POLLIN } };
	struct buf *bufs[2] = { out, said };
	while (fds[0].fd >= 0 || fds[1].fd >= 0) {
		int64_t left = until_ms - now_ms();
		if (left <= 0)
			return err_set(err, RC_TIMEOUT, "the helper took too long");
		if (poll(fds, 2, left > 60000 ? 60000 : (int)left) < 0 && errno != EINTR)
			return err_sys(err, RC_IO, errno, "cannot wait for a helper");
		for (size_t i = 0; i < 2; i++)
			if (fds[i].fd >= 0 && fds[i].revents && !take(fds[i].fd, bufs[i]))
				fds[i].fd = -1;
		if (out->rc != RC_OK || said->rc != RC_OK)
			return err_set(err, RC_LIMIT, "the helper said too much");
	}
	return RC_OK;
}

/* Its pipes are closed, so its end is near; one that goes on without them is killed in time. */
static enum rc wait_end(pid_t pid, int64_t until_ms, int *status, struct err *err)
{
	const struct timespec pause = { .tv_nsec = END_WAIT_NS };
	for (;;) {
		pid_t ended = waitpid(pid, status, WNOHANG);
		if (ended == pid)
			return RC_OK;
		if (ended < 0 && errno != EINTR)
			return err_sys(err, RC_IO, errno, "cannot wait for a helper");
		if (now_ms() >= until_ms)
			return err_set(err, RC_TIMEOUT, "the helper took too long");
		nanosleep(&pause, NULL);
	}
}

static void end(pid_t pid)
{
	kill(pid, SIGKILL);
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
}

static void pipe_close(int ends[2])
{
	for (size_t i = 0; i < 2; i++)
		if (ends[i] >= 0)
			close(ends[i]);
}

enum rc box_run(const struct box_job *job, struct buf *out, struct buf *said, int *status, struct err *err)
{
	int out_pipe[2] = { -1, -1 }, said_pipe[2] = { -1, -1 };
	int64_t until_ms = now_ms() + job->wall_ms;
	pid_t pid = -1;
	enum rc rc;
	if (job->fd_count > BOX_FDS_MAX)
		return err_set(err, RC_LIMIT, "a helper gets at most %d files", BOX_FDS_MAX);
	if (pipe2(out_pipe, O_CLOEXEC) != 0 || pipe2(said_pipe, O_CLOEXEC) != 0) {
		rc = err_sys(err, RC_BUSY, errno, "cannot make a pipe");
		goto out;
	}
	rc = start(job, out_pipe[1], said_pipe[1], &pid, err);
	if (rc != RC_OK)
		goto out;
	for (size_t i = 0; i < 2; i++) {
		int *own = i ? &said_pipe[1] : &out_pipe[1];
		close(*own);
		*own = -1;
	}
	rc = collect(out_pipe[0], said_pipe[0], out, said, until_ms, err);
	if (rc == RC_OK)
		rc = wait_end(pid, until_ms, status, err);
	if (rc != RC_OK)
		end(pid);
out:
	pipe_close(out_pipe);
	pipe_close(said_pipe);
	return rc;
}
