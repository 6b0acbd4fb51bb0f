/* zip_write.c: a folder into a ZIP archive. */
#include "base/base.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>
#include <zlib.h>

#include "base/file.h"
#include "base/path.h"
#include "base/zip.h"

#define CHUNK_B ((size_t)64 << 10)
#define HEAD_B 30
#define MAX_32 0xFFFFFFFFu
#define MAX_16 0xFFFFu
#define CENTRAL_MAX_B ((size_t)512 << 20)
#define UTF8_NAMES 0x0800 /* general purpose bit 11 */
#define DAY_ONE 0x0021    /* 1980-01-01: no times of the machine */
#define MADE_BY_UNIX (3u << 8 | 45)

struct writer {
	int fd;
	const char *path;
	int64_t at;             /* end of what was written */
	struct buf central;
	size_t count;
};

struct entry {
	struct str name;
	int64_t offset;
	uint32_t crc;
	int64_t packed_b, size_b;
};

static void put16(struct buf *b, unsigned value)
{
	buf_char(b, (char)(value & 0xFF));
	buf_char(b, (char)(value >> 8 & 0xFF));
}

static void put32(struct buf *b, uint32_t value)
{
	put16(b, value & MAX_16);
	put16(b, value >> 16);
}

static void put64(struct buf *b, int64_t value)
{
	put32(b, (uint32_t)((uint64_t)value & MAX_32));
	put32(b, (uint32_t)((uint64_t)value >> 32));
}

static enum rc append(struct writer *w, struct str bytes, struct err *err)
{
	enum rc rc = file_write_fd(w->fd, w->path, bytes, err);
	if (rc == RC_OK)
		w->at += (int64_t)bytes.n;
	return rc;
}

/* What local and central header have in common, from "version needed" to the length of the name. */
static void put_common(struct buf *b, const struct entry *e)
{
	put16(b, 20);
	put16(b, UTF8_NAMES);
	put16(b, Z_DEFLATED);
	put16(b, 0);
	put16(b, DAY_ONE);
	put32(b, e->crc);
	put32(b, (uint32_t)e->packed_b);
	put32(b, (uint32_t)e->size_b);
	put16(b, (unsigned)e->name.n);
}

static void put_local(struct buf *b, const struct entry *e)
{
	BUF_LIT(b, "PK\3\4");
	put_common(b, e);
	put16(b, 0);
	buf_str(b, e->name);
}

static void put_central(struct buf *b, const struct entry *e)
{
	bool far = e->offset >= (int64_t)MAX_32;
	BUF_LIT(b, "PK\1\2");
	put16(b, MADE_BY_UNIX);
	put_common(b, e);
	put16(b, far ? 12 : 0);
	put16(b, 0);
	put16(b, 0);
	put16(b, 0);
	put32(b, 0100644u << 16);
	put32(b, far ? MAX_32 : (uint32_t)e->offset);
	buf_str(b, e->name);
	if (far) {
		put16(b, 1);
		put16(b, 8);
		put64(b, e->offset);
	}
}

static enum rc write_some(struct writer *w, z_stream *z, int flush, struct err *err)
{
	char out[CHUNK_B];
	enum rc rc = RC_OK;
	do {
		z->next_out = (unsigned char *)out;
		z->avail_out = sizeof out;
		if (deflate(z, flush) == Z_STREAM_ERROR)
			return err_set(err, RC_INTERNAL, "cannot deflate");
		rc = append(w, str_n(out, sizeof out - z->avail_out), err);
	} while (rc == RC_OK && z->avail_out == 0);
	return rc;
}

static enum rc deflate_file(struct writer *w, int fd, const char *path, z_stream *z, struct entry *e, struct err *err)
{
	char in[CHUNK_B];
	enum rc rc = RC_OK;
	ssize_t n;
	do {
		n = read(fd, in, sizeof in);
		if (n < 0)
			return file_fail(err, errno, "read", path);
		e->crc = (uint32_t)crc32(e->crc, (unsigned char *)in, (unsigned)n);
		e->size_b += n;
		z->next_in = (unsigned char *)in;
		z->avail_in = (unsigned)n;
		rc = write_some(w, z, n ? Z_NO_FLUSH : Z_FINISH, err);
	} while (rc == RC_OK && n > 0 && e->size_b < (int64_t)MAX_32);
	if (rc == RC_OK && e->size_b >= (int64_t)MAX_32)
		rc = err_set(err, RC_LIMIT, "'%s' is too large for an archive", path);
	return rc;
}

