/* blob.h: a store of immutable byte strings, each addressed by its SHA-256.
 *
 * One interface for every kind of store; the folder store is in folder.c. The same bytes are kept
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

/* Opens for reading; the caller closes *fd. RC_NOTFOUND; RC_INVALID: no address. */
NODISCARD enum rc blob_open(struct blob_store *store, struct str hash, int *fd, int64_t *size_b,
			    struct err *err);
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

/* What puts that were killed before `before_ms` have left behind: how many, and with `remove` it goes. */
NODISCARD enum rc blob_sweep(struct blob_store *store, int64_t before_ms, bool remove, int64_t *count,
			     struct err *err);

void blob_close(struct blob_store *store); /* NULL allowed */

/* 64 lower-case hexadecimal digits. */
bool blob_is_hash(struct str hash);

#endif
