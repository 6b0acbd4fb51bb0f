/* text_markdown.c: tests of what Platen adds to the Markdown library. */
#include "unit.h"

#include "text/gallery.h"
#include "text/markdown.h"

static struct arena arena;

static int setup(void **state)
{
	(void)state;
	markdown_init();
	arena_init(&arena, ARENA_MAX_B);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_release(&arena);
	return 0;
}

static struct markdown_result render(const char *source, enum markdown_raw_html mode)
{
	struct markdown_options options = { .raw_html = mode, .extras = true };
	struct markdown_result result;
	struct err err = ERR_INIT;
	assert_ok(markdown_render(str_of(source), &options, &arena, &result, &err), &err);
	return result;
}

static struct html html_of(const char *source)
{
	return render(source, MARKDOWN_RAW_OFF).html;
}

/* Addresses say what they lead to: "640x480" and its kind. */
static void sized(void *ctx, struct arena *a, struct str address, struct markdown_image *out)
{
	struct str rest = address, width;
	uint64_t w = 0, h = 0;
	(void)ctx, (void)a;
	if (str_ends(address, STR(".mp4")))
		*out = (struct markdown_image){ .kind = MARKDOWN_VIDEO, .name = STR("a \"film\".mp4") };
	else if (str_ends(address, STR(".mp3")))
		*out = (struct markdown_image){ .kind = MARKDOWN_AUDIO };
	else if (str_split(&rest, 'x', &width) && str_to_u64(width, &w) && str_to_u64(rest, &h))
		*out = (struct markdown_image){ .width_px = (int)w, .height_px = (int)h };
}

static struct markdown_result media_of(const char *source)
{
	struct markdown_options options = { .raw_html = MARKDOWN_RAW_FILTERED, .extras = true, .image = sized };
	struct markdown_result result;
	struct err err = ERR_INIT;
	assert_ok(markdown_render(str_of(source), &options, &arena, &result, &err), &err);
	return result;
}

static void images_with_only_blanks_between_become_a_gallery(void **state)
{
	(void)state;
	struct markdown_result r = media_of("![a](900x600 \"T & t\")\n[![](600x900)](https://x.org/)");
	assert_str(r.html, "<figure class=\"gallery\">\n<div class=\"gallery-row\">\n"
		   "<figure class=\"shape-150\"><a href=\"900x600\"><img src=\"900x600\" alt=\"a\" width=\"900\" height=\"600\" "
		   "decoding=\"async\"></a><figcaption>T &amp; t</figcaption></figure>\n"
		   "<figure class=\"shape-67 tall\"><a href=\"https://x.org/\" rel=\"noopener\" aria-label=\"Picture 1\"><img "
		   "src=\"600x900\" alt=\"\" width=\"600\" height=\"900\" loading=\"lazy\" decoding=\"async\"></a></figure>\n"
		   "</div>\n</figure>\n");
	assert_int_equal(r.image_count, 2);
	assert_int_equal(r.link_count, 1);
	/* One blank, several, a hard line break. */
	static const char *const ones[] = { "![](9x300)![](300x9)", "![](300x9)  \n![](300x9)", "![](300x9)\\\n ![](300x9) ![](300x9)" };
	for (size_t i = 0; i < COUNT_OF(ones); i++)
		assert_true(str_starts(str_n(media_of(ones[i]).html.p, media_of(ones[i]).html.n), STR("<figure class=\"gallery\">")));
}

static void what_is_no_gallery_stays_a_paragraph(void **state)
{
	(void)state;
	static const char *const ones[] = {
		"![](300x200) and ![](300x200)",      /* words between */
		"![](300x200) ![](unknown.png)",      /* no size, no row */
		"![](100x20) ![](100x20)",            /* badges */
		"![](300x200) ![](a.mp3)", "![](300x200) *![](300x200)*", "![](300x200) [![](300x200) x](y)",
	};
	for (size_t i = 0; i < COUNT_OF(ones); i++) {
		struct html html = media_of(ones[i]).html;
		assert_true(str_starts(str_n(html.p, html.n), STR("<p>")));
		assert_int_equal(str_find(str_n(html.p, html.n), STR("<figure")), -1);
	}
}

