/* names.h: the names that blobs have in a bucket.
 *
 * In one that everybody may read they are made with a secret (s3.h). Whatever the secret was, a blob is found; but a link
 * calls nobody, and leads to the name of today. So after the setting or the secret has changed, readers find nothing until
 * each blob has its name of today as well. */
#ifndef PLATEN_BLOB_NAMES_H
#define PLATEN_BLOB_NAMES_H

#include "blob/blob.h"

/* Is told of each blob that lacks its name; a failure ends it. */
typedef enum rc blob_name_fn(void *ctx, struct str hash, struct err *err);

/* Finds them, and with `mend` has the server copy each to its name; the others stay until the blob is removed. A store that
 * is no bucket has none. Codes of net/s3.h. */
NODISCARD enum rc blob_names(struct blob_store *store, bool mend, blob_name_fn *tell, void *ctx, struct err *err);

#endif
