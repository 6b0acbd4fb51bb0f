/* store_lists.c: tests of public lists: what is in them, in which order, and what never is. */
#include "store_fixture.h"

#include "db/conn.h"

static int64_t add(struct fixture *f, const char *key, const char *kind, const char *status, const char *visibility,
		   int64_t published_ms)
{
	struct post post = fixture_post(f, key);
	post.kind = str_of(kind);
	post.status = str_of(status);
	post.visibility = str_of(visibility);
	post.published_ms = published_ms;
	return fixture_insert(f, &post);
}

static int64_t post_at(struct fixture *f, const char *key, int64_t published_ms)
{
	return add(f, key, "post", "published", "public", published_ms);
}

static struct post_cards list(struct fixture *f, enum post_scope scope, int64_t scope_id, int64_t limit, int64_t offset,
			      unsigned flags)
{
	struct post_cards cards = { NULL, 0 };
	struct post_query q = { scope, scope_id, NOW, limit, offset, flags };
	assert_ok(post_list(f->ro, &q, &f->arena, &cards, &f->err), &f->err);
	return cards;
}

/* The titles one after the other. */
static const char *titles(struct fixture *f, struct post_cards cards)
{
	struct str all = STR("");
	for (size_t i = 0; i < cards.count; i++)
		all = ARENA_JOIN(&f->arena, all, STR(" "), cards.items[i].title);
	return arena_cstr(&f->arena, str_trim(all));
}

static void only_what_is_listed_and_due_is_on_lists(void **state)
{
	struct fixture *f = *state;
	post_at(f, "old", NOW - 2 * DAY);
	post_at(f, "due", NOW);
	post_at(f, "future", NOW + 1);
	add(f, "draft", "post", "draft", "public", NOW - DAY);
	add(f, "review", "post", "review", "public", NOW - DAY);
	add(f, "trash", "post", "trash", "public", NOW - DAY);
	add(f, "page", "page", "published", "public", NOW - DAY);
	add(f, "unlisted", "post", "published", "unlisted", NOW - DAY);
	add(f, "team", "post", "published", "team", NOW - DAY);
	add(f, "secret", "post", "published", "password", NOW - DAY);
	add(f, "timeless", "post", "published", "public", 0);
	struct post_cards cards = list(f, POST_SCOPE_ALL, 0, 10, 0, POST_LIST_HTML);
	assert_string_equal(titles(f, cards), "due secret old");
	assert_str(cards.items[0].html, "<p>due</p>");
	assert_false(str_given(cards.items[1].html)); /* the text behind a password stays there */
	assert_string_equal(titles(f, list(f, POST_SCOPE_ALL, 0, 1, 1, 0)), "secret");
	assert_string_equal(titles(f, list(f, POST_SCOPE_ALL, 0, 10, 99, 0)), "");
	int64_t next;
	assert_ok(post_next_publication(f->ro, NOW, &next, &f->err), &f->err);
	assert_int_equal(next, NOW + 1);
	assert_ok(post_next_publication(f->ro, NOW + 1, &next, &f->err), &f->err);
	assert_int_equal(next, 0);
}

static void posts_of_the_same_second_keep_one_order(void **state)
{
	struct fixture *f = *state;
	int64_t a = post_at(f, "a", NOW), b = post_at(f, "b", NOW), c = post_at(f, "c", NOW);
	struct post_around around;
	assert_string_equal(titles(f, list(f, POST_SCOPE_ALL, 0, 10, 0, 0)), "c b a");
	assert_ok(post_list_around(f->ro, b, NOW, NOW, &f->arena, &around, &f->err), &f->err);
	assert_int_equal(around.newer.id, c);
	assert_int_equal(around.older.id, a);
	assert_ok(post_list_around(f->ro, c, NOW, NOW, &f->arena, &around, &f->err), &f->err);
	assert_false(around.has_newer);
	assert_true(around.has_older);
}

static void neighbours_leave_out_the_future(void **state)
{
	struct fixture *f = *state;
	int64_t id = post_at(f, "now", NOW);
	struct post_around around;
	post_at(f, "future", NOW + 1);
	assert_ok(post_list_around(f->ro, id, NOW, NOW, &f->arena, &around, &f->err), &f->err);
	assert_false(around.has_newer || around.has_older);
	assert_ok(post_list_around(f->ro, id, NOW, NOW + 1, &f->arena, &around, &f->err), &f->err);
	assert_true(around.has_newer);
}