static void rows_come_out_about_as_high_as_each_other(void **state)
{
	(void)state;
	static const struct { int shapes[7], rows[7]; } cases[] = {
		{ { 150, 150 }, { 2 } }, { { 67, 67 }, { 2 } }, { { 150, 150, 150 }, { 3 } },
		{ { 150, 150, 150, 150 }, { 2, 2 } }, { { 150, 150, 150, 150, 150 }, { 2, 3 } },
		{ { 67, 150, 67 }, { 3 } }, { { 250, 150, 150 }, { 1, 2 } }, { { 67, 67, 67, 150, 150 }, { 3, 2 } },
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		size_t count = 0;
		int *rows;
		while (count < 7 && cases[i].shapes[count])
			count++;
		size_t got = gallery_rows(cases[i].shapes, count, &arena, &rows);
		for (size_t k = 0; k < 7 && cases[i].rows[k]; k++) {
			assert_true(k < got);
			assert_int_equal(rows[k], cases[i].rows[k]);
		}
		assert_true(got == 7 || !cases[i].rows[got]);
	}
	int *rows;
	assert_int_equal(gallery_rows(NULL, 0, &arena, &rows), 0);
	static const struct { int w, h, shape; } shapes[] = {
		{ 4000, 3000, 133 }, { 3000, 4000, 75 }, { 1, 1, 100 }, { 100000, 1, 250 }, { 1, 100000, 50 }, { 1920, 1080, 178 },
		{ INT32_MAX, 1, 250 }, { 6000, 4000, 150 }, { 1000, 1001, 100 },
	};
	for (size_t i = 0; i < COUNT_OF(shapes); i++)
		assert_int_equal(gallery_shape(shapes[i].w, shapes[i].h), shapes[i].shape);
}

static void sizes_say_how_wide_a_picture_of_a_row_is(void **state)
{
	(void)state;
	static const struct { int shapes[3], count, at, column_rem; const char *sizes; } cases[] = {
		{ { 150, 150 }, 2, 0, 48, "(min-width: 60rem) 24rem, (min-width: 36rem) 50vw, 50vw" },
		{ { 150, 100, 100 }, 3, 0, 48, "(min-width: 60rem) 21rem, (min-width: 36rem) 43vw, 100vw" },
		{ { 150, 100, 100 }, 3, 2, 48, "(min-width: 60rem) 14rem, (min-width: 36rem) 29vw, 50vw" },
		{ { 75, 75, 150 }, 3, 1, 48, "(min-width: 60rem) 12rem, (min-width: 36rem) 25vw, 50vw" },
		{ { 75, 75, 150 }, 3, 2, 48, "(min-width: 60rem) 24rem, (min-width: 36rem) 50vw, 100vw" },
		{ { 75, 75, 75 }, 3, 2, 48, "(min-width: 60rem) 16rem, (min-width: 36rem) 34vw, 34vw" },
		{ { 150, 250 }, 2, 0, 48, "(min-width: 60rem) 18rem, (min-width: 36rem) 38vw, 100vw" },
		{ { 250 }, 1, 0, 48, "(min-width: 60rem) 48rem, (min-width: 36rem) 100vw, 100vw" },
		{ { 150, 150 }, 2, 1, 82, "(min-width: 94rem) 41rem, (min-width: 36rem) 50vw, 50vw" },
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct buf out = BUF_INIT(200);
		gallery_sizes(cases[i].shapes, cases[i].count, cases[i].at, cases[i].column_rem, &out);
		assert_str(buf_view(&out), cases[i].sizes);
		buf_release(&out);
	}
}

#define FILM "<video class=\"player\" controls preload=\"metadata\" playsinline src=\"/v.mp4\" aria-label=\"%s\">" \
	"<a href=\"/v.mp4\" download>a &quot;film&quot;.mp4</a></video>"
#define SOUND "<audio class=\"player\" controls preload=\"metadata\" src=\"/s.mp3\" aria-label=\"%s\">" \
	"<a href=\"/s.mp3\" download>s.mp3</a></audio>"

