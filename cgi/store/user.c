/* user.c: people: authors with and without a login. */
#include "base/base.h"
#include "store/rows.h"
#include "store/user.h"

#define USER_LIST_MAX 10000

#define USER_COLUMNS \
	"u.id, u.public_id, u.email, u.email_folded, u.role, u.name, u.slug, u.bio, u.bio_html, u.picture, " \
	"u.website, u.lang, u.timezone, u.epoch, u.disabled_ms, u.created_ms, u.updated_ms, "
#define SELECT_USER /* ?2 is now */ \
	"SELECT " USER_COLUMNS "u.password_hash, u.listed_count - (SELECT count(*) FROM post_author f " \
	"WHERE f.user_id = u.id AND f.listed = 1 AND f.published_ms > ?2) FROM user u "

enum { GET, BY_PUBLIC_ID, BY_SLUG, BY_EMAIL, BY_NAME, NAMED, LIST, OF_POST, COUNT_ROLE, HAS_ROLE, ANY_OF_ROLE, INSERT, UPDATE, SET_PASSWORD, RENEW_HASH, END_SESSIONS,
       MOVE_POSTS, LEAVE_POSTS, DELETE_ONE, SQL__MAX };

static const char *const sql[SQL__MAX] = {
	[GET] = SELECT_USER "WHERE u.id = ?1",
	[BY_PUBLIC_ID] = SELECT_USER "WHERE u.public_id = ?1",
	[BY_SLUG] = SELECT_USER "WHERE u.slug = ?1",
	[BY_EMAIL] = SELECT_USER "WHERE u.email_folded = ?1",
	[BY_NAME] = SELECT_USER "WHERE u.name = ?1 ORDER BY u.id LIMIT 1",
	[NAMED] = "SELECT count(*) FROM (SELECT 1 FROM user WHERE name = ?1 LIMIT 2)",
	[LIST] = SELECT_USER "WHERE u.id > ?1 ORDER BY u.id LIMIT ?3",
	[OF_POST] = "SELECT " USER_COLUMNS "NULL, 0 FROM post_author pa CROSS JOIN user u ON u.id = pa.user_id "
		"WHERE pa.post_id = ?1 ORDER BY pa.position",
	[COUNT_ROLE] = "SELECT count(*) FROM user WHERE role = ?1 AND email_folded IS NOT NULL "
		"AND disabled_ms IS NULL AND password_hash IS NOT NULL",
	[HAS_ROLE] = "SELECT count(*) FROM user WHERE id = ?1 AND role = ?2 AND disabled_ms IS NULL",
	[ANY_OF_ROLE] = "SELECT count(*) FROM (SELECT 1 FROM user WHERE role = ?1 LIMIT 1)",
	[INSERT] = "INSERT INTO user (email, email_folded, role, name, slug, bio, bio_html, picture, website, "
		"lang, timezone, disabled_ms, updated_ms, public_id, password_hash, epoch, created_ms) "
		"VALUES (?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)",
	[UPDATE] = "UPDATE user SET (email, email_folded, role, name, slug, bio, bio_html, picture, website, "
		"lang, timezone, disabled_ms, updated_ms) = "
		"(?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14) WHERE id = ?1",
	[SET_PASSWORD] = "UPDATE user SET password_hash = ?2, epoch = epoch + 1, updated_ms = ?3 WHERE id = ?1",
	[RENEW_HASH] = "UPDATE user SET password_hash = ?3, updated_ms = ?4 WHERE id = ?1 AND password_hash = ?2",
	[END_SESSIONS] = "UPDATE user SET epoch = epoch + 1 WHERE id = ?1",
	/* Rows are made and removed, not changed: counts are kept by triggers on those. */
	[MOVE_POSTS] = "INSERT INTO post_author (post_id, user_id, position, listed, published_ms) "
		"SELECT post_id, ?2, position, listed, published_ms FROM post_author WHERE user_id = ?1 "
		"ON CONFLICT DO NOTHING",
	[LEAVE_POSTS] = "DELETE FROM post_author WHERE user_id = ?1",
	[DELETE_ONE] = "DELETE FROM user WHERE id = ?1",
};

const struct statements user_statements = { "user.c", sql, SQL__MAX };

