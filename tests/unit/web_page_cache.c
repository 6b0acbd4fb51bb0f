/* web_page_cache.c: pages are found while they are true, the budget holds, a page is made once. */
#include "unit.h"

#include <pthread.h>
#include <stdatomic.h>

#include "web/page_cache.h"

#define BUDGET_B 40000
#define NOW 1000

static const struct page_stamp now = { 7, 1, NOW };

static struct cached_page *make(const char *key, size_t n, struct page_stamp stamp)
{
	struct arena arena;
	struct http_response res;
	char *bytes = mem_new(n + 1);
	memset(bytes, 'x', n);
	arena_init(&arena, ARENA_MAX_B);
	response_init(&res, &arena);
	res.body = str_n(bytes, n);
	response_set(&res, "Content-Type", STR("text/html"));
	response_set(&res, "X-Request-Id", STR("somebody else's"));
	struct cached_page *page = cached_page_new(&res, str_of(key), &stamp, true);
	free(bytes);
	arena_release(&arena);
	return page;
}

static void put(struct page_cache *cache, const char *key, size_t n, struct page_stamp stamp)
{
	struct cached_page *page = make(key, n, stamp);
	page_cache_put(cache, page);
	cached_page_drop(page);
}

static bool has_with(struct page_cache *cache, const char *key, bool query, struct page_stamp at)
{
	struct cached_page *page = page_cache_get(cache, str_of(key), query, &at);
	cached_page_drop(page);
	return page != NULL;
}

static bool has(struct page_cache *cache, const char *key)
{
	return has_with(cache, key, false, now);
}

static struct page_cache_counts counts(struct page_cache *cache)
{
	struct page_cache_counts c;
	page_cache_counts(cache, &c);
	return c;
}

static const struct page_stamp lasting = { 7, 1, INT64_MAX };

static void a_page_is_found_only_while_it_is_true(void **state)
{
	struct page_cache *cache = page_cache_new(BUDGET_B);
	(void)state;
	put(cache, "/a", 100, (struct page_stamp){ 7, 1, NOW + 5 });
	assert_true(has(cache, "/a"));
	assert_false(has(cache, "/b"));
	assert_false(has_with(cache, "/a", false, (struct page_stamp){ 8, 1, NOW }));
	assert_false(has_with(cache, "/a", false, (struct page_stamp){ 6, 1, NOW }));
	assert_false(has_with(cache, "/a", false, (struct page_stamp){ 7, 2, NOW }));
	assert_true(has_with(cache, "/a", false, (struct page_stamp){ 7, 1, NOW + 4 }));
	assert_false(has_with(cache, "/a", false, (struct page_stamp){ 7, 1, NOW + 5 }));
	page_cache_free(cache);
}

static void a_file_is_true_whatever_the_database_says(void **state)
{
	struct page_cache *cache = page_cache_new(BUDGET_B);
	(void)state;
	put(cache, "/file", 100, (struct page_stamp){ PAGE_ANY_SEQ, 1, INT64_MAX });
	assert_true(has_with(cache, "/file", false, (struct page_stamp){ INT64_MIN, 1, NOW }));
	assert_false(has_with(cache, "/file", false, (struct page_stamp){ 7, 2, NOW }));
	page_cache_free(cache);
}

static void a_query_counts_where_the_page_takes_one(void **state)
{
	struct page_cache *cache = page_cache_new(BUDGET_B);
	(void)state;
	struct cached_page *page = make("/search", 100, lasting);
	page->takes_query = true;
	page_cache_put(cache, page);
	cached_page_drop(page);
	put(cache, "/about", 100, lasting);
	assert_true(has_with(cache, "/search", false, now));
	assert_false(has_with(cache, "/search", true, now));
	assert_true(has_with(cache, "/about", true, now));
	page_cache_free(cache);
}

static void the_least_recently_used_pages_give_way(void **state)
{
	struct page_cache *cache = page_cache_new(BUDGET_B);
	(void)state;
	char key[32];
	put(cache, "/often", 1000, lasting);
	for (int i = 0; i < 1000; i++) {
		snprintf(key, sizeof key, "/page/%d", i);
		put(cache, key, 1000, lasting);
		assert_true(has(cache, key));
		assert_true(has(cache, "/often"));
		assert_true(counts(cache).size_b <= BUDGET_B);
	}
	assert_false(has(cache, "/page/0"));
	assert_in_range(counts(cache).pages, 10, 40);
	page_cache_free(cache);
}

static void what_is_too_large_is_not_kept(void **state)
{
	struct page_cache *cache = page_cache_new(BUDGET_B);
	(void)state;
	put(cache, "/small", 100, lasting);
	put(cache, "/large", BUDGET_B / 8, lasting);
	assert_false(has(cache, "/large"));
	assert_true(has(cache, "/small"));
	page_cache_free(cache);
}

