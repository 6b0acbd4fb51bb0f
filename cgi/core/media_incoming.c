/* media_incoming.c: files that come in pieces. */
#include "base/base.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/file.h"
#include "base/path.h"
#include "base/utf8.h"
#include "core/media_direct.h"
#include "core/media_incoming.h"
#include "core/media_store.h"
#include "core/media_take.h"
#include "crypt/rand.h"

#define CHUNK_B ((size_t)64 << 10)
#define SPARE_B ((int64_t)64 << 20)   /* of the disk: the database must go on */
#define NAME_KEPT_MAX_B 1000
#define TRIES 3

static const char *folder(const struct conf *conf, struct arena *arena)
{
	return path_join3(arena, conf->data_dir, "media", "incoming");
}

/* The name is the program's own: letters and digits. */
static const char *file_of(const struct conf *conf, struct str public_id, struct arena *arena)
{
	return path_join(arena, folder(conf, arena), arena_cstr(arena, public_id));
}

enum rc media_room(const struct conf *conf, int64_t *room_b, struct err *err)
{
	struct statvfs fs;
	if (statvfs(conf->data_dir, &fs) != 0)
		return file_fail(err, errno, "look at the disk of", conf->data_dir);
	*room_b = (int64_t)fs.f_bavail * (int64_t)fs.f_frsize - SPARE_B;
	return RC_OK;
}

/* --- beginning --- */

static enum rc check_order(const struct conf *conf, struct db_ro *db, const struct incoming_order *order,
			   struct media_upload_counts *open, struct err *err)
{
	if (order->size_b <= 0)
		return err_set(err, RC_INVALID, "the file is empty");
	if (order->size_b > conf->upload_max_b)
		return err_set(err, RC_LIMIT, "the file is larger than %lld bytes", (long long)conf->upload_max_b);
	enum rc rc = media_upload_count(db, order->actor.user_id, open, err);
	if (rc == RC_OK && (open->own >= INCOMING_OPEN_MAX || open->all >= INCOMING_ALL_MAX))
		rc = err_set(err, RC_BUSY, "%lld uploads are open already", (long long)open->all);
	return rc;
}

static enum rc check_room(const struct conf *conf, int64_t size_b, const struct media_upload_counts *open, struct err *err)
{
	int64_t room_b = 0;
	enum rc rc = media_room(conf, &room_b, err);
	/* A file is there twice while it is taken into the library. What a person only announces keeps no other out. */
	if (rc == RC_OK && (size_b > (room_b - open->all_b) / 2 || size_b > room_b / 2 - open->own_b))
		rc = err_set(err, RC_NOSPACE, "the disk has no room for %lld bytes", (long long)size_b);
	return rc;
}

static enum rc make_file(const struct conf *conf, struct str public_id, struct arena *arena, struct err *err)
{
	const char *path = file_of(conf, public_id, arena);
	enum rc rc = file_mkdirs(folder(conf, arena), 0750, err);
	if (rc != RC_OK)
		return rc;
	int fd = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return file_fail(err, errno, "make", path);
	close(fd);
	return file_sync_dir(folder(conf, arena), err);
}

enum rc incoming_begin(const struct conf *conf, struct db_rw *db, const struct incoming_order *order, struct arena *arena,
		       struct media_upload *out, struct err *err)
{
	struct db_tx *tx;
	char id[MEDIA_UPLOAD_ID_CHARS + 1];
	rand_base62(id, MEDIA_UPLOAD_ID_CHARS);
	struct media_upload upload = {
		.public_id = arena_str(arena, str_of(id)), .user_id = order->actor.user_id,
		.name = arena_str(arena, utf8_cut(order->name, NAME_KEPT_MAX_B)),
		.size_b = order->size_b, .pinned = order->pinned, .replaces = order->replaces, .created_ms = order->now_ms,
		.expires_ms = order->now_ms + INCOMING_KEPT_MS,
	};
	struct media_upload_counts open;
	enum rc rc = check_order(conf, db_rw_ro(db), order, &open, err);
	if (rc == RC_OK && order->direct)
		media_direct_begin(conf, &upload, arena);
	if (rc == RC_OK && !str_given(upload.direct))
		rc = check_room(conf, order->size_b, &open, err);
	if (rc == RC_OK)
		rc = make_file(conf, upload.public_id, arena, err);
	if (rc != RC_OK)
		return rc;
	rc = db_begin(db, &tx, err);
	if (rc == RC_OK) {
		rc = actor_hold(tx, order->actor, err);
		if (rc == RC_OK)
			rc = media_upload_add(tx, &upload, err);
		rc = db_end(tx, rc, err);
	}
	if (rc == RC_OK)
		rc = media_upload_get(db_rw_ro(db), upload.public_id, upload.user_id, arena, out, err);
	if (rc != RC_OK)
		unlink(file_of(conf, upload.public_id, arena));
	return rc;
}

