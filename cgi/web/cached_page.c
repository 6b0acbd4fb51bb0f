/* cached_page.c: a finished page: its bytes in each coding, its headers, and how long it is true. */
#include "base/base.h"

#include <malloc.h>

#include "web/cached_page.h"

static const char *const suffixes[HTTP_CODING__MAX] = { [HTTP_GZIP] = "gz", [HTTP_BROTLI] = "br" };

/* Not among the lines that all answers have: they differ by coding or request. */
static bool is_own_header(const char *name)
{
	static const char *const own[] = { "ETag", "Content-Encoding", "X-Request-Id" };
	for (size_t i = 0; i < COUNT_OF(own); i++)
		if (strcasecmp(name, own[i]) == 0)
			return true;
	return false;
}

static struct str common_headers(const struct http_response *res)
{
	struct http_response common = *res;
	struct buf lines = BUF_INIT(2 * RESPONSE_HEADERS_MAX_B);
	common.header_count = 0;
	for (size_t i = 0; i < res->header_count; i++)
		if (!is_own_header(res->headers[i].name))
			common.headers[common.header_count++] = res->headers[i];
	response_write_headers(&common, &lines);
	struct str exact = str_n(mem_dup(lines.bytes ? lines.bytes : "", lines.len), lines.len);
	buf_release(&lines);
	return exact;
}

/* Another coding of a page is another representation and has another tag (RFC 9110, 8.8.3.3). A tag
 * that the handler set is kept: it names the content as well. */
static void write_etags(struct cached_page *page, const struct http_response *res)
{
	struct str given = response_get(res, "ETag");
	for (int c = 0; c < HTTP_CODING__MAX; c++) {
		if (!str_given(given))
			etag_write(page->etags[c], hash_128(res->body), suffixes[c]);
		else
			snprintf(page->etags[c], ETAG_MAX_B, "%.*s%s%s\"", (int)given.n - 1, given.p,
				 suffixes[c] ? "-" : "", suffixes[c] ? suffixes[c] : "");
	}
}

static struct page_body *body_new(struct str bytes)
{
	struct page_body *body = mem_new(sizeof *body + bytes.n);
	body->n = bytes.n;
	memcpy(body->bytes, bytes.p, bytes.n);
	return body;
}

struct cached_page *cached_page_new(const struct http_response *res, struct str key,
				    const struct page_stamp *stamp, bool compressible)
{
	struct cached_page *page = mem_new(sizeof *page);
	page->refs = 1;
	page->stamp = *stamp;
	page->compressible = compressible;
	page->key = str_n(mem_dup(key.p, key.n), key.n);
	page->headers = common_headers(res);
	page->bodies[HTTP_IDENTITY] = body_new(res->body);
	write_etags(page, res);
	return page;
}

void cached_page_for_folder(struct cached_page *page, struct str path)
{
	page->folder_path = str_n(mem_dup(path.p, path.n), path.n);
}

struct str cached_page_header(const struct cached_page *page, const char *name)
{
	struct str rest = page->headers, line;
	size_t n = strlen(name);
	while (str_line(&rest, &line))
		if (line.n > n + 2 && str_istarts(line, str_n(name, n)) && line.p[n] == ':')
			return str_from(line, n + 2);
	return STR_NONE;
}

struct cached_page *cached_page_hold(struct cached_page *page)
{
	atomic_fetch_add_explicit(&page->refs, 1, memory_order_relaxed);
	return page;
}

void cached_page_drop(struct cached_page *page)
{
	if (!page || atomic_fetch_sub_explicit(&page->refs, 1, memory_order_acq_rel) > 1)
		return;
	for (int c = 0; c < HTTP_CODING__MAX; c++)
		free(page->bodies[c]);
	free((void *)(uintptr_t)page->headers.p);
	free((void *)(uintptr_t)page->key.p);
	free((void *)(uintptr_t)page->folder_path.p);
	free(page);
}

static void release(void *page)
{
	cached_page_drop(page);
}