static void films_and_sound_get_a_player(void **state)
{
	(void)state;
	static const struct { const char *source, *before, *player, *label, *after; } cases[] = {
		{ "![A talk](/v.mp4 \"Vienna\")", "<figure>", FILM, "A talk", "<figcaption>Vienna</figcaption></figure>\n" },
		{ "![](/s.mp3)", "<figure>", SOUND, "s.mp3", "</figure>\n" },
		{ "[Episode *3*](/s.mp3)", "<figure>", SOUND, "Episode 3", "<figcaption>Episode 3</figcaption></figure>\n" },
		{ "[s.mp3](/s.mp3)", "<figure>", SOUND, "s.mp3", "</figure>\n" },
		{ "Hear ![it](/s.mp3) now", "<p>Hear ", SOUND, "it", " now</p>\n" },
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct buf want = BUF_INIT(4096);
		buf_cstr(&want, cases[i].before);
		for (const char *at = cases[i].player; *at; at++) {
			if (at[0] != '%' || at[1] != 's') {
				buf_char(&want, *at);
				continue;
			}
			buf_cstr(&want, cases[i].label);
			at++;
		}
		buf_cstr(&want, cases[i].after);
		struct html html = media_of(cases[i].source).html;
		assert_true(str_eq(str_n(html.p, html.n), buf_view(&want)));
		buf_release(&want);
	}
	struct markdown_result r = media_of("[Episode 3](/s.mp3)\n\n![x](/v.mp4)");
	assert_int_equal(r.image_count, 0);
	assert_int_equal(r.link_count, 2);
	assert_true(str_find(r.plain, STR("Episode 3")) >= 0);
	/* A link in a text stays one, and in a link no player stands. */
	assert_str(media_of("Hear [it](/s.mp3).").html, "<p>Hear <a href=\"/s.mp3\">it</a>.</p>\n");
	assert_str(media_of("[![it](/s.mp3)](/x)").html, "<figure><a href=\"/x\">it</a></figure>\n");
}

static void headings_get_unique_ids_and_a_link(void **state)
{
	(void)state;
	struct markdown_result r = render("# Größe & *Maß*\n\n## a\n\n## A\n\n## a 2\n\n## a\n\n#\n\n# ![x](y)\n\n# ?\n",
					  MARKDOWN_RAW_OFF);
	static const char *const ids[] = { "größe-maß", "a", "a-2", "a-2-2", "a-3", "x", "section" };
	assert_int_equal(r.heading_count, COUNT_OF(ids));
	for (size_t i = 0; i < COUNT_OF(ids); i++)
		assert_str(r.headings[i].id, ids[i]);
	assert_str(r.headings[0].text, "Größe & Maß");
	assert_int_equal(r.headings[0].level, 2);
	assert_str(html_of("## Ab"), "<h2 id=\"ab\">Ab<a class=\"anchor\" href=\"#ab\" "
		   "aria-label=\"Link to this section\"></a></h2>\n");
}

/* What a screen reader's outline would stumble over; found on a real blog by axe and the Nu validator. */
static void no_heading_level_is_skipped(void **state)
{
	(void)state;
	static const struct { const char *source; int levels[6]; } cases[] = {
		{ "## a\n\n##### b\n\n##### c\n\n## d\n", { 2, 3, 3, 2 } }, /* a jump becomes one step */
		{ "### a\n\n### b\n", { 2, 2 } },                            /* nothing above the first */
		{ "# a\n\n## b\n\n# c\n\n### d\n", { 2, 3, 2, 3 } },         /* level 1 is the page's title */
		{ "###### a\n\n###### b\n\n# c\n\n###### d\n", { 2, 2, 2, 3 } },
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct markdown_result r = render(cases[i].source, MARKDOWN_RAW_OFF);
		for (size_t k = 0; k < r.heading_count; k++)
			assert_int_equal(r.headings[k].level, cases[i].levels[k]);
	}
}