/* --- pieces --- */

static enum rc length_of(int fd, const char *path, int64_t *out, struct err *err)
{
	struct stat st;
	if (fstat(fd, &st) != 0)
		return file_fail(err, errno, "look at", path);
	*out = st.st_size;
	return RC_OK;
}

enum rc incoming_offset(const struct conf *conf, const struct media_upload *upload, int64_t *offset_b, struct err *err)
{
	struct arena arena;
	struct file_info info;
	if (upload->item_id) {
		*offset_b = upload->size_b;
		return RC_OK;
	}
	arena_init(&arena, 1 << 16);
	enum rc rc = file_lstat(file_of(conf, upload->public_id, &arena), &info, err);
	arena_release(&arena);
	if (rc == RC_OK)
		*offset_b = info.size_b < upload->size_b ? info.size_b : upload->size_b;
	return rc;
}

/* Opened for nobody else: RC_BUSY. */
static enum rc open_alone(const char *path, int *fd, struct err *err)
{
	int got = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	if (got < 0)
		return file_fail(err, errno, "open", path);
	if (flock(got, LOCK_EX | LOCK_NB) != 0) {
		enum rc rc = errno == EWOULDBLOCK ? err_set(err, RC_BUSY, "another piece of the file is being written")
						  : file_fail(err, errno, "lock", path);
		close(got);
		return rc;
	}
	*fd = got;
	return RC_OK;
}

/* A helper program that is just being started by another thread has the file, too, until it runs: closing alone would
 * leave it locked as long. */
static void leave(int fd)
{
	if (fd < 0)
		return;
	(void)flock(fd, LOCK_UN);
	close(fd);
}

static enum rc write_piece(int fd, const char *path, int64_t room_b, blob_read_fn *read, void *ctx, int64_t *written_b,
			   struct err *err)
{
	char *chunk = mem_array(CHUNK_B, 1);
	enum rc rc = RC_OK;
	size_t n = 1;
	*written_b = 0;
	while (rc == RC_OK && n) {
		rc = read(ctx, chunk, CHUNK_B, &n, err);
		if (rc == RC_OK && (*written_b += (int64_t)n) > room_b)
			rc = err_set(err, RC_LIMIT, "the piece is longer than it may be");
		if (rc == RC_OK)
			rc = file_write_fd(fd, path, str_n(chunk, n), err);
	}
	free(chunk);
	if (rc == RC_OK && *written_b > 0 && fdatasync(fd) != 0)
		rc = file_fail(err, errno, "write", path);
	return rc;
}

static enum rc append(int fd, const char *path, const struct media_upload *upload, blob_read_fn *read, void *ctx,
		      int64_t *offset_b, struct err *err)
{
	int64_t length_b = 0, written_b = 0;
	enum rc rc = length_of(fd, path, &length_b, err);
	if (rc == RC_OK && length_b != *offset_b)
		rc = err_set(err, RC_CONFLICT, "the file is %lld bytes long", (long long)length_b);
	if (rc == RC_OK && lseek(fd, length_b, SEEK_SET) < 0)
		rc = file_fail(err, errno, "write", path);
	if (rc != RC_OK)
		return rc;
	int64_t room_b = upload->size_b - length_b;
	rc = write_piece(fd, path, room_b < INCOMING_PIECE_MAX_B ? room_b : INCOMING_PIECE_MAX_B, read, ctx, &written_b, err);
	if (rc == RC_OK)
		*offset_b = length_b + written_b;
	else if (ftruncate(fd, length_b) != 0)
		return file_fail(err, errno, "shorten", path);
	return rc;
}

