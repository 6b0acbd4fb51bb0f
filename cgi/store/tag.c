/* tag.c: tags, their descriptions and counts. */
#include "base/base.h"
#include "store/rows.h"
#include "store/tag.h"

#define TAG_LIST_MAX 100000

#define TAG_COLUMNS "t.id, t.slug, t.name, t.description, t.description_html, t.image, t.created_ms, t.updated_ms, "
/* ?2 is now. */
#define VISIBLE_COUNT \
	"t.listed_count - (SELECT count(*) FROM post_tag f WHERE f.tag_id = t.id AND f.listed = 1 " \
	"AND f.published_ms > ?2)"
#define SELECT_TAG "SELECT " TAG_COLUMNS VISIBLE_COUNT " FROM tag t "

/* By name, beginning behind the one with name ?3 and id ?4; ?5 and ?6 "": all of them. */
#define FOUND SELECT_TAG "WHERE t.name COLLATE NOCASE >= ?3 AND (t.name COLLATE NOCASE > ?3 OR t.id > ?4) " \
	"AND ((?5 <> '' AND instr(t.slug, ?5) > 0) OR instr(t.name, ?6) > 0) ORDER BY t.name COLLATE NOCASE, t.id LIMIT ?1"

enum { GET, BY_SLUG, BY_NAME, BY_COUNT, ALL_BY_NAME, ALL_BY_COUNT, FIND, OF_POST, BEGINNING, NAMED_BOTH, NAMED, ENSURE, UPDATE, POSTS,
       MOVE_POSTS, DELETE, SQL__MAX };

static const char *const sql[SQL__MAX] = {
	[GET] = SELECT_TAG "WHERE t.id = ?1",
	[BY_SLUG] = SELECT_TAG "WHERE t.slug = ?1",
	[BY_NAME] = SELECT_TAG "WHERE " VISIBLE_COUNT " > 0 ORDER BY t.name COLLATE NOCASE, t.id LIMIT ?1",
	[BY_COUNT] = SELECT_TAG "WHERE t.listed_count > 0 AND " VISIBLE_COUNT " > 0 "
		"ORDER BY t.listed_count DESC, t.name COLLATE NOCASE DESC, t.id DESC LIMIT ?1",
	[ALL_BY_NAME] = SELECT_TAG "ORDER BY t.name COLLATE NOCASE, t.id LIMIT ?1",
	[ALL_BY_COUNT] = SELECT_TAG "ORDER BY t.listed_count DESC, t.name COLLATE NOCASE DESC, t.id DESC LIMIT ?1",
	[FIND] = FOUND,
	[OF_POST] = "SELECT " TAG_COLUMNS "0 FROM post_tag pt CROSS JOIN tag t ON t.id = pt.tag_id "
		"WHERE pt.post_id = ?1 ORDER BY pt.position",
	[BEGINNING] = "SELECT " TAG_COLUMNS "0 FROM tag t WHERE t.slug >= ?1 AND t.slug < ?1 || '~' ORDER BY t.slug LIMIT ?2",
	[NAMED_BOTH] = "SELECT id, slug FROM tag WHERE slug = ?1 AND name = ?2 COLLATE NOCASE",
	[NAMED] = "SELECT id, slug FROM tag WHERE name = ?2 COLLATE NOCASE AND ?1 = ?1 LIMIT 1",
	[ENSURE] = "INSERT INTO tag (slug, name, created_ms, updated_ms) VALUES (?1, ?2, ?3, ?3) "
		"ON CONFLICT (slug) DO UPDATE SET slug = excluded.slug RETURNING id",
	[UPDATE] = "UPDATE tag SET (slug, name, description, description_html, image, updated_ms) = "
		"(?2, ?3, ?4, ?5, ?6, ?7) WHERE id = ?1",
	[POSTS] = "SELECT count(*) FROM post_tag WHERE tag_id = ?1",
	/* A post that has both keeps the place of the one that stays. */
	[MOVE_POSTS] = "INSERT INTO post_tag (post_id, tag_id, position, listed, published_ms) "
		"SELECT post_id, ?2, position, listed, published_ms FROM post_tag INDEXED BY post_tag_list WHERE tag_id = ?1 "
		"ON CONFLICT (post_id, tag_id) DO NOTHING",
	[DELETE] = "DELETE FROM tag WHERE id = ?1",
};

const struct statements tag_statements = { "tag.c", sql, SQL__MAX };

static void read_tag(struct db_stmt *st, struct arena *arena, void *item)
{
	struct tag *tag = item;
	tag->id = db_col_i64(st, 0);
	tag->slug = db_col_dup(st, 1, arena);
	tag->name = db_col_dup(st, 2, arena);
	tag->description = db_col_dup(st, 3, arena);
	tag->description_html = db_col_dup(st, 4, arena);
	tag->image = db_col_dup(st, 5, arena);
	tag->created_ms = db_col_i64(st, 6);
	tag->updated_ms = db_col_i64(st, 7);
	tag->count = db_col_i64(st, 8);
}

