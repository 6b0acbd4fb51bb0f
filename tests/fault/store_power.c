/* store_power.c: the power fails at random writes; every acknowledged commit is there afterwards.
 * Usage: store_power [ROUNDS] */
#include "store_fault.h"

#include "lossy_vfs.h"

static int rounds = 120;

/* Runs writers until the power has failed `rounds` times; how many acknowledged commits were lost. */
static int fail_power(struct fixture *f, const struct db_options *opt, int64_t *commits)
{
	int lost = 0;
	*commits = 0;
	assert_ok(db_migrate(f->path, &schema_site, PROGRAM, NOW, NULL, &f->err), &f->err);
	for (int round = 0; round < rounds; round++) {
		int report[2], status;
		int64_t id, last = 0, max = 0;
		assert_int_equal(pipe(report), 0);
		pid_t child = fork();
		assert_true(child >= 0);
		if (child == 0) {
			close(report[0]);
			lossy_begin(1 + (round * 7919L) % 3000, round % 3 != 0, (uint32_t)round + 1);
			fault_write(f, opt, report[1]);
		}
		close(report[1]);
		while (read(report[0], &id, sizeof id) == sizeof id) {
			last = id;
			(*commits)++;
		}
		close(report[0]);
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFEXITED(status) && WEXITSTATUS(status) == LOSSY_EXIT);
		max = fault_check(f);
		lost += max < last;
	}
	return lost;
}

static void no_acknowledged_commit_is_lost(void **state)
{
	struct fixture *f = *state;
	struct db_options opt = { .vfs = "lossy" };
	int64_t commits;
	assert_int_equal(fail_power(f, &opt, &commits), 0);
	print_message("%d power failures, %lld commits, none lost\n", rounds, (long long)commits);
	assert_true(commits > rounds);
}

/* The same without a sync at each commit, as traffic.db has it: commits get lost and the file stays
 * whole. This shows that the disk above does lose things. */
static void without_syncing_commits_are_lost_but_the_file_is_whole(void **state)
{
	struct fixture *f = *state;
	struct db_options opt = { .vfs = "lossy", .relaxed = true };
	int64_t commits;
	rounds = rounds / 3 + 10;
	assert_true(fail_power(f, &opt, &commits) > 0);
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
	int64_t wanted;
	if (argc > 1 && str_to_i64(str_of(argv[1]), &wanted) && wanted > 0 && wanted < 1000000)
		rounds = (int)wanted;
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(no_acknowledged_commit_is_lost, setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(without_syncing_commits_are_lost_but_the_file_is_whole, setup,
						fixture_teardown),
	};
	return cmocka_run_group_tests_name("store power", tests, NULL, NULL);
}
