/* task_ttl.c: removes what has had its time: sessions, receipts, trash ... */
#include "base/base.h"

#include "base/log.h"
#include "core/media_keep.h"
#include "core/media_store.h"
#include "core/place.h"
#include "core/tasks.h"
#include "core/transfer.h"
#include "store/expiry.h"
#include "store/media_upload.h"
#include "store/revision_thin.h"

#define AT_ONCE 200      /* rows a transaction: nobody waits long for it */
#define COUNT_MAX 100000 /* a dry run counts no further */
#define UNFINISHED_MS (INT64_C(24) * 3600 * 1000)
#define CLOCKS_MS (INT64_C(3600) * 1000) /* a server's clock is not ours */

static enum rc remove_some(struct task_call *call, struct db_rw *db, enum expiry_kind kind, int64_t *removed,
			   struct err *err)
{
	struct db_tx *tx;
	enum rc rc = db_begin(db, &tx, err);
	if (rc != RC_OK)
		return rc;
	rc = expiry_remove(tx, kind, call->now_ms, AT_ONCE, removed, err);
	return db_end(tx, rc, err);
}

/* Looks first: with nothing to remove nothing is locked and nothing is written. */
static enum rc clear(struct task_call *call, struct db_rw *db, enum expiry_kind kind, int64_t *removed,
		     struct err *err)
{
	int64_t over = 0, n;
	enum rc rc = expiry_count(db_rw_ro(db), kind, call->now_ms, call->dry_run ? COUNT_MAX : 1, &over, err);
	*removed = call->dry_run ? over : 0;
	while (rc == RC_OK && over > 0 && !call->dry_run) {
		if (task_time_is_over(call)) {
			call->more = true;
			break;
		}
		rc = remove_some(call, db, kind, &n, err);
		*removed += rc == RC_OK ? n : 0;
		over = rc == RC_OK && n == AT_ONCE;
	}
	return rc;
}

/* What killed uploads and imports have left in the media store. One that still runs is younger, or has its row. */
static enum rc sweep_media(struct task_call *call, struct json *counts, struct err *err)
{
	struct blob_store *blobs = NULL;
	int64_t count = 0, before_ms = call->now_ms - UNFINISHED_MS, open_ms = 0;
	enum rc rc = media_upload_oldest_direct(db_rw_ro(call->db), &open_ms, err);
	if (open_ms && open_ms - CLOCKS_MS < before_ms)
		before_ms = open_ms - CLOCKS_MS;
	if (rc == RC_OK)
		rc = media_store_open(call->conf, &blobs, err);
	if (rc == RC_OK)
		rc = blob_sweep(blobs, before_ms, !call->dry_run, &count, err);
	media_store_close(blobs);
	if (rc == RC_DENIED || rc == RC_UNSUPPORTED) { /* it costs room, and doctor tells it */
		LOG(LOG_INFO, "unfinished files are left in the media store", LOG_S("why", str_of(err->msg)));
		*err = (struct err)ERR_INIT;
		rc = RC_OK;
	}
	json_set_int(counts, "unfinished_files", count);
	call->done += count;
	return rc;
}

/* Archives that were made and sent, with what was unpacked of them. */
static enum rc sweep_transfers(struct task_call *call, struct json *counts, struct err *err)
{
	int64_t count = 0;
	enum rc rc = transfer_sweep(call->conf, call->now_ms - TRANSFER_DAYS * INT64_C(86400000), !call->dry_run, &count, err);
	json_set_int(counts, "archives", count);
	call->done += count;
	return rc;
}

/* A dry run does a piece and takes it back. */
static enum rc thin_some(struct task_call *call, int64_t *looked, int64_t *removed, struct err *err)
{
	struct db_tx *tx;
	enum rc rc = db_begin(call->db, &tx, err);
	if (rc != RC_OK)
		return rc;
	rc = revision_thin(tx, call->now_ms, AT_ONCE, looked, removed, err);
	if (rc == RC_OK && !call->dry_run)
		return db_commit(tx, err);
	db_rollback(tx);
	return rc;
}

static enum rc thin_revisions(struct task_call *call, int64_t *removed, struct err *err)
{
	int64_t looked = 0, n;
	bool due = false;
	enum rc rc = revision_thin_due(db_rw_ro(call->db), call->now_ms, &due, err);
	while (rc == RC_OK && due) {
		if (task_time_is_over(call)) {
			call->more = true;
			break;
		}
		rc = thin_some(call, &looked, &n, err);
		*removed += rc == RC_OK ? n : 0;
		due = looked == AT_ONCE && !call->dry_run;
	}
	return rc;
}

static enum rc run(struct task_call *call, struct err *err)
{
	struct db_rw *traffic = NULL;
	struct json *counts = json_set_object(call->row, "removed");
	enum rc rc = place_open_traffic(call->conf, &traffic, err);
	for (int kind = 0; rc == RC_OK && kind < EXPIRY_KIND__MAX; kind++) {
		int64_t removed = 0;
		rc = clear(call, expiry_is_of_traffic(kind) ? traffic : call->db, kind, &removed, err);
		json_set_int(counts, expiry_name(kind), removed);
		call->done += removed;
	}
	db_rw_close(traffic);
	int64_t thinned = 0;
	if (rc == RC_OK)
		rc = thin_revisions(call, &thinned, err);
	json_set_int(counts, "revisions", thinned);
	call->done += thinned;
	if (rc == RC_OK)
		rc = sweep_transfers(call, counts, err);
	if (rc == RC_OK)
		rc = media_keep(call, counts, err);
	return rc == RC_OK ? sweep_media(call, counts, err) : rc;
}

const struct task task_ttl = {
	.name = "ttl",
	.summary = "remove what is over: sessions, receipts, old records and revisions, trash after 30 days",
	.cron = "12 * * * *",
	.overdue_ms = INT64_C(3) * 86400000,
	.run = run,
};
