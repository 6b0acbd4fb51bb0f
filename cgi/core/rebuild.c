/* rebuild.c: derives everything derived again: HTML, addresses, search text. */
#include "base/base.h"

#include "base/clock.h"
#include "core/address.h"
#include "core/post_prepared.h"
#include "core/post_writer.h"
#include "core/rebuild.h"
#include "store/post.h"
#include "store/post_list.h"
#include "store/redirect.h"
#include "store/search.h"
#include "store/tag.h"
#include "store/user.h"

#define BATCH_POSTS 100
#define BATCH_TEXTS 500

struct rebuild_job {
	struct db_tx *tx;
	const struct site *site;
	int64_t now_ms;
	struct search_bulk *bulk;
	struct rebuild_counts *counts;
	struct arena *arena;
	struct err *err;
};

static enum rc names_of(struct rebuild_job *job, const struct post *post, struct str *tag_names, struct str *tag_slug,
			struct str *author_slug)
{
	struct tags tags;
	struct users users;
	enum rc rc = tag_list_of_post(db_tx_ro(job->tx), post->id, job->arena, &tags, job->err);
	if (rc == RC_OK)
		rc = user_list_of_post(db_tx_ro(job->tx), post->id, job->arena, &users, job->err);
	if (rc != RC_OK)
		return rc;
	struct buf names = BUF_INIT(1u << 20);
	for (size_t i = 0; i < tags.count; i++) {
		buf_str(&names, tags.items[i].name);
		buf_char(&names, ' ');
	}
	*tag_names = arena_str(job->arena, buf_view(&names));
	*tag_slug = tags.count ? tags.items[0].slug : STR("");
	*author_slug = users.count ? users.items[0].slug : STR("");
	buf_release(&names);
	return RC_OK;
}

/* A post whose address comes from the pattern moves when the pattern did; links to the old one live
 * on as a redirect. Without a free address it stays where it is. */
static enum rc move(struct rebuild_job *job, struct post *post, const struct permalink_values *values, int64_t was_ym)
{
	bool by_pattern = str_is(post->kind, POST_KIND_POST) && !post->path_fixed;
	struct str path = by_pattern ? permalink_path(job->site->permalink, values, job->arena) : post->path;
	bool taken = false;
	enum rc rc = RC_OK;
	if (str_eq(path, post->path) && post->local_ym == was_ym)
		return RC_OK;
	if (!str_eq(path, post->path))
		rc = post_path_taken(db_tx_ro(job->tx), path, post->id, &taken, job->err);
	if (rc != RC_OK)
		return rc;
	/* A tag or an author can make an address that is the program's own (":tag" of "admin"). */
	if (taken || address_check(path, NULL) != RC_OK)
		path = post->path;
	rc = post_set_path(job->tx, post->id, path, post->local_ym, job->err);
	if (rc == RC_OK && str_given(post->path) && !str_eq(path, post->path) && post->published_ms != 0) {
		struct redirect redirect = { .from_path = post->path, .to_path = STR_NONE, .post_id = post->id,
					     .status = 301, .created_ms = job->now_ms };
		rc = redirect_delete(job->tx, path, job->err);
		if (rc == RC_OK)
			rc = redirect_put(job->tx, &redirect, job->err);
		job->counts->redirects++;
	}
	return rc;
}

/* What the text is to blame for is counted; nothing of the post has changed then. */
static enum rc render(struct rebuild_job *job, struct post *post, struct actor writer, struct str *plain, bool *rendered)
{
	struct err err = ERR_INIT;
	struct post copy = *post;
	enum rc rc = post_render(job->site, db_tx_ro(job->tx), writer, &copy, job->arena, plain, &err);
	*rendered = rc == RC_OK;
	if (rc == RC_OK) {
		*post = copy;
		return RC_OK;
	}
	err_prefix(&err, "'%.*s'", STR_ARG(post->title));
	if (rc != RC_LIMIT && rc != RC_INVALID) {
		if (job->err)
			*job->err = err;
		return rc;
	}
	if (job->counts->failed++ == 0)
		job->counts->first_failure = err;
	return RC_OK;
}

