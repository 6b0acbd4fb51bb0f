/* post_address.c: what the addresses of posts are made of, for many posts at once. */
#include "base/base.h"
#include "store/post_address.h"
#include "store/rows.h"

#define LIMIT_MAX 10000

enum { LIST, SQL__MAX };

static const char *const sql[SQL__MAX] = {
	[LIST] = "SELECT id, published_ms, created_ms, public_id, slug, path, "
		"(SELECT t.slug FROM post_tag pt JOIN tag t ON t.id = pt.tag_id WHERE pt.post_id = post.id "
		"ORDER BY pt.position, pt.tag_id LIMIT 1), "
		"(SELECT u.slug FROM post_author pa JOIN user u ON u.id = pa.user_id WHERE pa.post_id = post.id "
		"ORDER BY pa.position, pa.user_id LIMIT 1) "
		"FROM post WHERE id > ?1 AND kind = 'post' AND path_fixed = 0 ORDER BY id LIMIT ?2",
};

const struct statements post_address_statements = { "post_address.c", sql, SQL__MAX };

static void read_address(struct db_stmt *st, struct arena *arena, void *item)
{
	struct post_address *address = item;
	address->id = db_col_i64(st, 0);
	address->published_ms = db_col_i64(st, 1);
	address->created_ms = db_col_i64(st, 2);
	address->public_id = db_col_dup(st, 3, arena);
	address->slug = db_col_dup(st, 4, arena);
	address->path = db_col_dup(st, 5, arena);
	address->tag_slug = db_col_dup(st, 6, arena);
	address->author_slug = db_col_dup(st, 7, arena);
}

enum rc post_address_list(struct db_ro *db, int64_t after_id, int64_t limit, struct arena *arena,
			  struct post_addresses *out, struct err *err)
{
	struct db_stmt *st;
	struct rows rows = ROWS_INIT(arena, struct post_address);
	enum rc rc = db_query(db, sql[LIST], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, after_id);
	db_bind_i64(st, 2, rows_limit(limit, LIMIT_MAX));
	rc = rows_all(st, &rows, read_address, err);
	if (rc == RC_OK)
		*out = (struct post_addresses){ (struct post_address *)rows.items, rows.count };
	return rc;
}
