/* theme_install.h: themes of the data folder: one that was sent takes its place, whole or not at all; and goes. */
#ifndef PLATEN_WEB_THEME_INSTALL_H
#define PLATEN_WEB_THEME_INSTALL_H

#include "base/arena.h"
#include "base/err.h"
#include "conf/conf.h"
#include "tmpl/theme.h"

/* One that was unpacked beside the themes and is none yet; texts live in the arena. */
struct theme_arrival {
	struct str name;        /* of its folder, or of the archive, in small letters */
	const char *fresh;      /* its folder, in `work` */
	const char *work;       /* all that was made for it; NULL: nothing */
	bool replace;
};

/* Unpacks the ZIP archive `fd`, named `file_name`, and checks it as the site would load it. The caller ends it with
 * theme_place() or theme_forget(); after a failure there is nothing to end.
 * RC_EXISTS: there is one, and not `replace`; or a built-in one has the name. RC_INVALID, RC_LIMIT: the archive, or
 * the theme; `report` then has what is wrong with its templates, in `arena`, and may be empty: `err` tells. */
NODISCARD enum rc theme_unpack(const struct conf *conf, int fd, struct str file_name, bool replace, struct arena *arena,
			       struct theme_arrival *out, struct theme_report *report, struct err *err);
/* Puts it in its place, at once. What is there stays as it was after a failure. RC_EXISTS as above. */
NODISCARD enum rc theme_place(const struct conf *conf, const struct theme_arrival *arrival, struct arena *arena,
			      struct err *err);
void theme_forget(const struct theme_arrival *arrival);

/* Removes a theme of the data folder. RC_NOTFOUND: it has no such one. */
NODISCARD enum rc theme_remove(const struct conf *conf, struct str name, struct arena *arena, struct err *err);

/* Opens a new ZIP archive of the theme's folder `dir` that has no name; the caller closes *fd. */
NODISCARD enum rc theme_pack(const struct conf *conf, const char *dir, struct arena *arena, int *fd, struct err *err);

#endif
