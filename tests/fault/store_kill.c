/* store_kill.c: writers are killed at random moments during a thousand commits; every acknowledged one
 * is there afterwards. Usage: store_kill [COMMITS] */
#include "store_fault.h"

#include <signal.h>

static int wanted = 1000;

static void every_acknowledged_commit_survives_the_kill(void **state)
{
	struct fixture *f = *state;
	int64_t commits = 0, kills = 0;
	uint32_t seed = 99;
	assert_ok(db_migrate(f->path, &schema_site, PROGRAM, NOW, NULL, &f->err), &f->err);
	while (commits < wanted) {
		int report[2], status;
		int64_t id, last = 0;
		assert_int_equal(pipe(report), 0);
		pid_t child = fork();
		assert_true(child >= 0);
		if (child == 0) {
			close(report[0]);
			fault_write(f, NULL, report[1]);
		}
		close(report[1]);
		/* The writer goes on while this process reads and spins: the kill meets it anywhere. */
		seed = seed * 1664525u + 1013904223u;
		for (uint32_t n = (seed >> 8) % 25; n > 0 && read(report[0], &id, sizeof id) == sizeof id; n--) {
			last = id;
			commits++;
		}
		for (volatile uint32_t spin = (seed >> 4) % 2000000; spin > 0; spin--)
			;
		assert_int_equal(kill(child, SIGKILL), 0);
		while (read(report[0], &id, sizeof id) == sizeof id) {
			last = id;
			commits++;
		}
		close(report[0]);
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
		assert_true(fault_check(f) >= last);
		kills++;
	}
	print_message("%lld kills, %lld commits, none lost\n", (long long)kills, (long long)commits);
}

static int setup(void **state)
{
	struct fixture *f = mem_new(sizeof *f);
	fixture_folder(f);
	*state = f;
	return 0;
}

int main(int argc, char **argv)
{
	int64_t n;
	if (argc > 1 && str_to_i64(str_of(argv[1]), &n) && n > 0 && n < 10000000)
		wanted = (int)n;
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(every_acknowledged_commit_survives_the_kill, setup, fixture_teardown),
	};
	return cmocka_run_group_tests_name("store kill", tests, NULL, NULL);
}
