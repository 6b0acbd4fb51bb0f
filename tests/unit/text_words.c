/* text_words.c: tests of slug, excerpt, letters, toc and html_text. */
#include "unit.h"

#include "base/utf8.h"
#include "text/excerpt.h"
#include "text/html_text.h"
#include "text/letters.h"
#include "text/slug.h"
#include "text/toc.h"

static struct arena arena;

static int setup(void **state)
{
	(void)state;
	arena_init(&arena, ARENA_MAX_B);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_release(&arena);
	return 0;
}

static void slugs_of_titles(void **state)
{
	(void)state;
	static const struct { const char *title, *language, *ascii, *unicode; } cases[] = {
		{ "Hello, World!", NULL, "hello-world", "hello-world" },
		{ "  What's new?  ", NULL, "whats-new", "whats-new" },
		{ "What’s new", NULL, "whats-new", "whats-new" },
		{ "C++ & Rust -- 1.70", NULL, "c-rust-1-70", "c-rust-1-70" },
		{ "Größe & Maß", NULL, "grosse-mass", "größe-maß" },
		{ "Größe & Maß", "de-AT", "groesse-mass", "größe-maß" },
		{ "GRÖẞE", "de", "groesse", "größe" },
		{ "Gro\xCC\x88\xC3\x9F" "e", "de", "groesse", "gro\xCC\x88\xC3\x9F" "e" },
		{ "Gro\xCC\x88\xC3\x9F" "e", "den", "grosse", "gro\xCC\x88\xC3\x9F" "e" },
		{ "Čeština: příliš žluťoučký", NULL, "cestina-prilis-zlutoucky", "čeština-příliš-žluťoučký" },
		{ "Łódź", NULL, "lodz", "łódź" },
		{ "Ærø Øl", NULL, "aero-ol", "ærø-øl" },
		{ "İstanbul", NULL, "istanbul", "istanbul" },
		{ "Việt Nam", NULL, "viet-nam", "việt-nam" },
		{ "Καλημέρα Θεός", NULL, "kalimera-theos", "καλημέρα-θεός" },
		{ "Съешь ещё этих щей", NULL, "sesh-eshchyo-etikh-shchey", "съешь-ещё-этих-щей" },
		{ "ь а ъ б", NULL, "a-b", "ь-а-ъ-б" },
		{ "日本語のタイトル", NULL, "日本語のタイトル", "日本語のタイトル" },
		{ "你好，世界", NULL, "你好-世界", "你好-世界" },
		{ "हिन्दी में", NULL, "हिन्दी-में", "हिन्दी-में" },
		{ "مرحبا بالعالم", NULL, "مرحبا-بالعالم", "مرحبا-بالعالم" },
		{ "ＦＵＬＬ　１２", NULL, "full-12", "ｆｕｌｌ-１２" },
		{ "😀 Emoji 👩‍💻!", NULL, "emoji", "emoji" },
		{ "a\xFF" "b", NULL, "a-b", "a-b" },
		{ "snake_case", NULL, "snake-case", "snake-case" },
		{ "!!!", NULL, "", "" },
		{ "", NULL, "", "" },
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct str title = str_of(cases[i].title), language = str_of(cases[i].language);
		assert_str(slug_make(&arena, title, SLUG_ASCII, language, 0), cases[i].ascii);
		assert_str(slug_make(&arena, title, SLUG_UNICODE, language, 0), cases[i].unicode);
	}
}

static void slugs_end_between_words_within_their_limit(void **state)
{
	(void)state;
	assert_str(slug_make(&arena, STR("one two three four"), SLUG_ASCII, STR_NONE, 10), "one-two");
	assert_str(slug_make(&arena, STR("one two three"), SLUG_ASCII, STR_NONE, 7), "one-two");
	assert_str(slug_make(&arena, STR("incomprehensibilities"), SLUG_ASCII, STR_NONE, 10), "incomprehe");
	assert_str(slug_make(&arena, STR("日本語"), SLUG_ASCII, STR_NONE, 7), "日本");
	char longer[1000];
	memset(longer, 'x', sizeof longer);
	assert_int_equal(slug_make(&arena, str_n(longer, sizeof longer), SLUG_ASCII, STR_NONE, 0).n, SLUG_MAX_B);
}

static void slug_validity(void **state)
{
	(void)state;
	static const char *const good[] = { "a", "a-b", "a_b", "2024", "日本語", "größe", "हिन्दी" };
	static const char *const bad[] = {
		"", "-a", "a-", "a--b", "A", "a b", "a/b", "a.b", "Ä", "a\xFF", "..", "_", "a\n", "a%20b",
		"\xCC\x88" "a", "a\xE2\x80\x8D" "b", "a?b", "a#b", "a\xC2\xA0" "b",
	};
	for (size_t i = 0; i < COUNT_OF(good); i++)
		if (!slug_is_valid(str_of(good[i])))
			fail_msg("'%s' is refused", good[i]);
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		if (slug_is_valid(str_of(bad[i])))
			fail_msg("'%s' is accepted", bad[i]);
	assert_false(slug_is_valid(str_n("a\0b", 3)));
	char longer[SLUG_MAX_B + 1];
	memset(longer, 'x', sizeof longer);
	assert_true(slug_is_valid(str_n(longer, SLUG_MAX_B)));
	assert_false(slug_is_valid(str_n(longer, SLUG_MAX_B + 1)));
}