static enum rc rebuild_post(struct rebuild_job *job, struct post *post)
{
	struct str plain, tag_names, was_html = post->html;
	struct permalink_values values = { .slug = post->slug, .public_id = post->public_id };
	int64_t was_ym = post->local_ym;
	struct actor writer;
	bool rendered = false;
	enum rc rc = post_writer(db_tx_ro(job->tx), post->id, job->now_ms, job->arena, &writer, job->err);
	if (rc == RC_OK)
		rc = render(job, post, writer, &plain, &rendered);
	if (rc != RC_OK)
		return rc;
	post_local_date(job->site, post, &values);
	if (!str_eq(was_html, post->html))
		job->counts->changed++;
	rc = names_of(job, post, &tag_names, &values.tag_slug, &values.author_slug);
	if (rc == RC_OK && rendered)
		rc = post_set_rendered(job->tx, post, job->err);
	if (rc == RC_OK)
		rc = move(job, post, &values, was_ym);
	if (rc == RC_OK && rendered)
		rc = search_put(job->tx, post->id, post->title, plain, tag_names, job->bulk, job->err);
	return rc;
}

static enum rc batch(struct db_rw *db, struct rebuild_job *job, int64_t *after_id, bool *more)
{
	enum rc rc = db_begin(db, &job->tx, job->err);
	if (rc != RC_OK)
		return rc;
	job->bulk = search_bulk_begin();
	*more = true;
	for (int i = 0; rc == RC_OK && *more && i < BATCH_POSTS; i++) {
		struct post post;
		arena_reset(job->arena);
		rc = post_next(db_tx_ro(job->tx), *after_id, job->arena, &post, job->err);
		if (rc == RC_NOTFOUND) {
			*more = false;
			rc = RC_OK;
		} else if (rc == RC_OK) {
			*after_id = post.id;
			rc = rebuild_post(job, &post);
			job->counts->posts++;
		}
	}
	if (rc == RC_OK)
		rc = search_bulk_end(job->bulk, job->tx, job->err);
	else if (search_bulk_end(job->bulk, NULL, NULL) != RC_OK)
		rc = RC_INTERNAL;
	return db_end(job->tx, rc, job->err);
}

enum rc rebuild_some(struct db_rw *db, const struct site *site, int64_t now_ms, bool (*is_over)(void *ctx), void *ctx,
		     int64_t *after_id, bool *more, struct rebuild_counts *counts, struct err *err)
{
	struct arena arena;
	struct rebuild_job job = { .site = site, .now_ms = now_ms, .counts = counts, .arena = &arena, .err = err };
	enum rc rc = RC_OK;
	arena_init(&arena, (size_t)256 << 20);
	do
		rc = batch(db, &job, after_id, more);
	while (rc == RC_OK && *more && !is_over(ctx));
	arena_release(&arena);
	return rc;
}

struct rebuild_told {
	void (*progress)(void *ctx, int64_t done, int64_t total);
	void *ctx;
	int64_t after_id, total;
};

static bool tell(void *ctx)
{
	struct rebuild_told *told = ctx;
	if (told->progress)
		told->progress(told->ctx, told->after_id, told->total);
	return false;
}

enum rc rebuild_all(struct db_rw *db, const struct site *site, int64_t now_ms,
		    void (*progress)(void *ctx, int64_t done, int64_t total), void *ctx, struct rebuild_counts *out,
		    struct err *err)
{
	struct rebuild_counts counts = { 0 };
	struct rebuild_told told = { .progress = progress, .ctx = ctx };
	bool more = true;
	enum rc rc = post_max_id(db_rw_ro(db), &told.total, err);
	if (rc == RC_OK)
		rc = rebuild_some(db, site, now_ms, tell, &told, &told.after_id, &more, &counts, err);
	if (rc == RC_OK)
		*out = counts;
	return rc;
}

enum rc rebuild_search_rest(struct db_rw *db, int64_t until_us, bool *more, struct err *err)
{
	bool rest = true;
	enum rc rc = RC_OK;
	while (rc == RC_OK && rest && (until_us == 0 || clock_monotonic_us() < until_us)) {
		struct db_tx *tx;
		rc = db_begin(db, &tx, err);
		if (rc != RC_OK)
			return rc;
		rc = search_catch_up(tx, BATCH_TEXTS, &rest, err);
		rc = db_end(tx, rc, err);
	}
	if (rc == RC_OK && more)
		*more = rest;
	return rc;
}
