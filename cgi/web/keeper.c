/* keeper.c: the thread of the serving process for what no visitor should wait for. */
#include "base/base.h"

#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/compress.h"
#include "base/log.h"
#include "web/keeper.h"

/* Pages that are asked for once by a crawler come faster than they can be compressed, and need not be. */
#define QUEUE_MAX 32
#define BODY_MAX_B ((size_t)16 << 20)
#define GZIP_LEVEL 6
/* Of 4 to 6 about equal in time for pages of 5 to 50 KB; 9 and more take ten times as long. */
#define BROTLI_QUALITY 5
/* Pages are rendered first. */
#define NICE 5

enum wish_kind { WISH_GZIP = HTTP_GZIP, WISH_BROTLI = HTTP_BROTLI, WISH_WRITE, WISH_PACK };

struct wish {
	struct cached_page *page;
	enum wish_kind kind;
};

struct keeper {
	struct page_cache *cache;
	struct keeper_calls calls;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	struct wish queue[QUEUE_MAX];
	unsigned first, count;
	bool ends;
};

static void compress_page(struct keeper *keeper, const struct wish *wish)
{
	struct err err = ERR_INIT;
	struct buf packed = BUF_INIT(BODY_MAX_B);
	struct str body = cached_page_body(wish->page, HTTP_IDENTITY);
	enum rc rc = wish->kind == WISH_GZIP ? compress_gzip(body, GZIP_LEVEL, &packed, &err)
					       : compress_brotli(body, BROTLI_QUALITY, &packed, &err);
	if (rc == RC_OK) {
		cached_page_add(wish->page, (enum http_coding)wish->kind, buf_view(&packed));
		page_cache_grown(keeper->cache, wish->page);
	} else {
		log_err(LOG_WARN, "cannot compress a page", &err);
	}
	buf_release(&packed);
}

/* False: too much waits. */
static bool wish_for(struct keeper *keeper, struct cached_page *page, enum wish_kind kind)
{
	pthread_mutex_lock(&keeper->lock);
	bool room = keeper->count < QUEUE_MAX && !keeper->ends;
	if (room) {
		unsigned at = (keeper->first + keeper->count++) % QUEUE_MAX;
		keeper->queue[at] = (struct wish){ cached_page_hold(page), kind };
		pthread_cond_signal(&keeper->wake);
	}
	pthread_mutex_unlock(&keeper->lock);
	return room;
}

/* All that waits is written before any of it is compressed: then the web server has it. */
static void write_page(struct keeper *keeper, const struct wish *wish)
{
	void *ctx = keeper->calls.ctx;
	bool packs = keeper->calls.write(ctx, wish->page, wish->kind == WISH_PACK);
	if (packs && !wish_for(keeper, wish->page, WISH_PACK))
		keeper->calls.write(ctx, wish->page, true);
}

static void fulfil(struct keeper *keeper, const struct wish *wish)
{
	if (wish->kind == WISH_WRITE || wish->kind == WISH_PACK)
		write_page(keeper, wish);
	else
		compress_page(keeper, wish);
	cached_page_drop(wish->page);
}

static struct timespec later(int ms)
{
	struct timespec at;
	clock_gettime(CLOCK_MONOTONIC, &at);
	at.tv_sec += ms / 1000;
	at.tv_nsec += ms % 1000 * 1000000L;
	if (at.tv_nsec >= 1000000000) {
		at.tv_sec++;
		at.tv_nsec -= 1000000000;
	}
	return at;
}

static bool is_past(const struct timespec *at)
{
	struct timespec now = later(0);
	return now.tv_sec > at->tv_sec || (now.tv_sec == at->tv_sec && now.tv_nsec >= at->tv_nsec);
}

/* With the lock held. True: `wish` is the next; false: it is time for a tick, or for the end. */
static bool next_wish(struct keeper *keeper, const struct timespec *tick_at, struct wish *wish)
{
	while (!keeper->ends && keeper->count == 0)
		if (pthread_cond_timedwait(&keeper->wake, &keeper->lock, tick_at) != 0)
			break;
	if (keeper->ends || keeper->count == 0 || is_past(tick_at))
		return false;
	*wish = keeper->queue[keeper->first];
	keeper->first = (keeper->first + 1) % QUEUE_MAX;
	keeper->count--;
	return true;
}

static void *keep(void *arg)
{
	struct keeper *keeper = arg;
	struct timespec tick_at = later(0);
	struct wish wish;
	setpriority(PRIO_PROCESS, (id_t)gettid(), NICE);
	pthread_mutex_lock(&keeper->lock);
	while (!keeper->ends) {
		bool has_wish = next_wish(keeper, &tick_at, &wish);
		pthread_mutex_unlock(&keeper->lock);
		if (has_wish)
			fulfil(keeper, &wish);
		else
			tick_at = later(keeper->calls.tick(keeper->calls.ctx));
		pthread_mutex_lock(&keeper->lock);
	}
	pthread_mutex_unlock(&keeper->lock);
	return NULL;
}

enum rc keeper_open(struct page_cache *cache, const struct keeper_calls *calls, struct keeper **out,
		    struct err *err)
{
	struct keeper *keeper = mem_new(sizeof *keeper);
	pthread_condattr_t attr;
	keeper->cache = cache;
	keeper->calls = *calls;
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&keeper->wake, &attr);
	pthread_condattr_destroy(&attr);
	pthread_mutex_init(&keeper->lock, NULL);
	int failed = pthread_create(&keeper->thread, NULL, keep, keeper);
	if (failed) {
		pthread_cond_destroy(&keeper->wake);
		pthread_mutex_destroy(&keeper->lock);
		free(keeper);
		return err_sys(err, RC_IO, failed, "cannot start a thread");
	}
	*out = keeper;
	return RC_OK;
}

void keeper_close(struct keeper *keeper)
{
	if (!keeper)
		return;
	pthread_mutex_lock(&keeper->lock);
	keeper->ends = true;
	pthread_cond_signal(&keeper->wake);
	pthread_mutex_unlock(&keeper->lock);
	pthread_join(keeper->thread, NULL);
	for (; keeper->count > 0; keeper->count--) {
		cached_page_drop(keeper->queue[keeper->first].page);
		keeper->first = (keeper->first + 1) % QUEUE_MAX;
	}
	pthread_cond_destroy(&keeper->wake);
	pthread_mutex_destroy(&keeper->lock);
	free(keeper);
}

void keeper_compress(struct keeper *keeper, struct cached_page *page, enum http_coding coding)
{
	unsigned bit = 1u << coding;
	if (coding == HTTP_IDENTITY || (atomic_fetch_or(&page->asked, bit) & bit))
		return;
	if (!wish_for(keeper, page, (enum wish_kind)coding))
		atomic_fetch_and(&page->asked, ~bit);
}

void keeper_write(struct keeper *keeper, struct cached_page *page)
{
	if (!wish_for(keeper, page, WISH_WRITE))
		atomic_store(&page->written_in, 0);
}
