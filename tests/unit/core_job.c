/* core_job.c: the job queue: what is added is claimed, done, tried again, given up. */
#include "unit.h"

#include <pthread.h>

#include "base/clock.h"
#include "base/log.h"
#include "core/job.h"
#include "store_fixture.h"
#include "store/rows.h"

struct bench {
	struct fixture f;
	char owner[JOB_OWNER_CHARS + 1];
	struct job_runner runner;
};

static int64_t add(struct bench *b, const struct job_order *order, int64_t now_ms)
{
	int64_t id = 0;
	struct db_tx *tx = fixture_begin(&b->f);
	assert_ok(job_add(tx, order, now_ms, &id, NULL, &b->f.err), &b->f.err);
	fixture_commit(&b->f, tx);
	return id;
}

static int64_t add_noop(struct bench *b, const char *payload, int64_t now_ms)
{
	return add(b, &(struct job_order){ .kind = "noop", .payload = str_of(payload), .priority = JOB_NORMAL }, now_ms);
}

static struct jobs claim(struct bench *b, const char *owner, size_t max, int64_t now_ms)
{
	struct jobs jobs;
	struct job_claim claim = { .owner = str_of(owner), .class = JOB_LIGHT, .max = max, .now_ms = now_ms };
	assert_ok(jobs_claim(b->f.db, &claim, &b->f.arena, &jobs, &b->f.err), &b->f.err);
	return jobs;
}

static struct job get(struct bench *b, int64_t id)
{
	struct job job;
	assert_ok(job_get(b->f.ro, id, &b->f.arena, &job, &b->f.err), &b->f.err);
	return job;
}

/* Claims, does and settles what is due; gives how many that were. */
static size_t work(struct bench *b, size_t max, int64_t now_ms)
{
	struct jobs jobs = claim(b, b->owner, max, now_ms);
	struct job_outcome outcomes[JOB_BATCH_MAX];
	for (size_t i = 0; i < jobs.count; i++)
		job_run(&b->runner, &jobs.items[i], &b->f.arena, &outcomes[i]);
	assert_ok(jobs_settle(b->f.db, outcomes, jobs.count, now_ms, NULL, &b->f.err), &b->f.err);
	return jobs.count;
}

static int64_t next_due(struct bench *b, int64_t now_ms)
{
	int64_t due_ms;
	assert_ok(jobs_next_due(b->f.ro, JOB_ANY, now_ms, &due_ms, &b->f.err), &b->f.err);
	return due_ms;
}

static void a_job_waits_for_its_time_and_is_done_once(void **state)
{
	struct bench *b = *state;
	assert_int_equal(next_due(b, NOW), 0);
	int64_t id = add(b, &(struct job_order){ .kind = "noop", .run_at_ms = NOW + 500 }, NOW);
	assert_int_equal(next_due(b, NOW), NOW + 500);
	assert_int_equal(work(b, 10, NOW + 499), 0);
	assert_int_equal(work(b, 10, NOW + 500), 1);
	assert_int_equal(work(b, 10, NOW + DAY), 0);
	assert_int_equal(next_due(b, NOW), 0);
	struct job job = get(b, id);
	assert_str(job.state, "done");
	assert_int_equal(job.attempts, 1);
	assert_int_equal(job.finished_ms, NOW + 500);
	assert_false(str_given(job.lease_owner));
}

static void a_failure_waits_longer_each_time_until_the_job_is_dead(void **state)
{
	struct bench *b = *state;
	int64_t id = add_noop(b, "{\"fail\":\"the peer is away\"}", NOW), now_ms = NOW;
	for (int n = 1; n < 5; n++) {
		assert_int_equal(work(b, 10, now_ms), 1);
		struct job job = get(b, id);
		int64_t wait_ms = job.due_ms - now_ms, most_ms = INT64_C(1000) << (n - 1);
		assert_str(job.state, "waiting");
		assert_str(job.error, "the peer is away");
		assert_int_equal(job.failures, n);
		assert_in_range(wait_ms, most_ms / 2, most_ms);
		assert_int_equal(work(b, 10, job.due_ms - 1), 0);
		now_ms = job.due_ms;
	}
	assert_int_equal(work(b, 10, now_ms), 1);
	assert_str(get(b, id).state, "dead");
	assert_int_equal(work(b, 10, now_ms + DAY), 0);
	struct db_tx *tx = fixture_begin(&b->f);
	assert_ok(job_retry(tx, id, now_ms, &b->f.err), &b->f.err);
	fixture_commit(&b->f, tx);
	assert_int_equal(get(b, id).failures, 0);
	assert_int_equal(work(b, 10, now_ms), 1);
	assert_str(get(b, id).state, "waiting");
}

