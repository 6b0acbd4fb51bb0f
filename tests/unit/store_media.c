/* store_media.c: tests of the library's rows: what waits and what goes. */
#include "store_fixture.h"

#include "store/job.h"
#include "store/media.h"
#include "store/media_gone.h"
#include "store/media_item.h"
#include "store/media_upload.h"
#include "store/media_variant.h"

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
	int64_t waiting = -1, all = -1;
	assert_ok(media_item_progress(f->ro, &waiting, &all, &f->err), &f->err);
	assert_int_equal(waiting, 7); /* with or without a job */
	assert_int_equal(all, 7);
	change(f, "UPDATE media_item SET state = 'ready' WHERE id % 2 = 0");
	change(f, "UPDATE media_item SET trashed_ms = 1 WHERE id = (SELECT min(id) FROM media_item WHERE state = 'waiting')");
	assert_ok(media_item_progress(f->ro, &waiting, &all, &f->err), &f->err);
	assert_int_equal(waiting, fixture_number(f, "SELECT count(*) FROM media_item WHERE state = 'waiting'") - 1);
	assert_int_equal(all, 6);
	change(f, "UPDATE media_item SET state = 'ready'");
	assert_ok(media_item_progress(f->ro, &waiting, &all, &f->err), &f->err);
	assert_int_equal(waiting, 0);
	assert_int_equal(all, 0);
}

static enum media_gone_state state_of(struct fixture *f, int n)
{
	enum media_gone_state state;
	assert_ok(media_gone_state(f->ro, hash_of(f, n), &state, &f->err), &f->err);
	return state;
}

static bool begin(struct fixture *f, int n)
{
	bool may_go = false;
	struct db_tx *tx = fixture_begin(f);
	assert_ok(media_gone_begin(tx, hash_of(f, n), &may_go, &f->err), &f->err);
	fixture_commit(f, tx);
	return may_go;
}

static void end(struct fixture *f, int n)
{
	struct db_tx *tx = fixture_begin(f);
	assert_ok(media_gone_end(tx, hash_of(f, n), NOW, &f->err), &f->err);
	fixture_commit(f, tx);
}

static size_t left(struct fixture *f, int after)
{
	struct str *hashes;
	size_t count = 99;
	assert_ok(media_gone_list(f->ro, hash_of(f, after), 100, &f->arena, &hashes, &count, &f->err), &f->err);
	return count;
}

static void while_bytes_are_removed_no_row_is_made_for_them(void **state)
{
	struct fixture *f = *state;
	change(f, "INSERT INTO media_gone (hash, at_ms) SELECT printf('%064x', value), 1 FROM json_each('[1, 2, 3]')");
	assert_int_equal(left(f, 0), 3);
	assert_int_equal(left(f, 1), 2);
	assert_true(begin(f, 1));
	assert_int_equal(put(f, 1), RC_CONFLICT);
	assert_int_equal(fixture_number(f, "SELECT count(*) FROM media"), 0);
	assert_true(begin(f, 1)); /* as after a crash */
	struct db_tx *tx = fixture_begin(f);
	assert_ok(media_gone_stay(tx, hash_of(f, 1), NOW, &f->err), &f->err); /* the store refused */
	fixture_commit(f, tx);
	assert_int_equal(state_of(f, 1), MEDIA_GONE_NOTED);
	assert_true(begin(f, 1));
	end(f, 1);
	assert_int_equal(state_of(f, 1), MEDIA_GONE_REMOVED);
	assert_int_equal(left(f, 0), 2);
	assert_false(begin(f, 1));
	assert_ok(put(f, 1), &f->err);
	assert_int_equal(state_of(f, 1), MEDIA_GONE_NOT);
}

static void bytes_that_a_row_has_stay(void **state)
{
	struct fixture *f = *state;
	assert_ok(put(f, 2), &f->err);
	change(f, "INSERT INTO media_gone (hash, at_ms) VALUES (printf('%064x', 2), 1)");
	assert_int_equal(state_of(f, 2), MEDIA_GONE_NOTED);
	assert_false(begin(f, 2));
	assert_int_equal(state_of(f, 2), MEDIA_GONE_NOT);
	assert_int_equal(left(f, 0), 0);
}

