/* revision_thin.c: fewer revisions the older they are. */
#include "base/base.h"

#include "store/revision_thin.h"
#include "store/rows.h"

#define HOUR_MS INT64_C(3600000)
#define DAY_MS (24 * HOUR_MS)
#define WEEK_MS (7 * DAY_MS)

/* THE rule: from that age on one a slot is enough. */
static const struct { int64_t age_ms, slot_ms; } steps[] = {
	{ DAY_MS, HOUR_MS },
	{ WEEK_MS, DAY_MS },
	{ 30 * DAY_MS, WEEK_MS },
};

enum { DUE, KEEP, REMOVE, SQL__MAX };

static const char *const sql[SQL__MAX] = {
	[DUE] = "SELECT id, post_id, created_ms FROM revision WHERE thinned = ?1 AND created_ms < ?2 AND thinned < 3 "
		"ORDER BY created_ms LIMIT ?3",
	[KEEP] = "UPDATE revision SET thinned = ?2 WHERE id = ?1",
	/* In the JSON of the fields a quote within a text has a backslash before it: only the status matches. */
	[REMOVE] = "DELETE FROM revision WHERE id = ?1 AND name = '' AND fields NOT LIKE '%\"status\":\"published\"%' "
		"AND EXISTS (SELECT 1 FROM revision AS r WHERE r.post_id = ?2 AND r.id > ?1 AND r.created_ms < ?3) "
		/* By whose rights the post stands is read from the last that was saved. */
		"AND (kind = 'autosave' OR EXISTS (SELECT 1 FROM revision AS s WHERE s.post_id = ?2 AND s.id > ?1 "
		"AND s.kind <> 'autosave'))",
};

const struct statements revision_thin_statements = { "revision_thin.c", sql, SQL__MAX };

struct due {
	int64_t id, post_id, created_ms;
};

static void read_due(struct db_stmt *st, struct arena *arena, void *item)
{
	(void)arena;
	*(struct due *)item = (struct due){ db_col_i64(st, 0), db_col_i64(st, 1), db_col_i64(st, 2) };
}

static enum rc find_due(struct db_ro *db, size_t step, int64_t now_ms, int64_t limit, struct rows *rows,
			struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_query(db, sql[DUE], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, (int64_t)step);
	db_bind_i64(st, 2, now_ms - steps[step].age_ms);
	db_bind_i64(st, 3, limit);
	return rows_all(st, rows, read_due, err);
}

/* Goes when a later one of the same post lies in its slot. */
static enum rc remove_one(struct db_tx *tx, const struct due *due, size_t step, int64_t *removed, struct err *err)
{
	struct db_stmt *st;
	int64_t slot_ms = steps[step].slot_ms, slot_end_ms = (due->created_ms / slot_ms + 1) * slot_ms, n = 0;
	enum rc rc = db_prepare(tx, sql[REMOVE], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, due->id);
	db_bind_i64(st, 2, due->post_id);
	db_bind_i64(st, 3, slot_end_ms);
	rc = db_run(st, &n, err);
	*removed += n;
	if (rc != RC_OK || n)
		return rc;
	rc = db_prepare(tx, sql[KEEP], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, due->id);
	db_bind_i64(st, 2, (int64_t)step + 1);
	return db_run(st, NULL, err);
}

enum rc revision_thin(struct db_tx *tx, int64_t now_ms, int64_t limit, int64_t *looked, int64_t *removed,
		      struct err *err)
{
	struct arena arena;
	enum rc rc = RC_OK;
	arena_init(&arena, ARENA_MAX_B);
	*looked = *removed = 0;
	for (size_t step = 0; rc == RC_OK && step < COUNT_OF(steps) && *looked < limit; step++) {
		struct rows rows = ROWS_INIT(&arena, struct due);
		rc = find_due(db_tx_ro(tx), step, now_ms, limit - *looked, &rows, err);
		const struct due *due = (const struct due *)(const void *)rows.items;
		for (size_t i = 0; rc == RC_OK && i < rows.count; i++, ++*looked)
			rc = remove_one(tx, &due[i], step, removed, err);
	}
	arena_release(&arena);
	return rc;
}

enum rc revision_thin_due(struct db_ro *db, int64_t now_ms, bool *due, struct err *err)
{
	struct arena arena;
	enum rc rc = RC_OK;
	arena_init(&arena, ARENA_MAX_B);
	*due = false;
	for (size_t step = 0; rc == RC_OK && step < COUNT_OF(steps) && !*due; step++) {
		struct rows rows = ROWS_INIT(&arena, struct due);
		rc = find_due(db, step, now_ms, 1, &rows, err);
		*due = rows.count > 0;
	}
	arena_release(&arena);
	return rc;
}
