/* blob_folder.c: the folder blob store: the same bytes once, whole or not at all. */
#include "unit.h"

#include <unistd.h>

#include "base/file.h"
#include "base/path.h"
#include "blob/folder.h"
#include "crypt/digest.h"

struct fixture {
	struct arena arena;
	char dir[64];
	struct blob_store *store;
};

static int setup(void **state)
{
	struct fixture *f = mem_new(sizeof(*f));
	struct err err = ERR_INIT;

	arena_init(&f->arena, ARENA_MAX_B);
	snprintf(f->dir, sizeof(f->dir), "/tmp/platen-blob-XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	assert_ok(blob_folder_open(f->dir, &f->store, &err), &err);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	blob_close(f->store);
	(void)!file_remove_tree(f->dir, NULL);
	arena_release(&f->arena);
	free(f);
	return 0;
}

static void test_bytes_come_back_and_are_kept_once(void **state)
{
	struct fixture *f = *state;
	struct err err = ERR_INIT;
	struct blob_put first, again;
	struct buf got = BUF_INIT(4096);
	struct file_entries tree;
	char want[SHA256_HEX_B];
	size_t files = 0;
	int64_t size_b;
	int fd;

	sha256_hex(STR("hello"), want);
	assert_ok(blob_put_bytes(f->store, STR("hello"), &first, &err), &err);
	assert_ok(blob_put_bytes(f->store, STR("hello"), &again, &err), &err);
	assert_string_equal(first.hash, want);
	assert_false(first.existed);
	assert_true(again.existed);
	assert_ok(blob_open(f->store, str_of(want), &fd, &size_b, &err), &err);
	assert_int_equal(size_b, 5);
	assert_ok(file_read_fd(fd, "blob", 4096, &got, &err), &err);
	close(fd);
	assert_str(buf_view(&got), "hello");
	buf_release(&got);
	assert_ok(file_tree(f->dir, &f->arena, &tree, &err), &err);
	for (size_t i = 0; i < tree.count; i++)
		files += tree.items[i].kind == FILE_REGULAR;
	assert_int_equal(files, 1);
}

static enum rc endless(void *ctx, void *bytes, size_t room, size_t *n, struct err *err)
{
	int *calls = ctx;

	if (*calls >= 0 && (*calls)-- == 0)
		return err_set(err, RC_IO, "the line broke");
	memset(bytes, 'x', room);
	*n = room;
	return RC_OK;
}

static void test_a_put_that_fails_leaves_nothing(void **state)
{
	struct fixture *f = *state;
	struct err err = ERR_INIT;
	struct blob_put put;
	struct file_entries tree;
	int broken = 3, never = -1;

	assert_int_equal(blob_put(f->store, endless, &broken, BLOB_MAX_B, &put, &err), RC_IO);
	assert_int_equal(blob_put(f->store, endless, &never, 1 << 20, &put, &err), RC_LIMIT);
	assert_ok(file_tree(f->dir, &f->arena, &tree, &err), &err);
	for (size_t i = 0; i < tree.count; i++)
		assert_int_equal(tree.items[i].kind, FILE_FOLDER);
}

static void test_addresses_are_checked(void **state)
{
	static const char *const bad[] = {
		"", "ab", "../../../../etc/passwd", "ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef0123456789",
		"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde/",
	};
	struct fixture *f = *state;
	struct err err = ERR_INIT;
	bool exists = false;
	int64_t size_b;
	int fd;

	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		assert_int_equal(blob_open(f->store, str_of(bad[i]), &fd, &size_b, &err), RC_INVALID);
		assert_int_equal(blob_remove(f->store, str_of(bad[i]), &err), RC_INVALID);
		assert_int_equal(blob_exists(f->store, str_of(bad[i]), &exists, &err), RC_INVALID);
	}
}

static void test_listing_goes_on_where_it_stopped(void **state)
{
	struct fixture *f = *state;
	struct err err = ERR_INIT;
	struct str after = STR_NONE;
	struct blob_list list;
	struct blob_put put;
	size_t seen = 0;
	bool exists;

	for (int i = 0; i < 300; i++)
		assert_ok(blob_put_bytes(f->store, arena_printf(&f->arena, "blob %d", i), &put, &err), &err);
	do {
		assert_ok(blob_list(f->store, after, 7, &f->arena, &list, &err), &err);
		for (size_t i = 0; i < list.count; i++) {
			assert_true(str_cmp(list.hashes[i], after) > 0);
			after = list.hashes[i];
		}
		seen += list.count;
	} while (list.count == 7);
	assert_int_equal(seen, 300);
	assert_ok(blob_remove(f->store, str_of(put.hash), &err), &err);
	assert_ok(blob_remove(f->store, str_of(put.hash), &err), &err);
	assert_ok(blob_exists(f->store, str_of(put.hash), &exists, &err), &err);
	assert_false(exists);
}

static void test_what_a_killed_put_left_goes_when_it_is_old(void **state)
{
	struct fixture *f = *state;
	struct err err = ERR_INIT;
	struct blob_put put;
	struct file_info info;
	const char *left = path_join(&f->arena, f->dir, "tmp/put-abcdef"), *other = path_join(&f->arena, f->dir, "tmp/x");
	int64_t count, now_ms;

	assert_ok(blob_sweep(f->store, INT64_MAX, true, &count, &err), &err);
	assert_int_equal(count, 0);
	assert_ok(blob_put_bytes(f->store, STR("hello"), &put, &err), &err);
	assert_ok(file_write(left, STR("hal"), 0640, &err), &err);
	assert_ok(file_write(other, STR("x"), 0640, &err), &err);
	assert_ok(file_lstat(left, &info, &err), &err);
	now_ms = info.mtime_ns / 1000000;
	assert_ok(blob_sweep(f->store, now_ms - 1, true, &count, &err), &err);
	assert_int_equal(count, 0);
	assert_ok(blob_sweep(f->store, now_ms + 1, false, &count, &err), &err);
	assert_int_equal(count, 1);
	assert_true(file_exists(left));
	assert_ok(blob_sweep(f->store, now_ms + 1, true, &count, &err), &err);
	assert_false(file_exists(left));
	assert_true(file_exists(other));
}

/* A folder that cannot be written can be read; one that is not there is empty. */
static void test_opening_makes_nothing(void **state)
{
	struct fixture *f = *state;
	struct err err = ERR_INIT;
	struct blob_store *store = NULL;
	struct blob_list list;
	struct blob_put put;
	const char *dir = path_join(&f->arena, f->dir, "not/there");

	assert_ok(blob_folder_open(dir, &store, &err), &err);
	assert_false(file_exists(dir));
	assert_ok(blob_list(store, STR_NONE, 10, &f->arena, &list, &err), &err);
	assert_int_equal(list.count, 0);
	assert_ok(blob_put_bytes(store, STR("hello"), &put, &err), &err);
	assert_ok(blob_list(store, STR_NONE, 10, &f->arena, &list, &err), &err);
	assert_int_equal(list.count, 1);
	blob_close(store);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_bytes_come_back_and_are_kept_once, setup, teardown),
		cmocka_unit_test_setup_teardown(test_a_put_that_fails_leaves_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(test_addresses_are_checked, setup, teardown),
		cmocka_unit_test_setup_teardown(test_listing_goes_on_where_it_stopped, setup, teardown),
		cmocka_unit_test_setup_teardown(test_what_a_killed_put_left_goes_when_it_is_old, setup, teardown),
		cmocka_unit_test_setup_teardown(test_opening_makes_nothing, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