enum rc incoming_append(const struct conf *conf, const struct media_upload *upload, blob_read_fn *read, void *ctx,
			int64_t *offset_b, struct err *err)
{
	struct arena arena;
	int fd = -1;
	if (str_given(upload->direct))
		return err_set(err, RC_INVALID, "the file goes straight to the media store");
	arena_init(&arena, 1 << 16);
	const char *path = file_of(conf, upload->public_id, &arena);
	enum rc rc = open_alone(path, &fd, err);
	if (rc == RC_OK)
		rc = append(fd, path, upload, read, ctx, offset_b, err);
	leave(fd);
	arena_release(&arena);
	return rc;
}

/* --- finishing --- */

/* *refused: by what it is, which no repeat helps; any other failure is ours, and the file stays. */
static enum rc take_once(const struct conf *conf, struct db_rw *db, struct blob_store *blobs, const struct media_upload *upload,
			 const struct media_source *source, struct str types, const struct media_taking *taking,
			 struct arena *arena, struct media_item *out, bool *refused, struct err *err)
{
	struct db_tx *tx;
	struct media_taken taken;
	enum rc rc = str_given(upload->direct) ? media_direct_put(conf, blobs, types, upload, arena, &taken, err)
					       : media_take_put(blobs, types, source, arena, &taken, err);
	*refused = rc == RC_UNSUPPORTED || rc == RC_INVALID || rc == RC_LIMIT;
	if (rc == RC_OK)
		rc = db_begin(db, &tx, err);
	if (rc != RC_OK)
		return rc;
	rc = media_take(tx, blobs, &taken, taking, arena, out, err);
	*refused = rc == RC_EXISTS;
	if (rc == RC_OK)
		rc = media_upload_finish(tx, upload->id, out->id, err);
	return db_end(tx, rc, err);
}

/* What came of it, wherever: its row is gone or has its item. */
static void forget(const struct conf *conf, const struct media_upload *upload, struct arena *arena)
{
	unlink(file_of(conf, upload->public_id, arena));
	if (str_given(upload->direct) && !upload->item_id)
		media_direct_drop(conf, upload);
}

static enum rc remove_rows(const struct conf *conf, struct db_rw *db, const struct media_upload *upload, struct arena *arena,
			   struct err *err)
{
	struct db_tx *tx;
	enum rc rc = db_begin(db, &tx, err);
	if (rc != RC_OK)
		return rc;
	rc = db_end(tx, media_upload_remove(tx, upload->id, err), err);
	if (rc == RC_OK)
		forget(conf, upload, arena);
	return rc;
}

static enum rc finish(const struct conf *conf, struct db_rw *db, const struct media_upload *upload, int fd,
		      const struct media_taking *taking, struct str types, struct arena *arena, struct media_item *out,
		      struct err *err)
{
	struct blob_store *blobs = NULL;
	struct err none = ERR_INIT;
	struct media_source source = { .fd = fd, .size_b = upload->size_b, .name = upload->name, .conf = conf };
	bool refused = false;
	enum rc rc = media_store_fault(media_store_open(conf, &blobs, err), err);
	if (rc != RC_OK)
		return rc;
	rc = RC_CONFLICT;
	for (int tries = 0; rc == RC_CONFLICT && tries < TRIES; tries++)
		rc = take_once(conf, db, blobs, upload, &source, types, taking, arena, out, &refused, err);
	media_store_close(blobs);
	if (rc == RC_OK)
		forget(conf, upload, arena);
	else if (refused && remove_rows(conf, db, upload, arena, &none) != RC_OK)
		return err_set(err, none.rc, "%s", none.msg);
	return rc;
}

enum rc incoming_finish(const struct conf *conf, struct db_rw *db, const struct media_upload *upload, struct actor actor,
			struct str types, int64_t now_ms, struct arena *arena, struct media_item *out, struct err *err)
{
	struct media_taking taking = { .actor = actor, .pinned = upload->pinned, .replaces = upload->replaces, .now_ms = now_ms };
	struct media_upload now;
	int64_t length_b = 0;
	int fd = -1;
	if (upload->item_id)
		return media_item_get(db_rw_ro(db), upload->item_id, arena, out, err);
	if (upload->replaces && !media_may_replace(actor)) /* before anything of it is in the store */
		return err_set(err, RC_DENIED, "your role does not allow to replace files");
	const char *path = file_of(conf, upload->public_id, arena);
	enum rc rc = open_alone(path, &fd, err);
	if (rc == RC_OK) /* another one may have finished it while this one waited */
		rc = media_upload_get(db_rw_ro(db), upload->public_id, upload->user_id, arena, &now, err);
	if (rc == RC_OK && !now.item_id)
		rc = length_of(fd, path, &length_b, err);
	if (rc == RC_OK && !now.item_id && !str_given(upload->direct) && length_b != upload->size_b)
		rc = err_set(err, RC_CONFLICT, "the file is not whole");
	if (rc == RC_OK)
		rc = now.item_id ? media_item_get(db_rw_ro(db), now.item_id, arena, out, err)
				 : finish(conf, db, upload, fd, &taking, types, arena, out, err);
	leave(fd);
	return rc;
}

