/* kept.h: the finished pages of a serving process: their cache, the watch that tells whether they are
 * still true, the keeper that compresses them, and the folder that they may be written to. */
#ifndef PLATEN_WEB_KEPT_H
#define PLATEN_WEB_KEPT_H

#include "web/folder.h"
#include "web/keeper.h"
#include "web/page_cache.h"
#include "web/visit.h"
#include "web/watch.h"

struct kept {
	struct page_cache *cache;
	bool remembers;           /* the cache has room at all */
	struct watch **watches;   /* one for each loop of the front */
	unsigned loops;
	struct keeper *keeper;    /* NULL in plain CGI: nothing is kept in memory then */
	struct folder *folder;    /* NULL: there is none */
};

/* In that loop: answers from memory what is as new as every commit that had returned when the request
 * came. False: it must be rendered. `generation`: app_generation(). */
bool kept_answer(struct kept *kept, unsigned loop, uint64_t generation, struct http_request *req,
		 struct http_response *res);

/* In a thread, once the gate knows route, site and snapshot, and the address is the page's own.
 * True: another thread has made the page meanwhile; kept_finish() gives it. False: render it. */
bool kept_enter(struct visit *v);

/* After the handler, and whether it failed or not: keeps the answer if it may be kept, and gives it (or
 * the one of kept_enter()) as this visitor wants it. False: the answer is nobody else's. */
bool kept_finish(struct visit *v);

#endif
