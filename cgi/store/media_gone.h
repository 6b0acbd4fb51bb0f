/* media_gone.h: items that nobody needs any more, and their blobs until they are out of the store.
 *
 * The order is: the rows go and their blobs are noted in one transaction; then each blob is removed inside of a
 * transaction that has asked once more whether a row has it; then the note goes. A crash in between leaves the
 * note, and never a row without its bytes. Whoever puts bytes into the store looks in his transaction whether
 * they are still there (media_gone_forget()). */
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

/* Notes of up to `limit` hashes. */
NODISCARD enum rc media_gone_list(struct db_ro *db, int64_t limit, struct arena *arena, struct str **out,
				  size_t *count, struct err *err);
/* Whether the note is still there and no row has the bytes: they may be removed while this transaction lasts. */
NODISCARD enum rc media_gone_may_go(struct db_tx *tx, struct str hash, bool *may_go, struct err *err);
/* Takes back the note: the bytes are needed, or were removed. */
NODISCARD enum rc media_gone_forget(struct db_tx *tx, struct str hash, struct err *err);
NODISCARD enum rc media_gone_is_noted(struct db_ro *db, struct str hash, bool *noted, struct err *err);
/* Whether any row has these bytes. */
NODISCARD enum rc media_is_known(struct db_ro *db, struct str hash, bool *known, struct err *err);
/* Hashes of rows and variants above `after`, in order: what must be in the store. */
NODISCARD enum rc media_hashes(struct db_ro *db, struct str after, int64_t limit, struct arena *arena,
			       struct str **out, size_t *count, struct err *err);
/* The same of what texts refer to and no row has. */
NODISCARD enum rc media_dangling(struct db_ro *db, int64_t limit, struct arena *arena, struct str **out,
				 size_t *count, struct err *err);

#endif