static void a_late_page_does_not_replace_a_newer_one(void **state)
{
	struct page_cache *cache = page_cache_new(BUDGET_B);
	(void)state;
	put(cache, "/a", 100, lasting);
	put(cache, "/a", 100, (struct page_stamp){ 6, 1, INT64_MAX });
	assert_true(has(cache, "/a"));
	put(cache, "/a", 100, (struct page_stamp){ 8, 1, INT64_MAX });
	assert_false(has(cache, "/a"));
	assert_int_equal(counts(cache).pages, 1);
	page_cache_free(cache);
}

static void a_compressed_body_counts_and_may_push_others_out(void **state)
{
	struct page_cache *cache = page_cache_new(BUDGET_B);
	char bytes[4000];
	(void)state;
	memset(bytes, 'z', sizeof bytes);
	for (int i = 0; i < 8; i++)
		put(cache, (char[]){ '/', (char)('a' + i), 0 }, 4000, lasting);
	size_t before = counts(cache).size_b;
	struct cached_page *page = page_cache_get(cache, STR("/h"), false, &now);
	cached_page_add(page, HTTP_GZIP, str_n(bytes, sizeof bytes));
	page_cache_grown(cache, page);
	assert_in_range(counts(cache).size_b, before + sizeof bytes, before + sizeof bytes + 64);
	cached_page_add(page, HTTP_BROTLI, str_n(bytes, sizeof bytes));
	page_cache_grown(cache, page);
	assert_true(counts(cache).size_b <= BUDGET_B);
	assert_false(has(cache, "/a"));
	assert_true(has(cache, "/h"));
	cached_page_add(page, HTTP_GZIP, STR("a second one is not taken"));
	assert_int_equal(cached_page_body(page, HTTP_GZIP).n, sizeof bytes);
	cached_page_drop(page);
	page_cache_free(cache);
}

static void a_page_in_use_outlives_the_cache(void **state)
{
	struct page_cache *cache = page_cache_new(BUDGET_B);
	(void)state;
	put(cache, "/a", 3000, lasting);
	struct cached_page *page = page_cache_get(cache, STR("/a"), false, &now);
	page_cache_free(cache);
	assert_int_equal(cached_page_body(page, HTTP_IDENTITY).n, 3000);
	cached_page_drop(page);
}

/* --- one render of a page at a time --- */

struct crowd {
	struct page_cache *cache;
	_Atomic int renders;
	_Atomic int entered;
	bool keeps;
};

static void *visitor(void *arg)
{
	struct crowd *crowd = arg;
	struct flight *flight;
	struct cached_page *page = page_cache_enter(crowd->cache, STR("/wanted"), &now, &flight);
	if (!page) {
		atomic_fetch_add(&crowd->renders, 1);
		if (crowd->keeps)
			page = make("/wanted", 500, lasting);
		page_cache_leave(crowd->cache, flight, page);
	}
	cached_page_drop(page);
	return NULL;
}

static int renders_of_a_crowd(bool keeps)
{
	struct crowd crowd = { .cache = page_cache_new(BUDGET_B), .keeps = keeps };
	struct flight *flight;
	pthread_t threads[8];
	/* This thread has begun: the others can only wait for it. */
	assert_null(page_cache_enter(crowd.cache, STR("/wanted"), &now, &flight));
	assert_non_null(flight);
	for (size_t i = 0; i < COUNT_OF(threads); i++)
		assert_int_equal(pthread_create(&threads[i], NULL, visitor, &crowd), 0);
	struct cached_page *page = keeps ? make("/wanted", 500, lasting) : NULL;
	page_cache_leave(crowd.cache, flight, page);
	cached_page_drop(page);
	for (size_t i = 0; i < COUNT_OF(threads); i++)
		pthread_join(threads[i], NULL);
	page_cache_free(crowd.cache);
	return crowd.renders;
}

static void whoever_comes_during_a_render_gets_its_page(void **state)
{
	(void)state;
	for (int i = 0; i < 50; i++)
		assert_int_equal(renders_of_a_crowd(true), 0);
}

static void a_page_that_cannot_be_kept_is_rendered_by_everybody(void **state)
{
	(void)state;
	for (int i = 0; i < 50; i++)
		assert_int_equal(renders_of_a_crowd(false), 8);
}

static void another_state_of_the_site_waits_for_nobody(void **state)
{
	struct page_cache *cache = page_cache_new(BUDGET_B);
	struct flight *first, *second;
	struct page_stamp later = { 8, 1, NOW };
	(void)state;
	assert_null(page_cache_enter(cache, STR("/a"), &now, &first));
	assert_null(page_cache_enter(cache, STR("/a"), &later, &second));
	assert_non_null(second);
	page_cache_leave(cache, second, NULL);
	page_cache_leave(cache, first, NULL);
	page_cache_free(cache);
}

/* --- answers --- */

struct answer {
	struct arena arena;
	struct http_request req;
	struct http_response res;
	struct http_pair headers[2];
	enum http_coding wanted;
};

