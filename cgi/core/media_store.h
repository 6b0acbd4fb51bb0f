/* media_store.h: the blob store that the settings name, which holds the bytes of all media. */
#ifndef PLATEN_CORE_MEDIA_STORE_H
#define PLATEN_CORE_MEDIA_STORE_H

#include <stdbool.h>

#include "base/err.h"
#include "blob/blob.h"
#include "conf/conf.h"

/* PLATEN_MEDIA. A bucket stays open for the whole process, whoever asks, so that what is learnt of it is kept; any
 * thread. Nothing is called or written. RC_LIMIT: a path is too long; RC_INVALID: the settings make no store; the
 * message names them. The caller owns *out: media_store_close(). */
NODISCARD enum rc media_store_open(const struct conf *conf, struct blob_store **out, struct err *err);
void media_store_close(struct blob_store *store); /* NULL allowed */

/* The same for another place, written as PLATEN_MEDIA is, with the other settings as they are; a bucket that is not that of
 * the settings has no spool. */
NODISCARD enum rc media_store_open_at(const struct conf *conf, struct str place, struct blob_store **out, struct err *err);

/* What a store says of itself is no fault of a file: a bucket that is not there (RC_INVALID), a right that it does not
 * give (RC_DENIED, RC_UNSUPPORTED), a certificate that is none (RC_CORRUPT), no answer (RC_TIMEOUT, RC_BUSY) become RC_IO, so
 * that whoever sees these codes knows that they are not the store's. What is the disk's stays. The message stays. */
NODISCARD enum rc media_store_fault(enum rc rc, struct err *err);

/* For the transaction in which a row is made for bytes that were put before it: whether they are there still (RC_OK),
 * or were removed since or are being removed (RC_CONFLICT: put them again). The store itself is asked only if the same
 * bytes were removed within a day: a transaction does not wait for a bucket. */
struct db_tx;
NODISCARD enum rc media_store_has(struct blob_store *store, struct db_tx *tx, struct str hash, struct err *err);

/* Whether media lie in a folder of this machine. */
bool media_store_is_local(const struct conf *conf);

/* Where what S3 cannot take at the moment waits (blob/spool.h); "media/spool" is also what PLATEN_MEDIA would call it. */
#define MEDIA_SPOOL "media/spool"
const char *media_spool_dir(const struct conf *conf, struct arena *arena);

/* The store as a message calls it: "s3://bucket/prefix (https://s3.example.org)". */
struct str media_store_name(const struct conf *conf, struct arena *arena);

#endif
