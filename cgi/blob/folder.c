/* folder.c: the blob store in a folder.
 *
 * A blob is written to DIR/tmp/, synced, and renamed to its place, whose folder is synced too: after
 * a crash it is there whole or not at all. Folders are two levels of 256, so that a million blobs
 * make 16 files each. */
#include "base/base.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/enc.h"
#include "base/file.h"
#include "blob/folder.h"
#include "blob/store.h"
#include "crypt/digest.h"

#define PATH_ROOM BLOB_PATH_ROOM
#define FOLDER_DIR_MAX_B (PATH_ROOM - BLOB_HASH_LEN - 32)
#define CHUNK_B ((size_t)64 << 10)

struct folder {
	struct blob_store store;
	char dir[FOLDER_DIR_MAX_B];
};

/* "DIR/ab/cd" without, "DIR/ab/cd/abcd..." with the file. */
static void place(const struct folder *f, struct str hash, bool file, char path[PATH_ROOM])
{
	snprintf(path, PATH_ROOM, "%s/%.2s/%.2s%s%.*s", f->dir, hash.p, hash.p + 2, file ? "/" : "",
		 file ? (int)hash.n : 0, hash.p);
}

/* All that `read` gives, with its size and hash. */
static enum rc write_draft(struct blob_draft *d, blob_read_fn *read, void *ctx, int64_t max_b, struct err *err)
{
	struct sha256 *state = sha256_new();
	char *chunk = mem_array(CHUNK_B, 1);
	uint8_t digest[SHA256_B];
	enum rc rc = RC_OK;
	size_t n = 1;

	while (rc == RC_OK && n) {
		rc = read(ctx, chunk, CHUNK_B, &n, err);
		if (rc != RC_OK)
			break;
		d->put.size_b += (int64_t)n;
		if (d->put.size_b > max_b)
			rc = err_set(err, RC_LIMIT, "the file is larger than %lld bytes", (long long)max_b);
		else
			rc = file_write_fd(d->fd, d->path, str_n(chunk, n), err);
		sha256_add(state, chunk, n);
	}
	sha256_end(state, digest);
	enc_hex_into(d->put.hash, digest, sizeof(digest));
	free(chunk);
	return rc;
}

static enum rc move_in(struct folder *f, const char *temporary, struct blob_put *out, struct err *err)
{
	char path[PATH_ROOM], dir[PATH_ROOM], parent[PATH_ROOM];
	struct stat st;
	bool fresh;
	enum rc rc;

	place(f, str_of(out->hash), true, path);
	place(f, str_of(out->hash), false, dir);
	out->existed = stat(path, &st) == 0 && S_ISREG(st.st_mode) && st.st_size == out->size_b;
	if (out->existed) { /* perhaps only just, by a put that has not synced the folder yet */
		unlink(temporary);
		return file_sync_dir(dir, err);
	}
	fresh = access(dir, F_OK) != 0;
	rc = file_mkdirs(dir, 0750, err);
	if (rc == RC_OK && rename(temporary, path) != 0)
		rc = err_sys(err, RC_IO, errno, "cannot move a blob to '%s'", path);
	if (rc == RC_OK)
		rc = file_sync_dir(dir, err);
	if (rc != RC_OK || !fresh)
		return rc;
	snprintf(parent, sizeof(parent), "%.*s", (int)(strlen(dir) - 3), dir);
	rc = file_sync_dir(parent, err);
	return rc == RC_OK ? file_sync_dir(f->dir, err) : rc;
}

/* The folder is made with the first blob: who only reads may have no right to. */
static enum rc open_draft(const struct folder *f, struct blob_draft *d, struct err *err)
{
	enum rc rc = RC_OK;

	for (int tries = 0; rc == RC_OK && tries < 2; tries++) {
		snprintf(d->path, sizeof(d->path), "%s/tmp/put-XXXXXX", f->dir);
		d->fd = mkostemp(d->path, O_CLOEXEC);
		if (d->fd >= 0)
			return RC_OK;
		if (errno != ENOENT)
			break;
		snprintf(d->path, sizeof(d->path), "%s/tmp", f->dir);
		rc = file_mkdirs(d->path, 0750, err);
	}
	return rc == RC_OK ? err_sys(err, RC_IO, errno, "cannot write into '%s/tmp'", f->dir) : rc;
}

void blob_draft_drop(struct blob_draft *draft)
{
	if (draft->fd >= 0)
		close(draft->fd);
	if (draft->fd >= 0 && !draft->kept)
		unlink(draft->path);
	draft->fd = -1;
}

