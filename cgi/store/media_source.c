/* media_source.c: which files came from which addresses of other sites. */
#include "base/base.h"
#include "store/media_source.h"
#include "store/rows.h"

enum { GET, PUT, SQL__MAX };

static const char *const sql[SQL__MAX] = {
	/* What is in the trash because its time was over comes out of it with whoever links it. */
	[GET] = "SELECT m.hash FROM media_source s CROSS JOIN media m ON m.hash = s.hash "
		"CROSS JOIN media_item i ON i.id = m.item_id WHERE s.url = ?1 AND i.trashed_by IS NULL",
	[PUT] = "INSERT INTO media_source (url, hash) VALUES (?1, ?2) ON CONFLICT (url) DO UPDATE SET hash = excluded.hash",
};

const struct statements media_source_statements = { "media_source.c", sql, SQL__MAX };

static void read_hash(struct db_stmt *st, struct arena *arena, void *item)
{
	*(struct str *)item = db_col_dup(st, 0, arena);
}

enum rc media_source_get(struct db_ro *db, struct str url, struct arena *arena, struct media *out, struct err *err)
{
	struct db_stmt *st;
	struct str hash;
	enum rc rc = db_query(db, sql[GET], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_str(st, 1, url);
	rc = rows_one(st, "what was fetched", read_hash, arena, &hash, err);
	return rc == RC_OK ? media_get(db, hash, arena, out, err) : rc;
}

enum rc media_source_put(struct db_tx *tx, struct str url, struct str hash, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_prepare(tx, sql[PUT], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_str(st, 1, url);
	db_bind_str(st, 2, hash);
	return db_run(st, NULL, err);
}
