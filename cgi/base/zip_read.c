/* zip_read.c: a ZIP archive of anybody into a folder. */
#include "base/base.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "base/file.h"
#include "base/path.h"
#include "base/utf8.h"
#include "base/zip.h"

#define CHUNK_B ((size_t)64 << 10)
#define END_B 22
#define END_SEARCH_B ((size_t)END_B + 65535)
#define CENTRAL_B 46
#define LOCAL_B 30
#define CENTRAL_MAX_B ((size_t)32 << 20)
#define ENCRYPTED 1u
#define UNIX 3u

struct reader {
	int fd;
	const char *dir;
	const struct zip_limits *limits;
	int64_t size_b;
	int64_t central_at;
	size_t central_b, count;
	int64_t promised_b;     /* by the table of contents, of the entries seen */
	struct arena arena;
};

struct entry {
	struct str name;
	unsigned flags, method, host;
	uint32_t crc, attributes;
	int64_t packed_b, size_b, offset;
};

static unsigned get16(const char *p)
{
	return (unsigned)(unsigned char)p[0] | (unsigned)(unsigned char)p[1] << 8;
}

static uint32_t get32(const char *p)
{
	return (uint32_t)get16(p) | (uint32_t)get16(p + 2) << 16;
}

bool zip_name_is_safe(struct str name)
{
	struct str rest = name, part;
	if (!name.n || name.n > ZIP_NAME_MAX_B || name.p[0] == '/' || !utf8_valid(name))
		return false;
	for (size_t i = 0; i < name.n; i++)
		if ((unsigned char)name.p[i] < 0x20 || name.p[i] == 0x7F || name.p[i] == '\\')
			return false;
	while (str_split(&rest, '/', &part))
		if (str_empty(part) || str_is(part, ".") || str_is(part, ".."))
			return false;
	return true;
}

static enum rc damaged(struct err *err, const char *how)
{
	return err_set(err, RC_INVALID, "the archive is damaged: %s", how);
}

static enum rc read_at(const struct reader *r, int64_t at, void *to, size_t n, struct err *err)
{
	size_t got = 0;
	if (at < 0 || at > r->size_b || (int64_t)n > r->size_b - at)
		return damaged(err, "it ends too early");
	while (got < n) {
		ssize_t some = pread(r->fd, (char *)to + got, n - got, at + (int64_t)got);
		if (some <= 0)
			return file_fail(err, some ? errno : EIO, "read", "the archive");
		got += (size_t)some;
	}
	return RC_OK;
}

/* The end record says how long the comment behind it is: only one that ends with the file is it. */
static enum rc find_end(struct reader *r, struct err *err)
{
	size_t n = r->size_b < (int64_t)END_SEARCH_B ? (size_t)r->size_b : END_SEARCH_B;
	char *tail = ARENA_ARRAY(&r->arena, n + 1, char);
	enum rc rc = read_at(r, r->size_b - (int64_t)n, tail, n, err);
	if (rc != RC_OK)
		return rc;
	for (size_t at = n >= END_B ? n - END_B + 1 : 0; at-- > 0;) {
		const char *p = tail + at;
		if (memcmp(p, "PK\5\6", 4) != 0 || at + END_B + get16(p + 20) != n)
			continue;
		r->count = get16(p + 10);
		r->central_b = get32(p + 12);
		r->central_at = get32(p + 16);
		if (r->count == 0xFFFF || r->central_at == 0xFFFFFFFF)
			return err_set(err, RC_INVALID, "the archive is a ZIP64 one, which is too large");
		if (get16(p + 4) || get16(p + 6) || get16(p + 8) != r->count)
			return err_set(err, RC_INVALID, "the archive is one of several parts");
		if (r->central_at + (int64_t)r->central_b > r->size_b - (int64_t)n + (int64_t)at)
			return damaged(err, "its table of contents is elsewhere");
		return RC_OK;
	}
	return err_set(err, RC_INVALID, "this is no ZIP archive, or it is cut off");
}

