/* media_keep.c: what the library forgets, and when. */
#include "base/base.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "core/media_incoming.h"
#include "core/media_keep.h"
#include "core/media_send.h"
#include "core/media_store.h"
#include "core/media_take.h"
#include "core/rebuild.h"
#include "store/media_gone.h"
#include "store/media_item.h"
#include "store/media_variant.h"
#include "store/media_words.h"

#define AT_ONCE 100   /* rows a transaction: nobody waits long for it */

static bool call_is_over(void *ctx)
{
	return task_time_is_over(ctx);
}

/* --- expiry and trash --- */

static enum rc expire_some(struct task_call *call, int64_t *dated, int64_t *trashed, struct err *err)
{
	struct db_tx *tx;
	enum rc rc = db_begin(call->db, &tx, err);
	if (rc != RC_OK)
		return rc;
	return db_end(tx, media_expire(tx, call->now_ms, AT_ONCE, dated, trashed, err), err);
}

static enum rc index_some(struct task_call *call, bool *left, struct err *err)
{
	struct db_tx *tx;
	enum rc rc = db_begin(call->db, &tx, err);
	if (rc != RC_OK)
		return rc;
	return db_end(tx, media_words_index(tx, AT_ONCE, left, err), err);
}

static enum rc remove_one(struct task_call *call, int64_t *id, struct err *err)
{
	struct db_tx *tx;
	enum rc rc = db_begin(call->db, &tx, err);
	if (rc != RC_OK)
		return rc;
	rc = media_gone_over(db_tx_ro(tx), call->now_ms, id, err);
	if (rc == RC_OK && *id)
		rc = media_gone_item(tx, *id, call->now_ms, err);
	return db_end(tx, rc, err);
}

static enum rc keep_rows(struct task_call *call, int64_t *trashed, int64_t *removed, struct err *err)
{
	int64_t dated = AT_ONCE, some = 0, id = 1;
	enum rc rc = RC_OK;
	while (rc == RC_OK && (dated == AT_ONCE || some == AT_ONCE) && !(call->more = task_time_is_over(call))) {
		rc = expire_some(call, &dated, &some, err);
		*trashed += rc == RC_OK ? some : 0;
	}
	while (rc == RC_OK && id && !(call->more = task_time_is_over(call))) {
		rc = remove_one(call, &id, err);
		*removed += rc == RC_OK && id;
	}
	return rc;
}

/* --- blobs --- */

static enum rc begin_removal(struct db_rw *db, struct str hash, bool *may_go, struct err *err)
{
	struct db_tx *tx;
	enum rc rc = db_begin(db, &tx, err);
	return rc == RC_OK ? db_end(tx, media_gone_begin(tx, hash, may_go, err), err) : rc;
}

static enum rc end_removal(struct db_rw *db, struct str hash, bool removed, struct err *err)
{
	struct db_tx *tx;
	enum rc rc = db_begin(db, &tx, err);
	if (rc != RC_OK)
		return rc;
	return db_end(tx, (removed ? media_gone_end : media_gone_stay)(tx, hash, clock_now_ms(), err), err);
}

/* A bucket may let a request wait for minutes: it is asked outside of transactions. What it does not remove is tried
 * again the next time, and what is behind it goes. Without an answer it may yet be removed, and stays marked. */
static enum rc clear_one(struct db_rw *db, struct blob_store *blobs, struct str hash, int64_t *removed, struct err *err)
{
	struct err why = ERR_INIT;
	bool may_go = false;
	enum rc rc = begin_removal(db, hash, &may_go, err);
	if (rc != RC_OK || !may_go)
		return rc;
	enum rc done = blob_remove(blobs, hash, &why);
	if (done != RC_OK)
		log_err(LOG_WARN, "a file that nobody needs stays in the media store", &why);
	if (done == RC_IO || done == RC_TIMEOUT || done == RC_BUSY)
		return RC_OK;
	rc = end_removal(db, hash, done == RC_OK, err);
	*removed += rc == RC_OK && done == RC_OK;
	return rc;
}

static enum rc clear_all(struct db_rw *db, struct blob_store *blobs, bool (*is_over)(void *ctx), void *ctx, int64_t *removed,
			 bool *more, struct err *err)
{
	char after[BLOB_HASH_LEN + 1] = "";
	struct arena arena;
	struct str *hashes;
	size_t count = 1;
	enum rc rc = RC_OK;
	arena_init(&arena, 1 << 20);
	while (rc == RC_OK && count && !*more) {
		arena_reset(&arena);
		rc = media_gone_list(db_rw_ro(db), str_of(after), AT_ONCE, &arena, &hashes, &count, err);
		for (size_t i = 0; rc == RC_OK && i < count && !*more; i++) {
			rc = clear_one(db, blobs, hashes[i], removed, err);
			snprintf(after, sizeof after, "%.*s", STR_ARG(hashes[i]));
			*more = is_over && is_over(ctx);
		}
	}
	arena_release(&arena);
	return rc;
}

enum rc media_hold(const struct conf *conf, enum media_hold how, int *fd, struct err *err)
{
	int got = open(conf->data_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC), done;
	if (got < 0)
		return err_sys(err, RC_IO, errno, "cannot open '%s'", conf->data_dir);
	do
		done = flock(got, how == MEDIA_HOLD_ALONE ? LOCK_EX | LOCK_NB : LOCK_SH);
	while (done != 0 && errno == EINTR);
	if (done != 0) {
		enum rc rc = errno == EWOULDBLOCK ? RC_BUSY : RC_IO;
		rc = err_sys(err, rc, errno, "cannot lock '%s'", conf->data_dir);
		close(got);
		return rc;
	}
	*fd = got;
	return RC_OK;
}

