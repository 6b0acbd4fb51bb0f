/* command.h: the table of commands: `platen COMMAND`. The man page is made from it. */
#ifndef PLATEN_CLI_COMMAND_H
#define PLATEN_CLI_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "conf/conf.h"

/* Exit statuses: 0 done, 1 failed or found something wrong, 2 wrong usage. */
enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2 };

struct command_call {
	int argc;                 /* without the program's and the command's name */
	char **argv;
	struct conf *conf;        /* loaded, unless the command has no_conf */
	struct arena *arena;
};

struct command_option {
	const char *name;         /* "--dry-run", or "DIR" for an operand */
	const char *value;        /* "N"; NULL: a flag */
	const char *help;
};

struct command {
	const char *name;
	const char *usage;        /* "import [--dry-run] [--force] DIR" */
	const char *summary;      /* one line */
	const char *details;      /* paragraphs for the man page; may be NULL */
	const struct command_option *options; /* ends with name NULL; may be NULL */
	int (*run)(struct command_call *call); /* gives the exit status; wrote its own messages */
};

/* Every command file defines one or more of these; cli/table.c lists them. */
extern const struct command command_init, command_migrate, command_import, command_export,
	command_post, command_user, command_rebuild, command_config, command_doctor, command_help,
	command_version, command_hook, command_jobs, command_search, command_tag, command_author, command_media, command_worker;

/* Runs argv[1]; `more` are the commands that main.c brings (serve). */
int cli_main(int argc, char **argv, const struct command *const *more, size_t more_count);

/* Cursor over a command's arguments by its option table: gives the next option's index, -1 at the
 * end, -2 after having said what is wrong. Operands come as their index too. */
struct command_args {
	const struct command *command;
	struct command_call *call;
	int at;
	bool operands;       /* "--" came: what follows are no options */
	const char *value;
};
int command_next(struct command_args *args);

/* "platen: MESSAGE" on standard error; gives EXIT_FAILED. */
int command_fail(const struct err *err);
int command_usage(const struct command *command, const char *fmt, ...) PRINTF_LIKE(2, 3);

#endif
