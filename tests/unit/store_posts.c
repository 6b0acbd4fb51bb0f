/* store_posts.c: tests of saving and reading posts, tags, people, settings, redirects, media. */
#include "store_fixture.h"

#include "store/media.h"
#include "store/redirect.h"
#include "store/revision.h"
#include "store/setting.h"

static void every_field_of_a_post_comes_back(void **state)
{
	struct fixture *f = *state;
	struct post in = {
		.public_id = STR("a1"), .kind = STR("page"), .status = STR("review"), .visibility = STR("password"),
		.password_hash = STR("b1"), .slug = STR("c1"), .path = STR("/d1"), .path_fixed = true,
		.title = STR("e1"), .markdown = STR("f1"), .html = STR("g1"), .html_before_more = STR(""),
		.excerpt = STR("h1"), .excerpt_auto = STR("i1"), .lang = STR("de"), .translation_group = STR("j1"),
		.menu_order = -3, .template_name = STR("k1"), .custom = STR("{\"a\":1}"), .toc = STR("[1]"),
		.seo_title = STR("l1"), .seo_description = STR("m1"), .seo_canonical = STR("n1"),
		.seo_noindex = true, .social_title = STR("o1"), .social_description = STR("p1"),
		.social_image = STR("q1"), .image = STR("r1"), .image_alt = STR("s1"), .image_caption = STR("t1"),
		.featured = true, .published_ms = 11, .local_ym = 202401, .created_ms = 12, .updated_ms = 13,
		.edited_ms = 14, .trashed_ms = 15, .word_count = 16, .has_code = true, .render_stamp = STR("u1"),
		.import_key = STR("v1"), .content_hash = STR("w1"),
	}, out;
	struct post parent = fixture_post(f, "parent");
	in.parent_id = fixture_insert(f, &parent);
	in.id = fixture_insert(f, &in);
	in.version = 1;
	assert_ok(post_get(f->ro, in.id, &f->arena, &out, &f->err), &f->err);
#define SAME(member) assert_true(str_eq(in.member, out.member))
	SAME(public_id); SAME(kind); SAME(status); SAME(visibility); SAME(password_hash); SAME(slug); SAME(path); SAME(title);
	SAME(markdown); SAME(html); SAME(html_before_more); SAME(excerpt); SAME(excerpt_auto); SAME(lang);
	SAME(translation_group); SAME(template_name); SAME(custom); SAME(toc); SAME(seo_title);
	SAME(seo_description); SAME(seo_canonical); SAME(social_title); SAME(social_description);
	SAME(social_image); SAME(image); SAME(image_alt); SAME(image_caption); SAME(render_stamp);
	SAME(import_key); SAME(content_hash);
#undef SAME
#define SAME(member) assert_true(in.member == out.member)
	SAME(id); SAME(path_fixed); SAME(parent_id); SAME(menu_order); SAME(seo_noindex); SAME(featured);
	SAME(published_ms); SAME(local_ym); SAME(created_ms); SAME(updated_ms); SAME(edited_ms);
	SAME(trashed_ms); SAME(word_count); SAME(has_code); SAME(version);
#undef SAME
	assert_true(str_given(out.html_before_more)); /* an empty part above <!--more--> is not none */
}

static void absent_fields_come_back_absent_or_empty(void **state)
{
	struct fixture *f = *state;
	struct post in = { .public_id = STR("x"), .kind = STR("post"), .status = STR("draft"),
			   .visibility = STR("public") }, out;
	assert_ok(post_get(f->ro, fixture_insert(f, &in), &f->arena, &out, &f->err), &f->err);
	assert_false(str_given(out.path));
	assert_false(str_given(out.html_before_more));
	assert_false(str_given(out.import_key));
	assert_true(str_given(out.title) && out.title.n == 0);
	assert_str(out.custom, "{}");
	assert_str(out.toc, "[]");
	assert_int_equal(out.published_ms, 0);
	assert_int_equal(out.parent_id, 0);
}

