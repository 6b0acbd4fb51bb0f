/* blob_folder.c: what is the folder blob store's own; what all stores do is in blob_store.c. */
#include "unit.h"

#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#include "base/file.h"
#include "base/path.h"
#include "blob/folder.h"

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

/* --- folders that go while they are listed --- */

#define TIDIED_TIMES 2000
#define TIDIED_HASH "abcd000000000000000000000000000000000000000000000000000000000000"

static atomic_bool tidied;

static void *make_and_tidy(void *ctx)
{
	struct fixture *f = ctx;
	const char *shard = arena_printf(&f->arena, "%s/ab/cd", f->dir).p;
	intptr_t made = 0;

	for (int i = 0; i < TIDIED_TIMES; i++) {
		made += file_mkdirs(shard, 0750, NULL) == RC_OK;
		blob_folder_tidy(f->store, STR(TIDIED_HASH));
	}
	atomic_store(&tidied, true);
	return (void *)made;
}

static void test_folders_that_go_meanwhile_are_empty(void **state)
{
	struct fixture *f = *state;
	struct err err = ERR_INIT;
	struct arena arena;
	struct blob_put put;
	pthread_t tidier;
	void *made;
	bool last = false;

	assert_ok(blob_put_bytes(f->store, STR("hello"), &put, &err), &err);
	arena_init(&arena, ARENA_MAX_B);
	assert_int_equal(pthread_create(&tidier, NULL, make_and_tidy, f), 0);
	while (!last) {
		struct blob_list list = { NULL, 0 };

		last = atomic_load(&tidied);
		arena_reset(&arena);
		assert_ok(blob_list(f->store, STR_NONE, 10, &arena, &list, &err), &err);
		assert_int_equal(list.count, 1);
	}
	assert_int_equal(pthread_join(tidier, &made), 0);
	assert_int_equal((intptr_t)made, TIDIED_TIMES);
	arena_release(&arena);
}

/* Half a store would be taken for the whole. */
static void test_a_link_to_nowhere_is_no_empty_folder(void **state)
{
	struct fixture *f = *state;
	struct err err = ERR_INIT;
	struct blob_list list;

	assert_int_equal(symlink("/nowhere/at/all", path_join(&f->arena, f->dir, "ab")), 0);
	assert_int_equal(blob_list(f->store, STR_NONE, 10, &f->arena, &list, &err), RC_NOTFOUND);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_what_a_killed_put_left_goes_when_it_is_old, setup, teardown),
		cmocka_unit_test_setup_teardown(test_opening_makes_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(test_folders_that_go_meanwhile_are_empty, setup, teardown),
		cmocka_unit_test_setup_teardown(test_a_link_to_nowhere_is_no_empty_folder, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
