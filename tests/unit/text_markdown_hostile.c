/* text_markdown_hostile.c: Markdown made to keep the parser busy ends soon, rendered or refused. */
#include "unit.h"

#include "text/markdown.h"

#define WORK_MAX 5000 /* yardsticks, each; the worst takes 900, without the guard it would be 30000 */
/* A sanitizer looks for other faults: they show in a quarter of the text. */
#define SIZE_B ((size_t)(IS_SANITIZED ? 128 : 512) << 10)

static int setup(void **state)
{
	(void)state;
	markdown_init();
	return 0;
}

struct hostile {
	const char *name, *head, *unit, *tail;
};

static const struct hostile cases[] = {
	{ "nested emphasis", "", "*a **a ", "b" },
	{ "emphasis closers", "", "a_ ", "" },
	{ "emphasis openers", "", "_a ", "" },
	{ "emphasis of three", "", "a***", "" },
	{ "emphasis run", "", "*", "a" },
	{ "mixed emphasis run", "", "*_", "a" },
	{ "link closers", "", "a]", "" },
	{ "link openers", "", "[a", "" },
	{ "image openers", "", "![a", "" },
	{ "mismatched", "", "*a_ ", "" },
	{ "brackets and parentheses", "", "[ (](", "" },
	{ "images of nothing", "", "![[]()", "" },
	{ "brackets", "", "[", "]" },
	{ "quotes", "", "> ", "a" },
	{ "quotes without space", "", ">", "a" },
	{ "quote lines", "", ">a\n", "" },
	{ "lists on one line", "", "- ", "a" },
	{ "numbers on one line", "", "1. ", "a" },
	{ "tasks on one line", "", "- [ ] ", "a" },
	{ "thematic breaks", "", "* ", "a" },
	{ "unclosed links", "", "[a](<b", "" },
	{ "unclosed titles", "", "[a](b \"", "" },
	{ "tables of one column", "", "aaa\rbbb\n-\v\n", "" },
	{ "table rows and paragraphs", "", "a|b\n-|\n", "" },
	{ "table after many lines", "", "a\n", "|-|\n" },
	{ "pipes", "", "|", "\n|-|\n" },
	{ "wide table", "|a|a|a|a|a|a|a|a|a|a|\n|-|-|-|-|-|-|-|-|-|-|\n", "a\n", "" },
	{ "comments", "</", "<!--", "" },
	{ "processing instructions", "x", "<?", "" },
	{ "declarations", "x", "<!A ", "" },
	{ "character data", "x", "<![CDATA[", "" },
	{ "open tags", "", "<a ", "" },
	{ "attributes", "<a ", "b=c ", "" },
	{ "references", "", "[a]: u\n", "" },
	{ "references that grow", "[a]: /0123456789012345678901234567890123456789012345678901234567890123456789\n\n", "[a]", "" },
	{ "web addresses", "", "www.", "" },
	{ "web addresses with underscores", "", "www.a_", "" },
	{ "web addresses with parentheses", "www.a", "(", "" },
	{ "schemes", "", "http://", "" },
	{ "mail addresses", "", "a@a.", "" },
	{ "mail names", "", "a", "@" },
	{ "tildes", "", "~a ", "" },
	{ "footnote uses", "[^a]: b\n\n", "[^a] ", "" },
	{ "footnote definitions", "", "[^a]:", "" },
	{ "footnotes in footnotes", "[^a]: b\n\n", "[^a]: [^a]\n\n", "[^a]" },
	{ "quotation marks", "", "'\"", "" },
	{ "quotation marks that open", "", "\"a", "" },
	{ "quotation marks and tags", "", "'a<s", "" },
	{ "dots", "", ".", "" },
	{ "backslashes", "", "\\", "" },
	{ "ampersands", "", "&a", "" },
	{ "backticks", "", "e``e```", "" },
	{ "setext", "", "a\n-\n", "" },
	{ "divisions", "", "<div>\n", "" },
	{ "divisions apart", "", "<div>\n\n", "" },
	{ "bold in lines", "", "<b>", "" },
	{ "empty lines", "", "\n", "" },
	{ "headings alike", "", "# a\n", "" },
	{ "headings that count", "", "# a 2\n# a\n", "" },
	{ "images", "", "![a](b)\n\n", "" },
	{ "nested images", "", "![", "](a)" },
	{ "one gallery", "", "![](a) ", "" },
	{ "galleries of two", "", "![](a)![](a)\n\n", "" },
	{ "galleries of links", "", "[![](a)](b) [![](a)](b)\n\n", "" },
	{ "galleries that are none", "", "![](a) ", "b" },
	{ "players", "", "[a](v)\n\n", "" },
	{ "players in a line", "", "![a](v) ", "" },
	{ "scripts", "", "<script>", "" },
	{ "vectors", "", "x <svg>\n\n", "" },
};

