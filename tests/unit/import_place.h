/* import_place.h: a site and a folder to import into it, for the tests of the import. */
#ifndef PLATEN_TESTS_IMPORT_PLACE_H
#define PLATEN_TESTS_IMPORT_PLACE_H

#include "folder.h"

#include "base/file.h"
#include "base/path.h"
#include "core/import.h"
#include "core/media_store.h"
#include "core/place.h"
#include "core/site.h"
#include "store/post.h"
#include "store/redirect.h"

#define NOW INT64_C(1750000000000) /* 2025-06-15 */

struct place {
	struct folder data, tree, out;
	struct conf conf;
	struct db_rw *db;
	struct site *site;
	struct blob_store *blobs;
	struct arena arena;
	struct import_report report;
	struct err err;
};

static inline void place_start(struct place *p)
{
	folder_make(&p->data);
	p->conf.data_dir = p->data.path;
	p->conf.origin = STR("https://example.org");
	p->conf.mount = STR("");
	p->conf.busy_timeout_ms = 1000;
	arena_init(&p->arena, IMPORT_ARENA_MAX_B);
	assert_ok(place_init(&p->conf, NOW, &p->err), &p->err);
	assert_ok(place_open_rw(&p->conf, &p->db, &p->err), &p->err);
	assert_ok(site_load(db_rw_ro(p->db), &p->conf, &p->site, &p->err), &p->err);
	assert_ok(media_store_open(&p->conf, &p->blobs, &p->err), &p->err);
}

static inline void place_stop(struct place *p)
{
	media_store_close(p->blobs);
	site_free(p->site);
	db_rw_close(p->db);
	arena_release(&p->arena);
	folder_remove(&p->data);
}

static inline int setup(void **state)
{
	struct place *p = mem_new(sizeof(*p));

	place_start(p);
	folder_make(&p->tree);
	folder_make(&p->out);
	*state = p;
	return 0;
}

static inline int teardown(void **state)
{
	struct place *p = *state;

	place_stop(p);
	folder_remove(&p->tree);
	folder_remove(&p->out);
	free(p);
	return 0;
}

static inline void put(struct place *p, const char *name, const char *text)
{
	folder_put(&p->tree, name, str_of(text));
}

static inline void import_from(struct place *p, const char *dir, bool dry_run, bool force)
{
	struct import_options options = { .dir = dir, .dry_run = dry_run, .force = force, .threads = 2 };

	if (file_exists(path_join(&p->arena, dir, "platen.json"))) {
		site_free(p->site);
		assert_ok(import_site_load(p->db, &p->conf, &options, NOW, &p->site, &p->err), &p->err);
	}
	assert_ok(import_run(p->db, p->site, p->blobs, &options, NOW, &p->arena, &p->report, &p->err), &p->err);
}

static inline void import(struct place *p)
{
	import_from(p, p->tree.path, false, false);
}

static inline struct post post_of(struct place *p, const char *key)
{
	struct post post;

	if (post_by_import_key(db_rw_ro(p->db), str_of(key), &p->arena, &post, &p->err) != RC_OK)
		fail_msg("no post for %s", key);
	return post;
}

static inline struct str redirect_of(struct place *p, const char *path)
{
	struct redirect redirect;
	struct str target;

	if (redirect_get(db_rw_ro(p->db), str_of(path), &p->arena, &redirect, &target, &p->err) != RC_OK)
		fail_msg("no redirect at %s", path);
	return target;
}

static inline bool reported(const struct place *p, const char *file, int line, const char *part)
{
	for (size_t i = 0; i < p->report.problem_count; i++) {
		const struct import_problem *problem = &p->report.problems[i];

		if (str_is(problem->file, file) && problem->line == line &&
		    str_find(problem->message, str_of(part)) >= 0)
			return true;
	}
	return false;
}

static inline void assert_has(struct str text, const char *part)
{
	if (str_find(text, str_of(part)) < 0)
		fail_msg("no '%s' in: %.*s", part, STR_ARG(text));
}

#endif
