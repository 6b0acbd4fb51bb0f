/* db_migrate.c: tests of schema steps: order, races, failures, versions. */
#include "store_fixture.h"

#include <sys/wait.h>

#define FIRST { 1, "0001_first", "-- a comment\n-- min_program: 0.1.0\nCREATE TABLE a (x INTEGER) STRICT;" }
#define SECOND { 2, "0002_second", "-- min_program: 0.2.0\nCREATE TABLE b (x INTEGER) STRICT;" }

static const struct db_step one[] = { FIRST };
static const struct db_step two[] = { FIRST, SECOND };
static const struct db_step other[] = { { 1, "0001_first", "CREATE TABLE a (y INTEGER) STRICT;" } };
static const struct db_step broken[] = { FIRST, { 2, "0002_broken",
	"CREATE TABLE b (x INTEGER) STRICT; INSERT INTO a VALUES (1); INSERT INTO nowhere VALUES (1);" } };
static const struct db_schema schema_one = { "test", one, 1 }, schema_two = { "test", two, 2 },
	schema_other = { "test", other, 1 }, schema_broken = { "test", broken, 2 };

static int setup(void **state)
{
	struct fixture *f = mem_new(sizeof *f);
	fixture_folder(f);
	*state = f;
	return 0;
}

#define migrate_test(name) cmocka_unit_test_setup_teardown(name, setup, fixture_teardown)

static void open_db(struct fixture *f)
{
	assert_ok(db_rw_open(f->path, NULL, &f->db, &f->err), &f->err);
	f->ro = db_rw_ro(f->db);
}

static void steps_are_applied_once_and_in_order(void **state)
{
	struct fixture *f = *state;
	struct db_migrated done;
	assert_ok(db_migrate(f->path, &schema_one, "0.1.0", NOW, &done, &f->err), &f->err);
	assert_int_equal(done.before, 0);
	assert_int_equal(done.after, 1);
	assert_ok(db_migrate(f->path, &schema_two, "0.2.0", NOW, &done, &f->err), &f->err);
	assert_int_equal(done.before, 1);
	assert_int_equal(done.after, 2);
	assert_ok(db_migrate(f->path, &schema_two, "0.2.0", NOW, &done, &f->err), &f->err);
	assert_int_equal(done.before, 2);
	open_db(f);
	assert_int_equal(fixture_number(f, "SELECT count(*) FROM migration"), 2);
	assert_ok(db_schema_check(f->ro, &schema_two, "0.2.0", &f->err), &f->err);
}

static void an_unmigrated_database_says_what_to_do(void **state)
{
	struct fixture *f = *state;
	FILE *file = fopen(f->path, "w");
	fclose(file);
	open_db(f);
	assert_int_equal(db_schema_check(f->ro, &schema_one, "0.1.0", &f->err), RC_UNSUPPORTED);
	assert_non_null(strstr(f->err.msg, "run platen migrate"));
	db_rw_close(f->db);
	assert_ok(db_migrate(f->path, &schema_one, "0.2.0", NOW, NULL, &f->err), &f->err);
	open_db(f);
	assert_int_equal(db_schema_check(f->ro, &schema_two, "0.2.0", &f->err), RC_UNSUPPORTED);
	assert_non_null(strstr(f->err.msg, "run platen migrate"));
}

static void a_program_that_is_too_old_is_refused(void **state)
{
	struct fixture *f = *state;
	assert_ok(db_migrate(f->path, &schema_two, "0.10.0", NOW, NULL, &f->err), &f->err);
	assert_int_equal(db_migrate(f->path, &schema_one, "0.1.9", NOW, NULL, &f->err), RC_UNSUPPORTED);
	assert_non_null(strstr(f->err.msg, "at least version 0.2.0, this is 0.1.9"));
	open_db(f);
	assert_int_equal(db_schema_check(f->ro, &schema_one, "0.1.9", &f->err), RC_UNSUPPORTED);
	/* Schemas only expand: an older program within min_program goes on. */
	assert_ok(db_schema_check(f->ro, &schema_one, "0.2.0", &f->err), &f->err);
}

