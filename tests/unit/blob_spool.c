/* blob_spool.c: a store behind that is away: what waits, how it is seen meanwhile, and that it goes when the store is back. */
#include "unit.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/path.h"
#include "blob/folder.h"
#include "blob/spool.h"
#include "blob/store.h"
#include "crypt/digest.h"

#define ROOM_B 100

/* A folder that fails as it is told to, in place of a bucket. */
struct far {
	struct blob_store store;
	struct blob_store *folder;
	enum rc fault;      /* RC_OK: it works */
	int puts_left;      /* then it fails; -1: any number */
	int64_t most_b;     /* that it takes of a blob */
	int asked;
};

static struct arena arena;
static struct err err;
static char dir[64];
static struct far far;
static struct blob_store *store;

static enum rc answer(const char *what, struct err *e)
{
	far.asked++;
	return far.fault == RC_OK ? RC_OK : err_set(e, far.fault, "the far store does not %s", what);
}

static enum rc far_put(struct blob_store *s, blob_read_fn *read, void *ctx, int64_t max_b, struct blob_put *out, struct err *e)
{
	(void)s;
	enum rc rc = answer("put", e);
	if (rc == RC_OK && far.puts_left == 0)
		rc = err_set(e, far.fault = RC_TIMEOUT, "the far store falls silent");
	far.puts_left -= far.puts_left > 0;
	return rc == RC_OK ? blob_put(far.folder, read, ctx, max_b < far.most_b ? max_b : far.most_b, out, e) : rc;
}

/* A server that does not compare. */
static enum rc far_put_known(struct blob_store *s, int fd, struct str hash, int64_t size_b, bool *existed, struct err *e)
{
	struct blob_put done;
	(void)hash;
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	enum rc rc = blob_put_fd(s, fd, "blob", size_b, &done, e);
	if (rc == RC_OK)
		*existed = done.existed;
	return rc;
}

static enum rc far_open(struct blob_store *s, struct str hash, int *fd, int64_t *size_b, struct err *e)
{
	(void)s;
	enum rc rc = answer("open", e);
	return rc == RC_OK ? blob_open(far.folder, hash, fd, size_b, e) : rc;
}

static enum rc far_open_part(struct blob_store *s, struct str hash, int64_t from_b, int64_t length_b, int *fd, int64_t *size_b,
			     struct err *e)
{
	(void)s;
	enum rc rc = answer("open", e);
	return rc == RC_OK ? blob_open_part(far.folder, hash, from_b, length_b, fd, size_b, e) : rc;
}

static enum rc far_exists(struct blob_store *s, struct str hash, bool *exists, struct err *e)
{
	(void)s;
	enum rc rc = answer("look", e);
	return rc == RC_OK ? blob_exists(far.folder, hash, exists, e) : rc;
}

static enum rc far_remove(struct blob_store *s, struct str hash, struct err *e)
{
	(void)s;
	enum rc rc = answer("remove", e);
	return rc == RC_OK ? blob_remove(far.folder, hash, e) : rc;
}

static enum rc far_list(struct blob_store *s, struct str after, size_t limit, struct arena *a, struct blob_list *out,
			struct err *e)
{
	(void)s;
	enum rc rc = answer("list", e);
	return rc == RC_OK ? blob_list(far.folder, after, limit, a, out, e) : rc;
}

static enum rc far_sweep(struct blob_store *s, int64_t before_ms, bool remove, int64_t *count, struct err *e)
{
	(void)s;
	return blob_sweep(far.folder, before_ms, remove, count, e);
}

static struct str far_link(struct blob_store *s, struct str hash, const struct blob_link *link, struct arena *a)
{
	(void)s, (void)link;
	return ARENA_JOIN(a, STR("https://far.example/"), hash);
}

static void far_close(struct blob_store *s)
{
	(void)s;
	blob_close(far.folder);
}

static const struct blob_ops far_ops = {
	.put = far_put, .put_known = far_put_known, .open = far_open, .open_part = far_open_part, .exists = far_exists, .remove = far_remove,
	.list = far_list, .sweep = far_sweep, .link = far_link, .close = far_close,
};

