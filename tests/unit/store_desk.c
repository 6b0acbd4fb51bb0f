/* store_desk.c: revisions that grow old, and texts that nobody has saved. */
#include "store_fixture.h"

#include "store/autosave.h"
#include "store/revision.h"
#include "store/revision_thin.h"

#define HOUR INT64_C(3600000)

static int64_t new_post(struct fixture *f)
{
	int64_t id;
	struct post post = {
		.public_id = STR("p"), .kind = STR(POST_KIND_POST), .status = STR(POST_STATUS_DRAFT),
		.visibility = STR(POST_VISIBILITY_PUBLIC), .slug = STR("a"), .path = STR("/a"), .title = STR("A"),
		.created_ms = NOW, .updated_ms = NOW, .edited_ms = NOW, .password_hash = STR_NONE,
		.html_before_more = STR_NONE, .translation_group = STR_NONE, .import_key = STR_NONE,
	};
	struct db_tx *tx = fixture_begin(f);
	assert_ok(post_insert(tx, &post, &id, &f->err), &f->err);
	assert_ok(db_commit(tx, &f->err), &f->err);
	return id;
}

static int64_t add(struct fixture *f, int64_t post_id, int64_t at_ms, const char *name, const char *fields)
{
	int64_t id;
	struct revision revision = { .post_id = post_id, .created_ms = at_ms, .kind = STR(REVISION_SAVE),
				     .name = str_of(name), .title = STR("A"), .fields = str_of(fields), .markdown = STR("x") };
	struct db_tx *tx = fixture_begin(f);
	assert_ok(revision_add(tx, &revision, &id, &f->err), &f->err);
	assert_ok(db_commit(tx, &f->err), &f->err);
	return id;
}

static void thin(struct fixture *f, int64_t now_ms)
{
	int64_t looked = 3, removed;
	while (looked == 3) {
		struct db_tx *tx = fixture_begin(f);
		assert_ok(revision_thin(tx, now_ms, 3, &looked, &removed, &f->err), &f->err);
		assert_ok(db_commit(tx, &f->err), &f->err);
	}
	bool due;
	assert_ok(revision_thin_due(f->ro, now_ms, &due, &f->err), &f->err);
	assert_false(due);
}

static size_t left(struct fixture *f, int64_t post_id)
{
	struct revisions list;
	assert_ok(revision_list(f->ro, post_id, INT64_MAX, 1000, &f->arena, &list, &f->err), &f->err);
	return list.count;
}

/* NOW is 22:13 o'clock; slots begin with hours, days and weeks of UTC. */
static void the_older_the_fewer(void **state)
{
	struct fixture *f = *state;
	int64_t post = new_post(f), begin = NOW / DAY * DAY;
	for (int i = 0; i < 6; i++) /* every 20 minutes of two hours */
		add(f, post, begin + i * HOUR / 3, "", "{\"status\":\"draft\"}");
	add(f, post, begin + 6 * HOUR, "", "{\"status\":\"draft\"}");
	thin(f, begin + DAY);
	assert_int_equal(left(f, post), 7);
	thin(f, begin + DAY + HOUR / 2); /* the first two have passed a day: their hour has a later one */
	assert_int_equal(left(f, post), 5);
	thin(f, begin + 2 * DAY);
	assert_int_equal(left(f, post), 3);
	thin(f, begin + 7 * DAY);
	assert_int_equal(left(f, post), 3);
	thin(f, begin + 8 * DAY);
	assert_int_equal(left(f, post), 1);
	thin(f, begin + INT64_C(1000) * DAY);
	assert_int_equal(left(f, post), 1);
}

static void a_published_one_a_named_one_and_the_newest_stay(void **state)
{
	struct fixture *f = *state;
	int64_t post = new_post(f);
	int64_t published = add(f, post, NOW, "", "{\"slug\":\"a\",\"status\":\"published\",\"x\":1}");
	int64_t named = add(f, post, NOW + 1, "as read aloud", "{\"status\":\"draft\"}");
	add(f, post, NOW + 2, "", "{\"custom\":\"{\\\"status\\\":\\\"published\\\"}\",\"status\":\"draft\"}");
	int64_t newest = add(f, post, NOW + 3, "", "{\"status\":\"draft\"}");
	struct revisions list;
	thin(f, NOW + INT64_C(1000) * DAY);
	assert_ok(revision_list(f->ro, post, INT64_MAX, 10, &f->arena, &list, &f->err), &f->err);
	assert_int_equal(list.count, 3);
	assert_int_equal(list.items[0].id, newest);
	assert_int_equal(list.items[1].id, named);
	assert_int_equal(list.items[2].id, published);
}

static void another_post_is_no_reason_to_go(void **state)
{
	struct fixture *f = *state;
	int64_t one = new_post(f);
	struct db_tx *tx = fixture_begin(f);
	struct post post;
	int64_t two;
	assert_ok(post_get(f->ro, one, &f->arena, &post, &f->err), &f->err);
	post.public_id = STR("q");
	post.path = STR("/b");
	assert_ok(post_insert(tx, &post, &two, &f->err), &f->err);
	assert_ok(db_commit(tx, &f->err), &f->err);
	add(f, one, NOW, "", "{}");
	add(f, two, NOW + 1, "", "{}");
	thin(f, NOW + INT64_C(1000) * DAY);
	assert_int_equal(left(f, one) + left(f, two), 2);
}

static void the_last_text_takes_the_place_of_the_one_before(void **state)
{
	struct fixture *f = *state;
	int64_t user_id, post = new_post(f);
	struct user user = { .public_id = STR("u"), .role = STR(USER_ROLE_AUTHOR), .name = STR("U"), .slug = STR("u"),
			     .created_ms = NOW, .updated_ms = NOW };
	struct db_tx *tx = fixture_begin(f);
	assert_ok(user_insert(tx, &user, &user_id, &f->err), &f->err);
	struct autosave kept = { .user_id = user_id, .key = STR("p"), .post_id = post, .version = 1, .saved_ms = NOW,
				 .title = STR("A"), .fields = STR("{}"), .markdown = STR("first") }, out;
	assert_ok(autosave_put(tx, &kept, &f->err), &f->err);
	kept.markdown = STR("second");
	assert_ok(autosave_put(tx, &kept, &f->err), &f->err);
	kept.key = STR("new");
	kept.post_id = 0;
	assert_ok(autosave_put(tx, &kept, &f->err), &f->err);
	assert_ok(db_commit(tx, &f->err), &f->err);
	assert_ok(autosave_get(f->ro, user_id, STR("p"), &f->arena, &out, &f->err), &f->err);
	assert_str(out.markdown, "second");
	assert_int_equal(autosave_get(f->ro, user_id + 1, STR("p"), &f->arena, &out, &f->err), RC_NOTFOUND);
	struct autosaves list;
	assert_ok(autosave_list_new(f->ro, user_id, 10, &f->arena, &list, &f->err), &f->err);
	assert_int_equal(list.count, 1);
	assert_str(list.items[0].key, "new");
	tx = fixture_begin(f);
	assert_ok(post_delete(tx, post, &f->err), &f->err);
	assert_ok(db_commit(tx, &f->err), &f->err);
	assert_int_equal(autosave_get(f->ro, user_id, STR("p"), &f->arena, &out, &f->err), RC_NOTFOUND);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		store_test(the_older_the_fewer),
		store_test(a_published_one_a_named_one_and_the_newest_stay),
		store_test(another_post_is_no_reason_to_go),
		store_test(the_last_text_takes_the_place_of_the_one_before),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
