/* pages_kill.c: three readers of the page folder and one writer that is killed at random moments: no
 * answer is older than a commit that had returned, or than what anybody had seen, before the read began.
 * Usage: pages_kill [READS] */
#include "unit.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "core/pages_impl.h"
#include "core/place.h"
#include "store/setting.h"
#include "store/site.h"

#define READERS 3
#define PAGES 8
#define COMMITS 1000
#define KEY STR("test.value")
#define LIMIT_MS 60000

static int64_t wanted_reads = 100000;

/* What the processes tell each other. */
struct board {
	_Atomic int64_t returned;   /* value of the latest commit that returned */
	_Atomic int64_t seen;       /* highest value that any reader got */
	_Atomic int64_t commits, from_folder, made, old;
	_Atomic int64_t old_value, old_floor;
	_Atomic bool stop, failed;
};

struct scene {
	char folder[64];
	struct conf conf;
	struct pages_owner owner;
	struct board *board;
	struct err err;
};

/* How a writer's commits treat the folder. */
enum guarding {
	GUARDED,
	UNGUARDED,      /* not at all: readers must notice, or this test could not fail */
	GUARDED_LATE,   /* only after COMMIT: a writer killed in between leaves old pages */
};

static uint32_t random_next(uint32_t *state)
{
	*state = *state * 1664525u + 1013904223u;
	return *state >> 8;
}

static void raise_to(_Atomic int64_t *value, int64_t to)
{
	int64_t now = *value;
	while (now < to && !atomic_compare_exchange_weak(value, &now, to))
		;
}

static _Noreturn void give_up(struct scene *s, const char *who)
{
	fprintf(stderr, "%s: %s\n", who, s->err.msg);
	s->board->failed = true;
	_exit(1);
}

static int64_t value_of(struct scene *s, struct db_ro *db)
{
	struct arena arena;
	struct str text;
	int64_t value = 0;
	arena_init(&arena, 1 << 16);
	enum rc rc = setting_get(db, KEY, &arena, &text, &s->err);
	if (rc != RC_OK && rc != RC_NOTFOUND)
		give_up(s, "reading");
	if (rc == RC_OK)
		str_to_i64(text, &value);
	arena_release(&arena);
	return value;
}

/* The writer ---------------------------------------------------------------------------------- */

static void late_end(void *ctx, struct db_ro *db, bool committed)
{
	struct scene *s = ctx;
	struct pages_lock lock;
	struct timespec pause = { 0, 300 * 1000 }; /* for the kill to meet it */
	int64_t seq;
	nanosleep(&pause, NULL);
	if (committed && site_public_seq(db, &seq, &s->err) == RC_OK &&
	    pages_lock(pages_path(s->folder), 1000, &lock, &s->err) == RC_OK) {
		if (pages_take(&lock, &s->err) != RC_OK || pages_link(&lock, &s->owner, seq, 0, &s->err) != RC_OK)
			give_up(s, "late writer");
		pages_unlock(&lock);
	}
}

static enum rc commit_value(struct scene *s, struct db_rw *db, int64_t value)
{
	char text[24];
	struct db_tx *tx = NULL;
	snprintf(text, sizeof text, "%lld", (long long)value);
	enum rc rc = db_begin(db, &tx, &s->err);
	if (rc == RC_OK)
		rc = setting_put(tx, KEY, str_of(text), value, &s->err);
	if (rc == RC_OK)
		return db_commit(tx, &s->err);
	db_rollback(tx);
	return rc;
}

/* Pauses, so that there are pages to read at all. */
static _Noreturn void write_for_ever(struct scene *s, enum guarding how, uint32_t seed)
{
	struct db_rw *db;
	if (place_open_rw(&s->conf, &db, &s->err) != RC_OK)
		give_up(s, "writer");
	if (how != GUARDED)
		db_rw_guard(db, &(struct db_guard){ .ctx = s, .after_end = how == GUARDED_LATE ? late_end : NULL });
	for (int64_t value = value_of(s, db_rw_ro(db)) + 1;; value++) {
		struct timespec pause = { 0, (long)(random_next(&seed) % 2000) * 1000 };
		if (commit_value(s, db, value) != RC_OK)
			give_up(s, "writer");
		s->board->returned = value;
		s->board->commits++;
		nanosleep(&pause, NULL);
	}
}

