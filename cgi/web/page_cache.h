/* page_cache.h: finished pages in memory: found by address, within a budget, made once.
 *
 * All functions may be called by any thread; none blocks long but page_cache_enter(). */
#ifndef PLATEN_WEB_PAGE_CACHE_H
#define PLATEN_WEB_PAGE_CACHE_H

#include "web/cached_page.h"

struct page_cache;
struct flight;  /* a page that a thread renders now */

/* `budget_b` bounds the bytes of all pages together; a page of more than an eighth of it is not kept. */
struct page_cache *page_cache_new(size_t budget_b);
/* No thread may be in page_cache_enter(). NULL allowed. */
void page_cache_free(struct page_cache *cache);

/* The page of that key if it was made from what `now` says and now->expires_ms, the present time here,
 * is before its end. The caller holds it. `has_query`: pages that take one do not count. NULL: none.
 * O(1). */
struct cached_page *page_cache_get(struct page_cache *cache, struct str key, bool has_query,
				   const struct page_stamp *now);

/* In a thread that would render the page: NULL: render it, then page_cache_leave(), in any case. While
 * another thread renders the same page from the same state this waits for it (at most some seconds)
 * and gives its page; when that one could not be kept, this thread renders too, and nobody waits for
 * it (*flight is NULL). */
struct cached_page *page_cache_enter(struct page_cache *cache, struct str key,
				     const struct page_stamp *now, struct flight **flight);
/* `page` is what was rendered; NULL: nothing that could be kept. `flight` may be NULL. Whether the page
 * is kept now: it is not when it is too large, or a newer one is there. */
bool page_cache_leave(struct page_cache *cache, struct flight *flight, struct cached_page *page);

/* Puts a page in place of an older one with its key; the least recently used ones give way. */
void page_cache_put(struct page_cache *cache, struct cached_page *page);

/* A body was added to `page`: counts it, if the page is still there. */
void page_cache_grown(struct page_cache *cache, struct cached_page *page);

struct page_cache_counts {
	uint64_t hits, misses;  /* of page_cache_get() */
	uint64_t made;          /* pages put */
	size_t pages, size_b, budget_b;
};
void page_cache_counts(struct page_cache *cache, struct page_cache_counts *out);

#endif
