/* post.c: one post or page: reading it whole and saving it. */
#include "base/base.h"
#include "store/post.h"
#include "store/rows.h"

/* The columns of both tables in the order of `fields` and `body_fields` below. */
#define POST_COLUMNS \
	"public_id, kind, status, visibility, slug, path, path_fixed, published_ms, local_ym, edited_ms, " \
	"updated_ms, created_ms, trashed_ms, featured, has_code, word_count, title, lang, " \
	"translation_group, parent_id, menu_order, template, password_hash, image, image_alt, " \
	"image_caption, excerpt, excerpt_auto, seo_title, seo_description, seo_canonical, seo_noindex, " \
	"social_title, social_description, social_image, import_key, render_stamp, content_hash"
#define POST_VALUES \
	"?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, " \
	"?24, ?25, ?26, ?27, ?28, ?29, ?30, ?31, ?32, ?33, ?34, ?35, ?36, ?37, ?38, ?39, ?40"
#define BODY_COLUMNS "custom, toc, html_before_more, html, markdown"
#define SELECT_POST \
	"SELECT id, version, " POST_COLUMNS ", " BODY_COLUMNS \
	" FROM post CROSS JOIN post_body ON post_body.post_id = post.id "

enum {
	GET, BY_PUBLIC_ID, BY_PATH, BY_IMPORT_KEY, IMPORTED, BY_SLUG, BY_SLUG_KIND, BY_SLUG_TRASH, PATH_FOLD, PATH_TAKEN, NEXT,
	INSERT, INSERT_BODY, UPDATE, UPDATE_BODY, CURRENT, SET_RENDERED, SET_RENDERED_BODY, SET_PATH, DELETE, SQL__MAX
};

static const char *const sql[SQL__MAX] = {
	[GET] = SELECT_POST "WHERE id = ?1",
	[BY_PUBLIC_ID] = SELECT_POST "WHERE public_id = ?1",
	[BY_PATH] = SELECT_POST "WHERE path = ?1",
	[BY_IMPORT_KEY] = SELECT_POST "WHERE import_key = ?1",
	[IMPORTED] = "SELECT id, version, created_ms, status, content_hash, password_hash FROM post "
		"WHERE import_key = ?1",
	[BY_SLUG] = SELECT_POST "WHERE slug = ?1 AND status <> 'trash' ORDER BY id LIMIT 1",
	[BY_SLUG_KIND] = SELECT_POST "WHERE slug = ?1 AND kind = ?2 AND status <> 'trash' ORDER BY id LIMIT 1",
	[BY_SLUG_TRASH] = SELECT_POST "WHERE slug = ?1 AND status = 'trash' ORDER BY updated_ms DESC, id DESC LIMIT 1",
	[PATH_FOLD] = "SELECT path, id FROM post WHERE path = ?1 COLLATE NOCASE LIMIT 1",
	[PATH_TAKEN] = "SELECT 1 FROM post WHERE path = ?1 AND id <> ?2",
	[NEXT] = SELECT_POST "WHERE id > ?1 ORDER BY id LIMIT 1",
	[INSERT] = "INSERT INTO post (version, " POST_COLUMNS ") VALUES (1, " POST_VALUES ")",
	[INSERT_BODY] = "INSERT INTO post_body (post_id, " BODY_COLUMNS ") VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
	[UPDATE] = "UPDATE post SET (version, " POST_COLUMNS ") = (?2 + 1, " POST_VALUES ") "
		"WHERE id = ?1 AND version = ?2",
	[UPDATE_BODY] = "UPDATE post_body SET (" BODY_COLUMNS ") = (?2, ?3, ?4, ?5, ?6) WHERE post_id = ?1",
	[CURRENT] = "SELECT version FROM post WHERE id = ?1",
	[SET_RENDERED] = "UPDATE post SET (excerpt_auto, word_count, has_code, render_stamp) = (?2, ?3, ?4, ?5) "
		"WHERE id = ?1",
	[SET_RENDERED_BODY] = "UPDATE post_body SET (html, html_before_more, toc) = (?2, ?3, ?4) "
		"WHERE post_id = ?1",
	[SET_PATH] = "UPDATE post SET (path, local_ym) = (?2, ?3) WHERE id = ?1",
	[DELETE] = "DELETE FROM post WHERE id = ?1",
};

