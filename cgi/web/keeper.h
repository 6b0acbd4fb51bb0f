/* keeper.h: the thread of the serving process for what no visitor should wait for: compressing
 * finished pages, and looking once a second after what changes without a request. */
#ifndef PLATEN_WEB_KEEPER_H
#define PLATEN_WEB_KEEPER_H

#include "base/err.h"
#include "web/page_cache.h"

struct keeper;

/* `tick(ctx)` is called in the keeper's thread at least once a second. The caller's signal mask is the
 * thread's. The caller owns *out. RC_IO: no thread can be made. */
NODISCARD enum rc keeper_open(struct page_cache *cache, void (*tick)(void *ctx), void *ctx,
			      struct keeper **out, struct err *err);
/* Ends the thread; what waits is dropped. NULL allowed. */
void keeper_close(struct keeper *keeper);

/* Wants `page` compressed in that coding; from any thread, never blocks long. Asked twice, it is made
 * once. When too much waits already nothing happens, and the page can be asked for again. */
void keeper_compress(struct keeper *keeper, struct cached_page *page, enum http_coding coding);

#endif
