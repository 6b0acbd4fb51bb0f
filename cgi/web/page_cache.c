/* page_cache.c: finished pages in memory: found by address, within a budget, made once. */
#include "base/base.h"

#include <pthread.h>

#include "base/hash.h"
#include "web/page_cache.h"

#define BUCKETS_FIRST 64
#define LARGE_PART 8     /* of the budget: what a single page may take */
#define WAIT_S 5         /* for a page that another thread renders; then this one renders too */

struct flight {
	struct flight *next;
	struct page_stamp stamp;
	char *key;
	size_t key_n;
};

struct page_cache {
	pthread_mutex_t lock;
	pthread_cond_t landed;       /* a flight has ended */
	struct cached_page **buckets;
	size_t bucket_count;         /* a power of two */
	struct cached_page *newest, *oldest;
	struct flight *flights;      /* as many as threads render: searched one by one */
	uint64_t seed;
	struct page_cache_counts counts;
};

struct page_cache *page_cache_new(size_t budget_b)
{
	struct page_cache *cache = mem_new(sizeof *cache);
	pthread_condattr_t attr;
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&cache->landed, &attr);
	pthread_condattr_destroy(&attr);
	pthread_mutex_init(&cache->lock, NULL);
	cache->bucket_count = BUCKETS_FIRST;
	cache->buckets = mem_array(cache->bucket_count, sizeof *cache->buckets);
	cache->seed = hash_seed();
	cache->counts.budget_b = budget_b;
	return cache;
}

static struct cached_page **bucket_of(struct page_cache *cache, uint64_t hash)
{
	return &cache->buckets[hash & (cache->bucket_count - 1)];
}

static void unlist(struct page_cache *cache, struct cached_page *page)
{
	*(page->newer ? &page->newer->older : &cache->newest) = page->older;
	*(page->older ? &page->older->newer : &cache->oldest) = page->newer;
	page->newer = page->older = NULL;
}

static void list_newest(struct page_cache *cache, struct cached_page *page)
{
	page->older = cache->newest;
	*(cache->newest ? &cache->newest->newer : &cache->oldest) = page;
	cache->newest = page;
}

/* With the lock held; the cache's own hold on it ends. */
static void take_out(struct page_cache *cache, struct cached_page *page)
{
	struct cached_page **at = bucket_of(cache, page->hash);
	while (*at != page)
		at = &(*at)->next_in_bucket;
	*at = page->next_in_bucket;
	unlist(cache, page);
	page->listed = false;
	cache->counts.size_b -= page->size_b;
	cache->counts.pages--;
	cached_page_drop(page);
}

void page_cache_free(struct page_cache *cache)
{
	if (!cache)
		return;
	while (cache->oldest)
		take_out(cache, cache->oldest);
	free(cache->buckets);
	pthread_cond_destroy(&cache->landed);
	pthread_mutex_destroy(&cache->lock);
	free(cache);
}

static struct cached_page *find(struct page_cache *cache, struct str key, uint64_t hash)
{
	struct cached_page *page = *bucket_of(cache, hash);
	while (page && (page->hash != hash || !str_eq(page->key, key)))
		page = page->next_in_bucket;
	return page;
}

static bool same_state(const struct page_stamp *a, const struct page_stamp *b)
{
	return a->generation == b->generation && (a->seq == b->seq || a->seq == PAGE_ANY_SEQ);
}

static struct cached_page *get(struct page_cache *cache, struct str key, uint64_t hash, bool has_query,
			       const struct page_stamp *now)
{
	struct cached_page *page = find(cache, key, hash);
	if (!page || !same_state(&page->stamp, now) || now->expires_ms >= page->stamp.expires_ms ||
	    (has_query && page->takes_query))
		return NULL;
	if (page != cache->newest) {
		unlist(cache, page);
		list_newest(cache, page);
	}
	return cached_page_hold(page);
}

struct cached_page *page_cache_get(struct page_cache *cache, struct str key, bool has_query,
				   const struct page_stamp *now)
{
	uint64_t hash = hash_str(key, cache->seed);
	pthread_mutex_lock(&cache->lock);
	struct cached_page *page = get(cache, key, hash, has_query, now);
	if (page)
		cache->counts.hits++;
	else
		cache->counts.misses++;
	pthread_mutex_unlock(&cache->lock);
	return page;
}

static bool is_in_flight(const struct page_cache *cache, struct str key, const struct page_stamp *now)
{
	for (const struct flight *f = cache->flights; f; f = f->next)
		if (same_state(&f->stamp, now) && str_eq(str_n(f->key, f->key_n), key))
			return true;
	return false;
}