static void links_to_elsewhere_and_dangerous_ones(void **state)
{
	(void)state;
	assert_str(html_of("[a](http://x.y) [b](/z \"t\") [c](//x)"),
		   "<p><a href=\"http://x.y\" rel=\"noopener\">a</a> <a href=\"/z\" title=\"t\">b</a> "
		   "<a href=\"//x\" rel=\"noopener\">c</a></p>\n");
	static const char *const bad[] = {
		"[a](javascript:x)", "[a](JavaScript:x)", "<javascript:x>", "[a](vbscript:x)", "[a](file:///x)",
		"[a](data:text/html,x)", "[a](data:image/png,x)", "[a]\n\n[a]: javascript:x", "[a](&#106;avascript:x)",
		"[a](javascript&colon;x)", "[a](<javascript:x>)", "[a](blob:x)",
	};
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		struct html filtered = render(bad[i], MARKDOWN_RAW_FILTERED).html;
		if (!memmem(html_of(bad[i]).p, html_of(bad[i]).n, "href=\"\"", 7))
			fail_msg("%s: %s", bad[i], html_of(bad[i]).p);
		assert_non_null(memmem(filtered.p, filtered.n, "href=\"\"", 7));
	}
	struct html on = render("[a](javascript:x)", MARKDOWN_RAW_ON).html;
	assert_str(on, "<p><a href=\"javascript:x\">a</a></p>\n");
	assert_str(html_of("![a](data:image/png;base64,AA) ![b](data:image/svg+xml,x)"),
		   "<p><img src=\"data:image/png;base64,AA\" alt=\"a\" decoding=\"async\"> "
		   "<img src=\"\" alt=\"b\" loading=\"lazy\" decoding=\"async\"></p>\n");
}

static void image(void *ctx, struct arena *a, struct str address, struct markdown_image *out)
{
	(void)ctx;
	if (str_is(address, "unknown"))
		return;
	*out = (struct markdown_image){ .src = arena_printf(a, "/media/%.*s", STR_ARG(address)), .width_px = 640, .height_px = 480 };
}

static struct str link_to(void *ctx, struct arena *a, struct str address)
{
	(void)ctx;
	return str_is(address, "evil") ? STR("javascript:x")
	       : str_ends(address, STR(".md")) ? arena_printf(a, "/%.*s", (int)address.n - 3, address.p) : STR_NONE;
}

static void addresses_go_through_the_resolver_in_markdown_and_raw_html(void **state)
{
	(void)state;
	struct markdown_options options = {
		.raw_html = MARKDOWN_RAW_FILTERED, .extras = true, .image = image, .link = link_to,
	};
	struct markdown_result r;
	struct err err = ERR_INIT;
	assert_ok(markdown_render(STR("x ![a](b.png) [l](post.md) <img src='c.png'> <a href=\"p2.md\">m</a> "
				      "![u](unknown) ![a](b.png) [e](evil)"),
				  &options, &arena, &r, &err), &err);
	assert_str(r.html,
		   "<p>x <img src=\"/media/b.png\" alt=\"a\" width=\"640\" height=\"480\" decoding=\"async\"> "
		   "<a href=\"/post\">l</a> <img src=\"/media/c.png\" alt=\"\" width=\"640\" height=\"480\" loading=\"lazy\" decoding=\"async\"> <a href=\"/p2\">m</a> "
		   "<img src=\"unknown\" alt=\"u\" loading=\"lazy\" decoding=\"async\"> "
		   "<img src=\"/media/b.png\" alt=\"a\" width=\"640\" height=\"480\" loading=\"lazy\" decoding=\"async\"> "
		   "<a href=\"\">e</a></p>\n");
	assert_int_equal(r.image_count, 3);
	assert_str(r.images[0], "/media/b.png");
	assert_str(r.images[1], "/media/c.png");
	assert_str(r.first_image, "/media/b.png");
	assert_int_equal(r.link_count, 2);
	assert_str(r.links[1], "/p2");
}

static void images_alone_become_figures(void **state)
{
	(void)state;
	assert_str(html_of("![a *b*](c \"T & t\")"),
		   "<figure><img src=\"c\" alt=\"a b\" decoding=\"async\"><figcaption>T &amp; t</figcaption></figure>\n");
	assert_str(html_of("[![a](b)](c)"),
		   "<figure><a href=\"c\"><img src=\"b\" alt=\"a\" decoding=\"async\"></a></figure>\n");
	assert_str(html_of("![a](b \"t\") x"),
		   "<p><img src=\"b\" alt=\"a\" title=\"t\" decoding=\"async\"> x</p>\n");
	assert_str(html_of("![![i](j)<b>\"](k)"),
		   "<figure><img src=\"k\" alt=\"i&quot;\" decoding=\"async\"></figure>\n");
}

static void code_blocks_carry_their_language(void **state)
{
	(void)state;
	assert_str(html_of("``` {.rust,x}\na<b\n```"),
		   "<pre class=\"code\" tabindex=\"0\" dir=\"ltr\" data-lang=\"rust\"><code>a<span class=\"o\">&lt;</span>b\n"
		   "</code></pre>\n");
	assert_str(html_of("    a"), "<pre class=\"code\" tabindex=\"0\" dir=\"ltr\"><code>a\n</code></pre>\n");
}

