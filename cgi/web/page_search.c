/* page_search.c: searching the site. */
#include "base/base.h"

#include "base/enc.h"
#include "base/utf8.h"
#include "store/search.h"
#include "text/marked.h"
#include "web/listing.h"
#include "web/pages.h"
#include "web/values.h"

/* Beyond the window that the store ranks there is nothing to page through. */
#define SEARCH_PAGES_MAX 20

static struct str query_link(const struct visit *v, struct str query, int n)
{
	struct str link = visit_link(v, STR("/search"));
	struct str encoded = enc_percent_dup(v->arena, query, ENC_QUERY);
	if (str_empty(query))
		return link;
	link = ARENA_JOIN(v->arena, link, STR("?q="), encoded);
	return n == 1 ? link : arena_printf(v->arena, "%.*s&page=%d", STR_ARG(link), n);
}

static struct str search_link(const struct visit *v, const void *ctx, int n)
{
	const struct str *query = ctx;
	return query_link(v, *query, n);
}

static enum rc cards(struct visit *v, struct page *page, const struct search_result *result,
		     struct err *err)
{
	struct value *list = value_list(v->arena, page->root, "posts");
	value_bool(v->arena, page->root, "has_posts", result->count > 0);
	for (size_t i = 0; i < result->count; i++) {
		struct value *item = value_item(v->arena, list);
		enum rc rc = values_card(v, item, &result->hits[i].card, err);
		if (rc != RC_OK)
			return rc;
		value_html(v->arena, item, "snippet",
			   marked_html(v->arena, result->hits[i].snippet, SEARCH_HIT_BEGIN, SEARCH_HIT_END));
		value_bool(v->arena, item, "is_first", i == 0);
		value_bool(v->arena, item, "is_last", i + 1 == result->count);
		value_int(v->arena, item, "index", (int64_t)i + 1);
	}
	return RC_OK;
}

static struct str count_label(struct visit *v, const struct search_result *result)
{
	return i18n_count(v->i18n, result->more ? "search_count_more" : "search_count", result->total, v->arena);
}

/* A whole sentence for the visitor: what was found, or what was searched instead. */
static struct str message(struct visit *v, struct str query, const struct search_result *result)
{
	struct i18n_pair pairs[] = { { "query", query }, { "corrected", result->corrected } };
	if (str_empty(query) || result->empty_query)
		return STR_NONE;
	if (str_given(result->corrected))
		return i18n_fill(v->i18n, "search_corrected", pairs, 2, v->arena);
	if (!result->count)
		return i18n_fill(v->i18n, "search_none", pairs, 1, v->arena);
	return count_label(v, result);
}

static void search_values(struct visit *v, struct page *page, struct str query,
			  const struct search_result *result)
{
	struct value *object = value_object(v->arena, page->root, "search");
	value_text(v->arena, object, "query", query);
	value_bool(v->arena, object, "has_query", !str_empty(query));
	value_int(v->arena, object, "count", result->total);
	value_text(v->arena, object, "count_label", count_label(v, result));
	value_text_or_null(v->arena, object, "corrected", result->corrected);
	value_text_or_null(v->arena, object, "corrected_url",
			   str_given(result->corrected) ? query_link(v, result->corrected, 1) : STR_NONE);
	value_text_or_null(v->arena, object, "message", message(v, query, result));
}

static void describe(struct visit *v, struct page *page, struct str query)
{
	struct i18n_pair pair = { "query", query };
	struct str title = str_empty(query) ? i18n_text(v->i18n, "search")
					    : i18n_fill(v->i18n, "search_title", &pair, 1, v->arena);
	page->head.kind = HEAD_BARE;
	page->head.noindex = true; /* an endless space of addresses */
	page->head.title = page_title(v, title);
	page->section = STR("/search");
}

static enum rc run(struct visit *v, struct str query, struct listing *at, struct search_result *result,
		   struct err *err)
{
	struct str number = request_param(v->req, "page");
	at->page = 1;
	at->per_page = listing_per_page(v);
	if (str_given(number) && !visit_number(number, SEARCH_PAGES_MAX, &at->page))
		return err_set(err, RC_NOTFOUND, "there is no page '%.*s'", STR_ARG(number));
	struct search_query search = {
		.text = query, .now_ms = v->now_ms, .limit = at->per_page,
		.offset = (int64_t)(at->page - 1) * at->per_page, .flags = POST_LIST_REFS,
	};
	enum rc rc = str_empty(query) ? RC_OK : search_posts(v->db, &search, v->arena, result, err);
	int64_t pages = (result->total + at->per_page - 1) / at->per_page;
	at->pages = pages < 1 ? 1 : pages > SEARCH_PAGES_MAX ? SEARCH_PAGES_MAX : (int)pages;
	if (rc == RC_OK && at->page > at->pages)
		rc = err_set(err, RC_NOTFOUND, "there is no page %d", at->page);
	return rc;
}

enum rc page_search(struct visit *v, struct err *err)
{
	struct search_result result = { .corrected = STR_NONE };
	struct page page;
	struct str query = str_trim(request_param(v->req, "q"));
	struct listing at = { .link_of = search_link, .ctx = &query };
	if (query.n > SEARCH_QUERY_MAX_B)
		query = utf8_cut(query, SEARCH_QUERY_MAX_B);
	enum rc rc = run(v, query, &at, &result, err);
	if (rc != RC_OK)
		return rc;
	page_begin(v, &page, "search");
	describe(v, &page, query);
	search_values(v, &page, query, &result);
	rc = cards(v, &page, &result, err);
	if (rc != RC_OK)
		return rc;
	listing_pager(v, &page, &at);
	return page_render(v, &page, 200, err);
}
