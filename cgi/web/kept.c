/* kept.c: the finished pages of a serving process. */
#include "base/base.h"

#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "store/post_list.h"
#include "web/encode.h"
#include "web/kept.h"
#include "web/routes.h"
#include "web/values.h"

#define ASSET_MAX_B ((size_t)1 << 20)
#define SEQ_UNKNOWN INT64_MIN  /* no page has it */

static bool reads(const struct http_request *req)
{
	return req->method == HTTP_GET || req->method == HTTP_HEAD;
}

static bool has_query(const struct http_request *req)
{
	return str_given(req->query) && req->query.n > 0;
}

static void give(struct kept *kept, struct cached_page *page, const struct http_request *req,
		 struct http_response *res)
{
	enum http_coding wanted;
	cached_page_answer(page, req, res, &wanted);
	keeper_compress(kept->keeper, page, wanted);
	if (kept->folder && folder_wants(kept->folder, page))
		keeper_write(kept->keeper, page);
}

bool kept_answer(struct kept *kept, unsigned loop, uint64_t generation, struct http_request *req,
		 struct http_response *res)
{
	struct page_stamp now = { SEQ_UNKNOWN, generation, clock_now_ms() };
	if (!reads(req))
		return false;
	watch_seq(kept->watches[loop], &now.seq);
	struct cached_page *page = page_cache_get(kept->cache, req->raw_path, has_query(req), &now);
	if (!page)
		return false;
	/* Files can be had in parts; pages cannot. */
	bool whole = page->stamp.seq != PAGE_ANY_SEQ || !str_given(request_header(req, "range"));
	if (whole)
		give(kept, page, req, res);
	cached_page_drop(page);
	return whole;
}

static struct page_stamp stamp_of(const struct visit *v)
{
	int64_t seq = v->route->cache == CACHE_FILE ? PAGE_ANY_SEQ : v->site->public_seq;
	return (struct page_stamp){ seq, v->edition->generation, v->now_ms };
}

/* By the route and the request; the answer has its say in may_keep(). */
static bool is_for_all(const struct visit *v)
{
	unsigned flags = v->route->flags;
	if (!v->edition || !(flags & ROUTE_DB) || ((flags & ROUTE_QUERY) && has_query(v->req)))
		return false;
	if (v->route->cache == CACHE_FILE)
		return (flags & ROUTE_KEEP) && !str_given(request_header(v->req, "range"));
	return v->route->cache == CACHE_PAGE;
}

bool kept_enter(struct visit *v)
{
	struct kept *kept = app_kept(v->app);
	if (!kept || !(kept->remembers || kept->folder) || !v->own_address || v->entered || !is_for_all(v))
		return false;
	struct page_stamp now = stamp_of(v);
	v->entered = true;
	if (kept->remembers)
		v->cached = page_cache_enter(kept->cache, v->req->raw_path, &now, &v->flight);
	return v->cached != NULL;
}

/* After a failure that cost the database there is no site any more: the status comes first. */
static bool may_keep(const struct visit *v)
{
	const struct http_response *res = v->res;
	return res->status == 200 && !v->personal && !v->fleeting &&
	       !str_given(response_get(res, "Set-Cookie")) &&
	       (v->site->access == SITE_PUBLIC || (v->route->flags & ROUTE_OPEN)) &&
	       (res->file_fd < 0 || res->file_length_b <= (int64_t)ASSET_MAX_B);
}

/* Reads a file's answer into memory; where that fails it stays a file. */
static bool into_memory(struct visit *v)
{
	struct buf bytes = BUF_INIT(ASSET_MAX_B);
	size_t n;
	if (v->res->file_fd < 0)
		return true;
	if (file_read_fd(v->res->file_fd, "asset", ASSET_MAX_B, &bytes, NULL) != RC_OK) {
		lseek(v->res->file_fd, 0, SEEK_SET);
		buf_release(&bytes);
		return false;
	}
	close(v->res->file_fd);
	v->res->file_fd = -1;
	v->res->owner = buf_take(&bytes, &n);
	v->res->release = free;
	v->res->body = str_n(v->res->owner, n);
	return true;
}

/* The page changes by itself when the next post's time comes, and with the year that stands on it. */
static bool find_end(struct visit *v, struct page_stamp *stamp)
{
	int64_t next_ms = 0;
	stamp->expires_ms = INT64_MAX;
	if (stamp->seq == PAGE_ANY_SEQ)
		return true;
	if (post_next_publication(v->db, v->now_ms, &next_ms, NULL) != RC_OK)
		return false;
	stamp->expires_ms = values_year_ends_ms(v->edition->zone, v->now_ms);
	if (next_ms > 0 && next_ms < stamp->expires_ms)
		stamp->expires_ms = next_ms;
	return true;
}

/* A web server that sends files looks at the path alone, and adds headers of its own that are the same
 * for all: what a query changes, and what has headers that matter, stays with us. */
static bool is_a_file(const struct visit *v)
{
	return !(v->route->flags & ROUTE_QUERY) && !str_given(response_get(v->res, "Link")) &&
	       !str_given(response_get(v->res, "X-Robots-Tag"));
}

static struct cached_page *keep(struct visit *v)
{
	if (!may_keep(v))
		return NULL;
	struct page_stamp stamp = stamp_of(v);
	if (!find_end(v, &stamp) || !into_memory(v))
		return NULL;
	bool compressible = encode_is_worth_it(v);
	if (compressible)
		response_set(v->res, "Vary", STR("Accept-Encoding"));
	struct cached_page *page = cached_page_new(v->res, v->req->raw_path, &stamp, compressible);
	page->takes_query = (v->route->flags & ROUTE_QUERY) != 0;
	if (app_kept(v->app)->folder && is_a_file(v))
		cached_page_for_folder(page, v->path);
	return page;
}

/* The answer itself is made as without all this. In plain CGI there is no thread to leave it to. */
static void to_folder_only(struct visit *v)
{
	struct kept *kept = app_kept(v->app);
	if (!kept->folder)
		return;
	if (!kept->keeper)
		folder_take(kept->folder, v->edition);
	if (!folder_wants(kept->folder, v->cached))
		return;
	if (kept->keeper)
		keeper_write(kept->keeper, v->cached);
	else if (folder_write(kept->folder, v->cached, false))
		folder_write(kept->folder, v->cached, true);
}

bool kept_finish(struct visit *v)
{
	struct kept *kept = app_kept(v->app);
	if (!v->entered)
		return false;
	bool remembered = v->cached != NULL;
	if (!remembered) {
		v->cached = keep(v);
		remembered = kept->remembers && page_cache_leave(kept->cache, v->flight, v->cached);
	}
	v->flight = NULL;
	if (!v->cached)
		return false;
	/* One too large to be remembered is compressed for its visitor: nobody would get what is made later. */
	if (remembered) {
		visit_reset(v);
		give(kept, v->cached, v->req, v->res);
	} else {
		to_folder_only(v);
	}
	cached_page_drop(v->cached);
	v->cached = NULL;
	return remembered;
}
