/* command.c: runs a command of the table and reads its arguments. */
#include "base/base.h"

#include <stdarg.h>
#include <unistd.h>

#include "base/log.h"
#include "cli/command.h"
#include "cli/table.h"

static const struct command *find(const char *name, const struct command *const *more, size_t more_count)
{
	for (size_t i = 0; i < more_count; i++)
		if (strcmp(more[i]->name, name) == 0)
			return more[i];
	for (size_t i = 0; command_table[i]; i++)
		if (strcmp(command_table[i]->name, name) == 0)
			return command_table[i];
	return NULL;
}

int command_fail(const struct err *err)
{
	fprintf(stderr, "platen: %s\n", err->msg);
	return EXIT_FAILED;
}

int command_usage(const struct command *command, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	fputs("platen: ", stderr);
	vfprintf(stderr, fmt, ap);
	fprintf(stderr, "\nusage: platen %s\n", command->usage);
	va_end(ap);
	return EXIT_USAGE;
}

int command_next(struct command_args *args)
{
	struct command_call *call = args->call;
	if (!args->operands && args->at < call->argc && strcmp(call->argv[args->at], "--") == 0) {
		args->operands = true;
		args->at++;
	}
	if (args->at >= call->argc)
		return -1;
	char *word = call->argv[args->at++];
	bool option = !args->operands && word[0] == '-' && word[1] != '\0';
	const char *equals = option ? strchr(word, '=') : NULL;
	size_t name_len = equals ? (size_t)(equals - word) : strlen(word);
	const struct command_option *table = args->command->options;
	for (int i = 0; table && table[i].name; i++) {
		const struct command_option *o = &table[i];
		if (!option && o->name[0] != '-') {
			args->value = word;
			return i;
		}
		if (!option || strlen(o->name) != name_len || strncmp(o->name, word, name_len) != 0)
			continue;
		if (!o->value && equals) {
			command_usage(args->command, "%s takes no value", o->name);
			return -2;
		}
		args->value = equals ? equals + 1 : NULL;
		if (o->value && !equals) {
			if (args->at >= call->argc) {
				command_usage(args->command, "%s needs a value: %s", o->name, o->value);
				return -2;
			}
			args->value = call->argv[args->at++];
		}
		return i;
	}
	command_usage(args->command, option ? "unknown option '%s'" : "unexpected argument '%s'", word);
	return -2;
}

static int run(const struct command *command, int argc, char **argv)
{
	struct arena arena;
	struct conf conf = { 0 };
	struct err err = ERR_INIT;
	struct command_call call = { .argc = argc, .argv = argv, .conf = &conf, .arena = &arena };
	arena_init(&arena, (size_t)1 << 30);
	int status;
	if (conf_load(NULL, &conf, &err) != RC_OK) {
		status = command_fail(&err);
	} else {
		log_setup((enum log_level)conf.log_level, (enum log_format)conf.log_format);
		log_to_file(conf.log_file);
		status = command->run(&call);
	}
	conf_release(&conf);
	arena_release(&arena);
	return status;
}

/* What could not be printed was not done: a full disk behind a pipe or a file. */
static int finish(int status)
{
	if ((fflush(stdout) != 0 || ferror(stdout)) && status == EXIT_DONE) {
		fputs("platen: cannot write to standard output\n", stderr);
		return EXIT_FAILED;
	}
	return status;
}

int cli_main(int argc, char **argv, const struct command *const *more, size_t more_count)
{
	const char *name = argc > 1 ? argv[1] : "help";
	if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0)
		name = "help";
	if (strcmp(name, "--version") == 0)
		name = "version";
	const struct command *command = find(name, more, more_count);
	if (!command) {
		fprintf(stderr, "platen: there is no command '%s'; `platen help` lists them\n", name);
		return EXIT_USAGE;
	}
	/* `platen import --help` explains import. */
	for (int i = 2; i < argc; i++) {
		if (strcmp(argv[i], "--") == 0)
			break;
		if (strcmp(argv[i], "--help") == 0) {
			help_print_command(command);
			return finish(EXIT_DONE);
		}
	}
	help_set_more(more, more_count);
	if (command == &command_help || command == &command_version) {
		struct command_call call = { .argc = argc > 2 ? argc - 2 : 0, .argv = argv + 2 };
		return finish(command->run(&call));
	}
	return finish(run(command, argc - 2, argv + 2));
}
