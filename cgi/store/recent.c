/* recent.c: what happened last and what comes next: short lists for the first page of the admin. */
#include "base/base.h"

#include "store/recent.h"
#include "store/rows.h"

enum { SCHEDULED, OWN_SCHEDULED, SAVES, OWN_SAVES, UNSAVED, SQL__MAX };

static const char *const sql[SQL__MAX] = {
	[SCHEDULED] = ("SELECT public_id, title, published_ms, NULL, NULL, NULL FROM post WHERE status = 'published' "
		       "AND published_ms > ?1 ORDER BY published_ms LIMIT ?2"),
	/* In order, through what is to come: that is never much. */
	[OWN_SCHEDULED] = ("SELECT p.public_id, p.title, p.published_ms, NULL, NULL, NULL FROM post AS p "
			   "WHERE p.status = 'published' AND p.published_ms > ?1 AND EXISTS (SELECT 1 FROM post_author AS a "
			   "WHERE a.post_id = p.id AND a.user_id = ?3) ORDER BY p.published_ms LIMIT ?2"),
	[SAVES] = ("SELECT p.public_id, r.title, r.created_ms, u.name, r.kind, NULL FROM revision AS r "
		   "CROSS JOIN post AS p ON p.id = r.post_id LEFT JOIN user AS u ON u.id = r.user_id "
		   "WHERE r.id < ?1 ORDER BY r.id DESC LIMIT ?2"),
	/* From the person's posts, not from everybody's revisions. */
	[OWN_SAVES] = ("SELECT p.public_id, r.title, r.created_ms, u.name, r.kind, NULL FROM post_author AS a "
		       "CROSS JOIN post AS p ON p.id = a.post_id CROSS JOIN revision AS r "
		       "ON r.id = (SELECT max(l.id) FROM revision AS l WHERE l.post_id = a.post_id) "
		       "LEFT JOIN user AS u ON u.id = r.user_id WHERE a.user_id = ?3 AND r.id < ?1 AND p.status <> 'trash' "
		       "ORDER BY a.updated_ms DESC, a.post_id DESC LIMIT ?2"),
	[UNSAVED] = ("SELECT p.public_id, a.title, a.saved_ms, NULL, NULL, a.key FROM autosave AS a "
		     "LEFT JOIN post AS p ON p.id = a.post_id WHERE a.user_id = ?1 ORDER BY a.saved_ms DESC LIMIT ?2"),
};

const struct statements recent_statements = { "recent.c", sql, SQL__MAX };

static void read_recent(struct db_stmt *st, struct arena *arena, void *item)
{
	*(struct recent *)item = (struct recent){
		.public_id = db_col_dup(st, 0, arena), .title = db_col_dup(st, 1, arena), .at_ms = db_col_i64(st, 2),
		.who = db_col_dup(st, 3, arena), .kind = db_col_dup(st, 4, arena),
		.key = db_col_dup(st, 5, arena),
	};
}

/* viewer_id 0: the statement asks for nobody's. */
static enum rc read_all(struct db_ro *db, int statement, int64_t first, int64_t limit, int64_t viewer_id,
			struct arena *arena, struct recents *out, struct err *err)
{
	struct db_stmt *st;
	struct rows rows = ROWS_INIT(arena, struct recent);
	enum rc rc = db_query(db, sql[statement], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, first);
	db_bind_i64(st, 2, rows_limit(limit, RECENT_MAX));
	if (viewer_id)
		db_bind_i64(st, 3, viewer_id);
	rc = rows_all(st, &rows, read_recent, err);
	if (rc == RC_OK)
		*out = (struct recents){ (struct recent *)(void *)rows.items, rows.count };
	return rc;
}

enum rc recent_scheduled(struct db_ro *db, int64_t viewer_id, int64_t now_ms, int64_t limit, struct arena *arena,
			 struct recents *out, struct err *err)
{
	return read_all(db, viewer_id ? OWN_SCHEDULED : SCHEDULED, now_ms, limit, viewer_id, arena, out, err);
}

enum rc recent_saves(struct db_ro *db, int64_t viewer_id, int64_t limit, struct arena *arena, struct recents *out,
		     struct err *err)
{
	return read_all(db, viewer_id ? OWN_SAVES : SAVES, INT64_MAX, limit, viewer_id, arena, out, err);
}

enum rc recent_unsaved(struct db_ro *db, int64_t user_id, int64_t limit, struct arena *arena, struct recents *out,
		       struct err *err)
{
	return read_all(db, UNSAVED, user_id, limit, 0, arena, out, err);
}
