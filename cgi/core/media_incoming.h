/* media_incoming.h: files that come in pieces: DATA/media/incoming/ID, until they are whole and in the library.
 *
 * How much of one is there is the length of its file: a piece is synced before it is acknowledged, so that whoever was
 * killed, program or browser, goes on where it ends. A lock on the file (flock) keeps two pieces apart; it ends with
 * the process that has it. */
#ifndef PLATEN_CORE_MEDIA_INCOMING_H
#define PLATEN_CORE_MEDIA_INCOMING_H

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "blob/blob.h"
#include "conf/conf.h"
#include "core/actor.h"
#include "store/media_item.h"
#include "store/media_upload.h"

#define INCOMING_PIECE_MAX_B ((int64_t)8 << 20)
#define INCOMING_KEPT_MS (INT64_C(24) * 3600 * 1000) /* after the last piece */
#define INCOMING_DIRECT_MS (7 * INCOMING_KEPT_MS)     /* of one that goes straight to S3, after it was begun */
#define INCOMING_OPEN_MAX 200                         /* of one person at once */
#define INCOMING_ALL_MAX 2000                         /* of all */

struct incoming_order {
	struct actor actor;
	struct str name;          /* as the browser gave it; "" */
	int64_t size_b;
	bool pinned;
	int64_t replaces;         /* 0: nothing */
	bool direct;              /* the browser can send it straight to S3, if that is wanted and possible */
	int64_t now_ms;
};

/* Begins one. RC_LIMIT: larger than PLATEN_UPLOAD_MAX; RC_BUSY: the person has INCOMING_OPEN_MAX already, or all
 * together INCOMING_ALL_MAX; RC_NOSPACE: the disk has no room for all that are open, or the person's would take more than
 * half of it. */
NODISCARD enum rc incoming_begin(const struct conf *conf, struct db_rw *db, const struct incoming_order *order,
				 struct arena *arena, struct media_upload *out, struct err *err);

/* How much is there; all of it once it is finished. Of one that goes straight to S3 nothing is known before: 0. RC_NOTFOUND. */
NODISCARD enum rc incoming_offset(const struct conf *conf, const struct media_upload *upload, int64_t *offset_b,
				  struct err *err);

/* Appends a piece of at most INCOMING_PIECE_MAX_B that `read` gives. RC_CONFLICT: *offset_b is not where the file
 * ends; RC_BUSY: another piece is being written; RC_LIMIT: longer than a piece, or than the file is to be; RC_INVALID: its bytes go to S3. After a
 * failure the file is as long as it was. *offset_b is the new length. */
NODISCARD enum rc incoming_append(const struct conf *conf, const struct media_upload *upload, blob_read_fn *read,
				  void *ctx, int64_t *offset_b, struct err *err);

/* Takes a file that is whole into the library: media_take(). Done twice it gives the same item. Codes of media_take_put(),
 * media_direct_put() and media_take(); after RC_UNSUPPORTED, RC_INVALID, RC_LIMIT and RC_EXISTS, which no repeat helps, the upload is gone; while the store cannot be
 * used it stays. RC_BUSY: somebody is at it. */
NODISCARD enum rc incoming_finish(const struct conf *conf, struct db_rw *db, const struct media_upload *upload,
				  struct actor actor, struct str types, int64_t now_ms, struct arena *arena,
				  struct media_item *out, struct err *err);

/* Gives one up. RC_BUSY: a piece is being written. */
NODISCARD enum rc incoming_drop(const struct conf *conf, struct db_rw *db, const struct media_upload *upload,
				struct err *err);

/* Removes up to `limit` uploads whose time is over, and files that no row knows, older than INCOMING_KEPT_MS; with `dry_run`
 * only counts. *more: there are others. */
NODISCARD enum rc incoming_sweep(const struct conf *conf, struct db_rw *db, int64_t now_ms, int64_t limit, bool dry_run,
				 int64_t *removed, bool *more, struct err *err);

/* Bytes that may still be written to the disk that media lie on, with some left for the database. */
NODISCARD enum rc media_room(const struct conf *conf, int64_t *room_b, struct err *err);

#endif