static void what_no_repeat_helps_is_dead_at_once(void **state)
{
	struct bench *b = *state;
	int64_t id = add_noop(b, "{\"useless\":\"nonsense\"}", NOW);
	assert_int_equal(work(b, 10, NOW), 1);
	assert_str(get(b, id).state, "dead");
	assert_str(get(b, id).error, "nonsense");
}

static void a_job_goes_on_from_where_it_was(void **state)
{
	struct bench *b = *state;
	int64_t id = add_noop(b, "{\"steps\":2}", NOW);
	assert_int_equal(work(b, 10, NOW), 1);
	assert_str(get(b, id).payload, "{\"steps\":1}");
	assert_int_equal(work(b, 10, NOW), 1);
	assert_int_equal(work(b, 10, NOW), 1);
	assert_int_equal(work(b, 10, NOW), 0);
	assert_str(get(b, id).state, "done");
	assert_int_equal(get(b, id).attempts, 3);
	assert_int_equal(get(b, id).failures, 0);
}

static void one_that_waits_with_the_same_key_is_enough(void **state)
{
	struct bench *b = *state;
	struct job_order order = { .kind = "noop", .unique_key = STR("k"), .run_at_ms = NOW + 1000 };
	int64_t first = add(b, &order, NOW);
	assert_int_equal(add(b, &order, NOW), first);
	order.run_at_ms = NOW;
	assert_int_equal(add(b, &order, NOW), first);
	assert_int_equal(next_due(b, NOW), NOW); /* it came sooner */
	struct jobs running = claim(b, "one", 10, NOW);
	assert_int_equal(running.count, 1);
	/* What runs may have read what was before; the next one waits until it has ended. */
	int64_t second = add(b, &order, NOW);
	assert_int_not_equal(second, first);
	assert_int_equal(claim(b, "two", 10, NOW).count, 0);
	struct job_outcome done = { .job = &running.items[0], .end = JOB_DONE, .text = STR_NONE };
	assert_ok(jobs_settle(b->f.db, &done, 1, NOW, NULL, &b->f.err), &b->f.err);
	assert_int_equal(claim(b, "two", 10, NOW).count, 1);
}

static void urgent_ones_come_first_and_then_the_oldest(void **state)
{
	struct bench *b = *state;
	int64_t late = add(b, &(struct job_order){ .kind = "noop", .priority = JOB_LATE }, NOW - 3);
	int64_t second = add(b, &(struct job_order){ .kind = "noop", .priority = JOB_NORMAL }, NOW - 1);
	int64_t first = add(b, &(struct job_order){ .kind = "noop", .priority = JOB_NORMAL }, NOW - 2);
	int64_t urgent = add(b, &(struct job_order){ .kind = "noop", .priority = JOB_URGENT }, NOW);
	struct jobs jobs = claim(b, "me", 10, NOW);
	assert_int_equal(jobs.count, 4);
	assert_int_equal(jobs.items[0].id, urgent);
	assert_int_equal(jobs.items[1].id, first);
	assert_int_equal(jobs.items[2].id, second);
	assert_int_equal(jobs.items[3].id, late);
}