static void open_spool(int64_t max_b)
{
	struct blob_spool settings = { &far.store, path_join(&arena, dir, "spool"), max_b };
	far = (struct far){ .store.ops = &far_ops, .puts_left = -1, .most_b = INT64_MAX };
	assert_ok(blob_folder_open(path_join(&arena, dir, "far"), &far.folder, &err), &err);
	assert_ok(blob_spool_open(&settings, &store, &err), &err);
}

static void reopen(int64_t max_b)
{
	blob_close(store);
	open_spool(max_b);
}

static int setup(void **state)
{
	(void)state;
	arena_init(&arena, ARENA_MAX_B);
	err = (struct err)ERR_INIT;
	snprintf(dir, sizeof dir, "/tmp/platen-spool-XXXXXX");
	if (!mkdtemp(dir))
		return 1;
	open_spool(ROOM_B);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	blob_close(store);
	(void)!file_remove_tree(dir, NULL);
	arena_release(&arena);
	return 0;
}

static struct str put(const char *text)
{
	struct blob_put done;
	assert_ok(blob_put_bytes(store, str_of(text), &done, &err), &err);
	return arena_str(&arena, str_of(done.hash));
}

/* While the far store fails so. */
static struct str put_away(const char *text)
{
	far.fault = RC_IO;
	struct str hash = put(text);
	far.fault = RC_OK;
	return hash;
}

static struct blob_waiting waiting(void)
{
	struct blob_waiting out;
	assert_ok(blob_spool_waiting(store, &out, &err), &err);
	return out;
}

static bool is_in(struct blob_store *where, struct str hash)
{
	bool exists = false;
	assert_ok(blob_exists(where, hash, &exists, &err), &err);
	return exists;
}

static enum rc send_all(struct blob_sent *sent)
{
	return blob_spool_send(store, NULL, NULL, sent, &err);
}

static struct str read_all(struct str hash)
{
	struct buf got = BUF_INIT(1000);
	int64_t size_b;
	int fd;
	assert_ok(blob_open(store, hash, &fd, &size_b, &err), &err);
	assert_ok(file_read_fd(fd, "blob", 1000, &got, &err), &err);
	close(fd);
	struct str text = arena_str(&arena, buf_view(&got));
	buf_release(&got);
	return text;
}

static void assert_spool_is_empty(void)
{
	struct file_entries left;
	assert_ok(file_tree(path_join(&arena, dir, "spool"), &arena, &left, &err), &err);
	assert_int_equal(left.count, 1); /* tmp */
	assert_int_equal(waiting().count, 0);
	assert_false(blob_spool_waits(store));
}

static void what_the_store_takes_does_not_wait(void **state)
{
	(void)state;
	struct str hash = put("hello");
	assert_true(is_in(far.folder, hash));
	assert_spool_is_empty();
	assert_str(read_all(hash), "hello");
}

static void while_it_is_away_everything_is_as_if_it_were_there(void **state)
{
	(void)state;
	static const enum rc outages[] = { RC_IO, RC_TIMEOUT, RC_BUSY };
	const struct blob_link link = { .type = STR("image/png"), .expires_s = 60 };
	for (size_t i = 0; i < COUNT_OF(outages); i++) {
		char text[16], byte;
		int64_t size_b;
		int fd;
		reopen(ROOM_B);
		snprintf(text, sizeof text, "outage %zu", i);
		far.fault = outages[i];
		struct str hash = put(text);
		assert_str(read_all(hash), text);
		assert_ok(blob_open_part(store, hash, 7, 1, &fd, &size_b, &err), &err);
		assert_int_equal(read(fd, &byte, 1), 1);
		assert_int_equal(byte, '0' + (int)i);
		close(fd);
		assert_true(is_in(store, hash));
		assert_false(str_given(blob_link(store, hash, &link, &arena)));
		assert_int_equal(waiting().count, i + 1);
		assert_int_equal(waiting().size_b, 8 * (i + 1));
		assert_true(waiting().oldest_ms > 0);
		assert_true(blob_spool_waits(store));
	}
}

