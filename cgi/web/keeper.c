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
#define TICK_NS INT64_C(1000000000)
#define BODY_MAX_B ((size_t)16 << 20)
#define GZIP_LEVEL 6
/* Of 4 to 6 about equal in time for pages of 5 to 50 KB; 9 and more take ten times as long. */
#define BROTLI_QUALITY 5
/* Pages are rendered first. */
#define NICE 10

struct wish {
	struct cached_page *page;
	enum http_coding coding;
};

struct keeper {
	struct page_cache *cache;
	void (*tick)(void *ctx);
	void *ctx;
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
	enum rc rc = wish->coding == HTTP_GZIP ? compress_gzip(body, GZIP_LEVEL, &packed, &err)
					       : compress_brotli(body, BROTLI_QUALITY, &packed, &err);
	if (rc == RC_OK) {
		cached_page_add(wish->page, wish->coding, buf_view(&packed));
		page_cache_grown(keeper->cache, wish->page);
	} else {
		log_err(LOG_WARN, "cannot compress a page", &err);
	}
	buf_release(&packed);
}

static struct timespec later(int64_t ns)
{
	struct timespec at;
	clock_gettime(CLOCK_MONOTONIC, &at);
	at.tv_sec += (time_t)(ns / 1000000000);
	at.tv_nsec += (long)(ns % 1000000000);
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
	struct timespec tick_at = later(TICK_NS);
	struct wish wish;
	setpriority(PRIO_PROCESS, (id_t)gettid(), NICE);
	pthread_mutex_lock(&keeper->lock);
	while (!keeper->ends) {
		bool has_wish = next_wish(keeper, &tick_at, &wish);
		pthread_mutex_unlock(&keeper->lock);
		if (has_wish) {
			compress_page(keeper, &wish);
			cached_page_drop(wish.page);
		} else {
			keeper->tick(keeper->ctx);
			tick_at = later(TICK_NS);
		}
		pthread_mutex_lock(&keeper->lock);
	}
	pthread_mutex_unlock(&keeper->lock);
	return NULL;
}

enum rc keeper_open(struct page_cache *cache, void (*tick)(void *ctx), void *ctx, struct keeper **out,
		    struct err *err)
{
	struct keeper *keeper = mem_new(sizeof *keeper);
	pthread_condattr_t attr;
	keeper->cache = cache;
	keeper->tick = tick;
	keeper->ctx = ctx;
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
	pthread_mutex_lock(&keeper->lock);
	bool room = keeper->count < QUEUE_MAX && !keeper->ends;
	if (room) {
		unsigned at = (keeper->first + keeper->count++) % QUEUE_MAX;
		keeper->queue[at] = (struct wish){ cached_page_hold(page), coding };
		pthread_cond_signal(&keeper->wake);
	}
	pthread_mutex_unlock(&keeper->lock);
	if (!room)
		atomic_fetch_and(&page->asked, ~bit);
}