static void no_more_of_a_kind_run_than_may(void **state)
{
	struct bench *b = *state;
	struct job_claim one = { .owner = STR("one"), .class = JOB_ANY, .max = 10, .now_ms = NOW };
	struct jobs jobs;
	for (int i = 0; i < 3; i++)
		add(b, &(struct job_order){ .kind = "check", .priority = JOB_NORMAL }, NOW);
	assert_int_equal(claim(b, "light", 10, NOW).count, 0);
	assert_ok(jobs_claim(b->f.db, &one, &b->f.arena, &jobs, &b->f.err), &b->f.err);
	assert_int_equal(jobs.count, 1);
	assert_int_equal(next_due(b, NOW), NOW + JOB_LEASE_MS);
	assert_ok(jobs_claim(b->f.db, &one, &b->f.arena, &jobs, &b->f.err), &b->f.err);
	assert_int_equal(jobs.count, 0);
}

static void a_lost_job_is_taken_again_and_the_loser_keeps_nothing(void **state)
{
	struct bench *b = *state;
	int64_t id = add_noop(b, "{}", NOW);
	struct jobs lost = claim(b, "one", 10, NOW);
	assert_int_equal(claim(b, "two", 10, NOW + JOB_LEASE_MS - 1).count, 0);
	struct jobs again = claim(b, "two", 10, NOW + JOB_LEASE_MS);
	assert_int_equal(again.count, 1);
	assert_int_equal(again.items[0].lost, 1);
	struct job_outcome late = { .job = &lost.items[0], .end = JOB_FAILED, .text = STR("too late") };
	const struct job *late_job = &lost.items[0];
	size_t stale = 0;
	assert_ok(jobs_extend(b->f.db, &late_job, 1, NOW + JOB_LEASE_MS, &stale, &b->f.err), &b->f.err);
	assert_int_equal(stale, 1);
	assert_ok(jobs_settle(b->f.db, &late, 1, NOW + JOB_LEASE_MS, &stale, &b->f.err), &b->f.err);
	assert_int_equal(stale, 1);
	assert_str(get(b, id).state, "running");
	struct job_outcome done = { .job = &again.items[0], .end = JOB_DONE, .text = STR("{\"a\":1}") };
	assert_ok(jobs_settle(b->f.db, &done, 1, NOW + JOB_LEASE_MS, &stale, &b->f.err), &b->f.err);
	assert_int_equal(stale, 0);
	assert_str(get(b, id).result, "{\"a\":1}");
}

static void a_renewed_lease_holds_and_one_of_a_future_clock_does_not(void **state)
{
	struct bench *b = *state;
	add_noop(b, "{}", NOW);
	struct jobs jobs = claim(b, "one", 1, NOW);
	const struct job *job = &jobs.items[0];
	assert_ok(jobs_extend(b->f.db, &job, 1, NOW + JOB_RENEW_MS, NULL, &b->f.err), &b->f.err);
	assert_int_equal(claim(b, "two", 1, NOW + JOB_LEASE_MS).count, 0);
	assert_ok(jobs_extend(b->f.db, &job, 1, NOW + DAY, NULL, &b->f.err), &b->f.err);
	assert_int_equal(next_due(b, NOW), NOW);
	assert_int_equal(claim(b, "two", 1, NOW).count, 1); /* the clock was a day ahead */
}

static void what_kills_its_process_is_taken_alone_and_dies(void **state)
{
	struct bench *b = *state;
	int64_t bad = add_noop(b, "{}", NOW - 1), now_ms = NOW;
	for (int times = 0; times < JOB_LOST_MAX; times++) {
		int64_t other = add_noop(b, "{}", now_ms);
		assert_int_equal(claim(b, "dies", 10, now_ms).count, times < 2 ? 2 : 1);
		struct db_tx *tx = fixture_begin(&b->f);
		assert_ok(job_cancel(tx, other, now_ms, &b->f.err), &b->f.err);
		fixture_commit(&b->f, tx);
		now_ms += JOB_LEASE_MS;
	}
	add_noop(b, "{}", now_ms);
	assert_int_equal(claim(b, "me", 10, now_ms).count, 1);
	assert_str(get(b, bad).state, "dead");
	assert_str(get(b, bad).error, "10 processes died over it");
}