static void both_are_listed_as_one(void **state)
{
	(void)state;
	struct blob_list list;
	struct str after = STR_NONE;
	for (int i = 0; i < 6; i++) {
		char text[] = { (char)('a' + i), '\0' };
		reopen(ROOM_B);
		if (i % 2)
			put(text);
		else
			put_away(text);
	}
	assert_ok(blob_put_bytes(far.folder, STR("a"), &(struct blob_put){ 0 }, &err), &err); /* one is in both */
	for (int i = 0; i < 6; i += 2) {
		assert_ok(blob_list(store, after, 2, &arena, &list, &err), &err);
		assert_int_equal(list.count, 2);
		assert_true(str_cmp(list.hashes[0], list.hashes[1]) < 0);
		assert_true(!str_given(after) || str_cmp(after, list.hashes[0]) < 0);
		after = list.hashes[1];
	}
	assert_ok(blob_list(store, after, 2, &arena, &list, &err), &err);
	assert_int_equal(list.count, 0);
	far.fault = RC_IO; /* half a list would be taken for the whole */
	assert_int_equal(blob_list(store, STR_NONE, 2, &arena, &list, &err), RC_IO);
}

static void when_it_is_back_all_is_sent_and_the_spool_is_empty(void **state)
{
	(void)state;
	const struct blob_link link = { .type = STR("image/png"), .expires_s = 60 };
	struct blob_sent sent;
	struct str one = put_away("one"), two = put_away("two");
	assert_ok(send_all(&sent), &err);
	assert_int_equal(sent.count, 2);
	assert_int_equal(sent.size_b, 6);
	assert_true(is_in(far.folder, one) && is_in(far.folder, two));
	assert_str(read_all(two), "two");
	assert_true(str_given(blob_link(store, two, &link, &arena)));
	assert_spool_is_empty();
	assert_ok(send_all(&sent), &err);
	assert_int_equal(sent.count, 0);
}

static void sending_goes_on_where_an_outage_stopped_it(void **state)
{
	(void)state;
	struct blob_sent sent;
	put_away("one"), put_away("two"), put_away("three");
	far.puts_left = 1;
	assert_int_equal(send_all(&sent), RC_TIMEOUT);
	assert_int_equal(sent.count, 1);
	assert_int_equal(waiting().count, 2);
	far.fault = RC_OK;
	far.puts_left = -1;
	assert_ok(send_all(&sent), &err);
	assert_int_equal(sent.count, 2);
	assert_spool_is_empty();
}

static void after_an_outage_puts_do_not_wait_for_the_store_until_something_was_sent(void **state)
{
	(void)state;
	struct blob_sent sent;
	put_away("one");
	far.asked = 0;
	put("two");
	assert_int_equal(far.asked, 0);
	assert_ok(send_all(&sent), &err);
	struct str three = put("three");
	assert_true(is_in(far.folder, three));
}

static void what_is_no_outage_fails_as_before(void **state)
{
	(void)state;
	static const enum rc faults[] = { RC_DENIED, RC_INVALID, RC_NOSPACE, RC_UNSUPPORTED, RC_CORRUPT };
	for (size_t i = 0; i < COUNT_OF(faults); i++) {
		struct blob_put done;
		far.fault = faults[i];
		assert_int_equal(blob_put_bytes(store, STR("x"), &done, &err), faults[i]);
		assert_string_equal(err.msg, "the far store does not put");
		assert_spool_is_empty();
	}
}

static void a_full_spool_says_so_and_keeps_no_more(void **state)
{
	(void)state;
	char large[ROOM_B];
	struct blob_put done;
	memset(large, 'x', sizeof large);
	put_away("one");
	reopen(ROOM_B);
	far.fault = RC_TIMEOUT;
	assert_int_equal(blob_put_bytes(store, str_n(large, ROOM_B - 2), &done, &err), RC_TIMEOUT);
	assert_string_equal(err.msg, "the far store does not put; the spool is full: 1 files with 3 bytes wait already, and there may be 100");
	assert_ok(blob_put_bytes(store, str_n(large, ROOM_B - 3), &done, &err), &err);
	assert_int_equal(waiting().size_b, ROOM_B);
	far.fault = RC_OK; /* nothing limits what the store takes */
	reopen(ROOM_B);
	assert_ok(blob_put_bytes(store, str_n(large, ROOM_B), &done, &err), &err);
	assert_true(is_in(far.folder, str_of(done.hash)));
}

