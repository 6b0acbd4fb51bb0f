/* stream.h: a blob that is read while it is still being fetched.
 *
 * What lies elsewhere is fetched by a thread of its own into a file without a name, as fast as it comes: so the first byte
 * goes on when it has come, and no slow reader holds a connection to the store. When the reader goes, the fetching ends. The
 * last bytes of a whole blob are held back until its hash is proven: a damaged one is cut, and nobody takes it for whole. */
#ifndef PLATEN_BLOB_STREAM_H
#define PLATEN_BLOB_STREAM_H

#include "blob/blob.h"

#define BLOB_STREAMS_MAX 32  /* at once in this process; whoever comes then waits until all is there */

struct blob_stream;

/* blob_open_part(), which returns when the first bytes have come, or it is known that none will. *out NULL: *fd has all that
 * was asked for; else only that for which blob_stream_await() has waited, and blob_stream_close() must follow; *fd is the
 * caller's in either case. */
NODISCARD enum rc blob_stream_open(struct blob_store *store, struct str hash, int64_t from_b, int64_t length_b, int *fd,
				   int64_t *size_b, struct blob_stream **out, struct err *err);
/* Waits a moment until the file has bytes from its place `at_b` on, and says how many; 0: not yet; -1: the fetching has
 * failed, or ended before. */
int64_t blob_stream_await(struct blob_stream *stream, int64_t at_b);
/* Does not wait: the fetching ends by itself, within about a second. */
void blob_stream_close(struct blob_stream *stream);

#endif
