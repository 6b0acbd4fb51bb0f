/* help.c: `platen help`: the list of commands, one command's page, and the man page's source. */
#include "base/base.h"

#include "cli/table.h"
#include "conf/conf.h"

const struct command *const command_table[] = {
	&command_init, &command_migrate, &command_import, &command_export, &command_post,
	&command_search, &command_tag, &command_author, &command_user, &command_config, &command_rebuild,
	&command_media, &command_hook, &command_jobs, &command_worker, &command_doctor,
	&command_help, &command_version, NULL,
};

static const struct command *const *more_commands;
static size_t more_command_count;

void help_set_more(const struct command *const *more, size_t count)
{
	more_commands = more;
	more_command_count = count;
}

/* Serving first: it is what the program is for. */
static const struct command *command_at(size_t i)
{
	return i < more_command_count ? more_commands[i] : command_table[i - more_command_count];
}

static void print_options(const struct command *command)
{
	for (const struct command_option *o = command->options; o && o->name; o++) {
		char name[64];
		snprintf(name, sizeof name, "%s%s%s", o->name, o->value ? " " : "", o->value ? o->value : "");
		printf("  %-22s %s\n", name, o->help);
	}
}

void help_print_command(const struct command *command)
{
	printf("usage: platen %s\n\n%s.\n", command->usage, command->summary);
	if (command->options && command->options[0].name) {
		putchar('\n');
		print_options(command);
	}
	if (command->details)
		printf("\n%s\n", command->details);
}

static void print_list(void)
{
	puts("usage: platen COMMAND [ARGUMENTS]\n\nAn embedded CMS and blog engine.\n");
	for (size_t i = 0; command_at(i); i++)
		printf("  %-9s %s\n", command_at(i)->name, command_at(i)->summary);
	puts("\n`platen help COMMAND` explains one. Settings come from the environment (PLATEN_*) or a\n"
	     "platen.env file; `platen config` prints them all.");
}

/* roff: a backslash and a leading dot or quote are special. */
static void roff(const char *text)
{
	bool line_start = true;
	for (const char *p = text; *p; p++) {
		if (line_start && (*p == '.' || *p == '\''))
			fputs("\\&", stdout);
		line_start = *p == '\n';
		if (*p == '\\')
			fputs("\\e", stdout);
		else if (*p == '-')
			fputs("\\-", stdout);
		else
			putchar(*p);
	}
}

static void man_command(const struct command *command)
{
	printf(".SS \"");
	roff(command->usage);
	printf("\"\n");
	roff(command->summary);
	puts(".");
	for (const struct command_option *o = command->options; o && o->name; o++) {
		printf(".TP\n.B ");
		roff(o->name);
		if (o->value) {
			putchar(' ');
			roff(o->value);
		}
		putchar('\n');
		roff(o->help);
		putchar('\n');
	}
	if (command->details) {
		puts(".PP");
		roff(command->details);
		putchar('\n');
	}
}

static void man_settings(void)
{
	struct buf out = BUF_INIT(1u << 20);
	conf_man(&out);
	fwrite(out.bytes, 1, out.len, stdout);
	buf_release(&out);
}

static void print_man(void)
{
	puts(".\\\" Made by `platen help --man` from the tables of commands and settings.\n"
	     ".TH PLATEN 1 \"\" \"platen " PACKAGE_VERSION "\" \"User Commands\"\n"
	     ".SH NAME\nplaten, platen-cgi \\- embedded CMS and blog engine\n"
	     ".SH SYNOPSIS\n.B platen\n.I COMMAND\n.RI [ ARGUMENTS ]\n"
	     ".SH DESCRIPTION\n"
	     "Renders Markdown posts from SQLite through Mustache templates. Started by a web server with "
	     "GATEWAY_INTERFACE set it answers one request as a CGI program, and takes no command, since some "
	     "servers make arguments of a query; with a listening socket on "
	     "descriptor 0, by socket activation or by\n.B platen serve\nit speaks FastCGI. Everything else "
	     "is a command.\n.PP\n.B platen-cgi\nstands in its place as a CGI program: with PLATEN_PAGES=on it "
	     "gives finished pages by itself, which takes a third of the time, and starts\n.B platen\n"
	     "for everything else, from its own folder or else from the one where it was installed.\n"
	     ".SH COMMANDS");
	for (size_t i = 0; command_at(i); i++)
		man_command(command_at(i));
	puts(".SH ENVIRONMENT\nThe same names may stand in the file platen.env in the data folder; the "
	     "environment wins.");
	man_settings();
	puts(".SH \"EXIT STATUS\"\n0: done. 1: failed, or something is wrong. 2: wrong usage.\n"
	     ".SH SIGNALS\nSIGTERM and SIGINT finish the requests in flight and stop. SIGHUP reads settings "
	     "and themes again.");
}

static const struct command_option options[] = {
	{ "--man", NULL, "print the man page's source" },
	{ "COMMAND", NULL, "the command to explain" },
	{ 0 },
};

static int run(struct command_call *call)
{
	struct command_args args = { .command = &command_help, .call = call };
	int at = command_next(&args);
	if (at == -2)
		return EXIT_USAGE;
	if (call->argc > 1)
		return command_usage(&command_help, "unexpected argument '%s'", call->argv[1]);
	if (at == -1)
		print_list();
	else if (at == 0)
		print_man();
	else {
		for (size_t i = 0; command_at(i); i++)
			if (strcmp(command_at(i)->name, args.value) == 0) {
				help_print_command(command_at(i));
				return EXIT_DONE;
			}
		return command_usage(&command_help, "there is no command '%s'", args.value);
	}
	return EXIT_DONE;
}

const struct command command_help = {
	.name = "help",
	.usage = "help [--man | COMMAND]",
	.summary = "List the commands or explain one",
	.options = options,
	.run = run,
};

static int run_version(struct command_call *call)
{
	if (call->argc > 0)
		return command_usage(&command_version, "unexpected argument '%s'", call->argv[0]);
	puts("platen " PACKAGE_VERSION);
	return EXIT_DONE;
}

const struct command command_version = {
	.name = "version",
	.usage = "version",
	.summary = "Print the version",
	.run = run_version,
};