static const char *spool_path(struct str hash)
{
	return arena_printf(&arena, "%s/spool/%.*s/%.*s/%.*s", dir, STR_ARG(str_sub(hash, 0, 2)), STR_ARG(str_sub(hash, 2, 4)),
			    STR_ARG(hash)).p;
}

static void note(const char *text)
{
	assert_ok(file_write(path_join(&arena, dir, "spool/tmp/waiting"), str_of(text), 0640, &err), &err);
}

static void what_waits_is_noted_and_counted_anew_where_the_note_is_no_good(void **state)
{
	(void)state;
	static const char *const broken[] = { "", "\n", "5 99", "5 99 1", "5 99\n", "5 x 1\n", "-5 99 1\n", "5 99 1\n\n", "5 99 99999999999999999999\n" };
	struct blob_put done;
	char large[ROOM_B];
	int64_t swept;
	memset(large, 'x', sizeof large);
	put_away("one"), put_away("two");
	far.fault = RC_IO;
	note("5 99 1\n");
	assert_int_equal(blob_put_bytes(store, STR("xx"), &done, &err), RC_BUSY);
	assert_non_null(strstr(err.msg, "5 files with 99 bytes wait already"));
	for (size_t i = 0; i < COUNT_OF(broken); i++) {
		note(broken[i]);
		assert_int_equal(blob_put_bytes(store, str_n(large, ROOM_B - 5), &done, &err), RC_BUSY);
		assert_non_null(strstr(err.msg, "2 files with 6 bytes wait already"));
	}
	note("5 99 1\n");
	assert_ok(blob_sweep(store, 0, true, &swept, &err), &err); /* it is made right from time to time */
	assert_ok(blob_put_bytes(store, str_n(large, ROOM_B - 6), &done, &err), &err);
	assert_int_equal(waiting().size_b, ROOM_B);
}

static void the_same_again_and_what_was_removed_take_no_room(void **state)
{
	(void)state;
	char large[ROOM_B];
	memset(large, 'x', sizeof large);
	struct str one = put_away("one");
	put_away("one"), put_away("one");
	assert_ok(blob_remove(store, one, &err), &err);
	far.fault = RC_IO;
	struct blob_put done;
	assert_ok(blob_put_bytes(store, str_n(large, ROOM_B), &done, &err), &err);
	assert_int_equal(waiting().count, 1);
}

static int64_t overdue(int64_t before_ms)
{
	int64_t count;
	assert_ok(blob_spool_overdue(store, before_ms, &count, &err), &err);
	return count;
}

static void only_what_waits_for_long_is_overdue(void **state)
{
	(void)state;
	const int64_t now_ms = clock_now_ms(), hour_ms = 3600000;
	const struct timespec old[2] = { { .tv_sec = (now_ms - 2 * hour_ms) / 1000 }, { .tv_sec = (now_ms - 2 * hour_ms) / 1000 } };
	assert_int_equal(overdue(INT64_MAX), 0);
	struct str one = put_away("one");
	put_away("two");
	assert_int_equal(overdue(INT64_MAX), 2);
	assert_int_equal(overdue(now_ms - hour_ms), 0);
	note("2 6 1\n"); /* the first may have gone long ago */
	assert_int_equal(overdue(now_ms - hour_ms), 0);
	assert_int_equal(utimensat(AT_FDCWD, spool_path(one), old, 0), 0);
	assert_int_equal(overdue(now_ms - hour_ms), 2);
	note("");
	assert_int_equal(overdue(now_ms - hour_ms), 2);
	assert_int_equal(overdue(now_ms - 3 * hour_ms), 0);
}