static void read_user(struct db_stmt *st, struct arena *arena, void *item)
{
	struct user *user = item;
	int i = 0;
	user->id = db_col_i64(st, i++);
	user->public_id = db_col_dup(st, i++, arena);
	user->email = db_col_dup(st, i++, arena);
	user->email_folded = db_col_dup(st, i++, arena);
	user->role = db_col_dup(st, i++, arena);
	user->name = db_col_dup(st, i++, arena);
	user->slug = db_col_dup(st, i++, arena);
	user->bio = db_col_dup(st, i++, arena);
	user->bio_html = db_col_dup(st, i++, arena);
	user->picture = db_col_dup(st, i++, arena);
	user->website = db_col_dup(st, i++, arena);
	user->lang = db_col_dup(st, i++, arena);
	user->timezone = db_col_dup(st, i++, arena);
	user->epoch = db_col_i64(st, i++);
	user->disabled_ms = db_col_i64(st, i++);
	user->created_ms = db_col_i64(st, i++);
	user->updated_ms = db_col_i64(st, i++);
	user->password_hash = db_col_dup(st, i++, arena);
	user->count = db_col_i64(st, i++);
}

static enum rc read_one(struct db_stmt *st, struct arena *arena, struct user *out, struct err *err)
{
	struct user user;
	enum rc rc = rows_one(st, "the person", read_user, arena, &user, err);
	if (rc == RC_OK)
		*out = user;
	return rc;
}

static enum rc read_all(struct db_stmt *st, struct arena *arena, struct users *out, struct err *err)
{
	struct rows rows = ROWS_INIT(arena, struct user);
	enum rc rc = rows_all(st, &rows, read_user, err);
	if (rc == RC_OK)
		*out = (struct users){ (struct user *)rows.items, rows.count };
	return rc;
}

enum rc user_get(struct db_ro *db, int64_t id, int64_t now_ms, struct arena *arena, struct user *out,
		 struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_query(db, sql[GET], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, id);
	db_bind_i64(st, 2, now_ms);
	return read_one(st, arena, out, err);
}

