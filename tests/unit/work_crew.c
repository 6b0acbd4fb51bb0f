/* work_crew.c: tests of the threads that do jobs: their leases, and their end. */
#include "unit.h"

#include "base/clock.h"
#include "base/log.h"
#include "store_fixture.h"
#include "work/crew.h"

struct stage {
	struct fixture f;
	struct conf conf;
};

static int set_up(void **state)
{
	struct stage *st = mem_new(sizeof *st);
	log_setup(LOG_ERROR, LOG_TEXT);
	fixture_folder(&st->f);
	assert_ok(db_migrate(st->f.path, &schema_site, PACKAGE_VERSION, NOW, NULL, &st->f.err), &st->f.err);
	assert_ok(db_rw_open(st->f.path, NULL, &st->f.db, &st->f.err), &st->f.err);
	st->f.ro = db_rw_ro(st->f.db);
	st->conf.data_dir = st->f.folder;
	st->conf.busy_timeout_ms = 5000;
	*state = st;
	return 0;
}

static int tear_down(void **state)
{
	struct stage *st = *state;
	fixture_close(&st->f);
	free(st);
	return 0;
}

static int64_t add(struct stage *st, const char *payload)
{
	int64_t id = 0;
	struct db_tx *tx = fixture_begin(&st->f);
	struct job_order order = { .kind = "noop", .payload = str_of(payload), .priority = JOB_NORMAL };
	assert_ok(job_add(tx, &order, clock_now_ms(), &id, NULL, &st->f.err), &st->f.err);
	fixture_commit(&st->f, tx);
	return id;
}

static struct job get(struct stage *st, int64_t id)
{
	struct job job;
	assert_ok(job_get(st->f.ro, id, &st->f.arena, &job, &st->f.err), &st->f.err);
	return job;
}

static void becomes(struct stage *st, int64_t id, const char *job_state)
{
	int64_t until_us = clock_monotonic_us() + 20000000;
	while (!str_is(get(st, id).state, job_state) && clock_monotonic_us() < until_us)
		nanosleep(&(struct timespec){ .tv_nsec = 2000000 }, NULL);
	assert_str(get(st, id).state, job_state);
}

static struct crew *open_crew(struct stage *st, unsigned threads)
{
	struct crew *crew = NULL;
	assert_ok(crew_open(&st->conf, JOB_LIGHT, threads, &crew, &st->f.err), &st->f.err);
	return crew;
}

static void end_crew(struct crew *crew)
{
	crew_stop(crew);
	crew_close(crew);
}

static void a_crew_that_is_woken_does_all_there_is(void **state)
{
	struct stage *st = *state;
	int64_t first = add(st, "{}"), last = first;
	for (int i = 0; i < 300; i++)
		last = add(st, "{}");
	struct crew *crew = open_crew(st, 4);
	assert_str(get(st, first).state, JOB_STATE_WAITING); /* nobody called */
	crew_wake(crew);
	for (int64_t id = first; id <= last; id++) {
		becomes(st, id, JOB_STATE_DONE);
		assert_int_equal(get(st, id).attempts, 1);
	}
	end_crew(crew);
}

static void leases_are_renewed_while_a_job_runs(void **state)
{
	struct stage *st = *state;
	int64_t runs = add(st, "{\"pause_ms\":60000}"), waits = add(st, "{}"), now_ms = clock_now_ms();
	struct crew *crew = open_crew(st, 1);
	crew_wake(crew);
	becomes(st, runs, JOB_STATE_RUNNING);
	/* The row says so a moment before its thread begins. */
	for (int64_t until_us = clock_monotonic_us() + 20000000; clock_monotonic_us() < until_us;) {
		assert_ok(crew_extend(crew, st->f.db, now_ms + 30000, &st->f.err), &st->f.err);
		if (get(st, runs).due_ms == now_ms + 30000 + JOB_LEASE_MS)
			break;
	}
	assert_int_equal(get(st, runs).due_ms, now_ms + 30000 + JOB_LEASE_MS);
	/* The one behind it is left to others. */
	assert_str(get(st, waits).state, JOB_STATE_WAITING);
	end_crew(crew);
	assert_ok(crew_extend(crew = open_crew(st, 1), st->f.db, now_ms, &st->f.err), &st->f.err); /* nothing runs */
	end_crew(crew);
}

static void a_slow_job_holds_up_none_that_another_thread_could_do(void **state)
{
	struct stage *st = *state;
	int64_t slow = add(st, "{\"pause_ms\":60000}"), quick[20];
	for (size_t i = 0; i < COUNT_OF(quick); i++)
		quick[i] = add(st, "{}");
	struct crew *crew = open_crew(st, 2);
	crew_wake(crew);
	for (size_t i = 0; i < COUNT_OF(quick); i++)
		becomes(st, quick[i], JOB_STATE_DONE);
	assert_str(get(st, slow).state, JOB_STATE_RUNNING);
	end_crew(crew);
}

static void a_crew_that_is_stopped_ends_what_listens_and_gives_the_rest_back(void **state)
{
	struct stage *st = *state;
	int64_t runs = add(st, "{\"pause_ms\":60000}"), waits = add(st, "{}");
	/* The row says that it runs a moment before its thread begins: then it is given back whole. */
	for (int tries = 0; tries < 100 && str_find(get(st, runs).payload, STR("\"pause_ms\":5")) < 0; tries++) {
		struct crew *crew = open_crew(st, 1);
		crew_wake(crew);
		becomes(st, runs, JOB_STATE_RUNNING);
		nanosleep(&(struct timespec){ .tv_nsec = 2000000 }, NULL);
		end_crew(crew);
		for (int i = 0; i < 2; i++) {
			struct job job = get(st, i ? waits : runs);
			assert_str(job.state, JOB_STATE_WAITING);
			assert_int_equal(job.failures + job.lost, 0);
		}
	}
	assert_true(str_find(get(st, runs).payload, STR("\"pause_ms\":5")) >= 0);
}