static enum rc tidy(struct db_rw *db, struct err *err)
{
	struct db_tx *tx;
	enum rc rc = db_begin(db, &tx, err);
	return rc == RC_OK ? db_end(tx, media_gone_tidy(tx, clock_now_ms(), err), err) : rc;
}

enum rc media_clear_gone(const struct conf *conf, struct db_rw *db, bool (*is_over)(void *ctx), void *ctx, int64_t *removed,
			 bool *more, struct err *err)
{
	struct blob_store *blobs = NULL;
	struct err busy = ERR_INIT;
	int lock = -1;
	*more = false;
	enum rc rc = media_hold(conf, MEDIA_HOLD_ALONE, &lock, &busy);
	if (rc == RC_BUSY)
		return RC_OK;
	if (rc != RC_OK)
		return err_set(err, rc, "%s", busy.msg);
	rc = media_store_open(conf, &blobs, err);
	if (rc == RC_OK)
		rc = clear_all(db, blobs, is_over, ctx, removed, more, err);
	if (rc == RC_OK)
		rc = tidy(db, err);
	media_store_close(blobs);
	close(lock);
	return rc;
}

static enum rc order_some(struct task_call *call, int64_t *after, bool *left, struct err *err)
{
	struct arena arena;
	struct db_tx *tx;
	int64_t *ids;
	size_t count = 0;
	arena_init(&arena, 1 << 16);
	enum rc rc = media_item_waiting(db_rw_ro(call->db), STR(JOB_MEDIA_VARIANTS), *after, AT_ONCE, &arena, &ids, &count, err);
	if (rc == RC_OK && count && (rc = db_begin(call->db, &tx, err)) == RC_OK) {
		for (size_t i = 0; rc == RC_OK && i < count; i++)
			rc = media_order_variants(tx, ids[i], call->now_ms, err);
		rc = db_end(tx, rc, err);
	}
	if (rc == RC_OK && count)
		*after = ids[count - 1];
	*left = count == AT_ONCE;
	arena_release(&arena);
	return rc;
}

/* Pictures that came by another way than an upload: with an import, or before there were variants. */
static enum rc order_variants(struct task_call *call, struct err *err)
{
	int64_t after = 0;
	bool left = true;
	enum rc rc = RC_OK;
	while (rc == RC_OK && left && !task_time_is_over(call))
		rc = order_some(call, &after, &left, err);
	call->more = call->more || left;
	return rc;
}

/* Of old variants whose job was given up, or could not be finished, pages are to be freed all the same. */
static enum rc order_rebuild(struct task_call *call, struct err *err)
{
	struct db_tx *tx;
	int64_t seq = 0;
	enum rc rc = media_variant_old(db_rw_ro(call->db), &seq, err);
	if (rc == RC_OK && seq && (rc = db_begin(call->db, &tx, err)) == RC_OK)
		rc = db_end(tx, rebuild_order(tx, call->now_ms, err), err);
	return rc;
}

/* For whoever was killed between the spool and the order, and for what came with an import. */
static enum rc order_sending(struct task_call *call, struct err *err)
{
	struct blob_store *blobs = NULL;
	struct db_tx *tx;
	enum rc rc = media_store_open(call->conf, &blobs, err);
	if (rc == RC_OK && blob_spool_waits(blobs) && (rc = db_begin(call->db, &tx, err)) == RC_OK)
		rc = db_end(tx, media_send_order(tx, blobs, call->now_ms, err), err);
	media_store_close(blobs);
	return rc;
}

enum rc media_keep(struct task_call *call, struct json *counts, struct err *err)
{
	int64_t uploads = 0, trashed = 0, items = 0, files = 0;
	bool due = false, words = false, more = true;
	enum rc rc = RC_OK;
	while (rc == RC_OK && more && !task_time_is_over(call))
		rc = incoming_sweep(call->conf, call->db, call->now_ms, AT_ONCE, call->dry_run, &uploads, &more, err);
	call->more = call->more || more;
	if (rc == RC_OK && !call->dry_run)
		rc = order_variants(call, err);
	if (rc == RC_OK && !call->dry_run)
		rc = order_rebuild(call, err);
	if (rc == RC_OK && !call->dry_run)
		rc = order_sending(call, err);
	if (rc == RC_OK)
		rc = media_gone_due(db_rw_ro(call->db), call->now_ms, &due, err);
	if (rc == RC_OK && due && !call->dry_run)
		rc = keep_rows(call, &trashed, &items, err);
	if (rc == RC_OK && due && !call->dry_run) {
		rc = media_clear_gone(call->conf, call->db, call_is_over, call, &files, &more, err);
		call->more = call->more || more;
	}
	if (rc == RC_OK)
		rc = media_words_due(db_rw_ro(call->db), &words, err);
	while (rc == RC_OK && words && !call->dry_run && !task_time_is_over(call))
		rc = index_some(call, &words, err);
	json_set_int(counts, "uploads", uploads);
	json_set_int(counts, "media_to_trash", trashed);
	json_set_int(counts, "media", items);
	json_set_int(counts, "media_files", files);
	call->done += uploads + trashed + items + files;
	return rc;
}
