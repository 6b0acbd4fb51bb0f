/* blob_store.c: what every blob store does, asked of each kind: a folder, and the S3 bucket that PLATEN_TEST_S3_ENDPOINT
 * and its fellows name (tests/s3/blob.test.mjs sets them); and of each with a spool before it. */
#include "unit.h"

#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/file.h"
#include "base/path.h"
#include "blob/folder.h"
#include "blob/s3.h"
#include "blob/spool.h"
#include "crypt/digest.h"
#include "crypt/rand.h"

#define LARGE_B ((int64_t)40 << 20)

static struct arena arena;
static struct blob_store *store;
static struct err err;
static char dir[64], prefix[64];
static const char *endpoint;  /* NULL: the folder's turn */
static bool spooled;

static struct str setting(const char *name)
{
	const char *value = getenv(arena_printf(&arena, "PLATEN_TEST_S3_%s", name).p);
	return str_of(value);
}

static enum rc open_bare(struct blob_store **out)
{
	struct blob_s3 settings = {
		.server = { .endpoint = str_of(endpoint), .region = setting("REGION"), .bucket = setting("BUCKET"),
			    .key_id = setting("ACCESS_KEY"), .secret = setting("SECRET_KEY"),
			    .virtual_host = str_given(setting("VIRTUAL")), .retry_ms = 20, .part_b = 5 << 20 },
		.prefix = str_of(prefix), .tmp_dir = path_join(&arena, dir, "tmp"),
	};
	return endpoint ? blob_s3_open(&settings, out, &err) : blob_folder_open(path_join(&arena, dir, "media"), out, &err);
}

static enum rc open_store(struct blob_store **out)
{
	struct blob_spool settings = { .dir = path_join(&arena, dir, "spool"), .max_b = 1 << 20 };
	if (!spooled)
		return open_bare(out);
	enum rc rc = open_bare(&settings.behind);
	return rc == RC_OK ? blob_spool_open(&settings, out, &err) : rc;
}

static int setup(void **state)
{
	(void)state;
	arena_init(&arena, ARENA_MAX_B);
	err = (struct err)ERR_INIT;
	snprintf(dir, sizeof dir, "/tmp/platen-blobs-XXXXXX");
	snprintf(prefix, sizeof prefix, "suite/");
	rand_hex(prefix + strlen(prefix), 16);
	return mkdtemp(dir) && open_store(&store) == RC_OK ? 0 : 1;
}

static int setup_spooled(void **state)
{
	spooled = true;
	return setup(state);
}

static int teardown(void **state)
{
	struct blob_list list;
	(void)state;
	/* A bucket is tidied; the folder goes. */
	while (endpoint && blob_list(store, STR_NONE, BLOB_LIST_MAX, &arena, &list, &err) == RC_OK && list.count)
		for (size_t i = 0; i < list.count; i++)
			(void)!blob_remove(store, list.hashes[i], &err);
	blob_close(store);
	spooled = false;
	(void)!file_remove_tree(dir, NULL);
	arena_release(&arena);
	return 0;
}

static struct str read_all(struct str hash)
{
	struct buf got = BUF_INIT(1 << 20);
	int64_t size_b;
	int fd;
	assert_ok(blob_open(store, hash, &fd, &size_b, &err), &err);
	assert_ok(file_read_fd(fd, "blob", 1 << 20, &got, &err), &err);
	close(fd);
	assert_int_equal(size_b, got.len);
	struct str text = arena_str(&arena, buf_view(&got));
	buf_release(&got);
	return text;
}

static struct str put(struct str bytes)
{
	struct blob_put done;
	assert_ok(blob_put_bytes(store, bytes, &done, &err), &err);
	assert_int_equal(done.size_b, bytes.n);
	return arena_str(&arena, str_of(done.hash));
}

static void bytes_come_back_and_are_kept_once(void **state)
{
	(void)state;
	struct blob_put first, again;
	struct blob_list list;
	char want[SHA256_HEX_B];
	sha256_hex(STR("hello"), want);
	assert_ok(blob_put_bytes(store, STR("hello"), &first, &err), &err);
	assert_ok(blob_put_bytes(store, STR("hello"), &again, &err), &err);
	assert_string_equal(first.hash, want);
	assert_false(first.existed);
	assert_true(again.existed);
	assert_str(read_all(str_of(want)), "hello");
	assert_ok(blob_list(store, STR_NONE, 10, &arena, &list, &err), &err);
	assert_int_equal(list.count, 1);
	assert_str(read_all(put(STR(""))), "");
}

