/* queue_rate.c: how many commits a second the disk takes, and how many no-op jobs are drained.
 * Usage: queue_rate SECONDS [FINISHED]
 * Of the data folder of the settings; with FINISHED so many finished jobs are put there first. Prints one
 * JSON object: commits and jobs a second. */
#include "base/base.h"

#include "base/clock.h"
#include "base/log.h"
#include "core/job.h"
#include "core/place.h"
#include "db/admin.h"
#include "store/setting.h"

#define QUEUED 4096
#define BATCH 256

struct rate {
	struct conf conf;
	struct db_rw *db;
	struct arena arena;
	struct err err;
	int64_t length_us;
	char owner[JOB_OWNER_CHARS + 1];
};

static enum rc commit_one(struct rate *r, int64_t n)
{
	struct db_tx *tx;
	char text[24];
	snprintf(text, sizeof text, "%lld", (long long)n);
	enum rc rc = db_begin(r->db, &tx, &r->err);
	if (rc != RC_OK)
		return rc;
	rc = setting_put(tx, STR("internal.queue_rate"), str_of(text), n, &r->err);
	if (rc == RC_OK)
		return db_commit(tx, &r->err);
	db_rollback(tx);
	return rc;
}

static enum rc measure_commits(struct rate *r, double *a_second)
{
	int64_t begin_us = clock_monotonic_us(), n = 0, now_us = begin_us;
	enum rc rc = RC_OK;
	for (; rc == RC_OK && now_us < begin_us + r->length_us; n++) {
		rc = commit_one(r, n);
		now_us = clock_monotonic_us();
	}
	*a_second = (double)n * 1e6 / (double)(now_us - begin_us);
	return rc;
}

static enum rc add_many(struct rate *r)
{
	struct db_tx *tx;
	enum rc rc = db_begin(r->db, &tx, &r->err);
	if (rc != RC_OK)
		return rc;
	for (int i = 0; rc == RC_OK && i < QUEUED; i++)
		rc = job_add(tx, &(struct job_order){ .kind = "noop", .priority = JOB_NORMAL }, clock_now_ms(), NULL, NULL,
			     &r->err);
	if (rc == RC_OK)
		return db_commit(tx, &r->err);
	db_rollback(tx);
	return rc;
}

static enum rc add_finished(struct rate *r, int64_t count)
{
	struct db_tx *tx;
	struct db_stmt *st;
	enum rc rc = db_begin(r->db, &tx, &r->err);
	if (rc != RC_OK)
		return rc;
	rc = db_prepare(tx, "WITH RECURSIVE c (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < ?1) "
			"INSERT INTO job (kind, payload, priority, state, created_ms, finished_ms) "
			"SELECT 'noop', '{}', 1, 'done', i, ?2 FROM c", &st, &r->err);
	if (rc == RC_OK) {
		db_bind_i64(st, 1, count);
		db_bind_i64(st, 2, clock_now_ms());
		rc = db_run(st, NULL, &r->err);
	}
	if (rc != RC_OK) {
		db_rollback(tx);
		return rc;
	}
	rc = db_commit(tx, &r->err);
	return rc == RC_OK ? db_optimize(r->db, &r->err) : rc; /* what follows does not pay for this */
}

static enum rc drain_some(struct rate *r, size_t *count)
{
	static struct job_outcome outcomes[BATCH];
	struct job_runner runner = { .conf = &r->conf, .db = r->db };
	struct job_claim claim = {
		.owner = str_of(r->owner), .class = JOB_LIGHT, .max = BATCH, .now_ms = clock_now_ms(),
	};
	struct jobs jobs;
	arena_reset(&r->arena);
	enum rc rc = jobs_claim(r->db, &claim, &r->arena, &jobs, &r->err);
	if (rc != RC_OK)
		return rc;
	for (size_t i = 0; i < jobs.count; i++)
		job_run(&runner, &jobs.items[i], &r->arena, &outcomes[i]);
	*count = jobs.count;
	return jobs_settle(r->db, outcomes, jobs.count, clock_now_ms(), NULL, &r->err);
}

static enum rc measure_drain(struct rate *r, double *a_second)
{
	int64_t spent_us = 0, n = 0;
	enum rc rc = RC_OK;
	while (rc == RC_OK && spent_us < r->length_us) {
		size_t count = 1;
		rc = add_many(r);
		int64_t begin_us = clock_monotonic_us();
		while (rc == RC_OK && count) {
			rc = drain_some(r, &count);
			n += rc == RC_OK ? (int64_t)count : 0;
		}
		spent_us += clock_monotonic_us() - begin_us;
	}
	*a_second = (double)n * 1e6 / (double)spent_us;
	return rc;
}

int main(int argc, char **argv)
{
	struct rate r = { .err = ERR_INIT };
	double commits = 0, jobs = 0;
	int64_t seconds = 0, finished = 0;
	if (argc < 2 || !str_to_i64(str_of(argv[1]), &seconds) || seconds < 1 || seconds > 60 ||
	    (argc > 2 && (!str_to_i64(str_of(argv[2]), &finished) || finished < 0)))
		return fprintf(stderr, "usage: queue_rate SECONDS [FINISHED]\n"), 2;
	r.length_us = seconds * 1000000;
	log_setup(LOG_ERROR, LOG_TEXT);
	job_owner(r.owner);
	arena_init(&r.arena, ARENA_MAX_B);
	enum rc rc = conf_load(NULL, &r.conf, &r.err);
	if (rc == RC_OK)
		rc = place_open_rw(&r.conf, &r.db, &r.err);
	if (rc == RC_OK && finished)
		rc = add_finished(&r, finished);
	if (rc == RC_OK)
		rc = measure_commits(&r, &commits);
	if (rc == RC_OK)
		rc = measure_drain(&r, &jobs);
	if (rc == RC_OK)
		printf("{\"commits\": %.1f, \"jobs\": %.1f}\n", commits, jobs);
	else
		fprintf(stderr, "queue_rate: %s\n", r.err.msg);
	db_rw_close(r.db);
	conf_release(&r.conf);
	arena_release(&r.arena);
	return rc == RC_OK ? 0 : 1;
}