const struct statements post_statements = { "post.c", sql, SQL__MAX };

enum field_type {
	TEXT,      /* "" for STR_NONE */
	OPTIONAL,  /* NULL for an empty text */
	NULLABLE,  /* NULL for STR_NONE, "" kept */
	OBJECT,    /* "{}" for an empty text */
	ARRAY,     /* "[]" for an empty text */
	INTEGER,
	NONZERO,   /* NULL for 0 */
	FLAG,
};

struct field {
	enum field_type type;
	size_t at;
};

#define FIELD(type, member) { type, offsetof(struct post, member) }

static const struct field fields[] = {
	FIELD(TEXT, public_id), FIELD(TEXT, kind), FIELD(TEXT, status), FIELD(TEXT, visibility),
	FIELD(TEXT, slug), FIELD(OPTIONAL, path), FIELD(FLAG, path_fixed), FIELD(NONZERO, published_ms),
	FIELD(NONZERO, local_ym), FIELD(INTEGER, edited_ms), FIELD(INTEGER, updated_ms),
	FIELD(INTEGER, created_ms), FIELD(NONZERO, trashed_ms), FIELD(FLAG, featured), FIELD(FLAG, has_code),
	FIELD(INTEGER, word_count), FIELD(TEXT, title), FIELD(TEXT, lang), FIELD(OPTIONAL, translation_group),
	FIELD(NONZERO, parent_id), FIELD(INTEGER, menu_order), FIELD(TEXT, template_name),
	FIELD(OPTIONAL, password_hash), FIELD(TEXT, image), FIELD(TEXT, image_alt), FIELD(TEXT, image_caption),
	FIELD(TEXT, excerpt), FIELD(TEXT, excerpt_auto), FIELD(TEXT, seo_title), FIELD(TEXT, seo_description),
	FIELD(TEXT, seo_canonical), FIELD(FLAG, seo_noindex), FIELD(TEXT, social_title),
	FIELD(TEXT, social_description), FIELD(TEXT, social_image), FIELD(OPTIONAL, import_key),
	FIELD(TEXT, render_stamp), FIELD(TEXT, content_hash),
};

static const struct field body_fields[] = {
	FIELD(OBJECT, custom), FIELD(ARRAY, toc), FIELD(NULLABLE, html_before_more), FIELD(TEXT, html),
	FIELD(TEXT, markdown),
};

_Static_assert(COUNT_OF(fields) == 38, "POST_VALUES has a parameter for each column");
_Static_assert(COUNT_OF(body_fields) == 5, "INSERT_BODY has a parameter for each column");

static void read_field(struct db_stmt *st, int column, const struct field *f, struct arena *arena,
		       struct post *post)
{
	char *at = (char *)post + f->at;
	if (f->type == FLAG)
		*(bool *)at = db_col_i64(st, column) != 0;
	else if (f->type == INTEGER || f->type == NONZERO)
		*(int64_t *)at = db_col_i64(st, column);
	else
		*(struct str *)at = db_col_dup(st, column, arena);
}

static void bind_field(struct db_stmt *st, int parameter, const struct field *f, const struct post *post)
{
	const char *at = (const char *)post + f->at;
	if (f->type == FLAG) {
		db_bind_i64(st, parameter, *(const bool *)at);
		return;
	}
	if (f->type == INTEGER) {
		db_bind_i64(st, parameter, *(const int64_t *)at);
		return;
	}
	if (f->type == NONZERO) {
		rows_bind_nonzero(st, parameter, *(const int64_t *)at);
		return;
	}
	struct str text = *(const struct str *)at;
	if (f->type == OPTIONAL)
		rows_bind_nonempty(st, parameter, text);
	else if (f->type == NULLABLE)
		db_bind_str(st, parameter, text);
	else if (f->type == OBJECT && text.n == 0)
		db_bind_str(st, parameter, STR("{}"));
	else if (f->type == ARRAY && text.n == 0)
		db_bind_str(st, parameter, STR("[]"));
	else
		rows_bind_text(st, parameter, text);
}

