/* compress.h: gzip and brotli of bytes in memory, one shot. Thread-safe; nothing is kept. */
#ifndef PLATEN_BASE_COMPRESS_H
#define PLATEN_BASE_COMPRESS_H

#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

/* RFC 1952, no name, time 0: the same bytes give the same result. Level 1 (fast) to 9. Appends to
 * `out`, which is as it was on failure. RC_LIMIT: over its maximum. */
NODISCARD enum rc compress_gzip(struct str bytes, int level, struct buf *out, struct err *err);
/* RFC 7932, text mode. Quality 0 to 11; 11 takes about 50 times as long as 5. */
NODISCARD enum rc compress_brotli(struct str bytes, int quality, struct buf *out, struct err *err);
/* Whole gzip data, also of several members. RC_INVALID: damaged or cut off; RC_LIMIT: more than
 * `out` may hold, so that a bomb costs no more than that. */
NODISCARD enum rc compress_gunzip(struct str bytes, struct buf *out, struct err *err);
/* The same of zlib data (RFC 1950). */
NODISCARD enum rc compress_unzlib(struct str bytes, struct buf *out, struct err *err);

#endif