static void what_was_removed_is_known_for_a_day_and_may_be_noted_again(void **state)
{
	struct fixture *f = *state;
	bool due = true;
	assert_ok(put(f, 1), &f->err);
	change(f, "INSERT INTO media_gone (hash, at_ms) VALUES (printf('%064x', 2), 1)");
	assert_ok(media_gone_due(f->ro, NOW, &due, &f->err), &f->err);
	assert_true(due);
	assert_true(begin(f, 2));
	end(f, 2);
	change(f, "UPDATE media_item SET pinned = 1");
	assert_ok(media_gone_due(f->ro, NOW + MEDIA_REMOVED_MS - 1, &due, &f->err), &f->err);
	assert_false(due);
	struct db_tx *tx = fixture_begin(f);
	assert_ok(media_gone_tidy(tx, NOW + MEDIA_REMOVED_MS - 1, &f->err), &f->err);
	fixture_commit(f, tx);
	assert_int_equal(state_of(f, 2), MEDIA_GONE_REMOVED);
	/* Its bytes came again, and go again. */
	assert_ok(put(f, 2), &f->err);
	change(f, "INSERT INTO media_gone (hash, at_ms) VALUES (printf('%064x', 2), -1700000000000)");
	tx = fixture_begin(f);
	assert_ok(media_gone_item(tx, fixture_number(f, "SELECT max(id) FROM media_item"), NOW, &f->err), &f->err);
	fixture_commit(f, tx);
	assert_int_equal(state_of(f, 2), MEDIA_GONE_NOTED);
	assert_true(begin(f, 2));
	end(f, 2);
	assert_ok(media_gone_due(f->ro, NOW + MEDIA_REMOVED_MS + 1, &due, &f->err), &f->err);
	assert_true(due);
	tx = fixture_begin(f);
	assert_ok(media_gone_tidy(tx, NOW + MEDIA_REMOVED_MS + 1, &f->err), &f->err);
	fixture_commit(f, tx);
	assert_int_equal(state_of(f, 2), MEDIA_GONE_NOT);
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

static void what_goes_straight_to_the_store_is_known_by_its_age_while_it_is_open(void **state)
{
	struct fixture *f = *state;
	int64_t oldest_ms = -1;
	change(f, "INSERT INTO user (id, public_id, role, name, slug, created_ms, updated_ms) VALUES (1, 'a', 'owner', 'A', 'a', 1, 1)");
	assert_ok(media_upload_oldest_direct(f->ro, &oldest_ms, &f->err), &f->err);
	assert_int_equal(oldest_ms, 0);
	change(f, "INSERT INTO media_upload (public_id, user_id, name, size_b, pinned, created_ms, expires_ms, item_id, direct) VALUES "
		  "('to us', 1, 'x', 1, 0, 3, 9, NULL, NULL), ('done', 1, 'x', 1, 0, 4, 9, 7, ''), ('whole', 1, 'x', 1, 0, 6, 9, NULL, ''), "
		  "('parts', 1, 'x', 1, 0, 5, 9, NULL, '2~x')");
	assert_ok(media_upload_oldest_direct(f->ro, &oldest_ms, &f->err), &f->err);
	assert_int_equal(oldest_ms, 5);
}

static struct media_variant variant_of(struct fixture *f, int original, int n, int64_t width_px)
{
	return (struct media_variant){ .original = hash_of(f, original), .hash = hash_of(f, n), .mime = STR("image/png"), .crop = STR(""),
				       .width_px = width_px, .height_px = 1, .size_b = 1 };
}

static bool is_found(struct fixture *f, int n)
{
	struct media_variant out;
	struct err none = ERR_INIT;
	return media_variant_of_hash(f->ro, hash_of(f, n), &f->arena, &out, &none) == RC_OK;
}

static int64_t newest_old(struct fixture *f)
{
	int64_t seq = -1;
	assert_ok(media_variant_old(f->ro, &seq, &f->err), &f->err);
	return seq;
}

static void take_place(struct fixture *f, const struct media_variant *was, const struct media_variant *is)
{
	struct db_tx *tx = fixture_begin(f);
	assert_ok(media_variant_retire(tx, was, &f->err), &f->err);
	assert_ok(media_variant_put(tx, is, NOW, &f->err), &f->err);
	fixture_commit(f, tx);
}

static void old_variants_are_found_until_they_are_dropped_and_may_come_back(void **state)
{
	struct fixture *f = *state;
	struct media_variant a = variant_of(f, 1, 100, 640), b = variant_of(f, 1, 101, 640);
	struct media_variants all;
	assert_ok(put(f, 1), &f->err);
	struct db_tx *tx = fixture_begin(f);
	assert_ok(media_variant_put(tx, &a, NOW, &f->err), &f->err);
	fixture_commit(f, tx);
	assert_int_equal(newest_old(f), 0);
	take_place(f, &a, &b);
	int64_t first = newest_old(f);
	assert_true(first > 0 && is_found(f, 100) && is_found(f, 101));
	assert_ok(media_variant_list(f->ro, a.original, &f->arena, &all, &f->err), &f->err);
	assert_int_equal(all.count, 1);
	assert_true(str_eq(all.items[0].hash, b.hash));
	take_place(f, &b, &a); /* edited back */
	assert_true(newest_old(f) > first && is_found(f, 100) && is_found(f, 101));
	tx = fixture_begin(f);
	assert_ok(media_variant_drop_old(tx, 0, first, NOW, &f->err), &f->err);
	assert_ok(media_variant_drop_old(tx, 99, INT64_MAX, NOW, &f->err), &f->err); /* of another item */
	fixture_commit(f, tx);
	assert_true(is_found(f, 101));
	tx = fixture_begin(f);
	assert_ok(media_variant_drop_old(tx, fixture_number(f, "SELECT id FROM media_item"), newest_old(f), NOW, &f->err), &f->err);
	fixture_commit(f, tx);
	assert_true(is_found(f, 100) && !is_found(f, 101));
	assert_int_equal(fixture_number(f, "SELECT count(*) FROM media_gone WHERE hash LIKE '%65'"), 1);
	assert_int_equal(newest_old(f), 0);
}

static void all_that_a_replaced_original_has_becomes_old(void **state)
{
	struct fixture *f = *state;
	struct media_variant a = variant_of(f, 1, 100, 640), b = variant_of(f, 1, 101, 320), other = variant_of(f, 2, 102, 640);
	for (int n = 1; n <= 2; n++)
		assert_ok(put(f, n), &f->err);
	struct db_tx *tx = fixture_begin(f);
	assert_ok(media_variant_put(tx, &a, NOW, &f->err), &f->err);
	assert_ok(media_variant_put(tx, &b, NOW, &f->err), &f->err);
	assert_ok(media_variant_put(tx, &other, NOW, &f->err), &f->err);
	assert_ok(media_variant_retire_all(tx, a.original, &f->err), &f->err);
	fixture_commit(f, tx);
	assert_int_equal(fixture_number(f, "SELECT count(*) FROM media_variant WHERE old_seq > 0"), 2);
	tx = fixture_begin(f);
	assert_ok(media_variant_drop_old(tx, 0, newest_old(f), NOW, &f->err), &f->err);
	fixture_commit(f, tx);
	assert_true(!is_found(f, 100) && !is_found(f, 101) && is_found(f, 102));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		store_test(waiting_pictures_are_paged_and_those_with_a_job_passed_over),
		store_test(while_bytes_are_removed_no_row_is_made_for_them),
		store_test(bytes_that_a_row_has_stay),
		store_test(what_was_removed_is_known_for_a_day_and_may_be_noted_again),
		store_test(an_upload_that_goes_on_is_not_removed),
		store_test(what_goes_straight_to_the_store_is_known_by_its_age_while_it_is_open),
		store_test(old_variants_are_found_until_they_are_dropped_and_may_come_back),
		store_test(all_that_a_replaced_original_has_becomes_old),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
