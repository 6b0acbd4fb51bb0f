/* store_sharing.c: links to drafts, notes to who submitted one, who has a post open, buckets. */
#include "store_fixture.h"

#include "store/expiry.h"
#include "store/presence.h"
#include "store/preview_link.h"
#include "store/rate_limit.h"
#include "store/review_note.h"

static int64_t new_post(struct fixture *f)
{
	int64_t id;
	struct post post = fixture_post(f, "shared");
	struct db_tx *tx = fixture_begin(f);
	assert_ok(post_insert(tx, &post, &id, &f->err), &f->err);
	fixture_commit(f, tx);
	return id;
}

static void a_link_is_there_until_it_is_over(void **state)
{
	struct fixture *f = *state;
	struct preview_link link = { .post_id = new_post(f), .note = STR("Ann"), .created_ms = NOW, .expires_ms = NOW + 10 }, out;
	struct preview_links list;
	int64_t counted, removed;
	struct db_tx *tx = fixture_begin(f);
	assert_ok(preview_link_add(tx, &link, STR("hash"), &f->err), &f->err);
	assert_int_equal(preview_link_add(tx, &link, STR("hash"), &f->err), RC_EXISTS);
	assert_ok(preview_link_get(db_tx_ro(tx), STR("hash"), NOW + 9, &f->arena, &out, &f->err), &f->err);
	assert_str(out.note, "Ann");
	assert_int_equal(out.used_ms, 0);
	assert_false(str_given(out.author));
	assert_int_equal(preview_link_get(db_tx_ro(tx), STR("hash"), NOW + 10, &f->arena, &out, &f->err), RC_NOTFOUND);
	assert_ok(preview_link_use(tx, out.id, NOW + 1, &f->err), &f->err);
	assert_ok(preview_link_list(db_tx_ro(tx), link.post_id, NOW, 10, &f->arena, &list, &f->err), &f->err);
	assert_int_equal(list.count, 1);
	assert_int_equal(list.items[0].used_ms, NOW + 1);
	assert_int_equal(preview_link_delete(tx, link.post_id + 1, out.id, &f->err), RC_NOTFOUND);
	assert_ok(expiry_count(db_tx_ro(tx), EXPIRY_PREVIEW_LINKS, NOW + 10, 10, &counted, &f->err), &f->err);
	assert_int_equal(counted, 0);
	assert_ok(expiry_remove(tx, EXPIRY_PREVIEW_LINKS, NOW + 11, 10, &removed, &f->err), &f->err);
	assert_int_equal(removed, 1);
	fixture_commit(f, tx);
}

static void links_and_notes_go_with_their_post(void **state)
{
	struct fixture *f = *state;
	struct preview_link link = { .post_id = new_post(f), .note = STR(""), .created_ms = NOW, .expires_ms = NOW + 10 };
	struct review_note note = { .post_id = link.post_id, .at_ms = NOW, .note = STR("First") }, out;
	struct db_tx *tx = fixture_begin(f);
	assert_ok(preview_link_add(tx, &link, STR("hash"), &f->err), &f->err);
	assert_ok(review_note_put(tx, &note, &f->err), &f->err);
	note.note = STR("Second");
	assert_ok(review_note_put(tx, &note, &f->err), &f->err);
	assert_ok(review_note_get(db_tx_ro(tx), link.post_id, &f->arena, &out, &f->err), &f->err);
	assert_str(out.note, "Second");
	assert_ok(post_delete(tx, link.post_id, &f->err), &f->err);
	assert_int_equal(review_note_get(db_tx_ro(tx), link.post_id, &f->arena, &out, &f->err), RC_NOTFOUND);
	assert_int_equal(preview_link_delete(tx, link.post_id, 1, &f->err), RC_NOTFOUND);
	note.post_id = 999;
	assert_int_equal(review_note_put(tx, &note, &f->err), RC_INVALID);
	db_rollback(tx);
}

static void who_was_away_comes_anew(void **state)
{
	struct fixture *f = *state;
	struct db_rw *traffic = fixture_traffic(f);
	struct presences there;
	struct db_tx *tx;
	int64_t removed;
	assert_ok(db_begin(traffic, &tx, &f->err), &f->err);
	assert_ok(presence_put(tx, 1, 7, NOW, NOW - 50, &f->err), &f->err);
	assert_ok(presence_put(tx, 1, 7, NOW + 40, NOW - 10, &f->err), &f->err);
	assert_ok(presence_put(tx, 2, 7, NOW, NOW - 50, &f->err), &f->err);
	assert_ok(presence_list(db_tx_ro(tx), 1, NOW, 10, &f->arena, &there, &f->err), &f->err);
	assert_int_equal(there.count, 1);
	assert_int_equal(there.items[0].since_ms, NOW);
	assert_int_equal(there.items[0].seen_ms, NOW + 40);
	assert_ok(presence_put(tx, 1, 7, NOW + 200, NOW + 150, &f->err), &f->err);
	assert_ok(presence_list(db_tx_ro(tx), 1, NOW + 150, 10, &f->arena, &there, &f->err), &f->err);
	assert_int_equal(there.items[0].since_ms, NOW + 200);
	assert_ok(expiry_remove(tx, EXPIRY_PRESENCE, NOW + 3600001, 10, &removed, &f->err), &f->err);
	assert_int_equal(removed, 1);
	assert_ok(db_commit(tx, &f->err), &f->err);
	db_rw_close(traffic);
}

static void a_bucket_is_filled_with_time(void **state)
{
	struct fixture *f = *state;
	struct db_rw *traffic = fixture_traffic(f);
	struct db_tx *tx;
	bool taken;
	static const struct { int64_t at_ms; bool taken; } steps[] = {
		{ 0, true }, { 0, true }, { 0, true }, { 0, false }, { 999, false }, { 1000, true }, { 1001, false },
		{ 500, false }, { 60000, true }, { 60000, true }, { 60000, true }, { 60000, false },
	};
	assert_ok(db_begin(traffic, &tx, &f->err), &f->err);
	for (size_t i = 0; i < COUNT_OF(steps); i++) {
		assert_ok(rate_limit_take(tx, STR("x"), 3, NOW + steps[i].at_ms, &taken, &f->err), &f->err);
		assert_int_equal(taken, steps[i].taken);
	}
	assert_ok(rate_limit_take(tx, STR("y"), 3, NOW, &taken, &f->err), &f->err);
	assert_true(taken);
	assert_ok(db_commit(tx, &f->err), &f->err);
	db_rw_close(traffic);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_link_is_there_until_it_is_over, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(links_and_notes_go_with_their_post, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(who_was_away_comes_anew, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(a_bucket_is_filled_with_time, fixture_setup, fixture_teardown),
	};
	return cmocka_run_group_tests_name("store sharing", tests, NULL, NULL);
}
