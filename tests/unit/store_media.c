/* store_media.c: tests of the library's rows: what waits and what goes. */
#include "store_fixture.h"

#include "store/job.h"
#include "store/media.h"
#include "store/media_item.h"
#include "store/media_upload.h"

#define KIND STR("media.variants")

/* A statement that is written in a test. */
static void change(struct fixture *f, const char *sql)
{
	struct db_stmt *st;
	struct db_tx *tx = fixture_begin(f);
	assert_ok(db_prepare(tx, sql, &st, &f->err), &f->err);
	assert_ok(db_run(st, NULL, &f->err), &f->err);
	fixture_commit(f, tx);
}

static struct str hash_of(struct fixture *f, int n)
{
	return arena_printf(&f->arena, "%064x", (unsigned)n);
}

static enum rc put(struct fixture *f, int n)
{
	struct media media = { .hash = hash_of(f, n), .name = STR("x.png"), .mime = STR("image/png"), .size_b = 1, .created_ms = NOW };
	struct db_tx *tx = fixture_begin(f);
	return db_end(tx, media_put(tx, &media, &f->err), &f->err);
}

static void order_job(struct fixture *f, int64_t id)
{
	struct job job = { .kind = KIND, .payload = STR("{}"), .unique_key = arena_printf(&f->arena, "%lld", (long long)id),
			   .priority = 1, .due_ms = NOW, .created_ms = NOW };
	struct db_tx *tx = fixture_begin(f);
	assert_ok(job_insert(tx, &job, &id, &f->err), &f->err);
	fixture_commit(f, tx);
}

static void waiting_pictures_are_paged_and_those_with_a_job_passed_over(void **state)
{
	struct fixture *f = *state;
	int64_t *ids, after = 0, seen = 0;
	size_t count = 1;
	for (int i = 0; i < 7; i++)
		assert_ok(put(f, i + 1), &f->err);
	change(f, "UPDATE media_item SET kind = 'image', state = 'waiting'");
	int64_t first = fixture_number(f, "SELECT min(id) FROM media_item");
	order_job(f, first);
	order_job(f, first + 1);
	change(f, "UPDATE job SET due_ms = NULL, state = 'dead', finished_ms = 1 WHERE id = (SELECT max(id) FROM job)");
	while (count) {
		assert_ok(media_item_waiting(f->ro, KIND, after, 2, &f->arena, &ids, &count, &f->err), &f->err);
		for (size_t i = 0; i < count; i++) {
			assert_true(ids[i] > after && ids[i] != first);
			after = ids[i];
			seen++;
		}
	}
	assert_int_equal(seen, 6);
}

static void an_upload_that_goes_on_is_not_removed(void **state)
{
	struct fixture *f = *state;
	bool gone = true;
	change(f, "INSERT INTO user (id, public_id, role, name, slug, created_ms, updated_ms) VALUES (1, 'a', 'owner', 'A', 'a', 1, 1)");
	change(f, "INSERT INTO media_upload (id, public_id, user_id, name, size_b, pinned, created_ms, expires_ms) VALUES (1, 'x', 1, 'x', 1, 0, 1, 10)");
	struct db_tx *tx = fixture_begin(f);
	assert_ok(media_upload_keep(tx, 1, 30, &f->err), &f->err); /* a piece that came since */
	assert_ok(media_upload_remove_over(tx, 1, 20, &gone, &f->err), &f->err);
	assert_false(gone);
	assert_ok(media_upload_remove_over(tx, 1, 31, &gone, &f->err), &f->err);
	assert_true(gone);
	fixture_commit(f, tx);
	assert_int_equal(fixture_number(f, "SELECT count(*) FROM media_upload"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		store_test(waiting_pictures_are_paged_and_those_with_a_job_passed_over),
		store_test(an_upload_that_goes_on_is_not_removed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
