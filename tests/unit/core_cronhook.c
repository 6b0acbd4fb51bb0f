/* core_cronhook.c: a message that takes longer than its lease: whoever has lost it changes nothing of what the next
 * run makes of it, whichever of the two ends first. */
#include "store_fixture.h"

#include <pthread.h>

#include "base/clock.h"
#include "base/log.h"
#include "core/cronhook.h"
#include "core/job.h"
#include "core/place.h"
#include "store/receipt.h"

#define KEY "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
#define LATER (NOW + 61000) /* the lease of NOW is over */
#define WAIT_US 20000000

struct scene {
	struct fixture f;
	struct conf conf;
	struct webhook_keys keys;
};

/* A sender with a connection of its own, in a thread of its own or not. */
struct sender {
	struct scene *scene;
	int64_t now_ms;
	pthread_t thread;
	struct arena arena;
	struct err err;
	enum rc rc;
	struct cronhook_answer answer;
};

static void *send_message(void *ctx)
{
	struct sender *s = ctx;
	struct buf signature = BUF_INIT(4096);
	struct db_rw *db = NULL;
	arena_init(&s->arena, ARENA_MAX_B);
	struct webhook_message message = {
		.id = STR("msg_1"), .body = STR("{}"),
		.timestamp = arena_printf(&s->arena, "%lld", (long long)(s->now_ms / 1000)),
	};
	s->rc = place_open_rw(&s->scene->conf, &db, &s->err);
	if (s->rc == RC_OK)
		s->rc = webhook_sign(&s->scene->keys, &message, &signature, &s->err);
	message.signature = buf_view(&signature);
	if (s->rc == RC_OK)
		s->rc = cronhook_answer(&s->scene->conf, db, NULL, STR("jobs"), &message, s->now_ms, &s->arena, &s->answer,
					&s->err);
	buf_release(&signature);
	db_rw_close(db);
	return NULL;
}

static void begin(struct scene *scene, struct sender *s, int64_t now_ms)
{
	*s = (struct sender){ .scene = scene, .now_ms = now_ms, .err = ERR_INIT };
	clock_set_ms(now_ms);
	assert_int_equal(pthread_create(&s->thread, NULL, send_message, s), 0);
}

static void end(struct sender *s)
{
	assert_int_equal(pthread_join(s->thread, NULL), 0);
	assert_ok(s->rc, &s->err);
}

static void send_and_wait(struct scene *scene, struct sender *s, int64_t now_ms)
{
	begin(scene, s, now_ms);
	end(s);
}

static void becomes(struct scene *scene, const char *sql, int64_t wanted)
{
	int64_t until_us = clock_monotonic_us() + WAIT_US;
	while (fixture_number(&scene->f, sql) != wanted && clock_monotonic_us() < until_us)
		nanosleep(&(struct timespec){ .tv_nsec = 2000000 }, NULL);
	assert_int_equal(fixture_number(&scene->f, sql), wanted);
}

static void add_job(struct scene *scene, const char *payload)
{
	struct job_order order = { .kind = "noop", .payload = str_of(payload), .priority = JOB_NORMAL };
	struct db_tx *tx = fixture_begin(&scene->f);
	assert_ok(job_add(tx, &order, NOW, NULL, NULL, &scene->f.err), &scene->f.err);
	fixture_commit(&scene->f, tx);
}

static void write_sql(struct scene *scene, const char *sql)
{
	struct db_stmt *st;
	struct db_tx *tx = fixture_begin(&scene->f);
	assert_ok(db_prepare(tx, sql, &st, &scene->f.err), &scene->f.err);
	assert_ok(db_run(st, NULL, &scene->f.err), &scene->f.err);
	fixture_commit(&scene->f, tx);
}

static void who_has_lost_it_ends_after_the_next_one(void **state)
{
	struct scene *scene = *state;
	struct sender slow, next, repeat;
	add_job(scene, "{\"pause_ms\":1500,\"deaf\":true}");
	begin(scene, &slow, NOW);
	becomes(scene, "SELECT count(*) FROM job WHERE state = 'running'", 1);
	/* Its job still has a lease: the next one finds nothing to do and is done at once. */
	write_sql(scene, "UPDATE job SET due_ms = due_ms + 600000");
	send_and_wait(scene, &next, LATER);
	assert_int_equal(next.answer.outcome, CRONHOOK_DONE);
	assert_false(next.answer.repeated);
	end(&slow);
	assert_int_equal(slow.answer.outcome, CRONHOOK_DONE);
	assert_true(slow.answer.repeated && str_eq(slow.answer.result, next.answer.result));
	send_and_wait(scene, &repeat, LATER + 1);
	assert_true(repeat.answer.repeated && str_eq(repeat.answer.result, next.answer.result));
	arena_release(&slow.arena), arena_release(&next.arena), arena_release(&repeat.arena);
}

