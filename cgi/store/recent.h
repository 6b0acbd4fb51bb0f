/* recent.h: what happened last and what comes next: short lists for the first page of the admin. */
#ifndef PLATEN_STORE_RECENT_H
#define PLATEN_STORE_RECENT_H

#include "db/db.h"

#define RECENT_MAX 100 /* limits are clamped to this */

struct recent {
	struct str public_id;   /* of the post; STR_NONE: a text that was never saved */
	struct str title;
	int64_t at_ms;          /* when it was saved, or will be published */
	struct str who;         /* STR_NONE: nobody known, or asked for */
	struct str kind;        /* of the revision (revision.h); STR_NONE for what is none */
	struct str key;         /* of the unsaved text (autosave.h); STR_NONE for what is none */
};

struct recents {
	struct recent *items;
	size_t count;
};

/* Posts and pages whose time has not come, the next one first. Of viewer_id's alone, as an author; 0: of all. */
NODISCARD enum rc recent_scheduled(struct db_ro *db, int64_t viewer_id, int64_t now_ms, int64_t limit,
				   struct arena *arena, struct recents *out, struct err *err);
/* What was saved last. viewer_id 0: revisions of all posts, the newest first, so that a post is there as often as it
 * was saved; else the last revision of each post that the person is an author of, whoever saved it, without the
 * trash, the post first that changed last. */
NODISCARD enum rc recent_saves(struct db_ro *db, int64_t viewer_id, int64_t limit, struct arena *arena,
			       struct recents *out, struct err *err);
/* What a person has typed and not saved, the newest first. */
NODISCARD enum rc recent_unsaved(struct db_ro *db, int64_t user_id, int64_t limit, struct arena *arena,
				 struct recents *out, struct err *err);

#endif
