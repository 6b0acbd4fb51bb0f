/* bulk.h: one action on many posts: in batches, each post under the actor's rights and its own version, and
 * for a day it can be taken back.
 *
 * What is slow is made before a batch's transaction, so that nobody waits long; readers never do. A post that
 * cannot be done is named with why; the others are done. A batch that was committed stays when a later one
 * fails.
 *
 * A few are done at once. Many are a job (job_bulk.c): which posts, in which version, is a list in a file
 * (bulk_list.h), and how far it is stands in the action's record, written with each batch, so that a job that was
 * killed goes on behind the last one. */
#ifndef PLATEN_CORE_BULK_H
#define PLATEN_CORE_BULK_H

#include "base/arena.h"
#include "base/err.h"
#include "base/json.h"
#include "conf/conf.h"
#include "core/actor.h"
#include "core/site.h"
#include "db/db.h"
#include "store/audit.h"
#include "store/bulk.h"
#include "store/job.h"

#define BULK_AT_ONCE 200       /* posts that a request does itself */
#define BULK_MAX 100000        /* posts an action is done to at most */
#define BULK_BATCH 20          /* posts a transaction */
#define JOB_BULK "bulk"

enum bulk_action {
	BULK_PUBLISH,
	BULK_UNPUBLISH,
	BULK_TRASH,            /* below editors one's own, contributors' what is not published */
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
	int64_t post_id;       /* not 0: known by it */
	int64_t version;       /* as it was seen */
	struct str before;     /* of an undo: what it was; else STR_NONE */
};

struct bulk_call {
	const struct site *site;
	struct actor actor;    /* a person: user_id is not 0 */
	enum bulk_action action;
	struct str value;      /* as above; else STR_NONE */
	const struct bulk_item *items;
	size_t count;
	int64_t now_ms;
	struct audit note;     /* who and where from: each batch is noted with its titles, a job with its number */
};

/* RC_INVALID: no such tag, person or visibility, and nothing was done; RC_DENIED: the role may not do this to any
 * post; RC_LIMIT: more than BULK_AT_ONCE; RC_BUSY: a job of that person still runs. What was done and what was not is in the record with *token (bulk_get()),
 * whose `refused` has for each post "title" and "why": "denied", "changed", "gone", "trash", "not_trash", "same",
 * "cannot". */
NODISCARD enum rc bulk_do(struct db_rw *db, const struct bulk_call *call, struct arena *arena, struct str *token,
			  struct err *err);
/* Takes the action with that token back, which must be the person's last: of the call site, actor, now_ms and note
 * are looked at. Posts that were saved since stay as they are. RC_NOTFOUND: it is not there any more; RC_LIMIT,
 * RC_BUSY as above. */
NODISCARD enum rc bulk_undo(struct db_rw *db, const struct bulk_call *call, struct str token, struct arena *arena,
			    struct str *new_token, struct err *err);

/* The same for up to BULK_MAX posts, as a job. `query` is of the list that it came from, for the way back. */
struct bulk_ordered {
	struct str token;      /* in the caller's arena */
	int64_t job;
};
NODISCARD enum rc bulk_order(struct db_rw *db, const struct conf *conf, const struct bulk_call *call, struct str query,
			     struct arena *arena, struct bulk_ordered *out, struct err *err);
NODISCARD enum rc bulk_order_undo(struct db_rw *db, const struct conf *conf, const struct bulk_call *call,
				  struct str token, struct str query, struct arena *arena, struct bulk_ordered *out,
				  struct err *err);

/* For the job. How many posts of the action are behind it, done or refused. RC_NOTFOUND: there is no such action. */
NODISCARD enum rc bulk_is_at(struct db_ro *db, int64_t user_id, struct str token, struct arena *arena, size_t *at,
			     struct err *err);
/* Does the next batch of the action, `call->count` of at most BULK_BATCH posts, and writes how far it is with it.
 * RC_NOTFOUND: there is no such action; RC_DENIED, RC_INVALID: it cannot be done any more; RC_CONFLICT: `job` is not
 * this attempt's any more, so that nothing was kept. */
NODISCARD enum rc bulk_go_on(struct db_rw *db, const struct bulk_call *call, const struct job *job, struct str token,
			     bool undoes, struct err *err);
/* How many posts the record's `refused` is about: beyond some hundreds they are counted as {"others": N}. */
size_t bulk_refused(const struct json *refused);

#endif