static void bind_fields(struct db_stmt *st, int parameter, const struct field *f, size_t count,
			const struct post *post)
{
	for (size_t i = 0; i < count; i++)
		bind_field(st, parameter + (int)i, &f[i], post);
}

/* The row of a SELECT_POST statement whose parameters are bound. */
static enum rc read_post(struct db_stmt *st, struct arena *arena, struct post *out, struct err *err)
{
	struct post post = { .id = 0 };
	int column = 2;
	enum rc rc = rows_first(st, "the post", err);
	if (rc != RC_OK)
		return rc;
	post.id = db_col_i64(st, 0);
	post.version = db_col_i64(st, 1);
	for (size_t i = 0; i < COUNT_OF(fields); i++)
		read_field(st, column++, &fields[i], arena, &post);
	for (size_t i = 0; i < COUNT_OF(body_fields); i++)
		read_field(st, column++, &body_fields[i], arena, &post);
	rc = db_col_status(st, err);
	db_done(st);
	if (rc == RC_OK)
		*out = post;
	return rc;
}

static enum rc get_by_id(struct db_ro *db, int statement, int64_t id, struct arena *arena, struct post *out,
			 struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_query(db, sql[statement], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, id);
	return read_post(st, arena, out, err);
}

static enum rc get_by_text(struct db_ro *db, int statement, struct str key, struct arena *arena,
			   struct post *out, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_query(db, sql[statement], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_str(st, 1, key);
	return read_post(st, arena, out, err);
}

enum rc post_get(struct db_ro *db, int64_t id, struct arena *arena, struct post *out, struct err *err)
{
	return get_by_id(db, GET, id, arena, out, err);
}

enum rc post_next(struct db_ro *db, int64_t after_id, struct arena *arena, struct post *out, struct err *err)
{
	return get_by_id(db, NEXT, after_id, arena, out, err);
}

enum rc post_by_public_id(struct db_ro *db, struct str public_id, struct arena *arena, struct post *out,
			  struct err *err)
{
	return get_by_text(db, BY_PUBLIC_ID, public_id, arena, out, err);
}

enum rc post_by_path(struct db_ro *db, struct str path, struct arena *arena, struct post *out, struct err *err)
{
	return get_by_text(db, BY_PATH, path, arena, out, err);
}

enum rc post_by_import_key(struct db_ro *db, struct str key, struct arena *arena, struct post *out,
			   struct err *err)
{
	return get_by_text(db, BY_IMPORT_KEY, key, arena, out, err);
}

enum rc post_imported_get(struct db_ro *db, struct str import_key, struct arena *arena, struct post_imported *out,
			  struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_query(db, sql[IMPORTED], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_str(st, 1, import_key);
	rc = rows_first(st, "the post", err);
	if (rc != RC_OK)
		return rc;
	struct post_imported found = { .id = db_col_i64(st, 0), .version = db_col_i64(st, 1),
				       .created_ms = db_col_i64(st, 2), .status = db_col_dup(st, 3, arena),
				       .content_hash = db_col_dup(st, 4, arena),
				       .password_hash = db_col_dup(st, 5, arena) };
	rc = db_col_status(st, err);
	db_done(st);
	if (rc == RC_OK)
		*out = found;
	return rc;
}

enum rc post_by_slug_in_trash(struct db_ro *db, struct str slug, struct arena *arena, struct post *out,
			      struct err *err)
{
	return get_by_text(db, BY_SLUG_TRASH, slug, arena, out, err);
}

enum rc post_by_slug(struct db_ro *db, struct str slug, struct str kind, struct arena *arena, struct post *out,
		     struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_query(db, sql[kind.n ? BY_SLUG_KIND : BY_SLUG], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_str(st, 1, slug);
	if (kind.n)
		db_bind_str(st, 2, kind);
	return read_post(st, arena, out, err);
}

enum rc post_path_fold(struct db_ro *db, struct str path, struct arena *arena, struct str *path_out, int64_t *id,
		       struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_query(db, sql[PATH_FOLD], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_str(st, 1, path);
	rc = rows_first(st, "the post", err);
	if (rc != RC_OK)
		return rc;
	*path_out = db_col_dup(st, 0, arena);
	*id = db_col_i64(st, 1);
	rc = db_col_status(st, err);
	db_done(st);
	return rc;
}

enum rc post_path_taken(struct db_ro *db, struct str path, int64_t except_id, bool *taken, struct err *err)
{
	struct db_stmt *st;
	int64_t found;
	enum rc rc = db_query(db, sql[PATH_TAKEN], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_str(st, 1, path);
	db_bind_i64(st, 2, except_id);
	rc = rows_i64(st, &found, err);
	if (rc == RC_OK)
		*taken = found != 0;
	return rc;
}

enum rc post_insert(struct db_tx *tx, const struct post *post, int64_t *id, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_prepare(tx, sql[INSERT], &st, err);
	if (rc != RC_OK)
		return rc;
	bind_fields(st, 3, fields, COUNT_OF(fields), post);
	rc = db_run(st, NULL, err);
	if (rc != RC_OK)
		return rc;
	int64_t made = db_last_id(tx);
	rc = db_prepare(tx, sql[INSERT_BODY], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, made);
	bind_fields(st, 2, body_fields, COUNT_OF(body_fields), post);
	rc = db_run(st, NULL, err);
	if (rc == RC_OK)
		*id = made;
	return rc;
}

/* Nothing was updated: because it is gone, or because somebody else saved it? */
static enum rc why_not(struct db_tx *tx, int64_t id, struct err *err)
{
	struct db_stmt *st;
	int64_t version;
	enum rc rc = db_query(db_tx_ro(tx), sql[CURRENT], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, id);
	rc = rows_i64(st, &version, err);
	if (rc != RC_OK)
		return rc;
	if (version == 0)
		return err_set(err, RC_NOTFOUND, "the post does not exist");
	return err_set(err, RC_CONFLICT, "the post was saved by somebody else meanwhile (version %lld)",
		       (long long)version);
}

static enum rc update_body(struct db_tx *tx, const struct post *post, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_prepare(tx, sql[UPDATE_BODY], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, post->id);
	bind_fields(st, 2, body_fields, COUNT_OF(body_fields), post);
	return rows_touch(st, "the post", err);
}

enum rc post_update(struct db_tx *tx, const struct post *post, int64_t expected_version, struct err *err)
{
	struct db_stmt *st;
	int64_t changes;
	enum rc rc = db_prepare(tx, sql[UPDATE], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, post->id);
	db_bind_i64(st, 2, expected_version);
	bind_fields(st, 3, fields, COUNT_OF(fields), post);
	rc = db_run(st, &changes, err);
	if (rc != RC_OK)
		return rc;
	return changes ? update_body(tx, post, err) : why_not(tx, post->id, err);
}

enum rc post_set_rendered(struct db_tx *tx, const struct post *post, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_prepare(tx, sql[SET_RENDERED], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, post->id);
	rows_bind_text(st, 2, post->excerpt_auto);
	db_bind_i64(st, 3, post->word_count);
	db_bind_i64(st, 4, post->has_code);
	rows_bind_text(st, 5, post->render_stamp);
	rc = rows_touch(st, "the post", err);
	if (rc != RC_OK)
		return rc;
	rc = db_prepare(tx, sql[SET_RENDERED_BODY], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, post->id);
	rows_bind_text(st, 2, post->html);
	db_bind_str(st, 3, post->html_before_more);
	db_bind_str(st, 4, post->toc.n ? post->toc : STR("[]"));
	return rows_touch(st, "the post", err);
}

enum rc post_set_path(struct db_tx *tx, int64_t id, struct str path, int64_t local_ym, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_prepare(tx, sql[SET_PATH], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, id);
	rows_bind_nonempty(st, 2, path);
	rows_bind_nonzero(st, 3, local_ym);
	return rows_touch(st, "the post", err);
}

enum rc post_delete(struct db_tx *tx, int64_t id, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_prepare(tx, sql[DELETE], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, id);
	return rows_touch(st, "the post", err);
}
