/* media_store.h: the blob store of the data folder, which holds the bytes of all media. */
#ifndef PLATEN_CORE_MEDIA_STORE_H
#define PLATEN_CORE_MEDIA_STORE_H

#include "base/err.h"
#include "blob/blob.h"
#include "conf/conf.h"

/* DATA/media. RC_LIMIT: its path is too long. The caller owns *out: media_store_close(). */
NODISCARD enum rc media_store_open(const struct conf *conf, struct blob_store **out, struct err *err);
void media_store_close(struct blob_store *store); /* NULL allowed */

#endif