/* A later program's, or one that a person wrote. */
static void one_that_cannot_be_read_dies_alone(void **state)
{
	struct bench *b = *state;
	struct job job = { .kind = STR("media.variants"), .payload = STR("no JSON"), .priority = 1, .due_ms = NOW, .created_ms = NOW };
	struct job_claim wanted = { .owner = STR("me"), .class = JOB_ANY, .max = 10, .now_ms = NOW + 1 };
	struct db_tx *tx = fixture_begin(&b->f);
	struct jobs jobs;
	int64_t bad, other;
	assert_ok(job_insert(tx, &job, &bad, &b->f.err), &b->f.err);
	assert_ok(rows_run_for(tx, "UPDATE job SET lost = 1000 WHERE id = ?1", bad, &b->f.err), &b->f.err);
	fixture_commit(&b->f, tx);
	other = add_noop(b, "{}", NOW);
	assert_ok(jobs_claim(b->f.db, &wanted, &b->f.arena, &jobs, &b->f.err), &b->f.err);
	assert_int_equal(jobs.count, 1);
	assert_int_equal(jobs.items[0].id, other);
	assert_str(get(b, bad).state, "dead");
}

static void what_was_not_begun_is_given_back_uncounted(void **state)
{
	struct bench *b = *state;
	int64_t id = add_noop(b, "{}", NOW);
	struct jobs jobs = claim(b, "one", 1, NOW);
	struct job_outcome back = { .job = &jobs.items[0], .end = JOB_GIVEN_BACK, .text = STR_NONE };
	assert_ok(jobs_settle(b->f.db, &back, 1, NOW, NULL, &b->f.err), &b->f.err);
	struct job job = get(b, id);
	assert_str(job.state, "waiting");
	assert_int_equal(job.failures + job.lost, 0);
	assert_int_equal(work(b, 1, NOW), 1);
	assert_str(get(b, id).state, "done");
}

static int64_t first_of(struct bench *b, int64_t now_ms)
{
	struct jobs jobs = claim(b, "looks", 1, now_ms);
	assert_int_equal(jobs.count, 1);
	return jobs.items[0].id;
}

static void what_is_given_back_keeps_its_place(void **state)
{
	struct bench *b = *state;
	int64_t first = add_noop(b, "{\"steps\":1}", NOW - 2);
	add_noop(b, "{}", NOW - 1);
	struct jobs jobs = claim(b, "one", 1, NOW);
	assert_int_equal(jobs.items[0].id, first);
	struct job_outcome back = { .job = &jobs.items[0], .end = JOB_GIVEN_BACK, .text = STR_NONE };
	assert_ok(jobs_settle(b->f.db, &back, 1, NOW + 1000, NULL, &b->f.err), &b->f.err);
	assert_int_equal(get(b, first).due_ms, NOW - 2);
	jobs = claim(b, "one", 1, NOW + 1000);
	assert_int_equal(jobs.items[0].id, first);
	/* So does one that ends its step early because its process ends ... */
	struct job_outcome more = { .job = &jobs.items[0], .end = JOB_MORE, .text = STR("{\"steps\":1}"), .stopped = true };
	assert_ok(jobs_settle(b->f.db, &more, 1, NOW + 2000, NULL, &b->f.err), &b->f.err);
	jobs = claim(b, "one", 1, NOW + 2000);
	assert_int_equal(jobs.items[0].id, first);
	/* ... but a long one lets others go first. */
	more.job = &jobs.items[0];
	more.stopped = false;
	assert_ok(jobs_settle(b->f.db, &more, 1, NOW + 3000, NULL, &b->f.err), &b->f.err);
	assert_int_not_equal(first_of(b, NOW + 3000), first);
	assert_int_equal(first_of(b, NOW + 3000), first);
}

