/* profile.h: what readers are told about tags and authors: names, descriptions, pictures. */
#ifndef PLATEN_CORE_PROFILE_H
#define PLATEN_CORE_PROFILE_H

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "core/actor.h"
#include "core/site.h"
#include "db/db.h"

#define PROFILE_NAME_MAX_B 200
#define PROFILE_TEXT_MAX_B (64u << 10)
#define PROFILE_URL_MAX_B 2000

/* Fields that are STR_NONE stay as they are; "" empties them (not the name). */
struct profile {
	struct str name;
	struct str text;    /* Markdown: a tag's description, an author's biography */
	struct str picture; /* an address of the site or of the web */
	struct str website; /* authors only; http or https */
};

/* Whether what is given could be stored: RC_INVALID and RC_LIMIT name the field. */
NODISCARD enum rc profile_check(const struct profile *change, struct err *err);
/* Change the tag or author with that slug. RC_NOTFOUND; RC_INVALID and RC_LIMIT name the field;
 * RC_DENIED: editors and owners change tags, authors themselves and owners change authors. The text is
 * rendered here, with raw HTML filtered. */
NODISCARD enum rc profile_change_tag(struct db_tx *tx, const struct site *site, struct actor actor, struct str slug,
				     const struct profile *change, int64_t now_ms, struct err *err);
NODISCARD enum rc profile_change_author(struct db_tx *tx, const struct site *site, struct actor actor,
					struct str slug, const struct profile *change, int64_t now_ms,
					struct err *err);

#endif
