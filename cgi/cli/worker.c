/* worker.c: `platen worker`: does jobs and calls the site's cronhooks. */
#include "base/base.h"

#include <unistd.h>

#include "cli/command.h"
#include "work/crew.h"
#include "work/worker.h"

enum { OPT_LIGHT, OPT_HEAVY };

static const struct command_option options[] = {
	{ "--light", "N", "threads for jobs that wait for others or are short: mail, webhooks; default 2" },
	{ "--heavy", "N", "threads for jobs that keep a processor busy: images; default 1" },
	{ NULL, NULL, NULL },
};

static bool read_threads(const char *text, unsigned *out)
{
	int64_t number;
	if (!str_to_i64(str_of(text), &number) || number < 1 || number > CREW_THREADS_MAX) {
		command_usage(&command_worker, "'%s' is not a number from 1 to %d", text, CREW_THREADS_MAX);
		return false;
	}
	*out = (unsigned)number;
	return true;
}

static int run(struct command_call *call)
{
	struct command_args args = { .command = &command_worker, .call = call };
	struct worker_options wanted = { .light = 2, .heavy = 1 };
	struct err err = ERR_INIT;
	for (int option; (option = command_next(&args)) != -1;)
		if (option == -2 || !read_threads(args.value, option == OPT_LIGHT ? &wanted.light : &wanted.heavy))
			return EXIT_USAGE;
	mem_for_threads();
	enum rc rc = worker_run(call->conf, &wanted, &err);
	if (rc == RC_OK)
		return EXIT_DONE;
	int status = command_fail(&err);
	if (rc == RC_TIMEOUT) /* threads still use what would be taken away */
		_exit(status);
	return status;
}

const struct command command_worker = {
	.name = "worker",
	.usage = "worker [--light N] [--heavy N]",
	.summary = "Do jobs, and call the cronhooks when they are due",
	.details = "Runs until SIGTERM, which lets jobs that run end first, for PLATEN_GRACE; what has not ended then is given "
		   "back and done by another worker, or by this one when it is started again.\n\n"
		   "Maintenance is called for at the times of the setting cron, by the clocks of the setting timezone, as any "
		   "other cron would: by signed messages to the site itself, found at PLATEN_CRON_URL or PLATEN_URL. What came due "
		   "while no worker was there is done once. Several workers may run, also on a site that is being restarted: one of "
		   "them calls, and another takes its place within ten seconds when it dies. All of them do jobs.\n\n"
		   "A service manager is told of start and stop, and that the worker is alive, where NOTIFY_SOCKET and WATCHDOG_USEC "
		   "are set. Without any worker the cronhook jobs does what is due.",
	.options = options,
	.run = run,
};