static void cards_carry_tags_and_authors_in_order(void **state)
{
	struct fixture *f = *state;
	int64_t id = post_at(f, "p", NOW), tags[2], author;
	struct user user = { .public_id = STR("u"), .role = STR("author"), .name = STR("Ada"), .slug = STR("ada") };
	struct db_tx *tx = fixture_begin(f);
	assert_ok(tag_ensure(tx, STR("x"), STR("X"), NOW, &tags[1], &f->err), &f->err);
	assert_ok(tag_ensure(tx, STR("y"), STR("Y"), NOW, &tags[0], &f->err), &f->err);
	assert_ok(user_insert(tx, &user, &author, &f->err), &f->err);
	assert_ok(post_set_tags(tx, id, tags, 2, &f->err), &f->err);
	assert_ok(post_set_authors(tx, id, &author, 1, &f->err), &f->err);
	fixture_commit(f, tx);
	struct post_cards cards = list(f, POST_SCOPE_TAG, tags[1], 10, 0, POST_LIST_REFS);
	assert_int_equal(cards.count, 1);
	assert_int_equal(cards.items[0].tag_count, 2);
	assert_str(cards.items[0].tags[0].name, "Y");
	assert_str(cards.items[0].authors[0].slug, "ada");
	assert_int_equal(list(f, POST_SCOPE_AUTHOR, author, 10, 0, 0).count, 1);
	assert_int_equal(list(f, POST_SCOPE_AUTHOR, author + 1, 10, 0, 0).count, 0);
	assert_int_equal(list(f, POST_SCOPE_MONTH, 202311, 10, 0, 0).count, 1);
	assert_int_equal(list(f, POST_SCOPE_YEAR, 2022, 10, 0, 0).count, 0);
}

static void related_posts_share_the_rarest_tags(void **state)
{
	struct fixture *f = *state;
	int64_t ids[6], common, rare;
	struct post_cards cards;
	struct db_tx *tx;
	for (int i = 0; i < 6; i++) {
		char key[8];
		snprintf(key, sizeof key, "p%d", i);
		ids[i] = post_at(f, arena_printf(&f->arena, "%s", key).p, NOW - i * (int64_t)DAY + (i == 5 ? 30 * (int64_t)DAY : 0));
	}
	tx = fixture_begin(f);
	assert_ok(tag_ensure(tx, STR("common"), STR("c"), NOW, &common, &f->err), &f->err);
	assert_ok(tag_ensure(tx, STR("rare"), STR("r"), NOW, &rare, &f->err), &f->err);
	for (int i = 0; i < 4; i++)
		assert_ok(post_set_tags(tx, ids[i], (int64_t[]){ common, rare }, i == 0 || i == 3 ? 2 : 1, &f->err), &f->err);
	assert_ok(post_set_tags(tx, ids[4], &rare, 1, &f->err), &f->err);
	assert_ok(post_set_tags(tx, ids[5], &common, 1, &f->err), &f->err); /* of the future */
	fixture_commit(f, tx);
	assert_ok(post_list_related(f->ro, ids[0], NOW, 10, 0, &f->arena, &cards, &f->err), &f->err);
	/* p3 shares both; p4 the rare one; p1 is newer than p2. */
	assert_string_equal(titles(f, cards), "p3 p4 p1 p2");
	assert_ok(post_list_related(f->ro, ids[0], NOW, 1, 0, &f->arena, &cards, &f->err), &f->err);
	assert_string_equal(titles(f, cards), "p3");
}

static void pages_come_by_parent_and_order(void **state)
{
	struct fixture *f = *state;
	struct post_cards cards;
	struct post top = fixture_post(f, "top"), child = fixture_post(f, "child"), first = fixture_post(f, "first");
	top.kind = child.kind = first.kind = STR("page");
	top.menu_order = 2;
	first.menu_order = 1;
	child.parent_id = fixture_insert(f, &top);
	fixture_insert(f, &child);
	fixture_insert(f, &first);
	add(f, "hidden", "page", "published", "unlisted", NOW);
	add(f, "later", "page", "published", "public", NOW + 1);
	assert_ok(page_list(f->ro, NOW, 10, &f->arena, &cards, &f->err), &f->err);
	assert_string_equal(titles(f, cards), "first top child");
	assert_ok(page_list_children(f->ro, child.parent_id, NOW, 10, &f->arena, &cards, &f->err), &f->err);
	assert_string_equal(titles(f, cards), "child");
}

