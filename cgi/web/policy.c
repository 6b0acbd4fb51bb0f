/* policy.c: the headers that every answer has: security, caching, the request's id. */
#include "base/base.h"

#include "base/enc.h"
#include "base/url.h"
#include "crypt/digest.h"
#include "text/inline.h"
#include "web/policy.h"
#include "web/policy_all.h"
#include "web/routes.h"

/* Together with the rest of the headers it must fit into the front server's 16 KB. */
#define POLICY_SOURCES_MAX_B 3000

static struct str cache_control(const struct visit *v)
{
	static const char *const text[CACHE__MAX] = {
		[CACHE_NONE] = "no-store",
		[CACHE_PAGE] = "public, no-cache",
		[CACHE_FILE] = "public, max-age=31536000, immutable",
	};
	if (v->personal)
		return STR("private, no-store");
	if (!v->route || v->res->status >= 400)
		return STR("no-store");
	if (v->site && v->site->access != SITE_PUBLIC && !(v->route->flags & ROUTE_OPEN))
		return STR("private, no-cache");
	return str_of(text[v->route->cache]);
}

void policy_headers(struct visit *v)
{
	if (!str_given(response_get(v->res, "Cache-Control")))
		response_set(v->res, "Cache-Control", cache_control(v));
	policy_all(v->basis->conf, v->req, v->res);
}

struct sources {
	struct buf script, style, connect;
};

static void add_hash(struct buf *list, struct str content)
{
	uint8_t digest[SHA256_B];
	sha256(content, digest);
	BUF_LIT(list, " 'sha256-");
	enc_base64(list, str_n((const char *)digest, sizeof digest));
	BUF_LIT(list, "'");
}

/* The origin of a script that the owner's code loads: it will load and report there too. */
static void add_origin(struct sources *to, struct str src)
{
	struct url url;
	if (url_parse_web(str_trim(src), &url, NULL) != RC_OK)
		return;
	if (str_find_char(url.host, ';') >= 0 || str_find_char(url.host, ',') >= 0)
		return; /* they end a directive or a policy */
	struct buf *lists[] = { &to->script, &to->connect };
	for (size_t i = 0; i < COUNT_OF(lists); i++) {
		buf_printf(lists[i], " %.*s://%.*s", STR_ARG(url.scheme), STR_ARG(url.host));
		if (url.port)
			buf_printf(lists[i], ":%d", url.port);
	}
}

enum { COLLECT_STYLES = 1, COLLECT_SCRIPTS = 2 };

static void collect(struct sources *to, struct str html, unsigned what)
{
	struct html_reader reader = { html, 0 };
	struct inline_code found;
	while (inline_next(&reader, &found)) {
		if (!(what & (found.script ? COLLECT_SCRIPTS : COLLECT_STYLES)))
			continue;
		if (str_given(found.src))
			add_origin(to, found.src);
		else
			add_hash(found.script ? &to->script : &to->style, found.content);
	}
}

void policy_page(struct visit *v, struct str page, struct str head, struct str content)
{
	struct sources to = { BUF_INIT(POLICY_SOURCES_MAX_B), BUF_INIT(POLICY_SOURCES_MAX_B),
			      BUF_INIT(POLICY_SOURCES_MAX_B) };
	ptrdiff_t head_end = str_find(page, STR("</head>"));
	if (head_end > 0)
		collect(&to, str_sub(page, 0, (size_t)head_end), COLLECT_STYLES);
	collect(&to, head, COLLECT_SCRIPTS);
	collect(&to, v->site->code_foot, COLLECT_SCRIPTS | COLLECT_STYLES);
	if (v->site->raw_html == MARKDOWN_RAW_ON)
		collect(&to, content, COLLECT_SCRIPTS | COLLECT_STYLES);
	/* Posts show images, sound and films from anywhere, and embed pages; on an http site http too. */
	bool https = str_starts(v->site->base.origin, STR("https://"));
	response_set(v->res, "Content-Security-Policy", arena_printf(v->arena,
		"default-src 'none'; script-src 'self'%.*s; style-src 'self'%.*s; connect-src 'self'%.*s; "
		"img-src 'self' data: https:%s; media-src 'self' https:%s; font-src 'self'; "
		"frame-src https:; manifest-src 'self'; form-action 'self'; base-uri 'none'; "
		"frame-ancestors 'self'",
		STR_ARG(buf_view(&to.script)), STR_ARG(buf_view(&to.style)), STR_ARG(buf_view(&to.connect)),
		https ? "" : " http:", https ? "" : " http:"));
	buf_release(&to.script);
	buf_release(&to.style);
	buf_release(&to.connect);
}
