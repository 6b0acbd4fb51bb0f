/* page_robots.c: what machines are told of the site: robots.txt and llms.txt. */
#include "base/base.h"

#include "store/post_list.h"
#include "web/pages.h"
#include "web/values.h"

#define LLMS_POSTS 200
#define LLMS_PAGES 200
#define LLMS_MAX_B ((size_t)1 << 20)

/* RFC 9309. Paths are below the host, so the mount stands in them. A rule is the beginning of what it
 * forbids: with "/search" nobody would find a post at /search-and-rescue. */
static void put_rules(struct buf *out, struct str mount)
{
	static const char *const closed[] = { "/admin$", "/admin/", "/preview/", "/search$", "/search?" };
	for (size_t i = 0; i < COUNT_OF(closed); i++)
		buf_printf(out, "Disallow: %.*s%s\n", STR_ARG(mount), closed[i]);
}

enum rc page_robots(struct visit *v, struct err *err)
{
	struct buf body = BUF_INIT((size_t)64 << 10);
	struct str mount = v->site->base.mount;
	bool closed = v->site->noindex || v->site->access == SITE_PRIVATE;
	BUF_LIT(&body, "User-agent: *\n");
	if (closed) {
		buf_printf(&body, "Disallow: %.*s/\n", STR_ARG(mount));
	} else {
		put_rules(&body, mount);
		buf_printf(&body, "\nSitemap: %.*s\n", STR_ARG(visit_absolute(v, STR("/sitemap.xml"))));
	}
	if (!str_empty(v->site->robots_extra))
		buf_printf(&body, "\n%.*s\n", STR_ARG(v->site->robots_extra));
	enum rc rc = visit_body(v, 200, "text/plain; charset=utf-8", &body, err);
	buf_release(&body);
	return rc;
}

/* One line of Markdown text: brackets would end a link's text. */
static void put_line(struct buf *out, struct str text)
{
	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];
		if (c == '[' || c == ']' || c == '\\')
			buf_char(out, '\\');
		buf_char(out, c == '\n' || c == '\r' ? ' ' : c);
	}
}

static void put_cards(struct visit *v, const struct post_cards *cards, struct str heading, struct buf *out)
{
	if (!cards->count)
		return;
	buf_printf(out, "\n## %.*s\n\n", STR_ARG(heading));
	for (size_t i = 0; i < cards->count; i++) {
		const struct post_card *card = &cards->items[i];
		struct str excerpt = card_excerpt(v, card);
		if (str_eq(card->visibility, STR(POST_VISIBILITY_PASSWORD)))
			continue;
		BUF_LIT(out, "- [");
		put_line(out, title_of(v, card->title, card->published_ms));
		buf_printf(out, "](%.*s.md)", STR_ARG(visit_absolute(v, card->path)));
		if (!str_empty(excerpt)) {
			BUF_LIT(out, ": ");
			put_line(out, excerpt);
		}
		BUF_LIT(out, "\n");
	}
}

/* https://llmstxt.org/: a name, a summary, and links to Markdown. */
enum rc page_llms(struct visit *v, struct err *err)
{
	struct buf body = BUF_INIT(LLMS_MAX_B);
	struct post_cards pages = { NULL, 0 }, posts = { NULL, 0 };
	struct post_query query = { .scope = POST_SCOPE_ALL, .now_ms = v->now_ms, .limit = LLMS_POSTS };
	struct str summary = str_empty(v->site->description) ? v->site->tagline : v->site->description;
	enum rc rc = page_list(v->db, v->now_ms, LLMS_PAGES, v->arena, &pages, err);
	if (rc == RC_OK)
		rc = post_list(v->db, &query, v->arena, &posts, err);
	if (rc != RC_OK)
		return rc;
	BUF_LIT(&body, "# ");
	put_line(&body, v->site->title);
	BUF_LIT(&body, "\n");
	if (!str_empty(summary)) {
		BUF_LIT(&body, "\n> ");
		put_line(&body, summary);
		BUF_LIT(&body, "\n");
	}
	put_cards(v, &pages, i18n_text(v->i18n, "pages"), &body);
	put_cards(v, &posts, i18n_text(v->i18n, "posts"), &body);
	rc = visit_body(v, 200, "text/plain; charset=utf-8", &body, err);
	buf_release(&body);
	return rc;
}
