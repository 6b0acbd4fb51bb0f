/* job_kill.c: processes that add and do jobs are killed at random moments: no job is lost, and none is done
 * oftener than it was taken. Usage: job_kill [KILLS] */
#include "store_fixture.h"

#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "base/log.h"
#include "core/job.h"
#include "db/admin.h"

#define PROCESSES 4
#define JOBS_MAX 2000000
#define BATCH 8
#define KEYS 5
#define LIFE_US 12000 /* of a process, at most, on the mean half of it */
#define DRAIN_MAX 100000

static int64_t wanted_kills = 50;

/* How a process does a job. */
enum manner {
	IN_ORDER,       /* the effect, then the result */
	RESULT_FIRST,   /* the wrong way round: the kill must be able to lose something, or this test could not fail */
};

/* What the processes tell each other. The clock goes on by a lease with each kill, so that nobody waits for
 * the dead; those that live lose their leases by it, too. */
struct board {
	_Atomic int64_t now_ms;
	_Atomic int64_t stale, settled, given_back, failed_on_purpose;
	_Atomic bool broken;
	_Atomic unsigned char added[JOBS_MAX]; /* by id: the commit has returned */
};

struct scene {
	struct fixture f;
	struct board *board;
	enum manner manner;
	uint32_t seed;
	char owner[JOB_OWNER_CHARS + 1];
	struct db_rw *db;
};

static uint32_t random_below(struct scene *s, uint32_t limit)
{
	s->seed = s->seed * 1664525u + 1013904223u;
	return (s->seed >> 8) % limit;
}

/* In the children ------------------------------------------------------------------------------ */

static enum rc run_sql(struct db_tx *tx, const char *sql, int64_t a, int64_t b, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_prepare(tx, sql, &st, err);
	if (rc != RC_OK)
		return rc;
	if (a)
		db_bind_i64(st, 1, a);
	if (b)
		db_bind_i64(st, 2, b);
	return db_run(st, NULL, err);
}

static enum rc end_tx(struct db_tx *tx, enum rc rc, struct err *err)
{
	if (rc == RC_OK)
		return db_commit(tx, err);
	db_rollback(tx);
	return rc;
}

/* A plain INSERT: an attempt that two did, or one did twice, is a failure. */
static enum rc have_effect(struct scene *s, const struct job *job)
{
	struct db_tx *tx;
	enum rc rc = db_begin(s->db, &tx, &s->f.err);
	if (rc != RC_OK)
		return rc;
	rc = run_sql(tx, "INSERT INTO effect (job_id, attempt) VALUES (?1, ?2)", job->id, job->attempts, &s->f.err);
	return end_tx(tx, rc, &s->f.err);
}

static enum rc add_some(struct scene *s)
{
	static const char *const keys[KEYS] = { "a", "b", "c", "d", "e" };
	int64_t ids[BATCH], now_ms = s->board->now_ms;
	size_t count = 1 + random_below(s, BATCH);
	struct db_tx *tx;
	enum rc rc = db_begin(s->db, &tx, &s->f.err);
	if (rc != RC_OK)
		return rc;
	for (size_t i = 0; rc == RC_OK && i < count; i++) {
		bool keyed = random_below(s, 4) == 0;
		struct job_order order = {
			.kind = "noop", .priority = (enum job_priority)random_below(s, JOB_PRIORITY__MAX),
			.run_at_ms = now_ms + random_below(s, 3) * JOB_LEASE_MS,
			.unique_key = keyed ? str_of(keys[random_below(s, KEYS)]) : STR_NONE,
		};
		rc = job_add(tx, &order, now_ms, &ids[i], NULL, &s->f.err);
	}
	rc = end_tx(tx, rc, &s->f.err);
	for (size_t i = 0; rc == RC_OK && i < count; i++)
		if (ids[i] < JOBS_MAX)
			s->board->added[ids[i]] = 1;
	return rc;
}

/* Most are done; some are given back, some fail. */
static enum rc do_one(struct scene *s, const struct job *job, struct job_outcome *out)
{
	struct job_runner runner = { .db = s->db };
	*out = (struct job_outcome){ .job = job, .end = JOB_GIVEN_BACK, .text = STR_NONE };
	if (random_below(s, 16) == 0) {
		s->board->given_back++;
		return RC_OK;
	}
	job_run(&runner, job, &s->f.arena, out);
	if (job->failures == 0 && random_below(s, 16) == 0) {
		s->board->failed_on_purpose++;
		out->end = JOB_FAILED;
		out->text = STR("on purpose");
	}
	return s->manner == IN_ORDER ? have_effect(s, job) : RC_OK;
}