static void lists_and_quotes(void **state)
{
	(void)state;
	assert_str(html_of("3. a\n4. b\n\n> q\n\n---"),
		   "<ol start=\"3\">\n<li>a</li>\n<li>b</li>\n</ol>\n<blockquote>\n<p>q</p>\n</blockquote>\n<hr>\n");
	assert_str(html_of("- a\n  - b\n- c"), "<ul>\n<li>a\n<ul>\n<li>b</li>\n</ul>\n</li>\n<li>c</li>\n</ul>\n");
}

/* cmark alone gives `east`‘s when another apostrophe follows. */
static void an_apostrophe_after_code_is_one(void **state)
{
	(void)state;
	struct markdown_options options = { .smart = true, .extras = true };
	struct markdown_result r;
	struct err err = ERR_INIT;
	assert_ok(markdown_render(STR("`east`'s pods. It's `a` 'b'."), &options, &arena, &r, &err), &err);
	assert_str(r.html, "<p><code>east</code>\u2019s pods. It\u2019s <code>a</code> \u2018b\u2019.</p>\n");
}

static void raw_html_by_mode(void **state)
{
	(void)state;
	static const char source[] = "a <b onclick=x>c</b>\n\n<div>\n\n*d*\n\n</div>\n";
	assert_str(render(source, MARKDOWN_RAW_OFF).html,
		   "<p>a <!-- raw HTML omitted -->c<!-- raw HTML omitted --></p>\n<!-- raw HTML omitted -->\n"
		   "<p><em>d</em></p>\n<!-- raw HTML omitted -->\n");
	assert_str(render(source, MARKDOWN_RAW_FILTERED).html,
		   "<p>a <b>c</b></p>\n<div>\n<p><em>d</em></p>\n</div>\n");
	assert_str(render(source, MARKDOWN_RAW_ON).html,
		   "<p>a <b onclick=x>c</b></p>\n<div>\n<p><em>d</em></p>\n</div>\n");
}

/* "a.jpg" has other widths, "b.jpg" other formats, "c.mp4" is a film; of all others nothing is known. */
static void prepared(void *ctx, struct arena *a, struct str address, struct markdown_image *out)
{
	(void)ctx, (void)a;
	if (str_is(address, "c.mp4"))
		*out = (struct markdown_image){ .kind = MARKDOWN_VIDEO, .width_px = 640, .height_px = 480 };
	if (str_is(address, "a.jpg") || str_is(address, "b.jpg"))
		*out = (struct markdown_image){ .src = STR("/m/1280.jpg"), .width_px = 4000, .height_px = 3000,
						.set = STR("/m/640.jpg 640w, /m/1280.jpg 1280w"), .sizes = STR("100vw") };
	if (str_is(address, "b.jpg")) {
		out->sources[0].type = STR("image/webp");
		out->sources[0].set = STR("/m/\">640.webp 640w");
		out->source_count = 1;
	}
}

