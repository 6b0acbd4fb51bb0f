/* base_file.c: tests of files and folders, in a folder of their own. */
#include "unit.h"

#include "base/file.h"
#include "base/path.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static struct arena arena;
static char dir[] = "/tmp/platen-file-XXXXXX";

static const char *at(const char *name)
{
	return path_join(&arena, dir, name);
}

static int setup(void **state)
{
	(void)state;
	arena_init(&arena, ARENA_MAX_B);
	return mkdtemp(dir) ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	struct err err = ERR_INIT;
	enum rc rc = file_remove_tree(dir, &err);
	bool gone = !file_exists(dir);
	arena_release(&arena);
	return rc == RC_OK && gone ? 0 : -1;
}

static void reading_is_bounded(void **state)
{
	(void)state;
	struct err err = ERR_INIT;
	struct buf b = BUF_INIT(1000);
	struct str text;
	assert_ok(file_write(at("ten"), STR("0123456789"), 0644, &err), &err);
	BUF_LIT(&b, ">");
	assert_ok(file_read(at("ten"), 10, &b, &err), &err);
	assert_str(buf_view(&b), ">0123456789");
	assert_int_equal(file_read(at("ten"), 9, &b, &err), RC_LIMIT);
	assert_str(buf_view(&b), ">0123456789");
	assert_int_equal(file_read(at("none"), 9, &b, &err), RC_NOTFOUND);
	assert_int_equal(file_read(dir, 9, &b, &err), RC_INVALID);
	buf_release(&b);
	struct buf small = BUF_INIT(4);
	assert_int_equal(file_read(at("ten"), 100, &small, &err), RC_LIMIT);
	assert_int_equal(small.len, 0);
	buf_release(&small);
	assert_ok(file_load(at("ten"), 10, &arena, &text, &err), &err);
	assert_str(text, "0123456789");
	assert_int_equal(text.p[10], 0);
	assert_ok(file_load("/dev/null", 10, &arena, &text, &err), &err);
	assert_str(text, "");
	assert_int_equal(file_load("/dev/zero", 100000, &arena, &text, &err), RC_LIMIT);
}

static void replacing_leaves_no_temporary_file(void **state)
{
	(void)state;
	struct err err = ERR_INIT;
	struct file_entries list;
	struct file_info info;
	struct str text;
	assert_ok(file_mkdirs(at("w"), 0755, &err), &err);
	assert_ok(file_write(at("w/f"), STR("old"), 0600, &err), &err);
	assert_ok(file_write(at("w/f"), STR("new text"), 0640, &err), &err);
	assert_ok(file_load(at("w/f"), 100, &arena, &text, &err), &err);
	assert_str(text, "new text");
	assert_ok(file_stat(at("w/f"), &info, &err), &err);
	assert_int_equal(info.size_b, 8);
	assert_int_equal(info.kind, FILE_REGULAR);
	assert_int_equal(info.mode & 0700, 0600);
	assert_true(info.mtime_ns > INT64_C(1600000000000000000));
	assert_ok(file_list(at("w"), &arena, &list, &err), &err);
	assert_int_equal(list.count, 1);
	/* A folder in the way: the old state stays, the temporary file goes. */
	assert_ok(file_mkdirs(at("w/d/x"), 0755, &err), &err);
	assert_int_not_equal(file_write(at("w/d"), STR("x"), 0644, &err), RC_OK);
	assert_ok(file_list(at("w"), &arena, &list, &err), &err);
	assert_int_equal(list.count, 2);
	assert_int_equal(file_write(at("w/none/f"), STR("x"), 0644, &err), RC_NOTFOUND);
}

