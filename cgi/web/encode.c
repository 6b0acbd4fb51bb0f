/* encode.c: compresses an answer as its visitor accepts it. */
#include "base/base.h"

#include <unistd.h>

#include "base/compress.h"
#include "base/file.h"
#include "base/mime.h"
#include "web/encode.h"

#define ENCODE_MIN_B 860              /* below it fits into one packet anyway */
#define ENCODE_MAX_B ((size_t)8 << 20)
#define ENCODE_FILE_MAX_B ((size_t)1 << 20)
#define GZIP_LEVEL 5
#define BROTLI_QUALITY 4

static size_t length_of(const struct http_response *res)
{
	return res->file_fd >= 0 ? (size_t)res->file_length_b : res->body.n;
}

bool encode_is_worth_it(const struct visit *v)
{
	size_t n = length_of(v->res);
	size_t max = v->res->file_fd >= 0 ? ENCODE_FILE_MAX_B : ENCODE_MAX_B;
	struct str type = response_get(v->res, "Content-Type");
	return n >= ENCODE_MIN_B && n <= max && !v->personal && v->res->status != 206 && str_given(type) &&
	       mime_is_compressible(type);
}

enum http_coding encode_choose(struct visit *v)
{
	if (!encode_is_worth_it(v))
		return HTTP_IDENTITY;
	response_set(v->res, "Vary", STR("Accept-Encoding"));
	return negotiate_coding(request_header(v->req, "accept-encoding"), 1u << HTTP_GZIP | 1u << HTTP_BROTLI);
}

/* The bytes to compress; those of a file go into `file`. */
static enum rc plain_body(struct visit *v, struct buf *file, struct str *out, struct err *err)
{
	*out = v->res->body;
	if (v->res->file_fd < 0)
		return RC_OK;
	enum rc rc = file_read_fd(v->res->file_fd, "asset", ENCODE_FILE_MAX_B, file, err);
	*out = buf_view(file);
	return rc;
}

static void replace_body(struct visit *v, struct buf *packed)
{
	size_t n;
	if (v->res->release)
		v->res->release(v->res->owner);
	if (v->res->file_fd >= 0)
		close(v->res->file_fd);
	char *bytes = buf_take(packed, &n);
	v->res->file_fd = -1;
	v->res->body = str_n(bytes, n);
	v->res->release = free;
	v->res->owner = bytes;
}

void encode_body(struct visit *v, enum http_coding coding)
{
	struct buf file = BUF_INIT(ENCODE_FILE_MAX_B), packed = BUF_INIT(ENCODE_MAX_B);
	struct err err = ERR_INIT;
	struct str plain;
	if (coding == HTTP_IDENTITY)
		return;
	enum rc rc = plain_body(v, &file, &plain, &err);
	if (rc == RC_OK)
		rc = coding == HTTP_GZIP ? compress_gzip(plain, GZIP_LEVEL, &packed, &err)
					 : compress_brotli(plain, BROTLI_QUALITY, &packed, &err);
	if (rc == RC_OK) {
		replace_body(v, &packed);
		response_set(v->res, "Content-Encoding", str_of(http_coding_name(coding)));
	} else if (v->res->file_fd >= 0) {
		lseek(v->res->file_fd, 0, SEEK_SET); /* the front sends it from its start after all */
	}
	buf_release(&file);
	buf_release(&packed);
}