static enum rc read_one(struct db_stmt *st, struct arena *arena, struct tag *out, struct err *err)
{
	struct tag tag;
	enum rc rc = rows_one(st, "the tag", read_tag, arena, &tag, err);
	if (rc == RC_OK)
		*out = tag;
	return rc;
}

static enum rc read_all(struct db_stmt *st, struct arena *arena, struct tags *out, struct err *err)
{
	struct rows rows = ROWS_INIT(arena, struct tag);
	enum rc rc = rows_all(st, &rows, read_tag, err);
	if (rc == RC_OK)
		*out = (struct tags){ (struct tag *)rows.items, rows.count };
	return rc;
}

enum rc tag_get(struct db_ro *db, int64_t id, int64_t now_ms, struct arena *arena, struct tag *out, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_query(db, sql[GET], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, id);
	db_bind_i64(st, 2, now_ms);
	return read_one(st, arena, out, err);
}

enum rc tag_by_slug(struct db_ro *db, struct str slug, int64_t now_ms, struct arena *arena, struct tag *out,
		    struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_query(db, sql[BY_SLUG], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_str(st, 1, slug);
	db_bind_i64(st, 2, now_ms);
	return read_one(st, arena, out, err);
}

enum rc tag_list(struct db_ro *db, enum tag_order order, bool with_empty, int64_t now_ms, int64_t limit,
		 struct arena *arena, struct tags *out, struct err *err)
{
	struct db_stmt *st;
	int statement = (with_empty ? ALL_BY_NAME : BY_NAME) + (order == TAG_BY_COUNT ? 1 : 0);
	enum rc rc = db_query(db, sql[statement], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, rows_limit(limit, TAG_LIST_MAX));
	db_bind_i64(st, 2, now_ms);
	return read_all(st, arena, out, err);
}

enum rc tag_list_beginning(struct db_ro *db, struct str slug, int64_t limit, struct arena *arena, struct tags *out,
			   struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_query(db, sql[BEGINNING], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_str(st, 1, slug);
	db_bind_i64(st, 2, rows_limit(limit, TAG_LIST_MAX));
	return read_all(st, arena, out, err);
}

enum rc tag_find(struct db_ro *db, const struct tag_query *query, struct arena *arena, struct tags *out, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_query(db, sql[FIND], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, rows_limit(query->limit, TAG_LIST_MAX));
	db_bind_i64(st, 2, query->now_ms);
	rows_bind_text(st, 3, query->after_name);
	db_bind_i64(st, 4, query->after_id);
	rows_bind_text(st, 5, query->in_slug);
	rows_bind_text(st, 6, query->in_name);
	return read_all(st, arena, out, err);
}

enum rc tag_list_of_post(struct db_ro *db, int64_t post_id, struct arena *arena, struct tags *out,
			 struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_query(db, sql[OF_POST], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, post_id);
	return read_all(st, arena, out, err);
}

static enum rc named(struct db_ro *db, int statement, struct str slug, struct str name, struct arena *arena, int64_t *id,
		     struct str *its_slug, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_query(db, sql[statement], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_str(st, 1, slug);
	db_bind_str(st, 2, name);
	rc = rows_first(st, "the tag", err);
	if (rc != RC_OK)
		return rc;
	*id = db_col_i64(st, 0);
	*its_slug = db_col_dup(st, 1, arena);
	db_done(st);
	return RC_OK;
}

enum rc tag_named(struct db_ro *db, struct str slug, struct str name, struct arena *arena, int64_t *id,
		  struct str *its_slug, struct err *err)
{
	enum rc rc = named(db, NAMED_BOTH, slug, name, arena, id, its_slug, err);
	return rc == RC_NOTFOUND ? named(db, NAMED, slug, name, arena, id, its_slug, err) : rc;
}

enum rc tag_ensure(struct db_tx *tx, struct str slug, struct str name, int64_t now_ms, int64_t *id,
		   struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_prepare(tx, sql[ENSURE], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_str(st, 1, slug);
	db_bind_str(st, 2, name);
	db_bind_i64(st, 3, now_ms);
	return rows_i64(st, id, err);
}

enum rc tag_update(struct db_tx *tx, const struct tag *tag, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_prepare(tx, sql[UPDATE], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, tag->id);
	rows_bind_text(st, 2, tag->slug);
	rows_bind_text(st, 3, tag->name);
	rows_bind_text(st, 4, tag->description);
	rows_bind_text(st, 5, tag->description_html);
	rows_bind_text(st, 6, tag->image);
	db_bind_i64(st, 7, tag->updated_ms);
	return rows_touch(st, "the tag", err);
}

enum rc tag_count_posts(struct db_ro *db, int64_t id, int64_t *count, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_query(db, sql[POSTS], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, id);
	return rows_i64(st, count, err);
}

enum rc tag_move_posts(struct db_tx *tx, int64_t from_id, int64_t to_id, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_prepare(tx, sql[MOVE_POSTS], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, from_id);
	db_bind_i64(st, 2, to_id);
	return db_run(st, NULL, err);
}

enum rc tag_delete(struct db_tx *tx, int64_t id, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_prepare(tx, sql[DELETE], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, id);
	return rows_touch(st, "the tag", err);
}
