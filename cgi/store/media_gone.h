/* media_gone.h: items that nobody needs any more, and their blobs until they are out of the store.
 *
 * The order is: the rows go and their blobs are noted in one transaction; a second one asks for each whether a row
 * has it after all, and marks it as going; then it is removed from the store, which may take long and holds no
 * transaction; a third one marks it as removed. So it stays for MEDIA_REMOVED_MS, longer than any put. A crash in
 * between leaves a note, with which it is begun again, and never a row without its bytes.
 *
 * Whoever puts bytes into the store and then makes a row for them may have found them there just before they were
 * removed: so he asks media_gone_state() in the transaction of that row. */
#ifndef PLATEN_STORE_MEDIA_GONE_H
#define PLATEN_STORE_MEDIA_GONE_H

#include "db/db.h"

/* Up to `limit` of: unused, unpinned and without an expiry, which they get; or expired, which go into the trash. */
NODISCARD enum rc media_expire(struct db_tx *tx, int64_t now_ms, int64_t limit, int64_t *dated, int64_t *trashed,
			       struct err *err);
/* Whether media_expire() or media_gone_over() would find something now. */
NODISCARD enum rc media_gone_due(struct db_ro *db, int64_t now_ms, bool *due, struct err *err);
/* An item whose time in the trash is over and to which nothing refers; 0: none. */
NODISCARD enum rc media_gone_over(struct db_ro *db, int64_t now_ms, int64_t *id, struct err *err);
/* Removes the item with its blobs' rows and variants, and notes their bytes. */
NODISCARD enum rc media_gone_item(struct db_tx *tx, int64_t id, int64_t now_ms, struct err *err);

/* Notes bytes that no row has, so that they are removed. Nothing happens when one has them, or they are noted. */
NODISCARD enum rc media_gone_note(struct db_tx *tx, struct str hash, int64_t now_ms, struct err *err);

#define MEDIA_REMOVED_MS (INT64_C(24) * 3600000)

enum media_gone_state {
	MEDIA_GONE_NOT,       /* no note: bytes that were put are there */
	MEDIA_GONE_NOTED,     /* the same: they stay as soon as a row has them */
	MEDIA_GONE_GOING,     /* they are being removed: no row may be made for them */
	MEDIA_GONE_REMOVED,   /* since less than MEDIA_REMOVED_MS; they may have been put since: only the store knows */
};
NODISCARD enum rc media_gone_state(struct db_ro *db, struct str hash, enum media_gone_state *out, struct err *err);

/* Up to `limit` hashes above `after` that are to be removed, in order. */
NODISCARD enum rc media_gone_list(struct db_ro *db, struct str after, int64_t limit, struct arena *arena,
				  struct str **out, size_t *count, struct err *err);
/* Marks it as going, unless a row has the bytes: *may_go tells. Once the transaction is committed they may be removed,
 * by one process at a time. */
NODISCARD enum rc media_gone_begin(struct db_tx *tx, struct str hash, bool *may_go, struct err *err);
/* They were removed. */
NODISCARD enum rc media_gone_end(struct db_tx *tx, struct str hash, int64_t now_ms, struct err *err);
/* They were not, and will not be: whoever puts them may have them. */
NODISCARD enum rc media_gone_stay(struct db_tx *tx, struct str hash, int64_t now_ms, struct err *err);
/* Takes back the note: a row has the bytes. RC_CONFLICT: they are going; put them again later. */
NODISCARD enum rc media_gone_forget(struct db_tx *tx, struct str hash, struct err *err);
/* Forgets what was removed longer ago than MEDIA_REMOVED_MS. */
NODISCARD enum rc media_gone_tidy(struct db_tx *tx, int64_t now_ms, struct err *err);
/* Whether any row has these bytes. */
NODISCARD enum rc media_is_known(struct db_ro *db, struct str hash, bool *known, struct err *err);
/* Hashes of rows and variants above `after`, in order: what must be in the store. */
NODISCARD enum rc media_hashes(struct db_ro *db, struct str after, int64_t limit, struct arena *arena,
			       struct str **out, size_t *count, struct err *err);
/* The same of what texts refer to and no row has. */
NODISCARD enum rc media_dangling(struct db_ro *db, int64_t limit, struct arena *arena, struct str **out,
				 size_t *count, struct err *err);

#endif
