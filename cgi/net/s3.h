/* s3.h: objects in a bucket of an S3 server: AWS, MinIO, Ceph, R2, Swift.
 *
 * Requests are signed (sigv4.h), sent over kept connections, and repeated with growing, random pauses when the
 * server is busy or a connection breaks: every request here may be repeated. A clock that the server calls wrong
 * is corrected by the server's. Bodies are streamed: memory stays the same whatever their size. Messages name the
 * host, the bucket and what is wrong, never a secret. Functions block, and may be called in any thread.
 *
 * Codes of all of them: RC_DENIED: wrong keys or no right; RC_INVALID: no such bucket, another region, a setting
 * that the server refuses; RC_TIMEOUT, RC_IO: not reached, after all repetitions; RC_BUSY: it says that it is;
 * RC_CORRUPT: an answer that makes no sense, a wrong certificate; RC_LIMIT: an answer or object is too large;
 * RC_NOSPACE: a quota is used up; RC_UNSUPPORTED: there is no libcurl. */
#ifndef PLATEN_NET_S3_H
#define PLATEN_NET_S3_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "net/sigv4.h"

#define S3_KEY_MAX_B 1024
#define S3_OBJECT_MAX_B ((int64_t)5 << 40)
#define S3_PART_B ((int64_t)16 << 20)      /* larger objects are sent in parts of this size, or larger ones */
#define S3_PARTS_MAX 10000
#define S3_LIST_MAX 1000
#define S3_TOKEN_MAX_B 8192                /* of s3_list.next, with a NUL */
#define S3_PRESIGNED_TYPE "application/octet-stream" /* of what others put */
#define S3_TRIES 4
#define S3_TIMEOUT_MS 30000
#define S3_RETRY_MS 200

/* Texts are copied by s3_open(). */
struct s3_config {
	struct str endpoint;           /* "https://s3.eu-central-1.amazonaws.com", "http://127.0.0.1:9000"; no path */
	struct str region, bucket;
	struct str key_id, secret;
	bool virtual_host;             /* BUCKET.HOST/KEY instead of HOST/BUCKET/KEY */
	struct str storage_class;      /* "STANDARD_IA"; STR_NONE: the bucket's */
	struct str encryption;         /* "AES256", "aws:kms"; STR_NONE: the bucket's */
	const char *ca_file;           /* certificates to trust instead of the system's; NULL */
	int tries;                     /* of each request; 0: S3_TRIES */
	int timeout_ms;                /* without progress; 0: S3_TIMEOUT_MS */
	int retry_ms;                  /* the first pause is at most this, each later one twice as long; 0: S3_RETRY_MS */
	int64_t part_b;                /* 0: S3_PART_B; servers want at least 5 MiB */
	int64_t (*now_ms)(void);       /* NULL: clock_now_ms */
};

struct s3;

/* Calls nobody. RC_INVALID: the endpoint is no address, or the bucket no name. The caller owns *out. */
NODISCARD enum rc s3_open(const struct s3_config *config, struct s3 **out, struct err *err);
void s3_close(struct s3 *s3); /* NULL allowed */

/* What is to be put: `length_b` bytes of a file from `from_b` on (read with pread(2), again when the request is
 * repeated: they must stay as they are), or with fd -1 those of memory. */
struct s3_source {
	int fd;
	int64_t from_b;
	const char *bytes;
	int64_t length_b;
	struct str sha256;             /* of the whole, as hexadecimal digits, so that it is not computed again; the server
	                                * compares (RC_CORRUPT). Of no use for what is sent in parts. STR_NONE: not known */
};

struct s3_put {
	struct str type;               /* Content-Type; STR_NONE: application/octet-stream */
	struct str cache_control;      /* what the server tells readers; STR_NONE: nothing */
	bool exclusive;                /* RC_EXISTS when there is such an object already. It may also be this put's
	                                * own, whose answer was lost. Servers that do not know this replace it. */
};
/* Whole or not at all, also when this process is killed: then parts may stay (s3_uploads). The server checks the
 * SHA-256 of what arrives. */
NODISCARD enum rc s3_put(struct s3 *s3, struct str key, const struct s3_source *source, const struct s3_put *put,
			 struct err *err);

struct s3_object {
	int64_t size_b;                /* of the whole object */
	char etag[128];                /* with its quotes */
};
/* RC_NOTFOUND. */
NODISCARD enum rc s3_head(struct s3 *s3, struct str key, struct s3_object *out, struct err *err);

/* Whether everybody may read the object, without any key. */
NODISCARD enum rc s3_is_open(struct s3 *s3, struct str key, bool *open, struct err *err);

