/* hook.h: `platen hook send`, which is a file of its own. Internal to cli/. */
#ifndef PLATEN_CLI_HOOK_H
#define PLATEN_CLI_HOOK_H

#include "cli/command.h"
#include "core/hook_send.h"

struct hook_message {
	struct str where;        /* a task or an address; STR_NONE: all tasks */
	struct str data;         /* JSON object; STR_NONE: none */
	struct str body;         /* the exact body instead; STR_NONE */
	struct str id;           /* STR_NONE: a new one */
	bool dry_run;
	int64_t wait_s;          /* how long to try */
};

/* Sends it until it is taken, refused for good, or the time is over; prints the rows of the answer. An
 * error unless everything was done. */
NODISCARD enum rc hook_send_and_print(struct command_call *call, const struct webhook_keys *keys,
				      const struct hook_message *message, struct err *err);

#endif