static void a_save_over_a_newer_version_is_refused(void **state)
{
	struct fixture *f = *state;
	struct post post = fixture_post(f, "p"), out;
	post.id = fixture_insert(f, &post);
	struct db_tx *tx = fixture_begin(f);
	post.title = STR("first");
	assert_ok(post_update(tx, &post, 1, &f->err), &f->err);
	post.title = STR("second");
	assert_int_equal(post_update(tx, &post, 1, &f->err), RC_CONFLICT);
	post.id = 999;
	assert_int_equal(post_update(tx, &post, 1, &f->err), RC_NOTFOUND);
	fixture_commit(f, tx);
	assert_ok(post_by_path(f->ro, STR("/p"), &f->arena, &out, &f->err), &f->err);
	assert_str(out.title, "first");
	assert_int_equal(out.version, 2);
}

static void an_address_that_is_taken_is_named(void **state)
{
	struct fixture *f = *state;
	struct post post = fixture_post(f, "p");
	int64_t id = fixture_insert(f, &post), other;
	bool taken;
	struct db_tx *tx = fixture_begin(f);
	post.public_id = STR("other");
	assert_int_equal(post_insert(tx, &post, &other, &f->err), RC_EXISTS);
	assert_non_null(strstr(f->err.msg, "post.path"));
	db_rollback(tx);
	assert_ok(post_path_taken(f->ro, STR("/p"), 0, &taken, &f->err), &f->err);
	assert_true(taken);
	assert_ok(post_path_taken(f->ro, STR("/p"), id, &taken, &f->err), &f->err);
	assert_false(taken);
}

static void posts_are_found_by_each_of_their_names(void **state)
{
	struct fixture *f = *state;
	struct post post = fixture_post(f, "Name"), out;
	struct str path;
	int64_t id;
	post.import_key = STR("posts/name.md");
	post.id = fixture_insert(f, &post);
	assert_ok(post_by_public_id(f->ro, STR("Name"), &f->arena, &out, &f->err), &f->err);
	assert_ok(post_by_import_key(f->ro, STR("posts/name.md"), &f->arena, &out, &f->err), &f->err);
	assert_ok(post_by_slug(f->ro, STR("Name"), STR_NONE, &f->arena, &out, &f->err), &f->err);
	assert_int_equal(out.id, post.id);
	assert_int_equal(post_by_slug(f->ro, STR("Name"), STR("page"), &f->arena, &out, &f->err), RC_NOTFOUND);
	assert_int_equal(post_by_path(f->ro, STR("/name"), &f->arena, &out, &f->err), RC_NOTFOUND);
	assert_ok(post_path_fold(f->ro, STR("/NAME"), &f->arena, &path, &id, &f->err), &f->err);
	assert_str(path, "/Name");
	assert_ok(post_next(f->ro, 0, &f->arena, &out, &f->err), &f->err);
	assert_int_equal(post_next(f->ro, out.id, &f->arena, &out, &f->err), RC_NOTFOUND);
}

static void a_deleted_post_takes_what_belongs_to_it(void **state)
{
	struct fixture *f = *state;
	struct post post = fixture_post(f, "p");
	int64_t id = fixture_insert(f, &post), tag, revision_id;
	struct db_tx *tx = fixture_begin(f);
	struct revision revision = { .post_id = id, .kind = STR("save"), .title = STR("t"), .markdown = STR("m") };
	struct redirect redirect = { .from_path = STR("/old"), .post_id = id, .status = 301 };
	assert_ok(tag_ensure(tx, STR("t"), STR("T"), NOW, &tag, &f->err), &f->err);
	assert_ok(post_set_tags(tx, id, &tag, 1, &f->err), &f->err);
	assert_ok(revision_add(tx, &revision, &revision_id, &f->err), &f->err);
	assert_ok(redirect_put(tx, &redirect, &f->err), &f->err);
	assert_ok(search_put(tx, id, STR("title"), STR("body"), STR("T"), NULL, &f->err), &f->err);
	assert_ok(search_remove(tx, id, NULL, &f->err), &f->err);
	assert_ok(post_delete(tx, id, &f->err), &f->err);
	fixture_commit(f, tx);
	static const char *const tables[] = {
		"SELECT count(*) FROM post", "SELECT count(*) FROM post_body", "SELECT count(*) FROM post_tag",
		"SELECT count(*) FROM revision", "SELECT count(*) FROM redirect", "SELECT count(*) FROM post_text",
		"SELECT count(*) FROM vocab", "SELECT listed_count FROM tag",
	};
	for (size_t i = 0; i < COUNT_OF(tables); i++)
		assert_int_equal(fixture_number(f, tables[i]), 0);
}