static enum rc have_effects_late(struct scene *s, const struct jobs *jobs)
{
	struct timespec pause = { 0, 500 * 1000 }; /* for the kill to meet it */
	enum rc rc = RC_OK;
	nanosleep(&pause, NULL);
	for (size_t i = 0; rc == RC_OK && i < jobs->count; i++)
		rc = have_effect(s, &jobs->items[i]);
	return rc;
}

static enum rc do_some(struct scene *s, size_t *count)
{
	struct jobs jobs;
	struct job_outcome outcomes[BATCH];
	size_t stale = 0;
	struct job_claim claim = {
		.owner = str_of(s->owner), .class = JOB_ANY, .max = 1 + random_below(s, BATCH), .now_ms = s->board->now_ms,
	};
	enum rc rc = jobs_claim(s->db, &claim, &s->f.arena, &jobs, &s->f.err);
	*count = rc == RC_OK ? jobs.count : 0;
	for (size_t i = 0; rc == RC_OK && i < jobs.count; i++)
		rc = do_one(s, &jobs.items[i], &outcomes[i]);
	if (rc == RC_OK)
		rc = jobs_settle(s->db, outcomes, jobs.count, s->board->now_ms, &stale, &s->f.err);
	if (rc == RC_OK && s->manner == RESULT_FIRST)
		rc = have_effects_late(s, &jobs);
	s->board->stale += (int64_t)stale;
	s->board->settled += (int64_t)(*count - stale);
	return rc;
}

static enum rc open_db(struct scene *s)
{
	struct db_options opt = { .busy_timeout_ms = 20000 };
	job_owner(s->owner);
	return db_rw_open(s->f.path, &opt, &s->db, &s->f.err);
}

static _Noreturn void work_for_ever(struct scene *s)
{
	enum rc rc = open_db(s);
	while (rc == RC_OK) {
		size_t count;
		rc = random_below(s, 4) == 0 ? add_some(s) : do_some(s, &count);
		arena_reset(&s->f.arena);
	}
	fprintf(stderr, "process: %s\n", s->f.err.msg);
	s->board->broken = true;
	_exit(1);
}

/* In the parent -------------------------------------------------------------------------------- */

static pid_t start(struct scene *s)
{
	s->seed = s->seed * 69069u + 1u;
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0)
		work_for_ever(s);
	return child;
}

static void stop(pid_t child)
{
	int status;
	assert_int_equal(kill(child, SIGKILL), 0);
	assert_int_equal(waitpid(child, &status, 0), child);
}

static void kill_many(struct scene *s, int64_t kills)
{
	pid_t children[PROCESSES];
	for (int i = 0; i < PROCESSES; i++)
		children[i] = start(s);
	for (int64_t n = 0; n < kills && !s->board->broken; n++) {
		int which = (int)random_below(s, PROCESSES);
		struct timespec life = { 0, (long)random_below(s, LIFE_US) * 1000 };
		nanosleep(&life, NULL);
		stop(children[which]);
		s->board->now_ms += JOB_LEASE_MS;
		children[which] = start(s);
	}
	for (int i = 0; i < PROCESSES; i++)
		stop(children[i]);
	assert_false(s->board->broken);
}

/* Does what is left, as a worker would that nobody kills. */
static void drain(struct scene *s)
{
	int64_t due_ms = 1;
	assert_ok(open_db(s), &s->f.err);
	s->f.ro = db_rw_ro(s->db);
	for (int i = 0; due_ms && i < DRAIN_MAX; i++) {
		size_t count;
		assert_ok(do_some(s, &count), &s->f.err);
		arena_reset(&s->f.arena);
		assert_ok(jobs_next_due(s->f.ro, JOB_ANY, s->board->now_ms, &due_ms, &s->f.err), &s->f.err);
		if (due_ms > s->board->now_ms)
			s->board->now_ms = due_ms;
	}
	assert_int_equal(due_ms, 0);
}

static int64_t number(struct scene *s, const char *sql)
{
	return fixture_number(&s->f, sql);
}

