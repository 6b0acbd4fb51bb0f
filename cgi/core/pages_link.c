/* pages_link.c: the link to the current generation, and the lock under which it moves. */
#include "core/pages_impl.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"

/* flock() knows no time limit. Whoever holds the lock does so for one COMMIT, so the waits are short. */
static enum rc lock_file(int fd, const char *dir, int timeout_ms, struct err *err)
{
	int64_t until_us = clock_monotonic_us() + (int64_t)timeout_ms * 1000;
	struct timespec nap = { 0, 200 * 1000 };
	while (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			return file_fail(err, errno, "lock", dir);
		if (clock_monotonic_us() >= until_us)
			return err_set(err, RC_BUSY, "cannot lock '%s': another process holds it", dir);
		nanosleep(&nap, NULL);
		if (nap.tv_nsec < 5 * 1000 * 1000)
			nap.tv_nsec *= 2;
	}
	return RC_OK;
}

enum rc pages_lock(const char *dir, int timeout_ms, struct pages_lock *out, struct err *err)
{
	struct pages_lock lock = { .dir_fd = -1, .lock_fd = -1 };
	enum rc rc = RC_OK;
	lock.dir_fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (lock.dir_fd < 0)
		return file_fail(err, errno, "open the page folder", dir);
	lock.lock_fd = openat(lock.dir_fd, "lock", O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	if (lock.lock_fd < 0)
		rc = file_fail(err, errno, "open the lock of the page folder", dir);
	if (rc == RC_OK)
		rc = lock_file(lock.lock_fd, dir, timeout_ms, err);
	if (rc != RC_OK) {
		if (lock.lock_fd >= 0)
			close(lock.lock_fd);
		close(lock.dir_fd);
		return rc;
	}
	lock.path = mem_dup(dir, strlen(dir));
	lock.linked = pages_readlink(lock.dir_fd, "current", &lock.name);
	lock.known = (lock.linked || pages_readlink(lock.dir_fd, "last", &lock.name)) && lock.name.text[0];
	*out = lock;
	return RC_OK;
}

void pages_unlock(struct pages_lock *lock)
{
	close(lock->lock_fd); /* and with it the lock */
	close(lock->dir_fd);
	MEM_FREE(lock->path);
}

enum rc pages_take(struct pages_lock *lock, struct err *err)
{
	if (!lock->linked)
		return RC_OK;
	if (renameat(lock->dir_fd, "current", lock->dir_fd, "last") != 0 && errno != ENOENT)
		return file_fail(err, errno, "take pages away from", lock->path);
	lock->linked = false;
	/* The change that follows is in the database's log for good; the link must not come back to it. */
	if (fsync(lock->dir_fd) != 0 && errno != EINVAL)
		return file_fail(err, errno, "sync", lock->path);
	return RC_OK;
}

/* What root makes, by a command say, belongs to whoever the folder belongs to: it must stay writable. */
static void give_to_owner(const struct pages_lock *lock, const char *name)
{
	struct stat st;
	if (geteuid() == 0 && fstat(lock->dir_fd, &st) == 0 && st.st_uid != 0 &&
	    fchownat(lock->dir_fd, name, st.st_uid, st.st_gid, AT_SYMLINK_NOFOLLOW) != 0)
		pages_complain("cannot give page folder to its owner", NULL);
}

static enum rc make_folder(const struct pages_lock *lock, const char *name, struct err *err)
{
	if (mkdirat(lock->dir_fd, name, PAGES_FOLDER_MODE) != 0 ||
	    fchmodat(lock->dir_fd, name, PAGES_FOLDER_MODE, 0) != 0) /* whatever the umask is */
		return file_fail(err, errno, "make a generation in", lock->path);
	give_to_owner(lock, name);
	return RC_OK;
}

enum rc pages_link(struct pages_lock *lock, const struct pages_owner *owner, int64_t public_seq,
		   int64_t expires_ms, struct err *err)
{
	struct pages_name name;
	pages_name_make(owner, public_seq, expires_ms, &name);
	enum rc rc = make_folder(lock, name.text, err);
	if (rc != RC_OK)
		return rc;
	unlinkat(lock->dir_fd, "next", 0); /* of a process that was killed here */
	if (symlinkat(name.text, lock->dir_fd, "next") != 0 ||
	    renameat(lock->dir_fd, "next", lock->dir_fd, "current") != 0) {
		rc = file_fail(err, errno, "link a generation in", lock->path);
		unlinkat(lock->dir_fd, name.text, AT_REMOVEDIR);
		return rc;
	}
	/* Many commits in a row (an import) shall not leave as many folders for the sweeper. */
	if (lock->known)
		unlinkat(lock->dir_fd, lock->name.text, AT_REMOVEDIR);
	lock->name = name;
	lock->linked = lock->known = true;
	return RC_OK;
}
