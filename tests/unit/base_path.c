/* base_path.c: tests of paths as text and of media types by name. */
#include "unit.h"

#include "base/mime.h"
#include "base/path.h"

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

static void joining_puts_one_slash_between(void **state)
{
	(void)state;
	assert_string_equal(path_join(&arena, "a", "b"), "a/b");
	assert_string_equal(path_join(&arena, "a//", "b"), "a/b");
	assert_string_equal(path_join(&arena, "/", "b"), "/b");
	assert_string_equal(path_join(&arena, "", "b"), "b");
	assert_string_equal(path_join(&arena, "a", "/b"), "/b");
	assert_string_equal(path_join3(&arena, "a", "b", "c"), "a/b/c");
}

static void normalising_resolves_dots(void **state)
{
	(void)state;
	static const char *const rows[][2] = {
		{ "", "." }, { ".", "." }, { "/", "/" }, { "//", "/" }, { "a/", "a" }, { "a//b", "a/b" },
		{ "a/./b", "a/b" }, { "a/../b", "b" }, { "a/..", "." }, { "..", ".." }, { "../a", "../a" },
		{ "a/../../b", "../b" }, { "../../a", "../../a" }, { "/..", "/" }, { "/../a", "/a" },
		{ "/a/b/../..", "/" }, { "a/b/../../..", ".." }, { "...", "..." }, { "a../b", "a../b" },
		{ "..a/..", "." },
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		assert_str(path_normalise(&arena, str_of(rows[i][0])), rows[i][1]);
}

static void safe_joining_stays_below_the_root(void **state)
{
	(void)state;
	const char *out = "untouched";
	struct err err = ERR_INIT;
	assert_ok(path_safe_join(&arena, "/srv", STR("a/../b/./c.png"), &out, &err), &err);
	assert_string_equal(out, "/srv/b/c.png");
	static const struct str bad[] = {
		{ "", 0 }, { "..", 2 }, { "../x", 4 }, { "a/../../x", 9 }, { "/etc", 4 }, { "a\0b", 3 }, { "a\\b", 3 },
		{ "a/../..", 7 },
	};
	out = "untouched";
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		assert_int_equal(path_safe_join(&arena, "/srv", bad[i], &out, &err), RC_INVALID);
	assert_string_equal(out, "untouched");
	assert_ok(path_safe_join(&arena, "/srv", STR("..x"), &out, &err), &err);
	assert_string_equal(out, "/srv/..x");
}

static void pieces_of_a_path(void **state)
{
	(void)state;
	static const char *const rows[][5] = { /* path, base, dir, stem, ext */
		{ "a/b.tar.gz", "b.tar.gz", "a", "b.tar", "gz" },
		{ "b", "b", ".", "b", "" },
		{ "/b", "b", "/", "b", "" },
		{ "/a//b/", "b", "/a", "b", "" },
		{ ".hidden", ".hidden", ".", ".hidden", "" },
		{ "x/.a.md", ".a.md", "x", ".a", "md" },
		{ "a.", "a.", ".", "a", "" },
		{ "..", "..", ".", "..", "" },
		{ "/", "/", "/", "/", "" },
		{ "a.b/c", "c", "a.b", "c", "" },
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct str path = str_of(rows[i][0]);
		assert_str(path_base(path), rows[i][1]);
		assert_str(path_dir(path), rows[i][2]);
		assert_str(path_stem(path), rows[i][3]);
		assert_str(path_ext(path), rows[i][4]);
	}
}

static void types_follow_the_extension(void **state)
{
	(void)state;
	assert_string_equal(mime_of_name(STR("a/B.JPG")), "image/jpeg");
	assert_string_equal(mime_of_name(STR("x.css")), "text/css; charset=utf-8");
	assert_string_equal(mime_of_name(STR("Makefile")), "application/octet-stream");
	assert_string_equal(mime_of_name(STR("a.unknown")), "application/octet-stream");
	assert_string_equal(mime_ext(STR("image/jpeg")), "jpg");
	assert_string_equal(mime_ext(STR("text/html; charset=iso-8859-1")), "html");
	assert_null(mime_ext(STR("x/y")));
	assert_true(mime_is_compressible(STR("text/html; charset=utf-8")));
	assert_true(mime_is_compressible(STR("application/atom+xml")));
	assert_true(mime_is_compressible(STR("image/svg+xml")));
	assert_false(mime_is_compressible(STR("image/png")));
	assert_false(mime_is_compressible(STR("font/woff2")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(joining_puts_one_slash_between),
		cmocka_unit_test(normalising_resolves_dots),
		cmocka_unit_test(safe_joining_stays_below_the_root),
		cmocka_unit_test(pieces_of_a_path),
		cmocka_unit_test(types_follow_the_extension),
	};
	return cmocka_run_group_tests_name("base path", tests, setup, teardown);
}
