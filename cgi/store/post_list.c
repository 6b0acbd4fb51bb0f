/* post_list.c: lists of posts as cards: home, tag, author, archive, feeds, neighbours, sitemap. */
#include "base/base.h"
#include "store/post_list.h"
#include "store/rows.h"

#include <math.h>

#define CARD_COLUMNS \
	"p.id, p.public_id, p.kind, p.status, p.visibility, p.title, p.slug, p.path, " \
	"CASE WHEN p.excerpt <> '' THEN p.excerpt WHEN p.visibility = 'password' THEN '' ELSE p.excerpt_auto END, " \
	"p.lang, p.translation_group, " \
	"p.image, p.image_alt, p.featured, p.has_code, p.seo_noindex, p.published_ms, p.edited_ms, " \
	"p.updated_ms, p.local_ym, p.word_count, p.parent_id, p.menu_order, p.version "
/* `keys` walks a covering index, also over a deep offset; only the cards of the page are fetched. */
#define CARDS_OF(keys) \
	"SELECT " CARD_COLUMNS "FROM (" keys " LIMIT ?3 OFFSET ?4) k CROSS JOIN post p ON p.id = k.id " \
	"ORDER BY p.published_ms DESC, p.id DESC"
#define NEWEST " ORDER BY published_ms DESC, id DESC"
#define NEWEST_REF " ORDER BY published_ms DESC, post_id DESC"
#define FROM_POST "SELECT " CARD_COLUMNS "FROM post p WHERE "
/* The plus keeps the planner from the index by time, which would mean to sort. */
#define PUBLIC_PAGE \
	"p.kind = 'page' AND p.status = 'published' AND p.visibility = 'public' AND +p.published_ms <= "
#define IN_SITEMAP \
	"p.id > ?1 AND p.id <= ?2 AND +p.status = 'published' AND p.visibility = 'public' " \
	"AND p.seo_noindex = 0 AND p.path IS NOT NULL AND p.published_ms <= ?3"
#define OF_KIND(kind) FROM_POST "p.kind = " kind " AND (p.updated_ms, p.id) < (?3, ?4)"
#define OF_STATUS(kind) FROM_POST "p.status = ?2 AND p.kind = " kind " AND (p.updated_ms, p.id) < (?3, ?4)"
#define LAST_SAVED " ORDER BY updated_ms DESC, id DESC LIMIT ?5"

enum {
	LIST, /* by enum post_scope */
	COUNT = LIST + POST_SCOPE__MAX,
	NEWER = COUNT + POST_SCOPE__MAX,
	OLDER, RELATED_TAGS, RELATED_POSTS, TRANSLATIONS, GROUP, PAGES, CHILDREN, CARD, ANY, ANY_KIND, ANY_STATUS,
	ANY_KIND_STATUS, OWN, NEXT, COUNT_PUBLISHED, SITEMAP, SITEMAP_LASTMOD, MAX_ID, TAGS, AUTHORS, HTML, SQL__MAX
};