static enum rc get_by_text(struct db_ro *db, int statement, struct str key, int64_t now_ms, struct arena *arena,
			   struct user *out, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_query(db, sql[statement], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_str(st, 1, key);
	db_bind_i64(st, 2, now_ms);
	return read_one(st, arena, out, err);
}

enum rc user_by_public_id(struct db_ro *db, struct str public_id, int64_t now_ms, struct arena *arena,
			  struct user *out, struct err *err)
{
	return get_by_text(db, BY_PUBLIC_ID, public_id, now_ms, arena, out, err);
}

enum rc user_by_slug(struct db_ro *db, struct str slug, int64_t now_ms, struct arena *arena, struct user *out,
		     struct err *err)
{
	return get_by_text(db, BY_SLUG, slug, now_ms, arena, out, err);
}

enum rc user_by_email(struct db_ro *db, struct str email_folded, int64_t now_ms, struct arena *arena,
		      struct user *out, struct err *err)
{
	return get_by_text(db, BY_EMAIL, email_folded, now_ms, arena, out, err);
}

enum rc user_by_name(struct db_ro *db, struct str name, int64_t now_ms, struct arena *arena, struct user *out,
		     struct err *err)
{
	return get_by_text(db, BY_NAME, name, now_ms, arena, out, err);
}

enum rc user_name_is_shared(struct db_ro *db, struct str name, bool *out, struct err *err)
{
	struct db_stmt *st;
	int64_t count = 0;
	enum rc rc = db_query(db, sql[NAMED], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_str(st, 1, name);
	rc = rows_i64(st, &count, err);
	if (rc == RC_OK)
		*out = count > 1;
	return rc;
}

enum rc user_list(struct db_ro *db, int64_t after_id, int64_t now_ms, int64_t limit, struct arena *arena,
		  struct users *out, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_query(db, sql[LIST], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, after_id);
	db_bind_i64(st, 2, now_ms);
	db_bind_i64(st, 3, rows_limit(limit, USER_LIST_MAX));
	return read_all(st, arena, out, err);
}

enum rc user_list_of_post(struct db_ro *db, int64_t post_id, struct arena *arena, struct users *out,
			  struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_query(db, sql[OF_POST], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, post_id);
	return read_all(st, arena, out, err);
}

enum rc user_count_role(struct db_ro *db, struct str role, int64_t *out, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_query(db, sql[COUNT_ROLE], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_str(st, 1, role);
	return rows_i64(st, out, err);
}

enum rc user_role_exists(struct db_ro *db, struct str role, bool *out, struct err *err)
{
	struct db_stmt *st;
	int64_t count = 0;
	enum rc rc = db_query(db, sql[ANY_OF_ROLE], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_str(st, 1, role);
	rc = rows_i64(st, &count, err);
	*out = count > 0;
	return rc;
}

enum rc user_has_role(struct db_ro *db, int64_t id, struct str role, bool *out, struct err *err)
{
	struct db_stmt *st;
	int64_t count = 0;
	enum rc rc = db_query(db, sql[HAS_ROLE], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, id);
	db_bind_str(st, 2, role);
	rc = rows_i64(st, &count, err);
	*out = count > 0;
	return rc;
}

/* What both INSERT and UPDATE write. */
static void bind_user(struct db_stmt *st, const struct user *user)
{
	rows_bind_nonempty(st, 2, user->email);
	rows_bind_nonempty(st, 3, user->email_folded);
	rows_bind_text(st, 4, user->role);
	rows_bind_text(st, 5, user->name);
	rows_bind_text(st, 6, user->slug);
	rows_bind_text(st, 7, user->bio);
	rows_bind_text(st, 8, user->bio_html);
	rows_bind_text(st, 9, user->picture);
	rows_bind_text(st, 10, user->website);
	rows_bind_text(st, 11, user->lang);
	rows_bind_text(st, 12, user->timezone);
	rows_bind_nonzero(st, 13, user->disabled_ms);
	db_bind_i64(st, 14, user->updated_ms);
}

enum rc user_insert(struct db_tx *tx, const struct user *user, int64_t *id, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_prepare(tx, sql[INSERT], &st, err);
	if (rc != RC_OK)
		return rc;
	bind_user(st, user);
	rows_bind_text(st, 15, user->public_id);
	rows_bind_nonempty(st, 16, user->password_hash);
	db_bind_i64(st, 17, user->epoch);
	db_bind_i64(st, 18, user->created_ms);
	rc = db_run(st, NULL, err);
	if (rc == RC_OK)
		*id = db_last_id(tx);
	return rc;
}

enum rc user_update(struct db_tx *tx, const struct user *user, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_prepare(tx, sql[UPDATE], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, user->id);
	bind_user(st, user);
	return rows_touch(st, "the person", err);
}

enum rc user_set_password(struct db_tx *tx, int64_t id, struct str password_hash, int64_t now_ms,
			  struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_prepare(tx, sql[SET_PASSWORD], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, id);
	rows_bind_nonempty(st, 2, password_hash);
	db_bind_i64(st, 3, now_ms);
	return rows_touch(st, "the person", err);
}

enum rc user_renew_hash(struct db_tx *tx, int64_t id, struct str old_hash, struct str new_hash, int64_t now_ms,
			struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_prepare(tx, sql[RENEW_HASH], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, id);
	db_bind_str(st, 2, old_hash);
	db_bind_str(st, 3, new_hash);
	db_bind_i64(st, 4, now_ms);
	return db_run(st, NULL, err);
}

static enum rc touch(struct db_tx *tx, int statement, int64_t id, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_prepare(tx, sql[statement], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, id);
	return rows_touch(st, "the person", err);
}

enum rc user_end_sessions(struct db_tx *tx, int64_t id, struct err *err)
{
	return touch(tx, END_SESSIONS, id, err);
}

enum rc user_delete(struct db_tx *tx, int64_t id, struct err *err)
{
	return touch(tx, DELETE_ONE, id, err);
}

enum rc user_move_posts(struct db_tx *tx, int64_t from_id, int64_t to_id, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_prepare(tx, sql[MOVE_POSTS], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, from_id);
	db_bind_i64(st, 2, to_id);
	rc = db_run(st, NULL, err);
	if (rc == RC_OK)
		rc = db_prepare(tx, sql[LEAVE_POSTS], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, from_id);
	return db_run(st, NULL, err);
}