/* *at moves behind the entry. */
static enum rc next_entry(const struct reader *r, const char *central, size_t *at, struct entry *e, struct err *err)
{
	if (r->central_b - *at < CENTRAL_B || memcmp(central + *at, "PK\1\2", 4) != 0)
		return damaged(err, "its table of contents is cut off");
	const char *p = central + *at;
	size_t name_b = get16(p + 28), rest_b = (size_t)get16(p + 30) + get16(p + 32);
	if (r->central_b - *at - CENTRAL_B < name_b + rest_b)
		return damaged(err, "its table of contents is cut off");
	*e = (struct entry){
		.name = str_n(p + CENTRAL_B, name_b), .host = get16(p + 4) >> 8, .flags = get16(p + 8),
		.method = get16(p + 10), .crc = get32(p + 16), .packed_b = get32(p + 20), .size_b = get32(p + 24),
		.attributes = get32(p + 38), .offset = get32(p + 42),
	};
	*at += CENTRAL_B + name_b + rest_b;
	return RC_OK;
}

static bool is_special(const struct entry *e)
{
	mode_t mode = e->host == UNIX ? (mode_t)(e->attributes >> 16) & S_IFMT : 0;
	return mode && mode != S_IFREG && mode != S_IFDIR;
}

static enum rc check_entry(const struct reader *r, const struct entry *e, struct err *err)
{
	if (!zip_name_is_safe(e->name))
		return err_set(err, RC_INVALID, "the archive has a name that leads out of it or cannot be a file's");
	if (is_special(e))
		return err_set(err, RC_INVALID, "'%.*s' is a link or no file at all", STR_ARG(e->name));
	if (e->flags & ENCRYPTED)
		return err_set(err, RC_INVALID, "'%.*s' is encrypted", STR_ARG(e->name));
	if (e->method != 0 && e->method != Z_DEFLATED)
		return err_set(err, RC_INVALID, "'%.*s' is packed in a way that is not known here", STR_ARG(e->name));
	if (e->size_b > r->limits->file_b)
		return err_set(err, RC_LIMIT, "'%.*s' is larger than %lld bytes", STR_ARG(e->name), (long long)r->limits->file_b);
	if (e->size_b > r->limits->total_b - r->promised_b)
		return err_set(err, RC_LIMIT, "the archive is larger than %lld bytes when it is unpacked",
			       (long long)r->limits->total_b);
	return RC_OK;
}

/* Where the data is: the local header has a length of extras of its own. */
static enum rc find_data(const struct reader *r, const struct entry *e, int64_t *at, struct err *err)
{
	char head[LOCAL_B];
	enum rc rc = read_at(r, e->offset, head, sizeof head, err);
	if (rc == RC_OK && memcmp(head, "PK\3\4", 4) != 0)
		rc = damaged(err, "a file is not where the table of contents says");
	if (rc != RC_OK)
		return rc;
	int64_t begin = e->offset + LOCAL_B + get16(head + 26) + get16(head + 28);
	if (begin + e->packed_b > r->central_at)
		return damaged(err, "a file reaches into the table of contents");
	*at = begin;
	return RC_OK;
}

struct unpacking {
	z_stream z;
	int fd;
	const char *path;
	int64_t left_b;   /* that the file may still have */
	uint32_t crc;
};

static enum rc put(struct unpacking *u, const char *bytes, size_t n, struct err *err)
{
	if ((int64_t)n > u->left_b)
		return damaged(err, "a file is larger than it says");
	u->left_b -= (int64_t)n;
	u->crc = (uint32_t)crc32(u->crc, (const unsigned char *)bytes, (unsigned)n);
	return file_write_fd(u->fd, u->path, str_n(bytes, n), err);
}

static enum rc inflate_some(struct unpacking *u, char *in, size_t n, bool *done, struct err *err)
{
	char out[CHUNK_B];
	enum rc rc = RC_OK;
	u->z.next_in = (unsigned char *)in;
	u->z.avail_in = (unsigned)n;
	do {
		u->z.next_out = (unsigned char *)out;
		u->z.avail_out = sizeof out;
		int code = inflate(&u->z, Z_NO_FLUSH);
		if (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR)
			return damaged(err, "a file cannot be unpacked");
		*done = code == Z_STREAM_END;
		rc = put(u, out, sizeof out - u->z.avail_out, err);
	} while (rc == RC_OK && !*done && u->z.avail_out == 0);
	return rc;
}