static const char *const sql[SQL__MAX] = {
	[LIST + POST_SCOPE_ALL] = CARDS_OF(
		"SELECT id FROM post WHERE listed = 1 AND published_ms <= ?2 AND ?1 = ?1" NEWEST),
	[LIST + POST_SCOPE_TAG] = CARDS_OF(
		"SELECT post_id AS id FROM post_tag WHERE tag_id = ?1 AND listed = 1 AND published_ms <= ?2"
		NEWEST_REF),
	[LIST + POST_SCOPE_AUTHOR] = CARDS_OF(
		"SELECT post_id AS id FROM post_author WHERE user_id = ?1 AND listed = 1 "
		"AND published_ms <= ?2" NEWEST_REF),
	[LIST + POST_SCOPE_MONTH] = CARDS_OF(
		"SELECT id FROM post WHERE listed = 1 AND local_ym = ?1 AND published_ms <= ?2" NEWEST),
	/* local_ym grows with published_ms, so this order is the same and the index gives it. */
	[LIST + POST_SCOPE_YEAR] = CARDS_OF(
		"SELECT id FROM post WHERE listed = 1 AND local_ym BETWEEN ?1 * 100 AND ?1 * 100 + 99 "
		"AND published_ms <= ?2 ORDER BY local_ym DESC, published_ms DESC, id DESC"),
	/* INDEXED BY (SQLite only): the planner thinks the index by time as good and walks all of it when
	 * little is featured: 8 ms instead of 0.1 at 30 000 posts. */
	[LIST + POST_SCOPE_FEATURED] = CARDS_OF(
		"SELECT id FROM post INDEXED BY post_featured WHERE listed = 1 AND featured = 1 AND published_ms <= ?2 AND ?1 = ?1" NEWEST),
	[COUNT + POST_SCOPE_ALL] =
		"SELECT value - (SELECT count(*) FROM post WHERE listed = 1 AND published_ms > ?2) "
		"FROM counter WHERE name = 'listed_count' AND ?1 = ?1",
	[COUNT + POST_SCOPE_TAG] =
		"SELECT listed_count - (SELECT count(*) FROM post_tag WHERE tag_id = ?1 AND listed = 1 "
		"AND published_ms > ?2) FROM tag WHERE id = ?1",
	[COUNT + POST_SCOPE_AUTHOR] =
		"SELECT listed_count - (SELECT count(*) FROM post_author WHERE user_id = ?1 AND listed = 1 "
		"AND published_ms > ?2) FROM user WHERE id = ?1",
	[COUNT + POST_SCOPE_MONTH] =
		"SELECT n - (SELECT count(*) FROM post WHERE listed = 1 AND local_ym = ?1 "
		"AND published_ms > ?2) FROM archive_count WHERE ym = ?1",
	[COUNT + POST_SCOPE_YEAR] =
		"SELECT total(n) - (SELECT count(*) FROM post WHERE listed = 1 AND published_ms > ?2 "
		"AND +local_ym BETWEEN ?1 * 100 AND ?1 * 100 + 99) "
		"FROM archive_count WHERE ym BETWEEN ?1 * 100 AND ?1 * 100 + 99",
	[COUNT + POST_SCOPE_FEATURED] =
		"SELECT count(*) FROM post WHERE listed = 1 AND featured = 1 AND published_ms <= ?2 AND ?1 = ?1",
	/* One bound on the index each: given two, the planner may take the wrong one and walk. */
	[NEWER] = FROM_POST "p.listed = 1 AND (p.published_ms, p.id) > (?2, ?1) "
		"ORDER BY p.published_ms, p.id LIMIT 1",
	[OLDER] = FROM_POST "p.listed = 1 AND (p.published_ms, p.id) < (?2, ?1) "
		"ORDER BY p.published_ms DESC, p.id DESC LIMIT 1",
	[RELATED_TAGS] = "SELECT t.id, t.listed_count FROM post_tag pt CROSS JOIN tag t ON t.id = pt.tag_id "
		"WHERE pt.post_id = ?1 ORDER BY t.listed_count LIMIT 16",
	[RELATED_POSTS] = "SELECT post_id, published_ms FROM post_tag WHERE tag_id = ?1 AND listed = 1 "
		"AND published_ms <= ?2 ORDER BY published_ms DESC, post_id DESC LIMIT ?3",
	[TRANSLATIONS] = FROM_POST "p.translation_group = ?1 AND +p.status = 'published' "
		"AND p.visibility IN ('public', 'password') AND p.published_ms <= ?2 "
		"ORDER BY p.lang, p.id LIMIT 200",
	[GROUP] = FROM_POST "p.translation_group = ?1 AND +p.status <> 'trash' ORDER BY p.lang, p.id LIMIT 200",
	[PAGES] = FROM_POST PUBLIC_PAGE "?1 ORDER BY p.parent_id, p.menu_order, p.title, p.id LIMIT ?2",
	[CHILDREN] = FROM_POST PUBLIC_PAGE "?1 AND p.parent_id = ?3 ORDER BY p.menu_order, p.title, p.id LIMIT ?2",
	[CARD] = FROM_POST "p.id = ?1",
	[ANY] = OF_KIND("'post'") " UNION ALL " OF_KIND("'page'") LAST_SAVED,
	[ANY_KIND] = OF_KIND("?1") LAST_SAVED,
	[ANY_STATUS] = OF_STATUS("'post'") " UNION ALL " OF_STATUS("'page'") LAST_SAVED,
	[ANY_KIND_STATUS] = OF_STATUS("?1") LAST_SAVED,
	/* A person's own are few: they are found by the person and put into order. */
	[OWN] = "SELECT " CARD_COLUMNS "FROM post_author pa CROSS JOIN post p ON p.id = pa.post_id "
		"WHERE pa.user_id = ?6 AND (?1 = '' OR p.kind = ?1) AND (?2 = '' OR p.status = ?2) "
		"AND (p.updated_ms, p.id) < (?3, ?4) ORDER BY p.updated_ms DESC, p.id DESC LIMIT ?5",
	[NEXT] = "SELECT published_ms FROM post WHERE status = 'published' AND published_ms > ?1 "
		"ORDER BY published_ms LIMIT 1",
	[COUNT_PUBLISHED] = "SELECT count(*) FROM post WHERE status = 'published' AND published_ms > ?1 AND published_ms <= ?2",
	[SITEMAP] = FROM_POST IN_SITEMAP " ORDER BY p.id LIMIT ?4",
	[SITEMAP_LASTMOD] = "SELECT max(p.edited_ms) FROM post p WHERE " IN_SITEMAP,
	[MAX_ID] = "SELECT id FROM post ORDER BY id DESC LIMIT 1",
	[TAGS] = "SELECT t.id, t.name, t.slug, '' FROM post_tag pt CROSS JOIN tag t ON t.id = pt.tag_id "
		"WHERE pt.post_id = ?1 ORDER BY pt.position",
	[AUTHORS] = "SELECT u.id, u.name, u.slug, u.picture FROM post_author pa "
		"CROSS JOIN user u ON u.id = pa.user_id WHERE pa.post_id = ?1 ORDER BY pa.position",
	[HTML] = "SELECT html, html_before_more FROM post_body WHERE post_id = ?1",
};

