/* cached_page.h: a finished page: its bytes in each coding, its headers, and how long it is true.
 *
 * Immutable but for compressed bodies that come later, and shared by threads; whoever holds one keeps
 * it alive. */
#ifndef PLATEN_WEB_CACHED_PAGE_H
#define PLATEN_WEB_CACHED_PAGE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"
#include "http/conditional.h"
#include "http/negotiate.h"
#include "http/request.h"
#include "http/response.h"

/* What a page was made from. It is true as long as none of it has changed. */
struct page_stamp {
	int64_t seq;              /* public_seq of the snapshot; PAGE_ANY_SEQ: nothing in the database */
	uint64_t generation;      /* of settings and theme: app_generation() */
	int64_t expires_ms;       /* Unix ms of the site's next timed publication; INT64_MAX: none */
};

#define PAGE_ANY_SEQ INT64_C(-1)

struct page_body {
	size_t n;
	char bytes[];
};

struct cached_page {
	_Atomic unsigned refs;
	struct page_stamp stamp;
	bool takes_query;         /* with a query the address has another page */
	bool compressible;
	struct str key;           /* address below the mount, as sent, without query; NUL behind it */
	struct str headers;       /* lines that all its answers have */
	struct str folder_path;   /* as in core/pages.h; empty: the page is no file */
	char etags[HTTP_CODING__MAX][ETAG_MAX_B];
	/* NULL: not made (yet). Identity is there from the start; set once, by cached_page_add(). */
	struct page_body *_Atomic bodies[HTTP_CODING__MAX];
	_Atomic unsigned asked;   /* bits of codings that somebody was already told to make */
	_Atomic unsigned written_in; /* folder.h: number of the generation that has it; 0: none */

	/* Of the cache that it is in, under its lock. */
	struct cached_page *next_in_bucket, *newer, *older;
	uint64_t hash;
	size_t size_b;            /* as the cache counted it */
	bool listed;
};

/* Makes a page of the answer `res`: a body in memory that is the same for all visitors, with all its
 * headers but Content-Encoding and the request's id. The caller holds it. */
struct cached_page *cached_page_new(const struct http_response *res, struct str key,
				    const struct page_stamp *stamp, bool compressible);
/* Lets it go to the page folder under that path (copied). Before others see the page. */
void cached_page_for_folder(struct cached_page *page, struct str path);
struct cached_page *cached_page_hold(struct cached_page *page);
void cached_page_drop(struct cached_page *page); /* NULL allowed */

/* Bytes of memory that it takes. */
size_t cached_page_size_b(const struct cached_page *page);

struct str cached_page_body(const struct cached_page *page, enum http_coding coding); /* STR_NONE: not made */

/* One of the headers that all its answers have; STR_NONE: absent. */
struct str cached_page_header(const struct cached_page *page, const char *name);

/* Adds a compressed body (copied); at most one of each coding is taken. */
void cached_page_add(struct cached_page *page, enum http_coding coding, struct str bytes);

/* Answers GET or HEAD with the page: in the best coding that is there, or 304, 412. `res` is fresh
 * from response_init() and keeps the page until it is released. *wanted: the coding that the client
 * would rather have had; identity: it has the best. No system call, no lock. */
void cached_page_answer(struct cached_page *page, const struct http_request *req,
			struct http_response *res, enum http_coding *wanted);

#endif
