/* import_store.c: compares what was read with what is there, renders it, and writes it. */
#include "base/base.h"

#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#include "core/import_impl.h"
#include "core/post_prepared.h"
#include "crypt/password.h"
#include "store/post.h"
#include "store/revision.h"
#include "store/search.h"

#define THREADS_MAX 8
#define PAGE_ARENA_MAX_B ((size_t)256 << 20)

/* Was the last save of a post an import, or has somebody edited it since? */
static enum rc edited_since(struct importer *im, int64_t id, struct arena *arena, bool *edited)
{
	struct revision last;
	enum rc rc = revision_last_saved(db_rw_ro(im->db), id, arena, &last, im->err);

	*edited = rc == RC_OK && !str_is(last.kind, REVISION_IMPORT);
	return rc == RC_NOTFOUND ? RC_OK : rc;
}

/* Finds the post of an earlier import, before anything is rendered. */
static enum rc find_existing(struct importer *im, struct import_page *page, struct post_imported *there,
			     struct arena *scratch)
{
	struct err absent = ERR_INIT;
	enum rc rc = post_imported_get(db_rw_ro(im->db), page->rel, scratch, there, &absent);

	if (page->password_made && (rc == RC_NOTFOUND || (rc == RC_OK && str_empty(there->password_hash))))
		IMPORT_WARN(im, page, 0, "it was protected by a password, which an export does not hold: "
			    "set a new one");
	if (rc == RC_NOTFOUND)
		return RC_OK;
	if (rc != RC_OK) {
		*im->err = absent;
		return rc;
	}
	page->existing_id = page->draft.post.id = there->id;
	page->draft.post.version = there->version;
	page->draft.post.created_ms = there->created_ms;
	if (page->password_made && !str_empty(there->password_hash))
		page->draft.password = STR_NONE;
	return RC_OK;
}

struct crew {
	struct importer *im;
	const struct post_imported *there; /* by the pages' order */
	atomic_size_t next;
};

static void forget(struct import_page *page)
{
	if (page->arena)
		arena_release(page->arena);
	free(page->arena);
	page->arena = NULL;
	page->prepared = NULL;
}

/* Most pages of an import that is run again: they need no rendering. A password is compared later. */
static bool is_unchanged(struct importer *im, struct import_page *page, const struct post_imported *there)
{
	struct str hash;

	return page->existing_id && str_empty(page->draft.password) &&
	       post_content_hash(im->site, &page->draft, im->now_ms, page->arena, &hash, NULL) == RC_OK &&
	       str_eq(hash, there->content_hash);
}

static void prepare_page(struct importer *im, struct import_page *page, const struct post_imported *there,
			 struct db_ro *db, struct err *err)
{
	page->arena = mem_new(sizeof(*page->arena));
	arena_init(page->arena, PAGE_ARENA_MAX_B);
	page->unchanged = is_unchanged(im, page, there);
	if (page->unchanged)
		forget(page);
	else if (post_prepare(im->site, db, ACTOR_SYSTEM, &page->draft, im->now_ms, page->arena, &page->prepared,
			 err) != RC_OK)
		page->prepared = NULL;
}

/* Sizes of pictures come from the database, whose connection belongs to the main thread. */
static bool needs_database(const struct import_page *page)
{
	return str_find(page->draft.post.markdown, STR("/media/")) >= 0;
}

static void prepare_some(const struct crew *crew, size_t i, struct db_ro *db)
{
	struct import_page *page = &crew->im->pages[i];
	struct err err = ERR_INIT;

	if (page->failed || page->skipped || needs_database(page) != (db != NULL))
		return;
	prepare_page(crew->im, page, &crew->there[i], db, &err);
	if (!page->prepared && !page->unchanged)
		page->error = err;
}

static void *work(void *ctx)
{
	struct crew *crew = ctx;
	size_t i;

	while ((i = atomic_fetch_add(&crew->next, 1)) < crew->im->page_count)
		prepare_some(crew, i, NULL);
	return NULL;
}

/* The main thread's part: it alone may use the database and tell how far all of them are. */
static enum rc work_and_tell(struct crew *crew)
{
	struct importer *im = crew->im;
	enum rc rc = RC_OK;
	size_t i;