static void tags_keep_their_order_and_unknown_ones_are_refused(void **state)
{
	struct fixture *f = *state;
	struct post post = fixture_post(f, "p");
	int64_t id = fixture_insert(f, &post), ids[3], wrong[] = { 1, 77 };
	struct tags tags;
	struct db_tx *tx = fixture_begin(f);
	for (int i = 0; i < 3; i++) {
		struct str slug = arena_printf(&f->arena, "t%d", i);
		assert_ok(tag_ensure(tx, slug, slug, NOW, &ids[i], &f->err), &f->err);
	}
	int64_t order[] = { ids[2], ids[0], ids[2], ids[1] };
	assert_ok(post_set_tags(tx, id, order, 4, &f->err), &f->err);
	fixture_commit(f, tx);
	assert_ok(tag_list_of_post(f->ro, id, &f->arena, &tags, &f->err), &f->err);
	assert_int_equal(tags.count, 3);
	assert_str(tags.items[0].slug, "t2");
	assert_str(tags.items[1].slug, "t0");
	assert_str(tags.items[2].slug, "t1");
	tx = fixture_begin(f);
	assert_int_equal(post_set_tags(tx, id, wrong, 2, &f->err), RC_INVALID);
	assert_int_equal(post_set_tags(tx, 999, ids, 1, &f->err), RC_INVALID);
	db_rollback(tx);
}

static void tag_counts_leave_out_the_future_and_empty_tags(void **state)
{
	struct fixture *f = *state;
	struct post now = fixture_post(f, "now"), later = fixture_post(f, "later");
	later.published_ms = NOW + 1;
	int64_t ids[] = { fixture_insert(f, &now), fixture_insert(f, &later) }, both, future, empty;
	struct tags tags;
	struct tag tag;
	struct db_tx *tx = fixture_begin(f);
	assert_ok(tag_ensure(tx, STR("Both"), STR("both"), NOW, &both, &f->err), &f->err);
	assert_ok(tag_ensure(tx, STR("future"), STR("Future"), NOW, &future, &f->err), &f->err);
	assert_ok(tag_ensure(tx, STR("empty"), STR("Empty"), NOW, &empty, &f->err), &f->err);
	assert_ok(post_set_tags(tx, ids[0], &both, 1, &f->err), &f->err);
	assert_ok(post_set_tags(tx, ids[1], (int64_t[]){ both, future }, 2, &f->err), &f->err);
	fixture_commit(f, tx);
	for (int order = 0; order < TAG_ORDER__MAX; order++) {
		assert_ok(tag_list(f->ro, (enum tag_order)order, false, NOW, 10, &f->arena, &tags, &f->err), &f->err);
		assert_int_equal(tags.count, 1);
		assert_int_equal(tags.items[0].count, 1);
		assert_ok(tag_list(f->ro, (enum tag_order)order, false, NOW + 1, 10, &f->arena, &tags, &f->err), &f->err);
		assert_int_equal(tags.count, 2);
		assert_int_equal(tags.items[0].count, 2);
		assert_ok(tag_list(f->ro, (enum tag_order)order, true, NOW, 10, &f->arena, &tags, &f->err), &f->err);
		assert_int_equal(tags.count, 3);
	}
	assert_ok(tag_by_slug(f->ro, STR("Both"), NOW, &f->arena, &tag, &f->err), &f->err);
	tag.slug = STR("empty");
	tx = fixture_begin(f);
	assert_int_equal(tag_update(tx, &tag, &f->err), RC_EXISTS);
	db_rollback(tx);
}

