/* compress.c: gzip and brotli of bytes in memory, one shot. */
#include "base/base.h"
#include "base/compress.h"

#include <brotli/encode.h>
#include <limits.h>
#include <zlib.h>

#define GZIP_WINDOW (15 + 16) /* zlib's way to say: 32 KiB window, gzip header */
#define ZLIB_WINDOW 15
#define CHUNK_B ((size_t)64 << 10)

static enum rc no_memory(struct err *err)
{
	return err_set(err, RC_NOSPACE, "no memory to compress with");
}

enum rc compress_gzip(struct str bytes, int level, struct buf *out, struct err *err)
{
	z_stream z = { 0 };
	enum rc rc = RC_OK;
	if (bytes.n > UINT_MAX / 2)
		return err_set(err, RC_LIMIT, "%zu bytes are too many to compress at once", bytes.n);
	if (deflateInit2(&z, level, Z_DEFLATED, GZIP_WINDOW, 8, Z_DEFAULT_STRATEGY) != Z_OK)
		return no_memory(err);
	size_t room = deflateBound(&z, bytes.n);
	unsigned char *packed = malloc(room);
	if (!packed) {
		rc = no_memory(err);
		goto out;
	}
	z.next_in = (Bytef *)(uintptr_t)bytes.p;
	z.avail_in = (uInt)bytes.n;
	z.next_out = packed;
	z.avail_out = (uInt)room;
	if (deflate(&z, Z_FINISH) != Z_STREAM_END) {
		rc = err_set(err, RC_INTERNAL, "zlib did not finish");
		goto out;
	}
	buf_put(out, packed, z.total_out);
	rc = buf_status(out, "the compressed text", err);
out:
	free(packed);
	deflateEnd(&z);
	return rc;
}

enum rc compress_brotli(struct str bytes, int quality, struct buf *out, struct err *err)
{
	size_t n = BrotliEncoderMaxCompressedSize(bytes.n);
	if (n == 0)
		return err_set(err, RC_LIMIT, "%zu bytes are too many to compress at once", bytes.n);
	uint8_t *packed = malloc(n);
	if (!packed)
		return no_memory(err);
	enum rc rc = RC_OK;
	if (BrotliEncoderCompress(quality, BROTLI_DEFAULT_WINDOW, BROTLI_MODE_TEXT, bytes.n,
				  (const uint8_t *)bytes.p, &n, packed)) {
		buf_put(out, packed, n);
		rc = buf_status(out, "the compressed text", err);
	} else {
		rc = no_memory(err);
	}
	free(packed);
	return rc;
}

/* Inflates what there is; *done when the last member has ended. */
static enum rc inflate_some(z_stream *z, struct buf *out, bool *done, struct err *err)
{
	size_t room = out->max_b - out->len < CHUNK_B ? out->max_b - out->len : CHUNK_B;
	unsigned char beyond;
	unsigned char *to = room ? (unsigned char *)buf_reserve(out, room) : &beyond;
	if (!to)
		return buf_status(out, "the unpacked data", err);
	z->next_out = to;
	z->avail_out = room ? (uInt)room : 1;
	int got = inflate(z, Z_NO_FLUSH);
	size_t n = (room ? room : 1) - z->avail_out;
	if (room)
		buf_commit(out, n);
	else if (n > 0)
		return err_set(err, RC_LIMIT, "the unpacked data is larger than the limit of %zu bytes", out->max_b);
	if (got == Z_STREAM_END) {
		*done = z->avail_in == 0;
		return *done || inflateReset(z) == Z_OK ? RC_OK : err_set(err, RC_INTERNAL, "zlib did not restart");
	}
	if (got == Z_MEM_ERROR)
		return no_memory(err);
	if (got != Z_OK)
		return err_set(err, RC_INVALID, got == Z_BUF_ERROR ? "the packed data is cut off" : "the packed data is damaged");
	return RC_OK;
}

static enum rc unpack(struct str bytes, int window, struct buf *out, struct err *err)
{
	z_stream z = { 0 };
	size_t before = out->len;
	bool done = false;
	if (bytes.n > UINT_MAX)
		return err_set(err, RC_LIMIT, "%zu bytes are too many to unpack at once", bytes.n);
	enum rc rc = buf_status(out, "the unpacked data", err);
	if (rc != RC_OK)
		return rc;
	if (inflateInit2(&z, window) != Z_OK)
		return no_memory(err);
	z.next_in = (Bytef *)(uintptr_t)bytes.p;
	z.avail_in = (uInt)bytes.n;
	while (rc == RC_OK && !done)
		rc = inflate_some(&z, out, &done, err);
	inflateEnd(&z);
	if (rc != RC_OK)
		buf_truncate(out, before);
	return rc;
}

enum rc compress_gunzip(struct str bytes, struct buf *out, struct err *err)
{
	return unpack(bytes, GZIP_WINDOW, out, err);
}

enum rc compress_unzlib(struct str bytes, struct buf *out, struct err *err)
{
	return unpack(bytes, ZLIB_WINDOW, out, err);
}
