/* hook_kill.c: whoever does a cronhook's work is killed at random moments: the message sent again gets
 * everything done, once, and from then on the same answer. Usage: hook_kill [KILLS] */
#include "store_fixture.h"

#include <signal.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "base/log.h"
#include "core/cronhook.h"
#include "core/job.h"
#include "core/place.h"

#define JOBS_EACH 64
#define LIFE_US 4000
#define LATER_MS (10 * 60 * 1000) /* longer than any lease */
#define KEY "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

static int wanted_kills = 50;

struct scene {
	struct fixture f;
	struct conf conf;
	struct webhook_keys keys;
	int64_t now_ms;
	uint32_t seed;
	int64_t killed_before, killed_within, killed_after;
};

static uint32_t random_below(struct scene *s, uint32_t limit)
{
	s->seed = s->seed * 1664525u + 1013904223u;
	return (s->seed >> 8) % limit;
}

static void add_jobs(struct scene *s)
{
	struct job_order order = { .kind = "noop", .priority = JOB_NORMAL };
	struct db_tx *tx = fixture_begin(&s->f);
	for (int i = 0; i < JOBS_EACH; i++)
		assert_ok(job_add(tx, &order, s->now_ms, NULL, NULL, &s->f.err), &s->f.err);
	fixture_commit(&s->f, tx);
}

/* Signed with the time that it is now: who sends a message again keeps the id alone. */
static enum rc call(struct scene *s, struct db_rw *db, int number, struct cronhook_answer *out)
{
	struct buf signature = BUF_INIT(4096);
	struct webhook_message message = {
		.id = arena_printf(&s->f.arena, "msg_%d", number), .body = STR("{}"),
		.timestamp = arena_printf(&s->f.arena, "%lld", (long long)(s->now_ms / 1000)),
	};
	enum rc rc = webhook_sign(&s->keys, &message, &signature, &s->f.err);
	message.signature = buf_view(&signature);
	if (rc == RC_OK)
		rc = cronhook_answer(&s->conf, db, NULL, STR("jobs"), &message, s->now_ms, &s->f.arena, out, &s->f.err);
	buf_release(&signature);
	return rc;
}

static void kill_one(struct scene *s, int number)
{
	int status;
	struct timespec life = { 0, (long)random_below(s, LIFE_US) * 1000 };
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		struct cronhook_answer answer;
		struct db_rw *db;
		if (place_open_rw(&s->conf, &db, &s->f.err) != RC_OK || call(s, db, number, &answer) != RC_OK)
			fprintf(stderr, "child: %s\n", s->f.err.msg);
		pause(); /* done: the kill comes after it */
	}
	nanosleep(&life, NULL);
	assert_int_equal(kill(child, SIGKILL), 0);
	assert_int_equal(waitpid(child, &status, 0), child);
}

static void later(struct scene *s)
{
	s->now_ms += LATER_MS;
	clock_set_ms(s->now_ms);
}

static void open_site(struct scene *s)
{
	assert_ok(place_open_rw(&s->conf, &s->f.db, &s->f.err), &s->f.err);
	s->f.ro = db_rw_ro(s->f.db);
}

static void close_site(struct scene *s)
{
	db_rw_close(s->f.db);
	s->f.db = NULL;
}

static void play_round(struct scene *s, int number)
{
	struct cronhook_answer first, second, third;
	open_site(s);
	add_jobs(s);
	close_site(s); /* no connection goes through fork() */
	kill_one(s, number);
	open_site(s);
	assert_ok(call(s, s->f.db, number, &first), &s->f.err);
	assert_true(first.outcome == CRONHOOK_DONE || first.outcome == CRONHOOK_RUNNING);
	s->killed_before += first.outcome == CRONHOOK_DONE && !first.repeated;
	s->killed_within += first.outcome == CRONHOOK_RUNNING;
	s->killed_after += first.outcome == CRONHOOK_DONE && first.repeated;
	later(s);
	assert_ok(call(s, s->f.db, number, &second), &s->f.err);
	assert_int_equal(second.outcome, CRONHOOK_DONE);
	assert_int_equal(second.repeated, first.outcome == CRONHOOK_DONE);
	assert_int_equal(fixture_number(&s->f, "SELECT count(*) FROM receipt WHERE finished_ms IS NULL"), 0);
	assert_ok(call(s, s->f.db, number, &third), &s->f.err);
	assert_true(third.repeated && str_eq(third.result, second.result));
	close_site(s);
	arena_reset(&s->f.arena);
}

static void a_message_is_done_once_whenever_its_process_dies(void **state)
{
	struct scene *s = *state;
	struct cronhook_answer last;
	for (int number = 0; number < wanted_kills; number++)
		play_round(s, number);
	print_message("%d kills: %lld before, %lld within, %lld after\n", wanted_kills, (long long)s->killed_before,
		      (long long)s->killed_within, (long long)s->killed_after);
	assert_true(s->killed_within > 0);
	/* What the last killed one had taken. */
	open_site(s);
	later(s);
	assert_ok(call(s, s->f.db, wanted_kills, &last), &s->f.err);
	assert_int_equal(fixture_number(&s->f, "SELECT count(*) FROM job WHERE state = 'done'"), wanted_kills * JOBS_EACH);
	assert_int_equal(fixture_number(&s->f, "SELECT count(*) FROM job WHERE state <> 'done'"), 0);
	/* One record for each message, whoever wrote it. */
	assert_int_equal(fixture_number(&s->f, "SELECT count(*) FROM task_run"), wanted_kills + 1);
}

static int setup(void **state)
{
	struct scene *s = mem_new(sizeof *s);
	fixture_folder(&s->f);
	s->conf.data_dir = s->f.folder;
	s->conf.url = STR("https://example.org");
	s->conf.busy_timeout_ms = 20000;
	s->conf.hook_keys = STR(KEY);
	s->now_ms = NOW;
	s->seed = 20240229;
	clock_set_ms(s->now_ms);
	log_setup(LOG_ERROR, LOG_TEXT);
	assert_ok(place_init(&s->conf, s->now_ms, &s->f.err), &s->f.err);
	assert_ok(webhook_keys_parse(STR(KEY), &s->keys, &s->f.err), &s->f.err);
	*state = s;
	return 0;
}

static int teardown(void **state)
{
	struct scene *s = *state;
	webhook_keys_wipe(&s->keys);
	fixture_close(&s->f);
	free(s);
	return 0;
}

int main(int argc, char **argv)
{
	int64_t n;
	if (argc > 1 && str_to_i64(str_of(argv[1]), &n) && n > 0 && n < 1000000)
		wanted_kills = (int)n;
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_message_is_done_once_whenever_its_process_dies, setup, teardown),
	};
	return cmocka_run_group_tests_name("hook kill", tests, NULL, NULL);
}
