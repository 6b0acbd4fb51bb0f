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
#include "store/media_gone.h"
#include "store/media_item.h"
#include "store/media_words.h"

#define AT_ONCE 100   /* rows a transaction: nobody waits long for it */
#define CHECK_AT_ONCE 500

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

/* One process at a time: a second one could remove what was put again after the first had removed it. The data folder
 * itself is the lock, which ends with its holder. */
static enum rc hold_alone(const struct conf *conf, int *fd, struct err *err)
{
	int got = open(conf->data_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (got < 0)
		return err_sys(err, RC_IO, errno, "cannot open '%s'", conf->data_dir);
	if (flock(got, LOCK_EX | LOCK_NB) != 0) {
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
	enum rc rc = hold_alone(conf, &lock, &busy);
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

/* --- whether all is there --- */

/* Both are in order: what only one side has is what is wrong. A page of each is in memory at a time. */
struct side {
	struct arena arena;
	struct str *hashes;
	size_t count, at;
	bool ended;
	char last[BLOB_HASH_LEN + 1];
};

struct comparing {
	struct blob_store *store;
	struct db_ro *db;
	struct side blobs, rows;
	struct arena *arena;         /* of what is found */
	struct media_check *out;
};

static void turn_page(struct side *side, struct str *hashes, size_t count)
{
	side->hashes = hashes;
	side->count = count;
	side->at = 0;
	side->ended = count < CHECK_AT_ONCE;
	if (count)
		snprintf(side->last, sizeof side->last, "%.*s", STR_ARG(hashes[count - 1]));
}

static enum rc more_blobs(struct comparing *c, struct err *err)
{
	struct blob_list list = { NULL, 0 };
	arena_reset(&c->blobs.arena);
	enum rc rc = blob_list(c->store, str_of(c->blobs.last), CHECK_AT_ONCE, &c->blobs.arena, &list, err);
	if (rc == RC_OK)
		turn_page(&c->blobs, list.hashes, list.count);
	return rc;
}

static enum rc more_rows(struct comparing *c, struct err *err)
{
	struct str *hashes = NULL;
	size_t count = 0;
	arena_reset(&c->rows.arena);
	enum rc rc = media_hashes(c->db, str_of(c->rows.last), CHECK_AT_ONCE, &c->rows.arena, &hashes, &count, err);
	if (rc == RC_OK)
		turn_page(&c->rows, hashes, count);
	return rc;
}

/* The pages are of different moments, and people go on working: so each is asked again by itself. */
static enum rc orphan(struct comparing *c, struct str hash, struct err *err)
{
	enum media_gone_state state;
	bool known = false;
	enum rc rc = media_gone_state(c->db, hash, &state, err);
	if (rc == RC_OK)
		rc = media_is_known(c->db, hash, &known, err);
	if (rc == RC_OK && !known && state != MEDIA_GONE_NOTED && state != MEDIA_GONE_GOING && c->out->orphans++ == 0)
		c->out->first_orphan = arena_str(c->arena, hash);
	return rc;
}

static enum rc lost(struct comparing *c, struct str hash, struct err *err)
{
	bool there = false, known = true;
	enum rc rc = blob_exists(c->store, hash, &there, err);
	if (rc == RC_OK && !there)
		rc = media_is_known(c->db, hash, &known, err);
	if (rc == RC_OK && !there && known && c->out->lost++ == 0)
		c->out->first_lost = arena_str(c->arena, hash);
	return rc;
}

static enum rc step(struct comparing *c, struct err *err)
{
	struct side *blobs = &c->blobs, *rows = &c->rows;
	bool has_blob = blobs->at < blobs->count, has_row = rows->at < rows->count;
	int order = !has_row ? -1 : !has_blob ? 1 : str_cmp(blobs->hashes[blobs->at], rows->hashes[rows->at]);
	enum rc rc = RC_OK;
	if (order < 0)
		rc = orphan(c, blobs->hashes[blobs->at], err);
	else if (order > 0)
		rc = lost(c, rows->hashes[rows->at], err);
	c->out->blobs += order <= 0;
	c->out->rows += order >= 0;
	blobs->at += order <= 0;
	rows->at += order >= 0;
	return rc;
}

static enum rc compare(struct blob_store *store, struct db_ro *db, struct arena *arena, struct media_check *out,
		       struct err *err)
{
	struct comparing c = { .store = store, .db = db, .arena = arena, .out = out };
	enum rc rc = RC_OK;
	arena_init(&c.blobs.arena, ARENA_MAX_B);
	arena_init(&c.rows.arena, ARENA_MAX_B);
	while (rc == RC_OK) {
		if (c.blobs.at == c.blobs.count && !c.blobs.ended)
			rc = more_blobs(&c, err);
		if (rc == RC_OK && c.rows.at == c.rows.count && !c.rows.ended)
			rc = more_rows(&c, err);
		if (rc != RC_OK || (c.blobs.at == c.blobs.count && c.rows.at == c.rows.count))
			break;
		rc = step(&c, err);
	}
	arena_release(&c.blobs.arena);
	arena_release(&c.rows.arena);
	return rc;
}

enum rc media_check(const struct conf *conf, struct db_ro *db, struct arena *arena, struct media_check *out,
		    struct err *err)
{
	struct media_check check = { .first_orphan = STR_NONE, .first_lost = STR_NONE, .first_dangling = STR_NONE };
	struct blob_store *store = NULL;
	struct str *hashes = NULL;
	size_t count = 0;
	enum rc rc = media_store_open(conf, &store, err);
	if (rc == RC_OK)
		rc = compare(store, db, arena, &check, err);
	media_store_close(store);
	if (rc == RC_OK)
		rc = media_dangling(db, 1000, arena, &hashes, &count, err);
	if (rc != RC_OK)
		return rc;
	check.dangling = (int64_t)count;
	check.first_dangling = count ? hashes[0] : STR_NONE;
	*out = check;
	return RC_OK;
}