static void who_has_lost_it_ends_before_the_next_one(void **state)
{
	struct scene *scene = *state;
	struct sender slow, next, repeat;
	add_job(scene, "{\"pause_ms\":1500,\"deaf\":true}");
	begin(scene, &slow, NOW);
	becomes(scene, "SELECT count(*) FROM job WHERE state = 'running'", 1);
	/* The job's lease is over as well: the next one does it again, and takes longer. */
	write_sql(scene, "UPDATE job SET payload = '{\"pause_ms\":6000,\"deaf\":true}'");
	begin(scene, &next, LATER);
	becomes(scene, "SELECT count(*) FROM job WHERE lost = 1", 1);
	end(&slow);
	assert_int_equal(slow.answer.outcome, CRONHOOK_RUNNING);
	assert_in_range(slow.answer.retry_after_s, 1, 61);
	end(&next);
	assert_int_equal(next.answer.outcome, CRONHOOK_DONE);
	assert_false(next.answer.repeated);
	send_and_wait(scene, &repeat, LATER + 1);
	assert_true(repeat.answer.repeated && str_eq(repeat.answer.result, next.answer.result));
	assert_int_equal(fixture_number(&scene->f, "SELECT count(*) FROM job WHERE state = 'done'"), 1);
	arena_release(&slow.arena), arena_release(&next.arena), arena_release(&repeat.arena);
}

/* --- the rows --- */

static struct receipt take(struct scene *scene, int64_t now_ms, enum receipt_state wanted)
{
	struct receipt found, message = {
		.id = STR("r"), .task = STR("ttl"), .body_hash = STR("h"), .received_ms = now_ms, .lease_until_ms = now_ms + 60000,
	};
	enum receipt_state got;
	struct db_tx *tx = fixture_begin(&scene->f);
	assert_ok(receipt_take(tx, &message, &scene->f.arena, &got, &found, &scene->f.err), &scene->f.err);
	fixture_commit(&scene->f, tx);
	assert_int_equal(got, wanted);
	return found;
}

static bool finish(struct scene *scene, const struct receipt *taken, const char *result)
{
	bool ours;
	struct db_tx *tx = fixture_begin(&scene->f);
	assert_ok(receipt_finish(tx, taken, NOW, str_of(result), &ours, &scene->f.err), &scene->f.err);
	fixture_commit(&scene->f, tx);
	return ours;
}

static bool release(struct scene *scene, const struct receipt *taken)
{
	bool ours;
	struct db_tx *tx = fixture_begin(&scene->f);
	assert_ok(receipt_release(tx, taken, &ours, &scene->f.err), &scene->f.err);
	fixture_commit(&scene->f, tx);
	return ours;
}

static void a_receipt_is_written_only_by_who_has_it(void **state)
{
	struct scene *scene = *state;
	struct receipt first = take(scene, NOW, RECEIPT_OURS);
	take(scene, NOW + 59999, RECEIPT_RUNNING);
	struct receipt second = take(scene, LATER, RECEIPT_OURS);
	assert_false(finish(scene, &first, "first"));
	assert_false(release(scene, &first));
	take(scene, LATER + 1, RECEIPT_RUNNING);
	assert_true(release(scene, &second));
	assert_false(finish(scene, &second, "second")); /* it was let go of */
	struct receipt third = take(scene, LATER + 2, RECEIPT_OURS);
	assert_false(release(scene, &second));
	assert_true(finish(scene, &third, "third"));
	assert_false(finish(scene, &third, "again"));
	assert_false(release(scene, &third));
	assert_str(take(scene, LATER + 3, RECEIPT_DONE).result, "third");
}

static int setup(void **state)
{
	struct scene *scene = mem_new(sizeof *scene);
	fixture_folder(&scene->f);
	scene->conf.data_dir = scene->f.folder;
	scene->conf.url = STR("https://example.org");
	scene->conf.busy_timeout_ms = 20000;
	scene->conf.hook_keys = STR(KEY);
	clock_set_ms(NOW);
	log_setup(LOG_ERROR, LOG_TEXT);
	assert_ok(place_init(&scene->conf, NOW, &scene->f.err), &scene->f.err);
	assert_ok(place_open_rw(&scene->conf, &scene->f.db, &scene->f.err), &scene->f.err);
	scene->f.ro = db_rw_ro(scene->f.db);
	assert_ok(webhook_keys_parse(STR(KEY), &scene->keys, &scene->f.err), &scene->f.err);
	*state = scene;
	return 0;
}

static int teardown(void **state)
{
	struct scene *scene = *state;
	webhook_keys_wipe(&scene->keys);
	fixture_close(&scene->f);
	free(scene);
	return 0;
}

#define scene_test(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		scene_test(who_has_lost_it_ends_after_the_next_one),
		scene_test(who_has_lost_it_ends_before_the_next_one),
		scene_test(a_receipt_is_written_only_by_who_has_it),
	};
	return cmocka_run_group_tests_name("core cronhook", tests, NULL, NULL);
}