/* The header is written twice: how long the data is, is known behind it. */
static enum rc add_data(struct writer *w, int fd, const char *path, struct entry *e, struct err *err)
{
	z_stream z = { 0 };
	struct buf head = BUF_INIT(HEAD_B + ZIP_NAME_MAX_B);
	if (deflateInit2(&z, 6, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY) != Z_OK)
		return err_set(err, RC_INTERNAL, "cannot begin to deflate");
	put_local(&head, e);
	enum rc rc = append(w, buf_view(&head), err);
	int64_t data_at = w->at;
	if (rc == RC_OK)
		rc = deflate_file(w, fd, path, &z, e, err);
	deflateEnd(&z);
	if (rc == RC_OK) {
		e->packed_b = w->at - data_at;
		buf_clear(&head);
		put_local(&head, e);
		if (pwrite(w->fd, head.bytes, head.len, e->offset) != (ssize_t)head.len)
			rc = file_fail(err, errno, "write", w->path);
	}
	buf_release(&head);
	return rc;
}

static enum rc add_file(struct writer *w, const char *dir, const char *name, struct arena *arena, struct err *err)
{
	struct entry e = { .name = str_of(name), .offset = w->at };
	const char *path = path_join(arena, dir, name);
	if (e.name.n > ZIP_NAME_MAX_B)
		return err_set(err, RC_LIMIT, "the name '%s' is too long for an archive", name);
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return file_fail(err, errno, "open", path);
	enum rc rc = add_data(w, fd, path, &e, err);
	close(fd);
	if (rc != RC_OK)
		return rc;
	put_central(&w->central, &e);
	w->count++;
	return buf_status(&w->central, "the archive's table of contents", err);
}

/* Where the table is. What does not fit has its place in the ZIP64 record before it (4.3.14 to 4.3.16). */
static void put_end(struct writer *w, int64_t central_at, struct buf *b)
{
	int64_t central_b = (int64_t)w->central.len, end_at = central_at + central_b;
	bool large = w->count >= MAX_16 || central_at >= (int64_t)MAX_32 || central_b >= (int64_t)MAX_32;
	if (large) {
		BUF_LIT(b, "PK\6\6");
		put64(b, 44);
		put16(b, MADE_BY_UNIX);
		put16(b, 45);
		put32(b, 0);
		put32(b, 0);
		put64(b, (int64_t)w->count);
		put64(b, (int64_t)w->count);
		put64(b, central_b);
		put64(b, central_at);
		BUF_LIT(b, "PK\6\7");
		put32(b, 0);
		put64(b, end_at);
		put32(b, 1);
	}
	BUF_LIT(b, "PK\5\6");
	put32(b, 0);
	put16(b, large ? MAX_16 : (unsigned)w->count);
	put16(b, large ? MAX_16 : (unsigned)w->count);
	put32(b, large ? MAX_32 : (uint32_t)central_b);
	put32(b, large ? MAX_32 : (uint32_t)central_at);
	put16(b, 0);
}

static enum rc write_all(struct writer *w, const char *dir, const struct progress *progress, struct err *err)
{
	struct arena arena;
	struct file_entries files;
	struct buf end = BUF_INIT(200);
	arena_init(&arena, (size_t)1 << 30);
	enum rc rc = file_tree(dir, &arena, &files, err);
	for (size_t i = 0; rc == RC_OK && i < files.count; i++) {
		const char *name = files.items[i].name;
		rc = progress_tell(progress, "packing", (int64_t)i, (int64_t)files.count, str_of(name), err);
		if (rc == RC_OK && files.items[i].kind == FILE_REGULAR)
			rc = add_file(w, dir, name, &arena, err);
	}
	int64_t central_at = w->at;
	if (rc == RC_OK)
		rc = append(w, buf_view(&w->central), err);
	put_end(w, central_at, &end);
	if (rc == RC_OK)
		rc = append(w, buf_view(&end), err);
	if (rc == RC_OK && fsync(w->fd) != 0)
		rc = file_fail(err, errno, "sync", w->path);
	buf_release(&end);
	arena_release(&arena);
	return rc;
}

enum rc zip_write(const char *dir, const char *path, const struct progress *progress, struct err *err)
{
	struct writer w = { .path = path, .central = BUF_INIT(CENTRAL_MAX_B) };
	w.fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (w.fd < 0)
		return file_fail(err, errno, "make", path);
	enum rc rc = write_all(&w, dir, progress, err);
	close(w.fd);
	if (rc != RC_OK)
		unlink(path);
	buf_release(&w.central);
	return rc;
}
