/* text_sanitize.c: tests of the HTML filter and its tokenizer. */
#include "unit.h"

#include "text/html_token.h"
#include "text/sanitize.h"

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

struct filter_case {
	const char *in, *want;
};

static struct html filter(struct str in)
{
	struct err err = ERR_INIT;
	struct html out = HTML_NONE;
	assert_ok(sanitize_html(in, NULL, &arena, &out, &err), &err);
	return out;
}

/* Every case is also filtered twice: what is clean stays as it is. */
static void check(const struct filter_case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct html once = filter(str_of(cases[i].in));
		assert_str(once, cases[i].want);
		assert_str(filter(str_n(once.p, once.n)), cases[i].want);
	}
}
#define CHECK(cases) check((cases), COUNT_OF(cases))

static void good_html_stays(void **state)
{
	(void)state;
	static const struct filter_case cases[] = {
		{ "plain &amp; simple &hearts; &#146;", "plain &amp; simple &hearts; &#146;" },
		{ "<p>One <b>two</b> <i>three</i></p>", "<p>One <b>two</b> <i>three</i></p>" },
		{ "<a href=\"http://a.b/?x=1&amp;y=2\" title=\"t\">l</a>",
		  "<a href=\"http://a.b/?x=1&amp;y=2\" title=\"t\" rel=\"noopener\">l</a>" },
		{ "<a href=\"#top\">l</a><a href=\"mailto:a@b.c\">m</a>",
		  "<a href=\"#top\">l</a><a href=\"mailto:a@b.c\">m</a>" },
		{ "<img src=\"a.png\" alt=\"x\" width=\"10\" height=\"20\">",
		  "<img src=\"a.png\" alt=\"x\" width=\"10\" height=\"20\">" },
		{ "<img src=a.png>", "<img src=\"a.png\" alt=\"\">" },
		{ "<details open><summary>S</summary><p>x</p></details>",
		  "<details open><summary>S</summary><p>x</p></details>" },
		{ "<table><thead><tr><th scope=\"col\">a</th></tr></thead></table>",
		  "<table><thead><tr><th scope=\"col\">a</th></tr></thead></table>" },
		{ "<ol start=\"3\" type=\"a\"><li value=\"-2\">x</li></ol>",
		  "<ol start=\"3\" type=\"a\"><li value=\"-2\">x</li></ol>" },
		{ "<ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby>",
		  "<ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby>" },
		{ "<BR><Hr/><WBR>", "<br><hr><wbr>" },
		{ "<video src=\"a.mp4\"></video>", "<video src=\"a.mp4\" controls></video>" },
		{ "<strike>a</strike><tt>b</tt><acronym>c</acronym>",
		  "<s>a</s><code>b</code><abbr>c</abbr>" },
	};
	CHECK(cases);
}

static void scripts_go_with_their_content(void **state)
{
	(void)state;
	static const struct filter_case cases[] = {
		{ "a<script>alert(1)</script>b", "ab" },
		{ "a<SCRIPT/x>alert(1)</scr</script >b", "ab" },
		{ "a<script>alert(1)", "a" },
		{ "<style>p{}</style><title>t</title><textarea><b></textarea><xmp><b></xmp>x", "x" },
		{ "<iframe src=\"https://v.example/1\"><b></iframe>x", "x" },
		{ "<noembed><b></noembed><noframes><b></noframes><plaintext><b>", "" },
		{ "a<svg><p>x</p><svg></svg><b>y</b></svg>b", "ab" },
		{ "a<math><mtext><img src=x onerror=alert(1)></math>b", "ab" },
		{ "a<svg/>b<template><p>x</template>c<select><option>d</select>e", "abce" },
		{ "<svg><style><a id=\"</style><img src=x onerror=alert(1)>\">x", "" },
		{ "<object data=x><embed src=x>text</object>", "text" },
		{ "<form action=x><input value=y><button>b</button></form>", "b" },
		{ "<base href=x><link rel=stylesheet href=x><meta http-equiv=refresh content=1>", "" },
		{ "<html><head></head><body onload=x>b</body></html>", "b" },
		{ "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\"></noscript>",
		  "<p title=\"&lt;/noscript&gt;&lt;img src=x onerror=alert(1)&gt;\"></p>" },
	};
	CHECK(cases);
}

