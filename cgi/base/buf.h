/* buf.h: a growing byte buffer with a maximum, for whatever an outsider can make large.
 *
 * Invariants: bytes[0..len) are the content; with bytes != NULL, bytes[len] is NUL. Once an append
 * fails (over max_b: RC_LIMIT; memory: RC_NOSPACE) the content stays as it was, `rc` keeps the
 * first failure and every later append does nothing, so that a writer checks buf_status() once at
 * the end. */
#ifndef PLATEN_BASE_BUF_H
#define PLATEN_BASE_BUF_H

#include <stddef.h>

#include "base/err.h"
#include "base/str.h"

struct buf {
	char *bytes;
	size_t len, cap_b, max_b;
	enum rc rc;
};

#define BUF_INIT(max) { NULL, 0, 0, (max), RC_OK }

void buf_init(struct buf *b, size_t max_b);
void buf_release(struct buf *b);           /* frees; the buffer is empty and usable again */
void buf_clear(struct buf *b);             /* empties and forgets a failure; keeps the memory */
void buf_truncate(struct buf *b, size_t len);

void buf_put(struct buf *b, const void *bytes, size_t n);
void buf_str(struct buf *b, struct str s);
void buf_cstr(struct buf *b, const char *s);
void buf_char(struct buf *b, char c);
void buf_i64(struct buf *b, int64_t value);
void buf_printf(struct buf *b, const char *fmt, ...) PRINTF_LIKE(2, 3);
#define BUF_LIT(b, literal) buf_put((b), "" literal, sizeof(literal) - 1)

/* Room for `n` more bytes behind bytes[len], or NULL (and `rc` set); buf_commit() what was
 * written there. */
char *buf_reserve(struct buf *b, size_t n);
void buf_commit(struct buf *b, size_t n);

/* Borrowed until the next append or release. */
struct str buf_view(const struct buf *b);

/* RC_OK, or the first failure with a message that names `what` ("the page") and the limit. */
NODISCARD enum rc buf_status(const struct buf *b, const char *what, struct err *err);

/* Takes the bytes (NUL-terminated, free() them) out of the buffer, which becomes empty. Never NULL. */
char *buf_take(struct buf *b, size_t *len);

#endif
