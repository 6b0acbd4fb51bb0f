/* store.h: what a kind of blob store implements. Internal to blob/. */
#ifndef PLATEN_BLOB_STORE_H
#define PLATEN_BLOB_STORE_H

#include <stdatomic.h>

#include "blob/blob.h"
#include "blob/stream.h"

/* Each as the function of the same name in blob.h says; hashes are checked before. */
struct blob_ops {
	enum rc (*put)(struct blob_store *store, blob_read_fn *read, void *ctx, int64_t max_b,
		       struct blob_put *out, struct err *err);
	enum rc (*put_known)(struct blob_store *store, int fd, struct str hash, int64_t size_b, bool *existed,
			     struct err *err); /* NULL: by put */
	enum rc (*open)(struct blob_store *store, struct str hash, int *fd, int64_t *size_b, struct err *err);
	enum rc (*open_part)(struct blob_store *store, struct str hash, int64_t from_b, int64_t length_b, int *fd,
			     int64_t *size_b, struct err *err);
	enum rc (*stream)(struct blob_store *store, struct str hash, int64_t from_b, int64_t length_b, int *fd,
			  int64_t *size_b, struct blob_stream **out, struct err *err); /* NULL: by open_part */
	enum rc (*exists)(struct blob_store *store, struct str hash, bool *exists, struct err *err);
	enum rc (*remove)(struct blob_store *store, struct str hash, struct err *err);
	enum rc (*list)(struct blob_store *store, struct str after, size_t limit, struct arena *arena,
			struct blob_list *out, struct err *err);
	enum rc (*sweep)(struct blob_store *store, int64_t before_ms, bool remove, int64_t *count, struct err *err);
	struct str (*link)(struct blob_store *store, struct str hash, const struct blob_link *link,
			   struct arena *arena); /* NULL: there are none */
	enum rc (*check)(struct blob_store *store, struct err *err); /* NULL: by the others */
	struct blob_store *(*behind)(struct blob_store *store); /* that this one stands before; NULL: none */
	void (*close)(struct blob_store *store); /* by the last owner */
};

/* The first member of every kind's own struct. */
struct blob_store {
	const struct blob_ops *ops;
	atomic_uint holders;      /* beside the first */
};

#endif