static void a_part_is_at_its_place(void **state)
{
	(void)state;
	static const struct { int64_t from_b, length_b; const char *want; } parts[] = {
		{ 0, 4, "0123" }, { 3, 4, "3456" }, { 7, -1, "789" }, { 8, 100, "89" }, { 0, -1, "0123456789" },
	};
	struct str hash = put(STR("0123456789"));
	for (size_t i = 0; i < COUNT_OF(parts); i++) {
		char got[16];
		int64_t size_b;
		int fd;
		assert_ok(blob_open_part(store, hash, parts[i].from_b, parts[i].length_b, &fd, &size_b, &err), &err);
		assert_int_equal(size_b, 10);
		assert_int_equal(lseek(fd, 0, SEEK_CUR), parts[i].from_b);
		size_t n = strlen(parts[i].want);
		assert_int_equal(read(fd, got, n), n);
		assert_memory_equal(got, parts[i].want, n);
		close(fd);
	}
	int64_t size_b;
	int fd;
	assert_int_equal(blob_open_part(store, hash, 10, -1, &fd, &size_b, &err), RC_INVALID);
}

static void what_is_not_there_is_not_found(void **state)
{
	(void)state;
	struct str hash = put(STR("x"));
	int64_t size_b;
	bool exists;
	int fd;
	assert_ok(blob_exists(store, hash, &exists, &err), &err);
	assert_true(exists);
	assert_ok(blob_remove(store, hash, &err), &err);
	assert_ok(blob_remove(store, hash, &err), &err);
	assert_ok(blob_exists(store, hash, &exists, &err), &err);
	assert_false(exists);
	assert_int_equal(blob_open(store, hash, &fd, &size_b, &err), RC_NOTFOUND);
	assert_int_equal(blob_open_part(store, hash, 0, 1, &fd, &size_b, &err), RC_NOTFOUND);
}

static void addresses_are_checked(void **state)
{
	static const char *const bad[] = {
		"", "ab", "../../../../etc/passwd", "ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef0123456789",
		"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde/",
	};
	(void)state;
	int64_t size_b;
	bool exists;
	int fd;
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		struct str hash = str_of(bad[i]);
		assert_int_equal(blob_open(store, hash, &fd, &size_b, &err), RC_INVALID);
		assert_int_equal(blob_open_part(store, hash, 0, 1, &fd, &size_b, &err), RC_INVALID);
		assert_int_equal(blob_remove(store, hash, &err), RC_INVALID);
		assert_int_equal(blob_exists(store, hash, &exists, &err), RC_INVALID);
		assert_false(str_given(blob_link(store, hash, &(struct blob_link){ .type = STR("image/png"), .expires_s = 60 }, &arena)));
	}
}

static void listing_goes_on_where_it_stopped(void **state)
{
	(void)state;
	struct str after = STR_NONE;
	struct blob_list list;
	size_t seen = 0;
	for (int i = 0; i < 40; i++)
		(void)put(arena_printf(&arena, "blob %d", i));
	do {
		assert_ok(blob_list(store, after, 7, &arena, &list, &err), &err);
		for (size_t i = 0; i < list.count; i++) {
			assert_true(str_cmp(list.hashes[i], after) > 0);
			after = list.hashes[i];
		}
		seen += list.count;
	} while (list.count == 7);
	assert_int_equal(seen, 40);
}

struct source {
	int64_t left_b, broken_at_b;
	uint64_t state;
};

/* Bytes that do not repeat. */
static enum rc give(void *ctx, void *bytes, size_t room, size_t *n, struct err *why)
{
	struct source *s = ctx;
	if (s->left_b <= s->broken_at_b)
		return err_set(why, RC_IO, "the line broke");
	*n = (int64_t)room < s->left_b ? room : (size_t)s->left_b;
	for (size_t i = 0; i < *n; i++) {
		s->state = s->state * UINT64_C(6364136223846793005) + 1442695040888963407U;
		((char *)bytes)[i] = (char)(s->state >> 56);
	}
	s->left_b -= (int64_t)*n;
	return RC_OK;
}

static long peak_kb(void)
{
	struct rusage usage;
	getrusage(RUSAGE_SELF, &usage);
	return usage.ru_maxrss;
}

