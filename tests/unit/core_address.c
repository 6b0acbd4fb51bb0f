/* core_address.c: tests of addresses, permalinks and language tags. */
#include "unit.h"

#include "core/address.h"
#include "core/i18n.h"
#include "core/settings.h"

static struct arena arena;

static void paths_that_posts_may_not_have_are_refused(void **state)
{
	(void)state;
	const char *bad[] = {
		"", "hello", "/", "/a/", "/a//b", "/./a", "/a/..", "/a?b", "/a#b", "/a%20b", "/a\\b", "/a\nb", "/x.md",
		"/admin", "/Admin/x", "/tag/y", "/feed.xml", "/page/2", "/sitemap.xml", "/\xff",
		"/a/index.html", "/a/index.htm", "/a/index.php",
	};
	struct err err = ERR_INIT;
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		if (address_check(str_of(bad[i]), &err) == RC_OK)
			fail_msg("'%s' was taken", bad[i]);
	const char *good[] = { "/a", "/2024/05/hello", "/über/straße", "/日本", "/feeds", "/tags", "/a.html", "/pages",
		"/index-of-words", "/a/my-index.html" };
	for (size_t i = 0; i < COUNT_OF(good); i++)
		assert_ok(address_check(str_of(good[i]), &err), &err);
}

static void written_addresses_are_tidied(void **state)
{
	(void)state;
	const struct { const char *written, *path; } cases[] = {
		{ "2024/hello/", "/2024/hello" }, { "/hello/index.html", "/hello" }, { "hello.html", "/hello.html" },
		{ "https://example.org/a/b/?x=1#y", "/a/b" }, { " /a//b/../c ", "/a/b/c" }, { "/a%20b", "/a b" },
		{ "//example.org/x", "/x" },
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		assert_str(address_tidy(str_of(cases[i].written), &arena), cases[i].path);
	const char *nothing[] = { "", "/", "https://example.org", "#x", "/%zz", "index.html" };
	for (size_t i = 0; i < COUNT_OF(nothing); i++)
		assert_false(str_given(address_tidy(str_of(nothing[i]), &arena)));
}

static void permalink_patterns_need_something_unique(void **state)
{
	(void)state;
	struct err err = ERR_INIT;
	const char *good[] = { "/:slug", "/:year/:month/:day/:slug", "/posts/:id", "/:author/:tag/:slug", "/:slug.html" };
	for (size_t i = 0; i < COUNT_OF(good); i++)
		assert_ok(permalink_check(str_of(good[i]), &err), &err);
	const char *bad[] = { "", "/:year", ":slug", "/:slug/", "/:nope/:slug", "/admin/:slug", "/tag/:slug", "/:slug?x" };
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		/* The code is the same for a caller who wants no message. */
		if (permalink_check(str_of(bad[i]), &err) == RC_OK ||
		    permalink_check(str_of(bad[i]), NULL) != err.rc)
			fail_msg("'%s' was taken", bad[i]);
	struct permalink permalink = { STR("/:year/:month/:day/:slug") };
	struct permalink_values values = { .slug = STR("hi"), .year = 2024, .month = 5, .day = 1 };
	assert_str(permalink_path(permalink, &values, &arena), "/2024/05/01/hi");
}

static void links_carry_the_mount_and_are_encoded(void **state)
{
	(void)state;
	struct address_base root = { STR("https://x.org"), STR(""), STR_NONE }, below = { STR("https://x.org"), STR("/blog"), STR_NONE };
	assert_str(address_link(&root, STR("/a b/ü"), &arena), "/a%20b/%C3%BC");
	assert_str(address_link(&below, STR("/a"), &arena), "/blog/a");
	assert_str(address_absolute(&below, STR("/a"), &arena), "https://x.org/blog/a");
	assert_str(address_home(&root, 1, &arena), "/");
	assert_str(address_home(&below, 1, &arena), "/blog/");
	assert_str(address_home(&below, 3, &arena), "/blog/page/3");
}

static void written_links_get_the_mount_once(void **state)
{
	(void)state;
	struct address_base below = { STR("https://x.org"), STR("/blog"), STR_NONE };
	const struct { const char *written, *link; } cases[] = {
		{ "/a", "/blog/a" }, { "/blog/a", "/blog/a" }, { "/blogger", "/blog/blogger" }, { "/blog", "/blog" },
		{ "//cdn.org/x", "//cdn.org/x" }, { "https://y.org/", "https://y.org/" }, { "#x", "#x" }, { "a", "a" },
		{ "mailto:a@b", "mailto:a@b" },
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		assert_str(address_resolve(&below, str_of(cases[i].written), &arena), cases[i].link);
	const struct { const char *written, *absolute; } absolutes[] = {
		{ "/a", "https://x.org/blog/a" }, { "#x", "https://x.org/blog/p/q#x" }, { "r", "https://x.org/blog/p/r" },
		{ "//c.org/x", "https://c.org/x" }, { "http://y.org", "http://y.org" },
	};
	for (size_t i = 0; i < COUNT_OF(absolutes); i++)
		assert_str(address_resolve_absolute(&below, STR("/p/q"), str_of(absolutes[i].written), &arena),
			   absolutes[i].absolute);
}

static void links_to_media_lead_to_their_own_domain(void **state)
{
	(void)state;
	struct address_base root = { STR("https://x.org"), STR(""), STR("https://m.org/x") };
	struct address_base below = { STR("https://x.org"), STR("/blog"), STR("https://m.org") };
	const struct { const char *written, *link; } cases[] = {
		{ "/media/ab/x.png", "https://m.org/media/ab/x.png" }, { "/blog/media/ab/x.png", "https://m.org/media/ab/x.png" },
		{ "/media", "/blog/media" }, { "/mediax/a", "/blog/mediax/a" }, { "//media/a", "//media/a" }, { "media/a", "media/a" },
		{ "https://y.org/media/a", "https://y.org/media/a" },
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		assert_str(address_resolve(&below, str_of(cases[i].written), &arena), cases[i].link);
	assert_str(address_resolve(&root, STR("/media/a"), &arena), "https://m.org/x/media/a");
	assert_str(address_resolve_absolute(&below, STR("/p"), STR("/media/a"), &arena), "https://m.org/media/a");
	assert_str(address_resolve_absolute(&below, STR("/p"), STR("/a"), &arena), "https://x.org/blog/a");
}

static void language_tags_are_told_from_nonsense(void **state)
{
	(void)state;
	const char *good[] = { "en", "pt-BR", "zh-Hant-TW", "de-1996", "gsw" };
	for (size_t i = 0; i < COUNT_OF(good); i++)
		assert_true(lang_is_valid(str_of(good[i])));
	const char *bad[] = { "", "e", "en-", "-en", "en_US", "1a", "en--us", "abcdefghi", "en-abcdefghi" };
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		assert_false(lang_is_valid(str_of(bad[i])));
	assert_string_equal(lang_dir(STR("ar-EG")), "rtl");
	assert_string_equal(lang_dir(STR("en")), "ltr");
	assert_string_equal(lang_dir(STR("az-Arab")), "rtl");
	assert_string_equal(lang_dir(STR("ur-Latn")), "ltr");
	assert_str(lang_name(STR("pt-BR")), "Português (Brasil)");
	assert_str(lang_name(STR("de-AT")), "Deutsch");
	assert_str(lang_name(STR("tlh")), "tlh");
}

static void settings_are_sorted_and_have_valid_defaults(void **state)
{
	(void)state;
	size_t count;
	struct err err = ERR_INIT;
	const struct setting_def *table = settings_table(&count);
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			assert_true(strcmp(table[i - 1].key, table[i].key) < 0);
		assert_ptr_equal(setting_find(str_of(table[i].key)), &table[i]);
		assert_ok(setting_check(&table[i], str_of(table[i].fallback), &err), &err);
	}
	assert_null(setting_find(STR("nope")));
}

static void bad_settings_are_named(void **state)
{
	(void)state;
	const struct { const char *key, *value, *message; } cases[] = {
		{ "posts_per_page", "0", "setting 'posts_per_page': '0' is not a whole number from 1 to 100" },
		{ "posts_per_page", "ten", "setting 'posts_per_page': 'ten' is not a whole number from 1 to 100" },
		{ "access", "nobody", "setting 'access': 'nobody' is none of public, private, maintenance" },
		{ "timezone", "Mars/Olympus", "setting 'timezone': there is no time zone 'Mars/Olympus'" },
		{ "title", " ", "setting 'title' is empty" },
		{ "theme", "../x", "setting 'theme': '../x' is not a folder name (a-z, 0-9, '-', '_')" },
		{ "smart", "yes", "setting 'smart': 'yes' is neither true nor false" },
		{ "nav", "{}", "setting 'nav' is not a JSON list" },
		{ "nav", "[{\"label\": \"x\", \"url\": \"javascript:alert(1)\"}]",
		  "setting 'nav': 'javascript:alert(1)' is not an address that a link may have" },
		{ "social", "[{\"name\": \"mail\", \"label\": \"x\", \"url\": \"mailto:a@b.c\"}]",
		  "setting 'social': 'mailto:a@b.c' is not an address that a link may have" },
		{ "nav", "[{\"url\": \"/\"}]", "setting 'nav': every item needs a 'label' of 1 to 200 bytes" },
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct err err = ERR_INIT;
		assert_int_not_equal(setting_check(setting_find(str_of(cases[i].key)), str_of(cases[i].value), &err), RC_OK);
		assert_string_equal(err.msg, cases[i].message);
	}
}

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(paths_that_posts_may_not_have_are_refused),
		cmocka_unit_test(written_addresses_are_tidied),
		cmocka_unit_test(permalink_patterns_need_something_unique),
		cmocka_unit_test(links_carry_the_mount_and_are_encoded),
		cmocka_unit_test(written_links_get_the_mount_once),
		cmocka_unit_test(links_to_media_lead_to_their_own_domain),
		cmocka_unit_test(language_tags_are_told_from_nonsense),
		cmocka_unit_test(settings_are_sorted_and_have_valid_defaults),
		cmocka_unit_test(bad_settings_are_named),
	};
	return cmocka_run_group_tests_name("core address", tests, setup, teardown);
}
