/* place.c: the data folder: making it, bringing it up to date, opening its databases. */
#include "base/base.h"

#include "base/enc.h"
#include "base/file.h"
#include "base/path.h"
#include "core/pages.h"
#include "core/place.h"
#include "core/rebuild.h"
#include "crypt/rand.h"
#include "db/migrate.h"
#include "store/schema.h"
#include "store/setting.h"

#define SECRET_B 32
/* Every worker that serves has a connection of its own: its cache holds the upper pages of the indexes,
 * and more of it made no page faster (measured with 100 000 posts). */
#define READ_CACHE_KIB 768
#define WRITE_CACHE_KIB 2048
#define WATCH_CACHE_KIB 32
#define TRAFFIC_CACHE_KIB 256
#define FOLDER_MODE 0700

static const char *site_db(const struct conf *conf, struct arena *arena)
{
	return path_join(arena, conf->data_dir, "site.db");
}

static struct db_options options(const struct conf *conf, int cache_kib)
{
	return (struct db_options){ .busy_timeout_ms = conf->busy_timeout_ms, .cache_kib = cache_kib };
}

/* What a step of the schema cannot do in SQL. */
static enum rc fill_search(const struct conf *conf, struct err *err)
{
	struct db_rw *db = NULL;
	enum rc rc = place_open_rw(conf, &db, err);
	if (rc == RC_OK)
		rc = rebuild_search_rest(db, 0, NULL, err);
	db_rw_close(db);
	return rc;
}

enum rc place_migrate(const struct conf *conf, int64_t now_ms, int *applied, struct err *err)
{
	struct arena arena;
	struct db_migrated site = { 0 }, traffic = { 0 };
	arena_init(&arena, 64 << 10);
	enum rc rc = db_migrate(site_db(conf, &arena), &schema_site, PACKAGE_VERSION, now_ms, &site, err);
	if (rc == RC_OK)
		rc = db_migrate(path_join(&arena, conf->data_dir, "traffic.db"), &schema_traffic, PACKAGE_VERSION,
				now_ms, &traffic, err);
	if (rc == RC_OK && applied)
		*applied = site.after - site.before + traffic.after - traffic.before;
	if (rc == RC_OK && site.after > site.before) /* by a connection that stands under no guard */
		rc = pages_switch_off(conf, err);
	if (rc == RC_OK)
		rc = fill_search(conf, err);
	arena_release(&arena);
	return rc;
}

/* The site's secret signs cookies; made once, kept for ever. */
static enum rc ensure_secret(struct db_rw *db, int64_t now_ms, struct arena *arena, struct err *err)
{
	struct str there;
	struct db_tx *tx = NULL;
	enum rc rc = db_begin(db, &tx, err);
	if (rc != RC_OK)
		return rc;
	rc = setting_get(db_tx_ro(tx), STR("internal.secret"), arena, &there, err);
	if (rc == RC_NOTFOUND) {
		char bytes[SECRET_B];
		struct buf text = BUF_INIT(256);
		rand_fill(bytes, sizeof bytes);
		enc_base64url(&text, str_n(bytes, sizeof bytes));
		rc = setting_put(tx, STR("internal.secret"), buf_view(&text), now_ms, err);
		if (rc == RC_OK) {
			rc = db_commit(tx, err);
			tx = NULL;
		}
		buf_release(&text);
	}
	db_rollback(tx);
	return rc;
}

enum rc place_init(const struct conf *conf, int64_t now_ms, struct err *err)
{
	struct arena arena;
	struct db_rw *db = NULL;
	static const char *const folders[] = { "media", "themes" };
	arena_init(&arena, 1 << 20);
	enum rc rc = file_mkdirs(conf->data_dir, FOLDER_MODE, err);
	for (size_t i = 0; rc == RC_OK && i < COUNT_OF(folders); i++)
		rc = file_mkdirs(path_join(&arena, conf->data_dir, folders[i]), FOLDER_MODE, err);
	if (rc == RC_OK)
		rc = place_migrate(conf, now_ms, NULL, err);
	if (rc == RC_OK)
		rc = place_open_rw(conf, &db, err);
	if (rc == RC_OK)
		rc = ensure_secret(db, now_ms, &arena, err);
	db_rw_close(db);
	arena_release(&arena);
	return rc;
}

static enum rc open_ro(const struct conf *conf, const struct db_options *opt, struct db_ro **out,
		       struct err *err)
{
	struct arena arena;
	struct db_ro *db = NULL;
	arena_init(&arena, 64 << 10);
	enum rc rc = db_ro_open(site_db(conf, &arena), opt, &db, err);
	if (rc == RC_NOTFOUND)
		rc = err_set(err, rc, "there is no site in '%s'; run `platen init`", conf->data_dir);
	if (rc == RC_OK)
		rc = db_schema_check(db, &schema_site, PACKAGE_VERSION, err);
	if (rc == RC_OK)
		*out = db;
	else
		db_ro_close(db);
	arena_release(&arena);
	return rc;
}

enum rc place_open_ro(const struct conf *conf, struct db_ro **out, struct err *err)
{
	struct db_options opt = options(conf, READ_CACHE_KIB);
	return open_ro(conf, &opt, out, err);
}

enum rc place_open_watch(const struct conf *conf, struct db_ro **out, struct err *err)
{
	struct db_options opt = { .busy_timeout_ms = 1, .cache_kib = WATCH_CACHE_KIB };
	return open_ro(conf, &opt, out, err);
}

enum rc place_open_rw(const struct conf *conf, struct db_rw **out, struct err *err)
{
	struct arena arena;
	struct db_rw *db = NULL;
	struct db_options opt = options(conf, WRITE_CACHE_KIB);
	arena_init(&arena, 64 << 10);
	enum rc rc = db_rw_open(site_db(conf, &arena), &opt, &db, err);
	if (rc == RC_NOTFOUND)
		rc = err_set(err, rc, "there is no site in '%s'; run `platen init`", conf->data_dir);
	if (rc == RC_OK)
		rc = db_schema_check(db_rw_ro(db), &schema_site, PACKAGE_VERSION, err);
	if (rc == RC_OK) {
		pages_guard(db, conf->data_dir, conf->busy_timeout_ms);
		*out = db;
	} else {
		db_rw_close(db);
	}
	arena_release(&arena);
	return rc;
}

enum rc place_open_traffic(const struct conf *conf, struct db_rw **out, struct err *err)
{
	struct arena arena;
	struct db_rw *db = NULL;
	struct db_options opt = options(conf, TRAFFIC_CACHE_KIB);
	opt.relaxed = true;
	arena_init(&arena, 64 << 10);
	enum rc rc = db_rw_open(path_join(&arena, conf->data_dir, "traffic.db"), &opt, &db, err);
	if (rc == RC_OK)
		rc = db_schema_check(db_rw_ro(db), &schema_traffic, PACKAGE_VERSION, err);
	if (rc == RC_OK)
		*out = db;
	else
		db_rw_close(db);
	arena_release(&arena);
	return rc;
}

const char *place_theme_dir(const struct conf *conf, struct str name, struct arena *arena)
{
	const char *folder = arena_cstr(arena, name);
	const char *const dirs[] = {
		path_join3(arena, conf->data_dir, "themes", folder),
		path_join(arena, conf->theme_dir, folder),
	};
	for (size_t i = 0; i < COUNT_OF(dirs); i++)
		if (file_exists(path_join(arena, dirs[i], "theme.json")))
			return dirs[i];
	return NULL;
}
