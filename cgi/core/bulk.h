/* bulk.h: one action on many posts: in batches, each post under the actor's rights and its own version, and
 * for a day it can be taken back.
 *
 * What is slow is made before a batch's transaction, so that nobody waits long; readers never do. A post that
 * cannot be done is named with why; the others are done. A batch that was committed stays when a later one
 * fails. */
#ifndef PLATEN_CORE_BULK_H
#define PLATEN_CORE_BULK_H

#include "base/arena.h"
#include "base/err.h"
#include "core/actor.h"
#include "core/site.h"
#include "db/db.h"
#include "store/audit.h"
#include "store/bulk.h"

#define BULK_MAX 1000          /* posts an action is done to at most */

enum bulk_action {
	BULK_PUBLISH,
	BULK_UNPUBLISH,
	BULK_TRASH,            /* editors and owners */
	BULK_RESTORE,
	BULK_DELETE,           /* for ever, of the trash; editors and owners. Nothing takes it back. */
	BULK_TAG_ADD,          /* value: the tag's name or slug */
	BULK_TAG_REMOVE,
	BULK_AUTHOR,           /* value: public id of a person; editors and owners */
	BULK_FEATURE,
	BULK_UNFEATURE,
	BULK_VISIBILITY,       /* value: public, unlisted or team */
	BULK_ACTION__MAX
};

const char *bulk_action_name(enum bulk_action action); /* "tag_add" */
/* false: there is none of that name. */
bool bulk_action_of(struct str name, enum bulk_action *out);
bool bulk_wants_value(enum bulk_action action);
enum role bulk_least(enum bulk_action action);         /* who may do it at all */

struct bulk_item {
	struct str public_id;
	int64_t version;       /* as it was seen */
};

struct bulk_call {
	const struct site *site;
	struct actor actor;    /* a person: user_id is not 0 */
	enum bulk_action action;
	struct str value;      /* as above; else STR_NONE */
	const struct bulk_item *items;
	size_t count;          /* at most BULK_MAX */
	int64_t now_ms;
	struct audit note;     /* who and where from: each batch is noted with its titles */
};

/* RC_INVALID: no such tag, person or visibility, and nothing was done; RC_DENIED: the role may not do this to any
 * post; RC_LIMIT: more than BULK_MAX. What was done and what was not is in the record with *token (bulk_get()),
 * whose `refused` has for each post "title" and "why": "denied", "changed", "gone", "trash", "not_trash", "same",
 * "cannot". */
NODISCARD enum rc bulk_do(struct db_rw *db, const struct bulk_call *call, struct arena *arena, struct str *token,
			  struct err *err);
/* Takes the action with that token back, which must be the person's last: of the call site, actor, now_ms and note
 * are looked at. Posts that were saved since stay as they are. RC_NOTFOUND: it is not there any more. */
NODISCARD enum rc bulk_undo(struct db_rw *db, const struct bulk_call *call, struct str token, struct arena *arena,
			    struct str *new_token, struct err *err);

#endif