static void a_cancelled_job_is_not_done_and_keeps_nothing(void **state)
{
	struct bench *b = *state;
	int64_t waiting = add_noop(b, "{}", NOW + 1), running = add_noop(b, "{}", NOW);
	struct jobs jobs = claim(b, "one", 1, NOW);
	struct db_tx *tx = fixture_begin(&b->f);
	assert_ok(job_cancel(tx, waiting, NOW, &b->f.err), &b->f.err);
	assert_int_equal(job_retry(tx, running, NOW, &b->f.err), RC_CONFLICT);
	assert_ok(job_cancel(tx, running, NOW, &b->f.err), &b->f.err);
	assert_int_equal(job_cancel(tx, running, NOW, &b->f.err), RC_CONFLICT);
	assert_int_equal(job_cancel(tx, 4711, NOW, &b->f.err), RC_NOTFOUND);
	fixture_commit(&b->f, tx);
	struct job_outcome failed = { .job = &jobs.items[0], .end = JOB_FAILED, .text = STR("x") };
	size_t stale;
	assert_ok(jobs_settle(b->f.db, &failed, 1, NOW, &stale, &b->f.err), &b->f.err);
	assert_int_equal(stale, 1);
	assert_int_equal(work(b, 10, NOW + DAY), 0);
	assert_str(get(b, running).state, "cancelled");
}

static void a_wrong_order_is_refused(void **state)
{
	struct bench *b = *state;
	char key[JOB_KEY_MAX_B + 1], big[JOB_PAYLOAD_MAX_B + 8];
	memset(key, 'k', sizeof key);
	snprintf(big, sizeof big, "{\"a\":\"%0*d\"}", (int)JOB_PAYLOAD_MAX_B - 4, 0);
	const struct { struct job_order order; enum rc rc; } cases[] = {
		{ { .kind = "nothing" }, RC_INVALID },
		{ { .kind = "noop", .payload = STR("[]") }, RC_INVALID },
		{ { .kind = "noop", .payload = STR("{") }, RC_INVALID },
		{ { .kind = "noop", .payload = str_of(big) }, RC_LIMIT },
		{ { .kind = "noop", .unique_key = str_n(key, sizeof key) }, RC_LIMIT },
	};
	struct db_tx *tx = fixture_begin(&b->f);
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		assert_int_equal(job_add(tx, &cases[i].order, NOW, NULL, NULL, &b->f.err), cases[i].rc);
	db_rollback(tx);
	assert_int_equal(fixture_number(&b->f, "SELECT count(*) FROM job"), 0);
}

static void jobs_of_kinds_of_a_newer_program_stay(void **state)
{
	struct bench *b = *state;
	struct job job = { .kind = STR("tomorrow"), .payload = STR("{}"), .due_ms = NOW, .created_ms = NOW };
	struct db_tx *tx = fixture_begin(&b->f);
	assert_ok(job_insert(tx, &job, &job.id, &b->f.err), &b->f.err);
	fixture_commit(&b->f, tx);
	assert_int_equal(next_due(b, NOW), 0);
	assert_int_equal(work(b, 10, NOW), 0);
}

/* Many threads, each with a connection, add and do jobs: each is done by exactly one. */
#define THREADS 4
#define EACH 60

struct thread {
	struct bench *b;
	pthread_t thread;
	int64_t done;
	bool failed;
};

static enum rc add_some(struct db_rw *db, struct err *err)
{
	struct db_tx *tx;
	enum rc rc = db_begin(db, &tx, err);
	if (rc != RC_OK)
		return rc;
	for (int i = 0; rc == RC_OK && i < 10; i++)
		rc = job_add(tx, &(struct job_order){ .kind = "noop", .priority = i % JOB_PRIORITY__MAX }, NOW, NULL, NULL, err);
	if (rc == RC_OK)
		return db_commit(tx, err);
	db_rollback(tx);
	return rc;
}

