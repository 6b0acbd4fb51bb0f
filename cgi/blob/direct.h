/* direct.h: bytes that somebody sends straight to a bucket, by addresses with a signature.
 *
 * They arrive at PREFIX/incoming/NAME, in one request or, when they are many, in parts. Nothing there is a blob, no
 * reader is ever led there, and nobody else may read it. Parts that were put together are what they are. What came in one
 * request can be put again by the same address while it is read, and its etag is an MD5, for which other bytes with the same
 * one can be made: so it is copied to another name there first, for which nobody has an address. The caller reads that,
 * proves it by its size and hash, and the server copies that very object to its place. What is given up is removed by
 * blob_sweep() a while later. Functions block; codes of net/s3.h beside those told here. */
#ifndef PLATEN_BLOB_DIRECT_H
#define PLATEN_BLOB_DIRECT_H

#include "blob/blob.h"

#define BLOB_DIRECT_PART_B ((int64_t)16 << 20) /* what is longer is sent in parts of this size */
#define BLOB_DIRECT_NAME_CHARS 22

struct blob_direct {
	struct str name;         /* BLOB_DIRECT_NAME_CHARS letters and digits, unlike any other */
	struct str upload;       /* the server's name of one in parts; "": it comes in one piece */
	int64_t size_b;
};

/* "https://bucket.example.org", which a page must be allowed to connect to. STR_NONE: nothing can be sent directly. */
struct str blob_direct_origin(struct blob_store *store, struct arena *arena);

/* `direct` has a name and a size, and is given its `upload`, in `arena`. RC_UNSUPPORTED: the store is no bucket. */
NODISCARD enum rc blob_direct_begin(struct blob_store *store, struct blob_direct *direct, struct arena *arena,
				    struct err *err);

struct blob_direct_part {
	struct str url;          /* to PUT it to, with exactly `size_b` bytes */
	int64_t from_b, size_b;
	bool there;
};
struct blob_direct_parts {
	struct blob_direct_part *items;
	size_t count;
};
/* What is to be sent, by addresses that are good for `expires_s` seconds or up to a quarter less. With `ask` the server tells
 * which parts are there; RC_NOTFOUND: it knows nothing of the upload. */
NODISCARD enum rc blob_direct_parts(struct blob_store *store, const struct blob_direct *direct, int expires_s, bool ask,
				    struct arena *arena, struct blob_direct_parts *out, struct err *err);

struct blob_arrived {
	char name[BLOB_DIRECT_NAME_CHARS + 1]; /* of the copy that nobody else can change; "": there is none, and no need of one */
	char etag[128];
};
/* All has been sent. RC_CONFLICT: not all has arrived, or it has another length. May be repeated. *out is to be given to
 * blob_direct_leave() at last. */
NODISCARD enum rc blob_direct_end(struct blob_store *store, const struct blob_direct *direct, struct blob_arrived *out,
				  struct err *err);

/* Gives `length_b` bytes from `from_b` on (-1: all) to `take`, whose failure ends it. RC_CONFLICT: it is another object now. */
typedef enum rc blob_take_fn(void *ctx, const void *bytes, size_t n, struct err *err);
NODISCARD enum rc blob_direct_read(struct blob_store *store, const struct blob_direct *direct,
				   const struct blob_arrived *arrived, int64_t from_b, int64_t length_b, blob_take_fn *take,
				   void *ctx, struct err *err);
/* Makes it the blob `hash`, which the caller has proven; `head` are its first bytes (type.h). RC_CONFLICT as above. */
NODISCARD enum rc blob_direct_keep(struct blob_store *store, const struct blob_direct *direct,
				   const struct blob_arrived *arrived, struct str hash, struct str head, bool *existed,
				   struct err *err);
/* Removes the copy, if there is one. RC_OK also when it is gone. */
NODISCARD enum rc blob_direct_leave(struct blob_store *store, const struct blob_arrived *arrived, struct err *err);
/* Whether what is sent stays between the sender and us: something is put there, asked for without a key, and removed.
 * RC_DENIED: everybody may read it; RC_UNSUPPORTED: the store is no bucket. */
NODISCARD enum rc blob_direct_check(struct blob_store *store, struct err *err);
/* Removes what has arrived. RC_OK also when nothing has. */
NODISCARD enum rc blob_direct_drop(struct blob_store *store, const struct blob_direct *direct, struct err *err);

#endif
