/* settings.h: what an editor changes about the site: one table of every site setting.
 *
 * Process settings (addresses, folders, limits) are in conf/; these live in site.db and take effect
 * with the commit that changes them. */
#ifndef PLATEN_CORE_SETTINGS_H
#define PLATEN_CORE_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "core/actor.h"
#include "db/db.h"

enum setting_type {
	SETTING_TEXT,      /* one line */
	SETTING_LONG,      /* several lines, Markdown or HTML */
	SETTING_BOOL,      /* "true" or "false" */
	SETTING_INT,
	SETTING_CHOICE,
	SETTING_LANG,      /* a language tag, BCP 47 */
	SETTING_TIMEZONE,  /* an IANA zone name */
	SETTING_PERMALINK, /* see address.h */
	SETTING_MENU,      /* JSON: list of {label, url, children} */
	SETTING_LINKS,     /* JSON: list of {name, label, url} */
	SETTING_OBJECT,    /* JSON object */
	SETTING_SECRET,    /* never printed */
	SETTING_TYPE__MAX
};

struct setting_def {
	const char *key;
	enum setting_type type;
	const char *fallback;        /* value while nobody has set one */
	int64_t min, max;            /* SETTING_INT: range; texts: max is the length in bytes */
	const char *const *choices;  /* SETTING_CHOICE: NULL-terminated */
	const char *help;
};

/* The table; *count entries, sorted by key. */
const struct setting_def *settings_table(size_t *count);
const struct setting_def *setting_find(struct str key); /* NULL: unknown */

/* RC_INVALID with a message that names the key, the value and what is allowed. */
NODISCARD enum rc setting_check(const struct setting_def *def, struct str value, struct err *err);

/* Checks and writes one setting. RC_INVALID: unknown key or bad value. Owners only: RC_DENIED.
 * What depends on the setting (permalinks, rendered HTML) follows by rebuild_all(): *rebuild tells. */
NODISCARD enum rc setting_change(struct db_tx *tx, struct actor actor, struct str key, struct str value,
				 int64_t now_ms, bool *rebuild, struct err *err);

/* Where a menu or a profile may lead: the web or the site itself. Templates let no other scheme through
 * into an address (mailto: becomes "#"), so that it is refused here with a message instead. */
bool url_is_harmless(struct str url);

#endif