static void translations_are_found_by_their_group(void **state)
{
	struct fixture *f = *state;
	struct post_cards cards;
	static const char *const langs[] = { "en", "de", "fr" };
	for (int i = 0; i < 3; i++) {
		struct post post = fixture_post(f, langs[i]);
		post.lang = str_of(langs[i]);
		post.translation_group = STR("g");
		post.published_ms = i == 2 ? NOW + 1 : NOW;
		fixture_insert(f, &post);
	}
	assert_ok(post_list_translations(f->ro, STR("g"), NOW, &f->arena, &cards, &f->err), &f->err);
	assert_string_equal(titles(f, cards), "de en");
}

static void every_status_is_listed_for_its_owner_by_keyset(void **state)
{
	struct fixture *f = *state;
	struct post_cards cards;
	static const char *const states[] = { "draft", "published", "draft", "trash" };
	for (int i = 0; i < 4; i++) {
		char key[8];
		snprintf(key, sizeof key, "p%d", i);
		struct post post = fixture_post(f, arena_printf(&f->arena, "%s", key).p);
		post.status = str_of(states[i]);
		post.kind = i == 2 ? STR("page") : STR("post");
		post.updated_ms = NOW + i / 2; /* two and two the same */
		fixture_insert(f, &post);
	}
#define ANY(kind, status, ms, id, limit) \
	assert_ok(post_list_any(f->ro, 0, kind, status, ms, id, limit, 0, &f->arena, &cards, &f->err), &f->err)
	ANY(STR_NONE, STR_NONE, INT64_MAX, INT64_MAX, 10);
	assert_string_equal(titles(f, cards), "p3 p2 p1 p0");
	ANY(STR_NONE, STR_NONE, cards.items[1].updated_ms, cards.items[1].id, 1);
	assert_string_equal(titles(f, cards), "p1");
	ANY(STR_NONE, STR("draft"), INT64_MAX, INT64_MAX, 10);
	assert_string_equal(titles(f, cards), "p2 p0");
	ANY(STR("page"), STR_NONE, INT64_MAX, INT64_MAX, 10);
	assert_string_equal(titles(f, cards), "p2");
	ANY(STR("post"), STR("draft"), INT64_MAX, INT64_MAX, 10);
	assert_string_equal(titles(f, cards), "p0");
#undef ANY
}

static void a_person_sees_what_that_person_writes(void **state)
{
	struct fixture *f = *state;
	struct post_cards cards;
	struct user person = { .public_id = STR("w"), .name = STR("W"), .slug = STR("w"), .role = STR("author") };
	int64_t writer, last = 0;
	struct db_tx *tx = fixture_begin(f);
	assert_ok(user_insert(tx, &person, &writer, &f->err), &f->err);
	fixture_commit(f, tx);
	for (int i = 0; i < 6; i++) {
		struct post post = fixture_post(f, arena_printf(&f->arena, "p%d", i).p);
		post.status = i % 2 ? STR("draft") : STR("published");
		post.kind = i == 5 ? STR("page") : STR("post");
		post.updated_ms = NOW + i / 2;
		last = fixture_insert(f, &post);
		tx = fixture_begin(f);
		if (i > 1)
			assert_ok(post_set_authors(tx, last, &writer, 1, &f->err), &f->err);
		fixture_commit(f, tx);
	}
	static const struct {
		const char *kind, *status, *titles;
	} cases[] = {
		{ "", "", "p5 p4 p3 p2" }, { "page", "", "p5" }, { "", "draft", "p5 p3" }, { "post", "published", "p4 p2" },
		{ "post", "trash", "" },
	};
#define OWN(person, kind, status, ms, id) \
	assert_ok(post_list_any(f->ro, person, kind, status, ms, id, 10, 0, &f->arena, &cards, &f->err), &f->err)
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		OWN(writer, str_of(cases[i].kind), str_of(cases[i].status), INT64_MAX, INT64_MAX);
		assert_string_equal(titles(f, cards), cases[i].titles);
	}
	OWN(writer, STR_NONE, STR_NONE, NOW + 2, last);
	assert_string_equal(titles(f, cards), "p4 p3 p2");
	OWN(writer + 1, STR_NONE, STR_NONE, INT64_MAX, INT64_MAX);
	assert_int_equal(cards.count, 0);
#undef OWN
}