static void raw_images_of_ours_get_what_their_author_left_out(void **state)
{
	(void)state;
	#define SET(sizes) " srcset=\"/m/640.jpg 640w, /m/1280.jpg 1280w\" sizes=\"" sizes "\""
	static const struct { const char *tag, *html; } cases[] = {
		{ "<img src=a.jpg>", "<img src=\"/m/1280.jpg\" alt=\"\"" SET("100vw") " width=\"4000\" height=\"3000\" decoding=\"async\">" },
		{ "<img alt='x' width=\"300\" src=a.jpg srcset='evil 1x' loading=eager decoding=sync>",
		  "<img alt=\"x\" width=\"300\" src=\"/m/1280.jpg\" loading=\"eager\" decoding=\"sync\"" SET("300px") " height=\"225\">" },
		{ "<img src=a.jpg width=30 height=40>", "<img src=\"/m/1280.jpg\" width=\"30\" height=\"40\" alt=\"\"" SET("30px") " decoding=\"async\">" },
		{ "<img src=a.jpg width=900>", "<img src=\"/m/1280.jpg\" width=\"900\" alt=\"\"" SET("100vw") " height=\"675\" decoding=\"async\">" },
		{ "<img src=a.jpg height=40>", "<img src=\"/m/1280.jpg\" height=\"40\" alt=\"\"" SET("100vw") " decoding=\"async\">" },
		{ "<img src=a.jpg width=50%>", "<img src=\"/m/1280.jpg\" alt=\"\"" SET("100vw") " decoding=\"async\">" },
		{ "<img src=b.jpg>", "<picture><source type=\"image/webp\" srcset=\"/m/&quot;&gt;640.webp 640w\" sizes=\"100vw\">"
		  "<img src=\"/m/1280.jpg\" alt=\"\"" SET("100vw") " width=\"4000\" height=\"3000\" decoding=\"async\"></picture>" },
		{ "<img src=c.mp4>", "<img src=\"c.mp4\" alt=\"\">" },
		{ "<img src=https://x.org/d.jpg>", "<img src=\"https://x.org/d.jpg\" alt=\"\">" },
	};
	struct markdown_options options = { .raw_html = MARKDOWN_RAW_FILTERED, .extras = true, .image = prepared };
	struct markdown_result r;
	struct err err = ERR_INIT;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		assert_ok(markdown_render(arena_printf(&arena, "%s x", cases[i].tag), &options, &arena, &r, &err), &err);
		assert_string_equal(r.html.p, arena_printf(&arena, "<p>%s x</p>\n", cases[i].html).p);
	}
	options.raw_html = MARKDOWN_RAW_ON;
	assert_ok(markdown_render(STR("<img src=a.jpg> x"), &options, &arena, &r, &err), &err);
	assert_str(r.html, "<p><img src=a.jpg> x</p>\n");
}