static void without_room_nothing_waits_but_what_did_is_seen_and_sent(void **state)
{
	(void)state;
	struct blob_sent sent;
	struct blob_put done;
	struct str one = put_away("one");
	reopen(0);
	far.fault = RC_IO;
	assert_str(read_all(one), "one");
	assert_int_equal(blob_put_bytes(store, STR("two"), &done, &err), RC_IO);
	far.fault = RC_OK;
	assert_ok(send_all(&sent), &err);
	assert_int_equal(sent.count, 1);
	assert_spool_is_empty();
}

static void removing_takes_it_out_of_both_places_or_says_that_it_could_not(void **state)
{
	(void)state;
	struct str hash = put_away("one");
	assert_ok(blob_put_bytes(far.folder, STR("one"), &(struct blob_put){ 0 }, &err), &err); /* an answer was lost */
	far.fault = RC_TIMEOUT;
	assert_int_equal(blob_remove(store, hash, &err), RC_TIMEOUT);
	assert_int_equal(waiting().count, 1);
	far.fault = RC_OK;
	assert_ok(blob_remove(store, hash, &err), &err);
	assert_false(is_in(far.folder, hash));
	assert_spool_is_empty();
	assert_ok(blob_remove(store, hash, &err), &err);
}

static void what_is_being_sent_is_not_removed_and_not_sent_twice(void **state)
{
	(void)state;
	struct blob_sent sent;
	struct str hash = put_away("one");
	int64_t size_b;
	int fd;
	assert_ok(blob_open(store, hash, &fd, &size_b, &err), &err);
	assert_int_equal(flock(fd, LOCK_EX | LOCK_NB), 0); /* another process */
	assert_int_equal(blob_remove(store, hash, &err), RC_BUSY);
	assert_ok(send_all(&sent), &err);
	assert_int_equal(sent.count, 0);
	assert_int_equal(waiting().count, 1);
	close(fd);
	assert_ok(blob_remove(store, hash, &err), &err);
	assert_spool_is_empty();
}

static void what_is_wrong_with_one_is_told_and_holds_no_other_up(void **state)
{
	(void)state;
	static const char *const messages[] = { "is damaged", "cannot open", "cannot read", "larger than" };
	for (size_t i = 0; i < COUNT_OF(messages); i++) {
		struct blob_sent sent;
		struct blob_list list;
		reopen(ROOM_B);
		struct str one = put_away("the long one");
		put_away("two"), put_away("three"), put_away("four"), put_away("five");
		if (i == 0)
			assert_ok(file_write(spool_path(one), STR("thelong one "), 0640, &err), &err);
		if (i == 1 || i == 2)
			assert_int_equal(unlink(spool_path(one)), 0);
		if (i == 1)
			assert_int_equal(symlink("two", spool_path(one)), 0);
		if (i == 2)
			assert_ok(file_mkdirs(spool_path(one), 0750, &err), &err);
		if (i == 3)
			far.most_b = 5;
		assert_int_equal(send_all(&sent), RC_CORRUPT);
		assert_non_null(strstr(err.msg, messages[i]));
		assert_int_equal(sent.count, 4);
		assert_int_equal(sent.stuck, 1);
		assert_false(is_in(far.folder, one));
		assert_ok(blob_list(far.folder, STR_NONE, 10, &arena, &list, &err), &err);
		assert_int_equal(list.count, 4);
		assert_ok(file_remove_tree(spool_path(one), &err), &err);
		assert_int_equal(waiting().count, 0);
	}
}

static void what_is_wrong_with_the_store_ends_it_at_once(void **state)
{
	(void)state;
	static const enum rc faults[] = { RC_IO, RC_TIMEOUT, RC_BUSY, RC_DENIED, RC_NOSPACE, RC_INVALID, RC_CORRUPT };
	put_away("one"), put_away("two");
	for (size_t i = 0; i < COUNT_OF(faults); i++) {
		struct blob_sent sent;
		far.fault = faults[i];
		far.asked = 0;
		assert_int_equal(send_all(&sent), faults[i]);
		assert_string_equal(err.msg, "the far store does not put");
		assert_int_equal(far.asked, 1);
		assert_int_equal(sent.count + sent.stuck, 0);
	}
}

