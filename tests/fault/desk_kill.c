/* desk_kill.c: the program is killed while texts that nobody has saved are kept: whatever was acknowledged is
 * there afterwards, and whole. Usage: desk_kill [KEEPS] */
#include "../unit/store_fixture.h"

#include "core/desk.h"

#include <signal.h>
#include <sys/wait.h>

#define WRITER 1

static int wanted = 600;

/* "17 17 17 ...": a text that was cut or mixed is seen. */
static struct str text_of(struct fixture *f, int64_t n)
{
	struct buf text = BUF_INIT(64 << 10);
	for (int64_t i = 0; i < 200 + n % 700; i++)
		buf_printf(&text, "%lld ", (long long)n);
	struct str kept = arena_str(&f->arena, buf_view(&text));
	buf_release(&text);
	return kept;
}

/* In the child: keeps one text after the other, and reports each when it is acknowledged. */
_Noreturn static void type(struct fixture *f, int64_t from, int report)
{
	struct db_rw *db;
	struct actor actor = { WRITER, ROLE_AUTHOR };
	if (db_rw_open(f->path, NULL, &db, &f->err) != RC_OK)
		_exit(1);
	for (int64_t n = from;; n++) {
		struct autosave kept = { .key = STR("new"), .version = n, .saved_ms = NOW + n, .title = STR("T"),
					 .fields = STR("{}"), .markdown = text_of(f, n) };
		if (desk_autosave(db, actor, &kept, NOW + n - 1, &f->err) != RC_OK)
			_exit(1);
		arena_reset(&f->arena);
		if (write(report, &n, sizeof n) != sizeof n)
			_exit(1);
	}
}

static int64_t kept_now(struct fixture *f)
{
	struct db_rw *db;
	struct autosave kept;
	assert_ok(db_rw_open(f->path, NULL, &db, &f->err), &f->err);
	enum rc rc = autosave_get(db_rw_ro(db), WRITER, STR("new"), &f->arena, &kept, &f->err);
	db_rw_close(db);
	if (rc == RC_NOTFOUND)
		return 0;
	assert_ok(rc, &f->err);
	assert_true(str_eq(kept.markdown, text_of(f, kept.version)));
	return kept.version;
}

static void every_acknowledged_text_survives_the_kill(void **state)
{
	struct fixture *f = *state;
	int64_t done = 0, kills = 0;
	uint32_t seed = 7;
	db_rw_close(f->db);
	f->db = NULL;
	while (done < wanted) {
		int report[2];
		int64_t n, last = done;
		assert_int_equal(pipe(report), 0);
		pid_t child = fork();
		assert_true(child >= 0);
		if (child == 0) {
			close(report[0]);
			type(f, done + 1, report[1]);
		}
		close(report[1]);
		seed = seed * 1664525u + 1013904223u;
		for (uint32_t i = (seed >> 8) % 25; i > 0 && read(report[0], &n, sizeof n) == sizeof n; i--)
			last = n;
		for (volatile uint32_t spin = (seed >> 4) % 1000000; spin > 0; spin--)
			;
		assert_int_equal(kill(child, SIGKILL), 0);
		while (read(report[0], &n, sizeof n) == sizeof n)
			last = n;
		close(report[0]);
		int status;
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
		done = kept_now(f);
		assert_true(done >= last && done <= last + 1);
		arena_reset(&f->arena);
		kills++;
	}
	print_message("%lld kills, %lld texts, none lost\n", (long long)kills, (long long)done);
}

static int setup(void **state)
{
	int64_t id;
	struct user user = { .public_id = STR("u"), .role = STR(USER_ROLE_AUTHOR), .name = STR("U"), .slug = STR("u"),
			     .created_ms = NOW, .updated_ms = NOW };
	(void)fixture_setup(state);
	struct fixture *f = *state;
	struct db_tx *tx = fixture_begin(f);
	assert_ok(user_insert(tx, &user, &id, &f->err), &f->err);
	assert_int_equal(id, WRITER);
	assert_ok(db_commit(tx, &f->err), &f->err);
	return 0;
}

int main(int argc, char **argv)
{
	int64_t n;
	if (argc > 1 && str_to_i64(str_of(argv[1]), &n) && n > 0 && n < 10000000)
		wanted = (int)n;
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(every_acknowledged_text_survives_the_kill, setup, fixture_teardown),
	};
	return cmocka_run_group_tests_name("desk kill", tests, NULL, NULL);
}