static struct flight *take_off(struct page_cache *cache, struct str key, const struct page_stamp *now)
{
	struct flight *f = mem_new(sizeof *f);
	*f = (struct flight){ cache->flights, *now, mem_dup(key.p, key.n), key.n };
	cache->flights = f;
	return f;
}

static void land(struct page_cache *cache, struct flight *f)
{
	struct flight **at = &cache->flights;
	while (*at != f)
		at = &(*at)->next;
	*at = f->next;
	free(f->key);
	free(f);
	pthread_cond_broadcast(&cache->landed);
}

/* With the lock held. A page that could not be kept is not waited for twice: pages that every visitor
 * gets for himself would be made one after the other. */
static void wait_for_flight(struct page_cache *cache, struct str key, const struct page_stamp *now)
{
	struct timespec end;
	clock_gettime(CLOCK_MONOTONIC, &end);
	end.tv_sec += WAIT_S;
	while (is_in_flight(cache, key, now))
		if (pthread_cond_timedwait(&cache->landed, &cache->lock, &end) != 0)
			break;
}

struct cached_page *page_cache_enter(struct page_cache *cache, struct str key,
				     const struct page_stamp *now, struct flight **flight)
{
	uint64_t hash = hash_str(key, cache->seed);
	*flight = NULL;
	pthread_mutex_lock(&cache->lock);
	bool waits = is_in_flight(cache, key, now);
	if (waits)
		wait_for_flight(cache, key, now);
	struct cached_page *page = get(cache, key, hash, false, now);
	if (!page && !waits)
		*flight = take_off(cache, key, now);
	pthread_mutex_unlock(&cache->lock);
	return page;
}

/* Twice the buckets; on average one page in each. */
static void grow(struct page_cache *cache)
{
	size_t count = cache->bucket_count * 2;
	struct cached_page **buckets = mem_array(count, sizeof *buckets);
	for (struct cached_page *page = cache->newest; page; page = page->older) {
		page->next_in_bucket = buckets[page->hash & (count - 1)];
		buckets[page->hash & (count - 1)] = page;
	}
	free(cache->buckets);
	cache->buckets = buckets;
	cache->bucket_count = count;
}

static void make_room(struct page_cache *cache)
{
	while (cache->counts.size_b > cache->counts.budget_b && cache->oldest)
		take_out(cache, cache->oldest);
}

/* A thread that was held up may bring its page late. */
static bool is_newer(const struct page_stamp *a, const struct page_stamp *b)
{
	return a->generation > b->generation || (a->generation == b->generation && a->seq > b->seq);
}

static void put(struct page_cache *cache, struct cached_page *page)
{
	cache->counts.made++;
	page->hash = hash_str(page->key, cache->seed);
	page->size_b = cached_page_size_b(page);
	if (page->size_b > cache->counts.budget_b / LARGE_PART)
		return;
	struct cached_page *old = find(cache, page->key, page->hash);
	if (old && is_newer(&old->stamp, &page->stamp))
		return;
	if (old)
		take_out(cache, old);
	if (cache->counts.pages >= cache->bucket_count)
		grow(cache);
	struct cached_page **bucket = bucket_of(cache, page->hash);
	page->next_in_bucket = *bucket;
	*bucket = cached_page_hold(page);
	list_newest(cache, page);
	page->listed = true;
	cache->counts.pages++;
	cache->counts.size_b += page->size_b;
	make_room(cache);
}

void page_cache_put(struct page_cache *cache, struct cached_page *page)
{
	pthread_mutex_lock(&cache->lock);
	put(cache, page);
	pthread_mutex_unlock(&cache->lock);
}

bool page_cache_leave(struct page_cache *cache, struct flight *flight, struct cached_page *page)
{
	pthread_mutex_lock(&cache->lock);
	if (page)
		put(cache, page);
	bool kept = page && page->listed;
	if (flight)
		land(cache, flight);
	pthread_mutex_unlock(&cache->lock);
	return kept;
}

void page_cache_grown(struct page_cache *cache, struct cached_page *page)
{
	pthread_mutex_lock(&cache->lock);
	if (page->listed) {
		cache->counts.size_b -= page->size_b;
		page->size_b = cached_page_size_b(page);
		cache->counts.size_b += page->size_b;
		make_room(cache);
	}
	pthread_mutex_unlock(&cache->lock);
}

void page_cache_counts(struct page_cache *cache, struct page_cache_counts *out)
{
	pthread_mutex_lock(&cache->lock);
	*out = cache->counts;
	pthread_mutex_unlock(&cache->lock);
}
