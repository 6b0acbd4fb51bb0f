/* base_zip.c: tests of ZIP archives: a folder there and back, limits, and damage at every byte. */
#include "unit.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "base/path.h"
#include "base/zip.h"

struct place {
	struct arena arena;
	struct err err;
	char dir[32];
};

static const struct zip_limits wide = { 1000, 1 << 20, 4 << 20 };

static int setup(void **state)
{
	struct place *p = mem_new(sizeof *p);
	arena_init(&p->arena, ARENA_MAX_B);
	snprintf(p->dir, sizeof p->dir, "/tmp/platen-zip-XXXXXX");
	assert_non_null(mkdtemp(p->dir));
	*state = p;
	return 0;
}

static int teardown(void **state)
{
	struct place *p = *state;
	assert_ok(file_remove_tree(p->dir, &p->err), &p->err);
	arena_release(&p->arena);
	free(p);
	return 0;
}

static const char *below(struct place *p, const char *name)
{
	return path_join(&p->arena, p->dir, name);
}

static void put(struct place *p, const char *name, struct str text)
{
	const char *path = below(p, name);
	assert_ok(file_mkdirs(arena_cstr(&p->arena, path_dir(str_of(path))), 0700, &p->err), &p->err);
	assert_ok(file_write(path, text, 0600, &p->err), &p->err);
}

static enum rc unpack(struct place *p, const char *archive, const char *to, const struct zip_limits *limits)
{
	int fd = open(below(p, archive), O_RDONLY);
	assert_true(fd >= 0);
	assert_ok(file_remove_tree(below(p, to), &p->err), &p->err);
	assert_ok(file_mkdirs(below(p, to), 0700, &p->err), &p->err);
	enum rc rc = zip_read(fd, below(p, to), limits, &p->err);
	close(fd);
	return rc;
}

static void pack_sample(struct place *p)
{
	char *large = arena_alloc(&p->arena, 300000);
	for (size_t i = 0; i < 300000; i++)
		large[i] = (char)("abcdefgh"[i % 7] + (char)(i / 4096 % 3));
	put(p, "in/a.md", STR("# A\n"));
	put(p, "in/deep/er/large.txt", str_n(large, 300000));
	put(p, "in/deep/empty", STR(""));
	put(p, "in/\xC3\xA9.md", STR("e"));
	assert_int_equal(symlink("/etc/passwd", below(p, "in/link")), 0);
	assert_ok(zip_write(below(p, "in"), below(p, "a.zip"), NULL, &p->err), &p->err);
}

static void a_folder_comes_back_without_its_links(void **state)
{
	struct place *p = *state;
	struct str was, is;
	pack_sample(p);
	assert_ok(unpack(p, "a.zip", "out", &wide), &p->err);
	const char *names[] = { "a.md", "deep/er/large.txt", "deep/empty", "\xC3\xA9.md" };
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		assert_ok(file_load(path_join(&p->arena, below(p, "in"), names[i]), 1 << 20, &p->arena, &was, &p->err), &p->err);
		assert_ok(file_load(path_join(&p->arena, below(p, "out"), names[i]), 1 << 20, &p->arena, &is, &p->err), &p->err);
		assert_true(str_eq(was, is));
	}
	assert_false(file_exists(below(p, "out/link")));
}

static void the_same_files_give_the_same_bytes_and_no_archive_is_replaced(void **state)
{
	struct place *p = *state;
	struct str one, two;
	pack_sample(p);
	assert_ok(zip_write(below(p, "in"), below(p, "b.zip"), NULL, &p->err), &p->err);
	assert_ok(file_load(below(p, "a.zip"), 1 << 20, &p->arena, &one, &p->err), &p->err);
	assert_ok(file_load(below(p, "b.zip"), 1 << 20, &p->arena, &two, &p->err), &p->err);
	assert_true(str_eq(one, two));
	assert_int_equal(zip_write(below(p, "in"), below(p, "b.zip"), NULL, &p->err), RC_EXISTS);
}

static void limits_hold(void **state)
{
	struct place *p = *state;
	pack_sample(p);
	assert_int_equal(unpack(p, "a.zip", "out", &(struct zip_limits){ 3, 1 << 20, 4 << 20 }), RC_LIMIT);
	assert_int_equal(unpack(p, "a.zip", "out", &(struct zip_limits){ 9, 299999, 4 << 20 }), RC_LIMIT);
	assert_int_equal(unpack(p, "a.zip", "out", &(struct zip_limits){ 9, 300000, 300003 }), RC_LIMIT);
	assert_ok(unpack(p, "a.zip", "out", &(struct zip_limits){ 4, 300000, 300005 }), &p->err);
}

static void names_stay_inside(void **state)
{
	const char *good[] = { "a", "a/b", "a/", "a b/\xC3\xA9", "...", "a..b/.hidden" };
	const char *bad[] = { "", "/", "/a", "a//b", "./a", "a/.", "..", "a/../b", "a\\b", "a\nb", "a\x7F", "\xFF", "//" };
	(void)state;
	for (size_t i = 0; i < COUNT_OF(good); i++)
		assert_true(zip_name_is_safe(str_of(good[i])));
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		assert_false(zip_name_is_safe(str_of(bad[i])));
}

/* Whatever byte is another one: an error, or an archive that is as good, but never a file that is not what its
 * sum says, and nothing outside. */
static void damage_at_any_byte_is_survived(void **state)
{
	struct place *p = *state;
	struct str whole;
	put(p, "in/a.md", STR("# Some text, some text\n"));
	put(p, "in/b/c.md", STR("more"));
	assert_ok(zip_write(below(p, "in"), below(p, "a.zip"), NULL, &p->err), &p->err);
	assert_ok(file_load(below(p, "a.zip"), 1 << 20, &p->arena, &whole, &p->err), &p->err);
	char *bytes = arena_cstr(&p->arena, whole);
	for (size_t at = 0; at < whole.n; at++) {
		for (int bit = 0; bit < 8; bit += 7) {
			bytes[at] = (char)(bytes[at] ^ 1 << bit);
			put(p, "b.zip", str_n(bytes, whole.n));
			enum rc rc = unpack(p, "b.zip", "out", &wide);
			assert_true(rc == RC_OK || rc == RC_INVALID || rc == RC_LIMIT);
			bytes[at] = (char)(bytes[at] ^ 1 << bit);
		}
	}
	for (size_t n = 0; n < whole.n; n += 3) {
		put(p, "b.zip", str_n(bytes, n));
		assert_int_equal(unpack(p, "b.zip", "out", &wide), RC_INVALID);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_folder_comes_back_without_its_links, setup, teardown),
		cmocka_unit_test_setup_teardown(the_same_files_give_the_same_bytes_and_no_archive_is_replaced, setup, teardown),
		cmocka_unit_test_setup_teardown(limits_hold, setup, teardown),
		cmocka_unit_test(names_stay_inside),
		cmocka_unit_test_setup_teardown(damage_at_any_byte_is_survived, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