enum rc blob_draft_make(struct blob_store *folder, blob_read_fn *read, void *ctx, int64_t max_b, struct blob_draft *out,
			struct err *err)
{
	enum rc rc;

	*out = (struct blob_draft){ .fd = -1 };
	rc = open_draft((struct folder *)folder, out, err);
	if (rc != RC_OK)
		return rc;
	rc = write_draft(out, read, ctx, max_b, err);
	if (fchmod(out->fd, 0640) != 0 && rc == RC_OK)
		rc = err_sys(err, RC_IO, errno, "cannot set the mode of '%s'", out->path);
	if (rc != RC_OK)
		blob_draft_drop(out);
	return rc;
}

enum rc blob_draft_keep(struct blob_store *folder, struct blob_draft *draft, struct err *err)
{
	enum rc rc;

	if (fsync(draft->fd) != 0)
		return err_sys(err, RC_IO, errno, "cannot write '%s'", draft->path);
	rc = move_in((struct folder *)folder, draft->path, &draft->put, err);
	draft->kept = rc == RC_OK;
	return rc;
}

static enum rc folder_put(struct blob_store *store, blob_read_fn *read, void *ctx, int64_t max_b,
			  struct blob_put *out, struct err *err)
{
	struct blob_draft draft;
	enum rc rc = blob_draft_make(store, read, ctx, max_b, &draft, err);

	if (rc != RC_OK)
		return rc;
	rc = blob_draft_keep(store, &draft, err);
	blob_draft_drop(&draft);
	if (rc == RC_OK)
		*out = draft.put;
	return rc;
}

static enum rc folder_open_blob(struct blob_store *store, struct str hash, int *fd, int64_t *size_b,
				struct err *err)
{
	char path[PATH_ROOM];
	struct stat st;
	int got;

	place((struct folder *)store, hash, true, path);
	got = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (got < 0 && errno == ENOENT)
		return err_set(err, RC_NOTFOUND, "there is no blob %.*s", STR_ARG(hash));
	if (got < 0 || fstat(got, &st) != 0) {
		enum rc rc = err_sys(err, RC_IO, errno, "cannot open '%s'", path);

		if (got >= 0)
			close(got);
		return rc;
	}
	*fd = got;
	*size_b = st.st_size;
	return RC_OK;
}

static enum rc folder_open_part(struct blob_store *store, struct str hash, int64_t from_b, int64_t length_b, int *fd,
				int64_t *size_b, struct err *err)
{
	int64_t whole_b = 0;
	int got = -1;
	enum rc rc = folder_open_blob(store, hash, &got, &whole_b, err);

	(void)length_b;
	if (rc == RC_OK && from_b > 0 && from_b >= whole_b)
		rc = err_set(err, RC_INVALID, "a blob of %lld bytes has none at %lld", (long long)whole_b, (long long)from_b);
	else if (rc == RC_OK && lseek(got, (off_t)from_b, SEEK_SET) < 0)
		rc = err_sys(err, RC_IO, errno, "cannot read a blob");
	if (rc != RC_OK) {
		if (got >= 0)
			close(got);
		return rc;
	}
	*fd = got;
	*size_b = whole_b;
	return RC_OK;
}

static enum rc folder_exists(struct blob_store *store, struct str hash, bool *exists, struct err *err)
{
	char path[PATH_ROOM];

	place((struct folder *)store, hash, true, path);
	if (access(path, F_OK) == 0)
		*exists = true;
	else if (errno == ENOENT)
		*exists = false;
	else
		return err_sys(err, RC_IO, errno, "cannot look for '%s'", path);
	return RC_OK;
}

static enum rc folder_remove(struct blob_store *store, struct str hash, struct err *err)
{
	char path[PATH_ROOM], dir[PATH_ROOM];

	place((struct folder *)store, hash, true, path);
	place((struct folder *)store, hash, false, dir);
	if (unlink(path) != 0) {
		if (errno == ENOENT)
			return RC_OK;
		return err_sys(err, RC_IO, errno, "cannot remove '%s'", path);
	}
	return file_sync_dir(dir, err);
}

void blob_folder_tidy(struct blob_store *folder, struct str hash)
{
	char dir[PATH_ROOM];

	place((struct folder *)folder, hash, false, dir);
	if (rmdir(dir) == 0) {
		dir[strlen(dir) - 3] = '\0';
		rmdir(dir);
	}
}

static bool is_shard(const char *name)
{
	return strlen(name) == 2 && strspn(name, "0123456789abcdef") == 2;
}

struct listing {
	struct str after;
	size_t limit;
	struct arena *arena;
	struct blob_list *out;
};

