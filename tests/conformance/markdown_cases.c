/* markdown_cases.c: renders cases for the suites in JavaScript: JSON lines in, JSON lines out.
 *
 * A case has "markdown" or "html" (through the sanitizer alone), "mode" (off, filtered, on),
 * "smart", "extras", "extensions" (bits of enum markdown_extension), and "nul" when U+E000 in the text
 * stands for a NUL, which our JSON does not carry. The answer has "html" or
 * "error", and for Markdown also "library": what the library's own functions give for the case. */
#include "base/base.h"

#include "base/json.h"
#include "text/cmark_library.h"
#include "text/markdown.h"
#include "text/sanitize.h"

#define ANSWER_MAX_B ((size_t)64 << 20)

static enum markdown_raw_html mode_of(const struct json *item)
{
	struct str mode = json_get_text(item, "mode", STR("off"));
	return str_is(mode, "on") ? MARKDOWN_RAW_ON
	       : str_is(mode, "filtered") ? MARKDOWN_RAW_FILTERED : MARKDOWN_RAW_OFF;
}

static struct str text_of(const struct json *item, const char *key, struct arena *arena)
{
	struct str text = json_get_text(item, key, STR(""));
	if (!json_get_bool(item, "nul", false))
		return text;
	struct buf out = BUF_INIT(JSON_MAX_B);
	for (ptrdiff_t at; (at = str_find(text, STR("\xEE\x80\x80"))) >= 0;) {
		buf_put(&out, text.p, (size_t)at);
		buf_char(&out, '\0');
		text = str_from(text, (size_t)at + 3);
	}
	buf_str(&out, text);
	text = arena_str(arena, buf_view(&out));
	buf_release(&out);
	return text;
}

#if WITH_CMARK_GFM
static char *by_extensions(struct str source, int options, unsigned wanted)
{
	static const struct { unsigned bit; const char *name; } known[] = {
		{ MARKDOWN_TABLES, "table" }, { MARKDOWN_STRIKETHROUGH, "strikethrough" },
		{ MARKDOWN_AUTOLINKS, "autolink" }, { MARKDOWN_TAG_FILTER, "tagfilter" },
		{ MARKDOWN_TASK_LISTS, "tasklist" },
	};
	if (wanted & MARKDOWN_FOOTNOTES)
		options |= CMARK_OPT_FOOTNOTES;
	cmark_parser *parser = cmark_parser_new(options);
	for (size_t i = 0; i < COUNT_OF(known); i++)
		if (wanted & known[i].bit)
			cmark_parser_attach_syntax_extension(parser, cmark_find_syntax_extension(known[i].name));
	cmark_parser_feed(parser, source.p, source.n);
	cmark_node *document = cmark_parser_finish(parser);
	char *html = cmark_render_html(document, options, cmark_parser_get_syntax_extensions(parser));
	cmark_node_free(document);
	cmark_parser_free(parser);
	return html;
}
#endif

static char *by_library(struct str source, const struct markdown_options *o)
{
	int options = (o->smart ? CMARK_OPT_SMART : 0) |
		      (o->raw_html == MARKDOWN_RAW_OFF ? 0 : CMARK_OPT_UNSAFE);
#if WITH_CMARK_GFM
	if (o->extensions != MARKDOWN_COMMONMARK)
		return by_extensions(source, options, o->extensions ? o->extensions
				     : ~(unsigned)MARKDOWN_TAG_FILTER);
#endif
	return cmark_markdown_to_html(source.p, source.n, options);
}

static enum rc answer_markdown(const struct json *item, struct arena *arena, struct json *answer,
			       struct err *err)
{
	struct str source = text_of(item, "markdown", arena);
	struct markdown_result result;
	struct markdown_options options = {
		.raw_html = mode_of(item),
		.smart = json_get_bool(item, "smart", false),
		.extras = json_get_bool(item, "extras", false),
		.extensions = (unsigned)json_get_int(item, "extensions", 0),
	};
	enum rc rc = markdown_render(source, &options, arena, &result, err);
	if (rc != RC_OK)
		return rc;
	json_set_text(answer, "html", str_n(result.html.p, result.html.n));
	json_set_text(answer, "plain", result.plain);
	if (json_get_bool(item, "library", true)) {
		char *html = by_library(source, &options);
		json_set_text(answer, "library", str_of(html));
		free(html);
	}
	return RC_OK;
}

static enum rc answer_html(const struct json *item, struct arena *arena, struct json *answer,
			   struct err *err)
{
	struct html html;
	enum rc rc = sanitize_html(text_of(item, "html", arena), NULL, arena, &html, err);
	if (rc == RC_OK)
		json_set_text(answer, "html", str_n(html.p, html.n));
	return rc;
}

static void answer_line(struct str line, struct arena *arena)
{
	struct err err = ERR_INIT;
	struct json *item = NULL, *answer = json_new_object();
	struct buf out = BUF_INIT(ANSWER_MAX_B);
	enum rc rc = json_parse(line, JSON_MAX_B, &item, &err);
	if (rc == RC_OK)
		rc = json_get(item, "html") ? answer_html(item, arena, answer, &err)
					    : answer_markdown(item, arena, answer, &err);
	if (rc != RC_OK)
		json_set_text(answer, "error", str_of(err.msg));
	json_write(answer, 0, &out);
	printf("%.*s\n", (int)out.len, out.bytes ? out.bytes : "");
	buf_release(&out);
	json_free(item);
	json_free(answer);
}

int main(void)
{
	char *line = NULL;
	size_t size_b = 0;
	ssize_t n;
	struct arena arena;
	markdown_init();
	arena_init(&arena, ARENA_MAX_B);
	while ((n = getline(&line, &size_b, stdin)) > 0) {
		answer_line(str_trim(str_n(line, (size_t)n)), &arena);
		arena_reset(&arena);
	}
	free(line);
	arena_release(&arena);
	return 0;
}