struct str cached_page_body(const struct cached_page *page, enum http_coding coding)
{
	struct page_body *body = atomic_load_explicit(&page->bodies[coding], memory_order_acquire);
	return body ? str_n(body->bytes, body->n) : STR_NONE;
}

/* What the heap takes for a piece: with its own head, and more than was asked for. A budget that counts
 * texts alone was passed by a quarter. */
static size_t taken_b(const void *p)
{
	return p ? malloc_usable_size((void *)(uintptr_t)p) + sizeof(size_t) : 0;
}

size_t cached_page_size_b(const struct cached_page *page)
{
	size_t n = taken_b(page) + taken_b(page->key.p) + taken_b(page->headers.p) + taken_b(page->folder_path.p);
	for (int c = 0; c < HTTP_CODING__MAX; c++)
		n += taken_b(atomic_load_explicit(&page->bodies[c], memory_order_acquire));
	return n;
}

void cached_page_add(struct cached_page *page, enum http_coding coding, struct str bytes)
{
	struct page_body *body = body_new(bytes), *none = NULL;
	if (!atomic_compare_exchange_strong(&page->bodies[coding], &none, body))
		free(body);
}

static enum http_coding best_coding(const struct cached_page *page, struct str accepted,
				    enum http_coding *wanted)
{
	unsigned there = 0;
	*wanted = HTTP_IDENTITY;
	if (!page->compressible || !str_given(accepted))
		return HTTP_IDENTITY;
	enum http_coding best = negotiate_coding(accepted, 1u << HTTP_GZIP | 1u << HTTP_BROTLI);
	if (str_given(cached_page_body(page, best)))
		return best;
	*wanted = best;
	for (int c = HTTP_GZIP; c < HTTP_CODING__MAX; c++)
		if (str_given(cached_page_body(page, (enum http_coding)c)))
			there |= 1u << c;
	return negotiate_coding(accepted, there);
}

/* A client that has the page in another coding, perhaps one that is not made yet, has it all the same. */
static enum http_coding client_has(const struct cached_page *page, const struct http_request *req,
				   enum http_coding coding)
{
	struct str list = request_header(req, "if-none-match");
	if (!str_given(list) || etag_list_has(list, str_of(page->etags[coding]), true))
		return coding;
	for (int c = 0; c < HTTP_CODING__MAX; c++)
		if (etag_list_has(list, str_of(page->etags[c]), true))
			return (enum http_coding)c;
	return coding;
}

static bool answer_conditional(const struct cached_page *page, const struct http_request *req,
			       enum http_coding coding, struct http_response *res)
{
	/* No date: none tells that a post was taken off a list, or that two changes came within a second. */
	struct conditional now = { str_of(page->etags[coding]), -1 };
	switch (conditional_check(req, &now)) {
	case CONDITIONAL_NOT_MODIFIED:
		res->status = 304;
		return true;
	case CONDITIONAL_FAILED:
		res->status = 412;
		return true;
	default:
		return false;
	}
}

/* The value must live as long as the response; unlike response_set() it is not copied. */
static void add_header(struct http_response *res, const char *name, struct str value)
{
	res->headers[res->header_count++] = (struct response_header){ name, value };
}

void cached_page_answer(struct cached_page *page, const struct http_request *req,
			struct http_response *res, enum http_coding *wanted)
{
	enum http_coding coding = best_coding(page, request_header(req, "accept-encoding"), wanted);
	enum http_coding held = client_has(page, req, coding);
	res->prepared = page->headers;
	res->owner = cached_page_hold(page);
	res->release = release;
	res->head_only = req->method == HTTP_HEAD;
	add_header(res, "X-Request-Id", str_of(req->id));
	if (answer_conditional(page, req, held, res)) {
		add_header(res, "ETag", str_of(page->etags[held]));
		res->head_only = true;
		*wanted = HTTP_IDENTITY;
		return;
	}
	add_header(res, "ETag", str_of(page->etags[coding]));
	if (coding != HTTP_IDENTITY)
		add_header(res, "Content-Encoding", str_of(http_coding_name(coding)));
	res->body = cached_page_body(page, coding);
}
