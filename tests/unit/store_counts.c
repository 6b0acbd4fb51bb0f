/* store_counts.c: kept counts, copies and public_seq against a naive recount over random changes. */
#include "store_fixture.h"

#include "store/archive.h"
#include "store/redirect.h"
#include "store/revision.h"
#include "store/setting.h"
#include "store/site.h"

#define OPERATIONS 2000
#define POSTS 40
#define TAGS 6
#define AUTHORS 3

struct world {
	struct fixture *f;
	uint32_t seed;
	int64_t posts[POSTS]; /* 0: not there */
	int64_t tags[TAGS], authors[AUTHORS];
	int made;
};

static uint32_t next_random(struct world *w, uint32_t below)
{
	w->seed = w->seed * 1664525u + 1013904223u;
	return (w->seed >> 8) % below;
}

static struct str pick(struct world *w, const char *const *words, uint32_t count)
{
	return str_of(words[next_random(w, count)]);
}

static void shake(struct world *w, struct post *post)
{
	static const char *const kinds[] = { "post", "post", "post", "page" };
	static const char *const states[] = { "draft", "published", "published", "published", "review", "trash" };
	static const char *const visible[] = { "public", "public", "public", "unlisted", "password", "team" };
	post->kind = pick(w, kinds, COUNT_OF(kinds));
	post->status = pick(w, states, COUNT_OF(states));
	post->visibility = pick(w, visible, COUNT_OF(visible));
	int64_t day = (int64_t)next_random(w, 120) - 90; /* a quarter lies in the future */
	post->published_ms = next_random(w, 12) == 0 ? 0 : NOW + day * DAY;
	post->local_ym = post->published_ms ? 202308 + (day + 90) / 30 : 0;
	post->featured = next_random(w, 4) == 0;
	post->updated_ms = NOW + next_random(w, 1000);
}

static void set_refs(struct world *w, struct db_tx *tx, int64_t id)
{
	int64_t ids[TAGS];
	size_t count = next_random(w, TAGS);
	for (size_t i = 0; i < count; i++)
		ids[i] = w->tags[next_random(w, TAGS)];
	assert_ok(post_set_tags(tx, id, ids, count, &w->f->err), &w->f->err);
	count = next_random(w, AUTHORS);
	for (size_t i = 0; i < count; i++)
		ids[i] = w->authors[next_random(w, AUTHORS)];
	assert_ok(post_set_authors(tx, id, ids, count, &w->f->err), &w->f->err);
}

static void operate(struct world *w)
{
	struct fixture *f = w->f;
	uint32_t at = next_random(w, POSTS), what = next_random(w, 10);
	struct db_tx *tx = fixture_begin(f);
	if (!w->posts[at]) {
		char key[32];
		snprintf(key, sizeof key, "p%d", w->made++);
		struct post post = fixture_post(f, arena_printf(&f->arena, "%s", key).p);
		shake(w, &post);
		assert_ok(post_insert(tx, &post, &w->posts[at], &f->err), &f->err);
		set_refs(w, tx, w->posts[at]);
	} else if (what < 1) {
		assert_ok(post_delete(tx, w->posts[at], &f->err), &f->err);
		w->posts[at] = 0;
	} else if (what < 4) {
		set_refs(w, tx, w->posts[at]);
	} else {
		struct post post;
		assert_ok(post_get(db_tx_ro(tx), w->posts[at], &f->arena, &post, &f->err), &f->err);
		shake(w, &post);
		assert_ok(post_update(tx, &post, post.version, &f->err), &f->err);
	}
	if (next_random(w, 50) == 0) {
		uint32_t tag = next_random(w, TAGS);
		assert_ok(tag_delete(tx, w->tags[tag], &f->err), &f->err);
		struct str slug = arena_printf(&f->arena, "t%u", tag);
		assert_ok(tag_ensure(tx, slug, slug, NOW, &w->tags[tag], &f->err), &f->err);
	}
	if (next_random(w, 8) == 0)
		db_rollback(tx), memset(w->posts, 0, sizeof w->posts);
	else
		fixture_commit(f, tx);
}