static void tokens_are_cut_as_browsers_cut_them(void **state)
{
	(void)state;
	static const struct filter_case cases[] = {
		{ "a < b, 1 <2 <", "a &lt; b, 1 &lt;2 &lt;" },
		{ "a</>b</ c>d<!e>f<?g?>h<![CDATA[i]]>j", "abdfhj" },
		{ "a<!-- b --!>c<!--> d <!---> e <!-- f", "ac d  e " },
		{ "<b/class=x>y</b/>", "<b class=\"x\">y</b>" },
		{ "<b class=x class=y>z", "<b class=\"x\">z</b>" },
		{ "<b =class=x>z", "<b>z</b>" },
		{ "<b class = 'x'>y", "<b class=\"x\">y</b>" },
		{ "<b title='a\"b<c>d'>y", "<b title=\"a&quot;b&lt;c&gt;d\">y</b>" },
		{ "<b title=\"unclosed>y", "" },
		{ "<b title", "" },
		{ "<b title=`a b`>c", "<b title=\"`a\">c</b>" },
		{ "<i\fclass=x\r\nid=y>z", "<i class=\"x\" id=\"user-y\">z</i>" },
		{ "<b\x0B>x</b\x0B>", "x" },
		{ "a\x01\x0B" "b", "ab" },
		{ "&lt;script&gt; &#60;b&#62; &lt", "&lt;script&gt; &#60;b&#62; &amp;lt" },
		{ "&#0; &#xD800; &#99999999999; &;", "&amp;#0; &amp;#xD800; &amp;#99999999999; &amp;;" },
	};
	CHECK(cases);
	struct html nul = filter(str_n("a\0b<i title=\"\0\">", 16));
	assert_str(nul, "a\xEF\xBF\xBD" "b<i title=\"\xEF\xBF\xBD\"></i>");
}

static void addresses_are_judged_after_decoding(void **state)
{
	(void)state;
	static const char *const bad[] = {
		"javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:alert(1)", " javascript:x",
		"java\nscript:x", "&#106;avascript:x", "&#x6A;avascript:x", "&#0000106avascript:x",
		"javascript&colon;x", "java&Tab;script:x", "java&NewLine;script:x", "\x01javascript:x",
		"&#1;javascript:x", "vbscript:x", "data:text/html,x", "data:image/svg+xml,x", "file:///x",
		"blob:x", "filesystem:x", "java\0script:x", "jav&#x0A;ascript:x", "about:blank",
		"view-source:x", "javascript\x01:x", "java script:x", "x-javascript:y", "feed:javascript:x",
	};
	static const struct filter_case images[] = {
		{ "<img src=\"data:image/png;base64,AA==\">", "<img src=\"data:image/png;base64,AA==\" alt=\"\">" },
		{ "<img src=\"DATA:image/WEBP,x\">", "<img src=\"DATA:image/WEBP,x\" alt=\"\">" },
		{ "<img src=\"data:image/pngx,x\">", "" },
		{ "<img src=\"data:image/svg+xml;base64,AA\">", "" },
		{ "<img src=\"mailto:x\">", "" },
		{ "<img srcset=\"javascript:x 1x\">", "" },
		{ "<a href=\"data:image/png;base64,AA==\">x</a>", "<a>x</a>" },
		{ "<a href=\"&#x2F;a b&quot;c\">x</a>", "<a href=\"/a%20b%22c\">x</a>" },
		{ "<a href=\"//e.vil\">x</a>", "<a href=\"//e.vil\" rel=\"noopener\">x</a>" },
		{ "<a href=\"/a:b?c:d\">x</a>", "<a href=\"/a:b?c:d\">x</a>" },
		{ "<blockquote cite=\"javascript:x\">x</blockquote>", "<blockquote>x</blockquote>" },
	};
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		struct buf in = BUF_INIT(1000);
		size_t n = strncmp(bad[i], "java", 4) == 0 && strlen(bad[i]) == 4 ? 13 : strlen(bad[i]);
		BUF_LIT(&in, "<a href=\"");
		buf_put(&in, bad[i], n);
		BUF_LIT(&in, "\">x</a>");
		assert_str(filter(buf_view(&in)), "<a>x</a>");
		buf_release(&in);
	}
	CHECK(images);
}

static void attributes_come_from_the_list_only(void **state)
{
	(void)state;
	static const struct filter_case cases[] = {
		{ "<p onclick=x style=\"color:red\" data-x=y contenteditable tabindex=1>a</p>", "<p>a</p>" },
		{ "<a href=x target=_blank rel=opener ping=y download>a</a>", "<a href=\"x\">a</a>" },
		{ "<p id=\"x\">a</p><p id=\"user-y\">b</p>", "<p id=\"user-x\">a</p><p id=\"user-y\">b</p>" },
		{ "<p id=\"a b\" class=\"a&#32;b\">c</p>", "<p>c</p>" },
		{ "<p class=\"a_b c-d\" lang=\"de-AT\" dir=rtl>c</p>",
		  "<p class=\"a_b c-d\" lang=\"de-AT\" dir=\"rtl\">c</p>" },
		{ "<td colspan=2>a</td>", "a" },
		{ "<table><td colspan=9999999 rowspan=2>a", "<table><tr><td rowspan=\"2\">a</td></tr></table>" },
		{ "<img src=a width=100% height=1px>", "<img src=\"a\" alt=\"\">" },
		{ "<p title=\"&quot;&lt;&#34;\">a</p>", "<p title=\"&quot;&lt;&#34;\">a</p>" },
	};
	CHECK(cases);
}