static void people_are_kept_with_their_roles_and_epochs(void **state)
{
	struct fixture *f = *state;
	struct user in = { .public_id = STR("u"), .email = STR("A@b.c"), .email_folded = STR("a@b.c"),
		.role = STR("owner"), .name = STR("Ada"), .slug = STR("ada"), .password_hash = STR("h"),
		.created_ms = 1, .updated_ms = 2 }, out, author = { .public_id = STR("v"), .role = STR("author"),
		.name = STR("Bob"), .slug = STR("bob") };
	int64_t id, other, n;
	struct db_tx *tx = fixture_begin(f);
	assert_ok(user_insert(tx, &in, &id, &f->err), &f->err);
	assert_ok(user_insert(tx, &author, &other, &f->err), &f->err);
	author.public_id = STR("w");
	assert_int_equal(user_insert(tx, &author, &other, &f->err), RC_EXISTS);
	assert_non_null(strstr(f->err.msg, "user.slug"));
	assert_ok(user_set_password(tx, id, STR("new"), 5, &f->err), &f->err);
	fixture_commit(f, tx);
	assert_ok(user_by_email(f->ro, STR("a@b.c"), NOW, &f->arena, &out, &f->err), &f->err);
	assert_int_equal(out.id, id);
	assert_int_equal(out.epoch, 1);
	assert_str(out.password_hash, "new");
	assert_str(out.email, "A@b.c");
	assert_ok(user_by_name(f->ro, STR("Bob"), NOW, &f->arena, &out, &f->err), &f->err);
	assert_false(str_given(out.email));
	assert_ok(user_count_role(f->ro, STR("owner"), &n, &f->err), &f->err);
	assert_int_equal(n, 1);
	assert_ok(user_count_role(f->ro, STR("author"), &n, &f->err), &f->err);
	assert_int_equal(n, 0); /* Bob cannot log in */
	assert_int_equal(user_by_slug(f->ro, STR("nobody"), NOW, &f->arena, &out, &f->err), RC_NOTFOUND);
}

static void settings_are_put_replaced_and_removed(void **state)
{
	struct fixture *f = *state;
	struct settings all;
	struct str value;
	struct db_tx *tx = fixture_begin(f);
	assert_ok(setting_put(tx, STR("b"), STR("1"), NOW, &f->err), &f->err);
	assert_ok(setting_put(tx, STR("a"), STR("2"), NOW, &f->err), &f->err);
	assert_ok(setting_put(tx, STR("b"), STR(""), NOW, &f->err), &f->err);
	fixture_commit(f, tx);
	assert_ok(setting_all(f->ro, &f->arena, &all, &f->err), &f->err);
	assert_int_equal(all.count, 2);
	assert_str(all.items[0].key, "a");
	assert_ok(setting_get(f->ro, STR("b"), &f->arena, &value, &f->err), &f->err);
	assert_str(value, "");
	tx = fixture_begin(f);
	assert_ok(setting_delete(tx, STR("b"), &f->err), &f->err);
	assert_ok(setting_delete(tx, STR("b"), &f->err), &f->err);
	fixture_commit(f, tx);
	assert_int_equal(setting_get(f->ro, STR("b"), &f->arena, &value, &f->err), RC_NOTFOUND);
}

static void a_redirect_follows_its_post(void **state)
{
	struct fixture *f = *state;
	struct post post = fixture_post(f, "new");
	int64_t id = fixture_insert(f, &post);
	struct redirect to_post = { .from_path = STR("/Old"), .post_id = id, .status = 301 },
		gone = { .from_path = STR("/gone"), .status = 410 },
		away = { .from_path = STR("/away"), .to_path = STR("https://a.example/"), .status = 302 }, out;
	struct str target;
	struct redirects list;
	struct db_tx *tx = fixture_begin(f);
	assert_ok(redirect_put(tx, &to_post, &f->err), &f->err);
	assert_ok(redirect_put(tx, &gone, &f->err), &f->err);
	assert_ok(redirect_put(tx, &away, &f->err), &f->err);
	assert_ok(post_set_path(tx, id, STR("/newer"), 202311, &f->err), &f->err);
	fixture_commit(f, tx);
	assert_ok(redirect_get(f->ro, STR("/old"), &f->arena, &out, &target, &f->err), &f->err);
	assert_str(target, "/newer");
	assert_ok(redirect_get(f->ro, STR("/gone"), &f->arena, &out, &target, &f->err), &f->err);
	assert_false(str_given(target));
	assert_int_equal(out.status, 410);
	assert_ok(redirect_get(f->ro, STR("/away"), &f->arena, &out, &target, &f->err), &f->err);
	assert_str(target, "https://a.example/");
	assert_int_equal(redirect_get(f->ro, STR("/x"), &f->arena, &out, &target, &f->err), RC_NOTFOUND);
	assert_ok(redirect_list(f->ro, STR("/away"), 10, &f->arena, &list, &f->err), &f->err);
	assert_int_equal(list.count, 1); /* "/Old" sorts before "/away" */
	assert_ok(redirect_list_of_post(f->ro, id, &f->arena, &list, &f->err), &f->err);
	assert_int_equal(list.count, 1);
}

