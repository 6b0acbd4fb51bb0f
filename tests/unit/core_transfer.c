/* core_transfer.c: an import takes effect wholly or not at all, and one job is done by one at a time. */
#include "import_place.h"

#include <pthread.h>
#include <stdatomic.h>

#include "base/clock.h"
#include "core/job_lease.h"
#include "core/job_work.h"
#include "text/markdown.h"

static int64_t number(struct place *p, const char *sql)
{
	struct db_stmt *st;
	bool row = false;

	assert_ok(db_query(db_rw_ro(p->db), sql, &st, &p->err), &p->err);
	assert_ok(db_step(st, &row, &p->err), &p->err);
	assert_true(row);
	int64_t n = db_col_i64(st, 0);
	db_done(st);
	return n;
}

static const char *const counted[] = {
	"SELECT count(*) FROM post", "SELECT count(*) FROM revision", "SELECT count(*) FROM media",
	"SELECT count(*) FROM setting", "SELECT count(*) FROM user", "SELECT count(*) FROM tag",
	"SELECT count(*) FROM redirect", "SELECT count(*) FROM job",
	"SELECT value FROM counter WHERE name = 'public_seq'",
};

static void put_site(struct place *p)
{
	static const char png[] = "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x20\0\0\0\x10\x08\2\0\0\0";

	put(p, "platen.json", "{\"platen_export\":1,\"settings\":{\"title\":\"From afar\",\"permalink\":\"/:year/:slug\"},"
	    "\"tags\":[{\"slug\":\"late\",\"name\":\"Late\",\"description\":\"Text\"}],"
	    "\"authors\":[{\"name\":\"Ida\",\"slug\":\"ida\",\"bio\":\"Came along.\"}],"
	    "\"redirects\":[{\"from\":\"/old\",\"to\":\"/new\",\"status\":301}]}");
	put(p, "posts/a/index.md", "---\ntitle: A\ndate: 2024-01-01\n---\n![x](x.png)\n");
	folder_put(&p->tree, "posts/a/x.png", str_n(png, sizeof(png) - 1));
}

static enum rc fail_late(void *ctx, struct db_tx *tx, const struct import_report *report, struct err *err)
{
	(void)tx;
	*(size_t *)ctx = report->added;
	return err_set(err, RC_NOSPACE, "the disk is full");
}

static void what_fails_at_the_very_end_changes_nothing(void **state)
{
	struct place *p = *state;
	size_t added = 0;
	int64_t before[COUNT_OF(counted)];
	struct import_options options = { .dir = p->tree.path, .threads = 2, .last = fail_late, .last_ctx = &added };

	put_site(p);
	for (size_t i = 0; i < COUNT_OF(counted); i++)
		before[i] = number(p, counted[i]);
	site_free(p->site);
	assert_ok(import_site_load(p->db, &p->conf, &options, NOW, &p->site, &p->err), &p->err);
	assert_str(p->site->title, "From afar");
	assert_int_equal(import_run(p->db, p->site, p->blobs, &options, NOW, &p->arena, &p->report, &p->err), RC_NOSPACE);
	assert_int_equal(added, 1);
	for (size_t i = 0; i < COUNT_OF(counted); i++)
		assert_int_equal(number(p, counted[i]), before[i]);
	/* Without the failure all of it is there, made with the settings that came along. */
	import(p);
	for (size_t i = 0; i < COUNT_OF(counted); i++)
		if (!strstr(counted[i], "job"))
			assert_true(number(p, counted[i]) > before[i]);
	assert_int_equal(p->report.settings, 2);
	assert_str(post_of(p, "posts/a/index.md").path, "/2024/a");
	assert_has(post_of(p, "posts/a/index.md").html, "width=\"32\" height=\"16\"");
}

static bool stop_at(void *ctx, const char *stage, int64_t done, int64_t total, struct str item)
{
	(void)done, (void)total, (void)item;
	return strcmp(stage, ctx) != 0;
}

static void one_that_is_stopped_at_any_stage_changes_nothing(void **state)
{
	struct place *p = *state;
	static const char *const stages[] = { "reading", "resolving", "media", "rendering", "writing" };

	put_site(p);
	for (size_t i = 0; i < COUNT_OF(stages); i++) {
		struct import_options options = { .dir = p->tree.path, .progress = { stop_at, (void *)(uintptr_t)stages[i] } };
		int64_t media = number(p, "SELECT count(*) FROM media"), settings = number(p, "SELECT count(*) FROM setting");

		assert_int_equal(import_run(p->db, p->site, p->blobs, &options, NOW, &p->arena, &p->report, &p->err),
				 RC_CONFLICT);
		assert_int_equal(number(p, "SELECT count(*) FROM post"), 0);
		assert_int_equal(number(p, "SELECT count(*) FROM media"), media);
		assert_int_equal(number(p, "SELECT count(*) FROM setting"), settings);
	}
}

static void posts_that_were_here_follow_settings_that_came(void **state)
{
	struct place *p = *state;

	put(p, "posts/here.md", "---\ntitle: Here\ndate: 2024-01-01\n---\nText\n");
	import(p);
	assert_int_equal(number(p, "SELECT count(*) FROM job WHERE kind = 'rebuild'"), 0);
	put_site(p);
	import(p);
	assert_int_equal(number(p, "SELECT count(*) FROM job WHERE kind = 'rebuild'"), 1);
}

/* --- leases --- */

struct worker {
	struct place *p;
	struct err err;
	enum rc rc;
	struct jobs_done done;
};

