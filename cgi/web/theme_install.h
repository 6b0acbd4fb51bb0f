/* theme_install.h: themes of the data folder: one that was sent takes its place, whole or not at all; and goes. */
#ifndef PLATEN_WEB_THEME_INSTALL_H
#define PLATEN_WEB_THEME_INSTALL_H

#include "base/arena.h"
#include "base/err.h"
#include "conf/conf.h"
#include "tmpl/theme.h"

/* Unpacks the ZIP archive `fd` beside the themes, checks it as the site would load it, and puts it in its place:
 * *name is that of its folder, or of the archive `file_name`, in small letters. Nothing is left after a failure.
 * RC_EXISTS: there is one, and not `replace`; or a built-in one has the name. RC_INVALID, RC_LIMIT: the archive, or
 * the theme; `report` then has what is wrong with its templates, in `arena`, and may be empty: `err` tells. */
NODISCARD enum rc theme_install(const struct conf *conf, int fd, struct str file_name, bool replace,
				struct arena *arena, struct str *name, struct theme_report *report, struct err *err);

/* Removes a theme of the data folder. RC_NOTFOUND: it has no such one. */
NODISCARD enum rc theme_remove(const struct conf *conf, struct str name, struct arena *arena, struct err *err);

/* Opens a new ZIP archive of the theme's folder `dir` that has no name; the caller closes *fd. */
NODISCARD enum rc theme_pack(const struct conf *conf, const char *dir, struct arena *arena, int *fd, struct err *err);

#endif
