/* log_file.c: the file that log lines go to instead of standard error, and its change of place.
 *
 * Several processes append to one file, and any of them, or somebody's logrotate, may move it away. Each
 * looks once a second whether the path still leads to the file it has open. The descriptor keeps its number
 * for ever: a thread may be about to write to it. */
#include "base/base.h"
#include "base/clock.h"
#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <unistd.h>

#define LOOK_US (1000 * 1000)
#define PATH_ROOM 4096

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char path[PATH_ROOM];           /* guarded by the lock */
static _Atomic int descriptor = -1;    /* -1: there never was one */
static _Atomic bool in_use;
static _Atomic int64_t look_us;

static int open_path(void)
{
	return open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, 0640);
}

/* Puts `fd` in the descriptor's place; threads write to the one or to the other. */
static void take(int fd)
{
	int old = atomic_load(&descriptor);
	if (old < 0) {
		atomic_store(&descriptor, fd);
		return;
	}
	dup3(fd, old, O_CLOEXEC);
	close(fd);
}

static bool is_same_file(int fd)
{
	struct stat there, open_one;
	return stat(path, &there) == 0 && fstat(fd, &open_one) == 0 && there.st_ino == open_one.st_ino &&
	       there.st_dev == open_one.st_dev;
}

/* What cannot be opened now stays as it is: the lines go on into the file that was moved. */
static void look(void)
{
	if (pthread_mutex_trylock(&lock) != 0)
		return;
	if (atomic_load(&in_use) && !is_same_file(atomic_load(&descriptor))) {
		int fd = open_path();
		if (fd >= 0)
			take(fd);
	}
	pthread_mutex_unlock(&lock);
}

int log_descriptor(void)
{
	int64_t now_us, due_us = atomic_load_explicit(&look_us, memory_order_relaxed);
	if (!atomic_load(&in_use))
		return STDERR_FILENO;
	now_us = clock_monotonic_us();
	if (now_us >= due_us && atomic_compare_exchange_strong(&look_us, &due_us, now_us + LOOK_US))
		look();
	return atomic_load(&descriptor);
}

static void warn(const char *to, int errnum)
{
	struct err err = ERR_INIT;
	if (err_sys(&err, RC_IO, errnum, "cannot open '%s'; standard error gets the log", to) != RC_OK)
		log_err(LOG_WARN, "no log file", &err);
}

void log_to_file(const char *to)
{
	int errnum = 0;
	pthread_mutex_lock(&lock);
	bool same = to && atomic_load(&in_use) && strcmp(path, to) == 0;
	if (!same) {
		atomic_store(&in_use, false);
		snprintf(path, sizeof path, "%s", to ? to : "");
		int fd = to ? open_path() : -1;
		errnum = to && fd < 0 ? errno : 0;
		if (fd >= 0) {
			take(fd);
			atomic_store(&look_us, clock_monotonic_us() + LOOK_US);
			atomic_store(&in_use, true);
		}
	}
	pthread_mutex_unlock(&lock);
	if (errnum)
		warn(to, errnum);
}