static void trees_are_closed_and_sane(void **state)
{
	(void)state;
	static const struct filter_case cases[] = {
		{ "<b><i>x</b>y</i>", "<b><i>x</i></b>y" },
		{ "</div></section></p>x</b>", "x" },
		{ "<p>a<p>b", "<p>a</p><p>b</p>" },
		{ "<p>a<div>b</p>c</div>", "<p>a</p><div>bc</div>" },
		{ "<b><p>x</b>y", "<b></b><p>xy</p>" },
		{ "<h1>a<h2>b", "<h1>a</h1><h2>b</h2>" },
		{ "<ul><li>a<li>b<ul><li>c</ul><li>d", "<ul><li>a</li><li>b<ul><li>c</li></ul></li><li>d</li></ul>" },
		{ "<li>a<dt>b<td>c<tr>d<summary>e<figcaption>f<rt>g<source src=x>", "abcdefg" },
		{ "<dl><dt>a<dd>b<dt>c", "<dl><dt>a</dt><dd>b</dd><dt>c</dt></dl>" },
		{ "<table>x<tr><td>a", "<table></table>xa" },
		{ "<table><tr>x<td>a", "<table><tr></tr></table>xa" },
		{ "<table><tr><td>a<td>b<tr><td>c<tbody><tr><td>d</table>e",
		  "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr><tbody><tr><td>d</td></tr></tbody></table>e" },
		{ "<table><tr><td></div></table>", "<table><tr><td></td></tr></table>" },
		{ "<div><table><tr><td></div>x</td></tr></table></div>",
		  "<div><table><tr><td>x</td></tr></table></div>" },
		{ "<table><tr><td><table><tr><td>x</table>y</table>z",
		  "<table><tr><td><table><tr><td>x</td></tr></table>y</td></tr></table>z" },
		{ "<a href=x>a<a href=y>b", "<a href=\"x\">a</a><a href=\"y\">b</a>" },
		{ "<a href=x><div>a</div></a>", "<a href=\"x\"><div>a</div></a>" },
		{ "<p><a href=x><div>a</div></a>", "<p><a href=\"x\"></a></p><div>a</div>" },
		{ "<p></br></p>", "<p></p>" },
		{ "<pre>a\n b</pre>", "<pre>a\n b</pre>" },
	};
	CHECK(cases);
}

static void iframes_stay_for_named_hosts_only(void **state)
{
	(void)state;
	static const struct str hosts[] = { { "v.example", 9 } };
	const struct sanitize_options options = { .frame_hosts = hosts, .frame_host_count = 1 };
	static const struct filter_case cases[] = {
		{ "<iframe src=\"https://v.example/1\" width=560 srcdoc=x onload=y>z</iframe>",
		  "<iframe src=\"https://v.example/1\" width=\"560\" loading=\"lazy\"></iframe>" },
		{ "<iframe src=\"https://v.example.evil/1\"></iframe>", "" },
		{ "<iframe src=\"https://v.example@evil/1\"></iframe>", "" },
		{ "<iframe src=\"http://v.example/1\"></iframe>", "" },
		{ "<iframe src=\"javascript:x\"></iframe>", "" },
		{ "<iframe srcdoc=\"<script>\"></iframe>", "" },
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct html out = HTML_NONE;
		struct err err = ERR_INIT;
		assert_ok(sanitize_html(str_of(cases[i].in), &options, &arena, &out, &err), &err);
		assert_str(out, cases[i].want);
	}
}