const struct statements post_list_statements = { "post_list.c", sql, SQL__MAX };

static void read_card(struct db_stmt *st, struct arena *arena, void *item)
{
	struct post_card *card = item;
	int i = 0;
	card->id = db_col_i64(st, i++);
	card->public_id = db_col_dup(st, i++, arena);
	card->kind = db_col_dup(st, i++, arena);
	card->status = db_col_dup(st, i++, arena);
	card->visibility = db_col_dup(st, i++, arena);
	card->title = db_col_dup(st, i++, arena);
	card->slug = db_col_dup(st, i++, arena);
	card->path = db_col_dup(st, i++, arena);
	card->excerpt = db_col_dup(st, i++, arena);
	card->lang = db_col_dup(st, i++, arena);
	card->translation_group = db_col_dup(st, i++, arena);
	card->image = db_col_dup(st, i++, arena);
	card->image_alt = db_col_dup(st, i++, arena);
	card->featured = db_col_i64(st, i++) != 0;
	card->has_code = db_col_i64(st, i++) != 0;
	card->seo_noindex = db_col_i64(st, i++) != 0;
	card->published_ms = db_col_i64(st, i++);
	card->edited_ms = db_col_i64(st, i++);
	card->updated_ms = db_col_i64(st, i++);
	card->local_ym = db_col_i64(st, i++);
	card->word_count = db_col_i64(st, i++);
	card->parent_id = db_col_i64(st, i++);
	card->menu_order = db_col_i64(st, i++);
	card->version = db_col_i64(st, i++);
}

static void read_ref(struct db_stmt *st, struct arena *arena, void *item)
{
	struct card_ref *ref = item;
	ref->id = db_col_i64(st, 0);
	ref->name = db_col_dup(st, 1, arena);
	ref->slug = db_col_dup(st, 2, arena);
	ref->picture = db_col_dup(st, 3, arena);
}

static enum rc fill_refs(struct db_ro *db, int statement, int64_t post_id, struct arena *arena,
			 struct card_ref **items, size_t *count, struct err *err)
{
	struct db_stmt *st;
	struct rows rows = ROWS_INIT(arena, struct card_ref);
	enum rc rc = db_query(db, sql[statement], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, post_id);
	rc = rows_all(st, &rows, read_ref, err);
	*items = (struct card_ref *)rows.items;
	*count = rows.count;
	return rc;
}