/* The readers --------------------------------------------------------------------------------- */

static bool read_folder(const struct scene *s, unsigned page, int64_t *value)
{
	char path[128], text[32];
	snprintf(path, sizeof path, "%s/pages/current/page/p%u.html", s->folder, page);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd >= 0 ? read(fd, text, sizeof text) : -1;
	if (fd >= 0)
		close(fd);
	return fd >= 0 && n >= 0 && str_to_i64(str_n(text, (size_t)n), value); /* half a file is not a page */
}

/* As Platen makes a page that is not in the folder. */
static int64_t make_page(struct scene *s, struct pages *pages, struct db_ro *db, unsigned page, bool slow)
{
	char path[16], text[24];
	struct pages_copy copy = { .kind = PAGES_HTML, .hash = page };
	struct generation *generation = pages_generation(pages, &s->owner);
	if (slow)
		sched_yield();
	copy.now_ms = clock_now_ms();
	if (db_snapshot_begin(db, &s->err) != RC_OK || site_public_seq(db, &copy.public_seq, &s->err) != RC_OK)
		give_up(s, "reader");
	int64_t value = value_of(s, db);
	db_snapshot_end(db);
	if (slow)
		sched_yield();
	snprintf(path, sizeof path, "/p%u", page);
	snprintf(text, sizeof text, "%lld", (long long)value);
	copy.path = str_of(path);
	copy.body[PAGES_PLAIN] = str_of(text);
	if (generation)
		pages_write(generation, &copy);
	generation_drop(generation);
	return value;
}

static void note_old(struct board *board, int64_t value, int64_t floor)
{
	board->old_value = value;
	board->old_floor = floor;
	board->old++;
}

/* One of them has the timer too, which mends what a killed writer left. */
static _Noreturn void read_until_told(struct scene *s, int number)
{
	struct board *board = s->board;
	struct pages *pages = pages_open(&s->conf);
	struct db_ro *db;
	uint32_t seed = (uint32_t)number * 77 + 5;
	if (place_open_ro(&s->conf, &db, &s->err) != RC_OK)
		give_up(s, "reader");
	while (!board->stop) {
		unsigned page = random_next(&seed) % PAGES;
		int64_t value, returned = board->returned, seen = board->seen, floor = returned > seen ? returned : seen;
		if (read_folder(s, page, &value))
			board->from_folder++;
		else {
			value = make_page(s, pages, db, page, random_next(&seed) % 4 == 0);
			board->made++;
		}
		if (value < floor)
			note_old(board, value, floor);
		raise_to(&board->seen, value);
		if (number == 0 && random_next(&seed) % 64 == 0)
			pages_tick(pages, clock_now_ms(), PAGES_TICK_MS);
		if (number == 0 && random_next(&seed) % 512 == 0)
			pages_sweep(pages, STR_NONE, clock_now_ms());
	}
	db_ro_close(db);
	pages_close(pages);
	_exit(0);
}

/* The play ------------------------------------------------------------------------------------ */

static void kill_at_a_random_moment(struct scene *s, enum guarding how, uint32_t *seed)
{
	int status;
	pid_t writer = fork();
	assert_true(writer >= 0);
	if (writer == 0)
		write_for_ever(s, how, random_next(seed));
	struct timespec life = { 0, (long)(random_next(seed) % 40000) * 1000 };
	nanosleep(&life, NULL);
	assert_int_equal(kill(writer, SIGKILL), 0);
	assert_int_equal(waitpid(writer, &status, 0), writer);
}

static void start_readers(struct scene *s, pid_t *readers)
{
	for (int i = 0; i < READERS; i++) {
		readers[i] = fork();
		assert_true(readers[i] >= 0);
		if (readers[i] == 0)
			read_until_told(s, i);
	}
}

