/* backstage.h: what the admin's pages are made with: their templates, assets and phrases.
 *
 * Loaded when the first of them is asked for, so that plain CGI's other requests do not pay for it. Immutable
 * and shared by threads; SIGHUP reads it again. */
#ifndef PLATEN_WEB_BACKSTAGE_H
#define PLATEN_WEB_BACKSTAGE_H

#include "base/err.h"
#include "core/i18n.h"
#include "web/basis.h"
#include "web/skin.h"

#define BACKSTAGE_ASSETS "/admin/assets/"

struct backstage {
	unsigned refs;             /* atomic */
	struct skin *skin;
	struct i18n_set *phrases;
};

/* RC_INVALID: a template or the phrases are wrong; the message tells file and line. The caller holds *out:
 * backstage_drop(). */
NODISCARD enum rc backstage_load(const struct basis *basis, struct backstage **out, struct err *err);
struct backstage *backstage_hold(struct backstage *backstage);
void backstage_drop(struct backstage *backstage); /* NULL allowed */

#endif