static void folders_are_made_and_listed_in_order(void **state)
{
	(void)state;
	struct err err = ERR_INIT;
	struct file_entries list;
	assert_ok(file_mkdirs(at("t//b/c/"), 0755, &err), &err);
	assert_ok(file_mkdirs(at("t/b/c"), 0755, &err), &err);
	assert_ok(file_write(at("t/a"), STR("1"), 0644, &err), &err);
	assert_ok(file_write(at("t/b/Z"), STR("2"), 0644, &err), &err);
	assert_int_equal(symlink("/", at("t/root")), 0);
	assert_ok(file_list(at("t"), &arena, &list, &err), &err);
	assert_int_equal(list.count, 3);
	assert_string_equal(list.items[0].name, "a");
	assert_int_equal(list.items[0].kind, FILE_REGULAR);
	assert_int_equal(list.items[1].kind, FILE_FOLDER);
	assert_int_equal(list.items[2].kind, FILE_LINK);
	assert_ok(file_tree(at("t"), &arena, &list, &err), &err);
	assert_int_equal(list.count, 5);
	assert_string_equal(list.items[2].name, "b/Z");
	assert_string_equal(list.items[3].name, "b/c");
	assert_string_equal(list.items[4].name, "root");
	assert_int_equal(file_mkdirs(at("t/a/x"), 0755, &err), RC_EXISTS);
	assert_int_equal(file_mkdirs(at("t/a"), 0755, &err), RC_EXISTS);
	assert_int_equal(file_list(at("none"), &arena, &list, &err), RC_NOTFOUND);
}

static void removing_a_tree_never_follows_a_link(void **state)
{
	(void)state;
	struct err err = ERR_INIT;
	assert_ok(file_mkdirs(at("keep"), 0755, &err), &err);
	assert_ok(file_write(at("keep/f"), STR("x"), 0644, &err), &err);
	assert_ok(file_mkdirs(at("r/a/b"), 0755, &err), &err);
	assert_int_equal(symlink(at("keep"), at("r/a/link")), 0);
	assert_int_equal(symlink(at("keep"), at("top")), 0);
	assert_ok(file_remove_tree(at("r"), &err), &err);
	assert_ok(file_remove_tree(at("top"), &err), &err);
	assert_false(file_exists(at("r")));
	assert_true(file_exists(at("keep/f")));
	assert_ok(file_remove_tree(at("not there"), &err), &err);
}

static void opening_below_a_folder_cannot_leave_it(void **state)
{
	(void)state;
	struct err err = ERR_INIT;
	int fd = -1;
	assert_ok(file_mkdirs(at("o/sub"), 0755, &err), &err);
	assert_ok(file_write(at("o/sub/f"), STR("x"), 0644, &err), &err);
	assert_ok(file_write(at("outside"), STR("x"), 0644, &err), &err);
	assert_int_equal(symlink("../outside", at("o/out")), 0);
	assert_int_equal(symlink("/etc/passwd", at("o/abs")), 0);
	assert_ok(file_open_below(at("o"), "sub/f", &fd, &err), &err);
	close(fd);
	static const char *const bad[] = { "../outside", "sub/../../outside", "out", "abs", "/etc/passwd" };
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		if (file_open_below(at("o"), bad[i], &fd, &err) == RC_OK)
			fail_msg("'%s' was opened", bad[i]);
	assert_int_equal(file_open_below(at("o"), "nothing", &fd, &err), RC_NOTFOUND);
}

static void network_file_systems_are_known(void **state)
{
	(void)state;
	struct err err = ERR_INIT;
	bool nfs = true;
	assert_ok(file_is_nfs("/dev/shm/not/there/yet", &nfs, &err), &err);
	assert_false(nfs);
	assert_true(file_type_is_nfs(0x6969));
	assert_true(file_type_is_nfs(0x00C36400));                /* Ceph */
	assert_true(file_type_is_nfs((long)(int)0xFF534D42));     /* sign-extended, as statfs() may give it */
	assert_false(file_type_is_nfs(0xEF53));                   /* ext4 */
	assert_false(file_type_is_nfs(0x01021994));               /* tmpfs */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reading_is_bounded),
		cmocka_unit_test(replacing_leaves_no_temporary_file),
		cmocka_unit_test(folders_are_made_and_listed_in_order),
		cmocka_unit_test(removing_a_tree_never_follows_a_link),
		cmocka_unit_test(opening_below_a_folder_cannot_leave_it),
		cmocka_unit_test(network_file_systems_are_known),
	};
	return cmocka_run_group_tests_name("base file", tests, setup, teardown);
}