static void a_sitemap_part_is_a_range_of_ids(void **state)
{
	struct fixture *f = *state;
	struct post_cards cards;
	int64_t max, lastmod;
	struct post hidden = fixture_post(f, "noindex");
	hidden.seo_noindex = true;
	post_at(f, "a", NOW - DAY);
	fixture_insert(f, &hidden);
	add(f, "page", "page", "published", "public", NOW);
	add(f, "secret", "post", "published", "password", NOW);
	post_at(f, "later", NOW + 1);
	post_at(f, "b", NOW);
	assert_ok(post_max_id(f->ro, &max, &f->err), &f->err);
	assert_int_equal(max, 6);
	assert_ok(post_list_sitemap(f->ro, 0, max, NOW, 10, &f->arena, &cards, &f->err), &f->err);
	assert_string_equal(titles(f, cards), "a page b");
	assert_ok(post_list_sitemap(f->ro, 1, 3, NOW, 10, &f->arena, &cards, &f->err), &f->err);
	assert_string_equal(titles(f, cards), "page");
	assert_ok(post_sitemap_lastmod(f->ro, 0, max, NOW, &lastmod, &f->err), &f->err);
	assert_int_equal(lastmod, NOW - DAY);
	assert_ok(post_sitemap_lastmod(f->ro, max, max + 9, NOW, &lastmod, &f->err), &f->err);
	assert_int_equal(lastmod, 0);
}

/* Steps of SQLite's virtual machine since the last call, over all statements: work, not time. */
static int steps(struct fixture *f)
{
	int sum = 0;
	for (sqlite3_stmt *st = sqlite3_next_stmt(f->ro->handle, NULL); st; st = sqlite3_next_stmt(f->ro->handle, st))
		sum += sqlite3_stmt_status(st, SQLITE_STMTSTATUS_VM_STEP, 1);
	return sum;
}

/* The old, the middle and the new post of many: no neighbour, list or relative is found by walking. */
static void lists_take_no_more_work_for_more_posts(void **state)
{
	struct fixture *f = *state;
	enum { POSTS = 3000 };
	int64_t id, tag, places[] = { 2, POSTS / 2, POSTS - 1 };
	struct db_tx *tx = fixture_begin(f);
	assert_ok(tag_ensure(tx, STR("t"), STR("T"), NOW, &tag, &f->err), &f->err);
	for (int i = 0; i < POSTS; i++) {
		char key[16];
		snprintf(key, sizeof key, "p%d", i);
		struct post post = fixture_post(f, arena_printf(&f->arena, "%s", key).p);
		post.published_ms = NOW - (POSTS - i) * (int64_t)60000;
		assert_ok(post_insert(tx, &post, &id, &f->err), &f->err);
		assert_ok(post_set_tags(tx, id, &tag, 1, &f->err), &f->err);
	}
	fixture_commit(f, tx);
	steps(f);
	for (size_t i = 0; i < COUNT_OF(places); i++) {
		struct post_around around;
		struct post_cards cards;
		int64_t at = NOW - (POSTS - places[i] + 1) * 60000;
		assert_ok(post_list_around(f->ro, places[i], at, NOW, &f->arena, &around, &f->err), &f->err);
		assert_int_equal(around.newer.id, places[i] + 1);
		assert_int_equal(around.older.id, places[i] - 1);
		assert_in_range(steps(f), 1, 300);
		assert_ok(post_list_related(f->ro, places[i], NOW, 3, 0, &f->arena, &cards, &f->err), &f->err);
		assert_in_range(steps(f), 1, 1500);
	}
	for (int scope = 0; scope < POST_SCOPE_FEATURED; scope++) {
		struct post_query q = { (enum post_scope)scope, scope == POST_SCOPE_TAG ? tag : 202311, NOW, 10, 0, 0 };
		list(f, q.scope, q.scope_id, 10, 0, 0);
		assert_in_range(steps(f), 1, 1500);
		assert_ok(post_count(f->ro, &q, &id, &f->err), &f->err);
		assert_in_range(steps(f), 1, 200);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		store_test(only_what_is_listed_and_due_is_on_lists),
		store_test(posts_of_the_same_second_keep_one_order),
		store_test(neighbours_leave_out_the_future),
		store_test(cards_carry_tags_and_authors_in_order),
		store_test(related_posts_share_the_rarest_tags),
		store_test(pages_come_by_parent_and_order),
		store_test(translations_are_found_by_their_group),
		store_test(every_status_is_listed_for_its_owner_by_keyset),
		store_test(a_person_sees_what_that_person_writes),
		store_test(a_sitemap_part_is_a_range_of_ids),
		store_test(lists_take_no_more_work_for_more_posts),
	};
	return cmocka_run_group_tests_name("store lists", tests, NULL, NULL);
}
