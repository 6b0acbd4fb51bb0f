/* bucket.h: what the files of the S3 store share. Internal to blob/. */
#ifndef PLATEN_BLOB_BUCKET_H
#define PLATEN_BLOB_BUCKET_H

#include "blob/store.h"
#include "net/s3.h"

#define BUCKET_PREFIX_MAX_B 512
#define BUCKET_KEY_ROOM (BUCKET_PREFIX_MAX_B + 128)
#define BUCKET_INCOMING "incoming/"  /* below the prefix: what browsers send (direct.h) */
#define BUCKET_FOR_EVER "public, max-age=31536000, immutable"

struct bucket {
	struct blob_store store;
	struct s3 *s3;
	char prefix[BUCKET_PREFIX_MAX_B + 2];  /* with "/" at its end, or "" */
	char *tmp_dir;
	int64_t part_b;                        /* larger objects are sent in parts */
	bool public;
	struct str secret;                     /* of names that cannot be guessed; STR_NONE: names are hashes */
};

/* The key of a blob. */
struct str bucket_key(const struct bucket *b, struct str hash, char key[BUCKET_KEY_ROOM]);

/* The bucket that the store is, or that is behind it; NULL: none. */
struct bucket *bucket_of(struct blob_store *store);

#endif