/* A store that takes none at all is not asked for each of thousands. */
static void many_that_are_not_taken_end_it(void **state)
{
	(void)state;
	struct blob_sent sent;
	char text[16];
	reopen(10000);
	for (int i = 0; i < BLOB_SPOOL_STUCK_MAX + 5; i++) {
		snprintf(text, sizeof text, "number %d", i);
		put_away(text);
	}
	far.fault = RC_UNSUPPORTED;
	far.asked = 0;
	assert_int_equal(send_all(&sent), RC_CORRUPT);
	assert_int_equal(sent.stuck, BLOB_SPOOL_STUCK_MAX);
	assert_int_equal(far.asked, BLOB_SPOOL_STUCK_MAX);
}

static void a_check_asks_the_store_and_not_the_spool(void **state)
{
	(void)state;
	assert_ok(blob_check(store, &err), &err);
	far.fault = RC_IO;
	assert_int_equal(blob_check(store, &err), RC_IO);
	assert_false(blob_spool_waits(store));
}

static void what_a_killed_put_left_is_swept(void **state)
{
	(void)state;
	int64_t count;
	put("one");
	assert_ok(file_write(path_join(&arena, dir, "spool/tmp/put-abcdef"), STR("hal"), 0640, &err), &err);
	assert_int_equal(waiting().count, 0);
	assert_ok(blob_sweep(store, INT64_MAX, true, &count, &err), &err);
	assert_int_equal(count, 1);
	assert_spool_is_empty();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_the_store_takes_does_not_wait, setup, teardown),
		cmocka_unit_test_setup_teardown(while_it_is_away_everything_is_as_if_it_were_there, setup, teardown),
		cmocka_unit_test_setup_teardown(both_are_listed_as_one, setup, teardown),
		cmocka_unit_test_setup_teardown(when_it_is_back_all_is_sent_and_the_spool_is_empty, setup, teardown),
		cmocka_unit_test_setup_teardown(sending_goes_on_where_an_outage_stopped_it, setup, teardown),
		cmocka_unit_test_setup_teardown(after_an_outage_puts_do_not_wait_for_the_store_until_something_was_sent, setup, teardown),
		cmocka_unit_test_setup_teardown(what_is_no_outage_fails_as_before, setup, teardown),
		cmocka_unit_test_setup_teardown(a_full_spool_says_so_and_keeps_no_more, setup, teardown),
		cmocka_unit_test_setup_teardown(what_waits_is_noted_and_counted_anew_where_the_note_is_no_good, setup, teardown),
		cmocka_unit_test_setup_teardown(the_same_again_and_what_was_removed_take_no_room, setup, teardown),
		cmocka_unit_test_setup_teardown(only_what_waits_for_long_is_overdue, setup, teardown),
		cmocka_unit_test_setup_teardown(without_room_nothing_waits_but_what_did_is_seen_and_sent, setup, teardown),
		cmocka_unit_test_setup_teardown(removing_takes_it_out_of_both_places_or_says_that_it_could_not, setup, teardown),
		cmocka_unit_test_setup_teardown(what_is_being_sent_is_not_removed_and_not_sent_twice, setup, teardown),
		cmocka_unit_test_setup_teardown(what_is_wrong_with_one_is_told_and_holds_no_other_up, setup, teardown),
		cmocka_unit_test_setup_teardown(what_is_wrong_with_the_store_ends_it_at_once, setup, teardown),
		cmocka_unit_test_setup_teardown(many_that_are_not_taken_end_it, setup, teardown),
		cmocka_unit_test_setup_teardown(a_check_asks_the_store_and_not_the_spool, setup, teardown),
		cmocka_unit_test_setup_teardown(what_a_killed_put_left_is_swept, setup, teardown),
	};
	return cmocka_run_group_tests_name("blob spool", tests, NULL, NULL);
}
