/* folder_page.c: plain CGI's answer from the page folder. */
#include "base/base.h"

#include "base/clock.h"
#include "core/pages.h"
#include "http/conditional.h"
#include "http/negotiate.h"
#include "web/folder_page.h"
#include "web/page_meta.h"
#include "web/policy_all.h"

static struct str type_of_file(struct str path)
{
	static const struct { const char *end, *type; } types[] = {
		{ "/feed.xml", "application/atom+xml; charset=utf-8" },
		{ "/rss.xml", "application/rss+xml; charset=utf-8" },
		{ "/feed.json", "application/feed+json; charset=utf-8" },
		{ ".xml", "application/xml; charset=utf-8" },
		{ ".txt", "text/plain; charset=utf-8" },
	};
	for (size_t i = 0; i < COUNT_OF(types); i++)
		if (str_ends(path, str_of(types[i].end)))
			return str_of(types[i].type);
	return STR("text/plain; charset=utf-8");
}

static unsigned codings_of(const struct http_request *req)
{
	static const enum pages_coding same[HTTP_CODING__MAX] = { PAGES_PLAIN, PAGES_GZIP, PAGES_BROTLI };
	enum http_coding best = negotiate_coding(request_header(req, "accept-encoding"),
						 1u << HTTP_GZIP | 1u << HTTP_BROTLI);
	return 1u << same[best];
}

static void file_headers(const struct http_request *req, const struct pages_file *file, struct http_response *res)
{
	static const char *const names[PAGES_CODING__MAX] = { NULL, "gzip", "br" };
	bool html = file->kind == PAGES_HTML;
	response_set(res, "Content-Type", html ? STR("text/html; charset=utf-8") : type_of_file(req->path));
	/* An HTML page has the rest of its policy in itself. */
	if (html)
		response_set(res, "Content-Security-Policy", STR(PAGE_META_REST));
	response_set(res, "Cache-Control", STR("public, no-cache"));
	response_set(res, "Vary", STR("Accept-Encoding"));
	response_set(res, "ETag", arena_printf(req->arena, "\"%llx-%llx\"", (unsigned long long)file->mtime_s,
					       (unsigned long long)file->size_b));
	if (names[file->coding])
		response_set(res, "Content-Encoding", str_of(names[file->coding]));
}

bool folder_page_answer(void *ctx, unsigned loop, struct http_request *req, struct http_response *res)
{
	const struct folder_page *page = ctx;
	struct pages_file file;
	int64_t now_ms = clock_now_ms();
	bool reads = req->method == HTTP_GET || req->method == HTTP_HEAD;
	(void)loop;
	if (!reads || !request_is_canonical(req) ||
	    !pages_read(page->conf, page->program, req->path, codings_of(req), now_ms, &file))
		return false;
	res->file_fd = file.fd;
	res->file_length_b = file.size_b;
	res->head_only = req->method == HTTP_HEAD;
	file_headers(req, &file, res);
	policy_all(page->conf, req, res);
	conditional_answer(req, res);
	return true;
}
