/* blob.c: the part of a blob store that is the same for every kind. */
#include "base/base.h"

#include <errno.h>
#include <unistd.h>

#include "base/enc.h"
#include "base/file.h"
#include "blob/blob.h"
#include "blob/store.h"
#include "crypt/digest.h"
#include "crypt/rand.h"

#define CHUNK_B ((size_t)64 << 10)

bool blob_is_hash(struct str hash)
{
	for (size_t i = 0; i < hash.n; i++)
		if (!(hash.p[i] >= '0' && hash.p[i] <= '9') && !(hash.p[i] >= 'a' && hash.p[i] <= 'f'))
			return false;
	return hash.n == BLOB_HASH_LEN;
}

static enum rc check_hash(struct str hash, struct err *err)
{
	if (blob_is_hash(hash))
		return RC_OK;
	return err_set(err, RC_INVALID, "'%.*s' is not the address of a blob", STR_ARG(str_sub(hash, 0, 80)));
}

enum rc blob_put(struct blob_store *store, blob_read_fn *read, void *ctx, int64_t max_b,
		 struct blob_put *out, struct err *err)
{
	return store->ops->put(store, read, ctx, max_b < BLOB_MAX_B ? max_b : BLOB_MAX_B, out, err);
}

static enum rc read_bytes(void *ctx, void *bytes, size_t room, size_t *n, struct err *err)
{
	struct str *rest = ctx;

	(void)err;
	*n = rest->n < room ? rest->n : room;
	if (*n)
		memcpy(bytes, rest->p, *n);
	*rest = str_from(*rest, *n);
	return RC_OK;
}

enum rc blob_put_bytes(struct blob_store *store, struct str bytes, struct blob_put *out, struct err *err)
{
	return blob_put(store, read_bytes, &bytes, BLOB_MAX_B, out, err);
}

struct open_file {
	int fd;
	const char *name;
};

static enum rc read_file(void *ctx, void *bytes, size_t room, size_t *n, struct err *err)
{
	const struct open_file *file = ctx;
	ssize_t got;

	do
		got = read(file->fd, bytes, room);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return err_sys(err, RC_IO, errno, "cannot read '%s'", file->name);
	*n = (size_t)got;
	return RC_OK;
}

enum rc blob_put_fd(struct blob_store *store, int fd, const char *name, int64_t max_b,
		    struct blob_put *out, struct err *err)
{
	struct open_file file = { fd, name };

	return blob_put(store, read_file, &file, max_b, out, err);
}

enum rc blob_prove(int fd, struct str hash, int64_t size_b, struct err *err)
{
	struct sha256 *state = sha256_new();
	char *chunk = mem_array(CHUNK_B, 1), hex[SHA256_HEX_B];
	uint8_t digest[SHA256_B];
	int64_t at_b = 0;
	ssize_t n = 1;

	for (; n > 0 && at_b < size_b; at_b += n) {
		int64_t left_b = size_b - at_b;

		do
			n = pread(fd, chunk, left_b < (int64_t)CHUNK_B ? (size_t)left_b : CHUNK_B, (off_t)at_b);
		while (n < 0 && errno == EINTR);
		if (n > 0)
			sha256_add(state, chunk, (size_t)n);
	}
	int errnum = errno;
	sha256_end(state, digest);
	enc_hex_into(hex, digest, sizeof(digest));
	free(chunk);
	if (n < 0)
		return err_sys(err, RC_IO, errnum, "cannot read the blob %.*s", STR_ARG(hash));
	return str_is(hash, hex) ? RC_OK : err_set(err, RC_CORRUPT, "the blob %.*s is damaged: its bytes have another hash",
						   STR_ARG(hash));
}

static enum rc put_unknown(struct blob_store *store, int fd, struct str hash, int64_t size_b, bool *existed, struct err *err)
{
	struct blob_put put;
	enum rc rc;

