/* keeper.h: the thread of the serving process for what no visitor should wait for: compressing
 * finished pages, writing them to the page folder, and looking after what changes without a request. */
#ifndef PLATEN_WEB_KEEPER_H
#define PLATEN_WEB_KEEPER_H

#include "base/err.h"
#include "web/page_cache.h"

struct keeper;

struct keeper_calls {
	void *ctx;
	/* Called in the keeper's thread at its start and then when the milliseconds that it gave last are
	 * over. */
	int (*tick)(void *ctx);
	/* Writes a page to the page folder, plain, or compressed when it was true for plain. NULL: there is no
	 * folder. */
	bool (*write)(void *ctx, struct cached_page *page, bool packed);
};

/* The caller's signal mask is the thread's. `cache` may be NULL: no pages are kept. The caller owns
 * *out. RC_IO: no thread can be made. */
NODISCARD enum rc keeper_open(struct page_cache *cache, const struct keeper_calls *calls,
			      struct keeper **out, struct err *err);
/* Ends the thread; what waits is dropped. NULL allowed. */
void keeper_close(struct keeper *keeper);

/* Wants `page` compressed in that coding; from any thread, never blocks long. Asked twice, it is made
 * once. When too much waits already nothing happens, and the page can be asked for again. */
void keeper_compress(struct keeper *keeper, struct cached_page *page, enum http_coding coding);
/* Wants `page` in the page folder, as folder_wants() said: page->written_in is 0 again when too much
 * waits already. */
void keeper_write(struct keeper *keeper, struct cached_page *page);

#endif
