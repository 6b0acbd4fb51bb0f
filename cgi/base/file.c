/* file.c: whole files: read, replace atomically, look at. */
#include "base/base.h"
#include "base/file.h"
#include "base/path.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#define READ_B ((size_t)64 << 10)

enum rc file_fail(struct err *err, int errnum, const char *doing, const char *path)
{
	enum rc rc = RC_IO;
	if (errnum == ENOENT || errnum == ENOTDIR)
		rc = RC_NOTFOUND;
	else if (errnum == EEXIST)
		rc = RC_EXISTS;
	else if (errnum == EACCES || errnum == EPERM)
		rc = RC_DENIED;
	return err_sys(err, rc, errnum, "cannot %s '%s'", doing, path);
}

static enum rc read_some(int fd, const char *path, char *to, size_t want, size_t *got, struct err *err)
{
	ssize_t n;
	do
		n = read(fd, to, want);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return file_fail(err, errno, "read", path);
	*got = (size_t)n;
	return RC_OK;
}

enum rc file_read_fd(int fd, const char *path, size_t max_b, struct buf *out, struct err *err)
{
	size_t before = out->len, room = out->max_b - out->len, got = 1;
	struct stat st;
	enum rc rc = buf_status(out, path, err);
	if (rc != RC_OK)
		return rc;
	if (fstat(fd, &st) != 0)
		return file_fail(err, errno, "read", path);
	if (S_ISDIR(st.st_mode))
		return err_set(err, RC_INVALID, "'%s' is a folder", path);
	if (room > max_b)
		room = max_b;
	for (size_t left = room; rc == RC_OK && got > 0; left -= got) {
		char beyond; /* one byte more than is allowed shows a file that grows while it is read */
		size_t want = left < READ_B ? left : READ_B;
		char *to = want ? buf_reserve(out, want) : &beyond;
		rc = to ? read_some(fd, path, to, want ? want : 1, &got, err) : buf_status(out, path, err);
		if (rc == RC_OK && want)
			buf_commit(out, got);
		else if (rc == RC_OK && got > 0)
			rc = err_set(err, RC_LIMIT, "'%s' is larger than the limit of %zu bytes", path, room);
	}
	if (rc != RC_OK)
		buf_truncate(out, before);
	return rc;
}

enum rc file_read(const char *path, size_t max_b, struct buf *out, struct err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return file_fail(err, errno, "open", path);
	enum rc rc = file_read_fd(fd, path, max_b, out, err);
	close(fd);
	return rc;
}

enum rc file_load(const char *path, size_t max_b, struct arena *arena, struct str *out, struct err *err)
{
	struct buf b = BUF_INIT(max_b);
	enum rc rc = file_read(path, max_b, &b, err);
	if (rc == RC_OK) {
		char *copy = arena_try(arena, b.len + 1);
		if (copy) {
			if (b.len)
				memcpy(copy, b.bytes, b.len);
			copy[b.len] = '\0';
			*out = str_n(copy, b.len);
		} else {
			rc = err_set(err, RC_LIMIT, "'%s' is too large for the memory that is left", path);
		}
	}
	buf_release(&b);
	return rc;
}

enum rc file_write_fd(int fd, const char *path, struct str bytes, struct err *err)
{
	while (bytes.n > 0) {
		ssize_t n = write(fd, bytes.p, bytes.n);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return file_fail(err, errno, "write", path);
		bytes = str_from(bytes, (size_t)n);
	}
	return RC_OK;
}

enum rc file_sync_dir(const char *dir, struct err *err)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return file_fail(err, errno, "open", dir);
	enum rc rc = RC_OK;
	if (fsync(fd) != 0 && errno != EINVAL) /* EINVAL: a file system that has nothing to sync */
		rc = file_fail(err, errno, "sync", dir);
	close(fd);
	return rc;
}

/* Opens a new file beside `path` under a name nobody can have guessed. */
static int open_beside(const char *path, unsigned mode, char **name)
{
	for (int tries = 0; tries < 8; tries++) {
		uint64_t random;
		if (getrandom(&random, sizeof random, 0) != (ssize_t)sizeof random)
			return -1;
		if (asprintf(name, "%s.%016llx.tmp", path, (unsigned long long)random) < 0)
			mem_fail();
		int fd = open(*name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, (mode_t)mode);
		if (fd >= 0)
			return fd;
		int errnum = errno;
		MEM_FREE(*name);
		errno = errnum;
		if (errnum != EEXIST)
			break;
	}
	return -1;
}

enum rc file_write(const char *path, struct str bytes, unsigned mode, struct err *err)
{
	char *name = NULL, *dir = NULL;
	struct str folder = path_dir(str_of(path));
	int fd = open_beside(path, mode, &name);
	if (fd < 0)
		return file_fail(err, errno, "create", path);
	enum rc rc = file_write_fd(fd, name, bytes, err);
	if (rc == RC_OK && fsync(fd) != 0)
		rc = file_fail(err, errno, "sync", name);
	if (close(fd) != 0 && rc == RC_OK)
		rc = file_fail(err, errno, "write", name);
	if (rc == RC_OK && rename(name, path) != 0)
		rc = file_fail(err, errno, "replace", path);
	if (rc != RC_OK) {
		unlink(name);
		goto out;
	}
	dir = mem_dup(folder.p, folder.n);
	rc = file_sync_dir(dir, err);
out:
	free(dir);
	free(name);
	return rc;
}

static void fill_info(const struct stat *st, struct file_info *out)
{
	*out = (struct file_info){
		.kind = S_ISREG(st->st_mode) ? FILE_REGULAR : S_ISDIR(st->st_mode) ? FILE_FOLDER :
			S_ISLNK(st->st_mode) ? FILE_LINK : FILE_OTHER,
		.size_b = st->st_size,
		.mtime_ns = (int64_t)st->st_mtim.tv_sec * 1000000000 + st->st_mtim.tv_nsec,
		.inode = st->st_ino,
		.device = st->st_dev,
		.mode = st->st_mode & 07777,
	};
}

enum rc file_stat(const char *path, struct file_info *out, struct err *err)
{
	struct stat st;
	if (stat(path, &st) != 0)
		return file_fail(err, errno, "look at", path);
	fill_info(&st, out);
	return RC_OK;
}

enum rc file_lstat(const char *path, struct file_info *out, struct err *err)
{
	struct stat st;
	if (lstat(path, &st) != 0)
		return file_fail(err, errno, "look at", path);
	fill_info(&st, out);
	return RC_OK;
}

bool file_exists(const char *path)
{
	struct stat st;
	return stat(path, &st) == 0;
}
