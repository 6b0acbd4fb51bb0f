/* rebuild.h: everything derived, derived again, as commands do it. */
#ifndef PLATEN_CLI_REBUILD_H
#define PLATEN_CLI_REBUILD_H

#include "cli/command.h"
#include "core/rebuild.h"

/* rebuild_all() with a progress bar and the settings and phrases of now. */
NODISCARD enum rc rebuild_now(struct command_call *call, struct db_rw *db, struct rebuild_counts *out,
			      struct err *err);
/* Says what could not be rendered, on standard error; gives the exit status. */
int rebuild_tell(const struct rebuild_counts *counts);

#endif