static void media(void *ctx, struct arena *a, struct str address, struct markdown_image *out)
{
	(void)ctx, (void)a;
	*out = (struct markdown_image){ .width_px = 600, .height_px = 400 };
	if (str_is(address, "v"))
		out->kind = MARKDOWN_VIDEO;
}

static void fill(struct buf *source, const struct hostile *h, size_t size_b)
{
	size_t unit_b = strlen(h->unit);
	buf_cstr(source, h->head);
	while (source->len + unit_b < size_b)
		buf_put(source, h->unit, unit_b);
	buf_cstr(source, h->tail);
}

/* Nothing aborts, nothing takes long, whether the guard refuses it or the library takes it. */
static void try_one(const char *name, struct str source)
{
	for (int mode = 0; mode < 2; mode++) {
		struct markdown_options options = {
			.raw_html = (enum markdown_raw_html)mode, .smart = mode == 0, .extras = true, .image = media,
		};
		struct markdown_result result;
		struct err err = ERR_INIT;
		struct arena arena;
		arena_init(&arena, ARENA_MAX_B);
		double begun_us = cpu_us();
		enum rc rc = markdown_render(source, &options, &arena, &result, &err);
		assert_worked_at_most(WORK_MAX, begun_us, "%s (%s)", name, rc_name(rc));
		if (rc != RC_OK && rc != RC_LIMIT)
			fail_msg("%s: %s", name, err.msg);
		arena_release(&arena);
	}
}

/* The smaller size is one of which the guard lets more pass: what it takes for cheap must be cheap. */
static void repetition_ends_soon(void **state)
{
	static const size_t sizes_b[] = { SIZE_B, SIZE_B / 4 };
	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases) * COUNT_OF(sizes_b); i++) {
		const struct hostile *h = &cases[i / COUNT_OF(sizes_b)];
		struct buf source = BUF_INIT(2 * SIZE_B);
		fill(&source, h, sizes_b[i % COUNT_OF(sizes_b)]);
		try_one(h->name, buf_view(&source));
		buf_release(&source);
	}
}

static void deep_lists_end_soon(void **state)
{
	(void)state;
	struct buf source = BUF_INIT(4 * SIZE_B);
	for (int depth = 0; depth < 1000; depth++)
		buf_printf(&source, "%*s* a\n", 2 * depth, "");
	try_one("deep lists", buf_view(&source));
	while (source.len < 2 * SIZE_B)
		buf_char(&source, '\n');
	try_one("deep lists and empty lines", buf_view(&source));
	buf_release(&source);
}

static void many_footnotes_and_references_end_soon(void **state)
{
	(void)state;
	struct buf source = BUF_INIT(4 * SIZE_B);
	for (int i = 0; i < 20000; i++)
		buf_printf(&source, "[^%d]: note\n\n[r%d]: /u\n\n[^%d] [r%d]\n\n", i, i, i, i);
	try_one("footnotes and references", buf_view(&source));
	buf_clear(&source);
	for (int i = 1; i < 2000; i++)
		buf_printf(&source, "e%0*d", i, 0);
	for (size_t i = 0; i < source.len; i++)
		if (source.bytes[i] == '0')
			source.bytes[i] = '`';
	try_one("runs of backticks", buf_view(&source));
	buf_release(&source);
}

static void tables_and_links_cannot_grow_without_limit(void **state)
{
	(void)state;
	struct buf source = BUF_INIT(SIZE_B);
	struct arena arena;
	struct markdown_result result;
	struct markdown_options options = { .extras = true };
	struct err err = ERR_INIT;
	arena_init(&arena, ARENA_MAX_B);
	for (int line = 0; line < 2; line++) {
		for (int i = 0; i < 1000; i++)
			buf_cstr(&source, line ? "-|" : "a|");
		buf_char(&source, '\n');
	}
	for (int i = 0; i < 5000; i++)
		buf_cstr(&source, "a|\n");
#if WITH_CMARK_GFM
	assert_int_equal(markdown_render(buf_view(&source), &options, &arena, &result, &err), RC_LIMIT);
#endif
	buf_clear(&source);
	buf_cstr(&source, "[a]: /");
	for (int i = 0; i < 50000; i++)
		buf_char(&source, 'x');
	buf_cstr(&source, "\n\n");
	for (int i = 0; i < 20000; i++)
		buf_cstr(&source, "[a] ");
	assert_int_equal(markdown_render(buf_view(&source), &options, &arena, &result, &err), RC_LIMIT);
	buf_release(&source);
	arena_release(&arena);
}

