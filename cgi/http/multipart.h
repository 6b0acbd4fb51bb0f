/* multipart.h: multipart/form-data (RFC 7578) read piece by piece, with hard limits. */
#ifndef PLATEN_HTTP_MULTIPART_H
#define PLATEN_HTTP_MULTIPART_H

#include "base/arena.h"
#include "base/err.h"
#include "http/request.h"

#define MULTIPART_PARTS_MAX 64
#define MULTIPART_FIELD_MAX_B ((size_t)64 << 10)  /* of a part that is no file */
#define MULTIPART_HEAD_MAX_B ((size_t)8 << 10)    /* of a part */
#define MULTIPART_BOUNDARY_MAX_B 70               /* RFC 2046, 5.1.1 */

/* Reads the whole body. Fields go into `fields` in order, with texts in the request's arena. The first part with a
 * file name goes, byte by byte, to `file_fd`, its name as the browser gave it into *file_name (STR_NONE: no file
 * was sent; one that was not chosen has the name ""); a second one is RC_INVALID. More than `max_b` bytes of body:
 * RC_LIMIT; no multipart body: RC_UNSUPPORTED; malformed, or no UTF-8 in a field: RC_INVALID. */
NODISCARD enum rc multipart_read(struct http_request *req, int64_t max_b, int file_fd, struct http_pairs *fields,
				 struct str *file_name, struct err *err);

/* The same with several files, which come into `file_fd` one behind the other; at most `file_max`, more are RC_INVALID.
 * One that was not chosen has the name "" and no bytes. */
struct multipart_file {
	struct str name;
	int64_t from_b, size_b;
};
NODISCARD enum rc multipart_read_files(struct http_request *req, int64_t max_b, int file_fd, struct http_pairs *fields,
				       struct multipart_file *files, size_t file_max, size_t *file_count, struct err *err);

#endif