static void revisions_are_listed_newest_first_without_their_text(void **state)
{
	struct fixture *f = *state;
	struct post post = fixture_post(f, "p");
	struct revision r = { .post_id = fixture_insert(f, &post), .kind = STR("save"), .title = STR("t") }, out;
	struct revisions list;
	int64_t ids[5];
	struct db_tx *tx = fixture_begin(f);
	for (int i = 0; i < 5; i++) {
		r.markdown = arena_printf(&f->arena, "text %d", i);
		assert_ok(revision_add(tx, &r, &ids[i], &f->err), &f->err);
	}
	r.post_id = 99;
	assert_int_equal(revision_add(tx, &r, &ids[0], &f->err), RC_INVALID);
	fixture_commit(f, tx);
	assert_ok(revision_list(f->ro, 1, INT64_MAX, 2, &f->arena, &list, &f->err), &f->err);
	assert_int_equal(list.count, 2);
	assert_int_equal(list.items[0].id, ids[4]);
	assert_false(str_given(list.items[0].markdown));
	assert_ok(revision_list(f->ro, 1, list.items[1].id, 10, &f->arena, &list, &f->err), &f->err);
	assert_int_equal(list.count, 3);
	assert_ok(revision_get(f->ro, ids[4], &f->arena, &out, &f->err), &f->err);
	assert_str(out.markdown, "text 4");
}

static void media_keep_what_is_known_and_who_refers_to_them(void **state)
{
	struct fixture *f = *state;
	struct post post = fixture_post(f, "p");
	int64_t id = fixture_insert(f, &post), n;
	struct media a = { .hash = STR("aa"), .name = STR("a.png"), .mime = STR("image/png"), .size_b = 5,
		.width_px = 10, .height_px = 20, .pinned = true, .created_ms = 1, .expires_ms = 9 },
		b = { .hash = STR("bb"), .name = STR("b.png"), .created_ms = 2 }, out;
	struct medias list;
	struct db_tx *tx = fixture_begin(f);
	assert_ok(media_put(tx, &a, &f->err), &f->err);
	assert_ok(media_put(tx, &b, &f->err), &f->err);
	a.width_px = a.height_px = 0;
	a.pinned = false;
	a.expires_ms = 0;
	assert_ok(media_put(tx, &a, &f->err), &f->err);
	assert_ok(media_set_refs(tx, id, (struct str[]){ STR("bb"), STR("none"), STR("bb") }, 3, &f->err), &f->err);
	fixture_commit(f, tx);
	assert_ok(media_get(f->ro, STR("aa"), &f->arena, &out, &f->err), &f->err);
	assert_int_equal(out.width_px, 10);
	assert_int_equal(out.expires_ms, 0);
	assert_true(out.pinned);
	assert_ok(media_ref_count(f->ro, STR("bb"), &n, &f->err), &f->err);
	assert_int_equal(n, 1);
	assert_ok(media_list_of_post(f->ro, id, &f->arena, &list, &f->err), &f->err);
	assert_int_equal(list.count, 1);
	assert_ok(media_list(f->ro, INT64_MAX, STR_NONE, 1, &f->arena, &list, &f->err), &f->err);
	assert_str(list.items[0].hash, "bb");
	assert_ok(media_list(f->ro, 2, STR("bb"), 1, &f->arena, &list, &f->err), &f->err);
	assert_str(list.items[0].hash, "aa");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		store_test(every_field_of_a_post_comes_back),
		store_test(absent_fields_come_back_absent_or_empty),
		store_test(a_save_over_a_newer_version_is_refused),
		store_test(an_address_that_is_taken_is_named),
		store_test(posts_are_found_by_each_of_their_names),
		store_test(a_deleted_post_takes_what_belongs_to_it),
		store_test(tags_keep_their_order_and_unknown_ones_are_refused),
		store_test(tag_counts_leave_out_the_future_and_empty_tags),
		store_test(people_are_kept_with_their_roles_and_epochs),
		store_test(settings_are_put_replaced_and_removed),
		store_test(a_redirect_follows_its_post),
		store_test(revisions_are_listed_newest_first_without_their_text),
		store_test(media_keep_what_is_known_and_who_refers_to_them),
	};
	return cmocka_run_group_tests_name("store posts", tests, NULL, NULL);
}