static void a_step_that_differs_from_what_was_applied_is_refused(void **state)
{
	struct fixture *f = *state;
	assert_ok(db_migrate(f->path, &schema_one, "0.1.0", NOW, NULL, &f->err), &f->err);
	assert_int_equal(db_migrate(f->path, &schema_other, "0.1.0", NOW, NULL, &f->err), RC_CORRUPT);
	assert_non_null(strstr(f->err.msg, "0001_first"));
}

static void a_step_that_fails_leaves_the_old_state(void **state)
{
	struct fixture *f = *state;
	assert_int_not_equal(db_migrate(f->path, &schema_broken, "0.1.0", NOW, NULL, &f->err), RC_OK);
	assert_non_null(strstr(f->err.msg, "step 0002_broken"));
	open_db(f);
	assert_int_equal(fixture_number(f, "SELECT count(*) FROM migration"), 1);
	assert_int_equal(fixture_number(f, "SELECT count(*) FROM a"), 0);
	assert_int_equal(fixture_number(f, "SELECT count(*) FROM sqlite_schema WHERE name = 'b'"), 0);
}

static void processes_that_start_at_once_apply_each_step_once(void **state)
{
	struct fixture *f = *state;
	for (int round = 0; round < 5; round++) {
		pid_t children[4];
		snprintf(f->path, sizeof f->path, "%s/race-%d.db", f->folder, round);
		for (size_t i = 0; i < COUNT_OF(children); i++) {
			children[i] = fork();
			if (children[i] == 0) {
				struct err err = ERR_INIT;
				enum rc rc = db_migrate(f->path, &schema_site, PROGRAM, NOW, NULL, &err);
				if (rc != RC_OK)
					fprintf(stderr, "%s\n", err.msg);
				_exit(rc == RC_OK ? 0 : 1);
			}
		}
		for (size_t i = 0; i < COUNT_OF(children); i++) {
			int status;
			assert_int_equal(waitpid(children[i], &status, 0), children[i]);
			assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
		}
		open_db(f);
		assert_int_equal(fixture_number(f, "SELECT count(*) FROM migration"), schema_site.count);
		assert_int_equal(fixture_number(f, "SELECT count(*) FROM counter WHERE name = 'public_seq'"), 1);
		db_rw_close(f->db);
		f->db = NULL;
	}
}

static void both_schemas_of_the_program_apply(void **state)
{
	struct fixture *f = *state;
	char traffic[128];
	snprintf(traffic, sizeof traffic, "%s/traffic.db", f->folder);
	assert_ok(db_migrate(f->path, &schema_site, PROGRAM, NOW, NULL, &f->err), &f->err);
	assert_ok(db_migrate(traffic, &schema_traffic, PROGRAM, NOW, NULL, &f->err), &f->err);
	open_db(f);
	assert_ok(db_schema_check(f->ro, &schema_site, PROGRAM, &f->err), &f->err);
}

static void a_new_database_is_private_to_its_owner(void **state)
{
	struct fixture *f = *state;
	struct stat st;
	assert_ok(db_migrate(f->path, &schema_one, "0.1.0", NOW, NULL, &f->err), &f->err);
	assert_int_equal(stat(f->path, &st), 0);
	assert_int_equal(st.st_mode & 0177, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		migrate_test(steps_are_applied_once_and_in_order),
		migrate_test(an_unmigrated_database_says_what_to_do),
		migrate_test(a_program_that_is_too_old_is_refused),
		migrate_test(a_step_that_differs_from_what_was_applied_is_refused),
		migrate_test(a_step_that_fails_leaves_the_old_state),
		migrate_test(processes_that_start_at_once_apply_each_step_once),
		migrate_test(both_schemas_of_the_program_apply),
		migrate_test(a_new_database_is_private_to_its_owner),
	};
	return cmocka_run_group_tests_name("db migrate", tests, NULL, NULL);
}
