/* table.h: every command, and the texts made from the table: help and the man page. */
#ifndef PLATEN_CLI_TABLE_H
#define PLATEN_CLI_TABLE_H

#include <stddef.h>

#include "cli/command.h"

extern const struct command *const command_table[]; /* ends with NULL; in the order of the help */

void help_print_command(const struct command *command); /* usage, summary, options, details */
/* Commands that main() brings, listed after the table's. */
void help_set_more(const struct command *const *more, size_t count);

#endif
