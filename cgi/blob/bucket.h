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

/* The hash of a name of either kind, below the prefix; STR_NONE: it is none. */
struct str bucket_hash(struct str name);

/* Gets a blob, by whichever name the bucket has it: s3_get_until(). */
NODISCARD enum rc bucket_fetch(struct bucket *b, struct str hash, int64_t from_b, int64_t length_b, s3_sink_fn *sink,
			       void *ctx, const atomic_bool *stop, struct s3_object *out, struct err *err);
/* stream.c: blob_stream_open(). */
NODISCARD enum rc bucket_stream(struct bucket *b, struct str hash, int64_t from_b, int64_t length_b, int *fd,
				int64_t *size_b, struct blob_stream **out, struct err *err);

/* The bucket that the store is, or that is behind it; NULL: none. */
struct bucket *bucket_of(struct blob_store *store);

#endif