static void *do_it(void *ctx)
{
	struct worker *w = ctx;
	struct db_rw *db = NULL;

	w->rc = place_open_rw(&w->p->conf, &db, &w->err);
	if (w->rc == RC_OK)
		w->rc = jobs_do_due(&w->p->conf, db, clock_monotonic_us() + 10000000, 0, &w->done, &w->err);
	db_rw_close(db);
	return NULL;
}

static int64_t add_job(struct place *p, const char *payload)
{
	struct job_order order = { .kind = "noop", .payload = str_of(payload), .priority = JOB_NORMAL };
	struct db_tx *tx;
	int64_t id = 0;

	assert_ok(db_begin(p->db, &tx, &p->err), &p->err);
	assert_ok(job_add(tx, &order, clock_now_ms(), &id, NULL, &p->err), &p->err);
	assert_ok(db_commit(tx, &p->err), &p->err);
	return id;
}

static void set_lease_end(struct place *p, int64_t id, int64_t due_ms)
{
	struct db_tx *tx;
	struct db_stmt *st;

	assert_ok(db_begin(p->db, &tx, &p->err), &p->err);
	assert_ok(db_prepare(tx, "UPDATE job SET due_ms = ?2 WHERE id = ?1 AND lease_owner IS NOT NULL", &st, &p->err), &p->err);
	db_bind_i64(st, 1, id);
	db_bind_i64(st, 2, due_ms);
	assert_ok(db_run(st, NULL, &p->err), &p->err);
	assert_ok(db_commit(tx, &p->err), &p->err);
}

static struct job job_of(struct place *p, int64_t id)
{
	struct job job;

	assert_ok(job_get(db_rw_ro(p->db), id, &p->arena, &job, &p->err), &p->err);
	return job;
}

static void wait_until_it_runs(struct place *p, int64_t id)
{
	while (!str_is(job_of(p, id).state, JOB_STATE_RUNNING))
		nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
}

/* What a request or a cronhook does may take longer than a lease: nobody else begins it meanwhile. */
static void work_outside_of_a_worker_keeps_its_lease(void **state)
{
	struct place *p = *state;
	struct worker w = { .p = p, .err = ERR_INIT };
	pthread_t thread;
	struct jobs jobs;
	int64_t id = add_job(p, "{\"pause_ms\":1500,\"deaf\":true}"), asked_ms;

	atomic_store(&job_lease_every_ms, 10);
	assert_int_equal(pthread_create(&thread, NULL, do_it, &w), 0);
	wait_until_it_runs(p, id);
	/* As if nearly all of it was over; the next renewal gives it the whole length again. */
	set_lease_end(p, id, clock_now_ms() + 300);
	while (str_is(job_of(p, id).state, JOB_STATE_RUNNING) && job_of(p, id).due_ms < clock_now_ms() + JOB_LEASE_MS / 2)
		nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
	assert_str(job_of(p, id).state, "running");
	asked_ms = clock_now_ms() + JOB_LEASE_MS / 2;
	struct job_claim claim = { .owner = STR("another"), .class = JOB_ANY, .max = 10, .now_ms = asked_ms };
	assert_ok(jobs_claim(p->db, &claim, &p->arena, &jobs, &p->err), &p->err);
	assert_int_equal(jobs.count, 0);
	pthread_join(thread, NULL);
	atomic_store(&job_lease_every_ms, JOB_RENEW_MS);
	assert_ok(w.rc, &w.err);
	assert_int_equal(w.done.done, 1);
	assert_str(job_of(p, id).state, "done");
	assert_int_equal(job_of(p, id).attempts, 1);
}

/* Whoever has lost the lease all the same can keep nothing, if the work and its end are one transaction. */
static void who_lost_the_lease_keeps_nothing_of_the_work(void **state)
{
	struct place *p = *state;
	struct jobs mine, others;
	struct db_tx *tx;
	int64_t id = add_job(p, "{}");
	struct job_claim claim = { .owner = STR("one"), .class = JOB_ANY, .max = 1, .now_ms = clock_now_ms() };

	assert_ok(jobs_claim(p->db, &claim, &p->arena, &mine, &p->err), &p->err);
	assert_int_equal(mine.count, 1);
	claim.owner = STR("two");
	claim.now_ms += JOB_LEASE_MS + 1;
	assert_ok(jobs_claim(p->db, &claim, &p->arena, &others, &p->err), &p->err);
	assert_int_equal(others.count, 1);
	struct job_call first = { .conf = &p->conf, .db = p->db, .arena = &p->arena, .job = &mine.items[0] };
	struct job_call second = first;
	second.job = &others.items[0];
	first.result = second.result = json_new_object();
	assert_ok(db_begin(p->db, &tx, &p->err), &p->err);
	assert_int_equal(job_settle(&first, tx, &p->err), RC_CONFLICT);
	db_rollback(tx);
	assert_ok(db_begin(p->db, &tx, &p->err), &p->err);
	assert_ok(job_settle(&second, tx, &p->err), &p->err);
	assert_ok(db_commit(tx, &p->err), &p->err);
	assert_str(job_of(p, id).state, "done");
	json_free(first.result);
}

#define place_test(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		place_test(what_fails_at_the_very_end_changes_nothing),
		place_test(one_that_is_stopped_at_any_stage_changes_nothing),
		place_test(posts_that_were_here_follow_settings_that_came),
		place_test(work_outside_of_a_worker_keeps_its_lease),
		place_test(who_lost_the_lease_keeps_nothing_of_the_work),
	};
	markdown_init();
	return cmocka_run_group_tests_name("core transfer", tests, NULL, NULL);
}