static enum rc fill_html(struct db_ro *db, struct arena *arena, struct post_card *card, struct err *err)
{
	struct db_stmt *st;
	bool row;
	if (str_is(card->visibility, "password"))
		return RC_OK;
	enum rc rc = db_query(db, sql[HTML], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, card->id);
	rc = db_step(st, &row, err);
	if (rc != RC_OK || !row)
		return rc;
	card->html = db_col_dup(st, 0, arena);
	card->html_before_more = db_col_dup(st, 1, arena);
	card->has_more = str_given(card->html_before_more);
	rc = db_col_status(st, err);
	db_done(st);
	return rc;
}

static enum rc fill(struct db_ro *db, unsigned flags, struct arena *arena, struct post_card *card, struct err *err)
{
	enum rc rc = RC_OK;
	if (flags & POST_LIST_REFS) {
		rc = fill_refs(db, TAGS, card->id, arena, &card->tags, &card->tag_count, err);
		if (rc == RC_OK)
			rc = fill_refs(db, AUTHORS, card->id, arena, &card->authors, &card->author_count, err);
	}
	if (rc == RC_OK && (flags & POST_LIST_HTML))
		rc = fill_html(db, arena, card, err);
	return rc;
}

/* The cards of a statement whose parameters are bound. */
static enum rc read_cards(struct db_ro *db, struct db_stmt *st, unsigned flags, struct arena *arena,
			  struct post_cards *out, struct err *err)
{
	struct rows rows = ROWS_INIT(arena, struct post_card);
	enum rc rc = rows_all(st, &rows, read_card, err);
	struct post_card *cards = (struct post_card *)rows.items;
	for (size_t i = 0; rc == RC_OK && flags && i < rows.count; i++)
		rc = fill(db, flags, arena, &cards[i], err);
	if (rc == RC_OK)
		*out = (struct post_cards){ cards, rows.count };
	return rc;
}

enum rc post_list(struct db_ro *db, const struct post_query *query, struct arena *arena, struct post_cards *out,
		  struct err *err)
{
	struct db_stmt *st;
	if ((unsigned)query->scope >= POST_SCOPE__MAX)
		return err_set(err, RC_INTERNAL, "no such list of posts");
	enum rc rc = db_query(db, sql[LIST + query->scope], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, query->scope_id);
	db_bind_i64(st, 2, query->now_ms);
	db_bind_i64(st, 3, rows_limit(query->limit, POST_LIST_MAX));
	db_bind_i64(st, 4, query->offset < 0 ? 0 : query->offset);
	return read_cards(db, st, query->flags, arena, out, err);
}

enum rc post_count(struct db_ro *db, const struct post_query *query, int64_t *out, struct err *err)
{
	struct db_stmt *st;
	if ((unsigned)query->scope >= POST_SCOPE__MAX)
		return err_set(err, RC_INTERNAL, "no such list of posts");
	enum rc rc = db_query(db, sql[COUNT + query->scope], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, query->scope_id);
	db_bind_i64(st, 2, query->now_ms);
	return rows_i64(st, out, err);
}

static enum rc neighbour(struct db_ro *db, int statement, int64_t post_id, int64_t published_ms,
			 struct arena *arena, bool *has, struct post_card *out, struct err *err)
{
	struct db_stmt *st;
	struct post_cards cards = { NULL, 0 };
	enum rc rc = db_query(db, sql[statement], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, post_id);
	db_bind_i64(st, 2, published_ms);
	rc = read_cards(db, st, 0, arena, &cards, err);
	*has = rc == RC_OK && cards.count > 0;
	if (*has)
		*out = cards.items[0];
	return rc;
}

enum rc post_list_around(struct db_ro *db, int64_t post_id, int64_t published_ms, int64_t now_ms,
			 struct arena *arena, struct post_around *out, struct err *err)
{
	struct post_around around = { .has_newer = false };
	if (published_ms > now_ms) { /* seen from the future, everything visible is older */
		published_ms = now_ms;
		post_id = INT64_MAX;
	}
	enum rc rc = neighbour(db, NEWER, post_id, published_ms, arena, &around.has_newer, &around.newer, err);
	/* The next in time is of the future: so are all behind it. */
	around.has_newer = around.has_newer && around.newer.published_ms <= now_ms;
	if (rc == RC_OK)
		rc = neighbour(db, OLDER, post_id, published_ms, arena, &around.has_older, &around.older, err);
	if (rc == RC_OK)
		*out = around;
	return rc;
}

struct related {
	int64_t id, published_ms;
	double weight;
};

