/* password_places.c: places that processes share, as locks on the bytes of a file. */
#include "base/base.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "crypt/password.h"
#include "crypt/password_places.h"

#define LOOK_US 10000
#define WAIT_US INT64_C(15000000) /* all who may wait are through long before, on slow machines too */

/* Bytes of the file: the first are for those who compute, of which readers have the first of all; the others for those
 * who wait. */
static const off_t waiting_from[GATE_WHO__MAX] = {
	[GATE_PEOPLE] = PASSWORD_AT_ONCE, [GATE_READERS] = PASSWORD_AT_ONCE + PASSWORD_WAITING_MAX,
};

static char shared[PATH_MAX];

void password_share(const char *path)
{
	snprintf(shared, sizeof shared, "%s", path);
}

/* Of the open file (F_OFD_SETLK): threads of one process exclude each other too. */
static bool lock(int fd, off_t byte, short type)
{
	struct flock what = { .l_type = type, .l_whence = SEEK_SET, .l_start = byte, .l_len = 1 };
	return fcntl(fd, F_OFD_SETLK, &what) == 0;
}

/* The last free byte of `count`, so that people leave the first to readers; -1: none is. */
static off_t take_one(int fd, off_t from, int count)
{
	for (off_t byte = from + count - 1; byte >= from; byte--)
		if (lock(fd, byte, F_WRLCK))
			return byte;
	return -1;
}

static enum rc take(int fd, enum gate_who who, struct err *err)
{
	const struct timespec pause = { .tv_nsec = LOOK_US * 1000 };
	const struct gate_limit *limit = &gate_limits[who];
	int64_t until_us = clock_monotonic_us() + WAIT_US;
	off_t waiting = take_one(fd, waiting_from[who], limit->waiting_max);
	bool has = false;
	while (waiting >= 0 && !has && clock_monotonic_us() < until_us) {
		has = take_one(fd, 0, limit->at_once) >= 0;
		if (!has)
			nanosleep(&pause, NULL);
	}
	if (waiting >= 0)
		lock(fd, waiting, F_UNLCK);
	return has ? RC_OK : err_set(err, RC_BUSY, "too many passwords are being checked; try again in a moment");
}

/* Never RC_DENIED: that would be a wrong password. */
static enum rc cannot_open(struct err *err)
{
	enum rc rc = errno == ENOSPC || errno == EDQUOT ? RC_NOSPACE : errno == EROFS ? RC_READONLY : RC_IO;
	return err_sys(err, rc, errno, "cannot open '%s'", shared);
}

enum rc places_take(enum gate_who who, int *fd, struct err *err)
{
	*fd = -1;
	if (!shared[0])
		return RC_OK;
	int file = open(shared, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (file < 0)
		return cannot_open(err);
	enum rc rc = take(file, who, err);
	if (rc == RC_OK)
		*fd = file;
	else
		close(file);
	return rc;
}

void places_give(int fd)
{
	if (fd >= 0)
		close(fd);
}