static void honest_texts_are_not_refused(void **state)
{
	(void)state;
	struct buf source = BUF_INIT(8 * SIZE_B);
	struct arena arena;
	struct markdown_result result;
	struct markdown_options options = { .smart = true, .extras = true };
	struct err err = ERR_INIT;
	arena_init(&arena, ARENA_MAX_B);
	/* A long post: prose with quotes, a table, a listing with markup, links, an address. */
	for (int i = 0; i < 1000; i++) {
		buf_printf(&source, "## Part %d\n\nHe said \"it's www.example.org, or me@example.org\", *and* [left](/%d)[^%d].\n"
			   "A second line | with a bar\n\n", i, i, i);
		buf_cstr(&source, "| a | b | c |\n|---|---|---|\n| 1 | 2 | 3 |\n| 4 | 5 | 6 |\n\n");
		buf_cstr(&source, "```html\n<!-- a --><?php echo '<!doctype html>'; ?>\n  - deep\n      - deeper\n```\n\n");
		buf_printf(&source, "![p](p.png)\n\n[^%d]: A note.\n\n[r%d]: http://example.org/\n\n", i, i);
	}
	assert_ok(markdown_render(buf_view(&source), &options, &arena, &result, &err), &err);
	assert_int_equal(result.heading_count, 1000);
	buf_release(&source);
	arena_release(&arena);
}

static void a_long_listing_of_anything_is_not_refused(void **state)
{
	static const char *const fences[] = { "```\n", "~~~~ text\n" };
	(void)state;
	for (size_t i = 0; i < COUNT_OF(fences); i++) {
		struct buf source = BUF_INIT(SIZE_B);
		struct arena arena;
		struct markdown_result result;
		struct markdown_options options = { .smart = true, .extras = true };
		struct err err = ERR_INIT;
		arena_init(&arena, ARENA_MAX_B);
		buf_printf(&source, "A table:\n%s", fences[i]);
		for (int k = 0; k < 8000; k++)
			buf_cstr(&source, "| \"a\" | [b] |\n|---|---|\n");
		buf_printf(&source, "%.4s\n", fences[i]);
		assert_ok(markdown_render(buf_view(&source), &options, &arena, &result, &err), &err);
		buf_release(&source);
		arena_release(&arena);
	}
}

/* What looks like a fenced block and is none, or ends before it seems to. */
static void costly_text_behind_a_false_fence_ends_soon(void **state)
{
	static const char *const fences[] = {
		"<!--\n```\n-->\n", "  <?\n```\n?>\n", "<script>\n~~~\n</script>\n", "<Pre>\n\n~~~\n</pre>\n\n",
		"<div>\n```\n\n", "<![CDATA[\n\n```\n]]>\n", "``` `\n", "- ```\n", "> ```\n", "1.  ~~~\n", "[^a]:\n    ```\n",
		"```\n```\n", "```\n   ````  \n", "    ```\n", " ```\n ```\n", "``\n", "- a\n\n  ```\n", "\\```\n",
	};
	static const struct hostile costly[] = {
		{ "table rows", "", "a|b\n-|\n", "" }, { "quotation marks", "", "a\" ", "" }, { "openers", "x", "<?", "" },
		{ "images", "", "![a", "" },
	};
	(void)state;
	for (size_t i = 0; i < COUNT_OF(fences) * COUNT_OF(costly); i++) {
		struct hostile h = costly[i % COUNT_OF(costly)];
		struct buf source = BUF_INIT(2 * SIZE_B);
		buf_cstr(&source, fences[i / COUNT_OF(costly)]);
		fill(&source, &h, SIZE_B);
		try_one(fences[i / COUNT_OF(costly)], buf_view(&source));
		buf_release(&source);
	}
}

static void too_large_a_source_is_refused(void **state)
{
	(void)state;
	struct arena arena;
	struct markdown_result result;
	struct markdown_options options = { .extras = true };
	struct err err = ERR_INIT;
	char *spaces = mem_new(MARKDOWN_SOURCE_MAX_B + 1);
	memset(spaces, ' ', MARKDOWN_SOURCE_MAX_B + 1);
	arena_init(&arena, ARENA_MAX_B);
	assert_int_equal(markdown_render(str_n(spaces, MARKDOWN_SOURCE_MAX_B + 1), &options, &arena, &result, &err),
			 RC_LIMIT);
	assert_ok(markdown_render(str_n(spaces, MARKDOWN_SOURCE_MAX_B), &options, &arena, &result, &err), &err);
	assert_str(result.html, "");
	free(spaces);
	arena_release(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(repetition_ends_soon),
		cmocka_unit_test(deep_lists_end_soon),
		cmocka_unit_test(many_footnotes_and_references_end_soon),
		cmocka_unit_test(tables_and_links_cannot_grow_without_limit),
		cmocka_unit_test(honest_texts_are_not_refused),
		cmocka_unit_test(a_long_listing_of_anything_is_not_refused),
		cmocka_unit_test(costly_text_behind_a_false_fence_ends_soon),
		cmocka_unit_test(too_large_a_source_is_refused),
	};
	return cmocka_run_group_tests_name("text markdown hostile", tests, setup, NULL);
}
