/* buf.c: a growing byte buffer with a maximum. */
#include "base/base.h"

#include <inttypes.h>
#include <stdarg.h>

/* Formatting costs more than copying: what fits here is formatted once. */
#define PRINTF_TRY_B 256

void buf_init(struct buf *b, size_t max_b)
{
	*b = (struct buf)BUF_INIT(max_b);
}

void buf_release(struct buf *b)
{
	free(b->bytes);
	buf_init(b, b->max_b);
}

void buf_clear(struct buf *b)
{
	b->rc = RC_OK;
	buf_truncate(b, 0);
}

void buf_truncate(struct buf *b, size_t len)
{
	if (len <= b->len && b->bytes) {
		b->len = len;
		b->bytes[len] = '\0';
	}
}

char *buf_reserve(struct buf *b, size_t n)
{
	if (b->rc != RC_OK)
		return NULL;
	if (n > b->max_b || b->len > b->max_b - n) {
		b->rc = RC_LIMIT;
		return NULL;
	}
	size_t need_b = b->len + n + 1;
	if (need_b > b->cap_b) {
		size_t cap_b = b->cap_b < 128 ? 128 : b->cap_b + b->cap_b / 2;
		if (cap_b < need_b)
			cap_b = need_b;
		char *bytes = realloc(b->bytes, cap_b);
		if (!bytes) {
			b->rc = RC_NOSPACE;
			return NULL;
		}
		b->bytes = bytes;
		b->cap_b = cap_b;
	}
	return b->bytes + b->len;
}

void buf_commit(struct buf *b, size_t n)
{
	b->len += n;
	b->bytes[b->len] = '\0';
}

void buf_put(struct buf *b, const void *bytes, size_t n)
{
	char *to = buf_reserve(b, n);
	if (!to)
		return;
	if (n)
		memcpy(to, bytes, n);
	buf_commit(b, n);
}

void buf_str(struct buf *b, struct str s)
{
	buf_put(b, s.p, s.n);
}

void buf_cstr(struct buf *b, const char *s)
{
	buf_put(b, s, strlen(s));
}

void buf_char(struct buf *b, char c)
{
	buf_put(b, &c, 1);
}

void buf_i64(struct buf *b, int64_t value)
{
	char text[24], *at = text + sizeof text;
	uint64_t left = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
	do
		*--at = (char)('0' + left % 10);
	while ((left /= 10) > 0);
	if (value < 0)
		*--at = '-';
	buf_put(b, at, (size_t)(text + sizeof text - at));
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
	char text[PRINTF_TRY_B];
	va_list ap, again;
	va_start(ap, fmt);
	va_copy(again, ap);
	int n = vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	char *to = n < 0 ? NULL : buf_reserve(b, (size_t)n);
	if (to) {
		if ((size_t)n < sizeof text)
			memcpy(to, text, (size_t)n);
		else
			vsnprintf(to, (size_t)n + 1, fmt, again);
		buf_commit(b, (size_t)n);
	}
	va_end(again);
}

struct str buf_view(const struct buf *b)
{
	return b->bytes ? str_n(b->bytes, b->len) : STR("");
}

enum rc buf_status(const struct buf *b, const char *what, struct err *err)
{
	if (b->rc == RC_LIMIT)
		return err_set(err, RC_LIMIT, "%s is larger than the limit of %zu bytes", what, b->max_b);
	if (b->rc != RC_OK)
		return err_set(err, b->rc, "%s: out of memory", what);
	return RC_OK;
}

char *buf_take(struct buf *b, size_t *len)
{
	char *bytes = b->bytes ? b->bytes : mem_dup("", 0);
	if (len)
		*len = b->len;
	buf_init(b, b->max_b);
	return bytes;
}