static int64_t missing(struct scene *s)
{
	int64_t lost = 0;
	struct db_stmt *st;
	bool row;
	for (int64_t id = 1; id < JOBS_MAX; id++) {
		if (!s->board->added[id])
			continue;
		assert_ok(db_query(s->f.ro, "SELECT 1 FROM job WHERE id = ?1 AND state = 'done'", &st, &s->f.err), &s->f.err);
		db_bind_i64(st, 1, id);
		assert_ok(db_step(st, &row, &s->f.err), &s->f.err);
		lost += !row;
		db_done(st);
	}
	return lost;
}

static int64_t done_without_effect(struct scene *s)
{
	return number(s, "SELECT count(*) FROM job WHERE NOT EXISTS (SELECT 1 FROM effect WHERE job_id = job.id)");
}

static void no_job_is_lost_and_none_done_oftener_than_taken(void **state)
{
	struct scene *s = *state;
	struct db_findings found;
	kill_many(s, wanted_kills);
	drain(s);
	print_message("%lld kills, %lld jobs, %lld settled, %lld too late, %lld given back, %lld failed on purpose, "
		      "%lld attempts lost, %lld effects\n", (long long)wanted_kills, (long long)number(s, "SELECT count(*) FROM job"),
		      (long long)s->board->settled, (long long)s->board->stale, (long long)s->board->given_back,
		      (long long)s->board->failed_on_purpose, (long long)number(s, "SELECT sum(lost) FROM job"),
		      (long long)number(s, "SELECT count(*) FROM effect"));
	assert_int_equal(missing(s), 0);
	assert_int_equal(number(s, "SELECT count(*) FROM job WHERE state <> 'done' OR due_ms IS NOT NULL"), 0);
	assert_int_equal(done_without_effect(s), 0);
	/* Whoever did it again had taken it again, since the first one did not live or was too late. */
	assert_int_equal(number(s, "SELECT count(*) FROM effect e LEFT JOIN job j ON j.id = e.job_id "
				   "WHERE j.id IS NULL OR e.attempt > j.attempts"), 0);
	assert_int_equal(number(s, "SELECT count(*) FROM job j WHERE failures = 0 AND lost = 0 AND "
				   "(SELECT count(*) FROM effect WHERE job_id = j.id) <> 1"), 0);
	assert_true(number(s, "SELECT sum(lost) FROM job") > 0);
	assert_ok(db_check(s->f.ro, &s->f.arena, &found, &s->f.err), &s->f.err);
	assert_int_equal(found.count, 0);
}

static void a_result_before_its_effect_is_noticed(void **state)
{
	struct scene *s = *state;
	s->manner = RESULT_FIRST;
	for (int rounds = 0; rounds < 20 && rounds * 20 < 2 * wanted_kills; rounds++)
		kill_many(s, 20);
	s->manner = IN_ORDER;
	drain(s);
	assert_true(done_without_effect(s) > 0);
}

static int setup(void **state)
{
	struct scene *s = mem_new(sizeof *s);
	struct db_rw *db;
	struct db_tx *tx;
	fixture_folder(&s->f);
	assert_ok(db_migrate(s->f.path, &schema_site, PROGRAM, NOW, NULL, &s->f.err), &s->f.err);
	assert_ok(db_rw_open(s->f.path, NULL, &db, &s->f.err), &s->f.err);
	assert_ok(db_begin(db, &tx, &s->f.err), &s->f.err);
	assert_ok(run_sql(tx, "CREATE TABLE effect (job_id INTEGER, attempt INTEGER, PRIMARY KEY (job_id, attempt))",
			  0, 0, &s->f.err), &s->f.err);
	assert_ok(db_commit(tx, &s->f.err), &s->f.err);
	db_rw_close(db);
	s->board = mmap(NULL, sizeof *s->board, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_true(s->board != MAP_FAILED);
	s->board->now_ms = NOW;
	s->seed = 20240229;
	log_setup(LOG_ERROR, LOG_TEXT);
	*state = s;
	return 0;
}

static int teardown(void **state)
{
	struct scene *s = *state;
	db_rw_close(s->db);
	fixture_close(&s->f);
	munmap(s->board, sizeof *s->board);
	free(s);
	return 0;
}

int main(int argc, char **argv)
{
	int64_t n;
	if (argc > 1 && str_to_i64(str_of(argv[1]), &n) && n > 0)
		wanted_kills = n;
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(no_job_is_lost_and_none_done_oftener_than_taken, setup, teardown),
		cmocka_unit_test_setup_teardown(a_result_before_its_effect_is_noticed, setup, teardown),
	};
	return cmocka_run_group_tests_name("job kill", tests, NULL, NULL);
}
