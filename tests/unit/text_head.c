/* text_head.c: tests of what stands in <head>. */
#include "unit.h"

#include "base/json.h"
#include "text/head.h"

static struct str json_ld(struct str text)
{
	struct str begin = STR("<script type=\"application/ld+json\">"), end = STR("</script>");
	ptrdiff_t at = str_find(text, begin);
	if (at < 0)
		return STR_NONE;
	text = str_from(text, (size_t)at + begin.n);
	ptrdiff_t stop = str_find(text, end);
	return stop < 0 ? STR_NONE : str_sub(text, 0, (size_t)stop);
}

static const struct head_person person = { STR("Ada"), STR("https://x.org/author/ada") };
static const struct head_crumb crumbs[] = {
	{ STR("X"), STR("https://x.org/") }, { STR("One"), STR("https://x.org/one") },
};
static const struct str tags[] = { STR("Ink") };

static struct head post_head(void)
{
	return (struct head){
		.kind = HEAD_POST, .lang = STR("de-AT"), .title = STR("One \"</title>\" - X"),
		.headline = STR("One </script><script>"), .description = STR("About \"one\""),
		.canonical = STR("https://x.org/one"), .site_name = STR("X"), .site_url = STR("https://x.org/"),
		.image = STR("https://x.org/i.png"), .image_width_px = 640, .image_height_px = 480,
		.published_ms = 86400000, .modified_ms = 172800000, .authors = &person, .author_count = 1,
		.tags = tags, .tag_count = 1, .crumbs = crumbs, .crumb_count = 2, .word_count = 7,
	};
}

static void a_post_is_described_for_every_kind_of_reader(void **state)
{
	static const char *const parts[] = {
		"<title>One \"&lt;/title&gt;\" - X</title>",
		"<meta name=\"description\" content=\"About &quot;one&quot;\">",
		"<link rel=\"canonical\" href=\"https://x.org/one\">",
		"<meta property=\"og:type\" content=\"article\">",
		"<meta property=\"og:locale\" content=\"de_AT\">",
		"<meta property=\"og:image:width\" content=\"640\">",
		"<meta property=\"article:published_time\" content=\"1970-01-02T00:00:00Z\">",
		"<meta name=\"twitter:card\" content=\"summary_large_image\">",
	};
	struct head head = post_head();
	struct buf out = BUF_INIT(100000);
	(void)state;
	head_write(&head, &out);
	for (size_t i = 0; i < COUNT_OF(parts); i++)
		if (str_find(buf_view(&out), str_of(parts[i])) < 0)
			fail_msg("'%s' is not in:\n%.*s", parts[i], STR_ARG(buf_view(&out)));
	buf_release(&out);
}

static void json_ld_parses_and_no_title_ends_its_script(void **state)
{
	struct head head = post_head();
	struct buf out = BUF_INIT(100000);
	struct err err = ERR_INIT;
	struct json *json;
	(void)state;
	head_write(&head, &out);
	assert_ok(json_parse(json_ld(buf_view(&out)), JSON_MAX_B, &json, &err), &err);
	struct json *graph = json_get(json, "@graph"), *thing = json_at(graph, 0), *trail = json_at(graph, 1);
	assert_str(json_get_text(thing, "@type", STR("")), "BlogPosting");
	assert_str(json_get_text(thing, "headline", STR("")), "One </script><script>");
	assert_str(json_get_text(thing, "dateModified", STR("")), "1970-01-03T00:00:00Z");
	assert_int_equal(json_get_int(thing, "wordCount", 0), 7);
	assert_str(json_get_text(trail, "@type", STR("")), "BreadcrumbList");
	assert_int_equal(json_count(json_get(trail, "itemListElement")), 2);
	json_free(json);
	buf_release(&out);
}

static void every_kind_of_page_has_valid_json_ld_or_none(void **state)
{
	(void)state;
	for (int kind = 0; kind < HEAD_KIND__MAX; kind++) {
		struct head head = post_head();
		struct buf out = BUF_INIT(100000);
		struct err err = ERR_INIT;
		struct json *json = NULL;
		head.kind = (enum head_kind)kind;
		head.search_url = STR("https://x.org/search?q=");
		head_write(&head, &out);
		if (kind == HEAD_BARE)
			assert_false(str_given(json_ld(buf_view(&out))));
		else
			assert_ok(json_parse(json_ld(buf_view(&out)), JSON_MAX_B, &json, &err), &err);
		json_free(json);
		buf_release(&out);
	}
}

static void what_is_empty_leaves_no_element(void **state)
{
	struct head head = { .kind = HEAD_PAGE, .title = STR("T") };
	struct buf out = BUF_INIT(100000);
	(void)state;
	head_write(&head, &out);
	assert_true(str_find(buf_view(&out), STR("canonical")) < 0);
	assert_true(str_find(buf_view(&out), STR("og:image")) < 0);
	assert_true(str_find(buf_view(&out), STR("content=\"\"")) < 0);
	assert_true(str_find(buf_view(&out), STR("\"\"")) < 0);
	buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_post_is_described_for_every_kind_of_reader),
		cmocka_unit_test(json_ld_parses_and_no_title_ends_its_script),
		cmocka_unit_test(every_kind_of_page_has_valid_json_ld_or_none),
		cmocka_unit_test(what_is_empty_leaves_no_element),
	};
	return cmocka_run_group_tests_name("text head", tests, NULL, NULL);
}