/* The blobs of one shard "DIR/ab/cd". */
static enum rc list_shard(const char *dir, struct listing *l, struct err *err)
{
	struct file_entries entries;
	enum rc rc = file_list(dir, l->arena, &entries, err);

	for (size_t i = 0; rc == RC_OK && i < entries.count && l->out->count < l->limit; i++) {
		struct str name = str_of(entries.items[i].name);

		if (blob_is_hash(name) && str_cmp(name, l->after) > 0)
			l->out->hashes[l->out->count++] = name;
	}
	return rc;
}

/* Who sends what waits in a spool removes folders that are empty, also between our look at one and at what is in it. An
 * end of a link that is not there is none of those: a disk may be missing. */
static enum rc gone_is_empty(enum rc rc, enum file_kind kind, const struct err *why, struct err *err)
{
	if (rc == RC_OK || (rc == RC_NOTFOUND && kind != FILE_LINK))
		return RC_OK;
	return err_set(err, rc, "%s", why->msg);
}

/* The shards of one level in order; those that end before `after` are not read. */
static enum rc list_level(const char *dir, int level, struct listing *l, struct err *err)
{
	struct file_entries entries;
	size_t digits = (size_t)(2 * level);
	enum rc rc = file_list(dir, l->arena, &entries, err);

	for (size_t i = 0; rc == RC_OK && i < entries.count && l->out->count < l->limit; i++) {
		const char *name = entries.items[i].name;
		struct err why = ERR_INIT;
		char sub[PATH_ROOM];
		struct str bound = str_sub(l->after, digits, digits + 2);

		if (!is_shard(name))
			continue;
		snprintf(sub, sizeof(sub), "%s/%s", dir, name);
		/* Behind the first shard of the range, everything below is part of it. */
		if (bound.n == 2 && memcmp(name, bound.p, 2) < 0)
			continue;
		if (bound.n == 2 && memcmp(name, bound.p, 2) > 0)
			l->after = STR("");
		rc = level == 0 ? list_level(sub, 1, l, &why) : list_shard(sub, l, &why);
		rc = gone_is_empty(rc, entries.items[i].kind, &why, err);
	}
	return rc;
}

static enum rc folder_list(struct blob_store *store, struct str after, size_t limit, struct arena *arena,
			   struct blob_list *out, struct err *err)
{
	struct folder *f = (struct folder *)store;
	struct blob_list list = { ARENA_ARRAY(arena, limit + 1, struct str), 0 };
	struct listing l = { after, limit, arena, &list };
	enum rc rc = file_exists(f->dir) ? list_level(f->dir, 0, &l, err) : RC_OK;

	if (rc == RC_OK)
		*out = list;
	return rc;
}

static enum rc folder_sweep(struct blob_store *store, int64_t before_ms, bool remove, int64_t *count, struct err *err)
{
	struct folder *f = (struct folder *)store;
	char dir[PATH_ROOM], path[PATH_ROOM + 256];
	struct file_entries entries = { NULL, 0 };
	struct arena arena;
	enum rc rc = RC_OK;

	arena_init(&arena, ARENA_MAX_B);
	snprintf(dir, sizeof(dir), "%s/tmp", f->dir);
	if (file_exists(dir))
		rc = file_list(dir, &arena, &entries, err);
	*count = 0;
	for (size_t i = 0; rc == RC_OK && i < entries.count; i++) {
		struct file_info info;

		snprintf(path, sizeof(path), "%s/%s", dir, entries.items[i].name);
		if (!str_starts(str_of(entries.items[i].name), STR("put-")) || file_lstat(path, &info, NULL) != RC_OK ||
		    info.mtime_ns / 1000000 >= before_ms)
			continue;
		if (remove && unlink(path) != 0 && errno != ENOENT)
			rc = err_sys(err, RC_IO, errno, "cannot remove '%s'", path);
		*count += rc == RC_OK;
	}
	arena_release(&arena);
	return rc;
}

static void folder_close(struct blob_store *store)
{
	free(store);
}

static const struct blob_ops folder_ops = {
	.put = folder_put, .open = folder_open_blob, .open_part = folder_open_part, .exists = folder_exists,
	.remove = folder_remove, .list = folder_list, .sweep = folder_sweep, .close = folder_close,
};

enum rc blob_folder_open(const char *dir, struct blob_store **out, struct err *err)
{
	struct folder *f = mem_new(sizeof(*f));

	f->store.ops = &folder_ops;
	if (strlen(dir) >= sizeof(f->dir)) {
		free(f);
		return err_set(err, RC_LIMIT, "the path of the media folder is too long");
	}
	memcpy(f->dir, dir, strlen(dir) + 1);
	*out = &f->store;
	return RC_OK;
}
