/* markdown.c: Markdown to HTML: parses with the library, renders and collects. */
#include "base/base.h"

#include "base/utf8.h"
#include "text/cmark_library.h"
#include "text/markdown.h"
#include "text/markdown_facts.h"
#include "text/markdown_guard.h"
#include "text/markdown_html.h"
#include "text/markdown_tree.h"
#include "text/sanitize.h"

/* A document with its parser, which owns the list of extensions that rendering needs too. */
struct parsed {
	cmark_parser *parser;
	cmark_node *document;
	int options;
};

static int common_options(const struct markdown_options *o)
{
	return (o->smart ? CMARK_OPT_SMART : 0) |
	       (o->raw_html == MARKDOWN_RAW_OFF ? 0 : CMARK_OPT_UNSAFE);
}

#if WITH_CMARK_GFM

static const struct { unsigned bit; const char *name; } extensions[] = {
	{ MARKDOWN_TABLES, "table" },
	{ MARKDOWN_STRIKETHROUGH, "strikethrough" },
	{ MARKDOWN_AUTOLINKS, "autolink" },
	{ MARKDOWN_TAG_FILTER, "tagfilter" },
	{ MARKDOWN_TASK_LISTS, "tasklist" },
};

void markdown_init(void)
{
	cmark_gfm_core_extensions_ensure_registered();
}

const char *markdown_flavour(void)
{
	return "gfm";
}

static void parse(struct parsed *p, struct str source, const struct markdown_options *o)
{
	unsigned wanted = o->extensions ? o->extensions : ~(unsigned)MARKDOWN_TAG_FILTER;
	p->options = common_options(o) | (wanted & MARKDOWN_FOOTNOTES ? CMARK_OPT_FOOTNOTES : 0);
	p->parser = cmark_parser_new(p->options);
	for (size_t i = 0; i < COUNT_OF(extensions); i++)
		if (wanted & extensions[i].bit)
			cmark_parser_attach_syntax_extension(
				p->parser, cmark_find_syntax_extension(extensions[i].name));
	cmark_parser_feed(p->parser, source.p ? source.p : "", source.n);
	p->document = cmark_parser_finish(p->parser);
}

static char *library_html(const struct parsed *p)
{
	return cmark_render_html(p->document, p->options,
				 cmark_parser_get_syntax_extensions(p->parser));
}

#else

void markdown_init(void)
{
}

const char *markdown_flavour(void)
{
	return "plain";
}

static void parse(struct parsed *p, struct str source, const struct markdown_options *o)
{
	p->options = common_options(o);
	p->parser = cmark_parser_new(p->options);
	cmark_parser_feed(p->parser, source.p ? source.p : "", source.n);
	p->document = cmark_parser_finish(p->parser);
}

static char *library_html(const struct parsed *p)
{
	return cmark_render_html(p->document, p->options);
}

#endif

static void parsed_release(struct parsed *p)
{
	if (p->document)
		cmark_node_free(p->document);
	if (p->parser)
		cmark_parser_free(p->parser);
}

/* Replaces the rendered HTML by the library's own. */
static enum rc without_extras(const struct parsed *p, const struct markdown_options *o,
			      struct arena *arena, struct buf *out, struct err *err)
{
	char *html = library_html(p);
	struct str text = str_of(html);
	struct html filtered;
	enum rc rc = RC_OK;
	buf_clear(out);
	if (o->raw_html == MARKDOWN_RAW_FILTERED) {
		struct sanitize_options options = {
			.frame_hosts = o->frame_hosts,
			.frame_host_count = o->frame_host_count,
		};
		rc = sanitize_html(text, &options, arena, &filtered, err);
		if (rc == RC_OK)
			text = str_n(filtered.p, filtered.n);
	}
	if (rc == RC_OK)
		buf_str(out, text);
	free(html);
	return rc;
}

static enum rc keep(struct arena *arena, const struct buf *b, struct html *out, struct err *err)
{
	enum rc rc = buf_status(b, "the rendered page", err);
	if (rc != RC_OK)
		return rc;
	char *copy = arena_try(arena, b->len + 1);
	if (!copy)
		return err_set(err, RC_LIMIT, "the rendered page is larger than the memory for it");
	memcpy(copy, b->len ? b->bytes : "", b->len);
	copy[b->len] = '\0';
	*out = (struct html){ copy, b->len };
	return RC_OK;
}

static enum rc check_source(struct str source, const struct markdown_options *o, struct err *err)
{
	if (source.n > MARKDOWN_SOURCE_MAX_B)
		return err_set(err, RC_LIMIT, "the text is larger than the limit of %zu bytes",
			       MARKDOWN_SOURCE_MAX_B);
	size_t bad = utf8_valid_up_to(source);
	if (bad < source.n)
		return err_set(err, RC_INVALID, "byte %zu of the text is not UTF-8", bad);
	return markdown_guard(source, o->smart, err);
}

enum rc markdown_render(struct str source, const struct markdown_options *options,
			struct arena *arena, struct markdown_result *out, struct err *err)
{
	struct parsed parsed = { .document = NULL };
	struct markdown_facts facts;
	struct markdown_result result = { .before_more = HTML_NONE };
	struct buf html = BUF_INIT(MARKDOWN_HTML_MAX_B), before_more = BUF_INIT(MARKDOWN_HTML_MAX_B);
	bool has_more = false;
	facts_init(&facts, arena);

	enum rc rc = check_source(source, options, err);
	if (rc != RC_OK)
		goto out;
	parse(&parsed, source, options);
	markdown_html(parsed.document, options, &facts, &html, &before_more, &has_more);
	rc = facts_finish(&facts, &result, err);
	if (rc == RC_OK && has_more)
		rc = keep(arena, &before_more, &result.before_more, err);
	if (rc == RC_OK && !options->extras)
		rc = without_extras(&parsed, options, arena, &html, err);
	if (rc == RC_OK)
		rc = keep(arena, &html, &result.html, err);
	if (rc == RC_OK)
		*out = result;
out:
	parsed_release(&parsed);
	facts_release(&facts);
	buf_release(&html);
	buf_release(&before_more);
	return rc;
}

enum rc markdown_tree(struct str source, void (*look)(void *ctx, cmark_node *document), void *ctx, struct err *err)
{
	static const struct markdown_options options = { .raw_html = MARKDOWN_RAW_ON, .extras = true };
	struct parsed parsed = { .document = NULL };
	enum rc rc = check_source(source, &options, err);
	if (rc != RC_OK)
		return rc;
	parse(&parsed, source, &options);
	look(ctx, parsed.document);
	parsed_release(&parsed);
	return RC_OK;
}