	if (lseek(fd, 0, SEEK_SET) < 0)
		return err_sys(err, RC_IO, errno, "cannot read a blob");
	rc = blob_put_fd(store, fd, "a blob", size_b, &put, err);
	if (rc != RC_OK)
		return rc;
	*existed = put.existed;
	if (str_is(hash, put.hash))
		return RC_OK;
	if (!put.existed && blob_remove(store, str_of(put.hash), err) != RC_OK)
		return err->rc;
	return err_set(err, RC_CORRUPT, "the blob %.*s is damaged: its bytes have another hash", STR_ARG(hash));
}

enum rc blob_put_known(struct blob_store *store, int fd, struct str hash, int64_t size_b, bool *existed, struct err *err)
{
	enum rc rc = check_hash(hash, err);

	if (rc != RC_OK)
		return rc;
	return (store->ops->put_known ? store->ops->put_known : put_unknown)(store, fd, hash, size_b, existed, err);
}

enum rc blob_open(struct blob_store *store, struct str hash, int *fd, int64_t *size_b, struct err *err)
{
	enum rc rc = check_hash(hash, err);

	return rc == RC_OK ? store->ops->open(store, hash, fd, size_b, err) : rc;
}

enum rc blob_open_part(struct blob_store *store, struct str hash, int64_t from_b, int64_t length_b, int *fd,
		       int64_t *size_b, struct err *err)
{
	enum rc rc = check_hash(hash, err);

	return rc == RC_OK ? store->ops->open_part(store, hash, from_b, length_b, fd, size_b, err) : rc;
}

enum rc blob_exists(struct blob_store *store, struct str hash, bool *exists, struct err *err)
{
	enum rc rc = check_hash(hash, err);

	return rc == RC_OK ? store->ops->exists(store, hash, exists, err) : rc;
}

enum rc blob_remove(struct blob_store *store, struct str hash, struct err *err)
{
	enum rc rc = check_hash(hash, err);

	return rc == RC_OK ? store->ops->remove(store, hash, err) : rc;
}

enum rc blob_list(struct blob_store *store, struct str after, size_t limit, struct arena *arena,
		  struct blob_list *out, struct err *err)
{
	return store->ops->list(store, after, limit < BLOB_LIST_MAX ? limit : BLOB_LIST_MAX, arena, out, err);
}

enum rc blob_sweep(struct blob_store *store, int64_t before_ms, bool remove, int64_t *count, struct err *err)
{
	return store->ops->sweep(store, before_ms, remove, count, err);
}

struct str blob_link(struct blob_store *store, struct str hash, const struct blob_link *link, struct arena *arena)
{
	return store->ops->link && blob_is_hash(hash) ? store->ops->link(store, hash, link, arena) : STR_NONE;
}

static enum rc check_read(struct blob_store *store, const struct blob_put *put, struct str want, struct err *err)
{
	struct buf got = BUF_INIT(4096);
	int64_t size_b;
	int fd;
	enum rc rc = blob_open(store, str_of(put->hash), &fd, &size_b, err);

	if (rc != RC_OK)
		return rc;
	rc = file_read_fd(fd, "a blob", got.max_b, &got, err);
	close(fd);
	if (rc == RC_OK && !str_eq(buf_view(&got), want))
		rc = err_set(err, RC_CORRUPT, "what was written is read back otherwise");
	buf_release(&got);
	return rc;
}

enum rc blob_check(struct blob_store *store, struct err *err)
{
	struct blob_put put;
	char text[64] = "platen check ";
	enum rc rc;

	if (store->ops->check)
		return store->ops->check(store, err);
	rand_hex(text + strlen(text), 32);
	rc = blob_put_bytes(store, str_of(text), &put, err);
	if (rc != RC_OK)
		return rc;
	rc = check_read(store, &put, str_of(text), err);
	return blob_remove(store, str_of(put.hash), rc == RC_OK ? err : NULL) == RC_OK || rc != RC_OK ? rc : err->rc;
}

struct blob_store *blob_hold(struct blob_store *store)
{
	atomic_fetch_add(&store->holders, 1);
	return store;
}

void blob_close(struct blob_store *store)
{
	if (store && atomic_fetch_sub(&store->holders, 1) == 0)
		store->ops->close(store);
}