static void what_does_not_listen_is_given_back_by_whoever_ends_the_process(void **state)
{
	struct stage *st = *state;
	int64_t runs = add(st, "{\"pause_ms\":3000,\"deaf\":true}");
	size_t count = 0;
	struct crew *crew = open_crew(st, 1);
	crew_wake(crew);
	becomes(st, runs, JOB_STATE_RUNNING);
	/* The row says so a moment before its thread begins. */
	for (int64_t due_ms = get(st, runs).due_ms, later_ms = clock_now_ms() + 5000; get(st, runs).due_ms == due_ms;)
		assert_ok(crew_extend(crew, st->f.db, later_ms, &st->f.err), &st->f.err);
	crew_stop(crew);
	assert_ok(crew_give_back(crew, st->f.db, clock_now_ms(), &count, &st->f.err), &st->f.err);
	assert_int_equal(count, 1);
	assert_str(get(st, runs).state, JOB_STATE_WAITING);
	/* This process goes on: what its thread tells at its end is not kept. */
	crew_close(crew);
	assert_str(get(st, runs).state, JOB_STATE_WAITING);
}

/* By then the thread takes them by the dozen. */
static void what_was_taken_with_a_slow_job_goes_back_for_others(void **state)
{
	struct stage *st = *state;
	int64_t slow[8];
	for (int i = 0; i < 127; i++)
		add(st, "{}");
	for (size_t i = 0; i < COUNT_OF(slow); i++)
		slow[i] = add(st, "{\"pause_ms\":150,\"deaf\":true}");
	struct crew *crew = open_crew(st, 1);
	crew_wake(crew);
	becomes(st, slow[0], JOB_STATE_DONE);
	becomes(st, slow[COUNT_OF(slow) - 1], JOB_STATE_DONE);
	end_crew(crew);
	assert_int_equal(get(st, slow[0]).attempts, 1);
	assert_true(get(st, slow[COUNT_OF(slow) - 1]).attempts > 1);
	assert_int_equal(get(st, slow[COUNT_OF(slow) - 1]).lost, 0);
}

static bool all_have_left(struct stage *st, const int64_t *ids, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (str_is(get(st, ids[i]).state, JOB_STATE_RUNNING))
			return false;
	return true;
}

static void what_waits_behind_a_slow_job_is_done_by_others_meanwhile(void **state)
{
	struct stage *st = *state;
	int64_t quick[8], place_ms[COUNT_OF(quick)];
	for (int i = 0; i < 127; i++)
		add(st, "{}");
	int64_t slow = add(st, "{\"pause_ms\":6000,\"deaf\":true}");
	for (size_t i = 0; i < COUNT_OF(quick); i++) {
		quick[i] = add(st, "{}");
		place_ms[i] = get(st, quick[i]).due_ms;
	}
	struct crew *crew = open_crew(st, 1), *other = open_crew(st, 1);
	crew_wake(crew);
	becomes(st, slow, JOB_STATE_RUNNING);
	int64_t until_us = clock_monotonic_us() + 5000000;
	while (!all_have_left(st, quick, COUNT_OF(quick)) && clock_monotonic_us() < until_us) {
		assert_ok(crew_share(crew, st->f.db, clock_now_ms(), &st->f.err), &st->f.err);
		nanosleep(&(struct timespec){ .tv_nsec = 10000000 }, NULL);
	}
	for (size_t i = 0; i < COUNT_OF(quick); i++)
		assert_int_equal(get(st, quick[i]).due_ms, place_ms[i]);
	crew_wake(other);
	for (size_t i = 0; i < COUNT_OF(quick); i++)
		becomes(st, quick[i], JOB_STATE_DONE);
	assert_str(get(st, slow).state, JOB_STATE_RUNNING);
	becomes(st, slow, JOB_STATE_DONE);
	assert_int_equal(get(st, slow).attempts, 1);
	end_crew(other);
	end_crew(crew);
	assert_int_equal(fixture_number(&st->f, "SELECT count(*) FROM job WHERE state <> 'done'"), 0);
}

static void a_job_behind_many_wakes_is_done(void **state)
{
	struct stage *st = *state;
	struct crew *crew = open_crew(st, 2);
	for (int i = 0; i < 1000; i++)
		crew_wake(crew);
	int64_t id = add(st, "{}");
	crew_wake(crew);
	becomes(st, id, JOB_STATE_DONE);
	end_crew(crew);
}

#define stage_test(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		stage_test(a_crew_that_is_woken_does_all_there_is),
		stage_test(leases_are_renewed_while_a_job_runs),
		stage_test(a_slow_job_holds_up_none_that_another_thread_could_do),
		stage_test(a_crew_that_is_stopped_ends_what_listens_and_gives_the_rest_back),
		stage_test(what_does_not_listen_is_given_back_by_whoever_ends_the_process),
		stage_test(what_was_taken_with_a_slow_job_goes_back_for_others),
		stage_test(what_waits_behind_a_slow_job_is_done_by_others_meanwhile),
		stage_test(a_job_behind_many_wakes_is_done),
	};
	return cmocka_run_group_tests_name("work crew", tests, NULL, NULL);
}