static void ask(struct answer *a, struct cached_page *page, enum http_method method, const char *accept,
		const char *none_match)
{
	memset(a, 0, sizeof *a);
	arena_init(&a->arena, ARENA_MAX_B);
	a->req.arena = &a->arena;
	a->req.method = method;
	snprintf(a->req.id, sizeof a->req.id, "%032d", 5);
	a->req.headers.items = a->headers;
	if (accept)
		a->headers[a->req.headers.count++] = (struct http_pair){ STR("accept-encoding"), str_of(accept) };
	if (none_match)
		a->headers[a->req.headers.count++] = (struct http_pair){ STR("if-none-match"), str_of(none_match) };
	response_init(&a->res, &a->arena);
	cached_page_answer(page, &a->req, &a->res, &a->wanted);
}

static void done(struct answer *a)
{
	a->res.release(a->res.owner);
	arena_release(&a->arena);
}

static void the_best_coding_that_is_there_is_given(void **state)
{
	struct answer a;
	struct cached_page *page = make("/a", 2000, lasting);
	(void)state;
	ask(&a, page, HTTP_GET, "gzip, br", NULL);
	assert_int_equal(a.res.body.n, 2000);
	assert_int_equal(a.wanted, HTTP_BROTLI);
	assert_false(str_given(response_get(&a.res, "Content-Encoding")));
	done(&a);
	cached_page_add(page, HTTP_GZIP, STR("zipped"));
	ask(&a, page, HTTP_GET, "gzip, br", NULL);
	assert_true(str_is(a.res.body, "zipped"));
	assert_int_equal(a.wanted, HTTP_BROTLI);
	done(&a);
	cached_page_add(page, HTTP_BROTLI, STR("brotlied"));
	ask(&a, page, HTTP_GET, "gzip, br", NULL);
	assert_true(str_is(a.res.body, "brotlied"));
	assert_true(str_is(response_get(&a.res, "Content-Encoding"), "br"));
	assert_int_equal(a.wanted, HTTP_IDENTITY);
	done(&a);
	ask(&a, page, HTTP_GET, "br;q=0", NULL);
	assert_int_equal(a.res.body.n, 2000);
	assert_int_equal(a.wanted, HTTP_IDENTITY);
	done(&a);
	cached_page_drop(page);
}

static void the_head_is_the_pages_with_the_requests_own_id(void **state)
{
	struct answer a;
	struct buf head = BUF_INIT(4096);
	struct cached_page *page = make("/a", 2000, lasting);
	(void)state;
	ask(&a, page, HTTP_HEAD, NULL, NULL);
	assert_true(a.res.head_only);
	response_write_head(&a.res, &head);
	struct str text = buf_view(&head);
	assert_true(str_starts(text, STR("Status: 200 OK\r\nContent-Type: text/html\r\n")));
	assert_true(str_find(text, STR("\r\nContent-Length: 2000\r\n\r\n")) > 0);
	assert_true(str_find(text, STR("X-Request-Id: 00000000000000000000000000000005\r\n")) > 0);
	assert_true(str_find(text, STR("somebody")) < 0);
	buf_release(&head);
	done(&a);
	cached_page_drop(page);
}

static void a_client_that_has_the_page_in_any_coding_gets_304(void **state)
{
	struct answer a;
	struct cached_page *page = make("/a", 2000, lasting);
	(void)state;
	for (int c = 0; c < HTTP_CODING__MAX; c++) {
		char list[100];
		snprintf(list, sizeof list, "\"other\", W/%s", page->etags[c]);
		ask(&a, page, HTTP_GET, "gzip, br", list);
		assert_int_equal(a.res.status, 304);
		assert_true(a.res.head_only);
		assert_true(str_is(response_get(&a.res, "ETag"), page->etags[c]));
		done(&a);
	}
	ask(&a, page, HTTP_GET, NULL, "\"other\"");
	assert_int_equal(a.res.status, 200);
	done(&a);
	assert_string_not_equal(page->etags[HTTP_GZIP], page->etags[HTTP_IDENTITY]);
	cached_page_drop(page);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_page_is_found_only_while_it_is_true),
		cmocka_unit_test(a_file_is_true_whatever_the_database_says),
		cmocka_unit_test(a_query_counts_where_the_page_takes_one),
		cmocka_unit_test(the_least_recently_used_pages_give_way),
		cmocka_unit_test(what_is_too_large_is_not_kept),
		cmocka_unit_test(a_late_page_does_not_replace_a_newer_one),
		cmocka_unit_test(a_compressed_body_counts_and_may_push_others_out),
		cmocka_unit_test(a_page_in_use_outlives_the_cache),
		cmocka_unit_test(whoever_comes_during_a_render_gets_its_page),
		cmocka_unit_test(a_page_that_cannot_be_kept_is_rendered_by_everybody),
		cmocka_unit_test(another_state_of_the_site_waits_for_nobody),
		cmocka_unit_test(the_best_coding_that_is_there_is_given),
		cmocka_unit_test(the_head_is_the_pages_with_the_requests_own_id),
		cmocka_unit_test(a_client_that_has_the_page_in_any_coding_gets_304),
	};
	return cmocka_run_group_tests_name("page cache", tests, NULL, NULL);
}
