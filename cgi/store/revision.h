/* revision.h: every save of a post, kept. */
#ifndef PLATEN_STORE_REVISION_H
#define PLATEN_STORE_REVISION_H

#include "db/db.h"

#define REVISION_SAVE "save"
#define REVISION_AUTOSAVE "autosave"
#define REVISION_IMPORT "import"
#define REVISION_RESTORE "restore"
#define REVISION_STATE "state" /* published, tagged ... among many, by somebody who did not touch the text */

struct revision {
	int64_t id, post_id;
	int64_t user_id;        /* 0: nobody known */
	int64_t created_ms;
	struct str kind;        /* REVISION_* */
	struct str name;        /* given by a person; "" */
	struct str title;
	struct str fields;      /* JSON object of the other fields; "" is stored as "{}" */
	struct str markdown;    /* STR_NONE in lists */
	struct str author;      /* name of the user; STR_NONE: nobody known. Not written. */
	struct str writer;      /* role whose rights the text has, where they are not the user's: "writer" of the
	                         * fields; "". Not written. */
};

struct revisions {
	struct revision *items;
	size_t count;
};

/* RC_INVALID: no such post or user. */
NODISCARD enum rc revision_add(struct db_tx *tx, const struct revision *revision, int64_t *id, struct err *err);
/* Newest first, without markdown and fields; beginning before before_id (INT64_MAX: the newest). */
NODISCARD enum rc revision_list(struct db_ro *db, int64_t post_id, int64_t before_id, int64_t limit,
				struct arena *arena, struct revisions *out, struct err *err);
/* The newest that somebody saved, autosaves aside; without markdown and fields. RC_NOTFOUND: none. */
NODISCARD enum rc revision_last_saved(struct db_ro *db, int64_t post_id, struct arena *arena,
				      struct revision *out, struct err *err);
NODISCARD enum rc revision_get(struct db_ro *db, int64_t id, struct arena *arena, struct revision *out,
			       struct err *err);
/* The newest before that one (INT64_MAX: the newest). RC_NOTFOUND: it is the first. */
NODISCARD enum rc revision_before(struct db_ro *db, int64_t post_id, int64_t before_id, struct arena *arena,
				  struct revision *out, struct err *err);
/* Before a person is deleted: what they wrote keeps the role that it was written in. */
NODISCARD enum rc revision_leave(struct db_tx *tx, int64_t user_id, struct str role, struct err *err);
/* "" takes the name away. RC_NOTFOUND. */
NODISCARD enum rc revision_rename(struct db_tx *tx, int64_t id, struct str name, struct err *err);

#endif
