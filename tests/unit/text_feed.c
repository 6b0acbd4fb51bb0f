/* text_feed.c: tests of feeds and sitemaps as documents. */
#include "unit.h"

#include "base/json.h"
#include "text/feed.h"
#include "text/sitemap.h"

#define DAY_MS INT64_C(86400000)

static const struct feed_person authors[] = {
	{ STR("Ada & Co"), STR("https://x.org/author/ada"), STR_NONE },
};
static const struct str categories[] = { STR("C <3"), STR("Ink") };

static const struct feed_file files[] = {
	{ STR("https://x.org/media/1/a%20b.mp3?x&y"), STR("audio/mpeg"), STR("a b.mp3"), INT64_C(5000000000) },
	{ STR("https://x.org/media/2/c.mp4"), STR("video/mp4"), STR(""), 7 },
};

static const struct feed_entry entries[] = {
	{ .id = STR("urn:uuid:1"), .url = STR("https://x.org/one?a=1&b=2"), .title = STR("One <b>&\x01"),
	  .content = { "<p><a href=\"/two\">]]></a></p>", 29 }, .summary = STR("About one"),
	  .image = STR("https://x.org/i.png"), .files = files, .file_count = 2, .authors = authors, .author_count = 1,
	  .categories = categories, .category_count = 2, .published_ms = DAY_MS, .updated_ms = 2 * DAY_MS },
	{ .id = STR("urn:uuid:2"), .url = STR("https://x.org/two"), .title = STR(""), .lang = STR("de"),
	  .published_ms = DAY_MS, .updated_ms = DAY_MS },
};

static struct str write_feed(enum feed_format format, struct buf *out)
{
	struct feed feed = {
		.id = STR("https://x.org/feed.xml"), .title = STR("X & Y"), .subtitle = STR("words"),
		.home_url = STR("https://x.org/"), .self_url = STR("https://x.org/feed"), .lang = STR("en"),
		.updated_ms = 2 * DAY_MS, .entries = entries, .entry_count = 2,
	};
	feed_write(&feed, format, out);
	return buf_view(out);
}

static void assert_has(struct str text, const char *part)
{
	if (str_find(text, str_of(part)) < 0)
		fail_msg("'%s' is not in:\n%.*s", part, STR_ARG(text));
}

static void assert_lacks(struct str text, const char *part)
{
	if (str_find(text, str_of(part)) >= 0)
		fail_msg("'%s' is in:\n%.*s", part, STR_ARG(text));
}

static void atom_has_what_rfc_4287_requires(void **state)
{
	struct buf out = BUF_INIT(FEED_MAX_B);
	(void)state;
	struct str text = write_feed(FEED_ATOM, &out);
	assert_has(text, "<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"en\" xmlns:media=\"http://search.yahoo.com/mrss/\">");
	assert_has(text, "<id>urn:uuid:1</id>");
	assert_has(text, "<title>One &lt;b&gt;&amp;</title>");
	assert_has(text, "<updated>1970-01-03T00:00:00Z</updated>");
	assert_has(text, "href=\"https://x.org/one?a=1&amp;b=2\"");
	assert_has(text, "<category term=\"C &lt;3\"/>");
	assert_has(text, "href=&quot;https://x.org/two&quot;");
	assert_has(text, "<entry xml:lang=\"de\">");
	assert_has(text, "<link rel=\"enclosure\" type=\"audio/mpeg\" length=\"5000000000\" title=\"a b.mp3\" "
			 "href=\"https://x.org/media/1/a%20b.mp3?x&amp;y\"/>\n"
			 "<link rel=\"enclosure\" type=\"video/mp4\" length=\"7\" href=\"https://x.org/media/2/c.mp4\"/>");
	assert_has(text, "<media:content url=\"https://x.org/i.png\" medium=\"image\"/>");
	assert_lacks(text, "\x01");
	buf_release(&out);
}