static enum rc work_off(struct thread *t, struct db_rw *db, const char *owner, struct arena *arena, struct err *err)
{
	struct job_outcome outcomes[7];
	struct job_claim claim = { .owner = str_of(owner), .class = JOB_ANY, .max = COUNT_OF(outcomes), .now_ms = NOW };
	struct job_runner runner = { .db = db };
	struct jobs jobs;
	size_t stale = 0;
	enum rc rc;
	while ((rc = jobs_claim(db, &claim, arena, &jobs, err)) == RC_OK && jobs.count) {
		for (size_t i = 0; i < jobs.count; i++)
			job_run(&runner, &jobs.items[i], arena, &outcomes[i]);
		rc = jobs_settle(db, outcomes, jobs.count, NOW, &stale, err);
		if (rc != RC_OK)
			break;
		t->done += (int64_t)(jobs.count - stale);
		t->failed = t->failed || stale > 0;
		arena_reset(arena);
	}
	return rc;
}

static void *run_thread(void *ctx)
{
	struct thread *t = ctx;
	struct db_rw *db = NULL;
	struct arena arena;
	struct err err = ERR_INIT;
	char owner[JOB_OWNER_CHARS + 1];
	struct db_options opt = { .busy_timeout_ms = 60000 };
	job_owner(owner);
	arena_init(&arena, ARENA_MAX_B);
	enum rc rc = db_rw_open(t->b->f.path, &opt, &db, &err);
	for (int i = 0; rc == RC_OK && i < EACH / 10; i++) {
		rc = add_some(db, &err);
		if (rc == RC_OK)
			rc = work_off(t, db, owner, &arena, &err);
	}
	if (rc == RC_OK)
		rc = work_off(t, db, owner, &arena, &err);
	if (rc != RC_OK)
		print_error("thread: %s\n", err.msg);
	t->failed = t->failed || rc != RC_OK;
	db_rw_close(db);
	arena_release(&arena);
	return NULL;
}

static void of_many_threads_each_job_is_done_by_one(void **state)
{
	struct bench *b = *state;
	struct thread threads[THREADS];
	int64_t done = 0;
	for (size_t i = 0; i < COUNT_OF(threads); i++) {
		threads[i] = (struct thread){ .b = b };
		assert_int_equal(pthread_create(&threads[i].thread, NULL, run_thread, &threads[i]), 0);
	}
	for (size_t i = 0; i < COUNT_OF(threads); i++) {
		pthread_join(threads[i].thread, NULL);
		assert_false(threads[i].failed);
		done += threads[i].done;
	}
	assert_int_equal(done, THREADS * EACH);
	assert_int_equal(fixture_number(&b->f, "SELECT count(*) FROM job WHERE state = 'done' AND attempts = 1"), done);
}

static int setup(void **state)
{
	struct bench *b = mem_new(sizeof *b);
	struct fixture *f;
	fixture_setup((void **)&f);
	b->f = *f;
	free(f);
	job_owner(b->owner);
	b->runner = (struct job_runner){ .db = b->f.db };
	log_setup(LOG_ERROR, LOG_TEXT);
	*state = b;
	return 0;
}

static int teardown(void **state)
{
	struct bench *b = *state;
	fixture_close(&b->f);
	free(b);
	return 0;
}

#define job_test(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		job_test(a_job_waits_for_its_time_and_is_done_once),
		job_test(a_failure_waits_longer_each_time_until_the_job_is_dead),
		job_test(what_no_repeat_helps_is_dead_at_once),
		job_test(a_job_goes_on_from_where_it_was),
		job_test(one_that_waits_with_the_same_key_is_enough),
		job_test(urgent_ones_come_first_and_then_the_oldest),
		job_test(no_more_of_a_kind_run_than_may),
		job_test(a_lost_job_is_taken_again_and_the_loser_keeps_nothing),
		job_test(a_renewed_lease_holds_and_one_of_a_future_clock_does_not),
		job_test(what_kills_its_process_is_taken_alone_and_dies),
		job_test(one_that_cannot_be_read_dies_alone),
		job_test(what_was_not_begun_is_given_back_uncounted),
		job_test(what_is_given_back_keeps_its_place),
		job_test(a_cancelled_job_is_not_done_and_keeps_nothing),
		job_test(a_wrong_order_is_refused),
		job_test(jobs_of_kinds_of_a_newer_program_stay),
		job_test(of_many_threads_each_job_is_done_by_one),
	};
	return cmocka_run_group_tests_name("core job", tests, NULL, NULL);
}
