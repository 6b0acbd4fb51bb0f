/* spool.c: where a request's body waits until all of it is there. */
#include "base/base.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "front/spool.h"

/* Beyond SPOOL_MEMORY_B comes at most one more read of a connection. */
#define MEMORY_MAX_B ((size_t)256 << 10)

void spool_init(struct spool *spool, struct spool_room *room)
{
	*spool = (struct spool){ .room = room, .memory = BUF_INIT(MEMORY_MAX_B), .fd = -1 };
}

void spool_release(struct spool *spool)
{
	if (spool->fd >= 0)
		close(spool->fd);
	if (spool->room)
		atomic_fetch_sub(&spool->room->used_b, spool->file_b);
	buf_release(&spool->memory);
	spool_init(spool, spool->room);
}

void spool_put(struct spool *spool, const void *bytes, size_t n)
{
	buf_put(&spool->memory, bytes, n);
}

bool spool_wants_file(const struct spool *spool)
{
	return spool->fd >= 0 || spool->memory.len > SPOOL_MEMORY_B;
}

const char *spool_default_dir(void)
{
	const char *dir = getenv("TMPDIR");
	return dir && *dir ? dir : "/var/tmp";
}

/* A file without a name; where the file system has no O_TMPFILE, one whose name is gone at once. */
static int open_unnamed(const char *dir)
{
	int fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR))
		return fd;
	struct buf path = BUF_INIT(4096);
	buf_printf(&path, "%s/platen-body-XXXXXX", dir);
	fd = path.rc == RC_OK ? mkostemp(path.bytes, O_CLOEXEC) : -1;
	if (fd >= 0)
		unlink(path.bytes);
	buf_release(&path);
	return fd;
}

static enum rc write_all(int fd, struct str bytes, struct err *err)
{
	while (bytes.n > 0) {
		ssize_t n = write(fd, bytes.p, bytes.n);
		if (n < 0 && errno != EINTR)
			return err_sys(err, RC_IO, errno, "cannot keep the body of a request");
		if (n > 0)
			bytes = str_from(bytes, (size_t)n);
	}
	return RC_OK;
}

enum rc spool_flush(struct spool *spool, struct err *err)
{
	struct spool_room *room = spool->room;
	int64_t n = (int64_t)spool->memory.len;
	if (spool->memory.rc != RC_OK)
		return buf_status(&spool->memory, "the body of a request", err);
	if (spool->fd < 0)
		spool->fd = open_unnamed(room->dir);
	if (spool->fd < 0)
		return err_sys(err, RC_IO, errno, "cannot make a file in '%s'", room->dir);
	spool->file_b += n;
	if (atomic_fetch_add(&room->used_b, n) + n > room->max_b)
		return err_set(err, RC_BUSY, "uploads together are larger than %lld bytes",
			       (long long)room->max_b);
	enum rc rc = write_all(spool->fd, buf_view(&spool->memory), err);
	buf_release(&spool->memory); /* an upload that is waited for holds none */
	return rc;
}

static enum rc memory_to_descriptor(struct spool *spool, struct err *err)
{
	spool->fd = memfd_create("request-body", MFD_CLOEXEC);
	if (spool->fd < 0)
		return err_sys(err, RC_IO, errno, "cannot make a memory file");
	return write_all(spool->fd, buf_view(&spool->memory), err);
}

enum rc spool_rewind(struct spool *spool, int *fd, struct err *err)
{
	enum rc rc = spool->fd >= 0 ? spool_flush(spool, err) : memory_to_descriptor(spool, err);
	if (rc != RC_OK)
		return rc;
	if (lseek(spool->fd, 0, SEEK_SET) < 0)
		return err_sys(err, RC_IO, errno, "cannot rewind the body of a request");
	*fd = spool->fd;
	return RC_OK;
}