/* Takes the next bytes of an object; a failure ends the request and is its result. */
typedef enum rc s3_sink_fn(void *ctx, const void *bytes, size_t n, struct err *err);
/* `length_b` bytes from `from_b` on (-1: to the end; beyond the end: what there is; a `from_b` beyond it is
 * RC_INVALID). A connection that breaks is taken up where it broke; the object is the same, or RC_CONFLICT.
 * *out (may be NULL) is set before the first byte is given. RC_NOTFOUND. */
NODISCARD enum rc s3_get(struct s3 *s3, struct str key, int64_t from_b, int64_t length_b, s3_sink_fn *sink, void *ctx,
			 struct s3_object *out, struct err *err);
/* The same, until somebody sets *stop: then it ends within about a second, with RC_BUSY. */
NODISCARD enum rc s3_get_until(struct s3 *s3, struct str key, int64_t from_b, int64_t length_b, s3_sink_fn *sink, void *ctx,
			       const atomic_bool *stop, struct s3_object *out, struct err *err);

/* RC_OK also when there was none. */
NODISCARD enum rc s3_delete(struct s3 *s3, struct str key, struct err *err);

struct s3_item {
	struct str key;
	int64_t size_b, modified_ms;
};
struct s3_list {
	struct s3_item *items;
	size_t count;
	struct str next;               /* as `token` for what follows; STR_NONE: this was the end */
};
/* Up to `limit` (S3_LIST_MAX) objects whose keys begin with `prefix` and come after `after` (STR_NONE: all), in
 * the order of their bytes; `token` STR_NONE at first. In `arena`. */
NODISCARD enum rc s3_list(struct s3 *s3, struct str prefix, struct str after, struct str token, size_t limit,
			  struct arena *arena, struct s3_list *out, struct err *err);

struct s3_upload {
	struct str key, id;
	int64_t begun_ms;
};
struct s3_uploads {
	struct s3_upload *items;
	size_t count;
	bool more;                     /* than S3_LIST_MAX: abort some and ask again */
};
/* Puts in parts that are under way or were never ended. */
NODISCARD enum rc s3_uploads(struct s3 *s3, struct str prefix, struct arena *arena, struct s3_uploads *out,
			     struct err *err);
/* RC_OK also when it is over. */
NODISCARD enum rc s3_abort(struct s3 *s3, struct str key, struct str upload_id, struct err *err);

/* --- what others send straight to the server --- */

/* Begins an object in parts, which somebody sends by the addresses of s3_presign_put(). *id in `arena`. */
NODISCARD enum rc s3_parts_begin(struct s3 *s3, struct str key, struct arena *arena, struct str *id, struct err *err);
struct s3_part {
	int64_t number;                /* from 1 */
	int64_t size_b;
	struct str etag;
};
struct s3_parts {
	struct s3_part *items;
	size_t count;
};
/* Those that have come, by their numbers. RC_NOTFOUND: there is no such upload, or it was ended; RC_LIMIT: more than
 * S3_LIST_MAX parts. */
NODISCARD enum rc s3_parts_list(struct s3 *s3, struct str key, struct str id, struct arena *arena, struct s3_parts *out,
				struct err *err);
/* Makes the object of the parts, which are numbered 1 to `count`. RC_OK also when it was done before. RC_TIMEOUT: the server
 * may be at it still. */
NODISCARD enum rc s3_parts_end(struct s3 *s3, struct str key, struct str id, const struct s3_parts *parts, struct err *err);

/* Makes a copy within the bucket, of the object that has that etag and `size_b` bytes: RC_EXISTS when it is another one by
 * now. RC_NOTFOUND. RC_TIMEOUT: the server may be at it still: look whether it is there before you ask again. */
NODISCARD enum rc s3_copy(struct s3 *s3, struct str from, struct str etag, int64_t size_b, struct str to,
			  const struct s3_put *put, struct err *err);

/* An address by which anybody may put exactly `length_b` bytes, as S3_PRESIGNED_TYPE: as an object, or with an `upload_id` as part `number` of
 * it (STR_NONE: no part). As s3_presign() otherwise. */
struct str s3_presign_put(struct s3 *s3, struct str key, struct str upload_id, int number, int64_t length_b, int expires_s,
			  struct arena *arena);
/* "https://bucket.example.org": where all addresses begin, without a path. */
struct str s3_origin(struct s3 *s3, struct arena *arena);

/* An address by which anybody may do `method` ("GET", "PUT") with that object for `expires_s` seconds (at most
 * SIGV4_EXPIRES_MAX_S), or up to a quarter less: within a quarter of that time it is the same address, so that caches
 * know it again. `query`: what belongs to it, as response-content-type; NULL with count 0. In `arena`. */
struct str s3_presign(struct s3 *s3, const char *method, struct str key, const struct sigv4_pair *query, size_t count,
		      int expires_s, struct arena *arena);
/* The address without a signature: for a bucket that everybody may read. */
struct str s3_address(struct s3 *s3, struct str key, struct arena *arena);

#endif