	for (i = 0; rc == RC_OK && i < im->page_count; i++) {
		if (needs_database(&im->pages[i]))
			rc = IMPORT_PROGRESS(im, "rendering", i, im->page_count, im->pages[i].rel);
		if (rc == RC_OK)
			prepare_some(crew, i, db_rw_ro(im->db));
	}
	while (rc == RC_OK && (i = atomic_fetch_add(&crew->next, 1)) < im->page_count) {
		rc = IMPORT_PROGRESS(im, "rendering", i, im->page_count, im->pages[i].rel);
		prepare_some(crew, i, NULL);
	}
	if (rc != RC_OK) /* nothing is left for the others either */
		atomic_store(&crew->next, im->page_count);
	return rc;
}

/* Markdown is most of the time an import takes, and needs no lock. */
static enum rc prepare_all(struct importer *im, const struct post_imported *there)
{
	struct crew crew = { .im = im, .there = there };
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	int wanted = im->options->threads > 0 ? im->options->threads : (int)processors, started = 0;
	pthread_t threads[THREADS_MAX];

	while (started + 1 < wanted && started < THREADS_MAX &&
	       pthread_create(&threads[started], NULL, work, &crew) == 0)
		started++;
	enum rc rc = work_and_tell(&crew);
	for (int i = 0; i < started; i++)
		pthread_join(threads[i], NULL);
	return rc;
}

/* A password leaves no trace in the hash of the content. */
static bool same_password(const struct import_page *page, const struct post_imported *there)
{
	return str_empty(page->draft.password) ||
	       password_verify(there->password_hash, page->draft.password, NULL) == RC_OK;
}

static enum rc compare(struct importer *im, struct import_page *page, const struct post_imported *there,
		       struct arena *scratch)
{
	bool edited = false;
	enum rc rc;

	if (str_eq(page->prepared->post.content_hash, there->content_hash) && same_password(page, there)) {
		page->unchanged = true;
		return RC_OK;
	}
	rc = edited_since(im, there->id, scratch, &edited);
	if (str_is(there->status, POST_STATUS_TRASH))
		edited = true;
	if (rc == RC_OK && edited && !im->options->force) {
		page->conflict = true;
		IMPORT_WARN(im, page, 0, str_is(there->status, POST_STATUS_TRASH)
				    ? "its post is in the trash here: left alone"
				    : "its post was edited here since the last import: left alone");
	}
	return rc;
}

enum rc import_prepare(struct importer *im)
{
	struct post_imported *there = ARENA_ARRAY(im->arena, im->page_count + 1, struct post_imported);
	struct arena scratch;
	enum rc rc = RC_OK;

	arena_init(&scratch, IMPORT_ARENA_MAX_B);
	for (size_t i = 0; rc == RC_OK && i < im->page_count; i++)
		if (!im->pages[i].failed && !im->pages[i].skipped)
			rc = find_existing(im, &im->pages[i], &there[i], &scratch);
	if (rc == RC_OK)
		rc = prepare_all(im, there);
	for (size_t i = 0; rc == RC_OK && i < im->page_count; i++) {
		struct import_page *page = &im->pages[i];

		if (page->failed || page->skipped)
			continue;
		if (!page->prepared && !page->unchanged)
			import_page_failed(im, page, 0, &page->error);
		else if (!page->unchanged && page->existing_id)
			rc = compare(im, page, &there[i], &scratch);
	}
	arena_release(&scratch);
	return rc;
}

static void count_kinds(const struct import_page *page, int64_t now_ms, struct import_report *out)
{
	const struct post *post = &page->draft.post;
	bool published = str_is(post->status, POST_STATUS_PUBLISHED);

	if (str_is(post->kind, POST_KIND_PAGE))
		out->pages++;
	else
		out->posts++;
	out->drafts += !published;
	out->scheduled += published && post->published_ms > now_ms;
}

static bool is_due(const struct import_page *page)
{
	return page->prepared && !page->failed && !page->unchanged && !page->conflict;
}

