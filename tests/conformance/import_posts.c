/* import_posts.c: imports a folder into a new site and prints every post as a line of JSON, for
 * tests/conformance/import.test.mjs: file, title, path, old addresses, HTML.
 *
 * import_posts DATA-FOLDER DIR; the former is made. Raw HTML is on, as an owner may set it. */
#include "base/base.h"

#include "base/clock.h"
#include "base/json.h"
#include "core/import.h"
#include "core/media_store.h"
#include "core/place.h"
#include "core/settings.h"
#include "store/post.h"
#include "store/redirect.h"

#define LINE_MAX_B ((size_t)64 << 20)

static enum rc prepare(const struct conf *conf, struct db_rw **db, struct site **site, struct blob_store **blobs,
		       struct err *err)
{
	struct db_tx *tx;
	bool rebuild;
	enum rc rc = place_init(conf, clock_now_ms(), err);

	if (rc == RC_OK)
		rc = place_open_rw(conf, db, err);
	if (rc == RC_OK)
		rc = db_begin(*db, &tx, err);
	if (rc != RC_OK)
		return rc;
	rc = setting_change(tx, ACTOR_SYSTEM, STR("raw_html"), STR("on"), clock_now_ms(), &rebuild, err);
	if (rc != RC_OK) {
		db_rollback(tx);
		return rc;
	}
	rc = db_commit(tx, err);
	if (rc == RC_OK)
		rc = site_load(db_rw_ro(*db), conf, site, err);
	return rc == RC_OK ? media_store_open(conf, blobs, err) : rc;
}

static enum rc print_post(struct db_ro *db, const struct post *post, struct arena *arena, struct err *err)
{
	struct json *json = json_new_object(), *list;
	struct redirects redirects;
	struct buf out = BUF_INIT(LINE_MAX_B);
	enum rc rc = redirect_list_of_post(db, post->id, arena, &redirects, err);

	json_set_text(json, "file", post->import_key);
	json_set_text(json, "title", post->title);
	json_set_text(json, "path", post->path);
	json_set_text(json, "html", post->html);
	list = json_set_list(json, "redirects");
	for (size_t i = 0; rc == RC_OK && i < redirects.count; i++)
		json_add_text(list, redirects.items[i].from_path);
	json_write(json, JSON_LINE, &out);
	json_free(json);
	printf("%.*s\n", (int)out.len, out.bytes ? out.bytes : "");
	buf_release(&out);
	return rc;
}

static enum rc print_all(struct db_ro *db, struct err *err)
{
	struct post post = { .id = 0 };
	struct arena arena;
	enum rc rc = RC_OK;

	arena_init(&arena, IMPORT_ARENA_MAX_B);
	while (rc == RC_OK) {
		arena_reset(&arena);
		rc = post_next(db, post.id, &arena, &post, err);
		if (rc == RC_OK)
			rc = print_post(db, &post, &arena, err);
	}
	arena_release(&arena);
	return rc == RC_NOTFOUND ? RC_OK : rc;
}

int main(int argc, char **argv)
{
	struct import_options options = { .dir = argc > 2 ? argv[2] : "." };
	struct conf conf = { .data_dir = argc > 1 ? argv[1] : ".", .busy_timeout_ms = 1000 };
	struct import_report report;
	struct blob_store *blobs = NULL;
	struct site *site = NULL;
	struct db_rw *db = NULL;
	struct err err = ERR_INIT;
	struct arena arena;
	enum rc rc;

	conf.origin = STR("https://example.org");
	conf.mount = STR("");
	markdown_init();
	arena_init(&arena, IMPORT_ARENA_MAX_B);
	rc = prepare(&conf, &db, &site, &blobs, &err);
	if (rc == RC_OK)
		rc = import_run(db, site, blobs, &options, clock_now_ms(), &arena, &report, &err);
	if (rc == RC_OK)
		rc = print_all(db_rw_ro(db), &err);
	if (rc != RC_OK)
		fprintf(stderr, "import_posts: %s\n", err.msg);
	media_store_close(blobs);
	site_free(site);
	db_rw_close(db);
	arena_release(&arena);
	return rc == RC_OK ? 0 : 1;
}
