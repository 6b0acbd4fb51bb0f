/* job_send.c: sends the media store what waits for it in the spool. */
#include "base/base.h"

#include "base/file.h"
#include "core/job_kinds.h"
#include "core/media_send.h"
#include "core/media_store.h"

enum rc media_send_order(struct db_tx *tx, struct blob_store *blobs, int64_t now_ms, struct err *err)
{
	struct job_order order = { .kind = JOB_MEDIA_SEND, .unique_key = STR(JOB_MEDIA_SEND), .priority = JOB_NORMAL };
	return blob_spool_waits(blobs) ? job_add(tx, &order, now_ms, NULL, NULL, err) : RC_OK;
}

/* As a spool before no store at all: the folder is counted, and nothing is sent. */
static enum rc open_stranded(const struct conf *conf, struct arena *arena, struct blob_store **out, struct err *err)
{
	struct blob_spool settings = { .dir = media_spool_dir(conf, arena) };
	enum rc rc = media_store_open(conf, &settings.behind, err);
	return rc == RC_OK ? blob_spool_open(&settings, out, err) : rc;
}

/* *out NULL: nothing waits anywhere. */
static enum rc open_waiting(const struct conf *conf, struct blob_store **out, struct err *err)
{
	struct arena arena;
	enum rc rc = RC_OK;
	arena_init(&arena, 1 << 16);
	*out = NULL;
	if (file_exists(media_spool_dir(conf, &arena)))
		rc = media_store_is_local(conf) ? open_stranded(conf, &arena, out, err) : media_store_open(conf, out, err);
	arena_release(&arena);
	return rc;
}

enum rc media_send_waiting(const struct conf *conf, struct blob_waiting *out, bool *stranded, struct err *err)
{
	struct blob_store *store;
	struct blob_waiting waiting = { 0 };
	enum rc rc = open_waiting(conf, &store, err);
	if (rc == RC_OK && store)
		rc = blob_spool_waiting(store, &waiting, err);
	media_store_close(store);
	if (rc != RC_OK)
		return rc;
	*out = waiting;
	*stranded = media_store_is_local(conf) && waiting.count > 0;
	return RC_OK;
}

enum rc media_send_overdue(const struct conf *conf, int64_t now_ms, int64_t *count, struct err *err)
{
	struct blob_store *store;
	int64_t before_ms = media_store_is_local(conf) ? INT64_MAX : now_ms - MEDIA_WAITS_LONG_MS;
	enum rc rc = open_waiting(conf, &store, err);
	*count = 0;
	if (rc == RC_OK && store)
		rc = blob_spool_overdue(store, before_ms, count, err);
	media_store_close(store);
	return rc;
}

static bool is_over(void *ctx)
{
	return job_time_is_over(ctx);
}

/* The failure that it comes back with is what the store says, so that people see why files wait. Sending goes on with what
 * is left: what was sent has gone from the spool. */
static enum rc run(struct job_call *call, struct err *err)
{
	struct blob_store *store = NULL;
	struct blob_sent sent = { 0 };
	enum rc rc = media_store_open(call->conf, &store, err);
	if (rc == RC_OK)
		rc = blob_spool_send(store, is_over, call, &sent, err);
	rc = media_store_fault(rc, err); /* no failure of the store is a reason to give up */
	media_store_close(store);
	json_set_int(call->result, "files", sent.count);
	json_set_int(call->result, "bytes", sent.size_b);
	call->more = rc == RC_OK && sent.more;
	return rc;
}

/* It is never given up: as long as there is something to send there is a reason to try. */
const struct job_kind job_send = {
	.name = JOB_MEDIA_SEND,
	.summary = "send the media store what waits in the spool since it was away",
	.class = JOB_LIGHT,
	.at_once = 1,
	.failures_max = 1000000,
	.time_limit_ms = 3600000,
	.backoff_ms = 10000,
	.backoff_max_ms = 300000,
	.run = run,
};