static void pieces_share_what_is_open_within_their_scope(void **state)
{
	(void)state;
	struct buf out = BUF_INIT(1000);
	struct sanitizer s;
	sanitize_init(&s, NULL, &out);
	sanitize_piece(&s, STR("<div><b>"));
	sanitize_block(&s);                      /* closes b, not div */
	BUF_LIT(&out, "<p>");
	sanitize_enter(&s, SANITIZE_LINE);
	sanitize_piece(&s, STR("<i>"));
	sanitize_piece(&s, STR("</div>"));       /* not of this scope */
	sanitize_piece(&s, STR("<div><table>")); /* not in a line */
	sanitize_piece(&s, STR("<script>"));
	assert_true(sanitize_swallows(&s));
	sanitize_piece(&s, STR("<b>"));
	sanitize_piece(&s, STR("</script>"));
	assert_false(sanitize_swallows(&s));
	sanitize_enter(&s, SANITIZE_ANCHOR);
	assert_true(sanitize_in_link(&s));
	sanitize_piece(&s, STR("<a href=x>y"));
	sanitize_leave(&s);
	sanitize_piece(&s, STR("<svg>"));
	sanitize_leave(&s);                      /* closes i, forgets svg */
	BUF_LIT(&out, "</p>");
	assert_false(sanitize_swallows(&s));
	sanitize_piece(&s, STR("</div>x"));
	sanitize_close(&s);
	assert_str(buf_view(&out), "<div><b></b><p><i>y</i></p></div>x");
	sanitize_release(&s);
	buf_release(&out);
}

static void hostile_html_takes_linear_time(void **state)
{
	(void)state;
	static const char *const units[] = {
		"<", "</", "<!--", "<!", "<?", "<a ", "<a b=\"", "<a b='", "<div>", "<b>", "<table>", "<table><tr><td>",
		"<li>", "<ul><li>", "<svg>", "<math>", "<script>", "</script", "<script></scrip", "&", "&#", "&#x41",
		"&amp;", "<a href=x>", "<p><a href=x><div>", "</p>", "<a b=c d=e f=g h=i>", "<details><summary>",
		"--", "<!-- --", "<ruby><rt>", "<dl><dt>", "<img src=x>", "\0", "<a\n", "<select>", "a\xFF",
	};
	for (size_t i = 0; i < COUNT_OF(units); i++) {
		struct buf in = BUF_INIT((size_t)8 << 20);
		struct html out;
		struct err err = ERR_INIT;
		size_t unit_b = strlen(units[i]) + !*units[i];
		while (in.len < 1000000)
			buf_put(&in, units[i], unit_b);
		double begun_us = cpu_us();
		arena_reset(&arena);
		enum rc rc = sanitize_html(buf_view(&in), NULL, &arena, &out, &err);
		assert_worked_at_most(300, begun_us, "'%s' repeated", units[i]);
		assert_true(rc == RC_OK || rc == RC_LIMIT);
		buf_release(&in);
	}
}

/* Random tags and pieces of attributes: clean output is a fixed point, for a hundred thousand. */
static void filtering_again_changes_nothing(void **state)
{
	(void)state;
	static const char *const parts[] = {
		"<b>", "</b>", "<p>", "</p>", "<div>", "</div>", "<table>", "</table>", "<tr>", "<td>", "</td>",
		"<li>", "<ul>", "</ul>", "<a href=x>", "</a>", "<a href='&#106;a", "<svg>", "</svg>", "<script>",
		"</script>", "<!--", "-->", "<img src=x id=y>", "<h1>", "<details>", "<summary>", "text", " ",
		"\n", "&", "&lt;", "&#60;", "\"", "'", ">", "<", "=", "<i title=\"", "<video>", "<source src=x>",
		"<caption>", "<colgroup>", "<col>", "<ruby>", "<rt>", "<iframe>", "<dl>", "<dt>", "<pre>", "<tbody>",
	};
	uint32_t random = 12345;
	for (int n = 0; n < 100000; n++) {
		struct buf in = BUF_INIT(10000);
		for (int k = 0; k < 12; k++) {
			random = random * 1664525u + 1013904223u;
			buf_cstr(&in, parts[(random >> 16) % COUNT_OF(parts)]);
		}
		struct html once = filter(buf_view(&in));
		struct html twice = filter(str_n(once.p, once.n));
		if (once.n != twice.n || memcmp(once.p, twice.p, once.n) != 0)
			fail_msg("%s\n first: %.*s\nsecond: %.*s", in.bytes, (int)once.n, once.p,
				 (int)twice.n, twice.p);
		buf_release(&in);
		arena_reset(&arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_html_stays),
		cmocka_unit_test(scripts_go_with_their_content),
		cmocka_unit_test(tokens_are_cut_as_browsers_cut_them),
		cmocka_unit_test(addresses_are_judged_after_decoding),
		cmocka_unit_test(attributes_come_from_the_list_only),
		cmocka_unit_test(trees_are_closed_and_sane),
		cmocka_unit_test(iframes_stay_for_named_hosts_only),
		cmocka_unit_test(pieces_share_what_is_open_within_their_scope),
		cmocka_unit_test(hostile_html_takes_linear_time),
		cmocka_unit_test(filtering_again_changes_nothing),
	};
	return cmocka_run_group_tests_name("text sanitize", tests, setup, teardown);
}