/* After a rollback the model is read anew. */
static void reread(struct world *w)
{
	struct db_stmt *st;
	bool row;
	size_t n = 0;
	memset(w->posts, 0, sizeof w->posts);
	assert_ok(db_query(w->f->ro, "SELECT id FROM post ORDER BY id", &st, &w->f->err), &w->f->err);
	while (db_step(st, &row, &w->f->err) == RC_OK && row && n < POSTS)
		w->posts[n++] = db_col_i64(st, 0);
	if (n == POSTS)
		db_done(st);
	for (uint32_t i = 0; i < TAGS; i++) {
		struct tag tag;
		struct str slug = arena_printf(&w->f->arena, "t%u", i);
		assert_ok(tag_by_slug(w->f->ro, slug, NOW, &w->f->arena, &tag, &w->f->err), &w->f->err);
		w->tags[i] = tag.id;
	}
}

#define LISTED \
	"p.kind = 'post' AND p.status = 'published' AND p.visibility IN ('public', 'password') " \
	"AND p.published_ms IS NOT NULL"

#define TALLIED \
	"SELECT 0, status, count(*) FROM post GROUP BY status UNION ALL SELECT pa.user_id, p.status, count(*) " \
	"FROM post_author pa JOIN post p ON p.id = pa.post_id GROUP BY pa.user_id, p.status"

static void compare_kept(struct fixture *f)
{
	static const char *const wrong[] = {
		"SELECT value - (SELECT count(*) FROM post p WHERE " LISTED ") FROM counter "
		"WHERE name = 'listed_count'",
		"SELECT count(*) FROM tag t WHERE listed_count <> (SELECT count(*) FROM post_tag pt "
		"JOIN post p ON p.id = pt.post_id WHERE pt.tag_id = t.id AND " LISTED ")",
		"SELECT count(*) FROM user u WHERE listed_count <> (SELECT count(*) FROM post_author pa "
		"JOIN post p ON p.id = pa.post_id WHERE pa.user_id = u.id AND " LISTED ")",
		"SELECT count(*) FROM post_tag pt JOIN post p ON p.id = pt.post_id "
		"WHERE pt.listed <> (" LISTED ") OR pt.published_ms IS NOT p.published_ms",
		"SELECT count(*) FROM post_author pa JOIN post p ON p.id = pa.post_id "
		"WHERE pa.listed <> (" LISTED ") OR pa.published_ms IS NOT p.published_ms",
		"SELECT count(*) FROM (SELECT ym, n FROM archive_count EXCEPT "
		"SELECT local_ym, count(*) FROM post p WHERE " LISTED " AND local_ym IS NOT NULL GROUP BY local_ym)",
		"SELECT count(*) FROM (SELECT local_ym, count(*) FROM post p WHERE " LISTED
		" AND local_ym IS NOT NULL GROUP BY local_ym EXCEPT SELECT ym, n FROM archive_count)",
		/* What the admin's list walks. */
		"SELECT count(*) FROM post_tag pt JOIN post p ON p.id = pt.post_id WHERE pt.updated_ms <> p.updated_ms",
		"SELECT count(*) FROM post_author pa JOIN post p ON p.id = pa.post_id WHERE pa.updated_ms <> p.updated_ms",
		"SELECT count(*) FROM post p WHERE tag_ids <> (SELECT coalesce(',' || group_concat(tag_id, ',') || ',', '') "
		"FROM (SELECT tag_id FROM post_tag WHERE post_id = p.id ORDER BY position))",
		"SELECT count(*) FROM post p WHERE author_ids <> (SELECT coalesce(',' || group_concat(user_id, ',') || ',', '') "
		"FROM (SELECT user_id FROM post_author WHERE post_id = p.id ORDER BY position))",
		"SELECT count(*) FROM (SELECT user_id, status, n FROM post_tally WHERE n <> 0 EXCEPT SELECT * FROM (" TALLIED "))",
		"SELECT count(*) FROM (SELECT * FROM (" TALLIED ") EXCEPT SELECT user_id, status, n FROM post_tally)",
	};
	for (size_t i = 0; i < COUNT_OF(wrong); i++)
		assert_int_equal(fixture_number(f, wrong[i]), 0);
}