static void a_large_blob_takes_no_more_memory_than_a_small_one(void **state)
{
	(void)state;
	struct source source = { LARGE_B, -1, 7 };
	struct blob_put done;
	int64_t size_b, end_b;
	int fd;
	(void)put(STR("what is loaded at first use is loaded now"));
	long before_kb = peak_kb();
	assert_ok(blob_put(store, give, &source, BLOB_MAX_B, &done, &err), &err);
	assert_int_equal(done.size_b, LARGE_B);
	assert_ok(blob_open(store, str_of(done.hash), &fd, &size_b, &err), &err);
	end_b = lseek(fd, 0, SEEK_END);
	close(fd);
	assert_int_equal(size_b, LARGE_B);
	assert_int_equal(end_b, LARGE_B);
	assert_in_range(peak_kb() - before_kb, 0, LARGE_B / 1024 / 4);
}

static void a_put_that_fails_leaves_nothing(void **state)
{
	(void)state;
	struct source breaks = { 1 << 20, 1 << 19, 1 }, large = { 1 << 20, -1, 1 };
	struct blob_put done;
	struct blob_list list;
	struct file_entries tree;
	int64_t count;
	assert_int_equal(blob_put(store, give, &breaks, BLOB_MAX_B, &done, &err), RC_IO);
	assert_string_equal(err.msg, "the line broke");
	assert_int_equal(blob_put(store, give, &large, 1 << 18, &done, &err), RC_LIMIT);
	assert_ok(blob_list(store, STR_NONE, 10, &arena, &list, &err), &err);
	assert_int_equal(list.count, 0);
	assert_ok(file_tree(dir, &arena, &tree, &err), &err);
	for (size_t i = 0; i < tree.count; i++)
		assert_int_equal(tree.items[i].kind, FILE_FOLDER);
	assert_ok(blob_sweep(store, INT64_MAX, false, &count, &err), &err);
	assert_int_equal(count, 0);
}

static void *put_some(void *ctx)
{
	struct err why = ERR_INIT;
	char text[64];
	bool good = true;
	for (int i = 0; i < 12; i++) { /* half of them the same as in the other threads */
		struct blob_put done;
		snprintf(text, sizeof text, "shared or own %d %d", i, i % 2 ? 0 : *(int *)ctx);
		good = good && blob_put_bytes(store, str_of(text), &done, &why) == RC_OK;
	}
	return (void *)(intptr_t)good;
}

static void threads_put_beside_each_other(void **state)
{
	(void)state;
	pthread_t threads[4];
	int numbers[4] = { 1, 2, 3, 4 };
	struct blob_list list;
	for (size_t i = 0; i < COUNT_OF(threads); i++)
		assert_int_equal(pthread_create(&threads[i], NULL, put_some, &numbers[i]), 0);
	for (size_t i = 0; i < COUNT_OF(threads); i++) {
		void *good;
		assert_int_equal(pthread_join(threads[i], &good), 0);
		assert_non_null(good);
	}
	assert_ok(blob_list(store, STR_NONE, 100, &arena, &list, &err), &err);
	assert_int_equal(list.count, 4 * 6 + 6);
}

static void a_store_that_works_says_so_and_is_left_as_it_was(void **state)
{
	(void)state;
	struct blob_list list;
	assert_ok(blob_check(store, &err), &err);
	assert_ok(blob_list(store, STR_NONE, 10, &arena, &list, &err), &err);
	assert_int_equal(list.count, 0);
}

static void the_last_owner_closes(void **state)
{
	(void)state;
	struct blob_store *own = NULL;
	assert_ok(open_store(&own), &err);
	assert_ptr_equal(blob_hold(own), own);
	blob_close(own);
	assert_ok(blob_check(own, &err), &err);
	blob_close(own);
	blob_close(NULL);
}

#define ASKED(test) cmocka_unit_test_setup_teardown(test, setup, teardown), \
	{ #test " behind a spool", test, setup_spooled, teardown, NULL }

int main(void)
{
	const struct CMUnitTest tests[] = {
		ASKED(bytes_come_back_and_are_kept_once),
		ASKED(a_part_is_at_its_place),
		ASKED(what_is_not_there_is_not_found),
		ASKED(addresses_are_checked),
		ASKED(listing_goes_on_where_it_stopped),
		ASKED(a_large_blob_takes_no_more_memory_than_a_small_one),
		ASKED(a_put_that_fails_leaves_nothing),
		ASKED(threads_put_beside_each_other),
		ASKED(a_store_that_works_says_so_and_is_left_as_it_was),
		ASKED(the_last_owner_closes),
	};
	/* With a bucket the folder has had its turn in `make check`. */
	endpoint = getenv("PLATEN_TEST_S3_ENDPOINT");
	return cmocka_run_group_tests_name(endpoint ? "blob store s3" : "blob store folder", tests, NULL, NULL);
}
