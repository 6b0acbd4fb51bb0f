/* blob.h: a store of immutable byte strings, each addressed by its SHA-256.
 *
 * One interface for every kind of store: a folder (folder.h), an S3 bucket (s3.h). The same bytes are kept
 * once. What has been put is durable when the call returns. A store may be used by several threads
 * and processes at once. Addresses are 64 lower-case hexadecimal digits. */
#ifndef PLATEN_BLOB_BLOB_H
#define PLATEN_BLOB_BLOB_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

#define BLOB_HASH_LEN 64
#define BLOB_MAX_B ((int64_t)4 << 30)
#define BLOB_LIST_MAX 1000

struct blob_store;

struct blob_put {
	char hash[BLOB_HASH_LEN + 1];
	int64_t size_b;
	bool existed;             /* the same bytes were there already */
};

/* Stores what `read` gives: it fills `bytes` with up to `room` bytes, says how many in *n (0 at the
 * end) and may fail, which ends the put. RC_LIMIT: more than `max_b` bytes; RC_NOSPACE, RC_READONLY,
 * RC_IO. On failure nothing is kept. */
typedef enum rc blob_read_fn(void *ctx, void *bytes, size_t room, size_t *n, struct err *err);
NODISCARD enum rc blob_put(struct blob_store *store, blob_read_fn *read, void *ctx, int64_t max_b,
			   struct blob_put *out, struct err *err);
NODISCARD enum rc blob_put_bytes(struct blob_store *store, struct str bytes, struct blob_put *out,
				 struct err *err);
/* From an open descriptor to its end; `name` is for messages. */
NODISCARD enum rc blob_put_fd(struct blob_store *store, int fd, const char *name, int64_t max_b,
			      struct blob_put *out, struct err *err);
/* The `size_b` bytes of a regular file from its beginning on, whose hash is known: they are not read more often than they
 * must be. RC_CORRUPT: they have another hash. *existed: they were there already. */
NODISCARD enum rc blob_put_known(struct blob_store *store, int fd, struct str hash, int64_t size_b, bool *existed,
				 struct err *err);

/* Whether the `size_b` bytes of a regular file from its beginning on have that hash; its offset stays. RC_CORRUPT: they
 * have another one, or are fewer; RC_IO: they cannot be read. */
NODISCARD enum rc blob_prove(int fd, struct str hash, int64_t size_b, struct err *err);

/* Opens for reading; the caller closes *fd. RC_NOTFOUND; RC_INVALID: no address. What is kept elsewhere
 * is fetched into a file without a name first, and is whole and proven by its hash before anybody sees a
 * byte of it (RC_CORRUPT): so every user can seek, send and repeat, and no slow reader holds a
 * connection to the store. */
NODISCARD enum rc blob_open(struct blob_store *store, struct str hash, int *fd, int64_t *size_b,
			    struct err *err);
/* The same for `length_b` bytes (-1: all that follow) from `from_b` on, at which *fd stands; what lies
 * elsewhere in *fd is not to be read. Nothing is proven. *size_b is that of the whole blob. RC_INVALID:
 * nothing is at `from_b`, and it is not 0. */
NODISCARD enum rc blob_open_part(struct blob_store *store, struct str hash, int64_t from_b, int64_t length_b,
				 int *fd, int64_t *size_b, struct err *err);
/* RC_OK also when there is none. */
NODISCARD enum rc blob_exists(struct blob_store *store, struct str hash, bool *exists, struct err *err);
/* RC_OK also when there was none. */
NODISCARD enum rc blob_remove(struct blob_store *store, struct str hash, struct err *err);

struct blob_list {
	struct str *hashes;
	size_t count;
};
/* Addresses above `after` (STR_NONE: from the first) in order, at most `limit` (BLOB_LIST_MAX). */
NODISCARD enum rc blob_list(struct blob_store *store, struct str after, size_t limit, struct arena *arena,
			    struct blob_list *out, struct err *err);

/* What puts that were killed before `before_ms` have left behind: how many, and with `remove` it goes. RC_DENIED,
 * RC_UNSUPPORTED: the keys or the server of a bucket do not allow it, and all else may work. */
NODISCARD enum rc blob_sweep(struct blob_store *store, int64_t before_ms, bool remove, int64_t *count,
			     struct err *err);

struct blob_link {
	struct str type;          /* that the bytes are to be sent as: "image/png"; STR_NONE: whatever */
	struct str disposition;   /* "attachment; filename*=..."; STR_NONE: shown in place */
	int expires_s;            /* for how long the address is good; the last quarter may be missing, since an
	                           * address stays the same for a while, so that caches know it again */
	bool head;                /* it will be asked for by HEAD */
};
/* The address from which a browser can get the blob without us, in `arena`; whether it is there is not
 * looked up. STR_NONE: this kind of store has none. Calls nobody. */
struct str blob_link(struct blob_store *store, struct str hash, const struct blob_link *link,
		     struct arena *arena);

/* Whether the store can be used: something is written, read and removed. The message says what is wrong. Of a store with
 * a spool before it (spool.h) that store is asked. */
NODISCARD enum rc blob_check(struct blob_store *store, struct err *err);

/* A store may have several owners: each closes it. */
struct blob_store *blob_hold(struct blob_store *store);
void blob_close(struct blob_store *store); /* NULL allowed */

/* 64 lower-case hexadecimal digits. */
bool blob_is_hash(struct str hash);

#endif