/* Lists and counts of every scope agree with each other. */
static void compare_lists(struct world *w)
{
	struct fixture *f = w->f;
	for (int scope = 0; scope < POST_SCOPE__MAX; scope++) {
		struct post_query q = { .scope = (enum post_scope)scope, .now_ms = NOW, .limit = 1000 };
		q.scope_id = scope == POST_SCOPE_TAG ? w->tags[0] : scope == POST_SCOPE_AUTHOR ? w->authors[0] :
			     scope == POST_SCOPE_MONTH ? 202310 : 2023;
		struct post_cards cards;
		int64_t count;
		assert_ok(post_list(f->ro, &q, &f->arena, &cards, &f->err), &f->err);
		assert_ok(post_count(f->ro, &q, &count, &f->err), &f->err);
		assert_int_equal(count, cards.count);
		for (size_t i = 0; i < cards.count; i++) {
			assert_true(cards.items[i].published_ms <= NOW);
			assert_str(cards.items[i].status, "published");
			assert_true(i == 0 || cards.items[i - 1].published_ms >= cards.items[i].published_ms);
		}
	}
	struct archive archive;
	struct post_query all = { .scope = POST_SCOPE_ALL, .now_ms = NOW };
	int64_t sum = 0, count;
	assert_ok(archive_list(f->ro, NOW, &f->arena, &archive, &f->err), &f->err);
	for (size_t i = 0; i < archive.count; i++)
		sum += archive.items[i].count;
	assert_ok(post_count(f->ro, &all, &count, &f->err), &f->err);
	assert_int_equal(sum, count);
}

static void counts_equal_a_recount_over_random_changes(void **state)
{
	struct fixture *f = *state;
	struct world w = { .f = f, .seed = 42 };
	struct db_tx *tx = fixture_begin(f);
	for (uint32_t i = 0; i < TAGS; i++) {
		struct str slug = arena_printf(&f->arena, "t%u", i);
		assert_ok(tag_ensure(tx, slug, slug, NOW, &w.tags[i], &f->err), &f->err);
	}
	for (uint32_t i = 0; i < AUTHORS; i++) {
		struct user user = { .public_id = arena_printf(&f->arena, "u%u", i), .role = STR("author") };
		user.name = user.slug = user.public_id;
		assert_ok(user_insert(tx, &user, &w.authors[i], &f->err), &f->err);
	}
	fixture_commit(f, tx);
	/* A commit syncs; 2 000 of them are the test of another program. */
	fixture_number(f, "PRAGMA synchronous = OFF");
	for (int i = 0; i < OPERATIONS; i++) {
		operate(&w);
		reread(&w);
		compare_kept(f);
		if (i % 10 == 0)
			compare_lists(&w);
		if (i % 50 == 0)
			arena_reset(&f->arena);
	}
}

/* How far a change moves public_seq; the change runs in one transaction. */
static int64_t moved(struct fixture *f, void (*change)(struct fixture *f, struct db_tx *tx))
{
	int64_t before, after;
	assert_ok(site_public_seq(f->ro, &before, &f->err), &f->err);
	struct db_tx *tx = fixture_begin(f);
	change(f, tx);
	fixture_commit(f, tx);
	assert_ok(site_public_seq(f->ro, &after, &f->err), &f->err);
	return after - before;
}

static int64_t target; /* the post that the changes below are about */

static struct post load(struct fixture *f, struct db_tx *tx)
{
	struct post post;
	assert_ok(post_get(db_tx_ro(tx), target, &f->arena, &post, &f->err), &f->err);
	return post;
}

static void save(struct fixture *f, struct db_tx *tx, const struct post *post)
{
	assert_ok(post_update(tx, post, post->version, &f->err), &f->err);
}

static void retitle(struct fixture *f, struct db_tx *tx)
{
	struct post post = load(f, tx);
	post.title = arena_printf(&f->arena, "%.*s!", STR_ARG(post.title));
	save(f, tx, &post);
}

static void rewrite(struct fixture *f, struct db_tx *tx)
{
	struct post post = load(f, tx);
	post.markdown = arena_printf(&f->arena, "%.*s!", STR_ARG(post.markdown));
	save(f, tx, &post);
}

static void save_unchanged(struct fixture *f, struct db_tx *tx)
{
	struct post post = load(f, tx);
	post.updated_ms++;
	save(f, tx, &post);
}

