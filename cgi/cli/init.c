/* init.c: `platen init` and `platen migrate`: the data folder. */
#include "base/base.h"

#include "base/clock.h"
#include "cli/command.h"
#include "core/place.h"
#include "core/upgrade.h"

static int no_arguments(const struct command *command, struct command_call *call)
{
	struct command_args args = { .command = command, .call = call };
	return command_next(&args) == -1 ? EXIT_DONE : EXIT_USAGE;
}

/* An older site that its owner wants to bring up to date himself. */
static bool is_left_alone(const struct conf *conf)
{
	struct err ignored = ERR_INIT;
	bool due = false;
	return !conf->upgrade && upgrade_is_due(conf, &due, &ignored) == RC_OK && due;
}

static int run_init(struct command_call *call)
{
	struct err err = ERR_INIT;
	int applied = 0;
	if (no_arguments(&command_init, call) != EXIT_DONE)
		return EXIT_USAGE;
	if (is_left_alone(call->conf)) {
		printf("the site in %s is of an older Platen and stays so (PLATEN_UPGRADE=off); run platen migrate\n",
		       call->conf->data_dir);
		return EXIT_DONE;
	}
	if (upgrade_by_hand(call->conf, &applied, &err) != RC_OK || place_init(call->conf, clock_now_ms(), &err) != RC_OK)
		return command_fail(&err);
	printf("data folder %s is ready\n", call->conf->data_dir);
	return EXIT_DONE;
}

const struct command command_init = {
	.name = "init",
	.usage = "init",
	.summary = "Make the data folder, or complete it",
	.details = "Creates the folder named by PLATEN_DATA with its databases and brings them up to date, after a "
		   "copy of site.db; with PLATEN_UPGRADE=off an older site is left alone. Whatever is there stays: "
		   "running it again is harmless.",
	.run = run_init,
};

static int run_migrate(struct command_call *call)
{
	struct err err = ERR_INIT;
	int applied = 0, more = 0;
	if (no_arguments(&command_migrate, call) != EXIT_DONE)
		return EXIT_USAGE;
	if (upgrade_by_hand(call->conf, &applied, &err) != RC_OK || place_migrate(call->conf, clock_now_ms(), &more, &err) != RC_OK)
		return command_fail(&err);
	applied += more;
	if (applied == 0)
		puts("the databases are up to date");
	else
		printf("%d migration%s applied\n", applied, applied == 1 ? "" : "s");
	return EXIT_DONE;
}

const struct command command_migrate = {
	.name = "migrate",
	.usage = "migrate",
	.summary = "Bring the databases up to date with this program",
	.details = "Migrations only go forward, each in a transaction of its own, after a copy of site.db to "
		   "before-upgrade.db. Several processes may run this at "
		   "once. A program that is older than the databases refuses to start and says so.",
	.run = run_migrate,
};