static void excerpts_end_where_a_reader_would_cut(void **state)
{
	(void)state;
	static const struct { const char *text; size_t max; const char *want; } cases[] = {
		{ "Short text.", 20, "Short text." },
		{ "  Spaces \n and\tlines  ", 40, "Spaces and lines" },
		{ "One two three four", 12, "One two…" },
		{ "One two three four", 14, "One two three…" },
		{ "One two, three four", 10, "One two…" },
		{ "One (two three", 7, "One…" },
		{ "Incomprehensibilities", 10, "Incompreh…" },
		{ "A incomprehensibilities", 10, "A incompr…" },
		{ "日本語の文章を短く切る", 6, "日本語の文…" },
		{ "日本語。の文章を短く切る", 5, "日本語…" },
		{ "e\xCC\x81" "e\xCC\x81" "e\xCC\x81", 4, "e\xCC\x81…" },
		{ "exactly ten", 11, "exactly ten" },
		{ "abc", 0, "" },
		{ "abc", 1, "…" },
		{ "", 10, "" },
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct str cut = excerpt_cut(&arena, str_of(cases[i].text), cases[i].max);
		assert_str(cut, cases[i].want);
		assert_true(utf8_count(cut) <= cases[i].max);
	}
}

static void words_are_counted_in_every_script(void **state)
{
	(void)state;
	assert_int_equal(letter_word_count(STR("One two, three-four don't")), 5);
	assert_int_equal(letter_word_count(STR("你好世界")), 2);
	assert_int_equal(letter_word_count(STR("你好世界 and you")), 4);
	assert_int_equal(letter_word_count(STR("Привет, мир! हिन्दी में")), 4);
	assert_int_equal(letter_word_count(STR(" -- !")), 0);
}

static void toc_nests_and_skips_the_title(void **state)
{
	(void)state;
	static const struct markdown_heading headings[] = {
		{ 1, { "t", 1 }, { "Title", 5 } },   { 3, { "deep", 4 }, { "Deep", 4 } },
		{ 2, { "a", 1 }, { "A & <b>", 7 } }, { 4, { "jump", 4 }, { "Jump", 4 } },
		{ 3, { "c", 1 }, { "C", 1 } },       { 2, { "\xC3\xA4", 2 }, { "D", 1 } },
	};
	struct html toc = toc_html(&arena, headings, COUNT_OF(headings), 6);
	assert_str(toc,
		   "<ul>\n<li><a href=\"#deep\">Deep</a></li>\n"
		   "<li><a href=\"#a\">A &amp; &lt;b&gt;</a>\n<ul>\n"
		   "<li><a href=\"#jump\">Jump</a></li>\n<li><a href=\"#c\">C</a></li>\n</ul>\n</li>\n"
		   "<li><a href=\"#%C3%A4\">D</a></li>\n</ul>\n");
	toc = toc_html(&arena, headings, COUNT_OF(headings), 2);
	assert_str(toc, "<ul>\n<li><a href=\"#a\">A &amp; &lt;b&gt;</a></li>\n"
			"<li><a href=\"#%C3%A4\">D</a></li>\n</ul>\n");
	assert_null(toc_html(&arena, headings, 1, 6).p);
	assert_null(toc_html(&arena, NULL, 0, 6).p);
}

/* Any order of levels gives as many list starts as ends, and no list without an item. */
static void toc_is_balanced_for_any_order_of_levels(void **state)
{
	(void)state;
	for (int n = 0; n < 6 * 6 * 6 * 6; n++) {
		struct markdown_heading headings[4];
		for (int i = 0, rest = n; i < 4; i++, rest /= 6)
			headings[i] = (struct markdown_heading){ rest % 6 + 1, STR("i"), STR("t") };
		struct html toc = toc_html(&arena, headings, 4, 6);
		struct str rest = str_n(toc.p, toc.n);
		int depth = 0, items = 0;
		for (; rest.n > 0; rest = str_from(rest, 1)) {
			depth += str_starts(rest, STR("<ul>")) - str_starts(rest, STR("</ul>"));
			items += str_starts(rest, STR("<li>")) - str_starts(rest, STR("</li>"));
			assert_true(depth >= 0 && items >= 0);
			assert_false(str_starts(rest, STR("<ul>\n</ul>")));
		}
		assert_int_equal(depth, 0);
		assert_int_equal(items, 0);
	}
}

static void html_text_is_what_a_reader_sees(void **state)
{
	(void)state;
	static const struct { const char *html, *want; } cases[] = {
		{ "<p>One <b>two</b>\n three</p><p>four</p>", "One two three\nfour" },
		{ "a<br>b", "a\nb" },
		{ "x<script>var a = '</p>';</script>y<style>p{}</style>", "xy" },
		{ "&lt;b&gt; &amp;amp; &#x41;&#66; &hearts; &nosuch; &#150;", "<b> &amp; AB ♥ &nosuch; –" },
		{ "<!-- c -->a<!doctype x>b<?php ?>c", "abc" },
		{ "<ul><li>a</li><li>b</li></ul>", "a\nb" },
		{ "a < b <", "a < b <" },
		{ "<div title=\"a>b\">c", "c" },
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct buf out = BUF_INIT(1000);
		html_text(&out, str_of(cases[i].html));
		assert_str(buf_view(&out), cases[i].want);
		buf_release(&out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(slugs_of_titles),
		cmocka_unit_test(slugs_end_between_words_within_their_limit),
		cmocka_unit_test(slug_validity),
		cmocka_unit_test(excerpts_end_where_a_reader_would_cut),
		cmocka_unit_test(words_are_counted_in_every_script),
		cmocka_unit_test(toc_nests_and_skips_the_title),
		cmocka_unit_test(toc_is_balanced_for_any_order_of_levels),
		cmocka_unit_test(html_text_is_what_a_reader_sees),
	};
	return cmocka_run_group_tests_name("text words", tests, setup, teardown);
}
