/* cli_command.c: tests of how the arguments of a command are read. */
#include "unit.h"

#include "cli/command.h"

enum { OPT_FLAG, OPT_NUMBER, OPT_FILE };

static const struct command_option options[] = {
	[OPT_FLAG] = { "--flag", NULL, "a flag" },
	[OPT_NUMBER] = { "--number", "N", "an option with a value" },
	[OPT_FILE] = { "FILE", NULL, "an operand" },
	{ 0 },
};

static const struct command command = { .name = "test", .usage = "test [--flag] [--number N] FILE", .options = options };

/* What the words are taken for: "flag", "number=N", "file=WORD" with blanks between, "wrong" at the end. */
static void assert_read(const char *const *words, const char *expected)
{
	char *argv[8], got[200] = "";
	struct command_call call = { .argv = argv };
	struct command_args args = { .command = &command, .call = &call };
	int at;
	for (; words[call.argc]; call.argc++)
		argv[call.argc] = (char *)(uintptr_t)words[call.argc];
	while ((at = command_next(&args)) >= 0) {
		size_t n = strlen(got);
		snprintf(got + n, sizeof got - n, "%s%s%s", n ? " " : "",
			 at == OPT_FLAG ? "flag" : at == OPT_NUMBER ? "number=" : "file=", args.value ? args.value : "");
	}
	if (at == -2)
		snprintf(got + strlen(got), sizeof got - strlen(got), "%swrong", got[0] ? " " : "");
	assert_string_equal(got, expected);
}

static void words_are_options_values_or_operands(void **state)
{
	static const struct { const char *words[6], *expected; } cases[] = {
		{ { NULL }, "" },
		{ { "--flag", "a", NULL }, "flag file=a" },
		{ { "--number", "3", "a", NULL }, "number=3 file=a" },
		{ { "--number=3", NULL }, "number=3" },
		{ { "--number=", NULL }, "number=" },
		{ { "--number", "--flag", NULL }, "number=--flag" },
		{ { "-", NULL }, "file=-" },
		{ { "--", "--flag", "-x", "--", NULL }, "file=--flag file=-x file=--" },
		{ { "--flag", "--", NULL }, "flag" },
		{ { "--number", "--", "--flag", NULL }, "number=-- flag" },
		{ { "--flag=1", NULL }, "wrong" },
		{ { "--flags", NULL }, "wrong" },
		{ { "--fla", NULL }, "wrong" },
		{ { "a", "--number", NULL }, "file=a wrong" },
		{ { "-x", NULL }, "wrong" },
	};
	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		assert_read(cases[i].words, cases[i].expected);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(words_are_options_values_or_operands) };
	return cmocka_run_group_tests_name("cli command", tests, NULL, NULL);
}