/* What a piece of raw HTML opens ends with the part of the document it stands in. */
static void filtered_html_keeps_the_tree(void **state)
{
	(void)state;
	static const struct { const char *source, *want; } cases[] = {
		{ "<b>x *y</b> z*", "<p><b>x <em>y z</em></b></p>\n" },
		{ "a <i>b\n\nc", "<p>a <i>b</i></p>\n<p>c</p>\n" },
		{ "> <div>\n\na </div>", "<blockquote>\n<div>\n</div>\n</blockquote>\n<p>a </p>\n" },
		{ "- <div>\n- b", "<ul>\n<li>\n<div>\n</div></li>\n<li>b</li>\n</ul>\n" },
		{ "<p>\n\na\n\n</p>", "<p>\n</p>\n<p>a</p>\n\n" },
		{ "<table><tr>\n\na\n\n</table>", "<table><tr>\n</tr></table>\n<p>a</p>\n\n" },
		{ "x <script>alert(1)</script> y", "<p>x  y</p>\n" },
		{ "x <script>*a* `b` [](c)\n\nd", "<p>x </p>\n<p>d</p>\n" },
		{ "<a href=\"x\">[y](z)</a>", "<p><a href=\"x\">y</a></p>\n" },
		{ "[<a href=\"x\">y</a>](z)", "<p><a href=\"z\">y</a></p>\n" },
		{ "# <div>a</div>", "<h2 id=\"a\">a<a class=\"anchor\" href=\"#a\" "
		  "aria-label=\"Link to this section\"></a></h2>\n" },
		{ "<div title=\"\n\nx\" onload=y>\n", "<p>x&quot; onload=y&gt;</p>\n" },
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		assert_str(render(cases[i].source, MARKDOWN_RAW_FILTERED).html, cases[i].want);
}

static void more_divides_the_post(void **state)
{
	(void)state;
	for (int mode = 0; mode < MARKDOWN_RAW__MAX; mode++) {
		struct markdown_result r = render("One\n\n<!-- more -->\n\nTwo\n\n<!--more-->\n", (enum markdown_raw_html)mode);
		assert_str(r.before_more, "<p>One</p>\n");
		assert_str(r.html, "<p>One</p>\n<p>Two</p>\n");
		r = render("*One* <!--more--> two", (enum markdown_raw_html)mode);
		assert_str(r.before_more, "<p><em>One</em> </p>\n");
		assert_str(r.plain_before_more, "One");
		assert_str(render("One\n\n- a\n\n<!--more-->\n- b", (enum markdown_raw_html)mode).plain_before_more, "One\na");
		assert_str(render("<!--more-->\nOne", (enum markdown_raw_html)mode).plain_before_more, "");
		assert_null(render("One", (enum markdown_raw_html)mode).plain_before_more.p);
		assert_null(render("One\n\n<!-- more? -->", (enum markdown_raw_html)mode).before_more.p);
		assert_null(render("> One\n> <!--more-->", (enum markdown_raw_html)mode).before_more.p);
	}
	assert_str(render("<div>\n\nx <b>y <!--more--> z</b>\n\n</div>", MARKDOWN_RAW_FILTERED).before_more,
		   "<div>\n<p>x <b>y </b></p>\n</div>");
}

static void facts_of_a_post(void **state)
{
	(void)state;
	struct markdown_result r = render("![i](j)\n\nOne *two* `three`\nfour  \nfive.\n\n- six\n\n```\nseven\n```\n\n"
					  "<p>eight &amp; <i>nine</i></p>\n", MARKDOWN_RAW_FILTERED);
	assert_str(r.first_paragraph, "One two three four five.");
	assert_str(r.plain, "One two three four five.\nsix\nseven\neight & nine");
	assert_int_equal(r.word_count, 9);
	assert_false(r.has_code);
	r = render("", MARKDOWN_RAW_OFF);
	assert_str(r.html, "");
	assert_str(r.plain, "");
	assert_str(r.first_paragraph, "");
	assert_int_equal(r.heading_count + r.link_count + r.image_count, 0);
	assert_false(str_given(r.first_image));
}

static void nul_and_bad_utf8(void **state)
{
	(void)state;
	struct markdown_options options = { .extras = true };
	struct markdown_result result = { .word_count = 77 };
	struct err err = ERR_INIT;
	assert_ok(markdown_render(str_n("a\0b", 3), &options, &arena, &result, &err), &err);
	assert_str(result.html, "<p>a\xEF\xBF\xBD" "b</p>\n");
	result.word_count = 77;
	assert_int_equal(markdown_render(STR("ab\xC3"), &options, &arena, &result, &err), RC_INVALID);
	assert_string_equal(err.msg, "byte 2 of the text is not UTF-8");
	assert_int_equal(result.word_count, 77);
}

static void blocks_name_their_lines_when_asked(void **state)
{
	(void)state;
	struct markdown_options options = { .extras = true, .lines = true };
	struct markdown_result result;
	struct err err = ERR_INIT;
	assert_ok(markdown_render(STR("One\n\n# Two\n\n> Three\n\n- a\n- b\n\n---\n\n![](c.png)\n\n    code\n"), &options,
				  &arena, &result, &err), &err);
	assert_str(result.html,
		   "<p data-line=\"1\">One</p>\n"
		   "<h2 id=\"two\" data-line=\"3\">Two<a class=\"anchor\" href=\"#two\" aria-label=\"Link to this section\"></a></h2>\n"
		   "<blockquote data-line=\"5\">\n<p data-line=\"5\">Three</p>\n</blockquote>\n"
		   "<ul>\n<li data-line=\"7\">a</li>\n<li data-line=\"8\">b</li>\n</ul>\n"
		   "<hr data-line=\"10\">\n"
		   "<figure data-line=\"12\"><img src=\"c.png\" alt=\"\" decoding=\"async\"></figure>\n"
		   "<pre class=\"code\" tabindex=\"0\" dir=\"ltr\" data-line=\"14\"><code>code\n</code></pre>\n");
}

#if WITH_CMARK_GFM

static void tables_scroll_and_have_a_name(void **state)
{
	(void)state;
	assert_str(html_of("| A | |\n|:--|--:|\n| 1 | `x` |\n"),
		   "<div class=\"table\" role=\"region\" tabindex=\"0\" aria-label=\"Table 1: A\">\n<table>\n<thead>\n<tr>\n"
		   "<th scope=\"col\" class=\"align-left\">A</th>\n<td class=\"align-right\"></td>\n</tr>\n</thead>\n<tbody>\n"
		   "<tr>\n<td class=\"align-left\">1</td>\n<td class=\"align-right\"><code>x</code></td>\n</tr>\n</tbody>\n"
		   "</table>\n</div>\n");
	assert_str(render("|a|\n|-|\n", MARKDOWN_RAW_OFF).plain, "a");
}

static void tasks_are_labelled(void **state)
{
	(void)state;
	assert_str(html_of("- [ ] a *b*\n- [x] c\n"),
		   "<ul class=\"contains-task-list\">\n"
		   "<li class=\"task-list-item\"><label><input type=\"checkbox\" disabled> a <em>b</em></label></li>\n"
		   "<li class=\"task-list-item\"><label><input type=\"checkbox\" disabled checked> c</label></li>\n"
		   "</ul>\n");
}

static void footnotes_lead_there_and_back(void **state)
{
	(void)state;
	struct markdown_options options = {
		.extras = true, .footnote_prefix = STR("p7-"), .footnote_back_label = STR("Zurück zu"),
	};
	struct markdown_result r;
	struct err err = ERR_INIT;
	assert_ok(markdown_render(STR("a[^x] b[^x] [c[^y]](d)\n\n[^x]: X\n[^y]:\n    - Y\n"), &options, &arena, &r, &err), &err);
	assert_str(r.html,
		   "<p>a<sup class=\"footnote-ref\"><a id=\"p7-fnref:1\" href=\"#p7-fn:1\">1</a></sup> "
		   "b<sup class=\"footnote-ref\"><a id=\"p7-fnref:1-2\" href=\"#p7-fn:1\">1</a></sup> "
		   "<a href=\"d\">c<sup class=\"footnote-ref\"><span id=\"p7-fnref:2\">2</span></sup></a></p>\n"
		   "<section class=\"footnotes\">\n<ol>\n<li id=\"p7-fn:1\">\n<p>X "
		   "<a class=\"footnote-backref\" href=\"#p7-fnref:1\" aria-label=\"Zurück zu 1\">\u21A9\uFE0E</a> "
		   "<a class=\"footnote-backref\" href=\"#p7-fnref:1-2\" aria-label=\"Zurück zu 1-2\">\u21A9\uFE0E</a></p>\n</li>\n"
		   "<li id=\"p7-fn:2\">\n<ul>\n<li>Y</li>\n</ul>\n "
		   "<a class=\"footnote-backref\" href=\"#p7-fnref:2\" aria-label=\"Zurück zu 2\">\u21A9\uFE0E</a>\n</li>\n</ol>\n</section>\n");
}

static void extensions_can_be_left_out(void **state)
{
	(void)state;
	struct markdown_options options = { .extras = true, .extensions = MARKDOWN_COMMONMARK | MARKDOWN_STRIKETHROUGH };
	struct markdown_result r;
	struct err err = ERR_INIT;
	assert_ok(markdown_render(STR("~~a~~ www.b.c"), &options, &arena, &r, &err), &err);
	assert_str(r.html, "<p><del>a</del> www.b.c</p>\n");
}

#endif

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(headings_get_unique_ids_and_a_link),
		cmocka_unit_test(no_heading_level_is_skipped),
		cmocka_unit_test(links_to_elsewhere_and_dangerous_ones),
		cmocka_unit_test(addresses_go_through_the_resolver_in_markdown_and_raw_html),
		cmocka_unit_test(images_alone_become_figures),
		cmocka_unit_test(images_with_only_blanks_between_become_a_gallery),
		cmocka_unit_test(what_is_no_gallery_stays_a_paragraph),
		cmocka_unit_test(rows_come_out_about_as_high_as_each_other),
		cmocka_unit_test(sizes_say_how_wide_a_picture_of_a_row_is),
		cmocka_unit_test(films_and_sound_get_a_player),
		cmocka_unit_test(code_blocks_carry_their_language),
		cmocka_unit_test(lists_and_quotes),
		cmocka_unit_test(an_apostrophe_after_code_is_one),
		cmocka_unit_test(raw_html_by_mode),
		cmocka_unit_test(raw_images_of_ours_get_what_their_author_left_out),
		cmocka_unit_test(filtered_html_keeps_the_tree),
		cmocka_unit_test(more_divides_the_post),
		cmocka_unit_test(facts_of_a_post),
		cmocka_unit_test(nul_and_bad_utf8),
		cmocka_unit_test(blocks_name_their_lines_when_asked),
#if WITH_CMARK_GFM
		cmocka_unit_test(tables_scroll_and_have_a_name),
		cmocka_unit_test(tasks_are_labelled),
		cmocka_unit_test(footnotes_lead_there_and_back),
		cmocka_unit_test(extensions_can_be_left_out),
#endif
	};
	return cmocka_run_group_tests_name("text markdown", tests, setup, teardown);
}