enum rc import_part_end(struct importer *im, struct db_tx *tx, enum rc done, const struct err *err, bool *bad)
{
	*bad = done == RC_INVALID || done == RC_EXISTS || done == RC_LIMIT || done == RC_CONFLICT || done == RC_NOTFOUND;
	if (done == RC_OK)
		return db_part_keep(tx, im->err);
	if (*bad)
		return db_part_undo(tx, im->err);
	*im->err = *err;
	return done;
}

static enum rc check_still_new(struct importer *im, struct db_tx *tx, const struct import_page *page, struct err *err)
{
	struct post_imported there;
	enum rc rc = RC_NOTFOUND;

	if (!page->existing_id)
		rc = post_imported_get(db_tx_ro(tx), page->rel, im->arena, &there, err);
	if (rc == RC_OK)
		return err_set(err, RC_CONFLICT, "another import brought it in at the same time");
	return rc == RC_NOTFOUND ? RC_OK : rc;
}

static enum rc store_page(struct importer *im, struct db_tx *tx, struct search_bulk *bulk,
			  struct import_page *page)
{
	struct post_saved saved;
	struct err err = ERR_INIT;
	enum rc rc = db_part_begin(tx, im->err), done;
	bool bad;

	if (rc != RC_OK)
		return rc;
	done = check_still_new(im, tx, page, &err);
	if (done == RC_OK)
		done = post_store(tx, im->site, ACTOR_SYSTEM, page->prepared, bulk, &saved, &err);
	rc = import_part_end(im, tx, done, &err, &bad);
	if (rc == RC_OK && bad)
		import_page_failed(im, page, 0, &err);
	else if (rc == RC_OK)
		page->stored = saved;
	return rc;
}

static enum rc store_pages(struct importer *im, struct db_tx *tx)
{
	struct search_bulk *bulk = search_bulk_begin();
	enum rc rc = RC_OK;

	for (size_t i = 0; rc == RC_OK && i < im->page_count; i++) {
		rc = IMPORT_PROGRESS(im, "writing", i, im->page_count, im->pages[i].rel);
		if (rc == RC_OK && is_due(&im->pages[i]))
			rc = store_page(im, tx, bulk, &im->pages[i]);
	}
	if (rc == RC_OK)
		rc = import_own_store(im, tx);
	if (rc == RC_OK)
		return search_bulk_end(bulk, tx, im->err);
	(void)!search_bulk_end(bulk, NULL, NULL);
	return rc;
}

static void tell_changes(struct importer *im)
{
	for (size_t i = 0; i < im->page_count; i++) {
		const struct import_page *page = &im->pages[i];

		if (is_due(page) && page->stored.slug_changed)
			IMPORT_WARN(im, page, 0, "its address was taken: it is at %.*s", STR_ARG(page->stored.path));
	}
}

static void report(struct importer *im, struct import_report *out)
{
	for (size_t i = 0; i < im->page_count; i++) {
		const struct import_page *page = &im->pages[i];

		if (page->failed || (!page->prepared && !page->unchanged))
			continue;
		out->unchanged += page->unchanged;
		out->conflicts += page->conflict;
		out->added += is_due(page) && !page->existing_id;
		out->updated += is_due(page) && page->existing_id;
		count_kinds(page, im->now_ms, out);
	}
	import_report_fill(im, out);
}

/* Everything of the import, or nothing. */
static enum rc store_all(struct importer *im, struct import_report *out)
{
	struct db_tx *tx = NULL;
	enum rc rc = db_begin(im->db, &tx, im->err);

	if (rc != RC_OK)
		return rc;
	rc = import_settings_store(im, tx);
	if (rc == RC_OK)
		rc = import_media_store(im, tx);
	if (rc == RC_OK)
		rc = store_pages(im, tx);
	if (rc == RC_OK) {
		tell_changes(im);
		report(im, out);
	}
	if (rc == RC_OK && im->options->last)
		rc = im->options->last(im->options->last_ctx, tx, out, im->err);
	return db_end(tx, rc, im->err);
}

enum rc import_store(struct importer *im, struct import_report *out)
{
	if (!im->options->dry_run)
		return store_all(im, out);
	report(im, out);
	return RC_OK;
}