static void rss_has_a_link_to_itself_and_whole_content(void **state)
{
	struct buf out = BUF_INIT(FEED_MAX_B);
	(void)state;
	struct str text = write_feed(FEED_RSS, &out);
	assert_has(text, "<atom:link rel=\"self\" type=\"application/rss+xml\" href=\"https://x.org/feed\"/>");
	assert_has(text, "<guid isPermaLink=\"false\">urn:uuid:1</guid>");
	assert_has(text, "<pubDate>Fri, 02 Jan 1970 00:00:00 +0000</pubDate>");
	assert_has(text, "<content:encoded>&lt;p&gt;");
	assert_has(text, "<dc:creator>Ada &amp; Co</dc:creator>");
	assert_has(text, "<description>https://x.org/two</description>");
	assert_has(text, "<enclosure url=\"https://x.org/media/1/a%20b.mp3?x&amp;y\" length=\"5000000000\" type=\"audio/mpeg\"/>");
	assert_lacks(text, "c.mp4");
	assert_has(text, "<media:content url=\"https://x.org/i.png\" medium=\"image\"/>");
	buf_release(&out);
}

static void json_feed_parses_and_has_one_content_an_item(void **state)
{
	struct buf out = BUF_INIT(FEED_MAX_B);
	struct err err = ERR_INIT;
	struct json *json;
	(void)state;
	assert_ok(json_parse(write_feed(FEED_JSON, &out), JSON_MAX_B, &json, &err), &err);
	assert_str(json_get_text(json, "version", STR("")), "https://jsonfeed.org/version/1.1");
	struct json *first = json_at(json_get(json, "items"), 0), *second = json_at(json_get(json, "items"), 1);
	assert_str(json_get_text(first, "content_html", STR("")), "<p><a href=\"https://x.org/two\">]]></a></p>");
	assert_str(json_text(json_at(json_get(first, "tags"), 0), STR("")), "C <3");
	assert_str(json_get_text(first, "date_modified", STR("")), "1970-01-03T00:00:00Z");
	struct json *attached = json_get(first, "attachments");
	assert_int_equal(json_count(attached), 2);
	assert_str(json_get_text(json_at(attached, 0), "url", STR("")), "https://x.org/media/1/a%20b.mp3?x&y");
	assert_str(json_get_text(json_at(attached, 0), "mime_type", STR("")), "audio/mpeg");
	assert_true(json_get_int(json_at(attached, 0), "size_in_bytes", 0) == INT64_C(5000000000));
	assert_null(json_get(second, "attachments"));
	assert_null(json_get(second, "content_html"));
	assert_non_null(json_get(second, "content_text"));
	json_free(json);
	buf_release(&out);
}

static void a_feed_over_its_limit_fails_as_a_whole(void **state)
{
	(void)state;
	for (int format = 0; format < FEED_FORMAT__MAX; format++) {
		struct buf out = BUF_INIT(200);
		struct err err = ERR_INIT;
		write_feed((enum feed_format)format, &out);
		assert_int_equal(buf_status(&out, "the feed", &err), RC_LIMIT);
		buf_release(&out);
	}
}

static void a_sitemap_escapes_and_names_alternates(void **state)
{
	struct sitemap_alternate alternates[] = { { STR("de"), STR("https://x.org/d?a&b") } };
	struct buf out = BUF_INIT(10000);
	(void)state;
	sitemap_begin(&out);
	sitemap_url(&out, STR("https://x.org/a?b&c"), DAY_MS, STR("https://x.org/i.png"), alternates, 1);
	sitemap_end(&out);
	struct str text = buf_view(&out);
	assert_has(text, "<url><loc>https://x.org/a?b&amp;c</loc><lastmod>1970-01-02T00:00:00Z</lastmod>");
	assert_has(text, "hreflang=\"de\" href=\"https://x.org/d?a&amp;b\"/>");
	assert_has(text, "<image:loc>https://x.org/i.png</image:loc>");
	buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(atom_has_what_rfc_4287_requires),
		cmocka_unit_test(rss_has_a_link_to_itself_and_whole_content),
		cmocka_unit_test(json_feed_parses_and_has_one_content_an_item),
		cmocka_unit_test(a_feed_over_its_limit_fails_as_a_whole),
		cmocka_unit_test(a_sitemap_escapes_and_names_alternates),
	};
	return cmocka_run_group_tests_name("text feed", tests, NULL, NULL);
}