enum rc incoming_drop(const struct conf *conf, struct db_rw *db, const struct media_upload *upload, struct err *err)
{
	struct arena arena;
	struct err none = ERR_INIT;
	int fd = -1;
	arena_init(&arena, 1 << 16);
	enum rc rc = open_alone(file_of(conf, upload->public_id, &arena), &fd, &none);
	rc = rc == RC_BUSY ? err_set(err, rc, "%s", none.msg) : remove_rows(conf, db, upload, &arena, err);
	leave(fd);
	arena_release(&arena);
	return rc;
}

/* --- what was given up --- */

/* A file without a row: its upload was killed while it began. */
static enum rc sweep_files(const struct conf *conf, struct db_ro *db, int64_t now_ms, bool dry_run, struct arena *arena,
			   int64_t *removed, struct err *err)
{
	struct file_entries entries = { NULL, 0 };
	const char *dir = folder(conf, arena);
	enum rc rc = file_exists(dir) ? file_list(dir, arena, &entries, err) : RC_OK;
	for (size_t i = 0; rc == RC_OK && i < entries.count; i++) {
		struct file_info info;
		bool known = true;
		const char *path = path_join(arena, dir, entries.items[i].name);
		rc = media_upload_is_known(db, str_of(entries.items[i].name), &known, err);
		if (rc != RC_OK || known || file_lstat(path, &info, NULL) != RC_OK || info.kind != FILE_REGULAR ||
		    info.mtime_ns / 1000000 > now_ms - INCOMING_KEPT_MS)
			continue;
		if (!dry_run)
			unlink(path);
		++*removed;
	}
	return rc;
}

/* A piece may have come since it was found: then it is no longer over. */
static enum rc drop_over(const struct conf *conf, struct db_rw *db, const struct media_upload *upload, int64_t now_ms,
			 struct arena *arena, bool *gone, struct err *err)
{
	struct db_tx *tx;
	struct err none = ERR_INIT;
	int fd = -1;
	*gone = false;
	if (open_alone(file_of(conf, upload->public_id, arena), &fd, &none) == RC_BUSY)
		return RC_OK;
	enum rc rc = db_begin(db, &tx, err);
	if (rc == RC_OK)
		rc = db_end(tx, media_upload_remove_over(tx, upload->id, now_ms, gone, err), err);
	if (rc == RC_OK && *gone)
		unlink(file_of(conf, upload->public_id, arena));
	leave(fd);
	return rc;
}

enum rc incoming_sweep(const struct conf *conf, struct db_rw *db, int64_t now_ms, int64_t limit, bool dry_run,
		       int64_t *removed, bool *more, struct err *err)
{
	struct arena arena;
	struct media_uploads over;
	int64_t count = 0;
	arena_init(&arena, ARENA_MAX_B);
	enum rc rc = media_upload_over(db_rw_ro(db), now_ms, limit, &arena, &over, err);
	for (size_t i = 0; rc == RC_OK && i < over.count; i++) {
		bool gone = true;
		rc = dry_run ? RC_OK : drop_over(conf, db, &over.items[i], now_ms, &arena, &gone, err);
		count += rc == RC_OK && gone;
	}
	if (rc == RC_OK)
		*more = !dry_run && count > 0 && over.count == (size_t)limit;
	if (rc == RC_OK && over.count < (size_t)limit)
		rc = sweep_files(conf, db_rw_ro(db), now_ms, dry_run, &arena, &count, err);
	arena_release(&arena);
	if (rc == RC_OK)
		*removed += count;
	return rc;
}