static void tag_it(struct fixture *f, struct db_tx *tx)
{
	int64_t id;
	assert_ok(tag_ensure(tx, STR("new"), STR("New"), NOW, &id, &f->err), &f->err);
	assert_ok(post_set_tags(tx, target, &id, 1, &f->err), &f->err);
}

static void untag_it(struct fixture *f, struct db_tx *tx)
{
	assert_ok(post_set_tags(tx, target, NULL, 0, &f->err), &f->err);
}

static void rename_tag(struct fixture *f, struct db_tx *tx)
{
	struct tag tag;
	assert_ok(tag_by_slug(db_tx_ro(tx), STR("new"), NOW, &f->arena, &tag, &f->err), &f->err);
	tag.name = arena_printf(&f->arena, "%.*s!", STR_ARG(tag.name));
	assert_ok(tag_update(tx, &tag, &f->err), &f->err);
}

static void unlist(struct fixture *f, struct db_tx *tx)
{
	struct post post = load(f, tx);
	post.visibility = STR("unlisted");
	save(f, tx, &post);
}

static void revise(struct fixture *f, struct db_tx *tx)
{
	int64_t id;
	struct revision revision = { .post_id = target, .created_ms = NOW, .kind = STR("autosave"),
		.title = STR("x"), .markdown = STR("y") };
	assert_ok(revision_add(tx, &revision, &id, &f->err), &f->err);
}

static void index_it(struct fixture *f, struct db_tx *tx)
{
	assert_ok(search_put(tx, target, STR("title"), STR("some text"), STR(""), NULL, &f->err), &f->err);
}

static void publish(struct fixture *f, struct db_tx *tx)
{
	struct post post = load(f, tx);
	post.status = STR("published");
	save(f, tx, &post);
}

static void remove_it(struct fixture *f, struct db_tx *tx)
{
	assert_ok(post_delete(tx, target, &f->err), &f->err);
}

static void set_title_of_site(struct fixture *f, struct db_tx *tx)
{
	assert_ok(setting_put(tx, STR("title"), STR("A site"), NOW, &f->err), &f->err);
}

static void keep_books(struct fixture *f, struct db_tx *tx)
{
	assert_ok(setting_put(tx, STR("internal.last_backup"), STR("1"), NOW, &f->err), &f->err);
}

static void redirect_it(struct fixture *f, struct db_tx *tx)
{
	struct redirect r = { .from_path = STR("/old"), .post_id = target, .status = 301, .created_ms = NOW };
	assert_ok(redirect_put(tx, &r, &f->err), &f->err);
}

static void public_seq_moves_on_visible_changes_only(void **state)
{
	struct fixture *f = *state;
	struct post post = fixture_post(f, "draft");
	post.status = STR("draft");
	target = fixture_insert(f, &post);
	assert_int_equal(moved(f, retitle), 0);
	assert_int_equal(moved(f, rewrite), 0);
	assert_int_equal(moved(f, tag_it), 0);
	assert_int_equal(moved(f, rename_tag), 0);
	assert_int_equal(moved(f, revise), 0);
	assert_int_equal(moved(f, keep_books), 0);
	assert_true(moved(f, publish) > 0);
	assert_true(moved(f, retitle) > 0);
	assert_true(moved(f, rewrite) > 0);
	assert_true(moved(f, rename_tag) > 0);
	assert_true(moved(f, unlist) > 0);
	assert_true(moved(f, rename_tag) > 0); /* the post's own page names it */
	assert_true(moved(f, untag_it) > 0);
	assert_int_equal(moved(f, rename_tag), 0);
	assert_int_equal(moved(f, untag_it), 0);
	assert_int_equal(moved(f, save_unchanged), 0);
	assert_int_equal(moved(f, revise), 0);
	assert_int_equal(moved(f, index_it), 0);
	assert_true(moved(f, redirect_it) > 0);
	assert_int_equal(moved(f, redirect_it), 0);
	assert_true(moved(f, set_title_of_site) > 0);
	assert_int_equal(moved(f, set_title_of_site), 0);
	assert_true(moved(f, remove_it) > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		store_test(counts_equal_a_recount_over_random_changes),
		store_test(public_seq_moves_on_visible_changes_only),
	};
	return cmocka_run_group_tests_name("store counts", tests, NULL, NULL);
}
