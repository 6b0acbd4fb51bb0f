/* theme_stage.h: the site in another theme than it has, for one person and one request.
 *
 * The pages of the site are made as always, of another edition: its theme and settings are those that are
 * tried, and its mount is longer, so that its links and assets stay below the preview. Nothing of it is kept
 * for anybody, and its pages run no script. */
#ifndef PLATEN_WEB_THEME_STAGE_H
#define PLATEN_WEB_THEME_STAGE_H

#include "web/visit.h"

/* Answers with what the site has at `path`. `settings`: as JSON, in place of those of the theme that are
 * stored; STR_NONE: those. Below `prefix`, a path of the site, the preview's own addresses are. RC_NOTFOUND:
 * no such theme; RC_INVALID: it does not load. What a page of the site fails with is answered here. */
NODISCARD enum rc theme_stage_answer(struct visit *v, struct str theme, struct str settings, struct str prefix,
				     struct str path, struct err *err);

#endif