static void stop_readers(struct scene *s, const pid_t *readers)
{
	int status;
	s->board->stop = true;
	for (int i = 0; i < READERS; i++)
		assert_int_equal(waitpid(readers[i], &status, 0), readers[i]);
}

/* Without the guard the folder takes pages of its first generation only: one has to be there when the first
 * commit comes. */
static void wait_for_a_page(const struct board *board, int64_t until_us)
{
	struct timespec pause = { 0, 1000 * 1000 };
	while (!board->from_folder && !board->failed && clock_monotonic_us() < until_us)
		nanosleep(&pause, NULL);
}

static bool is_done(const struct board *board, enum guarding how)
{
	return board->failed || (how != GUARDED ? board->old > 0
				 : board->commits >= COMMITS && board->from_folder >= wanted_reads);
}

static int play(struct scene *s, enum guarding how)
{
	pid_t readers[READERS];
	uint32_t seed = 20240229;
	int kills = 0;
	int64_t until_us = clock_monotonic_us() + (int64_t)LIMIT_MS * 1000;
	start_readers(s, readers);
	wait_for_a_page(s->board, until_us);
	while (!is_done(s->board, how) && clock_monotonic_us() < until_us) {
		kill_at_a_random_moment(s, how, &seed);
		kills++;
	}
	stop_readers(s, readers);
	print_message("%d kills, %lld commits, %lld reads from the folder, %lld pages made, %lld too old\n", kills,
		      (long long)s->board->commits, (long long)s->board->from_folder, (long long)s->board->made,
		      (long long)s->board->old);
	assert_false(s->board->failed);
	return kills;
}

static void no_read_is_older_than_a_commit_before_it(void **state)
{
	struct scene *s = *state;
	int kills = play(s, GUARDED);
	if (s->board->old)
		fail_msg("%lld answers too old; the last was %lld when there was %lld", (long long)s->board->old,
			 (long long)s->board->old_value, (long long)s->board->old_floor);
	assert_true(s->board->commits >= COMMITS && s->board->from_folder >= wanted_reads);
	assert_true(kills >= 10);
}

static void readers_notice_when_the_link_is_left(void **state)
{
	struct scene *s = *state;
	play(s, UNGUARDED);
	assert_true(s->board->old > 0);
}

static void readers_notice_when_the_link_goes_after_the_commit(void **state)
{
	struct scene *s = *state;
	play(s, GUARDED_LATE);
	assert_true(s->board->old > 0);
}

static int setup(void **state)
{
	struct scene *s = mem_new(sizeof *s);
	/* In memory where there is such a place: thousands of commits sync thousands of times. */
	snprintf(s->folder, sizeof s->folder, "%s/platen-test-XXXXXX", access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
	assert_non_null(mkdtemp(s->folder));
	s->conf.data_dir = s->folder;
	s->conf.url = STR("https://example.org");
	s->conf.busy_timeout_ms = 20000;
	assert_ok(place_init(&s->conf, clock_now_ms(), &s->err), &s->err);
	pages_owner(&s->conf, STR("theme"), &s->owner);
	struct pages *pages = pages_open(&s->conf);
	assert_ok(pages_claim(pages, &s->owner, clock_now_ms(), &s->err), &s->err);
	pages_close(pages);
	s->board = mmap(NULL, sizeof *s->board, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_true(s->board != MAP_FAILED);
	*state = s;
	return 0;
}

static int teardown(void **state)
{
	struct scene *s = *state;
	assert_ok(file_remove_tree(s->folder, &s->err), &s->err);
	munmap(s->board, sizeof *s->board);
	free(s);
	return 0;
}

int main(int argc, char **argv)
{
	int64_t n;
	if (argc > 1 && str_to_i64(str_of(argv[1]), &n) && n > 0)
		wanted_reads = n;
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(no_read_is_older_than_a_commit_before_it, setup, teardown),
		cmocka_unit_test_setup_teardown(readers_notice_when_the_link_is_left, setup, teardown),
		cmocka_unit_test_setup_teardown(readers_notice_when_the_link_goes_after_the_commit, setup, teardown),
	};
	return cmocka_run_group_tests_name("pages kill", tests, NULL, NULL);
}
