/* env_file.h: files of NAME=VALUE lines, as shells and systemd read them. Internal to conf/. */
#ifndef PLATEN_CONF_ENV_FILE_H
#define PLATEN_CONF_ENV_FILE_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

#define ENV_FILE_MAX_B (256u << 10)

/* Lines are NAME=VALUE, empty, or comments ('#'); "export " in front is allowed. A value may stand in
 * single quotes (as it is) or double quotes (\" \\ \$ \` \n escaped); without quotes it ends before
 * " #" and without blanks at its ends. `take` gets each pair and "FILE:LINE"; its failure ends the
 * reading. RC_INVALID names file and line. Values live in `arena`. */
NODISCARD enum rc env_file_parse(struct str text, const char *file, struct arena *arena,
				 enum rc (*take)(void *ctx, struct str name, struct str value, const char *where),
				 void *ctx, struct err *err);

#endif