struct shared_tag {
	int64_t id, listed_count;
};

static void read_shared_tag(struct db_stmt *st, struct arena *arena, void *item)
{
	struct shared_tag *tag = item;
	(void)arena;
	tag->id = db_col_i64(st, 0);
	tag->listed_count = db_col_i64(st, 1);
}

/* Posts by id, open addressing: an id of 0 is a free place; at most half are taken. */
struct related_set {
	struct related *places;
	size_t size;
};

static void tally(struct related_set *found, int64_t id, int64_t published_ms, double weight)
{
	size_t at = (size_t)((uint64_t)id * 0x9E3779B97F4A7C15u >> 32) % found->size;
	while (found->places[at].id && found->places[at].id != id)
		at = (at + 1) % found->size;
	struct related *place = &found->places[at];
	*place = (struct related){ id, published_ms, place->weight + weight };
}

static enum rc tally_tag(struct db_ro *db, const struct shared_tag *tag, int64_t post_id, int64_t now_ms,
			 struct related_set *found, struct err *err)
{
	struct db_stmt *st;
	bool row;
	double weight = 1 / (1 + log2(1 + (double)tag->listed_count));
	enum rc rc = db_query(db, sql[RELATED_POSTS], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, tag->id);
	db_bind_i64(st, 2, now_ms);
	db_bind_i64(st, 3, POST_RELATED_DEPTH);
	while ((rc = db_step(st, &row, err)) == RC_OK && row)
		if (db_col_i64(st, 0) != post_id)
			tally(found, db_col_i64(st, 0), db_col_i64(st, 1), weight);
	return rc;
}

static bool is_nearer(const struct related *a, const struct related *b)
{
	if (a->weight != b->weight)
		return a->weight > b->weight;
	if (a->published_ms != b->published_ms)
		return a->published_ms > b->published_ms;
	return a->id > b->id;
}

/* The nearest `limit` in order: few are wanted of many, so each is put into its place or left out. */
static size_t pick_nearest(const struct related_set *found, size_t limit, struct related *best)
{
	size_t count = 0;
	for (size_t i = 0; i < found->size; i++) {
		const struct related *post = &found->places[i];
		if (!post->id || (count == limit && !is_nearer(post, &best[count - 1])))
			continue;
		size_t at = count < limit ? count++ : count - 1;
		for (; at > 0 && is_nearer(post, &best[at - 1]); at--)
			best[at] = best[at - 1];
		best[at] = *post;
	}
	return count;
}

enum rc post_list_related(struct db_ro *db, int64_t post_id, int64_t now_ms, int64_t limit, unsigned flags,
			  struct arena *arena, struct post_cards *out, struct err *err)
{
	struct db_stmt *st;
	struct rows tags = ROWS_INIT(arena, struct shared_tag);
	size_t max = (size_t)rows_limit(limit, POST_RELATED_MAX), count = 0;
	enum rc rc = db_query(db, sql[RELATED_TAGS], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, post_id);
	rc = rows_all(st, &tags, read_shared_tag, err);
	struct related_set found = { NULL, 2 * POST_RELATED_DEPTH * tags.count };
	struct related best[POST_RELATED_MAX];
	found.places = ARENA_ARRAY(arena, found.size + 1, struct related);
	for (size_t i = 0; rc == RC_OK && i < tags.count; i++)
		rc = tally_tag(db, (struct shared_tag *)tags.items + i, post_id, now_ms, &found, err);
	if (rc == RC_OK)
		count = pick_nearest(&found, max, best);
	struct post_card *cards = count ? ARENA_ARRAY(arena, count, struct post_card) : NULL;
	for (size_t i = 0; rc == RC_OK && i < count; i++)
		rc = post_card_get(db, best[i].id, flags, arena, &cards[i], err);
	if (rc == RC_OK)
		*out = (struct post_cards){ cards, count };
	return rc;
}

