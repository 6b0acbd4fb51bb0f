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

/* The same for another place, written as PLATEN_MEDIA is, with the other settings as they are. */
NODISCARD enum rc media_store_open_at(const struct conf *conf, struct str place, struct blob_store **out, struct err *err);

/* Whether media lie in a folder of this machine. */
bool media_store_is_local(const struct conf *conf);

#endif