static enum rc copy_data(const struct reader *r, const struct entry *e, int64_t at, struct unpacking *u, struct err *err)
{
	char in[CHUNK_B];
	bool done = e->method == 0;
	enum rc rc = RC_OK;
	for (int64_t left = e->packed_b; rc == RC_OK && left > 0;) {
		size_t n = left < (int64_t)sizeof in ? (size_t)left : sizeof in;
		rc = read_at(r, at, in, n, err);
		if (rc == RC_OK)
			rc = e->method == 0 ? put(u, in, n, err) : inflate_some(u, in, n, &done, err);
		at += (int64_t)n;
		left -= (int64_t)n;
		if (rc == RC_OK && done && e->method != 0 && left > 0)
			return damaged(err, "there is something behind the end of a file");
	}
	if (rc == RC_OK && (!done || u->left_b || u->crc != e->crc))
		rc = damaged(err, "a file is not what it was when it was packed");
	return rc;
}

static enum rc unpack(struct reader *r, const struct entry *e, const char *path, struct err *err)
{
	int64_t at = 0;
	struct unpacking u = { .fd = -1, .path = path, .left_b = e->size_b };
	enum rc rc = find_data(r, e, &at, err);
	if (rc != RC_OK)
		return rc;
	if (inflateInit2(&u.z, -15) != Z_OK)
		return err_set(err, RC_INTERNAL, "cannot begin to unpack");
	u.fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (u.fd < 0)
		rc = errno == EEXIST ? err_set(err, RC_INVALID, "'%.*s' is in the archive twice", STR_ARG(e->name))
				     : file_fail(err, errno, "make", path);
	if (rc == RC_OK)
		rc = copy_data(r, e, at, &u, err);
	if (u.fd >= 0)
		close(u.fd);
	inflateEnd(&u.z);
	return rc;
}

/* What is in the way of a folder, is a file of the same name. */
static enum rc make_folder(const char *path, struct err *err)
{
	struct file_info info;
	if (file_lstat(path, &info, NULL) == RC_OK && info.kind != FILE_FOLDER)
		return err_set(err, RC_INVALID, "the archive has a file where it has a folder");
	return file_mkdirs(path, 0700, err);
}

static enum rc take_entry(struct reader *r, const struct entry *e, struct err *err)
{
	if (str_starts(e->name, STR("__MACOSX/")))
		return RC_OK;
	bool folder = e->name.p[e->name.n - 1] == '/';
	struct str name = folder ? str_sub(e->name, 0, e->name.n - 1) : e->name;
	const char *path = path_join(&r->arena, r->dir, arena_cstr(&r->arena, name));
	enum rc rc = make_folder(folder ? path : arena_cstr(&r->arena, path_dir(str_of(path))), err);
	return rc == RC_OK && !folder ? unpack(r, e, path, err) : rc;
}

static enum rc count_entry(struct reader *r, const struct entry *e, struct err *err)
{
	enum rc rc = check_entry(r, e, err);
	r->promised_b += e->size_b;
	return rc;
}

static enum rc each_entry(struct reader *r, const char *central,
			  enum rc (*take)(struct reader *r, const struct entry *e, struct err *err), struct err *err)
{
	size_t at = 0;
	struct entry e;
	enum rc rc = RC_OK;
	for (size_t i = 0; rc == RC_OK && i < r->count; i++) {
		rc = next_entry(r, central, &at, &e, err);
		if (rc == RC_OK)
			rc = take(r, &e, err);
	}
	return rc;
}

/* Everything that the table says is judged before anything is written. No file becomes larger than it says there:
 * what is promised is what it takes. */
static enum rc take_all(struct reader *r, struct err *err)
{
	if (r->count > r->limits->entries)
		return err_set(err, RC_LIMIT, "the archive has more than %zu entries", r->limits->entries);
	if (r->central_b > CENTRAL_MAX_B)
		return err_set(err, RC_LIMIT, "the archive's table of contents is too large");
	char *central = ARENA_ARRAY(&r->arena, r->central_b + 1, char);
	enum rc rc = read_at(r, r->central_at, central, r->central_b, err);
	if (rc == RC_OK)
		rc = each_entry(r, central, count_entry, err);
	if (rc == RC_OK)
		rc = each_entry(r, central, take_entry, err);
	return rc;
}

enum rc zip_read(int fd, const char *dir, const struct zip_limits *limits, struct err *err)
{
	struct stat st;
	struct reader r = { .fd = fd, .dir = dir, .limits = limits };
	if (fstat(fd, &st) != 0)
		return file_fail(err, errno, "look at", "the archive");
	r.size_b = st.st_size;
	arena_init(&r.arena, (size_t)256 << 20);
	enum rc rc = find_end(&r, err);
	if (rc == RC_OK)
		rc = take_all(&r, err);
	arena_release(&r.arena);
	return rc;
}
