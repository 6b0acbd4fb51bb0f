/* redirect.h: old addresses. */
#ifndef PLATEN_STORE_REDIRECT_H
#define PLATEN_STORE_REDIRECT_H

#include "db/db.h"

struct redirect {
	struct str from_path;   /* below the site, begins with '/' */
	struct str to_path;     /* address or path; STR_NONE: post_id's path, or gone */
	int64_t post_id;        /* 0: none. Follows the post wherever it moves. */
	int64_t status;         /* 301, 302, or 410 (gone: neither to_path nor post_id) */
	int64_t created_ms;
};

struct redirects {
	struct redirect *items;
	size_t count;
};

/* The exact path first, else one that equals it but for ASCII case. `target` is to_path, or the path
 * that post_id has now; STR_NONE: gone, or the post has no address now. Whether the post may be seen
 * is for the caller to ask (post_card_get). RC_NOTFOUND. */
NODISCARD enum rc redirect_get(struct db_ro *db, struct str path, struct arena *arena, struct redirect *out,
			       struct str *target, struct err *err);
/* Makes or replaces the one at from_path. RC_INVALID: no such post. */
NODISCARD enum rc redirect_put(struct db_tx *tx, const struct redirect *redirect, struct err *err);
/* RC_OK also when there is none: a new post takes an address over. */
NODISCARD enum rc redirect_delete(struct db_tx *tx, struct str from_path, struct err *err);
/* By from_path, beginning behind `after` ("" or STR_NONE: from the start), at most `limit`. */
NODISCARD enum rc redirect_list(struct db_ro *db, struct str after, int64_t limit, struct arena *arena,
				struct redirects *out, struct err *err);
NODISCARD enum rc redirect_list_of_post(struct db_ro *db, int64_t post_id, struct arena *arena,
					struct redirects *out, struct err *err);

/* With where each leads to now, as redirect_get() has it. */
struct redirect_aimed {
	struct redirect redirect;
	struct str target;
};
struct redirects_aimed {
	struct redirect_aimed *items;
	size_t count;
};
/* The same as redirect_list() of those that have `part` in either address, whatever its case ("" or STR_NONE: all).
 * A part of one or two characters that few have walks through all redirects. */
NODISCARD enum rc redirect_find(struct db_ro *db, struct str part, struct str after, int64_t limit, struct arena *arena,
				struct redirects_aimed *out, struct err *err);
/* What led to `from_target` by its address leads to `to_target`. */
NODISCARD enum rc redirect_repoint(struct db_tx *tx, struct str from_target, struct str to_target, struct err *err);

#endif
