/* post_refs.c: the tags and authors of a post, replaced as a whole. */
#include "base/base.h"
#include "store/post.h"
#include "store/rows.h"

#define REFS_MAX 1000 /* of one post; comparing them is quadratic */

enum { TAGS, TAG_PUT, TAG_DROP, AUTHORS, AUTHOR_PUT, AUTHOR_DROP, EXISTS, SQL__MAX };

static const char *const sql[SQL__MAX] = {
	[TAGS] = "SELECT tag_id, position FROM post_tag WHERE post_id = ?1",
	[TAG_PUT] = "INSERT INTO post_tag (post_id, tag_id, position, listed, published_ms) "
		"SELECT id, ?2, ?3, listed, published_ms FROM post WHERE id = ?1 "
		"ON CONFLICT (post_id, tag_id) DO UPDATE SET position = excluded.position "
		"WHERE position <> excluded.position",
	[TAG_DROP] = "DELETE FROM post_tag WHERE post_id = ?1 AND tag_id = ?2",
	[AUTHORS] = "SELECT user_id, position FROM post_author WHERE post_id = ?1",
	[AUTHOR_PUT] = "INSERT INTO post_author (post_id, user_id, position, listed, published_ms) "
		"SELECT id, ?2, ?3, listed, published_ms FROM post WHERE id = ?1 "
		"ON CONFLICT (post_id, user_id) DO UPDATE SET position = excluded.position "
		"WHERE position <> excluded.position",
	[AUTHOR_DROP] = "DELETE FROM post_author WHERE post_id = ?1 AND user_id = ?2",
	[EXISTS] = "SELECT 1 FROM post WHERE id = ?1",
};

const struct statements post_refs_statements = { "post_refs.c", sql, SQL__MAX };

struct ref_sql {
	int list, put, drop;
	const char *what;
};

struct ref {
	int64_t id, position;
};

static void read_ref(struct db_stmt *st, struct arena *arena, void *item)
{
	struct ref *ref = item;
	(void)arena;
	ref->id = db_col_i64(st, 0);
	ref->position = db_col_i64(st, 1);
}

static enum rc check_post(struct db_tx *tx, int64_t post_id, struct err *err)
{
	struct db_stmt *st;
	int64_t found;
	enum rc rc = db_query(db_tx_ro(tx), sql[EXISTS], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, post_id);
	rc = rows_i64(st, &found, err);
	if (rc == RC_OK && !found)
		rc = err_set(err, RC_INVALID, "the post does not exist");
	return rc;
}

static bool has(const int64_t *ids, size_t count, int64_t id)
{
	for (size_t i = 0; i < count; i++)
		if (ids[i] == id)
			return true;
	return false;
}

static bool is_in_place(const struct rows *now, int64_t id, int64_t position)
{
	const struct ref *refs = (const struct ref *)now->items;
	for (size_t i = 0; i < now->count; i++)
		if (refs[i].id == id)
			return refs[i].position == position;
	return false;
}

static enum rc run_ref(struct db_tx *tx, int statement, int64_t post_id, int64_t id, int64_t position,
		       struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_prepare(tx, sql[statement], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, post_id);
	db_bind_i64(st, 2, id);
	if (position >= 0)
		db_bind_i64(st, 3, position);
	return db_run(st, NULL, err);
}

static enum rc replace(struct db_tx *tx, const struct ref_sql *which, const struct rows *now, int64_t post_id,
		       const int64_t *ids, size_t count, struct err *err)
{
	const struct ref *refs = (const struct ref *)now->items;
	enum rc rc = RC_OK;
	for (size_t i = 0; rc == RC_OK && i < now->count; i++)
		if (!has(ids, count, refs[i].id))
			rc = run_ref(tx, which->drop, post_id, refs[i].id, -1, err);
	int64_t position = 0;
	for (size_t i = 0; rc == RC_OK && i < count; i++) {
		if (has(ids, i, ids[i]))
			continue;
		if (!is_in_place(now, ids[i], position))
			rc = run_ref(tx, which->put, post_id, ids[i], position, err);
		if (rc == RC_INVALID)
			rc = err_set(err, rc, "the %s %lld does not exist", which->what, (long long)ids[i]);
		position++;
	}
	return rc;
}

static enum rc set_refs(struct db_tx *tx, const struct ref_sql *which, int64_t post_id, const int64_t *ids,
			size_t count, struct err *err)
{
	struct db_stmt *st;
	struct arena arena;
	enum rc rc = check_post(tx, post_id, err);
	if (rc == RC_OK && count > REFS_MAX)
		rc = err_set(err, RC_LIMIT, "a post can have at most %d of a %s", REFS_MAX, which->what);
	if (rc != RC_OK)
		return rc;
	arena_init(&arena, ARENA_MAX_B);
	struct rows now = ROWS_INIT(&arena, struct ref);
	rc = db_query(db_tx_ro(tx), sql[which->list], &st, err);
	if (rc == RC_OK) {
		db_bind_i64(st, 1, post_id);
		rc = rows_all(st, &now, read_ref, err);
	}
	if (rc == RC_OK)
		rc = replace(tx, which, &now, post_id, ids, count, err);
	arena_release(&arena);
	return rc;
}

enum rc post_set_tags(struct db_tx *tx, int64_t post_id, const int64_t *tag_ids, size_t count, struct err *err)
{
	static const struct ref_sql which = { TAGS, TAG_PUT, TAG_DROP, "tag" };
	return set_refs(tx, &which, post_id, tag_ids, count, err);
}

enum rc post_set_authors(struct db_tx *tx, int64_t post_id, const int64_t *user_ids, size_t count,
			 struct err *err)
{
	static const struct ref_sql which = { AUTHORS, AUTHOR_PUT, AUTHOR_DROP, "author" };
	return set_refs(tx, &which, post_id, user_ids, count, err);
}
