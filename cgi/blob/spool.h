/* spool.h: a blob store that stands before another one elsewhere: what that one cannot take at the moment waits in a
 * folder of this machine.
 *
 * A put is written to the folder's tmp first, then given to the store behind; when that is not reached, does not
 * answer in time or says that it is busy (RC_IO, RC_TIMEOUT, RC_BUSY), the blob is synced and becomes one of the folder:
 * the put has gone well. Whoever reads, lists and removes sees the blobs of both as those of one store. blob_spool_send()
 * brings what waits behind and only then removes it here, so that whoever is killed leaves each blob in one of the two
 * places, or both. A blob is locked (flock) while it is sent or removed: those two never meet. After an outage the store
 * behind is left alone by puts for BLOB_SPOOL_AWAY_MS, so that a silent one does not keep each of them waiting. */
#ifndef PLATEN_BLOB_SPOOL_H
#define PLATEN_BLOB_SPOOL_H

#include "blob/blob.h"

#define BLOB_SPOOL_AWAY_MS 15000

struct blob_spool {
	struct blob_store *behind; /* the spool becomes its owner, also when it cannot be opened */
	const char *dir;           /* made with the first blob */
	int64_t max_b;             /* that may wait; beyond it puts fail as the store behind does. 0: none is kept, but those
	                            * that wait from before are read and sent */
};
/* Touches nothing. RC_LIMIT: the path is too long. The caller owns *out: blob_close(). */
NODISCARD enum rc blob_spool_open(const struct blob_spool *settings, struct blob_store **out, struct err *err);

/* For these any store may be given: one that is no spool has nothing that waits. */

struct blob_waiting {
	int64_t count, size_b;
	int64_t oldest_ms;         /* since when the first of them waits; 0: none does */
};
NODISCARD enum rc blob_spool_waiting(struct blob_store *store, struct blob_waiting *out, struct err *err);
/* How many wait when one of them does since before `before_ms`; else 0. Looks at as few as it can; the number may be too large
 * for a while after somebody was killed. */
NODISCARD enum rc blob_spool_overdue(struct blob_store *store, int64_t before_ms, int64_t *count, struct err *err);
/* Whether there is any: quick. */
bool blob_spool_waits(struct blob_store *store);

struct blob_sent {
	int64_t count, size_b;
	int64_t stuck;             /* for a reason of their own: damaged, not to be read, more than the store takes; they stay, and
	                            * the first is the error's */
	bool more;                 /* `is_over` said so before all were tried */
};
#define BLOB_SPOOL_STUCK_MAX 100
/* Sends what waits, each proven by its hash, but what another process is at. Stops at the first failure that is the store's
 * and at BLOB_SPOOL_STUCK_MAX that are the blobs' own, for which RC_CORRUPT comes back in the end; *out tells what was sent
 * before. `is_over` is asked between two; NULL: never. */
NODISCARD enum rc blob_spool_send(struct blob_store *store, bool (*is_over)(void *ctx), void *ctx, struct blob_sent *out,
				  struct err *err);

#endif
