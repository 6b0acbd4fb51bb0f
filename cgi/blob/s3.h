/* s3.h: a blob store in an S3 bucket: PREFIX/abcd..., one object a blob. What has the other of the two names, since a
 * bucket has become public or is no longer, is found all the same, but not by a link.
 *
 * A blob is collected in a file without a name first, since its address is only known at its end; then it is put
 * under the condition that nobody else did, and the server checks its SHA-256, which is its address. Whoever is
 * killed leaves nothing, or parts of a large one, which blob_sweep() removes: only those whose key is a hash behind the
 * prefix, since others may use the bucket too. A blob is read into a file without a name, too: see blob_open(). */
#ifndef PLATEN_BLOB_S3_H
#define PLATEN_BLOB_S3_H

#include "blob/blob.h"
#include "net/s3.h"

struct blob_s3 {
	struct s3_config server;
	struct str prefix;        /* "" or "a/b", without "/" at its ends */
	const char *tmp_dir;      /* for files without a name; made when it is needed */
	bool public;              /* everybody may read objects whose name he knows: links are not signed, and last. To know
	                           * a blob's hash is not to know its name then: PREFIX/abcd...-MAC */
	struct str secret;        /* of those names, when public; copied */
};

/* Calls nobody; texts are copied. RC_INVALID as s3_open(); RC_LIMIT: prefix or folder are too long; public without a secret is RC_INVALID. The caller owns
 * *out: blob_close(). */
NODISCARD enum rc blob_s3_open(const struct blob_s3 *settings, struct blob_store **out, struct err *err);

#endif