enum rc post_list_translations(struct db_ro *db, struct str group, int64_t now_ms, struct arena *arena,
			       struct post_cards *out, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_query(db, sql[TRANSLATIONS], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_str(st, 1, group);
	db_bind_i64(st, 2, now_ms);
	return read_cards(db, st, 0, arena, out, err);
}

enum rc post_list_group(struct db_ro *db, struct str group, struct arena *arena, struct post_cards *out, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_query(db, sql[GROUP], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_str(st, 1, group);
	return read_cards(db, st, 0, arena, out, err);
}

enum rc page_list(struct db_ro *db, int64_t now_ms, int64_t limit, struct arena *arena, struct post_cards *out,
		  struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_query(db, sql[PAGES], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, now_ms);
	db_bind_i64(st, 2, rows_limit(limit, POST_LIST_MAX));
	return read_cards(db, st, 0, arena, out, err);
}

enum rc page_list_children(struct db_ro *db, int64_t parent_id, int64_t now_ms, int64_t limit,
			   struct arena *arena, struct post_cards *out, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_query(db, sql[CHILDREN], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, now_ms);
	db_bind_i64(st, 2, rows_limit(limit, POST_LIST_MAX));
	db_bind_i64(st, 3, parent_id);
	return read_cards(db, st, 0, arena, out, err);
}

enum rc post_card_get(struct db_ro *db, int64_t id, unsigned flags, struct arena *arena, struct post_card *out,
		      struct err *err)
{
	struct db_stmt *st;
	struct post_card card = { .id = 0 };
	enum rc rc = db_query(db, sql[CARD], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, id);
	rc = rows_first(st, "the post", err);
	if (rc != RC_OK)
		return rc;
	read_card(st, arena, &card);
	rc = db_col_status(st, err);
	db_done(st);
	if (rc == RC_OK)
		rc = fill(db, flags, arena, &card, err);
	if (rc == RC_OK)
		*out = card;
	return rc;
}

enum rc post_list_any(struct db_ro *db, int64_t author_id, struct str kind, struct str status,
		      int64_t before_updated_ms, int64_t before_id, int64_t limit, unsigned flags,
		      struct arena *arena, struct post_cards *out, struct err *err)
{
	struct db_stmt *st;
	int statement = author_id ? OWN : ANY + (kind.n ? 1 : 0) + (status.n ? 2 : 0);
	enum rc rc = db_query(db, sql[statement], &st, err);
	if (rc != RC_OK)
		return rc;
	if (kind.n || author_id)
		rows_bind_text(st, 1, kind);
	if (status.n || author_id)
		rows_bind_text(st, 2, status);
	if (author_id)
		db_bind_i64(st, 6, author_id);
	db_bind_i64(st, 3, before_updated_ms);
	db_bind_i64(st, 4, before_id);
	db_bind_i64(st, 5, rows_limit(limit, POST_LIST_MAX));
	return read_cards(db, st, flags, arena, out, err);
}

enum rc post_next_publication(struct db_ro *db, int64_t now_ms, int64_t *out, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_query(db, sql[NEXT], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, now_ms);
	return rows_i64(st, out, err);
}

enum rc post_count_published(struct db_ro *db, int64_t after_ms, int64_t until_ms, int64_t *out, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_query(db, sql[COUNT_PUBLISHED], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, after_ms);
	db_bind_i64(st, 2, until_ms);
	return rows_i64(st, out, err);
}

static void bind_range(struct db_stmt *st, int64_t after_id, int64_t to_id, int64_t now_ms)
{
	db_bind_i64(st, 1, after_id);
	db_bind_i64(st, 2, to_id);
	db_bind_i64(st, 3, now_ms);
}

enum rc post_list_sitemap(struct db_ro *db, int64_t after_id, int64_t to_id, int64_t now_ms, int64_t limit,
			  struct arena *arena, struct post_cards *out, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_query(db, sql[SITEMAP], &st, err);
	if (rc != RC_OK)
		return rc;
	bind_range(st, after_id, to_id, now_ms);
	db_bind_i64(st, 4, rows_limit(limit, POST_LIST_MAX));
	return read_cards(db, st, 0, arena, out, err);
}

enum rc post_sitemap_lastmod(struct db_ro *db, int64_t after_id, int64_t to_id, int64_t now_ms, int64_t *out,
			     struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_query(db, sql[SITEMAP_LASTMOD], &st, err);
	if (rc != RC_OK)
		return rc;
	bind_range(st, after_id, to_id, now_ms);
	return rows_i64(st, out, err);
}

enum rc post_max_id(struct db_ro *db, int64_t *out, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_query(db, sql[MAX_ID], &st, err);
	return rc == RC_OK ? rows_i64(st, out, err) : rc;
}
